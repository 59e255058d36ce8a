import { getNamedType, type GraphQLSchema, isAbstractType, isCompositeType, isObjectType, Kind, parse } from "graphql";
import { createLogger } from "../../src/platform/logger";
import { KEPT, itemOf, NEVER_KEPT } from "../../src/reuse/kept-types";
import { reachOf } from "../../src/reuse/reach";
import { buildSchema } from "../../src/schema";

const schema = buildSchema(createLogger("silent"));

/** Types that a query can come to. */
function readable(of: GraphQLSchema): Set<string> {
  const found = new Set<string>();
  const waiting = ["Query"];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    const type = of.getType(name);
    if (isAbstractType(type)) waiting.push(...of.getPossibleTypes(type).map((one) => one.name));
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const output = getNamedType(field.type);
      if (isCompositeType(output)) waiting.push(output.name);
    }
  }
  return found;
}

test("each type that a query can come to may be kept, or is named with the reason why never; none is both", () => {
  const types = [...new Set([...readable(schema)].map(itemOf))].sort();
  expect(types.filter((name) => !KEPT.has(name) && !(name in NEVER_KEPT))).toEqual([]);
  expect([...KEPT, ...Object.keys(NEVER_KEPT)].sort()).toEqual(types);
});

const EVERYTHING = { slugs: [], everything: true };
const of = (text: string, variables: Record<string, unknown> = {}) => {
  const document = parse(text);
  const [operation] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error("the operation comes first");
  return reachOf({ schema, document, operation, variables });
};
const one = (...slugs: string[]) => ({ slugs, everything: false });

test.each<[string, Record<string, unknown>, unknown]>([
  ["{ viewer { label } }", {}, one()],
  ["{ __typename }", {}, one()],
  ['{ partnership(slug: "a") { name } }', {}, one("a")],
  ['{ viewer { label } x: partnership(slug: "b") { name } y: partnership(slug: "a") { name } }', {}, one("a", "b")],
  ["query ($s: String!) { partnership(slug: $s) { name } }", { s: "a" }, one("a")],
  ['query ($s: String! = "b") { partnership(slug: $s) { name } }', {}, one("b")],
  ['query ($s: String! = "b") { partnership(slug: $s) { name } }', { s: "a" }, one("a")],
  ["query ($s: String!) { partnership(slug: $s) { name } }", { s: 3 }, EVERYTHING],
  ["query ($s: String!) { partnership(slug: $s) { name } }", {}, EVERYTHING],
  ["query ($b: Boolean!) { viewer { label } actions(first: 1) @skip(if: $b) { totalCount } }", { b: true }, EVERYTHING],
  ["query { ...q } fragment q on Query { ... { actions(first: 1) { totalCount } } }", {}, EVERYTHING],
  ['query { ...q } fragment q on Query { ... on Query { partnership(slug: "a") { name } } }', {}, one("a")],
  ['{ node(id: "x") { id ... on Action { title } } }', {}, EVERYTHING],
  ['{ node(id: "x") { id ... on Invitation { state } } }', {}, null],
  ['{ node(id: "x") { __typename ... on Actor { id } } }', {}, null],
  ["{ viewer { memberships { role } } }", {}, null],
  ["{ __schema { queryType { name } } }", {}, null],
  ['{ accessExplain(actor: "x", subject: "y", field: "z") { verdict } }', {}, null],
  ['mutation { withdrawInvitation(input: { invitation: "x" }) { userErrors { code } } }', {}, null],
])("%s with %j reaches %j", (text, variables, reach) => {
  expect(of(text, variables)).toEqual(reach);
});

test("a slug that no database can hold: nothing is kept, and no statement is made of it", () => {
  expect(of('{ partnership(slug: "a\\u0000") { id } }')).toBeNull();
  expect(of("query ($s: String!) { partnership(slug: $s) { id } }", { s: "a\u0000" })).toBeNull();
});
