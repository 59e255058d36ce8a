import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { csvFiles, data, read } from "./demonstration-files";

/** The demonstration data held against the published documents: facts carried over, sentences not. Needs `../shared/sources`. */
const sources = resolve(data, "../../shared/sources");

const actions = read("coventry/actions/improvement-2017-2019.csv");
const source = (file: string): string => readFileSync(join(sources, file), "utf8");

/** Runs a test that reads the published documents, or says that it was skipped because they are not here. */
function testWithSources(name: string, body: () => void): void {
  test(name, () => {
    if (existsSync(sources)) body();
    else console.warn(`skipped: ../shared is absent (${name})`);
  });
}

const words = (text: string): string[] =>
  text
    .toLowerCase()
    .replace(/['’]/g, "")
    .match(/[a-z0-9]+/g) ?? [];
/** Every run of eight words in a text. */
function runsOfEight(text: string): string[] {
  const all = words(text);
  return all.slice(7).map((_, index) => all.slice(index, index + 8).join(" "));
}

/** Facts that are carried over as printed. */
const asPrinted = new Set(["By When", "Original by when", "Delivery Lead"]);

testWithSources("no run of eight words is shared with a published document", () => {
  const printed = new Set(readdirSync(sources).flatMap((file) => runsOfEight(source(file))));
  expect(printed.size).toBeGreaterThan(10_000);
  const cells = csvFiles.flatMap((file) =>
    read(file).flatMap((row) => Object.entries(row).flatMap(([name, text]) => (asPrinted.has(name) ? [] : [text]))),
  );
  const shared = [...cells, readFileSync(join(data, "README.md"), "utf8")].flatMap(runsOfEight);
  expect(shared.filter((run) => printed.has(run))).toEqual([]);
});

/** One cell of the converted table: mark-up gone, Cyrillic look-alikes folded, a dangling dash dropped. */
function clean(cell: string | undefined): string {
  const folded = (cell ?? "").replace(/<[^>]+>/g, "").replace(/[сС]/g, "C");
  return folded
    .replace(/\bccc\b/g, "CCC")
    .replace(/[–-]\s*$/, "")
    .trim();
}

testWithSources("by-when and leads are those printed, wherever the row survives whole", () => {
  const lines = source("coventry-improvement-plan-2017-2019.txt").split("\n");
  const rows = lines.map((line) => line.split("\t")).filter(([number]) => /^\d+\.[1-9]$/.test(number?.trim() ?? ""));
  const whole = actions.filter((row) => row.Doubts === "");
  const wrong = whole.filter((row) => {
    const found = rows.find(([number]) => number?.trim() === row["No."]);
    const leads = (row["Delivery Lead"] ?? "").replace(/\*\*/g, "").replace(/;/g, "");
    return !(row["By When"] ?? "").startsWith(clean(found?.[3]) || "?") || !leads.startsWith(clean(found?.[4]) || "?");
  });
  expect(whole).toHaveLength(89);
  expect(wrong.map((row) => row["No."])).toEqual([]);
});

testWithSources("indicators carry the printed figures and targets", () => {
  const lines = source("coventry-plan-sign-off-and-indicators-2019-02.txt")
    .split("\n")
    .map((line) => line.split("\t"));
  const targets = read("coventry/targets.csv");
  const observations = read("coventry/observations.csv");
  for (const { code = "" } of read("coventry/indicators.csv").filter((row) => /^CPI\d+$/.test(row.code ?? ""))) {
    const [, , rolling, current, target] = lines.find(([id]) => id === code) ?? [];
    const value = (isRolling: boolean): string | undefined =>
      observations.find((row) => row.indicator === code && (row.measure === "ROLLING_12_MONTHS") === isRolling)?.value;
    expect([code, value(true) ?? "", value(false), targets.find((row) => row.indicator === code)?.text]).toEqual([
      code,
      rolling?.replace("%", ""),
      current?.replace("%", ""),
      target,
    ]);
  }
});

testWithSources("health visiting carries the printed outturns and targets, and conceptions those of each area", () => {
  const lines = source("coventry-scrutiny-board-papers-2016-10.txt")
    .split("\n")
    .map((line) => line.split("\t"));
  const targets = read("coventry/targets.csv");
  const observations = read("coventry/observations.csv");
  const visiting = ["ANTENATAL", "BIRTH", "6WEEKS", "12MONTHS", "15MONTHS", "2YEARS", "ASQ3"].map((one) => `HV-${one}`);
  const from = lines.findIndex(([first]) => first === "KPI") + 1;
  for (const [index, code] of visiting.entries()) {
    const [, outturn = "", revised] = lines[from + index] ?? [];
    const [value, target] = outturn.replace(")", "").split(" (");
    const text = (year: string) =>
      targets.find((row) => row.indicator === code && row.period_start?.startsWith(year))?.text;
    expect([code, observations.find((row) => row.indicator === code)?.value, text("2015"), text("2016")]).toEqual([
      code,
      value?.replace("%", ""),
      target,
      revised,
    ]);
  }
  const bare = lines.map((cells) => cells.map((one) => one.replace(/<[^>]+>/g, "").trim()));
  const rates = observations.filter((row) => row.indicator === "CONCEPTIONS");
  const areas = [...new Set(rates.map((row) => (row.comparator === "" ? "Coventry" : (row.comparator ?? ""))))];
  expect(areas).toHaveLength(10);
  for (const area of areas) {
    const printed = bare.find(([first, ...rest]) => first?.split(" (")[0] === area && rest.length >= 3);
    const ours = rates.filter((row) => (row.comparator === "" ? "Coventry" : row.comparator) === area);
    expect([area, ours.map((row) => Number(row.value))]).toEqual([area, printed?.slice(1, 3).map(Number)]);
  }
});
