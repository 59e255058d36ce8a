import { globalId } from "../../src/platform/graphql/ids";
import { enrol, grant, serviceAccount } from "../support/enrol";
import type { Client } from "../support/client";
import { agencyIds } from "../support/grants";
import { demonstrationDatabase, serve, type Service } from "../support/service";
import type { Outcome } from "../support/writes";

/** What `accessExplain` says of changing a field is held to the mutation that changes it, sent by that very actor. */
const EXPLAIN = `query ($node: ID!, $field: String!, $actor: ID!) {
  accessExplain(node: $node, field: $field, actor: $actor, operation: WRITE) { verdict relation decidedBy { kind rule grant { effect } } } }`;
const EDIT = `mutation ($input: EditActionTextInput!) { editActionText(input: $input) { userErrors { code } } }`;
const RATE = `mutation ($input: AddRatingInput!) { addRating(input: $input) { userErrors { code } } }`;
const SAVE = `mutation ($input: SaveProgressDraftInput!) { saveProgressDraft(input: $input) { userErrors { code } } }`;

const POLICE = "Wrenshire Constabulary";
const HOMES = "Wrenford Homes";
const PROBATION = "Wrenshire Probation";

interface Explained {
  verdict: string;
  relation: string | null;
  decidedBy: { kind: string; rule: string; grant: { effect: string } | null };
}
interface Told {
  id: string;
  agency: string | null;
  actionId: string;
  reference: string;
  periodEnd: string;
  version: number;
  state: string;
}

let service: Service;
const callers = new Map<string, { key: string; client: Client }>();
let updates: Told[];
let agencies: string[];
const actions: Record<string, { id: string; version: number; title: string; measure: string | null }> = {};

const update = (state: string, reference: string, agency = POLICE): Told => {
  const found = updates.find((one) => one.state === state && one.reference === reference && one.agency === agency);
  if (!found) throw new Error(`no ${state} update of ${reference} by ${agency}`);
  return found;
};
const draft = (reference: string, agency: string) =>
  service.database.owner.query(
    `insert into progress_update (partnership_id, action_id, author_agency_id, period_end, version, state, overall_progress)
     select a.partnership_id, a.id, g.id, '2019-06-30', 1, 'DRAFT', 'Begun' from action a, agency g where a.id = $1 and g.name = $2`,
    [actions[reference]?.id, agency],
  );

