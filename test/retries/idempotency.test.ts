import { buildSchema, isInputObjectType, isNonNullType } from "graphql";
import fc from "fast-check";
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { join } from "node:path";
import { canonical } from "../../src/domains/retries/canonical";
import { globalId } from "../../src/platform/graphql/ids";
import { Client } from "../support/client";
import type { TestDatabase } from "../support/database";
import { enrol } from "../support/enrol";
import { NOW, serve, type Service } from "../support/service";
import { demonstrationOfWriters, entries, POLICE, state } from "../support/writes";
import { untilWaiting } from "../support/until";

const RATE = `mutation ($input: AddRatingInput!) {
  addRating(input: $input) { action { id reference } userErrors { code field message } } }`;
const EDIT = `mutation ($input: EditActionTextInput!) {
  editActionText(input: $input) { action { title version } userErrors { code field currentVersion } } }`;

type Payload = Record<string, unknown> & { userErrors: { code: string; field: string[] | null; message: string }[] };

let database: TestDatabase;
let service: Service;
let actions: Readonly<Record<string, string>>;
let officer: Client;
let keys = 0;
const newKey = () => `key-${String(++keys)}`;

beforeAll(async () => {
  ({ database, service, actions } = await demonstrationOfWriters());
  await enrol(database, "second-officer", [{ role: "PARTNERSHIP_OFFICER" }]);
  officer = service.as("wrenford-officer");
});
afterAll(async () => {
  await service.stop();
  await database.drop();
});

const rating = (rest: object = {}, reference = "5.2") => ({
  action: globalId("Action", actions[reference] ?? ""),
  dimension: "DELIVERY",
  value: "RED",
  asAt: "2019-02-14",
  rationale: "Seen at the visit",
  ...rest,
});
const moving = () => state(database, "rating", "action", "progress_update", "idempotent_request");
/** Sends a mutation of one field; gives its payload. */
async function send(client: Client, mutation: string, input: object, key?: string): Promise<Payload> {
  const { data, text } = await client.ask<Record<string, Payload>>(
    mutation,
    { input },
    key === undefined ? {} : { "idempotency-key": key },
  );
  const [payload] = Object.values(data ?? {});
  if (!payload) throw new Error(text);
  return payload;
}
const codes = ({ userErrors }: Payload) =>
  userErrors.map(({ code, field }) => (field ? `${code} ${field.join(".")}` : code));
const ratings = async () => {
  const [row] = await database.owner.query<{ count: number }[]>("select count(*) as count from rating");
  return row?.count ?? 0;
};
const conflicts = async () => {
  const [row] = await database.owner.query<{ count: number }[]>(
    `select count(*) as count from audit_entry where outcome = 'REFUSED' and detail -> 'codes' ? 'CONFLICT'`,
  );
  return row?.count ?? 0;
};

test("every mutation's input has the key, and a description of it", () => {
  const schema = buildSchema(readFileSync(join(__dirname, "../../schema.graphql"), "utf8"));
  const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});
  expect(mutations.length).toBeGreaterThan(15);
  for (const { name, args } of mutations) {
    const type = args.find((arg) => arg.name === "input")?.type;
    const input = isNonNullType(type) ? type.ofType : type;
    const key = isInputObjectType(input) ? input.getFields().idempotencyKey : undefined;
    expect([name, String(key?.type), key?.description]).toEqual([
      name,
      "String",
      expect.stringMatching(/safe to send again/) as string,
    ]);
  }
});

test.each(["header", "input"])(
  "sent again by the %s's key, a mutation gives its first answer and changes nothing",
  async (way) => {
    const key = newKey();
    const again = () =>
      way === "header" ? send(officer, RATE, rating(), key) : send(officer, RATE, rating({ idempotencyKey: key }));
    const before = [await ratings(), (await entries(database)).length];
    const first = await again();
    expect(first).toEqual({ action: { id: rating().action, reference: "5.2" }, userErrors: [] });
    const after = await moving();
    for (let time = 0; time < 3; time += 1) expect(await again()).toEqual(first);
    expect(await moving()).toEqual(after);
    expect([await ratings(), (await entries(database)).length]).toEqual(before.map((count) => count + 1));
    // without a key the same is done again
    await send(officer, RATE, rating());
    expect(await ratings()).toBe((before[0] ?? 0) + 2);
  },
);

test("the header and the input are one key, and the order of the input's fields does not matter", async () => {
  const key = newKey();
  const before = await ratings();
  const first = await send(officer, RATE, rating({ rationale: "Because" }), key);
  const { action, ...rest } = rating({ rationale: "Because" });
  expect(await send(officer, RATE, { idempotencyKey: key, ...rest, action })).toEqual(first);
  expect(await send(officer, RATE, { ...rest, action, idempotencyKey: key }, key)).toEqual(first);
  expect(await ratings()).toBe(before + 1);
});

