import {
  type FieldNode,
  getArgumentValues,
  getNamedType,
  getNullableType,
  type GraphQLField,
  type GraphQLObjectType,
  isListType,
  isObjectType,
} from "graphql";
import type { DataSource, EntityMetadata } from "typeorm";
import { type Page, pageOf } from "../../../platform/graphql/connection";
import { noCursor } from "../../../platform/graphql/cursor";
import { tierOf } from "../../../platform/graphql/exposed";
import type { RequestContext } from "../request-context";
import {
  type Link,
  type LinkedRows,
  type PagedRows,
  type PageLink,
  propertyOf,
  readingOf,
  type RowSource,
  sourceOf,
} from "./declare";
import { asKnown, asToday, type Instant, instantOf, knownTables } from "./known";
import { Level, type Row } from "./level";
import { type Asked, itemsOf, type Selection, selectionOf } from "./selection";

/** A table, and its columns by the properties of its entity. */
interface Table {
  table: string;
  names: ReadonlyMap<string, string>;
}

const tables = new WeakMap<DataSource, Map<string, Table | null>>();

/** The table of a type that is an entity, looked up once for each data source. */
function tableOf(source: DataSource, type: string): Table | null {
  let known = tables.get(source);
  if (!known) tables.set(source, (known = new Map<string, Table | null>()));
  let found = known.get(type);
  if (found === undefined) {
    const entity = source.entityMetadatas.find(({ targetName }) => targetName === type);
    known.set(type, (found = entity ? { table: entity.tableName, names: namesIn(entity) } : null));
  }
  return found;
}

const namesIn = (entity: EntityMetadata) =>
  new Map(entity.columns.map(({ propertyName, databaseName }) => [propertyName, databaseName]));

/** Tiers whose readers depend on what the caller is to the row. */
const BY_RELATION = new Set(["PARTIES", "OWNER", "AUTHOR_DRAFT"]);

/** A page of a list: what was asked for, how the list is read, and what its rows are placed by. */
export interface ReadPage {
  page: Page;
  paged: PagedRows;
  /** The columns of the page's rows that the order is by. */
  position: readonly number[];
  /** The column of the parent that has its id; null for a list that hangs on nothing. */
  parent: number | null;
  /** The column of the parent that has the number of all; null while nobody has selected it. */
  total: number | null;
  /** The lists that the cursors given are of, by the argument. */
  cursors: readonly { argument: string; list: string }[];
}

/** Where the objects of a field are, from the rows that have it. */
export type Linkage =
  | { kind: "nothing" }
  /** The same row. */
  | { kind: "same"; shape: Shape }
  /** The row whose key stands in a column. */
  | { kind: "key"; column: number; shape: Shape }
  /** The rows whose keys stand in a column of a level of their own. */
  | { kind: "keys"; level: Level; column: number; shape: Shape }
  /** Rows of a level of their own. */
  | { kind: "one" | "many"; shape: Shape }
  | { kind: "page"; shape: Shape; read: ReadPage };

/** What is read of the rows of one type in a level: the columns of its properties, and where its fields lead. */
export class Shape {
  readonly columns = new Map<string, number>();
  readonly links = new Map<string, Linkage>();
  /** Fields that could not be asked for, by their properties, with why. */
  readonly refused = new Map<string, unknown>();
  private readonly table: Table | null;

  constructor(
    private readonly reading: Reading,
    readonly level: Level,
    readonly type: GraphQLObjectType,
    readonly row: Row,
    /** What its rows hang on one by one, where they do. */
    readonly owner: Shape | null = null,
    /** What its rows have from there: what it hangs on is always of the same partnership. */
    readonly shared: readonly string[] = ["partnershipId"],
    private readonly source: RowSource = sourceOf(type.name),
  ) {
    this.table = tableOf(reading.context.source, type.name);
  }

  /** Reads what was selected as well, and what rules and resolvers stand on. */
  take(selection: Selection): this {
    const { always, related = {} } = this.source;
    for (const property of always ?? ["id", ...(this.table?.names.has("partnershipId") ? ["partnershipId"] : [])])
      this.property(property);
    for (const [name, nodes] of selection) if (!name.startsWith("__")) this.field(name, nodes);
    if (this.dependsOnRelation(selection)) for (const property of Object.keys(related)) this.related(property);
    if (this.level.instant && this.hasRows) this.property(KNOWN_AT);
    return this;
  }

