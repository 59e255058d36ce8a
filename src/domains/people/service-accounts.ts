import { randomUUID } from "node:crypto";
import { DateTime } from "luxon";
import { endOfLondonDay, londonDay } from "../../platform/clock";
import { Secret } from "../../platform/config/index";
import { BadInputError, ConflictError, NotFoundError } from "../../platform/errors/index";
import { mintServiceToken } from "../../platform/http/service-tokens";
import { record, type Send } from "../audit/index";
import { DRAFTING_SCOPES, Role, Scope, SERVICE_ACCOUNT_ISSUER } from "../identity/index";
import { type Asking, personOf, type Place, requireKeeper } from "./authority";
import { labelOf, type NamedPlace, placeField } from "./place";

/** A service account as it is asked for. */
export interface NewAccount extends NamedPlace {
  label: string;
  actsFor: Role;
  scopes: Scope[];
  /** Last London day on which its first token holds. */
  expiresOn: string;
}

/** A service account with its new token, which is kept nowhere. */
export interface MintedAccount {
  id: string;
  token: Secret;
}

/** Most days that a token may hold. */
export const LONGEST_TOKEN_DAYS = 400;
/** Most hours for which an old token may go on beside the new one. */
export const LONGEST_OVERLAP_HOURS = 168;

/** Roles that a service account of an agency, or of a partnership, may act for. */
const ACTS_FOR_AGENCY: readonly Role[] = [Role.AGENCY_VIEWER, Role.AGENCY_CONTRIBUTOR];
const ACTS_FOR_PARTNERSHIP: readonly Role[] = [Role.PARTNERSHIP_OFFICER, Role.SCRUTINY_MEMBER];

/**
 * Makes a service account with its first token.
 *
 * @throws {ForbiddenError} where the caller does not keep the service accounts of that place.
 * @throws {BadInputError} where role, scopes or days make no sense.
 */
export async function createAccount(
  send: Send,
  asking: Asking,
  place: Place,
  account: NewAccount,
): Promise<MintedAccount> {
  requireKeeper(asking.actor, place, placeField(account));
  const scopes = [...new Set(account.scopes)];
  requireFitting(place, account.actsFor, scopes);
  const label = labelOf(account.label);
  const expiresAt = expiryOf(asking, account.expiresOn);
  const id = randomUUID();
  await send("select set_config('app.service_account', $1, true)", [id]);
  await send("insert into person (id, issuer, subject, label) values ($1, $2, $3, $4)", [
    id,
    SERVICE_ACCOUNT_ISSUER,
    id,
    label,
  ]);
  await send(
    `insert into membership (person_id, partnership_id, agency_id, role, acts_for, scopes, valid_from)
     values ($1, $2, $3, 'INTEGRATOR', $4, $5, $6)`,
    [id, place.partnershipId, place.agencyId, account.actsFor, scopes, londonDay(asking.now)],
  );
  const token = await mint(send, asking, place.partnershipId, id, expiresAt);
  await recorded(send, asking, "createServiceAccount", place, id, { actsFor: account.actsFor, scopes });
  return { id, token };
}

function requireFitting({ agencyId }: Place, actsFor: Role, scopes: readonly Scope[]): void {
  const fitting = agencyId === null ? ACTS_FOR_PARTNERSHIP : ACTS_FOR_AGENCY;
  if (!fitting.includes(actsFor))
    throw new BadInputError(
      `A service account of ${agencyId === null ? "a partnership" : "an agency"} acts for ${fitting.join(" or ")}.`,
      ["input", "actsFor"],
    );
  if (scopes.length === 0)
    throw new BadInputError("Name the scopes that it needs: without any it can read nothing.", ["input", "scopes"]);
  if (scopes.includes(Scope.WRITE_REPORTING) && actsFor !== Role.AGENCY_CONTRIBUTOR)
    throw new BadInputError("WRITE_REPORTING goes with AGENCY_CONTRIBUTOR alone.", ["input", "scopes"]);
  const missing = DRAFTING_SCOPES.filter((scope) => !scopes.includes(scope));
  if (scopes.includes(Scope.WRITE_REPORTING) && missing.length > 0)
    throw new BadInputError(
      `WRITE_REPORTING writes nothing by itself: a draft is about an action, and is answered as it stands. Add ${missing.join(" and ")}.`,
      ["input", "scopes"],
    );
}

/** The end of a token's last day, which is neither past nor too far off. */
function expiryOf({ now }: Asking, expiresOn: string): Date {
  const today = DateTime.fromISO(londonDay(now), { zone: "utc" });
  const days = DateTime.fromISO(expiresOn, { zone: "utc" }).diff(today, "days").days;
  if (days < 0 || days > LONGEST_TOKEN_DAYS)
    throw new BadInputError(
      `expiresOn is the token's last day: from today, and at most ${LONGEST_TOKEN_DAYS} days from it.`,
      ["input", "expiresOn"],
    );
  return endOfLondonDay(expiresOn);
}

