import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { differences } from "../../bench/compare";
import { generatedKey } from "../../bench/generate";
import { OptionsError, readOptions } from "../../bench/options";
import { median, policyCosts, table } from "../../bench/report";
import { distinguishability, medianShift } from "../../bench/timing-statistics";
import { createTestDatabase, operatorTransaction, type TestDatabase } from "../support/database";

const root = join(__dirname, "../..");

/** Runs `npm run bench` as its script does; gives what it printed and its exit code. */
function bench(url: string, ...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, ["scripts/bench.mjs", ...args], {
    cwd: root,
    env: { ...process.env, DATABASE_URL: url },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => (printed.out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (printed.err += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, ...printed }));
  });
}

describe("npm run bench", () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await createTestDatabase();
  });
  afterAll(() => db.drop());

  test("finds all sides' answers equal and prints a row for each operation on each side", async () => {
    const size = ["--partnerships", "2", "--actions", "24", "--updates", "2"];
    const { code, out, err } = await bench(db.url, ...size, "--seconds", "1", "--rounds", "1", "--connections", "2");

    expect(err.replace(/^npm .*$/gm, "").trim()).toBe("");
    expect(out).toContain("MyAgencyActions: 10 answers of each side compared, all equal");
    expect(out).toContain("PlanOverview: 2 answers of each side compared, all equal");
    expect(out).toContain("answers compared again, all equal");
    const rows = out.split("\n").filter((line) => /^\| (My|Plan)/.test(line));
    const cells = rows.map((row) => row.split("|").map((cell) => cell.trim()));
    expect(cells.map(([, operation, side]) => [operation, side])).toEqual([
      ["MyAgencyActions", "baseline"],
      ["MyAgencyActions", "service"],
      ["MyAgencyActions", "without policy"],
      ["PlanOverview", "baseline"],
      ["PlanOverview", "service"],
      ["PlanOverview", "without policy"],
    ]);
    for (const [, , , rate, share, , , cpu, statements] of cells) {
      for (const figure of [rate, share, cpu]) expect(Number(figure)).toBeGreaterThan(0);
      expect(Number(statements)).toBeGreaterThanOrEqual(1);
      expect(Number(statements)).toBeLessThanOrEqual(12); // the budget, with the context statement
    }
    expect(out).toMatch(/MyAgencyActions: policy and row-level security cost -?[\d.]+% of throughput/);
    expect(out).toMatch(/MyAgencyActions, at most 25% of throughput: (held|NOT HELD)\./);
    expect(code).toBe(0);
  }, 90_000);

  test("refuses a database that holds something, and leaves it as it was", async () => {
    const count = () =>
      operatorTransaction(db.app, null, (runner) => runner.query("select count(*) as count from partnership"));
    const before: unknown = await count();

    const { code, err } = await bench(db.url, "--partnerships", "1");

    expect(code).toBe(1);
    expect(err).toContain("holds partnerships already");
    expect(await count()).toEqual(before);
  }, 60_000);
});

describe("the comparison of answers", () => {
  const key = generatedKey("agency", 1, 2);
  const id = Buffer.from(`01${key.replaceAll("-", "")}`, "hex").toString("base64url");

  test("takes an id for the key inside it, and any cursor for any other", () => {
    const service = { id, edges: [{ cursor: "sealed", node: { id, value: null } }] };
    expect(differences(service, { id: key, edges: [{ cursor: "6f", node: { id: key, value: null } }] })).toEqual([]);
  });

  test.each([
    { what: "another key", service: { id }, baseline: { id: generatedKey("agency", 1, 3) } },
    { what: "a null for a value", service: { a: { b: null } }, baseline: { a: { b: 0 } } },
    { what: "a field that is missing", service: { a: {} }, baseline: { a: { b: null } } },
    { what: "a field more", service: { a: { b: 1 }, extensions: {} }, baseline: { a: { b: 1 } } },
    { what: "a shorter list", service: { a: [1] }, baseline: { a: [1, 2] } },
    { what: "another order", service: { a: [1, 2] }, baseline: { a: [2, 1] } },
    { what: "a missing cursor", service: { cursor: null }, baseline: { cursor: "6f" } },
    { what: "a list for an object", service: { a: [] }, baseline: { a: {} } },
  ])("tells of $what", ({ service, baseline }) => {
    expect(differences(service, baseline)).not.toEqual([]);
  });
});

