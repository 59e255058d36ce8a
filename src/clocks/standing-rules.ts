import type { Division } from "./calendar";
import { isWeekend, numberOf, weekdayOf } from "./days";

const date = (year: number, month: number, day: number): number =>
  numberOf(`${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`);

const firstMonday = (year: number, month: number): number =>
  date(year, month, 1) + ((7 - weekdayOf(date(year, month, 1))) % 7);
/** Of a month of 31 days, as May and August are. */
const lastMonday = (year: number, month: number): number => date(year, month, 31) - weekdayOf(date(year, month, 31));

/** Easter Sunday of the Gregorian calendar, by the anonymous algorithm that Meeus gives (Astronomical Algorithms, chapter 8). */
export function easterSunday(year: number): number {
  const a = year % 19;
  const [b, c] = [Math.floor(year / 100), year % 100];
  const g = Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3);
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const month = Math.floor((h + l - 7 * m + 114) / 31);
  return date(year, month, ((h + l - 7 * m + 114) % 31) + 1);
}

/** The days that each division keeps in a year, on whatever weekday they fall. */
const kept: Record<Division, (year: number) => number[]> = {
  ENGLAND_AND_WALES: (year) => [
    date(year, 1, 1),
    easterSunday(year) - 2,
    easterSunday(year) + 1,
    firstMonday(year, 5),
    lastMonday(year, 5),
    lastMonday(year, 8),
    date(year, 12, 25),
    date(year, 12, 26),
  ],
  SCOTLAND: (year) => [
    date(year, 1, 1),
    date(year, 1, 2),
    easterSunday(year) - 2,
    firstMonday(year, 5),
    lastMonday(year, 5),
    firstMonday(year, 8),
    // St Andrew's Day Bank Holiday (Scotland) Act 2007
    ...(year >= 2007 ? [date(year, 11, 30)] : []),
    date(year, 12, 25),
    date(year, 12, 26),
  ],
  NORTHERN_IRELAND: (year) => [...kept.ENGLAND_AND_WALES(year), date(year, 3, 17), date(year, 7, 12)],
};

const expected = new Map<string, ReadonlySet<number>>();

/**
 * The closed weekdays to be expected of a year by the standing rules: the schedule of the Banking and Financial Dealings Act
 * 1971 and what is proclaimed under it every year. A day that falls on a weekend is kept on the next weekday that is not kept
 * itself. What is proclaimed once, and what is moved for it, nobody can expect.
 */
export function expectedIn(year: number, division: Division): ReadonlySet<number> {
  const key = `${division} ${year}`;
  const before = expected.get(key);
  if (before) return before;
  const days = new Set(kept[division](year));
  for (const day of days) {
    if (!isWeekend(day)) continue;
    let substitute = day + 1;
    while (isWeekend(substitute) || days.has(substitute)) substitute += 1;
    days.add(substitute);
  }
  const closed = new Set([...days].filter((day) => !isWeekend(day)).sort((one, other) => one - other));
  expected.set(key, closed);
  return closed;
}
