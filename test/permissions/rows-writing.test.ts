import { createTestDatabase } from "../support/database";
import { buildSchema } from "../../src/schema";
import { createLogger } from "../../src/platform/logger";
import { catalogueOf } from "../../src/domains/access/index";
import { contextsOf } from "./proof/contexts";
import { asService, prepareWorld, type Proven } from "./proof/database";
import { codeHash, tokenHash } from "./proof/world";

/** What nobody does below the service either, in the context of a caller of theirs: each was once let through. */
let proven: Proven;
beforeAll(async () => {
  proven = await prepareWorld(await createTestDatabase());
});
afterAll(() => proven.database.drop());

/** What one statement of somebody's comes to. */
function attempt(who: string, statement: string): Promise<string | undefined> {
  const context = contextsOf(proven.world, proven.facts).find(({ name }) => name === who);
  if (!context) throw new Error(`nobody is called ${who}`);
  return asService(proven.database, async (send) => {
    await send(context.enter);
    const [row] = await send<{ outcome: string }>("select proof.attempt($1) as outcome", [statement]);
    return row?.outcome;
  });
}

type Tried = [who: string, what: string, outcome: string];
/** Tries each in turn, and holds what it came to against what it must. */
async function tried(attempts: readonly Tried[]): Promise<void> {
  const found: Tried[] = [];
  for (const [who, what] of attempts) found.push([who, what, (await attempt(who, what)) ?? ""]);
  expect(found).toEqual(attempts);
}

const action = (name: string) => `'${proven.world.actions[`ashby-plan ${name}`]?.id ?? ""}'`;
const agency = (name: string) => `'${proven.world.agencies[name] ?? ""}'`;
const person = (name: string) => `'${proven.world.persons[name] ?? ""}'`;
const hash = (bytes: Buffer) => `'\\x${bytes.toString("hex")}'`;

test("the words of an action are changed one by one, as grants and denials of them say", async () => {
  const set = (name: string, change: string) => `update action set ${change} where id = ${action(name)}`;
  await tried([
    ["police-lead", set("A1", "success_criteria = 'x', version = version + 1"), "through"],
    ["police-lead", set("A1", "title = 'x'"), "no privilege"],
    ["police-lead", set("A1", "success_criteria = 'x', measure = 'x'"), "no privilege"],
    // signed off, contributed to, and no action of theirs at all
    ["police-lead", set("A4", "success_criteria = 'x'"), "untouched"],
    ["police-lead", set("A2", "success_criteria = 'x'"), "untouched"],
    ["police-viewer", set("A1", "success_criteria = 'x'"), "untouched"],
    ["token-police-agency_contributor-7", set("A1", "success_criteria = 'x'"), "untouched"],
    // a denial beats what is allowed beside it
    ["health-contributor", set("A1", "measure = 'x'"), "through"],
    ["health-contributor", set("A5", "measure = 'x'"), "no privilege"],
    ["health-contributor", set("A5", "title = 'x'"), "through"],
    ["health-lead", set("A1", "title = 'x'"), "no privilege"],
    ["council-lead", set("A9", "title = 'x'"), "untouched"],
    ["ashby-officer", set("A4", "title = 'x'"), "through"],
  ]);
});

test("the agency's lead writes that it knows of an opening and the chair what the review found, each its own", async () => {
  const acknowledged = "acknowledged_by = app.person(), acknowledged_at = app.now()";
  const reviewed = "reviewed_by = app.person(), reviewed_at = app.now(), review_note = 'seen'";
  const set = (change: string) =>
    `update record_opening set ${change} where agency_id = ${agency("police")} and reviewed_at is null`;
  await tried([
    ["police-lead", set(acknowledged), "through"],
    ["ashby-chair", set(reviewed), "through"],
    ["police-lead", set(reviewed), "no privilege"],
    ["ashby-chair", set(acknowledged), "no privilege"],
    ["police-lead", set(`${acknowledged}, review_note = 'nothing to see'`), "no privilege"],
    ["ashby-chair", set(`${reviewed}, acknowledged_at = app.now()`), "no privilege"],
    ["police-lead", set("acknowledged_by = app.person(), acknowledged_at = '2019-01-01'"), "refused"],
  ]);
});

