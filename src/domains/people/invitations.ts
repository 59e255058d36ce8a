import { randomBytes } from "node:crypto";
import { DateTime } from "luxon";
import { londonDay } from "../../platform/clock";
import { Secret } from "../../platform/config/index";
import type { Subject } from "../../platform/database/request-database";
import { BadInputError, ConflictError, DomainError, ForbiddenError, NotFoundError } from "../../platform/errors/index";
import { sha256 } from "../../platform/http/service-tokens";
import { record, type Send } from "../audit/index";
import { isAdministrator, Role } from "../identity/index";
import {
  AGENCY_ROLES,
  type Asking,
  OFFICER_INVITES,
  PARTNERSHIP_ROLES,
  personOf,
  type Place,
  requireManager,
} from "./authority";
import { labelOf, type NamedPlace, placeField } from "./place";

/** What is offered to whoever bears the code: days are London days, both of them included. */
export interface Offer extends NamedPlace {
  role: Role;
  label: string;
  validFrom?: string | null;
  validTo?: string | null;
  expiresInDays: number;
}

/** Most days that a code may hold. */
const LONGEST_OFFER_DAYS = 90;

/** A code that opens nothing answers one thing, whatever the reason: which codes there were is nobody's business. */
class NoSuchInvitationError extends DomainError {
  constructor() {
    super(
      "NOT_FOUND",
      "This code opens nothing: it is mistyped, taken up already, withdrawn or expired. Ask whoever sent it for another.",
      ["input", "code"],
    );
  }
}

/**
 * Makes an invitation and gives its id and its code, which is kept nowhere.
 *
 * @throws {ForbiddenError} where the caller does not manage the people of that place, or may not offer that role.
 * @throws {BadInputError} where the offer makes no sense.
 */
export async function invite(send: Send, asking: Asking, place: Place, offer: Offer): Promise<MadeInvitation> {
  const { now, actor } = asking;
  requireManager(actor, place, placeField(offer));
  requireFitting(asking, place, offer.role);
  const validFrom = offer.validFrom ?? londonDay(now);
  const validTo = offer.validTo ?? null;
  requireDays(asking, offer.role, validFrom, validTo);
  if (!Number.isInteger(offer.expiresInDays) || offer.expiresInDays < 1 || offer.expiresInDays > LONGEST_OFFER_DAYS)
    throw new BadInputError(`expiresInDays must be from 1 to ${LONGEST_OFFER_DAYS}.`, ["input", "expiresInDays"]);
  const label = labelOf(offer.label);
  const code = `gti_${randomBytes(32).toString("base64url")}`;
  const [made] = await send<{ id: string }>(
    `insert into invitation (partnership_id, agency_id, role, label, valid_from, valid_to, code_hash, invited_by, invited_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id`,
    [
      place.partnershipId,
      place.agencyId,
      offer.role,
      label,
      validFrom,
      validTo,
      sha256(code),
      personOf(actor),
      now,
      DateTime.fromJSDate(now, { zone: "Europe/London" }).plus({ days: offer.expiresInDays }).toJSDate(),
    ],
  );
  if (!made) throw new Error("an invitation was added and not given back");
  await record(send, asking, {
    kind: "invitePerson",
    partnershipId: place.partnershipId,
    subjectType: "Invitation",
    subjectId: made.id,
    detail: { role: offer.role, agency: place.agencyId },
  });
  return { id: made.id, code: new Secret(code) };
}

export interface MadeInvitation {
  id: string;
  code: Secret;
}

function requireFitting({ actor }: Asking, { agencyId }: Place, role: Role): void {
  const field = ["input", "role"];
  if (role === Role.INTEGRATOR || role === Role.PLATFORM_ADMIN)
    throw new BadInputError(
      role === Role.INTEGRATOR
        ? "Nobody is invited as INTEGRATOR: make a service account with createServiceAccount."
        : "Nobody is invited as PLATFORM_ADMIN: the operator makes one at the command line.",
      field,
    );
  const fitting = agencyId === null ? PARTNERSHIP_ROLES : AGENCY_ROLES;
  if (!fitting.includes(role))
    throw new BadInputError(
      agencyId === null ? `${role} is a role in an agency: name the agency.` : `${role} is a role of the partnership.`,
      field,
    );
  if (agencyId === null && !isAdministrator(actor) && !OFFICER_INVITES.includes(role))
    throw new ForbiddenError(`An officer invites nobody as ${role}: a platform administrator does.`, field);
}

function requireDays({ now }: Asking, role: Role, validFrom: string, validTo: string | null): void {
  if (validFrom < londonDay(now))
    throw new BadInputError("validFrom is the first day of the membership: not before today.", ["input", "validFrom"]);
  if (role === Role.INSPECTOR && validTo === null)
    throw new BadInputError("An inspector's access ends by a date: give validTo.", ["input", "validTo"]);
  if (validTo !== null && validTo < validFrom)
    throw new BadInputError("validTo is the last day of the membership: not before validFrom.", ["input", "validTo"]);
}

