import { holding, type RelationFinder, type RequestContext } from "../access/index";
import { Role } from "../identity/index";
import { type MayHaveNamed, relationToAction } from "./plan.loaders";

/** Agencies' writers may ask: a grant may let them edit a field; the service says which. */
export const planOperations = {
  Mutation: { editActionText: holding(Role.PARTNERSHIP_OFFICER, Role.AGENCY_LEAD, Role.AGENCY_CONTRIBUTOR) },
};

/** What the caller is to an action: by its agencies, directly or through a collective. */
export const planRelations: Record<string, RelationFinder> = {
  Action: (row: MayHaveNamed & { id: string; partnershipId: string }, context: RequestContext) =>
    relationToAction(context, row.id, row.partnershipId, row),
};
