import { dayInWords, lastDayOf } from "../../src/platform/days-in-words";

test.each([
  ["2019-03-31", "DAY", "2019-03-31", "31 March 2019"],
  ["2019-02-01", "MONTH", "2019-02-28", "February 2019"],
  ["2020-02-14", "MONTH", "2020-02-29", "February 2020"],
  ["2019-12-31", "MONTH", "2019-12-31", "December 2019"],
  ["2019-01-01", "QUARTER", "2019-03-31", "January to March 2019"],
  ["2019-11-30", "QUARTER", "2019-12-31", "October to December 2019"],
  ["2019-06-30", "QUARTER", "2019-06-30", "April to June 2019"],
  ["2019-02-14", "YEAR", "2019-12-31", "2019"],
] as const)("%s as a %s ends on %s and is called %s", (day, exactness, last, words) => {
  expect(lastDayOf(day, exactness)).toBe(last);
  expect(dayInWords(day, exactness)).toBe(words);
});