beforeAll(async () => {
  const database = await demonstrationDatabase();
  service = await serve(database);
  const { owner } = database;
  for (const { reference, ...row } of await owner.query<
    { id: string; reference: string; version: number; title: string; measure: string | null }[]
  >(
    `select a.id, a.reference, a.version, a.title, a.measure from action a join plan p on p.id = a.plan_id where p.slug = 'safeguarding-2018-2020'`,
  ))
    actions[reference] = row;
  const people: Record<string, { role: string; agency?: string }[]> = {
    "police-lead": [{ role: "AGENCY_LEAD", agency: POLICE }],
    "police-contributor": [{ role: "AGENCY_CONTRIBUTOR", agency: POLICE }],
    "probation-contributor": [{ role: "AGENCY_CONTRIBUTOR", agency: PROBATION }],
    // reads for the agency that leads, and leads one that does not
    "reads-for-police": [
      { role: "AGENCY_VIEWER", agency: POLICE },
      { role: "AGENCY_LEAD", agency: HOMES },
    ],
    "police-and-homes": [
      { role: "AGENCY_CONTRIBUTOR", agency: POLICE },
      { role: "AGENCY_CONTRIBUTOR", agency: HOMES },
    ],
    "lead-and-officer": [{ role: "AGENCY_LEAD", agency: POLICE }, { role: "PARTNERSHIP_OFFICER" }],
  };
  for (const [name, held] of Object.entries(people))
    callers.set(name, { key: await enrol(database, name, held), client: service.as(name) });
  for (const [name, held] of Object.entries({
    "token-drafting": {
      actsFor: "AGENCY_CONTRIBUTOR",
      agency: POLICE,
      scopes: ["READ_PLAN", "READ_REPORTING", "WRITE_REPORTING"],
    },
    "token-without-plan": {
      actsFor: "AGENCY_CONTRIBUTOR",
      agency: POLICE,
      scopes: ["READ_REPORTING", "WRITE_REPORTING"],
    },
    "token-reading": { actsFor: "AGENCY_CONTRIBUTOR", agency: POLICE, scopes: ["READ_PLAN", "READ_REPORTING"] },
    "token-for-officer": { actsFor: "PARTNERSHIP_OFFICER", scopes: ["READ_PLAN", "READ_REPORTING"] },
  })) {
    const client = await serviceAccount(service, name, held);
    const [row] = await owner.query<{ id: string }[]>("select id from person where subject = $1", [name]);
    callers.set(name, { key: row?.id ?? "", client });
  }
  for (const { id, subject } of await owner.query<{ id: string; subject: string }[]>(
    "select id, subject from person where subject = any ($1)",
    [["officer", "inspector", "scrutiny", "council-lead"].map((one) => `wrenford-${one}`)],
  ))
    callers.set(subject, { key: id, client: service.as(subject) });
  await owner.query("delete from field_grant");
  for (const agency of [POLICE, HOMES, PROBATION]) await draft("2.2", agency);
  await draft("5.1", POLICE);
  const ids = await agencyIds(service);
  agencies = [POLICE, HOMES].map((agency) => ids.get(`wrenford/${agency}`) ?? "");
  updates = await owner.query<Told[]>(
    `select u.id, g.name as agency, u.action_id as "actionId", a.reference, u.period_end as "periodEnd", u.version, u.state
     from progress_update u join action a on a.id = u.action_id join plan p on p.id = a.plan_id left join agency g on g.id = u.author_agency_id
     where p.slug = 'safeguarding-2018-2020' order by u.period_end desc`,
  );
});
afterAll(async () => {
  await service.stop();
  await service.database.drop();
});
afterEach(() => service.database.owner.query("delete from field_grant"));

const caller = (name: string) => {
  const found = callers.get(name);
  if (!found) throw new Error(`nobody is called ${name}`);
  return found;
};

/** What the explanation says of somebody: as they ask themselves, and where that is a token as an officer asks. */
async function explained(name: string, node: string, field: string): Promise<Explained | null> {
  const { key, client } = caller(name);
  const asks = name.startsWith("token-") ? service.as("lead-and-officer") : client;
  const variables = { node, field, actor: globalId("Actor", key) };
  return (await asks.ask<{ accessExplain: Explained | null }>(EXPLAIN, variables)).data?.accessExplain ?? null;
}

/** Whether the mutation goes through, of the very object; its words are those that stand there. */
async function goesThrough(name: string, mutation: string, input: object): Promise<boolean> {
  const { data, errors } = await caller(name).client.ask<Record<string, Outcome | null>>(mutation, { input });
  return errors.length === 0 && Object.values(data ?? {}).every((one) => one?.userErrors.length === 0);
}

/** Whether a rating can be added in any name: whoever writes for two agencies says for which. */
async function rates(name: string, rating: object): Promise<boolean> {
  for (const agency of [undefined, ...agencies]) if (await goesThrough(name, RATE, { ...rating, agency })) return true;
  return false;
}

