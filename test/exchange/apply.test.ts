import { applyPlan, type PlanToApply } from "../../src/domains/exchange/apply-plan";
import type { ReadAction } from "../../src/domains/exchange/reader/index";
import { createTestDatabase, operatorTransaction, type TestDatabase } from "../support/database";
import { fingerprint, place, type Place } from "./fixture";
import { action, byWhen, lead, reading } from "./readings";

let db: TestDatabase;
let here: Place;
let places = 0;
beforeAll(async () => (db = await createTestDatabase()));
afterAll(() => db.drop());
beforeEach(async () => (here = await place(db, `place-${(places += 1)}`)));

let files = 0;
const apply = (actions: ReadAction[], more: Partial<PlanToApply> = {}) =>
  operatorTransaction(db.app, here.partnershipId, (runner) =>
    applyPlan(runner, {
      partnershipId: here.partnershipId,
      planId: here.planId,
      reading: reading(actions),
      fileName: "plan.csv",
      sha256: String((files += 1)),
      appliedBy: "operator",
      asAt: "2019-02-14",
      ...more,
    }),
  );

const rows = async (text: string, values: unknown[] = [here.planId]): Promise<Record<string, unknown>[]> =>
  db.owner.query<Record<string, unknown>[]>(text, values);
const actionRow = async (reference: string) => {
  const [row] = await rows("select * from action where plan_id = $1 and reference = $2", [here.planId, reference]);
  return row ?? {};
};
const assignments = async (reference: string) =>
  rows(
    `select s.role, coalesce(g.name, '') as agency, coalesce(p.title, '') as post, s.text, s.position
     from assignment s join action a on a.id = s.action_id left join agency g on g.id = s.agency_id left join post p on p.id = s.post_id
     where a.plan_id = $1 and a.reference = $2 order by s.position`,
    [here.planId, reference],
  );

const council = () => lead("Borough Council", { agencyKey: here.council });
const police = () => lead("Police", { agencyKey: here.police });
const health = () => lead("Health", { agencyKey: here.health });

describe("who leads", () => {
  test.each([
    { cell: "one agency alone", leads: () => [council()], roles: ["LEAD"] },
    { cell: "several, none in bold", leads: () => [council(), police()], roles: ["UNCONFIRMED", "UNCONFIRMED"] },
    {
      cell: "several, one in bold",
      leads: () => [council(), { ...police(), bold: true }, health()],
      roles: ["CONTRIBUTOR", "LEAD", "CONTRIBUTOR"],
    },
    {
      cell: "several, two in bold",
      leads: () => [
        { ...council(), bold: true },
        { ...police(), bold: true },
      ],
      roles: ["UNCONFIRMED", "UNCONFIRMED"],
    },
    {
      cell: "the same agency twice",
      leads: () => [council(), lead("BC", { agencyKey: here.council })],
      roles: ["LEAD"],
    },
    {
      cell: "a known agency beside a stranger",
      leads: () => [council(), lead("Unheard Of Ltd")],
      roles: ["UNCONFIRMED"],
    },
    { cell: "a stranger alone", leads: () => [lead("Unheard Of Ltd")], roles: [] },
    { cell: "nobody", leads: () => [], roles: [] },
  ])("$cell", async ({ leads, roles }) => {
    await apply([action("1", { leads: leads() })]);
    expect((await assignments("1")).map(({ role }) => role)).toEqual(roles);
    const { doubts } = await actionRow("1");
    expect(doubts).toEqual(
      leads().some(({ agencyKey }) => agencyKey === null) ? ["lead not recognised: Unheard Of Ltd"] : [],
    );
  });

  test("a post is made once, and keeps the words printed", async () => {
    await apply([
      action("1", { leads: [lead("Head of Early Help", { postTitle: "Head of Early Help" })] }),
      action("2", { leads: [lead("head of early-help", { postTitle: "head of early-help" })] }),
    ]);
    expect(await rows("select title, key from post where partnership_id = $1", [here.partnershipId])).toEqual([
      { title: "Head of Early Help", key: "headofearlyhelp" },
    ]);
    expect(await assignments("2")).toEqual([
      { role: "LEAD", agency: "", post: "Head of Early Help", text: "head of early-help", position: 1 },
    ]);
  });
});

