import { readdirSync, readFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { buildSchema, getIntrospectionQuery, GraphQLError, parse, validate } from "graphql";
import { maxDepthRule } from "@escape.tech/graphql-armor-max-depth";
import { maxAliasesRule } from "@escape.tech/graphql-armor-max-aliases";
import { maxDirectivesRule } from "@escape.tech/graphql-armor-max-directives";
import { limitQuery, measure, QUERY_LIMITS } from "../../src/platform/graphql/limits/index";
import { defaultExamples } from "../../src/platform/http/graphiql/index";
import type { Client } from "../support/client";
import { demonstrationDatabase, serve, type Service } from "../support/service";

let service: Service;
let officer: Client;
beforeAll(async () => {
  service = await serve(await demonstrationDatabase());
  officer = service.as("wrenford-officer");
});
afterAll(async () => {
  await service.stop();
  await service.database.drop();
});

const times = (count: number, part: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => part(i)).join(" ");
/** As an agency of an action of an agency …: `levels` fields within each other, the last a scalar. */
const deep = (levels: number) => {
  const step = ["viewer { agency", "{ actions", "{ nodes", "{ leadAgency"];
  const path = [
    "viewer",
    "agency",
    ...Array.from({ length: levels }, (_, i) => ["actions", "nodes", "leadAgency"][i % 3]),
  ];
  expect(step.length).toBe(4);
  return `{ ${path
    .slice(0, levels - 1)
    .join("(first: 1) { ")
    .replaceAll(/\b(viewer|agency|nodes|leadAgency)\(first: 1\)/g, "$1")} { __typename ${"}".repeat(levels - 1)} }`;
};
const nestedValue = (levels: number): unknown => (levels === 0 ? {} : { a: nestedValue(levels - 1) });

interface Case {
  limit: keyof typeof QUERY_LIMITS;
  at: (size: number) => { query: string; variables?: object };
}
const cases: Case[] = [
  { limit: "characters", at: (size) => ({ query: `{ __typename } #${"x".repeat(size - 16)}` }) },
  {
    limit: "tokens",
    at: (size) => ({
      query: `{ viewer { ${times(Math.floor((size - 5) / 7), () => "... { ... { label } }")} ${times((size - 5) % 7, () => "label")} } }`,
    }),
  },
  { limit: "depth", at: (size) => ({ query: deep(size) }) },
  {
    limit: "introspectionDepth",
    at: (size) => ({
      query: `{ __schema { queryType { ${"ofType { ".repeat(size - 3)} name ${"} ".repeat(size - 3)} } } }`,
    }),
  },
  {
    limit: "introspections",
    at: (size) => ({ query: `{ ${times(size, (i) => `a${i}: __type(name: "Action") { name }`)} }` }),
  },
  { limit: "rootFields", at: (size) => ({ query: `{ ${times(size, () => "__typename")} }` }) },
  { limit: "fields", at: (size) => ({ query: `{ viewer { ${times(size - 1, () => "label")} } }` }) },
  { limit: "aliases", at: (size) => ({ query: `{ viewer { ${times(size, (i) => `a${i}: label`)} } }` }) },
  {
    limit: "directives",
    at: (size) => ({ query: `{ viewer { ${times(size, () => "label @include(if: true)")} } }` }),
  },
  {
    limit: "totals",
    at: (size) => ({ query: `{ actions(first: 1) { ${times(size, () => "totalCount")} } }` }),
  },
  { limit: "variableDepth", at: (size) => ({ query: "{ __typename }", variables: { v: nestedValue(size - 1) } }) },
  { limit: "longestList", at: (size) => ({ query: "{ __typename }", variables: { v: Array(size).fill(1) } }) },
  {
    limit: "variableValues",
    at: (size) => ({
      query: "{ __typename }",
      variables: Object.fromEntries([
        ...Array.from({ length: 10 }, (_, i) => [`v${i}`, Array(990).fill(1)]),
        ["rest", Array(size - 9_900 - 11).fill(1)],
      ]) as object,
    }),
  },
];

describe("cases 19, 21, 22: each limit holds at the limit and refuses one more, saying both numbers and what to do", () => {
  test("every limit has its case", () => {
    expect(cases.map(({ limit }) => limit)).toEqual(Object.keys(QUERY_LIMITS));
  });
  test.each(cases)("$limit", async ({ limit, at }) => {
    const most = QUERY_LIMITS[limit];
    const within = at(most);
    expect((await officer.ask(within.query, within.variables)).errors).toEqual([]);
    const beyond = at(most + 1);
    service.statements();
    const { status, errors, text } = await officer.ask(beyond.query, beyond.variables);
    expect([status, errors[0]?.extensions.code, errors.length]).toEqual([400, "COST_LIMIT_EXCEEDED", 1]);
    expect(errors[0]?.message).toMatch(
      new RegExp(
        `^At most ${most.toLocaleString("en")} .* and this has ${(most + 1).toLocaleString("en")}\\. [A-Z].*\\.$`,
      ),
    );
    expect(text).not.toContain('"data"');
    expect(service.statements()).toEqual([]);
  });

  test("a GET is held to the same limits", async () => {
    const ask = async (size: number) => {
      const query = encodeURIComponent(`{ viewer { ${times(size, (i) => `a${i}: label`)} } }`);
      const headers = { ...(await officer.authorization()), "apollo-require-preflight": "1" };
      return (await fetch(`${officer.url}?query=${query}`, { headers })).status;
    };
    expect([await ask(QUERY_LIMITS.aliases), await ask(QUERY_LIMITS.aliases + 1)]).toEqual([200, 400]);
    const variables = encodeURIComponent(JSON.stringify({ v: nestedValue(11) }));
    const headers = { "apollo-require-preflight": "1" };
    expect((await fetch(`${officer.url}?query={__typename}&variables=${variables}`, { headers })).status).toBe(400);
  });
});

describe("case 21: what JSON can carry", () => {
  const post = (body: string) =>
    fetch(officer.url, { method: "POST", headers: { "content-type": "application/json" }, body });
  test("a variable nested ten thousand deep, a list of a hundred thousand", async () => {
    const deepest = `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`;
    expect((await post(`{"query":"{ __typename }","variables":{"v":${deepest}}}`)).status).toBe(400);
    const longest = JSON.stringify({ query: "{ __typename }", variables: { v: Array(100_000).fill(1) } });
    expect((await post(longest)).status).toBe(400);
  });
});

describe("case 20: fragments hide nothing, and cost no more than their text", () => {
  const counted = async (query: string) => {
    const { errors } = await officer.ask(query);
    return errors[0]?.message ?? "passed";
  };
  const hidden = "actions(first: 1) { nodes { leadAgency { ".repeat(6);
  const inside = `${hidden} id ${"} } }".repeat(6)}`;

  test("a fragment, an operation or an alias named __schema or __type is like any other (GHSA-hmfr-rx46-4jx2)", async () => {
    for (const name of ["__schema", "__type", "plain"]) {
      expect(await counted(`{ viewer { agency { ...${name} } } } fragment ${name} on Agency { ${inside} }`)).toMatch(
        /16 levels .* has 21/,
      );
      expect(await counted(`query ${name} { viewer { agency { ${inside} } } }`)).toMatch(/16 levels .* has 21/);
      expect(await counted(`{ ${name}: viewer { agency { ${inside} } } }`)).toMatch(/16 levels .* has 21/);
    }
  });

  test("a fragment used first where it is shallow and then where it is deep is as deep as its deepest use", async () => {
    const spread = (at: string) =>
      `{ viewer { ${at} } } fragment f on Agency { ${"actions(first: 1) { nodes { leadAgency { ".repeat(3)} id ${"} } }".repeat(3)} }`;
    expect(await counted(spread("agency { ...f }"))).toBe("passed");
    expect(
      await counted(spread("agency { ...f } again: agency { actions(first: 1) { nodes { leadAgency { ...f } } } }")),
    ).toBe("passed");
    expect(
      await counted(
        spread(
          "agency { ...f } again: agency { actions(first: 1) { nodes { leadAgency { actions(first: 1) { nodes { leadAgency { ...f } } } } } } }",
        ),
      ),
    ).toMatch(/has 18/);
  });

  test("doubling spreads are counted in full and refused at once (CVE-2025-32030, CVE-2025-32031)", async () => {
    const doubling = times(120, (i) => `fragment f${i} on Agency { ...f${i + 1} ...f${i + 1} }`);
    const query = `{ viewer { agency { ...f0 } } } ${doubling} fragment f120 on Agency { id }`;
    expect(await counted(query)).toMatch(/fields.* has more than 1,000,000/);
  });

  test("aliases, directives and totals in a fragment count each time that it is spread", async () => {
    const use = (part: string, spreads: number) =>
      `{ ${times(spreads, (i) => `a${i}: viewer { agency { ...f } }`)} } fragment f on Agency { ${part} }`;
    expect(await counted(use("b: id", 15))).toBe("passed");
    expect(await counted(use("b: id", 16))).toMatch(/30 aliases.* has 32/);
    expect(
      await counted(use("id @skip(if: false) name @skip(if: false) sector @skip(if: false) kind @skip(if: false)", 13)),
    ).toMatch(/50 directives.* has 52/);
    expect(await counted(use("actions(first: 1) { totalCount totalCount totalCount totalCount }", 8))).toMatch(
      /30 counted lists.* has 32/,
    );
    expect(await counted(`{ ...f } fragment f on Query { ${times(21, () => "__typename")} }`)).toMatch(
      /20 fields at the operation's own level.* has 21/,
    );
  });

  test("circles and missing fragments are refused as such", async () => {
    for (const query of [
      "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }",
      "{ viewer { agency { ...a } } } fragment a on Agency { actions { nodes { leadAgency { ...a } } } }",
      "{ ...missing }",
    ]) {
      const { errors } = await officer.ask(query);
      expect(errors.length).toBeGreaterThan(0);
      expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(["GRAPHQL_VALIDATION_FAILED"]));
    }
  });
});