const ofUpdate = async (name: string, { id, agency, actionId, periodEnd, version }: Told, field: string) => {
  const [row] = await service.database.owner.query<{ id: string; value: string | null }[]>(
    `select g.id, to_jsonb(u) ->> $3 as value from agency g, progress_update u where g.name = $1 and u.id = $2`,
    [agency, id, field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)],
  );
  const input = {
    action: globalId("Action", actionId),
    agency: globalId("Agency", row?.id ?? ""),
    periodEnd,
    expectedVersion: version,
    [field]: row?.value ?? null,
  };
  return {
    told: await explained(name, globalId("ProgressUpdate", id), field),
    through: await goesThrough(name, SAVE, input),
  };
};
const ofAction = async (name: string, reference: string, field: string) => {
  const { id = "", version, title, measure } = actions[reference] ?? {};
  const action = globalId("Action", id);
  // as it was reported: who moderates another colour would have to say why
  const [reported] = await service.database.owner.query<{ value: string | null }[]>(
    "select value from rating where action_id = $1 and dimension = 'IMPACT' and basis = 'REPORTED' order by as_at desc, recorded_at desc limit 1",
    [id],
  );
  const rating = { action, dimension: "IMPACT", value: reported?.value ?? null, asAt: "2019-02-14" };
  const told = await explained(name, action, field);
  const through =
    field === "Rating.value"
      ? rates(name, rating)
      : field === "Rating.rationale"
        ? rates(name, { ...rating, rationale: "Nobody has judged it." })
        : goesThrough(name, EDIT, {
            action,
            expectedVersion: version,
            ...(field === "title" ? { title } : { measure }),
          });
  return { told, through: await through };
};

const GRANTS: Record<string, { agency: string; field: string; effect?: string; relation?: string }[]> = {
  "no grant": [],
  "an author may, whatever it is to the action": [
    { agency: PROBATION, field: "ProgressUpdate.riskNote", relation: "AUTHOR" },
    { agency: POLICE, field: "ProgressUpdate.riskNote", relation: "AUTHOR", effect: "DENY" },
  ],
  "one may edit and rate, and one may not": [
    { agency: POLICE, field: "Action.measure" },
    { agency: HOMES, field: "Action.measure", effect: "DENY" },
    { agency: POLICE, field: "Rating.rationale" },
    { agency: HOMES, field: "Rating.value" },
    { agency: HOMES, field: "ProgressUpdate.overallProgress" },
    { agency: POLICE, field: "ProgressUpdate.overallProgress", effect: "DENY" },
  ],
};

test.each(Object.entries(GRANTS))(
  "under %s it says ALLOWED exactly where the mutation goes through",
  async (_, given) => {
    for (const one of given) await grant(service.database, one);
    const seen = new Map<string, number>();
    const held = (what: string[], { told, through }: { told: Explained | null; through: boolean }) => {
      expect([...what, told?.verdict === "ALLOWED", told]).toEqual([...what, through, told]);
      const decided = told ? `${told.verdict} ${told.decidedBy.kind}` : "not there";
      seen.set(decided, (seen.get(decided) ?? 0) + 1);
    };
    const tried = [
      ...[POLICE, HOMES, PROBATION].map((agency) => update("DRAFT", "2.2", agency)),
      update("DRAFT", "5.1"),
      update("SUBMITTED", "5.2"),
    ];
    for (const name of callers.keys()) {
      for (const one of tried)
        for (const field of ["overallProgress", "riskNote"])
          held([name, one.state, one.reference, String(one.agency), field], await ofUpdate(name, one, field));
      for (const reference of ["2.2", "5.1", "5.2"])
        for (const field of ["title", "measure", "Rating.value", "Rating.rationale"])
          held([name, reference, field], await ofAction(name, reference, field));
    }
    for (const decided of ["ALLOWED ROLE", "WITHHELD ROLE", "WITHHELD STATE", "WITHHELD SCOPE"])
      expect([decided, (seen.get(decided) ?? 0) > 0]).toEqual([decided, true]);
    expect([seen.has("ALLOWED GRANT"), seen.has("WITHHELD GRANT")]).toEqual([given.length > 0, given.length > 0]);
  },
);

test("two memberships do not make up between them what neither gives", async () => {
  // the police lead 5.2: to read for them and to lead another agency is not to lead it for them
  const { told, through } = await ofAction("reads-for-police", "5.2", "Rating.value");
  expect([told?.verdict, told?.relation, told?.decidedBy.rule, through]).toEqual([
    "WITHHELD",
    "LEAD",
    "setRating",
    false,
  ]);
  // neither is an update written in the name of the one for what the other is to the action
  const homes = await ofUpdate("reads-for-police", update("DRAFT", "2.2", POLICE), "overallProgress");
  expect([homes.told?.verdict, homes.told?.decidedBy.kind, homes.through]).toEqual(["WITHHELD", "ROLE", false]);
});

