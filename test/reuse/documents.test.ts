import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "../../src/platform/config/index";
import { readTrustedDocuments } from "../../src/platform/http/documents/index";
import { createLogger } from "../../src/platform/logger";
import { buildSchema } from "../../src/schema";
import type { Client } from "../support/client";
import type { TestDatabase } from "../support/database";
import { demonstrationDatabase, serve, type Service } from "../support/service";
import { asking, BOARD, get, MINE, post } from "./asking";

const hash = (text: string) => createHash("sha256").update(text).digest("hex");
const named = (text: string) => ({ persistedQuery: { version: 1, sha256Hash: hash(text) } });
const folder = mkdtempSync(join(tmpdir(), "golden-thread-documents-"));
let files = 0;
const fileOf = (content: unknown) => {
  const file = join(folder, `${(files += 1)}.json`);
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
};
const schema = buildSchema(createLogger("silent"));
const trusting = (texts: string[], only: boolean) =>
  readTrustedDocuments({ file: fileOf(Object.fromEntries(texts.map((text) => [hash(text), text]))), only }, schema);

let database: TestDatabase;
const started: Service[] = [];
const at = async (parts: NonNullable<Parameters<typeof serve>[1]>["parts"] = {}) => {
  const one = await serve(database, { parts });
  started.push(one);
  return one;
};
beforeAll(async () => {
  database = await demonstrationDatabase();
});
afterAll(async () => {
  for (const one of started) await one.stop();
  await database.drop();
  rmSync(folder, { recursive: true });
});
const health = (service: Service) => service.as("wrenford-health-contributor");
const codeOf = async (answer: Promise<{ status: number; errors: { extensions: { code: string } }[] }>) => {
  const { status, errors } = await answer;
  return [status, errors[0]?.extensions.code];
};
const UNKNOWN = [200, "PERSISTED_QUERY_NOT_FOUND"];

describe("an operation named by its hash", () => {
  let service: Service;
  let client: Client;
  beforeAll(async () => {
    service = await at();
    client = health(service);
  });

  test("is asked for in full once, then by the hash alone, by POST and by GET, and its answer is kept like any other", async () => {
    const variables = { first: 5 };
    const by = { extensions: named(MINE), variables };
    expect(await codeOf(post(client, by))).toEqual(UNKNOWN);
    const whole = await post(client, { ...by, query: MINE });
    expect((await post(client, by)).text).toBe(whole.text);
    expect((await asking(service, () => post(client, by))).reused).toBe(true);
    const search = { extensions: JSON.stringify(named(MINE)), variables: JSON.stringify(variables) };
    const got = await asking(service, () => get(client, search));
    expect([got.answer.text, got.reused, got.answer.headers.get("cache-control")]).toEqual([
      whole.text,
      true,
      "private, no-cache",
    ]);
    expect((await get(client, { ...search, query: MINE })).text).toBe(whole.text);
  });

  test("is the caller's own: nobody else finds it, and no hash stands for another text", async () => {
    const text = `${BOARD} # mine`;
    await post(client, { query: text, extensions: named(text) });
    for (const actor of ["wrenford-police-viewer", null])
      expect(await codeOf(post(service.as(actor), { extensions: named(text) }))).toEqual(UNKNOWN);
    const other = { query: "{ __typename }", extensions: named(text) };
    expect(await codeOf(post(client, other))).toEqual([400, "BAD_USER_INPUT"]);
    expect((await post(client, { extensions: named(text) })).data).toHaveProperty("partnership");
  });

  test.each([
    ["another version", { version: 2, sha256Hash: hash(BOARD) }],
    ["no hash", { version: 1 }],
    ["a short hash", { version: 1, sha256Hash: "abc" }],
    ["a list", [1]],
    ["a text", "abc"],
  ])("with %s is refused", async (_what, persistedQuery) => {
    for (const query of [undefined, BOARD])
      expect(await codeOf(post(client, { query, extensions: { persistedQuery } }))).toEqual([400, "BAD_USER_INPUT"]);
  });

  test("keeps the limits, and who may ask for the schema, by text and by hash", async () => {
    const large = `{ ${"a: __typename ".repeat(31)} }`;
    const text = "{ __schema { queryType { name } } }";
    expect(await codeOf(post(client, { query: large, extensions: named(large) }))).toEqual([
      400,
      "COST_LIMIT_EXCEEDED",
    ]);
    expect(await codeOf(post(client, { extensions: named(large) }))).toEqual(UNKNOWN);
    expect((await post(client, { query: text, extensions: named(text) })).errors).toEqual([]);
    const nobody = service.as(null);
    expect(await codeOf(post(nobody, { query: text, extensions: named(text) }))).toEqual([401, "UNAUTHENTICATED"]);
    expect(await codeOf(post(nobody, { extensions: named(text) }))).toEqual(UNKNOWN);
    const trusted = await at({ trusted: trusting([text], false) });
    expect(await codeOf(post(trusted.as(null), { extensions: named(text) }))).toEqual([401, "UNAUTHENTICATED"]);
    const deep = {
      extensions: named(BOARD),
      variables: { slug: JSON.parse("[".repeat(12) + "]".repeat(12)) as unknown },
    };
    expect(await codeOf(post(client, deep))).toEqual(UNKNOWN);
    await post(client, { query: BOARD, extensions: named(BOARD) });
    expect(await codeOf(post(client, deep))).toEqual([400, "COST_LIMIT_EXCEEDED"]);
  });

  test("by GET is no way to a mutation, nor past what keeps forged requests out", async () => {
    const text = 'mutation { withdrawInvitation(input: { invitation: "x" }) { userErrors { code } } }';
    await post(client, { query: text, extensions: named(text) });
    const search = { extensions: JSON.stringify(named(text)) };
    expect((await get(client, search)).status).toBe(405);
    expect((await get(client, { extensions: JSON.stringify(named(BOARD)) }, {})).status).toBe(400);
  });

  test("that somebody sends by the thousand takes nobody else's away", async () => {
    await post(client, { query: BOARD, extensions: named(BOARD) });
    const flood = service.as("wrenford-police-viewer");
    const texts = Array.from({ length: 60 }, (_, index) => `{ __typename } # ${index} ${"x".repeat(90_000)}`);
    for (const query of texts) await post(flood, { query, extensions: named(query) });
    expect((await post(client, { extensions: named(BOARD) })).errors).toEqual([]);
    expect(await codeOf(post(flood, { extensions: named(texts[0] ?? "") }))).toEqual(UNKNOWN);
    expect((await post(flood, { extensions: named(texts[59] ?? "") })).errors).toEqual([]);
  });
});

