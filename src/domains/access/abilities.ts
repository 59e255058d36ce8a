import { type Actor, holdsRole, Role } from "../identity/index";
import type { Relation } from "./policy";

/** What an action is to somebody who might do something with it. */
export interface ActionFacts {
  partnershipId: string;
  /** Signed off or superseded: nothing more is reported of it. */
  closed: boolean;
  /** Whether its by-when names a day that could be moved. */
  dated: boolean;
}

/**
 * What the actor can do with an action, from role, relation and the action's state (design: roles and what they add).
 * The services that do these things ask the same functions.
 */
export const actionAbilities = (actor: Actor, action: ActionFacts, relations: readonly Relation[]) => {
  const holds = (...roles: Role[]) => holdsRole(actor, action.partnershipId, ...roles);
  const named = relations.includes("LEAD") || relations.includes("CONTRIBUTOR");
  return {
    submitProgressUpdate: !action.closed && named && holds(Role.AGENCY_CONTRIBUTOR, Role.AGENCY_LEAD),
    requestDateRevision: !action.closed && action.dated && relations.includes("LEAD") && holds(Role.AGENCY_LEAD),
    raiseChallenge: holds(Role.AGENCY_LEAD, Role.PARTNERSHIP_OFFICER, Role.PARTNERSHIP_CHAIR),
  };
};
