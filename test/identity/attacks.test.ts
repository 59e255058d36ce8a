import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { exportJWK, exportSPKI, generateKeyPair } from "jose";
import { TokenRefusedError } from "../../src/platform/http/token-refusal";
import { TokenVerifier } from "../../src/platform/http/tokens";
import { ACCEPTED, Attacked, bearer, refused } from "./attacked";
import { AUDIENCE, base64url, seconds, StubProvider, type Wanted } from "./stub-provider";

let attacked: Attacked;
beforeAll(async () => {
  attacked = await Attacked.start();
});
afterAll(() => attacked.stop());

describe("tokens that hold", () => {
  const inSkew = (claim: string) => ({ claims: { [claim]: seconds() + 25 } });
  test.each<[string, () => Wanted]>([
    ["a good one", () => ({})],
    ["an access token by RFC 9068", () => ({ header: { typ: "at+jwt" } })],
    ["the same in full", () => ({ header: { typ: "application/at+JWT" } })],
    ["one that says it is a JWT", () => ({ header: { typ: "JWT" } })],
    ["for us and for another", () => ({ claims: { aud: ["portal", AUDIENCE] } })],
    ["for us twice", () => ({ claims: { aud: [AUDIENCE, AUDIENCE] } })],
    ["of 25 seconds from now, by a clock that is ahead", () => inSkew("iat")],
    ["valid in 25 seconds, by a clock that is ahead", () => inSkew("nbf")],
    ["expired 25 seconds ago, by a clock that is behind", () => ({ claims: { exp: seconds() - 25 } })],
    ["without a time of issue", () => ({ claims: { iat: undefined } })],
  ])("%s", async (_what, wanted) => {
    expect(await attacked.verdictOn(bearer(await attacked.provider.tokenOf(wanted())))).toEqual(ACCEPTED);
  });
});

describe("unsigned", () => {
  test.each(["none", "None", "NONE", "nOnE", " none", "none ", "none\u0000"])("alg %j", async (alg) => {
    const [, , signature] = (await attacked.provider.tokenOf()).split(".");
    for (const end of ["", "AAAA", signature])
      expect(await attacked.verdictOn(bearer(await attacked.forged({ alg, kid: "one" }, undefined, end)))).toEqual(
        refused("unsigned"),
      );
  });

  test("a good header with the signature cut off", async () => {
    const verdict = await attacked.verdictOn(
      bearer(await attacked.forged({ alg: "RS256", kid: "one" }, undefined, "")),
    );
    expect(verdict).toEqual(refused("signature"));
  });

  test.each<[string, object]>([
    ["no alg", { kid: "one" }],
    ["an empty alg", { alg: "", kid: "one" }],
    ["a list as alg", { alg: ["RS256"], kid: "one" }],
    ["null as alg", { alg: null, kid: "one" }],
  ])("%s", async (_what, header) => {
    expect(await attacked.verdictOn(bearer(await attacked.forged(header)))).toEqual(refused("malformed"));
  });
});

describe("signatures that do not hold", () => {
  test("another key under the name of ours", async () => {
    const { privateKey } = await generateKeyPair("RS256");
    expect(await attacked.verdictOn(bearer(await attacked.provider.tokenOf({ key: privateKey })))).toEqual(
      refused("signature"),
    );
  });

  test("claims that were changed after signing", async () => {
    const claims = { iss: attacked.provider.issuer, aud: AUDIENCE, sub: "wrenford-officer", exp: seconds() + 300 };
    expect(await attacked.verdictOn(bearer(await attacked.forged({ alg: "RS256", kid: "one" }, claims)))).toEqual(
      refused("signature"),
    );
  });

  test.each(["HS256", "HS384", "HS512"])("the public key as a shared secret, %s", async (alg) => {
    const jwk = await exportJWK(attacked.provider.key.publicKey);
    const secrets = [await exportSPKI(attacked.provider.key.publicKey), JSON.stringify(jwk)].map((text) =>
      Buffer.from(text),
    );
    for (const key of [...secrets, Buffer.from(jwk.n ?? "", "base64url")])
      expect(await attacked.verdictOn(bearer(await attacked.provider.tokenOf({ header: { alg }, key })))).toEqual(
        refused("algorithm"),
      );
  });

  test("ES256 with r and s zero, and with them equal to the order of the curve", async () => {
    const curves = await StubProvider.start();
    await curves.rotate("curve", "ES256");
    const tokens = new TokenVerifier();
    tokens.trustRemote({ issuer: curves.issuer, audience: AUDIENCE, jwksUrl: curves.jwksUrl });
    const good = await curves.tokenOf();
    expect(await tokens.subjectOf(`Bearer ${good}`)).toMatchObject({ subject: "known" });
    const order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    for (const hex of ["00".repeat(64), order + order, "00".repeat(32) + order, "00", "3006020100020100"]) {
      const psychic = good.replace(/[^.]*$/, Buffer.from(hex, "hex").toString("base64url"));
      await expect(tokens.subjectOf(`Bearer ${psychic}`)).rejects.toMatchObject({ reason: "signature" });
    }
    await curves.stop();
  });
});

