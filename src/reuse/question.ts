import { createHash } from "node:crypto";
import type { Request } from "express";
import { sentBy } from "../platform/http/sent-query";

/** Headers of which Apollo wants one with a GET, since no page elsewhere can send them unasked. */
const AGAINST_FORGERY = ["apollo-require-preflight", "x-apollo-operation-name"];

/**
 * One word for what is asked: operation, name, variables whatever the order of their keys, and the media type of the answer.
 * Null for what is sent in any way but the plain one: GraphQL looks at that, and nothing is kept of it.
 */
export function questionOf(request: Request): string | null {
  if (!sentPlainly(request)) return null;
  const { query, operationName, variables, extensions } = sentBy(request);
  if (typeof query !== "string" || query === "") return null;
  if (operationName != null && typeof operationName !== "string") return null;
  if (!absentOrObject(request, variables) || !absentOrObject(request, extensions)) return null;
  if (extensions != null && Object.keys(extensions).length > 0) return null;
  const parts = [query, operationName ?? null, request.headers.accept ?? null];
  return createHash("sha256")
    .update(`${JSON.stringify(parts)}${canonical(variables ?? {})}`)
    .digest("base64url");
}

function sentPlainly(request: Request): boolean {
  if (request.method === "POST") return !Array.isArray(request.body);
  const named = [...new URL(request.url, "http://localhost").searchParams.keys()];
  return (
    request.method === "GET" &&
    request.headers["content-type"] === undefined &&
    AGAINST_FORGERY.some((name) => Boolean(request.headers[name])) &&
    new Set(named).size === named.length
  );
}

/** A part that is null is as one left out in a body, and a mistake in an address. */
function absentOrObject(request: Request, part: unknown): part is Record<string, unknown> | null | undefined {
  if (part === undefined) return true;
  if (part === null) return request.method === "POST";
  return typeof part === "object" && !Array.isArray(part);
}

/** JSON with the keys of every object in one order. Its depth is limited before this (`limitVariables`). */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(",")}}`;
}
