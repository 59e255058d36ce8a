const DAY_MS = 86_400_000;
const MONDAY = 4; // 5 January 1970

/**
 * A day, YYYY-MM-DD, as a number: days since 1 January 1970.
 *
 * @throws {RangeError} where it is no day.
 */
export function numberOf(day: string): number {
  const [year, month, date] = [Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8))];
  // of a year below 100, Date.UTC makes one of the twentieth century
  const moment = day.length === 10 && year >= 100 ? Date.UTC(year, month - 1, date) : NaN;
  const found = new Date(moment);
  if (found.getUTCDate() !== date || found.getUTCMonth() !== month - 1)
    throw new RangeError("A working day is counted from a day such as 2019-02-14.");
  return moment / DAY_MS;
}

/**
 * The day that a number stands for.
 *
 * @throws {RangeError} where that is past the year 9999, which no day is written for.
 */
export function dayOf(number: number): string {
  const day = new Date(number * DAY_MS).toISOString();
  if (day.length !== 24) throw new RangeError("A day is of the years 100 to 9999.");
  return day.slice(0, 10);
}

/** 0 for a Monday to 6 for a Sunday. */
export const weekdayOf = (number: number): number => (((number - MONDAY) % 7) + 7) % 7;

export const isWeekend = (number: number): boolean => weekdayOf(number) > 4;

/** The days from a Monday long past up to and with this one that are no Saturday or Sunday; the difference of two counts those between. */
export const weekdaysUpTo = (number: number): number =>
  Math.floor((number - MONDAY) / 7) * 5 + Math.min(weekdayOf(number) + 1, 5);

export const yearOf = (number: number): number => new Date(number * DAY_MS).getUTCFullYear();
