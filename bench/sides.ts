import { join } from "node:path";
import { generatedKey, NOW } from "./generate";
import { ask, type Request } from "./load";
import { type Caller, PAGE, type Workload } from "./workloads";

/** Something that answers the workloads, in a process of its own. */
export interface SideKind {
  name: string;
  /** Its program and what that is given. */
  program: [path: string, ...args: string[]];
  /** A workload's questions, one a caller, as this side is asked them. */
  questions: (address: string, workload: Workload) => Promise<Request[]>;
  /** Its answer in the words of the service's, where it has others. */
  inOurWords?: (workload: Workload, answer: unknown) => unknown;
}

const TODAY = NOW.slice(0, 10);
const here = (program: string) => join(__dirname, program);

/** The hand-written limit. */
export const BASELINE: SideKind = {
  name: "baseline",
  program: [here("baseline.js")],
  questions: (_, { key, callers }) => Promise.resolve(callers.map((caller) => get(`/${key}`, namesOf(caller)))),
};

/** The service as it ships, but that every answer is computed. */
export const SERVICE: SideKind = { name: "service", program: [here("service.js")], questions: asService };

/** The service with no field policy, as a login that row-level security does not bind. */
export const WITHOUT_POLICY: SideKind = {
  name: "without policy",
  program: [here("without-policy.js")],
  questions: asService,
};

/** The service as it ships, which gives an answer again where nothing has changed: nothing does while the bench runs. */
export const UNCHANGED: SideKind = {
  name: "unchanged",
  program: [here("service.js"), "reuse"],
  questions: asService,
};

/** What `npm run bench` measures. Answers are held against the service's. */
export const SIDES: readonly SideKind[] = [BASELINE, SERVICE, WITHOUT_POLICY, UNCHANGED];

/** Every caller signs in first: each service takes its own tokens alone. */
async function asService(address: string, { query, callers, variables }: Workload): Promise<Request[]> {
  const requests: Request[] = [];
  for (const caller of callers) {
    const { area, agency } = caller;
    const token = await signIn(address, agency ? `area-${area}-agency-${agency}` : `area-${area}-officer`);
    requests.push(bearing(token, query, variables(caller)));
  }
  return requests;
}

/** Everything that a statement by hand may ask about its caller. */
const namesOf = ({ area, agency = 0 }: Caller): Record<string, string> => ({
  agency: generatedKey("agency", area, agency),
  first: String(PAGE),
  partnership: `area-${area}`,
  plan: "plan",
  today: TODAY,
});

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

/** An operation as a bearer of the token asks it. */
export const bearing = (token: string, query: string, variables: Record<string, unknown>): Request =>
  graphql({ authorization: `Bearer ${token}` }, query, variables);

/** An operation with these headers beside its own. */
export const graphql = (
  headers: Record<string, string>,
  query: string,
  variables: Record<string, unknown>,
): Request => ({
  method: "POST",
  path: "/graphql",
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify({ query, variables }),
});

const get = (path: string, query: Record<string, string>): Request => ({
  method: "GET",
  path: `${path}?${new URLSearchParams(query).toString()}`,
});