interface OpenInvitation extends Place {
  id: string;
  role: Role;
  label: string;
  validFrom: string;
  validTo: string | null;
  invitedBy: string;
}

/**
 * Takes up the invitation of that code for whoever is signed in, known here or not, and gives the membership's id. Of two
 * at the same moment one waits for the other and then finds nothing.
 *
 * @throws {DomainError} NOT_FOUND where the code opens nothing, whatever the reason.
 * @throws {ForbiddenError} where the caller sent the invitation.
 * @throws {ConflictError} where the caller holds that very membership; the invitation stays open.
 */
export async function accept(send: Send, asking: Asking, subject: Subject, code: string): Promise<string> {
  const hash = sha256(code).toString("hex");
  const { now } = asking;
  await send("select set_config('app.invitation', $1, true)", [hash]);
  const [invitation] = await send<OpenInvitation>(
    `select id, partnership_id as "partnershipId", agency_id as "agencyId", role, label, valid_from as "validFrom", valid_to as "validTo",
       invited_by as "invitedBy"
     from invitation
     where code_hash = decode($1, 'hex') and accepted_at is null and withdrawn_at is null and expires_at > $2 and (valid_to is null or valid_to >= $3)
     for update`,
    [hash, now, londonDay(now)],
  );
  if (!invitation) throw new NoSuchInvitationError();
  const { partnershipId, agencyId, role, validFrom, validTo } = invitation;
  const person = await known(send, subject, invitation.label);
  if (person === invitation.invitedBy)
    throw new ForbiddenError("An invitation is for somebody else than whoever sent it.", ["input", "code"]);
  const [held] = await send(
    `select 1 as one from membership
     where person_id = $1 and partnership_id = $2 and agency_id is not distinct from $3 and role = $4 and ended_at is null
       and (valid_to is null or valid_to >= $5) and ($6::date is null or valid_from <= $6)`,
    [person, partnershipId, agencyId, role, validFrom, validTo],
  );
  if (held) throw new ConflictError("You hold this membership already. Nothing was changed.", ["input", "code"]);
  await send("update invitation set accepted_at = $2, accepted_by = $3 where id = $1", [invitation.id, now, person]);
  const [made] = await send<{ id: string }>(
    `insert into membership (person_id, partnership_id, agency_id, role, valid_from, valid_to)
     values ($1, $2, $3, $4, $5, $6) returning id`,
    [person, partnershipId, agencyId, role, validFrom, validTo],
  );
  if (!made) throw new Error("a membership was added and not given back");
  const accepting = { ...asking, actor: { ...asking.actor, person } };
  await record(send, accepting, {
    kind: "acceptInvitation",
    partnershipId,
    subjectType: "Membership",
    subjectId: made.id,
    detail: { role, agency: agencyId, invitation: invitation.id },
  });
  return made.id;
}

/** The person whom the token vouches for, made with the invitation's label if nobody here knew them. */
async function known(send: Send, { issuer, subject }: Subject, label: string): Promise<string> {
  await send(
    "insert into person (issuer, subject, label) values ($1, $2, $3) on conflict (issuer, subject) do nothing",
    [issuer, subject, label],
  );
  const [person] = await send<{ id: string }>("select id from person where issuer = $1 and subject = $2", [
    issuer,
    subject,
  ]);
  if (!person) throw new Error("a person was added and cannot be read");
  await send("select set_config('app.person', $1, true)", [person.id]);
  return person.id;
}

/**
 * Withdraws an invitation that nobody has taken up.
 *
 * @throws {NotFoundError} where there is none that the caller may see.
 * @throws {ForbiddenError} where the caller does not manage the people of its place.
 * @throws {ConflictError} where it was taken up or withdrawn.
 */
export async function withdraw(send: Send, asking: Asking, id: string | null): Promise<string> {
  const [found] = await send<Place & { id: string }>(
    `select id, partnership_id as "partnershipId", agency_id as "agencyId" from invitation where id = $1`,
    [id],
  );
  if (!found) throw new NotFoundError();
  const field = ["input", "invitation"];
  requireManager(asking.actor, found, field);
  const withdrawn = await send(
    "update invitation set withdrawn_at = $2 where id = $1 and accepted_at is null and withdrawn_at is null returning id",
    [found.id, asking.now],
  );
  if (withdrawn.length === 0)
    throw new ConflictError(
      "It was taken up or withdrawn before. Where somebody has taken it up, end their membership.",
      field,
    );
  await record(send, asking, {
    kind: "withdrawInvitation",
    partnershipId: found.partnershipId,
    subjectType: "Invitation",
    subjectId: found.id,
  });
  return found.id;
}
