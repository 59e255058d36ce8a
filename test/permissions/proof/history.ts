import { globalId } from "../../../src/platform/graphql/ids";
import {
  byId,
  type Facts,
  grantsOf,
  holdingsIn,
  mayReadField,
  oversees,
  relationsTo,
  type Row,
  rowsOf,
  weighedOn,
} from "../reading";
import { seesRow } from "../reading-rows";
import type { Actor } from "./actors";
import { isOverdue } from "./assurance";
import type { Tally } from "./tally";

const codesOf = ({ errors }: { errors: readonly { extensions: { code?: unknown } }[] }) =>
  errors.map(({ extensions }) => extensions.code);

/** Whether somebody reads a field of the partnership's own. */
function reads(actor: Actor, facts: Facts, field: { type: string; field: string; tier: string }, partnership: string) {
  const relations = relationsTo(facts, actor.who, { partnership });
  return mayReadField(weighedOn(grantsOf(facts, actor.who), field.type), relations, field, partnership);
}

const PLAN_CHANGES = { type: "Plan", field: "changes", tier: "PARTNERSHIP" };

/** Since nothing was known every action that is in its plan has come into it; one superseded since came and went. What is late is late newly. */
function changesOf(facts: Facts, actor: Actor, plan: Row): object[] {
  return rowsOf(facts, "action")
    .filter((row) => row.plan_id === plan.id && seesRow(facts, actor.asking, "action", row))
    .flatMap((row) => {
      const one = {
        reference: row.reference,
        title: row.title,
        dimension: null,
        before: null,
        basis: null,
        asAt: null,
        agency: null,
        action: { id: globalId("Action", String(row.id)) },
      };
      return [
        ...(row.status === "SUPERSEDED" ? [] : [{ ...one, kind: "ENTERED", after: row.status }]),
        ...(isOverdue(facts, row) === true ? [{ ...one, kind: "NEWLY_OVERDUE", after: row.by_when_text }] : []),
      ];
    });
}

const told = (list: readonly object[]) =>
  list.map((one) => JSON.stringify(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))).sort();

async function planChanges(actor: Actor, facts: Facts, tally: Tally): Promise<void> {
  const { scopes } = actor.who;
  for (const plan of rowsOf(facts, "plan")) {
    const answer = await actor.client.ask<{ plan: { changes: Record<string, unknown>[] | null } | null }>(
      `{ plan(id: "${globalId("Plan", String(plan.id))}") { changes(between: { from: "2000-01-01T00:00:00Z", to: "${facts.now.toISOString()}" }) {
         kind reference title dimension before after basis asAt because agency { id } action { id } } } }`,
    );
    const where = () => `${actor.name}, changes of ${String(plan.slug)}`;
    if (scopes !== null && !["READ_PLAN", "READ_REPORTING"].every((scope) => scopes.includes(scope))) {
      tally.same("refused by scope", ["FORBIDDEN"], codesOf(answer), where);
      continue;
    }
    if (!seesRow(facts, actor.asking, "plan", plan)) {
      tally.same("READ by a root", ["NOT_FOUND"], codesOf(answer), where);
      continue;
    }
    const found = answer.data?.plan?.changes ?? null;
    const may = reads(actor, facts, PLAN_CHANGES, String(plan.partnership_id));
    tally.hold(
      "each change is said why",
      (found ?? []).every(({ because }) => typeof because === "string" && because !== ""),
      where,
    );
    tally.same(
      "READ by a root",
      may ? told(changesOf(facts, actor, plan)) : null,
      found && told(found.map(({ because: _, ...one }) => one)),
      where,
    );
  }
}

/** Entries that reading the trail itself writes while the proof goes on: the facts are of before. */
const BY_READING = ["auditEntries.read", "auditCheckpoint.issued"];

interface Entry {
  kind: string;
  outcome: string;
  at: string;
  sequence: number | null;
  subject: string | null;
  requestId: string | null;
  detail: object | null;
  actor: { id: string } | null;
  agency: { id: string } | null;
}

