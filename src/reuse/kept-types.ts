/**
 * Types whose answers may be kept: what their fields say is decided by the rows of the tables that move a version, by what
 * the caller holds, and by the London day, and by nothing else. What is not named here is never kept. Put a type here when
 * that holds for every field of it, and in `NEVER_KEPT` with the reason when it does not; a test asks for one or the other.
 * A connection and an edge are as their node.
 */
export const KEPT: ReadonlySet<string> = new Set([
  "Action",
  "ActionRatings",
  "ActionViewerCan",
  "Agency",
  "Assignment",
  "AssuranceCell",
  "AssuranceGroup",
  "AssuranceSubject",
  "ByWhen",
  "Comparator",
  "ExternalCode",
  "Finding",
  "ImportProvenance",
  "Indicator",
  "IndicatorTarget",
  "IndicatorVerdict",
  "Milestone",
  "Node",
  "Objective",
  "Observation",
  "OriginalByWhen",
  "PageInfo",
  "Partnership",
  "PartnershipViewerCan",
  "PeopleViewerCan",
  "Period",
  "Plan",
  "PlanTotals",
  "PlanViewerCan",
  "Post",
  "ProgressUpdate",
  "ProgressUpdateViewerCan",
  "PublishedTotal",
  "Query",
  "Rating",
  "RatingCount",
  "RatingSchemeEntry",
  "SectorGroup",
  "Theme",
  "TrajectoryPoint",
  "Viewer",
]);

const AN_INSTANT = "what it says changes at an instant, with nothing written";
const ANOTHER = "it is answered by looking as somebody else";

/** The other types that a query can reach, each with why its answers are never kept. */
export const NEVER_KEPT: Readonly<Record<string, string>> = {
  AccessDecision: ANOTHER,
  AccessExplanation: ANOTHER,
  AccessPolicyRow: ANOTHER,
  AccessPolicyVerdict: ANOTHER,
  Actor: AN_INSTANT,
  FieldGrant: AN_INSTANT,
  FieldGrantViewerCan: AN_INSTANT,
  Invitation: AN_INSTANT,
  InvitationViewerCan: AN_INSTANT,
  Membership: AN_INSTANT,
  MembershipViewerCan: AN_INSTANT,
  RecordOpening: AN_INSTANT,
  RecordOpeningViewerCan: AN_INSTANT,
  ServiceAccount: AN_INSTANT,
  ServiceAccountViewerCan: AN_INSTANT,
  ServiceToken: "it tells when a token was last used, which moves no version",
};

/** A connection and an edge are as their node. */
export const itemOf = (type: string): string => type.replace(/(Connection|Edge)$/, "");
