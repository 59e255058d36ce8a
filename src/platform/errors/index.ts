/** Codes that a caller can act on. They never change; see docs/errors.md for what to do about each. */
export const ERROR_CODES = [
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "NOT_FOUND",
  "BAD_USER_INPUT",
  "CONFLICT",
  "LAST_LEAD",
  "COST_LIMIT_EXCEEDED",
  "RATE_LIMITED",
  "UNAVAILABLE",
  "INTERNAL",
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** Something a caller can act on. The message is for people and says what to do; it never holds what they may not know. */
export class DomainError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    /** Path of the argument at fault, such as ["filter", "dueBetween"]. */
    readonly field?: readonly string[],
  ) {
    super(message);
  }
}

/** No token, or one that does not hold: sign in again. */
export class UnauthenticatedError extends DomainError {
  constructor(message = "Sign in: this request carries no token that holds.") {
    super("UNAUTHENTICATED", message);
  }
}

/** The caller is known and may not do this. */
export class ForbiddenError extends DomainError {
  constructor(message: string, field?: readonly string[]) {
    super("FORBIDDEN", message, field);
  }
}

/** Absent or not for the caller: the two answer the same, word for word. */
export class NotFoundError extends DomainError {
  constructor() {
    super("NOT_FOUND", "Nothing is here, or nothing that you may see. Check the id or the name.");
  }
}

/** What is asked for does not go with how things stand: changed meanwhile, closed, or done already. */
export class ConflictError extends DomainError {
  constructor(
    message: string,
    field?: readonly string[],
    /** Version that the object has now, where a version was expected. */
    readonly currentVersion?: number,
  ) {
    super("CONFLICT", message, field);
  }
}

/** An argument that makes no sense; `field` says which. */
export class BadInputError extends DomainError {
  constructor(message: string, field?: readonly string[]) {
    super("BAD_USER_INPUT", message, field);
  }
}