test("a grant to one of somebody's agencies neither lets nor keeps them from writing for the other", async () => {
  await grant(service.database, { agency: HOMES, field: "ProgressUpdate.riskNote", effect: "DENY" });
  await grant(service.database, { agency: POLICE, field: "Rating.value", effect: "DENY" });
  const forPolice = await ofUpdate("police-and-homes", update("DRAFT", "2.2", POLICE), "riskNote");
  expect([forPolice.told?.verdict, forPolice.through]).toEqual(["ALLOWED", true]);
  const forHomes = await ofUpdate("police-and-homes", update("DRAFT", "2.2", HOMES), "riskNote");
  expect([forHomes.told?.verdict, forHomes.told?.decidedBy.kind, forHomes.through]).toEqual([
    "WITHHELD",
    "GRANT",
    false,
  ]);
  // an officer moderates whatever is denied to the agency that the officer leads too
  const moderated = await ofAction("lead-and-officer", "5.2", "Rating.value");
  expect([moderated.told?.verdict, moderated.told?.relation, moderated.through]).toEqual([
    "ALLOWED",
    "OVERSIGHT",
    true,
  ]);
  // reading is not done for an agency: a denial through either membership holds
  await grant(service.database, { agency: HOMES, field: "Rating.value", operation: "READ", effect: "DENY" });
  const { redactions } = await caller("police-and-homes").client.ask(
    "query ($id: ID!) { node(id: $id) { ... on Action { ratings { impact { value } } } } }",
    { id: globalId("Action", actions["5.2"]?.id ?? "") },
  );
  expect(redactions.map(({ type, field }) => `${type}.${field}`)).toEqual(["Rating.value"]);
});

test("an update is its author's to change, and what is over or submitted is nobody's", async () => {
  await grant(service.database, { agency: PROBATION, field: "ProgressUpdate.riskNote", relation: "AUTHOR" });
  const mine = await ofUpdate("probation-contributor", update("DRAFT", "2.2", PROBATION), "riskNote");
  expect([mine.told, mine.through]).toMatchObject([
    { verdict: "ALLOWED", decidedBy: { kind: "GRANT", grant: { effect: "ALLOW" } } },
    true,
  ]);
  const rule = async (one: Told) => (await ofUpdate("police-lead", one, "riskNote")).told?.decidedBy;
  expect(await rule(update("SUBMITTED", "5.2"))).toMatchObject({
    kind: "STATE",
    rule: "ProgressUpdate.state:SUBMITTED",
  });
  expect(await rule(update("DRAFT", "5.1"))).toMatchObject({ kind: "STATE", rule: "Action.status:SIGNED_OFF" });
  // of an action of no day there is nothing to move
  const officer = caller("wrenford-officer");
  const undated = await service.database.owner.query<{ id: string; kind: string }[]>(
    "select a.id, a.by_when_kind as kind from action a join plan p on p.id = a.plan_id where p.slug = 'safeguarding-2018-2020' and a.by_when_kind in ('ONGOING', 'DUE') and a.status = 'IN_PROGRESS' order by a.reference",
  );
  for (const [kind, verdict] of [
    ["ONGOING", "WITHHELD STATE ByWhen.kind:ONGOING"],
    ["DUE", "ALLOWED ROLE moveDate"],
  ]) {
    const node = globalId("Action", undated.find((one) => one.kind === kind)?.id ?? "");
    const told = await explained("wrenford-officer", node, "ByWhen.end");
    expect([
      officer.key !== "",
      `${told?.verdict ?? ""} ${told?.decidedBy.kind ?? ""} ${told?.decidedBy.rule ?? ""}`,
    ]).toEqual([true, verdict]);
  }
});