  /** The values of a property, row by row. */
  valuesOf(property: string): readonly unknown[] {
    const column = this.columns.get(property);
    if (column === undefined) throw new Error(`${this.type.name}.${property} was not read`);
    return this.level.valuesOf(column);
  }

  /** What rules stand on in every row, of what was read. */
  get standing(): string[] {
    const { always = ["id", "partnershipId"], related = {} } = this.source;
    const names = Object.keys(related);
    return [...always, ...names, ...names.map(today), KNOWN_AT].filter((property) => this.columns.has(property));
  }

  /** What the caller is to a row: as it was known then, and as it is today. */
  private related(property: string): void {
    this.property(property);
    if (this.level.instant) this.property(today(property));
  }

  private get context(): RequestContext {
    return this.reading.contextAt(this.level.instant);
  }

  private get hasRows(): boolean {
    return this !== this.reading.root;
  }

  /** Whether the field is a value that stands in the row as it is read. */
  isColumn(name: string): boolean {
    return this.sqlOf(name) !== null;
  }

  private sqlOf(property: string): string | null {
    const { columns, related } = this.source;
    if (property === KNOWN_AT) return this.level.instant?.sql ?? null;
    const todays = property.endsWith(TODAY) ? related?.[property.slice(0, -TODAY.length)] : undefined;
    if (todays) return asToday(todays(this.row, this.context), this.reading.knownTables);
    const said = columns?.[property] ?? related?.[property];
    if (said) return said(this.row, this.context);
    const column = this.table?.names.get(property);
    if (column) return `${this.row.alias}.${column}`;
    const field = this.type.getFields()[property];
    const reading = field && readingOf(field.extensions);
    return reading && "sql" in reading ? reading.sql(this.row, this.context) : null;
  }

  private property(property: string): void {
    if (this.columns.has(property)) return;
    const sql = this.sqlOf(property);
    if (sql === null) throw new Error(`${this.type.name} has no ${property} to read`);
    this.columns.set(property, this.level.column(sql));
  }

  private field(name: string, nodes: readonly FieldNode[]): void {
    const field = this.type.getFields()[name];
    if (!field) throw new Error(`${this.type.name} has no ${name} to read`);
    const reading = readingOf(field.extensions);
    if (!reading) {
      if (this.isColumn(name)) this.property(name);
      // a resolver that does not say what it stands on is given the whole row
      else for (const property of this.table?.names.keys() ?? []) this.property(property);
    } else if ("needs" in reading) {
      for (const property of reading.needs) this.property(property);
    } else if ("sql" in reading) {
      this.property(name);
    } else {
      for (const [property, { args, same }] of this.byArguments(field, nodes)) {
        const known = this.links.get(property);
        const { values } = this.reading;
        const before = values.length;
        try {
          if (known) this.selectMore(field, known, same);
          else if ("pages" in reading) this.links.set(property, this.page(field, reading.pages, args, same));
          else this.links.set(property, this.linked(field, reading.link, args, same));
        } catch (error) {
          values.length = before; // what was refused is not sent
          this.refused.set(property, error);
        }
      }
    }
  }

  /** The places where a field is asked with the same arguments, by the property that holds it. */
  private byArguments(field: GraphQLField<unknown, unknown>, nodes: readonly FieldNode[]) {
    const found = new Map<string, { args: Record<string, unknown>; same: FieldNode[] }>();
    for (const node of nodes) {
      let args: Record<string, unknown> = {};
      try {
        if (field.args.length > 0) args = getArgumentValues(field, node, this.reading.asked.variableValues);
      } catch {
        continue; // a value that graphql refuses where the field is executed, in its own words
      }
      const property = propertyOf(field.name, args);
      const known = found.get(property);
      if (known) known.same.push(node);
      else found.set(property, { args, same: [node] });
    }
    return found;
  }

