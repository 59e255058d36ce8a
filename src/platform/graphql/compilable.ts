import {
  astFromValue,
  type DocumentNode,
  type FieldNode,
  getNullableType,
  type GraphQLSchema,
  type GraphQLType,
  isInputObjectType,
  isListType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  typeFromAST,
  valueFromASTUntyped,
  visit,
} from "graphql";

/** Variables as they were sent. */
type Variables = Readonly<Record<string, unknown>>;

/** Variables that stand within input objects of the query: graphql-js leaves one out that is absent, graphql-jit puts null. */
export function variablesInObjects(document: DocumentNode): ReadonlySet<string> {
  const found = new Set<string>();
  visit(document, {
    ObjectValue: (within) => void visit(within, { Variable: ({ name }) => void found.add(name.value) }),
  });
  return found;
}

/** One place where a key of the answer is selected; `maybe` where `@skip` or `@include` may leave it out. */
interface Occurrence {
  node: FieldNode;
  maybe: boolean;
}

/**
 * Whether a key may be left out where it is selected first and be there for another place: graphql-js puts it in the later
 * place of the answer, graphql-jit in the first.
 */
export function placesDepend(document: DocumentNode, { selectionSet }: OperationDefinitionNode): boolean {
  const fragments = new Map<string, SelectionSetNode>();
  for (const one of document.definitions)
    if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one.selectionSet);

  const collect = (set: SelectionSetNode | undefined, maybe: boolean, found: Map<string, Occurrence[]>): void => {
    for (const node of set?.selections ?? []) {
      const conditional = maybe || (node.directives?.length ?? 0) > 0;
      if (node.kind === Kind.FIELD) {
        const key = (node.alias ?? node.name).value;
        found.set(key, [...(found.get(key) ?? []), { node, maybe: conditional }]);
      } else {
        const inner = node.kind === Kind.INLINE_FRAGMENT ? node.selectionSet : fragments.get(node.name.value);
        collect(inner, conditional, found);
      }
    }
  };
  const depend = (found: Map<string, Occurrence[]>): boolean =>
    [...found.values()].some((places) => {
      const below = new Map<string, Occurrence[]>();
      for (const { node, maybe } of places) collect(node.selectionSet, maybe && places.length > 1, below);
      return (places.length > 1 && places[0]?.maybe === true) || depend(below);
    });
  const root = new Map<string, Occurrence[]>();
  collect(selectionSet, false, root);
  return depend(root);
}

/** The variables with what the operation and the schema give where nothing was sent: graphql-jit does not give all of it. */
export function withDefaults(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Variables,
): Record<string, unknown> {
  const given: Record<string, unknown> = { ...variables };
  for (const { variable, type, defaultValue } of variableDefinitions) {
    const { value: name } = variable.name;
    if (defaultValue && given[name] === undefined) given[name] = valueFromASTUntyped(defaultValue);
    if (given[name] !== undefined) given[name] = completed(typeFromAST(schema, type), given[name]);
  }
  return given;
}

/** A valid value with the defaults of the input objects in it. */
function completed(type: GraphQLType | undefined, value: unknown): unknown {
  const of = getNullableType(type);
  if (value === null) return null;
  if (isListType(of))
    return Array.isArray(value) ? value.map((one) => completed(of.ofType, one)) : [completed(of.ofType, value)];
  if (!isInputObjectType(of)) return value;
  const whole: Record<string, unknown> = { ...(value as object) };
  for (const { name, type: member, defaultValue } of Object.values(of.getFields())) {
    const written = whole[name] === undefined && defaultValue !== undefined && astFromValue(defaultValue, member);
    if (written) whole[name] = valueFromASTUntyped(written);
    if (whole[name] !== undefined) whole[name] = completed(member, whole[name]);
  }
  return whole;
}
