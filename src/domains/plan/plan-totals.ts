import { Int, ObjectType } from "type-graphql";
import { Exposed } from "../../platform/graphql/exposed";
import type { RequestContext } from "../access/index";
import { CURRENT_RATING, OVERDUE, STALE } from "./derived";
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
  `array[${[...colours.map((value) => `count(*) filter (where ${rating}.value = '${value}')`), `count(*) filter (where ${rating}.value is null)`].join(", ")}]::int[]`;

/** Counts a plan's actions in one statement. Superseded actions are history and are not counted. */
export async function totalsOf(
  context: RequestContext,
  plan: { id: string; partnershipId: string },
): Promise<PlanTotals> {
  const [row] = await context.db.query<{
    actions: number;
    overdue: number;
    unknown: number;
    stale: number;
    delivery: number[];
    impact: number[];
  }>(
    `select count(*) as actions,
       count(*) filter (where (${OVERDUE})) as overdue,
       count(*) filter (where (${OVERDUE}) is null) as unknown,
       count(*) filter (where ${STALE("d", "p.cadence_months")} or ${STALE("i", "p.cadence_months")}) as stale,
       ${ratingCounts("d")} as delivery, ${ratingCounts("i")} as impact
     from action a join partnership p on p.id = a.partnership_id
     ${CURRENT_RATING("DELIVERY", "d")} ${CURRENT_RATING("IMPACT", "i")}
     where a.plan_id = $1 and a.status is distinct from 'SUPERSEDED'`,
    [plan.id],
  );
  const counted = (counts: number[] | undefined): RatingCount[] =>
    [...colours, null].map((value, index) => ({ value, count: counts?.[index] ?? 0 }));
  return {
    partnershipId: plan.partnershipId,
    actions: row?.actions ?? 0,
    overdue: row?.overdue ?? 0,
    overdueUnknown: row?.unknown ?? 0,
    stale: row?.stale ?? 0,
    byDeliveryRating: counted(row?.delivery),
    byImpactRating: counted(row?.impact),
  };
}
