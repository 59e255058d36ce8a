import { DateTime } from "luxon";
import { getNamedType, type GraphQLSchema, isObjectType } from "graphql";
import { snake } from "../../../src/platform/database/naming";
import { globalId } from "../../../src/platform/graphql/ids";
import { type Facts, type Row, rowsOf } from "../reading";
import { nodeRows, seesNode, TOLD, VIEWER_CAN } from "../reading-people";
import { seesRow } from "../reading-rows";
import type { Actor } from "./actors";
import type { Cell, Matrix } from "./matrix";
import { kindOf } from "./published-schema";
import type { Tally } from "./tally";
import { ESCALATION_TYPES } from "./escalations";
import { WAITING_TYPES } from "./waiting";

/** Fields that give the newest of what the caller may see: which it must be, of the rows that it sees. */
const NEWEST: Readonly<
  Record<string, (facts: Facts, row: Row, sees: (table: string, row: Row) => boolean) => unknown>
> = {
  "Action.latestUpdate": (facts, row, sees) => {
    const [newest] = rowsOf(facts, "progress_update")
      .filter(
        (one) =>
          one.action_id === row.id &&
          ["SUBMITTED", "ACCEPTED"].includes(String(one.state)) &&
          sees("progress_update", one),
      )
      .sort(
        (a, b) =>
          order(b.period_end, a.period_end) ||
          Number(b.version) - Number(a.version) ||
          order(b.submitted_at, a.submitted_at) ||
          order(a.id, b.id),
      );
    return newest ? { id: globalId("ProgressUpdate", String(newest.id)) } : null;
  },
};
/** An indicator's own observation, as against a comparator's. */
const isOwn = (indicator: Row, one: Row) => one.indicator_id === indicator.id && one.comparator_id === null;
/** Embedded rows of which the caller gets the newest that it may see: the cells below are held to the row itself. */
const CHOSEN: Readonly<
  Record<string, (facts: Facts, row: Row, sees: (table: string, row: Row) => boolean) => Row | undefined>
> = {
  "Indicator latestObservation": (facts, row, sees) =>
    rowsOf(facts, "observation")
      .filter(
        (one) =>
          isOwn(row, one) && one.as_at !== null && one.measure === row.headline_measure && sees("observation", one),
      )
      .sort((a, b) => order(b.as_at, a.as_at))[0],
};

/** Series of which the caller gets what it may see, oldest first, what has no day last: held place by place to the rows. */
const SERIES = /^(?:comparators\[(\d+)\]\.)?observations\[(\d+)\]\.(\w+)$/;
function observed(facts: Facts, indicator: Row, path: string, sees: (table: string, row: Row) => boolean): unknown {
  const [, other, place, field = ""] = SERIES.exec(path) ?? [];
  const comparators = rowsOf(facts, "comparator").filter((one) => one.indicator_id === indicator.id);
  const whose = other === undefined ? null : comparators[Number(other)]?.id;
  const series = rowsOf(facts, "observation")
    .filter((one) => one.indicator_id === indicator.id && one.comparator_id === whose && sees("observation", one))
    .sort((a, b) => Number(a.as_at === null) - Number(b.as_at === null) || order(a.as_at, b.as_at));
  const row = series[Number(place)];
  return row ? stored(row, field) : "nothing: it sees no more";
}

/** Lists of what is in use there: whoever does not know of the use does not find it, though they see it where it is shared. */
const IN_USE: Readonly<Record<string, string>> = {
  "Action.evidence": "action_id",
  "ProgressUpdate.evidence": "progress_update_id",
};

