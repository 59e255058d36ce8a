import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { Introspection } from "../../src/platform/http/graphiql";
import { openBrowser, watchPage, type PageWatch } from "../support/browser";
import { startFakeApi, type FakeApi } from "./fake-api";

/** A visit to the page with a fresh profile: nothing stored, nobody signed in. */
interface Visit {
  api: FakeApi;
  context: BrowserContext;
  page: Page;
  watch: PageWatch;
}

let browser: Browser | undefined;
const screenshots = mkdtempSync(join(tmpdir(), "golden-thread-graphiql-"));

beforeAll(async () => {
  browser = await openBrowser("The browser tests of GraphiQL");
});
afterAll(() => browser?.close());

interface Visiting {
  demoSignIn?: boolean;
  introspection?: Introspection;
  width?: number;
}

/** Opens the page, does what the test does, and expects that nothing went wrong on the page meanwhile. */
async function visit(
  run: (visit: Visit) => Promise<void>,
  { demoSignIn = true, introspection, width = 1280 }: Visiting = {},
): Promise<void> {
  if (!browser) return;
  const api = await startFakeApi(demoSignIn, introspection);
  const context = await browser.newContext({ viewport: { width, height: 800 } });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(8_000);
    const watch = watchPage(page, api.origin);
    await page.goto(`${api.origin}/`);
    await page.getByRole("heading", { name: "Sign in to explore the API" }).waitFor();
    if (demoSignIn) await page.getByRole("option", { name: "Officer" }).waitFor({ state: "attached" });
    await run({ api, context, page, watch });
    expect(watch.problems).toEqual([]);
  } finally {
    await context.close();
    await api.close();
  }
}

const status = (page: Page) => page.locator("#status");
const tabNames = (page: Page) => page.getByRole("tab").allInnerTexts();
const answer = (page: Page) => page.locator(".result-window .CodeMirror");

async function waitForStatus(page: Page, words: string): Promise<void> {
  await status(page).filter({ hasText: words }).waitFor();
}

async function runQuery(page: Page, expected: string): Promise<void> {
  await page.locator(".graphiql-execute-button").click();
  await answer(page).filter({ hasText: expected }).waitFor();
}

/** Presses the button of a ready-made query; GraphiQL reads the operation's name from a new text a moment later. */
async function openExample(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name }).click();
  await page.waitForTimeout(500);
}

async function signInAs(page: Page, actor: string, words: string): Promise<void> {
  await page.getByLabel("Sign in as").selectOption(actor);
  await page.getByRole("button", { name: "Sign in" }).click();
  await waitForStatus(page, words);
  await editor(page).waitFor();
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Sign out" }).click();
  await waitForStatus(page, "You are signed out.");
  await page.getByRole("heading", { name: "Sign in to explore the API" }).waitFor();
}

const editor = (page: Page) => page.locator(".graphiql-execute-button");
const focused = (page: Page) => page.evaluate("document.activeElement.id");

/** What axe finds against WCAG 2.2 A and AA. GraphiQL's own inside is its makers' affair; the page around it is ours. */
async function expectAccessible(page: Page, checked: string[]): Promise<void> {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
  const { violations, passes } = await new AxeBuilder({ page }).withTags(tags).exclude(".graphiql-container").analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  expect(passes.map(({ id }) => id)).toEqual(expect.arrayContaining(checked));
}

const stored = async (page: Page): Promise<string> =>
  String(await page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])"));

const editorFiles = /react|graphiql\.min\.js|\/graphql$/;

test("a first visit asks who it is, and neither loads the editor nor asks the API anything", () =>
  visit(async ({ api, page }) => {
    const loaded: string[] = [];
    page.on("request", (request) => loaded.push(request.url()));
    await page.reload();
    await page.getByRole("option", { name: "Officer" }).waitFor({ state: "attached" });
    expect(page.url()).toBe(`${api.origin}/graphiql`);
    expect(await status(page).innerText()).toBe("You are not signed in.");
    expect(await page.locator("#notice").innerText()).toBe(
      "Demonstration sign-in is on: anyone who reaches this page can act as anyone.",
    );
    for (const name of ["Sign out", "Who am I?", "Continue without signing in"])
      expect(await page.getByRole("button", { name }).count()).toBe(0);
    expect(await editor(page).count()).toBe(0);
    expect(loaded.length).toBeGreaterThan(4);
    expect(loaded.filter((address) => editorFiles.test(address))).toEqual([]);
    expect(api.asked).toEqual([]);
    await page.screenshot({ path: join(screenshots, "sign-in.png") });
  }));

