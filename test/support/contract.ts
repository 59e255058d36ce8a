import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Operations that portals and dashboards are written to, as the contract has them. */
export const MY_AGENCY_ACTIONS = `
query MyAgencyActions($first: Int!, $after: String, $filter: ActionFilter) {
  viewer {
    agency {
      id
      name
      actions(first: $first, after: $after, filter: $filter, orderBy: { field: BY_WHEN, direction: ASC }) {
        totalCount
        pageInfo { hasNextPage endCursor }
        edges {
          cursor
          node {
            id
            reference
            title
            status
            overdue
            stale
            objective { id reference title findings { id source reference } }
            leadAgency { id name sector }
            assignments { role agency { id name } }
            byWhen { text kind precision end original { text end } slippageWorkingDays }
            ratings {
              delivery { value label asAt basis stale }
              impact { value label asAt basis stale }
            }
            latestUpdate { id periodEnd overallProgress impactNarrative submittedAt author { id name } }
            indicators { id code title latestObservation { value asAt } target { text value } }
            viewerCan { submitProgressUpdate requestDateRevision raiseChallenge }
          }
        }
      }
    }
  }
}`;

export const PLAN_OVERVIEW = `
query PlanOverview($partnership: String!, $plan: String!) {
  partnership(slug: $partnership) {
    id
    name
    plan(slug: $plan) {
      id
      title
      period { start end }
      ratingScheme { dimension value label definition }
      totals { actions byDeliveryRating { value count } byImpactRating { value count } overdue stale }
      publishedTotals { source dimension value count }
      themes {
        id
        title
        objectives { id reference title kind findings { source reference } actions(first: 100) { totalCount nodes { id reference } } }
      }
    }
  }
}`;

const folder = join(__dirname, "../../../shared/contract");

/** The contract's own text of an operation, where the folder that holds it lies beside the repository; null elsewhere. */
export function contractText(name: string): string | null {
  const file = join(folder, `${name}.graphql`);
  return existsSync(file) ? readFileSync(file, "utf8") : null;
}
