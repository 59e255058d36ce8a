import type { DataSource } from "typeorm";
import { asKnown, knownTables } from "../access/index";
import type { Send } from "../audit/index";
import { MET, newestOf, targetOnItsDay } from "../indicators/index";
import { CADENCE_OF, CURRENT_RATING, lastSaid, LEAD_AGENCY, leading, OVERDUE, STALE, UNFINISHED } from "../plan/index";
import { reportingPeriods } from "../reporting/index";
import type { Calendar } from "../../clocks/index";
import type { Look } from "./days";
import { type Rule, RuleKind } from "./rule.entity";

/** What a rule raises is read by whoever is party to it: nothing is raised of a figure that is not out yet. */
const OPEN = "o.status is distinct from 'EMBARGOED'";

/** A fact that a rule looks for, as it stood on a day. */
export interface Found {
  cause: string;
  actionId: string | null;
  indicatorId: string | null;
  agencyId: string | null;
  /** The agency that answers for it; null where none does. */
  againstId: string | null;
  /** Day on which it came about. */
  since: string;
  /** Last day of the reporting period that it is of; null where it is of none. */
  periodEnd: string | null;
  /** The day of the first look that found it. */
  day: string;
}

const of = (
  what: Partial<Record<"action" | "indicator" | "agency", string>>,
  against: string,
  since: string,
  period = "null::date",
) =>
  `${what.action ?? "null::uuid"} as "actionId", ${what.indicator ?? "null::uuid"} as "indicatorId", ${what.agency ?? "null::uuid"} as "agencyId",
   ${against} as "againstId", ${since} as since, ${period} as "periodEnd"`;

/** That the day on which something came about is one that the look `d` finds. */
const inTime = (since: string) => `${since} >= d.low and ${since} < d.high`;

/** The agency that stands today in the place of one, itself or the last that took over; null where that has ended too. */
export const STANDING_TODAY = (agency: string) => `(with recursive later as (
    select g.id, g.successor_id, g.valid_to, 1 as step from agency g where g.id = ${agency}
    union all
    select g.id, g.successor_id, g.valid_to, later.step + 1 from agency g join later on g.id = later.successor_id
    where later.valid_to < app.today() and later.step < 20)
  select case when coalesce(later.valid_to >= app.today(), true) then later.id end from later order by later.step desc limit 1)`;

/** Actions of a plan that was to be reported on, known before the period `p` was over, with the last period that they have an update of. */
const REPORTED = `action a ${leading("a", "lead")} ${lastSaid("a", "lead", "said")}
  where a.partnership_id = $1 and a.plan_id = p.plan_id and p.n = d.n and ${UNFINISHED("a")} and lead.agency_id is not null
    and exists (select 1 from history.action h where h.id = a.id and known.day(h.known_from) <= p.ends)`;
const PERIODS = "jsonb_to_recordset($3::jsonb) as p (n int, plan_id uuid, starts date, ends date, due_on date)";
/** That the last update `said` of an action is of a period before the period `p`. */
export const UNSAID = "coalesce(said.period_end < p.starts, true)";

const IMPACT = "r.action_id = a.id and r.dimension = 'IMPACT' and r.standing = 'SHARED'";
/**
 * The days as at which an action's impact was rated, each with what counts of that day and the day on which that was first said.
 * What was only submitted, or was withdrawn, stands for nobody: no rule tells others of it.
 */
const IMPACTS = `select n.as_at, n.value, known.day((select min(r.recorded_at) from rating r where ${IMPACT} and r.as_at = n.as_at
    and r.recorded_at > coalesce((select max(o.recorded_at) from (select r.* from rating r where ${IMPACT}) o
      where o.as_at = n.as_at and o.value is distinct from n.value), '-infinity'))) as said_on
  from (select distinct on (r.as_at) r.as_at, r.value from rating r where ${IMPACT} order by r.as_at, r.recorded_at desc) n`;

/**
 * What each kind of rule finds in the partnership $1 on the day of the look `d`: in the very words by which pages say that an
 * action is overdue, a rating stale, an update due. A cause names the fact that was found, and with it when it came about.
 */
