import { londonDay } from "../../platform/clock";
import { BadInputError, DomainError, ForbiddenError, NotFoundError } from "../../platform/errors/index";
import { globalId, keyOf } from "../../platform/graphql/ids";
import { type CataloguedField, GRANTED_TO, grantProblem, type RequestContext } from "../access/index";
import { record } from "../audit/index";
import { holdsRole, Role } from "../identity/index";
import { partnershipLoaders } from "../partnership/index";
import { fieldGrantLoaders } from "./field-grant.loaders";
import type { GrantFieldAccessInput, RevokeFieldGrantInput } from "./field-grant.types";

/** Characters of a reason, at most. */
const LONGEST_REASON = 500;
/** Years for which a grant may be given, at most. */
const LONGEST_YEARS = 5;

/** What is checked of a grant and then written, column by column. */
interface NewGrant {
  agency_id: string | null;
  sector: string | null;
  role: string | null;
  relation: string | null;
  type: string;
  field: string;
  operation: string;
  effect: string;
}

/**
 * Makes a grant and its audit entry in one transaction; gives its key.
 *
 * @throws {NotFoundError} no such partnership for the caller. {ForbiddenError} the caller is no officer of it.
 * @throws {BadInputError} naming the input at fault. A CONFLICT where the same grant is in force.
 */
export async function grantFieldAccess(
  context: RequestContext,
  fields: readonly CataloguedField[],
  input: GrantFieldAccessInput,
): Promise<string> {
  const partnership = await context.use(partnershipLoaders).partnershipBySlug.load(input.partnership);
  if (!partnership) throw new NotFoundError();
  requireOfficer(context, partnership.id, ["input", "partnership"], "Only an officer of the partnership gives grants.");
  const agency = await agencyOf(context, partnership.id, input);
  const grant: NewGrant = { agency_id: agency, sector: input.sector ?? null, ...whatOf(fields, input) };
  const reason = reasonOf(input.reason);
  if (reason === null) throw new BadInputError("Say why, for those whom it concerns to read.", ["input", "reason"]);
  const expiresOn = lastDayOf(input.expiresOn ?? null, londonDay(context.now));

  const names = Object.keys(grant);
  const values = Object.values(grant) as (string | null)[];
  return context.db.write(async (send) => {
    // two officers at once: the second finds what the first gave
    await send("select pg_advisory_xact_lock(hashtextextended('field_grant ' || $1, 0))", [partnership.id]);
    const same = names.map((name, index) => `f.${name} is not distinct from $${index + 2}`).join(" and ");
    const [held] = await send<{ id: string }>(
      `select f.id from field_grant f where f.partnership_id = $1 and ${same} and f.revoked_at is null
         and coalesce(f.expires_on >= app.today(), true)`,
      [partnership.id, ...values],
    );
    if (held)
      throw new DomainError(
        "CONFLICT",
        `The same grant is in force already: ${globalId("FieldGrant", held.id)}. Revoke it first to give it another reason or end.`,
      );
    const [made] = await send<{ id: string }>(
      `insert into field_grant (partnership_id, ${names.join(", ")}, reason, expires_on, granted_by, granted_at)
       values ($1, ${names.map((_, index) => `$${index + 2}`).join(", ")}, $${names.length + 2}, $${names.length + 3}, $${names.length + 4}, $${names.length + 5})
       returning id`,
      [partnership.id, ...values, reason, expiresOn, context.actor.person, context.now],
    );
    if (!made) throw new Error("the grant was not written");
    const { type, field, ...detail } = grant;
    await record(send, context, {
      kind: "grantFieldAccess",
      partnershipId: partnership.id,
      subjectType: "FieldGrant",
      subjectId: made.id,
      detail: { ...detail, field: `${type}.${field}`, reason, expires_on: expiresOn },
    });
    return made.id;
  });
}

/**
 * Ends a grant, with its audit entry in the same transaction; gives its key.
 *
 * @throws {NotFoundError} no such grant for the caller. {ForbiddenError} the caller is no officer of its partnership.
 * @throws {DomainError} CONFLICT, where it is no longer in force.
 */