/** Uses of evidence that somebody may know of, first to last: held place by place to the rows. */
const USES = /^uses\[(\d+)\]\.(\w+)$/;
function used(facts: Facts, evidence: Row, path: string, sees: (table: string, row: Row) => boolean): unknown {
  const [, place, field = ""] = USES.exec(path) ?? [];
  const use = rowsOf(facts, "evidence_use")
    .filter((one) => one.evidence_id === evidence.id && sees("evidence_use", one))
    .sort((a, b) => order(a.attached_at, b.attached_at) || order(a.id, b.id))[Number(place)];
  if (!use) return "nothing: it knows of no more";
  const leads = (type: string, table: string, id: unknown) => {
    const row = rowsOf(facts, table).find((one) => one.id === id);
    return row && sees(table, row) ? { id: globalId(type, String(id)) } : null;
  };
  if (field === "action") return leads("Action", "action", use.action_id);
  if (field === "progressUpdate") return leads("ProgressUpdate", "progress_update", use.progress_update_id);
  return stored(use, field);
}

/** Notes on a challenge that somebody may read, first to last: held place by place to the rows. */
const NOTES = /^notes\[(\d+)\]\.(\w+)$/;
function noted(facts: Facts, challenge: Row, path: string, sees: (table: string, row: Row) => boolean): unknown {
  const [, place, field = ""] = NOTES.exec(path) ?? [];
  const note = rowsOf(facts, "challenge_note")
    .filter((one) => one.challenge_id === challenge.id && sees("challenge_note", one))
    .sort((a, b) => order(a.at, b.at) || order(a.id, b.id))[Number(place)];
  if (!note) return "nothing: it reads no more";
  return field === "agency" ? { id: globalId("Agency", String(note.agency_id)) } : stored(note, field);
}

/** What an indicator's verdict must say, from the newest figure that the caller sees and the target of its day. */
function verdictOf(facts: Facts, indicator: Row, sees: (table: string, row: Row) => boolean): Record<string, unknown> {
  const silent = { variation: "INSUFFICIENT_DATA", assurance: "INSUFFICIENT_DATA", rating: null };
  const newest = CHOSEN["Indicator latestObservation"]?.(facts, indicator, sees);
  if (!newest) return { ...silent, reason: "There is no observation with a day." };
  if (newest.value === null) return { ...silent, reason: "The newest observation has no value." };
  const target = rowsOf(facts, "indicator_target").find(
    (one) =>
      one.indicator_id === indicator.id &&
      (one.period_start === null || order(one.period_start, newest.as_at) <= 0) &&
      (one.period_end === null || order(one.period_end, newest.as_at) >= 0),
  );
  if (!target) return { ...silent, reason: "No target holds on the day of the newest observation." };
  // the world's targets are ranges
  const met = Number(newest.value) >= Number(target.value) && Number(newest.value) <= Number(target.upper_value);
  const day = DateTime.fromISO(String(newest.as_at)).toFormat("d LLLL yyyy", { locale: "en-GB" });
  return {
    ...silent,
    rating: met ? "GREEN" : "RED",
    reason: `${Number(newest.value)} on ${day}, against a target of ${String(target.text)}.`,
  };
}

const order = (a: unknown, b: unknown): number => {
  const [one, other] = [a, b].map((value) => (value instanceof Date ? value.toISOString() : String(value)));
  return one === other ? 0 : (one ?? "") < (other ?? "") ? -1 : 1;
};
const isEmpty = (value: unknown) =>
  value === null || value === false || value === undefined || (Array.isArray(value) && value.length === 0);
const text = (value: unknown) => JSON.stringify(value);

/** What the matrix came to, beside the verdicts themselves. */
export interface Summary {
  /** Denials of a cell in which an entitled actor of the same run read a value. */
  twinned: number;
  /** Denials of a cell that holds nothing for anybody, by `Type.field`; the field was read with a value in another row. */
  empty: Map<string, number>;
}

/** Rows of a list whose items have no id: how many of them somebody sees. */
const COUNTED: Readonly<
  Record<string, (facts: Facts, row: Row, path: string, sees: (table: string, row: Row) => boolean) => number>
> = {
  "Rating.history": (facts, row, path, sees) =>
    rowsOf(facts, "rating").filter(
      (one) =>
        one.action_id === row.id &&
        one.dimension === (path.includes(".delivery.") ? "DELIVERY" : "IMPACT") &&
        sees("rating", one),
    ).length,
  "Rule.findings": (facts, row, _path, sees) =>
    rowsOf(facts, "rule_finding").filter((one) => one.rule_id === row.id && sees("rule_finding", one)).length,
};

