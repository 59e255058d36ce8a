import {
  type FieldNode,
  getArgumentValues,
  getNamedType,
  getNullableType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from "graphql";
import { isPlain } from "../../../platform/graphql/exposed";
import { globalId, typesWithIds } from "../../../platform/graphql/ids";
import type { RequestContext } from "../request-context";
import { guardOf, type RuledRow } from "../shield";
import { nothingCanBeDone, propertyOf, readingOf } from "./declare";
import { listOf, positionOf } from "./objects";
import type { Linkage, ReadPage, Shape } from "./reading";
import { leaf, NotWrittenError, otherwise, type WriteValue } from "./leaf";
import { type Asked, responseKeys, type Selecting } from "./selection";

/** Gives the JSON of a field of one row. */
type Write = (row: number) => string;

/**
 * Writes an answer as JSON from the columns that were read, in the order and with the words that graphql-js would give it, with
 * no object made of a row and no promise: for each place of the operation a function is put together once, and called for each
 * row. What no declaration says how to read, what would be an error and what must be waited for it leaves to the resolvers.
 */
export class Writing {
  private readonly views = new Map<Shape, (row: number) => RuledRow>();
  /** What is remembered of the rows that were read, to be forgotten before the next are. */
  private readonly ofRows: unknown[][] = [];

  constructor(
    private readonly context: RequestContext,
    private readonly asked: Asked,
    /** Whether a field is resolved as it is declared, by nobody else. */
    private readonly isAsDeclared: (field: GraphQLField<unknown, unknown>) => boolean,
  ) {}

  /** Forgets what was remembered of rows: others were read. */
  forgetRows(): void {
    for (const kept of this.ofRows) kept.length = 0;
  }

  private remembering<T>(): T[] {
    const kept: T[] = [];
    this.ofRows.push(kept);
    return kept;
  }

  /** What is written of a row that many lead to, written once. */
  private onceEach(write: Write): Write {
    const known = this.remembering<string>();
    return (row) => (known[row] ??= write(row));
  }

  /**
   * The rows of a shape as rules and methods are given them: their properties, without what they lead to. A property is
   * looked up in its column when it is asked for, so that nothing is copied.
   */
  private rowsOf(shape: Shape): (row: number) => RuledRow {
    const known = this.views.get(shape);
    if (known) return known;
    class RowView {
      constructor(readonly at: number) {}
    }
    for (const [property, place] of shape.columns) {
      const above = this.sharedWith(shape, property);
      Object.defineProperty(RowView.prototype, property, {
        get(this: RowView) {
          return above ? above(this.at) : shape.level.valuesOf(place)[this.at];
        },
      });
    }
    const made = this.remembering<RowView>();
    const rowOf = (row: number) => (made[row] ??= new RowView(row)) as unknown as RuledRow;
    this.views.set(shape, rowOf);
    return rowOf;
  }

  /** Has a property of rows read, unless they have it from what they hang on. */
  private makeUse(shape: Shape, property: string): void {
    if (!this.sharedWith(shape, property)) use(shape, property);
  }

  /** A property of rows that they have from what they hang on; null where that does not have it either. */
  private sharedWith({ level, owner, shared }: Shape, property: string): ((row: number) => unknown) | null {
    if (!owner?.columns.has(property) || !shared.includes(property)) return null;
    const above = this.sharedWith(owner, property);
    if (above) return (row) => above(level.parentOf(row));
    const values = column(owner, property);
    return (row) => values()[level.parentOf(row)];
  }

  /** An object of a row. */
  object(shape: Shape, nodes: readonly Selecting[]): Write {
    const fields = [...responseKeys(this.asked, shape.type, nodes)].map(([key, places]): [string, Write] => [
      key,
      this.field(shape, places),
    ]);
    return inBraces(fields);
  }

  private field(shape: Shape, nodes: readonly FieldNode[]): Write {
    const { type } = shape;
    const [node] = nodes;
    if (!node) throw otherwise();
    if (node.name.value === "__typename") return () => `"${type.name}"`;
    const field = this.declared(type, node.name.value);
    const write = required(field.type, this.read(shape, field, node, nodes));
    const guard = guardOf(this.asked.schema, type.name, field.name, this.context);
    if (!guard) return write;
    const rows = this.rowsOf(shape);
    if (guard.looksAtRows) for (const property of shape.standing) this.makeUse(shape, property);
    const partnershipOf = this.sharedWith(shape, "partnershipId") ?? valueOf(shape, "partnershipId");
    const knownAt = shape.level.instant?.text ?? null;
    // most verdicts are one for a whole partnership, and most rows that follow each other are of one
    const settled = this.remembering<{ partnership: unknown; allowed: boolean | null }>();
    return (row) => {
      const partnership = partnershipOf(row);
      if (settled[0]?.partnership !== partnership)
        settled[0] = { partnership, allowed: guard.everywhere(String(partnership), knownAt) };
      const allowed = settled[0]?.allowed ?? guard.of(rows(row));
      if (allowed === null) throw otherwise();
      return allowed ? write(row) : "null";
    };
  }

  private declared(type: GraphQLObjectType, name: string): GraphQLField<unknown, unknown> {
    const field = type.getFields()[name];
    if (!field || !this.isAsDeclared(field)) throw new NotWrittenError(true);
    return field;
  }

  /** A field of a page, which nothing guards. */
  private open(type: GraphQLObjectType, name: string): GraphQLField<unknown, unknown> {
    if (guardOf(this.asked.schema, type.name, name, this.context)) throw new NotWrittenError(true);
    return this.declared(type, name);
  }

  private read(
    shape: Shape,
    field: GraphQLField<unknown, unknown>,
    node: FieldNode,
    nodes: readonly FieldNode[],
  ): Write {
    const { type } = shape;
    const declared = readingOf(field.extensions);
    if (!declared || "sql" in declared) {
      if (field.name === "id" && typesWithIds().includes(type.name)) {
        const ids = column(shape, "id");
        return (row) => `"${globalId(type.name, String(ids()[row]))}"`;
      }
      if (!shape.columns.has(field.name) || !(declared || isPlain(field.extensions))) throw new NotWrittenError(true);
      const values = column(shape, field.name);
      const write = this.value(field.type, nodes);
      return (row) => write(values()[row]);
    }
    if ("needs" in declared) {
      const { of, needs } = declared;
      const nothing = shape.level.instant ? nothingCanBeDone(field) : undefined;
      if (nothing) {
        const text = this.value(field.type, nodes)(nothing);
        return () => text;
      }
      if (of.constructor.name === "AsyncFunction") throw new NotWrittenError(true); // which must be waited for
      for (const property of needs) this.makeUse(shape, property);
      const rows = this.rowsOf(shape);
      const write = this.value(field.type, nodes);
      return (row) => write(of(rows(row) as never, this.context));
    }
    const args = field.args.length > 0 ? getArgumentValues(field, node, this.asked.variableValues) : {};
    const link = shape.links.get(propertyOf(field.name, args));
    if (!link) throw otherwise();
    const write = this.linked(shape, link, field, nodes);
    return "absent" in declared && declared.absent ? present(write) : write;
  }

  private linked(
    shape: Shape,
    link: Linkage,
    field: GraphQLField<unknown, unknown>,
    nodes: readonly FieldNode[],
  ): Write {
    if (link.kind === "nothing") return () => "null";
    if (link.kind === "page") return this.connection(shape, link.shape, link.read, field, nodes);
    const { shape: to } = link;
    const write = this.object(to, nodes);
    if (link.kind === "same") return write;
    if (link.kind === "key") {
      shape.level.use(link.column);
      const once = this.onceEach(write);
      return (row) => {
        const found = to.level.rowOf(shape.level.valuesOf(link.column)[row]);
        return found === undefined ? "null" : once(found);
      };
    }
    if (link.kind === "keys") {
      link.level.use(link.column);
      const once = this.onceEach(write);
      return (row) => {
        const [from, end] = link.level.span(row);
        const keys = link.level.valuesOf(link.column);
        const texts: string[] = [];
        for (let at = from; at < end; at += 1) {
          const found = to.level.rowOf(keys[at]);
          if (found !== undefined) texts.push(once(found));
        }
        return `[${texts.join(",")}]`;
      };
    }
    if (link.kind === "one")
      return (row) => {
        const [from, end] = to.level.span(row);
        return end > from ? write(from) : "null";
      };
    return (row) => {
      const [from, end] = to.level.span(row);
      return rowsWritten(write, from, end, false);
    };
  }

  private connection(
    shape: Shape,
    to: Shape,
    read: ReadPage,
    field: GraphQLField<unknown, unknown>,
    nodes: readonly FieldNode[],
  ): Write {
    const type = getNamedType(field.type) as GraphQLObjectType;
    const { page, position, parent: owner, total } = read;
    for (const place of position) to.level.use(place);
    for (const place of [owner, total]) if (place !== null) shape.level.use(place);
    const { cursors } = this.context;
    const sealed: Seal = (list, rows) =>
      cursors.sealAll(
        list,
        rows.map((row) => positionOf(to, position, row)),
      );
    const parts = [...responseKeys(this.asked, type, nodes)].map(([key, places]): [string, WritePage] => {
      const name = places[0]?.name.value ?? "";
      if (name === "__typename") return [key, () => `"${type.name}"`];
      const inner = getNamedType(this.open(type, name).type);
      if (name === "totalCount") {
        if (total === null) throw otherwise();
        return [key, ({ parent }) => String(Number(shape.level.valuesOf(total)[parent]))];
      }
      if (!isObjectType(inner)) throw new NotWrittenError(true);
      if (name === "nodes") {
        const write = this.object(to, places);
        return [key, ({ from, end }) => rowsWritten(write, from, end, page.backwards)];
      }
      if (name === "edges") return [key, this.edges(inner, to, sealed, places, page.backwards)];
      if (name === "pageInfo") return [key, this.pageInfo(inner, read, sealed, places)];
      throw new NotWrittenError(true);
    });
    return (parent) => {
      const list = listOf(shape, read, parent);
      if (typeof list !== "string") throw otherwise();
      const [from, last] = to.level.span(parent);
      const more = last - from > page.size;
      const cut: CutPage = { list, parent, from, end: more ? last - 1 : last, more };
      return `{${parts.map(([key, write]) => `${JSON.stringify(key)}:${write(cut)}`).join(",")}}`;
    };
  }

  private edges(
    type: GraphQLObjectType,
    to: Shape,
    sealed: Seal,
    nodes: readonly FieldNode[],
    backwards: boolean,
  ): WritePage {
    let first = 0;
    let cursors: string[] = [];
    const selected = responseKeys(this.asked, type, nodes);
    const isSealed = [...selected.values()].some(([node]) => node?.name.value === "cursor");
    const edge = inBraces(
      [...selected].map(([key, places]): [string, Write] => {
        const name = places[0]?.name.value ?? "";
        if (name === "__typename") return [key, () => `"${type.name}"`];
        this.open(type, name);
        if (name === "cursor") return [key, (row) => `"${cursors[row - first] ?? ""}"`];
        if (name !== "node") throw new NotWrittenError(true);
        return [key, this.object(to, places)];
      }),
    );
    return ({ list, from, end }) => {
      first = from;
      if (isSealed)
        cursors = sealed(
          list,
          Array.from({ length: end - from }, (_, at) => from + at),
        );
      return rowsWritten(edge, from, end, backwards);
    };
  }

  private pageInfo(type: GraphQLObjectType, { page }: ReadPage, sealed: Seal, nodes: readonly FieldNode[]): WritePage {
    const cursorOf = (list: string, row: number) => `"${sealed(list, [row])[0] ?? ""}"`;
    const parts: Record<string, WritePage> = {
      __typename: () => `"${type.name}"`,
      hasNextPage: ({ more }) => String(page.backwards ? page.before !== null : more),
      hasPreviousPage: ({ more }) => String(page.backwards ? more : page.after !== null),
      startCursor: ({ list, from, end }) => (end > from ? cursorOf(list, page.backwards ? end - 1 : from) : "null"),
      endCursor: ({ list, from, end }) => (end > from ? cursorOf(list, page.backwards ? from : end - 1) : "null"),
    };
    const selected = [...responseKeys(this.asked, type, nodes)].map(([key, places]): [string, WritePage] => {
      const name = places[0]?.name.value ?? "";
      const write = parts[name];
      if (!write) throw new NotWrittenError(true);
      if (name !== "__typename") this.open(type, name);
      return [key, write];
    });
    return (cut) => `{${selected.map(([key, write]) => `${JSON.stringify(key)}:${write(cut)}`).join(",")}}`;
  }

  /** A value of a type: of a leaf, of a list, or an object that is no row. */
  private value(type: GraphQLOutputType, nodes: readonly FieldNode[]): WriteValue {
    const of = getNullableType(type);
    const write = this.present(of, nodes);
    if (isNonNullType(type))
      return (value) => {
        if (value == null) throw otherwise();
        return write(value);
      };
    return (value) => (value == null ? "null" : write(value));
  }

  private present(type: GraphQLOutputType, nodes: readonly FieldNode[]): WriteValue {
    if (isListType(type)) {
      const write = this.value(type.ofType, nodes);
      return (value) => {
        if (!Array.isArray(value)) throw otherwise();
        return `[${value.map(write).join(",")}]`;
      };
    }
    if (isLeafType(type)) return leaf(type);
    if (!isObjectType(type)) throw new NotWrittenError(true);
    const fields = [...responseKeys(this.asked, type, nodes)].map(([key, places]): [string, WriteValue] => [
      key,
      this.property(type, places),
    ]);
    const keys = fields.map(([key]) => `${JSON.stringify(key)}:`);
    return (value) => {
      if (value instanceof Promise) throw otherwise();
      return `{${fields.map(([, write], index) => `${keys[index] ?? ""}${write(value)}`).join(",")}}`;
    };
  }

  /** A field of an object that is no row: what stands in it, or what is worked out of it. */
  private property(type: GraphQLObjectType, nodes: readonly FieldNode[]): WriteValue {
    const name = nodes[0]?.name.value ?? "";
    if (name === "__typename") return () => `"${type.name}"`;
    const field = this.declared(type, name);
    const declared = readingOf(field.extensions);
    const worked = declared && "needs" in declared ? declared.of : undefined;
    if (!worked && (declared || !isPlain(field.extensions))) throw new NotWrittenError(true);
    const inner = this.value(field.type, nodes);
    const write: WriteValue = worked
      ? (value) => inner(worked(value as never, this.context))
      : (value) => inner((value as Record<string, unknown>)[name]);
    const guard = guardOf(this.asked.schema, type.name, name, this.context);
    if (!guard) return write;
    return (value) => {
      const allowed = guard.of(value as RuledRow);
      if (allowed === null) throw otherwise();
      return allowed ? write(value) : "null";
    };
  }
}

/** A page as it is written: whose it is, its rows in the order that they were walked, and whether there is more. */
interface CutPage {
  list: string;
  parent: number;
  from: number;
  end: number;
  more: boolean;
}
type WritePage = (page: CutPage) => string;
/** Gives the cursors of rows of a list. */
type Seal = (list: string, rows: readonly number[]) => string[];

function inBraces(fields: readonly [string, Write][]): Write {
  if (fields.length === 0) return () => "{}";
  const keys = fields.map(([key], index) => `${index === 0 ? "{" : ","}${JSON.stringify(key)}:`);
  const writes = fields.map(([, write]) => write);
  return (row) => {
    let text = "";
    for (let at = 0; at < writes.length; at += 1) text += (keys[at] as string) + (writes[at] as Write)(row);
    return `${text}}`;
  };
}

function rowsWritten(write: Write, from: number, end: number, backwards: boolean): string {
  let text = "";
  for (let at = from; at < end; at += 1) {
    const one = write(backwards ? end - 1 - (at - from) : at);
    text += at === from ? one : `,${one}`;
  }
  return `[${text}]`;
}

/** What may not be null and is, is an error, for the resolvers to tell. */
const required = (type: GraphQLOutputType, write: Write): Write => (isNonNullType(type) ? present(write) : write);

function present(write: Write): Write {
  return (row) => {
    const text = write(row);
    if (text === "null") throw otherwise();
    return text;
  };
}

/** The values of a property, as they were read last. */
function column(shape: Shape, property: string): () => readonly unknown[] {
  const place = use(shape, property);
  return () => shape.level.valuesOf(place);
}

const valueOf = (shape: Shape, property: string): ((row: number) => unknown) => {
  const values = column(shape, property);
  return (row) => values()[row];
};

/** The column of a property, which is answered then. */
function use(shape: Shape, property: string): number {
  const place = shape.columns.get(property);
  if (place === undefined) throw new NotWrittenError(true);
  shape.level.use(place);
  return place;
}
