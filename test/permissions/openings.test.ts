import { globalId } from "../../src/platform/graphql/ids";
import { DEMONSTRATION_ISSUER } from "../../src/platform/http/tokens";
import { enrol, serviceAccount } from "../support/enrol";
import { NOW } from "../support/service";
import {
  actions,
  agencies,
  at,
  drafts,
  given,
  mustOpen,
  open,
  OPEN,
  openings,
  type Outcome,
  REASON,
  trail,
  world,
} from "./opening-world";

test("an officer opens one agency's drafts on one action, alone, and reads all of them but the author's own note", async () => {
  const before = await trail();
  expect(await drafts("wrenford-officer")).toEqual([]);
  const { data, errors, redactions } = await world.service
    .as("wrenford-officer")
    .ask<{ openRestrictedRecord: Outcome }>(OPEN, { input: given("8.1", "Wrenford Homes") });
  expect(errors).toEqual([]);
  expect(data?.openRestrictedRecord).toEqual({
    opening: {
      id: expect.any(String) as string,
      reason: REASON,
      openedBy: "Partnership business manager",
      openedAt: "2019-02-14T09:00:00.000Z",
      openedUntil: "2019-02-14T12:00:00.000Z",
      action: { reference: "8.1" },
      agency: { name: "Wrenford Homes" },
      viewerCan: { acknowledge: false, review: false },
    },
    progressUpdates: [
      {
        state: "DRAFT",
        overallProgress: "February's money is agreed in principle.",
        riskNote: expect.stringMatching(/^Not/) as string,
        draftingNote: null,
        author: { name: "Wrenford Homes" },
        action: { reference: "8.1" },
      },
    ],
    userErrors: [],
  });
  expect(redactions).toEqual([{ type: "ProgressUpdate", field: "draftingNote", requires: "AUTHOR_DRAFT" }]);
  expect(await drafts("wrenford-officer")).toEqual(["8.1 Wrenford Homes"]);
  for (const other of ["second-officer", "wrenford-chair", "wrenford-inspector", "wrenford-council-lead"])
    expect([other, (await drafts(other)).filter((draft) => draft.startsWith("8.1"))]).toEqual([other, []]);
  const added = (await trail()).filter((entry) => !before.some((old) => JSON.stringify(old) === JSON.stringify(entry)));
  expect(added).toEqual([
    {
      kind: "recordOpening.opened",
      outcome: "DONE",
      who: "wrenford-officer",
      detail: { action: actions["8.1"], agency: agencies["Wrenford Homes"] },
    },
  ]);
});

test("an action on which the agency drafts nothing opens to an empty list; what is drafted then is read", async () => {
  const { outcome } = await open("wrenford-officer", given("6.1"));
  expect([outcome?.progressUpdates, outcome?.userErrors]).toEqual([[], []]);
  await world.database.owner.query(
    `insert into progress_update (partnership_id, action_id, author_agency_id, period_end, state) select partnership_id, id, $2, '2019-03-31', 'DRAFT' from action where id = $1`,
    [actions["6.1"], agencies["Wrenshire Constabulary"]],
  );
  expect(await drafts("wrenford-officer")).toEqual(["6.1 Wrenshire Constabulary"]);
  await world.database.owner.query("delete from progress_update where action_id = $1 and state = 'DRAFT'", [
    actions["6.1"],
  ]);
});

test("it is open to the last millisecond, and shut at the third hour", async () => {
  await mustOpen("wrenford-officer");
  const until = NOW.getTime() + 3 * 60 * 60 * 1000;
  expect(await drafts("wrenford-officer", await at(new Date(until - 1)))).toEqual(["5.2 Wrenshire Constabulary"]);
  const shut = await at(new Date(until));
  expect(await drafts("wrenford-officer", shut)).toEqual([]);
  // and may be opened again then, on another reason
  await mustOpen(
    "wrenford-officer",
    given("5.2", "Wrenshire Constabulary", "It is not clear yet who saw the child."),
    shut,
  );
  expect(await openings()).toHaveLength(2);
});

test("a second opening while one is in force is a conflict that says until when; another officer's is its own", async () => {
  await mustOpen("wrenford-officer");
  const before = await trail();
  const { outcome } = await open("wrenford-officer", given(), await at(new Date("2019-02-14T11:59:59Z")));
  expect(outcome).toMatchObject({ opening: null, progressUpdates: [], userErrors: [{ code: "CONFLICT" }] });
  expect(outcome?.userErrors[0]?.message).toContain("2019-02-14T12:00:00.000Z");
  expect([await openings(), await trail()]).toEqual([[expect.anything()], before]);
  await mustOpen("second-officer");
  const both = await Promise.all([open("officer-and-chair"), open("officer-and-chair")]);
  expect(both.map((one) => one.outcome?.userErrors.map(({ code }) => code) ?? []).sort()).toEqual([[], ["CONFLICT"]]);
});

test.each([
  null,
  "wrenford-scrutiny",
  "wrenford-police-viewer",
  "police-contributor",
  "police-lead",
  "wrenford-chair",
  "wrenford-inspector",
  "wrenford-integrator",
])("%s may not open anything, and nothing moves", async (actor) => {
  const before = await trail();
  expect(await open(actor)).toEqual({ outcome: undefined, codes: ["FORBIDDEN"] });
  expect([await openings(), await trail()]).toEqual([[], before]);
});

