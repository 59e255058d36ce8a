import { DateTime } from "luxon";
import holidays from "./england-and-wales.json";

const closed = new Set(holidays.days);

/**
 * Whether a day is a working day in England and Wales: any day but a Saturday, a Sunday, Christmas Day, Good Friday or a
 * bank holiday under the Banking and Financial Dealings Act 1971 (definition of SI 2007/462). `day` is YYYY-MM-DD.
 */
export function isWorkingDay(day: string): boolean {
  const { weekday } = DateTime.fromISO(day, { zone: "utc" });
  return weekday < 6 && !closed.has(day);
}

/**
 * Working days after `from` up to and with `to`; negative when `to` comes first. The start day does not count. Null where
 * either day lies outside the years whose holidays are known: a guess would be shown as a fact.
 */
export function workingDaysBetween(from: string, to: string): number | null {
  const [first, last] = from <= to ? [from, to] : [to, from];
  if (first < holidays.from || last > holidays.to) return null;
  let count = 0;
  for (
    let day = DateTime.fromISO(first, { zone: "utc" }).plus({ days: 1 });
    day.toISODate() !== null;
    day = day.plus({ days: 1 })
  ) {
    const date = day.toISODate() ?? "";
    if (date > last) break;
    if (isWorkingDay(date)) count += 1;
  }
  return from <= to ? count : -count;
}
