import {
  actingAs,
  holding,
  type Relation,
  type RelationFinder,
  relationToPartnership,
  type RequestContext,
} from "../access/index";
import { ownAgenciesOf, Role } from "../identity/index";
import { type MayHaveNamed, toItsAction, toItsActionOrAuthor } from "../plan/index";
import type { AgencyOptimism } from "./optimism.resolver";
import type { ProgressUpdate } from "./reporting.entity";

/** What the caller is to what was reported: by the action it is about, and by having written it. */
export const reportingRelations: Record<string, RelationFinder> = {
  AgencyOptimism: ({ agencyId, partnershipId }: AgencyOptimism, { actor }: RequestContext): Relation[] => {
    const base = relationToPartnership(actor, partnershipId);
    return ownAgenciesOf(actor).has(agencyId) ? [base, "AUTHOR"] : [base];
  },
  ActionRatings: toItsAction,
  ProgressUpdate: (row: ProgressUpdate & MayHaveNamed, context: RequestContext) =>
    toItsActionOrAuthor(row, row.authorAgencyId, context),
  Rating: toItsAction,
  RatingEntry: toItsAction,
};

/** Who may ask at all; the services say of which action, and which fields. */
export const reportingOperations = {
  Mutation: {
    acceptProgressUpdate: holding(Role.PARTNERSHIP_OFFICER),
    addRating: holding(Role.PARTNERSHIP_OFFICER, Role.AGENCY_LEAD, Role.AGENCY_CONTRIBUTOR),
    correctProgressUpdate: actingAs(Role.AGENCY_LEAD, Role.AGENCY_CONTRIBUTOR),
    discardProgressDraft: actingAs(Role.AGENCY_LEAD, Role.AGENCY_CONTRIBUTOR),
    returnProgressUpdate: holding(Role.PARTNERSHIP_OFFICER),
    saveProgressDraft: actingAs(Role.AGENCY_LEAD, Role.AGENCY_CONTRIBUTOR),
    startProgressDrafts: actingAs(Role.AGENCY_LEAD, Role.AGENCY_CONTRIBUTOR),
    submitProgressUpdate: actingAs(Role.AGENCY_LEAD, Role.AGENCY_CONTRIBUTOR),
  },
};
