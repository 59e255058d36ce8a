import { getNamedType, isObjectType } from "graphql";
import { actorsOf } from "../permissions/proof/actors";
import { keepTables, prepareWorld, type Proven } from "../permissions/proof/database";
import { digests } from "../permissions/proof/mutations";
import { type Expected, OPERATIONS } from "../permissions/proof/operations";
import { publishedSchema, selectionOf } from "../permissions/proof/published-schema";
import { NOW } from "../permissions/proof/world";
import { OUTSIDE } from "../permissions/reading-rows";
import { createTestDatabase } from "../support/database";
import { serve, type Service } from "../support/service";

/**
 * Every mutation that the schema has is done once by a key and sent twice. What is sent is what the proof of permissions sends
 * (test/permissions/proof/operations.ts), so that a mutation is asked from the day it exists.
 */
let proven: Proven;
let service: Service;
beforeAll(async () => {
  proven = await prepareWorld(await createTestDatabase());
  service = await serve(proven.database, { now: NOW });
});
afterAll(async () => {
  await service.stop();
  await proven.database.drop();
});

/** Mutations whose answer holds what is shown once; the field that does. */
const SHOWN_ONCE: Readonly<Record<string, string>> = {
  createServiceAccount: "token",
  invitePerson: "code",
  rotateServiceToken: "token",
};

type Answered = Record<string, Record<string, unknown> & { userErrors: { code: string }[] }>;

/**
 * Mutations that the proof of permissions sends where they cannot be done: how those who may are told so, and what, written
 * by the tables' owner, makes the same input one that can be done for them.
 */
const PREPARED: Readonly<Record<string, { told: string; first: (proven: Proven) => readonly string[] }>> = {
  fileHighlightReport: { told: "CONFLICT", first: (world) => [bothGreen(world)] },
  holdMeeting: {
    told: "BAD_USER_INPUT",
    first: () => ["update meeting set day = '2019-02-13' where state = 'PLANNED'"],
  },
  reopenAction: { told: "CONFLICT", first: (world) => [standing(world, "COMPLETED")] },
  reopenTrackedItem: {
    told: "CONFLICT",
    first: () => ["update tracked_item set status = 'CLOSED', closed_on = '2019-02-01' where status = 'OPEN'"],
  },
  signOffAction: {
    told: "CONFLICT",
    first: (world) => [
      bothGreen(world),
      standing(world, "COMPLETED"),
      // after every rating that is there
      `insert into highlight_report (partnership_id, action_id, agency_id, number, target_met, embedded, evidence, filed_at)
       select a.partnership_id, a.id, '${world.world.agencies.police ?? ""}', 1, 'Met', 'Lasts', 'Seen',
         (select max(r.recorded_at) from rating r where r.action_id = a.id) from action a where a.id = '${firstAction(world)}'`,
      // and decided after that, whenever the world was made
      "update decision set decided_on = 'infinity' where kind = 'SIGN_OFF'",
    ],
  },
  signOffPlan: {
    told: "CONFLICT",
    first: (world) => [
      `update plan set signed_off_on = null where id = (select plan_id from action where id = '${firstAction(world)}')`,
      `update action set status = 'COMPLETED' where coalesce(status, '') not in ('SIGNED_OFF', 'SUPERSEDED')`,
    ],
  },
};
const firstAction = ({ world }: Proven) => world.actions["ashby-plan A1"]?.id ?? "";
const standing = (world: Proven, status: string) =>
  `update action set status = '${status}' where id = '${firstAction(world)}'`;
const bothGreen = (world: Proven) =>
  `insert into rating (partnership_id, action_id, scheme_id, dimension, value, basis, as_at, recorded_at)
   select a.partnership_id, a.id, s.id, d, 'GREEN', 'MODERATED', '2019-02-14', '${NOW.toISOString()}'
   from action a join rating_scheme s on s.plan_id = a.plan_id, unnest(array['DELIVERY', 'IMPACT']) d where a.id = '${firstAction(world)}'`;

const isAnswered = (expected: Expected, told: string | undefined): boolean =>
  told === undefined ? expected.kind === "done" : expected.kind === "told" && expected.code === told;

const mutations = publishedSchema().getMutationType()?.getFields() ?? {};

test.each(Object.keys(mutations))("%s sent twice with one key is done once, and answered the same", async (name) => {
  const field = mutations[name]!;
  const payload = getNamedType(field.type);
  const input = field.args.find((arg) => arg.name === "input");
  if (!isObjectType(payload) || !input) throw new Error(`${name} has no payload or no input`);
  const document = `mutation ($input: ${String(input.type)}) { ${name}(input: $input) ${selectionOf(payload, () => true)} }`;
  const tables = Object.keys(proven.facts.tables).filter((table) => !OUTSIDE.includes(table));
  const asItWas = await digests(proven.database, tables);
  const putBack = await keepTables(proven.database, tables);
  const changedSince = async (before: Map<string, string>) => {
    const now = await digests(proven.database, tables);
    return tables.filter((table) => before.get(table) !== now.get(table));
  };
  const actors = await actorsOf(service, proven.world, proven.facts);
  const prepared = PREPARED[name];

  let tried = 0;
  for (const sample of OPERATIONS[name] ?? []) {
    const actor = actors.find((one) => one.admitted && isAnswered(sample.expected(one, proven), prepared?.told));
    if (!actor) continue;
    tried += 1;
    try {
      for (const statement of prepared?.first(proven) ?? []) await proven.database.owner.query(statement);
      const before = await digests(proven.database, tables);
      const variables = { input: { ...sample.input(proven), idempotencyKey: "of-every-mutation" } };
      const first = await actor.client.ask<Answered>(document, variables);
      expect([first.errors, first.data?.[name]?.userErrors]).toEqual([[], []]);
      const changed = await changedSince(before);
      expect(changed).toContain("idempotent_request");
      const done = await digests(proven.database, tables);

      const second = await actor.client.ask<Answered>(document, variables);
      const [kept] = await proven.database.owner.query<{ text: string }[]>(
        "select string_agg(r::text, ' ') as text from idempotent_request r",
      );
      expect(kept?.text).not.toMatch(/gt[a-z]_[\w-]{20}/);
      const secret = SHOWN_ONCE[name];
      if (secret === undefined) {
        expect(second.text).toBe(first.text);
        expect(await changedSince(done)).toEqual([]);
      } else {
        expect(second.data?.[name]).toMatchObject({ [secret]: null, userErrors: [{ code: "CONFLICT" }] });
        // that it was refused is in the trail
        expect(await changedSince(done)).toEqual(["audit_entry"]);
        const shown = String(first.data?.[name]?.[secret]);
        expect(shown).toMatch(/^gt[a-z]_[\w-]{20}/);
        expect(kept?.text).not.toContain(shown);
      }
    } finally {
      await putBack(await changedSince(asItWas));
    }
  }
  expect(tried).toBeGreaterThan(0);
});
