import type { DataSource, QueryRunner } from "typeorm";
import type { Ask } from "./verify";

/** What is of no partnership has a chain of its own, under this key. */
export const NO_PARTNERSHIP = "00000000-0000-0000-0000-000000000000";

/**
 * One read-only transaction of the operator at the command line who verifies a partnership's trail: shown everything of it,
 * agencies' drafts included, at one moment. Nothing of what is shown is printed by those who use it.
 */
export async function asAuditor<T>(
  db: DataSource,
  partnershipId: string,
  now: Date,
  work: (ask: Ask) => Promise<T>,
): Promise<T> {
  const runner = db.createQueryRunner();
  try {
    await runner.startTransaction("REPEATABLE READ");
    await runner.query("set local statement_timeout = 0");
    await enter(runner, partnershipId, now);
    return await work((text, values = []) => runner.query(text, values) as never);
  } finally {
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    await runner.release();
  }
}

async function enter(runner: QueryRunner, partnershipId: string, now: Date): Promise<void> {
  const none = partnershipId === NO_PARTNERSHIP;
  await runner.query("select app.enter_as_operator($1, $2)", [none ? null : partnershipId, now.toISOString()]);
  await runner.query(
    `select set_config('app.oversight', array[$1::uuid]::text, true),
       set_config('app.own_agencies', coalesce((select array_agg(a.id) from agency a where a.partnership_id = $1), '{}')::text, true)`,
    [partnershipId],
  );
}
