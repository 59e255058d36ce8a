import { existsSync } from "node:fs";
import { chromium, type Browser, type Page } from "playwright-core";

const usualPlaces = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/google-chrome",
  "/snap/bin/chromium",
  "/usr/local/bin/chromium",
  "/opt/homebrew/bin/chromium",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Where a Chromium is installed on this machine; undefined when it is in none of the usual places. */
export const findChromium = (): string | undefined => usualPlaces.find((place) => existsSync(place));

/**
 * Starts a headless Chromium that asks nothing of the network by itself. Where none is installed it says on the console
 * that `what` did not run, and gives undefined. The caller closes it.
 */
export async function openBrowser(what: string): Promise<Browser | undefined> {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    console.warn(`${what}: did not run, since no Chromium is installed (Debian: apt-get install chromium)`);
    return undefined;
  }
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** What went wrong on a page since it was watched, as lines of text; empty when nothing did. */
export interface PageWatch {
  problems: string[];
}

/**
 * Watches a page for errors on its console (violations of the content policy among them), uncaught exceptions, failed
 * loads, and requests to any origin but `origin`. To be called before the page goes anywhere.
 */
export function watchPage(page: Page, origin: string): PageWatch {
  const problems: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || /content security policy/i.test(message.text())) {
      problems.push(`console: ${message.text()}`);
    }
  });
  page.on("pageerror", (error) => problems.push(`uncaught: ${error.message}`));
  page.on("requestfailed", (request) => problems.push(`failed: ${request.url()}`));
  page.on("request", (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (asked !== origin && protocol !== "data:") problems.push(`another origin: ${request.url()}`);
  });
  return { problems };
}
