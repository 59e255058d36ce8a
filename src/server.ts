import { randomUUID } from "node:crypto";
import { ApolloServer } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from "@apollo/server/plugin/disabled";
import { expressMiddleware } from "@as-integrations/express5";
import express, { type Express } from "express";
import type { GraphQLSchema } from "graphql";
import helmet from "helmet";
import type { Logger } from "pino";
import type { DataSource } from "typeorm";
import { RequestContext } from "./domains/access/index";
import { recordRefusedCredential } from "./domains/audit/index";
import { knowCalendars } from "./domains/calendars/index";
import { TokenUses } from "./domains/people/index";
import type { Clock } from "./platform/clock";
import { RequestDatabase, type StatementListener } from "./platform/database/request-database";
import type { Cursors } from "./platform/graphql/cursor";
import { COMPILED, executing, type Execution } from "./platform/graphql/compiled";
import { stringifyAnswer } from "./platform/graphql/written";
import { QUERY_LIMITS } from "./platform/graphql/limits/index";
import { agreeOnType, refuse } from "./platform/http/answer";
import { Documents, type TrustedDocuments } from "./platform/http/documents/index";
import { type CallerLimiter, type Introspection, queryGate } from "./platform/http/limits/index";
import { cors, lastResort, onlyMethods, readiness } from "./platform/http/middleware";
import type { TokenVerifier } from "./platform/http/tokens";
import { requestLife } from "./request-life";
import { KEPT_BYTES, KeptAnswers } from "./reuse/index";
import { identify, type Identified, isTokenOfOurs, jsonBody, type Refusal } from "./sign-in";
import { type NotWritten, WrittenAnswers } from "./written-answers";

/** What the HTTP application is composed of. */
export interface ServerParts {
  schema: GraphQLSchema;
  source: DataSource;
  clock: Clock;
  cursors: Cursors;
  tokens: TokenVerifier;
  log: Logger;
  corsOrigins?: readonly string[];
  /** How queries are executed; compiled unless said. */
  execution?: Execution;
  /** Whether queries are answered without resolvers where that can be (`answerAtOnce`); they are unless said. */
  atOnce?: boolean;
  /** Who may ask for the schema; those signed in unless said. */
  introspection?: Introspection;
  /** What one caller may ask; without it there is no limit. */
  limiter?: CallerLimiter;
  /** Proxies whose X-Forwarded-For is believed; none unless said. */
  trustProxy?: number;
  /** Bytes of answers kept for being given again while nothing has changed; 0 keeps none. */
  keptAnswers?: number;
  /** Operations that clients may name by their hash from the start; without them, those that they have sent themselves. */
  trusted?: TrustedDocuments | null;
  /** Pages and endpoints beside GraphQL: GraphiQL, demonstration sign-in. */
  extras?: express.Router[];
  onStatement?: StatementListener;
  /** Called for each answer that was written without a resolver. */
  onWritten?: () => void;
  /** Called for each credential that is not accepted, before the caller is answered. Must not throw. */
  onRefused?: (refusal: Refusal) => void;
}

