import type { Request } from "express";

/** An operation as GraphQL will read it, from the body or the address. Nothing of it has been checked. */
export interface SentQuery {
  query?: unknown;
  operationName?: unknown;
  variables?: unknown;
  extensions?: unknown;
}

/** What was sent; a part of an address that is no JSON is null, which GraphQL refuses there. */
export function sentBy(request: Request): SentQuery {
  if (request.method === "POST") return (request.body ?? {}) as SentQuery;
  const search = new URL(request.url, "http://localhost").searchParams;
  return {
    query: search.get("query") ?? undefined,
    operationName: search.get("operationName") ?? undefined,
    variables: asJson(search.get("variables")),
    extensions: asJson(search.get("extensions")),
  };
}

/** Headers of which Apollo wants one with a GET, since no page elsewhere can send them unasked. */
const AGAINST_FORGERY = ["apollo-require-preflight", "x-apollo-operation-name"];

/**
 * Whether an operation is sent in the plain way, in which GraphQL looks at nothing but its text, its name and its variables.
 * What is sent in any other way is for GraphQL to answer or to refuse.
 */
export function isSentPlainly(request: Request): boolean {
  if (!comesPlainly(request)) return false;
  const { query, operationName, variables, extensions } = sentBy(request);
  if (typeof query !== "string" || query === "") return false;
  if (operationName != null && typeof operationName !== "string") return false;
  if (!absentOrObject(request, variables) || !absentOrObject(request, extensions)) return false;
  return extensions == null || Object.keys(extensions).length === 0;
}

function comesPlainly(request: Request): boolean {
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

/** Puts the text of an operation in the place of the hash that stood for it, or takes the hash away beside its text. */
export function putQuery(request: Request, query: string): void {
  if (request.method === "POST") {
    const { extensions, ...rest } = request.body as Record<string, unknown>;
    const others = Object.entries(extensions ?? {}).filter(([name]) => name !== "persistedQuery");
    request.body = { ...rest, query, ...(others.length > 0 && { extensions: Object.fromEntries(others) }) };
    return;
  }
  const address = new URL(request.url, "http://localhost");
  // a second text stays, for GraphQL to refuse
  if (!address.searchParams.has("query")) address.searchParams.set("query", query);
  address.searchParams.delete("extensions");
  request.url = `${address.pathname}${address.search}`;
}

function asJson(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return null;
  }
}
