import fc from "fast-check";
import { PUBLISHED, workingDaysBetween } from "../../src/clocks/index";
import { DAYS_TO_REPORT, openPeriodEnd, reportingPeriods } from "../../src/domains/reporting/index";

const { ENGLAND_AND_WALES, SCOTLAND } = PUBLISHED;

const days = (cadence: number, start: string | null, end: string | null, today = "2019-02-14") =>
  reportingPeriods(cadence, { start, end }, today, ENGLAND_AND_WALES).map((period) => `${period.start} ${period.end}`);

test("a plan's quarters are those of the financial year, cut to the plan's own days", () => {
  expect(days(3, "2017-06-13", "2018-01-24")).toEqual([
    "2017-06-13 2017-06-30",
    "2017-07-01 2017-09-30",
    "2017-10-01 2017-12-31",
    "2018-01-01 2018-01-24",
  ]);
  expect(days(12, "2018-04-01", "2020-03-31")).toEqual(["2018-04-01 2019-03-31", "2019-04-01 2020-03-31"]);
  expect(days(6, "2018-02-01", "2018-10-31")).toEqual([
    "2018-02-01 2018-03-31",
    "2018-04-01 2018-09-30",
    "2018-10-01 2018-10-31",
  ]);
});

test("a cadence that does not divide the year is counted from the month in which the plan begins", () => {
  expect(days(5, "2018-02-10", "2018-11-30")).toEqual(["2018-02-10 2018-06-30", "2018-07-01 2018-11-30"]);
});

test("without a last day periods run to the one that today is in; without a first there are none", () => {
  expect(days(3, "2018-10-01", null)).toEqual(["2018-10-01 2018-12-31", "2019-01-01 2019-03-31"]);
  expect(days(3, "2019-10-01", null)).toEqual(["2019-10-01 2019-12-31"]);
  expect(days(3, null, "2019-03-31")).toEqual([]);
});

test("the open period is that which today is in, however the plan is dated", () => {
  expect(openPeriodEnd(3, "2018-04-01", "2019-02-14")).toBe("2019-03-31");
  expect(openPeriodEnd(3, null, "2019-03-31")).toBe("2019-03-31");
  expect(openPeriodEnd(3, "2019-04-01", "2019-02-14")).toBe("2019-03-31");
  expect(openPeriodEnd(5, "2018-02-10", "2018-07-01")).toBe("2018-11-30");
  expect(openPeriodEnd(1, "1990-01-01", "2019-02-14")).toBe("2019-02-28");
});

test("updates are due ten working days after the period: Easter and bank holidays are none; beyond them the day is provisional", () => {
  expect(
    reportingPeriods(3, { start: "2018-04-01", end: "2018-06-30" }, "2019-02-14", ENGLAND_AND_WALES)[0],
  ).toMatchObject({
    dueOn: "2018-07-13",
    provisional: false,
  });
  expect(
    reportingPeriods(1, { start: "2019-04-01", end: "2019-04-14" }, "2019-02-14", ENGLAND_AND_WALES)[0],
  ).toMatchObject({
    // 19 and 22 April 2019 were Good Friday and Easter Monday
    dueOn: "2019-04-30",
  });
  // in Scotland Easter Monday is a working day
  expect(reportingPeriods(1, { start: "2019-04-01", end: "2019-04-14" }, "2019-02-14", SCOTLAND)[0]).toMatchObject({
    dueOn: "2019-04-29",
  });
  expect(
    reportingPeriods(3, { start: "2090-04-01", end: "2090-06-30" }, "2019-02-14", ENGLAND_AND_WALES)[0]?.provisional,
  ).toBe(true);
});

const day = fc
  .integer({ min: 0, max: 7_000 })
  .map((offset) => new Date(Date.UTC(2010, 0, 1 + offset)).toISOString().slice(0, 10));

test("whatever the cadence, periods cover the plan's days, each once and in order, and are due after they end", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 24 }), day, day, (cadence, one, other) => {
      const [start, end] = one < other ? [one, other] : [other, one];
      const periods = reportingPeriods(cadence, { start, end }, "2019-02-14", ENGLAND_AND_WALES);
      expect([periods[0]?.start, periods.at(-1)?.end]).toEqual([start, end]);
      for (const [index, period] of periods.entries()) {
        expect(period.start <= period.end).toBe(true);
        const next = periods[index + 1];
        if (next) expect(Date.parse(next.start) - Date.parse(period.end)).toBe(86_400_000);
        if (!period.provisional)
          expect(workingDaysBetween(period.end, period.dueOn, ENGLAND_AND_WALES)).toBe(DAYS_TO_REPORT);
      }
    }),
    { numRuns: 300 },
  );
});
