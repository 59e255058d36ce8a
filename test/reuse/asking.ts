import type { Client, Answer } from "../support/client";
import { read } from "../support/client";
import type { Service } from "../support/service";

/** A page of what the caller's agency answers for, and what the partnership's board sees. */
export const MINE = `query Mine($first: Int!, $filter: ActionFilter) {
  viewer { label agency { name actions(first: $first, filter: $filter) { totalCount nodes {
    reference title overdue stale ratings { delivery { value rationale } } latestUpdate { overallProgress impactNarrative riskNote }
    viewerCan { editText updateProgress } } } } } }`;
export const BOARD = `query Board($slug: String! = "wrenford") {
  partnership(slug: $slug) { name cadenceMonths plans { slug title totals { actions overdue stale } } indicators(first: 20) { nodes { code latestObservation { value asAt } } } } }`;
export const EVERYWHERE = "{ actions(first: 30) { totalCount nodes { reference title latestUpdate { riskNote } } } }";

/** The round trip of an answer that is given again. */
const REUSED = ["begin isolation level repeatable read read only", "select app.enter", "commit"];

/** Asks, and says whether the answer was given again: the context statement and nothing else was sent. */
export async function asking<T>(
  service: Service,
  ask: () => Promise<Answer<T>>,
): Promise<{ answer: Answer<T>; reused: boolean }> {
  service.statements();
  const answer = await ask();
  const sent = service.statements().map(({ text }) => text.replace(/(_with_token)?\(…\)$/, ""));
  return { answer, reused: sent.join() === REUSED.join() };
}

export const reuses = async (service: Service, client: Client, query: string, variables: object = {}) =>
  (await asking(service, () => client.ask(query, variables))).reused;

/** Whether a second asking is given the first one's answer; both must say the same. */
export async function keeps(service: Service, client: Client, query: string, variables: object = {}): Promise<boolean> {
  const first = await client.ask(query, variables);
  const { answer, reused } = await asking(service, () => client.ask(query, variables));
  if (answer.text !== first.text) throw new Error(`answered otherwise: ${answer.text.slice(0, 500)}`);
  return reused;
}

/** By GET, as a browser's own cache asks. */
export async function get(
  client: Client,
  search: Record<string, string>,
  headers: Record<string, string> = { "apollo-require-preflight": "1" },
) {
  const response = await fetch(`${client.url}?${new URLSearchParams(search).toString()}`, {
    headers: { ...headers, ...(await client.authorization()) },
  });
  return read(response);
}

/** By POST, with a body as it is. */
export async function post(client: Client, body: object, headers: Record<string, string> = {}) {
  const response = await fetch(client.url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers, ...(await client.authorization()) },
    body: JSON.stringify(body),
  });
  return read(response);
}