test("the same key with another input, or for another mutation, is a conflict that changes nothing and is in the trail", async () => {
  const key = newKey();
  expect(codes(await send(officer, RATE, rating(), key))).toEqual([]);
  const [before, refused] = [await moving(), await conflicts()];
  expect(codes(await send(officer, RATE, rating({ value: "GREEN" }), key))).toEqual(["CONFLICT"]);
  expect(codes(await send(officer, RATE, rating({ rationale: null }), key))).toEqual(["CONFLICT"]);
  expect(codes(await send(officer, RATE, rating({ value: "GREEN", idempotencyKey: key })))).toEqual([
    "CONFLICT input.idempotencyKey",
  ]);
  const other = await send(officer, EDIT, { action: rating().action, expectedVersion: 1, title: "Another title" }, key);
  expect([other.action, codes(other)]).toEqual([null, ["CONFLICT"]]);
  expect(await moving()).toEqual(before);
  expect(await conflicts()).toBe(refused + 4);
  // and the first is still there to be asked for
  expect(codes(await send(officer, RATE, rating(), key))).toEqual([]);
  expect(await moving()).toEqual(before);
});

test("eight at once under one key: one does it, the others wait for it and give its answer", async () => {
  const key = newKey();
  const before = [await ratings(), (await entries(database)).length];
  const answers = await Promise.all(Array.from({ length: 8 }, () => send(officer, RATE, rating(), key)));
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(codes(answers[0]!)).toEqual([]);
  expect([await ratings(), (await entries(database)).length]).toEqual(before.map((count) => count + 1));
});

test("two at once under one key with different inputs: one is done, the other is a conflict", async () => {
  const key = newKey();
  const before = await ratings();
  const answers = await Promise.all(["RED", "GREEN"].map((value) => send(officer, RATE, rating({ value }), key)));
  expect(answers.flatMap(codes)).toEqual(["CONFLICT"]);
  expect(await ratings()).toBe(before + 1);
});

test("the second waits for a first that is undone, and then does it itself", async () => {
  const key = newKey();
  const id = actions["6.3"] ?? "";
  const version = async () =>
    (await database.owner.query<{ version: number }[]>("select version from action where id = $1", [id]))[0]!.version;
  const input = { action: globalId("Action", id), expectedVersion: await version(), title: "Once or not at all" };
  // the first waits for the row, finds another version there and is refused
  const holder = database.owner.createQueryRunner();
  await holder.startTransaction();
  await holder.query("update action set version = version + 1 where id = $1", [id]);
  const both = [send(officer, EDIT, input, key), send(officer, EDIT, input, key)];
  await untilWaiting(database.owner, 2);
  await holder.commitTransaction();
  await holder.release();
  expect((await Promise.all(both)).map(codes)).toEqual([
    ["CONFLICT input.expectedVersion"],
    ["CONFLICT input.expectedVersion"],
  ]);
  // refused under the key, and so tried again under it once it is right
  await database.owner.query("update action set version = version - 1 where id = $1", [id]);
  const done = await send(officer, EDIT, input, key);
  expect(done).toEqual({ action: { title: "Once or not at all", version: input.expectedVersion + 1 }, userErrors: [] });
  expect(await send(officer, EDIT, input, key)).toEqual(done);
});

test("whatever is sent at once under whichever keys, each key of each person stands for one input and is done once", async () => {
  const sent = fc.record({
    actor: fc.constantFrom("wrenford-officer", "second-officer"),
    name: fc.integer({ min: 1, max: 3 }),
    value: fc.constantFrom("RED", "AMBER", "GREEN"),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(sent, { minLength: 1, maxLength: 10 }), async (requests) => {
      const keys = new Map(requests.map(({ name }) => [name, newKey()]));
      const before = [await ratings(), (await entries(database)).length];
      const answers = await Promise.all(
        requests.map(async ({ actor, name, value }) => {
          const answer = await send(service.as(actor), RATE, rating({ value }), keys.get(name));
          return { owner: `${actor} ${String(name)}`, value, codes: codes(answer) };
        }),
      );
      const owners = [...new Set(answers.map(({ owner }) => owner))];
      for (const owner of owners) {
        const mine = answers.filter((answer) => answer.owner === owner);
        const done = new Set(mine.filter(({ codes: told }) => told.length === 0).map(({ value }) => value));
        expect(done.size).toBe(1);
        for (const { value, codes: told } of mine) expect(told).toEqual(done.has(value) ? [] : ["CONFLICT"]);
      }
      expect([await ratings(), (await entries(database)).length]).toEqual(before.map((count) => count + owners.length));
    }),
    { numRuns: 15 },
  );
});