test("signing in asks for the schema in the actor's name, and runs nothing by itself", () =>
  visit(async ({ api, page }) => {
    const groups = await page.getByLabel("Sign in as").locator("optgroup").all();
    expect(await Promise.all(groups.map((group) => group.getAttribute("label")))).toEqual([
      "Coventry",
      "Wrenford",
      "No partnership",
    ]);
    const introspected = page.waitForResponse(
      async (response) => response.url().endsWith("/graphql") && (await response.text()).includes('"queryType"'),
    );
    await signInAs(page, "pc-1", "Signed in as Police viewer (Coventry Police, AGENCY_VIEWER)");
    await introspected;
    expect(await tabNames(page)).toEqual(["Who", "Echo"]);
    expect(new Set(api.asked.map(({ operationName }) => operationName))).toEqual(new Set(["IntrospectionQuery"]));
    expect(new Set(api.asked.map(({ authorization }) => authorization))).toEqual(new Set(["Bearer token-pc-1"]));
    await runQuery(page, '"who": "pc-1"');
    await page.getByRole("button", { name: /documentation explorer/i }).click();
    await page.getByText("Just enough to tell who asks.").or(page.getByText("Root Types")).first().waitFor();
    expect(api.asked.every(({ contentType }) => contentType === "application/json")).toBe(true);
    await page.screenshot({ path: join(screenshots, "signed-in.png") });
  }));

test("signing out takes the editor away with what it showed; the next one asks in their own name", () =>
  visit(async ({ api, page }) => {
    await signInAs(page, "pc-1", "Signed in as Police viewer");
    await runQuery(page, '"who": "pc-1"');
    await signOut(page);
    expect(await editor(page).count()).toBe(0);
    expect(await page.locator("#graphiql").innerHTML()).toBe("");
    expect(await focused(page)).toBe("who");
    const before = api.asked.length;
    await page.reload();
    await page.getByRole("option", { name: "Officer" }).waitFor({ state: "attached" });
    expect(await editor(page).count()).toBe(0);
    await signInAs(page, "officer-1", "Signed in as Officer (PARTNERSHIP_OFFICER)");
    await runQuery(page, '"who": "officer-1"');
    expect(new Set(api.asked.slice(before).map(({ authorization }) => authorization))).toEqual(
      new Set(["Bearer token-officer-1"]),
    );
  }));

test("by keyboard alone: choose, sign in, reach the editor, sign out", () =>
  visit(async ({ page }) => {
    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("who");
    await page.keyboard.type("Officer");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await waitForStatus(page, "Signed in as Officer");
    expect(await focused(page)).toBe("graphiql");
    await editor(page).waitFor();
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Shift+Tab");
    expect(await focused(page)).toBe("sign-out");
    await page.keyboard.press("Enter");
    await waitForStatus(page, "You are signed out.");
    expect(await focused(page)).toBe("who");
  }));

test("where everyone may ask for the schema, the page opens without signing in", () =>
  visit(
    async ({ api, page }) => {
      await page.getByRole("button", { name: "Continue without signing in" }).click();
      await waitForStatus(page, "You are anonymous.");
      await editor(page).waitFor();
      await runQuery(page, '"who": "nobody"');
      expect(api.asked.every(({ authorization }) => authorization === undefined)).toBe(true);
      expect(api.asked.map(({ operationName }) => operationName)).toContain("IntrospectionQuery");
      await signOut(page);
      await signInAs(page, "pc-1", "Signed in as Police viewer");
      await runQuery(page, '"who": "pc-1"');
    },
    { introspection: "everyone" },
  ));

test("where nobody may ask for the schema, the editor works without it and does not ask", () =>
  visit(
    async ({ api, page }) => {
      await signInAs(page, "pc-1", "Signed in as Police viewer");
      await runQuery(page, '"who": "pc-1"');
      expect(api.asked.map(({ operationName }) => operationName)).toEqual(["Who"]);
    },
    { introspection: "nobody" },
  ));

test("a variable is sent as it was given, whatever it holds", () =>
  visit(async ({ page }) => {
    await signInAs(page, "pc-1", "Signed in as Police viewer");
    await openExample(page, "Say it <again> & again");
    await runQuery(page, "</script><b>thread</b>");
  }));

