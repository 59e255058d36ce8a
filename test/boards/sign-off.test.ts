import { grant } from "../support/enrol";
import { below, entries, refusalsOf } from "../support/writes";
import { type BoardsWorld, decided, demonstrationOfBoards, done, mutation, told } from "./world";

const FILE = mutation(
  "fileHighlightReport",
  "FileHighlightReportInput",
  "highlightReport",
  "id number targetMet links filedAt agency { name } action { highlightReportDue }",
);
const SIGN = mutation(
  "signOffAction",
  "SignOffActionInput",
  "action",
  "status version signOff { on board { name } decision { number kind } highlightReport { number } }",
);
const REVERT = mutation(
  "revertSignOff",
  "RevertSignOffInput",
  "action",
  "status signOff { on } signOffHistory { event on reason }",
);
const SCHEDULE = mutation("scheduleMeeting", "ScheduleMeetingInput", "meeting", "id");
const HOLD = mutation("holdMeeting", "MeetingInput", "meeting", "state");
const RATE = mutation("addRating", "AddRatingInput", "action", "highlightReportDue");

const TODAY = "2019-02-14";
let world: BoardsWorld;
let today: string;
beforeAll(async () => {
  world = await demonstrationOfBoards();
  ({ id: today } = await done<{ id: string }>(world.service, "wrenford-officer", SCHEDULE, {
    board: await world.board(),
    day: TODAY,
  }));
  await done(world.service, "wrenford-officer", HOLD, { meeting: today });
});
afterAll(async () => {
  await world.service.stop();
  await world.database.drop();
});

// the police lead 6.1, which is completed
const ACTION = "6.1";
/** A decision of that kind, taken when the reports of this file have been filed. */
const decidedToday = (kind: string, more: object = {}) => decided(world, kind, { meeting: today, ...more });
const rate = (dimension: string, value: string | null, reference = ACTION) =>
  done<{ highlightReportDue: boolean }>(world.service, "wrenford-officer", RATE, {
    action: world.action(reference),
    dimension,
    value,
    asAt: "2019-02-14",
    rationale: "As the business unit sees it",
  });
const report = (more: object = {}) => ({
  action: world.action(ACTION),
  targetMet: "The analyst is in post",
  embedded: "Two deputies are trained",
  evidence: "A year of briefings",
  ...more,
});
const due = async (actor: string | null, reference = ACTION) => {
  const { data, redactions } = await world.service
    .as(actor)
    .ask<{ action: { highlightReportDue: boolean | null } }>(
      "query ($id: ID!) { action(id: $id) { highlightReportDue } }",
      { id: world.action(reference) },
    );
  return [data?.action.highlightReportDue, redactions.map(({ field, requires }) => `${field} ${requires}`)];
};
const status = async (reference = ACTION) => {
  const [row] = await world.database.owner.query<{ status: string }[]>("select status from action where id = $1", [
    world.actions[reference],
  ]);
  return row?.status;
};

test("a report falls due when both ratings are green, and is filed by the lead agency alone", async () => {
  const { service } = world;
  await rate("DELIVERY", "GREEN");
  expect((await rate("IMPACT", "AMBER")).highlightReportDue).toBe(false);
  const early = await world.moving();
  expect(await refusalsOf(service, "police-contributor", FILE, report())).toEqual(["CONFLICT input.action"]);
  expect(await told(service, "police-contributor", FILE, report())).toEqual([
    "Both ratings must be green. Delivery is green, impact is amber.",
  ]);
  expect(await world.moving()).toEqual(early);
  expect((await rate("IMPACT", "GREEN")).highlightReportDue).toBe(true);
  expect(await due("wrenford-probation-viewer")).toEqual([true, []]);
  expect(await due(null)).toEqual([null, ["highlightReportDue PARTNERSHIP"]]);

  const before = await world.moving();
  for (const [actor, expected] of [
    ["wrenford-council-lead", ["FORBIDDEN input.action"]],
    ["wrenford-police-viewer", ["FORBIDDEN"]],
    ["wrenford-officer", ["FORBIDDEN"]],
    ["wrenford-chair", ["FORBIDDEN"]],
    ["wrenford-inspector", ["FORBIDDEN"]],
    ["wrenford-scrutiny", ["FORBIDDEN"]],
    ["wrenford-integrator", ["FORBIDDEN"]],
    ["probation-lead", ["FORBIDDEN input.action"]],
    [null, ["FORBIDDEN"]],
  ] as const)
    expect([actor, await refusalsOf(service, actor, FILE, report())]).toEqual([actor, expected]);
  for (const [more, field] of [
    [{ targetMet: "  " }, "targetMet"],
    [{ evidence: null }, "evidence"],
    [{ links: ["ftp://elsewhere"] }, "links"],
    [{ embedded: "x".repeat(10_001) }, "embedded"],
  ] as const)
    expect(await refusalsOf(service, "police-lead", FILE, report(more))).toEqual([`BAD_USER_INPUT input.${field}`]);
  expect(await world.moving()).toEqual(before);

  expect(
    await done(service, "police-contributor", FILE, report({ links: ["https://papers.wrenford.example/analyst"] })),
  ).toMatchObject({
    number: 1,
    targetMet: "The analyst is in post",
    links: ["https://papers.wrenford.example/analyst"],
    agency: { name: "Wrenshire Constabulary" },
    action: { highlightReportDue: false },
  });
  const [entry] = (await entries(world.database)).filter(({ kind }) => kind === "highlightReport.filed");
  expect(entry?.detail).toMatchObject({ number: 1, links: 1 });
});