test("the first import keeps the by-when as the original, unless the file shows only a revised one", async () => {
  await apply([
    action("1"),
    action("2", { byWhen: byWhen("2019-05-31", { revised: true }) }),
    action("3", { byWhen: byWhen("2019-05-31", { revised: true }), originalByWhen: byWhen("2018-01-31") }),
    action("4", { byWhen: byWhen("soon", { kind: "ONGOING", end: "2019-01-01" }) }),
    action("5", { byWhen: byWhen("May to March", { kind: "RANGE", start: "2019-05-01", end: "2019-03-31" }) }),
  ]);
  expect(
    await rows(
      `select reference, by_when_kind, by_when_end, original_kind, original_end from action where plan_id = $1 order by reference`,
    ),
  ).toEqual([
    {
      reference: "1",
      by_when_kind: "DUE",
      by_when_end: "2019-03-31",
      original_kind: "DUE",
      original_end: "2019-03-31",
    },
    { reference: "2", by_when_kind: "DUE", by_when_end: "2019-05-31", original_kind: null, original_end: null },
    {
      reference: "3",
      by_when_kind: "DUE",
      by_when_end: "2019-05-31",
      original_kind: "DUE",
      original_end: "2018-01-31",
    },
    { reference: "4", by_when_kind: "ONGOING", by_when_end: null, original_kind: "ONGOING", original_end: null },
    { reference: "5", by_when_kind: "UNKNOWN", by_when_end: null, original_kind: "UNKNOWN", original_end: null },
  ]);
  expect((await actionRow("5")).doubts).toEqual(["date not understood: May to March"]);
});

describe("again", () => {
  const first = () => [
    action("1", { leads: [council()], milestones: [byWhen("2019-03-31"), byWhen("2019-09-30", { label: "Impact" })] }),
    action("2", { leads: [council(), police()], findings: [{ source: "OFSTED", reference: "Para 7" }] }),
    action("3", {
      delivery: { columnPresent: true, value: "AMBER", text: "A" },
      overallProgress: "Begun",
      doubts: ["the title was lost"],
    }),
  ];

  test("the same file changes nothing at all", async () => {
    await apply(first(), { sha256: "same" });
    const before = await fingerprint(db);
    const again = await apply(first(), { sha256: "same" });
    expect(again).toMatchObject({ alreadyApplied: true, batchId: null, inserted: 0, updated: 0, unchanged: 3 });
    expect(again.appliedBefore).toBeInstanceOf(Date);
    expect(await fingerprint(db)).toEqual(before);
  });

  test("the same rows in another file add a batch and nothing else", async () => {
    await apply(first());
    const before = await fingerprint(db);
    const again = await apply(first());
    expect(again).toMatchObject({ alreadyApplied: false, inserted: 0, updated: 0, unchanged: 3, notInFile: [] });
    const { import_batch, import_row, ...after } = await fingerprint(db);
    expect({ ...before, ...after }).toEqual(before);
    expect([import_batch, import_row]).not.toEqual([before["import_batch"], before["import_row"]]);
    expect(
      await rows("select outcome, count(*) from import_row group by 1 having count(*) > 0 order by 1", []),
    ).not.toHaveLength(0);
  });

  test("a first file after a second one is applied again", async () => {
    await apply(first(), { sha256: "A" });
    await apply([action("1", { title: "Other words" })], { sha256: "B" });
    const third = await apply(first(), { sha256: "A" });
    expect(third).toMatchObject({ alreadyApplied: false, updated: 1, unchanged: 2 });
    expect((await actionRow("1")).title).toBe("Action 1");
  });

  test("a changed file changes what it says, the current by-when, and never the original", async () => {
    await apply(first());
    const changed = await apply([
      action("1", { title: "New words", measure: "10 cases", byWhen: byWhen("2019-06-30"), leads: [police()] }),
      action("4"),
    ]);
    expect(changed).toMatchObject({ inserted: 1, updated: 1, unchanged: 0, notInFile: ["2", "3"] });
    expect(await actionRow("1")).toMatchObject({
      title: "New words",
      measure: "10 cases",
      by_when_end: "2019-06-30",
      original_end: "2019-03-31",
      version: 2,
    });
    expect(await assignments("1")).toMatchObject([{ role: "LEAD", agency: "County Police", text: "Police" }]);
    expect(await rows("select text from milestone where plan_id = $1 order by position")).toHaveLength(2);
    expect((await actionRow("3")).doubts).toEqual(["the title was lost"]);
  });

  test("a cell left empty erases nothing; a settled doubt stays settled; a sign-off stays", async () => {
    const full = action("1", { measure: "10 cases", description: "At length", doubts: ["which lead?"] });
    await apply([full]);
    await db.owner.query("update action set doubts = '{}', status = 'SIGNED_OFF' where plan_id = $1", [here.planId]);
    const status = { columnPresent: true, value: "IN_PROGRESS" as const, text: "in progress" };
    const again = await apply([{ ...full, measure: null, description: null, byWhen: byWhen(""), status }]);
    expect(again).toMatchObject({ updated: 0, unchanged: 1 });
    expect(await actionRow("1")).toMatchObject({
      measure: "10 cases",
      by_when_end: "2019-03-31",
      doubts: [],
      status: "SIGNED_OFF",
    });
    const third = await apply([{ ...full, doubts: ["another"] }]);
    expect(third.updated).toBe(1);
    expect((await actionRow("1")).doubts).toEqual(["another"]);
  });

  test("a lead that an officer confirmed outlives a cell that cannot say who leads", async () => {
    await apply([action("1", { leads: [council(), police()] })]);
    await db.owner.query(
      `update assignment set role = case when agency_id = $2 then 'LEAD' else 'CONTRIBUTOR' end where plan_id = $1`,
      [here.planId, here.police],
    );
    await apply([action("1", { title: "New words", leads: [council(), police(), health()] })]);
    expect(await assignments("1")).toMatchObject([
      { role: "CONTRIBUTOR", agency: "Borough Council" },
      { role: "LEAD", agency: "County Police" },
    ]);
  });
});

