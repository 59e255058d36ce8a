import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createTestDatabase, type TestDatabase } from "../support/database";
import { fingerprint, place } from "./fixture";

const root = resolve(__dirname, "../..");
let db: TestDatabase;
let folder: string;
let good: string;
beforeAll(async () => {
  db = await createTestDatabase();
  await place(db, "anytown");
  folder = mkdtempSync(join(tmpdir(), "golden-thread-cli-"));
  good = file(
    "plan.csv",
    "Ref,Action,Lead,By when\n1.1,Do it,Police,March 2019\n1.2,Do more,Nobody Known Ltd,Ongoing\n",
  );
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await db.drop();
});

function file(name: string, content: string | Buffer): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

/** Runs a command as a shell would. */
function run(program: "import" | "load", args: string[], env: Record<string, string> = {}) {
  return new Promise<{ code: number | null; out: string; err: string }>((settle, reject) => {
    const child = spawn(process.execPath, ["scripts/run.mjs", `domains/exchange/cli/${program}`, ...args], {
      cwd: root,
      env: { PATH: process.env["PATH"], HOME: folder, DATABASE_URL: db.url, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [out, err] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => settle({ code, out, err }));
  });
}

/** One sentence or two for a person: no stack, no SQL, no place on the machine. */
function expectPlain(text: string) {
  expect(text).not.toMatch(/\n\s+at |node_modules|\bselect |\binsert /);
  expect(text).not.toContain(folder);
  expect(text).not.toContain(root);
}

describe("refused, with what to do and nothing written", () => {
  const sparse = () => {
    const path = file("huge.csv", "");
    truncateSync(path, 200 * 1024 * 1024);
    return path;
  };
  const pipe = () => {
    const path = join(folder, "pipe");
    execFileSync("mkfifo", [path]);
    return path;
  };
  test.each<[string, () => string[], RegExp]>([
    ["a missing file", () => [join(folder, "absent.csv"), "--plan", "plan"], /There is no file absent\.csv/],
    ["an empty file", () => [file("empty.csv", ""), "--plan", "plan"], /empty\.csv is empty/],
    ["200 MB of nothing", () => [sparse(), "--plan", "plan"], /huge\.csv is 200 MB; at most 20 MB/],
    ["a folder", () => [folder, "--plan", "plan"], /is a folder/],
    ["a device", () => ["/dev/zero", "--plan", "plan"], /is a device or a pipe/],
    ["a pipe that nobody fills", () => [pipe(), "--plan", "plan"], /is a device or a pipe/],
    [
      "a binary file",
      () => [file("b.csv", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3, 0xff])), "--plan", "plan"],
      /./,
    ],
    ["a table that is no plan", () => [file("f.csv", "Name,Colour\nApple,green\n"), "--plan", "plan"], /header/],
    ["a broken workbook", () => [file("w.xlsx", Buffer.from("PK\u0003\u0004 nonsense")), "--plan", "plan"], /./],
    ["no plan named", () => [good], /--plan/],
    [
      "a plan that nobody has",
      () => [good, "--plan", "nowhere"],
      /No partnership has a plan called "nowhere".*--partnership/,
    ],
    [
      "a partnership that is none",
      () => [good, "--plan", "plan", "--partnership", "nobody"],
      /No partnership is called "nobody"\. There are: anytown/,
    ],
    ["a name that can be no plan's", () => [good, "--plan", "'; drop"], /cannot name a plan/],
    ["a day that is none", () => [good, "--plan", "plan", "--as-at", "31/01/2019"], /is no day/],
    [
      "a mapping that is no JSON",
      () => [good, "--plan", "plan", "--mapping", file("m.json", "{")],
      /m\.json is no JSON/,
    ],
    [
      "a mapping of unknown columns",
      () => [good, "--plan", "plan", "--mapping", file("m2.json", '{"colour":"x"}')],
      /"colour" is not a column/,
    ],
  ])("%s", async (_, args, message) => {
    const before = await fingerprint(db, ["plan", "action", "import_batch"]);
    const { code, out, err } = await run("import", args());
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(message);
    expectPlain(err);
    expect(await fingerprint(db, ["plan", "action", "import_batch"])).toEqual(before);
  });

  test("a database that is down", async () => {
    const { code, err } = await run("import", [good, "--plan", "plan"], {
      DATABASE_URL: "postgres://somebody:secret@127.0.0.1:1/x",
    });
    expect(code).toBe(1);
    expect(err).toContain("127.0.0.1:1/x does not answer");
    expect(err).not.toContain("secret");
    expectPlain(err);
  });
});

