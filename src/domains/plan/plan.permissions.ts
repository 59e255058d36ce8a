import { holding, type Relation, type RelationFinder, type RequestContext } from "../access/index";
import { ownAgenciesOf, Role } from "../identity/index";
import type { DateRevision } from "./date-revision.entity";
import { type MayHaveNamed, relationToAction } from "./plan.loaders";

const officers = holding(Role.PARTNERSHIP_OFFICER);
const leads = holding(Role.AGENCY_LEAD);
const officersAndLeads = holding(Role.PARTNERSHIP_OFFICER, Role.AGENCY_LEAD);
/** A grant may let an agency's writers write a field; the service says which. */
const officersAndWriters = holding(Role.PARTNERSHIP_OFFICER, Role.AGENCY_LEAD, Role.AGENCY_CONTRIBUTOR);

/** Who may ask at all; the services say of which action. */
export const planOperations = {
  Mutation: {
    approveDateRevision: officers,
    blockAction: officersAndLeads,
    completeAction: officersAndWriters,
    editActionText: officersAndWriters,
    moveByWhen: officers,
    refuseDateRevision: officers,
    reopenAction: officersAndWriters,
    requestDateRevision: leads,
    setImpactDate: officersAndWriters,
    setContribution: holding(Role.AGENCY_LEAD, Role.AGENCY_CONTRIBUTOR),
    setReviewDate: officers,
    unblockAction: officersAndLeads,
    withdrawDateRevision: leads,
  },
};

interface AboutAnAction extends MayHaveNamed {
  actionId: string;
  partnershipId: string;
}

/** What the caller is to a row about an action: what it is to the action. */
export const toItsAction = (row: AboutAnAction, context: RequestContext): Relation[] | Promise<Relation[]> =>
  relationToAction(context, row.actionId, row.partnershipId, row);

/** The same of a row that an agency wrote, or asked for: its author besides, where it is one of the caller's own. */
export function toItsActionOrAuthor(
  row: AboutAnAction,
  by: string | null,
  context: RequestContext,
): Relation[] | Promise<Relation[]> {
  const wrote = by !== null && ownAgenciesOf(context.actor).has(by);
  const asWell = (relations: Relation[]): Relation[] => (wrote ? [...relations, "AUTHOR"] : relations);
  const relations = toItsAction(row, context);
  return relations instanceof Promise ? relations.then(asWell) : asWell(relations);
}

/**
 * What the caller is to an action, and to what hangs on it: by its agencies, directly or through a collective; and to a
 * revision of its by-when, by having asked for it.
 */
export const planRelations: Record<string, RelationFinder> = {
  Action: (row: MayHaveNamed & { id: string; partnershipId: string }, context: RequestContext) =>
    relationToAction(context, row.id, row.partnershipId, row),
  Contribution: toItsAction,
  DateRevision: (row: DateRevision & MayHaveNamed, context: RequestContext) =>
    toItsActionOrAuthor(row, row.askedByAgencyId, context),
};
