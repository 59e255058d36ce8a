import type { Credential, RequestDatabase } from "../../platform/database/request-database";
import { UnauthenticatedError } from "../../platform/errors/index";
import { Role, type Scope } from "./role";

/** What a membership gives on this day: `agencies` are the agency itself and the collectives it is a member of. */
export interface HeldMembership {
  id: string;
  partnership: string | null;
  agency: string | null;
  sector: string | null;
  role: Role;
  /** The role that a service account acts for; null for people. */
  actsFor: Role | null;
  /** What a service account is cut down to; null where nothing is. */
  scopes: Scope[] | null;
  agencies: string[];
}

/** A field grant in force that bears on the actor, through some of its memberships. */
export interface HeldGrant {
  id: string;
  partnership: string;
  type: string;
  field: string;
  operation: "READ" | "WRITE";
  effect: "ALLOW" | "DENY";
  /** What the actor must be to the row for it to bear; null: whatever it is. */
  relation: "LEAD" | "CONTRIBUTOR" | "AUTHOR" | "PARTY" | "PARTNER" | null;
  reason: string;
  expiresOn: string | null;
  /** The instant from which on it bears. */
  grantedAt: string;
  /** The instant from which on it bears no more: of one that has ended. */
  endedAt: string | null;
  /** Ids of the actor's memberships through which it comes. */
  memberships: readonly string[];
}

/** Who is asking and what they hold, as the database says for this request. `person` null is the public. */
export interface Actor {
  person: string | null;
  label: string | null;
  memberships: readonly HeldMembership[];
  grants: readonly HeldGrant[];
  /** Denials that bore on the actor once and have ended: what they withheld then they withhold of how things stood then. */
  endedDenials: readonly HeldGrant[];
  /** A service account's scopes; null for people and where nothing is cut down. */
  scopes: readonly Scope[] | null;
  /** The service token that was borne, if one was, and when it was last noted as used. */
  token: { id: string; lastUsedAt: Date | null } | null;
}

/** The public: whoever carries no credential. */
export const ANONYMOUS: Actor = {
  person: null,
  label: null,
  memberships: [],
  grants: [],
  endedDenials: [],
  scopes: null,
  token: null,
};

/** What `app.enter` and `app.enter_with_token` answer. */
interface Entered {
  person: string | null;
  label: string | null;
  memberships: HeldMembership[];
  grants: HeldGrant[];
  /** Not said of the public. */
  endedDenials?: HeldGrant[];
  token?: string;
  tokenLastUsedAt?: string | null;
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

/** The credential holds, and nobody here knows whose it is: an invitation may be taken up, and nothing else done. */
export class UnknownHereError extends UnauthenticatedError {
  constructor() {
    super("This account holds no membership of any partnership today. Ask your agency's lead or the business unit.");
  }
}

/**
 * Opens the request's snapshot as whoever asks. Somebody whom nobody here knows, or whose last membership has ended, is
 * refused: a leaver's next request fails, and so does that of a token that was revoked or has expired.
 */
export async function enterAs(db: RequestDatabase, credential: Credential | null): Promise<Actor> {
  return actorOf(await db.enter(), credential);
}

/** Who asks, by what the database says that they hold; the same refusals as `enterAs`. */
function actorOf(said: string | null, credential: Credential | null): Actor {
  const entered = said === null ? null : (JSON.parse(said) as Entered);
  if (!entered && credential && "tokenHash" in credential)
    throw new UnauthenticatedError("The token was not accepted: it is unknown, revoked or expired. Ask for a new one.");
  if (!entered || (credential && entered.memberships.length === 0)) throw new UnknownHereError();
  const { person, label, memberships, grants, endedDenials = [], token, tokenLastUsedAt } = entered;
  return {
    person,
    label,
    memberships,
    grants,
    endedDenials,
    scopes: memberships.find(({ scopes }) => scopes)?.scopes ?? null,
    token: token ? { id: token, lastUsedAt: tokenLastUsedAt ? new Date(tokenLastUsedAt) : null } : null,
  };
}

/**
 * The actor for whom rows are read as they were known at an instant, under the stricter of the permissions of that day and
 * today's: of what is allowed today, what was allowed then; and all that is denied today or was then. What somebody holds is
 * asked of today: an agency's and a role's rights are looked at on both days, whoever has them (docs/as-of.md).
 */
export function actorAsOf(actor: Actor, instant: Date): Actor {
  const { grants, endedDenials } = actor;
  if (grants.length === 0 && endedDenials.length === 0) return actor;
  const bore = ({ grantedAt, endedAt }: HeldGrant) =>
    new Date(grantedAt) <= instant && (endedAt === null || instant < new Date(endedAt));
  return {
    ...actor,
    grants: [...grants.filter((grant) => grant.effect === "DENY" || bore(grant)), ...endedDenials.filter(bore)],
  };
}

/** What the database said of somebody, and who that is. */
export interface KnownActor {
  said: string;
  actor: Actor;
}

/** Callers of whom it is remembered what the database last said of them; the one not heard of the longest goes first. */
const MOST_KNOWN = 1_000;

/**
 * What the database last said of each caller. It is never believed: whoever goes by it asks again in the statement that it
 * goes with, and holds the one against the other.
 */
export class KnownActors {
  private readonly known = new Map<string, KnownActor>();