/** Holds what everybody read in each cell together: one value for all who may read it, the row's own, and a twin for each denial. */
export function judge(matrix: Matrix, schema: GraphQLSchema, facts: Facts, tally: Tally): Summary {
  const summary: Summary = { twinned: 0, empty: new Map() };
  const valued = new Set<string>();
  for (const cell of matrix.cells.values()) {
    judgeCell(cell, schema, facts, tally);
    if (cell.readings.some(({ value }) => !isEmpty(value))) valued.add(`${cell.type}.${cell.field}`);
  }
  for (const cell of matrix.cells.values()) {
    if (cell.withheld.length === 0) continue;
    const name = `${cell.type}.${cell.field}`;
    if (cell.readings.some(({ value }) => value !== null && value !== undefined)) {
      summary.twinned += cell.withheld.length;
      continue;
    }
    summary.empty.set(name, (summary.empty.get(name) ?? 0) + cell.withheld.length);
    tally.hold(
      "a denied field has a value that somebody reads",
      valued.has(name),
      () => `${name} was denied and nobody ever read a value in it`,
    );
  }
  return summary;
}

function judgeCell(cell: Cell, schema: GraphQLSchema, facts: Facts, tally: Tally): void {
  const { type, field, node, row, path, readings } = cell;
  const on = schema.getType(type);
  const declared = isObjectType(on) ? on.getFields()[field] : undefined;
  if (!declared) throw new Error(`${type}.${field} is not published`);
  const where = (actor: Actor) => `${actor.name}, ${type}.${field} of ${node} ${String(row.id)} at ${path}`;
  const gives = getNamedType(declared.type).name;
  const sees = (actor: Actor) => (table: string, one: Row) => seesRow(facts, actor.asking, table, one);

  // what somebody can do differs by who asks: each is held to what the reading says of them, and not to one another
  if (type.endsWith("ViewerCan")) {
    const can = VIEWER_CAN[type];
    if (!can) throw new Error(`nobody has read ${type}: test/permissions/reading-people.ts`);
    for (const { actor, value } of readings)
      tally.same("WRITE by viewerCan", can(facts, actor.who, row)[field], value, () => where(actor));
    return;
  }
  // kept while the proof itself asks: never used, or used at the proof's moment
  if (`${type}.${field}` === "ServiceToken.lastUsedAt") {
    for (const { actor, value } of readings)
      tally.hold(
        "a token's last use",
        value === null || value === facts.now.toISOString(),
        () => `${where(actor)}: ${text(value)}`,
      );
    return;
  }
  // a link is of whoever asked for it
  if (`${type}.${field}` === "EvidenceDownload.url") {
    for (const { actor, value } of readings)
      tally.hold("a link is of the asker", String(value).startsWith("/evidence/download/"), () => where(actor));
    tally.same(
      "links differ",
      readings.length,
      new Set(readings.map(({ value }) => value)).size,
      () => `${node} ${String(row.id)}`,
    );
    return;
  }
  if (type === "EvidenceUse") {
    for (const { actor, value } of readings)
      tally.same("a use that is known", used(facts, row, path, sees(actor)), value, () => where(actor));
    return;
  }
  if (type === "ChallengeNote") {
    for (const { actor, value } of readings)
      tally.same("a note that is one's own", noted(facts, row, path, sees(actor)), value, () => where(actor));
    return;
  }
  if (WAITING_TYPES.includes(type) || ESCALATION_TYPES.includes(type)) return;
  const newest = NEWEST[`${type}.${field}`];
  if (newest) {
    for (const { actor, value } of readings)
      tally.same("the newest that is seen", newest(facts, row, sees(actor)), value, () => where(actor));
    return;
  }
  if (node === "Indicator" && SERIES.test(path)) {
    for (const { actor, value } of readings)
      tally.same("a value is the row's own", observed(facts, row, path, sees(actor)), value, () => where(actor));
    return;
  }
  if (type === "IndicatorVerdict") {
    for (const { actor, value } of readings)
      tally.same("a verdict is of what is seen", verdictOf(facts, row, sees(actor))[field], value, () => where(actor));
    return;
  }
  const chosen = CHOSEN[`${node} ${path.split(".")[0] ?? ""}`];
  if (chosen) {
    for (const { actor, value } of readings) {
      const one = chosen(facts, row, sees(actor));
      const expected = path.includes(".") ? stored(one, field) : one !== undefined;
      if (expected !== undefined) tally.same("a value is the row's own", expected, value, () => where(actor));
    }
    return;
  }
  const kind = kindOf(declared);
  if (kind === "pages") {
    const count = COUNTED[`${type}.${field}`];
    if (!count) throw new Error(`nobody has read how many there are in ${type}.${field}`);
    for (const { actor, value } of readings) {
      const { totalCount, nodes, edges } = value as { totalCount: number; nodes: object[]; edges: object[] };
      const may = count(facts, row, path, sees(actor));
      tally.same("count of a list", [may, may, may], [totalCount, nodes.length, edges.length], () => where(actor));
    }
    return;
  }
  if (kind === "node" || kind === "connection") {
    const column = IN_USE[`${type}.${field}`];
    const there = (actor: Actor, found: Row) =>
      column === undefined ||
      rowsOf(facts, "evidence_use").some(
        (use) =>
          use.evidence_id === found.id &&
          use[column] === row.id &&
          use.ended_at === null &&
          sees(actor)("evidence_use", use),
      );
    listed(cell, gives, facts, tally, where, there);
    return;
  }
  const [first] = readings;
  if (!first) return;
  for (const { actor, value } of readings)
    tally.hold(
      "one value for all readers",
      text(value) === text(first.value),
      () => `${where(actor)}: ${text(value)}, and ${text(first.value)} for ${first.actor.name}`,
    );
  const told = TOLD[`${type}.${field}`];
  if (told) {
    tally.same("a value is the row's own", told(facts, row), first.value, () => where(first.actor));
    return;
  }
  const own = path === field && type !== "Partnership" ? stored(row, field) : undefined;
  if (own !== undefined && kind === "leaf" && field !== "id")
    tally.same("a value is the row's own", own, first.value, () => where(first.actor));
}

