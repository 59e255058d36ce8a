import type { Calendar } from "../../clocks/index";
import {
  type Chosen,
  howOf,
  NotificationHow,
  type NotificationKind,
  NotificationProblem,
  NotificationState,
} from "./kinds";
import { digestAfter, isDigestTime, minutesAfter } from "./sending-times";

/** How messages are sent, as configured. */
export interface Limits {
  /** Minutes from the last message to one person to another that is no digest, at least, where the partnership has not said. */
  everyMinutes: number;
  /** Tries of a message, and days from its first, after which it is dead. */
  tries: number;
  days: number;
}

/** A notification that was neither sent nor given up. */
export interface Waiting {
  id: string;
  kind: NotificationKind;
  at: Date;
  nextTryAt: Date;
  /** The message that it was tried in; null where it has not been. */
  message: string | null;
  digest: boolean | null;
  attempts: number;
  firstTriedAt: Date | null;
  /** By which the partnership that it is of counts working days. */
  calendar: Calendar;
  /** Minutes that it has said; null where it has not. */
  everyMinutes: number | null;
}

/** What bears on when somebody is told. */
export interface Recipient {
  hasAddress: boolean;
  chosen: Chosen;
  lastSentAt: Date | null;
  lastDigestAt: Date | null;
}

/** What is to be done now about all that waits for one person. */
export interface Gathered {
  /** One message: that which was tried before, or (null) a new one. */
  take: { ids: string[]; message: string | null; digest: boolean } | null;
  hold: { id: string; until: Date; problem: NotificationProblem | null }[];
  end: { id: string; state: NotificationState; problem: NotificationProblem | null }[];
}

const latest = (...instants: (Date | null)[]): Date =>
  new Date(Math.max(...instants.map((instant) => instant?.getTime() ?? 0)));

/** How often it is looked whether somebody without an address has given one. */
const LOOK_AGAIN_MINUTES = 60;
const DAY_MINUTES = 1_440;

/** Whether a message has been tried for as often or as long as it may be. */
export const isSpent = (
  { attempts, firstTriedAt }: Pick<Waiting, "attempts" | "firstTriedAt">,
  { tries, days }: Limits,
  now: Date,
): boolean => attempts >= tries || (firstTriedAt !== null && minutesAfter(firstTriedAt, days * DAY_MINUTES) <= now);

/**
 * What is to be done now about what waits for one person. At most one message is under way to anybody; a message that failed
 * is tried again as it was, and what has come up meanwhile waits for it. Else what is due makes one message: at once no sooner
 * than so many minutes after the last as its partnership says, and by the day's digest whenever the last message was. A digest
 * takes along whatever else is to be told, so that neither keeps the other waiting.
 */
export function gather(waiting: readonly Waiting[], recipient: Recipient, limits: Limits, now: Date): Gathered {
  const gathered: Gathered = { take: null, hold: [], end: [] };
  const begun = waiting.filter(({ message }) => message !== null);
  const [first] = begun;
  if (first) return again(first, begun, waiting, limits, now, gathered);

  const wanted = waiting.filter(({ id, kind }) => {
    if (howOf(kind, recipient.chosen) !== NotificationHow.NEVER) return true;
    gathered.end.push({ id, state: NotificationState.DROPPED, problem: NotificationProblem.NOT_WANTED });
    return false;
  });
  if (!recipient.hasAddress) return withoutAddress(wanted, limits, now, gathered);

  // of a clock that was set back, what was sent later keeps nothing waiting
  const before = (sentAt: Date | null) => (sentAt && sentAt <= now ? sentAt : null);
  const [lastSentAt, lastDigestAt] = [before(recipient.lastSentAt), before(recipient.lastDigestAt)];
  const timed = wanted.map((one) => {
    const soonest = lastSentAt && minutesAfter(lastSentAt, one.everyMinutes ?? limits.everyMinutes);
    const digest = howOf(one.kind, recipient.chosen) === NotificationHow.DIGEST;
    return { ...one, digest, due: digest ? digestDue(one, lastDigestAt, now) : latest(one.at, soonest) };
  });
  const digest = timed.some((one) => one.digest && one.due <= now);
  const taken = timed.filter((one) => one.due <= now || (digest && !one.digest && one.at <= now));
  if (taken.length > 0) gathered.take = { ids: taken.map(({ id }) => id), message: null, digest };
  for (const one of timed)
    if (!taken.includes(one) && one.nextTryAt <= now) gathered.hold.push({ id: one.id, until: one.due, problem: null });
  return gathered;
}

/** The digest that a notification goes into: the first after it, of a working day of its partnership that has had none. */
function digestDue({ at, calendar }: Pick<Waiting, "at" | "calendar">, lastDigestAt: Date | null, now: Date): Date {
  const due = latest(digestAfter(at, calendar), lastDigestAt && digestAfter(lastDigestAt, calendar));
  return due <= now && !isDigestTime(now, calendar) ? digestAfter(now, calendar) : due;
}

function again(
  first: Waiting,
  begun: readonly Waiting[],
  waiting: readonly Waiting[],
  limits: Limits,
  now: Date,
  gathered: Gathered,
): Gathered {
  const isDue = first.nextTryAt <= now;
  if (isDue && isSpent(first, limits, now))
    gathered.end.push(...begun.map(({ id }) => ({ id, state: NotificationState.DEAD, problem: null })));
  else if (isDue)
    gathered.take = { ids: begun.map(({ id }) => id), message: first.message, digest: first.digest === true };
  else
    for (const { id, message, nextTryAt } of waiting)
      if (message === null && nextTryAt <= now) gathered.hold.push({ id, until: first.nextTryAt, problem: null });
  return gathered;
}

/** They wait for an address to be confirmed, for as long as a message would be tried. */
function withoutAddress(wanted: readonly Waiting[], { days }: Limits, now: Date, gathered: Gathered): Gathered {
  const problem = NotificationProblem.NO_ADDRESS;
  for (const { id, at, nextTryAt } of wanted) {
    if (nextTryAt > now) continue;
    if (minutesAfter(at, days * DAY_MINUTES) <= now) gathered.end.push({ id, state: NotificationState.DEAD, problem });
    else gathered.hold.push({ id, until: minutesAfter(now, LOOK_AGAIN_MINUTES), problem });
  }
  return gathered;
}
