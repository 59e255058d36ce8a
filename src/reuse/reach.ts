import {
  type DocumentNode,
  type FieldNode,
  getNamedType,
  type GraphQLSchema,
  isCompositeType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";
import type { Reach } from "../platform/database/request-database";
import { itemOf, KEPT } from "./kept-types";

/** An operation that was validated. */
export interface Operation {
  schema: GraphQLSchema;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  variables: Readonly<Record<string, unknown>>;
}

/**
 * Which data the operation's answer can be made of; null where the answer may not be kept. From one partnership no field
 * leads into another, so a root that names one reaches no further; `viewer` reaches the caller's own.
 */
export function reachOf(asked: Operation): Reach | null {
  const { operation } = asked;
  if (operation.operation !== OperationTypeNode.QUERY || !onlyKeptTypes(asked)) return null;
  const slugs = new Set<string>();
  for (const field of rootFields(asked)) {
    const { value } = field.name;
    if (value === "viewer" || value === "__typename") continue;
    const slug = value === "partnership" ? argumentOf(asked, field, "slug") : null;
    if (slug === null) return { slugs: [], everything: true };
    // no text in the database holds it: the slug stands in the statement that asks for the stamp
    if (slug.includes("\0")) return null;
    slugs.add(slug);
  }
  return { slugs: [...slugs].sort(), everything: false };
}

const decided = new WeakMap<DocumentNode, boolean>();

/** The same of a document each time, so decided once for as long as it is kept parsed. */
function onlyKeptTypes(asked: Operation): boolean {
  const known = decided.get(asked.document);
  if (known !== undefined) return known;
  const found = hasOnlyKeptTypes(asked);
  decided.set(asked.document, found);
  return found;
}

/** Every field and condition of the document; other operations in it count too, which keeps less and never more. */
function hasOnlyKeptTypes({ schema, document }: Operation): boolean {
  const types = new TypeInfo(schema);
  let kept = true;
  const require = (name: string | undefined) => {
    kept &&= name !== undefined && KEPT.has(itemOf(name));
  };
  visit(
    document,
    visitWithTypeInfo(types, {
      Field() {
        const output = getNamedType(types.getType());
        require(types.getParentType()?.name);
        if (isCompositeType(output)) require(output.name);
      },
      InlineFragment({ typeCondition }) {
        if (typeCondition) require(typeCondition.name.value);
      },
      FragmentDefinition({ typeCondition }) {
        require(typeCondition.name.value);
      },
    }),
  );
  return kept;
}

/** Fields of the operation's own level, in fragments too; what `@skip` may leave out is among them. */
function rootFields({ document, operation }: Operation): FieldNode[] {
  const fields: FieldNode[] = [];
  const waiting = [operation.selectionSet];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    for (const selection of next.selections) {
      if (selection.kind === Kind.FIELD) fields.push(selection);
      else if (selection.kind === Kind.INLINE_FRAGMENT) waiting.push(selection.selectionSet);
      else
        for (const one of document.definitions)
          if (one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === selection.name.value)
            waiting.push(one.selectionSet);
    }
  }
  return fields;
}

/** Text that a field is given, in the query, by variable or by a variable's default; null where it is none of these. */
function argumentOf({ operation, variables }: Operation, field: FieldNode, name: string): string | null {
  const given = field.arguments?.find((one) => one.name.value === name)?.value;
  if (given?.kind === Kind.STRING) return given.value;
  if (given?.kind !== Kind.VARIABLE) return null;
  const variable = given.name.value;
  if (Object.hasOwn(variables, variable)) {
    const value = variables[variable];
    return typeof value === "string" ? value : null;
  }
  const definition = operation.variableDefinitions?.find((one) => one.variable.name.value === variable);
  return definition?.defaultValue?.kind === Kind.STRING ? definition.defaultValue.value : null;
}