/** Nodes by their ids: whoever sees a row finds it wherever anybody does, and nobody finds one that they do not see. */
function listed(
  cell: Cell,
  gives: string,
  facts: Facts,
  tally: Tally,
  where: (actor: Actor) => string,
  there: (actor: Actor, found: Row) => boolean,
): void {
  const idsOf = (value: unknown): string[] => {
    if (value === null) return [];
    if (Array.isArray(value)) return value.map((one: { id: string }) => one.id);
    if (typeof value === "object" && "nodes" in value) return (value.nodes as { id: string }[]).map(({ id }) => id);
    return [(value as { id: string }).id];
  };
  const all = new Set(cell.readings.flatMap(({ value }) => idsOf(value)));
  const nodeType = gives.replace(/Connection$/, "");
  const rows = new Map((nodeRows(facts, nodeType) ?? []).map((row) => [globalId(nodeType, String(row.id)), row]));
  for (const { actor, value } of cell.readings) {
    const may = [...all].filter((id) => {
      const row = rows.get(id);
      return row !== undefined && seesNode(facts, actor.asking, nodeType, row) && there(actor, row);
    });
    tally.same("rows of a list", [...may].sort(), [...idsOf(value)].sort(), () => where(actor));
    if (value !== null && typeof value === "object" && "totalCount" in value) {
      const { totalCount, edges } = value as unknown as { totalCount: number; edges: { node: { id: string } }[] };
      tally.same(
        "count and edges of a list",
        [may.length, [...may].sort()],
        [totalCount, edges.map(({ node }) => node.id).sort()],
        () => where(actor),
      );
    }
  }
}

/** A column's value as GraphQL writes it; undefined where the field is not a column. */
function stored(row: Row | undefined, field: string): unknown {
  const name = snake(field);
  if (!row || !(name in row)) return undefined;
  const value = row[name];
  return value instanceof Date ? value.toISOString() : value;
}
