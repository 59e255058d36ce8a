import type { QueryRunner } from "typeorm";
import { NEVER_KEPT } from "../../src/reuse/kept-types";
import { DEMONSTRATION_ISSUER } from "../../src/platform/http/tokens";
import { operatorTransaction, type TestDatabase } from "../support/database";
import { demonstrationDatabase, NOW } from "../support/service";

/** Tables that move no version, each with the reason why no kept answer can be made of it. */
const EXEMPT: Record<string, string> = {
  audit_entry: "no answer shows it, and a refused request writes to it",
  challenge_counter: "it counts what was raised, and no answer shows it",
  data_change: "what moves versions",
  data_version: "the versions",
  idempotent_request: "no answer shows it, and it is written beside what it stands for",
  migration: "which migrations ran",
  notification: "what one is told is one's own and changes with each sending; types that show it are never kept",
  notification_address: "as what is told there",
  notification_preference: "as what is told by it",
  rate_limit: "what hashed callers have spent, written at every so many requests",
  service_secret: "the key of cursors, made once",
  service_token: "whether a token holds is asked at each request; types that show one are never kept",
};
const NOWHERE = "00000000-0000-0000-0000-000000000000";

let database: TestDatabase;
const partnerships: Record<string, string> = {};
beforeAll(async () => {
  database = await demonstrationDatabase();
  for (const { id, slug } of await database.owner.query<{ id: string; slug: string }[]>(
    "select id, slug from partnership",
  ))
    partnerships[slug] = id;
});
afterAll(() => database.drop());

/** The parts whose version `work` moved: slugs, and "people" for what belongs to no partnership. */
async function movedBy(work: (runner: QueryRunner) => Promise<unknown>): Promise<string[]> {
  const versions = async () =>
    new Map(
      (
        await database.owner.query<{ part: string; version: string }[]>(
          "select part, string_agg(since || '=' || version, ' ' order by since) as version from data_version group by part",
        )
      ).map(({ part, version }) => [part, version]),
    );
  const before = await versions();
  const runner = database.owner.createQueryRunner();
  await runner.startTransaction();
  try {
    await work(runner);
    await runner.commitTransaction();
  } catch (error) {
    await runner.rollbackTransaction();
    throw error;
  } finally {
    await runner.release();
  }
  const after = await versions();
  expect(await database.owner.query("select * from data_change")).toEqual([]);
  const named = new Map([
    ...Object.entries(partnerships).map(([slug, id]) => [id, slug] as const),
    [NOWHERE, "people"],
  ]);
  return [...after]
    .filter(([part, version]) => before.get(part) !== version)
    .map(([part]) => named.get(part) ?? part)
    .sort();
}

test("each table notes its changes of every kind, or is named with a reason", async () => {
  const found = await database.owner.query<{ name: string; events: string[]; publishes: boolean; notes: boolean }[]>(
    `select c.relname as name,
       coalesce(array_agg(distinct substring(pg_get_triggerdef(t.oid) from ' AFTER (\\w+) ')) filter (where p.proname like 'note\\_%'), '{}') as events,
       exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'published_at') as publishes,
       coalesce(bool_and(p.proname in ('note_published_change', 'note_partnership_change')) filter (where p.proname like 'note\\_%'), false) as notes
     from pg_class c left join pg_trigger t on t.tgrelid = c.oid and not t.tgisinternal and t.tgenabled = 'O' left join pg_proc p on p.oid = t.tgfoid
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') group by c.oid, c.relname order by 1`,
  );
  expect(found.length).toBeGreaterThan(35);
  const whole = ["DELETE", "INSERT", "TRUNCATE", "UPDATE"];
  const bare = found.filter(({ events }) => events.join() !== whole.join());
  expect(bare.map(({ name, events }) => [name, events])).toEqual(
    Object.keys(EXEMPT)
      .sort()
      .map((name) => [name, []]),
  );
  expect(found.filter(({ publishes, notes }) => publishes !== notes)).toEqual([]);
  expect(Object.keys(NEVER_KEPT)).toContain("ServiceToken");
});

