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
