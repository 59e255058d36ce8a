import { DateTime } from "luxon";
import { type Calendar, isWorkingDay } from "../../clocks/index";

const LONDON = "Europe/London";
const DIGEST_HOUR = 8;
const MINUTE_MS = 60_000;
const LONGEST_PAUSE_MINUTES = 240;

const open = (moment: DateTime, calendar: Calendar): boolean => isWorkingDay(moment.toISODate() ?? "", calendar);

/** The next 08:00 in London of a working day, after an instant. */
export function digestAfter(instant: Date, calendar: Calendar): Date {
  const from = DateTime.fromJSDate(instant, { zone: LONDON });
  let next = from.set({ hour: DIGEST_HOUR, minute: 0, second: 0, millisecond: 0 });
  if (next <= from) next = next.plus({ days: 1 });
  while (!open(next, calendar)) next = next.plus({ days: 1 });
  return next.toJSDate();
}

/** Whether a digest that is due may go out now: on a working day, from 08:00 on. */
export function isDigestTime(now: Date, calendar: Calendar): boolean {
  const moment = DateTime.fromJSDate(now, { zone: LONDON });
  return open(moment, calendar) && moment.hour >= DIGEST_HOUR;
}

/**
 * When a message is tried again that was tried so many times: after a minute, then twice as long each time, to four hours. A
 * tenth more or less by chance, so that those who met do not meet again.
 */
export function nextTry(now: Date, attempts: number, chance: () => number = Math.random): Date {
  const minutes = Math.min(2 ** Math.max(attempts - 1, 0), LONGEST_PAUSE_MINUTES);
  return new Date(now.getTime() + minutes * MINUTE_MS * (0.9 + 0.2 * chance()));
}

/** That many minutes after an instant. */
export const minutesAfter = (instant: Date, minutes: number): Date => new Date(instant.getTime() + minutes * MINUTE_MS);
