import { Int, ObjectType } from "type-graphql";
import { rowLoader } from "../../platform/database/loaders";
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

interface Counted {
  planId: string;
  actions: number;
  overdue: number;
  unknown: number;
  stale: number;
  delivery: number[];
  impact: number[];
}

/** Counts the actions of all plans asked in one statement. Superseded actions are history and are not counted. */
const counts = ({ db }: RequestContext) =>
  rowLoader(
    (ids) =>
      db.query<Counted>(
        `select a.plan_id as "planId", count(*) as actions,
           count(*) filter (where (${OVERDUE})) as overdue,
           count(*) filter (where (${OVERDUE}) is null) as unknown,
           count(*) filter (where ${STALE("d", "p.cadence_months")} or ${STALE("i", "p.cadence_months")}) as stale,
           ${ratingCounts("d")} as delivery, ${ratingCounts("i")} as impact
         from action a join partnership p on p.id = a.partnership_id
         ${CURRENT_RATING("DELIVERY", "d")} ${CURRENT_RATING("IMPACT", "i")}
         where a.plan_id = any ($1::uuid[]) and a.status is distinct from 'SUPERSEDED' group by a.plan_id`,
        [ids],
      ),
    ({ planId }) => planId,
  );

/** The totals of a plan; those of a plan without actions are nought. */
export async function totalsOf(
  context: RequestContext,
  plan: { id: string; partnershipId: string },
): Promise<PlanTotals> {
  const row = await context.use(counts).load(plan.id);
  const counted = (of: number[] | undefined): RatingCount[] =>
    [...colours, null].map((value, index) => ({ value, count: of?.[index] ?? 0 }));
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
