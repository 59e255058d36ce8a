import { DateTime } from "luxon";
import { londonDay } from "../../platform/clock";
import { BadInputError, ConflictError, DomainError, ForbiddenError, NotFoundError } from "../../platform/errors/index";
import { record, type Send } from "../audit/index";
import { isAdministrator, Role } from "../identity/index";
import { type Asking, personOf, requireManager } from "./authority";

interface Held {
  id: string;
  personId: string;
  partnershipId: string | null;
  agencyId: string | null;
  role: Role;
  validFrom: string;
  validTo: string | null;
  endedAt: Date | null;
}

const HELD = `id, person_id as "personId", partnership_id as "partnershipId", agency_id as "agencyId", role,
  valid_from as "validFrom", valid_to as "validTo", ended_at as "endedAt"`;

/** An agency is never left without somebody who manages its people. */
class LastLeadError extends DomainError {
  constructor() {
    super(
      "LAST_LEAD",
      "This is the agency's last lead. Invite another lead first, and end this membership once they have accepted.",
      ["input", "membership"],
    );
  }
}

const holdsOn = ({ validFrom, validTo, endedAt }: Held, day: string) =>
  endedAt === null && validFrom <= day && (validTo === null || validTo >= day);

const dayAfter = (day: string) => DateTime.fromISO(day, { zone: "utc" }).plus({ days: 1 }).toISODate() ?? day;

/** The first day from `day` on that none of these memberships holds on; null where somebody always does. */
function firstBareDay(held: readonly Held[], day: string): string | null {
  for (let bare = day; ;) {
    const holding = held.filter((one) => holdsOn(one, bare));
    if (holding.length === 0) return bare;
    const ends = holding.map(({ validTo }) => validTo);
    if (ends.includes(null)) return null;
    bare = dayAfter(
      ends
        .map((end) => end ?? "")
        .sort()
        .at(-1) ?? bare,
    );
  }
}

/** Whether ending a lead's membership leaves the agency without one sooner than it would be. */
function leavesBare(leads: readonly Held[], target: Held, on: string | null, today: string): boolean {
  const others = leads.filter(({ id }) => id !== target.id);
  const before = firstBareDay(leads, today);
  const after = firstBareDay(on === null ? others : [...others, { ...target, validTo: on }], today);
  return after !== null && (before === null || after < before);
}

/**
 * Ends a membership: at once, or with the end of the London day `on`. The invitations that its holder sent from it, and
 * that nobody has taken up, end with it where it ends at once.
 *
 * @throws {NotFoundError} where there is none that the caller may see.
 * @throws {ForbiddenError} where the caller does not manage the people there, or has just ceased to.
 * @throws {ConflictError} where it has ended already.
 * @throws {DomainError} LAST_LEAD where the agency would be left without a lead.
 */
export async function endMembership(send: Send, asking: Asking, id: string | null, on: string | null): Promise<string> {
  const { actor, now } = asking;
  const today = londonDay(now);
  const [found] = await send<Held>(`select ${HELD} from membership where id = $1`, [id]);
  if (!found) throw new NotFoundError();
  const field = ["input", "membership"];
  if (found.partnershipId !== null)
    requireManager(actor, { partnershipId: found.partnershipId, agencyId: found.agencyId }, field);
  else if (!isAdministrator(actor))
    throw new ForbiddenError("Platform administrators are ended by one of their own.", field);

  if (found.role === Role.PARTNERSHIP_CHAIR && !isAdministrator(actor))
    throw new ForbiddenError(
      "A chair holds officers to account, and is no officer's to end: ask a platform administrator.",
      field,
    );

  // whoever manages this place is locked in one order, so that two who end each other take turns
  const managing = found.agencyId === null ? Role.PARTNERSHIP_OFFICER : Role.AGENCY_LEAD;
  const locked = await send<Held>(
    `select ${HELD} from membership
     where id = $1 or (partnership_id = $2 and agency_id is not distinct from $3 and role = $4 and ended_at is null)
     order by id for update`,
    [found.id, found.partnershipId, found.agencyId, managing],
  );
  const mine = locked.some((one) => one.personId === actor.person && one.role === managing && holdsOn(one, today));
  if (!mine && !isAdministrator(actor))
    throw new ForbiddenError("Your own membership has just ended: you may not do this any more.", field);
  const target = locked.find((one) => one.id === found.id);
  if (!target || target.endedAt !== null || (target.validTo !== null && target.validTo < today))
    throw new ConflictError("That membership has ended already.", field);
  requireEnd(target, on, today);
  const leads = locked.filter(({ role }) => role === Role.AGENCY_LEAD);
  if (target.role === Role.AGENCY_LEAD && leavesBare(leads, target, on, today)) throw new LastLeadError();

  if (on === null) {
    await send("update membership set ended_at = $2, ended_by = $3 where id = $1", [target.id, now, personOf(actor)]);
    await withdrawSent(send, asking, target, managing);
  } else {
    await send("update membership set valid_to = $2, ended_by = $3 where id = $1", [target.id, on, personOf(actor)]);
  }
  await record(send, asking, {
    kind: "endMembership",
    partnershipId: target.partnershipId,
    subjectType: "Membership",
    subjectId: target.id,
    detail: { role: target.role, agency: target.agencyId, on },
  });
  return target.id;
}

function requireEnd({ validFrom, validTo }: Held, on: string | null, today: string): void {
  if (on === null) return;
  const field = ["input", "on"];
  if (on < today || on < validFrom)
    throw new BadInputError("on is the last day of the membership: today or later. Leave it out to end it now.", field);
  if (validTo !== null && on > validTo)
    throw new BadInputError(`The membership ends on ${validTo} already; it can only end sooner.`, field);
}

async function withdrawSent(send: Send, { now }: Asking, sender: Held, managing: Role): Promise<void> {
  if (sender.role !== managing && sender.role !== Role.PLATFORM_ADMIN) return;
  await send(
    `update invitation set withdrawn_at = $2
     where invited_by = $1 and accepted_at is null and withdrawn_at is null
       and ($3::uuid is null or (partnership_id = $3 and agency_id is not distinct from $4::uuid))`,
    [sender.personId, now, sender.partnershipId, sender.agencyId],
  );
}
