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
import { tierOf } from "../../../platform/graphql/exposed";
import type { RequestContext } from "../request-context";
import { type Link, type LinkedRows, type Place, propertyOf, readingOf, type RowSource, sourceOf } from "./declare";
import { type Asked, type Selection, selectionOf } from "./selection";

/** A row of the statement: its alias, and the joins that its fields asked for. */
class Row implements Place {
  private readonly joined = new Map<string, Row>();

  constructor(
    private readonly statement: RowStatement,
    readonly alias: string,
    private readonly source: RowSource,
  ) {}

  toString(): string {
    return this.alias;
  }

  join(name: string): Row {
    const known = this.joined.get(name);
    if (known) return known;
    if (!this.source.joins?.[name]) throw new Error(`no join is called ${name}`);
    const it = this.statement.row({});
    this.joined.set(name, it);
    return it;
  }

  /** The joins asked for, to stand behind the row's table. */
  joins(): string {
    return [...this.joined].map(([name, it]) => this.source.joins?.[name]?.(this, it) ?? "").join(" ");
  }
}

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

/**
 * One statement that reads rows with just what was selected of them, and below them, as JSON. What a field is, who may read
 * it and how it is read are said in one place, where it is declared; this turns a selection of fields into SQL. Values stay
 * parameters; every table is read under row-level security; what may not be shown is withheld by the field's rule.
 */
export class RowStatement {
  readonly values: unknown[] = [];
  private rows = 0;

  constructor(
    private readonly context: RequestContext,
    private readonly asked: Asked,
  ) {}

  /** Fields that could not be asked for, by their properties, with why: each is an error where it stands, and of nothing else. */
  readonly refused = new Map<string, unknown>();

  /** The parameter that stands for a value. */
  readonly $ = (value: unknown): string => `$${this.values.push(value)}`;

  row(source: RowSource): Row {
    return new Row(this, `r${this.rows++}`, source);
  }

  /** A row of a type. Its select list must be asked for before its joins. */
  rowOf(type: GraphQLObjectType): Row {
    return this.row(sourceOf(type.name));
  }

  /** Table of a type's rows. */
  table(type: GraphQLObjectType): string {
    const found = tableOf(this.context.source, type.name);
    if (!found) throw new Error(`${type.name} has no table`);
    return found.table;
  }

  /** The select list of one row: what was selected of it, what rules and resolvers stand on, and `also`. */
  list(type: GraphQLObjectType, row: Place, selection: Selection, also: readonly string[] = []): string {
    const source = sourceOf(type.name);
    const table = tableOf(this.context.source, type.name);
    const list = new Map<string, string>();
    const related = source.related ?? {};
    const take = (property: string): void => {
      if (list.has(property)) return;
      const said = source.columns?.[property] ?? related[property];
      const column = table?.names.get(property);
      if (said) list.set(property, said(row, this.context));
      else if (column) list.set(property, `${row}."${column}"`);
      else this.field(type, row, property, [], list, take);
    };
    for (const property of source.always ?? ["id", ...(table?.names.has("partnershipId") ? ["partnershipId"] : [])])
      take(property);
    for (const property of also) take(property);
    for (const [name, nodes] of selection) {
      if (name.startsWith("__")) continue;
      this.field(type, row, name, nodes, list, take);
    }
    if (this.dependsOnRelation(type, selection)) for (const property of Object.keys(related)) take(property);
    return [...list].map(([property, sql]) => `${sql} as "${property}"`).join(", ");
  }

  private field(
    type: GraphQLObjectType,
    row: Place,
    name: string,
    nodes: readonly FieldNode[],
    list: Map<string, string>,
    take: (property: string) => void,
  ): void {
    const field = type.getFields()[name];
    if (!field) throw new Error(`${type.name} has no ${name} to read`);
    const reading = readingOf(field.extensions);
    const table = tableOf(this.context.source, type.name);
    if (!reading) {
      if (table?.names.has(name) || sourceOf(type.name).columns?.[name]) take(name);
      // a resolver that does not say what it stands on is given the whole row
      else for (const property of table?.names.keys() ?? []) take(property);
    } else if ("needs" in reading) {
      for (const property of reading.needs) take(property);
    } else if ("sql" in reading) {
      if (!list.has(name)) list.set(name, reading.sql(row, this.context));
    } else {
      for (const [property, { args, same }] of this.byArguments(field, nodes)) {
        if (list.has(property)) continue;
        try {
          list.set(property, this.linkedTo(field, row, reading.link, args, same));
        } catch (error) {
          this.refused.set(property, error);
        }
      }
    }
  }

  /** The places where a field is asked with the same arguments, by the property that holds it. */
  private byArguments(field: GraphQLField<unknown, unknown>, nodes: readonly FieldNode[]) {
    const found = new Map<string, { args: Record<string, unknown>; same: FieldNode[] }>();
    for (const node of nodes) {
      const args = field.args.length > 0 ? getArgumentValues(field, node, this.asked.variableValues) : {};
      const property = propertyOf(field.name, args);
      const known = found.get(property);
      if (known) known.same.push(node);
      else found.set(property, { args, same: [node] });
    }
    return found;
  }

  private linkedTo(
    field: GraphQLField<unknown, unknown>,
    row: Place,
    link: Link,
    args: Record<string, unknown>,
    nodes: readonly FieldNode[],
  ): string {
    const target = getNamedType(field.type);
    if (!isObjectType(target)) throw new Error(`${field.name} leads to no rows`);
    const it = this.rowOf(target);
    const found = link(row, it, this.context, args, this.$);
    const selection = selectionOf(this.asked, target, nodes);
    const many = isListType(getNullableType(field.type));
    return "where" in found ? this.linked(target, it, found, selection, many) : this.same(target, found, selection);
  }

  /** An object made of a row that the statement has already. */
  private same(type: GraphQLObjectType, row: Place, selection: Selection): string {
    return `(select row_to_json(one) from (select ${this.list(type, row, selection)}) one)`;
  }

  private linked(type: GraphQLObjectType, it: Row, found: LinkedRows, selection: Selection, many: boolean): string {
    const list = this.list(type, it, selection);
    const rows = `select ${list} from ${found.from ?? `${this.table(type)} ${it}`} ${it.joins()} where ${found.where}${found.order ? ` order by ${found.order}` : ""}`;
    return many
      ? `(select coalesce(json_agg(one), '[]') from (${rows}) one)`
      : `(select row_to_json(one) from (${rows} limit 1) one)`;
  }

  /** Whether some rule on the selected fields may have to know what the caller is to the row. */
  private dependsOnRelation(type: GraphQLObjectType, selection: Selection): boolean {
    const fields = type.getFields();
    const narrowed = this.context.actor.grants.some(({ relation }) => relation !== null);
    for (const name of selection.keys())
      if (fields[name] && (narrowed || BY_RELATION.has(tierOf(fields[name].extensions) ?? ""))) return true;
    return false;
  }
}
