import { type Division, PUBLISHED } from "../../src/clocks/index";
import { windowsOf } from "../../src/domains/rules/remind";

/** What is said, on a day, of something due on another, by a policy of five working days before, the day, and one after. */
const said = (day: string, due: string, division: Division = "ENGLAND_AND_WALES") =>
  windowsOf({ daysBefore: 5, onTheDay: true, daysAfter: 1 }, day, PUBLISHED[division])
    .filter(({ low, high }) => due >= low && due < high)
    .map(({ kind }) => kind)
    .join();

test.each([
  // due on Thursday 27 December 2018: after the 18th, 19, 20, 21, 24 and 27 are the five
  ["2018-12-17", "2018-12-27", ""],
  ["2018-12-18", "2018-12-27", "DUE_SOON"],
  ["2018-12-24", "2018-12-27", "DUE_SOON"],
  // nobody is told anything at Christmas
  ["2018-12-25", "2018-12-27", ""],
  ["2018-12-27", "2018-12-27", "DUE"],
  ["2018-12-28", "2018-12-27", "OVERDUE"],
  ["2019-01-04", "2018-12-27", "OVERDUE"],
  ["2019-01-07", "2018-12-27", ""],
  // due on Boxing Day: told on the last working day before
  ["2018-12-24", "2018-12-26", "DUE"],
  ["2018-12-27", "2018-12-26", "OVERDUE"],
])("on %s, of what is due on %s: %s", (day, due, kinds) => {
  expect(said(day, due)).toBe(kinds);
});

test.each([
  // Easter Monday, 22 April 2019: in Scotland people work
  ["2019-04-22", "2019-04-23", "ENGLAND_AND_WALES", ""],
  ["2019-04-22", "2019-04-23", "SCOTLAND", "DUE_SOON"],
  // 2 January 2019: in Scotland nobody does, and what is due then is told on Hogmanay
  ["2018-12-31", "2019-01-02", "SCOTLAND", "DUE"],
  ["2018-12-31", "2019-01-02", "ENGLAND_AND_WALES", "DUE_SOON"],
] as const)("on %s, of what is due on %s in %s: %s", (day, due, division, kinds) => {
  expect(said(day, due, division)).toBe(kinds);
});