test("an input is the same however its fields are ordered, and no other", () => {
  const input = fc.dictionary(fc.string({ maxLength: 3 }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 5 });
  fc.assert(
    fc.property(input, input, (one, other) => {
      const turned = Object.fromEntries(Object.entries(one).reverse());
      expect(canonical(turned)).toBe(canonical(one));
      const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;
      expect(canonical(one) === canonical(other)).toBe(isDeepStrictEqual(plain(one), plain(other)));
      // how deep a list lies, and what is in which order there, is of the input
      expect(canonical([one, other]) === canonical([other, one])).toBe(canonical(one) === canonical(other));
    }),
  );
});

test("another person's same key is another key", async () => {
  const key = newKey();
  const before = await ratings();
  const [mine, hers] = [officer, service.as("second-officer")];
  expect(codes(await send(mine, RATE, rating(), key))).toEqual([]);
  expect(codes(await send(hers, RATE, rating({ value: "GREEN" }), key))).toEqual([]);
  expect(codes(await send(service.as("coventry-officer"), RATE, rating({ value: "GREEN" }), key))).toEqual([
    "FORBIDDEN input.action",
  ]);
  expect(await ratings()).toBe(before + 2);
});

test("several mutations in one document share the header, each by its name in the answer", async () => {
  const key = newKey();
  const document = `mutation ($one: AddRatingInput!, $other: AddRatingInput!) {
    one: addRating(input: $one) { userErrors { code } }
    other: addRating(input: $other) { userErrors { code } } }`;
  const ask = async (other: object) =>
    (
      await officer.ask<Record<string, Payload>>(
        document,
        { one: rating(), other: rating(other) },
        { "idempotency-key": key },
      )
    ).data;
  const before = await ratings();
  const done = { one: { userErrors: [] }, other: { userErrors: [] } };
  expect(await ask({})).toEqual(done);
  expect(await ask({})).toEqual(done);
  expect(await ratings()).toBe(before + 2);
  expect(await ask({ value: "GREEN" })).toEqual({ ...done, other: { userErrors: [{ code: "CONFLICT" }] } });
  expect(await ratings()).toBe(before + 2);
});

test.each([
  ["", "header"],
  ["two words", "header"],
  ["x".repeat(256), "header"],
  ["", "input"],
  ["two words", "input"],
  ["tab\t", "input"],
  ["żółw", "input"],
  ["nul\0", "input"],
  ["x".repeat(256), "input"],
])("%j is no key in the %s", async (key, way) => {
  const before = await moving();
  const { errors, data } = await officer.ask(
    RATE,
    { input: rating(way === "input" ? { idempotencyKey: key } : {}) },
    way === "header" ? { "idempotency-key": key } : {},
  );
  expect([data, errors.map(({ extensions: { code, field } }) => [code, field?.join(".")])]).toEqual([
    null,
    [["BAD_USER_INPUT", way === "input" ? "input.idempotencyKey" : undefined]],
  ]);
  expect(await moving()).toEqual(before);
});

test("a key of 255 signs is one, null is none, and a header and an input that differ are told", async () => {
  const key = `${newKey()}${"~".repeat(255)}`.slice(0, 255);
  const before = await ratings();
  await send(officer, RATE, rating(), key);
  await send(officer, RATE, rating(), key);
  expect(await ratings()).toBe(before + 1);
  await send(officer, RATE, rating({ idempotencyKey: null }));
  expect(await ratings()).toBe(before + 2);
  const { errors } = await officer.ask(RATE, { input: rating({ idempotencyKey: "a" }) }, { "idempotency-key": "b" });
  expect(errors.map(({ extensions }) => extensions.code)).toEqual(["BAD_USER_INPUT"]);
  expect(await ratings()).toBe(before + 2);
});

test("a key of a query means nothing, whatever it is", async () => {
  const { status, errors } = await officer.ask("{ viewer { label } }", {}, { "idempotency-key": "not a key" });
  expect([status, errors]).toEqual([200, []]);
});

test("what is kept names what was done, and no word that was written", async () => {
  const key = newKey();
  await send(service.as("police-lead"), SAVE, { ...draft, riskNote: "A word that nobody else may read" }, key);
  const [row] = await database.owner.query<{ text: string; result: unknown; mutation: string; sha: string }[]>(
    "select r::text as text, result, mutation, encode(input_sha256, 'hex') as sha from idempotent_request r where key = $1",
    [key],
  );
  expect(row?.text).not.toMatch(/word/);
  expect(row).toMatchObject({
    mutation: "saveProgressDraft",
    result: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    sha: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  });
});
const SAVE = `mutation ($input: SaveProgressDraftInput!) {
  saveProgressDraft(input: $input) { progressUpdate { id riskNote } userErrors { code field message } } }`;
