import "reflect-metadata";
import { printSchemaWithDirectives } from "@graphql-tools/utils";
import {
  DirectiveLocation,
  GraphQLDirective,
  GraphQLNonNull,
  GraphQLSchema,
  isEnumType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  lexicographicSortSchema,
} from "graphql";
import type { IRules } from "graphql-shield";
import type { Logger } from "pino";
import { buildSchemaSync, type ResolverData } from "type-graphql";
import {
  type CataloguedField,
  catalogueOf,
  enforce,
  keepPolicyParts,
  keepResolvers,
  type RelationFinders,
  type RequestContext,
  resolveReads,
} from "./domains/access/index";
import { AssuranceGroupResolver, PlanAssuranceResolver } from "./domains/assurance/index";
import { recordRefusals } from "./domains/audit/index";
import {
  ActionEvidenceResolver,
  AgencyEvidenceResolver,
  evidenceOperations,
  evidenceRelations,
  EvidenceResolver,
  EvidenceUseResolver,
  EvidenceWritesResolver,
  ProgressUpdateEvidenceResolver,
} from "./domains/evidence/index";
import {
  ActionSignOffResolver,
  ActionTrackedItemsResolver,
  AgendaItemResolver,
  BoardMemberResolver,
  boardOperations,
  BoardResolver,
  BoardWritesResolver,
  DecisionResolver,
  HighlightReportResolver,
  MeetingResolver,
  MeetingWritesResolver,
  PartnershipBoardsResolver,
  PlanHandOverResolver,
  PlanSignOffResolver,
  PlanSignOffsResolver,
  SignOffResolver,
  SignOffWritesResolver,
  TrackedItemResolver,
  TrackedItemResponseResolver,
  TrackingWritesResolver,
  WorkProgrammeItemResolver,
} from "./domains/boards/index";
import { BankHolidayCalendarResolver, calendarOperations } from "./domains/calendars/index";
import {
  ActionChallengesResolver,
  AgencyToAnswerResolver,
  ChallengeActorResolver,
  ChallengeEventResolver,
  ChallengeNoteResolver,
  challengeOperations,
  ChallengePartyResolver,
  challengeRelations,
  ChallengeResolver,
  ChallengeTurnResolver,
  ChallengeWaitingResolver,
  ChallengeWritesResolver,
  EscalationsAtStageResolver,
  EscalationsForPartyResolver,
  EscalationTotalsResolver,
  LadderExamplesResolver,
  LadderResolver,
  LadderStageResolver,
  LadderStatisticsResolver,
  LadderVersionResolver,
  LadderWritesResolver,
  PartnershipChallengesResolver,
  PartnershipEscalationsResolver,
  PartnershipLaddersResolver,
  PartnershipLadderStatisticsResolver,
} from "./domains/challenges/index";
import {
  ActionProvenanceResolver,
  exchangeOperations,
  exchangeRelations,
  ImportResolver,
  PlanImportResolver,
} from "./domains/exchange/index";
import {
  AuditEntryResolver,
  PartnershipAuditResolver,
  PlanChangeResolver,
  PlanChangesResolver,
} from "./domains/history/index";
import {
  ActionIndicatorsResolver,
  ComparatorResolver,
  IndicatorResolver,
  IndicatorSeriesResolver,
  PartnershipIndicatorsResolver,
} from "./domains/indicators/index";
import {
  notificationOperations,
  NotificationResolver,
  NotificationPolicyResolver,
  NotificationWritesResolver,
  PartnershipNotificationsResolver,
  ViewerNotificationsResolver,
} from "./domains/notifications/index";
import {
  AgencyResolver,
  MembershipResolver,
  PartnershipResolver,
  PostResolver,
  ViewerResolver,
} from "./domains/partnership/index";
import {
  ActorResolver,
  AgencyPeopleResolver,
  InvitationResolver,
  MembershipDaysResolver,
  PartnershipPeopleResolver,
  PartnershipViewerCanPeopleResolver,
  PeopleMutationsResolver,
  peopleOperations,
  peopleRelations,
  ServiceAccountResolver,
} from "./domains/people/index";
import {
  AccessDecisionResolver,
  AccessExplainResolver,
  AccessPolicyResolver,
  AgencyOpeningsResolver,
  FieldGrantResolver,
  GrantingResolver,
  OpeningResolver,
  openingOperations,
  openingRelations,
  PartnershipGrantsResolver,
  PartnershipOpeningsResolver,
  PartnershipViewerCanGrantResolver,
  permissionOperations,
  RecordOpeningResolver,
} from "./domains/permissions/index";
import {
  ActionCompletionResolver,
  ActionBlockerResolver,
  ActionBlockingResolver,
  ActionDateRevisionsResolver,
  ActionResolver,
  ActionTextResolver,
  ActionWaitingResolver,
  AgencyActionsResolver,
  AgencyWaitingResolver,
  AssignmentContributionResolver,
  AssignmentResolver,
  AwaitedResolver,
  BlockingWritesResolver,
  ContributionResolver,
  ContributionWritesResolver,
  DateRevisionResolver,
  DateRevisionWritesResolver,
  FindingResolver,
  ObjectiveResolver,
  PartnershipPlansResolver,
  PartnershipWaitingResolver,
  planOperations,
  planRelations,
  PlanResolver,
  ThemeResolver,
  WaitResolver,
} from "./domains/plan/index";
import {
  ActionImpactResolver,
  ActionRatingsResolver,
  ActionReportingResolver,
  AgencyOptimismResolver,
  PartnershipOptimismResolver,
  PlanReportingResolver,
  ProgressUpdateResolver,
  ProgressUpdateWritesResolver,
  RatingEntryResolver,
  RatingExplanationResolver,
  RatingHistoryResolver,
  RatingResolver,
  reportingOperations,
  reportingRelations,
  ReportingWritesResolver,
} from "./domains/reporting/index";
import {
  PartnershipRulesResolver,
  RuleFindingResolver,
  ruleOperations,
  RuleResolver,
  RuleTrialFindingResolver,
  RuleWritesResolver,
} from "./domains/rules/index";
import { makeRepeatable } from "./domains/retries/index";
import { fetchNode, NODE_TYPE, NodeResolver } from "./node.resolver";
import type { Connection } from "./platform/graphql/connection";
import { globalId, typesWithIds } from "./platform/graphql/ids";
import { DateTimeScalar } from "./platform/graphql/scalars";
import { createLogger } from "./platform/logger";

