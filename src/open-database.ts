import { existsSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import type { DataSource } from "typeorm";
import { entities } from "./domains/entities";
import { loadFolder } from "./domains/exchange/index";
import { fixedClock, systemClock } from "./platform/clock";
import { type Config, describeDatabase } from "./platform/config/index";
import { asOperator } from "./platform/database/as-operator";
import { APP_ROLE, type Connection, dataSourceFor } from "./platform/database/data-source";
import { startEmbeddedPostgres } from "./platform/database/embedded/index";
import { DatabaseNotReadyError, migrate, requireBoundByRowSecurity } from "./platform/database/prepare";
import { fieldsOfApi } from "./schema";
import { standClock } from "./standing-clock";

/** A migrated database, open as the role that requests run as. */
export interface OpenDatabase {
  app: DataSource;
  /** Lets `work` act as the tables' owner: for the operator alone, who erases what must be erased. */
  asOwner: <T>(work: (owner: DataSource) => Promise<T>, poolSize?: number) => Promise<T>;
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
    const app = await reachable(addressed("DATABASE_URL", where), () =>
      open({ url: url.reveal() }, applicationUrl ? { url: applicationUrl.reveal() } : null, config, say),
    );
    return { app, asOwner: ownerOf({ url: url.reveal() }), close: () => app.destroy() };
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
      asOwner: ownerOf(embedded.connectionFor(DATABASE)),
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
  let migrated: string | null;
  try {
    const ran = await migrate(asOwner);
    if (ran.length > 0) say(`brought the schema up to date (${ran.length} migrations)`);
    await standClock(asOwner, config);
    migrated = await identityOf(asOwner);
  } finally {
    await asOwner.destroy();
  }
  const source = dataSourceFor(application ?? owner, {
    asAppRole: true,
    poolSize: config.poolSize,
    statementTimeoutMs: config.statementTimeoutMs,
    entities,
  });
  const app = await (application
    ? reachable(addressed("APP_DATABASE_URL", "the address of requests"), () => source.initialize())
    : source.initialize());
  try {
    await requireBoundByRowSecurity(app);
    if (application && (await identityOf(app)) !== migrated)
      throw new DatabaseNotReadyError(
        "APP_DATABASE_URL names another database than DATABASE_URL: set both to the same.",
      );
  } catch (error) {
    await app.destroy();
    throw error;
  }
  return app;
}

const ownerOf =
  (connection: Connection): OpenDatabase["asOwner"] =>
  async (work, poolSize = 1) => {
    const owner = await dataSourceFor(connection, { asAppRole: false, poolSize, entities }).initialize();
    try {
      return await work(owner);
    } finally {
      await owner.destroy();
    }
  };

/** Tells one database from every other, whichever address it is reached by; null where the server keeps that to itself. */
async function identityOf(source: DataSource): Promise<string | null> {
  try {
    const [found] = await source.query<{ identity: string }[]>(
      "select system_identifier || '/' || oid as identity from pg_control_system(), pg_database where datname = current_database()",
    );
    return found?.identity ?? null;
  } catch {
    return null;
  }
}

/** Where a server's address stands in the settings, and the server itself for people; never its credentials. */
const addressed = (setting: string, where: string) => ({ setting, where });

/** Says in plain words why a server could not be used. */
async function reachable<T>({ setting, where }: ReturnType<typeof addressed>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code = "", message = "" } = error as { code?: string; message?: string };
    const told: Record<string, string> = {
      "28P01": "refused the password",
      "28000": "refused the login",
      "3D000": "has no database of that name",
      "42501": "does not let this login make the schema",
      "53300": "has no connection to spare",
      ECONNREFUSED: "does not answer",
      ECONNRESET: "does not answer",
      EHOSTUNREACH: "does not answer",
      ENETUNREACH: "does not answer",
      ENOTFOUND: "is not a known host",
      EAI_AGAIN: "is not a known host",
      ETIMEDOUT: "does not answer",
      "57P03": "is starting up or shutting down",
    };
    const mayNotSwitch = code === "42501" && message.includes("set role");
    const why = mayNotSwitch
      ? `lets this login in, but not act as ${APP_ROLE} (an administrator can: grant ${APP_ROLE} to <that login>)`
      : (told[code] ?? (/timeout|terminated/i.test(message) ? "does not answer" : undefined));
    if (!why) throw error;
    throw new DatabaseNotReadyError(`PostgreSQL at ${where} ${why}. Check ${setting} and that the server runs.`);
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
  const clock = config.fixedNow ? fixedClock(config.fixedNow) : systemClock;
  for (const name of DEMONSTRATION) {
    await asOperator(app, clock, null, async (runner) => {
      const [known] = (await runner.query("select 1 from partnership where slug = $1", [name])) as object[];
      if (known) return;
      say(`loading the demonstration data of ${name}`);
      await loadFolder(runner, join(root, name), { demonstration: true, now: clock.now(), fields: fieldsOfApi });
    });
  }
}
