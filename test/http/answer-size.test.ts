import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSchema, Kind, type OperationDefinitionNode, parse } from "graphql";
import { answerSize, MAX_ANSWER_SIZE } from "../../src/platform/graphql/answer-size";
import { defaultExamples } from "../../src/platform/http/graphiql/index";

const schema = buildSchema(readFileSync(join(__dirname, "../../schema.graphql"), "utf8"));

function sizeOf(query: string, variables: Record<string, unknown> = {}): number {
  const { definitions } = parse(query);
  const operation = definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION) as OperationDefinitionNode;
  const fragments = definitions.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION);
  return answerSize({ schema, operation, fragments, variables });
}

test.each([
  ["{ __typename }", {}, 1],
  ["{ actions(first: 7) { totalCount } }", {}, 1 + 7],
  ["{ actions(first: 7) { nodes { id title } } }", {}, 1 + 7 * (1 + 2)],
  ["{ actions(last: 7) { edges { node { id } } } }", {}, 1 + 7 * (1 + (1 + 1))],
  ["{ actions { nodes { id } } }", {}, 1 + 50 * 2],
  ["query ($n: Int) { actions(first: $n) { nodes { id } } }", { n: 3 }, 1 + 3 * 2],
  ["query ($n: Int = 4) { actions(first: $n) { nodes { id } } }", {}, 1 + 4 * 2],
  ["query ($n: Int) { actions(first: $n) { nodes { id } } }", { n: 5_000_000 }, 1 + 100 * 2],
  ["query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", { ids: ["a", "b"] }, 1 + 2],
  ['{ nodes(ids: ["a", "b", "c"]) { ... on Action { id title } } }', {}, 1 + 3 * 2],
  ["{ ...a ...a } fragment a on Query { actions(first: 2) { totalCount } }", {}, 2 * 3],
  ["{ a: actions(first: 2) { totalCount } b: actions(first: 2) { totalCount @skip(if: true) } }", {}, 2 * 3],
])("%s %j holds at most %i values", (query, variables, size) => {
  expect(sizeOf(query, variables)).toBe(size);
});

test("lists within lists are told before anything is run, however they are spread", () => {
  const nested = (levels: number, first: number) =>
    `{ actions(first: ${first}) { nodes { ${`plan { actions(first: ${first}) { nodes { `.repeat(levels)} id ${"} } } ".repeat(levels)} } } }`;
  expect(sizeOf(nested(2, 100))).toBeGreaterThan(MAX_ANSWER_SIZE);
  expect(sizeOf(nested(60, 3))).toBeGreaterThan(MAX_ANSWER_SIZE);
  expect(sizeOf(nested(1, 100))).toBeLessThan(MAX_ANSWER_SIZE);
  const doubling = Array.from({ length: 40 }, (_, i) => `fragment f${i} on Query { ...f${i + 1} ...f${i + 1} }`);
  expect(sizeOf(`{ ...f0 } ${doubling.join(" ")} fragment f40 on Query { actions(first: 1) { totalCount } }`)).toBe(
    2 * 2 ** 40,
  );
});

test("the contract's operations, as GraphiQL offers them, stay far below the limit", () => {
  for (const { query } of defaultExamples) expect(sizeOf(query, { first: 100 })).toBeLessThan(MAX_ANSWER_SIZE / 10);
});