const resolvers = [
  AccessDecisionResolver,
  AccessExplainResolver,
  AccessPolicyResolver,
  ActionBlockerResolver,
  ActionBlockingResolver,
  ActionChallengesResolver,
  AgencyToAnswerResolver,
  ActionCompletionResolver,
  ActionDateRevisionsResolver,
  ActionEvidenceResolver,
  ActionImpactResolver,
  ActionIndicatorsResolver,
  ActionProvenanceResolver,
  ActionRatingsResolver,
  ActionReportingResolver,
  ActionResolver,
  ActionSignOffResolver,
  ActionTextResolver,
  ActionTrackedItemsResolver,
  ActionWaitingResolver,
  ActorResolver,
  AgencyActionsResolver,
  AgencyEvidenceResolver,
  AgencyOpeningsResolver,
  AgencyOptimismResolver,
  AgencyPeopleResolver,
  AgencyResolver,
  AgencyWaitingResolver,
  AgendaItemResolver,
  AssignmentContributionResolver,
  AssignmentResolver,
  AssuranceGroupResolver,
  AuditEntryResolver,
  AwaitedResolver,
  BankHolidayCalendarResolver,
  BlockingWritesResolver,
  BoardMemberResolver,
  BoardResolver,
  BoardWritesResolver,
  ChallengeActorResolver,
  ChallengeEventResolver,
  ChallengeNoteResolver,
  ChallengePartyResolver,
  ChallengeResolver,
  ChallengeTurnResolver,
  ChallengeWaitingResolver,
  ChallengeWritesResolver,
  EscalationsAtStageResolver,
  EscalationsForPartyResolver,
  EscalationTotalsResolver,
  ComparatorResolver,
  ContributionResolver,
  ContributionWritesResolver,
  DateRevisionResolver,
  DateRevisionWritesResolver,
  DecisionResolver,
  EvidenceResolver,
  EvidenceUseResolver,
  EvidenceWritesResolver,
  FieldGrantResolver,
  FindingResolver,
  GrantingResolver,
  HighlightReportResolver,
  ImportResolver,
  IndicatorResolver,
  IndicatorSeriesResolver,
  InvitationResolver,
  LadderExamplesResolver,
  LadderResolver,
  LadderStageResolver,
  LadderStatisticsResolver,
  LadderVersionResolver,
  LadderWritesResolver,
  MeetingResolver,
  MeetingWritesResolver,
  MembershipDaysResolver,
  MembershipResolver,
  NodeResolver,
  NotificationResolver,
  NotificationPolicyResolver,
  NotificationWritesResolver,
  ObjectiveResolver,
  OpeningResolver,
  PartnershipAuditResolver,
  PartnershipBoardsResolver,
  PartnershipChallengesResolver,
  PartnershipEscalationsResolver,
  PartnershipGrantsResolver,
  PartnershipIndicatorsResolver,
  PartnershipLaddersResolver,
  PartnershipLadderStatisticsResolver,
  PartnershipNotificationsResolver,
  PartnershipOpeningsResolver,
  PartnershipOptimismResolver,
  PartnershipPeopleResolver,
  PartnershipPlansResolver,
  PartnershipResolver,
  PartnershipRulesResolver,
  PartnershipViewerCanGrantResolver,
  PartnershipViewerCanPeopleResolver,
  PartnershipWaitingResolver,
  PeopleMutationsResolver,
  PlanAssuranceResolver,
  PlanChangeResolver,
  PlanChangesResolver,
  PlanHandOverResolver,
  PlanImportResolver,
  PlanReportingResolver,
  PlanResolver,
  PlanSignOffResolver,
  PlanSignOffsResolver,
  PostResolver,
  ProgressUpdateEvidenceResolver,
  ProgressUpdateResolver,
  ProgressUpdateWritesResolver,
  RatingEntryResolver,
  RatingExplanationResolver,
  RatingHistoryResolver,
  RatingResolver,
  RecordOpeningResolver,
  ReportingWritesResolver,
  RuleFindingResolver,
  RuleResolver,
  RuleTrialFindingResolver,
  RuleWritesResolver,
  ServiceAccountResolver,
  SignOffResolver,
  SignOffWritesResolver,
  ThemeResolver,
  TrackedItemResolver,
  TrackedItemResponseResolver,
  TrackingWritesResolver,
  ViewerNotificationsResolver,
  ViewerResolver,
  WaitResolver,
  WorkProgrammeItemResolver,
] as const;

