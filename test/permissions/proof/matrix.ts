import { getNamedType, type GraphQLObjectType, type GraphQLSchema, isObjectType } from "graphql";
import { globalId, keyOf } from "../../../src/platform/graphql/ids";
import { snake } from "../../../src/platform/database/naming";
import { type About, type Facts, grantsOf, mayReadField, relationsTo, type Row, rowsOf, weighedOn } from "../reading";
import { administering, nodeRows, seesNode } from "../reading-people";
import { partiesOf } from "../reading-challenges";
import { scopesFor } from "../reading-scopes";
import type { Actor } from "./actors";
import { isNode, kindOf, objectTypes, printedTier, selectionOf, type Wanted } from "./published-schema";
import type { Tally } from "./tally";

/** What somebody read in one cell: one field, by its path, of one row. */
export interface Reading {
  actor: Actor;
  value: unknown;
}
export interface Cell {
  type: string;
  field: string;
  /** The node that the answer began at. */
  node: string;
  row: Row;
  path: string;
  readings: Reading[];
  /** Who was withheld it. */
  withheld: Actor[];
}

/** The table that a type's rows stand in. */
export const tableOf = (type: string) => snake(type);

/** Asks as everybody for every row of every type that has an id, and gathers what each cell answered to whom. */
export class Matrix {
  readonly cells = new Map<string, Cell>();
  /** Rows that were not there for somebody: type, and the number of times. */
  readonly absent = new Map<string, number>();
  readonly judged = new Set<string>();
  /** Values by their text: everybody's answers are mostly one another's, and each is kept once. */
  private readonly values = new Map<string, unknown>();
  private readonly grants = new Map<Actor, Row[]>();
  private readonly selections = new Map<string, string>();

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly facts: Facts,
    private readonly tally: Tally,
    /** Narrows what is asked for: grants are tried on the fields that they can name. */
    private readonly wanted: Wanted = () => true,
  ) {}

  /** Node types in the published schema; those of no table that the facts hold are told of by `uncovered`. */
  get nodes(): { read: GraphQLObjectType[]; unread: string[] } {
    const types = objectTypes(this.schema).filter(isNode);
    return {
      read: types.filter(({ name }) => nodeRows(this.facts, name)),
      unread: types.filter(({ name }) => !nodeRows(this.facts, name)).map(({ name }) => name),
    };
  }

  /** One actor, the rows of one type: every field that its scopes let it ask for. */
  async ask(actor: Actor, type: GraphQLObjectType, rows: readonly Row[]): Promise<void> {
    const wanted = this.inScope(actor);
    const shape = `${type.name} ${actor.who.scopes?.join() ?? "uncut"}`;
    const selection = this.selections.get(shape) ?? selectionOf(type, wanted);
    this.selections.set(shape, selection);
    const fragment = selection === "" ? "{ id }" : `{ id ... on ${type.name} ${selection} }`;
    for (let from = 0; from < rows.length; from += 20) {
      const some = rows.slice(from, from + 20);
      const ids = some.map((row) => globalId(type.name, String(row.id)));
      const answer = await actor.client.ask<{ nodes: (Record<string, unknown> | null)[] }>(
        `query ($ids: [ID!]!) { nodes(ids: $ids) ${fragment} }`,
        { ids },
      );
      const refused = new Map(answer.errors.map(({ path, extensions }) => [JSON.stringify(path), extensions.code]));
      const redactions = new Map<string, string>();
      some.forEach((row, index) => {
        const node = answer.data?.nodes[index];
        const about = `${actor.name}, ${type.name} ${String(row.id)}`;
        if (!seesNode(this.facts, actor.asking, type.name, row)) {
          this.absent.set(type.name, (this.absent.get(type.name) ?? 0) + Object.keys(type.getFields()).length);
          this.tally.same(
            "a row that is not there",
            ["NOT_FOUND", null],
            [refused.get(JSON.stringify(["nodes", index])), node],
            () => about,
          );
          refused.delete(JSON.stringify(["nodes", index]));
          return;
        }
        if (!node) {
          this.tally.hold("a row that is there", false, () => `${about}: ${answer.text.slice(0, 300)}`);
          return;
        }
        this.read(actor, type, node, {
          row,
          node: type.name,
          path: "",
          about: aboutOf(type.name, row, this.facts),
          redactions,
          wanted,
        });
      });
      this.tally.same("no other error", [], [...refused], () => `${actor.name}, ${type.name}`);
      this.tally.same(
        "redactions",
        [...redactions].sort(([a], [b]) => (a < b ? -1 : 1)),
        answer.redactions.map(({ type: on, field, requires }) => [`${on}.${field}`, requires]),
        () => `${actor.name}, ${type.name} ${ids.join(" ")}`,
      );
    }
  }

  /** Fields that a service account's scopes let it ask for; for everybody else all of them. */
  inScope(actor: Actor): Wanted {
    const { scopes } = actor.who;
    if (!scopes) return this.wanted;
    return (type, field) =>
      this.wanted(type, field) && this.needed(type, field).every((scope) => scopes.includes(scope));
  }

  needed(type: string, field: string): string[] {
    const on = this.schema.getType(type);
    const gives = isObjectType(on) ? on.getFields()[field]?.type : undefined;
    return scopesFor(type, field, gives ? getNamedType(gives).name : "");
  }

  private read(actor: Actor, type: GraphQLObjectType, value: Record<string, unknown>, at: Place): void {
    const relations = relationsTo(this.facts, actor.who, at.about);
    const grants = this.grants.get(actor) ?? grantsOf(this.facts, actor.who);
    this.grants.set(actor, grants);
    for (const field of Object.values(type.getFields())) {
      const kind = kindOf(field);
      if (kind === "asks" || kind === "interface" || !at.wanted(type.name, field.name)) continue;
      const inner = getNamedType(field.type);
      if (kind === "embedded" && isObjectType(inner) && selectionOf(inner, at.wanted, [type.name]) === "") continue;
      const tier = printedTier(type.name, field);
      const path = at.path === "" ? field.name : `${at.path}.${field.name}`;
      const cell = this.cell(type.name, field.name, at.node, at.row, path);
      const found = value[field.name];
      const name = `${type.name}.${field.name}`;
      this.judged.add(name);
      const near = administering(actor.who, { type: type.name, field: field.name }, relations);
      if (
        !mayReadField(
          weighedOn(grants, type.name),
          near,
          { type: type.name, field: field.name, tier },
          at.about.partnership,
        )
      ) {
        this.tally.hold(
          "READ withheld",
          found === null,
          () =>
            `${actor.name} read ${name} (${tier}) of ${at.node} ${String(at.row.id)}, being ${relations.join(", ")}: ${JSON.stringify(found)}`,
        );
        at.redactions.set(name, tier);
        cell.withheld.push(actor);
        continue;
      }
      // whether it should be there is decided when everybody has been asked
      this.tally.hold("READ allowed", found !== undefined, () => `${actor.name} was not answered ${name}`);
      cell.readings.push({ actor, value: kind === "embedded" ? found !== null : this.once(found) });
      if (kind !== "embedded" || !isObjectType(inner)) continue;
      const list = Array.isArray(found) ? found : found === null ? [] : [found];
      list.forEach((one, index) =>
        this.read(actor, inner, one as Record<string, unknown>, {
          ...at,
          about: authored(inner.name, one, at.about),
          path: Array.isArray(found) ? `${path}[${index}]` : path,
        }),
      );
    }
  }

  private once(value: unknown): unknown {
    if (value === null || (typeof value !== "object" && typeof value !== "string")) return value;
    const text = JSON.stringify(value);
    if (!this.values.has(text)) this.values.set(text, value);
    return this.values.get(text);
  }

  /** Forgets what was answered once it has been judged: the counts stay. */
  forget(): void {
    this.cells.clear();
    this.values.clear();
  }

  private cell(type: string, field: string, node: string, row: Row, path: string): Cell {
    const name = `${node} ${String(row.id)} ${path}`;
    const known = this.cells.get(name) ?? { type, field, node, row, path, readings: [], withheld: [] };
    this.cells.set(name, known);
    return known;
  }
}

