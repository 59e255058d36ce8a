import { agenciesOf, type Actor, holdsRole, type HeldMembership, membershipsIn, Role } from "../identity/index";
import { ActedAs, ChallengeSide, RaisedAs } from "./challenge.entity";
import { DeciderKind } from "./ladder.entity";

const { AGENCY_CONTRIBUTOR, AGENCY_LEAD, PARTNERSHIP_CHAIR, PARTNERSHIP_OFFICER } = Role;

/** Roles that answer for their agency, and those that bind it. */
export const WRITERS: readonly Role[] = [AGENCY_LEAD, AGENCY_CONTRIBUTOR];
export const LEADS: readonly Role[] = [AGENCY_LEAD];

/** As what somebody acts on a challenge. */
export interface By {
  as: ActedAs;
  agencyId: string | null;
}

/** What of a challenge says who may do what with it. */
export interface Sides {
  partnershipId: string;
  raisedAs: RaisedAs;
  /** The agency that raised it and the one that is challenged, each with whichever took over from it. */
  raiser: readonly string[];
  answerer: readonly string[];
  /** Agencies named as taking part, and those whose post or board decides a stage that it has come to. */
  involved: readonly string[];
  deciding: readonly string[];
  stageNumber: number;
  lastStage: number;
  deciderKind: DeciderKind;
  deciderRole: Role | null;
  /** The agency of the post that decides, or that chairs the board that does; null where there is none. */
  deciderAgency: string | null;
  /** Whichever that agency speaks for: itself, its collectives, those that it took over from. */
  deciderSpeaksFor: readonly string[];
  /** Who decides, in the ladder's words. */
  decider: string;
}

const speaks = ({ agencies }: HeldMembership, among: readonly string[]) => agencies.some((id) => among.includes(id));

/** The first of the actor's agencies, held in one of the roles, that speaks for one of these. */
function agencyAmong(actor: Actor, partnershipId: string, among: readonly string[], roles: readonly Role[]): By | null {
  const found = membershipsIn(actor, partnershipId).find(
    (held) => held.agency !== null && roles.includes(held.role) && speaks(held, among),
  );
  return found ? { as: ActedAs.AGENCY, agencyId: found.agency } : null;
}

/** As officer or chair of the partnership; null where the actor is neither. */
export function overseeing(actor: Actor, partnershipId: string): By | null {
  if (holdsRole(actor, partnershipId, PARTNERSHIP_OFFICER)) return { as: ActedAs.OFFICER, agencyId: null };
  if (holdsRole(actor, partnershipId, PARTNERSHIP_CHAIR)) return { as: ActedAs.CHAIR, agencyId: null };
  return null;
}

/** The same; null where the actor's own agency is the one that is challenged: nobody closes what runs against themselves. */
export const overseeingAsNoParty = (actor: Actor, { partnershipId, answerer }: Sides): By | null =>
  isOf(actor, partnershipId, answerer) ? null : overseeing(actor, partnershipId);

const isOf = (actor: Actor, partnershipId: string, agencies: readonly string[]): boolean =>
  [...agenciesOf(actor, partnershipId)].some((id) => agencies.includes(id));

/** As what the actor speaks for one side; what no agency has raised, officers and the chair hold. Null where it does not. */
export function speakingFor(
  actor: Actor,
  sides: Sides,
  side: ChallengeSide.RAISER | ChallengeSide.ANSWERER,
  roles: readonly Role[],
): By | null {
  const { partnershipId, raiser, answerer } = sides;
  if (side === ChallengeSide.ANSWERER) return agencyAmong(actor, partnershipId, answerer, roles);
  return raiser.length > 0 ? agencyAmong(actor, partnershipId, raiser, roles) : overseeingAsNoParty(actor, sides);
}

/** As what the actor takes part in it at all, for its agency. */
export const takingPart = (actor: Actor, { partnershipId, raiser, answerer, involved, deciding }: Sides): By | null =>
  agencyAmong(actor, partnershipId, [...raiser, ...answerer, ...involved, ...deciding], WRITERS);

/** Who decides at a stage. */
interface Deciders {
  /** In the place of an agency that is party, of a post of no agency, and at the last stage in any case. */
  chair: boolean;
  /** As such, or recording what a board decided. */
  officers: boolean;
  /** The post's agency, or that which chairs the board; null where there is none or it is party. */
  agencyId: string | null;
}

