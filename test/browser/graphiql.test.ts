import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, BrowserContext, Page } from "playwright-core";
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
}, 60_000);
afterAll(() => browser?.close());

/** Opens the page, does what the test does, and expects that nothing went wrong on the page meanwhile. */
async function visit(demoSignIn: boolean, run: (visit: Visit) => Promise<void>, width = 1280): Promise<void> {
  if (!browser) return;
  const api = await startFakeApi(demoSignIn);
  const context = await browser.newContext({ viewport: { width, height: 800 } });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(8_000);
    const watch = watchPage(page, api.origin);
    await page.goto(`${api.origin}/`);
    await page.locator(".graphiql-execute-button").waitFor();
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

const stored = async (page: Page): Promise<string> =>
  String(await page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])"));

test("a first visit shows the ready-made queries, and works as nobody with the schema refused", () =>
  visit(true, async ({ api, page }) => {
    expect(page.url()).toBe(`${api.origin}/graphiql`);
    expect(await tabNames(page)).toEqual(["Who", "Echo"]);
    expect(await status(page).innerText()).toBe("You are anonymous.");
    expect(await page.locator("#notice").innerText()).toBe(
      "Demonstration sign-in is on: anyone who reaches this page can act as anyone.",
    );
    await runQuery(page, '"who": "nobody"');
    expect(api.asked.every(({ authorization }) => authorization === undefined)).toBe(true);
    expect(api.asked.every(({ contentType }) => contentType === "application/json")).toBe(true);
    await page.screenshot({ path: join(screenshots, "anonymous.png") });
  }));

test("a variable is sent as it was given, whatever it holds", () =>
  visit(true, async ({ page }) => {
    await openExample(page, "Say it <again> & again");
    await runQuery(page, "</script><b>thread</b>");
  }));

test("signing in sends the actor's token, asks for the schema again, and runs nothing by itself", () =>
  visit(true, async ({ api, page }) => {
    const select = page.getByLabel("Sign in as");
    expect(await select.locator("option").allInnerTexts()).toEqual([
      "Nobody (anonymous)",
      "Police viewer",
      "Officer",
      "Broken sign-in",
      "Administrator",
    ]);
    const groups = await select.locator("optgroup").all();
    expect(await Promise.all(groups.map((group) => group.getAttribute("label")))).toEqual([
      "Coventry",
      "Wrenford",
      "No partnership",
    ]);

    const introspected = page.waitForResponse(
      async (response) => response.url().endsWith("/graphql") && (await response.text()).includes('"queryType"'),
    );
    await select.selectOption("pc-1");
    await waitForStatus(page, "Signed in as Police viewer (Coventry Police, AGENCY_VIEWER)");
    await introspected;
    expect(api.asked.filter(({ operationName }) => operationName !== "IntrospectionQuery")).toEqual([]);

    await runQuery(page, '"who": "pc-1"');
    await select.selectOption("officer-1");
    await waitForStatus(page, "Signed in as Officer (PARTNERSHIP_OFFICER)");
    await runQuery(page, '"who": "officer-1"');
    await page.getByRole("button", { name: /documentation explorer/i }).click();
    await page.getByText("Just enough to tell who asks.").or(page.getByText("Root Types")).first().waitFor();
    await page.screenshot({ path: join(screenshots, "signed-in.png") });

    await select.selectOption("");
    await waitForStatus(page, "You are anonymous.");
    await runQuery(page, '"who": "nobody"');
  }));

test("no token is stored, neither the bar's nor one typed as a header", () =>
  visit(true, async ({ api, page }) => {
    await page.getByLabel("Sign in as").selectOption("pc-1");
    await waitForStatus(page, "Signed in as Police viewer");
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
  }));

test("a button brings a closed query back, with its variables", () =>
  visit(true, async ({ page }) => {
    await openExample(page, "Say it");
    await page.getByRole("tab", { name: "Echo" }).locator(".graphiql-tab-close").click();
    await page.getByRole("tab", { name: "Echo" }).waitFor({ state: "detached" });
    await page.waitForTimeout(500);
    await openExample(page, "Say it");
    expect(await tabNames(page)).toEqual(["Who", "Echo"]);
    await runQuery(page, "</script><b>thread</b>");
    await openExample(page, "Who am I?");
    await runQuery(page, '"who": "nobody"');
  }));

test("a sign-in that fails, or a token that expires, leaves an anonymous caller and says so", () =>
  visit(true, async ({ api, page, watch }) => {
    const select = page.getByLabel("Sign in as");
    await select.selectOption("broken");
    await waitForStatus(page, "Problem: could not sign in as Broken sign-in");
    expect(await select.inputValue()).toBe("");
    expect(watch.problems.splice(0)).toEqual([expect.stringContaining("503")]);

    await select.selectOption("pc-1");
    await waitForStatus(page, "Signed in as Police viewer");
    api.expired.add("Bearer token-pc-1");
    await page.locator(".graphiql-execute-button").click();
    await waitForStatus(page, "Problem: the sign-in has expired or was refused.");
    expect(await select.inputValue()).toBe("");
    await runQuery(page, '"who": "nobody"');
  }));

test("without demonstration sign-in a token is pasted, kept in memory and forgotten", () =>
  visit(false, async ({ api, page }) => {
    expect(await page.locator("#notice").count()).toBe(0);
    const field = page.getByLabel("Bearer token");
    expect(await field.getAttribute("type")).toBe("password");
    await field.fill("not a token");
    await page.keyboard.press("Enter");
    await waitForStatus(page, "Problem: that is not a bearer token; nothing has changed.");
    await field.fill("Bearer token-pasted");
    await page.keyboard.press("Enter");
    await waitForStatus(page, "Your token is sent with each query.");
    expect(await field.inputValue()).toBe("");
    await runQuery(page, '"who": "pasted"');
    expect(await stored(page)).not.toContain("token-");
    expect(page.url()).toBe(`${api.origin}/graphiql`);
    await page.screenshot({ path: join(screenshots, "token.png") });
    await page.getByRole("button", { name: "Forget token" }).click();
    await waitForStatus(page, "You are anonymous.");
    await runQuery(page, '"who": "nobody"');
  }));

test.each([1280, 400])("at %d pixels the page fits, its dialogs open, and the bar meets WCAG 2.2 AA", (width) =>
  visit(
    true,
    async ({ page }) => {
      await page.getByLabel("Sign in as").selectOption("pc-1");
      await waitForStatus(page, "Signed in as Police viewer");
      await runQuery(page, '"who": "pc-1"');
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
      for (const dialog of ["Open short keys dialog", "Open settings dialog"]) {
        await page.getByRole("button", { name: dialog }).click();
        await page.getByRole("dialog").waitFor();
        await page.keyboard.press("Escape");
        await page.getByRole("dialog").waitFor({ state: "detached" });
      }
      await page.screenshot({ path: join(screenshots, `width-${width}.png`), fullPage: true });
      // GraphiQL's own inside is its makers' affair; the page around it is ours.
      const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
      const { violations, passes } = await new AxeBuilder({ page })
        .withTags(tags)
        .exclude(".graphiql-container")
        .analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      expect(passes.map(({ id }) => id)).toEqual(
        expect.arrayContaining(["color-contrast", "select-name", "html-has-lang"]),
      );
    },
    width,
  ),
);
