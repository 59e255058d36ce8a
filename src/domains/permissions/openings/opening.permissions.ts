import {
  holding,
  type RecordOpening,
  type Relation,
  type RelationFinder,
  type RequestContext,
  relationToPartnership,
} from "../../access/index";
import { ownAgenciesOf, Role } from "../../identity/index";

const itsOwn = ({ actor }: RequestContext, partnershipId: string, agencyId: string): Relation[] => {
  const base = relationToPartnership(actor, partnershipId);
  return ownAgenciesOf(actor).has(agencyId) ? [base, "AUTHOR"] : [base];
};

/** What the caller is to what was opened of an agency: its own people stand where an author does. */
export const openingRelations: Record<string, RelationFinder> = {
  RecordOpening: ({ agencyId, partnershipId }: RecordOpening, context: RequestContext) =>
    itsOwn(context, partnershipId, agencyId),
};

/** Who may ask at all; which record, the service says. */
export const openingOperations = {
  Mutation: {
    acknowledgeRecordOpening: holding(Role.AGENCY_LEAD),
    openRestrictedRecord: holding(Role.PARTNERSHIP_OFFICER),
    reviewRecordOpening: holding(Role.PARTNERSHIP_CHAIR),
  },
};
