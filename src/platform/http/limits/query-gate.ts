import type { RequestHandler, Response } from "express";
import { DomainError, ForbiddenError, UnauthenticatedError } from "../../errors/index";
import { limitQuery, limitVariables } from "../../graphql/limits/index";
import { refuse } from "../answer";
import { sentBy } from "../sent-query";

/** Who may ask for the schema by `__schema` and `__type`; `__typename` is for everyone. */
export const INTROSPECTION = ["signed-in", "everyone", "nobody"] as const;
export type Introspection = (typeof INTROSPECTION)[number];

/** Whether a caller may ask for the schema. */
export const mayIntrospect = (introspection: Introspection, signedIn: boolean): boolean =>
  introspection === "everyone" || (introspection === "signed-in" && signedIn);

/** The schema is not for this caller; the message says how to get it. */
const refusal = (introspection: Introspection): DomainError =>
  introspection === "nobody"
    ? new ForbiddenError("This service does not tell its schema. Use the schema.graphql that it is published with.")
    : new UnauthenticatedError("Sign in to ask for the schema: __schema and __type need a token.");

/**
 * Holds the query and its variables to the limits, and keeps the schema from those who may not ask for it, before GraphQL
 * looks at any of it. What is no operation at all goes on, to be refused in GraphQL's words.
 */
export const queryGate =
  (introspection: Introspection, signedIn: (response: Response) => boolean): RequestHandler =>
  (request, response, next) => {
    const { query, variables } = sentBy(request);
    try {
      limitVariables(variables);
      const asked = typeof query === "string" ? limitQuery(query) : null;
      if (asked?.introspects && !mayIntrospect(introspection, signedIn(response))) throw refusal(introspection);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (error.code === "UNAUTHENTICATED") response.setHeader("www-authenticate", "Bearer");
      refuse(response, { UNAUTHENTICATED: 401, FORBIDDEN: 403 }[error.code as string] ?? 400, error);
      return;
    }
    next();
  };
