import { createHash } from "node:crypto";
import type { Request } from "express";
import { isSentPlainly, sentBy } from "../platform/http/sent-query";

/**
 * One word for what is asked: operation, name, variables whatever the order of their keys, and the media type of the answer.
 * Null for what is sent in any way but the plain one: GraphQL looks at that, and nothing is kept of it.
 */
export function questionOf(request: Request): string | null {
  if (!isSentPlainly(request)) return null;
  const { query, operationName, variables } = sentBy(request);
  const parts = [query, operationName ?? null, request.headers.accept ?? null];
  return createHash("sha256")
    .update(`${JSON.stringify(parts)}${canonical(variables ?? {})}`)
    .digest("base64url");
}

/** JSON with the keys of every object in one order. Its depth is limited before this (`limitVariables`). */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(",")}}`;
}
