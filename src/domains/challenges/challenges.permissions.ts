import {
  holding,
  type Relation,
  type RelationFinder,
  relationToPartnership,
  type RequestContext,
} from "../access/index";
import { ownAgenciesOf, Role } from "../identity/index";
import type { ChallengeNote } from "./challenge.entity";

/** Row-level security shows a challenge, and what happened to it, to those who take part and to oversight alone. */
const toItsParties = ({ partnershipId }: { partnershipId: string }, { actor }: RequestContext): Relation[] => {
  const base = relationToPartnership(actor, partnershipId);
  return [base === "PARTNER" ? "PARTY" : base];
};

/** What the caller is to a challenge and to a party's notes on it. */
export const challengeRelations: Record<string, RelationFinder> = {
  Challenge: toItsParties,
  ChallengeEvent: toItsParties,
  ChallengeNote: ({ agencyId, partnershipId }: ChallengeNote, { actor }: RequestContext): Relation[] => {
    const base = relationToPartnership(actor, partnershipId);
    return ownAgenciesOf(actor).has(agencyId) ? [base, "AUTHOR"] : [base];
  },
};

const { AGENCY_CONTRIBUTOR, AGENCY_LEAD, PARTNERSHIP_CHAIR, PARTNERSHIP_OFFICER } = Role;
const officers = holding(PARTNERSHIP_OFFICER);
const writers = holding(AGENCY_LEAD, AGENCY_CONTRIBUTOR);
const leadsAndOversight = holding(AGENCY_LEAD, PARTNERSHIP_OFFICER, PARTNERSHIP_CHAIR);

/** Officers keep ladders; leads, officers and the chair challenge; the services say of which challenge, and at which stage. */
export const challengeOperations = {
  Mutation: {
    acknowledgeChallenge: writers,
    agreeResolution: leadsAndOversight,
    createLadder: officers,
    deadlockChallenge: holding(PARTNERSHIP_OFFICER, PARTNERSHIP_CHAIR),
    decideChallenge: leadsAndOversight,
    declineResolution: leadsAndOversight,
    escalateChallenge: leadsAndOversight,
    noteOnChallenge: writers,
    proposeResolution: leadsAndOversight,
    raiseChallenge: leadsAndOversight,
    recordLearning: leadsAndOversight,
    respondToChallenge: writers,
    retireLadder: officers,
    reviseLadder: officers,
    withdrawChallenge: leadsAndOversight,
  },
};