const LOOKS: Readonly<Record<RuleKind, string>> = {
  OVERDUE: `select 'OVERDUE ' || a.id || ' ' || a.by_when_end as cause, ${of({ action: "a.id" }, LEAD_AGENCY, "a.by_when_end")}
    from action a where a.partnership_id = $1 and ${inTime("a.by_when_end")} and (${OVERDUE})`,

  NO_UPDATE: `select 'NO_UPDATE ' || a.id || ' ' || p.ends as cause, ${of({ action: "a.id" }, "lead.agency_id", "p.due_on", "p.ends")}
    from ${PERIODS} cross join ${REPORTED} and ${UNSAID}`,

  // whoever took over from an agency has one return to make, for its own actions and for those that it took over
  RETURN_NOT_RECEIVED: `select 'RETURN_NOT_RECEIVED ' || own.plan_id || ' ' || owner.id || ' ' || own.ends as cause,
      ${of({ agency: "owner.id" }, "owner.id", "own.due_on", "own.ends")}
    from (
      select p.plan_id, p.ends, p.due_on, lead.agency_id, bool_and(${UNSAID}) as unsaid from ${PERIODS} cross join ${REPORTED}
      group by p.plan_id, p.ends, p.due_on, lead.agency_id
    ) own cross join lateral (select coalesce(${STANDING_TODAY("own.agency_id")}, own.agency_id) as id) owner
    group by own.plan_id, own.ends, own.due_on, owner.id having bool_and(own.unsaid)`,

  // a run of reds is one fact, however long it becomes: it came about when its second red was said
  IMPACT_RED_TWICE: `select 'IMPACT_RED_TWICE ' || a.id || ' ' || run.began as cause, ${of({ action: "a.id" }, LEAD_AGENCY, "run.said_on")}
    from action a cross join lateral (
      select min(red.as_at) as began, (array_agg(red.said_on order by red.as_at))[2] as said_on
      from (${IMPACTS}) red
      where red.as_at > coalesce((select max(other.as_at) from (${IMPACTS}) other where other.value is distinct from 'RED'), '-infinity')
    ) run
    where a.id in (select r.action_id from rating r where r.partnership_id = $1 and r.dimension = 'IMPACT' and r.value = 'RED' group by r.action_id having count(*) > 1)
      and a.status is distinct from 'SIGNED_OFF' and a.status is distinct from 'SUPERSEDED' and ${inTime("run.said_on")}`,

  // whichever of its ratings is the oldest: another one that has become stale beside it is no news
  STALE: `select 'STALE ' || a.id || ' ' || oldest.as_at as cause, ${of({ action: "a.id" }, LEAD_AGENCY, "oldest.since")}
    from action a cross join lateral (select ${CADENCE_OF("a")} as months) cadence
    ${CURRENT_RATING("DELIVERY", "delivery")} ${CURRENT_RATING("IMPACT", "impact")}
    cross join lateral (
      select min(old.as_at) as as_at, (min(old.as_at) + make_interval(months => cadence.months) + interval '1 day')::date as since
      from (values (delivery.as_at, ${STALE("delivery", "cadence.months")}), (impact.as_at, ${STALE("impact", "cadence.months")})) as old (as_at, stale)
      where old.stale
    ) oldest
    where a.partnership_id = $1 and ${inTime("oldest.since")}`,

  ATTENDANCE_BELOW_TARGET: `select 'ATTENDANCE_BELOW_TARGET ' || i.id || ' ' || o.as_at as cause, ${of({ indicator: "i.id" }, "i.owner_agency_id", "o.as_at")}
    from indicator i cross join lateral ${newestOf("i", OPEN)} o cross join lateral ${targetOnItsDay("i")} v
    where i.partnership_id = $1 and i.id = $3 and (${MET}) = false and ${inTime("o.as_at")}`,
};

const LOOK = "jsonb_to_recordset($2::jsonb) as d (n int, at timestamptz, day date, low date, high date)";

/** What a rule needs of itself to look. */
export type Looking = Pick<Rule, "kind" | "partnershipId" | "indicatorId">;

/** SQL of what a rule finds in some looks, each fact once, at the first of them that finds it; and the values that go with it. */
export interface Finds {
  text: string;
  values: unknown[];
}

/**
 * What a rule finds in some looks. As of `now` there is one look, at the rows as they stand; as of `then` each look is at the
 * rows as they were known at its instant, by the same SQL.
 */
export async function finds(
  send: Send,
  source: DataSource,
  rule: Looking,
  looks: readonly Look[],
  calendar: Calendar,
  when: "now" | "then",
): Promise<Finds> {
  const as = (sql: string) =>
    when === "now" ? sql : asKnown(sql, { text: "each look", sql: "d.at" }, knownTables(source));
  const values: unknown[] = [rule.partnershipId, JSON.stringify(looks)];
  if (rule.kind === RuleKind.NO_UPDATE || rule.kind === RuleKind.RETURN_NOT_RECEIVED) {
    values.push(JSON.stringify(await periodsOf(send, rule.partnershipId, looks, calendar, as)));
  }
  if (rule.kind === RuleKind.ATTENDANCE_BELOW_TARGET) values.push(rule.indicatorId);
  const text = `select distinct on (f.cause) f.*, d.day from ${LOOK} cross join lateral (${as(LOOKS[rule.kind])}) f order by f.cause, d.n`;
  return { text, values };
}

const PLANS = `select own.id, own.period_start as "start", own.period_end as "end", ${CADENCE_OF("own")} as cadence from plan own where own.partnership_id = $1`;

interface PlanThen {
  n: number;
  id: string;
  start: string | null;
  end: string | null;
  cadence: number;
}

/** The reporting periods of a partnership whose day due came about in time for a look, by the calendar by which pages show them. */
export async function periodsOf(
  send: Send,
  partnershipId: string,
  looks: readonly Look[],
  calendar: Calendar,
  as: (sql: string) => string,
) {
  const plans = await send<PlanThen>(`select d.n, p.* from ${LOOK} cross join lateral (${as(PLANS)}) p`, [
    partnershipId,
    JSON.stringify(looks),
  ]);
  return periodsDue(plans, looks, calendar);
}

function periodsDue(plans: readonly PlanThen[], looks: readonly Look[], calendar: Calendar) {
  const byNumber = new Map(looks.map((look) => [look.n, look]));
  return plans.flatMap(({ n, id, start, end, cadence }) => {
    const look = byNumber.get(n);
    if (!look) return [];
    return reportingPeriods(cadence, { start, end }, look.day, calendar)
      .filter(({ dueOn }) => dueOn >= look.low && dueOn < look.high)
      .map((period) => ({ n, plan_id: id, starts: period.start, ends: period.end, due_on: period.dueOn }));
  });
}
