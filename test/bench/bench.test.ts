import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { differences } from "../../bench/compare";
import { generatedKey } from "../../bench/generate";
import { hotSpots } from "../../bench/hot-spots";
import { OptionsError, readOptions, STATED } from "../../bench/options";
import { type Cell, median, ratio, table } from "../../bench/report";
import { memory, ratios } from "../../bench/targets";
import { distinguishability, medianShift } from "../../bench/timing-statistics";
import { createTestDatabase, operatorTransaction, type TestDatabase } from "../support/database";

const root = join(__dirname, "../..");

/** What is measured, and by how many callers over two partnerships. */
const OPERATIONS = [
  { key: "W1", operation: "MyAgencyActions", asked: 10 },
  { key: "W2", operation: "AssuranceMatrix", asked: 2 },
  { key: "W3", operation: "IndicatorDashboard", asked: 2 },
];

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
    for (const { operation, asked } of OPERATIONS)
      expect(out).toContain(`${operation}: ${asked} answers of each side compared, all equal`);
    expect(out).toContain("answers compared again, all equal");
    const rows = out.split("\n").filter((line) => /^\| W\d/.test(line));
    const cells = rows.map((row) => row.split("|").map((cell) => cell.trim()));
    expect(cells.map(([, operation, side]) => [operation, side])).toEqual(
      OPERATIONS.flatMap(({ key, operation }) =>
        ["baseline", "service", "without policy", "unchanged"].map((side) => [`${key} ${operation}`, side]),
      ),
    );
    for (const [, , , rate, share, , , tail, cpu, statements] of cells) {
      for (const figure of [rate, share, tail, cpu]) expect(Number(figure)).toBeGreaterThan(0);
      expect(Number(statements)).toBeGreaterThanOrEqual(1);
      expect(Number(statements)).toBeLessThanOrEqual(12); // the budget, with the context statement
    }
    for (const line of ["computed, against the hand-written limit", "unchanged, against", "policy and RLS on, against"])
      expect(out).toMatch(new RegExp(`^\\| ${line}.*\\(at least [\\d.]+\\) (held|NOT HELD)`, "m"));
    expect(out).toContain(`Resident memory after ${OPERATIONS.length} s of load: baseline`);
    expect(out).toContain("too short to be held against 300 MB.");
    expect(code).toBe(0);
  });

  test("generates nothing that a foreign key forbids: their checks are off while it does", async () => {
    const keys: { holder: string; name: string; definition: string }[] = await db.owner.query(
      `select conrelid::regclass::text as holder, conname as name, pg_get_constraintdef(oid) as definition
       from pg_constraint where contype = 'f' and conparentid = 0`,
    );
    expect(keys.length).toBeGreaterThan(20);
    await db.owner.transaction(async ({ queryRunner }) => {
      for (const { holder, name, definition } of keys)
        await queryRunner?.query(
          `alter table ${holder} drop constraint "${name}", add constraint "${name}" ${definition}`,
        );
    });
  });

  test("generates the order of lists as the triggers would, which are off too", async () => {
    const keys = () =>
      db.owner.query(
        "select s.id, a.sort_key, s.action_sort_key from assignment s join action a on a.id = s.action_id order by s.id",
      );
    const generated: unknown = await keys();
    await db.owner.query("update action set title = title");
    await db.owner.query("update assignment set position = position");
    expect(generated).toEqual(await keys());
  });

  test("refuses a database that holds something, and leaves it as it was", async () => {
    const count = () =>
      operatorTransaction(db.app, null, (runner) => runner.query("select count(*) as count from partnership"));
    const before: unknown = await count();

    const { code, err } = await bench(db.url, "--partnerships", "1");

    expect(code).toBe(1);
    expect(err).toContain("holds partnerships already");
    expect(await count()).toEqual(before);
  });
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
    expect(readOptions([], STATED)).toEqual({ ...size, seconds: 10, rounds: 3, connections: 32 });
    expect(readOptions(["--partnerships", "3", "--seconds=1"], STATED)).toMatchObject({ partnerships: 3, seconds: 1 });
  });

  test.each([
    ["--seconds", "0"],
    ["--rounds", "1.5"],
    ["--partnerships", "many"],
    ["--speed", "1"],
    ["--seconds"],
    ["7"],
  ])("refuses %s %s", (...args) => {
    expect(() => readOptions(args, STATED)).toThrow(OptionsError);
  });
});

