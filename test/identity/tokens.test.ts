import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from "jose";
import { Client } from "../support/client";
import { demonstrationDatabase, NOW, serve, type Service } from "../support/service";

const ISSUER = "https://identity.example";
let service: Service;
let keys: { privateKey: CryptoKey; publicKey: CryptoKey };
beforeAll(async () => {
  keys = await generateKeyPair("RS256");
  service = await serve(await demonstrationDatabase(), {
    trust: (verifier) => verifier.trust({ issuer: ISSUER, audience: "golden-thread", keys: () => keys.publicKey }),
  });
  await service.database.owner.query(
    `with p as (insert into person (issuer, subject, label) values ($1, 'known', 'Analyst'), ($1, 'leaver', 'Leaver'), ($1, 'of-ended', 'Of an ended agency') returning id, subject)
     insert into membership (person_id, partnership_id, agency_id, role, valid_from, valid_to)
     select p.id, g.partnership_id, g.id, 'AGENCY_VIEWER', '2018-01-01', case p.subject when 'leaver' then date '2019-02-13' end
     from p join agency g on g.name = case p.subject when 'of-ended' then 'Wrenford Safeguarding Children Board' else 'Wrenshire Constabulary' end`,
    [ISSUER],
  );
});
afterAll(async () => {
  await service.stop();
  await service.database.drop();
});

interface Token {
  key?: CryptoKey | Uint8Array;
  alg?: string;
  issuer?: string;
  audience?: string;
  subject?: string | null;
  expires?: number;
  notBefore?: number;
}
const seconds = () => Math.floor(Date.now() / 1000);

async function token({
  key = keys.privateKey,
  alg = "RS256",
  issuer = ISSUER,
  audience = "golden-thread",
  subject = "known",
  expires = seconds() + 600,
  notBefore,
}: Token = {}) {
  const made = new SignJWT({}).setProtectedHeader({ alg }).setIssuer(issuer).setAudience(audience).setIssuedAt();
  if (subject !== null) made.setSubject(subject);
  if (expires > 0) made.setExpirationTime(expires);
  if (notBefore !== undefined) made.setNotBefore(notBefore);
  return made.sign(key);
}

async function verdict(authorization: string): Promise<[number, string | undefined]> {
  const response = await fetch(`${service.address}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization },
    body: JSON.stringify({ query: "{ viewer { label } }" }),
  });
  const { errors } = (await response.json().catch(() => ({}))) as { errors?: { extensions: { code: string } }[] };
  return [response.status, errors?.[0]?.extensions.code];
}
const REFUSED = [401, "UNAUTHENTICATED"];

test("a token that holds is let in", async () => {
  expect(await verdict(`Bearer ${await token()}`)).toEqual([200, undefined]);
  expect(await verdict(`bearer ${await token({ notBefore: seconds() - 5 })}`)).toEqual([200, undefined]);
});

test("every token that does not hold is refused, and never read as nobody", async () => {
  const other = await generateKeyPair("RS256");
  const none = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${(await token()).split(".")[1]}.`;
  const modulus = Buffer.from((await exportJWK(keys.publicKey)).n ?? "", "base64url");
  const good = await token();
  const cases: Record<string, string> = {
    "another key": `Bearer ${await token({ key: other.privateKey })}`,
    "no signature": `Bearer ${none}`,
    "no signature, filled": `Bearer ${none}AAAA`,
    "the public key as a shared secret": `Bearer ${await token({ key: new Uint8Array(modulus), alg: "HS256" })}`,
    expired: `Bearer ${await token({ expires: seconds() - 31 })}`,
    "not yet valid": `Bearer ${await token({ notBefore: seconds() + 120 })}`,
    "another audience": `Bearer ${await token({ audience: "another" })}`,
    "another issuer": `Bearer ${await token({ issuer: "https://elsewhere.example" })}`,
    "the demonstration's name under another key": `Bearer ${await token({ issuer: "golden-thread-demonstration" })}`,
    "no subject": `Bearer ${await token({ subject: null })}`,
    "an empty subject": `Bearer ${await token({ subject: "" })}`,
    "a subject with a NUL": `Bearer ${await token({ subject: "kno\u0000wn" })}`,
    "no expiry": `Bearer ${await token({ expires: 0 })}`,
    "a changed payload": `Bearer ${good.replace(/\.(.)/, (_, first: string) => `.${first === "e" ? "f" : "e"}`)}`,
    "another scheme": `Basic ${Buffer.from("known:x").toString("base64")}`,
    "nothing after the scheme": "Bearer",
    "no token": "Bearer x",
    "several tokens": `Bearer ${good}, Bearer ${good}`,
    "12 kB": `Bearer ${"a".repeat(4000)}.${"b".repeat(4000)}.${"c".repeat(4000)}`,
    "somebody unknown": `Bearer ${await token({ subject: "stranger" })}`,
    "a quote in the subject": `Bearer ${await token({ subject: "known'; select 1; --" })}`,
    "a leaver": `Bearer ${await token({ subject: "leaver" })}`,
    "the people of an agency that has ended": `Bearer ${await token({ subject: "of-ended" })}`,
  };
  for (const [name, authorization] of Object.entries(cases))
    expect([name, await verdict(authorization)]).toEqual([name, REFUSED]);
  expect((await verdict(`Bearer ${"x".repeat(40_000)}`))[0]).toBe(431);
});

test("a membership that ends shuts out the very next request", async () => {
  const client = new Client(`${service.address}/graphql`, () => token());
  expect((await client.ask("{ viewer { label } }")).errors).toEqual([]);
  const day = NOW.toISOString().slice(0, 10);
  const until = (to: string | null) =>
    service.database.owner.query(
      "update membership set valid_to = $1 where person_id = (select id from person where subject = 'known')",
      [to],
    );
  await until(day);
  expect((await client.ask("{ viewer { label } }")).errors).toEqual([]);
  await until("2019-02-13");
  expect((await client.ask("{ viewer { label } }")).status).toBe(401);
  expect((await client.ask("{ __typename }")).errors[0]?.extensions.code).toBe("UNAUTHENTICATED");
  await until(null);
});

test("headers that name somebody are nobody's word", async () => {
  const response = await fetch(`${service.address}/graphql`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-user-id": "known",
      "x-forwarded-user": "known",
      cookie: "token=known",
    },
    body: JSON.stringify({ query: "{ viewer { label } }" }),
  });
  expect(await response.text()).toContain("UNAUTHENTICATED");
});
