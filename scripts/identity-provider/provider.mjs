// The provider itself, on the `oidc-provider` package: state in memory, keys made at the start, a list for a sign-in page.
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { exportJWK, generateKeyPair } from "jose";
import { interactionPolicy, Provider } from "oidc-provider";
import { accountsOf, MACHINE } from "./accounts.mjs";
import { PUBLIC_CLIENT, SERVICE } from "./client.mjs";

const HOUR = 3600;

async function newKey() {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: randomBytes(8).toString("hex"), alg: "RS256", use: "sig" };
}

/** Whoever signs in here wants the token: nobody is asked whether the page may have it. */
const withoutConsent = interactionPolicy.base();
withoutConsent.remove("consent");

const configurationOf = (key, cookieKey, accounts) => ({
  jwks: { keys: [key] },
  cookies: { keys: [cookieKey] },
  clients: [
    {
      client_id: PUBLIC_CLIENT.id,
      redirect_uris: [PUBLIC_CLIENT.redirect],
      application_type: "native",
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code"],
      response_types: ["code"],
    },
    {
      client_id: MACHINE.id,
      client_secret: MACHINE.secret,
      redirect_uris: [],
      grant_types: ["client_credentials"],
      response_types: [],
    },
  ],
  scopes: ["openid"],
  findAccount: (_ctx, id) => (accounts.has(id) ? { accountId: id, claims: () => ({ sub: id }) } : undefined),
  async loadExistingGrant({ oidc: { client, session, provider } }) {
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope("openid");
    grant.addResourceScope(SERVICE.resource, SERVICE.scope);
    await grant.save();
    return grant;
  },
  interactions: { policy: withoutConsent, url: (_ctx, { uid }) => `/sign-in/${uid}` },
  ttl: {
    AccessToken: HOUR,
    ClientCredentials: HOUR,
    AuthorizationCode: 60,
    Grant: HOUR,
    IdToken: HOUR,
    Interaction: 600,
    Session: HOUR,
  },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => SERVICE.resource,
      useGrantedResource: () => true,
      getResourceServerInfo(_ctx, resource) {
        if (resource !== SERVICE.resource) throw new Error(`the only resource is ${SERVICE.resource}`);
        const { audience, scope } = SERVICE;
        return { audience, scope, accessTokenFormat: "jwt", accessTokenTTL: HOUR, jwt: { sign: { alg: "RS256" } } };
      },
    },
  },
});

const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escape = (text) => text.replace(/[&<>"]/g, (character) => escapes[character]);

const signInPage = (accounts) => `<!doctype html>
<html lang="en-GB">
  <head><meta charset="utf-8"><title>Development sign-in</title></head>
  <body>
    <h1>Development sign-in</h1>
    <p><strong>For development only:</strong> these accounts are invented, and anybody may be any of them.</p>
    <form method="post">
      ${[...accounts].map(([id, label]) => `<p><button name="account" value="${escape(id)}">${escape(label)} (${escape(id)})</button></p>`).join("\n      ")}
    </form>
  </body>
</html>
`;

async function bodyOf(request) {
  let text = "";
  for await (const chunk of request) {
    text += chunk;
    if (text.length > 4096) throw new Error("the form is too long");
  }
  return new URLSearchParams(text);
}

/** Serves on 127.0.0.1. `rotate` withdraws the signing key for a new one, and gives the new one's id. */
export async function startProvider(issuer, port) {
  const accounts = new Map(accountsOf().map(({ id, label }) => [id, label]));
  const cookieKey = randomBytes(32).toString("hex");
  let provider;
  async function rotate() {
    const key = await newKey();
    // sessions and codes live in the package's memory, which its instances share
    provider = new Provider(issuer, configurationOf(key, cookieKey, accounts));
    return key.kid;
  }
  await rotate();

  const answer = (response, status, text, type = "text/plain") =>
    response
      .writeHead(status, {
        "content-type": `${type}; charset=utf-8`,
        "cache-control": "no-store",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      })
      .end(text);

  async function interact(request, response) {
    await provider.interactionDetails(request, response);
    if (request.method !== "POST") return answer(response, 200, signInPage(accounts), "text/html");
    const account = (await bodyOf(request)).get("account") ?? "";
    if (!accounts.has(account)) return answer(response, 400, `There is no account ${JSON.stringify(account)}.\n`);
    return provider.interactionFinished(request, response, { login: { accountId: account } });
  }

  const server = createServer((request, response) => {
    // a page elsewhere could point a name of its own at this machine
    if (request.headers.host !== new URL(issuer).host) answer(response, 421, `This is ${issuer} alone.\n`);
    else if (!request.url.startsWith("/sign-in/")) provider.callback()(request, response);
    else interact(request, response).catch((error) => answer(response, 400, `${error.message}\n`));
  });
  await new Promise((listening, failed) => {
    server.once("error", failed);
    server.listen(port, "127.0.0.1", listening);
  });
  return { server, rotate };
}
