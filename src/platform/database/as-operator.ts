import type { DataSource, QueryRunner } from "typeorm";
import type { Clock } from "../clock";

/**
 * One transaction as the operator at the command line: of one partnership, or (null) of none, who may create
 * partnerships and people. All of `work`, or nothing of it.
 */
export async function asOperator<T>(
  db: DataSource,
  clock: Pick<Clock, "now">,
  partnershipId: string | null,
  work: (runner: QueryRunner) => Promise<T>,
): Promise<T> {
  const runner = db.createQueryRunner();
  try {
    await runner.startTransaction();
    // a request's limit is not for a large file
    await runner.query("set local statement_timeout = 0");
    await runner.query("select app.enter_as_operator($1, $2)", [partnershipId, clock.now().toISOString()]);
    const result = await work(runner);
    await runner.commitTransaction();
    return result;
  } catch (error) {
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  } finally {
    await runner.release();
  }
}