test("a service account that acts for an officer may not", async () => {
  for (const scopes of [["READ_PLAN", "READ_REPORTING"], undefined]) {
    const feed = await serviceAccount(world.service, `feed of ${String(scopes)}`, {
      actsFor: "PARTNERSHIP_OFFICER",
      scopes,
    });
    expect(await feed.refusals(OPEN, { input: given() })).toEqual(["FORBIDDEN"]);
  }
  expect(await openings()).toEqual([]);
});

test("what is not of the officer's partnership is as what is not there, word for word", async () => {
  const absent = { ...given(), action: globalId("Action", "00000000-0000-4000-8000-000000000000") };
  const foreign = Object.keys(actions).find((key) => key.startsWith("coventry"));
  const tries = [
    ["wrenford-officer", absent],
    ["wrenford-officer", given(foreign ?? "", "Wrenford Homes")],
    ["wrenford-officer", { ...given(), agency: given("5.2", "Coventry City Council").agency }],
    ["wrenford-officer", { ...given(), agency: globalId("Agency", "00000000-0000-4000-8000-000000000000") }],
    ["wrenford-officer", { ...given(), agency: given().action }],
    ["wrenford-officer", { ...given(), action: "nothing" }],
    ["coventry-officer", given()],
    ["coventry-officer", given("wrenford neglect-2019 1.1", "Wrenford Public Health")],
  ] as const;
  const answers = await Promise.all(tries.map(([actor, input]) => open(actor, input)));
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  expect(answers[0]?.outcome?.userErrors.map(({ code }) => code)).toEqual(["NOT_FOUND"]);
  expect(await openings()).toEqual([]);
});

test.each([
  ["nineteen characters", "x".repeat(19), ["BAD_USER_INPUT"]],
  ["twenty", "x".repeat(20), []],
  ["a thousand", "x".repeat(1000), []],
  ["a thousand and one", "x".repeat(1001), ["BAD_USER_INPUT"]],
  ["white space around too little", `${" ".repeat(40)}because${" ".repeat(40)}`, ["BAD_USER_INPUT"]],
  ["a NUL", `${REASON}\0`, ["BAD_USER_INPUT"]],
])("a reason of %s", async (_what, reason, codes) => {
  const { outcome } = await open("wrenford-officer", given("5.2", "Wrenshire Constabulary", reason));
  expect(outcome?.userErrors.map(({ code }) => code)).toEqual(codes);
  expect(await openings()).toHaveLength(codes.length === 0 ? 1 : 0);
});

test("an opening reads and never writes, in the service and below it", async () => {
  await mustOpen("wrenford-officer");
  const before = await world.database.owner.query<object[]>(
    "select * from progress_update where state = 'DRAFT' order by id",
  );
  const refused = await world.service
    .as("wrenford-officer")
    .refusals(
      `mutation ($input: SaveProgressDraftInput!) { saveProgressDraft(input: $input) { userErrors { code } } }`,
      { input: { action: given().action, periodEnd: "2019-03-31", overallProgress: "Mine now" } },
    );
  expect(refused).toEqual(["FORBIDDEN"]);
  const runner = world.database.app.createQueryRunner();
  await runner.startTransaction();
  await runner.query("select app.enter($1, 'wrenford-officer', $2)", [DEMONSTRATION_ISSUER, NOW.toISOString()]);
  const [seen] = (await runner.query("select count(*) as count from progress_update where state = 'DRAFT'")) as {
    count: number;
  }[];
  const [, changed] = (await runner.query(
    "update progress_update set overall_progress = 'Mine now' where state = 'DRAFT'",
  )) as [unknown, number];
  const blind = (await runner.query("update progress_update set published_at = app.now()")) as [unknown, number];
  await runner.commitTransaction();
  await runner.release();
  expect([seen?.count, changed]).toEqual([1, 0]);
  expect(blind[1]).toBeGreaterThan(0);
  expect(await world.database.owner.query("select * from progress_update where state = 'DRAFT' order by id")).toEqual(
    before,
  );
});

test("an officer who leaves within the three hours loses it at once", async () => {
  const person = await enrol(world.database, "leaving", [
    { role: "PARTNERSHIP_OFFICER" },
    { role: "INSPECTOR" },
    { role: "PARTNERSHIP_OFFICER", partnership: "coventry" },
  ]);
  await mustOpen("leaving");
  const update = globalId(
    "ProgressUpdate",
    (
      await world.database.owner.query<{ id: string }[]>(
        "select id from progress_update where action_id = $1 and state = 'DRAFT'",
        [actions["5.2"]],
      )
    )[0]?.id ?? "",
  );
  // an opening of its own elsewhere is in force still
  const council = Object.keys(actions).find((key) => key.startsWith("coventry")) ?? "";
  await mustOpen("leaving", given(council, "Coventry City Council"));
  const node = `query ($id: ID!) { node(id: $id) { id } }`;
  expect(await world.service.as("leaving").data(node, { id: update })).toEqual({ node: { id: update } });
  await world.database.owner.query(
    `update membership m set ended_at = $2, ended_by = $1 from partnership p
     where m.person_id = $1 and m.role = 'PARTNERSHIP_OFFICER' and p.id = m.partnership_id and p.slug = 'wrenford'`,
    [person, NOW],
  );
  expect(await world.service.as("leaving").refusals(node, { id: update })).toEqual(["NOT_FOUND"]);
  expect(await drafts("leaving")).toEqual([]);
});
