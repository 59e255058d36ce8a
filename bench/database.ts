import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { entities } from "../src/domains/entities";
import { dataSourceFor } from "../src/platform/database/data-source";
import { startEmbeddedPostgres } from "../src/platform/database/embedded/index";
import { migrate } from "../src/platform/database/prepare";
import { generate, type Size } from "./generate";

/** Where the bench keeps its databases, for as long as it runs. */
export interface BenchServer {
  /** Address of an empty database; of one beside it for each other name. */
  database: (name?: string) => Promise<string>;
  /** Stops the private server and removes its folder; of a server that was named, drops what was made on it. */
  close: () => Promise<void>;
}

/** The database cannot be used for measuring; the message says why. */
export class BenchDatabaseError extends Error {
  override name = "BenchDatabaseError";
}

const DATABASE = "golden_thread_bench";

/** The server whose database is named, or a new private one in a temporary folder of its own. */
export async function openBenchServer(named: string | undefined, say: (text: string) => void): Promise<BenchServer> {
  return named ? namedServer(named) : privateServer(say);
}

function namedServer(url: string): BenchServer {
  const made: string[] = [];
  const maintain = (sql: string) => withClient({ connectionString: url }, (client) => client.query(sql));
  return {
    database: async (name) => {
      if (!name) return url;
      const beside = new URL(url);
      beside.pathname += `_${name}`;
      const database = beside.pathname.slice(1);
      await maintain(`create database "${database}"`);
      made.push(database);
      return beside.toString();
    },
    close: async () => {
      for (const database of made.splice(0)) await maintain(`drop database "${database}" with (force)`);
    },
  };
}

async function privateServer(say: (text: string) => void): Promise<BenchServer> {
  const folder = mkdtempSync(join(tmpdir(), "golden-thread-bench-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove); // when it is interrupted before there is a server to stop
  try {
    const server = await startEmbeddedPostgres({ dataDir: folder, onMessage: say });
    const { host, port, user, database: maintenance } = server.connectionFor("postgres");
    return {
      database: async (name) => {
        const database = name ? `${DATABASE}_${name}` : DATABASE;
        await withClient({ host, port, user, database: maintenance }, (client) =>
          client.query(`create database "${database}"`),
        );
        const query = new URLSearchParams({ host, port: String(port) });
        return `postgres://${encodeURIComponent(user)}@localhost/${database}?${query.toString()}`;
      },
      close: async () => {
        await server.stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/**
 * Migrates, checks that nothing is there yet, and generates in one transaction. Gives the server's version, such as 18.1.
 *
 * @throws {BenchDatabaseError} over a database that holds something, or with a login that is no superuser's.
 */
export async function fill(url: string, size: Size, say: (text: string) => void): Promise<string> {
  const owner = await dataSourceFor({ url }, { asAppRole: false, poolSize: 2, entities }).initialize();
  try {
    say("migrating");
    await migrate(owner);
  } finally {
    await owner.destroy();
  }
  return withClient({ connectionString: url, options: "-c timezone=UTC" }, async (client) => {
    await requireUnbound(async (text) => (await client.query<{ free: boolean }>(text)).rows);
    const { rowCount } = await client.query("select 1 from partnership limit 1");
    if (rowCount)
      throw new BenchDatabaseError(
        "The database that DATABASE_URL names holds partnerships already. The bench fills an empty one: create one and name it.",
      );
    await client.query("begin");
    await withoutIndexes(client, () => generate(client, size, say), say);
    await client.query("commit");
    return settle(client, say);
  });
}

/**
 * Row-level security binds the owner too, unless it is a superuser: what is to be measured without it must be one.
 *
 * @throws {BenchDatabaseError} for any other login.
 */
export async function requireUnbound(query: (text: string) => Promise<{ free: boolean }[]>): Promise<void> {
  const [login] = await query("select rolsuper as free from pg_roles where rolname = current_user");
  if (!login?.free)
    throw new BenchDatabaseError(
      "The bench generates, and its baseline reads, without permissions: DATABASE_URL must name a superuser of a server for trials.",
    );
}

/** Takes away the indexes that are no constraint's and makes them anew after `work`: cheaper than to keep them meanwhile. */
async function withoutIndexes(client: Client, work: () => Promise<void>, say: (text: string) => void): Promise<void> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select i.indexrelid::regclass as name, pg_get_indexdef(i.indexrelid) as definition
     from pg_index i join pg_class c on c.oid = i.indrelid
     where c.relnamespace = 'public'::regnamespace and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid)`,
  );
  for (const { name } of rows) await client.query(`drop index ${name}`);
  await work();
  say("indexing");
  await client.query("set local maintenance_work_mem = '512MB'");
  for (const { definition } of rows) await client.query(definition);
}

/**
 * Leaves nothing for autovacuum to do while the clock runs. A table with nothing in it is left as new: once vacuumed it is
 * known to be empty, and what is planned then scans it from end to end however fast it grows.
 */
export async function vacuum(client: Pick<Client, "query">): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    "select c.oid::regclass as name from pg_class c where c.relkind = 'r' and not c.relisshared and pg_relation_size(c.oid) > 0",
  );
  await client.query(`vacuum analyze ${rows.map(({ name }) => name).join(", ")}`);
}

/** Leaves the database settled (`vacuum`), and gives the server's version. */
async function settle(client: Client, say: (text: string) => void): Promise<string> {
  say("vacuuming and analysing");
  await vacuum(client);
  await client.query("checkpoint").catch(() => undefined); // not every login may
  const { rows } = await client.query<{ version: string }>(
    "select split_part(current_setting('server_version'), ' ', 1) as version",
  );
  return rows[0]?.version ?? "unknown";
}

/** Runs `work` on one connection as the tables' owner. */
async function withClient<T>(
  options: ConstructorParameters<typeof Client>[0],
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client(options);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
