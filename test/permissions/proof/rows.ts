import { escapeLiteral } from "pg";
import { type Facts, type Row, rowsOf } from "../reading";
import { type Asking, OUTSIDE, SEEN, seesRow } from "../reading-rows";
import { adding, changing, removing, WRITTEN } from "../reading-writes";
import type { Context } from "./contexts";
import type { Tally } from "./tally";
import { NOW, TOMORROW } from "./world";

/** Sends one statement (or several without values) on the probe's connection, as the service's role. */
export type Send = <R extends object>(text: string, values?: unknown[]) => Promise<R[]>;

/** Tables that hold what is kept, as the database lists them; one that nobody has read stands in `unread`. */
export function tablesOf(facts: Facts): { read: string[]; unread: string[] } {
  const names = Object.keys(facts.tables).filter((name) => !OUTSIDE.includes(name));
  return {
    read: names.filter((name) => SEEN[name] && WRITTEN[name]),
    unread: names.filter((name) => !SEEN[name] || !WRITTEN[name]),
  };
}

/** Installs what the attempts need; the owner runs it once in a database of the proof's own. */
export const ATTEMPTS = `
  create schema if not exists proof;
  grant usage on schema proof to golden_thread_app;
  create or replace function proof.attempt(statement text) returns text language plpgsql as $$
  declare
    touched bigint;
  begin
    execute statement;
    get diagnostics touched = row_count;
    raise exception using errcode = 'PT001', message = touched::text;
  exception
    when sqlstate 'PT001' then return case when sqlerrm = '0' then 'untouched' else 'through' end;
    when insufficient_privilege then return case when sqlerrm like '%row-level security%' then 'refused' else 'no privilege' end;
    -- an assignment takes its order from its action, which must be seen
    when no_data_found then return 'refused';
    -- the policies let it by; what the data must be did not
    when integrity_constraint_violation then return 'through';
    when others then
      return case when sqlstate like '23%' then 'through' else 'error ' || sqlstate || ' ' || sqlerrm end;
  end $$;
`;

/** Who sees which rows, for every context, held against the reading. */
export async function probeRows(
  send: Send,
  facts: Facts,
  contexts: readonly Context[],
  tables: readonly string[],
  tally: Tally,
): Promise<void> {
  const union = tables
    .map((table) => `select '${table}' as table, array(select id::text from "${table}" order by id) as ids`)
    .join(" union all ");
  for (const { name, enter, asking } of contexts) {
    if (enter !== "") await send(enter);
    for (const { table, ids } of await send<{ table: string; ids: string[] }>(union)) {
      const seen = new Set(ids);
      for (const row of facts.tables[table] ?? []) {
        const should = seesRow(facts, asking, table, row);
        tally.hold(
          "row seen",
          should === seen.has(String(row.id)),
          () => `${name} ${should ? "should" : "should not"} see ${table} ${String(row.id)}`,
        );
      }
      tally.hold(
        "no row more",
        ids.length <= (facts.tables[table] ?? []).length,
        () => `${name} sees rows of ${table} that the owner does not`,
      );
    }
  }
}

interface Attempt {
  what: string;
  statement: string;
  outcome: string;
}

/** Adding, changing and removing rows of one table in one context: what is tried and what it must come to. */
export function attemptsOn(facts: Facts, asking: Asking, table: string, others: readonly string[]): Attempt[] {
  const rows = sampled(facts.tables[table] ?? []);
  const attempts: Attempt[] = [];
  const offered =
    table === "membership" ? (facts.tables.invitation ?? []).map((offer) => membershipOf(offer, rows[0])) : [];
  for (const row of [...rows, ...offered])
    for (const [kind, candidate] of variants(table, row, asking, facts))
      attempts.push({
        what: `add ${kind} of ${table} ${String(row.id)}`,
        statement: insertOf(table, candidate),
        outcome: adding(facts, asking, table, candidate),
      });
  const { columns, remove } = WRITTEN[table] ?? { columns: [] };
  for (const row of rows) {
    for (const [kind, set] of changes(row, asking, columns, facts, others)) {
      const changed = { ...row, ...set };
      const list = Object.keys(set).map((name) => `"${name}" = ${literalOf(set[name])}`);
      attempts.push({
        what: `${kind} ${table} ${String(row.id)}`,
        statement: `update "${table}" set ${list.join(", ")} where id = ${literalOf(row.id)}`,
        outcome: changing(facts, asking, table, row, changed),
      });
    }
    if (remove || row === rows[0])
      attempts.push({
        what: `remove ${table} ${String(row.id)}`,
        statement: `delete from "${table}" where id = ${literalOf(row.id)}`,
        outcome: removing(facts, asking, table, row),
      });
  }
  return attempts;
}

