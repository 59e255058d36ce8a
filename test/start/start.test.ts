import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultExamples } from "../../src/platform/http/graphiql/index";
import { openBrowser, watchPage } from "../support/browser";
import { Program } from "./program";

interface Actor {
  actor: string;
  role: string;
}

const [mine, overview] = defaultExamples;
const dataDir = mkdtempSync(join(tmpdir(), "golden-thread-start-"));
let program: Program;
let address: string;

const asJson = async (path: string, body?: object, token?: string) => {
  const response = await fetch(address + path, {
    ...(body && { method: "POST", body: JSON.stringify(body) }),
    headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
  });
  return { status: response.status, body: (await response.json()) as Record<string, never> };
};
const tokenOf = async (actor: string): Promise<string> =>
  String((await asJson("/demo/sign-in", { actor })).body["token"]);
const run = async (actor: string, example: typeof mine) =>
  (await asJson("/graphql", { query: example!.query, variables: example!.variables }, await tokenOf(actor))).body;

beforeAll(async () => {
  program = new Program({ DATA_DIR: dataDir, PORT: "0" });
  ({ address } = await program.ready());
  await program.says(/^ {2}3\. /m);
});

afterAll(async () => {
  await program.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

test("a first start says what it does, is never silent for long, and gives three things to try", () => {
  expect(program.longestSilence).toBeLessThan(20_000);
  expect(program.text).toMatch(/private PostgreSQL/);
  expect(program.text).toMatch(/loading the demonstration data of coventry/);
  expect(program.text).toMatch(/DEMONSTRATION SIGN-IN IS ON/);
  expect(program.lines.filter((line) => /^ {2}[123]\. /.test(line))).toHaveLength(3);
});

test("demonstration actors are listed, sign in, and nobody else does", async () => {
  const { body } = await asJson("/demo/actors");
  const actors = body as unknown as Actor[];
  expect(actors.map(({ actor }) => actor)).toEqual(
    expect.arrayContaining(["police-viewer", "health-contributor", "coventry-officer"]),
  );
  expect((await asJson("/demo/sign-in", { actor: "nobody" })).status).toBe(400);
  expect((await asJson("/demo/sign-in", { actor: { $ne: "" } })).status).toBe(400);
  expect(await tokenOf("police-viewer")).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
});

test("police, health and an officer get answers of their own to the two contract operations", async () => {
  const actors = ["police-viewer", "health-contributor", "coventry-officer"];
  const answers = [];
  for (const actor of actors) answers.push({ mine: await run(actor, mine), overview: await run(actor, overview) });
  const agencies = answers.map((answer) => JSON.stringify(answer.mine["data"]));
  expect(new Set(agencies).size).toBe(3);
  expect(agencies[2]).toBe('{"viewer":{"agency":null}}');
  for (const answer of answers) {
    expect(answer.mine["errors"]).toBeUndefined();
    expect(answer.overview["errors"]).toBeUndefined();
    expect(JSON.stringify(answer.overview["data"])).toContain('"totals":{"actions":109');
  }
});

test("a query of lists within lists is refused before it is run, and a hash that is none is refused", async () => {
  const deep = `{ actions(first: 3) { nodes { ${"plan { actions(first: 3) { nodes { ".repeat(60)} id ${"} } } ".repeat(60)} } } }`;
  const refused = await asJson("/graphql", { query: deep });
  expect([refused.status, refused.body["errors"]]).toMatchObject([
    400,
    [{ extensions: { code: "COST_LIMIT_EXCEEDED" } }],
  ]);
  const hash = { persistedQuery: { version: 1, sha256Hash: "abc" } };
  expect((await asJson("/graphql", { query: "{ __typename }", extensions: hash })).body["errors"]).toMatchObject([
    { extensions: { code: "BAD_USER_INPUT" } },
  ]);
  expect((await asJson("/graphql/elsewhere", { query: "{ __typename }" })).status).toBe(404);
});

test("in a real browser, three actors run the two operations and see different answers", async () => {
  const browser = await openBrowser("The thread in a browser");
  if (!browser) return;
  const screenshots = mkdtempSync(join(tmpdir(), "golden-thread-screens-"));
  try {
    const seen: string[] = [];
    for (const actor of ["police-viewer", "health-contributor", "coventry-officer"]) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      const page = await context.newPage();
      const watch = watchPage(page, address);
      await page.goto(`${address}/graphiql`);
      await page.getByLabel("Sign in as").selectOption(actor);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.locator("#status").filter({ hasText: "Signed in" }).waitFor();
      await page.locator(".graphiql-execute-button").waitFor();
      for (const example of [mine, overview]) {
        await page.getByRole("button", { name: example!.title }).click();
        await page.waitForTimeout(700);
        const answered = page.waitForResponse(
          (response) =>
            response.url() === `${address}/graphql` &&
            !(response.request().postData() ?? "").includes("IntrospectionQuery"),
        );
        await page.locator(".graphiql-execute-button").click();
        seen.push(await (await answered).text());
        await page.locator(".result-window .CodeMirror").filter({ hasText: '"data"' }).waitFor();
        await page.screenshot({ path: join(screenshots, `${actor}-${seen.length}.png`) });
      }
      // before the sign-in GraphiQL may ask for the schema, which is for those signed in
      expect(watch.problems.filter((problem) => !problem.includes("status of 401"))).toEqual([]);
      await context.close();
    }
    expect(seen).toHaveLength(6);
    expect(seen.every((text) => !text.includes('"errors"'))).toBe(true);
    expect(new Set([seen[0], seen[2], seen[4]]).size).toBe(3);
  } finally {
    await browser.close();
  }
});

test("a second start on the same data is quick, even after a crash", async () => {
  await program.stop("SIGKILL");
  program = new Program({ DATA_DIR: dataDir, PORT: "0" });
  ({ address } = await program.ready());
  expect(program.text).not.toMatch(/loading the demonstration data/);
  expect((await asJson("/readyz")).status).toBe(200);
});

test("GRAPHIQL=off serves no page, and names none", async () => {
  await program.stop();
  program = new Program({ DATA_DIR: dataDir, PORT: "0", GRAPHIQL: "off" });
  ({ address } = await program.ready());
  for (const path of ["/", "/graphiql", "/graphiql/assets/x/page.mjs"]) expect((await asJson(path)).status).toBe(404);
  expect((await asJson("/readyz")).status).toBe(200);
  expect(program.text).not.toMatch(/graphiql/i);
});

describe("what cannot be started says what to do, without a stack", () => {
  const ends = async (settings: Record<string, string>) => {
    const failing = new Program({ DATA_DIR: dataDir, PORT: "0", ...settings });
    expect(await failing.exited).toBe(1);
    expect(failing.text).not.toMatch(/\n\s+at |node_modules|\.[jt]s:\d/);
    return failing.text;
  };

  test.each([
    [{ PORT: "eighty" }, /PORT/],
    [{ NOW: "yesterday" }, /NOW/],
    [{ DATABASE_URL: "mysql://x/y" }, /DATABASE_URL/],
    [{ DATABASE_URL: "postgres://nobody@127.0.0.1:1/none" }, /127\.0\.0\.1:1.*does not answer/],
    [{ DATABASE_URL: "postgres://nobody@host.invalid/none" }, /host\.invalid.*(not a known host|does not answer)/],
  ])("%j", async (settings, told) => {
    expect(await ends(settings as unknown as Record<string, string>)).toMatch(told);
  });

  test("a data folder in use for something else", async () => {
    const folder = mkdtempSync(join(tmpdir(), "golden-thread-somebodys-"));
    writeFileSync(join(folder, "holiday.jpg"), "");
    expect(await ends({ DATA_DIR: folder })).toMatch(/in use for something else \(holiday\.jpg\)/);
    expect(readdirSync(folder)).toEqual(["holiday.jpg"]);
    rmSync(folder, { recursive: true });
  });

  test("a port that is taken", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as { port: number };
    expect(await ends({ PORT: String(port) })).toMatch(/taken by another program/);
    other.close();
  });
});