  private selectMore(field: GraphQLField<unknown, unknown>, known: Linkage, nodes: readonly FieldNode[]): void {
    if (known.kind === "nothing") return;
    const { shape } = known;
    const { asked } = this.reading;
    if (known.kind === "page") {
      const connection = connectionOf(field);
      known.read.total ??= this.totalOf(known.read.paged, shape.level.instant, connection, nodes);
      shape.take(selectionOf(asked, shape.type, itemsOf(asked, connection, nodes)));
    } else shape.take(selectionOf(asked, shape.type, nodes));
  }

  private linked(
    field: GraphQLField<unknown, unknown>,
    link: Link,
    args: Record<string, unknown>,
    nodes: readonly FieldNode[],
  ): Linkage {
    const { reading, level } = this;
    const named = getNamedType(field.type);
    const instant = reading.instantIn(args) ?? level.instant;
    const child = reading.childOf(level, instant);
    const it = child.row(sourceOf(named.name));
    const found = link(this.row, it, reading.contextAt(instant), args, reading.$, reading.instantOf);
    if (found === null) return { kind: "nothing" };
    const type = "type" in found && found.type ? reading.typeOf(found.type) : reading.typeOf(named.name);
    const select = (shape: Shape) => shape.take(selectionOf(reading.asked, type, nodes));
    if (!("where" in found) && "key" in found) {
      const column = level.column(found.key);
      const shape = reading.keyed(type, level, column, found.partnershipId, instant);
      return { kind: "key", column, shape: select(shape) };
    }
    if (!("where" in found))
      return { kind: "same", shape: select(new Shape(reading, level, type, found as Row, this.owner, this.shared)) };
    if (found.key !== undefined) {
      child.findBy({ from: found.from ?? "", where: found.where, order: found.order });
      const column = reading.added(child).column(found.key);
      return {
        kind: "keys",
        level: child,
        column,
        shape: select(reading.keyed(type, child, column, undefined, instant)),
      };
    }
    it.kind = found.kind;
    it.source = sourceOf(type.name);
    const shape = new Shape(reading, reading.added(child), type, it, this, sharedBy(found));
    const many = isListType(getNullableType(field.type));
    child.findBy({ ...this.fromOf(shape, found), order: found.order, ...(many ? {} : { limit: 1 }) });
    return { kind: many ? "many" : "one", shape: select(shape) };
  }

  private page(
    field: GraphQLField<unknown, unknown>,
    pages: PageLink,
    args: Record<string, unknown>,
    nodes: readonly FieldNode[],
  ): Linkage {
    const { reading, level } = this;
    const { asked, $ } = reading;
    const instant = reading.instantIn(args) ?? level.instant;
    const context = reading.contextAt(instant);
    const page = pageOf(args);
    const connection = connectionOf(field);
    const type = getNamedType(connection.getFields().nodes?.type) as GraphQLObjectType;
    const child = reading.childOf(level, instant);
    const it = child.row(sourceOf(type.name));
    const paged = pages(this.row, it, context, args, $);
    const ascending = (paged.descending ?? false) === page.backwards;
    const cursors: ReadPage["cursors"][number][] = [];
    const bounds = (["after", "before"] as const).flatMap((argument) => {
      const cursor = page[argument];
      if (cursor === null) return [];
      const { list, position } = context.cursors.read(cursor, [argument]);
      if (!isListOf(paged, list)) throw noCursor([argument]);
      cursors.push({ argument, list });
      const at = paged.order.map(({ type: sql }, index) => `${$(position[index] ?? "")}::${sql}`);
      const operator = (argument === "after") === (paged.descending ?? false) ? "<" : ">";
      return [(columns: readonly string[]) => `(${columns.join(", ")}) ${operator} (${at.join(", ")})`];
    });
    const limit = page.size + 1;
    const beyond = (...columns: string[]) => [...bounds.map((bound) => bound(columns)), "true"].join(" and ");
    const found = paged.rows({ ascending, limit, beyond });
    const shape = new Shape(reading, reading.added(child), type, it, this, sharedBy(found));
    const direction = ascending ? "asc" : "desc";
    const order = paged.order.map(({ by }) => `${by} ${direction}`).join(", ");
    child.findBy({ ...this.fromOf(shape, found), order, limit });
    const position = paged.order.map(({ by }) => child.column(by));
    if (this.hasId) this.property("id");
    const parent = this.columns.get("id") ?? null;
    const total = this.totalOf(paged, instant, connection, nodes);
    shape.take(selectionOf(asked, type, itemsOf(asked, connection, nodes)));
    return { kind: "page", shape, read: { page, paged, position, parent, total, cursors } };
  }