describe("colours and progress", () => {
  const green = { columnPresent: true, value: "GREEN" as const, text: "G" };
  const rated = (more: Partial<ReadAction> = {}) => action("1", { leads: [council()], delivery: green, ...more });
  const ratings = () =>
    rows(
      `select r.dimension, r.value, r.basis, r.as_at, r.agency_id from rating r join action a on a.id = r.action_id
       where a.plan_id = $1 order by r.as_at`,
    );

  test("a plan without a scheme is given the plain three colours, once", async () => {
    await apply([rated()]);
    await apply([rated({ delivery: { ...green, value: "AMBER" } })], { asAt: "2019-05-14" });
    expect(await ratings()).toEqual([
      { dimension: "DELIVERY", value: "GREEN", basis: "REPORTED", as_at: "2019-02-14", agency_id: here.council },
      { dimension: "DELIVERY", value: "AMBER", basis: "REPORTED", as_at: "2019-05-14", agency_id: here.council },
    ]);
    expect(await rows("select version from rating_scheme where plan_id = $1")).toHaveLength(1);
    expect(await rows("select label, definition from rating_scheme_entry where plan_id = $1")).toHaveLength(6);
  });

  test("the same colour later is news only when its day was stated", async () => {
    await apply([rated()]);
    await apply([rated({ title: "New words" })], { asAt: "2019-05-14" });
    expect(await ratings()).toHaveLength(1);
    await apply([rated({ title: "Newer words" })], { asAt: "2019-05-14", reaffirms: true });
    await apply([rated({ title: "Newest words" })], { asAt: "2019-05-14", reaffirms: true });
    expect((await ratings()).map(({ as_at }) => as_at)).toEqual(["2019-02-14", "2019-05-14"]);
  });

  test("a colour that the partnership's scheme has not is a doubt", async () => {
    await db.owner.query(
      `with s as (insert into rating_scheme (partnership_id, plan_id) values ($1, $2) returning id)
       insert into rating_scheme_entry (partnership_id, plan_id, scheme_id, dimension, value, label)
       select $1, $2, id, 'DELIVERY', 'RED', 'Off course' from s`,
      [here.partnershipId, here.planId],
    );
    await apply([rated()]);
    expect(await ratings()).toEqual([]);
    expect((await actionRow("1")).doubts).toEqual(["colour not in the plan's rating scheme: DELIVERY GREEN"]);
  });

  test("progress is an accepted update, said once, beside an agency's own draft", async () => {
    await apply([action("1", { leads: [council()] })]);
    await db.owner.query(
      `insert into progress_update (partnership_id, action_id, author_agency_id, period_end, state)
       select $1, id, $3, '2019-02-14', 'DRAFT' from action where plan_id = $2`,
      [here.partnershipId, here.planId, here.council],
    );
    await apply([action("1", { leads: [council()], overallProgress: "Half done" })]);
    await apply([action("1", { leads: [council()], overallProgress: "Half done", title: "New words" })], {
      asAt: "2019-05-14",
    });
    expect(
      await rows(
        `select u.state, u.version, u.overall_progress, u.author_agency_id, u.submitted_at
         from progress_update u join action a on a.id = u.action_id where a.plan_id = $1 order by u.version`,
      ),
    ).toMatchObject([
      { state: "DRAFT", version: 1 },
      {
        state: "ACCEPTED",
        version: 2,
        overall_progress: "Half done",
        author_agency_id: here.council,
        submitted_at: null,
      },
    ]);
  });

  test.each([
    { plan: "nowhere to say", more: {}, status: "NOT_STARTED" },
    {
      plan: "a status",
      more: { status: { columnPresent: true, value: "COMPLETED" as const, text: "done" } },
      status: "COMPLETED",
    },
    { plan: "a lost status", more: { status: { columnPresent: true, value: null, text: null } }, status: null },
    { plan: "a lost colour", more: { delivery: { columnPresent: true, value: null, text: null } }, status: null },
  ])("status of a plan with $plan: $status", async ({ more, status }) => {
    await apply([action("1", more)]);
    expect((await actionRow("1")).status).toBe(status);
  });
});

