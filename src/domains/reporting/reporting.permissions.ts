import { actingAs, holding, type Relation, type RelationFinder, type RequestContext } from "../access/index";
import { ownAgenciesOf, Role } from "../identity/index";
import { relationToAction } from "../plan/index";
import type { ProgressUpdate } from "./reporting.entity";

interface AboutAnAction {
  actionId: string;
  partnershipId: string;
}

/** What the caller is to what was reported: by the action it is about, and by having written it. */
export const reportingRelations: Record<string, RelationFinder> = {
  ActionRatings: ({ actionId, partnershipId }: AboutAnAction, context: RequestContext) =>
    relationToAction(context, actionId, partnershipId),
  ProgressUpdate: async (
    { actionId, partnershipId, authorAgencyId }: ProgressUpdate,
    context: RequestContext,
  ): Promise<Relation[]> => {
    const relations = await relationToAction(context, actionId, partnershipId);
    return authorAgencyId !== null && ownAgenciesOf(context.actor).has(authorAgencyId)
      ? [...relations, "AUTHOR"]
      : relations;
  },
  Rating: ({ actionId, partnershipId }: AboutAnAction, context: RequestContext) =>
    relationToAction(context, actionId, partnershipId),
};

/** Who may ask at all; the services say of which action, and which fields. */
export const reportingOperations = {
  Mutation: {
    addRating: holding(Role.PARTNERSHIP_OFFICER, Role.AGENCY_LEAD, Role.AGENCY_CONTRIBUTOR),
    saveProgressDraft: actingAs(Role.AGENCY_LEAD, Role.AGENCY_CONTRIBUTOR),
  },
};
