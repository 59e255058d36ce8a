/**
 * What a service account's scopes open, type by type, read from the design: the plan with the boards that oversee it, what is reported of it, and the
 * indicators, each with a scope of its own. Every published type stands here; one that does not has not been read.
 */
const PLAN = [
  "Action",
  "ActionBlocker",
  "AgendaItem",
  "AgendaPaper",
  "Assignment",
  "AssuranceGroup",
  "Board",
  "BoardMember",
  "ByWhen",
  "Decision",
  "Finding",
  "Meeting",
  "Milestone",
  "Objective",
  "OriginalByWhen",
  "Plan",
  "PlanHandOver",
  "PlanSignOff",
  "PlanTotals",
  "PublishedTotal",
  "NotificationPolicy",
  "ReminderPolicy",
  "ReportingPeriod",
  "Rule",
  "SectorGroup",
  "SignOff",
  "Theme",
  "TrackedItem",
  "TrackedItemResponse",
  "WorkProgrammeItem",
];
const REPORTING = [
  "ActionRatings",
  "AgencyOptimism",
  "AssuranceCell",
  "Awaited",
  "Challenge",
  "ChallengeActor",
  "ChallengeEvent",
  "ChallengeNote",
  "ChallengeParty",
  "ChallengeStage",
  "ChallengeTurn",
  "Contribution",
  "DateRevision",
  "EscalationTotals",
  "EscalationsAtStage",
  "EscalationsForParty",
  "Evidence",
  "EvidenceDownload",
  "EvidenceUse",
  "HighlightReport",
  "LadderStageStatistics",
  "LadderStatistics",
  "MovedByWhen",
  "PlanChange",
  "ProgressUpdate",
  "Rating",
  "RatingCount",
  "RatingEntry",
  "RatingExplanation",
  "RuleFinding",
  "RuleTrial",
  "RuleTrialFinding",
  "Wait",
  "WaitCount",
];
const INDICATORS = ["Comparator", "Indicator", "IndicatorTarget", "IndicatorVerdict", "Observation", "TrajectoryPoint"];
/** Who is who, the caller itself, and what mutations answer: of no scope, for each is ruled in another way. */
const OF_NO_SCOPE = [
  "AccessDecision",
  "AccessExplanation",
  "AccessPolicyRow",
  "AccessPolicyVerdict",
  "ActionPayload",
  "ActionSignOffPayload",
  "AddRatingPayload",
  "Agency",
  "AgendaItemPayload",
  "BankHoliday",
  "BankHolidayCalendar",
  "BankHolidaysPayload",
  "BoardMemberPayload",
  "BoardPayload",
  "ChallengePayload",
  "DateRevisionPayload",
  "DecisionPayload",
  "DoubtfulRow",
  "EditActionTextPayload",
  "EvidencePayload",
  "EvidenceUpload",
  "EvidenceUploadPayload",
  "ExternalCode",
  "FieldGrant",
  "FieldGrantPayload",
  "HighlightReportPayload",
  "NotificationPolicyPayload",
  "ReminderPolicyPayload",
  "RulePayload",
  "ImportChanges",
  "ImportPlanPayload",
  "ImportProvenance",
  "ImportReportView",
  "InvitePersonPayload",
  "Ladder",
  "LadderExample",
  "LadderExampleStage",
  "LadderPayload",
  "LadderStage",
  "LadderVersion",
  "MeetingPayload",
  "Membership",
  "MembershipPayload",
  "MissingReference",
  "NotificationPreference",
  "NotificationSettingsPayload",
  "Mutation",
  "OpenRestrictedRecordPayload",
  "PageInfo",
  "Partnership",
  "Period",
  "PlanSignOffPayload",
  "Post",
  "ProgressUpdatePayload",
  "Query",
  "RatingSchemeEntry",
  "RecordOpeningPayload",
  "SaveProgressDraftPayload",
  "ServiceAccountPayload",
  "ServiceTokenPayload",
  "StartProgressDraftsPayload",
  "TimeLimit",
  "TrackedItemPayload",
  "UnknownAgency",
  "UnsentNotifications",
  "UnplacedRow",
  "UserError",
  "Viewer",
  "WithdrawInvitationPayload",
  "WorkProgrammeItemPayload",
];
/** Who works where, how programs sign in, what was opened and who granted: no service account reads it, whatever its scopes. */
const FOR_PEOPLE = [
  "Actor",
  "AuditCheckpoint",
  "AuditEntry",
  "Invitation",
  "Notification",
  "NotificationHealth",
  "NotificationSettings",
  "RecordOpening",
  "ServiceAccount",
  "ServiceToken",
];
const PEOPLE_LISTS = [
  "Agency.people",
  "DateRevision.askedByPost",
  "DateRevision.decidedByPost",
  "FieldGrant.grantedByPost",
  "FieldGrant.revokedByPost",
  "Partnership.people",
];
/** What stands in the place of a scope that no service account has. */
export const A_PERSON = "A_PERSON";
/** Fields of a plan's types that tell of what was reported. */
const TELLING_OF_REPORTING = [
  "Action.divergent",
  "Action.impactDue",
  "Action.impactDueReason",
  "Action.highlightReportDue",
  "Action.stale",
  "AssuranceGroup.divergent",
  "AssuranceGroup.stale",
  "AssuranceGroup.unrated",
  "PlanTotals.stale",
];

/** Fields beside the plan's types that tell of its actions. */
const TELLING_OF_PLANS = ["Agency.owes", "Partnership.waitingOn"];

const bare = (type: string) => type.replace(/(Connection|Edge)$/, "");

/** Whether the type has been read at all. */
export const isRead = (type: string) =>
  // what the caller itself can do is of no scope either
  type.endsWith("ViewerCan") ||
  [...PLAN, ...REPORTING, ...INDICATORS, ...OF_NO_SCOPE, ...FOR_PEOPLE].includes(bare(type));

const scopeOfType = (type: string): string[] => {
  if (PLAN.includes(bare(type))) return ["READ_PLAN"];
  if (FOR_PEOPLE.includes(bare(type))) return [A_PERSON];
  if (REPORTING.includes(bare(type))) return ["READ_REPORTING"];
  return INDICATORS.includes(bare(type)) ? ["READ_INDICATORS"] : [];
};

/** Scopes that are needed to ask for a field: those of the type it is on, of the type it gives, and its own. */
export const scopesFor = (type: string, field: string, gives: string): string[] => [
  ...new Set([
    ...scopeOfType(type),
    ...scopeOfType(gives),
    ...(PEOPLE_LISTS.includes(`${type}.${field}`) ? [A_PERSON] : []),
    ...(TELLING_OF_PLANS.includes(`${type}.${field}`) ? ["READ_PLAN"] : []),
    ...(TELLING_OF_REPORTING.includes(`${type}.${field}`) ? ["READ_REPORTING"] : []),
  ]),
];
