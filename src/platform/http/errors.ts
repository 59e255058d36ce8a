import { ApolloServerErrorCode, unwrapResolverError } from "@apollo/server/errors";
import { GraphQLError, type GraphQLFormattedError } from "graphql";
import type { Logger } from "pino";
import { CallerGoneError } from "../database/request-database";
import { DomainError } from "../errors/index";

/** HTTP status of an answer that carries this code and no data. */
const STATUS: Partial<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  UNAVAILABLE: 503,
  COST_LIMIT_EXCEEDED: 400,
  RATE_LIMITED: 429,
};

/** Mistakes in the operation itself, which an answer in plain JSON tells with status 200 (GraphQL over HTTP). */
const IN_THE_OPERATION: readonly unknown[] = [
  ApolloServerErrorCode.GRAPHQL_PARSE_FAILED,
  ApolloServerErrorCode.GRAPHQL_VALIDATION_FAILED,
  ApolloServerErrorCode.BAD_USER_INPUT,
  ApolloServerErrorCode.OPERATION_RESOLUTION_FAILURE,
];

/** The HTTP status that an answer of GraphQL needs; null where what was given stands. */
export function statusOf({ data, errors = [] }: ExecutionResultHead, plainJson: boolean): number | null {
  if (errors.some(({ extensions }) => extensions?.code === "UNAVAILABLE")) return 503;
  const mistaken = data === undefined && errors.length > 0;
  return plainJson && mistaken && errors.every(({ extensions }) => IN_THE_OPERATION.includes(extensions?.code))
    ? 200
    : null;
}
interface ExecutionResultHead {
  data?: unknown;
  errors?: readonly GraphQLFormattedError[];
}

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
const OURS: readonly string[] = ["COST_LIMIT_EXCEEDED", "FORBIDDEN", "RATE_LIMITED", "UNAUTHENTICATED", "UNAVAILABLE"];

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

/** GraphQL's message without its suggestions, and what it says of its own limits in words that tell what to do. */
const inOurWords = (message: string) => {
  if (/call stack/i.test(message)) return "The query is nested too deeply to be read.";
  if (message === "Validation aborted.") return "The query repeats too many fields to be checked. Ask for each once.";
  return withoutSuggestion(message);
};

/**
 * What a caller is told of an error: a domain error in its own words, a mistake of the caller's as GraphQL puts it, and of
 * anything else nothing but that it happened; that is logged, once, under the request's id. `tell` may take out of GraphQL's
 * messages what this caller may not know.
 */
export function answerError(
  formatted: GraphQLFormattedError,
  error: unknown,
  requestId: string,
  log: Logger,
  tell: (message: string) => string = (message) => message,
): GraphQLFormattedError {
  const { locations, path } = formatted;
  const where = { ...(locations && { locations }), ...(path && { path }) };
  const original = unwrapResolverError(error);
  if (original instanceof DomainError) {
    if (original.code === "UNAVAILABLE" && !(original instanceof CallerGoneError))
      log.error({ err: original.cause, requestId }, "the database did not answer");
    return {
      message: original.message,
      ...where,
      extensions: { code: original.code, ...(original.field && { field: original.field }) },
    };
  }
  const given = formatted.extensions?.code;
  const code = typeof given === "string" ? given : "INTERNAL";
  if (CALLERS_MISTAKES.includes(code))
    return { message: tell(inOurWords(formatted.message)), ...where, extensions: { code } };
  if (OURS.includes(code)) return { message: formatted.message, ...where, extensions: { code } };
  log.error({ err: original, requestId }, "a request failed");
  return {
    message: `Something went wrong on our side, and nothing was changed. Quote request ${requestId} when you ask about it.`,
    ...where,
    extensions: { code: "INTERNAL", requestId },
  };
}
