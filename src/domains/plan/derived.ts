import type { Place } from "../access/index";
import { ActionStatus } from "./action.entity";
import type { RatingDimension } from "./plan.entity";

/**
 * Facts derived from an action's row, never stored, as SQL over its alias: fields, filters and totals use the same
 * words. A day is a day in Europe/London (`app.today()`).
 */
type Alias = string | Place;

const closed = [ActionStatus.COMPLETED, ActionStatus.SIGNED_OFF, ActionStatus.SUPERSEDED]
  .map((status) => `'${status}'`)
  .join(", ");

/** True, false, or null where the by-when has passed and the source's record of completion was lost: it cannot be told. */
export const overdueOf = (a: Alias) => `case
  when ${a}.by_when_end is null or ${a}.by_when_end >= (select app.today()) then false
  when ${a}.status is null then null
  else ${a}.status not in (${closed}) end`;
export const OVERDUE = overdueOf("a");

/**
 * The current rating of each dimension: the newest moderated one after the newest report, else the report (product design,
 * "Two ratings, not one"). Newest is by as-at day, and of one day by when it was recorded; in that order the rule gives the
 * last entry, whatever its basis. Withdrawn entries count for nobody; those submitted count for whom the row's policy shows
 * them.
 */
export const CURRENT_RATING = (dimension: `${RatingDimension}`, alias: Alias, a: Alias = "a") => `left join lateral (
  select r.* from rating r where r.action_id = ${a}.id and r.dimension = '${dimension}' and r.standing <> 'WITHDRAWN'
  order by r.as_at desc, r.recorded_at desc limit 1
) ${alias} on true`;

/** The reporting cadence of a row's partnership; the limit keeps the planner from scanning the tenants' table. */
export const CADENCE_OF = (row: Alias) =>
  `(select p.cadence_months from partnership p where p.id = ${row}.partnership_id limit 1)`;

/**
 * The day from which the next update is due, where the last one is of a period that ended on `periodEnd`: the day after the
 * period that follows, as `reportingPeriods` counts them. Counted from the first day of a month: its last is not always as
 * many days on.
 */
export const NEXT_UPDATE_DUE = (periodEnd: string, cadence: string) =>
  `(${periodEnd} + 1 + make_interval(months => ${cadence}))::date`;

/** Silence is not green: a rating older than the reporting cadence is stale, until the action is signed off or superseded. */
export const STALE = (rating: Alias, cadence: string, a: Alias = "a") =>
  `coalesce(${rating}.value is not null and ${rating}.as_at + make_interval(months => ${cadence}) < (select app.today())
    and ${a}.status is distinct from 'SIGNED_OFF' and ${a}.status is distinct from 'SUPERSEDED', false)`;

/** Id of the agency that leads, or (the first listed) is presumed to; null where nobody is named, or a post of no recorded agency; `leadOf` is the same of rows. */
export const leadAgencyOf = (a: Alias) => `(select l.agency_id from assignment l
  where l.action_id = ${a}.id and l.role in ('LEAD', 'UNCONFIRMED') order by l.role = 'LEAD' desc, l.position limit 1)`;
export const LEAD_AGENCY = leadAgencyOf("a");

/** Statuses in which nothing more is reported of an action. */
export const isClosed = (status: ActionStatus | null) =>
  status === ActionStatus.SIGNED_OFF || status === ActionStatus.SUPERSEDED;

/** Statuses in which nothing waits for an action any more. */
const over = (a: Alias) => `coalesce(${a}.status, '') in (${closed})`;
/** What is left to be done of an action: it is not completed, signed off or superseded, as far as is known. */
export const UNFINISHED = (a: Alias) => `not ${over(a)}`;
/** Whether a row of `action_blocker` still keeps its action from going on, `o` being the action that blocks. */
export const BLOCKS = (blocker: Alias, o: Alias) => `${blocker}.ended_at is null and ${UNFINISHED(o)}`;
