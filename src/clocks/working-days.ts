import { arePublished, type Calendar, closedBetween, isOpen } from "./calendar";
import { dayOf, numberOf, weekdaysUpTo } from "./days";

/**
 * Whether a day, YYYY-MM-DD, is a working day: any day but a Saturday, a Sunday, Christmas Day, Good Friday or a bank holiday
 * of the division under the Banking and Financial Dealings Act 1971 (definition of SI 2007/462 for England and Wales). Outside
 * the published years the standing rules say.
 */
export const isWorkingDay = (day: string, calendar: Calendar): boolean => isOpen(numberOf(day), calendar);

/**
 * Working days after `from` up to and with `to`; negative when `to` comes first, so that the way back counts what the way
 * there did. The start day does not count. Null where either day lies outside the published years: a guess would be shown as
 * a fact.
 */
export function workingDaysBetween(from: string, to: string, calendar: Calendar): number | null {
  if ([from, to].some((day) => day < calendar.from || day > calendar.to)) return null;
  return between(numberOf(from), numberOf(to), calendar);
}

/** The same for any two days; `provisional` where either lies outside the published years, and holidays are those expected. */
export function countWorkingDays(from: string, to: string, calendar: Calendar): { days: number; provisional: boolean } {
  const [start, end] = [numberOf(from), numberOf(to)];
  return { days: between(start, end, calendar), provisional: !arePublished(start, end, calendar) };
}

function between(from: number, to: number, calendar: Calendar): number {
  if (from > to) return 0 - between(to, from, calendar);
  return weekdaysUpTo(to) - weekdaysUpTo(from) - closedBetween(from, to, calendar);
}

/** Working days that can be gone at once: some 380 years. */
const MOST = 100_000;

/**
 * The working day that is `count` working days after a day, or before it where `count` is negative; the day itself does not
 * count, and with 0 it is the answer, closed or not. `provisional` where the way leads outside the published years.
 *
 * @throws {RangeError} where `count` is no whole number from -100,000 to 100,000, or the way leads past the year 9999.
 */
export function addWorkingDays(day: string, count: number, calendar: Calendar): { day: string; provisional: boolean } {
  if (!Number.isInteger(count) || Math.abs(count) > MOST)
    throw new RangeError("Working days are added in whole numbers, at most 100,000 at once.");
  const start = numberOf(day);
  const step = Math.sign(count);
  let reached = start;
  for (let left = Math.abs(count); left > 0;) {
    reached += step;
    if (isOpen(reached, calendar)) left -= 1;
  }
  return { day: dayOf(reached), provisional: !arePublished(start, reached, calendar) };
}
