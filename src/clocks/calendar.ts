import { dayOf, isWeekend, numberOf, yearOf } from "./days";
import { expectedIn } from "./standing-rules";

/** The parts of the United Kingdom that keep bank holidays of their own. */
export const DIVISIONS = ["ENGLAND_AND_WALES", "SCOTLAND", "NORTHERN_IRELAND"] as const;
export type Division = (typeof DIVISIONS)[number];

/**
 * The bank holidays of a division as they are published for the years from `from` to `to`. Another version is another
 * object: nothing in one changes.
 */
export interface Calendar {
  readonly division: Division;
  readonly version: number;
  /** Where the days come from. */
  readonly source: string;
  /** First and last day published, YYYY-MM-DD. */
  readonly from: string;
  readonly to: string;
  /** The days on which the division is closed; Saturdays and Sundays are closed without being named. */
  readonly closed: ReadonlySet<string>;
}

/** A calendar in numbers, for counting. */
interface Counted {
  first: number;
  last: number;
  closed: ReadonlySet<number>;
  /** For each published day, the closed weekdays from the first of them up to and with it. */
  closedUpTo: Int32Array;
}

const counted = new WeakMap<Calendar, Counted>();

function countedOf(calendar: Calendar): Counted {
  const before = counted.get(calendar);
  if (before) return before;
  const [first, last] = [numberOf(calendar.from), numberOf(calendar.to)];
  const closed = new Set([...calendar.closed].map(numberOf).filter((day) => !isWeekend(day)));
  const closedUpTo = new Int32Array(Math.max(last - first + 1, 0));
  for (let index = 0; index < closedUpTo.length; index += 1)
    closedUpTo[index] = (closedUpTo[index - 1] ?? 0) + (closed.has(first + index) ? 1 : 0);
  const made = { first, last, closed, closedUpTo };
  counted.set(calendar, made);
  return made;
}

/** Whether both days lie in the published years: what is counted between them is then no guess. */
export function arePublished(one: number, other: number, calendar: Calendar): boolean {
  const { first, last } = countedOf(calendar);
  return Math.min(one, other) >= first && Math.max(one, other) <= last;
}

/** Whether a day, as a number, is a working day: as published, and past the published years as the standing rules expect. */
export function isOpen(day: number, calendar: Calendar): boolean {
  if (isWeekend(day)) return false;
  const { first, last, closed } = countedOf(calendar);
  return day >= first && day <= last ? !closed.has(day) : !expectedIn(yearOf(day), calendar.division).has(day);
}

/** Closed weekdays after `from` up to and with `to`, of which `from` is the earlier. */
export function closedBetween(from: number, to: number, calendar: Calendar): number {
  const { first, last, closedUpTo } = countedOf(calendar);
  if (from >= first && to <= last) return (closedUpTo[to - first] ?? 0) - (closedUpTo[from - first] ?? 0);
  const edges = [from, ...[first - 1, last].filter((edge) => edge > from && edge < to), to];
  let count = 0;
  for (const [index, end] of edges.entries()) {
    const start = edges[index - 1];
    if (start === undefined) continue;
    count +=
      start >= first - 1 && end <= last
        ? (closedUpTo[end - first] ?? 0) - (closedUpTo[start - first] ?? 0)
        : expectedBetween(start, end, calendar.division);
  }
  return count;
}

function expectedBetween(from: number, to: number, division: Division): number {
  let count = 0;
  for (let year = yearOf(from); year <= yearOf(to); year += 1)
    for (const day of expectedIn(year, division)) if (day > from && day <= to) count += 1;
  return count;
}

/** The weekdays on which the standing rules expect a division to be closed in a year, YYYY-MM-DD, in order. */
export const expectedHolidays = (year: number, division: Division): string[] =>
  [...expectedIn(year, division)].map(dayOf);
