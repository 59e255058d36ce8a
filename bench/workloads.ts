import { defaultExamples } from "../src/platform/http/graphiql/index";
import { CONTRIBUTORS } from "./generate";

export type WorkloadKey = "W1" | "W2" | "W3";

/** Somebody of a generated partnership: of one of its agencies, or its officer where none is named. */
export interface Caller {
  area: number;
  agency?: number;
}

/** One operation of the contract, and who asks it in turn. */
export interface Workload {
  key: WorkloadKey;
  operation: string;
  query: string;
  callers: Caller[];
  variables: (caller: Caller) => Record<string, unknown>;
}

/** Actions on a page of the portal. */
export const PAGE = 50;

/** The operations over so many partnerships. Callers take turns, each in a partnership of its own while there are enough. */
export function workloads(partnerships: number, callers = 10): Workload[] {
  const areas = Array.from({ length: callers }, (_, index) => 1 + Math.floor((index * partnerships) / callers));
  const agencies = areas.map((area, index) => ({ area, agency: 1 + ((index * 5) % CONTRIBUTORS) }));
  const officers = [...new Set(areas)].map((area) => ({ area }));
  return [
    workload("W1", "MyAgencyActions", agencies, () => ({ first: PAGE })),
    workload("W2", "AssuranceMatrix", officers, ({ area }) => ({ partnership: `area-${area}`, plan: "plan" })),
    workload("W3", "IndicatorDashboard", officers, ({ area }) => ({ partnership: `area-${area}` })),
  ];
}

/** The operation's text is the one that the service's own page offers, word for word. */
function workload(key: WorkloadKey, operation: string, callers: Caller[], variables: Workload["variables"]): Workload {
  const query = defaultExamples.find((example) => example.query.includes(`query ${operation}(`))?.query;
  if (!query) throw new Error(`The ready-made queries have no ${operation}.`);
  return { key, operation, query, callers, variables };
}