/** The trail of each partnership, as far as the rows of it are seen; oversight's reading of it stands there when it is answered. */
async function auditEntries(actor: Actor, facts: Facts, tally: Tally): Promise<void> {
  for (const partnership of rowsOf(facts, "partnership")) {
    if (!seesRow(facts, actor.asking, "partnership", partnership)) continue;
    const id = String(partnership.id);
    const answer = await actor.client.ask<{
      partnership: { auditEntries: { totalCount: number; nodes: Entry[] } | null };
    }>(
      `{ partnership(slug: "${String(partnership.slug)}") { auditEntries(first: 100) { totalCount
         nodes { kind outcome at sequence subject requestId detail actor { id } agency { id } } } } }`,
    );
    const where = () => `${actor.name}, the trail of ${String(partnership.slug)}`;
    if (actor.who.scopes !== null) {
      tally.same("refused by scope", ["FORBIDDEN"], codesOf(answer), where);
      continue;
    }
    const found = answer.data?.partnership.auditEntries ?? null;
    if (!reads(actor, facts, { type: "Partnership", field: "auditEntries", tier: "PARTNERSHIP" }, id)) {
      tally.same("READ by a root", [null, []], [found, codesOf(answer)], where);
      continue;
    }
    const oversight = oversees(actor.who, id);
    const nodes = found?.nodes ?? [];
    // oversight's page is of the newest: what was there before it was read is behind what reading it has written
    const before = nodes.filter(({ kind }) => !BY_READING.includes(kind));
    const seen = rowsOf(facts, "audit_entry").filter(
      (row) => row.partnership_id === id && seesRow(facts, actor.asking, "audit_entry", row),
    );
    const link = (type: string, table: string, key: unknown) => {
      const row = byId(facts, table, key);
      return row && seesRow(facts, actor.asking, table, row) ? { id: globalId(type, String(key)) } : null;
    };
    const expected = seen.map((row) => ({
      kind: row.kind,
      outcome: row.outcome,
      at: (row.at as Date).toISOString(),
      actor: link("Actor", "person", row.actor_id),
      agency: link("Agency", "agency", row.agency_id),
    }));
    const plain = before.map(({ kind, outcome, at, actor: who, agency }) => ({
      kind,
      outcome,
      at,
      actor: who,
      agency,
    }));
    if (!oversight || (found?.totalCount ?? 0) <= 100) tally.same("READ by a root", told(expected), told(plain), where);
    tally.hold("what is seen of the trail is counted", (found?.totalCount ?? -1) >= seen.length, where);
    tally.same(
      "places in the chain are oversight's, and reading by it is recorded",
      [true, oversight],
      [nodes.every(({ sequence }) => (sequence !== null) === oversight), nodes[0]?.kind === "auditEntries.read"],
      where,
    );
  }
}

/** A checkpoint is given to those who oversee, to an agency's lead as of a day that is over, and to no other member. */
async function auditCheckpoint(actor: Actor, facts: Facts, tally: Tally): Promise<void> {
  for (const partnership of rowsOf(facts, "partnership")) {
    if (!seesRow(facts, actor.asking, "partnership", partnership)) continue;
    const id = String(partnership.id);
    const answer = await actor.client.ask<{ partnership: { auditCheckpoint: { sequence: number } | null } | null }>(
      `{ partnership(slug: "${String(partnership.slug)}") { auditCheckpoint { sequence hash issuedAt document } } }`,
    );
    const where = () => `${actor.name}, a checkpoint of ${String(partnership.slug)}`;
    if (actor.who.scopes !== null) {
      tally.same("refused by scope", ["FORBIDDEN"], codesOf(answer), where);
      continue;
    }
    const reading = reads(actor, facts, { type: "Partnership", field: "auditCheckpoint", tier: "PARTNERSHIP" }, id);
    const oversight = oversees(actor.who, id);
    const leads = holdingsIn(actor.who, id).some(({ role }) => role === "AGENCY_LEAD");
    tally.same("READ by a root", reading && !oversight && !leads ? ["FORBIDDEN"] : [], codesOf(answer), where);
    const given = answer.data?.partnership?.auditCheckpoint ?? null;
    if (oversight) tally.hold("oversight is given where the trail stands", given !== null, where);
    else if (!leads) tally.hold("nobody else is given a checkpoint", given === null, where);
  }
}

export const HISTORY = {
  "Partnership.auditCheckpoint": auditCheckpoint,
  "Partnership.auditEntries": auditEntries,
  "Plan.changes": planChanges,
};
