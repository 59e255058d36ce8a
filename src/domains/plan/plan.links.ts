import { CALENDAR_OF } from "../calendars/index";
import { type InRow, type Link, type Place, readRows, type RowSource } from "../access/index";
import { CADENCE_OF, CURRENT_RATING, STALE } from "./derived";
import { RatingDimension } from "./plan.entity";
import { REDATING } from "./redating";

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
  select ${action}.id as action_id, ${action}.partnership_id, '${dimension}' as dimension, r.id as entry_id, r.scheme_id, r.value, r.as_at, r.recorded_at, r.basis,
    r.rationale, r.standing, p.cadence_months, ${STALE("r", "p.cadence_months", action)} as stale
  from (select 1) as always
  left join lateral ${CADENCE_OF(action)} p on true
  ${CURRENT_RATING(dimension, "r", action)}
) ${it}`;

/** What a row of `action` is read with: who is named for it, and its current ratings where they are asked for. */
export const actionRow: Required<Pick<RowSource, "related" | "joins">> = {
  related: { named: namedForAction("id") },
  joins: {
    delivery: currentRating(RatingDimension.DELIVERY),
    impact: currentRating(RatingDimension.IMPACT),
    // stands on the current rating of delivery, which is to be joined before it
    redating: (action, it) => REDATING(action.join("delivery"), action, it),
  },
};
readRows("Action", {
  ...actionRow,
  columns: {
    calendar: (action) =>
      `case when ${action}.original_end is not null and ${action}.by_when_end is not null then ${CALENDAR_OF(action)} end`,
  },
});