/** The HTTP application: GraphQL at /graphql, health, and the extras. Call `stop` before closing the database. */
export async function createServer(parts: ServerParts): Promise<{ app: Express; stop: () => Promise<void> }> {
  const { source, clock, log, introspection = "signed-in", limiter } = parts;
  const tokenUses = new TokenUses(source, log);
  await knowCalendars(source, clock).catch((err: unknown) => log.warn({ err }, "the calendars cannot be read yet"));
  const credentialOf = (response: express.Response) => (response.locals as Identified).credential;
  /** Who is asking, once that is more than a text of the right shape: made-up tokens must not be callers of their own. */
  const knownCallerOf = (response: express.Response) => {
    const credential = credentialOf(response);
    return credential && isTokenOfOurs(credential) && !tokenUses.isKnown(credential) ? null : credential;
  };
  // by the request's database: Apollo hands its plugins a copy of the context
  const exchanges = new WeakMap<RequestDatabase, { req: express.Request; res: express.Response }>();
  /** Counts a service token that nobody here has: only the database can tell, so GraphQL has begun. */
  const failed = async (context: RequestContext) => {
    const exchange = exchanges.get(context.db);
    return exchange && limiter ? limiter.failedSignIn(exchange.req, exchange.res) : null;
  };
  /** A refused credential is in the trail before it is answered; where it cannot be written, it is in the log. */
  const refused = async (refusal: Refusal) => {
    log.info(refusal, "a credential was refused");
    parts.onRefused?.(refusal);
    const { reason, requestId } = refusal;
    await recordRefusedCredential(source, { now: clock.now(), requestId }, reason).catch((error: unknown) =>
      log.error({ err: error, requestId }, "a refused credential could not be recorded"),
    );
  };
  /** The database as one request's caller sees it; given up when the caller leaves. */
  const databaseOf = (response: express.Response) => {
    const db = new RequestDatabase(source, credentialOf(response), clock.now(), parts.onStatement);
    response.on("close", () => {
      if (!response.writableFinished) db.abandonedByCaller();
    });
    return db;
  };
  const documents = new Documents(parts.trusted ?? null, knownCallerOf);
  const kept = new KeptAnswers({
    bytes: parts.keptAnswers ?? KEPT_BYTES,
    databaseOf,
    credentialOf,
    onReuse: (response, { token, tokenLastUsedAt }) => {
      const lastUsedAt = tokenLastUsedAt ? new Date(tokenLastUsedAt) : null;
      const actor = { token: token ? { id: token, lastUsedAt } : null };
      tokenUses.note({ actor, credential: credentialOf(response), now: clock.now() });
    },
  });
  const contextOf = (req: express.Request, res: express.Response) => {
    const { requestId, credential } = res.locals as Identified;
    const db = databaseOf(res);
    kept.begin(db, res);
    exchanges.set(db, { req, res });
    const context = new RequestContext(requestId, db, source, parts.cursors, db.now, credential);
    context.idempotencyKey = req.get("idempotency-key");
    return context;
  };
  const written = new WrittenAnswers({
    schema: parts.schema,
    on: parts.atOnce ?? true,
    contextOf,
    onAsked: ({ db }, asked) => kept.ask(db, asked),
    onSend: (request, response, text) => kept.keep(request, response, text),
    onWritten: (context) => {
      kept.answered(context.db);
      tokenUses.note(context);
      parts.onWritten?.();
    },
  });
  const apollo = new ApolloServer<RequestContext>({
    gateway: executing(parts.schema, parts.execution ?? COMPILED),
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      kept.plugin, // before the one that opens the snapshot
      requestLife({
        log,
        introspection,
        refused,
        failed,
        tokenUses,
        written,
        notWritten: ({ db }) => (exchanges.get(db)?.res.locals as NotWritten | undefined)?.notWritten,
      }),
    ],
    introspection: true,
    hideSchemaDetailsFromClientErrors: true,
    includeStacktraceInErrorResponses: false,
    stringifyResult: stringifyAnswer,
    parseOptions: { maxTokens: QUERY_LIMITS.tokens },
    csrfPrevention: true,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    logger: {
      debug: () => undefined,
      info: () => undefined,
      warn: (message) => log.warn(message),
      error: (message) => log.error(message),
    },
  });
  await apollo.start();

  const app = express();
  app.disable("x-powered-by");
  // an answer that may be asked for again has a tag of its own (docs/reuse.md); digesting the others would be for nothing
  app.set("etag", () => undefined);
  app.set("trust proxy", parts.trustProxy ?? 0);
  app.use((_request, response, next) => {
    const requestId = randomUUID();
    response.locals = { requestId, credential: null } satisfies Identified;
    response.setHeader("x-request-id", requestId);
    next();
  });
  app.use(helmet({ contentSecurityPolicy: { directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } } }));
  app.get("/healthz", (_request, response) => {
    response.json({ status: "ok" });
  });
  app.get("/readyz", readiness(source));
  for (const extra of parts.extras ?? []) app.use(extra);

  app.all(
    "/graphql",
    agreeOnType,
    onlyMethods("GET", "POST"),
    cors(parts.corsOrigins ?? []),
    identify(parts, refused),
    ...(limiter ? [limiter.request(knownCallerOf)] : []),
    jsonBody,
    documents.find,
    queryGate(introspection, (response) => credentialOf(response) !== null),
    documents.remember,
    kept.answer,
    written.answer,
    expressMiddleware(apollo, { context: ({ req, res }) => Promise.resolve(contextOf(req, res)) }),
  );
  app.use((_request, response) => {
    refuse(response, 404, { code: "NOT_FOUND", message: "Nothing is served here. GraphQL is at /graphql." });
  });
  app.use(lastResort(log));
  return {
    app,
    stop: async () => {
      await apollo.stop();
      await tokenUses.settled();
    },
  };
}
