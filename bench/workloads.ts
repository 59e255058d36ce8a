import { defaultExamples } from "../src/platform/http/graphiql/index";
import { AGENCIES, generatedKey, NOW } from "./generate";
import { ask, type Request } from "./load";

/** One operation, as each side is asked for it: the same questions in the same order. */
export interface Workload {
  name: string;
  service: Request[];
  baseline: Request[];
}

/** Callers that take turns, each in a partnership of its own while there are enough. */
const CALLERS = 10;
const PAGE = 50;

/** Signs the callers in and prepares what each side will be asked. */
export async function workloads(service: string, partnerships: number): Promise<Workload[]> {
  const today = NOW.slice(0, 10);
  const callers = Array.from({ length: CALLERS }, (_, index) => ({
    area: 1 + Math.floor((index * partnerships) / CALLERS),
    agency: 1 + ((index * 5) % AGENCIES),
  }));
  const areas = [...new Set(callers.map(({ area }) => area))];
  const actions: Workload = { name: "MyAgencyActions", service: [], baseline: [] };
  for (const { area, agency } of callers) {
    const token = await signIn(service, `area-${area}-agency-${agency}`);
    actions.service.push(graphql(token, "MyAgencyActions", { first: PAGE }));
    actions.baseline.push(
      get("/my-agency-actions", { agency: generatedKey("agency", area, agency), first: String(PAGE), today }),
    );
  }
  const overview: Workload = { name: "PlanOverview", service: [], baseline: [] };
  for (const area of areas) {
    const token = await signIn(service, `area-${area}-officer`);
    const names = { partnership: `area-${area}`, plan: "plan" };
    overview.service.push(graphql(token, "PlanOverview", names));
    overview.baseline.push(get("/plan-overview", { ...names, today }));
  }
  return [actions, overview];
}

async function signIn(service: string, actor: string): Promise<string> {
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
  return {
    method: "POST",
    path: "/graphql",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  };
}

const get = (path: string, query: Record<string, string>): Request => ({
  method: "GET",
  path: `${path}?${new URLSearchParams(query).toString()}`,
});
