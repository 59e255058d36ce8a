import { type InRow, type Link, type Place, readRows } from "../access/index";
import { CADENCE_OF, CURRENT_RATING, STALE } from "./derived";
import { RatingDimension } from "./plan.entity";

/** Findings that an action or an objective cites, by source and reference. */
export const citedBy =
  (what: "action" | "objective"): Link =>
  (row, finding) => ({
    from: `${what}_finding x join finding ${finding} on ${finding}.id = x.finding_id`,
    where: `x.${what}_id = ${row}.id`,
    order: `${finding}.source, ${finding}.reference`,
    key: "x.finding_id",
  });

/**
 * Who is named for the action of a row, in the order printed: what tells what the caller is to it. One text for each, of role
 * and agency, since objects cost PostgreSQL several times as much; `namedOf` reads it.
 */
export const namedForAction =
  (column: string): InRow =>
  (row) =>
    `array(select s.role || ' ' || coalesce(s.agency_id::text, '') from assignment s where s.action_id = ${row}.${column} order by s.position)`;

/**
 * The current rating of a dimension beside its action, a row even where there is none, with whether it is stale. The
 * cadence is read by a limited lateral, which keeps the planner from scanning the tenants' table once a rating.
 */
const currentRating = (dimension: RatingDimension) => (action: Place, it: Place) => `cross join lateral (
  select ${action}.id as action_id, ${action}.partnership_id, '${dimension}' as dimension, r.scheme_id, r.value, r.as_at, r.basis,
    r.rationale, p.cadence_months, ${STALE("r", "p.cadence_months", action)} as stale
  from (select 1) as always
  left join lateral ${CADENCE_OF(action)} p on true
  ${CURRENT_RATING(dimension, "r", action)}
) ${it}`;

readRows("Action", {
  related: { named: namedForAction("id") },
  joins: { delivery: currentRating(RatingDimension.DELIVERY), impact: currentRating(RatingDimension.IMPACT) },
});
