import type { AddressInfo } from "node:net";
import type { GraphQLSchema } from "graphql";
import pino from "pino";
import { loadFolder } from "../../src/domains/exchange/index";
import { fixedClock } from "../../src/platform/clock";
import { Cursors } from "../../src/platform/graphql/cursor";
import { createListener } from "../../src/platform/http/listener";
import { DEMONSTRATION_ISSUER, DemonstrationSignIn, TokenVerifier } from "../../src/platform/http/tokens";
import { buildSchema, fieldsOfApi } from "../../src/schema";
import { createServer, type ServerParts } from "../../src/server";
import type { Refusal } from "../../src/sign-in";
import { Client } from "./client";
import { createTestDatabase, type TestDatabase } from "./database";
import { asAdmin, onDatabase, testServer } from "./server";
import { dataSourceFor } from "../../src/platform/database/data-source";
import { entities } from "../../src/domains/entities";
import { join } from "node:path";

/** The demonstration's own moment: what its figures and dates are told for. */
export const NOW = new Date("2019-02-14T09:00:00Z");

/** One statement that a request sent, with what it was sent with. */
export interface Statement {
  text: string;
  values: readonly unknown[];
}

/** The HTTP application in this process, on a port of its own, over the test file's database. */
export interface Service {
  address: string;
  database: TestDatabase;
  /** Somebody of that subject, signed in by the demonstration; null is the public. */
  as(actor: string | null): Client;
  tokenFor(actor: string): Promise<string>;
  /** Statements sent since the last call. */
  statements(): Statement[];
  /** Lines that the service logged, as JSON text. */
  logged: string[];
  stop(): Promise<void>;
}

export interface ServiceOptions {
  now?: Date;
  /** What trusted issuers the service has beside the demonstration's. */
  trust?: (verifier: TokenVerifier) => void;
  onRefused?: (refusal: Refusal) => void;
  /** Changes the schema before it is served, to make a resolver fail. */
  alter?: (schema: GraphQLSchema) => void;
  corsOrigins?: string[];
  /** What else differs from the service as it ships, such as who may ask for the schema. */
  parts?: Partial<ServerParts>;
}

/** For what sends statements by the million: none is kept for `statements`. */
export const UNWATCHED: Partial<ServerParts> = { onStatement: () => undefined };

/** Starts the service on `database`, which the caller drops after `stop`. */
export async function serve(database: TestDatabase, options: ServiceOptions = {}): Promise<Service> {
  const logged: string[] = [];
  const log = pino({ level: "warn", base: null }, { write: (line: string) => void logged.push(line) });
  const signIn = await DemonstrationSignIn.create();
  const tokens = new TokenVerifier().trust(signIn.issuer);
  options.trust?.(tokens);
  const schema = buildSchema(log);
  options.alter?.(schema);
  let sent: Statement[] = [];
  const { app, stop } = await createServer({
    schema,
    source: database.app,
    clock: fixedClock(options.now ?? NOW),
    cursors: new Cursors(Buffer.alloc(32, "a secret of the tests")),
    tokens,
    log,
    corsOrigins: options.corsOrigins ?? [],
    onRefused: options.onRefused,
    onStatement: (text, values = []) => sent.push({ text, values }),
    // as it ships, but compiled from the first time, so that what a test asks once is asked of the compiler. EXECUTION=compiled
    // has every answer made by resolvers, and EXECUTION=plain by resolvers that graphql-js asks
    atOnce: process.env.EXECUTION === undefined,
    execution: process.env.EXECUTION === "plain" ? { kind: "plain" } : { kind: "compiled", from: 1 },
    ...options.parts,
  });
  const server = createListener(app);
  // a busy machine may leave a connection idle for longer than the five seconds that Node gives it
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address,
    database,
    logged,
    as: (actor) => new Client(`${address}/graphql`, actor === null ? null : () => signIn.tokenFor(actor)),
    tokenFor: (actor) => signIn.tokenFor(actor),
    statements: () => {
      const taken = sent;
      sent = [];
      return taken;
    },
    stop: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await stop();
    },
  };
}

/** A database of this test file's own that holds the demonstration data. */
export async function demonstrationDatabase(): Promise<TestDatabase> {
  await demonstrationTemplate();
  return createTestDatabase(demonstrationName());
}

const demonstrationName = () => `${testServer().prefix}_demonstration`;

/** Any number that no other lock of the tests has. */
const LOCK = 20_190_214;

/** Loads the demonstration folders once a run, into a template that every file after the first clones. */
async function demonstrationTemplate(): Promise<void> {
  const { admin, template } = testServer();
  const name = demonstrationName();
  await asAdmin(admin, async (db) => {
    await db.query(`select pg_advisory_lock(${LOCK})`);
    const known = await db.query<object[]>("select 1 from pg_database where datname = $1", [name]);
    if (known.length > 0) return;
    const making = `${name}_making`;
    await db.query(`drop database if exists ${making}`);
    await db.query(`create database ${making} template ${template}`);
    const app = await dataSourceFor(onDatabase(admin, making), { asAppRole: true, entities, poolSize: 1 }).initialize();
    try {
      for (const folder of ["coventry", "wrenford"]) {
        await app.transaction((manager) =>
          loadFolder(manager, join(__dirname, "../../data", folder), {
            demonstration: true,
            now: NOW,
            fields: fieldsOfApi,
          }),
        );
      }
    } finally {
      await app.destroy();
    }
    const owner = await dataSourceFor(onDatabase(admin, making), { asAppRole: false, poolSize: 1 }).initialize();
    await owner.query("insert into history.standing_clock (now) values ($1)", [NOW.toISOString()]);
    await owner.query("analyze").finally(() => owner.destroy());
    await db.query(`alter database ${making} rename to ${name}`);
  });
}

export { DEMONSTRATION_ISSUER };
