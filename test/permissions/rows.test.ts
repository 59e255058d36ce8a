import type { DataSource, QueryRunner } from "typeorm";
import { demonstrationDatabase, NOW } from "../support/service";
import { DEMONSTRATION_ISSUER } from "../../src/platform/http/tokens";
import { letSubmittedChange, operatorTransaction, type TestDatabase } from "../support/database";

/** Row-level security looked at from below the service. */
let database: TestDatabase;
let tables: string[];
beforeAll(async () => {
  database = await demonstrationDatabase();
  await letSubmittedChange(database);
  tables = (
    await database.owner.query<{ name: string }[]>(
      "select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and relname not in ('data_change', 'data_version', 'migration', 'rate_limit', 'service_secret') order by 1",
    )
  ).map(({ name }) => name);
});
afterAll(() => database.drop());

async function inTransaction<T>(db: DataSource, work: (runner: QueryRunner) => Promise<T>): Promise<T> {
  const runner = db.createQueryRunner();
  await runner.startTransaction();
  try {
    return await work(runner);
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
}

async function visible(runner: QueryRunner): Promise<string[]> {
  const seen: string[] = [];
  for (const table of tables) {
    const [row] = (await runner.query(`select count(*) as count from "${table}"`)) as { count: number }[];
    if ((row?.count ?? 0) > 0) seen.push(`${table}: ${row?.count}`);
  }
  return seen;
}

test("nobody asking sees no row of any table: unset, empty, or left over from the transaction before", async () => {
  expect(tables.length).toBeGreaterThan(25);
  await inTransaction(database.app, async (runner) => {
    expect(await visible(runner)).toEqual([]);
  });
  await inTransaction(database.app, async (runner) => {
    await runner.query("select app.forget()");
    expect(await visible(runner)).toEqual([]);
  });
  for (let round = 0; round < 8; round += 1) {
    await inTransaction(database.app, async (runner) => {
      expect(await visible(runner)).toEqual([]);
      await runner.query("select app.enter($1, 'wrenford-officer', $2)", [DEMONSTRATION_ISSUER, NOW.toISOString()]);
      expect((await visible(runner)).length).toBeGreaterThan(20);
    });
  }
});

test("somebody unknown sees nothing", async () => {
  await inTransaction(database.app, async (runner) => {
    const [row] = (await runner.query("select app.enter($1, 'nobody', $2) as held", [
      DEMONSTRATION_ISSUER,
      NOW.toISOString(),
    ])) as { held: unknown }[];
    expect(row?.held).toBeNull();
    expect(await visible(runner)).toEqual([]);
  });
});

test("every table is enabled, forced and has policies; those of a partnership name it", async () => {
  const found = await database.owner.query<{ name: string; enabled: boolean; forced: boolean; policies: number }[]>(
    `select relname as name, relrowsecurity as enabled, relforcerowsecurity as forced,
       (select count(*) from pg_policy p where p.polrelid = c.oid) as policies
     from pg_class c where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`,
  );
  // the exceptions: the versions of data, which migrations ran, what hashed callers have spent, and the key of cursors; none holds content
  const open = found.filter(({ enabled, forced, policies }) => !enabled || !forced || policies === 0);
  expect(open.map(({ name }) => name).sort()).toEqual([
    "data_change",
    "data_version",
    "migration",
    "rate_limit",
    "service_secret",
  ]);
});

test("the service's role owns nothing, cannot bypass, and no function or view looks with another's eyes", async () => {
  const { owner } = database;
  expect(
    await owner.query(
      "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin from pg_roles where rolname = 'golden_thread_app'",
    ),
  ).toEqual([{ rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false, rolcanlogin: false }]);
  expect(await owner.query("select relname from pg_class where relowner = 'golden_thread_app'::regrole")).toEqual([]);
  expect(
    await owner.query(
      "select proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace where prosecdef and nspname in ('public', 'app')",
    ),
  ).toEqual([]);
  expect(
    await owner.query(
      "select relname from pg_class where relnamespace in ('public'::regnamespace, 'app'::regnamespace) and relkind in ('v', 'm') and not coalesce('security_invoker=true' = any (reloptions), false)",
    ),
  ).toEqual([]);
});

test("a keeper of one partnership writes nothing into another, by insert or by moving a row", async () => {
  const [one, other] = await database.owner.query<{ id: string; slug: string }[]>(
    "select id, slug from partnership order by slug desc",
  );
  if (!one || !other) throw new Error("two partnerships are needed");
  const keeping = (work: (runner: QueryRunner) => Promise<unknown>) =>
    operatorTransaction(database.app, one.id, work, NOW);
  const scoped = await database.owner.query<{ name: string }[]>(
    `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'partnership_id'
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by 1`,
  );
  expect(scoped.length).toBeGreaterThan(24);
  for (const { name } of scoped) {
    const columns = await database.owner.query<{ list: string; moved: string }[]>(
      `select string_agg(format('%I', attname), ', ') as list,
         string_agg(case attname when 'partnership_id' then '$1::uuid' when 'id' then 'gen_random_uuid()' else format('%I', attname) end, ', ') as moved
       from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped`,
      [name],
    );
    const { list = "", moved = "" } = columns[0] ?? {};
    const [held] = await database.owner.query<{ count: number }[]>(
      `select count(*) as count from ${name} where partnership_id = $1`,
      [one.id],
    );
    if ((held?.count ?? 0) === 0) continue;
    await expect(
      keeping((runner) =>
        runner.query(`insert into ${name} (${list}) select ${moved} from ${name} limit 1`, [other.id]),
      ),
    ).rejects.toThrow(/row-level security|null value|violates/);
    const moving = keeping((runner) => runner.query(`update ${name} set partnership_id = $1`, [other.id]));
    await expect(moving).rejects.toThrow(/row-level security|permission denied/);
    const strangers = await keeping(
      (runner) =>
        runner.query(`select count(*) as count from ${name} where partnership_id = $1`, [other.id]) as Promise<unknown>,
    );
    // the other partnership is published: what may be read of it may still not be changed
    expect(strangers).toBeDefined();
  }
});

test("the original by-when cannot be changed, by the service's role or by the owner", async () => {
  const change = "update action set original_end = '2020-01-01' where original_end is not null";
  const [one] = await database.owner.query<{ id: string }[]>("select id from partnership where slug = 'wrenford'");
  await expect(
    operatorTransaction(database.app, one?.id ?? null, (runner) => runner.query(change), NOW),
  ).rejects.toThrow(/never changes/);
  await expect(database.owner.query(change)).rejects.toThrow(/never changes/);
});
