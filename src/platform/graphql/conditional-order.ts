import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";

interface Found {
  sets: SelectionSetNode[];
  /** Whether the first place may be left out. */
  conditional: boolean;
  again: boolean;
}

/**
 * Whether the order of an answer's keys hangs on conditions: something is asked in several places, and the first may be
 * skipped. graphql-js puts it where it is first included, the compiler where it is first written.
 */
export function orderHangsOnConditions(document: DocumentNode, operation: OperationDefinitionNode): boolean {
  const fragments = new Map(
    document.definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one]] : [])),
  );
  const waiting: SelectionSetNode[][] = [[operation.selectionSet]];
  for (let sets = waiting.pop(); sets; sets = waiting.pop()) {
    const level = new Map<string, Found>();
    for (const { selections } of sets) gather(fragments, selections, false, level);
    for (const { sets: beneath, conditional, again } of level.values()) {
      if (conditional && again) return true;
      if (beneath.length > 0) waiting.push(beneath);
    }
  }
  return false;
}

function gather(
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  selections: readonly SelectionNode[],
  within: boolean,
  level: Map<string, Found>,
): void {
  for (const one of selections) {
    const conditional = within || (one.directives?.length ?? 0) > 0;
    if (one.kind === Kind.FIELD) {
      const key = (one.alias ?? one.name).value;
      const known = level.get(key);
      const found = known ?? { sets: [], conditional, again: false };
      if (known) known.again = true;
      else level.set(key, found);
      if (one.selectionSet) found.sets.push(one.selectionSet);
      continue;
    }
    const set = one.kind === Kind.INLINE_FRAGMENT ? one.selectionSet : fragments.get(one.name.value)?.selectionSet;
    if (set) gather(fragments, set.selections, conditional, level);
  }
}