test("a report counts until a rating that is not green comes after it", async () => {
  expect(await due("police-lead")).toEqual([false, []]);
  await rate("IMPACT", "RED");
  expect(await due("police-lead")).toEqual([false, []]);
  await rate("IMPACT", "GREEN");
  expect(await due("police-lead")).toEqual([true, []]);
  const decision = await decidedToday("SIGN_OFF");
  const before = await world.moving();
  const input = { action: world.action(ACTION), decision };
  expect(await refusalsOf(world.service, "wrenford-chair", SIGN, input)).toEqual(["CONFLICT input.highlightReport"]);
  expect(await world.moving()).toEqual(before);
  await done(world.service, "police-lead", FILE, report());
  expect(await due("police-lead")).toEqual([false, []]);
});

test("the report is the partnership's: nobody else sees that there is one", async () => {
  const ask = "query ($id: ID!) { action(id: $id) { highlightReport { number } highlightReports { number } } }";
  const seen = async (actor: string | null) =>
    (await world.service.as(actor).data<{ action: object }>(ask, { id: world.action(ACTION) })).action;
  const both = { highlightReport: { number: 2 }, highlightReports: [{ number: 1 }, { number: 2 }] };
  for (const actor of ["wrenford-probation-viewer", "wrenford-chair"]) expect(await seen(actor)).toEqual(both);
  for (const actor of ["wrenford-scrutiny", "coventry-officer", null])
    expect(await seen(actor)).toEqual({ highlightReport: null, highlightReports: [] });
});

test("the chair signs off by a board's decision that does so, and nobody else does", async () => {
  const { service } = world;
  const decision = await decidedToday("SIGN_OFF", { number: "21" });
  const input = { action: world.action(ACTION), decision };
  const before = await world.moving();
  for (const [actor, expected] of [
    ["wrenford-officer", ["FORBIDDEN"]],
    ["police-lead", ["FORBIDDEN"]],
    ["wrenford-inspector", ["FORBIDDEN"]],
    ["wrenford-scrutiny", ["FORBIDDEN"]],
    ["coventry-chair", ["FORBIDDEN input.action"]],
    [null, ["FORBIDDEN"]],
  ] as const)
    expect([actor, await refusalsOf(service, actor, SIGN, input)]).toEqual([actor, expected]);
  const chair = (more: object) => refusalsOf(service, "wrenford-chair", SIGN, { ...input, ...more });
  expect(await chair({ decision: await decidedToday("NOTE", { number: "22" }) })).toEqual([
    "BAD_USER_INPUT input.decision",
  ]);
  expect(await chair({ decision: "nothing" })).toEqual(["NOT_FOUND"]);
  await rate("IMPACT", "AMBER", "10.1");
  const now = await world.moving();
  expect(await chair({ expectedVersion: 99 })).toEqual(["CONFLICT input.expectedVersion"]);
  // in progress, and signed off already
  expect(await chair({ action: world.action("5.2") })).toEqual(["CONFLICT input.action"]);
  expect(await chair({ action: world.action("5.1") })).toEqual(["CONFLICT input.action"]);
  // completed, and not green in both
  expect(await chair({ action: world.action("10.1") })).toEqual(["CONFLICT input.action"]);
  expect(await world.moving()).toEqual(now);
  expect(now).not.toEqual(before); // the decisions alone
  expect(await status()).toBe("COMPLETED");
  // by a board that met before the report was filed
  const early = { ...input, decision: await decided(world, "SIGN_OFF") };
  expect(await refusalsOf(service, "wrenford-chair", SIGN, early)).toEqual(["BAD_USER_INPUT input.decision"]);
  expect(await told(service, "wrenford-chair", SIGN, early)).toEqual([
    `The board decided on 2019-02-07 and the highlight report was filed on ${TODAY}: it accepts what it has before it. Give a decision of that day or later.`,
  ]);
  expect(await status()).toBe("COMPLETED");

  expect(await done(service, "wrenford-chair", SIGN, { ...input, expectedVersion: 1 })).toEqual({
    status: "SIGNED_OFF",
    version: 2,
    signOff: {
      on: TODAY,
      board: { name: "Wrenford Partnership Board" },
      decision: { number: "21", kind: "SIGN_OFF" },
      highlightReport: { number: 2 },
    },
  });
  const [entry] = (await entries(world.database)).filter(({ kind }) => kind === "action.signedOff");
  expect(entry?.detail).toMatchObject({ from: "COMPLETED", to: "SIGNED_OFF" });
  expect(await chair({})).toEqual(["CONFLICT input.action"]);
  expect(await due("police-lead")).toEqual([false, []]);
});

