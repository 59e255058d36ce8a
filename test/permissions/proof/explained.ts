import { globalId } from "../../../src/platform/graphql/ids";
import {
  type Facts,
  grantsOf,
  isMember,
  mayReadField,
  oversees,
  type Relation,
  relationsTo,
  type Row,
  rowsOf,
  today,
  type Who,
  whoIs,
} from "../reading";
import { leads, seesRow } from "../reading-rows";
import type { Actor } from "./actors";
import { aboutOf } from "./matrix";
import type { Tally } from "./tally";

const FIELDS: readonly { type: string; field: string; tier: string }[] = [
  { type: "ProgressUpdate", field: "riskNote", tier: "OWNER" },
  { type: "ProgressUpdate", field: "impactNarrative", tier: "PARTIES" },
  { type: "ProgressUpdate", field: "draftingNote", tier: "AUTHOR_DRAFT" },
  { type: "ProgressUpdate", field: "revision", tier: "AUTHOR_DRAFT" },
];

interface Cell {
  agency: { id: string } | null;
  role: string;
  type: string;
  field: string;
  operation: string;
  tier: string;
  verdicts: { relation: Relation; verdict: string; decidedBy: { kind: string; rule: string; grant: unknown } }[];
}

const begun = (first: unknown, day: string) => typeof first !== "string" || first <= day;
const lasts = (last: unknown, day: string) => typeof last !== "string" || last >= day;

/** Somebody who holds nothing but that role there. */
function holding(facts: Facts, partnership: string, agency: Row | undefined, role: string): Who {
  const day = today(facts);
  const within = rowsOf(facts, "collective_member").filter(
    (row) => row.member_id === agency?.id && begun(row.valid_from, day) && lasts(row.valid_to, day),
  );
  const names = agency ? [String(agency.id), ...within.map((row) => String(row.collective_id))] : [];
  const of = { partnership, agency: agency ? String(agency.id) : null, sector: agency ? String(agency.sector) : null };
  return { person: null, scopes: null, holdings: [{ id: "", ...of, role, acting: role, scopes: null, names }] };
}

/** The published matrix: for its partnership's members alone, and each verdict the reading's. */
export async function accessPolicy(actor: Actor, facts: Facts, tally: Tally): Promise<void> {
  for (const partnership of rowsOf(facts, "partnership"))
    for (const one of FIELDS) {
      const name = `${one.type}.${one.field}`;
      const { data, errors } = await actor.client.ask<{ accessPolicy: { totalCount: number; nodes: Cell[] } | null }>(
        `{ accessPolicy(partnership: "${String(partnership.slug)}", field: "${name}", operation: READ, first: 100) { totalCount nodes {
          agency { id } role type field operation tier verdicts { relation verdict decidedBy { kind rule grant { id } } } } } }`,
      );
      const where = () => `${actor.name}, accessPolicy of ${String(partnership.slug)} for ${name}`;
      const member = isMember(actor.who, partnership.id);
      const refusal = seesRow(facts, actor.asking, "partnership", partnership) ? "FORBIDDEN" : "NOT_FOUND";
      tally.same(
        "READ by a root",
        member ? [] : [refusal],
        errors.map(({ extensions }) => extensions.code),
        where,
      );
      const cells = data?.accessPolicy?.nodes ?? [];
      const lasting = rowsOf(facts, "agency").filter(
        (row) => row.partnership_id === partnership.id && lasts(row.valid_to, today(facts)),
      );
      // five standings of no agency, four of each
      tally.same("cells of the matrix", member ? 5 + lasting.length * 4 : 0, cells.length, where);
      for (const { agency, role, tier, verdicts } of cells) {
        const row = lasting.find(({ id }) => agency?.id === globalId("Agency", String(id)));
        const who = holding(facts, String(partnership.id), row, role);
        const grants = grantsOf(facts, who);
        tally.same("tier in the matrix", one.tier, tier, where);
        for (const { relation, verdict } of verdicts)
          tally.same(
            "verdict in the matrix",
            mayReadField(grants, [relation], one, String(partnership.id)) ? "ALLOWED" : "WITHHELD",
            verdict,
            () => `${where()}: ${row ? String(row.name) : "no agency"} ${role} being ${relation}`,
          );
      }
    }
}

interface Explained {
  verdict: string;
  tier: string;
}

/** Why somebody may or may not: about oneself, and about another only by who watches over them or leads their agency. */
export async function accessExplain(actor: Actor, facts: Facts, tally: Tally): Promise<void> {
  const other = rowsOf(facts, "person").find((row) => row.subject === "police-viewer");
  const updates = rowsOf(facts, "progress_update");
  for (const person of [actor.who.person, other ? String(other.id) : null]) {
    if (person === null) continue;
    for (const one of FIELDS)
      for (let from = 0; from < updates.length; from += 5) {
        const some = updates.slice(from, from + 5);
        const asked = some.map(
          (_row, index) =>
            `e${index}: accessExplain(node: $n${index}, field: $field, actor: $actor) { verdict tier relation decidedBy { kind rule grant { id } } }`,
        );
        const { data, errors } = await actor.client.ask<Record<string, Explained | null>>(
          // one document for all: the service keeps each that it was sent
          `query ($field: String!, $actor: ID!, ${some.map((_row, index) => `$n${index}: ID!`).join(", ")}) { ${asked.join(" ")} }`,
          {
            field: one.field,
            actor: globalId("Actor", person),
            ...Object.fromEntries(some.map((row, index) => [`n${index}`, globalId("ProgressUpdate", String(row.id))])),
          },
        );
        some.forEach((row, index) => {
          const code = errors.find(({ path }) => path?.[0] === `e${index}`)?.extensions.code ?? null;
          const found = data?.[`e${index}`];
          tally.same(
            "READ by a root",
            expected(facts, actor, person, row, one),
            [found?.verdict ?? null, code],
            () => `${actor.name}, accessExplain of ${one.field} of ${String(row.id)} about ${person}`,
          );
          if (found) tally.same("tier explained", one.tier, found.tier, () => actor.name);
        });
      }
  }
}

function expected(
  facts: Facts,
  actor: Actor,
  person: string,
  row: Row,
  field: { type: string; field: string; tier: string },
): [string | null, string | null] {
  if (actor.who.person === null || !seesRow(facts, actor.asking, "progress_update", row)) return [null, "NOT_FOUND"];
  const itself = person === actor.who.person;
  const who = itself ? actor.who : whoIs(facts, person);
  const mayAsk =
    itself ||
    who.holdings.some(
      ({ partnership, agency }) =>
        partnership === row.partnership_id && (oversees(actor.who, partnership) || leads(actor.asking, agency)),
    );
  if (!mayAsk) return [null, "NOT_FOUND"];
  const asking = itself ? actor.asking : { ...actor.asking, who, issuer: null, subject: null };
  if (!seesRow(facts, asking, "progress_update", row)) return ["NO_ROW", null];
  const about = aboutOf("ProgressUpdate", row, facts);
  const may = mayReadField(grantsOf(facts, who), relationsTo(facts, who, about), field, about.partnership);
  return [may ? "ALLOWED" : "WITHHELD", null];
}
