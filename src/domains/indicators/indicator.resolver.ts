import { Args, Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { connectionOf, connectionTypeOf, PageArgs, pageOf } from "../../platform/graphql/connection";
import { Access } from "../../platform/graphql/exposed";
import type { RequestContext } from "../access/index";
import { Agency, Partnership, partnershipLoaders } from "../partnership/index";
import { Action } from "../plan/index";
import { Indicator, IndicatorTarget, Observation } from "./indicator.entity";
import { indicatorLoaders, type IndicatorRow } from "./indicator.loaders";

const IndicatorConnection = connectionTypeOf("Indicator", () => Indicator);

@Resolver(() => Indicator)
export class IndicatorResolver {
  @FieldResolver(() => Agency, { nullable: true, description: "The agency that answers for it; null if not recorded" })
  @Access("PUBLIC")
  owner(@Root() { ownerAgencyId }: Indicator, @Ctx() context: RequestContext) {
    return ownerAgencyId ? context.use(partnershipLoaders).agencyById.load(ownerAgencyId) : null;
  }

  @FieldResolver(() => IndicatorTarget, {
    nullable: true,
    description: "The target in force; null where none was ever named",
  })
  @Access("PUBLIC")
  target(@Root() { target }: IndicatorRow) {
    return target;
  }

  @FieldResolver(() => Observation, {
    nullable: true,
    description: "The newest observation of its headline measure that the caller may see; null when there is none",
  })
  @Access("PUBLIC")
  latestObservation(@Root() { latestObservation }: IndicatorRow) {
    return latestObservation;
  }
}

@Resolver(() => Action)
export class ActionIndicatorsResolver {
  @FieldResolver(() => [Indicator], { description: "Indicators by which it is measured" })
  @Access("PUBLIC")
  indicators(@Root() { id }: Action, @Ctx() context: RequestContext) {
    return context.use(indicatorLoaders).indicatorsOfAction.load(id);
  }
}

@Resolver(() => Partnership)
export class PartnershipIndicatorsResolver {
  @FieldResolver(() => IndicatorConnection, {
    description: "All indicators of the partnership that the caller may see, in the partnership's order",
  })
  @Access("PUBLIC")
  async indicators(@Root() { id }: Partnership, @Ctx() context: RequestContext, @Args(() => PageArgs) args: PageArgs) {
    const page = pageOf(args);
    const list = `indicators:${id}`;
    const all = await context.use(indicatorLoaders).indicatorsOfPartnership.load(id);
    const at = (cursor: string | null, name: string) =>
      cursor === null ? null : all.findIndex((row) => row.id === context.cursors.open(list, cursor, [name])[0]);
    const from = (at(page.after, "after") ?? -1) + 1;
    const to = at(page.before, "before") ?? all.length;
    const between = all.slice(from, Math.max(from, to));
    const rows = page.backwards ? between.reverse().slice(0, page.size + 1) : between.slice(0, page.size + 1);
    return connectionOf(
      rows,
      page,
      (row) => context.cursors.seal(list, [row.id]),
      () => all.length,
    );
  }
}
