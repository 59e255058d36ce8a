import { randomUUID } from "node:crypto";
import { ApolloServer, type ApolloServerPlugin } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from "@apollo/server/plugin/disabled";
import { expressMiddleware } from "@as-integrations/express5";
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from "express";
import { type GraphQLSchema, Kind } from "graphql";
import helmet from "helmet";
import type { Logger } from "pino";
import type { DataSource } from "typeorm";
import { RequestContext } from "./domains/access/index";
import { enterAs } from "./domains/identity/index";
import type { Clock } from "./platform/clock";
import {
  RequestDatabase,
  type StatementListener,
  type Subject,
  UnavailableError,
} from "./platform/database/request-database";
import { DomainError } from "./platform/errors/index";
import { answerSize, CostLimitError, MAX_ANSWER_SIZE } from "./platform/graphql/answer-size";
import type { Cursors } from "./platform/graphql/cursor";
import { answerError, toGraphQLError } from "./platform/http/errors";
import type { TokenVerifier } from "./platform/http/tokens";

export interface ServerParts {
  schema: GraphQLSchema;
  source: DataSource;
  clock: Clock;
  cursors: Cursors;
  tokens: TokenVerifier;
  log: Logger;
  corsOrigins?: readonly string[];
  /** Pages and endpoints beside GraphQL: GraphiQL, demonstration sign-in. */
  extras?: express.Router[];
  onStatement?: StatementListener;
}

/** Largest request body in bytes: a signed-in officer may send a plan, anybody else a query. */
const BODY_LIMIT = 256 * 1024;
const SIGNED_IN_BODY_LIMIT = 32 * 1024 * 1024;
/** Longest query in tokens that is parsed at all. */
const MAX_TOKENS = 10_000;

interface Identified {
  requestId: string;
  subject: Subject | null;
}

/** The HTTP application: GraphQL at /graphql, health, and the extras. Call `stop` before closing the database. */
export async function createServer(parts: ServerParts): Promise<{ app: Express; stop: () => Promise<void> }> {
  const { source, tokens, log } = parts;
  const apollo = new ApolloServer<RequestContext>({
    schema: parts.schema,
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      requestLifePlugin(log),
    ],
    introspection: true,
    hideSchemaDetailsFromClientErrors: true,
    includeStacktraceInErrorResponses: false,
    parseOptions: { maxTokens: MAX_TOKENS },
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
  app.use((_request, response, next) => {
    const requestId = randomUUID();
    response.locals = { requestId, subject: null } satisfies Identified;
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
    onlyMethods("GET", "POST"),
    cors(parts.corsOrigins ?? []),
    identify(tokens, log),
    jsonBody,
    expressMiddleware(apollo, {
      context: ({ res }) => {
        const { requestId, subject } = (res as unknown as { locals: Identified }).locals;
        const now = parts.clock.now();
        const db = new RequestDatabase(source, subject, now, parts.onStatement);
        return Promise.resolve(new RequestContext(requestId, db, source, parts.cursors, now, subject !== null));
      },
    }),
  );
  app.use((_request, response) => {
    answer(response, 404, "NOT_FOUND", "Nothing is served here. GraphQL is at /graphql.");
  });
  app.use(lastResort(log));
  return { app, stop: () => apollo.stop() };
}

/** Opens the request's snapshot before anything is resolved and closes it before the answer leaves; lists what was withheld. */
function requestLifePlugin(log: Logger): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: ({ contextValue: context }) =>
      Promise.resolve({
        async didResolveOperation({ schema, document, operation, request }) {
          const fragments = document.definitions.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION);
          const asked = operation && { schema, operation, fragments, variables: request.variables ?? {} };
          if (asked && answerSize(asked) > MAX_ANSWER_SIZE) throw toGraphQLError(new CostLimitError());
          try {
            context.actor = await enterAs(context.db, context.signedIn);
          } catch (error) {
            await context.db.end();
            throw error instanceof DomainError ? toGraphQLError(error) : error;
          }
        },
        async willSendResponse({ response, errors }) {
          await context.db.end();
          response.http.headers.set("cache-control", "private, no-store");
          if (response.body.kind !== "single") return;
          const result = response.body.singleResult;
          if (result.errors && errors)
            result.errors = result.errors.map((formatted, index) =>
              answerError(formatted, errors[index], context.requestId, log),
            );
          const { redactions } = context;
          if (redactions.length > 0) result.extensions = { ...result.extensions, redactions };
          if (result.errors?.some(({ extensions }) => extensions?.code === "UNAVAILABLE")) {
            response.http.status = 503;
            response.http.headers.set("retry-after", "10");
          }
        },
      }),
  };
}

