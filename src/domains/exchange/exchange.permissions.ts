import { holding, type RelationFinder, type RequestContext } from "../access/index";
import { Role } from "../identity/index";
import { relationToAction } from "../plan/index";

/** Whoever is officer somewhere may ask; which plans an officer may import is the service's to say. */
export const exchangeOperations = { Mutation: { importPlan: holding(Role.PARTNERSHIP_OFFICER) } };

interface OfAnAction {
  entityId: string;
  partnershipId: string;
}

/** Where an action was read from is about the action. */
export const exchangeRelations: Record<string, RelationFinder> = {
  ImportProvenance: ({ entityId, partnershipId }: OfAnAction, context: RequestContext) =>
    relationToAction(context, entityId, partnershipId),
};
