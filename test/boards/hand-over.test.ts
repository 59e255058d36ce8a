import { entries, refusalsOf } from "../support/writes";
import { BOARD, type BoardsWorld, decided, demonstrationOfBoards, done, mutation, told } from "./world";

const SIGN = mutation(
  "signOffPlan",
  "SignOffPlanInput",
  "plan",
  "signedOffOn signOff { on board { name } decision { kind } }",
);
const HAND = mutation(
  "handOverPlan",
  "HandOverPlanInput",
  "plan",
  "slug supersededBy { slug } handOvers { number on toBoard { name } toPlan { slug } carried { reference } }",
);
const CONTRIBUTE = mutation("setContribution", "SetContributionInput", "action", "reference");
const ADD = mutation("addEvidence", "AddEvidenceInput", "evidence", "id");
const ATTACH = mutation("attachEvidence", "EvidenceUseInput", "evidence", "id");
const ASK = mutation("requestDateRevision", "RequestDateRevisionInput", "dateRevision", "id");
const BLOCK = mutation("blockAction", "BlockActionInput", "action", "reference");
const PLAN = "safeguarding-2018-2020";
const NEXT = "neglect-2019";

let world: BoardsWorld;
beforeAll(async () => {
  world = await demonstrationOfBoards();
});
afterAll(async () => {
  await world.service.stop();
  await world.database.drop();
});

const rows = async <R extends object>(text: string, values: unknown[] = []) =>
  world.database.owner.query<R[]>(text, values);
const count = async (from: string) => (await rows<{ n: number }>(`select count(*)::int as n from ${from}`))[0]?.n ?? 0;
const ofPlan = (slug: string) => `plan p on p.id = a.plan_id and p.slug = '${slug}'`;
const OPEN = "coalesce(a.status, '') not in ('COMPLETED', 'SIGNED_OFF', 'SUPERSEDED')";

test("a plan with open actions is not signed off: the refusal names them and says what to do", async () => {
  const decision = await decided(world, "SIGN_OFF_PLAN", { number: "31" });
  const input = { plan: await world.plan(PLAN), decision };
  const before = await world.moving();
  expect(await told(world.service, "wrenford-chair", SIGN, input)).toEqual([
    "26 of the plan's actions are open: 1.2, 1.3, 2.2, 2.3, 3.1, 3.2, 3.3, 4.1, 4.3, 5.2, 5.3, 6.2, 6.3, 7.1b, 7.2, 8.1, 8.2, 8.3, 9.2, 9.3 and 6 more. Complete them, or have handOverPlan carry them into another plan.",
  ]);
  for (const [actor, expected] of [
    ["wrenford-chair", ["CONFLICT input.plan"]],
    ["wrenford-officer", ["FORBIDDEN"]],
    ["coventry-chair", ["FORBIDDEN input.plan"]],
    ["police-lead", ["FORBIDDEN"]],
    [null, ["FORBIDDEN"]],
  ] as const)
    expect([actor, await refusalsOf(world.service, actor, SIGN, input)]).toEqual([actor, expected]);
  expect(await world.moving()).toEqual(before);
});

