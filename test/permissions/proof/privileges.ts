import type { Facts } from "../reading";
import { OUTSIDE, OUTSIDE_MAY } from "../reading-rows";
import { WRITTEN } from "../reading-writes";
import type { Send } from "./rows";
import type { Tally } from "./tally";

/** What the service's role may do at all to each table and column, below any policy: what is written down, and no more. */
export async function probePrivileges(send: Send, facts: Facts, tally: Tally): Promise<void> {
  const columns = await send<{ table: string; column: string; update: boolean }>(
    `select c.relname as table, a.attname as column, has_column_privilege('golden_thread_app', c.oid, a.attnum, 'UPDATE') as update
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1, 2`,
  );
  for (const { table, column, update } of columns) {
    if (OUTSIDE.includes(table)) {
      const changed = OUTSIDE_MAY[table]?.update ?? false;
      tally.hold(
        "column privilege",
        update === changed,
        () => `${table}.${column} ${update ? "may" : "may not"} be changed`,
      );
      continue;
    }
    const may = WRITTEN[table]?.columns ?? [];
    tally.hold(
      "column privilege",
      update === (may === "all" || may.includes(column)),
      () => `${table}.${column} ${update ? "may" : "may not"} be changed`,
    );
  }
  const tables = await send<Record<"table" | "held", string>>(
    `select c.relname as table, string_agg(kind, ' ' order by kind) filter (where has_table_privilege('golden_thread_app', c.oid, kind)) as held
     from pg_class c cross join unnest(array['SELECT', 'INSERT', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) as kind
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') group by 1 order by 1`,
  );
  for (const { table, held } of tables) {
    const within = WRITTEN[table]?.remove ? "DELETE INSERT SELECT" : "INSERT SELECT";
    const outside = OUTSIDE_MAY[table];
    const expected = outside ? outside.held : within;
    tally.same("table privilege", expected, held, () => table);
  }
  tally.hold(
    "every table is there",
    tables.length === Object.keys(facts.tables).length,
    () => "the facts hold other tables",
  );
}

/**
 * Row-level security binds the tables' owner too: one that is no superuser sees nothing. The owner is made for the probe
 * and goes with the transaction. Tables named by `only` alone are tried where it is given.
 */
export async function probeForce(send: Send, facts: Facts, tally: Tally, only?: readonly string[]): Promise<void> {
  const tables = (only ?? Object.keys(facts.tables)).filter((name) => !OUTSIDE.includes(name));
  const counts = tables.map((table) => `select '${table}' as table, count(*)::int as seen from "${table}"`);
  for (const { table, seen } of await send<{ table: string; seen: number }>(counts.join(" union all ")))
    tally.hold("the owner is bound", seen === 0, () => `the owner of ${table} sees ${seen} rows with no context`);
}

/** What makes somebody who is no superuser the owner of these tables, for the rest of the transaction. */
export const giveToOwner = (tables: readonly string[]): string[] => [
  "create role golden_thread_proof_owner nologin nosuperuser nobypassrls",
  "grant usage, create on schema public to golden_thread_proof_owner",
  "grant usage on schema app to golden_thread_proof_owner",
  ...tables
    .filter((name) => !OUTSIDE.includes(name))
    .map((table) => `alter table "${table}" owner to golden_thread_proof_owner`),
];