test("what has ended stays ended, and an end only ever comes sooner", async () => {
  const membership = (change: string, name: string) =>
    `update membership set ${change}, ended_by = app.person() where person_id = ${person(name)}`;
  const invitation = (change: string, name: string) =>
    `update invitation set ${change} where code_hash = ${hash(codeHash(name))}`;
  const token = (change: string, name: string) =>
    `update service_token set ${change} where secret_hash = ${hash(tokenHash(name))}`;
  const bearer = "token-police-agency_contributor";
  await tried([
    ["ashby-officer", membership("valid_to = '2019-02-13'", "ashby-inspector"), "through"],
    ["ashby-officer", membership("valid_to = null", "ashby-inspector"), "no privilege"],
    ["ashby-officer", membership("valid_to = '2030-01-01'", "ashby-inspector"), "no privilege"],
    ["ashby-officer", membership("ended_at = null", "was-officer"), "no privilege"],
    ["administrator", membership("ended_at = app.now()", "was-officer"), "no privilege"],
    ["ashby-officer", membership("ended_at = '2018-02-01'", "second-officer"), "refused"],
    [
      "ashby-officer",
      `update membership set ended_at = app.now(), ended_by = ${person("ashby-chair")} where person_id = ${person("second-officer")}`,
      "refused",
    ],
    ["police-lead", invitation("withdrawn_at = app.now()", "open"), "through"],
    ["police-lead", invitation("withdrawn_at = null", "withdrawn"), "untouched"],
    ["police-lead", invitation("accepted_at = null, accepted_by = null", "taken"), "untouched"],
    [
      "police-lead",
      invitation(`accepted_at = app.now(), accepted_by = ${person("police-contributor")}`, "open"),
      "refused",
    ],
    ["police-lead", token("expires_at = '2019-02-15', revoked_at = null", bearer), "through"],
    ["police-lead", token("expires_at = '2021-01-01'", bearer), "no privilege"],
    ["police-lead", token("revoked_at = null", "token-revoked"), "untouched"],
    ["police-lead", token("last_used_at = app.now()", bearer), "no privilege"],
    [bearer, token("last_used_at = app.now()", bearer), "through"],
    [bearer, token("expires_at = '2021-01-01'", bearer), "no privilege"],
    [bearer, token("expires_at = '2019-02-15'", bearer), "no privilege"],
    [bearer, token("revoked_at = app.now()", bearer), "no privilege"],
    [
      "ashby-officer",
      "update field_grant set revoked_at = null, revoked_by = app.person() where revoked_at is not null",
      "untouched",
    ],
    ["ashby-officer", "update field_grant set revoked_at = '2018-01-01', revoked_by = app.person()", "refused"],
  ]);
});

test("a rating is reported by the agency that leads the action, by its lead, while the action is in hand", async () => {
  const report = (of: string, name: string, more: { asAt?: string; rationale?: string } = {}) =>
    `insert into rating (partnership_id, action_id, scheme_id, dimension, value, basis, as_at, agency_id, rationale)
     select a.partnership_id, a.id, s.id, 'DELIVERY', 'GREEN', 'REPORTED', '${more.asAt ?? "2019-02-14"}', ${agency(of)}, ${more.rationale ?? "null"}
     from action a join rating_scheme s on s.plan_id = a.plan_id where a.id = ${action(name)}`;
  await tried([
    ["police-lead", report("police", "A1"), "through"],
    ["police-lead", report("police", "A1", { rationale: "'because'" }), "through"],
    ["police-lead", report("police", "A2"), "refused"],
    ["police-lead", report("police", "A9"), "refused"],
    ["police-lead", report("police", "A4"), "refused"],
    ["police-lead", report("police", "A1", { asAt: "2019-02-15" }), "refused"],
    ["police-contributor", report("police", "A1"), "refused"],
    ["health-lead", report("health", "A3"), "through"],
    ["health-lead", report("health", "A3", { rationale: "'denied'" }), "refused"],
    ["school-contributor", report("school", "A1"), "through"],
  ]);
});

