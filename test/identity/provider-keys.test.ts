import { generateKeyPair } from "jose";
import type { RemoteKeySet } from "../../src/platform/http/key-set";
import { TokenVerifier } from "../../src/platform/http/tokens";
import { AUDIENCE, later, StubProvider, type Wanted } from "./stub-provider";

let provider: StubProvider;
let tokens: TokenVerifier;
let keys: RemoteKeySet;

/** The service trusts the provider anew, as after a start. */
function restart(jwksUrl: string | null = provider.jwksUrl): void {
  tokens = new TokenVerifier();
  keys = tokens.trustRemote({ issuer: provider.issuer, audience: AUDIENCE, jwksUrl });
}
const outcomeOf = (token: string) =>
  tokens.subjectOf(`Bearer ${token}`).then(
    (subject) => subject?.subject,
    (error: unknown) => (error as { code: string }).code,
  );
const outcome = async (wanted?: Wanted) => outcomeOf(await provider.tokenOf(wanted));

beforeEach(async () => {
  provider = await StubProvider.start();
  restart();
});
afterEach(async () => {
  jest.useRealTimers();
  await provider.stop().catch(() => undefined);
});

describe("the provider's keys, down at start", () => {
  test.each([
    ["answers with an error", { status: 500, body: "{}" }],
    ["is gone", { status: 404, body: "" }],
    ["redirects elsewhere", { status: 302, body: "", headers: { location: "http://127.0.0.1:1/keys" } }],
    ["answers with a page", { status: 200, body: "<html>Sign in</html>" }],
    ["answers with no key set", { status: 200, body: "{}" }],
    ["answers with null", { status: 200, body: "null" }],
  ])("a provider that %s is no fault of the token's, and recovery needs no restart", async (_what, failing) => {
    provider.failing = failing;
    expect(await outcome()).toBe("UNAVAILABLE");
    provider.failing = null;
    later(1_100);
    expect(await outcome()).toBe("known");
  });

  test("a provider that cannot be reached: anonymous callers go on, and it is asked once a second at most", async () => {
    await provider.stop();
    expect(await tokens.subjectOf(undefined)).toBeNull();
    expect(await Promise.all(Array.from({ length: 20 }, () => outcome()))).toEqual(Array(20).fill("UNAVAILABLE"));
    await provider.listen();
    expect(await outcome()).toBe("UNAVAILABLE");
    expect(provider.asked).toEqual([]);
    later(1_100);
    expect(await outcome()).toBe("known");
  });
});

describe("the provider's keys, down later", () => {
  test("known keys go on working for a day", async () => {
    expect(await outcome()).toBe("known");
    provider.failing = { status: 503, body: "" };
    for (const minutes of [11, 60, 12 * 60]) {
      later(minutes * 60_000);
      expect(await outcome()).toBe("known");
    }
    later(24 * 3_600_000);
    expect(await outcome()).toBe("UNAVAILABLE");
    provider.failing = null;
    later(11_000);
    expect(await outcome()).toBe("known");
  });

  test("a key that is not known cannot be told good from bad meanwhile", async () => {
    expect(await outcome()).toBe("known");
    provider.failing = { status: 503, body: "" };
    await provider.rotate("two");
    later(11_000);
    expect(await outcome()).toBe("UNAVAILABLE");
    expect(await outcome()).toBe("UNAVAILABLE");
    expect(provider.asked).toHaveLength(2);
  });
});

