import { dirname } from "node:path";
import { rmSync } from "node:fs";
import { loadFolder } from "../../src/domains/exchange/index";
import { fieldsOfApi } from "../../src/schema";
import { Program } from "../start/program";
import { type Answer, Client } from "../support/client";
import type { TestDatabase } from "../support/database";
import { demonstrationDatabase, NOW } from "../support/service";
import { ProviderProcess } from "./provider-process";

/** The service and an identity provider, each a process of its own; the cases follow one life of the two. */
let provider: ProviderProcess;
let database: TestDatabase;
let program: Program;
let address: string;

beforeAll(async () => {
  provider = await ProviderProcess.reserve();
  database = await demonstrationDatabase();
  const folder = await provider.folderOf("wrenford");
  await database.app.transaction((manager) =>
    loadFolder(manager, folder, { demonstration: false, now: NOW, fields: fieldsOfApi }),
  );
  rmSync(dirname(folder), { recursive: true });
  program = new Program({
    DATABASE_URL: database.url,
    PORT: "0",
    AUTH_ISSUER: provider.issuer,
    AUTH_AUDIENCE: "golden-thread",
  });
  ({ address } = await program.ready());
});
afterAll(async () => {
  await program.stop();
  await provider.stop();
  await database.drop();
});

interface Viewer {
  viewer: { label: string };
}
const ask = (token: string | null): Promise<Answer<Viewer>> =>
  new Client(`${address}/graphql`, token === null ? null : () => Promise.resolve(token)).ask<Viewer>(
    "{ viewer { label } }",
  );
const labelOf = async (token: string) => (await ask(token)).data?.viewer.label;

/** Asks until the service gives this status; a minute at most. */
async function until(status: number, token: string): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end;) {
    if ((await ask(token)).status === status) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`the service did not come to answer ${status}`);
}

let before: string;

test("JWKS down at start: the service starts, signed requests answer 503, anonymous ones go on", async () => {
  await program.says(/the identity provider's keys cannot be fetched/);
  const claims = Buffer.from(JSON.stringify({ iss: provider.issuer })).toString("base64url");
  const header = Buffer.from(JSON.stringify({ alg: "RS256", kid: "one" })).toString("base64url");
  const { status, headers, errors } = await ask(`${header}.${claims}.AAAA`);
  expect([status, errors[0]?.extensions.code, headers.get("retry-after")]).toEqual([503, "UNAVAILABLE", "10"]);
  const open = await new Client(`${address}/graphql`, null).ask("{ actions(first: 1) { totalCount } }");
  expect([open.status, open.errors]).toEqual([200, []]);
});

test("it recovers by itself, and a token of the authorization code flow with PKCE says who asks", async () => {
  await provider.start();
  before = await provider.tokenOf("wrenford-officer");
  await until(200, before);
  expect(await labelOf(before)).toBe("Partnership business manager");
  expect(await labelOf(await provider.tokenOf("wrenford-housing-contributor"))).toBe("Tenancy support manager");
});

test("a machine signs in with its client credentials, and not with others", async () => {
  const { access_token: token = "" } = await provider.machineToken();
  expect(await labelOf(token)).toBe("Data feed of the police");
  expect(await provider.machineToken("guess")).toMatchObject({ error: "invalid_client" });
});

test("accounts that hold nothing here today are refused: an inspector whose visit has ended, another partnership's officer", async () => {
  for (const account of ["wrenford-inspector", "coventry-officer"]) {
    const { status, errors } = await ask(await provider.tokenOf(account));
    expect([account, status, errors[0]?.extensions.code]).toEqual([account, 401, "UNAUTHENTICATED"]);
  }
});

test("keys rotated while the service runs: the new one holds, the old one no longer", async () => {
  expect((await ask(before)).status).toBe(200);
  await provider.rotate();
  const after = await provider.tokenOf("wrenford-officer");
  await until(200, after);
  expect(await labelOf(after)).toBe("Partnership business manager");
  expect((await ask(before)).status).toBe(401);
  before = after;
});

test("JWKS down later: tokens of known keys go on working", async () => {
  await provider.stop();
  expect(await labelOf(before)).toBe("Partnership business manager");
});