export async function revokeFieldGrant(context: RequestContext, input: RevokeFieldGrantInput): Promise<string> {
  const key = keyOf("FieldGrant", input.grant);
  const grant = key && (await context.use(fieldGrantLoaders).grantById.load(key));
  if (!grant) throw new NotFoundError();
  requireOfficer(
    context,
    grant.partnershipId,
    ["input", "grant"],
    "Only an officer of its partnership revokes a grant.",
  );
  const reason = reasonOf(input.reason ?? "");
  return context.db.write(async (send) => {
    const [ended] = await send<{ id: string }>(
      `update field_grant set revoked_by = $2, revoked_at = $3
       where id = $1 and revoked_at is null and coalesce(expires_on >= app.today(), true) returning id`,
      [grant.id, context.actor.person, context.now],
    );
    if (!ended)
      throw new DomainError(
        "CONFLICT",
        "This grant is no longer in force: it was revoked, or its last day has passed.",
      );
    await record(send, context, {
      kind: "revokeFieldGrant",
      partnershipId: grant.partnershipId,
      subjectType: "FieldGrant",
      subjectId: ended.id,
      detail: { field: `${grant.type}.${grant.field}`, effect: grant.effect, ...(reason !== null && { reason }) },
    });
    return ended.id;
  });
}

function requireOfficer({ actor }: RequestContext, partnershipId: string, field: string[], message: string): void {
  if (!holdsRole(actor, partnershipId, Role.PARTNERSHIP_OFFICER)) throw new ForbiddenError(message, field);
}

/** Key of the agency that the grant is for; null where it is for a sector. An agency of elsewhere is as one that is not. */
async function agencyOf(
  context: RequestContext,
  partnershipId: string,
  { agency: id = null, sector = null }: GrantFieldAccessInput,
): Promise<string | null> {
  const field = ["input", "agency"];
  if ((id === null) === (sector === null))
    throw new BadInputError("Say whom the grant is for: an agency or a sector, and not both.", field);
  if (id === null) return null;
  const key = keyOf("Agency", id);
  const agency = key && (await context.use(partnershipLoaders).agencyById.load(key));
  if (agency && agency.partnershipId === partnershipId) return agency.id;
  throw new BadInputError(
    "No agency of this partnership has that id: partnership { agencies { id name } } lists them.",
    field,
  );
}

/** The field and what is granted of it, once grants may say so. */
function whatOf(fields: readonly CataloguedField[], input: GrantFieldAccessInput) {
  const { role = null, relation = null, operation, effect } = input;
  if (role !== null && !GRANTED_TO.some((one) => one === role))
    throw new BadInputError(`A grant can be narrowed to ${GRANTED_TO.join(", ")}: roles that act for an agency.`, [
      "input",
      "role",
    ]);
  const { type, field } = fieldOf(input);
  const problem = grantProblem(fields, { type, field, operation, effect, relation });
  if (problem) throw new BadInputError(problem.message, ["input", problem.at]);
  return { role, relation, type, field, operation, effect };
}

function fieldOf(input: GrantFieldAccessInput): { type: string; field: string } {
  const [first = "", second, ...rest] = input.field.split(".");
  const type = second === undefined ? input.type : first;
  if (!type || rest.length > 0 || (input.type && input.type !== type))
    throw new BadInputError("Name the field with its type, once: ProgressUpdate.riskNote.", ["input", "field"]);
  return { type, field: second ?? first };
}

/** What PostgreSQL keeps neither as text nor in JSON: the character of code 0, and half a surrogate pair. */
const UNSTORABLE = /\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/** The reason without blanks around it; null where there is none. */
function reasonOf(text: string): string | null {
  const reason = text.trim();
  if (reason.length > LONGEST_REASON)
    throw new BadInputError(`A reason has ${LONGEST_REASON} characters at most; this has ${reason.length}.`, [
      "input",
      "reason",
    ]);
  if (UNSTORABLE.test(reason))
    throw new BadInputError("The reason holds a character that cannot be kept.", ["input", "reason"]);
  return reason === "" ? null : reason;
}

function lastDayOf(day: string | null, today: string): string | null {
  if (day === null) return null;
  const field = ["input", "expiresOn"];
  if (day < today)
    throw new BadInputError(`${day} has passed: a grant bears until its last day, today or later.`, field);
  const furthest = `${Number(today.slice(0, 4)) + LONGEST_YEARS}${today.slice(4)}`;
  if (day > furthest)
    throw new BadInputError(
      `${day} is more than ${LONGEST_YEARS} years away. Give it for less, and again when it is looked at; or without an end.`,
      field,
    );
  return day;
}
