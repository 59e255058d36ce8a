import { globalId } from "../../src/platform/graphql/ids";
import { enrol } from "../support/enrol";
import { below, entries, refusalsOf } from "../support/writes";
import { BOARD, type BoardsWorld, decided, demonstrationOfBoards, done, MET, mutation, told } from "./world";

const SCHEDULE = mutation("scheduleMeeting", "ScheduleMeetingInput", "meeting", "id day startTime state version");
const HOLD = mutation("holdMeeting", "MeetingInput", "meeting", "state version");
const CANCEL = mutation("cancelMeeting", "CancelMeetingInput", "meeting", "state cancelledReason");
const PUBLISH = mutation("publishMeeting", "MeetingInput", "meeting", "publishedAt agenda { title publishedAt }");
const ITEM = mutation(
  "addAgendaItem",
  "AddAgendaItemInput",
  "agendaItem",
  "id position business kind papers { position title link }",
);
const DECIDE = mutation(
  "recordDecision",
  "RecordDecisionInput",
  "decision",
  "id number kind business decidedOn trackedItems { number kind title business raisedOn agency { name } post { title } actions { reference } }",
);

let world: BoardsWorld;
beforeAll(async () => {
  world = await demonstrationOfBoards();
});
afterAll(async () => {
  await world.service.stop();
  await world.database.drop();
});

test("a meeting is planned, held once its day has come, and then stays held", async () => {
  const { service } = world;
  const board = await world.board();
  const planned = await done<{ id: string }>(service, "wrenford-officer", SCHEDULE, {
    board,
    day: "2019-02-14",
    startTime: "09:30",
  });
  expect(planned).toMatchObject({ day: "2019-02-14", startTime: "09:30", state: "PLANNED", version: 1 });
  const meeting = planned.id;
  const before = await world.moving();
  const schedule = (more: object) =>
    refusalsOf(service, "wrenford-officer", SCHEDULE, { board, day: "2019-03-01", ...more });
  expect(await schedule({ day: "2019-02-14" })).toEqual(["CONFLICT input.day"]);
  expect(await schedule({ startTime: "25:00" })).toEqual(["BAD_USER_INPUT input.startTime"]);
  expect(await schedule({ board: await world.board("Wrenford Safeguarding Children Board") })).toEqual([
    "BAD_USER_INPUT input.day",
  ]);
  for (const [actor, refused] of [
    ["wrenford-chair", ["FORBIDDEN"]],
    ["police-lead", ["FORBIDDEN"]],
    ["coventry-officer", ["NOT_FOUND"]],
  ] as const)
    expect([actor, await refusalsOf(service, actor, HOLD, { meeting })]).toEqual([actor, refused]);
  expect(await refusalsOf(service, "wrenford-officer", HOLD, { meeting: await world.meeting("2019-05-09") })).toEqual([
    "BAD_USER_INPUT input.meeting",
  ]);
  expect(await world.moving()).toEqual(before);
  expect(await done(service, "wrenford-officer", HOLD, { meeting, expectedVersion: 1 })).toEqual({
    state: "HELD",
    version: 2,
  });
  for (const input of [{ meeting }, { meeting, expectedVersion: 1 }])
    expect((await refusalsOf(service, "wrenford-officer", HOLD, input))[0]).toMatch(/^CONFLICT/);
  expect(await refusalsOf(service, "wrenford-officer", CANCEL, { meeting, reason: "Snow" })).toEqual([
    "CONFLICT input.meeting",
  ]);
});

test("a meeting that was called off leaves its day free, and says why", async () => {
  const { service } = world;
  const day = { board: await world.board("Wrenford Executive Group"), day: "2019-03-07" };
  const first = await done<{ id: string }>(service, "wrenford-officer", SCHEDULE, day);
  expect(await done(service, "wrenford-officer", CANCEL, { meeting: first.id, reason: "No quorum" })).toEqual({
    state: "CANCELLED",
    cancelledReason: "No quorum",
  });
  await done(service, "wrenford-officer", SCHEDULE, day);
  expect(await refusalsOf(service, "wrenford-officer", ITEM, { meeting: first.id, title: "Too late" })).toEqual([
    "CONFLICT input.meeting",
  ]);
});