/**
 * Tries writing on these tables in every context, undoing each; held against the reading. `every` tries one in so many: 1 is
 * everything.
 */
export async function probeWrites(
  send: Send,
  facts: Facts,
  contexts: readonly Context[],
  tables: readonly string[],
  tally: Tally,
  every = 1,
): Promise<void> {
  let turn = 0;
  const others = (facts.tables.partnership ?? []).map((row) => String(row.id));
  for (const { name, enter, asking } of contexts) {
    if (enter !== "") await send(enter);
    const attempts = tables
      .flatMap((table) => attemptsOn(facts, asking, table, others))
      .filter(() => turn++ % every === 0);
    for (let from = 0; from < attempts.length; from += 500) {
      const some = attempts.slice(from, from + 500);
      const answers = await send<{ outcome: string }>(
        "select proof.attempt(statement) as outcome from unnest($1::text[]) with ordinality as tried (statement, at) order by at",
        [some.map(({ statement }) => statement)],
      );
      some.forEach(({ what, outcome }, index) =>
        tally.hold(
          "write tried",
          answers[index]?.outcome === outcome,
          () => `${name}: ${what} should be ${outcome} and is ${answers[index]?.outcome ?? "unanswered"}`,
        ),
      );
    }
  }
}

const TELLING = [
  "partnership_id",
  "status",
  "state",
  "author_agency_id",
  "agency_id",
  "asked_by_agency_id",
  "said_by_agency_id",
  "role",
  "basis",
  "standing",
  "issuer",
  "operation",
  "type",
  "reference",
  "key",
  "owner_agency_id",
  "reach",
  "marking",
  "file_state",
  "business",
  "raised_as",
  "acted_as",
  "raised_by_agency_id",
  "against_agency_id",
];
const EMPTY_OR_NOT = [
  "address",
  "accepted_at",
  "withdrawn_at",
  "revoked_at",
  "published_at",
  "ended_at",
  "reviewed_by",
  "granted_by",
  "actor_id",
  "respond_by",
];

/** One row for each way in which rows of a table differ as far as policies may ask, at most forty. */
function sampled(rows: readonly Row[]): Row[] {
  const found = new Map<string, Row>();
  for (const row of rows) {
    const signature = JSON.stringify([
      ...TELLING.map((name) => row[name]),
      // what an agency is to an action decides who rates it
      row.basis === undefined ? null : row.action_id,
      // which entry of the trail it is decides whose doing it may be
      row.outcome === undefined ? null : row.kind,
      ...EMPTY_OR_NOT.map((name) => row[name] === null),
      row.published_at instanceof Date && row.published_at <= NOW,
    ]);
    if (!found.has(signature)) found.set(signature, row);
  }
  return [...found.values()].slice(0, 40);
}

const PERSONS = [
  "person_id",
  "invited_by",
  "created_by",
  "granted_by",
  "opened_by",
  "actor_id",
  "added_by",
  "attached_by",
  "asked_by",
  "said_by",
  "raised_by_person_id",
];
/** Columns of this ending that hold no person. */
const NO_PERSONS = ["acknowledge_by", "proposed_by", "respond_by"];

