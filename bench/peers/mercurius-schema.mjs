/** The part of the contract that the workloads ask for. */
export const schema = `
  scalar Date
  scalar DateTime

  type Query {
    viewer: Viewer!
    partnership(slug: String!): Partnership
  }
  type Viewer {
    agency: Agency
  }
  type Agency {
    id: ID!
    name: String!
    sector: String
    actions(first: Int, after: String, filter: ActionFilter, orderBy: ActionOrder): ActionConnection!
  }
  input ActionFilter {
    status: [String!]
  }
  enum ActionOrderField {
    BY_WHEN
    REFERENCE
  }
  enum Direction {
    ASC
    DESC
  }
  input ActionOrder {
    field: ActionOrderField!
    direction: Direction!
  }
  type PageInfo {
    hasNextPage: Boolean!
    endCursor: String
  }
  type ActionConnection {
    totalCount: Int!
    pageInfo: PageInfo!
    edges: [ActionEdge!]!
  }
  type ActionEdge {
    cursor: String!
    node: Action!
  }
  type Action {
    id: ID!
    reference: String!
    title: String!
    status: String
    overdue: Boolean
    stale: Boolean
    objective: Objective
    leadAgency: Agency
    assignments: [Assignment!]!
    byWhen: ByWhen!
    ratings: Ratings!
    latestUpdate: ProgressUpdate
    indicators: [Indicator!]!
    viewerCan: ViewerCan!
  }
  type Objective {
    id: ID!
    reference: String!
    title: String!
    findings: [Finding!]!
  }
  type Finding {
    id: ID!
    source: String!
    reference: String!
  }
  type Assignment {
    role: String!
    agency: Agency
  }
  type ByWhen {
    text: String!
    kind: String!
    precision: String
    end: Date
    original: OriginalByWhen
    slippageWorkingDays: Int
  }
  type OriginalByWhen {
    text: String!
    end: Date
  }
  type Ratings {
    delivery: Rating
    impact: Rating
  }
  type Rating {
    value: String
    label: String
    asAt: Date
    basis: String
    stale: Boolean
  }
  type ProgressUpdate {
    id: ID!
    periodEnd: Date
    overallProgress: String
    impactNarrative: String
    submittedAt: DateTime
    author: Agency
  }
  type ViewerCan {
    submitProgressUpdate: Boolean!
    requestDateRevision: Boolean!
    raiseChallenge: Boolean!
  }
  type Partnership {
    id: ID!
    name: String!
    plan(slug: String!, asOf: DateTime): Plan
    indicators(first: Int, after: String): IndicatorConnection!
  }
  type Plan {
    id: ID!
    assurance(groupBy: AssuranceGrouping!): [AssuranceGroup!]!
  }
  enum AssuranceGrouping {
    LEAD_AGENCY
    SECTOR
    THEME
    OBJECTIVE
  }
  type SectorGroup {
    sector: String
  }
  union AssuranceSubject = Agency | SectorGroup | Objective
  type AssuranceGroup {
    group: AssuranceSubject
    actions: Int!
    overdue: Int!
    stale: Int
    unrated: Int
    divergent: Int
    matrix: [AssuranceCell!]
  }
  type AssuranceCell {
    delivery: String
    impact: String
    count: Int!
  }
  type IndicatorConnection {
    nodes: [Indicator!]!
  }
  type Indicator {
    id: ID!
    code: String!
    title: String!
    unit: String
    polarity: String
    owner: Agency
    latestObservation: Observation
    target: Target
    observations(from: Date, to: Date): [Observation!]!
    comparators: [Comparator!]!
    trajectory: [TrajectoryPoint!]!
    verdict: Verdict
  }
  type Observation {
    periodStart: Date
    periodEnd: Date
    asAt: Date
    value: Float
    qualifier: String
    numerator: Int
    denominator: Int
    status: String
    measure: String
  }
  type Target {
    text: String!
    comparator: String
    value: Float
    upperValue: Float
  }
  type Comparator {
    kind: String!
    label: String!
    observations(from: Date, to: Date): [Observation!]!
  }
  type TrajectoryPoint {
    periodEnd: Date!
    value: Float!
  }
  type Verdict {
    rating: String
    variation: String
    assurance: String
    reason: String
  }
`;