/** What is told of an agency is its own: it is to that as an author is. */
function authored(type: string, value: unknown, about: About): About {
  if (type !== "AgencyOptimism" && type !== "ChallengeNote") return about;
  const { agency } = value as { agency: { id: string } };
  return { ...about, author: keyOf("Agency", agency.id) };
}

interface Place {
  row: Row;
  node: string;
  path: string;
  about: About;
  redactions: Map<string, string>;
  wanted: Wanted;
}

/** What a row is about: the partnership, the action and the author that relations are looked up by. */
export function aboutOf(type: string, row: Row, facts: Facts): About {
  return {
    partnership:
      typeof row.partnership_id === "string" ? row.partnership_id : type === "Partnership" ? String(row.id) : null,
    action: type === "Action" ? String(row.id) : typeof row.action_id === "string" ? row.action_id : null,
    author: typeof row.author_agency_id === "string" ? row.author_agency_id : null,
    ...(type === "Evidence" && { author: String(row.owner_agency_id), actions: usedOf(row, facts) }),
    ...(type === "Challenge" && { parties: partiesOf(facts, row) }),
    ...peopleOf(type, row),
  };
}

/** Actions in which evidence is in use, as far as a partner may know: its author and oversight need not be told more. */
const usedOf = (evidence: Row, facts: Facts): string[] =>
  rowsOf(facts, "evidence_use")
    .filter((use) => use.evidence_id === evidence.id && use.ended_at === null && use.reach === "PARTNERSHIP")
    .map((use) => String(use.action_id));

/** Whose people a row is about: an agency's own, whom its lead manages, and what is told to them all. */
function peopleOf(type: string, row: Row): Partial<About> {
  const agency = typeof row.agency_id === "string" ? row.agency_id : null;
  if (type === "Agency") return { ledBy: String(row.id), party: String(row.id) };
  if (type === "Invitation" || type === "ServiceAccount") return { ledBy: agency };
  // who asked for a date to be moved is to it as an author is
  if (type === "DateRevision")
    return { author: typeof row.asked_by_agency_id === "string" ? row.asked_by_agency_id : null };
  // an opening of its drafts is told to the agency as to their author
  return type === "RecordOpening" ? { action: null, author: agency } : {};
}
