import { Args, Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { connectionOf, connectionTypeOf, PageArgs, pageOf } from "../../platform/graphql/connection";
import { Access } from "../../platform/graphql/exposed";
import { Linked, Needs, type RequestContext } from "../access/index";
import { Agency, Partnership } from "../partnership/index";
import { Action } from "../plan/index";
import { Indicator, IndicatorTarget, Observation } from "./indicator.entity";
import { indicatorLoaders } from "./indicator.loaders";

const IndicatorConnection = connectionTypeOf("Indicator", () => Indicator);

@Resolver(() => Indicator)
export class IndicatorResolver {
  @Linked(
    "PUBLIC",
    () => Agency,
    "The agency that answers for it; null if not recorded",
    (indicator, agency) => ({ where: `${agency}.id = ${indicator}.owner_agency_id` }),
    { nullable: true },
  )
  owner!: Agency | null;

  @Linked(
    "PUBLIC",
    () => IndicatorTarget,
    "The target in force; null where none was ever named",
    (indicator, target) => ({
      where: `${target}.indicator_id = ${indicator}.id`,
      order: `${target}.period_end desc nulls first, ${target}.id`,
    }),
    { nullable: true },
  )
  target!: IndicatorTarget | null;

  @Linked(
    "PUBLIC",
    () => Observation,
    "The newest observation of its headline measure that the caller may see; null when there is none",
    (indicator, observation) => ({
      where: `${observation}.indicator_id = ${indicator}.id and ${observation}.comparator_id is null
        and ${observation}.measure = ${indicator}.headline_measure and ${observation}.as_at is not null`,
      order: `${observation}.as_at desc, ${observation}.source`,
    }),
    { nullable: true },
  )
  latestObservation!: Observation | null;
}

@Resolver(() => Action)
export class ActionIndicatorsResolver {
  @Linked(
    "PUBLIC",
    () => Indicator,
    "Indicators by which it is measured",
    (action, indicator) => ({
      from: `action_indicator x join indicator ${indicator} on ${indicator}.id = x.indicator_id`,
      where: `x.action_id = ${action}.id`,
      order: `${indicator}.position`,
    }),
    { list: true },
  )
  indicators!: Indicator[];
}

@Resolver(() => Partnership)
export class PartnershipIndicatorsResolver {
  @FieldResolver(() => IndicatorConnection, {
    description: "All indicators of the partnership that the caller may see, in the partnership's order",
  })
  @Access("PUBLIC")
  @Needs<Partnership>("id")
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
