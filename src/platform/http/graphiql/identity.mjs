// Who asks. The token lives in this module's memory alone; of a demonstration actor the tab remembers the id, so that a
// reload can sign in again.

const rememberedActor = "golden-thread:actor";
const status = document.getElementById("status");
const form = document.getElementById("identity");
const field = form.elements.namedItem("who");
let token = null;
/** What the page does when somebody may use the editor, and when nobody may any more. */
let hooks = { enter() {}, leave() {} };

/** The bearer token of whoever signed in, or null for an anonymous caller. */
export const currentToken = () => token;

function remember(actor) {
  try {
    if (actor) sessionStorage.setItem(rememberedActor, actor);
    else sessionStorage.removeItem(rememberedActor);
  } catch {
    // Without session storage a reload starts as nobody.
  }
}

function remembered() {
  try {
    return sessionStorage.getItem(rememberedActor) ?? "";
  } catch {
    return "";
  }
}

function say(message, trouble = false) {
  status.textContent = trouble ? `Problem: ${message}` : message;
  status.classList.toggle("trouble", trouble);
}

function enter(nextToken, message, options) {
  token = nextToken;
  field.value = "";
  say(message);
  hooks.enter(options);
}

function leave(message, trouble) {
  token = null;
  remember("");
  say(message, trouble);
  hooks.leave();
  field.focus();
}

/** Says what is wrong with what was entered, and stays. */
function stay(message) {
  say(message, true);
  field.focus();
}

async function askJson(address, options) {
  const response = await fetch(address, options);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response.json();
}

/** The actor in the words of the status line: label, then what the label may leave out. */
function describe({ label, role, agency }) {
  const more = [agency, role].filter((part) => part && !label.includes(part));
  return more.length > 0 ? `${label} (${more.join(", ")})` : label;
}

function fillSelect(select, actors) {
  const groups = new Map();
  for (const actor of actors) {
    const partnership = actor.partnership ?? "No partnership";
    if (!groups.has(partnership)) {
      const group = document.createElement("optgroup");
      group.label = partnership;
      groups.set(partnership, group);
      select.append(group);
    }
    groups.get(partnership).append(new Option(actor.label, actor.actor));
  }
}

/** Runs the choice of demonstration actors; settles when the list is there and a remembered actor is signed in again. */
async function startDemoSignIn() {
  const actors = new Map();
  let busy = false;

  async function choose(id, options) {
    const actor = actors.get(id);
    if (busy || !actor) return;
    busy = true;
    say(`Signing in as ${describe(actor)}…`);
    try {
      const answer = await askJson("/demo/sign-in", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ actor: id }),
      });
      if (typeof answer.token !== "string") throw new Error("the server gave no token");
      remember(id);
      enter(answer.token, `Signed in as ${describe(actor)}`, options);
    } catch (error) {
      remember("");
      stay(`could not sign in as ${describe(actor)}: ${error.message}.`);
    } finally {
      busy = false;
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (actors.has(field.value)) void choose(field.value);
    else stay("choose somebody to sign in as.");
  });

  try {
    for (const actor of await askJson("/demo/actors")) actors.set(actor.actor, actor);
    fillSelect(field, actors.values());
  } catch (error) {
    say(`could not list the demonstration actors: ${error.message}. Reload the page to try again.`, true);
    return;
  }
  if (actors.has(remembered())) await choose(remembered(), { quietly: true });
  else remember("");
}

/** Whether the service accepts a token. */
async function accepts(candidate) {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${candidate}` },
    body: JSON.stringify({ query: "{ __typename }" }),
  });
  if (response.status >= 500) throw new Error(`it answered ${response.status}`);
  const { errors = [] } = await response.json();
  return response.status !== 401 && errors.every(({ extensions }) => extensions?.code !== "UNAUTHENTICATED");
}

/** Runs the field for a bearer token. */
function startTokenField() {
  let busy = false;
  async function use(pasted) {
    if (busy) return;
    busy = true;
    say("Asking the service…");
    try {
      if (await accepts(pasted)) enter(pasted, "Signed in: your token is sent with each query.");
      else stay("the token was not accepted or has expired. Get a new one.");
    } catch (error) {
      stay(`the service could not be asked: ${error.message}.`);
    } finally {
      busy = false;
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const pasted = field.value.trim().replace(/^bearer\s+/i, "");
    // The letters that RFC 6750 allows: anything else cannot be sent as a header.
    if (/^[\w.~+/-]+=*$/.test(pasted)) void use(pasted);
    else stay("that is not a bearer token; nothing was sent.");
  });
}

/** To be called when the server did not accept `sent`; does nothing when another token has taken its place. */
export function tokenRefused(sent) {
  if (sent !== null && sent === token) leave("the sign-in has expired or was refused. Sign in again.", true);
}

/**
 * Starts the sign-in view. Calls `enter` when somebody may use the editor, and `leave` when nobody may any more. Settles
 * when the sign-in remembered from before a reload, if any, is over.
 */
export async function startIdentity(demoSignIn, given) {
  hooks = given;
  document.getElementById("sign-out").addEventListener("click", () => leave("You are signed out."));
  document.getElementById("anonymous")?.addEventListener("click", () => enter(null, "You are anonymous."));
  if (demoSignIn) await startDemoSignIn();
  else startTokenField();
}
