// Mounts GraphiQL (React, ReactDOM and GraphiQL come from classic scripts before this one) and ties it to the bar.
import { currentToken, startIdentity, tokenRefused } from "./identity.mjs";
import { createStorage } from "./storage.mjs";

const { React, ReactDOM, GraphiQL } = window;
const { demoSignIn, examples } = JSON.parse(document.getElementById("settings").textContent);

// GraphiQL's dialogs add a style element; this name is where their library looks for its nonce.
window.__webpack_nonce__ = document.getElementById("page").nonce;

const tabs = examples.map(({ query, variables }) => ({
  query,
  variables: Object.keys(variables).length > 0 ? JSON.stringify(variables, null, 2) : null,
}));

/** Posts to the API as whoever is signed in when it is made. A header typed into GraphiQL goes before the bar's. */
function createFetcher() {
  const token = currentToken();
  return async (params, options = {}) => {
    const headers = new Headers(options.headers);
    headers.set("content-type", "application/json");
    if (!headers.has("accept")) headers.set("accept", "application/graphql-response+json, application/json;q=0.9");
    const fromBar = token !== null && !headers.has("authorization");
    if (fromBar) headers.set("authorization", `Bearer ${token}`);
    const response = await fetch("/graphql", { method: "POST", headers, body: JSON.stringify(params) });
    const body = await response.text();
    let answer;
    try {
      answer = JSON.parse(body);
    } catch {
      throw new Error(`The server answered ${response.status} without JSON.`);
    }
    const refused = answer?.errors?.some?.((error) => error?.extensions?.code === "UNAUTHENTICATED");
    if (fromBar && (response.status === 401 || refused)) tokenRefused(token);
    return answer;
  };
}

/** GraphiQL's editor, as last rendered, for the buttons above it. */
let editor = null;
let waiting = null;

/** Stands in GraphiQL's toolbar unseen, where its editor can be reached. */
function Bridge() {
  editor = GraphiQL.React.useEditorContext({ nonNull: true });
  React.useEffect(() => {
    if (!waiting) return;
    editor.queryEditor?.setValue(waiting.query);
    editor.variableEditor?.setValue(waiting.variables ?? "");
    waiting = null;
  }, [editor.tabs.length]);
  // GraphiQL gives the first tab's editor its query and not its variables
  React.useEffect(() => {
    const { query, variables } = editor.tabs[editor.activeTabIndex] ?? {};
    const example = tabs.find((tab) => tab.query.trim() === query?.trim());
    const given = variables || example?.variables;
    if (given && editor.variableEditor?.getValue() === "") editor.variableEditor.setValue(given);
  }, [editor.variableEditor]);
  return null;
}

function openExample(index) {
  if (!editor) return;
  const found = editor.tabs.findIndex(({ query }) => query?.trim() === tabs[index].query.trim());
  if (found < 0) {
    waiting = tabs[index];
    editor.addTab();
  } else if (found !== editor.activeTabIndex) {
    editor.changeTab(found);
  }
  document.getElementById("opened").textContent = `The query “${examples[index].title}” is in the editor.`;
}

const root = ReactDOM.createRoot(document.getElementById("graphiql"));
const storage = createStorage();
const toolbar = { additionalComponent: Bridge };

/** A new fetcher makes GraphiQL ask for the schema again, and leaves tabs and answers as they are. */
function render() {
  root.render(
    React.createElement(GraphiQL, {
      fetcher: createFetcher(),
      storage,
      toolbar,
      defaultTabs: tabs.length > 0 ? tabs : undefined,
      defaultEditorToolsVisibility: "variables",
      shouldPersistHeaders: false,
      showPersistHeadersSettings: false,
    }),
  );
}

for (const button of document.querySelectorAll("[data-example]")) {
  button.addEventListener("click", () => openExample(Number(button.dataset.example)));
}

// A sign-in remembered from before a reload comes first, so that the schema is asked for once; but not for ever.
const patience = new Promise((resolve) => setTimeout(resolve, 1000));
let mounted = false;
await Promise.race([startIdentity(demoSignIn, () => mounted && render()), patience]);
mounted = true;
render();
