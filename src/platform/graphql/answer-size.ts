import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isObjectType,
  isInterfaceType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  type ValueNode,
} from "graphql";
import { DomainError } from "../errors/index";
import { DEFAULT_PAGE, MAX_PAGE } from "./connection";

/** Most values (fields of rows) that one answer may hold, by `answerSize`; both contract operations stay below a tenth. */
export const MAX_ANSWER_SIZE = 500_000;
/** Rows reckoned for a list that is not paged, such as the themes of a plan. */
const PLAIN_LIST = 10;

/** A query whose answer could be too large to make; nothing of it was run. */
export class CostLimitError extends DomainError {
  constructor(found: number) {
    const told = found > 1e12 ? "more than a million million" : found.toLocaleString("en");
    super(
      "COST_LIMIT_EXCEEDED",
      `At most ${MAX_ANSWER_SIZE.toLocaleString("en")} values may be asked for at once, and this could give ${told}. Ask for smaller pages or fewer lists within lists.`,
    );
  }
}

/** Fields of every query that are in no type. */
const ABOUT_THE_SCHEMA: Partial<Record<string, { type: GraphQLOutputType }>> = {
  __schema: SchemaMetaFieldDef,
  __type: TypeMetaFieldDef,
};

/** Rows reckoned for a list of the schema about itself; it has as many `types` as it has, and each has the mean of `fields`. */
const SCHEMA_LISTS: Partial<Record<string, number>> = {
  args: 2,
  enumValues: 5,
  inputFields: 5,
  interfaces: 1,
  possibleTypes: 2,
};

const fieldsIn = (types: readonly GraphQLNamedType[]): number =>
  types.reduce(
    (sum, type) => sum + (isObjectType(type) || isInterfaceType(type) ? Object.keys(type.getFields()).length : 0),
    0,
  );

interface Asked {
  schema: GraphQLSchema;
  operation: OperationDefinitionNode;
  fragments: readonly FragmentDefinitionNode[];
  variables: Readonly<Record<string, unknown>>;
}

/** The same of an operation in its document. */
export const answerSizeIn = ({ document, ...asked }: Omit<Asked, "fragments"> & { document: DocumentNode }): number =>
  answerSize({ ...asked, fragments: document.definitions.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION) });

/**
 * Values that the answer to a valid operation could hold, were every page full. Pages count as asked for, lists without
 * paging as ten. Reads the document alone: `@skip` and `@include` make it no smaller.
 */
export function answerSize({ schema, operation, fragments, variables }: Asked): number {
  const byName = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  const known = new Map<string, number>();

  const numberOf = (value: ValueNode | undefined): number | null => {
    if (value?.kind === Kind.INT) return Number(value.value);
    if (value?.kind !== Kind.VARIABLE) return null;
    const given = variables[value.name.value];
    if (typeof given === "number") return given;
    const definition = operation.variableDefinitions?.find(({ variable }) => variable.name.value === value.name.value);
    return definition?.defaultValue?.kind === Kind.INT ? Number(definition.defaultValue.value) : null;
  };
  const lengthOf = (value: ValueNode | undefined): number => {
    const given = value?.kind === Kind.VARIABLE ? variables[value.name.value] : undefined;
    if (Array.isArray(given)) return given.length;
    return value?.kind === Kind.LIST ? value.values.length : 1;
  };

  const schemaRows = (list: string): number => {
    const types = Object.values(schema.getTypeMap());
    if (list === "types") return types.length;
    if (list === "fields") return Math.ceil(fieldsIn(types) / types.length);
    return SCHEMA_LISTS[list] ?? PLAIN_LIST;
  };

  const rowsOf = (field: FieldNode, type: GraphQLOutputType, within: string): number => {
    const argument = (name: string) => field.arguments?.find((one) => one.name.value === name)?.value;
    if (getNamedType(type).name.endsWith("Connection")) {
      const size = numberOf(argument("first")) ?? numberOf(argument("last")) ?? DEFAULT_PAGE;
      return Math.min(Math.max(size, 1), MAX_PAGE);
    }
    if (!isListType(getNullableType(type)) || within.endsWith("Connection")) return 1;
    if (within.startsWith("__")) return schemaRows(field.name.value);
    return argument("ids") ? lengthOf(argument("ids")) : PLAIN_LIST;
  };

  const sizeOf = (selections: SelectionSetNode, typeName: string): number => {
    const type = schema.getType(typeName);
    const fields = isObjectType(type) || isInterfaceType(type) ? type.getFields() : {};
    let size = 0;
    for (const selection of selections.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        size += sizeOfFragment(selection.name.value);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        size += sizeOf(selection.selectionSet, selection.typeCondition?.name.value ?? typeName);
      } else {
        const name = selection.name.value;
        const output = (fields[name] ?? ABOUT_THE_SCHEMA[name])?.type;
        const inner = output && getNamedType(output);
        size +=
          output && selection.selectionSet && isCompositeType(inner)
            ? 1 + rowsOf(selection, output, typeName) * sizeOf(selection.selectionSet, inner.name)
            : 1;
      }
    }
    return size;
  };
  const sizeOfFragment = (name: string): number => {
    const fragment = byName.get(name);
    if (!fragment) return 0;
    const size = known.get(name) ?? sizeOf(fragment.selectionSet, fragment.typeCondition.name.value);
    known.set(name, size);
    return size;
  };

  const root = schema.getRootType(operation.operation);
  return root ? sizeOf(operation.selectionSet, root.name) : 0;
}
