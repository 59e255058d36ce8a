import { randomBytes } from "node:crypto";
import type { DataSource, QueryRunner } from "typeorm";
import { entities } from "../../src/domains/entities";
import { dataSourceFor, type Connection } from "../../src/platform/database/data-source";
import { asAdmin, onDatabase, testServer } from "./server";

/** A database of one test file's own: migrated, empty, dropped by `drop`. */
export interface TestDatabase {
  /** Bound by row-level security, as requests are. */
  app: DataSource;
  /** The tables' owner, for looking behind the policies. */
  owner: DataSource;
  connection: Connection;
  /** The same as an address, for a program that takes DATABASE_URL. */
  url: string;
  drop(): Promise<void>;
}

/** Clones the migrated template, or another one named. Call it in `beforeAll`, and `drop` in `afterAll`. */
export async function createTestDatabase(from?: string): Promise<TestDatabase> {
  const { admin, template: migrated, prefix } = testServer();
  const template = from ?? migrated;
  const name = `${prefix}_${randomBytes(5).toString("hex")}`;
  await asAdmin(admin, (db) => db.query(`create database ${name} template ${template}`));
  const connection = onDatabase(admin, name);
  const app = await dataSourceFor(connection, { asAppRole: true, entities, poolSize: 4 }).initialize();
  const owner = await dataSourceFor(connection, { asAppRole: false, entities, poolSize: 2 }).initialize();
  return {
    app,
    owner,
    connection,
    url: addressOf(connection),
    async drop() {
      await app.destroy();
      await owner.destroy();
      await asAdmin(admin, (db) => db.query(`drop database if exists ${name} with (force)`));
    },
  };
}

/** One transaction as the operator at the command line: of one partnership, or (null) of none, who may create them. */
export async function operatorTransaction<T>(
  db: DataSource,
  partnershipId: string | null,
  work: (runner: QueryRunner) => Promise<T>,
  now: Date = new Date("2019-02-14T09:00:00Z"),
): Promise<T> {
  const runner = db.createQueryRunner();
  await runner.startTransaction();
  try {
    await runner.query("select app.enter_as_operator($1, $2)", [partnershipId, now.toISOString()]);
    const result = await work(runner);
    await runner.commitTransaction();
    return result;
  } catch (error) {
    await runner.rollbackTransaction();
    throw error;
  } finally {
    await runner.release();
  }
}

/** Lets the tables' owner change what was submitted, in this database alone: for what shows who notices a change, whatever it is. */
export const letSubmittedChange = ({ owner }: TestDatabase): Promise<unknown> =>
  owner.query("alter table progress_update disable trigger progress_update_keep");

function addressOf(connection: Connection): string {
  if ("url" in connection) return connection.url;
  const { host, port, user, database } = connection;
  const query = new URLSearchParams({ host, port: String(port) });
  return `postgres://${encodeURIComponent(user)}@localhost/${database}?${query.toString()}`;
}