/** The schema with `@access(tier:)` declared, over the enum that explanations of access answer with. */
function withAccessDirective(schema: GraphQLSchema): GraphQLSchema {
  const tier = schema.getType("AccessTier");
  if (!isEnumType(tier)) throw new Error("the schema has no AccessTier");
  const access = new GraphQLDirective({
    name: "access",
    description: "Who may read a field, before any grants: its sensitivity tier",
    locations: [DirectiveLocation.FIELD_DEFINITION],
    args: { tier: { type: new GraphQLNonNull(tier), description: "The tier" } },
  });
  return new GraphQLSchema({ ...schema.toConfig(), directives: [...schema.getDirectives(), access] });
}

/** What type-graphql makes itself and does not describe. */
const ROOTS: Partial<Record<string, string>> = {
  Query: "Where reading begins. A list never quietly narrows to the caller's own: `viewer` is where that is",
  Mutation: "What can be done, one verb for each thing that happens",
};

/** Who may ask for which mutation, gathered from the domains. What is not named here nobody may. */
const operations: IRules = {
  Mutation: {
    ...evidenceOperations.Mutation,
    ...boardOperations.Mutation,
    ...calendarOperations.Mutation,
    ...challengeOperations.Mutation,
    ...exchangeOperations.Mutation,
    ...notificationOperations.Mutation,
    ...peopleOperations.Mutation,
    ...openingOperations.Mutation,
    ...permissionOperations.Mutation,
    ...planOperations.Mutation,
    ...reportingOperations.Mutation,
    ...ruleOperations.Mutation,
  },
};

