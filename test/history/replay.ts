import type { DataSource } from "typeorm";
import { operatorTransaction } from "../support/database";

/** Row digests by table and id. */
export type State = Map<string, string>;

interface Noted {
  seq: string;
  table_name: string;
  row_id: string;
  operation: "INSERT" | "UPDATE" | "DELETE";
  digest: Buffer;
}

/** What the trail alone says there was at an instant: its links up to then, played from the first. */
export async function replayed(owner: DataSource, partnershipId: string, at: Date): Promise<State> {
  const noted = await owner.query<Noted[]>(
    `select r.seq, r.table_name, r.row_id, r.operation, r.digest from history.audit_row r join history.audit_link l using (partnership_id, seq)
     where r.partnership_id = $1 and l.at <= $2 and r.table_name <> 'audit_entry' order by r.seq, r.table_name, r.row_id`,
    [partnershipId, at.toISOString()],
  );
  const state: State = new Map();
  for (const { table_name, row_id, operation, digest } of noted) {
    const key = `${table_name} ${row_id}`;
    if (operation === "DELETE") state.delete(key);
    else state.set(key, digest.toString("hex"));
  }
  return state;
}

/** Tables of which every version is kept. */
export async function keptTables(owner: DataSource): Promise<string[]> {
  const found = await owner.query<{ name: string }[]>(
    `select p.proname as name from pg_proc p where p.pronamespace = 'known'::regnamespace and p.prorettype in (select c.reltype from pg_class c) order by 1`,
  );
  return found.map(({ name }) => name);
}

/** Rows of one statement, as somebody who is shown everything of the partnership. */
const seen = <R extends object>(owner: DataSource, partnershipId: string, text: string, values: unknown[]) =>
  operatorTransaction(owner, partnershipId, (runner) => runner.query(text, values) as Promise<R[]>);

/** What reading as of an instant gives, each row by the digest of what was read, made anew with the salt of its version. */
export async function asRead(owner: DataSource, partnershipId: string, at: Date): Promise<State> {
  const state: State = new Map();
  for (const table of await keptTables(owner)) {
    const part = table === "partnership" ? "id" : "partnership_id";
    const rows = await seen<{ id: string; digest: string }>(
      owner,
      partnershipId,
      `select k.id, encode(sha256(convert_to(h.salt || jsonb_strip_nulls(to_jsonb(k))::text, 'UTF8')), 'hex') as digest
       from known.${table}($2) k join history.${table} h on h.id = k.id and h.known_from <= $2 and h.known_to > $2 where k.${part} = $1`,
      [partnershipId, at.toISOString()],
    );
    for (const { id, digest } of rows) state.set(`${table} ${id}`, digest);
  }
  return state;
}

/** The rows that there are, as text. */
export async function asStands(owner: DataSource, partnershipId: string): Promise<State> {
  const state: State = new Map();
  for (const table of await keptTables(owner)) {
    const part = table === "partnership" ? "id" : "partnership_id";
    const rows = await owner.query<{ id: string; text: string }[]>(
      `select t.id, md5(to_jsonb(t)::text) as text from ${table} t where t.${part} = $1`,
      [partnershipId],
    );
    for (const { id, text } of rows) state.set(`${table} ${id}`, text);
  }
  return state;
}

/** The same as of an instant. */
export async function asStood(owner: DataSource, partnershipId: string, at: Date): Promise<State> {
  const state: State = new Map();
  for (const table of await keptTables(owner)) {
    const part = table === "partnership" ? "id" : "partnership_id";
    const rows = await seen<{ id: string; text: string }>(
      owner,
      partnershipId,
      `select t.id, md5(to_jsonb(t)::text) as text from known.${table}($2) t where t.${part} = $1`,
      [partnershipId, at.toISOString()],
    );
    for (const { id, text } of rows) state.set(`${table} ${id}`, text);
  }
  return state;
}
