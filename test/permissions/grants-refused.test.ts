import pino from "pino";
import { catalogueOf, grantProblem } from "../../src/domains/access/index";
import { globalId } from "../../src/platform/graphql/ids";
import { buildSchema } from "../../src/schema";
import { agencyIds, GRANT, granting, grantState, grantToHomes, REVOKE } from "../support/grants";
import { demonstrationDatabase, serve, type Service } from "../support/service";

let service: Service;
let agencies: Map<string, string>;
beforeAll(async () => {
  service = await serve(await demonstrationDatabase());
  agencies = await agencyIds(service);
});
afterAll(async () => {
  await service.stop();
  await service.database.drop();
});

const give = (actor: string, input: object) => granting(service).give(actor, input);
const revoke = (actor: string, input: object) => granting(service).revoke(actor, input);
const state = () => grantState(service);
const base = () => grantToHomes(agencies);

const refused: [string, () => object, string, string, RegExp][] = [
  ["a type that is not there", () => ({ field: "Updates.riskNote" }), "BAD_USER_INPUT", "field", /accessPolicy lists/],
  [
    "a field that is not there",
    () => ({ field: "ProgressUpdate.risk" }),
    "BAD_USER_INPUT",
    "field",
    /no field ProgressUpdate\.risk\./,
  ],
  ["a field without its type", () => ({ field: "riskNote" }), "BAD_USER_INPUT", "field", /with its type/],
  ["two types", () => ({ type: "Rating", field: "ProgressUpdate.riskNote" }), "BAD_USER_INPUT", "field", /once/],
  ["a draft", () => ({ field: "ProgressUpdate.draftingNote" }), "BAD_USER_INPUT", "field", /authoring agency's alone/],
  [
    "a draft, denied",
    () => ({ field: "ProgressUpdate.draftingNote", effect: "DENY" }),
    "BAD_USER_INPUT",
    "field",
    /authoring agency's alone/,
  ],
  ["opening what is public", () => ({ field: "Action.title" }), "BAD_USER_INPUT", "field", /is public/],
  [
    "closing what cannot be closed",
    () => ({ field: "Action.title", effect: "DENY" }),
    "BAD_USER_INPUT",
    "field",
    /is public and says/,
  ],
  ["a field that is not content", () => ({ field: "ImportReport.text" }), "BAD_USER_INPUT", "field", /./],
  [
    "changing what nothing changes",
    () => ({ field: "Rating.label", operation: "WRITE" }),
    "BAD_USER_INPUT",
    "operation",
    /Nothing writes/,
  ],
  [
    "a relation without a meaning",
    () => ({ relation: "PARTY" }),
    "BAD_USER_INPUT",
    "relation",
    /AUTHOR, LEAD, CONTRIBUTOR, PARTNER/,
  ],
  [
    "an author of a rating",
    () => ({ field: "Rating.rationale", relation: "AUTHOR" }),
    "BAD_USER_INPUT",
    "relation",
    /LEAD, CONTRIBUTOR, PARTNER/,
  ],
  [
    "an author of an import",
    () => ({ field: "ImportProvenance.fileName", relation: "AUTHOR" }),
    "BAD_USER_INPUT",
    "relation",
    /PARTNER/,
  ],
  ["a role of the partnership", () => ({ role: "INSPECTOR" }), "BAD_USER_INPUT", "role", /AGENCY_VIEWER/],
  [
    "another partnership's agency",
    () => ({ agency: [...agencies].find(([name]) => name.startsWith("coventry/"))?.[1] }),
    "BAD_USER_INPUT",
    "agency",
    /No agency of this partnership/,
  ],
  [
    "an agency that is not there",
    () => ({ agency: globalId("Agency", "00000000-0000-4000-8000-000000000000") }),
    "BAD_USER_INPUT",
    "agency",
    /No agency of this partnership/,
  ],
  [
    "an id of something else",
    () => ({ agency: globalId("Plan", "00000000-0000-4000-8000-000000000000") }),
    "BAD_USER_INPUT",
    "agency",
    /No agency of this partnership/,
  ],
  ["nobody", () => ({ agency: null }), "BAD_USER_INPUT", "agency", /an agency or a sector/],
  ["an agency and a sector", () => ({ sector: "HOUSING" }), "BAD_USER_INPUT", "agency", /not both/],
  ["yesterday", () => ({ expiresOn: "2019-02-13" }), "BAD_USER_INPUT", "expiresOn", /has passed/],
  ["five years and a day", () => ({ expiresOn: "2024-02-15" }), "BAD_USER_INPUT", "expiresOn", /more than 5 years/],
  ["no reason", () => ({ reason: " \n " }), "BAD_USER_INPUT", "reason", /Say why/],
  ["a reason of 501 characters", () => ({ reason: "x".repeat(501) }), "BAD_USER_INPUT", "reason", /500 characters/],
  [
    "a reason that cannot be kept",
    () => ({ reason: "half \ud83d a pair" }),
    "BAD_USER_INPUT",
    "reason",
    /cannot be kept/,
  ],
  ["a reason with the character 0", () => ({ reason: "a\u0000b" }), "BAD_USER_INPUT", "reason", /cannot be kept/],
];

test.each(refused)("%s is refused, and nothing changes", async (_, change, code, field, message) => {
  const before = await state();
  const { grant, userErrors } = await give("wrenford-officer", { ...base(), ...change() });
  expect([grant, userErrors.map((error) => [error.code, error.field])]).toEqual([null, [[code, ["input", field]]]]);
  expect(userErrors[0]?.message).toMatch(message);
  expect(await state()).toEqual(before);
});

const OTHERS = [
  null,
  "wrenford-chair",
  "wrenford-inspector",
  "wrenford-scrutiny",
  "wrenford-integrator",
  "wrenford-council-lead",
  "wrenford-housing-contributor",
  "wrenford-police-viewer",
];
test.each(OTHERS)("%s may neither give nor revoke", async (actor) => {
  const [grant] = await service.database.owner.query<{ id: string }[]>(
    "insert into field_grant (partnership_id, sector, type, field, operation, effect, reason, granted_at) select id, 'HOUSING', 'ProgressUpdate', 'returnedReason', 'READ', 'ALLOW', 'to try', '2019-02-01' from partnership where slug = 'wrenford' returning id",
  );
  const before = await state();
  const id = globalId("FieldGrant", grant?.id ?? "");
  expect(await service.as(actor).refusals(GRANT, { input: base() })).toEqual(["FORBIDDEN"]);
  expect(await service.as(actor).refusals(REVOKE, { input: { grant: id } })).toEqual(["FORBIDDEN"]);
  expect(await state()).toEqual(before);
  // the positive twin
  expect((await revoke("wrenford-officer", { grant: id })).userErrors).toEqual([]);
});

test("an officer of elsewhere may not give, and is not told of a grant here", async () => {
  const [one] = await service.database.owner.query<{ id: string }[]>("select id from field_grant limit 1");
  const before = await state();
  const given = await give("coventry-officer", base());
  const revoked = await revoke("coventry-officer", { grant: globalId("FieldGrant", one?.id ?? "") });
  const absent = await revoke("coventry-officer", {
    grant: globalId("FieldGrant", "00000000-0000-4000-8000-000000000000"),
  });
  expect(given.userErrors.map(({ code, field }) => [code, field])).toEqual([["FORBIDDEN", ["input", "partnership"]]]);
  expect(revoked.userErrors.map(({ code }) => code)).toEqual(["NOT_FOUND"]);
  expect(revoked).toEqual(absent);
  expect(await state()).toEqual(before);
});

test("what the catalogue says of each field is what a grant may say of it", () => {
  const fields = catalogueOf(buildSchema(pino({ level: "silent" })));
  for (const { type, field, tier, mayAllow, mayDeny, mayWrite } of fields) {
    const may = (operation: "READ" | "WRITE", effect: "ALLOW" | "DENY") =>
      grantProblem(fields, { type, field, operation, effect, relation: null }) === null;
    const open = tier !== "AUTHOR_DRAFT";
    expect([
      type,
      field,
      may("READ", "ALLOW"),
      may("READ", "DENY"),
      may("WRITE", "ALLOW"),
      may("WRITE", "DENY"),
    ]).toEqual([type, field, mayAllow, mayDeny, open && mayWrite, open && mayWrite]);
  }
});