describe("the command line", () => {
  test("has the stated size unless told otherwise", () => {
    const size = { partnerships: 150, actions: 120, updates: 8 };
    expect(readOptions([])).toEqual({ size, seconds: 10, rounds: 3, connections: 32 });
    expect(readOptions(["--partnerships", "3", "--seconds=1"])).toMatchObject({
      size: { partnerships: 3 },
      seconds: 1,
    });
  });

  test.each([
    ["--seconds", "0"],
    ["--rounds", "1.5"],
    ["--partnerships", "many"],
    ["--speed", "1"],
    ["--seconds"],
    ["7"],
  ])("refuses %s %s", (...args) => {
    expect(() => readOptions(args)).toThrow(OptionsError);
  });
});

test("the table gives medians, and shares of the baseline's", () => {
  const round = (requestsPerSecond: number) => ({
    requestsPerSecond,
    p50: 1,
    p97: 2,
    sent: 1,
    answers: 1,
    bytes: 1,
    cpuPerRequest: 1,
  });
  const cell = { operation: "A", statements: 1, roundTrips: 1, bodyBytes: 1000 };
  const printed = table([
    { ...cell, side: "baseline", rounds: [round(100), round(400), round(200)] },
    { ...cell, side: "service", rounds: [round(50), round(10)] },
  ]);
  expect(printed).toMatch(/\| baseline +\| +200 \| +1\.00 \|/);
  expect(printed).toMatch(/\| service +\| +30 \| +0\.15 \|/);
  expect(median([3, 1, 2])).toBe(2);
});

test("the cost of the guards is told by round, and held against what it may be", () => {
  const round = (requestsPerSecond: number, cpuPerRequest: number) => ({
    requestsPerSecond,
    p50: 1,
    p97: 2,
    sent: 1,
    answers: 1,
    bytes: 1,
    cpuPerRequest,
  });
  const cell = { operation: "MyAgencyActions", statements: 1, roundTrips: 1, bodyBytes: 1000 };
  const costs = (rate: number) =>
    policyCosts([
      { ...cell, side: "service", rounds: [round(rate, 12), round(rate / 2, 12)] },
      { ...cell, side: "without policy", rounds: [round(100, 10), round(50, 10)] },
    ]);
  expect(costs(75)).toContain(
    "cost 25.0% of throughput (by round 25.0%, 25.0%), and 20.0% more processor time of Node.",
  );
  expect(costs(75)).toContain("at most 25% of throughput: held.");
  expect(costs(74)).toContain("at most 25% of throughput: NOT HELD.");
});

test("two kinds of time are told apart by the share of pairs and by their medians", () => {
  expect(distinguishability([1, 2, 3], [1, 2, 3])).toBe(0.5);
  expect(distinguishability([1, 2], [3, 4])).toBe(1);
  expect(medianShift([1, 1, 1], [3, 3, 3])).toEqual([2, 2]);
});

test("nothing but the bench can take the guards off: no other source names the schema without policy, or gives guards", () => {
  const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => ({ file, text: readFileSync(join(root, "src", file), "utf8") }));
  const naming = (word: RegExp) => sources.filter(({ text }) => word.test(text)).map(({ file }) => file);
  expect(naming(/schemaWithoutPolicy/)).toEqual(["schema.ts"]);
  expect(naming(/\bGuards\b/)).toEqual(["app.ts"]);
  expect(naming(/startApp\(/).sort()).toEqual(["app.ts", "main.ts"]);
});
