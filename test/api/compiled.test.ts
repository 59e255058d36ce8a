import fc from "fast-check";
import {
  buildSchema,
  type ExecutionResult,
  type GraphQLFormattedError,
  getOperationAST,
  GraphQLObjectType,
  GraphQLScalarType,
  isObjectType,
  parse,
  validate,
} from "graphql";
import { canonical } from "../../src/reuse/question";
import { standsBelowNull } from "./random/reference";
import { type Execution, executing } from "../../src/platform/graphql/compiled";

/** graphql-jit against graphql-js, on a schema that has every kind of argument and every place where a field can fail. */
const schema = buildSchema(`
  enum Colour { RED AMBER GREEN }
  scalar Day
  input Range { from: Day, to: String = "2019-12-31", inclusive: Boolean! = true }
  input Filter { colours: [Colour!] = [RED], range: Range = { inclusive: false }, words: [String], size: Int! = 5, limit: Float, id: ID }
  interface Named { name: String! }
  union Subject = Agency | Theme
  type Agency implements Named { name: String! broken(how: String): String mustBe: String! }
  type Theme implements Named { name: String! colour(of: Colour = GREEN): Colour }
  type Thing { echo(text: String = "nothing", count: Int, sure: Boolean! = false, ratio: Float, id: ID, colour: Colour = AMBER, day: Day, list: [Int!], lists: [[Int]], filter: Filter): String!
    broken(how: String): String mustBe(how: String): String! colour(is: Int): Colour mustBeColour(is: Int): Colour! count(is: String): Int
    things(how: String): [Thing] mustBeThings(how: String): [Thing!] allThings(how: String): [Thing!]! thing: Thing mustBeThing: Thing!
    subjects: [Subject] named: [Named!]! later: Thing }
  type Query { thing: Thing other: Thing mustBe: Thing! }
`);

/** What a resolver that is told how to fail does. */
function fail(how: unknown): unknown {
  if (how === "throw") throw new Error("it was thrown");
  if (how === "reject") return rejected("it was rejected");
  if (how === "return") return new Error("it was returned");
  if (how === "null") return null;
  if (how === "undefined") return undefined;
  if (how === "later") return Promise.resolve("later");
  return how;
}
const agency = { __typename: "Agency", name: "Police" };
const theme = { __typename: "Theme", name: "Neglect" };
/** Its rejection is handled already: graphql-js leaves it alone where an item before it has failed the list. */
function rejected(message: string): Promise<never> {
  const promise = Promise.reject(new Error(message));
  promise.catch(() => undefined);
  return promise;
}
function listed(how: unknown): unknown {
  if (how === "holes") return [{}, {}, null];
  if (how === "faults") return [{}, new Error("an item failed"), rejected("and one later")];
  if (how === "no list") return "a text";
  return how === undefined ? [{}, Promise.resolve({})] : fail(how);
}

/** The last item: graphql-js leaves the others of a list unheard when one that must be there fails at once. */
const alone = (list: unknown): unknown => (Array.isArray(list) ? list.slice(-1) : list);

const RESOLVERS: Record<string, Record<string, (args: Record<string, unknown>) => unknown>> = {
  Query: { thing: () => ({}), other: () => Promise.resolve({}), mustBe: () => ({}) },
  Agency: { broken: ({ how }) => fail(how), mustBe: () => "is" },
  Theme: { colour: ({ of }) => of },
  Thing: {
    echo: canonical,
    broken: ({ how }) => fail(how),
    mustBe: ({ how }) => fail(how),
    colour: ({ is }) => (is === 1 ? "PURPLE" : is === 2 ? { colour: "RED" } : is === 3 ? null : "RED"),
    mustBeColour: ({ is }) => (is === 1 ? "PURPLE" : is === 3 ? null : "RED"),
    count: ({ is }) =>
      is === "text" ? "many" : is === "large" ? 3_000_000_000 : is === "half" ? 0.5 : is === "object" ? {} : is,
    things: ({ how }) => listed(how),
    mustBeThings: ({ how }) => alone(listed(how)),
    allThings: ({ how }) => alone(listed(how)),
    thing: () => ({}),
    mustBeThing: () => Promise.resolve({}),
    subjects: () => [agency, theme, null],
    named: () => [agency, Promise.resolve(theme)],
    later: () => new Promise((resolve) => setTimeout(() => resolve({}), 1)),
  },
};
for (const [type, resolvers] of Object.entries(RESOLVERS)) {
  const of = schema.getType(type);
  if (!(of instanceof GraphQLObjectType) || !isObjectType(of)) throw new Error(type);
  for (const [name, resolve] of Object.entries(resolvers)) {
    const field = of.getFields()[name];
    if (!field) throw new Error(`${type}.${name}`);
    field.resolve = (_row, args: Record<string, unknown>) => resolve(args);
  }
}
const day = schema.getType("Day");
if (!(day instanceof GraphQLScalarType)) throw new Error("Day");
day.parseValue = (value) => {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d$/.test(value)) throw new TypeError(`${String(value)} is no day`);
  return `day ${value}`;
};
day.parseLiteral = (node) => day.parseValue("value" in node ? node.value : null);

