import holidays from "./england-and-wales.json";

const closed = new Set(holidays.days);

/**
 * Whether a day is a working day in England and Wales: any day but a Saturday, a Sunday, Christmas Day, Good Friday or a
 * bank holiday under the Banking and Financial Dealings Act 1971 (definition of SI 2007/462). `day` is YYYY-MM-DD.
 */
export function isWorkingDay(day: string): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekday !== 0 && weekday !== 6 && !closed.has(day);
}

const DAY_MS = 86_400_000;
const numberOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / DAY_MS;

/** For each day whose holidays are known, the working days from the first of them to it. */
const upTo = (() => {
  const first = numberOf(holidays.from);
  const counts = new Int32Array(numberOf(holidays.to) - first + 1);
  let count = 0;
  for (let index = 0; index < counts.length; index += 1) {
    if (isWorkingDay(new Date((first + index) * DAY_MS).toISOString().slice(0, 10))) count += 1;
    counts[index] = count;
  }
  return (day: string): number => counts[numberOf(day) - first] ?? 0;
})();

/**
 * Working days after `from` up to and with `to`; negative when `to` comes first. The start day does not count. Null where
 * either day lies outside the years whose holidays are known: a guess would be shown as a fact.
 */
export function workingDaysBetween(from: string, to: string): number | null {
  const [first, last] = from <= to ? [from, to] : [to, from];
  if (first < holidays.from || last > holidays.to) return null;
  const count = upTo(last) - upTo(first);
  return from <= to ? count : -count;
}
