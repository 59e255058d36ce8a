// The authorization code flow with PKCE (RFC 6749, RFC 7636), step by step as a browser and its page go through it.
import { createHash, randomBytes } from "node:crypto";
import { PUBLIC_CLIENT, SERVICE } from "./client.mjs";

const random = () => randomBytes(32).toString("base64url");

/** Goes through redirects with the cookies it is given; stops at a page, or at the client's own address. */
class Browser {
  #cookies = new Map();

  async open(address, options = {}) {
    for (let next = address, how = options, hops = 0; hops < 10; hops += 1) {
      const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const response = await fetch(next, { ...how, redirect: "manual", headers: { ...how.headers, cookie } });
      for (const set of response.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
        if (name) this.#cookies.set(name, value);
      }
      const location = response.headers.get("location");
      if (!location) return { address: next, status: response.status, text: await response.text() };
      next = new URL(location, next).href;
      how = {};
      if (next.startsWith(PUBLIC_CLIENT.redirect)) return { address: next, status: response.status, text: "" };
    }
    throw new Error("the provider redirects without end");
  }
}

/** Signs `account` in at `issuer`, and gives an access token for the service. */
export async function signIn(issuer, account) {
  const found = await fetch(`${issuer}/.well-known/openid-configuration`).catch(() => null);
  if (!found?.ok) throw new Error(`nothing answers at ${issuer}; start it with: npm run identity-provider`);
  const { authorization_endpoint: authorization, token_endpoint: token } = await found.json();
  const [verifier, state, nonce] = [random(), random(), random()];
  const query = new URLSearchParams({
    client_id: PUBLIC_CLIENT.id,
    redirect_uri: PUBLIC_CLIENT.redirect,
    response_type: "code",
    scope: `openid ${SERVICE.scope}`,
    resource: SERVICE.resource,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    state,
    nonce,
  });
  const browser = new Browser();
  const page = await browser.open(`${authorization}?${query}`);
  if (page.status !== 200) throw new Error(`the provider answered ${page.status}: ${page.text}`);
  const back = await browser.open(page.address, { method: "POST", body: new URLSearchParams({ account }) });
  if (!back.address.startsWith(PUBLIC_CLIENT.redirect)) throw new Error(back.text.trim());
  const given = new URL(back.address).searchParams;
  if (given.get("state") !== state || given.get("iss") !== issuer) throw new Error("the answer is to another question");
  if (given.has("error")) throw new Error(`${given.get("error")}: ${given.get("error_description")}`);

  const answer = await fetch(token, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: PUBLIC_CLIENT.id,
      code: given.get("code"),
      redirect_uri: PUBLIC_CLIENT.redirect,
      code_verifier: verifier,
    }),
  });
  const body = await answer.json();
  if (!answer.ok) throw new Error(`${body.error}: ${body.error_description}`);
  return body.access_token;
}
