import { isEnumType, isInputObjectType, isInterfaceType, isObjectType } from "graphql";
import pino from "pino";
import { buildSchema } from "../../src/schema";
import type { TestDatabase } from "../support/database";
import { demonstrationDatabase, serve, type Service } from "../support/service";

let database: TestDatabase;
let service: Service;
beforeAll(async () => {
  database = await demonstrationDatabase();
  service = await serve(database);
});
afterAll(async () => {
  await service.stop();
  await database.drop();
});

const schemaAsked = [
  "{ __schema { queryType { name } } }",
  '{ __type(name: "Action") { name } }',
  "{ innocent: __schema { queryType { name } } }",
  "{ __typename ...f } fragment f on Query { __schema { queryType { name } } }",
  '{ ... on Query { ... { x: __type(name: "Plan") { name } } } }',
  "query Other { __typename } query Asked { __schema { queryType { name } } }",
];

describe("case 27: the schema is for those signed in", () => {
  test.each(schemaAsked)("%s", async (query) => {
    const ask = async (actor: string | null) => {
      const response = await fetch(`${service.address}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", ...(await service.as(actor).authorization()) },
        body: JSON.stringify({ query, operationName: query.includes("Asked") ? "Asked" : null }),
      });
      return { status: response.status, headers: response.headers, text: await response.text() };
    };
    const anonymous = await ask(null);
    expect([anonymous.status, anonymous.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
    expect(JSON.parse(anonymous.text)).toEqual({
      errors: [
        {
          message: "Sign in to ask for the schema: __schema and __type need a token.",
          extensions: { code: "UNAUTHENTICATED" },
        },
      ],
    });
    expect((await ask("wrenford-police-viewer")).status).toBe(200);
    // what somebody signed in has asked before is no way in
    expect((await ask(null)).status).toBe(401);
  });

  test("__typename stays", async () => {
    expect((await service.as(null).ask("{ __typename actions(first: 1) { nodes { __typename } } }")).errors).toEqual(
      [],
    );
  });

  test.each([
    ["everyone", null, 200, undefined],
    ["everyone", "wrenford-officer", 200, undefined],
    ["nobody", null, 403, "FORBIDDEN"],
    ["nobody", "wrenford-officer", 403, "FORBIDDEN"],
  ] as const)("INTROSPECTION=%s, asked by %s: %d", async (introspection, actor, status, code) => {
    const own = await serve(database, { parts: { introspection } });
    try {
      for (const query of schemaAsked.slice(0, 5)) {
        const answer = await own.as(actor).ask(query);
        expect([answer.status, answer.errors[0]?.extensions.code]).toEqual([status, code]);
      }
    } finally {
      await own.stop();
    }
  });
});

/** Every name that the schema has: types, fields, arguments, enum values, input fields. */
function namesOfTheSchema(): Set<string> {
  const names = new Set<string>();
  for (const type of Object.values(buildSchema(pino({ level: "silent" })).getTypeMap())) {
    if (type.name.startsWith("__")) continue;
    names.add(type.name);
    if (isInputObjectType(type)) for (const name of Object.keys(type.getFields())) names.add(name);
    if (isObjectType(type) || isInterfaceType(type))
      for (const { name, args } of Object.values(type.getFields())) {
        names.add(name);
        for (const argument of args) names.add(argument.name);
      }
    if (isEnumType(type)) for (const { name } of type.getValues()) names.add(name);
  }
  return names;
}

describe("case 27: suggestions are off, and a word list recovers nothing that it does not hold (as clairvoyance tries)", () => {
  /** Beginnings and misspellings of real names, which suggestions answer to. */
  const misspelt = (names: Set<string>) =>
    [...names]
      .filter((name) => name.length > 4)
      .flatMap((name) => [name.slice(0, -1), `${name}z`, name.replace(/(.)(.)$/, "$2$1")]);
  const shapes: ((word: string) => { query: string; variables?: object })[] = [
    (word) => ({ query: `{ ${word} }` }),
    (word) => ({ query: `{ ${word} { id } }` }),
    (word) => ({ query: `{ actions(${word}: 1) { nodes { id } } }` }),
    (word) => ({ query: `{ actions(first: 1) { nodes { ${word} { id } } } }` }),
    (word) => ({ query: `{ actions(filter: { ${word}: 1 }) { totalCount } }` }),
    (word) => ({ query: `{ actions(filter: { byWhenKind: ${word} }) { totalCount } }` }),
    (word) => ({
      query: `query ($v: ActionFilter) { actions(filter: $v) { totalCount } }`,
      variables: { v: { [word]: 1 } },
    }),
    (word) => ({
      query: `query ($v: ActionFilter) { actions(filter: $v) { totalCount } }`,
      variables: { v: { byWhenKind: [word] } },
    }),
    (word) => ({ query: `query ($v: ${word}) { actions(filter: $v) { totalCount } }` }),
    (word) => ({ query: `{ ... on ${word} { id } }` }),
    (word) => ({ query: `{ __typename @${word} }` }),
    (word) => ({ query: `mutation { ${word} }` }),
  ];
  const known = new Set(["id", "Query", "Mutation", "String", "Int", "Float", "Boolean", "ID"]);

  test("anonymously, with misspellings of every name and with words of the field", async () => {
    const names = namesOfTheSchema();
    const every = misspelt(names);
    // one in twenty of the misspellings for each shape, each shape another twentieth
    const words = (shape: number) => [
      ...every.filter((_, index) => index % 20 === shape % 20),
      "actions",
      "plan",
      "partnership",
      "viewer",
      "agency",
      "node",
      "nodes",
      "importPlan",
      "users",
      "password",
      "admin",
    ];
    const recovered = new Set<string>();
    let asked = 0;
    for (const [index, shape] of shapes.entries()) {
      for (const word of words(index)) {
        const { query, variables } = shape(word);
        const { text } = await service.as(null).ask(query, variables);
        asked += 1;
        expect(text).not.toMatch(/did you mean/i);
        const errors =
          (JSON.parse(text) as { errors?: { message: string; extensions: { code: string } }[] }).errors ?? [];
        const sent = new Set(`${query} ${JSON.stringify(variables ?? {})}`.match(/\w+/g));
        for (const { message } of errors)
          for (const [, quoted = ""] of message.matchAll(/"([^"]*)"/g))
            for (const name of quoted.match(/\w+/g) ?? [])
              if (names.has(name) && !sent.has(name) && !known.has(name)) recovered.add(`${query}: ${name}`);
      }
    }
    expect(asked).toBeGreaterThan(300);
    expect([...recovered]).toEqual([]);
  });

  test("somebody signed in is told what is missing, and still no guess", async () => {
    const { errors } = await service.as("wrenford-officer").ask("{ partnership { id } actions { nodes { titel } } }");
    const messages = errors.map(({ message }) => message).join(" ");
    expect(messages).toContain('argument "slug" of type "String!" is required');
    expect(messages).toContain('Cannot query field "titel" on type "Action".');
    expect(messages).not.toMatch(/did you mean/i);
    const anonymous = await service.as(null).ask("{ partnership { id } }");
    expect(anonymous.errors[0]?.message).toMatch(/^Field "partnership" argument "…" of type "String!" is required/);
  });
});
