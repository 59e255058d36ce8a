import { enrol } from "../support/enrol";
import { below, entries, refusalsOf } from "../support/writes";
import { BOARD, type BoardsWorld, decided, demonstrationOfBoards, done, mutation } from "./world";

const RESPOND = mutation(
  "respondToTrackedItem",
  "RespondToTrackedItemInput",
  "trackedItem",
  "status version responses { number text progress respondedOn agency { name } post { title } }",
);
const CLOSE = mutation("closeTrackedItem", "TrackedItemInput", "trackedItem", "status closedOn version overdue");
const REOPEN = mutation("reopenTrackedItem", "TrackedItemInput", "trackedItem", "status closedOn");
const LINK = mutation("linkTrackedItem", "LinkTrackedItemInput", "trackedItem", "actions { reference }");
const ADD = mutation(
  "addWorkProgrammeItem",
  "AddWorkProgrammeItemInput",
  "workProgrammeItem",
  "id number basis scheduledOn publishedAt meeting { day }",
);
const PLACE = mutation(
  "scheduleWorkProgrammeItem",
  "ScheduleWorkProgrammeItemInput",
  "workProgrammeItem",
  "basis scheduledOn version meeting { day }",
);
const CONCLUDE = mutation(
  "recordWorkProgrammeOutcome",
  "RecordWorkProgrammeOutcomeInput",
  "workProgrammeItem",
  "outcome",
);

let world: BoardsWorld;
beforeAll(async () => {
  world = await demonstrationOfBoards();
});
afterAll(async () => {
  await world.service.stop();
  await world.database.drop();
});

/** A new item of the partnership board's that asks this of somebody. */
async function asked(ask: object, business = "PUBLIC"): Promise<string> {
  await decided(world, "RESOLVE", { business, asks: [{ kind: "ACTION", title: "Asked in a test", ...ask }] });
  const [last] = await world.database.owner.query<{ number: number }[]>(
    "select max(t.number) as number from tracked_item t join board b on b.id = t.board_id where b.name = $1",
    [BOARD],
  );
  return world.trackedItem(last?.number ?? 0);
}

// the police are asked, by their post
test.each([
  ["police-contributor", { agency: { name: "Wrenshire Constabulary" }, post: null }],
  ["police-lead", { agency: { name: "Wrenshire Constabulary" }, post: null }],
  ["wrenford-officer", { agency: { name: "Wrenshire Constabulary" }, post: { title: "Head of Public Protection" } }],
  ["wrenford-police-viewer", ["FORBIDDEN"]],
  ["wrenford-council-lead", ["FORBIDDEN input.trackedItem"]],
  ["wrenford-chair", ["FORBIDDEN"]],
  ["wrenford-inspector", ["FORBIDDEN"]],
  ["wrenford-scrutiny", ["FORBIDDEN"]],
  ["wrenford-integrator", ["FORBIDDEN"]],
  ["coventry-officer", ["NOT_FOUND"]],
  [null, ["FORBIDDEN"]],
])("%s answers what the police are asked: %j", async (actor, expected) => {
  const trackedItem = await asked({ post: await world.post("Head of Public Protection") });
  const input = { trackedItem, text: "Two officers were trained", progress: "IN_PROGRESS" };
  if (Array.isArray(expected)) {
    const before = await world.moving();
    expect(await refusalsOf(world.service, actor, RESPOND, input)).toEqual(expected);
    expect(await world.moving()).toEqual(before);
    return;
  }
  expect(await done(world.service, actor ?? "", RESPOND, input)).toEqual({
    status: "ANSWERED",
    version: 2,
    responses: [{ number: 1, text: input.text, progress: "IN_PROGRESS", respondedOn: "2019-02-14", ...expected }],
  });
  const [entry] = (await entries(world.database)).filter(({ kind }) => kind === "trackedItem.answered").slice(-1);
  expect(JSON.stringify(entry?.detail)).not.toContain("officers");
});

test("a collective's member answers what the collective is asked; nobody answers with another hat on", async () => {
  const trackedItem = await asked({ agency: await world.agency("Health") });
  expect(await done(world.service, "icb-contributor", RESPOND, { trackedItem, text: "By spring" })).toMatchObject({
    responses: [{ agency: { name: "Wrenford Integrated Care Board" } }],
  });
  await enrol(world.database, "acute-viewer-housing-lead", [
    { role: "AGENCY_VIEWER", agency: "Wrenford General Hospitals Trust" },
    { role: "AGENCY_LEAD", agency: "Wrenford Homes" },
  ]);
  const before = await world.moving();
  expect(
    await refusalsOf(world.service, "acute-viewer-housing-lead", RESPOND, { trackedItem, text: "By spring" }),
  ).toEqual(["FORBIDDEN input.trackedItem"]);
  expect(await world.moving()).toEqual(before);
});

