import { admitDeciders, expireDue, ChallengeGround } from "../../src/domains/challenges/index";
import { globalId, keyOf } from "../../src/platform/graphql/ids";
import { enrol } from "../support/enrol";
import { entries } from "../support/writes";
import {
  act,
  byRule,
  type ChallengesWorld,
  COUNCIL,
  demonstrationOfChallenges,
  done,
  POLICE,
  raised,
  stage,
  START,
} from "./world";

/* Who may end a challenge and how, and what has to come before: what is agreed to was said, and nobody closes what runs against themselves. */

let world: ChallengesWorld;
beforeAll(async () => {
  world = await demonstrationOfChallenges();
});
afterAll(() => world.stop());

const ICB = "Wrenford Integrated Care Board";
const days = (count: number) => ({ limit: { unit: "WORKING_DAYS", count } });
const outcomeOf = async (name: string, actor: string, input: object, moment = START) => {
  const outcome = await act(world, name, actor, input, moment);
  return typeof outcome === "string" ? outcome : outcome.state;
};
const can = async (id: string, actor: string, what: string, moment = START) => {
  const { challenge } = await (
    await world.at(moment)
  )
    .as(actor)
    .data<{ challenge: { viewerCan: Record<string, boolean> } }>(
      `query ($id: ID!) { challenge(id: $id) { viewerCan { ${what} } } }`,
      { id },
    );
  return challenge.viewerCan[what];
};
/** A challenge that a rule raises against the police. */
const foundByRule = async (cause: string, ladder: string, moment = START) => {
  const partnershipId = keyOf("Partnership", await world.partnership()) ?? "";
  const against = keyOf("Agency", await world.agency(POLICE)) ?? "";
  const id = await byRule(
    world.database.app,
    keyOf("Ladder", ladder) ?? "",
    {
      partnershipId,
      cause,
      about: { agencyId: against },
      againstAgencyId: against,
      subject: "Found by a rule",
      detail: "Found.",
      ground: ChallengeGround.DRIFT,
    },
    new Date(moment),
  );
  return globalId("Challenge", id ?? "");
};

describe("what was declined leaves nothing to agree to", () => {
  test.each([
    ["their proposal", "proposeResolution", "wrenford-council-lead", "declineResolution", "police-lead"],
    ["one's own", "proposeResolution", "police-lead", "declineResolution", "wrenford-council-lead"],
  ] as const)("%s", async (_what, propose, proposer, decline, decliner) => {
    const { id } = await raised(world, { ladder: await world.ladderOf([stage(1, days(2)), stage(2)]) });
    await done(world, propose, proposer, { challenge: id, text: "In March" });
    const declined = await done(world, decline, decliner, { challenge: id, text: "No way" });
    expect(declined).toMatchObject({ state: "ACKNOWLEDGED", outcome: null });
    expect(await can(id, "police-lead", "agree")).toBe(false);
    expect(await outcomeOf("agreeResolution", "police-lead", { challenge: id })).toBe(
      "CONFLICT input.challenge: Nothing is there to be agreed to: it has not been answered.",
    );
    // what is answered after that is
    await done(world, "respondToChallenge", "wrenford-council-lead", { challenge: id, text: "In April" });
    expect(await done(world, "agreeResolution", "police-lead", { challenge: id })).toMatchObject({
      state: "AGREED",
      outcome: "In April",
    });
  });

  test("nor does what was answered at a stage before", async () => {
    const { id } = await raised(world, { ladder: await world.ladderOf([stage(1, days(2)), stage(2, days(2))]) });
    await done(world, "respondToChallenge", "wrenford-council-lead", { challenge: id, text: "We refuse altogether" });
    await done(world, "escalateChallenge", "police-lead", { challenge: id, reason: "That is no answer" });
    await done(world, "proposeResolution", "police-lead", { challenge: id, text: "In March" });
    await done(world, "declineResolution", "wrenford-council-lead", { challenge: id, text: "No" });
    expect(await outcomeOf("agreeResolution", "police-lead", { challenge: id })).toContain("CONFLICT");
  });

  test("an answer of the same stage stands beside what is declined", async () => {
    const { id } = await raised(world, { ladder: await world.ladderOf([stage(1, days(2)), stage(2)]) });
    await done(world, "respondToChallenge", "wrenford-council-lead", { challenge: id, text: "In April" });
    await done(world, "proposeResolution", "police-lead", { challenge: id, text: "In March" });
    await done(world, "declineResolution", "wrenford-council-lead", { challenge: id, text: "No: in April" });
    expect(await done(world, "agreeResolution", "police-lead", { challenge: id })).toMatchObject({
      state: "AGREED",
      outcome: "In April",
    });
  });

  test("and nothing is acknowledged any more once something is proposed", async () => {
    const { id } = await raised(world, { ladder: await world.ladderOf([stage(1, days(2)), stage(2)]) });
    await done(world, "proposeResolution", "police-lead", { challenge: id, text: "In March" });
    expect(await outcomeOf("acknowledgeChallenge", "wrenford-council-lead", { challenge: id })).toContain(
      "or a resolution is proposed",
    );
  });
});