test("reverting a sign-off without authority is refused, and nothing moves; the chair does it with a decision and a reason", async () => {
  const { service } = world;
  const decision = await decidedToday("REVERT_SIGN_OFF", { number: "23" });
  const input = { action: world.action(ACTION), decision, reason: "The post is empty again" };
  const before = await world.moving();
  for (const [actor, expected] of [
    ["wrenford-officer", ["FORBIDDEN"]],
    ["police-lead", ["FORBIDDEN"]],
    ["police-contributor", ["FORBIDDEN"]],
    ["wrenford-inspector", ["FORBIDDEN"]],
    ["wrenford-scrutiny", ["FORBIDDEN"]],
    ["wrenford-integrator", ["FORBIDDEN"]],
    ["coventry-chair", ["FORBIDDEN input.action"]],
    [null, ["FORBIDDEN"]],
  ] as const)
    expect([actor, await refusalsOf(service, actor, REVERT, input)]).toEqual([actor, expected]);
  expect(await refusalsOf(service, "wrenford-chair", REVERT, { ...input, reason: " " })).toEqual([
    "BAD_USER_INPUT input.reason",
  ]);
  expect(
    await refusalsOf(service, "wrenford-chair", REVERT, {
      ...input,
      decision: await world.decision("1", "2018-11-08"),
    }),
  ).toEqual(["BAD_USER_INPUT input.decision"]);
  expect(await refusalsOf(service, "wrenford-chair", REVERT, { ...input, action: world.action("5.2") })).toEqual([
    "CONFLICT input.action",
  ]);
  expect(await world.moving()).toEqual(before);
  expect(await status()).toBe("SIGNED_OFF");
  const refusals = await world.database.owner.query<{ outcome: string }[]>(
    "select outcome from audit_entry where outcome = 'REFUSED' and kind = 'revertSignOff'",
  );
  // each who asked, those three of the chair's among them
  expect(refusals.length).toBe(11);

  expect(await done(service, "wrenford-chair", REVERT, input)).toEqual({
    status: "COMPLETED",
    signOff: null,
    signOffHistory: [
      { event: "SIGNED_OFF", on: TODAY, reason: null },
      { event: "REVERTED", on: TODAY, reason: "The post is empty again" },
    ],
  });
  expect(await refusalsOf(service, "wrenford-chair", REVERT, input)).toEqual(["CONFLICT input.action"]);
  // and once more, by another decision, with a history that only grows
  const action = world.action(ACTION);
  const spent = await world.decision("21", TODAY);
  expect(await told(service, "wrenford-chair", SIGN, { action, decision: spent })).toEqual([
    "That decision was carried out for this action before, and is carried out once. It takes another decision of a board.",
  ]);
  expect(
    await told(service, "wrenford-chair", SIGN, {
      action,
      decision: await decided(world, "SIGN_OFF", { number: "24" }),
    }),
  ).toEqual([`The action's sign-off was taken back on ${TODAY}, after that decision. It takes a later one.`]);
  expect(await status()).toBe("COMPLETED");
  await done(service, "wrenford-chair", SIGN, { action, decision: await decidedToday("SIGN_OFF") });
  expect(await told(service, "wrenford-chair", REVERT, input)).toEqual([
    "That decision was carried out for this action before, and is carried out once. It takes another decision of a board.",
  ]);
  expect(
    await told(service, "wrenford-chair", REVERT, { ...input, decision: await decided(world, "REVERT_SIGN_OFF") }),
  ).toEqual([`The action was signed off on ${TODAY}, after that decision. It takes a later one.`]);
  const [count] = await world.database.owner.query<{ n: number }[]>(
    "select count(*)::int as n from sign_off where action_id = $1",
    [world.actions[ACTION]],
  );
  expect(count?.n).toBe(3);
});