describe("the operator's documents", () => {
  test("are known by their hash from the start, and others are answered too unless it says only these", async () => {
    const allow = await at({ trusted: trusting([BOARD], false) });
    expect((await post(health(allow), { extensions: named(BOARD) })).data).toHaveProperty("partnership");
    expect(
      (await post(allow.as(null), { extensions: named(BOARD), variables: { slug: "coventry" } })).data,
    ).toHaveProperty("partnership");
    expect((await health(allow).ask(MINE, { first: 1 })).errors).toEqual([]);
  });

  test("alone are answered where it says so, by hash or by their very text", async () => {
    const only = await at({ trusted: trusting([BOARD], true) });
    const client = health(only);
    const bodies = [{ extensions: named(BOARD) }, { query: BOARD }, { query: BOARD, extensions: named(BOARD) }];
    for (const body of bodies) expect((await post(client, body)).data).toHaveProperty("partnership");
    const refused = [
      { query: MINE },
      { extensions: named(MINE) },
      { query: MINE, extensions: named(MINE) },
      { query: `${BOARD} ` },
      { query: "{ __schema { queryType { name } } }" },
      { query: "" },
    ];
    for (const body of refused) {
      const answer = await post(client, body);
      expect([answer.status, answer.errors[0]?.extensions.code, answer.errors[0]?.message]).toEqual([
        403,
        "FORBIDDEN",
        expect.stringContaining("TRUSTED_DOCUMENTS"),
      ]);
    }
    expect((await get(client, { query: MINE })).status).toBe(403);
    const headers = { "apollo-require-preflight": "1", ...(await client.authorization()) };
    const twice = new URLSearchParams([
      ["query", BOARD],
      ["query", "{ viewer { label } }"],
    ]);
    expect((await fetch(`${client.url}?${twice.toString()}`, { headers })).status).toBe(400);
    for (const body of [{}, [], [{ query: MINE }], { query: { kind: "Document" } }])
      expect((await post(client, body)).status).toBe(400);
  });

  test.each<[string, unknown, RegExp]>([
    ["no JSON", "{", /cannot be read as a JSON object of texts by their SHA-256/],
    ["a list", [BOARD], /cannot be read as a JSON object/],
    ["a hash of another text", { [hash("x")]: BOARD }, /is not the SHA-256 of its text/],
    ["an upper-case hash", { [hash(BOARD).toUpperCase()]: BOARD }, /lower-case hex/],
    ["no GraphQL", { [hash("{")]: "{" }, /is no GraphQL/],
    ["an unknown field", { [hash("{ nothing }")]: "{ nothing }" }, /is not valid for this schema: .*nothing/],
    [
      "too large a document",
      { [hash(`{${" a: __typename".repeat(31)} }`)]: `{${" a: __typename".repeat(31)} }` },
      /At most 20 fields/,
    ],
  ])("that hold %s stop the start, which says so", (_what, content, told) => {
    const read = () => readTrustedDocuments({ file: fileOf(content), only: false }, schema);
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(told);
  });

  test("that are not there stop the start", () => {
    expect(() => readTrustedDocuments({ file: join(folder, "none.json"), only: true }, schema)).toThrow(
      /cannot be read/,
    );
  });
});
