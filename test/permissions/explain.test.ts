import pino from "pino";
import { catalogueOf, policyPartsOf, RELATIONS_TO } from "../../src/domains/access/index";
import { globalId } from "../../src/platform/graphql/ids";
import { buildSchema } from "../../src/schema";
import { actorIds, agencyIds, granting } from "../support/grants";
import { demonstrationDatabase, serve, type Service } from "../support/service";
import { untilIdle } from "../support/until";

const schema = buildSchema(pino({ level: "silent" }));
const EXPLAIN = `query AccessExplain($node: ID!, $field: String!, $actor: ID!, $operation: Operation! = READ) {
  accessExplain(node: $node, field: $field, actor: $actor, operation: $operation) {
    verdict relation tier decidedBy { kind rule grant { id effect reason expiresOn } } } }`;
interface Explained {
  accessExplain: {
    verdict: string;
    relation: string | null;
    tier: string;
    decidedBy: { kind: string; rule: string; grant: { id: string; effect: string; reason: string } | null };
  };
}

let service: Service;
let actors: Map<string, string>;
let nodes: { id: string; type: string; about: string; actor?: string }[];
beforeAll(async () => {
  service = await serve(await demonstrationDatabase());
  actors = await actorIds(service);
  const updates = await service.database.owner.query<{ id: string; state: string; reference: string }[]>(
    `select u.id, u.state, a.reference from progress_update u join action a on a.id = u.action_id
     where a.reference in ('1.2', '2.2', '5.2', '8.1', '11.2', '7.2') order by u.state, a.reference, u.id`,
  );
  const actions = await service.database.owner.query<{ id: string; reference: string }[]>(
    `select a.id, a.reference from action a join plan p on p.id = a.plan_id join partnership w on w.id = a.partnership_id
     where w.slug = 'wrenford' order by p.slug desc, a.reference limit 6`,
  );
  nodes = [
    ...updates.map(({ id, state, reference }) => ({ id, type: "ProgressUpdate", about: `${state} of ${reference}` })),
    ...actions.map(({ id, reference }) => ({ id, type: "Action", about: reference })),
  ].map((node) => ({ ...node, id: globalId(node.type, node.id) }));
});
afterAll(async () => {
  await service.stop();
  await service.database.drop();
});

const actor = (subject: string) => actors.get(subject) ?? "";
const explain = async (caller: string, variables: object) =>
  (await service.as(caller).data<Explained>(EXPLAIN, variables)).accessExplain;
const update = async (reference: string, state: string) => {
  const [found] = await service.database.owner.query<{ id: string }[]>(
    `select u.id from progress_update u join action a on a.id = u.action_id
     where a.reference = $1 and u.state = $2 and u.risk_note is not null order by u.id limit 1`,
    [reference, state],
  );
  if (!found) throw new Error(`no ${state} update of ${reference} with a risk note`);
  return globalId("ProgressUpdate", found.id);
};

const SUBJECTS = [
  "wrenford-police-viewer",
  "wrenford-schools-lead",
  "wrenford-probation-viewer",
  "wrenford-housing-contributor",
  "wrenford-officer",
  "wrenford-scrutiny",
  "wrenford-integrator",
];
const FIELDS: Record<string, string[]> = {
  ProgressUpdate: [
    "overallProgress",
    "impactNarrative",
    "riskNote",
    "draftingNote",
    "revision",
    "proposedDelivery",
    "acceptedAt",
    "returnedReason",
  ],
  Action: ["title", "doubts", "stale", "divergent", "version", "description"],
};

test("says of many actors, objects and fields what those actors really get", async () => {
  const seen = new Map<string, number>();
  for (const node of nodes) {
    const fields = FIELDS[node.type] ?? [];
    const query = `query ($id: ID!) { node(id: $id) { ... on ${node.type} { id ${fields.join(" ")} } } }`;
    // one request for all fields of one actor, asked by the officer where it sees the object, else by the actor itself
    const asked = `query ($node: ID!, $actor: ID!) { ${fields
      .map((field) => `${field}: accessExplain(node: $node, field: "${field}", actor: $actor) { verdict tier }`)
      .join(" ")} }`;
    const officerSees = (await service.as("wrenford-officer").ask(query, { id: node.id })).errors.length === 0;
    for (const subject of SUBJECTS) {
      const real = await service.as(subject).ask<{ node: Record<string, unknown> | null }>(query, { id: node.id });
      const caller = officerSees ? "wrenford-officer" : subject;
      const told = await service
        .as(caller)
        .ask<Record<string, { verdict: string; tier: string } | null>>(asked, { node: node.id, actor: actor(subject) });
      for (const field of fields) {
        const redaction = real.redactions.find((one) => one.type === node.type && one.field === field);
        const verdict = real.data?.node ? (redaction ? "WITHHELD" : "ALLOWED") : "NO_ROW";
        const expected = verdict === "NO_ROW" && caller === subject ? undefined : verdict;
        expect([subject, node.about, field, told.data?.[field]?.verdict]).toEqual([
          subject,
          node.about,
          field,
          expected,
        ]);
        if (redaction) expect(told.data?.[field]?.tier).toBe(redaction.requires);
        seen.set(verdict, (seen.get(verdict) ?? 0) + 1);
      }
    }
  }
  expect([...seen.keys()].sort()).toEqual(["ALLOWED", "NO_ROW", "WITHHELD"]);
  expect([...seen.values()].every((count) => count > 30)).toBe(true);
});

