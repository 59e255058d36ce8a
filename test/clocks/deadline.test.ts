import fc from "fast-check";
import { type Deadline, deadlineOf, type Limit, PUBLISHED } from "../../src/clocks/index";

const { ENGLAND_AND_WALES, SCOTLAND } = PUBLISHED;

const workingDays = (count: number): Limit => ({ unit: "WORKING_DAYS", count });
const calendarDays = (count: number): Limit => ({ unit: "CALENDAR_DAYS", count });
const hours = (count: number): Limit => ({ unit: "HOURS", count });
const sameDay: Limit = { unit: "SAME_WORKING_DAY", count: null };

const told = (deadline: Deadline | null) => deadline && [deadline.at.toISOString(), deadline.day, deadline.provisional];

/** By hand. 21 December 2018 is a Friday; 25 and 26 December and 1 January are closed. */
test.each<[string, Limit, string, string | undefined, string, string]>([
  ["before the cut-off", workingDays(2), "2018-12-21T16:59:00Z", "17:00", "2018-12-27T17:00:00.000Z", "2018-12-27"],
  ["at the cut-off", workingDays(2), "2018-12-21T17:00:00Z", "17:00", "2018-12-27T17:00:00.000Z", "2018-12-27"],
  ["after the cut-off", workingDays(2), "2018-12-21T17:01:00Z", "17:00", "2018-12-28T17:00:00.000Z", "2018-12-28"],
  ["without a cut-off", workingDays(2), "2018-12-21T23:59:59Z", undefined, "2018-12-28T00:00:00.000Z", "2018-12-27"],
  ["on a Sunday", workingDays(1), "2018-12-23T10:00:00Z", undefined, "2018-12-28T00:00:00.000Z", "2018-12-27"],
  ["on Christmas Day", workingDays(3), "2018-12-25T10:00:00Z", "17:00", "2019-01-02T17:00:00.000Z", "2019-01-02"],
  ["no days", workingDays(0), "2018-12-21T09:00:00Z", "17:00", "2018-12-21T17:00:00.000Z", "2018-12-21"],
  ["the same working day", sameDay, "2018-12-21T16:59:00Z", "17:00", "2018-12-21T17:00:00.000Z", "2018-12-21"],
  ["the same, in the evening", sameDay, "2018-12-21T17:01:00Z", "17:00", "2018-12-24T17:00:00.000Z", "2018-12-24"],
  ["the same, on a Saturday", sameDay, "2018-12-22T09:00:00Z", undefined, "2018-12-25T00:00:00.000Z", "2018-12-24"],
  // in summer London is an hour ahead
  ["in summer", workingDays(1), "2019-06-28T15:59:00Z", "17:00", "2019-07-01T16:00:00.000Z", "2019-07-01"],
  ["in summer, late", workingDays(1), "2019-06-28T16:01:00Z", "17:00", "2019-07-02T16:00:00.000Z", "2019-07-02"],
  [
    "a Friday night that is Saturday",
    sameDay,
    "2019-06-28T23:30:00Z",
    undefined,
    "2019-07-01T23:00:00.000Z",
    "2019-07-01",
  ],
  // the clocks go forward on 31 March 2019 and back on 27 October
  ["48 hours in spring", hours(48), "2019-03-30T12:00:00Z", "17:00", "2019-04-01T12:00:00.000Z", "2019-04-01"],
  ["48 hours in autumn", hours(48), "2019-10-26T11:00:00Z", undefined, "2019-10-28T11:00:00.000Z", "2019-10-28"],
  [
    "hours into the next London day",
    hours(1),
    "2019-06-28T22:30:00Z",
    undefined,
    "2019-06-28T23:30:00.000Z",
    "2019-06-29",
  ],
  [
    "two working days in spring",
    workingDays(2),
    "2019-03-29T12:00:00Z",
    "17:00",
    "2019-04-02T16:00:00.000Z",
    "2019-04-02",
  ],
  [
    "two working days in autumn",
    workingDays(2),
    "2019-10-25T12:00:00Z",
    "17:00",
    "2019-10-29T17:00:00.000Z",
    "2019-10-29",
  ],
  ["the day of 23 hours", calendarDays(1), "2019-03-30T12:00:00Z", undefined, "2019-03-31T23:00:00.000Z", "2019-03-31"],
  ["the day of 25 hours", calendarDays(1), "2019-10-26T11:00:00Z", undefined, "2019-10-28T00:00:00.000Z", "2019-10-27"],
  [
    "a time that is left out",
    calendarDays(1),
    "2019-03-30T12:00:00Z",
    "01:30",
    "2019-03-31T01:30:00.000Z",
    "2019-03-31",
  ],
  [
    "a time that comes twice",
    calendarDays(1),
    "2019-10-26T11:00:00Z",
    "01:30",
    "2019-10-27T00:30:00.000Z",
    "2019-10-27",
  ],
  [
    "calendar days over Christmas",
    calendarDays(4),
    "2018-12-21T20:00:00Z",
    "17:00",
    "2018-12-25T17:00:00.000Z",
    "2018-12-25",
  ],
  ["70 working days", workingDays(70), "2018-11-05T09:00:00Z", undefined, "2019-02-15T00:00:00.000Z", "2019-02-14"],
])("%s", (_name, limit, from, cutOff, at, day) => {
  expect(told(deadlineOf(limit, new Date(from), ENGLAND_AND_WALES, cutOff))).toEqual([at, day, false]);
});