test("an agenda grows in order, with its papers", async () => {
  const { service } = world;
  const meeting = await world.meeting("2019-05-09");
  const item = { meeting, title: "Annual report", kind: "REPORT" };
  const papers = [{ title: "Draft", link: "https://papers.wrenford.example/draft" }, { title: "Figures" }];
  expect(await done(service, "wrenford-officer", ITEM, { ...item, papers })).toMatchObject({
    position: 1,
    business: "PUBLIC",
    papers: [
      { position: 1, title: "Draft", link: "https://papers.wrenford.example/draft" },
      { position: 2, title: "Figures", link: null },
    ],
  });
  expect(await done(service, "wrenford-officer", ITEM, { ...item, business: "PRIVATE" })).toMatchObject({
    position: 2,
    business: "PRIVATE",
  });
  const before = await world.moving();
  for (const [more, field] of [
    [{ title: "" }, "title"],
    [{ papers: [{ title: "A trap", link: "javascript:alert(1)" }] }, "papers"],
    [{ notes: "x".repeat(10_001) }, "notes"],
  ] as const)
    expect(await refusalsOf(service, "wrenford-officer", ITEM, { ...item, ...more })).toEqual([
      `BAD_USER_INPUT input.${field}`,
    ]);
  expect(await refusalsOf(service, "wrenford-chair", ITEM, item)).toEqual(["FORBIDDEN"]);
  expect(await world.moving()).toEqual(before);
});

test.each([
  ["wrenford-officer", []],
  ["wrenford-chair", []],
  ["wrenford-inspector", ["FORBIDDEN"]],
  ["wrenford-scrutiny", ["FORBIDDEN"]],
  ["police-lead", ["FORBIDDEN"]],
  ["coventry-chair", ["NOT_FOUND"]],
  [null, ["FORBIDDEN"]],
])("%s records a decision: %j", async (actor, expected) => {
  const before = await world.moving();
  const input = { meeting: await world.meeting(), kind: "NOTE", text: "Noted" };
  expect(await refusalsOf(world.service, actor, DECIDE, input)).toEqual(expected);
  if (expected.length > 0) expect(await world.moving()).toEqual(before);
});

test("a decision and all that it asks for are recorded in one go, and read both ways", async () => {
  const { service } = world;
  const before = (await entries(world.database)).length;
  const decision = await done<{ id: string; trackedItems: { number: number }[] }>(service, "wrenford-officer", DECIDE, {
    meeting: await world.meeting(),
    number: "17/19",
    kind: "RESOLVE",
    text: "Two things are asked for",
    asks: [
      {
        kind: "ACTION",
        title: "Repeat the missing protocol's test",
        post: await world.post("Head of Public Protection"),
        dueOn: "2019-04-30",
        actions: [world.action("5.1"), world.action("5.2")],
      },
      { kind: "INFORMATION", title: "How many were missing twice", askedText: "Members" },
    ],
  });
  expect(decision).toMatchObject({
    number: "17/19",
    kind: "RESOLVE",
    business: "PUBLIC",
    decidedOn: MET,
    trackedItems: [
      {
        kind: "ACTION",
        title: "Repeat the missing protocol's test",
        raisedOn: MET,
        agency: { name: "Wrenshire Constabulary" },
        post: { title: "Head of Public Protection" },
        actions: [{ reference: "5.1" }, { reference: "5.2" }],
      },
      { kind: "INFORMATION", agency: null, actions: [] },
    ],
  });
  const { action } = await service
    .as("police-lead")
    .data<{ action: { trackedItems: object[] } }>(
      "query ($id: ID!) { action(id: $id) { trackedItems { title decision { number meeting { day board { name } } } } } }",
      { id: world.action("5.1") },
    );
  expect(action.trackedItems).toEqual([
    {
      title: "Repeat the missing protocol's test",
      decision: { number: "17/19", meeting: { day: MET, board: { name: BOARD } } },
    },
  ]);
  expect((await entries(world.database)).length).toBe(before + 1);
});

test("what makes no sense is refused whole: no decision without all that it asks for", async () => {
  const { service } = world;
  const before = await world.moving();
  const decide = async (more: object) =>
    refusalsOf(service, "wrenford-officer", DECIDE, {
      meeting: await world.meeting(),
      kind: "NOTE",
      text: "Noted",
      ...more,
    });
  const ask = (more: object) => [
    { kind: "ACTION", title: "First" },
    { kind: "ACTION", title: "Second", ...more },
  ];
  expect(await decide({ number: "1" })).toEqual(["CONFLICT input.number"]);
  expect(await decide({ meeting: await world.meeting("2019-05-09") })).toEqual(["CONFLICT input.meeting"]);
  expect(await decide({ agendaItem: await agendaItem("2018-11-08", 1) })).toEqual(["BAD_USER_INPUT input.agendaItem"]);
  expect(await decide({ agendaItem: await agendaItem(MET, 2), business: "PUBLIC" })).toEqual([
    "BAD_USER_INPUT input.business",
  ]);
  expect(await decide({ asks: ask({ actions: [world.action("5.1"), "nothing"] }) })).toEqual([
    "BAD_USER_INPUT input.asks.1.actions",
  ]);
  expect(await decide({ asks: ask({ actions: [world.action("coventry improvement-2017-2019 1.1")] }) })).toEqual([
    "BAD_USER_INPUT input.asks.1.actions",
  ]);
  expect(await decide({ asks: ask({ dueOn: "2019-02-06" }) })).toEqual(["BAD_USER_INPUT input.asks.1.dueOn"]);
  expect(await world.moving()).toEqual(before);
});