describe("rotation", () => {
  test("a new key holds without a restart once it is published, and the old one no longer", async () => {
    expect(await outcome()).toBe("known");
    const replayed = await provider.tokenOf();
    await provider.rotate("two");
    later(11_000);
    expect(await outcome()).toBe("known");
    expect(await outcomeOf(replayed)).toBe("UNAUTHENTICATED");
  });

  test("a key that was withdrawn stops counting after ten minutes, though no token names another", async () => {
    const replayed = await provider.tokenOf({ claims: { exp: Math.floor(Date.now() / 1000) + 3600 } });
    expect(await outcomeOf(replayed)).toBe("known");
    await provider.rotate("two");
    later(601_000);
    expect(await outcomeOf(replayed)).toBe("UNAUTHENTICATED");
  });

  test("a token that held before holds no longer than it says, though its key still counts", async () => {
    const shown = await provider.tokenOf({ claims: { exp: Math.floor(Date.now() / 1000) + 60 } });
    expect([await outcomeOf(shown), await outcomeOf(shown)]).toEqual(["known", "known"]);
    later(91_000); // half a minute is the difference that clocks may have
    expect(await outcomeOf(shown)).toBe("UNAUTHENTICATED");
  });

  test("a provider that changes from RSA to elliptic curves", async () => {
    expect(await outcome()).toBe("known");
    await provider.rotate("curve", "ES256");
    later(11_000);
    expect(await outcome()).toBe("known");
  });
});

describe("unknown kid", () => {
  test("a thousand tokens that name unknown keys ask the provider once in ten seconds", async () => {
    expect(await outcome()).toBe("known");
    const other = await generateKeyPair("RS256");
    const flood = async () => {
      const wanted = Array.from({ length: 500 }, (_, n) => ({ header: { kid: `guess-${n}` }, key: other.privateKey }));
      const forged = await Promise.all(wanted.map((one) => provider.tokenOf(one)));
      expect(new Set(await Promise.all(forged.map(outcomeOf)))).toEqual(new Set(["UNAUTHENTICATED"]));
    };
    await flood();
    expect(provider.asked).toHaveLength(1);
    later(11_000);
    await flood();
    expect(provider.asked).toHaveLength(2);
    expect(await outcome()).toBe("known");
  });
});

describe("discovery", () => {
  const DOCUMENT = "/.well-known/openid-configuration";

  test("the issuer says where its keys are, and is asked only for that", async () => {
    restart(null);
    await keys.refresh();
    expect(await outcome()).toBe("known");
    expect(provider.asked).toEqual([DOCUMENT, "/keys"]);
  });

  test.each<[string, Record<string, unknown>]>([
    ["names another issuer", { issuer: "https://id.example.org" }],
    ["names its issuer with a slash more", { issuer: "SLASH" }],
    ["names none", { issuer: undefined }],
    ["has its keys in the clear elsewhere", { jwks_uri: "http://keys.example.org/keys" }],
    ["has its keys in a file", { jwks_uri: "file:///etc/passwd" }],
    ["says of no keys", { jwks_uri: undefined }],
    ["says of keys in no text", { jwks_uri: ["https://keys.example.org"] }],
  ])("a document that %s is not believed", async (_what, said) => {
    provider.discovery = said["issuer"] === "SLASH" ? { issuer: `${provider.issuer}/` } : said;
    restart(null);
    expect(await outcome()).toBe("UNAVAILABLE");
    expect(provider.asked).toEqual([DOCUMENT]);
    provider.discovery = {};
    later(1_100);
    expect(await outcome()).toBe("known");
  });

  test("keys that move to another address are found there", async () => {
    restart(null);
    expect(await outcome()).toBe("known");
    const elsewhere = await StubProvider.start();
    provider.discovery = { jwks_uri: elsewhere.jwksUrl };
    Object.assign(provider, { key: elsewhere.key });
    later(601_000);
    expect(await outcome()).toBe("known");
    expect(elsewhere.asked).toEqual(["/keys"]);
    await elsewhere.stop();
  });
});

test("one of several audiences is enough", async () => {
  tokens = new TokenVerifier();
  tokens.trustRemote({ issuer: provider.issuer, audience: ["golden-thread", "portal"], jwksUrl: provider.jwksUrl });
  for (const aud of ["golden-thread", "portal", ["x", "portal"]])
    expect(await outcome({ claims: { aud } })).toBe("known");
  for (const aud of ["x", "golden-thread,portal", [], ["golden-thread portal"]])
    expect(await outcome({ claims: { aud } })).toBe("UNAUTHENTICATED");
});
