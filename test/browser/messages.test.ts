import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser } from "playwright-core";
import { NotificationKind } from "../../src/domains/notifications/index";
import { type Told, write, writeCode } from "../../src/domains/notifications/message";
import { openBrowser } from "../support/browser";

/** Messages as their recipients see them: on a wide screen and on a telephone. */
let browser: Browser | undefined;
const screenshots = mkdtempSync(join(tmpdir(), "golden-thread-messages-"));
beforeAll(async () => {
  browser = await openBrowser("The browser tests of messages");
});
afterAll(() => browser?.close());

const told = (more: Partial<Told>): Told => ({
  kind: NotificationKind.CHALLENGE_RAISED,
  noun: "Challenge",
  reference: "CH-7",
  title: "No date for the review of return home interviews",
  partnership: "Wrenford Safeguarding Children Partnership",
  detail: { by: "2018-12-28T17:00:00Z", stage: 1 },
  agency: "Wrenford Homes",
  link: "https://portal.example/open/CPVd7UfHSkC_oL6T2shNcZQ",
  ...more,
});
const hostile = told({
  title: "</li></ul><img src=x onerror=\"document.title='broken'\"><style>*{color:#fff}</style>",
  reference: "CH-8 <b>",
});
const digest = [
  told({}),
  told({
    kind: NotificationKind.OVERDUE,
    noun: "Action",
    reference: "7.1c",
    title: "Every child who goes missing is seen within 72 hours of their return",
    detail: { byDay: "2018-11-30" },
  }),
  told({
    kind: NotificationKind.DUE_SOON,
    noun: "Tracked item",
    reference: "12",
    title: null,
    agency: null,
    link: null,
    partnership: "Another Partnership",
    detail: { byDay: "2021-01-04", provisional: true },
  }),
];
const messages = {
  one: write([told({})], null),
  digest: write(digest, "2018-12-24"),
  hostile: write([hostile], null),
  code: writeCode("7K2M-QW4T-9XRB", new Date("2018-12-24T10:00:00Z")),
};

test.each(Object.entries(messages))(
  "%s: reads in order, meets WCAG 2.2 AA, and runs nothing",
  async (name, { html, subject }) => {
    if (!browser) return;
    for (const width of [1280, 360]) {
      const context = await browser.newContext({ viewport: { width, height: 800 } });
      const page = await context.newPage();
      const asked: string[] = [];
      page.on("request", (request) => asked.push(request.url()));
      await page.setContent(html);
      expect(await page.title()).toBe(subject);
      expect(await page.locator("h1").allInnerTexts()).toEqual([subject]);
      expect(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")).toBe(true);
      expect(await page.locator("img, script, main style").count()).toBe(0);
      const { violations } = await new AxeBuilder({ page })
        .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
        .analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html: node }) => node)])).toEqual([]);
      await page.screenshot({ path: join(screenshots, `${name}-${width}.png`), fullPage: true });
      await context.close();
      expect(asked).toEqual([]);
    }
  },
);
