import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from "graphql";

/** How large an operation is as written out in full: what a fragment holds counts each time that it is spread. */
export interface Measures {
  /** Fields within fields; what lies within `__schema` and `__type` is measured apart. Fragments are no level. */
  depth: number;
  /** Fields within fields of `__schema` and `__type`. */
  introspectionDepth: number;
  /** Fields of the operation's own level. */
  rootFields: number;
  fields: number;
  aliases: number;
  directives: number;
  /** Lists whose rows are counted. */
  totals: number;
  /** Fields that tell of the schema: `__schema` and `__type`, and not `__typename`. */
  introspections: number;
}

const NOTHING: Measures = {
  depth: 0,
  introspectionDepth: 0,
  rootFields: 0,
  fields: 0,
  aliases: 0,
  directives: 0,
  totals: 0,
  introspections: 0,
};

/** Two selections side by side: depths do not add, everything else does. */
const together = (one: Measures, other: Measures): Measures => ({
  depth: Math.max(one.depth, other.depth),
  introspectionDepth: Math.max(one.introspectionDepth, other.introspectionDepth),
  rootFields: one.rootFields + other.rootFields,
  fields: one.fields + other.fields,
  aliases: one.aliases + other.aliases,
  directives: one.directives + other.directives,
  totals: one.totals + other.totals,
  introspections: one.introspections + other.introspections,
});

/**
 * The measures of each operation of a document, before it is validated: fragments may be missing, unused or go round in
 * a circle. Each fragment is looked into once, so that the work grows with the text and not with what it stands for.
 */
export function measure(document: DocumentNode): Measures[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const one of document.definitions) if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one);
  const known = new Map<string, Measures>();

  const ofSelections = ({ selections }: SelectionSetNode): Measures => {
    let sum = NOTHING;
    for (const selection of selections) {
      const directives = selection.directives?.length ?? 0;
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        sum = together(sum, ofFragment(selection.name.value));
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        sum = together(sum, ofSelections(selection.selectionSet));
      } else {
        const inner = selection.selectionSet ? ofSelections(selection.selectionSet) : NOTHING;
        // only a field has this meaning: a fragment or an operation of that name is like any other
        const introspects = selection.name.value === "__schema" || selection.name.value === "__type";
        const below = Math.max(inner.depth, inner.introspectionDepth);
        sum = together(sum, {
          ...inner,
          depth: introspects ? 1 : inner.depth + 1,
          introspectionDepth: introspects ? below + 1 : inner.introspectionDepth,
          rootFields: 1,
          fields: inner.fields + 1,
          aliases: inner.aliases + (selection.alias ? 1 : 0),
          totals: inner.totals + (selection.name.value === "totalCount" ? 1 : 0),
          introspections: inner.introspections + (introspects ? 1 : 0),
        });
      }
      if (directives > 0) sum = { ...sum, directives: sum.directives + directives };
    }
    return sum;
  };

  const ofFragment = (name: string): Measures => {
    const found = known.get(name);
    const fragment = fragments.get(name);
    if (found || !fragment) return found ?? NOTHING;
    known.set(name, NOTHING); // a circle ends here, and validation refuses it
    const own = { ...NOTHING, directives: fragment.directives?.length ?? 0 };
    const whole = together(own, ofSelections(fragment.selectionSet));
    known.set(name, whole);
    return whole;
  };

  const ofOperation = ({ selectionSet, directives = [], variableDefinitions = [] }: OperationDefinitionNode) =>
    together(ofSelections(selectionSet), {
      ...NOTHING,
      directives: variableDefinitions.reduce((sum, one) => sum + (one.directives?.length ?? 0), directives.length),
    });

  return document.definitions.flatMap((one) => (one.kind === Kind.OPERATION_DEFINITION ? [ofOperation(one)] : []));
}