describe("case 19: the schema asked of itself", () => {
  test("fields of types of fields … are refused, written out or by fragments", async () => {
    const circle = (levels: number) =>
      `{ __type(name: "Action") { ${"fields { type { ".repeat(levels)} name ${"} } ".repeat(levels)} } }`;
    expect((await officer.ask(circle(2))).errors).toEqual([]);
    expect(await officer.refusals(circle(3))).toEqual(["GRAPHQL_VALIDATION_FAILED"]);
    expect(await officer.refusals(circle(30))).toEqual(["COST_LIMIT_EXCEEDED"]);
    const byFragments =
      "{ __schema { types { ...a } } } fragment a on __Type { fields { type { ...b } } } fragment b on __Type { fields { type { ...c } } } fragment c on __Type { fields { name } }";
    expect(await officer.refusals(byFragments)).toEqual(["GRAPHQL_VALIDATION_FAILED"]);
  });
});

describe("what must pass", () => {
  const fits = (query: string) => {
    for (const measures of measure(parse(query)))
      for (const [name, found] of Object.entries(measures)) {
        const limit = QUERY_LIMITS[name as keyof typeof QUERY_LIMITS];
        if (found > limit * (measures.introspections > 0 ? 1 : 0.5)) throw new Error(`${name} ${found} of ${limit}`);
      }
    expect(limitQuery(query)).not.toBeNull();
  };
  const everything = {
    descriptions: true,
    inputValueDeprecation: true,
    specifiedByUrl: true,
    schemaDescription: true,
    directiveIsRepeatable: true,
    oneOf: true,
  };

  test("the introspection query of the library, and of GraphiQL, in full", async () => {
    for (const query of [getIntrospectionQuery(), getIntrospectionQuery(everything)]) {
      fits(query);
      const { errors, text } = await officer.ask(query);
      expect(errors).toEqual([]);
      expect(text.length).toBeGreaterThan(50_000);
    }
  });

  test("GraphiQL's ready-made queries", () => defaultExamples.forEach(({ query }) => fits(query)));

  test("every operation of the contract", () => {
    const folder = join(__dirname, "../../../shared/contract");
    if (!existsSync(folder)) {
      console.warn("skipped: ../shared is absent");
      return;
    }
    const operations = readdirSync(folder).filter((name) => name.endsWith(".graphql"));
    expect(operations.length).toBeGreaterThan(5);
    for (const name of operations) fits(readFileSync(join(folder, name), "utf8"));
  });
});

