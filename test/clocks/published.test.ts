import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { PUBLISHED } from "../../src/clocks/index";

test("the committed days are what the script makes of the package and the list of one-off days", () => {
  const script = join(__dirname, "../../scripts/bank-holidays/write.mjs");
  expect(execFileSync(process.execPath, [script, "--check"], { encoding: "utf8" })).toBe("");
});

/** As GOV.UK lists them for 2026. */
test.each([
  ["ENGLAND_AND_WALES", "2026-01-01 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-08-31 2026-12-25 2026-12-28"],
  [
    "SCOTLAND",
    "2026-01-01 2026-01-02 2026-04-03 2026-05-04 2026-05-25 2026-06-15 2026-08-03 2026-11-30 2026-12-25 2026-12-28",
  ],
  [
    "NORTHERN_IRELAND",
    "2026-01-01 2026-03-17 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-07-13 2026-08-31 2026-12-25 2026-12-28",
  ],
] as const)("%s in 2026", (division, days) => {
  expect([...PUBLISHED[division].closed].filter((day) => day.startsWith("2026")).join(" ")).toBe(days);
});