test("no token is stored, neither the page's nor one typed as a header", () =>
  visit(async ({ api, page }) => {
    await signInAs(page, "pc-1", "Signed in as Police viewer");
    await runQuery(page, '"who": "pc-1"');
    await page.locator('[data-name="headers"]').click();
    await page.locator(".graphiql-editor-tool .graphiql-editor:not(.hidden) .CodeMirror").click();
    await page.keyboard.insertText('{ "Authorization": "Bearer token-typed" }');
    await runQuery(page, '"who": "typed"');
    await page.waitForTimeout(800);

    const kept = await stored(page);
    expect(kept).toContain("query Who");
    expect(kept).not.toContain("token-");
    expect(await page.evaluate("({ ...sessionStorage })")).toEqual({ "golden-thread:actor": "pc-1" });

    await page.reload();
    await waitForStatus(page, "Signed in as Police viewer");
    await runQuery(page, '"who": "pc-1"');
    expect(await tabNames(page)).toEqual(["Who", "Echo"]);
    expect(api.asked.at(-1)?.authorization).toBe("Bearer token-pc-1");
    await signOut(page);
    expect(await page.evaluate("({ ...sessionStorage })")).toEqual({});
  }));

test("a button brings a closed query back, with its variables", () =>
  visit(async ({ page }) => {
    await signInAs(page, "pc-1", "Signed in as Police viewer");
    await openExample(page, "Say it");
    await page.getByRole("tab", { name: "Echo" }).locator(".graphiql-tab-close").click();
    await page.getByRole("tab", { name: "Echo" }).waitFor({ state: "detached" });
    await page.waitForTimeout(500);
    await openExample(page, "Say it");
    expect(await tabNames(page)).toEqual(["Who", "Echo"]);
    await runQuery(page, "</script><b>thread</b>");
    await openExample(page, "Who am I?");
    await runQuery(page, '"who": "pc-1"');
  }));

test("a sign-in that fails, or a token that expires, leads back to the sign-in and says so", () =>
  visit(async ({ api, page, watch }) => {
    await page.getByRole("button", { name: "Sign in" }).click();
    await waitForStatus(page, "Problem: choose somebody to sign in as.");
    await page.getByLabel("Sign in as").selectOption("broken");
    await page.getByRole("button", { name: "Sign in" }).click();
    await waitForStatus(page, "Problem: could not sign in as Broken sign-in");
    expect(watch.problems.splice(0)).toEqual([expect.stringContaining("503")]);
    expect(await focused(page)).toBe("who");

    await signInAs(page, "pc-1", "Signed in as Police viewer");
    api.expired.add("Bearer token-pc-1");
    await editor(page).click();
    await waitForStatus(page, "Problem: the sign-in has expired or was refused.");
    expect(await editor(page).count()).toBe(0);
    await signInAs(page, "officer-1", "Signed in as Officer");
    await runQuery(page, '"who": "officer-1"');
  }));

test("without demonstration sign-in a token is pasted, asked about, kept in memory and forgotten", () =>
  visit(
    async ({ api, page }) => {
      expect(await page.locator("#notice").count()).toBe(0);
      const field = page.getByLabel("Bearer token");
      expect(await field.getAttribute("type")).toBe("password");
      await field.fill("not a token");
      await page.keyboard.press("Enter");
      await waitForStatus(page, "Problem: that is not a bearer token; nothing was sent.");
      expect(api.asked).toEqual([]);
      await field.fill("forged");
      await page.keyboard.press("Enter");
      await waitForStatus(page, "Problem: the token was not accepted or has expired.");
      expect(await editor(page).count()).toBe(0);
      await page.screenshot({ path: join(screenshots, "token.png") });
      await expectAccessible(page, ["color-contrast", "label", "html-has-lang"]);
      await field.fill("Bearer token-pasted");
      await page.keyboard.press("Enter");
      await waitForStatus(page, "Signed in: your token is sent with each query.");
      await runQuery(page, '"who": "pasted"');
      expect(await stored(page)).not.toContain("token-");
      expect(page.url()).toBe(`${api.origin}/graphiql`);
      await signOut(page);
      expect(await field.inputValue()).toBe("");
    },
    { demoSignIn: false },
  ));

test.each([1280, 400])("at %d pixels the page fits, its dialogs open, and both views meet WCAG 2.2 AA", (width) =>
  visit(
    async ({ page }) => {
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
      await expectAccessible(page, ["color-contrast", "select-name", "html-has-lang"]);
      await page.screenshot({ path: join(screenshots, `sign-in-${width}.png`), fullPage: true });
      await signInAs(page, "pc-1", "Signed in as Police viewer");
      await runQuery(page, '"who": "pc-1"');
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
      for (const dialog of ["Open short keys dialog", "Open settings dialog"]) {
        await page.getByRole("button", { name: dialog }).click();
        await page.getByRole("dialog").waitFor();
        await page.keyboard.press("Escape");
        await page.getByRole("dialog").waitFor({ state: "detached" });
      }
      await page.screenshot({ path: join(screenshots, `width-${width}.png`), fullPage: true });
      await expectAccessible(page, ["color-contrast", "button-name", "html-has-lang"]);
    },
    { width },
  ),
);
