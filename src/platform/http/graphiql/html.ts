import type { Introspection } from "../limits/index";
import type { GraphiqlExample } from "./examples";

/** What one page is made of. */
export interface PageParts {
  demoSignIn: boolean;
  introspection: Introspection;
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

const actorField = `<label for="who">Sign in as</label>
          <select id="who" name="who" aria-describedby="status">
            <option value="">Choose somebody</option>
          </select>
          <button type="submit">Sign in</button>`;

const tokenField = `<label for="who">Bearer token</label>
          <input id="who" name="who" type="password" autocomplete="off" spellcheck="false" aria-describedby="token-help status">
          <button type="submit">Use token</button>
          <p class="help" id="token-help">An access token of your identity provider, or of a service account. It is kept until this page is closed or reloaded.</p>`;

const anonymousButton = `<p><button type="button" id="anonymous">Continue without signing in</button></p>`;

const signInView = (demoSignIn: boolean, anonymous: boolean): string =>
  `<section class="sign-in" id="sign-in" aria-labelledby="sign-in-title">
        <h2 id="sign-in-title">Sign in to explore the API</h2>
        <form class="identity" id="identity" autocomplete="off">
          ${demoSignIn ? actorField : tokenField}
        </form>
        ${anonymous ? anonymousButton : ""}
      </section>`;

const notice = `<p class="notice" id="notice"><strong>Demonstration sign-in is on:</strong> anyone who reaches this page can act as anyone.</p>`;

const thingsToTry = (examples: readonly GraphiqlExample[]): string =>
  examples.length === 0
    ? ""
    : `<nav class="try" id="try" aria-labelledby="try-title" hidden>
      <h2 id="try-title">Things to try</h2>
      <ul>
        ${examples.map(({ title }, index) => `<li><button type="button" data-example="${index}">${text(title)}</button></li>`).join("\n        ")}
      </ul>
    </nav>`;

/** The editor and what it stands on, in the order in which they run; fetched only once somebody may use them. */
const editorScripts = ["react.production.min.js", "react-dom.production.min.js", "graphiql.min.js"];

/** The page as HTML. It holds no inline script and no inline style, so its policy needs to allow neither. */
export function renderPage({ demoSignIn, introspection, examples, assets, nonce }: PageParts): string {
  const scripts = editorScripts.map((file) => `${assets}/${file}`);
  return `<!doctype html>
<html lang="en-GB">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>GraphiQL – Golden Thread</title>
    <link rel="icon" type="image/svg+xml" href="${assets}/icon.svg">
    <link rel="stylesheet" href="${assets}/graphiql.min.css">
    <link rel="stylesheet" href="${assets}/page.css">
    <script type="application/json" id="settings">${json({ demoSignIn, introspection, examples, scripts })}</script>
    <script type="module" src="${assets}/page.mjs" nonce="${nonce}" id="page"></script>
  </head>
  <body>
    <header class="bar">
      <h1>Golden Thread</h1>
      <p class="status" id="status" role="status">You are not signed in.</p>
      <button type="button" id="sign-out" hidden>Sign out</button>
    </header>
    ${demoSignIn ? notice : ""}
    ${thingsToTry(examples)}
    <p class="unseen" id="opened" role="status"></p>
    <main>
      ${signInView(demoSignIn, introspection === "everyone")}
      <div id="graphiql" role="region" aria-label="Query editor" tabindex="-1" hidden></div>
      <noscript><p class="sign-in">GraphiQL needs JavaScript. The API itself does not: post queries to /graphql.</p></noscript>
    </main>
  </body>
</html>
`;
}
