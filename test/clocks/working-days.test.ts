import fc from "fast-check";
import oneOffDays from "../../scripts/bank-holidays/one-off-days.json";
import {
  addWorkingDays,
  type Calendar,
  countWorkingDays,
  type Division,
  DIVISIONS,
  expectedHolidays,
  isWorkingDay,
  PUBLISHED,
  workingDaysBetween,
} from "../../src/clocks/index";
import { easterSunday } from "../../src/clocks/standing-rules";

const { ENGLAND_AND_WALES, SCOTLAND, NORTHERN_IRELAND } = PUBLISHED;
const short: Record<string, Calendar> = { EW: ENGLAND_AND_WALES, S: SCOTLAND, NI: NORTHERN_IRELAND };

/** Counted by hand on a calendar of England and Wales; the start day does not count, the end day does. */
test.each([
  // Christmas Day 2016 was a Sunday: its substitute is Tuesday 27th; New Year's Day too: Monday 2 January
  ["2016-12-23", "2016-12-28", 1],
  ["2016-12-23", "2017-01-03", 4],
  // Good Friday and Easter Monday: 14 and 17 April 2017, 30 March and 2 April 2018, 19 and 22 April 2019
  ["2017-04-13", "2017-04-18", 1],
  ["2018-03-29", "2018-04-03", 1],
  ["2019-04-18", "2019-04-23", 1],
  ["2018-12-24", "2018-12-27", 1],
  ["2019-02-14", "2019-02-14", 0],
  ["2019-02-15", "2019-02-17", 0],
  ["2019-02-15", "2019-02-18", 1],
  ["2019-02-18", "2019-02-15", -1],
  ["2016-11-14", "2016-11-03", -7],
])("from %s to %s: %d", (from, to, days) => {
  expect(workingDaysBetween(from, to, ENGLAND_AND_WALES)).toBe(days);
  expect(countWorkingDays(from, to, ENGLAND_AND_WALES)).toEqual({ days, provisional: false });
});

/** By hand, with the calendar of the year. */
test.each([
  // Christmas and New Year 2018/19: closed on Tuesday 25, Wednesday 26 and Tuesday 1
  ["EW", "2018-12-20", 5, "2018-12-31"],
  ["EW", "2018-12-21", 5, "2019-01-02"],
  ["EW", "2018-12-24", 1, "2018-12-27"],
  ["NI", "2018-12-31", 1, "2019-01-02"],
  ["S", "2018-12-31", 1, "2019-01-03"],
  // 2016/17: both first days are Sundays
  ["EW", "2016-12-23", 1, "2016-12-28"],
  ["EW", "2016-12-30", 1, "2017-01-03"],
  ["S", "2016-12-30", 1, "2017-01-04"],
  // 2020/21: Boxing Day is a Saturday, kept on Monday 28; in Scotland 2 January too, kept on Monday 4
  ["EW", "2020-12-24", 1, "2020-12-29"],
  ["EW", "2020-12-24", 4, "2021-01-04"],
  ["S", "2020-12-24", 4, "2021-01-05"],
  // 2021/22: Christmas Day, Boxing Day and New Year's Day at weekends
  ["EW", "2021-12-24", 1, "2021-12-29"],
  ["EW", "2021-12-24", 4, "2022-01-04"],
  ["S", "2021-12-24", 4, "2022-01-05"],
  // Easter Monday is a working day in Scotland, Good Friday is none anywhere
  ["EW", "2018-03-29", 1, "2018-04-03"],
  ["NI", "2018-03-29", 1, "2018-04-03"],
  ["S", "2018-03-29", 1, "2018-04-02"],
  // proclaimed once, or moved
  ["EW", "1999-12-30", 1, "2000-01-04"],
  ["EW", "2002-05-24", 1, "2002-05-27"],
  ["EW", "2002-05-31", 1, "2002-06-05"],
  ["EW", "2011-04-28", 1, "2011-05-03"],
  ["EW", "2012-05-25", 1, "2012-05-28"],
  ["EW", "2012-06-01", 1, "2012-06-06"],
  ["S", "2012-06-01", 1, "2012-06-06"],
  ["EW", "2020-05-01", 1, "2020-05-04"],
  ["EW", "2020-05-07", 1, "2020-05-11"],
  ["EW", "2022-05-27", 1, "2022-05-30"],
  ["EW", "2022-06-01", 1, "2022-06-06"],
  ["EW", "2022-09-16", 1, "2022-09-20"],
  ["NI", "2022-09-16", 1, "2022-09-20"],
  ["EW", "2023-05-05", 1, "2023-05-09"],
  ["S", "2026-06-12", 1, "2026-06-16"],
  ["EW", "2026-06-12", 1, "2026-06-15"],
  // the summer holiday: first Monday of August in Scotland, last elsewhere
  ["S", "2018-08-03", 1, "2018-08-07"],
  ["S", "2018-08-24", 1, "2018-08-27"],
  ["EW", "2018-08-03", 1, "2018-08-06"],
  ["EW", "2018-08-24", 1, "2018-08-28"],
  // St Andrew's Day: Friday 30 November 2018; Saturday in 2019, kept on Monday; a working day before the Act of 2007
  ["S", "2018-11-29", 1, "2018-12-03"],
  ["EW", "2018-11-29", 1, "2018-11-30"],
  ["S", "2019-11-29", 1, "2019-12-03"],
  ["S", "2006-11-29", 1, "2006-11-30"],
  // 17 March: Friday in 2017, Saturday in 2018; 12 July: Thursday in 2018, Sunday in 2020
  ["NI", "2017-03-16", 1, "2017-03-20"],
  ["NI", "2018-03-16", 1, "2018-03-20"],
  ["EW", "2018-03-16", 1, "2018-03-19"],
  ["NI", "2018-07-11", 1, "2018-07-13"],
  ["NI", "2020-07-10", 1, "2020-07-14"],
  // the shadow board: 7 to 9 working days before the board of 14 November 2016
  ["EW", "2016-11-14", -7, "2016-11-03"],
  ["EW", "2016-11-14", -8, "2016-11-02"],
  ["EW", "2016-11-14", -9, "2016-11-01"],
  ["EW", "2017-01-03", -4, "2016-12-23"],
  // from closed days, and nowhere
  ["EW", "2019-02-16", 1, "2019-02-18"],
  ["EW", "2019-02-17", -1, "2019-02-15"],
  ["EW", "2019-02-17", 0, "2019-02-17"],
])("%s: %s and %d working days are %s", (division, from, count, day) => {
  expect(addWorkingDays(from, count, short[division]!)).toEqual({ day, provisional: false });
});