  private totalOf(
    paged: PagedRows,
    instant: Instant | null,
    connection: GraphQLObjectType,
    nodes: readonly FieldNode[],
  ): number | null {
    if (!selectionOf(this.reading.asked, connection, nodes).has("totalCount")) return null;
    // it stands in the row that the list hangs on, which may be of another day than the list
    const count = `(${paged.count()})`;
    return this.level.column(instant ? asKnown(count, instant, this.reading.knownTables) : count);
  }

  private get hasId(): boolean {
    return this.table?.names.has("id") ?? false;
  }

  private fromOf({ table, row }: Shape, { from, where }: LinkedRows): { from: string; where: string } {
    if (from !== undefined) return { from, where };
    if (!table) throw new Error(`it is not said where the rows of ${this.type.name} lead`);
    return { from: `${table.table} ${row.alias}`, where };
  }

  /** Whether some rule on the selected fields may have to know what the caller is to the row. */
  private dependsOnRelation(selection: Selection): boolean {
    const fields = this.type.getFields();
    const narrowed = this.context.actor.grants.some(({ relation }) => relation !== null);
    for (const name of selection.keys())
      if (fields[name] && (narrowed || BY_RELATION.has(tierOf(fields[name].extensions) ?? ""))) return true;
    return false;
  }
}

const sharedBy = ({ shared = [] }: Pick<LinkedRows, "shared">): string[] => [
  "partnershipId",
  ...shared,
  ...shared.map(today),
];

/** The instant as of which a row was read; no row of today has it. */
const KNOWN_AT = "knownAt";
const TODAY = "Today";
/** What is so of a row today, beside what was so of it then. */
const today = (property: string): string => `${property}${TODAY}`;

/** Whether a list is of this kind, whatever it hangs on: its positions are then of this kind too. */
function isListOf({ name }: PagedRows, list: string): boolean {
  const [start = "", end] = name("\0").split("\0");
  return end === undefined ? list === start : list.startsWith(start) && list.endsWith(end);
}

const connectionOf = (field: GraphQLField<unknown, unknown>) => getNamedType(field.type) as GraphQLObjectType;

/**
 * One statement that reads just what was selected, however deep it goes. What a field is, who may read it and how it is read
 * are said in one place, where it is declared; this turns a selection of fields into SQL. Rows of one place are read at once,
 * and those that are led to by a key once each; values stay parameters; every table is read under row-level security; what
 * may not be shown is withheld by the field's rule.
 */
export class Reading {
  readonly values: unknown[] = [];
  private readonly levels: Level[] = [];
  private readonly byKey = new Map<string, Shape[]>();
  /** The places of instants among the parameters. */
  private readonly instants = new Map<string, number>();
  private rows = 0;
  private names = 0;
  readonly knownTables: ReadonlySet<string>;
  /** The one row that everything hangs on: the fields of the query itself are read from it. */
  readonly root: Shape;

  constructor(
    readonly context: RequestContext,
    readonly asked: Asked,
  ) {
    this.knownTables = knownTables(context.source);
    const level = this.added(this.level(null, null));
    const query = asked.schema.getQueryType();
    if (!query) throw new Error("the schema has no query");
    this.root = new Shape(this, level, query, level.row({}), null, [], { always: [] });
  }

  /** The parameter that stands for a value. */
  readonly $ = (value: unknown): string => `$${this.values.push(value)}`;

  typeOf(name: string): GraphQLObjectType {
    const type = this.asked.schema.getType(name);
    if (!isObjectType(type)) throw new Error(`${name} is no type of objects`);
    return type;
  }

  private level(parent: Level | null, instant: Instant | null): Level {
    return new Level(`l${this.names++}`, parent, () => `r${this.rows++}`, instant, this.knownTables);
  }

  /** A level that hangs on another, not part of the statement until it is added. */
  childOf(parent: Level, instant: Instant | null = parent.instant): Level {
    return this.level(parent, instant);
  }

