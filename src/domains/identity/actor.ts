import type { RequestDatabase } from "../../platform/database/request-database";
import { UnauthenticatedError } from "../../platform/errors/index";
import { Role } from "./role";

/** What a membership gives on this day: `agencies` are the agency itself and the collectives it is a member of. */
export interface HeldMembership {
  partnership: string | null;
  agency: string | null;
  role: Role;
  agencies: string[];
}

/** Who is asking and what they hold, as the database says for this request. `person` null is the public. */
export interface Actor {
  person: string | null;
  label: string | null;
  memberships: readonly HeldMembership[];
}

/** Roles that see what a partnership has not published. */
const memberRoles = new Set([
  Role.AGENCY_VIEWER,
  Role.AGENCY_CONTRIBUTOR,
  Role.AGENCY_LEAD,
  Role.INTEGRATOR,
  Role.PARTNERSHIP_OFFICER,
  Role.PARTNERSHIP_CHAIR,
  Role.INSPECTOR,
]);
const oversightRoles = new Set([Role.PARTNERSHIP_OFFICER, Role.PARTNERSHIP_CHAIR, Role.INSPECTOR]);

/**
 * Opens the request's snapshot as whoever asks. Somebody whom nobody here knows, or whose last membership has ended, is
 * refused: a leaver's next request fails.
 */
export async function enterAs(db: RequestDatabase, signedIn: boolean): Promise<Actor> {
  const actor = await db.enter<Actor>();
  if (!actor || (signedIn && actor.memberships.length === 0))
    throw new UnauthenticatedError(
      "This account holds no membership of any partnership today. Ask your agency's lead or the business unit.",
    );
  return actor;
}

/** The actor's memberships of one partnership. */
export const membershipsIn = (actor: Actor, partnershipId: string) =>
  actor.memberships.filter(({ partnership }) => partnership === partnershipId);

/** Whether the actor may see what this partnership has not published. */
export const isMember = (actor: Actor, partnershipId: string) =>
  membershipsIn(actor, partnershipId).some(({ role }) => memberRoles.has(role));

/** Whether the actor is officer, chair or inspector of this partnership. */
export const hasOversight = (actor: Actor, partnershipId: string) =>
  membershipsIn(actor, partnershipId).some(({ role }) => oversightRoles.has(role));

/** Whether the actor holds one of the roles in this partnership. */
export const holdsRole = (actor: Actor, partnershipId: string, ...roles: Role[]) =>
  membershipsIn(actor, partnershipId).some(({ role }) => roles.includes(role));

/** Agencies in whose name the actor reads in this partnership, with the collectives they are members of. */
export const agenciesOf = (actor: Actor, partnershipId: string) =>
  new Set(membershipsIn(actor, partnershipId).flatMap(({ agencies }) => agencies));

/** Agencies that the actor itself belongs to, without collectives. */
export const ownAgenciesOf = (actor: Actor) =>
  new Set(actor.memberships.flatMap(({ agency }) => (agency ? [agency] : [])));
