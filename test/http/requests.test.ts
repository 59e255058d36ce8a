import { createHash } from "node:crypto";
import { request as httpRequest } from "node:http";
import { read } from "../support/client";
import { demonstrationDatabase, serve, type Service } from "../support/service";

let service: Service;
let authorization: Record<string, string>;
beforeAll(async () => {
  service = await serve(await demonstrationDatabase(), { corsOrigins: ["https://portal.example"] });
  authorization = await service.as("wrenford-officer").authorization();
});
afterAll(async () => {
  await service.stop();
  await service.database.drop();
});

const QUERY = JSON.stringify({ query: "{ __typename }" });
const JSON_TYPE = { "content-type": "application/json" };
const NOT_FORGED = { "apollo-require-preflight": "1" };
const post = (body: string | Buffer<ArrayBuffer>, headers: Record<string, string> = JSON_TYPE) =>
  fetch(`${service.address}/graphql`, { method: "POST", headers, body });
const get = (search: string, headers: Record<string, string>) =>
  fetch(`${service.address}/graphql?${search}`, { headers });
const asked = (query: string) => `query=${encodeURIComponent(query)}`;
const code = async (response: Response) => {
  const { status, errors, text } = await read(response);
  expect(text).not.toMatch(/\bat .*\.(ts|js):\d|node_modules|select |\/srv|stacktrace/i);
  return [status, errors[0]?.extensions.code];
};

describe("case 19: batches", () => {
  test.each(["[]", `[${QUERY}]`, `[${QUERY},${QUERY}]`])("%s is refused", async (body) => {
    expect(await code(await post(body))).toEqual([400, "BAD_REQUEST"]);
  });
});

describe("case 21: bodies", () => {
  test("no JSON, no object, nothing at all", async () => {
    expect(await code(await post("{ not json"))).toEqual([400, "BAD_USER_INPUT"]);
    expect((await post("{}")).status).toBe(400);
    expect((await post("")).status).toBe(400);
    expect((await post("null")).status).toBe(400);
    expect((await post('"{ __typename }"')).status).toBe(400);
  });

  test("256 KiB without a token at most, and 32 MiB with one", async () => {
    const sized = (bytes: number) => `{"query":"{ __typename }","extensions":{"x":"${"x".repeat(bytes - 48)}"}}`;
    expect(sized(1_000)).toHaveLength(1_000);
    const limit = 256 * 1024;
    expect((await post(sized(limit))).status).toBe(200);
    expect(await code(await post(sized(limit + 1)))).toEqual([413, "BAD_USER_INPUT"]);
    expect((await post(sized(limit + 1), { ...JSON_TYPE, ...authorization })).status).toBe(200);
    const large = 32 * 1024 * 1024;
    expect((await post(sized(large), { ...JSON_TYPE, ...authorization })).status).toBe(200);
    expect((await post(sized(large + 1), { ...JSON_TYPE, ...authorization })).status).toBe(413);
  });

  test("of a key given twice the last holds", async () => {
    const { data } = await read<object>(await post('{"query":"{ a: __typename }","query":"{ b: __typename }"}'));
    expect(data).toEqual({ b: "Query" });
  });

  test("a byte order mark changes nothing, before the body or in the query", async () => {
    expect(await code(await post(`\uFEFF${QUERY}`))).toEqual([200, undefined]);
    expect(await code(await post(JSON.stringify({ query: "\uFEFF{ __typename }" })))).toEqual([200, undefined]);
  });

  test("letters that look like others name nothing", async () => {
    const confusables = [
      "{ \u0430ctions { totalCount } }",
      "{ \uFF56iewer { label } }",
      "{ __typename\u200B }",
      "{ vi\u0435wer { label } }",
    ];
    for (const query of confusables)
      expect((await code(await post(JSON.stringify({ query }))))[1]).toBe("GRAPHQL_PARSE_FAILED");
    const slug = JSON.stringify({ query: '{ partnership(slug: "wrenf\u043Erd") { id } }' });
    expect((await code(await post(slug)))[1]).toBe("NOT_FOUND");
  });

  test("a GET takes each parameter once", async () => {
    expect(
      (await get(`${asked("{ __typename }")}&${asked("{ __schema { types { name } } }")}`, NOT_FORGED)).status,
    ).toBe(400);
  });
});

