import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWK, SignJWT, type CryptoKey, exportSPKI } from "jose";
import { TokenVerifier } from "../../src/platform/http/tokens";

const ISSUER = "https://id.example.org";
const AUDIENCE = "golden-thread";

/** An identity provider that can be made to fail in the ways that real ones do. */
let provider: Server;
let jwksUrl: string;
let answer: { status: number; body: string };
let key: { privateKey: CryptoKey; publicKey: CryptoKey };

const keySet = (...keys: JWK[]) => ({ status: 200, body: JSON.stringify({ keys }) });
const published = async (publicKey: CryptoKey, kid: string) => ({ ...(await exportJWK(publicKey)), kid, alg: "RS256" });
const verifier = () => new TokenVerifier().trustRemote({ issuer: ISSUER, audience: AUDIENCE, jwksUrl });

interface Wanted {
  header?: { alg: string; kid?: string };
  claims?: Record<string, unknown>;
  secret?: CryptoKey | Uint8Array;
}
const tokenOf = ({ header, claims, secret }: Wanted = {}): Promise<string> => {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ iss: ISSUER, aud: AUDIENCE, sub: "8f2c", exp: now + 300, ...claims })
    .setProtectedHeader({ alg: "RS256", kid: "one", ...header })
    .sign(secret ?? key.privateKey);
};
const outcome = (token: string, tokens = verifier()) =>
  tokens.subjectOf(`Bearer ${token}`).then(
    (subject) => subject?.subject,
    (error: unknown) => (error as { code: string }).code,
  );

beforeAll(async () => {
  key = await generateKeyPair("RS256", { extractable: true });
  provider = createServer((_request, response) => {
    response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body);
  });
  await new Promise<void>((listening) => provider.listen(0, "127.0.0.1", listening));
  jwksUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/keys`;
});
beforeEach(async () => {
  answer = keySet(await published(key.publicKey, "one"));
});
afterAll(() => new Promise((closed) => provider.close(closed)));

const now = () => Math.floor(Date.now() / 1000);
test.each<[string, () => Wanted | Promise<Wanted>, string]>([
  ["a good token", () => ({}), "8f2c"],
  ["another issuer", () => ({ claims: { iss: "https://evil.example.org" } }), "UNAUTHENTICATED"],
  ["another audience", () => ({ claims: { aud: "another" } }), "UNAUTHENTICATED"],
  ["an expired one", () => ({ claims: { exp: now() - 60 } }), "UNAUTHENTICATED"],
  ["one of tomorrow", () => ({ claims: { nbf: now() + 3600 } }), "UNAUTHENTICATED"],
  ["one without an end", () => ({ claims: { exp: undefined } }), "UNAUTHENTICATED"],
  ["one of nobody", () => ({ claims: { sub: undefined } }), "UNAUTHENTICATED"],
  ["an unknown key", () => ({ header: { alg: "RS256", kid: "two" } }), "UNAUTHENTICATED"],
  [
    "another key under a known name",
    async () => ({ secret: (await generateKeyPair("RS256")).privateKey }),
    "UNAUTHENTICATED",
  ],
  [
    "the public key as a shared secret",
    async () => ({ header: { alg: "HS256" }, secret: new TextEncoder().encode(await exportSPKI(key.publicKey)) }),
    "UNAUTHENTICATED",
  ],
])("%s", async (_what, wanted, expected) => {
  expect(await outcome(await tokenOf(await wanted()))).toBe(expected);
});

test("an unsigned token", async () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = part({ iss: ISSUER, aud: AUDIENCE, sub: "8f2c", exp: now() + 300 });
  for (const signature of ["", "x"])
    expect(await outcome(`${part({ alg: "none", kid: "one" })}.${claims}.${signature}`)).toBe("UNAUTHENTICATED");
});

test.each([
  ["answers with an error", { status: 500, body: "{}" }],
  ["is gone", { status: 404, body: "" }],
  ["redirects elsewhere", { status: 302, body: "" }],
  ["answers with a page", { status: 200, body: "<html>Sign in</html>" }],
  ["answers with no key set", { status: 200, body: "{}" }],
])("a provider that %s is no fault of the token's", async (_what, failing) => {
  const tokens = verifier();
  answer = failing;
  const token = await tokenOf();
  expect(await outcome(token, tokens)).toBe("UNAVAILABLE");
  answer = keySet(await published(key.publicKey, "one"));
  expect(await outcome(token, tokens)).toBe("8f2c");
});

test("a provider that cannot be reached is no fault of the token's", async () => {
  const tokens = new TokenVerifier().trustRemote({
    issuer: ISSUER,
    audience: AUDIENCE,
    jwksUrl: "http://127.0.0.1:1/",
  });
  expect(await outcome(await tokenOf(), tokens)).toBe("UNAVAILABLE");
});

test("a rotated key holds once the provider publishes it, and the old one no longer", async () => {
  const next = await generateKeyPair("RS256");
  const tokens = verifier();
  expect(await outcome(await tokenOf(), tokens)).toBe("8f2c");
  answer = keySet(await published(next.publicKey, "two"));
  jest.useFakeTimers({
    now: Date.now() + 60_000,
    doNotFake: ["setTimeout", "setImmediate", "nextTick", "queueMicrotask"],
  });
  try {
    const token = await tokenOf({ header: { alg: "RS256", kid: "two" }, secret: next.privateKey });
    expect(await outcome(token, tokens)).toBe("8f2c");
    expect(await outcome(await tokenOf(), tokens)).toBe("UNAUTHENTICATED");
  } finally {
    jest.useRealTimers();
  }
});