/** Who decides at the stage at which a challenge is; nobody where the two sides agree there, or it goes on. */
export function decidersOf(sides: Sides): Deciders | null {
  const { deciderKind, deciderRole, deciderAgency, deciderSpeaksFor, raisedAs } = sides;
  const last = sides.stageNumber === sides.lastStage;
  if (deciderKind === DeciderKind.PARTIES && !last) return null;
  const parties = partiesOf(sides);
  const partial = deciderSpeaksFor.some((id) => parties.includes(id));
  // what a board decided officers record
  const officersDecide = deciderRole === PARTNERSHIP_OFFICER || deciderKind === DeciderKind.BOARD;
  const chairDecides =
    last ||
    partial ||
    deciderRole === PARTNERSHIP_CHAIR ||
    (officersDecide && raisedAs === RaisedAs.OFFICER) ||
    (deciderKind === DeciderKind.POST && deciderAgency === null);
  // whoever raised it is a party, and no party decides
  return {
    chair: chairDecides && raisedAs !== RaisedAs.CHAIR,
    officers: officersDecide && raisedAs !== RaisedAs.OFFICER,
    agencyId: partial ? null : deciderAgency,
  };
}

const partiesOf = ({ raiser, answerer, involved }: Sides): string[] => [...raiser, ...answerer, ...involved];

/** Those who have to act next, as they are told of it. */
export interface Asked {
  agencyIds: readonly string[];
  roles: readonly Role[];
}

/** Who has to act where it is a side's turn: its agencies, or the roles that hold it. */
export function askedOf(sides: Sides, side: ChallengeSide): Asked {
  if (side === ChallengeSide.ANSWERER) return { agencyIds: sides.answerer, roles: [] };
  if (side === ChallengeSide.RAISER && sides.raiser.length > 0) return { agencyIds: sides.raiser, roles: [] };
  if (side === ChallengeSide.RAISER) return { agencyIds: [], roles: [PARTNERSHIP_OFFICER, PARTNERSHIP_CHAIR] };
  const { chair, officers, agencyId } = decidersOf(sides) ?? { chair: false, officers: false, agencyId: null };
  // where nobody decides, an officer calls it deadlocked
  const nobody = !chair && agencyId === null;
  return {
    agencyIds: agencyId === null ? [] : [agencyId],
    roles: [...(officers || nobody ? [PARTNERSHIP_OFFICER] : []), ...(chair ? [PARTNERSHIP_CHAIR] : [])],
  };
}

/** As what the actor decides, or why it does not. */
export type Deciding = { by: By; refused?: undefined } | { by?: undefined; refused: string };

const CHAIR_INSTEAD = "the chair of the partnership decides instead";
const NOBODY_INSTEAD =
  "an officer says that it is deadlocked instead, and the partners' chief officers settle it between them";

/**
 * As what the actor decides at the stage: the role, the post's or the board's agency, an officer who records what a board
 * decided, and the chair at the last stage or in the place of an agency that is party. Nobody whose agency is party decides.
 */
export function deciding(actor: Actor, sides: Sides): Deciding {
  const { partnershipId, deciderAgency, decider } = sides;
  const deciders = decidersOf(sides);
  if (!deciders)
    return {
      refused: `Nobody decides at stage ${sides.stageNumber}: the two sides agree, or it goes on to stage ${sides.stageNumber + 1}.`,
    };
  const parties = partiesOf(sides);
  const by =
    (deciders.chair && holdsRole(actor, partnershipId, PARTNERSHIP_CHAIR) && { as: ActedAs.CHAIR, agencyId: null }) ||
    (deciders.officers &&
      holdsRole(actor, partnershipId, PARTNERSHIP_OFFICER) && { as: ActedAs.OFFICER, agencyId: null }) ||
    (deciderAgency !== null && agencyAmong(actor, partnershipId, [deciderAgency], LEADS)) ||
    null;
  const holding = overseeing(actor, partnershipId);
  if (!by && holding && RaisedAs[holding.as as keyof typeof RaisedAs] === sides.raisedAs)
    return {
      refused: `You raised it, and no party decides: ${holding.as === ActedAs.CHAIR ? NOBODY_INSTEAD : CHAIR_INSTEAD}.`,
    };
  if (!by) return { refused: `At stage ${sides.stageNumber} it is decided by others: ${decider}.` };
  if (isOf(actor, partnershipId, parties)) {
    const others = deciders.chair ? CHAIR_INSTEAD : `others do (${decider})`;
    return {
      refused: `Your agency is a party to it, and no party decides: ${by.as === ActedAs.CHAIR ? NOBODY_INSTEAD : others}.`,
    };
  }
  return { by };
}
