import type { ErrorRequestHandler, RequestHandler } from "express";
import type { Logger } from "pino";
import type { DataSource } from "typeorm";
import { UnavailableError } from "../database/request-database";
import { refuse } from "./answer";

/** Refuses any method but these; OPTIONS is for `cors` to answer. */
export const onlyMethods =
  (...allowed: string[]): RequestHandler =>
  (request, response, next) => {
    if (request.method === "OPTIONS" || allowed.includes(request.method)) {
      next();
      return;
    }
    response.setHeader("allow", allowed.join(", "));
    refuse(response, 405, { code: "BAD_USER_INPUT", message: `Use ${allowed.join(" or ")}.` });
  };

/** Lets browsers of the listed origins in, and of no others. Credentials are bearer tokens, so none are sent by cookie. */
export const cors =
  (origins: readonly string[], methods = "GET, POST"): RequestHandler =>
  (request, response, next) => {
    const { origin } = request.headers;
    if (origin && origins.includes(origin)) {
      response.setHeader("access-control-allow-origin", origin);
      response.setHeader(
        "access-control-expose-headers",
        "etag, x-request-id, retry-after, ratelimit, ratelimit-policy",
      );
      response.vary("origin");
    }
    if (request.method !== "OPTIONS") {
      next();
      return;
    }
    response.setHeader("access-control-allow-methods", methods);
    response.setHeader(
      "access-control-allow-headers",
      "authorization, content-type, idempotency-key, if-none-match, apollo-require-preflight",
    );
    response.status(204).end();
  };

/** `GET /readyz`: whether the database answers. */
export const readiness =
  (source: DataSource): RequestHandler =>
  async (_request, response) => {
    try {
      await source.query("select 1");
      response.json({ status: "ok" });
    } catch {
      response.status(503).json({ status: "the database does not answer" });
    }
  };

/** Mistakes in a body that express tells of by type; anything else is ours, logged and not told. */
export const lastResort =
  (log: Logger): ErrorRequestHandler =>
  (error: { type?: string; status?: number }, _request, response, _next) => {
    const { requestId } = response.locals as { requestId: string };
    if (response.headersSent) {
      response.end();
      return;
    }
    if (error.type === "entity.too.large") {
      refuse(response, 413, { code: "BAD_USER_INPUT", message: "The request is too large." });
      return;
    }
    if (error.status !== undefined && error.status >= 400 && error.status < 500) {
      refuse(response, error.status, { code: "BAD_USER_INPUT", message: "The body is no JSON that can be read." });
      return;
    }
    log.error({ err: error, requestId }, "a request failed");
    if (error instanceof UnavailableError) {
      response.setHeader("retry-after", "10");
      refuse(response, 503, error);
      return;
    }
    refuse(response, 500, {
      code: "INTERNAL",
      message: `Something went wrong on our side. Quote request ${requestId} when you ask about it.`,
    });
  };
