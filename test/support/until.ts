import type { DataSource } from "typeorm";

/** How long something is waited for that will come: long enough for a machine that has other things to do. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 20;

/** Resolves when `holds` does; fails with `what` after a minute in which it did not. */
export async function until(what: string, holds: () => unknown): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end;) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  throw new Error(`never: ${what}`);
}

/** Until so many wait for a lock in the database that `db` is connected to. */
export const untilWaiting = (db: Pick<DataSource, "query">, many = 1): Promise<void> =>
  until(`${many} waiting for a lock`, async () => {
    const [row] = await db.query<{ waits: number }[]>(
      "select count(*)::int as waits from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    return (row?.waits ?? 0) >= many;
  });

/** Until every connection of a pool is back in it. */
export function untilIdle(db: DataSource): Promise<void> {
  const pool = (db.driver as unknown as { master: { totalCount: number; idleCount: number } }).master;
  return until("every connection back in the pool", () => pool.idleCount === pool.totalCount);
}