const agendaItem = async (day: string, position: number) => {
  return globalId(
    "AgendaItem",
    await world.key(
      "select i.id from agenda_item i join meeting m on m.id = i.meeting_id join board b on b.id = m.board_id where b.name = $1 and m.day = $2 and i.position = $3",
      [BOARD, day, position],
    ),
  );
};

interface Agenda {
  node: { agenda: { title: string; business: string; papers: object[] }[]; decisions: { business: string }[] } | null;
}
const AGENDA = `query ($id: ID!) { node(id: $id) { ... on Meeting { agenda { title business papers { title } } decisions { business } } } }`;

// the council, the police and health have seats; health's is a collective's, of which the acute trust is a member
test.each([
  ["wrenford-officer", true],
  ["wrenford-chair", true],
  ["wrenford-inspector", true],
  ["police-lead", true],
  ["wrenford-police-viewer", true],
  ["wrenford-council-lead", true],
  ["acute-viewer", true],
  ["wrenford-health-contributor", true],
  ["wrenford-housing-contributor", false],
  ["wrenford-schools-lead", false],
  ["wrenford-probation-viewer", false],
])("%s reads the board's private business: %s", async (actor, may) => {
  await decided(world, "NOTE", { agendaItem: await agendaItem(MET, 2) });
  const { node } = await world.service.as(actor).data<Agenda>(AGENDA, { id: await world.meeting() });
  expect(node?.agenda.filter(({ business }) => business === "PRIVATE")).toEqual(
    may
      ? [{ title: "A case that may become a review", business: "PRIVATE", papers: [{ title: "Chronology in short" }] }]
      : [],
  );
  expect(node?.decisions.some(({ business }) => business === "PRIVATE")).toBe(may);
  expect(node?.decisions.some(({ business }) => business === "PUBLIC")).toBe(true);
});

test("whose seat has ended reads it no more: the voluntary sector advised until the end of 2018", async () => {
  await enrol(world.database, "voluntary-viewer", [{ role: "AGENCY_VIEWER", agency: "Wrenford Voluntary Action" }]);
  const seen = async () =>
    (await world.service.as("voluntary-viewer").data<Agenda>(AGENDA, { id: await world.meeting("2018-11-08") })).node
      ?.agenda.length;
  expect(await seen()).toBe(1);
  await world.database.owner.query("update board_member set valid_to = '2019-02-14' where valid_to = '2018-12-31'");
  expect(await seen()).toBe(2);
  await world.database.owner.query(
    "update board_member set valid_to = '2018-12-31' where valid_to = '2019-02-14' and role = 'ADVISER'",
  );
});

test.each(["wrenford-scrutiny", null])("%s sees what was published, and no private business ever", async (actor) => {
  const client = world.service.as(actor);
  const id = await world.meeting();
  await world.database.owner.query("update meeting set published_at = null where day = $1", [MET]);
  expect((await client.ask<Agenda>(AGENDA, { id })).data?.node).toBeNull();
  expect(await told(world.service, "wrenford-officer", PUBLISH, { meeting: id })).toEqual([]);
  const { node } = await client.data<Agenda>(AGENDA, { id });
  expect(node?.agenda.map(({ title }) => title)).toEqual(["Plan at the end of December"]);
  expect(new Set(node?.decisions.map(({ business }) => business))).toEqual(new Set(["PUBLIC"]));
  const hidden = await world.database.owner.query<object[]>(
    "select 1 from agenda_item where business = 'PRIVATE' and published_at is not null union all select 1 from tracked_item where business = 'PRIVATE' and published_at is not null",
  );
  expect(hidden).toEqual([]);
});

test("below the service nothing private is published, made public, or said anew", async () => {
  const refused = "permission denied";
  const { database } = world;
  expect(
    await below(
      database,
      "wrenford-officer",
      "update agenda_item set published_at = app.now() where business = 'PRIVATE'",
    ),
  ).toMatch(/violates check constraint "agenda_item_private_check"/);
  for (const text of [
    "update agenda_item set business = 'PUBLIC'",
    "update decision set text = 'Something else'",
    "update tracked_item set title = 'Something else'",
    "update tracked_item_response set text = 'Something else'",
    "update sign_off set decided_on = '2019-01-01'",
    "delete from decision",
  ])
    expect([text, await below(database, "wrenford-officer", text)]).toEqual([text, refused]);
  // a public decision on a private item, or something public asked by a private decision, cannot be
  const item = `select i.* from agenda_item i where i.business = 'PRIVATE' limit 1`;
  expect(
    await below(
      database,
      "wrenford-officer",
      `insert into decision (partnership_id, board_id, meeting_id, agenda_item_id, business, number, kind, text, decided_on)
       select partnership_id, board_id, meeting_id, id, 'PUBLIC', '99', 'NOTE', 'Told', '2019-02-07' from (${item}) i`,
    ),
  ).toMatch(/violates foreign key constraint/);
});