  /** The instant that a field's arguments name; null where they name none. */
  instantIn({ asOf }: Record<string, unknown>): Instant | null {
    return asOf instanceof Date ? this.instantOf(asOf, "asOf") : null;
  }

  readonly instantOf = (asked: Date, argument: string): Instant =>
    this.instantAt(instantOf(asked, this.context.now, argument));

  /** An instant, given its place among the parameters once. */
  private instantAt(text: string): Instant {
    let place = this.instants.get(text) ?? 0;
    // what was refused took its values with it
    if (this.values[place - 1] !== text) this.instants.set(text, (place = this.values.push(text)));
    return { text, sql: `$${place}::timestamptz` };
  }

  /** Who asks, as far as rows of an instant are shown to them. */
  contextAt(instant: Instant | null): RequestContext {
    return instant ? this.context.knownAt(instant.text) : this.context;
  }

  added(level: Level): Level {
    this.levels.push(level.join());
    return level;
  }

  /** The rows of a type that keys lead to: those that others lead to already, unless they stand on what leads here. */
  keyed(
    type: GraphQLObjectType,
    from: Level,
    column: number,
    partnershipId: string | undefined,
    instant: Instant | null,
  ): Shape {
    const name = `${type.name} ${partnershipId ?? ""} ${instant?.text ?? ""}`;
    const known = this.byKey.get(name) ?? [];
    this.byKey.set(name, known);
    let shape = known.find(({ level }) => !from.needs(level));
    if (!shape) {
      const level = this.added(this.level(null, instant));
      const row = level.row(sourceOf(type.name));
      row.partnershipId = partnershipId;
      const table = tableOf(this.context.source, type.name);
      if (!table) throw new Error(`${type.name} has no table`);
      level.findBy({ from: `${table.table} ${row.alias}`, where: `${row.alias}.id = keys.k`, limit: 1 });
      shape = new Shape(this, level, type, row);
      known.push(shape);
    }
    shape.level.ledToBy(from, column);
    return shape;
  }

  /** Rows of a type by their ids, to be read together; null where nothing of them is. */
  byIds(type: GraphQLObjectType, ids: readonly string[], partnershipId?: string, knownAt?: string | null): Shape {
    const instant = knownAt == null ? null : this.instantAt(knownAt);
    const level = this.added(this.childOf(this.root.level, instant));
    const row = level.row(sourceOf(type.name));
    row.partnershipId = partnershipId;
    const table = tableOf(this.context.source, type.name);
    if (!table) throw new Error(`${type.name} has no table`);
    level.findBy({ from: `${table.table} ${row.alias}`, where: `${row.alias}.id = any (${this.$(ids)}::uuid[])` });
    return new Shape(this, level, type, row);
  }

  /** Answers those columns alone that whoever writes the answer makes use of: to be said before it is put together. */
  answerOnlyUsed(): void {
    for (const level of this.levels) level.answerOnlyUsed();
    for (const level of this.levels) level.useKeys();
  }

  /** The statement; null where there is nothing to read. */
  get text(): string | null {
    if (this.levels.every((level) => level.isEmpty)) return null;
    // children say last what they ask of their parents, so every expression is made before any is put down
    const inOrder: Level[] = [];
    const put = (level: Level): void => {
      if (inOrder.includes(level)) return;
      level.before.forEach(put);
      inOrder.push(level);
    };
    this.levels.forEach(put);
    const expressions = [...inOrder].reverse().map((level) => level.expression);
    return `with ${expressions.reverse().join(",\n ")}\nselect ${inOrder.map((level) => level.answer).join(", ")}`;
  }

  /** Takes what the statement gave: one row, of each level its columns. */
  fill(answer: Readonly<Record<string, (unknown[] | null)[]>> | undefined): void {
    for (const level of this.levels)
      level.fill(answer?.[level.name] ?? (level === this.root.level ? [[true]] : undefined));
  }

  /** Sends the statement, if there is anything to read. */
  async read(): Promise<void> {
    const { text } = this;
    const rows =
      text === null ? [] : await this.context.db.query<Record<string, (unknown[] | null)[]>>(text, this.values);
    this.fill(rows[0]);
  }
}