/** Verifies the token before the body is read: who is asking decides how much may be sent. */
const identify =
  (tokens: TokenVerifier, log: Logger): RequestHandler =>
  async (request, response, next) => {
    try {
      (response.locals as Identified).subject = await tokens.subjectOf(request.headers.authorization);
      next();
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const status = error.code === "UNAUTHENTICATED" ? 401 : 503;
      if (status === 401) {
        response.setHeader("www-authenticate", "Bearer");
      } else {
        response.setHeader("retry-after", "10");
        log.error({ err: error.cause, requestId: (response.locals as Identified).requestId }, error.message);
      }
      answer(response, status, error.code, error.message);
    }
  };

const small = express.json({ limit: BODY_LIMIT });
const large = express.json({ limit: SIGNED_IN_BODY_LIMIT });
const jsonBody: RequestHandler = (request, response, next) => {
  if (request.method !== "POST") {
    Object.assign(request, { body: {} });
    next();
    return;
  }
  if (!request.is("application/json")) {
    answer(response, 415, "BAD_USER_INPUT", "Send the operation as application/json.");
    return;
  }
  ((response.locals as Identified).subject ? large : small)(request, response, next);
};

const onlyMethods =
  (...allowed: string[]): RequestHandler =>
  (request, response, next) => {
    if (request.method === "OPTIONS" || allowed.includes(request.method)) {
      next();
      return;
    }
    response.setHeader("allow", allowed.join(", "));
    answer(response, 405, "BAD_USER_INPUT", `Use ${allowed.join(" or ")}.`);
  };

/** Lets browsers of the listed origins in, and of no others. Credentials are bearer tokens, so none are sent by cookie. */
const cors =
  (origins: readonly string[]): RequestHandler =>
  (request, response, next) => {
    const { origin } = request.headers;
    if (origin && origins.includes(origin)) {
      response.setHeader("access-control-allow-origin", origin);
      response.setHeader("access-control-expose-headers", "x-request-id, retry-after");
      response.vary("origin");
    }
    if (request.method !== "OPTIONS") {
      next();
      return;
    }
    response.setHeader("access-control-allow-methods", "GET, POST");
    response.setHeader("access-control-allow-headers", "authorization, content-type, apollo-require-preflight");
    response.status(204).end();
  };

const readiness =
  (source: DataSource): RequestHandler =>
  async (_request, response) => {
    try {
      await source.query("select 1");
      response.json({ status: "ok" });
    } catch {
      response.status(503).json({ status: "the database does not answer" });
    }
  };

function answer(response: express.Response, status: number, code: string, message: string): void {
  response.status(status).json({ errors: [{ message, extensions: { code } }] });
}

/** Mistakes in a body that express tells of by type; anything else is ours, logged and not told. */
const lastResort =
  (log: Logger): ErrorRequestHandler =>
  (error: { type?: string; status?: number }, _request, response, _next) => {
    const { requestId } = response.locals as Identified;
    if (response.headersSent) {
      response.end();
      return;
    }
    if (error.type === "entity.too.large") {
      answer(response, 413, "BAD_USER_INPUT", "The request is too large.");
      return;
    }
    if (error.status !== undefined && error.status >= 400 && error.status < 500) {
      answer(response, error.status, "BAD_USER_INPUT", "The body is no JSON that can be read.");
      return;
    }
    log.error({ err: error, requestId }, "a request failed");
    if (error instanceof UnavailableError) {
      response.setHeader("retry-after", "10");
      answer(response, 503, error.code, error.message);
      return;
    }
    answer(
      response,
      500,
      "INTERNAL",
      `Something went wrong on our side. Quote request ${requestId} when you ask about it.`,
    );
  };
