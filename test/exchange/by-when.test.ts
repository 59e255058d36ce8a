import { readByWhen } from "../../src/domains/exchange/reader";

const rules = { dayFirst: true };

describe("a by-when as printed", () => {
  test.each([
    ["31/03/26", "DUE", "2026-03-31", "DAY"],
    ["31.03.2026", "DUE", "2026-03-31", "DAY"],
    ["3rd March 2026", "DUE", "2026-03-03", "DAY"],
    ["31st of March, 2026", "DUE", "2026-03-31", "DAY"],
    ["Monday 2 March 2026", "DUE", "2026-03-02", "DAY"],
    ["March 3rd, 2026", "DUE", "2026-03-03", "DAY"],
    ["2026-03-31", "DUE", "2026-03-31", "DAY"],
    ["2026-03-31T00:00:00.000Z", "DUE", "2026-03-31", "DAY"],
    ["March 2018", "DUE", "2018-03-31", "MONTH"],
    ["Feb 2024", "DUE", "2024-02-29", "MONTH"],
    ["Mar-26", "DUE", "2026-03-31", "MONTH"],
    ["Sept '26", "DUE", "2026-09-30", "MONTH"],
    ["End of March 2026", "DUE", "2026-03-31", "MONTH"],
    ["by end-June 2026", "DUE", "2026-06-30", "MONTH"],
    ["Q2 2025/26", "DUE", "2025-09-30", "QUARTER"],
    ["Q4 2025-26", "DUE", "2026-03-31", "QUARTER"],
    ["Quarter 3 2025/2026", "DUE", "2025-12-31", "QUARTER"],
    ["Q3 2025", "DUE", "2025-09-30", "QUARTER"],
    ["Autumn term 2025", "DUE", "2025-12-31", "QUARTER"],
    ["Spring term 2025/26", "DUE", "2026-04-30", "QUARTER"],
    ["2026", "DUE", "2026-12-31", "YEAR"],
    ["2025/26", "DUE", "2026-03-31", "YEAR"],
    ["2018-2020", "RANGE", "2020-12-31", "YEAR"],
    ["April/May 2016", "RANGE", "2016-05-31", "MONTH"],
    ["Dec 2025 / Mar 2026", "DUE", "2025-12-31", "MONTH"],
    ["January to March 2026", "RANGE", "2026-03-31", "MONTH"],
    ["November 2025 – January 2026", "RANGE", "2026-01-31", "MONTH"],
    ["November – January 2026", "RANGE", "2026-01-31", "MONTH"],
    ["1/4/26 - 30/6/26", "RANGE", "2026-06-30", "DAY"],
    ["Ongoing", "ONGOING", null, null],
    ["On-going", "ONGOING", null, null],
    ["Quarterly", "RECURRING", null, null],
    ["Monthly", "RECURRING", null, null],
    ["At every board meeting", "RECURRING", null, null],
    ["August 2016 onwards", "DUE", "2016-08-31", "MONTH"],
    ["Guidance Issued September 2017 Impact/ evaluation- September 2018", "DUE", "2017-09-30", "MONTH"],
    ["June 2017 - at each Improvement Board for recommendations", "DUE", "2017-06-30", "MONTH"],
    ["TBC", "UNKNOWN", null, null],
    ["Immediate", "UNKNOWN", null, null],
    ["Complete", "UNKNOWN", null, null],
    ["by beginning qtr 4", "UNKNOWN", null, null],
    ["31 March", "UNKNOWN", null, null],
    ["31/02/2018", "UNKNOWN", null, null],
    ["31 February 2018", "UNKNOWN", null, null],
    ["03/31/2018", "UNKNOWN", null, null],
    ["46112", "UNKNOWN", null, null],
    ["within 3 months", "UNKNOWN", null, null],
    ["", "UNKNOWN", null, null],
  ])("%s", (text, kind, end, precision) => {
    const { byWhen, doubts } = readByWhen(text, rules);
    expect([byWhen.text, byWhen.kind, byWhen.end, byWhen.precision]).toEqual([text, kind, end, precision]);
    if (kind === "UNKNOWN") expect(doubts).not.toEqual([]);
  });

  test("a cadence that begins on a day keeps it, and is never due", () => {
    expect(readByWhen("Monthly from April 2026", rules).byWhen).toMatchObject({
      kind: "RECURRING",
      start: "2026-04-01",
      end: null,
    });
  });

  test.each([
    ["Revised date May 2018", true, "2018-05-31", null],
    ["revised September 2018", true, "2018-09-30", null],
    ["31/03/26, revised to 30/06/26", true, "2026-06-30", "2026-03-31"],
    ["June 2026 (was March 2026)", true, "2026-06-30", "2026-03-31"],
    ["~~March 2026~~ June 2026", true, "2026-06-30", "2026-03-31"],
  ])("%s is a revised date", (text, revised, end, original) => {
    const marked = text.replace("~~", "\uE002").replace("~~", "\uE003");
    const reading = readByWhen(marked, rules);
    expect([reading.byWhen.revised, reading.byWhen.end, reading.original?.end ?? null]).toEqual([
      revised,
      end,
      original,
    ]);
  });

  test.each([
    [
      "March and September 2026",
      [
        ["2026-03-31", null],
        ["2026-09-30", null],
      ],
    ],
    [
      "31 December 2019 Strategy and plan in place June 2020 Audit/Impact",
      [
        ["2019-12-31", "Strategy and plan in place"],
        ["2020-06-30", "Audit/Impact"],
      ],
    ],
    [
      "March 2018 Impact/ evaluation- September 2018",
      [
        ["2018-03-31", null],
        ["2018-09-30", "Impact/ evaluation"],
      ],
    ],
  ])("%s has milestones", (text, milestones) => {
    expect(readByWhen(text, rules).milestones.map(({ end, label }) => [end, label])).toEqual(milestones);
  });

  test("a status beside the date is read, a duty to complete is not", () => {
    expect(readByWhen("June 2017 Completed", rules).status).toBe("COMPLETED");
    expect(readByWhen("To be completed by June 2017", rules).status).toBeNull();
  });

  test("the month comes first only where the mapping says so", () => {
    expect(readByWhen("03/31/2018", { dayFirst: false }).byWhen.end).toBe("2018-03-31");
  });
});
