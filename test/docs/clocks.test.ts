import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DateTime } from "luxon";
import { addWorkingDays, deadlineOf, type Limit, PUBLISHED } from "../../src/clocks/index";

const text = readFileSync(join(__dirname, "../../docs/clocks.md"), "utf8");
const rows = [...text.matchAll(/^\| (\w+day \d.*?) +\| (.*?) +\| (.*?) +\|$/gm)].map(([, begins, limit, over]) => [
  begins ?? "",
  limit ?? "",
  over ?? "",
]);

const WORDS = "cccc d LLLL HH:mm";
const LONDON = { zone: "Europe/London" };
const UNITS: Record<string, Limit["unit"]> = {
  "working days": "WORKING_DAYS",
  "calendar days": "CALENDAR_DAYS",
  hours: "HOURS",
};

function limitOf(words: string): Limit {
  const [, count, unit = ""] = /^(\d+) (.*)$/.exec(words) ?? [];
  const found = UNITS[unit];
  return found ? { unit: found, count: Number(count) } : { unit: "SAME_WORKING_DAY", count: null };
}

test("the page has its table", () => {
  expect(rows).toHaveLength(5);
});

test.each(rows)("from %s, %s: %s", (begins, limit, over) => {
  const from = DateTime.fromFormat(`${begins} 2018`, `${WORDS} yyyy`, LONDON).toJSDate();
  const deadline = deadlineOf(limitOf(limit), from, PUBLISHED.ENGLAND_AND_WALES, "17:00");
  expect(deadline && DateTime.fromJSDate(deadline.at, LONDON).setLocale("en-GB").toFormat(WORDS)).toBe(over);
});

test("what the page says of days in words", () => {
  expect(addWorkingDays("2018-12-24", 1, PUBLISHED.ENGLAND_AND_WALES).day).toBe("2018-12-27");
  expect(addWorkingDays("2027-12-20", 10, PUBLISHED.ENGLAND_AND_WALES)).toEqual({
    day: "2028-01-06",
    provisional: true,
  });
});
