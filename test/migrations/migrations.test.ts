import { dataSourceFor } from "../../src/platform/database/data-source";
import { entities } from "../../src/domains/entities";
import { createTestDatabase, type TestDatabase } from "../support/database";
import { demonstrationDatabase } from "../support/service";
import type { DataSource } from "typeorm";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const rows = <R>(db: DataSource, sql: string) => db.query<R[]>(sql);

/** Everything that the migrations make, in words that do not depend on when it was made. */
async function catalogue(db: DataSource): Promise<string[]> {
  const found = await rows<{ line: string }>(
    db,
    `select 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '') || ' ' || coalesce(l.collname, '') as line
       from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
       left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum left join pg_collation l on l.oid = a.attcollation
       where n.nspname in ('public', 'app') and c.relkind in ('r', 'v', 'm') and a.attnum > 0 and not a.attisdropped
     union all select 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n'
     union all select 'index ' || indexdef from pg_indexes where schemaname = 'public'
     union all select 'policy ' || tablename || ' ' || policyname || ' ' || cmd || ' ' || roles::text || ' ' || coalesce(qual, '') || ' / ' || coalesce(with_check, '') from pg_policies
     union all select 'trigger ' || tgrelid::regclass || ' ' || pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
     union all select 'function ' || pg_get_functiondef(p.oid) from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('public', 'app')
     union all select 'grant ' || table_name || ' ' || grantee || ' ' || privilege_type from information_schema.role_table_grants where table_schema = 'public' and grantee = 'golden_thread_app'
     union all select 'security ' || relname || ' ' || relrowsecurity || ' ' || relforcerowsecurity from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
     order by 1`,
  );
  return found.map(({ line }) => line).filter((line) => !/^\w+ (index )?"?migration[_. "]/.test(line));
}

test("up, down and up again leave the same catalogue, and down leaves nothing", async () => {
  const owner = await dataSourceFor(database.connection, { asAppRole: false, poolSize: 2, entities }).initialize();
  try {
    const before = await catalogue(owner);
    expect(before.length).toBeGreaterThan(400);
    const applied = await rows<{ name: string }>(owner, "select name from migration order by id");
    for (let index = 0; index < applied.length; index += 1) await owner.undoLastMigration({ transaction: "each" });
    const left = (await catalogue(owner)).filter((line) => !/ migration[. ]|migration_/.test(line));
    expect(left).toEqual([]);
    await owner.runMigrations({ transaction: "each" });
    expect(await catalogue(owner)).toEqual(before);
  } finally {
    await owner.destroy();
  }
});

test("entities and migrations agree: the schema builder would write nothing", async () => {
  const log = await database.owner.driver.createSchemaBuilder().log();
  expect(log.upQueries.map(({ query }) => query)).toEqual([]);
});

test("every foreign key has an index that begins with its columns", async () => {
  const bare = await rows<{ name: string }>(
    database.owner,
    `select conname as name from pg_constraint f where contype = 'f' and connamespace = 'public'::regnamespace and not exists (
       select 1 from pg_index i where i.indrelid = f.conrelid and i.indpred is null
         and (select array_agg(k order by k) from unnest((i.indkey::int2[])[0:cardinality(f.conkey) - 1]) k) = (select array_agg(k order by k) from unnest(f.conkey) k))`,
  );
  expect(bare).toEqual([]);
});

test("every table is keyed, and nothing has a name made by a machine", async () => {
  const keyless = await rows(
    database.owner,
    `select relname from pg_class c where relnamespace = 'public'::regnamespace and relkind = 'r'
       and not exists (select 1 from pg_constraint k where k.conrelid = c.oid and k.contype = 'p')`,
  );
  expect(keyless).toEqual([]);
  const names = await rows<{ name: string }>(
    database.owner,
    `select conname as name from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n'
     union select indexname from pg_indexes where schemaname = 'public'`,
  );
  // TypeORM's own table of what ran is the one it names itself
  expect(names.filter(({ name }) => /[0-9a-f]{20,}/.test(name) || name !== name.toLowerCase())).toEqual(
    names.filter(({ name }) => /^PK_[0-9a-f]{27}$/.test(name)).slice(0, 1),
  );
});

test("down from figures that the earlier tables could not hold takes those away and leaves the rest", async () => {
  const full = await demonstrationDatabase();
  const owner = await dataSourceFor(full.connection, { asAppRole: false, poolSize: 1, entities }).initialize();
  try {
    const count = async (what: string) =>
      (await rows<{ n: number }>(owner, `select count(*)::int as n from ${what}`))[0]?.n;
    const critical = "indicator where code like 'CPI%'";
    const before = [
      await count(critical),
      await count("indicator_target t join indicator i on i.id = t.indicator_id where i.code like 'CPI%'"),
    ];
    expect(await count("observation where as_at is null")).toBeGreaterThan(30);
    // back to before the migration that made room for them, which is the sixth
    for (let left = owner.migrations.length; left > 5; left -= 1)
      await owner.undoLastMigration({ transaction: "each" });
    expect([
      await count(critical),
      await count("indicator_target t join indicator i on i.id = t.indicator_id where i.code like 'CPI%'"),
    ]).toEqual(before);
    expect(await count("indicator where polarity = 'NEITHER'")).toBe(0);
    await owner.runMigrations({ transaction: "each" });
    expect(await count("comparator")).toBe(0);
  } finally {
    await owner.destroy();
    await full.drop();
  }
});