test("an officer whose own agency is challenged neither takes it back, agrees to it nor calls it deadlocked; another officer does", async () => {
  await enrol(world.database, "officer-of-the-police", [
    { role: "PARTNERSHIP_OFFICER" },
    { role: "AGENCY_LEAD", agency: POLICE },
  ]);
  const ladder = await world.ladderOf([stage(1)]);
  const id = await foundByRule("closed by its own", ladder);
  const input = { challenge: id, text: "It is nothing" };
  const actor = "officer-of-the-police";
  for (const what of ["withdraw", "agree", "deadlock"])
    expect([what, await can(id, actor, what)]).toEqual([what, false]);
  expect(await outcomeOf("withdrawChallenge", actor, input)).toContain("FORBIDDEN");
  expect(await outcomeOf("deadlockChallenge", actor, input)).toContain("FORBIDDEN");
  expect(await outcomeOf("respondToChallenge", actor, input)).toBe("RESPONDED");
  expect(await outcomeOf("agreeResolution", actor, { challenge: id })).toContain("FORBIDDEN");
  expect(await can(id, "wrenford-officer", "deadlock")).toBe(true);
  expect(await outcomeOf("agreeResolution", "wrenford-officer", { challenge: id })).toBe("AGREED");
});

test("an officer does not record as decided by a board what the business unit raised: the chair does", async () => {
  const board = await world.key("select id from board where partnership_id = $1 and name ilike '%executive%' limit 1", [
    keyOf("Partnership", await world.partnership()),
  ]);
  const ladder = await world.ladderOf([
    stage(1, { ...days(2), deciderKind: "BOARD", board: globalId("Board", board) }),
    stage(2, days(2)),
  ]);
  const { id } = await raised(world, { ladder }, START, "wrenford-officer");
  await done(world, "respondToChallenge", "wrenford-council-lead", { challenge: id, text: "No" });
  const input = { challenge: id, text: "I win" };
  expect(await outcomeOf("decideChallenge", "wrenford-officer", input)).toContain(
    "You raised it, and no party decides",
  );
  expect(await can(id, "wrenford-officer", "decide")).toBe(false);
  expect(await outcomeOf("decideChallenge", "wrenford-chair", input)).toBe("DECIDED");
});

describe("a stage is not cut short", () => {
  test("where it may not be left out, not even for a child at immediate risk", async () => {
    const { id } = await raised(world, { ladder: await world.ladderOf([stage(1, days(2)), stage(2)]) });
    const input = { challenge: id, reason: "Now", immediateRisk: "A child is at risk" };
    expect(await outcomeOf("escalateChallenge", "police-lead", input)).toBe(
      "CONFLICT input.challenge: The other side has until 2019-02-18 to answer at this stage, which this ladder lets nobody cut short.",
    );
    const may = await raised(world, {
      ladder: await world.ladderOf([stage(1, { ...days(2), mayBeSkipped: true }), stage(2)]),
    });
    expect(await done(world, "escalateChallenge", "police-lead", { ...input, challenge: may.id })).toMatchObject({
      stage: { number: 2 },
    });
  });

  test("where it has no limit, before the working day is over or it was answered, but for a child at immediate risk", async () => {
    const ladder = await world.ladderOf([stage(1), stage(2), stage(3)]);
    const { id } = await raised(world, { ladder });
    const input = { challenge: id, reason: "Nobody has answered" };
    expect(await outcomeOf("escalateChallenge", "police-lead", input)).toContain(
      "CONFLICT input.immediateRisk: The other side has until 2019-02-14",
    );
    expect(await done(world, "escalateChallenge", "police-lead", input, "2019-02-15T09:00:00Z")).toMatchObject({
      stage: { number: 2 },
    });
    await done(
      world,
      "respondToChallenge",
      "wrenford-council-lead",
      { challenge: id, text: "No" },
      "2019-02-15T09:00:00Z",
    );
    expect(await done(world, "escalateChallenge", "police-lead", input, "2019-02-15T09:00:00Z")).toMatchObject({
      stage: { number: 3 },
    });
    const urgent = await raised(world, { ladder });
    const atRisk = { challenge: urgent.id, reason: "Now", immediateRisk: "A child is at risk" };
    expect(await done(world, "escalateChallenge", "police-lead", atRisk)).toMatchObject({ stage: { number: 2 } });
  });

  test("once the other side has spoken at it, by an answer or a proposal of its own, whoever raised it goes on", async () => {
    const { id } = await raised(world, { ladder: await world.ladderOf([stage(1, days(2)), stage(2)]) });
    await done(world, "proposeResolution", "wrenford-council-lead", { challenge: id, text: "In March" });
    await done(world, "declineResolution", "police-lead", { challenge: id, text: "Too late" });
    const input = { challenge: id, reason: "They have answered" };
    expect(await done(world, "escalateChallenge", "police-lead", input)).toMatchObject({ stage: { number: 2 } });
  });
});