test("a row of any table moves its partnership's version and no other's", async () => {
  const tables = await database.owner.query<{ name: string; keyed: boolean }[]>(
    `select distinct c.relname as name, exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'partnership_id') as keyed
     from pg_class c join pg_trigger t on t.tgrelid = c.oid where t.tgname like '%\\_noted' order by 1`,
  );
  const still = [];
  for (const { name, keyed } of tables) {
    const part = keyed ? "partnership_id" : name === "partnership" ? "id" : null;
    const where = part ? `where ${part} = '${partnerships["wrenford"] ?? ""}'` : "";
    const [held] = await database.owner.query<object[]>(`select 1 from ${name} ${where} limit 1`);
    if (!held) {
      still.push(name);
      continue;
    }
    const moved = await movedBy((runner) =>
      runner.query(`update ${name} set id = id where id = (select id from ${name} ${where} limit 1)`),
    );
    expect([name, moved]).toEqual([name, [part ? "wrenford" : "people"]]);
  }
  // of which the demonstration has none
  expect(still.sort()).toEqual([
    "action_blocker",
    "agency_code",
    "carried_action",
    "challenge",
    "challenge_event",
    "challenge_note",
    "contribution",
    "date_revision",
    "evidence",
    "evidence_use",
    "invitation",
    "notification_policy",
    "plan_hand_over",
    "plan_sign_off",
    "published_total",
    "record_opening",
    "reminder_policy",
    "rule",
    "rule_finding",
  ]);
});

test("inserting, deleting, moving to another partnership and truncating all count; what is undone does not", async () => {
  const { wrenford = "", coventry = "" } = partnerships;
  const insert = `insert into post (partnership_id, title, key) values ('${wrenford}', 'A post', 'a post')`;
  expect(await movedBy((runner) => runner.query(insert))).toEqual(["wrenford"]);
  expect(
    await movedBy((runner) => runner.query(`update post set partnership_id = '${coventry}' where key = 'a post'`)),
  ).toEqual(["coventry", "wrenford"]);
  expect(await movedBy((runner) => runner.query("delete from post where key = 'a post'"))).toEqual(["coventry"]);
  expect(await movedBy((runner) => runner.query("update post set title = 'x' where false"))).toEqual([]);
  expect(await movedBy((runner) => runner.query("truncate action_indicator"))).toEqual([
    "coventry",
    "people",
    "wrenford",
  ]);
  const undone = movedBy(async (runner) => {
    await runner.query(insert);
    throw new Error("given up");
  });
  await expect(undone).rejects.toThrow("given up");
  expect(
    await movedBy(async (runner) => {
      await runner.query("savepoint one");
      await runner.query(insert);
      await runner.query("rollback to savepoint one");
    }),
  ).toEqual([]);
  await database.owner.query("delete from post where key = 'a post'");
});

const touch = (slug: string) => `update plan set title = title where partnership_id = '${partnerships[slug] ?? ""}'`;

test("a version comes once: the same change again moves it again", async () => {
  const versionOf = async () =>
    (
      await database.owner.query<{ version: string }[]>(
        `select version::text from data_version where part = $1 and since = '-infinity'`,
        [partnerships["wrenford"]],
      )
    )[0]?.version;
  const seen = new Set<string | undefined>();
  for (let change = 0; change < 20; change += 1) {
    await database.owner.query(touch("wrenford"));
    seen.add(await versionOf());
  }
  expect(seen.size).toBe(20);
});

