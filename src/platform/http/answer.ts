import type { RequestHandler, Response } from "express";
import type { ErrorCode } from "../errors/index";

const JSON_TYPE = "application/json";
const TYPES = [JSON_TYPE, "application/graphql-response+json"];

/** The media type of the answer that the request's `Accept` header prefers; null where it accepts neither of ours. */
const preferredType = (response: Response): string | null => response.req.accepts(TYPES) || null;

/**
 * Settles the media type of the answer and lets GraphQL see that alone, so that what is refused before it and by it is
 * answered alike. Answers are each caller's own: nothing on the way may keep them.
 */
export const agreeOnType: RequestHandler = (request, response, next) => {
  response.setHeader("cache-control", "private, no-store");
  const type = preferredType(response);
  if (!type) {
    refuse(response, 406, { code: "BAD_USER_INPUT", message: `Accept one of ${TYPES.join(" and ")}.` });
    return;
  }
  request.headers.accept = type;
  next();
};

/** Whether the answer is plain JSON, which GraphQL over HTTP gives with status 200 even where the query has a mistake. */
export const isPlainJson = (accept: string | undefined): boolean => accept === JSON_TYPE;

/** A code of ours, or the one by which clients of stored queries know that the whole text is wanted. */
type RefusalCode = ErrorCode | "PERSISTED_QUERY_NOT_FOUND";

/** Refuses a request before GraphQL runs, in the shape of a GraphQL answer without data. */
export function refuse(response: Response, status: number, error: { code: RefusalCode; message: string }): void {
  const { code, message } = error;
  response.status(status).type(preferredType(response) ?? JSON_TYPE);
  response.send(JSON.stringify({ errors: [{ message, extensions: { code } }] }));
}
