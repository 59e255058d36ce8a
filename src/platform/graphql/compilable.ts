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
  print,
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

const hasFragment = ({ selectionSet }: FieldNode): boolean =>
  (selectionSet?.selections ?? []).some((one) => one.kind !== Kind.FIELD || hasFragment(one));

/**
 * Whether what is selected hangs on `@skip` and `@include` in a way that graphql-jit gets wrong. It keeps the conditions of a
 * field with its node and puts a key where it is selected first, so that it answers otherwise than graphql-js where
 *
 * 1. a key may be left out where it is selected first and be there for another place: that goes in the later place;
 * 2. an object is selected again where it may be left out, with a fragment beneath: what that selects is answered all the same;
 * 3. a fragment stands under one condition here and another, or none, there: all of its places are left out with the one.
 *
 * Fragments are of the document, and so may be those of its other operations.
 */
export function placesDepend({ definitions }: DocumentNode): boolean {
  const fragments = new Map<string, SelectionSetNode>();
  for (const one of definitions)
    if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one.selectionSet);
  /** The conditions under which each fragment stands among the fields of an object, as they are written. */
  const standing = new Map<string, Set<string>>();

  const collect = (
    set: SelectionSetNode | undefined,
    when: string,
    found: Map<string, Occurrence[]>,
    met: Set<string>,
  ): void => {
    for (const node of set?.selections ?? []) {
      const still = when + (node.directives ?? []).map(print).join("");
      if (node.kind === Kind.FIELD) {
        const key = (node.alias ?? node.name).value;
        found.set(key, [...(found.get(key) ?? []), { node, maybe: still !== "" }]);
      } else if (node.kind === Kind.INLINE_FRAGMENT) collect(node.selectionSet, still, found, met);
      else {
        const { value: name } = node.name;
        // of one object's fields it counts once, where it stands first
        if (!met.has(name)) standing.set(name, (standing.get(name) ?? new Set()).add(still));
        collect(fragments.get(name), still, found, met.add(name));
      }
    }
  };
  const depend = (sets: readonly (SelectionSetNode | undefined)[]): boolean => {
    const [found, met] = [new Map<string, Occurrence[]>(), new Set<string>()];
    for (const set of sets) collect(set, "", found, met);
    return [...found.values()].some(
      (places) =>
        (places.length > 1 && places.some(({ node, maybe }, index) => maybe && (index === 0 || hasFragment(node)))) ||
        depend(places.map(({ node }) => node.selectionSet)),
    );
  };
  return (
    definitions.some((one) => one.kind === Kind.OPERATION_DEFINITION && depend([one.selectionSet])) ||
    [...standing.values()].some(({ size }) => size > 1)
  );
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