/** The row as it is, and as somebody would write it who means it to be their own and of this moment. */
function* variants(table: string, row: Row, asking: Asking, facts: Facts): Generator<[string, Row]> {
  yield ["a copy", row];
  const self = asking.who.person;
  const mine: Record<string, unknown> = { ...row };
  for (const name of PERSONS) if (row[name] != null && self !== null) mine[name] = self;
  for (const name of ["at", "opened_at", "added_at", "attached_at", "asked_at", "raised_at", "since"])
    if (row[name] instanceof Date) mine[name] = facts.now;
  if (table === "audit_entry") mine.actor_id = self;
  if (table === "audit_entry" && row.kind === "challenge.expired") {
    const clocks = { ...row, at: facts.now };
    yield ["the clock's", clocks];
    yield ["the clock's of before", { ...clocks, at: TOMORROW }];
    yield ["the clock's of a person", { ...clocks, detail: { as: "OFFICER" } }];
    yield ["the clock's as refused", { ...clocks, outcome: "REFUSED" }];
    yield ["the clock's of another kind", { ...clocks, kind: "challenge.decided" }];
    yield ["the clock's in a request", { ...clocks, request_id: "a request" }];
    for (const one of rowsOf(facts, "challenge").filter(({ id }) => id !== row.subject_id))
      yield ["the clock's of another", { ...clocks, subject_id: one.id }];
    for (const held of asking.who.holdings.filter(({ agency }) => agency !== null))
      yield ["the clock's kept by an agency", { ...clocks, agency_id: held.agency }];
  }
  // made by oneself, who was not asked
  if (table === "date_revision" && row.asked_by === null)
    Object.assign(mine, { decided_by: self, decided_at: facts.now });
  if (JSON.stringify(mine) !== JSON.stringify(row)) yield ["one's own", mine];
  if (table === "membership")
    for (const [kind, id] of [
      ["an account", asking.serviceAccount],
      ["an account of oneself", self],
    ] as const)
      if (id !== null) yield [kind, accountOf(row, id)];
  if (table === "rating")
    for (const held of asking.who.holdings.filter(({ agency }) => agency !== null)) {
      const reported = { ...row, basis: "REPORTED", agency_id: held.agency };
      const closed = facts.tables.action?.find(
        (one) => one.partnership_id === row.partnership_id && one.status === "SIGNED_OFF",
      );
      yield ["one's agency's", reported];
      const proposed = rowsOf(facts, "progress_update").find(
        (one) => one.action_id === row.action_id && one.author_agency_id === held.agency && one.state === "SUBMITTED",
      );
      if (proposed) yield ["one's agency's proposed", { ...reported, standing: "SUBMITTED", update_id: proposed.id }];
      yield ["one's agency's reasoned", { ...reported, rationale: "because" }];
      yield ["one's agency's early", { ...reported, as_at: TOMORROW }];
      if (closed) yield ["one's agency's late", { ...reported, action_id: closed.id }];
    }
  if (table === "highlight_report" || table === "tracked_item_response")
    for (const held of asking.who.holdings.filter(({ agency }) => agency !== null)) {
      const said = { ...row, agency_id: held.agency };
      yield ["one's agency's", said];
      if (table === "highlight_report") yield ["one's agency's of now", { ...said, filed_at: facts.now }];
      if (table === "highlight_report")
        for (const action of (facts.tables.action ?? [])
          .filter((one) => one.partnership_id === row.partnership_id)
          .slice(0, 6))
          yield [
            `one's agency's on ${String(action.reference)}`,
            { ...said, filed_at: facts.now, action_id: action.id },
          ];
    }
  if (table === "challenge" || table === "challenge_event" || table === "challenge_note")
    for (const held of asking.who.holdings.filter(({ agency }) => agency !== null)) {
      if (table !== "challenge") yield ["one's agency's", { ...mine, agency_id: held.agency, person_id: self }];
      else if (row.raised_as === "AGENCY") yield ["one's agency's", { ...mine, raised_by_agency_id: held.agency }];
    }
  if (table === "tracked_item" || table === "decision") yield ["another", { ...row, number: 99 }];
  if (table === "person" && asking.subject !== null)
    yield ["oneself", { ...row, issuer: asking.issuer, subject: asking.subject }];
}

/** A service account's membership in the place of this one. */
const accountOf = (row: Row, person: string): Row => ({
  ...row,
  person_id: person,
  role: "INTEGRATOR",
  acts_for: row.agency_id === null ? "SCRUTINY_MEMBER" : "AGENCY_VIEWER",
  scopes: ["READ_PLAN"],
});

const membershipOf = (offer: Row, like: Row | undefined): Row => ({
  ...like,
  person_id: offer.accepted_by ?? like?.person_id,
  partnership_id: offer.partnership_id,
  agency_id: offer.agency_id,
  role: offer.role,
  valid_from: offer.valid_from,
  valid_to: offer.valid_to,
  acts_for: null,
  scopes: null,
  ended_at: null,
});

