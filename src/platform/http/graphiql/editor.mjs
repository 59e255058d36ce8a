// GraphiQL itself: React, ReactDOM and GraphiQL are classic scripts, which are asked for only once somebody may use them.
import { currentToken, tokenRefused } from "./identity.mjs";
import { createStorage } from "./storage.mjs";

const { examples, introspection, scripts } = JSON.parse(document.getElementById("settings").textContent);
const place = document.getElementById("graphiql");

// GraphiQL's dialogs add a style element; this name is where their library looks for its nonce.
window.__webpack_nonce__ = document.getElementById("page").nonce;

const tabs = examples.map(({ query, variables }) => ({
  query,
  variables: Object.keys(variables).length > 0 ? JSON.stringify(variables, null, 2) : null,
}));

/** Posts to the API as whoever is signed in when it is made. A header typed into GraphiQL goes before the page's. */
function createFetcher() {
  const token = currentToken();
  return async (params, options = {}) => {
    const headers = new Headers(options.headers);
    headers.set("content-type", "application/json");
    if (!headers.has("accept")) headers.set("accept", "application/graphql-response+json, application/json;q=0.9");
    const ours = token !== null && !headers.has("authorization");
    if (ours) headers.set("authorization", `Bearer ${token}`);
    const response = await fetch("/graphql", { method: "POST", headers, body: JSON.stringify(params) });
    const body = await response.text();
    let answer;
    try {
      answer = JSON.parse(body);
    } catch {
      throw new Error(`The server answered ${response.status} without JSON.`);
    }
    const refused = answer?.errors?.some?.((error) => error?.extensions?.code === "UNAUTHENTICATED");
    if (ours && (response.status === 401 || refused)) tokenRefused(token);
    return answer;
  };
}

/** GraphiQL's editor, as last rendered, for the buttons above it. */
let editor = null;
let waiting = null;

/** Stands in GraphiQL's toolbar unseen, where its editor can be reached. */
function Bridge() {
  const { React, GraphiQL } = window;
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

/** Brings a ready-made query into the editor; gives its title. */
export function openExample(index) {
  if (!editor) return null;
  const found = editor.tabs.findIndex(({ query }) => query?.trim() === tabs[index].query.trim());
  if (found < 0) {
    waiting = tabs[index];
    editor.addTab();
  } else if (found !== editor.activeTabIndex) {
    editor.changeTab(found);
  }
  return examples[index].title;
}

const load = (address) =>
  new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: address, async: false });
    script.addEventListener("load", resolve);
    script.addEventListener("error", () => {
      script.remove();
      reject(new Error("the editor could not be loaded"));
    });
    document.head.append(script);
  });

let loading = null;
let root = null;
/** Which opening is the latest: one that was closed while the scripts were on their way stays closed. */
let turn = 0;

/** Shows GraphiQL to whoever is signed in; it asks for the schema in their name. */
export async function openEditor() {
  turn += 1;
  const mine = turn;
  loading ??= Promise.all(scripts.map(load)).catch((error) => {
    loading = null;
    throw error;
  });
  await loading;
  if (mine !== turn) return;
  const { React, ReactDOM, GraphiQL } = window;
  root = ReactDOM.createRoot(place);
  root.render(
    React.createElement(GraphiQL, {
      fetcher: createFetcher(),
      // null: the schema is not asked for
      schema: introspection === "nobody" ? null : undefined,
      storage: createStorage(),
      toolbar: { additionalComponent: Bridge },
      defaultTabs: tabs.length > 0 ? tabs : undefined,
      defaultEditorToolsVisibility: "variables",
      shouldPersistHeaders: false,
      showPersistHeadersSettings: false,
    }),
  );
}

/** Takes GraphiQL away with all that it shows; its tabs' queries are kept for the next who signs in here. */
export function closeEditor() {
  turn += 1;
  editor = null;
  waiting = null;
  root?.unmount();
  root = null;
}
