import { hash } from "node:crypto";
import { getNamedType, type GraphQLField, isObjectType } from "graphql";
import { Args, ArgsType, type ClassType, Extensions, Field, FieldResolver, Query } from "type-graphql";
import { PageArgs } from "../../../platform/graphql/connection";
import { Access, type ExposedOptions, type Tier } from "../../../platform/graphql/exposed";
import { keyOf } from "../../../platform/graphql/ids";
import { DateTimeScalar } from "../../../platform/graphql/scalars";
import type { RequestContext } from "../request-context";
import type { Instant } from "./known";

/** A row in the statement being built: its alias, in a template. */
export interface Place {
  toString(): string;
  /** The row that one of the type's named joins adds, read once however many fields ask for it. */
  join(name: string): Place;
  /** The row that this one was joined to; itself, where it was not. */
  readonly of: Place;
  /** What the link that leads to the row called it, where one type's rows come in kinds. */
  readonly kind?: string;
  /** The partnership that it is certain to be of, where that is known before it is read. */
  readonly partnershipId?: string;
}

/** The one row of a type that has this id, read once however many rows lead to it. */
export interface Keyed {
  /** The id, as SQL. */
  key: string;
  /** The type, where the field's own is a union. */
  type?: string;
  /** The partnership that the row is certain to be of, where the caller's own memberships say so. */
  partnershipId?: string;
}

/** Rows of another type that hang on a row. */
export interface LinkedRows {
  /** The `from` clause, where it is more than the type's own table; `it` must be named in it. */
  from?: string;
  where: string;
  order?: string;
  /** The rows' id, as SQL, where many lead to the same ones: each is read once, and what is found here is their order. */
  key?: string;
  /** The type, where the field's own is a union. */
  type?: string;
  /** What the fields of the rows find as their row's `kind`. */
  kind?: string;
  /** Properties that rules stand on and that the rows have from the row that they hang on, where that has them. */
  shared?: readonly string[];
}

/** A value of a row, as SQL. */
export type InRow = (row: Place, context: RequestContext) => string;
/** Gives a value its place among a statement's parameters. */
export type Parameter = (value: unknown) => string;
/**
 * Where the rows of a field's type are found from the row that has the field: in a table, by a key, already in the
 * statement, or (null) nowhere. What it throws is the field's error.
 */
export type Link<A = unknown> = (
  row: Place,
  it: Place,
  context: RequestContext,
  args: A,
  $: Parameter,
  instantAt: InstantOf,
) => LinkedRows | Keyed | Place | null;
/** An instant that an argument names, for what is read as of it (`asKnown`). Refused, by the argument, where it is to come. */
export type InstantOf = (instant: Date, argument: string) => Instant;

/** What a page is cut from, as its list is told it. */
export interface Cut {
  /** Whether the rows are walked from the smallest position up. */
  ascending: boolean;
  /** Rows to read: one beyond the page. */
  limit: number;
  /** That a row stands beyond the cursors given, from the SQL of what the order is by. */
  beyond: (...position: string[]) => string;
}

/** A list that is read page by page, as it hangs on a row. */
export interface PagedRows {
  /** Names the list in its cursors, from the id of the row that it hangs on: a cursor of one list means nothing in another. */
  name: (parent: string) => string;
  /** What the order is by, the last a key of the rows; of each the SQL and its type. */
  order: readonly { by: string; type: string }[];
  descending?: boolean;
  /** How many there are in all, as SQL; asked for where that was selected. */
  count: () => string;
  /** Where the rows are, without their order. */
  rows: (cut: Cut) => Omit<LinkedRows, "order">;
}
export type PageLink<A extends PageArgs = PageArgs> = (
  row: Place,
  it: Place,
  context: RequestContext,
  args: A,
  $: Parameter,
) => PagedRows;

/** What is told where a link leads to nothing. */
interface Absence {
  absent?: () => Error;
}

/** What must be known before a link can weigh its arguments; null where that is nothing. */
interface Foreknowledge<A> {
  before?: (context: RequestContext, args: A) => Promise<unknown> | null;
}

/** How a field is read, where it is not simply a column of its row. Stands in the field's extensions. */
export type Declared =
  | { sql: InRow }
  | ({ link: Link } & Absence & Foreknowledge<never>)
  | ({ pages: PageLink } & Foreknowledge<never>)
  | { needs: readonly string[]; of: (row: never, context: RequestContext) => unknown };

/** The arguments cannot be weighed before the row is read that the field hangs on: it is read with that row at hand. */
export class NeedsRowError extends Error {}

/** The property of a row that holds a field asked with these arguments. */
export function propertyOf(field: string, args: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(args).filter(([, value]) => value !== undefined);
  if (given.length === 0) return field;
  given.sort(([a], [b]) => (a < b ? -1 : 1));
  return `${field} ${hash("sha1", JSON.stringify(given)).slice(0, 16)}`;
}

/** How a field was declared to be read; undefined for a column, and for a resolver that says nothing. */
export const readingOf = (extensions: Readonly<Record<string, unknown>>): Declared | undefined =>
  extensions.read as Declared | undefined;

/** The row of a type whose global id is given; one that is of another type or made up leads nowhere. */
export const byId =
  (type: string): Link<{ id: string }> =>
  (_row, _it, _context, { id }, $) => {
    const key = keyOf(type, id);
    return key === null ? null : { key: `${$(key)}::uuid` };
  };

/** The row of another type whose key stands in a column. */
export const keyed =
  (column: string): Link =>
  (row) => ({ key: `${row}.${column}` });

const AS_OF =
  "As it was known at this instant, with what was deleted since, under the stricter of the permissions of that day and today's; left out or null: as it is now";

