import { rule } from "graphql-shield";
import { type Relation, type RelationFinder, relationToPartnership, type RequestContext } from "../access/index";
import { leadsAgency, ownAgenciesOf } from "../identity/index";
import { isService, type Place } from "./authority";

/** People who are known here; whose people and accounts they manage is the services' to say. */
export const person = rule("person", { cache: "no_cache" })(
  (_parent, _args, { actor }: RequestContext) => actor.person !== null && !isService(actor),
);

/** Shield's own `allow` gives nothing to wrap a field with. */
const anybody = rule("anybody", { cache: "no_cache" })(() => true);

export const peopleOperations = {
  Mutation: {
    // by somebody unknown here as well: the service refuses whoever is not signed in
    acceptInvitation: anybody,
    createServiceAccount: person,
    endMembership: person,
    endServiceAccount: person,
    invitePerson: person,
    revokeServiceToken: person,
    rotateServiceToken: person,
    withdrawInvitation: person,
  },
};

/** To an agency, and to what is an agency's, its lead is LEAD. */
const leading = ({ partnershipId, agencyId }: Place, { actor }: RequestContext): Relation[] => {
  const base = relationToPartnership(actor, partnershipId);
  return agencyId !== null && leadsAgency(actor, agencyId) ? [base, "LEAD"] : [base];
};

/** To an agency its own people are PARTY, and its lead LEAD besides: who works there is the lead's to see. */
const ofAgency = (
  { partnershipId, id }: { partnershipId: string; id: string },
  context: RequestContext,
): Relation[] => {
  const relations = leading({ partnershipId, agencyId: id }, context);
  return ownAgenciesOf(context.actor).has(id) ? [...relations, "PARTY"] : relations;
};

export const peopleRelations: Record<string, RelationFinder> = {
  Agency: ofAgency,
  Invitation: leading,
  ServiceAccount: leading,
  ServiceToken: leading,
};