async function mint(send: Send, { actor, now }: Asking, partnershipId: string, id: string, expiresAt: Date) {
  const { token, prefix, hash } = mintServiceToken();
  await send(
    `insert into service_token (partnership_id, person_id, prefix, secret_hash, created_by, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [partnershipId, id, prefix, hash, personOf(actor), now, expiresAt],
  );
  return new Secret(token);
}

interface Kept extends Place {
  id: string;
  membershipId: string;
  endedAt: Date | null;
}

/** The account, held against others who change it at the same moment. */
async function kept(send: Send, { actor }: Asking, id: string | null): Promise<Kept> {
  const account = `select m.person_id as id, m.id as "membershipId", m.partnership_id as "partnershipId", m.agency_id as "agencyId", m.ended_at as "endedAt"
    from membership m join person p on p.id = m.person_id
    where m.person_id = $1 and m.role = 'INTEGRATOR' and p.issuer = $2`;
  const [found] = await send<Kept>(account, [id, SERVICE_ACCOUNT_ISSUER]);
  if (!found) throw new NotFoundError();
  requireKeeper(actor, found, ["input", "serviceAccount"]);
  const [locked] = await send<Kept>(`${account} for update of m`, [id, SERVICE_ACCOUNT_ISSUER]);
  return locked ?? found;
}

/**
 * Gives the account a new token; those that it had hold for `overlapHours` more at the most, and not at all where that is 0.
 *
 * @throws {NotFoundError} where there is no such account that the caller may see.
 * @throws {ForbiddenError} where the caller does not keep it.
 * @throws {ConflictError} where the account has ended.
 */
export async function rotate(
  send: Send,
  asking: Asking,
  id: string | null,
  { overlapHours, expiresOn }: { overlapHours: number; expiresOn: string },
): Promise<MintedAccount> {
  const account = await kept(send, asking, id);
  if (account.endedAt !== null)
    throw new ConflictError("That service account has ended. Make another one.", ["input", "serviceAccount"]);
  if (!Number.isInteger(overlapHours) || overlapHours < 0 || overlapHours > LONGEST_OVERLAP_HOURS)
    throw new BadInputError(`overlapHours must be from 0 to ${LONGEST_OVERLAP_HOURS}.`, ["input", "overlapHours"]);
  const expiresAt = expiryOf(asking, expiresOn);
  const { now } = asking;
  if (overlapHours === 0) await revokeAll(send, asking, account.id);
  else
    await send(
      "update service_token set expires_at = least(expires_at, $2::timestamptz) where person_id = $1 and revoked_at is null and expires_at > $3",
      [account.id, new Date(now.getTime() + overlapHours * 3_600_000), now],
    );
  const token = await mint(send, asking, account.partnershipId, account.id, expiresAt);
  await recorded(send, asking, "rotateServiceToken", account, account.id, { overlapHours });
  return { id: account.id, token };
}

/**
 * Revokes the token of that prefix at once.
 *
 * @throws {NotFoundError} where the account or the token is not there.
 * @throws {ConflictError} where it was revoked before.
 */
export async function revokeToken(send: Send, asking: Asking, id: string | null, prefix: string): Promise<string> {
  const account = await kept(send, asking, id);
  const tokens = await send<{ revokedAt: Date | null }>(
    `select revoked_at as "revokedAt" from service_token where person_id = $1 and prefix = $2`,
    [account.id, prefix],
  );
  if (tokens.length === 0) throw new NotFoundError();
  if (tokens.every(({ revokedAt }) => revokedAt !== null))
    throw new ConflictError("That token was revoked before.", ["input", "prefix"]);
  await send("update service_token set revoked_at = $3 where person_id = $1 and prefix = $2 and revoked_at is null", [
    account.id,
    prefix,
    asking.now,
  ]);
  await recorded(send, asking, "revokeServiceToken", account, account.id, { prefix });
  return account.id;
}

/** Ends an account and all its tokens at once. Errors are those of `rotate`. */
export async function endAccount(send: Send, asking: Asking, id: string | null): Promise<string> {
  const account = await kept(send, asking, id);
  if (account.endedAt !== null)
    throw new ConflictError("That service account has ended already.", ["input", "serviceAccount"]);
  await send("update membership set ended_at = $2, ended_by = $3 where id = $1", [
    account.membershipId,
    asking.now,
    personOf(asking.actor),
  ]);
  await revokeAll(send, asking, account.id);
  await recorded(send, asking, "endServiceAccount", account, account.id, {});
  return account.id;
}

const revokeAll = (send: Send, { now }: Asking, id: string) =>
  send("update service_token set revoked_at = $2 where person_id = $1 and revoked_at is null", [id, now]);

const recorded = (send: Send, asking: Asking, kind: string, place: Place, id: string, detail: object) =>
  record(send, asking, {
    kind,
    partnershipId: place.partnershipId,
    subjectType: "ServiceAccount",
    subjectId: id,
    detail: { agency: place.agencyId, ...detail },
  });