type Told = Pick<ExecutionResult, "data" | "errors">;
type Ask = (query: string, variables: object) => Promise<Told>;
async function askOf(execution: Execution): Promise<Ask> {
  const { executor } = await executing(schema, execution).load({ apollo: {} });
  return async (query, variables) => {
    const document = parse(query);
    const faults = validate(schema, document);
    if (faults.length > 0) throw new Error(`${query} is not valid: ${faults.join("\n")}`);
    const asked = { document, operation: getOperationAST(document), request: { variables }, context: {} };
    return JSON.parse(JSON.stringify(await executor?.(asked as never))) as Told;
  };
}
let compiled: Ask;
let plain: Ask;
beforeAll(async () => {
  compiled = await askOf({ kind: "compiled", from: 1 });
  plain = await askOf({ kind: "plain" });
});

/**
 * The data as text, and each error. Where one makes null of what it stands in, others below it may be told or not, as
 * it happens (GraphQL, 6.4.4): then there is an error, and where.
 */
function whatIsTold({ data, errors = [] }: Told): string {
  const nulled = ({ path }: GraphQLFormattedError) => {
    for (let length = 0; length < (path?.length ?? 0); length += 1)
      if (standsBelowNull({ path: path?.slice(0, length + 1) }, data)) return path?.slice(0, length);
    return null;
  };
  const told = (errors as readonly GraphQLFormattedError[]).map((error) => JSON.stringify(nulled(error) ?? error));
  // of a resolver's fault inside, the words are neither's: the service tells none of them
  return [JSON.stringify(data), ...[...new Set(told)].sort()].join("\n").replace(/\\"/g, "");
}

async function same(query: string, sent: object = {}): Promise<void> {
  // as they come by HTTP
  const variables = JSON.parse(JSON.stringify(sent)) as object;
  const expected = whatIsTold(await plain(query, variables));
  const found = whatIsTold(await compiled(query, variables));
  if (found !== expected)
    throw new Error(`${query}\nwith ${JSON.stringify(variables)} gives compiled\n${found}\nfor\n${expected}`);
}

const TYPES = {
  text: "String",
  count: "Int",
  sure: "Boolean!",
  ratio: "Float",
  id: "ID",
  colour: "Colour",
  day: "Day",
  list: "[Int!]",
  lists: "[[Int]]",
  filter: "Filter",
};
const DEFAULTS: Partial<Record<keyof typeof TYPES, string[]>> = {
  text: ["null", '"a text"'],
  count: ["null", "3"],
  sure: ["true"],
  ratio: ["1", "1.5"],
  id: ["7", '"seven"'],
  colour: ["GREEN", "null"],
  day: ['"2019-02-14"'],
  list: ["[1, 2]", "4", "null", "[]"],
  lists: ["[[1], null, 2]", "3"],
  filter: [
    "{}",
    '{ colours: AMBER, range: { to: "2019-03-31" } }',
    "{ range: null, words: [null] }",
    "{ size: 2, limit: 1, id: 4 }",
  ],
};
const value = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom<unknown>(
      null,
      undefined,
      true,
      3,
      -0,
      1.5,
      2 ** 31,
      1e21,
      "",
      "3",
      "RED",
      "PURPLE",
      "2019-02-14",
      "__proto__",
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<unknown>(
      [],
      [1, 2],
      [1, null],
      ["1"],
      [[1, null], null],
      [[[1]]],
      {},
      { colours: ["RED", "GREEN"] },
      { colours: "AMBER" },
      { colours: null },
      { colours: [null] },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<unknown>(
      { range: {} },
      { range: { to: null, inclusive: false } },
      { range: { inclusive: null } },
      { range: { from: "a day" } },
      { size: null },
      { size: undefined, limit: 2 },
      { unknown: 1 },
      { words: "one", id: 1.5 },
      { id: 12 },
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
);

test("variables: null, absent, defaults, lists, input objects, enums and what is none of these", async () => {
  const argument = fc.constantFrom(...(Object.keys(TYPES) as (keyof typeof TYPES)[])).chain((name) =>
    fc.record({
      name: fc.constant(name),
      byDefault: fc.option(fc.constantFrom(...(DEFAULTS[name] ?? ["null"]))),
      given: value,
      strict: fc.boolean(),
    }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(argument, { minLength: 1, maxLength: 4, selector: ({ name }) => name }),
      async (args) => {
        const declared = args.map(({ name, byDefault, strict }) => {
          const type = strict && byDefault !== "null" && !TYPES[name].endsWith("!") ? `${TYPES[name]}!` : TYPES[name];
          return `$${name}: ${type}${byDefault === null ? "" : ` = ${byDefault}`}`;
        });
        const given = Object.fromEntries(args.map((one) => [one.name, one.given] as const));
        const uses = args.map(({ name }) => `${name}: $${name}`).join(", ");
        await same(`query Q(${declared.join(", ")}) { thing { echo(${uses}) again: echo(${uses}) } }`, given);
      },
    ),
    { numRuns: Number(process.env.QUERY_RUNS ?? 400) },
  );
});

test("values within values of the query", async () => {
  const query = `query ($n: Int, $d: Day, $c: Colour, $w: String, $f: Range, $b: Boolean! = true) { thing {
    a: echo(list: [1, 2], filter: { range: { from: $d }, words: [$w, "x"], size: 3 })
    b: echo(lists: [[$n], null], colour: $c) c: echo(filter: { range: $f }) d: echo(sure: $b, filter: { colours: RED, size: 1 })
    e: echo @include(if: $b) f: echo(text: "skipped") @skip(if: $b) } }`;
  for (const variables of [
    {},
    { n: 1, d: "2019-01-01", c: "RED", w: "w", f: { from: "2019-01-02" }, b: false },
    { n: null, d: null, c: null, w: null, f: null },
  ])
    await same(query, variables);
});

test.each([
  'thing { thing { echo } thing @include(if: $no) { count(is: "12") } }',
  'thing { thing { echo } thing @include(if: $yes) { count(is: "12") } }',
  'thing { thing { echo } thing @skip(if: true) { count(is: "12") } }',
  'thing { thing { echo } ... @include(if: $no) { thing { count(is: "12") echo } } }',
  'thing { things { echo } things @skip(if: $yes) { mustBeThing { count(is: "12") } } }',
  'thing { thing { thing { echo } } thing { thing @include(if: $no) { mustBe(how: "null") } } }',
  "thing { thing { echo } ...Left @include(if: $no) } other { ...Left }",
  'thing { thing { echo } thing @include(if: $no) { ... { count(is: "12") } } }',
  "thing { thing { echo } thing @skip(if: $yes) { ...Left } }",
  "thing { things { thing { echo } thing @include(if: false) { ... on Thing { thing { ...Left } } } } }",
  'thing { thing { echo thing { echo } } thing @include(if: $yes) { thing @include(if: $no) { count(is: "12") } } }',
])("a field selected once more, and left out there: %s", async (selected) => {
  const fragment = selected.includes("...Left") ? 'fragment Left on Thing { thing { count(is: "12") } }' : "";
  for (const [no, yes] of [
    [false, true],
    [true, false],
  ])
    await same(
      `query ($no: Boolean = false, $yes: Boolean = true) { ${selected} uses: thing { a: echo @include(if: $no) b: echo @skip(if: $yes) } } ${fragment}`,
      { no, yes },
    );
});

const WHETHER = fc.constantFrom(
  "",
  "",
  "",
  " @include(if: $no)",
  " @skip(if: $yes)",
  " @include(if: $yes)",
  " @skip(if: false)",
  " @include(if: false)",
);

test("fields selected again, here and there left out, in fragments that stand in several places", async () => {
  const { set } = fc.letrec<{ set: string }>((tie) => ({
    set: fc
      .array(
        fc.oneof(
          { depthSize: "small" },
          fc.tuple(fc.constantFrom("echo", 'count(is: "12")', "__typename"), WHETHER).map((parts) => parts.join("")),
          fc.tuple(fc.constantFrom("...One", "...Other"), WHETHER).map((parts) => parts.join("")),
          fc
            .tuple(fc.constantFrom("thing", "thing", "things", "later", "..."), WHETHER, tie("set"))
            .map((parts) => parts.join("")),
        ),
        { minLength: 1, maxLength: 4 },
      )
      .map((fields) => ` { ${fields.join(" ")} }`),
  }));
  const flat = set.map((one) => one.replaceAll(/\.\.\.O(?:ne|ther)/g, "...Leaf"));
  await fc.assert(
    fc.asyncProperty(set, flat, flat, fc.boolean(), fc.boolean(), async (root, one, other, no, yes) => {
      const query = `query ($no: Boolean!, $yes: Boolean!) { thing${root} mustBe { ...One ...Other a: echo @include(if: $no) b: echo @skip(if: $yes) } }
        fragment One on Thing${one} fragment Other on Thing${other} fragment Leaf on Thing { leaf: echo thing { leaf: echo @include(if: $no) } }`;
      await same(query.includes("...Leaf") ? query : query.replace(/fragment Leaf.*/, ""), { no, yes });
    }),
    { numRuns: Number(process.env.QUERY_RUNS ?? 400) },
  );
});

const FIELDS = fc.constantFrom(
  ...["throw", "reject", "return", "null", "undefined", "later"].flatMap((how) => [
    `broken(how: "${how}")`,
    `mustBe(how: "${how}")`,
  ]),
  ...["colour(is: 1)", "colour(is: 2)", "colour(is: 3)", "mustBeColour(is: 1)", "mustBeColour(is: 3)", "mustBeColour"],
  ...["text", "large", "half", "object", "12"].map((is) => `count(is: "${is}")`),
  "__typename",
  "echo",
);
const WAYS = fc.constantFrom(
  "thing",
  "mustBeThing",
  "later",
  ...["things", "mustBeThings", "allThings"].flatMap((list) => [
    list,
    ...["holes", "faults", "no list", "throw", "reject", "null"].map((how) => `${list}(how: "${how}")`),
  ]),
);
const SUBJECTS = [
  'subjects { __typename ... on Agency { name broken(how: "throw") } ... on Theme { name colour } }',
  'named { name ... on Agency { broken(how: "reject") mustBe } ... on Theme { colour(of: RED) } }',
];

test("errors in places that may be null and that may not, under aliases, in fragments and lists", async () => {
  const { thing } = fc.letrec<{ thing: string }>((tie) => ({
    thing: fc
      .array(
        fc.oneof(
          { weight: 4, arbitrary: FIELDS },
          { weight: 2, arbitrary: fc.tuple(WAYS, tie("thing")).map(([way, below]) => `${way} ${below}`) },
          { weight: 1, arbitrary: fc.constantFrom(...SUBJECTS) },
        ),
        { minLength: 1, maxLength: 4 },
      )
      .chain((fields) =>
        fc
          .nat(99)
          .map(
            (n) =>
              `{ ${fields.map((field, index) => (n % 7 === index ? `... { x${n}_${index}: ${field} }` : `x${n}_${index}: ${field}`)).join(" ")} }`,
          ),
      ),
  }));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom("thing", "other", "mustBe"), thing, thing, async (root, one, other) => {
      await same(`{ first: ${root} ${one} second: other ${other} }`);
    }),
    { numRuns: Number(process.env.QUERY_RUNS ?? 400) },
  );
});