test("a stage that follows another by the clock has the same days, with a cut-off hour or without one", async () => {
  const stages = [stage(1, days(2)), stage(2, days(2)), stage(3, { limit: { unit: "SAME_WORKING_DAY" } })];
  const ends: (string | null)[][] = [];
  for (const [cutOff, ...overs] of [
    ["17:00", "2019-02-13T17:00:30Z", "2019-02-15T17:00:30Z"],
    [null, "2019-02-14T00:00:30Z", "2019-02-16T00:00:30Z"],
  ] as const) {
    const { id } = await raised(world, { ladder: await world.ladderOf(stages, { cutOff }) }, "2019-02-11T10:00:00Z");
    const respondDay = async (moment: string) =>
      (
        await (
          await world.at(moment)
        )
          .as("wrenford-officer")
          .data<{ challenge: { stage: { respondDay: string } } }>(
            "query ($id: ID!) { challenge(id: $id) { stage { respondDay } } }",
            { id },
          )
      ).challenge.stage.respondDay;
    const found: (string | null)[] = [await respondDay("2019-02-11T10:01:00Z")];
    for (const over of overs) {
      await expireDue(world.database.app, new Date(over), 100);
      found.push(await respondDay("2019-02-16T08:00:00Z"));
    }
    ends.push(found);
  }
  // Monday 11: Wednesday 13; Thursday and Friday; and of the same working day, which has no time left, Monday 18
  expect(ends).toEqual([
    ["2019-02-13", "2019-02-15", "2019-02-18"],
    ["2019-02-13", "2019-02-15", "2019-02-18"],
  ]);
});

describe("whoever decides a stage now", () => {
  test("takes part though it came to it later: reads it, has it to answer, and decides; the trail says so once", async () => {
    await world.database.owner.query(
      "insert into post (partnership_id, title, key, agency_id) select partnership_id, 'Head of the tests', 'head of the tests', id from agency where name = 'Wrenford Homes'",
    );
    const post = await world.key("select id from post where title = 'Head of the tests'");
    const ladder = await world.ladderOf([
      stage(1, { ...days(5), deciderKind: "POST", post: globalId("Post", post) }),
      stage(2, days(2)),
    ]);
    const { id } = await raised(world, { ladder });
    await done(world, "respondToChallenge", "wrenford-council-lead", { challenge: id, text: "No" });
    await world.database.owner.query(
      "update post set agency_id = (select id from agency where name = $2 and partnership_id = post.partnership_id) where id = $1",
      [post, ICB],
    );
    const input = { challenge: id, text: "Decided" };
    expect(await outcomeOf("decideChallenge", "icb-lead", input)).toContain("NOT_FOUND");
    const before = (await entries(world.database)).length;
    const now = new Date("2019-02-14T09:01:00Z");
    const all = await Promise.all([1, 2].map(() => admitDeciders(world.database.app, now)));
    expect(all.sort()).toEqual([0, 1]);
    expect((await entries(world.database)).slice(before)).toMatchObject([
      { kind: "challenge.decider", subjectId: keyOf("Challenge", id), detail: { stage: 1 } },
    ]);
    const { viewer } = await (
      await world.at("2019-02-14T09:02:00Z")
    )
      .as("icb-lead")
      .data<{ viewer: { agency: { toAnswer: { nodes: { id: string }[] } } } }>(
        "{ viewer { agency { toAnswer(first: 100) { nodes { id } } } } }",
      );
    expect(viewer.agency.toAnswer.nodes.map((one) => one.id)).toContain(id);
    expect(await outcomeOf("decideChallenge", "icb-lead", input, "2019-02-14T09:02:00Z")).toBe("DECIDED");
  });

  test("is the chair where the post's agency has ended and nobody took over", async () => {
    const post = await world.key("select id from post where title = 'Head of the tests'");
    await world.database.owner.query(
      "update post set agency_id = (select id from agency where name = 'Wrenshire Probation' and partnership_id = post.partnership_id) where id = $1",
      [post],
    );
    const ladder = await world.ladderOf([
      stage(1, { ...days(5), deciderKind: "POST", post: globalId("Post", post) }),
      stage(2, days(2)),
    ]);
    const { id } = await raised(world, { ladder, against: await world.agency(COUNCIL) });
    await done(world, "respondToChallenge", "wrenford-council-lead", { challenge: id, text: "No" });
    await world.database.owner.query("update agency set valid_to = '2019-02-13' where name = 'Wrenshire Probation'");
    const { challenge } = await world.service
      .as("wrenford-officer")
      .data<{ challenge: { waitingFor: object } }>(
        "query ($id: ID!) { challenge(id: $id) { waitingFor { what who name } } }",
        { id },
      );
    expect(challenge.waitingFor).toEqual({ what: "DECIDE", who: "CHAIR", name: "The chair" });
    expect(await outcomeOf("decideChallenge", "wrenford-chair", { challenge: id, text: "Decided" })).toBe("DECIDED");
  });
});
