/** A ready-made query of the page: a tab on the first visit, and a button that opens it again at any time. */
export interface GraphiqlExample {
  /** What the button says. */
  title: string;
  query: string;
  variables: Record<string, unknown>;
}

/** The operations that portals and dashboards are written to, word for word, and a search small enough to play with. */
export const defaultExamples: readonly GraphiqlExample[] = [
  {
    title: "My agency's actions",
    query: `# A partner agency's portal: what is ours, soonest first.
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
}`,
    variables: { first: 10 },
  },
  {
    title: "One plan at a glance",
    query: `# The partnership's view of one plan: golden thread and totals.
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
}`,
    variables: { partnership: "coventry", plan: "improvement-2017-2019" },
  },
  {
    title: "Delivery against impact",
    query: `# The safeguarding partnership pulling assurance data: per lead agency, delivery against impact, as it stood on a date.
query AssuranceMatrix($partnership: String!, $plan: String!, $asOf: DateTime) {
  partnership(slug: $partnership) {
    plan(slug: $plan, asOf: $asOf) {
      assurance(groupBy: LEAD_AGENCY) {
        group { ... on Agency { id name sector } }
        actions
        overdue
        stale
        unrated
        divergent
        matrix { delivery impact count }
      }
    }
  }
}`,
    variables: { partnership: "wrenford", plan: "safeguarding-2018-2020" },
  },
  {
    title: "Indicators over time",
    query: `# An integrator's dashboard: every indicator with its series.
query IndicatorDashboard($partnership: String!, $from: Date, $to: Date) {
  partnership(slug: $partnership) {
    indicators(first: 100) {
      nodes {
        id
        code
        title
        unit
        polarity
        owner { id name }
        target { text comparator value upperValue }
        observations(from: $from, to: $to) {
          periodStart
          periodEnd
          value
          qualifier
          numerator
          denominator
          status
          measure
        }
        comparators { kind label observations(from: $from, to: $to) { periodEnd value } }
        trajectory { periodEnd value }
        verdict { rating variation assurance reason }
      }
    }
  }
}`,
    variables: { partnership: "wrenford", from: "2018-01-01" },
  },
  {
    title: "Search the actions",
    query: `query Search {
  actions(first: 5, filter: { search: "chronolog" }) {
    totalCount
    nodes {
      reference
      title
      byWhen { text }
      leadAgency { name }
    }
  }
}`,
    variables: {},
  },
];
