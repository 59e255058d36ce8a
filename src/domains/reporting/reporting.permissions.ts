import type { Relation, RelationFinder, RequestContext } from "../access/index";
import { ownAgenciesOf } from "../identity/index";
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
