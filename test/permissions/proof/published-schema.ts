import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  buildASTSchema,
  getNamedType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isInterfaceType,
  isLeafType,
  isNonNullType,
  isObjectType,
  Kind as SyntaxKind,
  parse,
} from "graphql";

/** Where the repository begins, from the sources or from what is compiled of them. */
export const ROOT = __filename.includes("/dist/test/") ? join(__dirname, "../../../..") : join(__dirname, "../../..");

/** The schema as it is published: `schema.graphql`, which CI holds to the code. */
export const publishedSchema = (): GraphQLSchema =>
  buildASTSchema(parse(readFileSync(join(ROOT, "schema.graphql"), "utf8")), { assumeValid: true });

/** The tier that the published schema prints with a field. */
export function printedTier(type: string, field: GraphQLField<unknown, unknown>): string {
  const directive = field.astNode?.directives?.find(({ name }) => name.value === "access");
  const value = directive?.arguments?.find(({ name }) => name.value === "tier")?.value;
  if (value?.kind !== SyntaxKind.ENUM) throw new Error(`${type}.${field.name} is published without a tier`);
  return value.value;
}

export const objectTypes = (schema: GraphQLSchema): GraphQLObjectType[] =>
  Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith("__"),
  );

export const isNode = (type: unknown): boolean =>
  isObjectType(type) && type.getInterfaces().some(({ name }) => name === "Node");

/** How a field is read by the proof. */
export type Kind = "leaf" | "node" | "connection" | "pages" | "embedded" | "interface" | "asks";

/** Whether a field cannot be asked for without an argument. */
export const needsArguments = (field: GraphQLField<unknown, unknown>): boolean =>
  field.args.some((arg) => isNonNullType(arg.type) && arg.defaultValue === undefined);

/** What is recorded when it is read, so that no two answers are the same: the roots' samples ask for it by itself. */
const RECORDED = ["AuditCheckpoint", "AuditEntryConnection"];

export function kindOf(field: GraphQLField<unknown, unknown>): Kind {
  const type = getNamedType(field.type);
  if (needsArguments(field) || RECORDED.includes(type.toString())) return "asks";
  if (isLeafType(type)) return "leaf";
  if (isInterfaceType(type)) return "interface";
  // pages of what has no id are counted; what is in them is read where it is embedded
  if (isObjectType(type) && type.name.endsWith("Connection"))
    return isNode(getNamedType(type.getFields().nodes?.type)) ? "connection" : "pages";
  return isNode(type) ? "node" : "embedded";
}

/** A choice of fields: which of a type's are asked for. */
export type Wanted = (type: string, field: string) => boolean;

/** Everything that is asked for of a type: leaves, embedded objects in full, and of nodes their ids. */
export function selectionOf(type: GraphQLObjectType, wanted: Wanted, within: readonly string[] = []): string {
  if (within.includes(type.name)) return "";
  const parts = Object.values(type.getFields()).flatMap((field): string[] => {
    if (!wanted(type.name, field.name)) return [];
    const inner = getNamedType(field.type);
    switch (kindOf(field)) {
      case "leaf":
        return [field.name];
      case "node":
        return [`${field.name} { id }`];
      case "connection":
        return [
          `${field.name}(first: 100) { totalCount nodes { id } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }`,
        ];
      case "pages":
        return [`${field.name}(first: 100) { totalCount nodes { __typename } edges { cursor } }`];
      case "embedded": {
        const selected = isObjectType(inner) ? selectionOf(inner, wanted, [...within, type.name]) : "";
        return selected === "" ? [] : [`${field.name} ${selected}`];
      }
      default:
        return [];
    }
  });
  return parts.length === 0 ? "" : `{ ${parts.join(" ")} }`;
}
