/** Names of every GraphQL schema, which are no secret of this one. */
const COMMON = new Set(["Boolean", "Float", "ID", "Int", "Mutation", "Query", "String", "Subscription"]);

/**
 * A message of GraphQL's without the names that the caller did not write: for callers who may not ask for the schema, so
 * that mistakes cannot be used to ask for it. GraphQL quotes the names that it tells; `asked` is all that was sent.
 */
export function withoutUnaskedNames(message: string, asked: string): string {
  const words = new Set(asked.match(/\w+/g));
  return message.replace(/"[^"]*"/g, (quoted) => {
    const names = quoted.match(/\w+/g) ?? [];
    return names.every((name) => words.has(name) || COMMON.has(name)) ? quoted : '"…"';
  });
}