test("keys and addresses of keys within the token are neither used nor fetched", async () => {
  const fetched: (string | undefined)[] = [];
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: "one", alg: "RS256" };
  const evil = createServer((request, response) => {
    fetched.push(request.url);
    response.end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise<void>((listening) => evil.listen(0, "127.0.0.1", listening));
  const address = `http://127.0.0.1:${(evil.address() as AddressInfo).port}/keys`;
  for (const header of [{ jwk }, { jku: address }, { x5u: address }, { x5c: [base64url("x")] }, { jwk, jku: address }])
    expect(await attacked.verdictOn(bearer(await attacked.provider.tokenOf({ header, key: privateKey })))).toEqual(
      refused("signature"),
    );
  for (const kid of [address, "../../../dev/null", "/dev/null", "one' or 1=1 --", "one\u0000", "", "__proto__"])
    expect(
      await attacked.verdictOn(bearer(await attacked.provider.tokenOf({ header: { kid }, key: privateKey }))),
    ).toEqual(refused("unknown key"));
  expect(fetched).toEqual([]);
  expect(new Set(attacked.provider.asked)).toEqual(new Set(["/keys"]));
  await new Promise((closed) => evil.close(closed));
});

describe("claims that do not hold", () => {
  test.each<[string, string, () => Wanted]>([
    ["wrong audience", "audience", () => ({ claims: { aud: "portal" } })],
    ["audiences without ours", "audience", () => ({ claims: { aud: ["portal", "golden-thread "] } })],
    ["no audience", "audience", () => ({ claims: { aud: undefined } })],
    ["an object as audience", "audience", () => ({ claims: { aud: { 0: AUDIENCE } } })],
    ["a list within the list", "audience", () => ({ claims: { aud: [[AUDIENCE]] } })],
    ["an id token of a page of theirs", "audience", () => ({ claims: { aud: "a-client", nonce: "x", at_hash: "y" } })],
    ["another issuer", "issuer", () => ({ claims: { iss: "https://id.example.org" } })],
    ["our issuer with a slash more", "issuer", () => ({ claims: { iss: `${attacked.provider.issuer}/` } })],
    ["no issuer", "issuer", () => ({ claims: { iss: undefined } })],
    ["the demonstration's issuer", "unknown key", () => ({ claims: { iss: "golden-thread-demonstration" } })],
    ["expired", "expired", () => ({ claims: { exp: seconds() - 31 } })],
    ["expired long ago", "expired", () => ({ claims: { exp: 0 } })],
    ["no end", "malformed", () => ({ claims: { exp: undefined } })],
    ["an end in words", "malformed", () => ({ claims: { exp: "2099-01-01" } })],
    ["future: issued tomorrow", "not yet valid", () => ({ claims: { iat: seconds() + 86_400 } })],
    ["future: issued in 40 seconds", "not yet valid", () => ({ claims: { iat: seconds() + 40 } })],
    ["future: valid from tomorrow", "not yet valid", () => ({ claims: { nbf: seconds() + 86_400 } })],
    ["a time of issue in words", "malformed", () => ({ claims: { iat: "now" } })],
    ["no subject", "malformed", () => ({ claims: { sub: undefined } })],
    ["an empty subject", "malformed", () => ({ claims: { sub: "" } })],
    ["a number as subject", "malformed", () => ({ claims: { sub: 7 } })],
    ["a list as subject", "malformed", () => ({ claims: { sub: ["known"] } })],
    ["a subject with a NUL", "malformed", () => ({ claims: { sub: "known\u0000" } })],
    ["a subject with half a character", "malformed", () => ({ claims: { sub: "known\ud800" } })],
    ["somebody unknown", "unknown subject", () => ({ claims: { sub: "stranger" } })],
    ["somebody in capitals", "unknown subject", () => ({ claims: { sub: "KNOWN" } })],
    ["a logout token", "kind", () => ({ header: { typ: "logout+jwt" } })],
    ["a proof of possession", "kind", () => ({ header: { typ: "dpop+jwt" } })],
    ["a token bound to its sender's key", "kind", () => ({ claims: { cnf: { jkt: "x" } } })],
  ])("%s", async (_what, reason, wanted) => {
    const verdict = await attacked.verdictOn(bearer(await attacked.provider.tokenOf(wanted())));
    if (reason === "unknown subject") expect({ ...verdict, message: "" }).toEqual({ ...refused(reason), message: "" });
    else expect(verdict).toEqual(refused(reason));
  });
});

test.each<[string, object]>([
  ["an extension that must be understood", { crit: ["urn:example"], "urn:example": true }],
  ["an extension that is not there", { crit: ["urn:example"] }],
  ["a list of no extensions", { crit: [] }],
  ["extensions that are no list", { crit: "b64" }],
  ["claims that are not encoded", { crit: ["b64"], b64: false }],
])("crit: %s", async (_what, more) => {
  const verdict = await attacked.verdictOn(bearer(await attacked.forged({ alg: "RS256", kid: "one", ...more })));
  expect([["malformed"], ["signature"]]).toContainEqual(verdict.reasons);
  expect(verdict).toEqual(refused(verdict.reasons.join()));
});

test("whatever header and claims hold, the token is refused, and the provider's keys are not blamed", async () => {
  const tokens = new TokenVerifier();
  tokens.trustRemote({ issuer: attacked.provider.issuer, audience: AUDIENCE, jwksUrl: attacked.provider.jwksUrl });
  const word = fc.constantFrom("alg", "kid", "typ", "crit", "b64", "jwk", "iss", "sub", "aud", "exp", "iat", "nbf");
  const part = fc.dictionary(word, fc.jsonValue({ maxDepth: 2 }));
  const property = fc.asyncProperty(part, part, fc.base64String(), async (header, claims, signature) => {
    const likely = { alg: "RS256", kid: "one", ...header };
    const text = [
      base64url(likely),
      base64url({ iss: attacked.provider.issuer, ...claims }),
      signature.replace(/\W/g, ""),
    ];
    await expect(tokens.subjectOf(`Bearer ${text.join(".")}`)).rejects.toBeInstanceOf(TokenRefusedError);
  });
  await fc.assert(property, { numRuns: 300 });
});
