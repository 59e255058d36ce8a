// Who asks. The token lives in this module's memory alone; of a demonstration actor the tab remembers the id, so that a
// reload can sign in again.

const rememberedActor = "golden-thread:actor";
const status = document.getElementById("status");
let token = null;
/** What the bar in use does about a token that the server did not accept. */
let refused = () => {};

/** The bearer token of the chosen actor, or null for an anonymous caller. */
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

/** Runs the select of demonstration actors. Calls `changed` each time the token has changed; settles when first ready. */
async function startDemoSignIn(changed) {
  const select = document.getElementById("actor");
  const actors = new Map();
  let turn = 0;

  function become(nextToken, actor, message, trouble) {
    const differs = nextToken !== token;
    token = nextToken;
    select.value = actor;
    remember(actor);
    say(message, trouble);
    if (differs) changed();
  }

  async function choose(id) {
    turn += 1;
    const mine = turn;
    const actor = actors.get(id);
    if (!actor) {
      become(null, "", "You are anonymous.");
      return;
    }
    say(`Signing in as ${describe(actor)}…`);
    try {
      const answer = await askJson("/demo/sign-in", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ actor: id }),
      });
      if (mine !== turn) return;
      if (typeof answer.token !== "string") throw new Error("the server gave no token");
      become(answer.token, id, `Signed in as ${describe(actor)}`);
    } catch (error) {
      if (mine !== turn) return;
      become(null, "", `could not sign in as ${describe(actor)}: ${error.message}. You are anonymous.`, true);
    }
  }

  refused = () => {
    turn += 1;
    become(null, "", "the sign-in has expired or was refused. You are anonymous: choose somebody again.", true);
  };
  select.addEventListener("change", () => choose(select.value));
  document.getElementById("identity").addEventListener("submit", (event) => event.preventDefault());

  try {
    for (const actor of await askJson("/demo/actors")) actors.set(actor.actor, actor);
    fillSelect(select, actors.values());
  } catch (error) {
    say(`could not list the demonstration actors: ${error.message}. Reload the page to try again.`, true);
    return;
  }
  if (actors.has(remembered())) await choose(remembered());
  else remember("");
}

/** Runs the field for a bearer token. */
function startTokenField(changed) {
  const field = document.getElementById("token");
  const use = (next, message, trouble) => {
    token = next;
    field.value = "";
    say(message, trouble);
    changed();
  };
  refused = () => use(null, "the token has expired or was refused. You are anonymous.", true);
  document.getElementById("forget").addEventListener("click", () => use(null, "You are anonymous."));
  document.getElementById("identity").addEventListener("submit", (event) => {
    event.preventDefault();
    const pasted = field.value.trim().replace(/^bearer\s+/i, "");
    // The letters that RFC 6750 allows: anything else cannot be sent as a header.
    if (/^[\w.~+/-]+=*$/.test(pasted)) use(pasted, "Your token is sent with each query.");
    else say("that is not a bearer token; nothing has changed.", true);
  });
}

/** To be called when the server did not accept `sent`; does nothing when another token has taken its place. */
export function tokenRefused(sent) {
  if (sent !== null && sent === token) refused();
}

/** Starts the bar. Calls `changed` each time the token has changed. Settles when the first sign-in, if any, is over. */
export async function startIdentity(demoSignIn, changed) {
  if (demoSignIn) await startDemoSignIn(changed);
  else startTokenField(changed);
}