describe("graphql-armor as a yardstick: what its rules let through, these limits do not", () => {
  const schema = buildSchema("type Query { a: Query b: Int }");
  const armor = (query: string) => {
    try {
      return (
        validate(schema, parse(query), [
          maxDepthRule({ n: QUERY_LIMITS.depth, flattenFragments: true }),
          maxAliasesRule({ n: QUERY_LIMITS.aliases }),
          maxDirectivesRule({ n: QUERY_LIMITS.directives }),
        ]).length === 0
      );
    } catch (error) {
      if (error instanceof GraphQLError) return false;
      throw error;
    }
  };
  const ours = (query: string) => {
    try {
      return limitQuery(query) !== null;
    } catch {
      return false;
    }
  };
  const chain = (levels: number) => `${"a { ".repeat(levels)} b ${"} ".repeat(levels)}`;

  test.each([
    ["depth", `{ ${chain(16)} }`],
    ["aliases", `{ a { ${times(31, (i) => `x${i}: b`)} } }`],
    ["directives", `{ a { ${times(51, () => "b @include(if: true)")} } }`],
  ])("%s: both refuse", (_what, query) => {
    expect([armor(query), ours(query)]).toEqual([false, false]);
  });
  test.each([
    ["aliases that are named __typename", `{ a { ${times(31, () => "__typename: b")} } }`],
    ["directives on variables", `query ($v: Int ${times(51, () => "@x")}) { b }`],
    ["a depth reached through introspection's name on a field", `{ a { __schema: b __schema { ${chain(30)} } } }`],
  ])("%s: armor passes, ours refuse", (_what, query) => {
    expect([armor(query), ours(query)]).toEqual([true, false]);
  });
});
