import {
  type FieldNode,
  getDirectiveValues,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getNamedType,
  isAbstractType,
  isObjectType,
  Kind,
  type SelectionNode,
} from "graphql";

/** What of an operation says what is selected. */
export type Asked = Pick<GraphQLResolveInfo, "schema" | "fragments" | "variableValues">;

/** A field or an operation: what has a selection beneath it. */
export type Selecting = Pick<FieldNode, "selectionSet">;

/** Fields selected of an object, each with every place where it is: an alias does not make another field of it. */
export type Selection = Map<string, FieldNode[]>;

/** The fields of an object of `type` that are selected below these, fragments opened and what is skipped left out. */
export function selectionOf(asked: Asked, type: GraphQLObjectType, nodes: readonly Selecting[]): Selection {
  const found: Selection = new Map();
  for (const node of nodes)
    collect(asked, type, node.selectionSet?.selections ?? [], (one) => noted(found, one.name.value, one));
  return found;
}

function noted(found: Map<string, FieldNode[]>, name: string, node: FieldNode): void {
  const known = found.get(name);
  if (known) known.push(node);
  else found.set(name, [node]);
}

/** The nodes of one field below these, such as `node` below `edges`. */
export const below = (asked: Asked, type: GraphQLObjectType, nodes: readonly FieldNode[], field: string): FieldNode[] =>
  selectionOf(asked, type, nodes).get(field) ?? [];

function collect(
  asked: Asked,
  type: GraphQLObjectType,
  selections: readonly SelectionNode[],
  take: (field: FieldNode) => void,
): void {
  for (const one of selections) {
    if (!isIncluded(asked, one)) continue;
    if (one.kind === Kind.FIELD) {
      take(one);
      continue;
    }
    const fragment = one.kind === Kind.INLINE_FRAGMENT ? one : asked.fragments[one.name.value];
    if (fragment && isOf(asked, type, fragment.typeCondition?.name.value))
      collect(asked, type, fragment.selectionSet.selections, take);
  }
}

function isOf({ schema }: Asked, type: GraphQLObjectType, condition: string | undefined): boolean {
  if (condition === undefined || condition === type.name) return true;
  const wider = schema.getType(condition);
  return isAbstractType(wider) && schema.isSubType(wider, type);
}

function isIncluded({ variableValues }: Asked, node: SelectionNode): boolean {
  if (!node.directives?.length) return true;
  if (getDirectiveValues(GraphQLSkipDirective, node, variableValues)?.if === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, node, variableValues)?.if !== false;
}

/** The nodes below a connection under which its items' fields are selected. */
export const itemsOf = (asked: Asked, connection: GraphQLObjectType, nodes: readonly FieldNode[]): FieldNode[] => {
  const selected = selectionOf(asked, connection, nodes);
  const edge = connection.getFields().edges;
  const edgeType = edge && getNamedType(edge.type);
  const ofEdges = isObjectType(edgeType) ? below(asked, edgeType, selected.get("edges") ?? [], "node") : [];
  return [...ofEdges, ...(selected.get("nodes") ?? [])];
};

/** The keys of an object's answer in their order, each with every place where it is selected: what graphql-js collects. */
export function responseKeys(asked: Asked, type: GraphQLObjectType, nodes: readonly Selecting[]): Selection {
  const found: Selection = new Map();
  for (const node of nodes)
    collect(asked, type, node.selectionSet?.selections ?? [], (one) =>
      noted(found, (one.alias ?? one.name).value, one),
    );
  return found;
}
