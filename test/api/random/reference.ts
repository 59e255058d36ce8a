import type { Answer, AnsweredError, Client } from "../../support/client";
import type { RandomQuery, Selected, Variable } from "./query";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** What is told of an answer, whatever way it came about. */
export interface Told {
  data: Json;
  errors: AnsweredError[];
  redactions: string[];
}

/** The query as it is asked at once. */
export function whole({ selected, variables, fragments }: RandomQuery): { query: string; variables: object } {
  const written = [...fragments].map(
    ([name, { on, below }]) => `fragment ${name} on ${on} { ${below.map(print).join(" ")} }`,
  );
  return operation(`{ ${selected.map(print).join(" ")} } ${written.join(" ")}`, variables);
}

const print = ({ text, below, fragment }: Selected): string => {
  if (fragment) return `...${fragment}${text}`;
  return below ? `${text} { ${below.map(print).join(" ")} }` : text;
};

/** The same, leaf by leaf: each in a query of its own, by the same way from the root. */
export function leafByLeaf({ selected, variables, fragments }: RandomQuery): { query: string; variables: object }[] {
  const ways = ({ text, below, fragment }: Selected): string[] => {
    if (!below) return [text];
    const head = fragment ? `... on ${fragments.get(fragment)?.on ?? ""}${text}` : text;
    return below.flatMap(ways).map((way) => `${head} { ${way} }`);
  };
  return [...new Set(selected.flatMap(ways))].map((way) => operation(`{ ${way} }`, variables));
}

function operation(body: string, variables: readonly Variable[]): { query: string; variables: object } {
  const used = variables.filter(({ name }) => new RegExp(`\\$${name}\\b`).test(body));
  const declared = used.length > 0 ? `(${used.map((one) => one.declared).join(", ")})` : "";
  const given = used.filter(({ value }) => value !== undefined).map(({ name, value }) => [name, value] as const);
  return { query: `query Q${declared} ${body}`, variables: Object.fromEntries(given) };
}

/** Answers to parts of one query, put together in their order. */
export async function slowly(client: Client, query: RandomQuery): Promise<Told> {
  const all: Told = { data: {}, errors: [], redactions: [] };
  for (const { query: text, variables } of leafByLeaf(query)) {
    const told = toldBy(await client.ask<Json>(text, variables));
    all.data = merged(all.data, told.data);
    all.errors.push(...told.errors);
    all.redactions.push(...told.redactions);
  }
  return { data: all.data, errors: unique(all.errors), redactions: [...new Set(all.redactions)].sort() };
}

export function toldBy({ data, errors, redactions }: Answer<Json>): Told {
  return {
    data,
    errors: unique(errors.map(({ message, path, extensions: { code } }) => ({ message, path, extensions: { code } }))),
    redactions: redactions.map((one) => JSON.stringify(one)).sort(),
  };
}

const unique = (errors: AnsweredError[]): AnsweredError[] =>
  [...new Set(errors.map((one) => JSON.stringify(one)))].sort().map((text) => JSON.parse(text) as AnsweredError);

/** What is null in one is null: a part that may not be null and failed takes what it stands in with it. */
function merged(one: Json, other: Json): Json {
  if (one === null || other === null || typeof one !== "object" || typeof other !== "object")
    return one === null ? null : other;
  if (Array.isArray(one) || Array.isArray(other)) {
    if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length)
      throw new Error("lists of two lengths");
    return one.map((item, index) => merged(item, other[index] ?? null));
  }
  const both = { ...one };
  for (const [key, value] of Object.entries(other)) both[key] = key in both ? merged(both[key] ?? null, value) : value;
  return both;
}

/** Whether an error stands below something that another one has made null, where nothing need be told of it. */
export function standsBelowNull({ path = [] }: { path?: readonly (string | number)[] }, data: unknown): boolean {
  let at: unknown = data;
  for (const step of path.slice(0, -1)) {
    if (at === null || typeof at !== "object") return true;
    at = (at as Record<string | number, unknown>)[step];
  }
  return at === null;
}

/**
 * An answer with faults below something null told as the place alone: of several that make one place null, which is told
 * hangs on which came first (GraphQL, "Handling execution errors"), and what was withheld below it is told or not.
 */
export function withNulledPlaces(answer: { data: unknown; errors: { path?: readonly (string | number)[] }[] }): string {
  const errors = answer.errors.map((error) =>
    standsBelowNull(error, answer.data)
      ? JSON.stringify({ null: nulledPlace(error.path ?? [], answer.data) })
      : JSON.stringify(error),
  );
  return JSON.stringify({ data: answer.data, errors: [...new Set(errors)].sort() });
}

function nulledPlace(path: readonly (string | number)[], data: unknown): readonly (string | number)[] {
  let at: unknown = data;
  for (const [index, step] of path.entries()) {
    if (at === null || typeof at !== "object") return path.slice(0, index);
    at = (at as Record<string | number, unknown>)[step];
  }
  return path;
}
