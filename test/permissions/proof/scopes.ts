import { getNamedType, type GraphQLSchema, isObjectType } from "graphql";
import { globalId } from "../../../src/platform/graphql/ids";
import type { Facts } from "../reading";
import { nodeRows } from "../reading-people";
import type { Actor } from "./actors";
import type { Matrix } from "./matrix";
import { isNode, kindOf, objectTypes, selectionOf } from "./published-schema";
import type { Tally } from "./tally";

/** The way to a field of a type without an id: the node to begin at, and the fields on the way. */
function wayTo(schema: GraphQLSchema, type: string): { node: string; path: string[] } | null {
  const queue = objectTypes(schema)
    .filter(isNode)
    .map(({ name }) => ({ node: name, at: name, path: [] as string[] }));
  const known = new Set<string>();
  for (let next = queue.shift(); next; next = queue.shift()) {
    if (next.at === type) return { node: next.node, path: next.path };
    if (known.has(next.at)) continue;
    known.add(next.at);
    const on = schema.getType(next.at);
    if (!isObjectType(on)) continue;
    for (const field of Object.values(on.getFields()))
      if (kindOf(field) === "embedded")
        queue.push({ node: next.node, at: getNamedType(field.type).name, path: [...next.path, field.name] });
  }
  return null;
}

/** A service account that asks for a field beyond its scopes is refused whole, whichever row is asked for. */
export async function probeScopes(
  actor: Actor,
  matrix: Matrix,
  schema: GraphQLSchema,
  facts: Facts,
  tally: Tally,
): Promise<void> {
  const wanted = matrix.inScope(actor);
  for (const type of objectTypes(schema)) {
    const way = wayTo(schema, type.name);
    if (!way) continue;
    const row = nodeRows(facts, way.node)?.[0];
    if (!row) continue;
    for (const field of Object.values(type.getFields())) {
      const kind = kindOf(field);
      if (wanted(type.name, field.name) || kind === "asks") continue;
      const inner = getNamedType(field.type);
      const sub = isObjectType(inner)
        ? kind === "connection" || kind === "pages"
          ? "{ totalCount }"
          : kind === "node"
            ? "{ id }"
            : selectionOf(inner, () => true)
        : "";
      const asked = way.path.reduceRight((selected, name) => `{ ${name} ${selected} }`, `{ ${field.name} ${sub} }`);
      const id = globalId(way.node, String(row.id));
      const { data, errors } = await actor.client.ask(`{ node(id: "${id}") { ... on ${way.node} ${asked} } }`);
      tally.same(
        "refused by scope",
        [null, ["FORBIDDEN"]],
        [data, errors.map(({ extensions }) => extensions.code)],
        () => `${actor.name}, ${type.name}.${field.name}`,
      );
    }
  }
}
