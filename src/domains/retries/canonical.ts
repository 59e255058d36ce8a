/** A value as JSON with the members of its objects in order: equal inputs give equal text, however they were written. */
export const canonical = (value: unknown): string => JSON.stringify(value, (_name, one: unknown) => inOrder(one));

const inOrder = (value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;