/** What a field leads to is read as of the instant that its argument `asOf` names, with everything beneath it. */
@ArgsType()
export class AsOf {
  @Field(() => DateTimeScalar, { nullable: true, description: AS_OF })
  asOf?: Date | null;
}

/** The same of a list that is read page by page. */
@ArgsType()
export class PageAsOf extends PageArgs {
  @Field(() => DateTimeScalar, { nullable: true, description: AS_OF })
  asOf?: Date | null;
}

/** The class of arguments of a field that takes one alone, and the instant as of which it is read. */
export function argument(name: string, type: Parameters<typeof Field>[0], description: string): () => ClassType {
  @ArgsType()
  class Argument extends AsOf {}
  Field(type as never, { description })(Argument.prototype, name);
  return () => Argument;
}

export interface LinkOptions extends ExposedOptions {
  /** The class of the field's arguments. */
  args?: () => ClassType;
}

/** Declares a field on a resolver class: what it is, who may read it and how it is read, in one place. */
function declare(
  kind: typeof FieldResolver | typeof Query,
  tier: Tier,
  type: () => unknown,
  description: string,
  read: Declared,
  options: LinkOptions,
) {
  const nullable = options.nullable === true || tier !== "PUBLIC";
  const returns = (options.list ? () => [type()] : type) as Parameters<typeof FieldResolver>[0];
  return (target: object, property: string | symbol) => {
    if (options.args) {
      Reflect.defineMetadata("design:paramtypes", [Object], target, property);
      Args(options.args)(target, property, 0);
    }
    kind(returns as () => ClassType, { nullable, description })(target, property, {});
    Access(tier)(target, property as string);
    Extensions({ read })(target, property as string);
  };
}

/** A field that PostgreSQL works out of the row. */
export const InSql = (
  tier: Tier,
  type: () => unknown,
  description: string,
  sql: InRow,
  options: ExposedOptions = {},
): PropertyDecorator => declare(FieldResolver, tier, type, description, { sql }, options);

/**
 * A field that leads to rows of another type: one, or with `list` many. Read in the statement of the row that has it,
 * with what was selected beneath it.
 */
export const Linked = <A = unknown>(
  tier: Tier,
  type: () => unknown,
  description: string,
  link: Link<A>,
  { before, absent, ...options }: LinkOptions & Absence & Foreknowledge<A> = {},
): PropertyDecorator =>
  declare(FieldResolver, tier, type, description, { link: link as Link, absent, ...(before && { before }) }, options);

/** The same of a list that is read page by page; `connection` is its GraphQL type. */
export const Paged = <A extends PageArgs = PageArgs>(
  tier: Tier,
  connection: () => ClassType,
  description: string,
  pages: PageLink<A>,
  { before, ...options }: LinkOptions & Foreknowledge<A>,
): PropertyDecorator =>
  declare(FieldResolver, tier, connection, description, { pages: pages as unknown as PageLink, before }, options);

/** A field of the query itself that leads to one row; what is not there for the caller is told as `absent` says. */
export const RootLinked = <A = unknown>(
  type: () => unknown,
  description: string,
  link: Link<A>,
  options: LinkOptions & Absence = {},
): PropertyDecorator =>
  declare(
    Query,
    "PUBLIC",
    type,
    description,
    { link: link as Link, absent: options.absent },
    { ...options, nullable: true },
  );

/** A field of the query itself that is a list read page by page. */
export const RootPaged = <A extends PageArgs = PageArgs>(
  connection: () => ClassType,
  description: string,
  pages: PageLink<A>,
  { before, ...options }: LinkOptions & Foreknowledge<A>,
): PropertyDecorator =>
  declare(
    Query,
    "PUBLIC",
    connection,
    description,
    { pages: pages as unknown as PageLink, before },
    { ...options, nullable: true },
  );

/** A method that works a field out of `needs`, other properties of the row, at once: it is given the row and the context. */
export const Derived =
  <Row>(
    tier: Tier,
    type: () => unknown,
    description: string,
    needs: readonly (keyof Row & string)[],
    options: ExposedOptions = {},
  ) =>
  <Of extends (row: Row, context: RequestContext) => unknown>(
    target: object,
    property: string,
    method: TypedPropertyDescriptor<Of>,
  ) => {
    if (!method.value) throw new Error(`${property} is no method`);
    declare(FieldResolver, tier, type, description, { needs, of: method.value }, options)(target, property);
  };

/** The field that says what the caller can do with an object. */
const VIEWER_CAN = "viewerCan";

/** What can be done with an object as it was known at an instant, which nobody changes: nothing. Undefined for other fields. */
export function nothingCanBeDone({ name, type }: GraphQLField<unknown, unknown>): Record<string, false> | undefined {
  const of = getNamedType(type);
  if (name !== VIEWER_CAN || !isObjectType(of)) return undefined;
  return Object.fromEntries(Object.keys(of.getFields()).map((field) => [field, false]));
}

/** What is known of a type's rows beside the columns of its table. */
export interface RowSource {
  /** Properties that are no columns of an entity, for types that have no table of their own. */
  columns?: Readonly<Record<string, InRow>>;
  /** Properties that rules and resolvers stand on, read with every row; of an entity its id and partnership. */
  always?: readonly string[];
  /** Properties read where a rule must know what the caller is to the row. */
  related?: Readonly<Record<string, InRow>>;
  /** Joins that several fields stand on, by name. */
  joins?: Readonly<Record<string, (row: Place, it: Place) => string>>;
}

const sources = new Map<string, RowSource>();

/** Says how rows of a GraphQL type are read, beyond the columns of its entity. */
export function readRows(type: string, source: RowSource): void {
  if (sources.has(type)) throw new Error(`it is said twice how rows of ${type} are read`);
  sources.set(type, source);
}

export const sourceOf = (type: string): RowSource => sources.get(type) ?? {};
