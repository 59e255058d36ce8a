import { Int, ObjectType } from "type-graphql";
import { Exposed } from "../../platform/graphql/exposed";
import { type Link, type Place, readRows } from "../access/index";
import { CADENCE_OF, CURRENT_RATING, OVERDUE, STALE } from "./derived";
import { RatingValue } from "./plan.entity";

@ObjectType({ description: "How many actions have one rating" })
export class RatingCount {
  @Exposed("PUBLIC", () => RatingValue, "The colour; null for not rated", { nullable: true })
  value!: RatingValue | null;
  @Exposed("PUBLIC", () => Int, "Number of actions")
  count!: number;
}

@ObjectType({ description: "Totals of a plan, counted from its rows at the moment of asking" })
export class PlanTotals {
  partnershipId!: string;
  @Exposed("PUBLIC", () => Int, "Number of actions")
  actions!: number;
  @Exposed("PUBLIC", () => Int, "Number of actions whose by-when has passed and that are not completed")
  overdue!: number;
  @Exposed(
    "PUBLIC",
    () => Int,
    "Number of actions of which it cannot be told whether they are overdue: the record of completion was lost",
  )
  overdueUnknown!: number;
  @Exposed("PARTNERSHIP", () => Int, "Number of actions with a stale rating")
  stale!: number;
  @Exposed("PARTNERSHIP", () => RatingCount, "Actions by current delivery rating: red, amber, green, not rated", {
    list: true,
  })
  byDeliveryRating!: RatingCount[];
  @Exposed("PARTNERSHIP", () => RatingCount, "Actions by current impact rating: red, amber, green, not rated", {
    list: true,
  })
  byImpactRating!: RatingCount[];
}

const colours = [RatingValue.RED, RatingValue.AMBER, RatingValue.GREEN];
const ratingCounts = (rating: string) =>
  `json_build_array(${[
    ...colours.map(
      (value) =>
        `json_build_object('value', '${value}', 'count', count(*) filter (where ${rating}.value = '${value}'))`,
    ),
    `json_build_object('value', null, 'count', count(*) filter (where ${rating}.value is null))`,
  ].join(", ")})`;

const counted = (column: string) => (totals: Place) => `${totals}.${column}`;
readRows("PlanTotals", {
  columns: {
    partnershipId: counted("partnership_id"),
    actions: counted("actions"),
    overdue: counted("overdue"),
    overdueUnknown: counted("unknown"),
    stale: counted("stale"),
    byDeliveryRating: counted("delivery"),
    byImpactRating: counted("impact"),
  },
  always: ["partnershipId"],
});

/** The totals of a plan, in one row even where it has no actions. Superseded actions are history and are not counted. */
export const totalsOf: Link = (plan, totals) => ({
  from: `(select ${plan}.partnership_id as partnership_id, count(*) as actions,
      count(*) filter (where (${OVERDUE})) as overdue,
      count(*) filter (where (${OVERDUE}) is null) as unknown,
      count(*) filter (where ${STALE("d", "p.cadence_months")} or ${STALE("i", "p.cadence_months")}) as stale,
      ${ratingCounts("d")} as delivery, ${ratingCounts("i")} as impact
    from ${CADENCE_OF(plan)} p join action a on a.plan_id = ${plan}.id
    ${CURRENT_RATING("DELIVERY", "d")} ${CURRENT_RATING("IMPACT", "i")}
    where a.status is distinct from 'SUPERSEDED') ${totals}`,
  where: "true",
});