test("names what decided: a tier, a grant with its reason, a row's policy, a role", async () => {
  const police = await update("5.2", "SUBMITTED");
  const ask = (subject: string, node: string, field: string, operation = "READ") =>
    explain("wrenford-officer", { node, field, actor: actor(subject), operation });
  expect(await ask("wrenford-officer", police, "riskNote")).toEqual({
    verdict: "ALLOWED",
    relation: "OVERSIGHT",
    tier: "OWNER",
    decidedBy: { kind: "TIER", rule: "ProgressUpdate.riskNote:OWNER", grant: null },
  });
  expect(await ask("wrenford-housing-contributor", police, "ProgressUpdate.riskNote")).toEqual({
    verdict: "NO_ROW",
    relation: null,
    tier: "OWNER",
    decidedBy: { kind: "ROW", rule: "progress_update_read", grant: null },
  });
  const schools = await ask(
    "wrenford-schools-lead",
    nodes.find(({ about }) => about === "SUBMITTED of 1.2")?.id ?? "",
    "riskNote",
  );
  expect(schools).toMatchObject({
    verdict: "WITHHELD",
    decidedBy: { kind: "GRANT", rule: "DENY READ ProgressUpdate.riskNote", grant: { effect: "DENY", expiresOn: null } },
  });
  expect(schools.decidedBy.grant?.reason).toMatch(/^Schools asked not to hold risk notes/);
  const action = nodes.find(({ type }) => type === "Action")?.id ?? "";
  expect(await ask("wrenford-police-viewer", action, "Action.title", "WRITE")).toMatchObject({
    verdict: "WITHHELD",
    decidedBy: { kind: "ROLE", rule: "editText" },
  });
  expect(await ask("wrenford-officer", action, "title", "WRITE")).toMatchObject({
    verdict: "ALLOWED",
    decidedBy: { kind: "ROLE", rule: "editText" },
  });
  // what is part of an action is asked for on the action
  expect(await ask("wrenford-scrutiny", action, "Rating.rationale")).toMatchObject({
    verdict: "WITHHELD",
    relation: "NONE",
    tier: "PARTIES",
  });
});

test("a grant that bears by relation, and one that only denies what a field gives away", async () => {
  const rows = await service.database.owner.query<{ id: string }[]>(
    `select u.id from progress_update u join assignment s on s.action_id = u.action_id join agency g on g.id = s.agency_id
     where g.sector = 'PROBATION' and s.role = 'CONTRIBUTOR' and u.state = 'ACCEPTED' and u.risk_note is not null limit 1`,
  );
  const node = globalId("ProgressUpdate", rows[0]?.id ?? "");
  const variables = { node, field: "riskNote", actor: actor("wrenford-probation-viewer") };
  expect(await explain("wrenford-probation-viewer", variables)).toMatchObject({
    verdict: "ALLOWED",
    relation: "CONTRIBUTOR",
    decidedBy: { kind: "GRANT", rule: "ALLOW READ ProgressUpdate.riskNote", grant: { effect: "ALLOW" } },
  });
  const { give, revoke } = granting(service);
  const { grant } = await give("wrenford-officer", {
    partnership: "wrenford",
    agency: (await agencyIds(service)).get("wrenford/Wrenshire Constabulary"),
    field: "Rating.value",
    operation: "READ",
    effect: "DENY",
    reason: "Until the ratings are moderated.",
  });
  const action = nodes.find(({ type }) => type === "Action")?.id;
  const derived = await explain("wrenford-officer", {
    node: action,
    field: "divergent",
    actor: actor("wrenford-police-viewer"),
  });
  expect(derived).toMatchObject({
    verdict: "WITHHELD",
    decidedBy: { kind: "GRANT", rule: "DENY READ Rating.value", grant: { id: grant?.id } },
  });
  await revoke("wrenford-officer", { grant: grant?.id });
});

test("an agency's service accounts are its lead's to see; where an action was read from is oversight's, whoever leads it", async () => {
  const agencies = await agencyIds(service);
  const ask = (subject: string, node: string | undefined, field: string) =>
    explain("wrenford-officer", { node, field, actor: actor(subject) });
  expect(
    await ask("wrenford-housing-contributor", agencies.get("wrenford/Wrenford Homes"), "serviceAccounts"),
  ).toMatchObject({
    verdict: "WITHHELD",
    relation: "PARTY",
  });
  expect(
    await ask("wrenford-council-lead", agencies.get("wrenford/Wrenford Borough Council"), "serviceAccounts"),
  ).toMatchObject({ verdict: "ALLOWED", relation: "LEAD" });
  const [led] = await service.database.owner.query<{ id: string }[]>(
    "select a.id from action a join plan p on p.id = a.plan_id where a.reference = '8.1' and p.slug = 'safeguarding-2018-2020'",
  );
  const action = globalId("Action", led?.id ?? "");
  expect(await ask("wrenford-housing-contributor", action, "ImportProvenance.fileName")).toMatchObject({
    verdict: "WITHHELD",
    relation: "LEAD",
    tier: "OVERSIGHT",
  });
});

