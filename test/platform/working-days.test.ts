import { isWorkingDay, workingDaysBetween } from "../../src/platform/working-days/index";

/** Counted by hand on a calendar of England and Wales; the start day does not count, the end day does. */
test.each([
  ["2016-11-01", "2016-11-14", 9],
  ["2016-11-02", "2016-11-14", 8],
  ["2016-11-03", "2016-11-14", 7],
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
  expect(workingDaysBetween(from, to)).toBe(days);
});

test("a closed day, and years whose holidays are not known", () => {
  expect(["2016-12-26", "2016-12-27", "2017-01-02", "2018-08-27", "2019-02-16"].map(isWorkingDay)).toEqual(
    Array(5).fill(false),
  );
  expect(["2016-12-28", "2017-01-03", "2019-02-14"].map(isWorkingDay)).toEqual([true, true, true]);
  expect([workingDaysBetween("1950-01-01", "2019-01-01"), workingDaysBetween("2019-01-01", "2150-01-01")]).toEqual([
    null,
    null,
  ]);
});
