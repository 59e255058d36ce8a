import type { DataSource } from "typeorm";
import { type Calendar, isWorkingDay } from "../../clocks/index";
import { londonDay } from "../../platform/clock";
import { jobTransaction } from "../../platform/database/as-operator";
import type { Send } from "../audit/index";
import { calendarOf } from "../calendars/index";
import { clocksDue } from "../challenges/index";
import { NotificationKind, notify, type Telling } from "../notifications/index";
import { lastSaid, LEAD_AGENCY, leading, UNFINISHED } from "../plan/index";
import { addWorkingDays, type Look, shifted } from "./days";
import { periodsOf, STANDING_TODAY, UNSAID } from "./finds";
import { policiesOf } from "./reminder-policies";
import { RemindedOf } from "./reminder-policy.entity";
import { partnershipsOf } from "./sweep";

/** Notifications that are written in one transaction. */
const BATCH = 20;
/** Working days after which nobody is reminded any more that something is overdue: rules and pages say that. */
const LATEST = 5;

/** What was reminded of. */
export interface Reminded {
  /** Things that fall due, or have, in time to be reminded of. */
  things: number;
  /** Notifications that had not been written before. */
  told: number;
}

interface Policy {
  about: RemindedOf;
  daysBefore: number | null;
  onTheDay: boolean;
  daysAfter: number | null;
}

type Kind = NotificationKind.DUE_SOON | NotificationKind.DUE | NotificationKind.OVERDUE;

/** Days due from `low` on and before `high`, of which people are reminded today. */
interface Window {
  kind: Kind;
  low: string;
  high: string;
}

/**
 * The days due of which a policy reminds on a day. What is due on a day on which nobody works is told on the last working day
 * before; what was not told for some working days after it became overdue is not told any more.
 */
export function windowsOf(
  { daysBefore, onTheDay, daysAfter }: Omit<Policy, "about">,
  day: string,
  calendar: Calendar,
): Window[] {
  if (!isWorkingDay(day, calendar)) return [];
  const next = addWorkingDays(day, 1, calendar);
  const windows: Window[] = [];
  if (daysBefore !== null)
    windows.push({
      kind: NotificationKind.DUE_SOON,
      low: next,
      high: shifted(addWorkingDays(day, daysBefore, calendar), 1),
    });
  if (onTheDay) windows.push({ kind: NotificationKind.DUE, low: day, high: next });
  if (daysAfter !== null) {
    const before = (days: number) => addWorkingDays(shifted(day, 1), -days, calendar);
    windows.push({ kind: NotificationKind.OVERDUE, low: before(daysAfter + LATEST), high: before(daysAfter) });
  }
  return windows;
}

/** Something that falls due, as those whom it waits for are told. */
type Due = Omit<Telling, "partnershipId" | "by">;

/** Something of `DUE` that falls due, and the agency whose people are reminded of it: whoever it is today. */
interface DueRow {
  kind: Kind;
  subjectType: string;
  subjectId: string;
  agencyId: string;
  due: string;
}

const WINDOW = "jsonb_to_recordset($2::jsonb) as w (kind text, low date, high date)";
const inWindow = (due: string) => `${due} >= w.low and ${due} < w.high`;

/** What falls due of each kind in the partnership $1, in the windows $2; of a challenge its own domain says. */
const DUE: Readonly<Record<Exclude<RemindedOf, RemindedOf.CHALLENGE>, string>> = {
  ACTION: `select w.kind, 'Action' as "subjectType", a.id as "subjectId", ${LEAD_AGENCY} as "agencyId", a.by_when_end as due
    from ${WINDOW} join action a on a.partnership_id = $1 and ${inWindow("a.by_when_end")} where ${UNFINISHED("a")}`,

  TRACKED_ITEM: `select w.kind, 'TrackedItem' as "subjectType", t.id as "subjectId", t.agency_id as "agencyId", t.due_on as due
    from ${WINDOW} join tracked_item t on t.partnership_id = $1 and ${inWindow("t.due_on")} where t.status = 'OPEN'`,

  // one for all the actions of an agency in a plan: nobody is told of the same day forty times
  UPDATE: `select distinct w.kind, 'Plan' as "subjectType", p.plan_id as "subjectId", lead.agency_id as "agencyId", p.due_on as due
    from ${WINDOW} join jsonb_to_recordset($3::jsonb) as p (plan_id uuid, starts date, ends date, due_on date) on ${inWindow("p.due_on")}
    join action a on a.partnership_id = $1 and a.plan_id = p.plan_id ${leading("a", "lead")} ${lastSaid("a", "lead", "said")}
    where ${UNFINISHED("a")} and ${UNSAID}`,
};

