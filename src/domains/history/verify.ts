import { type Link, type NotedRow, type Problem, problemsOfChain } from "./chain";
import type { Checkpoint } from "./checkpoint";

/** Sends one statement as somebody who is shown everything of the partnership. */
export type Ask = <R extends object>(text: string, values?: unknown[]) => Promise<R[]>;

/** What became of a trail. */
export interface Verification {
  /** `VALID`, or what is wrong first. */
  verdict: "VALID" | Problem["kind"];
  links: number;
  rows: number;
  first: string | null;
  last: string | null;
  /** The hash of the last link; null where there is none. */
  head: string | null;
  /** In the order of the links; what is in no link comes first, but after where a trail was cut short, which explains it. */
  problems: Problem[];
}

/** What stands beside a row's own columns in a version of it. */
const ABOUT = "array['known_from', 'known_to', 'from_seq', 'to_seq', 'gone', 'salt', 'digest', 'erased_seq']";

/**
 * Verifies the trail of a partnership, and everything that is recorded in it: the chain, worked out again from the rows that
 * are noted in it; each version of a row and each entry, by its digest; and the rows as they stand now, by their newest
 * versions. `checkpoint` is one that was lodged earlier.
 */
export async function verifyTrail(
  ask: Ask,
  partnershipId: string,
  checkpoint: Checkpoint | null = null,
  say: (text: string) => void = () => undefined,
): Promise<Verification> {
  await ask("set local timezone = 'UTC'");
  say("working out the chain again");
  const links = await linksOf(ask, partnershipId);
  const noted = await notedIn(ask, partnershipId);
  const problems = problemsOfChain(links, noted);
  for (const table of await tablesIn(ask)) {
    say(`holding ${table} against what was recorded of it`);
    problems.push(...(await problemsOfTable(ask, partnershipId, table)));
  }
  say("holding the entries against the chain");
  problems.push(...(await problemsOfEntries(ask, partnershipId)), ...pastTheService(links, noted));
  problems.push(...(await problemsOfHeads(ask, partnershipId)));
  if (checkpoint) problems.push(...problemsAgainst(checkpoint, links));
  return {
    ...inOrder(problems, links.at(-1)?.seq ?? 0),
    links: links.length,
    rows: [...noted.values()].reduce((sum, rows) => sum + rows.length, 0),
    first: links[0]?.at ?? null,
    last: links.at(-1)?.at ?? null,
    head: links.at(-1)?.hash ?? null,
  };
}

/** Problems as somebody should read them. Whatever stands beyond the last link says that there were more. */
function inOrder(problems: Found[], last: number): Pick<Verification, "verdict" | "problems"> {
  const beyond = Math.min(...problems.map(({ seq }) => seq).filter((seq) => seq > last));
  if (Number.isFinite(beyond) && !problems.some(({ kind }) => kind === "CUT_SHORT"))
    problems.push({
      kind: "CUT_SHORT",
      seq: last,
      what: `something was known in link ${beyond}, and no link follows ${last}`,
    });
  const cut = problems.some(({ kind }) => kind === "CUT_SHORT");
  const placeOf = ({ seq, standing }: Found) => (cut && standing ? Infinity : seq);
  const sorted = problems.toSorted((one, other) => compare(placeOf(one), placeOf(other)));
  return {
    verdict: sorted[0]?.kind ?? "VALID",
    problems: sorted.map(({ kind, seq, what }) => ({ kind, seq, what })),
  };
}
const compare = (one: number, other: number) => (one === other ? 0 : one - other);

/** A problem, and whether it is of what stands there now: then it may be told by a link that was cut off. */
type Found = Problem & { standing?: boolean };

async function linksOf(ask: Ask, partnershipId: string): Promise<Link[]> {
  const rows = await ask<Omit<Link, "seq"> & { seq: string }>(
    `select l.partnership_id as "partnershipId", l.seq, to_char(l.at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, l.rows,
       encode(l.rows_digest, 'hex') as "rowsDigest", encode(l.previous, 'hex') as previous, coalesce(encode(l.hash, 'hex'), '') as hash, l.encoding
     from history.audit_link l where l.partnership_id = $1 order by l.seq`,
    [partnershipId],
  );
  return rows.map((row) => ({ ...row, seq: Number(row.seq) }));
}

