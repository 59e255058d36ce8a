import type { WorkloadKey } from "./workloads";

const RATING = "{ value label asAt basis stale }";

/** The workloads as PostGraphile's schema has it: relations and columns of the tables, and the computed columns of `postgraphile.sql`. */
export const POSTGRAPHILE_QUERIES: Record<WorkloadKey, string> = {
  W1: `query MyAgencyActions($agency: UUID!, $first: Int!) {
  agency: agencyByRowId(rowId: $agency) {
    id: rowId
    name
    actions: assignmentsByPartnershipIdAndAgencyId(first: $first, orderBy: [ACTION_SORT_KEY_ASC, ACTION_ID_ASC]) {
      totalCount
      pageInfo { hasNextPage endCursor }
      edges {
        cursor
        node {
          action: actionByPartnershipIdAndActionId {
            id: rowId
            reference
            title
            status
            overdue
            stale
            objective: objectiveByPartnershipIdAndObjectiveId {
              id: rowId
              reference
              title
              findings: objectiveFindingsByPartnershipIdAndObjectiveIdList {
                finding: findingByPartnershipIdAndFindingId { id: rowId source reference }
              }
            }
            leadAgency { id: rowId name sector }
            assignments: assignmentsByPartnershipIdAndActionIdList(orderBy: POSITION_ASC) {
              role
              agency: agencyByPartnershipIdAndAgencyId { id: rowId name }
            }
            byWhenText
            byWhenKind
            byWhenPrecision
            byWhenEnd
            originalText
            originalEnd
            slippageWorkingDays
            delivery: currentRating(dimension: "DELIVERY") ${RATING}
            impact: currentRating(dimension: "IMPACT") ${RATING}
            latestUpdate {
              id: rowId
              periodEnd
              overallProgress
              impactNarrative
              submittedAt
              author: agencyByPartnershipIdAndAuthorAgencyId { id: rowId name }
            }
            indicators: actionIndicatorsByPartnershipIdAndActionIdList {
              indicator: indicatorByPartnershipIdAndIndicatorId {
                id: rowId
                code
                title
                latestObservation { value asAt }
                target: targetInForce { text value }
              }
            }
            viewerCan { submitProgressUpdate requestDateRevision raiseChallenge }
          }
        }
      }
    }
  }
}`,
  W2: `query AssuranceMatrix($partnership: UUID!, $plan: String!) {
  plan: planByPartnershipIdAndSlug(partnershipId: $partnership, slug: $plan) {
    assurance: assuranceList {
      agencyId
      agencyName
      agencySector
      actions
      overdue
      stale
      unrated
      divergent
      matrix { delivery impact count }
    }
  }
}`,
  W3: `query IndicatorDashboard($partnership: UUID!) {
  partnership: partnershipByRowId(rowId: $partnership) {
    indicators: indicatorsByPartnershipIdList(first: 100, orderBy: POSITION_ASC) {
      id: rowId
      code
      title
      unit
      polarity
      owner: agencyByPartnershipIdAndOwnerAgencyId { id: rowId name }
      target: targetInForce { text comparator value upperValue }
      observations: observationsByPartnershipIdAndIndicatorIdList(condition: { comparatorId: null }, orderBy: AS_AT_ASC) {
        periodStart
        periodEnd
        value
        qualifier
        numerator
        denominator
        status
        measure
      }
      comparators: comparatorsByPartnershipIdAndIndicatorIdList(orderBy: POSITION_ASC) {
        kind
        label
        observations: observationsByPartnershipIdAndComparatorIdList(orderBy: AS_AT_ASC) { periodEnd value }
      }
      trajectory: trajectoryPointsByPartnershipIdAndIndicatorIdList(orderBy: PERIOD_END_ASC) { periodEnd value }
      verdict { rating variation assurance reason }
    }
  }
}`,
};

/** Anything that came as JSON, to be taken apart. */
type Row = Record<string, unknown>;
const row = (value: unknown) => value as Row;
const rows = (value: unknown) => value as Row[];
/** A `numeric` is text there, so that no digit is lost. */
const number = (value: unknown) => (value === null ? null : Number(value));
const orNull = <T>(value: unknown, shape: (given: Row) => T) => (value === null ? null : shape(row(value)));

/** PostGraphile's answer to a workload with the names and the nesting of the service's. */
export function postgraphileInOurWords(key: WorkloadKey, answer: unknown): unknown {
  const { data, ...errors } = row(answer);
  if (!data) return answer;
  const shapes: Record<WorkloadKey, (given: Row) => unknown> = {
    W1: agencyActions,
    W2: assurance,
    W3: dashboard,
  };
  return { ...errors, data: shapes[key](row(data)) };
}

function agencyActions({ agency }: Row): unknown {
  const { actions, ...named } = row(agency);
  const { edges, ...page } = row(actions);
  return {
    viewer: {
      agency: {
        ...named,
        actions: {
          ...page,
          edges: rows(edges).map(({ cursor, node }) => ({ cursor, node: action(row(row(node).action)) })),
        },
      },
    },
  };
}

function action(given: Row): unknown {
  const { byWhenText, byWhenKind, byWhenPrecision, byWhenEnd, originalText, originalEnd, slippageWorkingDays } = given;
  return {
    id: given.id,
    reference: given.reference,
    title: given.title,
    status: given.status,
    overdue: given.overdue,
    stale: given.stale,
    objective: orNull(given.objective, ({ findings, ...objective }) => ({
      ...objective,
      findings: rows(findings).map(({ finding }) => finding),
    })),
    leadAgency: given.leadAgency,
    assignments: given.assignments,
    byWhen: {
      text: byWhenText,
      kind: byWhenKind,
      precision: byWhenPrecision,
      end: byWhenEnd,
      original: originalText === null ? null : { text: originalText, end: originalEnd },
      slippageWorkingDays,
    },
    ratings: { delivery: given.delivery, impact: given.impact },
    latestUpdate: orNull(given.latestUpdate, (update) => ({
      ...update,
      submittedAt: new Date(String(update.submittedAt)).toISOString(),
    })),
    indicators: rows(given.indicators).map(({ indicator }) => {
      const { latestObservation, target, ...named } = row(indicator);
      return {
        ...named,
        latestObservation: orNull(latestObservation, ({ value, asAt }) => ({ value: number(value), asAt })),
        target: orNull(target, ({ text, value }) => ({ text, value: number(value) })),
      };
    }),
    viewerCan: given.viewerCan,
  };
}

function assurance({ plan }: Row): unknown {
  return {
    partnership: {
      plan: {
        assurance: rows(row(plan).assurance).map(({ agencyId, agencyName, agencySector, ...counts }) => ({
          group: agencyId === null ? null : { id: agencyId, name: agencyName, sector: agencySector },
          ...counts,
        })),
      },
    },
  };
}

function dashboard({ partnership }: Row): unknown {
  const valued = (given: Row) => ({ ...given, value: number(given.value) });
  const nodes = rows(row(partnership).indicators).map(({ target, observations, comparators, trajectory, ...told }) => ({
    ...told,
    target: orNull(target, (given) => ({ ...valued(given), upperValue: number(given.upperValue) })),
    observations: rows(observations).map(valued),
    comparators: rows(comparators).map((given) => ({ ...given, observations: rows(given.observations).map(valued) })),
    trajectory: rows(trajectory).map(valued),
  }));
  return { partnership: { indicators: { nodes } } };
}