/**
 * Reminds those who are waited for of what falls due, or has, by their partnership's policy: one notification for each thing,
 * day and kind, written once however often and by however many this is done.
 */
export async function remind(db: DataSource, now: Date): Promise<Reminded> {
  const day = londonDay(now);
  const reminded: Reminded = { things: 0, told: 0 };
  for (const { id } of await partnershipsOf(db, now)) {
    const due = await jobTransaction(db, now, id, (send) => dueIn(send, id, day));
    for (let from = 0; from < due.length; from += BATCH) {
      const batch = due.slice(from, from + BATCH);
      reminded.told += await jobTransaction(db, now, id, (send) => tell(send, id, batch, now));
      reminded.things += batch.length;
    }
  }
  return reminded;
}

async function dueIn(send: Send, partnershipId: string, day: string): Promise<Due[]> {
  const calendar = await calendarOf(send, partnershipId);
  if (!isWorkingDay(day, calendar)) return [];
  const policies = await send<Policy>(
    `select p.about, p.days_before as "daysBefore", p.on_the_day as "onTheDay", p.days_after as "daysAfter"
     from (select $1::uuid as id) own cross join lateral ${policiesOf("own.id", "p")}`,
    [partnershipId],
  );
  const due: Due[] = [];
  for (const { about, ...policy } of policies) {
    const windows = windowsOf(policy, day, calendar);
    if (windows.length === 0) continue;
    if (about === RemindedOf.CHALLENGE) {
      due.push(...(await challengesDue(send, partnershipId, windows)));
      continue;
    }
    const values: unknown[] = [partnershipId, JSON.stringify(windows)];
    if (about === RemindedOf.UPDATE)
      values.push(JSON.stringify(await periodsDue(send, partnershipId, day, windows, calendar)));
    const rows = await send<DueRow>(
      `select distinct d.kind, d."subjectType", d."subjectId", asked.id as "agencyId", d.due
       from (${DUE[about]}) d cross join lateral (select ${STANDING_TODAY('d."agencyId"')} as id) asked
       where asked.id is not null order by d.due, d."subjectId"`,
      values,
    );
    due.push(
      ...rows.map(({ kind, subjectType, subjectId, agencyId, due: byDay }) => ({
        kind,
        subjectType,
        subjectId,
        cause: `${kind} ${subjectType} ${subjectId} ${agencyId} ${byDay}`,
        detail: { agency: agencyId, byDay },
        to: { agencyIds: [agencyId] },
      })),
    );
  }
  return due;
}

/** Another turn, stage or day is another cause; the same clock is told of once, whoever was waited for meanwhile. */
async function challengesDue(send: Send, partnershipId: string, windows: readonly Window[]): Promise<Due[]> {
  const clocks = await clocksDue(send, partnershipId, windows);
  return clocks.map(({ kind, challengeId, stage, asks, day, to }) => ({
    kind,
    subjectType: "Challenge",
    subjectId: challengeId,
    cause: `${kind} Challenge ${challengeId} ${asks.asked} ${stage} ${day}`,
    detail: { ...asks, stage },
    to,
  }));
}

function periodsDue(send: Send, partnershipId: string, day: string, windows: readonly Window[], calendar: Calendar) {
  const [low, high] = [
    windows.map((one) => one.low).sort()[0],
    windows
      .map((one) => one.high)
      .sort()
      .at(-1),
  ];
  const look: Look = { n: 0, at: `${day}T12:00:00Z`, day, low: low ?? day, high: high ?? day };
  return periodsOf(send, partnershipId, [look], calendar, (sql) => sql);
}

async function tell(send: Send, partnershipId: string, batch: readonly Due[], now: Date): Promise<number> {
  let told = 0;
  for (const due of batch) told += await notify(send, { partnershipId, ...due, by: null }, now);
  return told;
}