async function notedIn(ask: Ask, partnershipId: string): Promise<Map<number, NotedRow[]>> {
  const rows = await ask<Omit<NotedRow, "seq"> & { seq: string }>(
    `select r.seq, r.table_name as "table", r.row_id as id, r.operation, encode(r.digest, 'hex') as digest
     from history.audit_row r where r.partnership_id = $1 order by r.seq`,
    [partnershipId],
  );
  const noted = new Map<number, NotedRow[]>();
  for (const row of rows) {
    const seq = Number(row.seq);
    const known = noted.get(seq);
    if (known) known.push({ ...row, seq });
    else noted.set(seq, [{ ...row, seq }]);
  }
  return noted;
}

/** Tables of which every version is kept. */
async function tablesIn(ask: Ask): Promise<string[]> {
  const rows = await ask<{ name: string }>(
    `select c.relname as name from pg_class c where c.relnamespace = 'history'::regnamespace and c.relkind = 'r'
       and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'known_from') order by 1`,
  );
  return rows.map(({ name }) => name);
}

const contentOf = (version: string) => `jsonb_strip_nulls(to_jsonb(${version}) - ${ABOUT})::text`;

/** Versions that do not say what was recorded, that nobody recorded, or whose time was changed; and rows that are not their newest versions. */
async function problemsOfTable(ask: Ask, partnershipId: string, table: string): Promise<Found[]> {
  const part = table === "partnership" ? "id" : "partnership_id";
  const own = `coalesce(v.${part}, '00000000-0000-0000-0000-000000000000') = $1`;
  const said = "coalesce(x.digest, n.digest)";
  const found = await ask<{ seq: string; id: string; what: string; standing: boolean }>(
    `with version as materialized (select v.* from history.${table} v where ${own})
     , noted as materialized (select r.*, l.at from history.audit_row r left join history.audit_link l using (partnership_id, seq)
         where r.partnership_id = $1 and r.table_name = '${table}')
     , ordered as (select n.*, lead(n.seq) over mine as next_seq, lead(n.at) over mine as next_at from noted n window mine as (partition by n.row_id order by n.seq))
     , erased as materialized (select distinct on (r.row_id, r.table_name) r.* from history.audit_row r
         where r.partnership_id = $1 and r.table_name like '${table}@%' order by r.row_id, r.table_name, r.seq desc)
     , held as (
         select n.seq, n.row_id, v.id, v.from_seq, v.to_seq,
           v.digest is distinct from ${said} or sha256(convert_to(v.salt || ${contentOf("v")}, 'UTF8')) is distinct from ${said}
             or v.erased_seq is distinct from x.seq
             or (x.seq is not null and not exists (select 1 from audit_entry e join history.audit_row r on r.row_id = e.id and r.table_name = 'audit_entry'
               where r.partnership_id = $1 and r.seq = x.seq and e.kind = 'record.erased' and e.subject_id = v.id)) as says_other,
           v.known_from <> n.at or v.known_to <> case when n.next_seq is null then 'infinity' else n.next_at end or v.to_seq is distinct from n.next_seq as other_time
         from ordered n full join version v on v.id = n.row_id and v.from_seq = n.seq
         left join erased x on x.row_id = v.id and x.table_name = '${table}@' || v.from_seq
         where n.operation is distinct from 'DELETE')
     select coalesce(case when not h.says_other and h.to_seq > (select max(l.seq) from history.audit_link l where l.partnership_id = $1) then h.to_seq end, h.seq, h.from_seq) as seq,
       coalesce(h.row_id, h.id) as id, case
         when h.id is null then 'the version that was recorded of it is gone'
         when h.seq is null then 'a version stands there that nobody recorded'
         when h.says_other then 'the version does not say what was recorded'
         else 'the time from or to which it was known was changed' end as what, false as standing
     from held h where h.id is null or h.seq is null or h.says_other or h.other_time
     union all
     select coalesce(v.from_seq, 0), coalesce(v.id, c.id), case
         when c.id is null then 'the row is gone, and nobody recorded that'
         when v.id is null then 'the row stands there, and nobody recorded it'
         else 'the row does not say what was recorded of it last' end, true
     from (select v.* from version v where v.known_to = 'infinity') v
     full join (select v.* from public.${table} v where ${own}) c on c.id = v.id
     where c.id is null or v.id is null or jsonb_strip_nulls(to_jsonb(c)) is distinct from jsonb_strip_nulls(to_jsonb(v) - ${ABOUT})
     order by 1, 2`,
    [partnershipId],
  );
  return found.map(({ seq, id, what, standing }) => altered(seq, `${table} ${id}: ${what}`, standing));
}

