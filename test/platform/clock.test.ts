import { fixedClock, londonDay, systemClock } from "../../src/platform/clock";

test("the system clock runs", () => {
  const before = Date.now();
  const now = systemClock.now().getTime();
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
  expect(systemClock.fixed).toBe(false);
});

test("a fixed clock stands, whatever happens to the instant it was given or has given", () => {
  const instant = new Date("2019-02-14T09:00:00Z");
  const clock = fixedClock(instant);
  instant.setUTCFullYear(1999);
  clock.now().setUTCFullYear(1999);
  expect(clock.now().toISOString()).toBe("2019-02-14T09:00:00.000Z");
  expect(clock.fixed).toBe(true);
});

test.each([
  ["winter, a minute before midnight", "2019-02-13T23:59:59.999Z", "2019-02-13"],
  ["winter, midnight", "2019-02-14T00:00:00Z", "2019-02-14"],
  ["the last winter evening", "2019-03-30T23:30:00Z", "2019-03-30"],
  ["the night the clocks go forward", "2019-03-31T00:59:59Z", "2019-03-31"],
  ["the first summer evening is already tomorrow", "2019-03-31T23:00:00Z", "2019-04-01"],
  ["summer, before midnight", "2019-07-01T22:59:59Z", "2019-07-01"],
  ["summer, midnight", "2019-07-01T23:00:00Z", "2019-07-02"],
  ["the night the clocks go back", "2019-10-26T23:00:00Z", "2019-10-27"],
  ["the first winter evening", "2019-10-27T23:30:00Z", "2019-10-27"],
  ["a year's end", "2018-12-31T23:59:59Z", "2018-12-31"],
  ["all of 1970 was summer time", "1970-01-31T23:30:00Z", "1970-02-01"],
])("%s: %s is %s in London", (_, instant, day) => {
  expect(londonDay(new Date(instant))).toBe(day);
});

test("what is not a moment is refused", () => {
  expect(() => fixedClock(new Date("never"))).toThrow(RangeError);
  expect(() => londonDay(new Date("never"))).toThrow(RangeError);
});
