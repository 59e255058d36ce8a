import { DataSource } from "typeorm";
import { dataSourceFor, type Connection } from "../../src/platform/database/data-source";

/** What a run's setup tells its test files, through the environment that they inherit. */
export interface TestServer {
  /** Login that may create databases, to a database that stands apart from the tests. */
  admin: Connection;
  template: string;
  /** Begins the name of every database of this run. */
  prefix: string;
}

export const VARIABLE = "GOLDEN_THREAD_TEST_SERVER";

export function testServer(): TestServer {
  const text = process.env[VARIABLE];
  if (!text)
    throw new Error("test/support/global-setup.ts has not run: start the tests with jest from the repository.");
  return JSON.parse(text) as TestServer;
}

/** The same server, another database on it. */
export function onDatabase(admin: Connection, database: string): Connection {
  if (!("url" in admin)) return { ...admin, database };
  const url = new URL(admin.url);
  url.pathname = `/${database}`;
  return { url: url.toString() };
}

/** Runs `work` on a connection to the server that may create and drop databases. */
export async function asAdmin<T>(admin: Connection, work: (db: DataSource) => Promise<T>): Promise<T> {
  const db = await dataSourceFor(admin, { asAppRole: false, poolSize: 1 }).initialize();
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}