/** A cell of one operation on one side, with its rounds told by requests a second. */
const cell = (operation: string, side: string, ...rates: number[]): Cell => ({
  operation,
  side,
  statements: 6,
  roundTrips: 1,
  bodyBytes: 1000,
  rounds: rates.map((requestsPerSecond) => ({
    requestsPerSecond,
    p50: 10,
    p99: 31,
    sent: 1,
    answers: 1,
    bytes: 1,
    cpuPerRequest: 1,
  })),
});

test("the table gives medians, and shares of the baseline's round by round", () => {
  const cells = [cell("A", "baseline", 100, 400, 200), cell("A", "service", 50, 100, 150)];
  expect(table(cells)).toMatch(/\| baseline +\| +200 \| +1\.00 \|/);
  expect(table(cells)).toMatch(/\| service +\| +100 \| +0\.50 \| +10 \| +31 \| +3\.1 \|/);
  expect(ratio(cells, "A", "service", "baseline")).toBe(0.5);
  expect(ratio(cells, "A", "service", "mercurius")).toBeNull();
  expect(median([3, 1, 2])).toBe(2);
});

describe("what must be reached", () => {
  const cells = ["W1 A", "W2 B", "W3 C"].flatMap((operation) => [
    cell(operation, "baseline", 100),
    cell(operation, "service", 30),
    cell(operation, "without policy", 30),
    cell(operation, "unchanged", 149),
    cell(operation, "mercurius", 30),
  ]);
  const line = (what: string) =>
    ratios(cells)
      .split("\n")
      .find((row) => row.includes(what))
      ?.split("|")
      .map((text) => text.trim())
      .slice(2, 5);

  test("stands beside what was reached, operation by operation", () => {
    expect(line("computed, against the hand-written")).toEqual([
      "0.30 (at least 0.3) held",
      "0.30 (at least 0.3) held",
      "0.30 (at least 0.36) NOT HELD",
    ]);
    expect(line("unchanged")).toEqual([
      "1.49 (at least 2) NOT HELD",
      "1.49 (at least 1) held",
      "1.49 (at least 1.5) NOT HELD",
    ]);
    expect(line("mercurius")?.[0]).toBe("1.00 (at least 1.2) NOT HELD");
    expect(line("p99")?.[0]).toBe("3.10 (at most 3) NOT HELD");
    expect(line("statements")).toEqual(["6 (at most 5) NOT HELD", "6", "6"]);
  });

  test("says nothing of a peer that was not measured", () => {
    expect(ratios(cells)).not.toContain("PostGraphile");
  });

  test("holds memory only after a minute of load", () => {
    const after = (seconds: number, resident: number) => memory([{ side: "service", resident, seconds }]);
    expect(after(60, 299e6)).toContain("under 300 MB: held.");
    expect(after(60, 300e6)).toContain("under 300 MB: NOT HELD.");
    expect(after(59, 299e6)).toContain("too short");
  });
});

test("two kinds of time are told apart by the share of pairs and by their medians", () => {
  expect(distinguishability([1, 2, 3], [1, 2, 3])).toBe(0.5);
  expect(distinguishability([1, 2], [3, 4])).toBe(1);
  expect(medianShift([1, 1, 1], [3, 3, 3])).toEqual([2, 2]);
});

test("a profile is told by package and function, as shares of the time that was work", () => {
  const node = (id: number, functionName: string, url: string) => ({
    id,
    callFrame: { functionName, url, lineNumber: 4 },
  });
  const told = hotSpots({
    nodes: [
      node(1, "(idle)", ""),
      node(2, "send", "file:///service/dist/src/platform/database/request-database.js"),
      node(3, "parse", "/service/node_modules/@apollo/server/node_modules/graphql/parser.js"),
      node(4, "", "/service/node_modules/@apollo/server/index.js"),
      node(5, "writev", ""),
    ],
    samples: [1, 2, 3, 3, 4, 5],
    timeDeltas: [900, 40, 20, 10, 20, 10],
  });
  const rows = told.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
  expect(rows.slice(2).map(([, name, functions, share]) => [name, functions, share])).toEqual([
    ["src/platform/database", "send 40.0%", "40.0%"],
    ["graphql", "parse 30.0%", "30.0%"],
    ["@apollo/server", "(anonymous index.js:5) 20.0%", "20.0%"],
    ["node", "writev 10.0%", "10.0%"],
  ]);
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
