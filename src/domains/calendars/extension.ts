import { BadInputError } from "../../platform/errors/index";
import type { BankHoliday, BankHolidayCalendar } from "./bank-holiday.entity";
import type { ExtendBankHolidaysInput } from "./calendars.inputs";

/** What a calendar is to become: from a day on, other days to a last one. */
export interface Extension {
  source: string;
  from: string;
  to: string;
  days: { day: string; name: string }[];
}

/** Fewest bank holidays of a whole year: of the eight to ten that a division keeps, so many are never missing. */
const FEWEST = 6;

type Standing = Pick<BankHolidayCalendar, "source" | "publishedFrom" | "publishedTo"> & {
  days: readonly Pick<BankHoliday, "day" | "name">[];
};

/**
 * What becomes of a calendar that is told of more days; null where it says all of that already.
 *
 * @throws {BadInputError} where the days are none, lie outside what is told of, or would leave a gap or less than there was.
 */
export function extensionOf(calendar: Standing, input: ExtendBankHolidaysInput): Extension | null {
  const source = within(input.source, ["source"]);
  const to = input.publishedTo;
  const days = input.days.map(({ day, name }, index) => ({ day, name: within(name, dayField(index, "name")) }));
  const standing = new Map(calendar.days.map(({ day, name }) => [day, name]));
  const next = dayAfter(calendar.publishedTo);
  const from = input.publishedFrom ?? next;
  const stands = days.every(({ day, name }) => standing.get(day) === name);
  if (!input.publishedFrom && to <= calendar.publishedTo && stands && days.length > 0) return null;
  requireSpan(calendar, { from, to, next });
  requireDays(days, from, to, calendar);
  const replaced = [...standing.keys()].filter((day) => day >= from);
  if (stands && replaced.length === days.length && to === calendar.publishedTo) return null;
  return { source: sourcesOf(calendar, source, from), from, to, days };
}

function requireSpan(
  { publishedFrom, publishedTo }: Standing,
  { from, to, next }: { from: string; to: string; next: string },
): void {
  if (from < publishedFrom || from > next)
    throw new BadInputError(
      `The calendar is published from ${publishedFrom} to ${publishedTo}: tell of days from ${next} on, or of earlier ones of those years.`,
      ["input", "publishedFrom"],
    );
  if (to < from || to < publishedTo)
    throw new BadInputError(`The calendar is published to ${publishedTo} already: tell of days up to a later one.`, [
      "input",
      "publishedTo",
    ]);
}

function requireDays(days: Extension["days"], from: string, to: string, calendar: Standing): void {
  const seen = new Set<string>();
  for (const [index, { day }] of days.entries()) {
    const field = dayField(index, "day");
    if (day < from || day > to)
      throw new BadInputError(`${day} is not one of the days from ${from} to ${to} that this tells of.`, field);
    if ([0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay()))
      throw new BadInputError(
        `${day} is on a weekend, which is closed anyway: give the day that stands in for it.`,
        field,
      );
    if (seen.has(day)) throw new BadInputError(`${day} stands twice.`, field);
    seen.add(day);
  }
  if (!to.endsWith("-12-31"))
    throw new BadInputError("A calendar is published for whole years: tell of days up to a 31 December.", [
      "input",
      "publishedTo",
    ]);
  const become = [...calendar.days.filter(({ day }) => day < from), ...days];
  for (let year = Number(from.slice(0, 4)); `${year}-12-31` <= to; year += 1)
    if (become.filter(({ day }) => day.startsWith(String(year))).length < FEWEST)
      throw new BadInputError(`${year} has fewer bank holidays than any division keeps: give all of them.`, [
        "input",
        "days",
      ]);
}

/** Where the days come from: those that stay, and the new ones. */
const sourcesOf = ({ source: before, publishedFrom }: Standing, source: string, from: string): string =>
  from <= publishedFrom ? source : before.endsWith(`: ${source}`) ? before : `${before}; from ${from}: ${source}`;

const dayField = (index: number, field: string) => ["input", "days", String(index), field];

function within(text: string, field: readonly string[]): string {
  const trimmed = text.trim();
  if (trimmed.length < 1 || trimmed.length > 200)
    throw new BadInputError("It needs 1 to 200 characters.", field[0] === "input" ? field : ["input", ...field]);
  return trimmed;
}

const dayAfter = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