/** The executable schema: every domain's door gathered, ids and counts in place, the field policy in force. */
export function buildSchema(log: Logger): GraphQLSchema {
  const schema = schemaWithoutPolicy();
  const finders = eachTypeOnce(
    peopleRelations,
    planRelations,
    reportingRelations,
    evidenceRelations,
    exchangeRelations,
    openingRelations,
    challengeRelations,
  );
  keepPolicyParts(schema, { finders, fetchNode });
  return keepResolvers(recordRefusals(enforce(schema, finders, operations, log), log));
}

/** The finders of every domain. Two for one type would leave it to their order who is what to its rows. */
function eachTypeOnce(...domains: RelationFinders[]): RelationFinders {
  const gathered: Record<string, RelationFinders[string]> = {};
  for (const [type, finder] of domains.flatMap((finders) => Object.entries(finders))) {
    if (type in gathered) throw new Error(`two domains say what somebody is to a row of ${type}`);
    gathered[type] = finder;
  }
  return gathered;
}

/**
 * The same with no field policy in force, which nothing that starts from a configuration may serve: `buildSchema` puts the
 * policy on it, and the bench weighs the policy against it.
 */
export function schemaWithoutPolicy(): GraphQLSchema {
  const built = buildSchemaSync({
    resolvers: [...resolvers] as unknown as Parameters<typeof buildSchemaSync>[0]["resolvers"],
    validate: false,
    container: { get: instanceOf },
    scalarsMap: [{ type: Date, scalar: DateTimeScalar }],
  });
  const schema = withAccessDirective(built);
  for (const type of Object.values(schema.getTypeMap())) {
    if (isInterfaceType(type) && type.name === "Node")
      type.resolveType = (row: { [NODE_TYPE]?: string }) => row[NODE_TYPE];
    // a union's rows say what they are; the compiled query waits for no promise there
    if (isUnionType(type)) type.resolveType = ({ __typename }: { __typename?: string }) => __typename;
    if (!isObjectType(type)) continue;
    type.description ??= ROOTS[type.name];
    const { id, totalCount } = type.getFields();
    if (id && typesWithIds().includes(type.name)) id.resolve = (row: { id: string }) => globalId(type.name, row.id);
    if (totalCount && type.name.endsWith("Connection"))
      totalCount.resolve = (connection: Connection<unknown>) => connection.countAll();
  }
  resolveReads(schema);
  makeRepeatable(schema);
  return keepResolvers(schema);
}

/** SDL of the schema, sorted, with the tier of each field: what `schema.graphql` holds. */
export const printedSchema = (schema: GraphQLSchema): string =>
  `${printSchemaWithDirectives(lexicographicSortSchema(schema))}\n`;

const instances = new Map<unknown, unknown>();
function instanceOf(resolver: new () => unknown, _data: ResolverData<RequestContext>): unknown {
  if (!instances.has(resolver)) instances.set(resolver, new resolver());
  return instances.get(resolver);
}

/** Every field of the API, for those who check what is said of fields without serving it. */
export const fieldsOfApi = (): CataloguedField[] => catalogueOf(buildSchema(createLogger("silent")));
