import express, { type RequestHandler } from "express";
import type { Logger } from "pino";
import type { Credential } from "./platform/database/request-database";
import { DomainError } from "./platform/errors/index";
import { refuse } from "./platform/http/answer";
import type { CallerLimiter } from "./platform/http/limits/index";
import { serviceTokenOf } from "./platform/http/service-tokens";
import { type RefusalReason, TokenRefusedError } from "./platform/http/token-refusal";
import type { TokenVerifier } from "./platform/http/tokens";

/** A credential that was not accepted; the caller is not told the reason. */
export interface Refusal {
  reason: RefusalReason;
  requestId: string;
}

/** Notes a refusal, before the caller is answered. */
export type NoteRefusal = (refusal: Refusal) => Promise<void>;

/** Largest request body in bytes: a signed-in officer may send a plan, anybody else a query. */
const BODY_LIMIT = 256 * 1024;
const SIGNED_IN_BODY_LIMIT = 32 * 1024 * 1024;

/** What is known of a request before GraphQL looks at it. */
export interface Identified {
  requestId: string;
  credential: Credential | null;
}

/** A token of our own is only text until the database knows it, and by then GraphQL has told what is wrong with the query. */
export const isTokenOfOurs = (credential: Credential | null): boolean =>
  credential !== null && "tokenHash" in credential;

interface SignInParts {
  tokens: TokenVerifier;
  log: Logger;
  limiter?: CallerLimiter;
}

/** Verifies the token before the body is read: who is asking decides how much may be sent. */
export const identify =
  ({ tokens, log, limiter }: SignInParts, refused: NoteRefusal): RequestHandler =>
  async (request, response, next) => {
    const identified = response.locals as Identified;
    const { requestId } = identified;
    try {
      // Node keeps the first of several headers and drops the others, which must not pass unseen
      const headers = request.headersDistinct.authorization;
      identified.credential =
        (headers?.length === 1 ? serviceTokenOf(headers[0]) : null) ?? (await tokens.subjectOf(headers));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (error instanceof TokenRefusedError) {
        const tooMany = await limiter?.failedSignIn(request, response);
        if (tooMany) {
          refuse(response, 429, tooMany);
          return;
        }
        await refused({ reason: error.reason, requestId });
        response.setHeader("www-authenticate", 'Bearer error="invalid_token"');
        refuse(response, 401, error);
      } else {
        await refused({ reason: "keys unavailable", requestId });
        log.error({ err: error.cause, requestId }, error.message);
        response.setHeader("retry-after", "10");
        refuse(response, 503, error);
      }
      return;
    }
    next();
  };

const small = express.json({ limit: BODY_LIMIT });
const large = express.json({ limit: SIGNED_IN_BODY_LIMIT });
/** Reads the body, of a size that goes with who is asking. */
export const jsonBody: RequestHandler = (request, response, next) => {
  if (request.method !== "POST") {
    Object.assign(request, { body: {} });
    next();
    return;
  }
  if (!request.is("application/json")) {
    refuse(response, 415, { code: "BAD_USER_INPUT", message: "Send the operation as application/json." });
    return;
  }
  const { credential } = response.locals as Identified;
  // a token of our own is known to hold only when the database says so, and files are for people to send
  (credential && !isTokenOfOurs(credential) ? large : small)(request, response, next);
};