/** Changes to a row within the columns that may be changed: to what it is, to one's own, and over the line. */
function* changes(
  row: Row,
  asking: Asking,
  columns: readonly string[] | "all",
  facts: Facts,
  partnerships: readonly string[],
): Generator<[string, Row]> {
  const [first = "partnership_id"] = columns === "all" ? ["partnership_id"] : columns;
  if (!(first in row)) {
    yield ["leave as it is", { id: row.id }];
    return;
  }
  yield ["leave as it is", { [first]: row[first] }];
  if (columns === "all") {
    const other = partnerships.filter((id) => id !== row.partnership_id);
    for (const id of other.slice(0, 1)) yield ["move to another partnership", { partnership_id: id }];
    for (const name of ["title", "description", "desired_outcome", "measure", "success_criteria"])
      if ("by_when_kind" in row) yield [`word anew ${name} of`, { [name]: "in other words", version: 9 }];
    if ("impact_judged_on" in row) {
      yield ["complete", { status: "COMPLETED", impact_judged_on: TOMORROW, version: 9 }];
      yield ["have judged tomorrow", { impact_judged_on: TOMORROW }];
      yield ["reword while completing", { status: "COMPLETED", impact_judged_on: TOMORROW, reference_order: "x" }];
    }
    if ("state" in row) {
      const signed = { submitted_by: asking.who.person, submitted_at: facts.now };
      yield ["submit", { state: "SUBMITTED" }];
      yield ["sign and submit", { state: "SUBMITTED", ...signed }];
      yield ["accept", { state: "ACCEPTED", accepted_at: facts.now }];
      yield ["reword", { overall_progress: "in other words" }];
      yield ["give to another author", { author_agency_id: null }];
    }
    return;
  }
  if (columns.length === 0) return;
  if ("standing" in row) {
    for (const standing of ["SHARED", "WITHDRAWN", "SUBMITTED"]) yield [`settle as ${standing}`, { standing }];
    return;
  }
  const set: Record<string, unknown> = {};
  for (const name of columns) {
    if (name.endsWith("_by") && !NO_PERSONS.includes(name)) set[name] = asking.who.person ?? row[name];
    if (name.endsWith("_at")) set[name] = facts.now;
  }
  if (Object.keys(set).length > 0) yield ["sign", set];
  for (const prefix of new Set(Object.keys(set).map((name) => name.replace(/_(by|at)$/, ""))))
    yield [
      `sign ${prefix} of`,
      Object.fromEntries(Object.entries(set).filter(([name]) => name.startsWith(`${prefix}_`))),
    ];
  const signed = columns.includes("ended_by") ? { ended_by: set.ended_by } : {};
  if (columns.includes("learning")) {
    yield ["say what was learned of", { learning: "said anew" }];
    for (const state of ["DECIDED", "DEADLOCKED", "WITHDRAWN"])
      yield [
        `say ${state} of`,
        { state, ended_at: facts.now, waiting_on: null, acknowledge_by: null, respond_by: null, respond_day: null },
      ];
  }
  if (columns.includes("status")) for (const status of ["ANSWERED", "CLOSED"]) yield [`say ${status} of`, { status }];
  for (const name of columns.filter((one) => /_(at|to)$/.test(one))) {
    const value = row[name];
    if (value !== null) yield [`clear ${name} of`, { ...signed, [name]: null }];
    yield [`have sooner ${name} of`, { ...signed, [name]: shifted(value, -1) }];
    yield [`have later ${name} of`, { ...signed, [name]: shifted(value, 400) }];
  }
}

/** So many days away; from today where there is nothing yet. */
function shifted(value: unknown, days: number): unknown {
  const moment = new Date(value instanceof Date || typeof value === "string" ? value : NOW);
  moment.setUTCDate(moment.getUTCDate() + days);
  return value instanceof Date ? moment : moment.toISOString().slice(0, 10);
}

/** A value as SQL text. */
export function literalOf(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Buffer.isBuffer(value)) return `'\\x${value.toString("hex")}'`;
  if (value instanceof Date) return `'${value.toISOString()}'`;
  if (Array.isArray(value)) return escapeLiteral(`{${value.map((one) => JSON.stringify(one)).join(",")}}`);
  if (typeof value === "object") return escapeLiteral(JSON.stringify(value));
  return escapeLiteral(typeof value === "string" ? value : JSON.stringify(value));
}

const insertOf = (table: string, row: Row) =>
  `insert into "${table}" (${Object.keys(row)
    .map((name) => `"${name}"`)
    .join(", ")}) values (${Object.values(row).map(literalOf).join(", ")})`;