test("a plan is handed over by an officer, by a decision that does so, to one successor of its partnership", async () => {
  const decision = await decided(world, "HAND_OVER", { number: "32" });
  const plan = await world.plan(PLAN);
  const [toPlan, toBoard] = [await world.plan(NEXT), await world.board("Wrenford Executive Group")];
  const note = await decided(world, "NOTE");
  const before = await world.moving();
  for (const [actor, expected] of [
    ["wrenford-chair", ["FORBIDDEN"]],
    ["wrenford-inspector", ["FORBIDDEN"]],
    ["police-lead", ["FORBIDDEN"]],
    ["coventry-officer", ["FORBIDDEN input.plan"]],
    [null, ["FORBIDDEN"]],
  ] as const)
    expect([actor, await refusalsOf(world.service, actor, HAND, { plan, decision, toPlan })]).toEqual([
      actor,
      expected,
    ]);
  const hand = (more: object) => refusalsOf(world.service, "wrenford-officer", HAND, { plan, decision, ...more });
  expect(await hand({})).toEqual(["BAD_USER_INPUT input.toBoard"]);
  expect(await hand({ toPlan, toBoard })).toEqual(["BAD_USER_INPUT input.toBoard"]);
  expect(await hand({ toPlan: plan })).toEqual(["BAD_USER_INPUT input.toPlan"]);
  expect(await hand({ toPlan: await world.plan("improvement-2017-2019") })).toEqual(["BAD_USER_INPUT input.toPlan"]);
  expect(await hand({ toBoard: "nothing" })).toEqual(["NOT_FOUND"]);
  expect(await hand({ toPlan, decision: note })).toEqual(["BAD_USER_INPUT input.decision"]);
  expect(await world.moving()).toEqual(before);

  expect(await done(world.service, "wrenford-officer", HAND, { plan, decision, toBoard })).toEqual({
    slug: PLAN,
    supersededBy: null,
    handOvers: [
      { number: 1, on: "2019-02-07", toBoard: { name: "Wrenford Executive Group" }, toPlan: null, carried: [] },
    ],
  });
  expect(await count(`carried_action`)).toBe(0);
});

/** What an action brings with it, of the columns that it does not have anew. */
const BROUGHT = `title, description, desired_outcome, measure, success_criteria, by_when_text, by_when_kind, by_when_start,
  by_when_end, by_when_precision, original_text, original_kind, original_start, original_end, original_precision, review_on, doubts`;

