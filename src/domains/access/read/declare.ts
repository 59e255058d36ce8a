import { hash } from "node:crypto";
import { Args, type ClassType, Extensions, FieldResolver } from "type-graphql";
import { Access, type ExposedOptions, type Tier } from "../../../platform/graphql/exposed";
import type { RequestContext } from "../request-context";

/** A row in the statement being built: its alias, in a template. */
export interface Place {
  toString(): string;
  /** The row that one of the type's named joins adds, read once however many fields ask for it. */
  join(name: string): Place;
}

/** Rows of another type that hang on a row. */
export interface LinkedRows {
  /** The `from` clause, where it is more than the type's own table; `it` must be named in it. */
  from?: string;
  where: string;
  order?: string;
}

/** A value of a row, as SQL. */
export type InRow = (row: Place, context: RequestContext) => string;
/** Gives a value its place among a statement's parameters. */
export type Parameter = (value: unknown) => string;
/**
 * Where the rows of a field's type are found from the row that has the field: in a table, or already in the statement. What
 * it throws is the field's error.
 */
export type Link<A = unknown> = (
  row: Place,
  it: Place,
  context: RequestContext,
  args: A,
  $: Parameter,
) => LinkedRows | Place;

/** How a field is read, where it is not simply a column of its row. Stands in the field's extensions. */
export type Reading =
  { sql: InRow } | { link: Link } | { needs: readonly string[]; of?: (row: never, context: RequestContext) => unknown };

/** The property of a row that holds a field asked with these arguments. */
export function propertyOf(field: string, args: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(args).filter(([, value]) => value !== undefined);
  if (given.length === 0) return field;
  given.sort(([a], [b]) => (a < b ? -1 : 1));
  // PostgreSQL cuts names short: the arguments stand in it as their digest
  return `${field} ${hash("sha1", JSON.stringify(given)).slice(0, 16)}`;
}

/** How a field was declared to be read; undefined for a column, and for a resolver that says nothing. */
export const readingOf = (extensions: Readonly<Record<string, unknown>>): Reading | undefined =>
  extensions.read as Reading | undefined;

export interface LinkOptions extends ExposedOptions {
  /** The class of the field's arguments. */
  args?: () => ClassType;
}

/** Declares a field on a resolver class: what it is, who may read it and how it is read, in one place. */
function declare(tier: Tier, type: () => unknown, description: string, read: Reading, options: LinkOptions) {
  const nullable = options.nullable === true || tier !== "PUBLIC";
  const returns = (options.list ? () => [type()] : type) as Parameters<typeof FieldResolver>[0];
  return (target: object, property: string | symbol) => {
    if (options.args) {
      Reflect.defineMetadata("design:paramtypes", [Object], target, property);
      Args(options.args)(target, property, 0);
    }
    FieldResolver(returns, { nullable, description })(target, property, {});
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
): PropertyDecorator => declare(tier, type, description, { sql }, options);

/**
 * A field that leads to rows of another type: one, or with `list` many. Read in the statement of the row that has it,
 * with what was selected beneath it.
 */
export const Linked = <A = unknown>(
  tier: Tier,
  type: () => unknown,
  description: string,
  link: Link<A>,
  options: LinkOptions = {},
): PropertyDecorator => declare(tier, type, description, { link: link as Link }, options);

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
    declare(tier, type, description, { needs, of: method.value }, options)(target, property);
  };

/** What a resolver with arguments needs of the row it hangs on; without it, the whole row is read for it. */
export const Needs = <Row>(first: keyof Row & string, ...others: readonly (keyof Row & string)[]) =>
  Extensions({ read: { needs: [first, ...others] } });

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