describe("case 31: what another page can make a browser send does nothing", () => {
  test.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/graphql",
    "application/json; charset=latin1",
    "",
  ])("a POST of %p is refused", async (type) => {
    const [status, refusal] = await code(await post(Buffer.from(QUERY), type ? { "content-type": type } : {}));
    expect([status, refusal]).toEqual([415, "BAD_USER_INPUT"]);
  });

  test("a GET needs a header that no form or picture sends", async () => {
    const query = asked("{ __typename }");
    expect((await get(query, NOT_FORGED)).status).toBe(200);
    expect((await get(query, { "x-apollo-operation-name": "x" })).status).toBe(200);
    expect((await get(query, {})).status).toBe(400);
    expect((await get(query, { "apollo-require-preflight": "" })).status).toBe(400);
  });

  test.each([
    "text/plain",
    "message/rfc822",
    "application/x-www-form-urlencoded",
    "application/json, text/plain",
    "x",
    "application/graphql",
  ])("a GET with the content type %p is refused (GHSA-9q82-xgwf-vj6h)", async (type) => {
    expect([400, 415]).toContain((await get(asked("{ __typename }"), { "content-type": type })).status);
  });

  test("a mutation by GET is refused, and changes nothing", async () => {
    const mutation = asked(
      'mutation { importPlan(input: { plan: "x", fileName: "x", content: "" }) { userErrors { code } } }',
    );
    const refused = await get(mutation, { ...NOT_FORGED, ...authorization });
    expect([refused.status, refused.headers.get("allow")]).toEqual([405, "POST"]);
  });
});

describe("case 32: other origins", () => {
  test("a page may send the headers that requests have", async () => {
    const { headers } = await fetch(`${service.address}/graphql`, {
      method: "OPTIONS",
      headers: { origin: "https://portal.example" },
    });
    expect(headers.get("access-control-allow-headers")?.split(", ")).toEqual([
      "authorization",
      "content-type",
      "idempotency-key",
      "if-none-match",
      "apollo-require-preflight",
    ]);
  });
  test("only those listed are let in", async () => {
    const from = async (origin: string, method: string) => {
      const { headers } = await fetch(`${service.address}/graphql`, {
        method,
        headers: { origin, ...JSON_TYPE },
        ...(method === "POST" && { body: QUERY }),
      });
      return [headers.get("access-control-allow-origin"), headers.get("access-control-allow-credentials")];
    };
    for (const method of ["OPTIONS", "POST"]) {
      expect(await from("https://portal.example", method)).toEqual(["https://portal.example", null]);
      for (const origin of [
        "https://evil.example",
        "https://portal.example.evil.example",
        "http://portal.example",
        "null",
      ])
        expect(await from(origin, method)).toEqual([null, null]);
    }
  });
});

describe("case 33: unused methods", () => {
  test.each(["PUT", "DELETE", "PATCH", "HEAD", "TRACE", "PROPFIND"])("%s is refused", async (method) => {
    const [status, allow] = await new Promise<[number | undefined, string | undefined]>((resolve, reject) => {
      const sent = httpRequest(`${service.address}/graphql`, { method, headers: authorization }, (response) => {
        response.resume();
        resolve([response.statusCode, response.headers.allow]);
      });
      sent.on("error", reject);
      sent.end();
    });
    expect([status, allow]).toEqual([405, "GET, POST"]);
  });

  test("nothing is served elsewhere", async () => {
    expect(await code(await fetch(`${service.address}/nothing`))).toEqual([404, "NOT_FOUND"]);
    expect((await fetch(`${service.address}/healthz`, { method: "POST" })).status).toBe(404);
  });
});