/** A written statement of proposed action is due within 70 working days (SI 2015/1792): 14 weeks and the closed weekdays in them. */
test.each([
  // 28 August
  ["2017-06-13", "2017-09-20"],
  // 14 and 17 April, 1 and 29 May
  ["2017-03-09", "2017-06-21"],
  // from a Saturday, as from the Friday before: 7 and 28 May
  ["2018-04-14", "2018-07-24"],
  // 25 and 26 December, 1 January
  ["2018-11-05", "2019-02-14"],
  // 15 and 18 April, 2 May, 2 and 3 June
  ["2022-03-16", "2022-06-29"],
])("a joint inspection's findings of %s are answered by %s", (received, due) => {
  expect(addWorkingDays(received, 70, ENGLAND_AND_WALES)).toEqual({ day: due, provisional: false });
});

test("a closed day, and years that are not published", () => {
  const open = (day: string) => isWorkingDay(day, ENGLAND_AND_WALES);
  expect(["2016-12-26", "2016-12-27", "2017-01-02", "2018-08-27", "2019-02-16"].map(open)).toEqual(
    Array(5).fill(false),
  );
  expect(["2016-12-28", "2017-01-03", "2019-02-14"].map(open)).toEqual([true, true, true]);
  expect(workingDaysBetween("1950-01-01", "2019-01-01", ENGLAND_AND_WALES)).toBeNull();
  expect(workingDaysBetween("2019-01-01", "2150-01-01", ENGLAND_AND_WALES)).toBeNull();
  expect(workingDaysBetween("1998-01-01", "2027-12-31", ENGLAND_AND_WALES)).not.toBeNull();
});

test("past the published years the holidays expected are kept, and the day is provisional until they are published", () => {
  // 27 and 28 December 2027 are published; Monday 3 January 2028 is the substitute to be expected
  expect(addWorkingDays("2027-12-20", 10, ENGLAND_AND_WALES)).toEqual({ day: "2028-01-06", provisional: true });
  expect(addWorkingDays("2027-12-20", 7, ENGLAND_AND_WALES)).toEqual({ day: "2027-12-31", provisional: false });
  expect(countWorkingDays("2027-12-20", "2028-01-06", ENGLAND_AND_WALES)).toEqual({ days: 10, provisional: true });
  // Easter 2028 is 16 April
  expect(addWorkingDays("2028-04-13", 1, ENGLAND_AND_WALES).day).toBe("2028-04-18");
  expect(addWorkingDays("2028-04-13", 1, SCOTLAND).day).toBe("2028-04-17");
  expect(addWorkingDays("2028-03-16", 1, NORTHERN_IRELAND).day).toBe("2028-03-20");
  // Christmas Day 1997 was a Thursday
  expect(addWorkingDays("1998-01-02", -5, ENGLAND_AND_WALES)).toEqual({ day: "1997-12-23", provisional: true });

  const closed = new Set([...ENGLAND_AND_WALES.closed, "2028-01-03", "2028-01-04"]);
  const extended = { ...ENGLAND_AND_WALES, version: 2, to: "2028-12-31", closed };
  expect(addWorkingDays("2027-12-20", 10, extended)).toEqual({ day: "2028-01-07", provisional: false });
  expect(workingDaysBetween("2027-12-20", "2028-01-07", extended)).toBe(10);
});

