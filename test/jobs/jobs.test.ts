import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { followClock } from "../../src/standing-clock";
import { createTestDatabase, type TestDatabase } from "../support/database";
import { World } from "../rules/world";
import { until } from "../support/until";

const root = resolve(__dirname, "../..");
const START = "2018-12-03T09:00:00Z";
const NOW = "2018-12-27T09:00:00Z";
const DEMONSTRATION = { DEMO_SIGN_IN: "on", NOW };
let database: TestDatabase;
let world: World;
let home: string;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "golden-thread-jobs-"));
  database = await createTestDatabase();
  world = await World.made(database, "ashby", START);
  await world.enrol(START, "police-lead", "AGENCY_LEAD", "Police");
  await world.enrol(START, "ashby-officer", "PARTNERSHIP_OFFICER");
  // overdue for four working days on 27 December; due in four; and a review that is nobody's
  await world.action(START, "1.1", "2018-12-20");
  await world.action(START, "1.2", "2019-01-03");
  await world.action(START, "1.3", "2018-12-27");
  await world.rule(START, "OVERDUE", 2);
});
afterAll(async () => {
  await database.drop();
  rmSync(home, { recursive: true });
});

/** A command as a shell would run it; `until` is what it says when it is to be stopped. */
function run(program: string, args: string[], env: Record<string, string> = DEMONSTRATION, until?: RegExp) {
  return new Promise<{ code: number | null; out: string }>((settle, reject) => {
    const child = spawn(process.execPath, ["scripts/run.mjs", program, ...args], {
      cwd: root,
      env: { PATH: process.env["PATH"], HOME: home, DATABASE_URL: database.url, LOG_LEVEL: "warn", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let out = "";
    let stopped = false;
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => {
        out += chunk.toString();
        // a second signal would end it there and then
        if (!stopped && until?.test(out)) stopped = child.kill("SIGTERM");
      });
    child.on("error", reject);
    child.on("close", (code) => settle({ code, out }));
  });
}
const once = (env?: Record<string, string>) => run("jobs/run", ["--once"], env);
const clock = (args: string[], env?: Record<string, string>) => run("domains/exchange/cli/clock", args, env);

const told = () =>
  database.owner.query<object[]>(
    `select n.kind, a.reference, p.subject as who, coalesce(n.detail ->> 'byDay', n.detail ->> 'since') as day, count(*)::int as times
     from notification n join person p on p.id = n.person_id join action a on a.id = n.subject_id group by 1, 2, 3, 4 order by 1, 2, 3`,
  );
const EACH_ONCE = [
  { kind: "DUE", reference: "1.3", who: "police-lead", day: "2018-12-27", times: 1 },
  { kind: "DUE_SOON", reference: "1.2", who: "police-lead", day: "2019-01-03", times: 1 },
  { kind: "RULE_WARNING", reference: "1.1", who: "ashby-officer", day: "2018-12-20", times: 1 },
  { kind: "RULE_WARNING", reference: "1.1", who: "police-lead", day: "2018-12-20", times: 1 },
];

test("each job once, by two processes at once: every finding, warning and reminder is there once", async () => {
  const both = await Promise.all([once(), once()]);
  for (const { code, out } of both) {
    expect(out).toMatch(/expire: .*\n.*sweep: .*\n.*remind: .*\n.*send: .*\n.*each was done once/s);
    expect(code).toBe(0);
  }
  expect(await told()).toEqual(EACH_ONCE);
  expect(await world.found()).toHaveLength(1);
  expect((await once()).code).toBe(0);
  expect(await told()).toEqual(EACH_ONCE);
});

test("until it is stopped: two processes say what they do, follow the clock, and end in good order", async () => {
  await world.action(START, "1.4", "2018-12-28");
  const moved = /the clock was set to 2018-12-31T09:00:00.000Z/;
  const running = [run("jobs/run", [], DEMONSTRATION, moved), run("jobs/run", [], DEMONSTRATION, moved)];
  // both look each two seconds; what was sent when they began is done by then
  await new Promise((settle) => setTimeout(settle, 20_000));
  const set = await clock(["set", "2018-12-31T09:00Z"]);
  expect(set.out).toContain("The clock stands at 2018-12-31T09:00:00.000Z.");
  const ended = await Promise.all(running);
  for (const { code, out } of ended) {
    expect(out).toMatch(/ready; they run until this is stopped[\s\S]*stopping \(SIGTERM\)/);
    expect(code).toBe(0);
  }
  const said = ended.map(({ out }) => out).join("\n");
  for (const name of ["expire", "sweep", "remind", "send"]) expect(said).toContain(`jobs: ${name}: `);
  // a start with another NOW leaves what was set by hand
  expect((await once()).code).toBe(0);
  const now = await told();
  expect(now).toContainEqual({ kind: "DUE_SOON", reference: "1.4", who: "police-lead", day: "2018-12-28", times: 1 });
  expect(now).toContainEqual({
    kind: "RULE_WARNING",
    reference: "1.3",
    who: "police-lead",
    day: "2018-12-27",
    times: 1,
  });
  expect(now.filter((one) => (one as { times: number }).times !== 1)).toEqual([]);
  await clock(["clear"]);
});

test("a job that fails is named, the others are done, and the end says so", async () => {
  await database.owner.query("alter table rule_finding rename to rule_finding_away");
  const { code, out } = await once().finally(() =>
    database.owner.query("alter table rule_finding_away rename to rule_finding"),
  );
  expect(out).toMatch(/sweep: FAILED/);
  expect(out).toMatch(/remind: \d/);
  expect(out).toMatch(/failed: sweep/);
  expect(code).toBe(1);
});

describe("the clock that can be set", () => {
  const production = {};

  test("is a demonstration's alone: elsewhere it is refused, and what stands there counts for nothing", async () => {
    await database.owner.query("delete from history.standing_clock");
    await database.owner.query("insert into history.standing_clock (now, by_hand) values ('2018-12-27T09:00Z', true)");
    const refused = await clock(["set", "2018-12-28T09:00Z"], production);
    expect(refused.code).toBe(1);
    expect(refused.out).toMatch(/no demonstration/);
    const { clock: machine } = await followClock({ demonstration: false, fixedNow: null }, database.app);
    expect(machine.fixed).toBe(false);
    expect(Math.abs(machine.now().getTime() - Date.now())).toBeLessThan(1_000);
    // and whatever starts there takes it away, for the history too
    expect((await once(production)).code).toBe(0);
    expect(await database.owner.query("select 1 from history.standing_clock")).toEqual([]);
  });

  test("stands for every process soon, outlasts their starts, and is given back", async () => {
    expect((await clock(["show"])).out).toMatch(/stands at 2018-12-27T09:00:00.000Z/);
    const { clock: followed, stop } = await followClock({ demonstration: true, fixedNow: new Date(NOW) }, database.app);
    await clock(["set", "2019-01-02T09:00Z"]);
    await until("it standing elsewhere", () => followed.now().toISOString() === "2019-01-02T09:00:00.000Z");
    expect((await clock(["show"])).out).toMatch(/stands at 2019-01-02T09:00:00.000Z/);
    expect((await clock(["clear"])).out).toMatch(/stands at 2018-12-27T09:00:00.000Z/);
    expect((await clock(["set", "tomorrow"])).out).toMatch(/no moment with its offset/);
    stop();
  });
});
