/** How large a request's variables are, beside the length of their texts, which the size of the body bounds. */
export interface VariableMeasures {
  /** Objects and lists within each other. */
  variableDepth: number;
  longestList: number;
  variableValues: number;
}

/** Walks without recursion, since JSON may be nested deeper than the stack is; stops where `enough` is passed. */
export function measureVariables(variables: unknown, enough: VariableMeasures): VariableMeasures {
  const measured = { variableDepth: 0, longestList: 0, variableValues: 0 };
  const waiting: [value: unknown, depth: number][] = [[variables, 0]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [value, depth] = next;
    if (typeof value !== "object" || value === null) continue;
    const members: unknown[] = Array.isArray(value) ? value : Object.values(value);
    measured.variableDepth = Math.max(measured.variableDepth, depth);
    measured.variableValues += members.length;
    if (Array.isArray(value)) measured.longestList = Math.max(measured.longestList, members.length);
    const stop = (Object.keys(enough) as (keyof VariableMeasures)[]).some((name) => measured[name] > enough[name]);
    if (stop) return measured;
    for (const member of members) waiting.push([member, depth + 1]);
  }
  return measured;
}