/** As printed in the tables of the Book of Common Prayer and of the Royal Observatory. */
test.each([
  [1818, "1818-03-22"],
  [2000, "2000-04-23"],
  [2008, "2008-03-23"],
  [2011, "2011-04-24"],
  [2019, "2019-04-21"],
  [2024, "2024-03-31"],
  [2038, "2038-04-25"],
])("Easter %d is %s", (year, day) => {
  expect(new Date(easterSunday(year) * 86_400_000).toISOString().slice(0, 10)).toBe(day);
});

test.each(DIVISIONS)(
  "what was published for %s is what the standing rules expect, but for what was proclaimed once",
  (division) => {
    const bears = oneOffDays.filter(({ divisions }: { divisions?: string[] }) => divisions?.includes(division) ?? true);
    const differing: string[] = [];
    for (let year = 1998; year <= 2027; year += 1) {
      const published = [...PUBLISHED[division].closed].filter((day) => day.startsWith(String(year)));
      const expected = expectedHolidays(year, division);
      differing.push(
        ...published.filter((day) => !expected.includes(day)),
        ...expected.filter((day) => !published.includes(day)),
      );
    }
    const once = bears.flatMap(({ day, insteadOf }: { day: string; insteadOf?: string }) =>
      insteadOf ? [day, insteadOf] : [day],
    );
    expect(differing.sort()).toEqual(once.sort());
  },
);

test.each(["2019-02-30", "2019-2-14", "14/02/2019", "", "2019-02-14T09:00:00Z", "0019-02-14"])(
  "%p is no day",
  (day) => {
    expect(() => isWorkingDay(day, SCOTLAND)).toThrow(RangeError);
    expect(() => addWorkingDays(day, 1, SCOTLAND)).toThrow(RangeError);
  },
);

test.each([0.5, NaN, Infinity, 100_001, -100_001])("%d is no count of working days", (count) => {
  expect(() => addWorkingDays("2019-02-14", count, SCOTLAND)).toThrow(RangeError);
});

test("nothing is counted past the year 9999", () => {
  expect(() => addWorkingDays("9999-12-30", 3, SCOTLAND)).toThrow(RangeError);
});

const division = fc.constantFrom<Division>(...DIVISIONS);
/** From 1990 to 2044: before, in and past the published years. */
const day = fc
  .integer({ min: 0, max: 20_000 })
  .map((offset) => new Date(Date.UTC(1990, 0, 1 + offset)).toISOString().slice(0, 10));
const count = fc.integer({ min: 1, max: 400 });

test("what is added is counted again, there from any day and back from any working day; it is never a closed day", () => {
  fc.assert(
    fc.property(division, day, count, (of, from, days) => {
      const calendar = PUBLISHED[of];
      const there = addWorkingDays(from, days, calendar);
      expect(isWorkingDay(there.day, calendar)).toBe(true);
      expect(countWorkingDays(from, there.day, calendar)).toEqual({ days, provisional: there.provisional });
      const back = addWorkingDays(there.day, -days, calendar);
      expect(isWorkingDay(back.day, calendar)).toBe(true);
      expect(countWorkingDays(there.day, back.day, calendar).days).toBe(-days);
      if (isWorkingDay(from, calendar)) expect(back.day).toBe(from);
    }),
    { numRuns: 500 },
  );
});

test("a later start or more days never give an earlier day, and counts add up", () => {
  fc.assert(
    fc.property(division, day, day, day, count, (of, one, other, third, days) => {
      const calendar = PUBLISHED[of];
      const [first, last] = one <= other ? [one, other] : [other, one];
      expect(addWorkingDays(first, days, calendar).day <= addWorkingDays(last, days, calendar).day).toBe(true);
      expect(addWorkingDays(first, days, calendar).day < addWorkingDays(first, days + 1, calendar).day).toBe(true);
      const between = (from: string, to: string) => countWorkingDays(from, to, calendar).days;
      expect(between(one, other) + between(other, third)).toBe(between(one, third));
      const known = workingDaysBetween(one, other, calendar);
      if (known !== null) expect(known).toBe(between(one, other));
    }),
    { numRuns: 500 },
  );
});

test("a count is the number of working days, one by one", () => {
  fc.assert(
    fc.property(division, day, fc.integer({ min: 0, max: 900 }), (of, from, length) => {
      const days = Array.from({ length }, (_, index) =>
        new Date(Date.parse(from) + (index + 1) * 86_400_000).toISOString().slice(0, 10),
      );
      const open = days.filter((one) => isWorkingDay(one, PUBLISHED[of])).length;
      expect(countWorkingDays(from, days.at(-1) ?? from, PUBLISHED[of]).days).toBe(open);
    }),
    { numRuns: 100 },
  );
});
