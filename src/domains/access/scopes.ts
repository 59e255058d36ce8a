import {
  type DocumentNode,
  getNamedType,
  type GraphQLSchema,
  isObjectType,
  type OperationDefinitionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";
import { ForbiddenError } from "../../platform/errors/index";
import { type Actor, Scope } from "../identity/index";

/** The scope that a service account needs to ask for a type at all; types not named here need none. */
export const SCOPE_OF_TYPE: Readonly<Record<string, Scope>> = {
  Action: Scope.READ_PLAN,
  ActionBlocker: Scope.READ_PLAN,
  ActionRatings: Scope.READ_REPORTING,
  AgencyOptimism: Scope.READ_REPORTING,
  AgendaItem: Scope.READ_PLAN,
  AgendaPaper: Scope.READ_PLAN,
  Assignment: Scope.READ_PLAN,
  AssuranceCell: Scope.READ_REPORTING,
  AssuranceGroup: Scope.READ_PLAN,
  Awaited: Scope.READ_REPORTING,
  Board: Scope.READ_PLAN,
  BoardMember: Scope.READ_PLAN,
  ByWhen: Scope.READ_PLAN,
  Challenge: Scope.READ_REPORTING,
  ChallengeActor: Scope.READ_REPORTING,
  ChallengeEvent: Scope.READ_REPORTING,
  ChallengeNote: Scope.READ_REPORTING,
  ChallengeParty: Scope.READ_REPORTING,
  ChallengeStage: Scope.READ_REPORTING,
  ChallengeTurn: Scope.READ_REPORTING,
  Comparator: Scope.READ_INDICATORS,
  Contribution: Scope.READ_REPORTING,
  DateRevision: Scope.READ_REPORTING,
  Decision: Scope.READ_PLAN,
  EscalationTotals: Scope.READ_REPORTING,
  EscalationsAtStage: Scope.READ_REPORTING,
  EscalationsForParty: Scope.READ_REPORTING,
  Evidence: Scope.READ_REPORTING,
  EvidenceDownload: Scope.READ_REPORTING,
  EvidenceUse: Scope.READ_REPORTING,
  Finding: Scope.READ_PLAN,
  HighlightReport: Scope.READ_REPORTING,
  Indicator: Scope.READ_INDICATORS,
  IndicatorTarget: Scope.READ_INDICATORS,
  IndicatorVerdict: Scope.READ_INDICATORS,
  LadderStageStatistics: Scope.READ_REPORTING,
  LadderStatistics: Scope.READ_REPORTING,
  Meeting: Scope.READ_PLAN,
  Milestone: Scope.READ_PLAN,
  MovedByWhen: Scope.READ_REPORTING,
  Objective: Scope.READ_PLAN,
  Observation: Scope.READ_INDICATORS,
  OriginalByWhen: Scope.READ_PLAN,
  Plan: Scope.READ_PLAN,
  PlanChange: Scope.READ_REPORTING,
  PlanHandOver: Scope.READ_PLAN,
  PlanSignOff: Scope.READ_PLAN,
  PlanTotals: Scope.READ_PLAN,
  ProgressUpdate: Scope.READ_REPORTING,
  PublishedTotal: Scope.READ_PLAN,
  Rating: Scope.READ_REPORTING,
  RatingCount: Scope.READ_REPORTING,
  RatingEntry: Scope.READ_REPORTING,
  RatingExplanation: Scope.READ_REPORTING,
  NotificationPolicy: Scope.READ_PLAN,
  ReminderPolicy: Scope.READ_PLAN,
  ReportingPeriod: Scope.READ_PLAN,
  Rule: Scope.READ_PLAN,
  RuleFinding: Scope.READ_REPORTING,
  RuleTrial: Scope.READ_REPORTING,
  RuleTrialFinding: Scope.READ_REPORTING,
  SectorGroup: Scope.READ_PLAN,
  SignOff: Scope.READ_PLAN,
  Theme: Scope.READ_PLAN,
  TrackedItem: Scope.READ_PLAN,
  TrackedItemResponse: Scope.READ_PLAN,
  TrajectoryPoint: Scope.READ_INDICATORS,
  Wait: Scope.READ_REPORTING,
  WaitCount: Scope.READ_REPORTING,
  WorkProgrammeItem: Scope.READ_PLAN,
};

/** What no service account reads: who works where, how they sign in, and what was opened and why, is for people. */
const FOR_PEOPLE = new Set([
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
]);
const PEOPLE_LISTS = new Set([
  "Agency.people",
  "DateRevision.askedByPost",
  "DateRevision.decidedByPost",
  "FieldGrant.grantedByPost",
  "FieldGrant.revokedByPost",
  "Partnership.people",
]);

/** Fields and inputs that tell of another scope's content than their type does. */
export const SCOPE_OF_FIELD: Readonly<Record<string, Scope>> = {
  "Action.divergent": Scope.READ_REPORTING,
  "Action.impactDue": Scope.READ_REPORTING,
  "Action.impactDueReason": Scope.READ_REPORTING,
  "Action.highlightReportDue": Scope.READ_REPORTING,
  "Action.stale": Scope.READ_REPORTING,
  "Agency.owes": Scope.READ_PLAN,
  "AssuranceGroup.divergent": Scope.READ_REPORTING,
  "AssuranceGroup.stale": Scope.READ_REPORTING,
  "AssuranceGroup.unrated": Scope.READ_REPORTING,
  "Partnership.waitingOn": Scope.READ_PLAN,
  "PlanTotals.stale": Scope.READ_REPORTING,
  "ActionFilter.deliveryRating": Scope.READ_REPORTING,
  "ActionFilter.greenByRedating": Scope.READ_REPORTING,
  "ActionFilter.impactRating": Scope.READ_REPORTING,
  "ActionFilter.stale": Scope.READ_REPORTING,
  "ActionFilter.waitingOn": Scope.READ_REPORTING,
};

/** Mutations that a service account may ask for, with the scope that each needs. Others are for people. */
export const SCOPE_OF_MUTATION: Readonly<Record<string, Scope>> = {
  addEvidence: Scope.WRITE_REPORTING,
  attachEvidence: Scope.WRITE_REPORTING,
  detachEvidence: Scope.WRITE_REPORTING,
  renewEvidenceUpload: Scope.WRITE_REPORTING,
  correctProgressUpdate: Scope.WRITE_REPORTING,
  discardProgressDraft: Scope.WRITE_REPORTING,
  saveProgressDraft: Scope.WRITE_REPORTING,
  startProgressDrafts: Scope.WRITE_REPORTING,
  submitProgressUpdate: Scope.WRITE_REPORTING,
  updateEvidence: Scope.WRITE_REPORTING,
  withdrawEvidence: Scope.WRITE_REPORTING,
};

/**
 * Refuses an operation that asks for more than a service account's scopes, before anything is run, naming the first field
 * and the scope it needs. Row-level security holds the same line underneath. Filters given by variable are looked at too.
 */
export function requireScopes(
  actor: Actor,
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): void {
  const { scopes } = actor;
  if (!scopes) return;
  const require = (scope: Scope | undefined, name: string) => {
    if (scope && !scopes.includes(scope))
      throw new ForbiddenError(
        `${name} needs the scope ${scope}, which this token has not. Ask the agency's lead for a token with it.`,
      );
  };
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      Field() {
        const parent = types.getParentType()?.name ?? "";
        const field = types.getFieldDef();
        if (!field) return;
        const name = `${parent}.${field.name}`;
        if (parent === "Mutation") {
          if (!(field.name in SCOPE_OF_MUTATION))
            throw new ForbiddenError(`${field.name} is not for service accounts: a person does it.`);
          require(SCOPE_OF_MUTATION[field.name], name);
          return;
        }
        if (FOR_PEOPLE.has(itemOf(getNamedType(field.type).name)) || FOR_PEOPLE.has(parent) || PEOPLE_LISTS.has(name))
          throw new ForbiddenError(`${name} is not for service accounts: a person reads it.`);
        require(SCOPE_OF_FIELD[name], name);
        require(scopeOf(getNamedType(field.type).name), name);
        require(SCOPE_OF_TYPE[parent], name);
      },
      InlineFragment() {
        const on = types.getType();
        if (on) require(SCOPE_OF_TYPE[getNamedType(on).name], getNamedType(on).name);
      },
      ObjectField({ name }) {
        const input = types.getParentInputType();
        const named = input ? getNamedType(input).name : "";
        require(SCOPE_OF_FIELD[`${named}.${name.value}`], `${named}.${name.value}`);
      },
    }),
  );
  for (const { variable } of operation.variableDefinitions ?? []) {
    const text = JSON.stringify(variables[variable.name.value]) as string | undefined;
    for (const [name, scope] of Object.entries(SCOPE_OF_FIELD))
      if (name.startsWith("ActionFilter.") && text?.includes(`"${name.slice("ActionFilter.".length)}":`))
        require(scope, name);
  }
}

/** The first scope that asking for one field of an object needs and these are not, or null. */
export function missingScope(
  schema: GraphQLSchema,
  type: string,
  field: string,
  scopes: readonly Scope[],
): Scope | null {
  const found = schema.getType(type);
  const output = isObjectType(found) ? getNamedType(found.getFields()[field]?.type) : undefined;
  const needed = [SCOPE_OF_FIELD[`${type}.${field}`], SCOPE_OF_TYPE[type], output && scopeOf(output.name)];
  return needed.find((scope) => scope !== undefined && !scopes.includes(scope)) ?? null;
}

/** A connection or an edge is as its node. */
const itemOf = (type: string) => type.replace(/(Connection|Edge)$/, "");
const scopeOf = (type: string) => SCOPE_OF_TYPE[itemOf(type)];
