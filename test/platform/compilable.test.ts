import { buildSchema, execute, parse } from "graphql";
import { compileQuery, isCompiledQuery } from "graphql-jit";
import { placesDepend } from "../../src/platform/graphql/compilable";

const schema = buildSchema("type Query { a: Int b: Int c: Child } type Child { c: Child d: Int e: Int }");
const DATA = { a: 1, b: 2, c: { c: { d: 5, e: 6 }, d: 3, e: 4 } };

const of = (text: string) => {
  const document = parse(text);
  return { document, hangs: placesDepend(document) };
};

test.each([
  "query ($v: Boolean!) { a @include(if: $v) b a }",
  "query ($v: Boolean!) { ...f @skip(if: $v) b a } fragment f on Query { a }",
  "query ($v: Boolean!) { ... @include(if: $v) { c { d } } a c { e } }",
  "query ($v: Boolean!) { c { d @include(if: $v) } a c { e d } }",
  "query ($v: Boolean!) { c { ... on Child { ...f @include(if: $v) } e } c { d } } fragment f on Child { d }",
  "query ($v: Boolean!) { x: a @skip(if: $v) b x: a }",
  // a fragment beneath an object that is selected again where it may be left out
  "query ($v: Boolean!) { c { d } c @include(if: $v) { ... { e } } }",
  "query ($v: Boolean!) { c { d } ... @skip(if: $v) { c { ...f } } } fragment f on Child { e }",
  "query ($v: Boolean!) { c { c { d } } c @include(if: $v) { c { ... { e } } } }",
  // a fragment of several conditions, be they in another operation
  "query ($v: Boolean!) { c { ...f @include(if: $v) } x: c { ...f } } fragment f on Child { e }",
  "query ($v: Boolean!) { c { ...f @include(if: $v) } } query Other { c { ...f } } fragment f on Child { e }",
])("the answer hangs on what is skipped: %s", (text) => {
  expect(of(text).hangs).toBe(true);
});

test.each([
  "{ a b c { d e } c { e d } a }",
  "query ($v: Boolean!) { a b @include(if: $v) c { d @skip(if: $v) e } }",
  "query ($v: Boolean!) { a b a @include(if: $v) }",
  "query ($v: Boolean!) { c { e d } ... @include(if: $v) { c { d } } b }",
  "query ($v: Boolean!) { ...f ...f @include(if: $v) b } fragment f on Query { c { d } a }",
  "query ($v: Boolean!) { c { ...f @include(if: $v) } x: c { ...f @include(if: $v) d } } fragment f on Child { e }",
  "query ($v: Boolean!) { c { d } c @include(if: $v) { e c { e } } }",
])("where it does not, both ways of executing answer in one order: %s", (text) => {
  const { document, hangs } = of(text);
  expect(hangs).toBe(false);
  const compiled = compileQuery(schema, document);
  if (!isCompiledQuery(compiled)) throw new Error("it does not compile");
  for (const v of [true, false])
    expect(JSON.stringify(compiled.query(DATA, {}, { v }))).toBe(
      JSON.stringify(execute({ schema, document, rootValue: DATA, variableValues: { v } })),
    );
});
