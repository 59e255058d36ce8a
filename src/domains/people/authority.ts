import { ForbiddenError, UnauthenticatedError } from "../../platform/errors/index";
import type { RequestContext } from "../access/index";
import { type Actor, holdsRole, isAdministrator, leadsAgency, Role } from "../identity/index";

/** Who asks, when, and in which request: what a change and its entry in the trail need. */
export type Asking = Pick<RequestContext, "actor" | "now" | "requestId">;

/** Where a membership, an invitation or a service account belongs: an agency, or the partnership as a whole. */
export interface Place {
  partnershipId: string;
  agencyId: string | null;
}

/** Roles that are bound to an agency. */
export const AGENCY_ROLES: readonly Role[] = [Role.AGENCY_VIEWER, Role.AGENCY_CONTRIBUTOR, Role.AGENCY_LEAD];
/** Roles of the whole partnership that somebody can be invited to, and those of them to which an officer invites. */
export const PARTNERSHIP_ROLES: readonly Role[] = [
  Role.PARTNERSHIP_OFFICER,
  Role.PARTNERSHIP_CHAIR,
  Role.SCRUTINY_MEMBER,
  Role.INSPECTOR,
];
export const OFFICER_INVITES: readonly Role[] = [Role.PARTNERSHIP_OFFICER, Role.SCRUTINY_MEMBER, Role.INSPECTOR];

/** Whether the actor keeps the service accounts of a place: its lead the agency's, an officer the partnership's. */
export const keepsAccounts = (actor: Actor, { partnershipId, agencyId }: Place): boolean =>
  agencyId === null ? holdsRole(actor, partnershipId, Role.PARTNERSHIP_OFFICER) : leadsAgency(actor, agencyId);

/** Whether the actor manages the people of a place: who keeps its accounts, and platform administrators everywhere. */
export const managesPeople = (actor: Actor, place: Place): boolean =>
  keepsAccounts(actor, place) || isAdministrator(actor);

/** Whether a service account asks: it manages nobody, whatever it acts for. */
export const isService = ({ token, memberships }: Actor): boolean =>
  token !== null || (memberships.length > 0 && memberships.every(({ role }) => role === Role.INTEGRATOR));

/** Refuses whoever does not manage the people of the place; `field` names the input that said which place. */
export function requireManager(actor: Actor, place: Place, field: readonly string[]): void {
  if (managesPeople(actor, place)) return;
  throw new ForbiddenError(
    place.agencyId === null
      ? "The people of the partnership as a whole are managed by its officers."
      : "The people of an agency are managed by its own lead. Ask that lead.",
    field,
  );
}

/** Refuses whoever does not keep the service accounts of the place. */
export function requireKeeper(actor: Actor, place: Place, field: readonly string[]): void {
  if (keepsAccounts(actor, place)) return;
  throw new ForbiddenError(
    place.agencyId === null
      ? "Service accounts of the partnership as a whole are kept by its officers."
      : "Service accounts of an agency are kept by its own lead. Ask that lead.",
    field,
  );
}

/** The id of the person who asks. */
export function personOf({ person }: Actor): string {
  if (person === null) throw new UnauthenticatedError();
  return person;
}
