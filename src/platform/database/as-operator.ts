import type { PoolClient } from "pg";
import type { DataSource, QueryRunner } from "typeorm";
import type { Clock } from "../clock";
import { preparedName } from "./prepared";
import { retried } from "./retried";
import type { Send } from "./surrounding";

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

/** Sends the statements of a transaction, each prepared under its name: jobs send the same ones over and over. */
async function rowsOf(runner: QueryRunner): Promise<Send> {
  const client = (await runner.connect()) as PoolClient;
  return async (text, values) => (await client.query({ name: preparedName(text), text, values })).rows as never;
}

/**
 * One transaction as the operator of a partnership, or of none, for what is done by the clock: tried again where the database
 * went away (`retried`), so that it is such as may be done twice.
 */
export const jobTransaction = <T>(
  db: DataSource,
  now: Date,
  partnershipId: string | null,
  work: (send: Send) => Promise<T>,
): Promise<T> =>
  retried(() => asOperator(db, { now: () => now }, partnershipId, async (runner) => work(await rowsOf(runner))));
