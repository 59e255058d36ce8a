import { defaultExamples } from "../src/platform/http/graphiql/index";
import { AGENCIES, generatedKey, NOW } from "./generate";
import { ask, type Request } from "./load";

/** What is measured: the hand-written limit, the service, and the service with its guards off. */
export const SIDES = ["baseline", "service", "without policy"] as const;
export type SideName = (typeof SIDES)[number];

/** One operation, as each side is asked for it: the same questions in the same order. */
export interface Workload {
  name: string;
  requests: Record<SideName, Request[]>;
}

/** Callers that take turns, each in a partnership of its own while there are enough. */
const CALLERS = 10;
const PAGE = 50;

/** Signs the callers in and prepares what each side will be asked; each service takes its own tokens alone. */
export async function workloads(addresses: Record<SideName, string>, partnerships: number): Promise<Workload[]> {
  const today = NOW.slice(0, 10);
  const callers = Array.from({ length: CALLERS }, (_, index) => ({
    area: 1 + Math.floor((index * partnerships) / CALLERS),
    agency: 1 + ((index * 5) % AGENCIES),
  }));
  const areas = [...new Set(callers.map(({ area }) => area))];
  const services = ["service", "without policy"] as const;

  const actions: Workload = { name: "MyAgencyActions", requests: { baseline: [], service: [], "without policy": [] } };
  for (const { area, agency } of callers) {
    const query = { agency: generatedKey("agency", area, agency), first: String(PAGE), today };
    actions.requests.baseline.push(get("/my-agency-actions", query));
    for (const side of services) {
      const token = await signIn(addresses[side], `area-${area}-agency-${agency}`);
      actions.requests[side].push(graphql(token, "MyAgencyActions", { first: PAGE }));
    }
  }
  const overview: Workload = { name: "PlanOverview", requests: { baseline: [], service: [], "without policy": [] } };
  for (const area of areas) {
    const names = { partnership: `area-${area}`, plan: "plan" };
    overview.requests.baseline.push(get("/plan-overview", { ...names, today }));
    for (const side of services) {
      const token = await signIn(addresses[side], `area-${area}-officer`);
      overview.requests[side].push(graphql(token, "PlanOverview", names));
    }
  }
  return [actions, overview];
}

/** Signs a demonstration actor in; gives its token. */
export async function signIn(service: string, actor: string): Promise<string> {
  const answer = await ask(service, {
    method: "POST",
    path: "/demo/sign-in",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ actor }),
  });
  return (JSON.parse(answer) as { token: string }).token;
}

/** The operation's text is the one that the service's own page offers, word for word. */
function graphql(token: string, operation: string, variables: Record<string, unknown>): Request {
  const query = defaultExamples.find((example) => example.query.includes(`query ${operation}(`))?.query;
  if (!query) throw new Error(`The ready-made queries have no ${operation}.`);
  return bearing(token, query, variables);
}

/** An operation as a bearer of the token asks it. */
export const bearing = (token: string, query: string, variables: Record<string, unknown>): Request => ({
  method: "POST",
  path: "/graphql",
  headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
  body: JSON.stringify({ query, variables }),
});

const get = (path: string, query: Record<string, string>): Request => ({
  method: "GET",
  path: `${path}?${new URLSearchParams(query).toString()}`,
});