const altered = (seq: string, what: string, standing = false): Found => ({
  kind: "ALTERED",
  seq: Number(seq),
  what,
  standing,
});

/** Entries that do not say what was recorded, that are gone, or that nobody recorded. */
async function problemsOfEntries(ask: Ask, partnershipId: string): Promise<Found[]> {
  const found = await ask<{ seq: string; id: string; what: string; standing: boolean }>(
    `select coalesce(n.seq, 0) as seq, coalesce(n.row_id, e.id) as id, case
         when e.id is null then 'the entry is gone'
         when n.seq is null then 'the entry stands there, and is in no link'
         else 'the entry (' || e.kind || ') does not say what was recorded' end as what, n.seq is null as standing
     from (select r.* from history.audit_row r where r.partnership_id = $1 and r.table_name = 'audit_entry') n
     full join (select e.* from audit_entry e where coalesce(e.partnership_id, '00000000-0000-0000-0000-000000000000') = $1) e on e.id = n.row_id
     where e.id is null or n.seq is null or sha256(convert_to(jsonb_strip_nulls(to_jsonb(e))::text, 'UTF8')) <> n.digest
     order by 1, 2`,
    [partnershipId],
  );
  return found.map(({ seq, id, what, standing }) => altered(seq, `audit_entry ${id}: ${what}`, standing));
}

/** Where the trail stood at the end of each day that is over, which agencies are given to keep: not where it did, or forgotten. */
async function problemsOfHeads(ask: Ask, partnershipId: string): Promise<Found[]> {
  const found = await ask<{ seq: string; day: string; what: string }>(
    `with link as (select l.*, (l.at at time zone 'Europe/London')::date as day from history.audit_link l where l.partnership_id = $1)
     , ended as (select distinct on (l.day) l.* from link l where l.day < (select max(l.day) from link l) order by l.day, l.seq desc)
     select coalesce(d.seq, l.seq) as seq, coalesce(d.day, l.day)::text as day, case
         when d.seq is null then 'is not there any more' else 'is not where it stood' end as what
     from ended l full join (select d.* from history.daily_head d where d.partnership_id = $1) d on d.day = l.day
     where (d.seq, d.hash) is distinct from (l.seq, l.hash) order by 1`,
    [partnershipId],
  );
  return found.map(({ seq, day, what }) => altered(seq, `daily_head ${day}: where the trail stood that day ${what}`));
}

/** Links in which rows were changed and nobody said so: by hand, past the service. */
const pastTheService = (links: readonly Link[], noted: ReadonlyMap<number, readonly NotedRow[]>): Problem[] =>
  links.flatMap(({ seq, at }) => {
    const rows = noted.get(seq) ?? [];
    const [first] = rows;
    if (!first || rows.some(({ table }) => table === "audit_entry")) return [];
    const others = rows.length > 1 ? ` and ${rows.length - 1} more` : "";
    return [
      {
        kind: "ALTERED" as const,
        seq,
        what: `${first.table} ${first.id}${others}: changed at ${at} past the service, with no entry that says by whom`,
      },
    ];
  });

function problemsAgainst({ sequence, hash, issuedAt }: Checkpoint, links: readonly Link[]): Problem[] {
  const last = links.at(-1)?.seq ?? 0;
  if (last < sequence)
    return [
      {
        kind: "CUT_SHORT",
        seq: last,
        what: `the checkpoint of ${issuedAt} has ${sequence} links, and there are ${last}`,
      },
    ];
  const there = links.find(({ seq }) => seq === sequence);
  if (there?.hash === hash) return [];
  return [
    {
      kind: "ALTERED",
      seq: sequence,
      what: `the chain up to here is not the one that the checkpoint of ${issuedAt} was signed for`,
    },
  ];
}