const draft = {
  get action() {
    return rating().action;
  },
  periodEnd: "2019-12-31",
};

test("the answer is what the caller may read now: rights that are gone are gone for repetitions too", async () => {
  const person = await enrol(database, "leaving", [
    { role: "AGENCY_CONTRIBUTOR", agency: POLICE },
    { role: "AGENCY_VIEWER", agency: "Wrenford Homes" },
  ]);
  const key = newKey();
  const leaving = service.as("leaving");
  const input = { action: rating().action, periodEnd: "2020-03-31", riskNote: "Ours", agency: undefined };
  const first = await send(leaving, SAVE, input, key);
  expect(first).toMatchObject({ progressUpdate: { riskNote: "Ours" }, userErrors: [] });
  // a colleague goes on with it: a repetition shows it as it now is
  await send(service.as("police-lead"), SAVE, { ...input, riskNote: "Ours, amended" });
  expect(await send(leaving, SAVE, input, key)).toMatchObject({ progressUpdate: { riskNote: "Ours, amended" } });
  await database.owner.query(
    "update membership set ended_at = '2019-01-01' where person_id = $1 and role = 'AGENCY_CONTRIBUTOR'",
    [person],
  );
  const after = await leaving.ask(SAVE, { input }, { "idempotency-key": key });
  expect(after.errors.map(({ extensions }) => extensions.code)).toEqual(["FORBIDDEN"]);
  expect(after.text).not.toContain("Ours");
});

test("whoever is nobody here yet takes up an invitation once, and is answered the same at the same moment and later", async () => {
  const key = newKey();
  const invite = `mutation ($input: InvitePersonInput!) { invitePerson(input: $input) { code userErrors { code field message } } }`;
  const accept = `mutation ($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { membership { id role } userErrors { code field message } } }`;
  const offer = { agency: await agency(POLICE), role: "AGENCY_VIEWER", label: "Duty desk" };
  const { code } = await send(service.as("police-lead"), invite, offer);
  const newcomer = service.as("newcomer");
  const answers = await Promise.all(Array.from({ length: 4 }, () => send(newcomer, accept, { code }, key)));
  answers.push(await send(newcomer, accept, { code }, key));
  expect(answers.flatMap(codes)).toEqual([]);
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(answers[0]).toMatchObject({ membership: { role: "AGENCY_VIEWER" } });
  // without the key the code is used up
  expect(codes(await send(newcomer, accept, { code }))).toEqual(["NOT_FOUND input.code"]);
  const [row] = await database.owner.query<{ held: number; entries: number }[]>(
    `select (select count(*) from membership m where m.person_id = p.id) as held,
       (select count(*) from audit_entry e where e.actor_id = p.id and e.outcome = 'DONE') as entries from person p where p.subject = 'newcomer'`,
  );
  expect(row).toEqual({ held: 1, entries: 1 });
});
const agency = async (name: string) => {
  const [row] = await database.owner.query<{ id: string }[]>("select id from agency where name = $1", [name]);
  return globalId("Agency", row?.id ?? "");
};

test("after a day a key is a new one, a clock that steps back makes none, and a few of the expired are swept each time", async () => {
  const at = async (hours: number, work: (client: Client) => Promise<unknown>) => {
    const then = await serve(database, { now: new Date(NOW.getTime() + hours * 3_600_000) });
    await work(then.as("wrenford-officer")).finally(() => then.stop());
  };
  const key = newKey();
  const before = await ratings();
  await send(officer, RATE, rating(), key);
  await at(-1, (client) => send(client, RATE, rating({}), key));
  await at(24, (client) => send(client, RATE, rating(), key));
  expect(await ratings()).toBe(before + 1);
  await at(24.1, (client) => send(client, RATE, rating({ value: "GREEN" }), key));
  expect(await ratings()).toBe(before + 2);

  const left = async () => {
    const [row] = await database.owner.query<{ old: number; kept: number }[]>(
      "select count(*) filter (where at < '2019-02-10') as old, count(*) filter (where at >= '2019-02-10') as kept from idempotent_request",
    );
    return row;
  };
  // somebody else's, from long ago
  await database.owner.query(
    `insert into idempotent_request (person_id, key, mutation, input_sha256, at)
     select p.id, 'old-' || n, 'addRating', sha256(''), '2019-02-01' from person p, generate_series(1, 25) n where p.subject = 'second-officer'`,
  );
  const { kept = 0 } = (await left()) ?? {};
  for (const old of [15, 5, 0, 0]) {
    await send(officer, RATE, rating(), newKey());
    expect((await left())?.old).toBe(old);
  }
  expect((await left())?.kept).toBe(kept + 4);
});
