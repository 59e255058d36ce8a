import { Resolver } from "type-graphql";
import { connectionTypeOf, PageArgs } from "../../platform/graphql/connection";
import { Linked, Paged } from "../access/index";
import { Agency, Partnership } from "../partnership/index";
import { Action } from "../plan/index";
import { Indicator, IndicatorTarget, Observation } from "./indicator.entity";

const IndicatorConnection = connectionTypeOf("Indicator", () => Indicator);

@Resolver(() => Indicator)
export class IndicatorResolver {
  @Linked(
    "PUBLIC",
    () => Agency,
    "The agency that answers for it; null if not recorded",
    (indicator) => ({ key: `${indicator}.owner_agency_id` }),
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
      key: "x.indicator_id",
    }),
    { list: true },
  )
  indicators!: Indicator[];
}

@Resolver(() => Partnership)
export class PartnershipIndicatorsResolver {
  @Paged(
    "PUBLIC",
    () => IndicatorConnection,
    "All indicators of the partnership that the caller may see, in the partnership's order",
    (partnership, indicator) => ({
      name: (id) => `indicators:${id}`,
      order: [
        { by: `${indicator}.position`, type: "int" },
        { by: `${indicator}.id`, type: "uuid" },
      ],
      count: () => `select count(*) from indicator i where i.partnership_id = ${partnership}.id`,
      rows: ({ beyond }) => ({
        where: `${indicator}.partnership_id = ${partnership}.id and ${beyond(`${indicator}.position`, `${indicator}.id`)}`,
      }),
    }),
    { args: () => PageArgs },
  )
  indicators!: object;
}