test("what is asked in private is read and answered by whoever is asked, seat or no seat", async () => {
  const trackedItem = await asked({ agency: await world.agency("Wrenford Homes") }, "PRIVATE");
  const read = "query ($id: ID!) { node(id: $id) { ... on TrackedItem { title decision { text } } } }";
  const node = async (actor: string | null) =>
    (await world.service.as(actor).ask<{ node: object | null }>(read, { id: trackedItem })).data?.node;
  expect(await node("wrenford-housing-contributor")).toEqual({ title: "Asked in a test", decision: null });
  expect(await node("wrenford-council-lead")).toMatchObject({ decision: { text: "Decided in a test" } });
  for (const actor of ["wrenford-schools-lead", "wrenford-scrutiny", null]) expect(await node(actor)).toBeNull();
  expect(await refusalsOf(world.service, "housing-lead", RESPOND, { trackedItem, text: "In hand" })).toEqual([]);
  expect(await refusalsOf(world.service, "wrenford-schools-lead", RESPOND, { trackedItem, text: "In hand" })).toEqual([
    "NOT_FOUND",
  ]);
});

test("an officer records an answer of an earlier day; an agency's is of today", async () => {
  const trackedItem = await asked({ agency: await world.agency("Wrenford Homes") });
  const answer = (actor: string, respondedOn: string) =>
    refusalsOf(world.service, actor, RESPOND, { trackedItem, text: "By letter", respondedOn });
  const before = await world.moving();
  expect(await answer("wrenford-officer", "2019-02-15")).toEqual(["BAD_USER_INPUT input.respondedOn"]);
  expect(await answer("wrenford-officer", "2019-02-06")).toEqual(["BAD_USER_INPUT input.respondedOn"]);
  expect(await answer("housing-lead", "2019-02-08")).toEqual(["FORBIDDEN input.respondedOn"]);
  expect(await world.moving()).toEqual(before);
  expect(await answer("wrenford-officer", "2019-02-08")).toEqual([]);
});

test("an item is closed by an officer, stays in the tracker, and is answered no more until it is reopened", async () => {
  const { service } = world;
  const trackedItem = await asked({ agency: await world.agency("Wrenford Homes") });
  for (const actor of ["wrenford-chair", "housing-lead", "wrenford-scrutiny"])
    expect([actor, await refusalsOf(service, actor, CLOSE, { trackedItem })]).toEqual([actor, ["FORBIDDEN"]]);
  expect(await refusalsOf(service, "coventry-officer", CLOSE, { trackedItem })).toEqual(["NOT_FOUND"]);
  expect(await done(service, "wrenford-officer", CLOSE, { trackedItem, expectedVersion: 1 })).toEqual({
    status: "CLOSED",
    closedOn: "2019-02-14",
    version: 2,
    overdue: false,
  });
  const before = await world.moving();
  expect(await refusalsOf(service, "housing-lead", RESPOND, { trackedItem, text: "Late" })).toEqual([
    "CONFLICT input.trackedItem",
  ]);
  expect(await refusalsOf(service, "wrenford-officer", CLOSE, { trackedItem })).toEqual(["CONFLICT input.trackedItem"]);
  expect(await world.moving()).toEqual(before);
  expect(await done(service, "wrenford-officer", REOPEN, { trackedItem })).toEqual({ status: "OPEN", closedOn: null });
  expect(await refusalsOf(service, "housing-lead", RESPOND, { trackedItem, text: "In time" })).toEqual([]);
});

test("two answers at once: both are kept, in an order, or one is told of the version that the other made", async () => {
  const trackedItem = await asked({ agency: await world.agency("Wrenford Homes") });
  const answers = await Promise.all(
    ["housing-lead", "wrenford-housing-contributor"].map((actor) =>
      refusalsOf(world.service, actor, RESPOND, { trackedItem, text: `By ${actor}`, expectedVersion: 1 }),
    ),
  );
  expect(answers.map(([refusal]) => refusal ?? "done").sort()).toEqual(["CONFLICT input.expectedVersion", "done"]);
  const kept = await world.database.owner.query<object[]>(
    "select 1 from tracked_item_response r where r.text like 'By %housing%'",
  );
  expect(kept.length).toBe(1);
});

test("an item leads to actions of its own partnership, and they lead back", async () => {
  const trackedItem = await asked({});
  const link = (actor: string, actions: string[]) => refusalsOf(world.service, actor, LINK, { trackedItem, actions });
  const before = await world.moving();
  expect(await link("wrenford-officer", [])).toEqual(["BAD_USER_INPUT input.actions"]);
  expect(await link("wrenford-officer", [world.action("coventry improvement-2017-2019 1.1")])).toEqual([
    "BAD_USER_INPUT input.actions",
  ]);
  expect(await link("police-lead", [world.action("5.2")])).toEqual(["FORBIDDEN"]);
  expect(await world.moving()).toEqual(before);
  const actions = [world.action("5.2"), world.action("1.2")];
  expect(await done(world.service, "wrenford-officer", LINK, { trackedItem, actions })).toEqual({
    actions: [{ reference: "1.2" }, { reference: "5.2" }],
  });
});

