import "reflect-metadata";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { entities } from "../../src/domains/entities";
import { dataSourceFor, type Connection } from "../../src/platform/database/data-source";
import { startEmbeddedPostgres } from "../../src/platform/database/embedded/index";
import { migrate } from "../../src/platform/database/prepare";
import { asAdmin, onDatabase, VARIABLE, type TestServer } from "./server";

declare global {
  // what the teardown must end
  var goldenThreadTests: { server: TestServer; stop: () => Promise<void> } | undefined;
}

/**
 * Makes the migrated template that every test file clones, on the server named by TEST_DATABASE_URL or DATABASE_URL, or
 * on a private one started for this run.
 */
export default async function setUp(): Promise<void> {
  const { admin, stop } = await server(process.env.TEST_DATABASE_URL ?? process.env.DATABASE_URL);
  const prefix = `golden_thread_test_${process.pid}_${randomBytes(3).toString("hex")}`;
  const template = `${prefix}_template`;
  try {
    await asAdmin(admin, (db) => db.query(`create database ${template}`));
    await migrated(onDatabase(admin, template));
  } catch (error) {
    await stop();
    throw error;
  }
  const described: TestServer = { admin, template, prefix };
  process.env[VARIABLE] = JSON.stringify(described);
  globalThis.goldenThreadTests = { server: described, stop };
}

async function server(url: string | undefined): Promise<{ admin: Connection; stop: () => Promise<void> }> {
  if (url) return { admin: { url }, stop: () => Promise.resolve() };
  const dataDir = mkdtempSync(join(tmpdir(), "golden-thread-test-"));
  const embedded = await startEmbeddedPostgres({ dataDir, durable: false });
  const stop = async () => {
    await embedded.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { admin: embedded.connectionFor("postgres"), stop };
}

async function migrated(connection: Connection): Promise<void> {
  const owner = await dataSourceFor(connection, { asAppRole: false, poolSize: 2, entities }).initialize();
  try {
    await migrate(owner);
  } finally {
    await owner.destroy();
  }
}
