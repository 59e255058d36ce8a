import type { Calendar } from "../../clocks/index";
import { snake } from "../../platform/database/naming";
import { BadInputError, NotFoundError } from "../../platform/errors/index";
import { keyOf } from "../../platform/graphql/ids";
import { londonDay } from "../../platform/clock";
import {
  agencyWriting,
  asAuthor,
  relationToPartnership,
  requireWritable,
  type Standing,
  type Writer,
} from "../access/index";
import { record, type Send } from "../audit/index";
import { CALENDAR_OF, namedCalendar } from "../calendars/index";
import { actingFor, agenciesOf } from "../identity/index";
import { leadAgencyOf } from "../plan/index";
import { carriedBy, firstRevision, requireReading, WHOLE } from "./progress-draft.service";
import type { StartProgressDraftsInput } from "./progress-update.inputs";
import { reportingPeriods } from "./reporting-period";

/** What of a plan says what it is reported on. */
interface Reported {
  id: string;
  partnershipId: string;
  start: string | null;
  end: string | null;
  cadenceMonths: number;
  /** Names the calendar by which it is counted. */
  calendar: string;
}

/** Drafts begun, by their action's reference, and how many actions needed none. */
export interface Started {
  ids: string[];
  skipped: number;
}

/**
 * Begins the writer's agency's drafts for a period: one for each action of the plan that it leads, itself or through a
 * collective, and that is not signed off or superseded. Each carries the words that the agency last submitted of the action,
 * to be brought up to date, and no rating: that is judged anew. Actions that have an update or a draft for the period are
 * left alone. A constant number of statements, however many actions there are.
 *
 * @throws {NotFoundError} where there is no such plan for the writer.
 * @throws {ForbiddenError} where the writer drafts for no agency here.
 * @throws {BadInputError} where the plan has reporting periods and none ends on that day.
 */
export async function startProgressDrafts(
  send: Send,
  writer: Writer,
  input: StartProgressDraftsInput,
): Promise<Started> {
  requireReading(writer, "startProgressDrafts");
  const plan = await planReported(send, keyOf("Plan", input.plan));
  const { partnershipId } = plan;
  const agencyId = agencyWriting(writer.actor, partnershipId, input.agency);
  const alone = actingFor(writer.actor, partnershipId, agencyId);
  const leading: Standing = {
    actor: alone,
    partnershipId,
    relations: asAuthor([relationToPartnership(alone, partnershipId), "LEAD"]),
  };
  requireWritable([leading], { plan: WHOLE });
  const calendar = await namedCalendar(send, plan.calendar);
  const start = startOf(plan, input.periodEnd, londonDay(writer.now), calendar);

  const words = carriedBy(leading).map(snake);
  const [made] = await send<{ led: number; ids: string[] }>(
    `with led as (
       select a.id, a.partnership_id, a.reference_order from action a
       where a.plan_id = $1 and coalesce(a.status, '') not in ('SIGNED_OFF', 'SUPERSEDED') and ${leadAgencyOf("a")} = any ($2::uuid[])),
     started as (
       insert into progress_update (state, revision, partnership_id, action_id, author_agency_id, period_start, period_end${words.map((word) => `, ${word}`).join("")})
       select 'DRAFT', ${firstRevision("l.id", "$3", "$5::date")}, l.partnership_id, l.id, $3, $4::date, $5::date${words.map((word) => `, latest.${word}`).join("")}
       from led l left join lateral (
         select u.* from progress_update u
         where u.action_id = l.id and u.author_agency_id = $3 and u.period_end < $5::date and u.state <> 'DRAFT'
         order by u.period_end desc, u.version desc limit 1) latest on true
       where not exists (
         select 1 from progress_update u where u.action_id = l.id and u.author_agency_id = $3 and u.period_end = $5::date)
       on conflict do nothing returning id, action_id)
     select (select count(*)::int from led l) as led,
       array(select s.id from started s join led l on l.id = s.action_id order by l.reference_order) as ids`,
    [plan.id, [...agenciesOf(alone, partnershipId)], agencyId, start, input.periodEnd],
  );
  const { led, ids } = made ?? { led: 0, ids: [] };
  await record(send, writer, {
    kind: "progressUpdate.draftsStarted",
    partnershipId,
    onlyFor: agencyId,
    subjectType: "Plan",
    subjectId: plan.id,
    detail: { periodEnd: input.periodEnd, started: ids, skipped: led - ids.length },
  });
  return { ids, skipped: led - ids.length };
}

const REPORTED = `select l.id, l.partnership_id as "partnershipId", l.period_start as start, l.period_end as "end", p.cadence_months as "cadenceMonths", ${CALENDAR_OF("l")} as calendar
  from plan l join partnership p on p.id = l.partnership_id`;

/** What of a plan says what it is reported on, where the writer may see it. */
export async function planReported(send: Send, key: string | null): Promise<Reported> {
  const [plan] = key ? await send<Reported>(`${REPORTED} where l.id = $1`, [key]) : [];
  if (!plan) throw new NotFoundError();
  return plan;
}

/**
 * Last days of the periods that a plan of the partnership is reported on or, where none is named, all that the writer may see;
 * none where no plan has periods.
 */
export async function periodEnds(
  send: Send,
  { now }: Pick<Writer, "now">,
  partnershipId: string,
  plan: string | null,
): Promise<ReadonlySet<string>> {
  const plans = await send<Reported>(`${REPORTED} where l.partnership_id = $1 and ($2::uuid is null or l.id = $2)`, [
    partnershipId,
    plan,
  ]);
  const ends = new Set<string>();
  for (const one of plans) {
    const calendar = await namedCalendar(send, one.calendar);
    for (const { end } of reportingPeriods(one.cadenceMonths, one, londonDay(now), calendar)) ends.add(end);
  }
  return ends;
}

/** First day of the period that ends on that day; null where the plan has no periods. */
function startOf(plan: Reported, periodEnd: string, today: string, calendar: Calendar): string | null {
  const periods = reportingPeriods(plan.cadenceMonths, plan, today, calendar);
  if (periods.length === 0) return null;
  const period = periods.find(({ end }) => end === periodEnd);
  if (!period)
    throw new BadInputError(
      "No reporting period of the plan ends on that day. Take the end of one of its reportingPeriods.",
      ["input", "periodEnd"],
    );
  return period.start;
}