test("a division keeps its own days", () => {
  const from = new Date("2018-12-31T09:00:00Z");
  expect(deadlineOf(workingDays(1), from, SCOTLAND)?.day).toBe("2019-01-03");
  expect(deadlineOf(workingDays(1), from, ENGLAND_AND_WALES)?.day).toBe("2019-01-02");
});

test("past the published years a deadline in working days is provisional; hours and calendar days never are", () => {
  const from = new Date("2027-12-31T18:00:00Z");
  // as of Tuesday 4 January 2028: Monday 3 is the substitute of New Year's Day to be expected
  expect(told(deadlineOf(sameDay, from, ENGLAND_AND_WALES, "17:00"))).toEqual([
    "2028-01-04T17:00:00.000Z",
    "2028-01-04",
    true,
  ]);
  expect(deadlineOf(sameDay, from, ENGLAND_AND_WALES)?.provisional).toBe(false);
  expect(deadlineOf(hours(48), from, ENGLAND_AND_WALES)?.provisional).toBe(false);
  expect(deadlineOf(calendarDays(2), from, ENGLAND_AND_WALES)?.provisional).toBe(false);
});

test("no limit, no deadline", () => {
  expect(deadlineOf(null, new Date("2019-02-14T09:00:00Z"), ENGLAND_AND_WALES, "17:00")).toBeNull();
});

const now = new Date("2019-02-14T09:00:00Z");
test.each<[string, Limit | null, Date, string | undefined]>([
  ["a negative limit", workingDays(-1), now, undefined],
  ["half a day", calendarDays(0.5), now, undefined],
  ["half an hour", hours(0.5), now, undefined],
  ["a limit without its count", { unit: "WORKING_DAYS", count: null }, now, undefined],
  ["a count past all clocks", hours(Number.MAX_SAFE_INTEGER), now, undefined],
  ["days past all calendars", calendarDays(Number.MAX_SAFE_INTEGER), now, undefined],
  ["working days past all calendars", workingDays(1_000_000), now, undefined],
  ["no moment", workingDays(1), new Date("never"), undefined],
  ["no hour", workingDays(1), now, "25:00"],
  ["no minute", workingDays(1), now, "17:60"],
  ["an hour in another hand", null, now, "5pm"],
  ["midnight as a cut-off", workingDays(1), now, "00:00"],
])("%s is refused", (_name, limit, from, cutOff) => {
  expect(() => deadlineOf(limit, from, ENGLAND_AND_WALES, cutOff)).toThrow(RangeError);
});

const moment = fc.integer({ min: Date.UTC(1997, 0), max: Date.UTC(2030, 0) }).map((at) => new Date(at));
const limit = fc.oneof(
  fc.record({
    unit: fc.constantFrom("WORKING_DAYS" as const, "CALENDAR_DAYS" as const, "HOURS" as const),
    count: fc.nat(200),
  }),
  fc.constant(sameDay),
);
const cutOff = fc.constantFrom(undefined, "01:30", "12:00", "17:00", "23:59");

test("a later start never has an earlier deadline, and a deadline is not before its start but for calendar days of 0", () => {
  fc.assert(
    fc.property(limit, moment, moment, cutOff, (of, one, other, closes) => {
      const [first, last] = one <= other ? [one, other] : [other, one];
      const [early, late] = [first, last].map((from) => deadlineOf(of, from, ENGLAND_AND_WALES, closes)!);
      expect(early!.at <= late!.at).toBe(true);
      if (of.unit !== "CALENDAR_DAYS" || of.count !== 0) expect(early!.at >= first).toBe(true);
    }),
    { numRuns: 500 },
  );
});
