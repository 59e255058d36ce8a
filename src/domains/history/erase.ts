import type { DataSource } from "typeorm";
import { BadInputError } from "../../platform/errors/index";

/** Words of a row that must go. */
export interface Erasure {
  table: string;
  id: string;
  /** Columns of text. */
  columns: string[];
}

/**
 * Erases words of a row, in the row and in every version of it, and says so in the trail, which stays valid: the digests stay
 * and what they are of is gone, salts included. Done by the tables' owner; the service cannot. Gives the number of versions.
 *
 * @throws {BadInputError} where there is no such row, or a column is none of text.
 */
export async function eraseWords(owner: DataSource, { table, id, columns }: Erasure, now: Date): Promise<number> {
  try {
    const [row] = await owner.transaction((manager) =>
      manager.query<{ versions: number }[]>("select history.erase($1, $2, $3, $4) as versions", [
        table,
        id,
        columns,
        now.toISOString(),
      ]),
    );
    return row?.versions ?? 0;
  } catch (error) {
    const { code } = (error as { driverError?: { code?: string } }).driverError ?? {};
    if (code === "P0002" || code === "42P01")
      throw new BadInputError(`There is no row ${id} in ${table}. Name a table and the key of one of its rows.`);
    if (code === "23514")
      throw new BadInputError(`Not all of ${columns.join(", ")} are words: what the service counts by is not erased.`);
    if (code === "42P10") throw new BadInputError(`Not all of ${columns.join(", ")} are columns of text of ${table}.`);
    throw error;
  }
}

/**
 * Erases who somebody is: label, issuer, subject, and the address that they were told at. What they did stays theirs by a key that stands for nobody any more; they
 * cannot sign in again. Their memberships must have ended.
 *
 * @throws {BadInputError} where there is nobody of that key, or they still hold a membership.
 */
export async function erasePerson(owner: DataSource, id: string, now: Date): Promise<void> {
  await owner.transaction(async (manager) => {
    // the owner is bound by the policies too, unless it is a superuser, and none lets it see people
    await manager.query("alter table person no force row level security");
    await manager.query("alter table membership no force row level security");
    const held = await manager.query<object[]>(
      `select m.id from membership m where m.person_id = $1 and m.ended_at is null and (m.valid_to is null or m.valid_to >= ($2::timestamptz at time zone 'Europe/London')::date)`,
      [id, now.toISOString()],
    );
    if (held.length > 0)
      throw new BadInputError(
        "They still hold a membership. End it first: what they are is needed for as long as they act.",
      );
    const [, erased] = await manager.query<[unknown, number]>(
      "update person set label = 'Erased', issuer = 'erased', subject = id::text where id = $1",
      [id],
    );
    if (erased === 0) throw new BadInputError(`There is nobody of the key ${id}.`);
    // where they were told: what they were told of names nobody
    await manager.query("alter table notification_address no force row level security");
    await manager.query("delete from notification_address where person_id = $1", [id]);
    await manager.query("alter table notification_address force row level security");
    await manager.query("alter table person force row level security");
    await manager.query("alter table membership force row level security");
    await manager.query("set local role golden_thread_app");
    await manager.query("select app.enter_as_operator(null, $1)", [now.toISOString()]);
    await manager.query(
      "insert into audit_entry (at, kind, outcome, subject_type, subject_id) values (app.now(), 'person.erased', 'DONE', 'Actor', $1)",
      [id],
    );
  });
}