test("who may ask about whom; anybody else and anything unseen are not there, word for word", async () => {
  const node = nodes.find(({ about }) => about.startsWith("ACCEPTED"))?.id;
  const ask = async (caller: string | null, subject: string, of = node) =>
    (
      await service
        .as(caller)
        .ask(EXPLAIN, { node: of, field: "riskNote", actor: subject.includes("-") ? actor(subject) : subject })
    ).text;
  const nobody = globalId("Actor", "00000000-0000-4000-8000-000000000000");
  const notThere = (await service.as("wrenford-officer").ask(EXPLAIN, { node, field: "riskNote", actor: nobody })).text;
  expect(notThere).toContain('"NOT_FOUND"');
  // itself, oversight, and an agency's lead about its agency's people
  await service.database.owner.query(
    `insert into membership (partnership_id, person_id, agency_id, role, valid_from)
     select m.partnership_id, p.id, m.agency_id, 'AGENCY_VIEWER', '2018-04-01' from membership m join person s on s.id = m.person_id, person p
     where s.subject = 'wrenford-council-lead' and p.subject = 'wrenford-integrator'`,
  );
  for (const [caller, subject, may] of [
    ["wrenford-police-viewer", "wrenford-police-viewer", true],
    ["wrenford-officer", "wrenford-police-viewer", true],
    ["wrenford-chair", "wrenford-integrator", true],
    ["wrenford-inspector", "wrenford-schools-lead", true],
    ["wrenford-council-lead", "wrenford-integrator", true],
    ["wrenford-council-lead", "wrenford-police-viewer", false],
    ["wrenford-schools-lead", "wrenford-integrator", false],
    ["wrenford-police-viewer", "wrenford-officer", false],
    ["wrenford-scrutiny", "wrenford-police-viewer", false],
    ["coventry-officer", "wrenford-police-viewer", false],
    ["wrenford-officer", "coventry-officer", false],
    [null, "wrenford-police-viewer", false],
  ] as const) {
    const text = await ask(caller, subject);
    if (may) expect([caller, subject, text]).toEqual([caller, subject, expect.stringContaining('"verdict"')]);
    else expect([caller, subject, text]).toEqual([caller, subject, notThere]);
  }
  // a draft that the officer does not see, an object that is not, and a malformed id
  const draft = nodes.find(({ about }) => about === "DRAFT of 5.2")?.id;
  for (const unseen of [draft, globalId("ProgressUpdate", "00000000-0000-4000-8000-000000000000"), "what"])
    expect(await ask("wrenford-officer", "wrenford-police-viewer", unseen)).toBe(notThere);
  expect(await ask("wrenford-police-viewer", "wrenford-police-viewer", draft)).toContain('"ALLOWED"');
});

test("a field that is not there, or that nothing changes, is named", async () => {
  const node = nodes.find(({ type }) => type === "ProgressUpdate")?.id;
  const refusals = (field: string, operation = "READ") =>
    service.as("wrenford-officer").refusals(EXPLAIN, {
      node: nodes[nodes.length - 1]?.id ?? node,
      field,
      actor: actor("wrenford-officer"),
      operation,
    });
  for (const field of ["nothing", "ProgressUpdate.riskNote", "a.b.c", "", "Action."])
    expect([field, await refusals(field)]).toEqual([field, ["BAD_USER_INPUT field"]]);
  expect(await refusals("doubts", "WRITE")).toEqual(["BAD_USER_INPUT operation"]);
});

test("many explanations in one request hold one connection at a time and give all back", async () => {
  const node = nodes.find(({ about }) => about.startsWith("ACCEPTED"))?.id;
  const query = `query ($node: ID!) { ${SUBJECTS.map(
    (
      subject,
      index,
    ) => `a${index}: accessExplain(node: $node, field: "riskNote", actor: "${actor(subject)}") { verdict decidedBy { grant { id } } }
     p${index}: partnership(slug: "wrenford") { plans { title } fieldGrants(first: 5) { totalCount nodes { reason } } }`,
  ).join(" ")} bad: accessExplain(node: $node, field: "riskNote", actor: "nobody") { verdict } }`;
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => service.as("wrenford-officer").ask(query, { node })),
  );
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect(answers[0]?.errors.map(({ extensions: { code }, path }) => [code, path])).toEqual([["NOT_FOUND", ["bad"]]]);
  await untilIdle(service.database.app);
});

test("the relations that are published are those of the finders in force", () => {
  expect(Object.keys(RELATIONS_TO).sort()).toEqual(Object.keys(policyPartsOf(schema).finders).sort());
  expect(catalogueOf(schema).some(({ type, field }) => `${type}.${field}` === "ProgressUpdate.riskNote")).toBe(true);
});
