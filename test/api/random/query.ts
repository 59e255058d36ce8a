import type fc from "fast-check";
import {
  getNamedType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from "graphql";
import { itemOf, KEPT } from "../../../src/reuse/kept-types";
import { Chance } from "./chance";

/** A place in a selection: a field, or an inline or named fragment. */
export interface Selected {
  /** What stands before the braces: `alias: field(args) @include(if: $b)`, `... on Action`. */
  text: string;
  /** Null for a leaf. */
  below: Selected[] | null;
  /** The fragment that `below` belongs to, where it is spread by name. */
  fragment?: string;
}

/** A query that was made up: as a whole, and as what it selects. */
export interface RandomQuery {
  selected: Selected[];
  variables: Variable[];
  /** Types that named fragments are on. */
  fragments: ReadonlyMap<string, { on: string; below: Selected[] }>;
}

export interface Variable {
  name: string;
  /** With its default, if it has one. */
  declared: string;
  /** Undefined where it is left out. */
  value: unknown;
}

/** Values that arguments are given, as GraphQL text and as JSON, by the argument's name; made up where there are none. */
export type Pools = Readonly<Record<string, readonly unknown[]>>;

const MOST_FIELDS = 24;
/** Below the limit of sixteen. */
const DEEPEST = 12;

/** Makes up a valid query of the schema over what members and the public read. */
export function randomQuery(schema: GraphQLSchema, pools: Pools, g: fc.GeneratorValue): RandomQuery {
  const chance = new Chance(g);
  const variables: Variable[] = [];
  const fragments = new Map<string, { on: string; below: Selected[] }>();
  let left = MOST_FIELDS;
  const query = schema.getQueryType();
  if (!query) throw new Error("no Query");

  /** Whether what a field leads to is told to whoever reads plans; the rest is asked now and then. */
  const wanted = (field: GraphQLField<unknown, unknown>): boolean => {
    const of = getNamedType(field.type);
    // the audit trail answers otherwise each time: that it was read is recorded in it
    return (
      !/^(access|audit)[A-Z]/.test(field.name) && (isLeafType(of) || KEPT.has(itemOf(of.name)) || chance.oneIn(30))
    );
  };

  const variable = (type: string, given: unknown): string => {
    const name = `v${variables.length}`;
    const byDefault = !type.endsWith("!") && chance.oneIn(4);
    const declared = byDefault ? `$${name}: ${type} = ${literal(given, type)}` : `$${name}: ${type}`;
    variables.push({ name, declared, value: byDefault && chance.oneIn(2) ? undefined : given });
    return `$${name}`;
  };

  const directive = (): string => {
    if (!chance.oneIn(6)) return "";
    const name = variable("Boolean!", chance.oneIn(2));
    return ` @${chance.oneIn(2) ? "skip" : "include"}(if: ${name})`;
  };

  const argument = (of: GraphQLArgument): string => {
    const type = getNamedType(of.type);
    const given = chance.of(pools[`${of.name}:${type.name}`] ?? pools[type.name] ?? [null]);
    const required = isRequiredArgument(of);
    if (given === null && required) throw new Error(`say in the pools what ${of.name}: ${type.name} may be`);
    return `${of.name}: ${chance.oneIn(2) ? variable(String(of.type), given) : literal(given, String(of.type))}`;
  };

  const fieldOf = (parent: GraphQLNamedType, deep: number, prefix: string): Selected => {
    const fields = isObjectType(parent) || isInterfaceType(parent) ? Object.values(parent.getFields()) : [];
    const possible = fields.filter(wanted);
    const leaves = possible.filter((field) => isLeafType(getNamedType(field.type)));
    const inner = possible.filter((field) => !isLeafType(getNamedType(field.type)));
    const goesOn =
      inner.length > 0 && deep < DEEPEST && left > 2 && (deep < 3 || leaves.length === 0 || chance.oneIn(2));
    if (!goesOn && leaves.length === 0)
      return { text: chance.oneIn(2) ? "__typename" : "kind: __typename", below: null };
    const field = chance.of(goesOn ? inner : leaves);
    left -= 1;
    const args = field.args.filter(
      (one) =>
        isRequiredArgument(one) ||
        (pools[`${one.name}:${getNamedType(one.type).name}`] && chance.oneIn(5)) ||
        (one.name === "first" && chance.oneIn(2)),
    );
    const given = args.length > 0 ? `(${args.map(argument).join(", ")})` : "";
    // one key stands for one field with one set of arguments, so that selections always merge
    const alias =
      given || prefix || chance.oneIn(4)
        ? `${prefix}${field.name}${given ? `_${chance.name(given)}` : ""}${chance.oneIn(4) ? "_again" : ""}`
        : field.name;
    const of = getNamedType(field.type);
    return {
      text: `${alias === field.name ? "" : `${alias}: `}${field.name}${given}${directive()}`,
      below: isLeafType(of) ? null : selectionOf(of, deep + 1),
    };
  };

  const selectionOf = (parent: GraphQLNamedType, deep: number, prefix = ""): Selected[] => {
    const found: Selected[] = [];
    const count = chance.upTo(4) + 1;
    for (let index = 0; index < count && (left > 0 || index === 0); index += 1) {
      if (isAbstractType(parent) && !chance.oneIn(5))
        found.push(fragmentOn(chance.of(schema.getPossibleTypes(parent)), deep, true));
      else if (deep < DEEPEST && chance.oneIn(8)) found.push(fragmentOn(parent, deep, false, prefix));
      else found.push(fieldOf(parent, deep, isAbstractType(parent) ? `${parent.name}_` : prefix));
    }
    // the same field once more, with other fields below it
    const twice = found.find(({ below, fragment, text }) => below && !fragment && !text.startsWith("..."));
    if (twice?.below && left > 0 && chance.oneIn(5)) found.push({ ...twice, below: twice.below.slice(0, 1) });
    return found;
  };

  const fragmentOn = (type: GraphQLNamedType, deep: number, narrows: boolean, within = ""): Selected => {
    const prefix = narrows ? `${type.name}_` : within;
    const known = [...fragments].find(([, one]) => one.on === type.name);
    const named = prefix === "" && chance.oneIn(2);
    if (named && known && chance.oneIn(2)) return { text: directive(), below: known[1].below, fragment: known[0] };
    const below = selectionOf(type, deep, prefix);
    if (!named) return { text: `... on ${type.name}${directive()}`, below };
    const name = `F${fragments.size}`;
    fragments.set(name, { on: type.name, below });
    return { text: directive(), below, fragment: name };
  };

  const selected = Array.from({ length: 1 + chance.upTo(2) }, () => fieldOf(query, 0, ""));
  return { selected, variables, fragments };
}

/** A value as it is written in a query; texts of enums are names there. */
function literal(value: unknown, type: string): string {
  if (Array.isArray(value)) return `[${value.map((one) => literal(one, type.replace(/[[\]!]/g, ""))).join(", ")}]`;
  if (typeof value === "string") return NAMES.test(type) ? value : JSON.stringify(value);
  if (typeof value !== "object" || value === null) return String(value);
  const members = Object.entries(value).map(
    ([key, one]) => `${key}: ${literal(one, IS_NAME.has(key) ? "Grouping" : "String")}`,
  );
  return `{${members.join(", ")}}`;
}
const NAMES = /Division|Grouping|Kind|Role|Operation$/;
/** Members of input objects that are enums. */
const IS_NAME = new Set(["field", "direction", "in", "byWhenKind"]);
