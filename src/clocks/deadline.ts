import { DateTime } from "luxon";
import type { Calendar } from "./calendar";
import { addWorkingDays, isWorkingDay } from "./working-days";

/** What may be taken for something. `count` is null for SAME_WORKING_DAY, which has none. */
export interface Limit {
  readonly unit: "WORKING_DAYS" | "CALENDAR_DAYS" | "HOURS" | "SAME_WORKING_DAY";
  readonly count: number | null;
}

export interface Deadline {
  /** The last instant that is in time. */
  readonly at: Date;
  /** The London day, YYYY-MM-DD, that it is the end of; of hours, the one in which they are over. */
  readonly day: string;
  /** Whether it was counted outside the published years, and may move when more is published. */
  readonly provisional: boolean;
}

/** Hours or days of a limit, at most. */
const MOST = 100_000;

const LONDON = { zone: "Europe/London" };

/**
 * When a limit that begins at `from` is over; null where there is no limit. Days are London days.
 *
 * - The day on which it begins does not count. A deadline in days is the end of its last day: `cutOff`, HH:MM in London,
 *   where one is set, else the midnight after.
 * - WORKING_DAYS (SI 2007/462; Banking and Financial Dealings Act 1971): what comes after the cut-off, or on a closed day,
 *   counts as of the next working day. At the cut-off itself is in time.
 * - SAME_WORKING_DAY: the end of the working day that it counts as of, and so 0 working days.
 * - CALENDAR_DAYS: counted from the day itself, closed or not, at whatever hour.
 * - HOURS go by the clock that never changes: 48 hours are 48 hours on the days on which clocks do.
 *
 * A time that a change of the clocks leaves out is as much later, and of two by the same name it is the first.
 *
 * @throws {RangeError} where `from` is no moment, the count no whole number from 0 to 100,000, or the cut-off no time of day.
 */
export function deadlineOf(limit: Limit | null, from: Date, calendar: Calendar, cutOff?: string): Deadline | null {
  const closes = cutOff === undefined ? null : timeOf(cutOff);
  const begins = DateTime.fromJSDate(from, LONDON);
  if (!begins.isValid) throw new RangeError("A deadline is counted from a moment in time.");
  if (limit === null) return null;
  const count = countOf(limit);
  const today = begins.toISODate();

  switch (limit.unit) {
    case "HOURS": {
      const over = begins.plus({ hours: count });
      return { at: over.toJSDate(), day: over.toISODate(), provisional: false };
    }
    case "CALENDAR_DAYS": {
      const day = begins.plus({ days: count }).toISODate();
      return { at: endOf(day, closes), day, provisional: false };
    }
    default: {
      const countsToday = isWorkingDay(today, calendar) && from <= endOf(today, closes);
      const first = countsToday ? addWorkingDays(today, 0, calendar) : addWorkingDays(today, 1, calendar);
      const last = addWorkingDays(first.day, count, calendar);
      return {
        at: endOf(last.day, closes),
        day: last.day,
        provisional: first.provisional || last.provisional,
      };
    }
  }
}

function countOf({ unit, count }: Limit): number {
  if (unit === "SAME_WORKING_DAY") return 0;
  if (count === null || !Number.isInteger(count) || count < 0 || count > MOST)
    throw new RangeError("A limit counts whole hours or days, from 0 to 100,000.");
  return count;
}

interface TimeOfDay {
  hour: number;
  minute: number;
}

function timeOf(cutOff: string): TimeOfDay {
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(cutOff) || cutOff === "00:00")
    throw new RangeError("A cut-off is a time of day such as 17:00; midnight is said by none.");
  return { hour: Number(cutOff.slice(0, 2)), minute: Number(cutOff.slice(3)) };
}

/** The end of a London day. */
function endOf(day: string, closes: TimeOfDay | null): Date {
  const midnight = DateTime.fromISO(day, LONDON);
  return (closes ? midnight.set(closes) : midnight.plus({ days: 1 }).startOf("day")).toJSDate();
}
