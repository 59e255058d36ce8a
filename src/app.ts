import { randomBytes } from "node:crypto";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { DataSource } from "typeorm";
import { evidenceRoutes } from "./domains/evidence/index";
import { demonstrationRoutes } from "./domains/identity/index";
import { openDatabase } from "./open-database";
import type { Config } from "./platform/config/index";
import { Cursors } from "./platform/graphql/cursor";
import { readTrustedDocuments } from "./platform/http/documents/index";
import { defaultExamples, graphiqlRoutes } from "./platform/http/graphiql/index";
import { CallerLimiter } from "./platform/http/limits/index";
import { createListener } from "./platform/http/listener";
import { DemonstrationSignIn, TokenVerifier } from "./platform/http/tokens";
import { createLogger } from "./platform/logger";
import { openFiles } from "./platform/storage/index";
import { buildSchema } from "./schema";
import { createServer } from "./server";
import { followClock } from "./standing-clock";

/** A service that listens. */
export interface RunningApp {
  /** Where it listens, such as http://127.0.0.1:4000. */
  address: string;
  /** Finishes what is under way, then lets go of the port and the database. */
  stop: () => Promise<void>;
}

/** What the service guards its data with: the role it opens the database as, and the schema with the policy in it. */
export interface Guards {
  open: typeof openDatabase;
  schema: typeof buildSchema;
}
const guards: Guards = { open: openDatabase, schema: buildSchema };

/**
 * Composition root: configuration, database, schema, HTTP. `say` gets short lines for the person who starts it. Only the
 * bench gives other guards than the service's own: none, to weigh what these cost.
 */
export async function startApp(
  config: Config,
  say: (text: string) => void,
  { open, schema }: Guards = guards,
): Promise<RunningApp> {
  const log = createLogger(config.logLevel);
  const database = await open(config, say);
  try {
    const { clock, stop: stopClock } = await followClock(config, database.app);
    const tokens = new TokenVerifier();
    if (config.auth) {
      const { issuer } = config.auth;
      const keys = tokens.trustRemote(config.auth);
      // a provider that is away does not hold up the start: the first tokens ask again
      keys
        .refresh()
        .catch((err: unknown) => log.warn({ err, issuer }, "the identity provider's keys cannot be fetched"));
    }
    const extras = config.graphiql
      ? [
          graphiqlRoutes({
            demoSignIn: config.demoSignIn,
            examples: defaultExamples,
            introspection: config.introspection,
          }),
        ]
      : [];
    if (config.demoSignIn) {
      const signIn = await DemonstrationSignIn.create();
      tokens.trust(signIn.issuer);
      extras.push(demonstrationRoutes(database.app, signIn, () => clock.now()));
    }
    const cursors = new Cursors(await sharedSecret(database.app, "cursors"));
    const limiter = new CallerLimiter(config.limits, database.app, log);
    extras.push(
      evidenceRoutes({
        source: database.app,
        clock,
        cursors,
        log,
        limiter,
        files: await openFiles(config.evidence.storage),
        mostBytes: config.evidence.mostBytes,
        corsOrigins: config.corsOrigins,
      }),
    );
    const served = schema(log);
    const { app, stop } = await createServer({
      schema: served,
      source: database.app,
      clock,
      cursors,
      tokens,
      log,
      corsOrigins: config.corsOrigins,
      introspection: config.introspection,
      limiter,
      keptAnswers: config.keptAnswers,
      trusted: config.trustedDocuments && readTrustedDocuments(config.trustedDocuments, served),
      trustProxy: config.trustProxy,
      extras,
    });
    const server = createListener(app);
    await listen(server, config);
    const { port } = server.address() as AddressInfo;
    const host = config.host.includes(":") ? `[${config.host}]` : config.host;
    return {
      address: `http://${host}:${port}`,
      stop: async () => {
        await new Promise<void>((resolve) => {
          server.close(() => resolve());
          server.closeIdleConnections();
          setTimeout(() => server.closeAllConnections(), 5_000).unref();
        });
        await stop();
        stopClock();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** The port or address cannot be used; the message says what to do. */
export class CannotListenError extends Error {
  override name = "CannotListenError";
}

function listen(server: Server, { port, host }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const why =
        error.code === "EADDRINUSE"
          ? `Port ${port} on ${host} is taken by another program. Set PORT to a free one, such as PORT=${port + 1}.`
          : error.code === "EACCES"
            ? `Port ${port} may not be used by this account. Set PORT to one above 1023.`
            : `Cannot listen on ${host}, port ${port}: is HOST an address of this machine?`;
      reject(new CannotListenError(why));
    });
    server.listen(port, host, resolve);
  });
}

/** A random secret made once and shared by every replica through the database. */
export async function sharedSecret(source: DataSource, purpose: string): Promise<Buffer> {
  await source.query("insert into service_secret (purpose, secret) values ($1, $2) on conflict do nothing", [
    purpose,
    randomBytes(32),
  ]);
  const [row] = await source.query<{ secret: Buffer }[]>("select secret from service_secret where purpose = $1", [
    purpose,
  ]);
  if (!row) throw new Error(`no secret for ${purpose}`);
  return row.secret;
}
