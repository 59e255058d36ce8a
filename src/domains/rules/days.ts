import { DateTime } from "luxon";
import { addWorkingDays as counted, type Calendar } from "../../clocks/index";
import { londonDay } from "../../platform/clock";

const DAY_MS = 86_400_000;
export const shifted = (day: string, by: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + by * DAY_MS).toISOString().slice(0, 10);

/** The working day that is `count` working days after a day, or before it; the day itself does not count, and with 0 is the answer. */
export const addWorkingDays = (day: string, count: number, calendar: Calendar): string =>
  counted(day, count, calendar).day;

/** A day on which a rule looks: the instant, and the days from `low` and before `high` on which what it finds then came about. */
export interface Look {
  n: number;
  at: string;
  day: string;
  low: string;
  high: string;
}

/**
 * The look of a rule at an instant. What came about on a day is found once `workingDays` working days after it have come, that is
 * where it is before `high`; what would have been found on the day before the rule was switched on is before `low`. SQL
 * so compares columns with days, and knows nothing of working days.
 */
export function lookAt(
  at: Date,
  n: number,
  { workingDays, onFrom }: { workingDays: number; onFrom: Date },
  calendar: Calendar,
): Look {
  const day = londonDay(at);
  return {
    n,
    at: at.toISOString(),
    day,
    low: addWorkingDays(londonDay(onFrom), -workingDays, calendar),
    high: addWorkingDays(shifted(day, 1), -workingDays, calendar),
  };
}

/** The hour in London at which rules look each day. */
export const HOUR = 6;

/** The instant at which rules look on a day. */
export const lookingOn = (day: string): Date =>
  DateTime.fromISO(day, { zone: "Europe/London" }).set({ hour: HOUR }).toJSDate();

/** Days from one to another, both included. */
export function daysFrom(from: string, to: string): string[] {
  const days: string[] = [];
  for (let day = from; day <= to; day = shifted(day, 1)) days.push(day);
  return days;
}
