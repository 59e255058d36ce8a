import { TokenVerifier } from "../../src/platform/http/tokens";
import { serve } from "../support/service";
import { ACCEPTED, Attacked, bearer, refused } from "./attacked";
import { seconds } from "./stub-provider";

let attacked: Attacked;
beforeAll(async () => {
  attacked = await Attacked.start();
});
afterAll(() => attacked.stop());

describe("oversized", () => {
  const withClaim = (size: number) => attacked.provider.tokenOf({ claims: { groups: "g".repeat(size) } });

  test("8,192 characters are read, one more is refused", async () => {
    // four characters of a token hold three of its claims
    let size = Math.floor(((8_192 - (await withClaim(0)).length) * 3) / 4) - 4;
    while ((await withClaim(size + 1)).length <= 8_192) size += 1;
    const longest = await withClaim(size);
    expect(longest.length).toBeGreaterThanOrEqual(8_190);
    expect(await attacked.verdictOn(bearer(longest))).toEqual(ACCEPTED);
    expect(await attacked.verdictOn(bearer(await withClaim(size + 1)))).toEqual(refused("oversized"));
  });

  test.each([17_000, 40_000, 300_000])("headers of %d bytes answer a typed 431", async (size) => {
    const { status, headers, body } = await attacked.raw(`Authorization: Bearer ${"x".repeat(size)}`);
    expect([status, headers]).toEqual([431, expect.stringMatching(/^content-type: application\/json/m)]);
    expect(JSON.parse(body)).toMatchObject({ errors: [{ extensions: { code: "BAD_USER_INPUT" } }] });
    expect(await attacked.verdictOn(bearer(await attacked.provider.tokenOf()))).toEqual(ACCEPTED);
  });

  test("what is no HTTP at all answers a typed 400", async () => {
    const { status, body } = await attacked.raw("A header without a colon");
    expect([status, JSON.parse(body)]).toMatchObject([400, { errors: [{ extensions: { code: "BAD_USER_INPUT" } }] }]);
  });
});

describe("headers", () => {
  test("several Authorization headers are refused, whichever holds", async () => {
    const good = await attacked.provider.tokenOf();
    for (const [first, second] of [
      [good, "x"],
      ["x", good],
      [good, good],
    ]) {
      attacked.refusals.length = 0;
      const { status, body } = await attacked.raw(`Authorization: Bearer ${first}\r\nauthorization: Bearer ${second}`);
      expect([status, JSON.parse(body)]).toMatchObject([
        401,
        { errors: [{ extensions: { code: "UNAUTHENTICATED" } }] },
      ]);
      expect(attacked.refusals.map(({ reason }) => reason)).toEqual(["malformed"]);
    }
  });

  test.each(["", "Bearer", "Bearer x", "Bearer ..", "Bearer a.b.c", "Basic a25vd246eA==", "Bearer e30.e30.e30"])(
    "%j is refused and never read as nobody",
    async (authorization) => {
      const { status, code } = await attacked.verdictOn({ authorization });
      expect([status, code, attacked.refusals.length]).toEqual([401, "UNAUTHENTICATED", 1]);
    },
  );

  test("two tokens in one header, and the other scheme's name", async () => {
    const good = await attacked.provider.tokenOf();
    for (const authorization of [`Bearer ${good}, Bearer ${good}`, `Bearer ${good} ${good}`, `DPoP ${good}`, good])
      expect(await attacked.verdictOn({ authorization })).toEqual(refused("malformed"));
  });

  test("a token in the address is no token", async () => {
    const token = await attacked.provider.tokenOf();
    const address = `${attacked.service.address}/graphql?access_token=${token}&query=${encodeURIComponent("{ viewer { label } }")}`;
    const response = await fetch(address, { headers: { "apollo-require-preflight": "1" } });
    expect(await response.text()).toContain("UNAUTHENTICATED");
  });
});

describe("replayed", () => {
  test("a token of an earlier start of the demonstration", async () => {
    const before = await serve(attacked.service.database);
    const token = await before.tokenFor("wrenford-officer");
    expect((await before.as("wrenford-officer").ask("{ viewer { label } }")).status).toBe(200);
    await before.stop();
    expect(await attacked.verdictOn(bearer(token))).toEqual(refused("signature"));
  });

  test("at a service of another audience", async () => {
    const tokens = new TokenVerifier();
    tokens.trustRemote({ issuer: attacked.provider.issuer, audience: "portal", jwksUrl: attacked.provider.jwksUrl });
    const replayed = `Bearer ${await attacked.provider.tokenOf()}`;
    await expect(tokens.subjectOf(replayed)).rejects.toMatchObject({ reason: "audience" });
  });

  test("after its end", async () => {
    const token = await attacked.provider.tokenOf({ claims: { exp: seconds() - 25 } });
    expect(await attacked.verdictOn(bearer(token))).toEqual(ACCEPTED);
    await new Promise((resolve) => setTimeout(resolve, 6_100));
    expect(await attacked.verdictOn(bearer(token))).toEqual(refused("expired"));
  });

  test("after the membership has ended", async () => {
    const token = await attacked.provider.tokenOf();
    const end = (day: string | null) =>
      attacked.service.database.owner.query(
        "update membership set valid_to = $1 where person_id = (select id from person where issuer = $2)",
        [day, attacked.provider.issuer],
      );
    await end("2019-02-13");
    expect(await attacked.verdictOn(bearer(token))).toMatchObject({ status: 401, reasons: ["unknown subject"] });
    await end(null);
    expect(await attacked.verdictOn(bearer(token))).toEqual(ACCEPTED);
  });
});