test("objectives, themes and findings are made once and cited", async () => {
  const objectives = [
    {
      reference: "1",
      title: "Early help",
      kind: "RECOMMENDATION" as const,
      finding: "Help comes late",
      aim: null,
      findings: [{ source: "OFSTED", reference: "Recommendation 1" }],
      themeTitle: "Help",
      lines: { from: 1, to: 1 },
      doubts: [],
    },
  ];
  const actions = [
    action("1.1", { objectiveReference: "1", findings: [{ source: "A council's own", reference: "7" }] }),
    action("1.2", { objectiveReference: "9" }),
  ];
  const read = reading(actions, { objectives, themes: ["Help", "Lead"] });
  await apply(actions, { reading: read });
  const before = await fingerprint(db);
  await apply(actions, { reading: read });
  const after = await fingerprint(db);
  expect({ ...after, import_batch: "", import_row: "" }).toEqual({ ...before, import_batch: "", import_row: "" });
  expect(await rows("select position, title from theme where plan_id = $1 order by position")).toEqual([
    { position: 1, title: "Help" },
    { position: 2, title: "Lead" },
  ]);
  expect(await rows("select source, reference, title from finding where plan_id = $1 order by source")).toEqual([
    { source: "OFSTED", reference: "Recommendation 1", title: "Help comes late" },
    { source: "OTHER", reference: "7", title: null },
  ]);
  expect((await actionRow("1.2")).doubts).toEqual(["objective not in the plan: 9"]);
  expect(
    await rows(
      "select entity, reference, outcome, line_from from import_row where partnership_id = $1 and outcome = 'INSERTED' order by reference",
      [here.partnershipId],
    ),
  ).toMatchObject([
    { entity: "objective", reference: "1", line_from: 1 },
    { entity: "action", reference: "1.1", line_from: 2 },
    { entity: "action", reference: "1.2" },
  ]);
});

test("a failure half-way leaves nothing", async () => {
  const before = await fingerprint(db);
  await expect(
    apply([
      action("1", { leads: [council()] }),
      action("2", { leads: [council()], byWhen: byWhen("x", { kind: "DUE", end: "2019-02-31" }) }),
    ]),
  ).rejects.toThrow();
  expect(await fingerprint(db)).toEqual(before);
});

test("the keeper of one partnership cannot touch another's plan", async () => {
  const there = await place(db, `other-${places}`);
  const before = await fingerprint(db);
  const attempt = (partnershipId: string) =>
    operatorTransaction(db.app, here.partnershipId, (runner) =>
      applyPlan(runner, {
        partnershipId,
        planId: there.planId,
        reading: reading([action("1")]),
        fileName: "plan.csv",
        sha256: "other",
        appliedBy: "operator",
        asAt: "2019-02-14",
      }),
    );
  await expect(attempt(there.partnershipId)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(attempt(here.partnershipId)).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect(await fingerprint(db)).toEqual(before);
});

test("5,000 actions take one batch of statements, not one each", async () => {
  const many = Array.from({ length: 5_000 }, (_, index) =>
    action(`${1 + Math.floor(index / 50)}.${1 + (index % 50)}`, {
      leads: [council(), police()],
      delivery: { columnPresent: true, value: "GREEN", text: "G" },
      overallProgress: `Progress ${index}`,
    }),
  );
  let statements = 0;
  const result = await operatorTransaction(db.app, here.partnershipId, (runner) =>
    applyPlan(
      {
        query: (text, values) => {
          statements += 1;
          return runner.query(text, values) as Promise<unknown>;
        },
      },
      {
        partnershipId: here.partnershipId,
        planId: here.planId,
        reading: reading(many),
        fileName: "many.csv",
        sha256: "many",
        appliedBy: "operator",
        asAt: "2019-02-14",
      },
    ),
  );
  expect(result.inserted).toBe(5_000);
  expect(statements).toBeLessThan(30);
});