test("writers wait for each other for a commit and no longer, and never in a circle", async () => {
  const [one, other] = [database.app.createQueryRunner(), database.app.createQueryRunner()];
  const enter = "select app.enter_as_operator($1, $2)";
  const as = (runner: QueryRunner, slug: string) => runner.query(enter, [partnerships[slug], NOW.toISOString()]);
  try {
    for (let round = 0; round < 20; round += 1) {
      await Promise.all([one.startTransaction(), other.startTransaction()]);
      await as(one, "wrenford");
      await one.query(touch("wrenford"));
      await as(other, "coventry");
      await other.query(touch("coventry"));
      // crosswise: with locks held from the first statement on, one of the two would be given up
      await as(one, "coventry");
      await one.query(`update agency set name = name where partnership_id = '${partnerships["coventry"] ?? ""}'`);
      await as(other, "wrenford");
      await other.query(`update agency set name = name where partnership_id = '${partnerships["wrenford"] ?? ""}'`);
      await Promise.all([one.commitTransaction(), other.commitTransaction()]);
    }
    await one.startTransaction();
    await as(one, "wrenford");
    await one.query(touch("wrenford"));
    // while that is open, another change of the same partnership is made and done
    await operatorTransaction(database.app, partnerships["wrenford"] ?? "", (runner) =>
      runner.query(`update agency set name = name where partnership_id = '${partnerships["wrenford"] ?? ""}'`),
    );
    await one.commitTransaction();
  } finally {
    await Promise.all([one.release(), other.release()]);
  }
});

const stampOf = async (subject: string | null, now: Date, slugs: string[] = [], everything = false) => {
  const [row] = await database.app.query<{ stamp: string | null }[]>(
    "select app.stamp(entered, $4, $5, $3) as stamp from (select app.enter($1, $2, $3) as entered offset 0) as context",
    [subject && DEMONSTRATION_ISSUER, subject, now.toISOString(), slugs, everything],
  );
  return row?.stamp ?? null;
};

test("a stamp is of the person, the day and the versions within reach", async () => {
  const health = "wrenford-health-contributor";
  const before = await stampOf(health, NOW);
  expect(before).toMatch(/^[0-9a-f]{64}$/);
  expect(await stampOf(health, new Date(NOW.getTime() + 3_600_000))).toBe(before);
  expect(await stampOf("wrenford-police-viewer", NOW)).not.toBe(before);
  expect(await stampOf(health, new Date("2019-02-15T00:00:00Z"))).not.toBe(before);
  expect(await stampOf("nobody-here", NOW)).toBeNull();

  const reaches = async () => [
    await stampOf(health, NOW),
    await stampOf(health, NOW, ["coventry"]),
    await stampOf(health, NOW, [], true),
    await stampOf(null, NOW, ["wrenford"]),
  ];
  const changed = async (work: string) => {
    const [one, ...rest] = [await reaches(), await database.owner.query(work), await reaches()] as [
      string[],
      unknown,
      string[],
    ];
    return one.map((stamp, index) => stamp !== rest[1][index]);
  };
  expect(await changed(touch("coventry"))).toEqual([false, true, true, false]);
  expect(await changed(touch("wrenford"))).toEqual([true, true, true, true]);
  expect(await changed("update person set label = label")).toEqual([true, true, true, true]);
});

test("what is published at an instant to come changes the stamp when it is reached, with nobody writing", async () => {
  const later = (hours: number) => new Date(NOW.getTime() + hours * 3_600_000);
  const publish = (table: string, at: Date) =>
    operatorTransaction(database.app, partnerships["wrenford"] ?? "", (runner) =>
      runner.query(
        `update ${table} set published_at = $1 where id = (select id from ${table} where partnership_id = $2 limit 1)`,
        [at.toISOString(), partnerships["wrenford"]],
      ),
    );
  const stamps = async () => [await stampOf(null, later(1), ["wrenford"]), await stampOf(null, later(3), ["wrenford"])];
  await publish("plan", later(-48));
  expect(new Set(await stamps()).size).toBe(1);
  for (const [table, hours] of [
    ["plan", 2],
    ["observation", 2.5],
    ["progress_update", 2.7],
  ] as const) {
    await publish(table, later(hours));
    const [before, after] = [
      await stampOf(null, later(hours - 0.1), ["wrenford"]),
      await stampOf(null, later(hours + 0.1), ["wrenford"]),
    ];
    expect([table, before === after]).toEqual([table, false]);
  }
  // long afterwards those rows are gone, with the next change
  await operatorTransaction(
    database.app,
    partnerships["wrenford"] ?? "",
    (runner) => runner.query(touch("wrenford")),
    later(72),
  );
  expect(
    await database.owner.query("select since from data_version where part = $1 and since > '-infinity'", [
      partnerships["wrenford"],
    ]),
  ).toEqual([]);
});