test("open actions are carried into the plan that follows with all that hangs on them; nothing is lost, and it is done once", async () => {
  const plan = await world.plan(PLAN);
  const input = { plan, decision: await decided(world, "HAND_OVER", { number: "43" }), toPlan: await world.plan(NEXT) };
  const open = await rows<{ id: string; reference: string; status: string | null }>(
    `select a.id, a.reference, a.status from action a join ${ofPlan(PLAN)} where ${OPEN} order by a.reference_order`,
  );
  const there = await rows<{ reference: string }>(`select a.reference from action a join ${ofPlan(NEXT)}`);
  const untouched = () =>
    rows(`select a.* from action a join ${ofPlan(PLAN)} where a.id <> all ($1::uuid[]) order by a.id`, [
      open.map(({ id }) => id),
    ]);
  const [before, ratings] = [await untouched(), await count("rating")];
  // 3.3 waits for 5.2, both carried; 6.2 is blocked by an action that stays elsewhere, and blocks that plan's other one
  const action = world.action("3.3");
  const housing = <T = object>(text: string, given: object) => done<T>(world.service, "housing-lead", text, given);
  await housing(BLOCK, { action, blockedBy: world.action("5.2"), reason: "The line comes first" });
  await housing(CONTRIBUTE, { action, state: "UNDER_WAY" });
  const { id: evidence } = await housing<{ id: string }>(ADD, {
    title: "A rota",
    kind: "OUTPUT",
    url: "https://example.org/rota",
  });
  await housing(ATTACH, { evidence, action });
  await housing(ASK, { action, to: "2019-06-28", reason: "A post is empty" });
  for (const [blocked, blockedBy] of [
    [world.action("6.2"), world.action("wrenford neglect-2019 1.1")],
    [world.action("wrenford neglect-2019 1.2"), world.action("6.2")],
  ])
    await done(world.service, "wrenford-officer", BLOCK, { action: blocked, blockedBy, reason: "One after the other" });
  expect(open.length).toBe(26);

  const handed = await Promise.all(
    [1, 2, 3].map(() =>
      done<{ supersededBy: object; handOvers: { carried: object[] }[] }>(
        world.service,
        "wrenford-officer",
        HAND,
        input,
      ),
    ),
  );
  for (const { supersededBy, handOvers } of handed) {
    expect(supersededBy).toEqual({ slug: NEXT });
    expect(handOvers.map(({ carried }) => carried.length)).toEqual([0, 26]);
  }
  const carried = await rows<Record<string, unknown>>(
    `select o.reference as old, o.status as ended, o.version as moved, a.reference, a.status, a.version,
       (select ${ofRow("o")}) = (select ${ofRow("a")}) as same,
       array(select s.role || coalesce(s.agency_id::text, '') || coalesce(s.post_id::text, '') from assignment s where s.action_id = o.id order by s.position)
         = array(select s.role || coalesce(s.agency_id::text, '') || coalesce(s.post_id::text, '') from assignment s where s.action_id = a.id order by s.position) as named,
       array(select m.text from milestone m where m.action_id = o.id order by m.position) = array(select m.text from milestone m where m.action_id = a.id order by m.position) as dated,
       array(select i.indicator_id from action_indicator i where i.action_id = o.id order by 1) = array(select i.indicator_id from action_indicator i where i.action_id = a.id order by 1) as measured,
       array(select x.finding_id from action_finding x where x.action_id = o.id union select x.finding_id from objective_finding x where x.objective_id = o.objective_id order by 1)
         = array(select x.finding_id from action_finding x where x.action_id = a.id order by 1) as cites,
       array(select x.tracked_item_id from tracked_item_action x where x.action_id = o.id order by 1) = array(select x.tracked_item_id from tracked_item_action x where x.action_id = a.id order by 1) as tracked
     from carried_action c join action o on o.id = c.from_action_id join action a on a.id = c.action_id join ${ofPlan(NEXT)}
     order by o.reference_order`,
  );
  const taken = new Set(there.map(({ reference }) => reference));
  expect(carried).toEqual(
    open.map(({ reference, status }) => ({
      old: reference,
      ended: "SUPERSEDED",
      moved: 2,
      reference: taken.has(reference) ? `${reference} (${PLAN})` : reference,
      status,
      version: 1,
      same: true,
      named: true,
      dated: true,
      measured: true,
      cites: true,
      tracked: true,
    })),
  );
  expect([await untouched(), await count("rating")]).toEqual([before, ratings]);
  expect(await count(`action a join ${ofPlan(NEXT)}`)).toBe(there.length + 26);
  const [once] = (await entries(world.database)).filter(
    ({ kind, detail }) => kind === "plan.handedOver" && JSON.stringify(detail).includes('"carried":26'),
  );
  expect(once?.detail).toMatchObject({ carried: 26, toBoard: null });
  expect((await entries(world.database)).filter(({ kind }) => kind === "plan.handedOver").length).toBe(2);
});