  of(credential: Credential | null): KnownActor | null {
    return this.known.get(nameOf(credential)) ?? null;
  }

  /**
   * Remembers what was said of a caller.
   *
   * @throws what `enterAs` throws of somebody who may not enter.
   */
  keep(credential: Credential | null, said: string | null): KnownActor {
    const name = nameOf(credential);
    const known = this.known.get(name);
    this.known.delete(name);
    // who holds the same is the same: what was made ready for them stays so
    const one = known?.said === said ? known : { said: said ?? "", actor: actorOf(said, credential) };
    this.known.set(name, one);
    for (const [oldest] of this.known) {
      if (this.known.size <= MOST_KNOWN) break;
      this.known.delete(oldest);
    }
    return one;
  }
}

const nameOf = (credential: Credential | null) => JSON.stringify(credential);

/** What follows from the actor's memberships of a partnership, worked out once for each: every row of a page asks it. */
function onceFor<T>(work: (actor: Actor, partnershipId: string) => T): (actor: Actor, partnershipId: string) => T {
  const known = new WeakMap<Actor, Map<string, T>>();
  return (actor, partnershipId) => {
    let of = known.get(actor);
    if (!of) known.set(actor, (of = new Map<string, T>()));
    const found = of.get(partnershipId);
    if (found !== undefined) return found;
    const made = work(actor, partnershipId);
    of.set(partnershipId, made);
    return made;
  };
}

/** The actor's memberships of one partnership. */
export const membershipsIn = (actor: Actor, partnershipId: string) =>
  actor.memberships.filter(({ partnership }) => partnership === partnershipId);

/** Roles that the actor has in a partnership: its own, and those that a service account acts for. */
export const rolesIn = onceFor(
  (actor, partnershipId): ReadonlySet<Role> =>
    new Set(membershipsIn(actor, partnershipId).flatMap(({ role, actsFor }) => (actsFor ? [role, actsFor] : [role]))),
);

/** Whether the actor may see what this partnership has not published. */
export const isMember = onceFor((actor, partnershipId) =>
  membershipsIn(actor, partnershipId).some(
    ({ role, actsFor }) => memberRoles.has(role) && actsFor !== Role.SCRUTINY_MEMBER,
  ),
);

/** Whether the actor is officer, chair or inspector of this partnership, or a service account that acts for an officer. */
export const hasOversight = onceFor((actor, partnershipId) =>
  membershipsIn(actor, partnershipId).some(({ role, actsFor }) => oversightRoles.has(actsFor ?? role)),
);

/** Whether the actor itself holds one of the roles in this partnership; a service account holds INTEGRATOR alone. */
export const holdsRole = (actor: Actor, partnershipId: string, ...roles: Role[]) =>
  membershipsIn(actor, partnershipId).some(({ role }) => roles.includes(role));

/**
 * The actor as what it is for one agency alone or, with null, for the partnership: nobody does a thing with one agency's
 * role and another agency's part in it, or by a grant to another agency.
 */
export const actingFor = (actor: Actor, partnershipId: string, agencyId: string | null): Actor => {
  const memberships = membershipsIn(actor, partnershipId).filter(({ agency }) => agency === agencyId);
  const ids = new Set(memberships.map(({ id }) => id));
  return { ...actor, memberships, grants: actor.grants.filter((grant) => grant.memberships.some((id) => ids.has(id))) };
};

/** Each of what the actor may act as in a partnership; somebody who is nothing there acts as just that. */
export const standingsIn = onceFor((actor, partnershipId): readonly Actor[] => {
  const agencies = new Set(membershipsIn(actor, partnershipId).map(({ agency }) => agency));
  return [...(agencies.size > 0 ? agencies : [null])].map((agency) => actingFor(actor, partnershipId, agency));
});

/** Whether the actor leads this agency, and so manages its people and tokens. */
export const leadsAgency = (actor: Actor, agencyId: string) =>
  actor.memberships.some(({ agency, role }) => agency === agencyId && role === Role.AGENCY_LEAD);

/** Whether the actor administers the platform: sees partnerships and people everywhere, and no content. */
export const isAdministrator = (actor: Actor) => actor.memberships.some(({ role }) => role === Role.PLATFORM_ADMIN);

/** Agencies in whose name the actor reads in this partnership, with the collectives they are members of. */
export const agenciesOf = onceFor(
  (actor, partnershipId): ReadonlySet<string> =>
    new Set(membershipsIn(actor, partnershipId).flatMap(({ agencies }) => agencies)),
);

/** Agencies that the actor itself belongs to and reads for, without collectives. */
export const ownAgenciesOf = (actor: Actor) =>
  new Set(
    actor.memberships.flatMap(({ agency, actsFor }) => (agency && actsFor !== Role.SCRUTINY_MEMBER ? [agency] : [])),
  );