describe("case 34: nothing on the way may keep an answer, but the caller's own client that of a GET, to ask whether it still holds", () => {
  test("of any kind, whoever asked", async () => {
    const kinds: [string, Promise<Response>][] = [
      ["data", post(QUERY, { ...JSON_TYPE, ...authorization })],
      ["a GET", get(asked("{ viewer { label } }"), { ...NOT_FORGED, ...authorization })],
      ["anonymous data", post(QUERY)],
      ["a mistake", post(JSON.stringify({ query: "{" }), { ...JSON_TYPE, ...authorization })],
      ["a batch", post(`[${QUERY}]`, { ...JSON_TYPE, ...authorization })],
      [
        "a limit",
        post(JSON.stringify({ query: `{ ${"a: __typename ".repeat(31)} }` }), { ...JSON_TYPE, ...authorization }),
      ],
      ["a bad token", post(QUERY, { ...JSON_TYPE, authorization: "Bearer a.b.c" })],
      ["a bad type", post(QUERY, { "content-type": "text/plain", ...authorization })],
      ["a bad body", post("{", { ...JSON_TYPE, ...authorization })],
      ["a bad method", fetch(`${service.address}/graphql`, { method: "PUT", headers: authorization })],
      ["a type that is not given", post(QUERY, { ...JSON_TYPE, ...authorization, accept: "text/html" })],
    ];
    for (const [kind, answer] of kinds) {
      const { headers } = await answer;
      const told = kind === "a GET" ? "private, no-cache" : "private, no-store";
      expect([kind, headers.get("cache-control"), headers.get("expires")]).toEqual([kind, told, null]);
    }
  });

  test("a hash stands for a text that the same caller sent, and for no variables (GHSA-rr4x-crhf-8886)", async () => {
    const query = "query ($first: Int!) { actions(first: $first) { nodes { id } } }";
    const sha256Hash = createHash("sha256").update(query).digest("hex");
    const extensions = { persistedQuery: { version: 1, sha256Hash } };
    const send = async (body: object, headers: Record<string, string> = authorization) =>
      read<{ actions: { nodes: object[] } }>(await post(JSON.stringify(body), { ...JSON_TYPE, ...headers }));
    expect((await send({ extensions })).errors[0]?.extensions.code).toBe("PERSISTED_QUERY_NOT_FOUND");
    expect((await send({ query, extensions, variables: { first: 2 } })).data?.actions.nodes).toHaveLength(2);
    expect((await send({ extensions, variables: { first: 3 } })).data?.actions.nodes).toHaveLength(3);
    expect((await send({ extensions })).errors[0]?.message).toContain('"$first"');
    expect((await send({ extensions, variables: { first: 3 } }, {})).errors[0]?.extensions.code).toBe(
      "PERSISTED_QUERY_NOT_FOUND",
    );
  });

  test("a query answered for one caller is answered anew for the next", async () => {
    const query = "query ($first: Int) { viewer { label } actions(first: $first) { totalCount } }";
    const [officer, nobody] = [service.as("wrenford-officer"), service.as(null)];
    const one = await officer.ask(query, { first: 1 });
    const other = await nobody.ask(query, { first: 1 });
    expect(one.text).not.toBe(other.text);
    expect((await officer.ask(query, { first: 1 })).text).toBe(one.text);
  });
});

describe("case 28: nothing of the inside is told", () => {
  test("headers keep frames out and do not name the server", async () => {
    const { headers } = await post(QUERY);
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect([headers.get("x-powered-by"), headers.get("server"), headers.get("x-content-type-options")]).toEqual([
      null,
      null,
      "nosniff",
    ]);
  });

  test("an Accept of neither kind is refused; JSON is what anything else gets", async () => {
    const type = async (accept: string) => {
      const { status, headers } = await post(QUERY, { ...JSON_TYPE, accept });
      return [status, headers.get("content-type")];
    };
    expect(await type("*/*")).toEqual([200, "application/json; charset=utf-8"]);
    expect(await type("application/graphql-response+json, application/json;q=0.9")).toEqual([
      200,
      "application/graphql-response+json; charset=utf-8",
    ]);
    expect((await type("text/html"))[0]).toBe(406);
    const limited = await post(JSON.stringify({ query: "{ __schema { types { name } } }" }), {
      ...JSON_TYPE,
      accept: "application/graphql-response+json",
    });
    expect([limited.status, limited.headers.get("content-type")]).toEqual([
      401,
      "application/graphql-response+json; charset=utf-8",
    ]);
  });
});

test("a subscription is refused by name, and is no fault of ours", async () => {
  const { errors } = await service.as("wrenford-officer").ask("subscription { __typename }");
  expect(errors.map(({ extensions, message }) => [extensions.code, message])).toEqual([
    ["BAD_USER_INPUT", "Nothing can be subscribed to here: ask by query."],
  ]);
});