test("what blocks what still does, and what was said of an action is read where it was said", async () => {
  const holding = await rows(
    `select a.reference, ap.slug as plan, o.reference as by, op.slug as of, b.reason, p.subject as said_by
     from action_blocker b join action a on a.id = b.action_id join plan ap on ap.id = a.plan_id
     join action o on o.id = b.blocking_action_id join plan op on op.id = o.plan_id join person p on p.id = b.said_by
     where b.ended_at is null and a.status is distinct from 'SUPERSEDED' and o.status is distinct from 'SUPERSEDED' and p.subject = 'wrenford-officer'
       and b.reason in ('The line comes first', 'One after the other') order by b.reason, a.reference_order`,
  );
  const by = { plan: NEXT, of: NEXT, said_by: "wrenford-officer" };
  expect(holding).toEqual([
    {
      ...by,
      reference: expect.stringMatching(/^1\.2/) as string,
      by: expect.stringMatching(/^6\.2/) as string,
      reason: "One after the other",
    },
    { ...by, reference: expect.stringMatching(/^6\.2/) as string, by: "1.1", reason: "One after the other" },
    {
      ...by,
      reference: expect.stringMatching(/^3\.3/) as string,
      by: expect.stringMatching(/^5\.2/) as string,
      reason: "The line comes first",
    },
  ]);
  const { action } = await world.service
    .as("housing-lead")
    .data<{ action: { waitingOn: object[]; carriedTo: object } }>(
      `query ($id: ID!) { action(id: $id) { waitingOn { what } ...Said carriedTo { waitingOn { what blockedBy { reference } } ...Said carriedFrom { ...Said } } } }
     fragment Said on Action { evidence { totalCount } dateRevisions { nodes { state } } assignments { contribution { state } } }`,
      { id: world.action("3.3") },
    );
  const [said, unsaid] = [
    {
      evidence: { totalCount: 1 },
      dateRevisions: { nodes: [{ state: "REQUESTED" }] },
      assignments: [{ contribution: { state: "UNDER_WAY" } }, { contribution: null }],
    },
    {
      evidence: { totalCount: 0 },
      dateRevisions: { nodes: [] },
      assignments: [{ contribution: null }, { contribution: null }],
    },
  ];
  expect(action).toEqual({
    // nobody decides any more on the date that was asked for
    waitingOn: [],
    ...said,
    carriedTo: {
      waitingOn: expect.arrayContaining([
        { what: "BLOCKED_BY_ACTION", blockedBy: { reference: expect.stringMatching(/^5\.2/) as string } },
      ]) as object,
      ...unsaid,
      carriedFrom: said,
    },
  });
});

const ofRow = (alias: string) =>
  `row(${BROUGHT.split(",")
    .map((name) => `${alias}.${name.trim()}`)
    .join(", ")})`;

test("a carried action leads back to what it was, and that on to what it became", async () => {
  const ask =
    "query ($id: ID!) { action(id: $id) { status carriedTo { reference plan { slug } carriedFrom { reference plan { slug } } } } }";
  const id = world.action("3.3");
  expect(await world.service.as("wrenford-housing-contributor").data(ask, { id })).toEqual({
    action: {
      status: "SUPERSEDED",
      carriedTo: {
        reference: expect.stringMatching(/^3\.3/) as string,
        plan: { slug: NEXT },
        carriedFrom: { reference: "3.3", plan: { slug: PLAN } },
      },
    },
  });
  // the plan that follows is not published
  expect(await world.service.as(null).data(ask, { id })).toEqual({ action: { status: "SUPERSEDED", carriedTo: null } });
});

test("another plan does not follow as well, and none follows what follows it", async () => {
  const before = await world.moving();
  const decision = await decided(world, "HAND_OVER", { number: "44" });
  const now = await world.moving();
  expect(
    await refusalsOf(world.service, "wrenford-officer", HAND, {
      plan: await world.plan(NEXT),
      decision,
      toPlan: await world.plan(PLAN),
    }),
  ).toEqual(["CONFLICT input.toPlan"]);
  expect(await world.moving()).toEqual(now);
  expect(now).not.toEqual(before);
});

test("with nothing open the plan is signed off by the board's decision, once", async () => {
  const input = { plan: await world.plan(PLAN), decision: await world.decision("31", "2019-02-07") };
  expect(
    await refusalsOf(world.service, "wrenford-chair", SIGN, {
      ...input,
      decision: await world.decision("43", "2019-02-07"),
    }),
  ).toEqual(["BAD_USER_INPUT input.decision"]);
  expect(await done(world.service, "wrenford-chair", SIGN, input)).toEqual({
    signedOffOn: "2019-02-07",
    signOff: { on: "2019-02-07", board: { name: BOARD }, decision: { kind: "SIGN_OFF_PLAN" } },
  });
  const before = await world.moving();
  expect(await refusalsOf(world.service, "wrenford-chair", SIGN, input)).toEqual(["CONFLICT input.plan"]);
  expect(await world.moving()).toEqual(before);
});