test("below the service an agency answers what it was asked, and nothing else of it", async () => {
  await asked({ agency: await world.agency("Wrenford Homes") });
  const last = "(select id from tracked_item order by raised_on desc, number desc limit 1)";
  const respond = (agency: string) =>
    `insert into tracked_item_response (partnership_id, tracked_item_id, number, agency_id, responded_on, text)
     select t.partnership_id, t.id, 9, g.id, '2019-02-14', 'Said' from tracked_item t, agency g where t.id = ${last} and g.name = '${agency}'`;
  const refused = "new row violates row-level security policy";
  const by = (actor: string, text: string) => below(world.database, actor, text);
  expect(await by("housing-lead", respond("Wrenford Homes"))).toBe(1);
  expect(await by("housing-lead", respond("Wrenshire Constabulary"))).toBe(refused);
  expect(await by("police-lead", respond("Wrenshire Constabulary"))).toBe(refused);
  expect(await by("housing-lead", `update tracked_item set status = 'ANSWERED', version = 2 where id = ${last}`)).toBe(
    1,
  );
  expect(await by("police-lead", `update tracked_item set status = 'ANSWERED' where id = ${last}`)).toBe(0);
  for (const set of [
    "status = 'CLOSED'",
    "status = 'ANSWERED', published_at = app.now()",
    "status = 'ANSWERED', closed_on = '2019-02-14'",
  ])
    expect([set, await by("housing-lead", `update tracked_item set ${set} where id = ${last}`)]).toEqual([
      set,
      "an agency answers what it was asked, and changes nothing else of it",
    ]);
});

test("something is proposed, scheduled for a meeting, and done with once its outcome is recorded", async () => {
  const { service } = world;
  const board = await world.board();
  const meeting = await world.meeting("2019-05-09");
  const item = await done<{ id: string }>(service, "wrenford-officer", ADD, {
    board,
    title: "Private fostering",
    yearLabel: "2019",
  });
  expect(item).toMatchObject({ number: 3, basis: "PROPOSED", scheduledOn: null, publishedAt: null, meeting: null });
  const workProgrammeItem = item.id;
  const before = await world.moving();
  const place = (more: object) => refusalsOf(service, "wrenford-officer", PLACE, { workProgrammeItem, ...more });
  expect(await place({})).toEqual(["BAD_USER_INPUT input.meeting"]);
  expect(await place({ meeting, scheduledOn: "2019-05-10" })).toEqual(["BAD_USER_INPUT input.scheduledOn"]);
  expect(await place({ basis: "PROPOSED", meeting })).toEqual(["BAD_USER_INPUT input.basis"]);
  expect(await place({ meeting: await world.meeting("2019-01-24", "Wrenford Executive Group") })).toEqual([
    "BAD_USER_INPUT input.meeting",
  ]);
  expect(await place({ meeting, expectedVersion: 4 })).toEqual(["CONFLICT input.expectedVersion"]);
  expect(await refusalsOf(service, "wrenford-chair", PLACE, { workProgrammeItem, meeting })).toEqual(["FORBIDDEN"]);
  expect(await world.moving()).toEqual(before);
  expect(await done(service, "wrenford-officer", PLACE, { workProgrammeItem, meeting })).toEqual({
    basis: "SCHEDULED",
    scheduledOn: "2019-05-09",
    version: 2,
    meeting: { day: "2019-05-09" },
  });
  expect(
    await done(service, "wrenford-officer", CONCLUDE, { workProgrammeItem, outcome: "Circulated instead" }),
  ).toEqual({ outcome: "Circulated instead" });
  expect(await place({ basis: "PROPOSED" })).toEqual(["CONFLICT input.workProgrammeItem"]);
});

test("scrutiny tracks its own recommendations: those that are published, with the actions that they led to", async () => {
  const { partnership } = await world.service.as("wrenford-scrutiny").data<{
    partnership: { boards: { name: string; trackedItems: { nodes: object[] } }[] };
  }>('{ partnership(slug: "wrenford") { boards { name trackedItems(first: 5) { nodes { kind title status actions { reference } } } } } }');
  const of = (name: string) => partnership.boards.find((board) => board.name === name)?.trackedItems.nodes;
  expect(of("Wrenford Scrutiny Committee")).toEqual([
    {
      kind: "RECOMMENDATION",
      title: "Publish how often return interviews are in time",
      status: "OPEN",
      actions: [{ reference: "5.2" }],
    },
  ]);
  expect(of(BOARD)).toEqual([
    expect.objectContaining({ title: "Say what keeps the direct line from working", status: "ANSWERED" }),
  ]);
});
