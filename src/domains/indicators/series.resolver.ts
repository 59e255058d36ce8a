import { Args, ArgsType, Ctx, Field, FieldResolver, Resolver, Root } from "type-graphql";
import { Access } from "../../platform/graphql/exposed";
import { DateScalar } from "../../platform/graphql/scalars";
import type { RequestContext } from "../access/index";
import { Comparator, Indicator, IndicatorTarget, Observation, TrajectoryPoint } from "./indicator.entity";
import { seriesLoaders, type Span } from "./series.loaders";
import { IndicatorVerdict } from "./verdict";

@ArgsType()
class SpanArgs {
  @Field(() => DateScalar, {
    nullable: true,
    description: "First day: observations as at this day or later; those without a day are left out",
  })
  from?: string | null;
  @Field(() => DateScalar, {
    nullable: true,
    description: "Last day: observations as at this day or earlier; those without a day are left out",
  })
  to?: string | null;
}
const spanOf = ({ from = null, to = null }: SpanArgs): Span => ({ from, to });

const SERIES = "that the caller may see, oldest first; those whose day the source does not show come last, as printed";

@Resolver(() => Indicator)
export class IndicatorSeriesResolver {
  @FieldResolver(() => [Observation], { description: `Its own observations of every measure ${SERIES}` })
  @Access("PUBLIC")
  observations(@Root() indicator: Indicator, @Ctx() context: RequestContext, @Args(() => SpanArgs) span: SpanArgs) {
    return context.use(seriesLoaders).observationsOf("indicator", indicator, spanOf(span));
  }

  @FieldResolver(() => [Comparator], {
    description: "Others whose figures its own are set beside, in the partnership's order",
  })
  @Access("PUBLIC")
  comparators(@Root() { id }: Indicator, @Ctx() context: RequestContext) {
    return context.use(seriesLoaders).comparatorsOf.load(id);
  }

  @FieldResolver(() => [IndicatorTarget], {
    description: "Every target that was printed, earliest to end first; one that has no end holds on",
  })
  @Access("PUBLIC")
  targets(@Root() { id }: Indicator, @Ctx() context: RequestContext) {
    return context.use(seriesLoaders).targetsOf.load(id);
  }

  @FieldResolver(() => [TrajectoryPoint], {
    description: "The path that was agreed towards its target, earliest first; empty where none was",
  })
  @Access("PUBLIC")
  trajectory(@Root() { id }: Indicator, @Ctx() context: RequestContext) {
    return context.use(seriesLoaders).trajectoryOf.load(id);
  }

  @FieldResolver(() => IndicatorVerdict, {
    nullable: true,
    description: "What its figures say, from those that the caller may see",
  })
  @Access("PUBLIC")
  verdict(@Root() { id }: Indicator, @Ctx() context: RequestContext) {
    return context.use(seriesLoaders).verdictOf.load(id);
  }
}

@Resolver(() => Comparator)
export class ComparatorResolver {
  @FieldResolver(() => [Observation], { description: `Its observations ${SERIES}` })
  @Access("PUBLIC")
  observations(@Root() comparator: Comparator, @Ctx() context: RequestContext, @Args(() => SpanArgs) span: SpanArgs) {
    return context.use(seriesLoaders).observationsOf("comparator", comparator, spanOf(span));
  }
}
