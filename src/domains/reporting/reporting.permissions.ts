import { actingAs, holding, type Relation, type RelationFinder, type RequestContext } from "../access/index";
import { ownAgenciesOf, Role } from "../identity/index";
import { type MayHaveNamed, relationToAction } from "../plan/index";
import type { ProgressUpdate } from "./reporting.entity";

interface AboutAnAction extends MayHaveNamed {
  actionId: string;
  partnershipId: string;
}

const toItsAction = (row: AboutAnAction, context: RequestContext) =>
  relationToAction(context, row.actionId, row.partnershipId, row);

/** What the caller is to what was reported: by the action it is about, and by having written it. */
export const reportingRelations: Record<string, RelationFinder> = {
  ActionRatings: toItsAction,
  ProgressUpdate: (row: ProgressUpdate & MayHaveNamed, context: RequestContext) => {
    const { authorAgencyId } = row;
    const wrote = authorAgencyId !== null && ownAgenciesOf(context.actor).has(authorAgencyId);
    const asWell = (relations: Relation[]): Relation[] => (wrote ? [...relations, "AUTHOR"] : relations);
    const relations = toItsAction(row, context);
    return relations instanceof Promise ? relations.then(asWell) : asWell(relations);
  },
  Rating: toItsAction,
};

/** Who may ask at all; the services say of which action, and which fields. */
export const reportingOperations = {
  Mutation: {
    addRating: holding(Role.PARTNERSHIP_OFFICER, Role.AGENCY_LEAD, Role.AGENCY_CONTRIBUTOR),
    saveProgressDraft: actingAs(Role.AGENCY_LEAD, Role.AGENCY_CONTRIBUTOR),
  },
};