test("a dry run as JSON is JSON alone, with the promised keys, and writes nothing", async () => {
  const before = await fingerprint(db);
  const { code, out, err } = await run("import", [
    good,
    "--plan",
    "plan",
    "--dry-run",
    "--report",
    "json",
    "--declared",
    "3",
  ]);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    declared: 3,
    recovered: 2,
    references: ["1.1", "1.2"],
    doubtful: expect.any(Array) as unknown,
    unplaced: [],
    missing: expect.any(Array) as unknown,
    unknownAgencies: [{ text: "Nobody Known Ltd", references: ["1.2"] }],
    planExists: true,
    dryRun: true,
    changes: { inserted: 2, updated: 0, unchanged: 0, notInFile: [], alreadyApplied: false },
  });
  expect(err).toContain("Dry run: nothing was written.");
  expect(await fingerprint(db)).toEqual(before);
});

test("a dry run of a plan that does not exist reads the file and says how to make the plan", async () => {
  const { code, out } = await run("import", [good, "--plan", "not-yet", "--dry-run"]);
  expect(code).toBe(0);
  expect(out).toContain("2 actions recovered");
  expect(out).toContain(
    'There is no plan called "not-yet" yet; without --dry-run and with --partnership <slug> it is made',
  );
});

test("applying, applying again, a changed file, and a plan made on the way", async () => {
  const args = [good, "--plan", "made", "--partnership", "anytown", "--title", "A plan made here"];
  const first = await run("import", args);
  expect(first).toMatchObject({ code: 0 });
  expect(first.out).toContain("Applied to made: 2 new, 0 changed, 0 unchanged. The plan was made, unpublished.");
  expect(await db.owner.query("select title, published_at from plan where slug = 'made'")).toEqual([
    { title: "A plan made here", published_at: null },
  ]);

  const before = await fingerprint(db);
  const second = await run("import", args);
  expect(second).toMatchObject({ code: 0 });
  expect(second.out).toMatch(/already applied to made on \d{4}-\d{2}-\d{2}: nothing was written/);
  expect(await fingerprint(db)).toEqual(before);

  const changed = file("changed.csv", "Ref,Action,Lead,By when\n1.1,Do it now,Police,April 2019\n");
  const third = await run("import", [changed, "--plan", "made"]);
  expect(third.out).toContain(
    "0 new, 1 changed, 0 unchanged.\n1 of the plan's actions are not in the file and were left alone: 1.2.",
  );
  expect(
    await db.owner.query(
      `select a.title, a.by_when_end, a.original_end from action a join plan p on p.id = a.plan_id where p.slug = 'made' and a.reference = '1.1'`,
    ),
  ).toEqual([{ title: "Do it now", by_when_end: "2019-04-30", original_end: "2019-03-31" }]);
});

test("a name that the partnership has learnt since is found in the same file", async () => {
  const args = [good, "--plan", "names", "--partnership", "anytown"];
  await run("import", args);
  await db.owner.query(
    `insert into agency (partnership_id, name, sector, kind)
     select id, 'Nobody Known Ltd', 'OTHER', 'ORGANISATION' from partnership where slug = 'anytown'`,
  );
  const { out } = await run("import", args);
  expect(out).toContain("Applied to names: 0 new, 1 changed, 1 unchanged.");
  expect(
    await db.owner.query(
      `select a.doubts, s.role, g.name from action a join plan p on p.id = a.plan_id join assignment s on s.action_id = a.id
       join agency g on g.id = s.agency_id where p.slug = 'names' and a.reference = '1.2'`,
    ),
  ).toEqual([{ doubts: [], role: "LEAD", name: "Nobody Known Ltd" }]);
});

test("a folder is loaded, and a bad one refused", async () => {
  const loaded = await run("load", [join(root, "data/wrenford"), "--demonstration"]);
  expect(loaded).toMatchObject({ code: 0 });
  expect(loaded.out).toContain("wrenford: made.\n");
  expect(loaded.out).toContain("safeguarding-2018-2020: 36 actions new");
  const refused = await run("load", [folder]);
  expect(refused).toMatchObject({ code: 1, out: "" });
  expect(refused.err).toContain("partnership.csv is missing");
  expectPlain(refused.err);
});