test("an entry of the trail is of a partnership that its writer is of", async () => {
  const note = (partnership: string, more = "null") =>
    `insert into audit_entry (partnership_id, agency_id, at, actor_id, kind, outcome) values (${partnership}, ${more}, app.now(), app.person(), 'x', 'REFUSED')`;
  const { ashby, bexton } = proven.world.partnerships;
  await tried([
    ["ashby-officer", note(`'${ashby}'`), "through"],
    ["ashby-officer", note(`'${bexton}'`), "refused"],
    ["ashby-officer", note("null"), "refused"],
    ["ashby-officer", note(`'${ashby}'`, agency("police")), "refused"],
    ["ashby-scrutiny_member", note(`'${ashby}'`), "through"],
    // ended while it was being refused
    ["was-officer", note(`'${ashby}'`), "through"],
    ["was-officer", note(`'${bexton}'`), "refused"],
    ["anonymous", note("null"), "through"],
    ["anonymous", note(`'${ashby}'`), "refused"],
    ["unknown person", note("null"), "through"],
    ["unknown person", note(`'${ashby}'`), "refused"],
    ["administrator", note(`'${bexton}'`), "through"],
    ["operator of ashby", note(`'${ashby}'`), "through"],
    ["operator of ashby", note(`'${bexton}'`), "refused"],
  ]);
});

test("nobody but a service account is made an integrator or given a token, whatever the context says", async () => {
  const integrator = (name: string) =>
    `with said as (select set_config('app.service_account', ${person(name)}, true))
     insert into membership (person_id, partnership_id, agency_id, role, acts_for, scopes, valid_from)
     select ${person(name)}, '${proven.world.partnerships.ashby}', ${agency("police")}, 'INTEGRATOR', 'AGENCY_VIEWER', '{READ_PLAN}', '2019-02-14' from said`;
  await tried([
    ["police-lead", integrator("police-contributor"), "refused"],
    ["police-lead", integrator("token-police-nothing-said"), "through"],
  ]);
  await asService(proven.database, async (send) => {
    await send("reset role");
    await send(`update membership set role = 'INTEGRATOR' where person_id = ${person("police-viewer")}`);
    await send("set local role golden_thread_app");
    const context = contextsOf(proven.world, proven.facts).find(({ name }) => name === "police-lead");
    await send(context?.enter ?? "");
    const mint = (name: string) =>
      send<{ outcome: string }>("select proof.attempt($1) as outcome", [
        `insert into service_token (partnership_id, person_id, prefix, secret_hash, created_by, created_at, expires_at)
         values ('${proven.world.partnerships.ashby}', ${person(name)}, 'x', '\\x00', app.person(), app.now(), '2019-03-01')`,
      ]);
    expect(await mint("token-police-nothing-said")).toEqual([{ outcome: "through" }]);
    expect(await mint("police-viewer")).toEqual([{ outcome: "refused" }]);
  });
});

test("an account is one membership: a second one is refused", async () => {
  const second = `insert into membership (person_id, partnership_id, agency_id, role, acts_for, scopes, valid_from)
    values (${person("token-health-viewer")}, '${proven.world.partnerships.ashby}', null, 'INTEGRATOR', 'PARTNERSHIP_OFFICER', '{READ_PLAN}', '2019-02-14')`;
  await expect(proven.database.owner.query(second)).rejects.toThrow(/membership_service_account_idx/);
});

test("an opening has a reason of the length that the service asks for", async () => {
  const open = (reason: string) =>
    asService(proven.database, async (send) => {
      await send("reset role");
      await send("update record_opening set reason = $1", [reason]);
    });
  await open("x".repeat(20));
  await open("ü".repeat(1000));
  for (const reason of ["x".repeat(19), " ".repeat(30), `\n${"x".repeat(19)} `, "x".repeat(1001)])
    await expect(open(reason)).rejects.toThrow(/record_opening_reason_check/);
});

test("no grant is made of what is its author's alone, by an officer or by the operator", async () => {
  const drafts = catalogueOf(buildSchema(createLogger("silent"))).filter(({ tier }) => tier === "AUTHOR_DRAFT");
  expect(drafts.length).toBeGreaterThan(0);
  const give = (type: string, field: string, effect: string) =>
    `insert into field_grant (partnership_id, agency_id, type, field, operation, effect, reason, granted_by, granted_at)
     values ('${proven.world.partnerships.ashby}', ${agency("police")}, '${type}', '${field}', 'READ', '${effect}', 'x', app.person(), app.now())`;
  for (const { type, field } of drafts)
    for (const who of ["ashby-officer", "operator of ashby"])
      for (const effect of ["ALLOW", "DENY"]) await tried([[who, give(type, field, effect), "refused"]]);
  await tried([["ashby-officer", give("ProgressUpdate", "riskNote", "ALLOW"), "through"]]);
});
