import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defaultExamples } from "../../src/platform/http/graphiql/index";

/** An operation that portals and dashboards are written to: the ready-made queries of GraphiQL are the contract's, word for word. */
function operation(name: string): string {
  const example = defaultExamples.find(({ query }) => query.includes(`query ${name}(`));
  if (!example) throw new Error(`GraphiQL has no ready-made ${name}`);
  return example.query;
}

export const MY_AGENCY_ACTIONS = operation("MyAgencyActions");
export const PLAN_OVERVIEW = operation("PlanOverview");
export const INDICATOR_DASHBOARD = operation("IndicatorDashboard");
export const ASSURANCE_MATRIX = operation("AssuranceMatrix");

const folder = join(__dirname, "../../../shared/contract");

/** The contract's own text of an operation, where the folder that holds it lies beside the repository; null elsewhere. */
export function contractText(name: string): string | null {
  const file = join(folder, `${name}.graphql`);
  return existsSync(file) ? readFileSync(file, "utf8") : null;
}
