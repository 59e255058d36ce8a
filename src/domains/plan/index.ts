import "./action.told";
export * from "./action-completion.resolver";
export * from "./action-in-hand";
export * from "./action-lifecycle";
export * from "./action-list";
export { ActionTextResolver } from "./action-text.resolver";
export { SEARCHED, TOLD_BY_FILTER, TOLD_BY_ORDER } from "./action-told";
export * from "./action.entity";
export * from "./action.inputs";
export * from "./action.resolver";
export * from "./blocking.entity";
export { ActionBlockerResolver, ActionBlockingResolver, BlockingWritesResolver } from "./blocking.resolver";
export * from "./contribution.entity";
export {
  AssignmentContributionResolver,
  ContributionResolver,
  ContributionWritesResolver,
} from "./contribution.resolver";
export * from "./date-revision.entity";
export { DATE_REVISION_EVENTS, DateRevisionState, nextRevisionState } from "./date-revision-lifecycle";
export {
  ActionDateRevisionsResolver,
  DateRevisionResolver,
  DateRevisionWritesResolver,
} from "./date-revision.resolver";
export * from "./derived";
export * from "./plan.entity";
export { actionRow, namedForAction } from "./plan.links";
export * from "./plan.loaders";
export * from "./plan.permissions";
export * from "./plan.resolver";
export { DECIDED_AT, RECORDED_AT, REDATING } from "./redating";
export * from "./reference-order";
export {
  ActionWaitingResolver,
  AgencyWaitingResolver,
  AwaitedResolver,
  PartnershipWaitingResolver,
  WaitResolver,
} from "./waiting-on.resolver";
export { lastSaid, leading } from "./waiting-on";
