import type { QueryRunner } from "typeorm";
import type { TestDatabase } from "../../support/database";
import type { Facts } from "../reading";
import { ATTEMPTS, type Send } from "./rows";
import { readTables } from "./seeding";
import { NOW, seedWorld, type World } from "./world";

/** A database that holds the proof's world, and the facts of it. */
export interface Proven {
  database: TestDatabase;
  world: World;
  facts: Facts;
}

/** Fills an empty, migrated database with the proof's world. */
export async function prepareWorld(database: TestDatabase): Promise<Proven> {
  // what the world has was known an hour before anybody asks: its instants follow each other by milliseconds
  await database.owner.query("insert into history.standing_clock (now) values ($1)", [
    new Date(NOW.getTime() - 3_600_000).toISOString(),
  ]);
  const world = await seedWorld(database.owner);
  await database.owner.query(ATTEMPTS);
  await database.owner.query("analyze");
  return { database, world, facts: await factsOf(database) };
}

export const factsOf = async ({ owner }: TestDatabase): Promise<Facts> => ({
  now: NOW,
  tables: await readTables(owner),
});

/**
 * Runs `work` as the service's role in a transaction of the owner's that is always undone. `before` runs as the owner in
 * the same transaction: what it does to policies is undone too.
 */
export async function asService<T>(
  { owner }: TestDatabase,
  work: (send: Send) => Promise<T>,
  before: (send: Send) => Promise<unknown> = () => Promise.resolve(),
  role = "golden_thread_app",
): Promise<T> {
  const runner: QueryRunner = owner.createQueryRunner();
  const send: Send = <R extends object>(text: string, values?: unknown[]) => runner.query(text, values) as Promise<R[]>;
  await runner.startTransaction();
  try {
    await before(send);
    await send(`set local role ${role}`);
    return await work(send);
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
}

/**
 * Copies these tables aside as they are. What comes back makes those that were changed what they were, by their rows alone:
 * no trigger runs and no key is followed.
 */
export async function keepTables(
  { owner }: TestDatabase,
  tables: readonly string[],
): Promise<(changed: readonly string[]) => Promise<void>> {
  await owner.query("drop schema if exists kept cascade; create schema kept");
  for (const table of tables) await owner.query(`create table kept."${table}" as table "${table}"`);
  const rows = await owner.query<{ table: string; columns: string }[]>(
    `select table_name as table, string_agg(quote_ident(column_name), ', ') as columns from information_schema.columns
     where table_schema = 'public' and is_generated = 'NEVER' group by 1`,
  );
  const columns = new Map(rows.map((row) => [row.table, row.columns]));
  return (changed) =>
    owner.transaction(async (manager) => {
      await manager.query("set local session_replication_role = replica");
      for (const table of changed) {
        const list = columns.get(table) ?? "";
        await manager.query(`delete from "${table}"`);
        await manager.query(
          `insert into "${table}" (${list}) overriding system value select ${list} from kept."${table}"`,
        );
      }
    });
}
