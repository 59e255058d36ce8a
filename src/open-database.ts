import { existsSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import type { DataSource } from "typeorm";
import { entities } from "./domains/entities";
import { loadFolder } from "./domains/exchange/index";
import { type Config, describeDatabase } from "./platform/config/index";
import { type Connection, dataSourceFor } from "./platform/database/data-source";
import { startEmbeddedPostgres } from "./platform/database/embedded/index";
import { DatabaseNotReadyError, migrate, requireBoundByRowSecurity } from "./platform/database/prepare";

/** A migrated database, open as the role that requests run as. */
export interface OpenDatabase {
  app: DataSource;
  close: () => Promise<void>;
}

const DATABASE = "golden_thread";
/** The invented and the published plan that the embedded database starts with. */
const DEMONSTRATION = ["coventry", "wrenford"];

/**
 * Opens the database that the configuration names, migrates it and (on the private embedded one alone) loads the
 * demonstration data once. `say` gets a short line for each thing that takes time.
 *
 * @throws {DatabaseNotReadyError} or an embedded database error, whose messages say what to do.
 */
export async function openDatabase(config: Config, say: (text: string) => void): Promise<OpenDatabase> {
  if (config.database.kind === "server") {
    const { url, applicationUrl } = config.database;
    const where = describeDatabase(config);
    say(`connecting to PostgreSQL at ${where}`);
    const app = await reachable(where, () =>
      open({ url: url.reveal() }, applicationUrl ? { url: applicationUrl.reveal() } : null, config, say),
    );
    return { app, close: () => app.destroy() };
  }

  say(
    "the database is a private PostgreSQL of its own, for trying, development and tests; set DATABASE_URL to use a server",
  );
  const embedded = await startEmbeddedPostgres({ dataDir: config.database.dataDir, onMessage: say });
  try {
    await createDatabase(embedded.connectionFor("postgres"));
    const app = await open(embedded.connectionFor(DATABASE), null, config, say);
    await loadDemonstration(app, config, say);
    return {
      app,
      close: async () => {
        await app.destroy();
        await embedded.stop();
      },
    };
  } catch (error) {
    await embedded.stop();
    throw error;
  }
}

async function open(
  owner: Connection,
  application: Connection | null,
  config: Config,
  say: (text: string) => void,
): Promise<DataSource> {
  const asOwner = await dataSourceFor(owner, { asAppRole: false, poolSize: 2, entities }).initialize();
  try {
    const ran = await migrate(asOwner);
    if (ran.length > 0) say(`brought the schema up to date (${ran.length} migrations)`);
  } finally {
    await asOwner.destroy();
  }
  const app = await dataSourceFor(application ?? owner, {
    asAppRole: true,
    poolSize: config.poolSize,
    statementTimeoutMs: config.statementTimeoutMs,
    entities,
  }).initialize();
  await requireBoundByRowSecurity(app);
  return app;
}

/** Says in plain words why a server could not be used, without its address's credentials. */
async function reachable<T>(where: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code = "", message = "" } = error as { code?: string; message?: string };
    const told: Record<string, string> = {
      "28P01": "refused the password",
      "28000": "refused the login",
      "3D000": "has no database of that name",
      "42501": "does not let this login make the schema",
      ECONNREFUSED: "does not answer",
      ENOTFOUND: "is not a known host",
      ETIMEDOUT: "does not answer",
      "57P03": "is starting up or shutting down",
    };
    const why = told[code] ?? (/timeout/i.test(message) ? "does not answer" : undefined);
    if (!why) throw error;
    throw new DatabaseNotReadyError(`PostgreSQL at ${where} ${why}. Check DATABASE_URL and that the server runs.`);
  }
}

async function createDatabase(connection: {
  host: string;
  port: number;
  user: string;
  database: string;
}): Promise<void> {
  const client = new Client(connection);
  await client.connect();
  try {
    const { rowCount } = await client.query("select 1 from pg_database where datname = $1", [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}

/** Loads the demonstration folders that are not there yet, each in one transaction. */
async function loadDemonstration(app: DataSource, config: Config, say: (text: string) => void): Promise<void> {
  const root = [join(__dirname, "../data"), join(__dirname, "../../data")].find((folder) => existsSync(folder));
  if (!root)
    throw new DatabaseNotReadyError("The demonstration data is missing: the folder data/ belongs beside src/.");
  for (const name of DEMONSTRATION) {
    const runner = app.createQueryRunner();
    try {
      await runner.startTransaction();
      await runner.query("select app.enter_as_operator(null, $1)", [(config.fixedNow ?? new Date()).toISOString()]);
      const [known] = (await runner.query("select 1 from partnership where slug = $1", [name])) as object[];
      if (!known) {
        say(`loading the demonstration data of ${name}`);
        await loadFolder(runner, join(root, name), { demonstration: true, now: config.fixedNow ?? new Date() });
      }
      await runner.commitTransaction();
    } catch (error) {
      if (runner.isTransactionActive) await runner.rollbackTransaction();
      throw error;
    } finally {
      await runner.release();
    }
  }
}
