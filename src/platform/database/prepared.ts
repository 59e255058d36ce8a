import { hash } from "node:crypto";
import { escapeLiteral, type PoolClient } from "pg";

/** Statements whose plans one connection keeps; the one not asked for the longest goes first. A large one is a megabyte. */
const MOST_KEPT = 50;
/** Statements of which it is known that they were sent before. */
const MOST_SEEN = 2_000;

/** The statements prepared on each connection, by their texts. */
const connections = new WeakMap<PoolClient, Map<string, string>>();
const seen = new Set<string>();
let names = 0;

/** How a statement is sent together with the statements around it, as SQL. */
export interface Sending {
  /** What must be sent before it. Where that fails, nobody knows what the connection keeps. */
  before: string[];
  statement: string;
}

/**
 * Sends a statement by SQL, so that it travels with the statements around it: the protocol's own way of preparing takes round
 * trips of its own. It is prepared when it is sent for a second time: what is made up once leaves no plan behind.
 */
export function sendingOn(client: PoolClient, text: string, values: readonly unknown[]): Sending {
  const literals = values.map(literal);
  let kept = connections.get(client);
  if (!kept) connections.set(client, (kept = new Map<string, string>()));
  let name = kept.get(text);
  const before: string[] = [];
  if (name === undefined) {
    if (isFirst(text)) return { before, statement: withValues(text, literals) };
    name = `golden_thread_read_${names++}`;
    before.push(`prepare ${name} as ${text}`);
  }
  kept.delete(text);
  kept.set(text, name);
  for (const [oldest, its] of kept) {
    if (kept.size <= MOST_KEPT) break;
    kept.delete(oldest);
    before.push(`deallocate ${its}`);
  }
  return { before, statement: `execute ${name}${literals.length > 0 ? `(${literals.join(", ")})` : ""}` };
}

/** Whether a statement is sent for the first time, as far as is remembered. */
function isFirst(text: string): boolean {
  const word = hash("sha1", text, "base64");
  if (seen.has(word)) return false;
  seen.add(word);
  for (const oldest of seen) {
    if (seen.size <= MOST_SEEN) break;
    seen.delete(oldest);
  }
  return true;
}

const withValues = (text: string, literals: readonly string[]) =>
  text.replace(/\$(\d+)/g, (_whole, place: string) => literals[Number(place) - 1] ?? "null");

/** A value as SQL; a list as the text of an array. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return "null";
  return escapeLiteral(Array.isArray(value) ? `{${value.map(element).join(",")}}` : textOf(value));
}

const element = (value: unknown): string =>
  value === null || value === undefined ? "null" : `"${textOf(value).replace(/[\\"]/g, "\\$&")}"`;

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (value instanceof Date) return value.toISOString();
  throw new Error("a value of this kind is not sent to the database");
}

/** Most texts that are prepared: loaders have one each, lists one for each combination of filters. */
const MOST_PREPARED = 200;
const prepared = new Map<string, string>();

/** A name under which PostgreSQL keeps the plan of a statement; none once there are too many of them. */
export function preparedName(text: string): string | undefined {
  const known = prepared.get(text);
  if (known || prepared.size >= MOST_PREPARED) return known;
  const name = `golden_thread_${prepared.size}`;
  prepared.set(text, name);
  return name;
}
