import { ApolloServerErrorCode, unwrapResolverError } from "@apollo/server/errors";
import { GraphQLError, type GraphQLFormattedError } from "graphql";
import type { Logger } from "pino";
import { DomainError } from "../errors/index";

/** HTTP status of an answer that carries this code and no data. */
const STATUS: Partial<Record<string, number>> = { UNAUTHENTICATED: 401, UNAVAILABLE: 503, COST_LIMIT_EXCEEDED: 400 };

/** Apollo's own codes for mistakes in the request; their messages are about the caller's text alone. */
const CALLERS_MISTAKES: readonly string[] = [
  ApolloServerErrorCode.GRAPHQL_PARSE_FAILED,
  ApolloServerErrorCode.GRAPHQL_VALIDATION_FAILED,
  ApolloServerErrorCode.BAD_REQUEST,
  ApolloServerErrorCode.BAD_USER_INPUT,
  ApolloServerErrorCode.OPERATION_RESOLUTION_FAILURE,
  ApolloServerErrorCode.PERSISTED_QUERY_NOT_FOUND,
  ApolloServerErrorCode.PERSISTED_QUERY_NOT_SUPPORTED,
];

/** Codes that only this service sets, on errors that Apollo passes on without their origin. */
const OURS: readonly string[] = ["COST_LIMIT_EXCEEDED", "FORBIDDEN", "UNAUTHENTICATED", "UNAVAILABLE"];

/** GraphQL ends some messages with names that are close to what was written; those are for the schema to tell, not errors. */
const withoutSuggestion = (message: string): string => message.replace(/ ?Did you mean .+\?$/s, "");

/** A domain error as GraphQL carries it, with the status that HTTP gives it where there is no data. */
export const toGraphQLError = (error: DomainError): GraphQLError =>
  new GraphQLError(error.message, {
    originalError: error,
    extensions: {
      code: error.code,
      ...(error.field && { field: error.field }),
      http: { status: STATUS[error.code] ?? 200 },
    },
  });

/** GraphQL's message without its suggestions, and without the parser's own trouble with what is nested too deep. */
const inOurWords = (message: string) =>
  /call stack/i.test(message) ? "The query is nested too deeply to be read." : withoutSuggestion(message);

/**
 * What a caller is told of an error: a domain error in its own words, a mistake of the caller's as GraphQL puts it, and of
 * anything else nothing but that it happened; that is logged, once, under the request's id.
 */
export function answerError(
  formatted: GraphQLFormattedError,
  error: unknown,
  requestId: string,
  log: Logger,
): GraphQLFormattedError {
  const { locations, path } = formatted;
  const where = { ...(locations && { locations }), ...(path && { path }) };
  const original = unwrapResolverError(error);
  if (original instanceof DomainError) {
    if (original.code === "UNAVAILABLE") log.error({ err: original.cause, requestId }, "the database did not answer");
    return {
      message: original.message,
      ...where,
      extensions: { code: original.code, ...(original.field && { field: original.field }) },
    };
  }
  const given = formatted.extensions?.code;
  const code = typeof given === "string" ? given : "INTERNAL";
  if (OURS.includes(code) || CALLERS_MISTAKES.includes(code))
    return { message: inOurWords(formatted.message), ...where, extensions: { code } };
  log.error({ err: original, requestId }, "a request failed");
  return {
    message: `Something went wrong on our side, and nothing was changed. Quote request ${requestId} when you ask about it.`,
    ...where,
    extensions: { code: "INTERNAL", requestId },
  };
}
