import type { ObjectLiteral, ObjectType } from "typeorm";
import { londonDay } from "../../platform/clock";
import { columnsOf } from "../../platform/database/rows";
import { BadInputError, ConflictError, ForbiddenError, NotFoundError } from "../../platform/errors/index";
import { keyOf, requiredKey } from "../../platform/graphql/ids";
import type { Writer } from "../access/index";
import type { Send } from "../audit/index";
import { holdsRole, Role } from "../identity/index";

type Row = ObjectLiteral & { id: string; partnershipId: string };

/**
 * The row of that global id, read in the writing transaction.
 *
 * @throws {NotFoundError} where there is none that the caller may see.
 */
export async function inHand<R extends Row>(
  send: Send,
  { source }: Writer,
  entity: ObjectType<R>,
  id: string,
): Promise<R> {
  const { tableName, targetName } = source.getMetadata(entity);
  const key = keyOf(targetName, id);
  const [row] = key
    ? await send<R>(`select ${columnsOf(source, entity, "t")} from ${tableName} t where t.id = $1`, [key])
    : [];
  if (!row) throw new NotFoundError();
  return row;
}

const WHO: Readonly<Partial<Record<Role, string>>> = {
  [Role.PARTNERSHIP_OFFICER]: "an officer",
  [Role.PARTNERSHIP_CHAIR]: "the chair",
};

/** Refuses whoever holds none of the roles in the partnership that the row is of. */
export function requireRole({ actor }: Writer, partnershipId: string, field: string, ...roles: Role[]): void {
  if (!holdsRole(actor, partnershipId, ...roles))
    throw new ForbiddenError(`Only ${roles.map((role) => WHO[role]).join(" or ")} of the partnership does this.`, [
      "input",
      field,
    ]);
}

/**
 * The key of the partnership of that id, for one of its officers.
 *
 * @throws {NotFoundError} where there is none for the writer.
 * @throws {ForbiddenError} where the writer is no officer of it.
 */
export async function partnershipKept(send: Send, writer: Writer, id: string): Promise<string> {
  const partnershipId = keyOf("Partnership", id);
  const seen = await send("select 1 from partnership p where p.id = $1", [partnershipId]);
  if (!partnershipId || seen.length === 0) throw new NotFoundError();
  requireRole(writer, partnershipId, "partnership", Role.PARTNERSHIP_OFFICER);
  return partnershipId;
}

/** Refuses a change to another version than the one that the caller has read. */
export function requireVersion({ version }: { version: number }, expected: number | null | undefined): void {
  if (expected != null && expected !== version) throw movedOn(version);
}

const movedOn = (version: number | undefined) =>
  new ConflictError(
    `It was changed meanwhile: it is at version ${version ?? "unknown"}. Read it again.`,
    ["input", "expectedVersion"],
    version,
  );

/**
 * Changes columns of a row that stands as it was read, and moves its version on.
 *
 * @throws {ConflictError} with the version that it has now, where somebody was faster.
 */
export async function change(
  send: Send,
  table: string,
  { id, version }: { id: string; version: number },
  set: Readonly<Record<string, unknown>>,
): Promise<void> {
  const columns = Object.keys(set).map((column, index) => `${column} = $${index + 3}`);
  const changed = await send(
    `update ${table} set ${[...columns, "version = version + 1"].join(", ")} where id = $1 and version = $2 returning id`,
    [id, version, ...Object.values(set)],
  );
  if (changed.length > 0) return;
  const [now] = await send<{ version: number }>(`select t.version from ${table} t where t.id = $1`, [id]);
  throw movedOn(now?.version);
}

/** Adds a row and gives its key; null where one of the same unique key is there. */
export async function add(
  send: Send,
  table: string,
  values: Readonly<Record<string, unknown>>,
): Promise<string | null> {
  const columns = Object.keys(values);
  const [added] = await send<{ id: string }>(
    `insert into ${table} (${columns.join(", ")}) values (${columns.map((_, index) => `$${index + 1}`).join(", ")})
     on conflict do nothing returning id`,
    Object.values(values),
  );
  return added?.id ?? null;
}

/** The same where nothing can stand in the way. */
export async function added(send: Send, table: string, values: Readonly<Record<string, unknown>>): Promise<string> {
  const id = await add(send, table, values);
  if (id === null) throw new Error(`a row of ${table} was not added`);
  return id;
}

/** Number that the next row has among those of an owner; who numbers at the same moment waits. */
export async function nextNumber(send: Send, table: string, column: string, owner: string): Promise<number> {
  await send("select pg_advisory_xact_lock(hashtextextended($1, 0))", [`${table} of ${owner}`]);
  const [row] = await send<{ next: number }>(
    `select coalesce(max(t.number), 0) + 1 as next from ${table} t where t.${column} = $1`,
    [owner],
  );
  return row?.next ?? 1;
}

/** An agency, a post, or a post with the agency that it is in. */
export interface Whom {
  agency?: string | null;
  post?: string | null;
}

/**
 * The keys of whom an input names, in this partnership; of a post alone, with the agency that it is in.
 *
 * @throws {BadInputError} where the partnership has no such agency or post.
 */
export async function keysOf(
  send: Send,
  partnershipId: string,
  { agency, post }: Whom,
  at: readonly string[] = ["input"],
): Promise<{ agencyId: string | null; postId: string | null }> {
  const postId = post == null ? null : requiredKey("Post", post, [...at, "post"]);
  const named = agency == null ? null : requiredKey("Agency", agency, [...at, "agency"]);
  const [found] = await send<{ agency: string | null; post: string | null; in: string | null }>(
    `select (select g.id from agency g where g.id = $2 and g.partnership_id = $1) as agency, p.id as post, p.agency_id as in
     from (select 1) as one left join post p on p.id = $3 and p.partnership_id = $1`,
    [partnershipId, named, postId],
  );
  if (named !== null && !found?.agency)
    throw new BadInputError("agency names no agency of this partnership.", [...at, "agency"]);
  if (postId !== null && !found?.post)
    throw new BadInputError("post names no post of this partnership.", [...at, "post"]);
  return { agencyId: named ?? found?.in ?? null, postId };
}

/** A day that has come; today where none is given. */
export function dayThatHasCome({ now }: Writer, name: string, day: string | null | undefined): string {
  const today = londonDay(now);
  if (day != null && day > today)
    throw new BadInputError(`${name} is after today: only what has happened is recorded.`, ["input", name]);
  return day ?? today;
}

/** A web address, as papers and evidence are given. */
export function requireLink(name: string, link: string | null | undefined): void {
  if (link != null && !/^https?:\/\/\S+$/.test(link))
    throw new BadInputError(`${name} is no web address: it begins with https:// or http://.`, ["input", name]);
}