test("two chairs' requests at once: one signs off, the other is told", async () => {
  await rate("DELIVERY", "GREEN", "7.1a");
  await rate("IMPACT", "GREEN", "7.1a");
  await done(world.service, "wrenford-council-lead", FILE, report({ action: world.action("7.1a") }));
  const input = { action: world.action("7.1a"), decision: await decidedToday("SIGN_OFF") };
  const answers = await Promise.all([1, 2, 3].map(() => refusalsOf(world.service, "wrenford-chair", SIGN, input)));
  expect(answers.filter((refused) => refused.length === 0).length).toBe(1);
  for (const [refused] of answers.filter(({ length }) => length > 0)) expect(refused).toMatch(/^CONFLICT/);
  const [count] = await world.database.owner.query<{ n: number }[]>(
    "select count(*)::int as n from sign_off where action_id = $1",
    [world.actions["7.1a"]],
  );
  expect([count?.n, await status("7.1a")]).toEqual([1, "SIGNED_OFF"]);
});

test("below the service the chair moves a status after the entry, and nothing else; nobody else signs anything off", async () => {
  const { database } = world;
  const only = "only the text of this action may be changed";
  const id = world.actions["1.1"] ?? "";
  const set = (what: string) => `update action set ${what} where id = '${id}'`;
  expect(await below(database, "wrenford-chair", set("title = 'Another'"))).toBe(only);
  expect(await below(database, "wrenford-chair", set("status = 'SIGNED_OFF'"))).toBe(only);
  expect(await below(database, "wrenford-chair", set("by_when_end = '2020-01-01'"))).toBe(only);
  const signed = world.actions["5.1"] ?? "";
  expect(await below(database, "wrenford-chair", `update action set status = 'COMPLETED' where id = '${signed}'`)).toBe(
    only,
  );
  expect(
    await below(database, "wrenford-chair", `update action set version = version + 1 where status = 'IN_PROGRESS'`),
  ).toBe(0);
  const sign = `insert into sign_off (partnership_id, action_id, decision_id, highlight_report_id, number, event, decided_on)
    select a.partnership_id, a.id, d.id, h.id, 9, 'SIGNED_OFF', d.decided_on from action a, decision d, highlight_report h
    where a.id = '${id}' and d.kind = 'SIGN_OFF' and d.partnership_id = a.partnership_id and h.partnership_id = a.partnership_id limit 1`;
  const refused = "new row violates row-level security policy";
  expect(await below(database, "wrenford-chair", sign)).toBe(1);
  for (const actor of ["wrenford-officer", "police-lead", "wrenford-inspector"])
    expect([actor, await below(database, actor, sign)]).toEqual([actor, refused]);
  const file = `insert into highlight_report (partnership_id, action_id, agency_id, number, target_met, embedded, evidence, filed_at)
    select a.partnership_id, a.id, g.id, 9, 'Met', 'Lasts', 'Seen', app.now() from action a, agency g where a.id = '${world.actions["1.1"] ?? ""}' and g.name = `;
  expect(await below(database, "wrenford-council-lead", `${file} 'Wrenford Borough Council'`)).toBe(1);
  expect(await below(database, "police-lead", `${file} 'Wrenshire Constabulary'`)).toBe(refused);
  expect(await below(database, "police-lead", `${file} 'Wrenford Borough Council'`)).toBe(refused);
  expect(await below(database, "wrenford-officer", `${file} 'Wrenford Borough Council'`)).toBe(refused);
});

test("a denial of ratings is one of what they give away: no report falls due for whoever may not read them", async () => {
  await grant(world.database, {
    agency: "Wrenshire Constabulary",
    field: "Rating.value",
    operation: "READ",
    effect: "DENY",
  });
  const [value, redactions] = await due("police-lead");
  expect([value, redactions]).toEqual([null, ["highlightReportDue PARTNERSHIP"]]);
  expect(await refusalsOf(world.service, "police-lead", FILE, report())).toEqual(["FORBIDDEN input.action"]);
  await world.database.owner.query("delete from field_grant where reason = 'Tried in a test'");
});
