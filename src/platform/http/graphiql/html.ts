import type { GraphiqlExample } from "./examples";

/** What one page is made of. */
export interface PageParts {
  demoSignIn: boolean;
  examples: readonly GraphiqlExample[];
  /** The address of the folder with the page's files, without a slash at its end. */
  assets: string;
  /** The word by which the browser knows the style elements that GraphiQL's dialogs add; new for each answer. */
  nonce: string;
}

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const text = (value: string): string => value.replace(/[&<>"']/g, (character) => escapes[character] ?? character);

/** JSON that cannot end the script element it stands in. */
const json = (value: unknown): string => JSON.stringify(value).replace(/</g, "\\u003c");

const signIn = `<form class="identity" id="identity" autocomplete="off">
        <label for="actor">Sign in as</label>
        <select id="actor" name="actor">
          <option value="">Nobody (anonymous)</option>
        </select>
      </form>`;

const pasteToken = `<form class="identity" id="identity" autocomplete="off">
        <label for="token">Bearer token</label>
        <input id="token" name="token" type="password" autocomplete="off" spellcheck="false" aria-describedby="token-help">
        <button type="submit">Use token</button>
        <button type="button" id="forget">Forget token</button>
        <span class="help" id="token-help">Kept until this page is closed or reloaded.</span>
      </form>`;

const notice = `<p class="notice" id="notice"><strong>Demonstration sign-in is on:</strong> anyone who reaches this page can act as anyone.</p>`;

const thingsToTry = (examples: readonly GraphiqlExample[]): string =>
  examples.length === 0
    ? ""
    : `<nav class="try" aria-labelledby="try-title">
      <h2 id="try-title">Things to try</h2>
      <ul>
        ${examples.map(({ title }, index) => `<li><button type="button" data-example="${index}">${text(title)}</button></li>`).join("\n        ")}
      </ul>
    </nav>`;

/** The page as HTML. It holds no inline script and no inline style, so its policy needs to allow neither. */
export function renderPage({ demoSignIn, examples, assets, nonce }: PageParts): string {
  return `<!doctype html>
<html lang="en-GB">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>GraphiQL – Golden Thread</title>
    <link rel="icon" type="image/svg+xml" href="${assets}/icon.svg">
    <link rel="stylesheet" href="${assets}/graphiql.min.css">
    <link rel="stylesheet" href="${assets}/page.css">
    <script type="application/json" id="settings">${json({ demoSignIn, examples })}</script>
    <script defer src="${assets}/react.production.min.js"></script>
    <script defer src="${assets}/react-dom.production.min.js"></script>
    <script defer src="${assets}/graphiql.min.js"></script>
    <script type="module" src="${assets}/page.mjs" nonce="${nonce}" id="page"></script>
  </head>
  <body>
    <header class="bar">
      <h1>Golden Thread</h1>
      ${demoSignIn ? signIn : pasteToken}
      <p class="status" id="status" role="status">You are anonymous.</p>
    </header>
    ${demoSignIn ? notice : ""}
    ${thingsToTry(examples)}
    <p class="unseen" id="opened" role="status"></p>
    <main id="graphiql"><noscript><p>GraphiQL needs JavaScript. The API itself does not: post queries to /graphql.</p></noscript></main>
  </body>
</html>
`;
}
