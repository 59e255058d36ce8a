import { globalId } from "../../src/platform/graphql/ids";
import { enrol } from "../support/enrol";
import { agencyIds, GRANT, REVOKE } from "../support/grants";
import { demonstrationDatabase, serve, type Service } from "../support/service";
import type { Client } from "../support/client";
import { BOARD, keeps, MINE, reuses } from "./asking";

let service: Service;
let agencies: Map<string, string>;
const actions: Record<string, string> = {};
const HOUSING = "Wrenford Homes";
beforeAll(async () => {
  service = await serve(await demonstrationDatabase());
  const { owner } = service.database;
  agencies = await agencyIds(service);
  for (const { id, reference } of await owner.query<{ id: string; reference: string }[]>(
    "select a.id, a.reference from action a join plan p on p.id = a.plan_id where p.slug = 'safeguarding-2018-2020'",
  ))
    actions[reference] = globalId("Action", id);
  await enrol(service.database, "housing-lead", [{ role: "AGENCY_LEAD", agency: HOUSING }]);
  await enrol(service.database, "reader", [{ role: "AGENCY_VIEWER", agency: HOUSING }]);
  await enrol(service.database, "twice", [
    { role: "AGENCY_VIEWER", agency: HOUSING },
    { role: "AGENCY_VIEWER", agency: "Wrenshire Constabulary" },
  ]);
});
afterAll(async () => {
  await service.stop();
  await service.database.drop();
});

const officer = () => service.as("wrenford-officer");
const reader = () => service.as("reader");
const done = async (client: Client, name: string, input: object, selection = "") => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const text = `mutation ($input: ${type}!) { done: ${name}(input: $input) { ${selection} userErrors { code message } } }`;
  const { done: outcome } = await client.data<{ done: Record<string, unknown> }>(text, { input });
  expect(outcome["userErrors"]).toEqual([]);
  return outcome;
};

let grant: unknown;
let invitation: unknown;
let opening: unknown;
/** One of each kind of change that the API makes; each is told at once, though an answer was kept. */
const changes: [string, () => Promise<unknown>][] = [
  [
    "a draft",
    () =>
      done(service.as("wrenford-housing-contributor"), "saveProgressDraft", {
        action: actions["8.1"],
        periodEnd: "2019-06-30",
        overallProgress: "Begun",
      }),
  ],
  [
    "a rating",
    () =>
      done(officer(), "addRating", {
        action: actions["8.1"],
        dimension: "DELIVERY",
        value: "RED",
        asAt: "2019-02-14",
        rationale: "The money is not agreed",
      }),
  ],
  [
    "a text",
    () => done(officer(), "editActionText", { action: actions["8.1"], expectedVersion: 1, title: "Another title" }),
  ],
  [
    "a grant",
    async () =>
      (grant = (
        await done(
          officer(),
          "grantFieldAccess",
          {
            partnership: "wrenford",
            agency: agencies.get(`wrenford/${HOUSING}`),
            type: "Rating",
            field: "rationale",
            operation: "READ",
            effect: "ALLOW",
            reason: "A reason of the officers",
          },
          "grant { id }",
        )
      )["grant"]),
  ],
  ["a grant taken back", () => done(officer(), "revokeFieldGrant", { grant: (grant as { id: string }).id })],
  [
    "an invitation",
    async () =>
      (invitation = (
        await done(
          service.as("housing-lead"),
          "invitePerson",
          { agency: agencies.get(`wrenford/${HOUSING}`), role: "AGENCY_VIEWER", label: "Analyst" },
          "code",
        )
      )["code"]),
  ],
  ["a newcomer", () => done(service.as("newcomer"), "acceptInvitation", { code: invitation })],
  [
    "an opening",
    async () =>
      (opening = (
        await done(
          officer(),
          "openRestrictedRecord",
          {
            action: actions["5.2"],
            agency: agencies.get("wrenford/Wrenshire Constabulary"),
            reason: "A child was taken to hospital this morning.",
          },
          "opening { id }",
        )
      )["opening"]),
  ],
  [
    "a review of it",
    () =>
      done(service.as("wrenford-chair"), "reviewRecordOpening", {
        opening: (opening as { id: string }).id,
        note: "It was needed.",
      }),
  ],
  [
    "an import",
    () =>
      done(officer(), "importPlan", {
        plan: plan("neglect-2019"),
        fileName: "plan.csv",
        content: Buffer.from("Ref,Action,Lead,Target date\n90.1,Check the list,Housing,31/03/2020\n").toString(
          "base64",
        ),
      }),
  ],
];
const plans: Record<string, string> = {};
const plan = (slug: string) => plans[slug] ?? "";

test.each(changes)("%s: nothing kept before it is given again", async (_what, change) => {
  for (const { id, slug } of await service.database.owner.query<{ id: string; slug: string }[]>(
    "select id, slug from plan",
  ))
    plans[slug] = globalId("Plan", id);
  expect(await keeps(service, reader(), MINE, { first: 20 })).toBe(true);
  expect(await keeps(service, reader(), BOARD)).toBe(true);
  await change();
  expect(await reuses(service, reader(), MINE, { first: 20 })).toBe(false);
  expect(await reuses(service, reader(), BOARD)).toBe(false);
  expect(await reuses(service, reader(), BOARD)).toBe(true);
});

test("a grant shows at the next request, and is gone at the next one after it is taken back", async () => {
  const query = `{ partnership(slug: "wrenford") { actions(first: 50) { nodes { reference ratings { delivery { rationale } } } } } }`;
  const rationales = async () => {
    const { text } = await service.as("wrenford-police-viewer").ask(query);
    return (text.match(/"rationale":"/g) ?? []).length;
  };
  const before = await rationales();
  expect(await rationales()).toBe(before);
  const input = {
    partnership: "wrenford",
    agency: agencies.get("wrenford/Wrenshire Constabulary"),
    type: "Rating",
    field: "rationale",
    operation: "READ",
    effect: "ALLOW",
    reason: "A reason of the officers",
  };
  const given = await officer().data<{ grantFieldAccess: { grant: { id: string } } }>(GRANT, { input });
  const granted = await rationales();
  expect(granted).toBeGreaterThan(before);
  await officer().data(REVOKE, { input: { grant: given.grantFieldAccess.grant.id } });
  expect(await rationales()).toBe(before);
});

test("one membership less is another answer, and a leaver gets none", async () => {
  const query =
    "{ viewer { label agency { name actions(first: 50) { totalCount nodes { reference latestUpdate { riskNote } } } } } }";
  const twice = service.as("twice");
  expect(await keeps(service, twice, query)).toBe(true);
  const whole = (await twice.ask(query)).text;
  const end = (agency: string) =>
    service.database.owner.query(
      "update membership set ended_at = '2019-02-01' where person_id = (select id from person where subject = 'twice') and agency_id = (select id from agency where name = $1)",
      [agency],
    );
  await end("Wrenshire Constabulary");
  expect((await twice.ask(query)).text).not.toBe(whole);
  expect(await keeps(service, twice, query)).toBe(true);
  await end(HOUSING);
  const { status, text } = await twice.ask(query);
  expect([status, text.includes("riskNote")]).toEqual([401, false]);
});
