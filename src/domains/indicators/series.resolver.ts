import { ArgsType, Field, Resolver } from "type-graphql";
import { BadInputError } from "../../platform/errors/index";
import { DateScalar } from "../../platform/graphql/scalars";
import { type Link, Linked, type Place, type PolicyField, requireReadableEverywhere } from "../access/index";
import { Comparator, Indicator, IndicatorTarget, Observation, TrajectoryPoint } from "./indicator.entity";
import { IndicatorVerdict, newestOf, targetOnItsDay } from "./verdict";

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

/** What a span of days tells of. It cannot be denied, which a test holds; the policy is asked all the same. */
export const TOLD_BY_SPAN: readonly PolicyField[] = [{ type: "Observation", field: "asAt", tier: "PUBLIC" }];

/** The observations of a row in a span of days, oldest first, those without a day last. */
const series =
  (whose: (row: Place, observation: Place) => string): Link<SpanArgs> =>
  (row, it, { actor }, { from = null, to = null }, $) => {
    if (from !== null && to !== null && from > to) throw new BadInputError("to is before from.", ["to"]);
    for (const [name, day] of [
      ["from", from],
      ["to", to],
    ] as const)
      if (day !== null) requireReadableEverywhere(actor, [name], TOLD_BY_SPAN);
    return {
      where: [
        whose(row, it),
        ...(from === null ? [] : [`${it}.as_at >= ${$(from)}::date`]),
        ...(to === null ? [] : [`${it}.as_at <= ${$(to)}::date`]),
      ].join(" and "),
      order: `${it}.as_at nulls last, ${it}.position, ${it}.measure, ${it}.source, ${it}.id`,
    };
  };

const SERIES = "that the caller may see, oldest first; those whose day the source does not show come last, as printed";

@Resolver(() => Indicator)
export class IndicatorSeriesResolver {
  @Linked<SpanArgs>(
    "PUBLIC",
    () => Observation,
    `Its own observations of every measure ${SERIES}`,
    series((indicator, it) => `${it}.indicator_id = ${indicator}.id and ${it}.comparator_id is null`),
    { list: true, args: () => SpanArgs },
  )
  observations!: Observation[];

  @Linked(
    "PUBLIC",
    () => Comparator,
    "Others whose figures its own are set beside, in the partnership's order",
    (indicator, comparator) => ({
      where: `${comparator}.indicator_id = ${indicator}.id`,
      order: `${comparator}.position, ${comparator}.label`,
    }),
    { list: true },
  )
  comparators!: Comparator[];

  @Linked(
    "PUBLIC",
    () => IndicatorTarget,
    "Every target that was printed, earliest to end first; one that has no end holds on",
    (indicator, target) => ({
      where: `${target}.indicator_id = ${indicator}.id`,
      order: `${target}.period_end nulls last, ${target}.period_start, ${target}.id`,
    }),
    { list: true },
  )
  targets!: IndicatorTarget[];

  @Linked(
    "PUBLIC",
    () => TrajectoryPoint,
    "The path that was agreed towards its target, earliest first; empty where none was",
    (indicator, point) => ({ where: `${point}.indicator_id = ${indicator}.id`, order: `${point}.period_end` }),
    { list: true },
  )
  trajectory!: TrajectoryPoint[];

  @Linked(
    "PUBLIC",
    () => IndicatorVerdict,
    "What its figures say, from those that the caller may see",
    (indicator, verdict) => ({
      from: `(select ${indicator}.partnership_id as partnership_id) ${verdict} left join lateral ${newestOf(indicator)} o on true
        left join lateral ${targetOnItsDay(indicator)} v on true`,
      where: "true",
    }),
    { nullable: true },
  )
  verdict!: IndicatorVerdict | null;
}

@Resolver(() => Comparator)
export class ComparatorResolver {
  @Linked<SpanArgs>(
    "PUBLIC",
    () => Observation,
    `Its observations ${SERIES}`,
    series((comparator, it) => `${it}.comparator_id = ${comparator}.id`),
    { list: true, args: () => SpanArgs },
  )
  observations!: Observation[];
}
