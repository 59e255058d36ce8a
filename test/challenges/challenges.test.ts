import { globalId } from "../../src/platform/graphql/ids";
import { enrol, grant } from "../support/enrol";
import { contractText } from "../support/contract";
import { below, entries, state } from "../support/writes";
import {
  act,
  type ChallengesWorld,
  COUNCIL,
  demonstrationOfChallenges,
  done,
  FULL,
  POLICE,
  raised,
  type Seen,
  TABLES,
} from "./world";

let world: ChallengesWorld;
beforeAll(async () => {
  world = await demonstrationOfChallenges();
});
afterAll(() => world.stop());

const moving = () => state(world.database, ...TABLES, "challenge_counter");
/** What somebody is told, and that nothing has moved. */
async function refused(
  ...args: Parameters<typeof act> extends [unknown, ...infer Rest] ? Rest : never
): Promise<string> {
  const before = await moving();
  const outcome = await act(world, ...args);
  expect(await moving()).toEqual(before);
  return typeof outcome === "string" ? outcome : `done: ${outcome.state}`;
}
const about = (challenge: Seen, text = "Said in a test") => ({ challenge: challenge.id, text });
const read = async (actor: string | null, id: string, moment?: string) => {
  const service = moment ? await world.at(moment) : world.service;
  const { data, errors } = await service
    .as(actor)
    .ask<{ challenge: Seen | null }>(`query ($id: ID!) { challenge(id: $id) { ${FULL} } }`, { id });
  return data?.challenge ?? errors[0]?.extensions.code;
};

const CONTRACT = `mutation RaiseChallenge($input: RaiseChallengeInput!) {
  raiseChallenge(input: $input) {
    challenge {
      id
      reference
      subject
      raisedBy { id name }
      against { id name }
      stage { number name decider respondBy provisional }
      events { at kind actor { name } note }
    }
    userErrors { code field message }
  }
}`;

test("the contract's operation raises a challenge about an action", async () => {
  expect((contractText("raise-challenge") ?? CONTRACT).trim()).toBe(CONTRACT.trim());
  const { raiseChallenge } = await world.service.as("police-lead").data<{ raiseChallenge: object }>(CONTRACT, {
    input: {
      against: await world.agency(COUNCIL),
      subject: "Nobody was told of the meeting",
      ground: "DRIFT",
      action: globalId("Action", world.actions["6.3"] ?? ""),
    },
  });
  expect(raiseChallenge).toMatchObject({
    challenge: {
      reference: "CH-1",
      raisedBy: { name: POLICE },
      against: { name: COUNCIL },
      stage: { number: 1, respondBy: "2019-02-18T17:00:00.000Z", provisional: false },
      events: [{ at: "2019-02-14T09:00:00.000Z", kind: "RAISED", actor: { name: POLICE }, note: null }],
    },
    userErrors: [],
  });
});

describe("who raises", () => {
  test.each([
    ["police-lead", "AGENCY"],
    ["wrenford-officer", "OFFICER"],
    ["wrenford-chair", "CHAIR"],
  ])("%s does, as %s", async (actor, as) => {
    expect(await raised(world, {}, undefined, actor)).toMatchObject({ raisedAs: as, state: "RAISED" });
    const [entry] = (await entries(world.database)).slice(-1);
    expect(entry).toMatchObject({ kind: "challenge.raised", detail: { as, to: "RAISED", stage: 1 } });
    expect(JSON.stringify(entry)).not.toContain("Strategy");
  });

  test.each([
    ["police-contributor", "FORBIDDEN"],
    ["wrenford-police-viewer", "FORBIDDEN"],
    ["wrenford-inspector", "FORBIDDEN"],
    ["wrenford-scrutiny", "FORBIDDEN"],
    ["wrenford-integrator", "FORBIDDEN"],
    ["coventry-officer", "FORBIDDEN input.against"],
    [null, "FORBIDDEN"],
  ])("%s does not: %s", async (actor, expected) => {
    const outcome = await refused("raiseChallenge", actor, { against: await world.agency(COUNCIL), subject: "Late" });
    expect(outcome.split(":")[0]).toBe(expected);
  });

  test("nobody raises for an agency that somebody else leads", async () => {
    const input = {
      against: await world.agency(COUNCIL),
      subject: "Late",
      agency: await world.agency("Wrenford Homes"),
    };
    expect(await refused("raiseChallenge", "police-lead", input)).toBe(
      "FORBIDDEN input.agency: You may raise a challenge for an agency that you lead, and for no other.",
    );
  });

  test("a dispute within one agency and a complaint are refused in the ladder's words", async () => {
    const words =
      "A dispute within one agency is for its own management, and a complaint for the complaints procedure.";
    const raise = async (more: object) =>
      refused("raiseChallenge", "police-lead", { against: await world.agency(COUNCIL), subject: "Late", ...more });
    expect(await raise({ against: await world.agency(POLICE) })).toBe(
      `BAD_USER_INPUT input.against: A dispute within one agency does not belong on the ladder Wrenford: settling differences. ${words}`,
    );
    expect(await raise({ matters: ["STAFF_CONDUCT", "COMPLAINT"] })).toBe(
      `BAD_USER_INPUT input.matters: COMPLAINT does not belong on the ladder Wrenford: settling differences. ${words}`,
    );
    // what this ladder does not leave out may be raised on it
    await raised(world, { matters: ["STAFF_CONDUCT"] });
    // a member of a collective and the collective are one agency here
    expect(
      await refused("raiseChallenge", "icb-lead", { against: await world.agency("Health"), subject: "Late" }),
    ).toContain("A dispute within one agency");
  });

  test("an agency that was merged is not challenged: whoever took over from it is named", async () => {
    const against = await world.agency("Wrenford Safeguarding Children Board");
    expect(await refused("raiseChallenge", "police-lead", { against, subject: "Late" })).toBe(
      "CONFLICT input.against: Wrenford Safeguarding Children Board ended on 2018-03-31: Wrenford Safeguarding Children Partnership took over from it. Challenge that agency.",
    );
  });

  test("a stage is left out for a child at immediate risk alone, and only where the ladder lets it", async () => {
    const raise = async (more: object) =>
      refused("raiseChallenge", "police-lead", { against: await world.agency(COUNCIL), subject: "Late", ...more });
    expect(await raise({ stage: 3 })).toBe(
      "BAD_USER_INPUT input.stage: To leave out stage 1, 2, say in immediateRisk why a child is at immediate risk.",
    );
    expect(await raise({ stage: 4, immediateRisk: "A child is to be sent home tonight" })).toContain(
      "Stage 3 of this ladder may not be left out",
    );
    expect(await raise({ stage: 5 })).toContain("has stages 1 to 4");
    expect(await raise({ stage: 0 })).toContain("has stages 1 to 4");
    expect(await raised(world, { stage: 3, immediateRisk: "A child is to be sent home tonight" })).toMatchObject({
      riskReason: "A child is to be sent home tonight",
      stage: { number: 3, respondDay: "2019-02-21" },
    });
  });

  test("it is about one thing, of the same partnership", async () => {
    const action = globalId("Action", world.actions["6.3"] ?? "");
    const elsewhere = globalId(
      "Action",
      Object.entries(world.actions).find(([name]) => name.startsWith("coventry"))?.[1] ?? "",
    );
    const raise = async (more: object) =>
      refused("raiseChallenge", "police-lead", { against: await world.agency(COUNCIL), subject: "Late", ...more });
    expect(await raise({ action, aboutAgency: await world.agency(COUNCIL) })).toContain(
      "BAD_USER_INPUT input.aboutAgency",
    );
    expect(await raise({ action: elsewhere })).toMatch(/^(NOT_FOUND|BAD_USER_INPUT input.action)/);
    for (const nothing of [" ", "\u202e", "\u200b\u2060\ufeff", "\u0007", "\u3164 \u00ad", "\u2800"])
      for (const name of ["subject", "detail", "immediateRisk"])
        expect(await raise({ [name]: nothing })).toContain(`BAD_USER_INPUT input.${name}: ${name} is blank.`);
    expect(await raise({ involved: [await world.agency(COUNCIL), action] })).toContain("BAD_USER_INPUT input.involved");
  });

  test("neither side is named as taking part besides", async () => {
    const raise = async (...involved: string[]) =>
      refused("raiseChallenge", "police-lead", {
        against: await world.agency(COUNCIL),
        subject: "Late",
        involved: [await world.agency("Wrenford Homes"), ...involved],
      });
    expect(await raise(await world.agency(COUNCIL))).toBe(
      `BAD_USER_INPUT input.involved: ${COUNCIL} is challenged, and so takes part already. Leave it out of involved.`,
    );
    expect(await raise(await world.agency(POLICE))).toBe(
      `BAD_USER_INPUT input.involved: ${POLICE} raises it, and so takes part already. Leave it out of involved.`,
    );
  });

  test("a period is one that the plan is reported on; of an indicator, one that may have ended", async () => {
    const raise = async (periodEnd: string, more: object = {}) =>
      refused("raiseChallenge", "police-lead", {
        against: await world.agency(COUNCIL),
        subject: "Late",
        periodEnd,
        ...more,
      });
    const action = globalId("Action", world.actions["6.3"] ?? "");
    const indicator = globalId(
      "Indicator",
      await world.key(
        "select i.id from indicator i join partnership p on p.id = i.partnership_id where p.slug = 'wrenford' limit 1",
      ),
    );
    for (const day of ["0001-01-01", "9999-12-31", "2018-12-30"]) {
      expect(await raise(day, { action })).toContain(
        "BAD_USER_INPUT input.periodEnd: No reporting period of the action's plan ends on that day.",
      );
      expect(await raise(day)).toContain(
        "BAD_USER_INPUT input.periodEnd: No reporting period of the partnership's plans ends on that day.",
      );
    }
    for (const day of ["0001-01-01", "9999-12-31", "2020-02-15"])
      expect(await raise(day, { indicator })).toBe(
        "BAD_USER_INPUT input.periodEnd: A period ends from 1900-01-01 on, and not more than a year from now.",
      );
    for (const more of [{ action }, {}]) await raised(world, { periodEnd: "2018-12-31", ...more });
    await raised(world, { periodEnd: "2018-11-30", indicator });
  });
});

describe("between the two sides", () => {
  test("it is acknowledged, answered, put right by a proposal that is declined and another that is agreed to, and learned from", async () => {
    const one = await raised(world);
    const acknowledged = await done(world, "acknowledgeChallenge", "council-contributor", {
      challenge: one.id,
      expectedVersion: one.version,
    });
    expect(acknowledged).toMatchObject({
      state: "ACKNOWLEDGED",
      waitingOn: "ANSWERER",
      stage: { acknowledgeBy: null },
    });
    const tuesday = "2019-02-15T10:00:00Z";
    const answered = await done(
      world,
      "respondToChallenge",
      "council-contributor",
      about(one, "From March on"),
      tuesday,
    );
    // the first answer at a stage passes the turn, with the stage's limit anew: two working days from Friday
    expect(answered).toMatchObject({ state: "RESPONDED", waitingOn: "RAISER", stage: { respondDay: "2019-02-19" } });
    const again = await done(
      world,
      "respondToChallenge",
      "wrenford-council-lead",
      about(one, "From April on"),
      "2019-02-18T10:00:00Z",
    );
    expect(again).toMatchObject({ state: "RESPONDED", stage: { respondDay: "2019-02-19" } });
    const proposed = await done(
      world,
      "proposeResolution",
      "wrenford-council-lead",
      about(one, "A rota"),
      "2019-02-18T11:00:00Z",
    );
    expect(proposed).toMatchObject({
      state: "RESOLUTION_PROPOSED",
      waitingOn: "RAISER",
      stage: { respondDay: "2019-02-20" },
    });
    // nobody agrees to their own proposal
    expect(
      await refused("agreeResolution", "wrenford-council-lead", { challenge: one.id }, "2019-02-18T12:00:00Z"),
    ).toBe("FORBIDDEN input.challenge: The side that did not propose it says whether it agrees.");
    const declined = await done(
      world,
      "declineResolution",
      "police-lead",
      about(one, "Not at night"),
      "2019-02-19T10:00:00Z",
    );
    expect(declined).toMatchObject({ state: "RESPONDED", waitingOn: "ANSWERER", stage: { respondDay: "2019-02-20" } });
    const counter = await done(
      world,
      "proposeResolution",
      "police-lead",
      about(one, "A rota of both"),
      "2019-02-19T11:00:00Z",
    );
    // a second proposal at the stage does not renew the clock
    expect(counter).toMatchObject({ waitingOn: "ANSWERER", stage: { respondDay: "2019-02-20" } });
    const agreed = await done(
      world,
      "agreeResolution",
      "wrenford-council-lead",
      { challenge: one.id },
      "2019-02-20T10:00:00Z",
    );
    expect(agreed).toMatchObject({
      state: "AGREED",
      waitingOn: null,
      outcome: "A rota of both",
      stage: { number: 1, respondBy: null },
    });
    expect(await refused("respondToChallenge", "council-contributor", about(one), "2019-02-20T11:00:00Z")).toContain(
      "CONFLICT input.challenge: The challenge has ended (AGREED)",
    );
    const learned = await done(
      world,
      "recordLearning",
      "wrenford-officer",
      about(one, "Ask first"),
      "2019-02-20T11:00:00Z",
    );
    expect(learned).toMatchObject({ learning: "Ask first", state: "AGREED" });
    expect(learned.events.map(({ kind, actor }) => `${kind} ${actor.name}`)).toEqual([
      `RAISED ${POLICE}`,
      `ACKNOWLEDGED ${COUNCIL}`,
      `RESPONDED ${COUNCIL}`,
      `RESPONDED ${COUNCIL}`,
      `PROPOSED ${COUNCIL}`,
      `DECLINED ${POLICE}`,
      `PROPOSED ${POLICE}`,
      `AGREED ${COUNCIL}`,
      "LEARNED The business unit",
    ]);
  });

  test.each([
    ["police-lead", "FORBIDDEN input.challenge"],
    ["wrenford-council-lead", "done"],
    ["council-contributor", "done"],
    ["housing-lead", "NOT_FOUND"],
    ["wrenford-officer", "FORBIDDEN"],
    ["wrenford-chair", "FORBIDDEN"],
    ["wrenford-inspector", "FORBIDDEN"],
    ["wrenford-scrutiny", "FORBIDDEN"],
    ["coventry-officer", "FORBIDDEN"],
    [null, "FORBIDDEN"],
  ])("%s answers for the council: %s", async (actor, expected) => {
    const one = await raised(world);
    if (expected === "done") {
      expect(await done(world, "respondToChallenge", actor, about(one))).toMatchObject({ state: "RESPONDED" });
      return;
    }
    expect((await refused("respondToChallenge", actor, about(one))).split(":")[0]).toBe(expected);
  });

  test("a version that has moved on, a blank answer and one that is over are refused", async () => {
    const one = await raised(world);
    await done(world, "acknowledgeChallenge", "wrenford-council-lead", { challenge: one.id });
    expect(
      await refused("respondToChallenge", "wrenford-council-lead", { ...about(one), expectedVersion: 1 }),
    ).toContain("CONFLICT input.expectedVersion");
    expect(await refused("respondToChallenge", "wrenford-council-lead", about(one, " "))).toContain(
      "BAD_USER_INPUT input.text",
    );
    expect(await refused("agreeResolution", "police-lead", { challenge: one.id })).toContain(
      "it has not been answered",
    );
    expect(await refused("withdrawChallenge", "wrenford-council-lead", about(one))).toContain(
      "Whoever raised it takes it back",
    );
    const withdrawn = await done(world, "withdrawChallenge", "police-lead", about(one, "Settled by phone"));
    expect(withdrawn).toMatchObject({ state: "WITHDRAWN", outcome: "Settled by phone" });
  });

  test("a collective's member answers for it; a viewer of it reads and does not", async () => {
    const one = await raised(world, { against: await world.agency("Health") });
    expect(await done(world, "respondToChallenge", "icb-lead", about(one))).toMatchObject({ state: "RESPONDED" });
    expect(await read("icb-viewer", one.id)).toMatchObject({ state: "RESPONDED" });
    expect(await refused("respondToChallenge", "icb-viewer", about(one))).toBe("FORBIDDEN");
  });

  test("once an agency is merged, whoever took over reads and answers what runs against it", async () => {
    const one = await raised(world, { against: await world.agency("Wrenshire Probation") });
    expect(await read("housing-lead", one.id)).toBe("NOT_FOUND");
    await world.database.owner.query(
      "update agency set valid_to = '2019-02-13', successor_id = (select id from agency where name = 'Wrenford Homes') where name = 'Wrenshire Probation'",
    );
    try {
      expect(await done(world, "respondToChallenge", "housing-lead", about(one))).toMatchObject({
        state: "RESPONDED",
        against: { name: "Wrenshire Probation" },
        events: [{}, { actor: { name: "Wrenford Homes" } }],
      });
    } finally {
      await world.database.owner.query(
        "update agency set valid_to = null, successor_id = null where name = 'Wrenshire Probation'",
      );
    }
  });
});

describe("up the ladder", () => {
  const RISK = "A child is to be sent home tonight";

  test("the other side has its time first; then whoever raised it goes on, and skips with ground alone", async () => {
    const one = await raised(world);
    const escalate = (actor: string, more: object) =>
      refused("escalateChallenge", actor, { challenge: one.id, reason: "No answer", ...more });
    expect(await escalate("police-lead", {})).toBe(
      "CONFLICT input.immediateRisk: The other side has until 2019-02-18 to answer at this stage. Say in immediateRisk why it cannot wait, if a child is at immediate risk.",
    );
    expect(await escalate("police-lead", { toStage: 3 })).toBe(
      "BAD_USER_INPUT input.toStage: To leave out stage 2, say in immediateRisk why a child is at immediate risk.",
    );
    expect(await escalate("police-lead", { toStage: 4, immediateRisk: RISK })).toContain("Stage 3 of this ladder");
    expect(await escalate("police-lead", { toStage: 1 })).toContain("BAD_USER_INPUT input.toStage");
    expect(await escalate("wrenford-council-lead", {})).toContain("FORBIDDEN input.challenge");
    await done(world, "respondToChallenge", "wrenford-council-lead", about(one));
    const second = await done(world, "escalateChallenge", "police-lead", {
      challenge: one.id,
      reason: "It will not do",
    });
    expect(second).toMatchObject({
      state: "RAISED",
      waitingOn: "ANSWERER",
      stage: { number: 2, respondDay: "2019-02-19" },
    });
    const skipped = await raised(world);
    expect(
      await done(world, "escalateChallenge", "police-lead", {
        challenge: skipped.id,
        reason: "It cannot wait",
        toStage: 3,
        immediateRisk: RISK,
      }),
    ).toMatchObject({ riskReason: RISK, stage: { number: 3, respondDay: "2019-02-21" } });
  });

  test("no party decides: the executive group is chaired by the council, so that the chair does", async () => {
    const one = await raised(world, { stage: 3, immediateRisk: RISK });
    expect(await refused("decideChallenge", "wrenford-council-lead", about(one))).toBe(
      "FORBIDDEN input.challenge: Your agency is a party to it, and no party decides: the chair of the partnership decides instead.",
    );
    expect(await refused("decideChallenge", "police-lead", about(one))).toBe(
      "FORBIDDEN input.challenge: At stage 3 it is decided by others: The executive group.",
    );
    expect(await done(world, "decideChallenge", "wrenford-chair", about(one, "The rota stands"))).toMatchObject({
      state: "DECIDED",
      outcome: "The rota stands",
      events: [{}, { kind: "DECIDED", actor: { name: "The chair" } }],
    });
    // between others the agency that chairs the board reads it from that stage on, and decides
    const between = await raised(
      world,
      { against: await world.agency("Wrenford Homes"), stage: 2, immediateRisk: RISK },
      undefined,
      "police-lead",
    );
    expect(await read("wrenford-council-lead", between.id)).toBe("NOT_FOUND");
    const third = await done(world, "escalateChallenge", "police-lead", {
      challenge: between.id,
      reason: "It cannot wait",
      immediateRisk: RISK,
    });
    expect(third).toMatchObject({ parties: [{}, {}, { part: "DECIDES", agency: { name: COUNCIL } }] });
    expect(await done(world, "decideChallenge", "wrenford-council-lead", about(between))).toMatchObject({
      state: "DECIDED",
      events: [{}, {}, { actor: { name: COUNCIL } }],
    });
    // officers record what a board decided
    const recorded = await raised(world, { stage: 3, immediateRisk: RISK });
    expect(await done(world, "decideChallenge", "wrenford-officer", about(recorded))).toMatchObject({
      state: "DECIDED",
    });
  });

  test("a chair whose agency is party does not decide: it is said to be deadlocked instead, at the last stage alone", async () => {
    await enrol(world.database, "chair-of-police", [
      { role: "PARTNERSHIP_CHAIR" },
      { role: "AGENCY_VIEWER", agency: POLICE },
    ]);
    const one = await raised(world);
    expect(await refused("decideChallenge", "wrenford-chair", about(one))).toBe(
      "FORBIDDEN input.challenge: Nobody decides at stage 1: the two sides agree, or it goes on to stage 2.",
    );
    expect(await refused("deadlockChallenge", "wrenford-officer", about(one))).toContain(
      "There is a stage above stage 1",
    );
    for (const toStage of [2, 3])
      await done(world, "escalateChallenge", "wrenford-officer", {
        challenge: one.id,
        reason: "It goes on",
        toStage,
        immediateRisk: RISK,
      });
    await done(world, "respondToChallenge", "wrenford-council-lead", { challenge: one.id, text: "No" });
    await done(world, "escalateChallenge", "wrenford-officer", { challenge: one.id, reason: "It goes on" });
    expect(await refused("decideChallenge", "chair-of-police", about(one))).toBe(
      "FORBIDDEN input.challenge: Your agency is a party to it, and no party decides: an officer says that it is deadlocked instead, and the partners' chief officers settle it between them.",
    );
    expect(
      await refused("escalateChallenge", "police-lead", { challenge: one.id, reason: "More", immediateRisk: RISK }),
    ).toContain("CONFLICT input.challenge: It is at the last stage");
    expect(await refused("deadlockChallenge", "police-lead", about(one))).toBe("FORBIDDEN");
    expect(await done(world, "deadlockChallenge", "wrenford-officer", about(one))).toMatchObject({
      state: "DEADLOCKED",
    });
  });
});

describe("who reads", () => {
  test("the two sides and oversight; to anybody else there is none, in a list, a count or by its id", async () => {
    const action = globalId("Action", world.actions["6.3"] ?? "");
    const one = await raised(world, { action, subject: "Only here" });
    const listed = async (actor: string | null) => {
      const { data } = await world.service.as(actor).ask<{
        partnership: { challenges: { totalCount: number; nodes: { id: string }[] } };
        action: { challenges: { nodes: { id: string }[] } } | null;
      }>('query ($action: ID!) { partnership(slug: "wrenford") { challenges(first: 100) { totalCount nodes { id } } } action(id: $action) { challenges(first: 100) { nodes { id } } } }', { action });
      const { totalCount, nodes } = data!.partnership.challenges;
      expect(totalCount).toBe(nodes.length);
      return [nodes, data?.action?.challenges.nodes ?? []].map((found) => found.some(({ id }) => id === one.id));
    };
    for (const actor of [
      "police-lead",
      "wrenford-police-viewer",
      "council-contributor",
      "wrenford-officer",
      "wrenford-chair",
      "wrenford-inspector",
    ]) {
      expect([actor, await read(actor, one.id)]).toMatchObject([actor, { subject: "Only here" }]);
      expect([actor, ...(await listed(actor))]).toEqual([actor, true, true]);
    }
    for (const actor of ["housing-lead", "wrenford-probation-viewer", "wrenford-scrutiny", "coventry-officer", null]) {
      expect([actor, await read(actor, one.id)]).toEqual([actor, "NOT_FOUND"]);
      expect([actor, ...(await listed(actor))]).toEqual([actor, false, false]);
    }
  });

  test("who is named as taking part reads it, and decides nothing", async () => {
    const one = await raised(world, { involved: [await world.agency("Wrenford Homes")] });
    expect(await read("housing-lead", one.id)).toMatchObject({ parties: [{}, {}, { part: "INVOLVED" }] });
    expect(await refused("respondToChallenge", "housing-lead", about(one))).toContain("FORBIDDEN input.challenge");
  });

  test("a note is its agency's own: neither the other side nor oversight reads it or the entry that it was kept", async () => {
    const one = await raised(world);
    await done(world, "noteOnChallenge", "police-contributor", about(one, "Our view of their offer"));
    expect(await refused("noteOnChallenge", "housing-lead", about(one))).toContain("NOT_FOUND");
    const notes = async (actor: string) =>
      (
        await world.service
          .as(actor)
          .data<{ challenge: { notes: object[] } }>(
            "query ($id: ID!) { challenge(id: $id) { notes { text agency { name } } } }",
            { id: one.id },
          )
      ).challenge.notes;
    expect(await notes("wrenford-police-viewer")).toEqual([
      { text: "Our view of their offer", agency: { name: POLICE } },
    ]);
    for (const actor of ["council-contributor", "wrenford-officer", "wrenford-chair", "wrenford-inspector"])
      expect([actor, await notes(actor)]).toEqual([actor, []]);
    expect((await entries(world.database)).at(-1)).toMatchObject({ kind: "challenge.noted", detail: {} });
  });

  test("no grant opens a challenge to anybody", async () => {
    await grant(world.database, { agency: "Wrenford Homes", field: "Challenge.subject", operation: "READ" });
    expect(await read("housing-lead", (await raised(world)).id)).toBe("NOT_FOUND");
  });

  test("a list of challenges with everything beneath it is a constant number of statements", async () => {
    const ask = async (first: number) => {
      world.service.statements();
      await world.service
        .as("wrenford-officer")
        .data(
          `query ($first: Int!) { partnership(slug: "wrenford") { challenges(first: $first, filter: { running: true }) { totalCount nodes { ${FULL} viewerCan { respond decide } } } } }`,
          { first },
        );
      return world.service.statements().length;
    };
    const one = await ask(1);
    expect([await ask(3), await ask(10)]).toEqual([one, one]);
  });

  test("a list is narrowed by state, side and agency, page by page", async () => {
    const ask = (filter: object, more = "") =>
      world.service
        .as("wrenford-officer")
        .data<{ partnership: { challenges: { totalCount: number; pageInfo: { endCursor: string }; nodes: Seen[] } } }>(
          `query ($filter: ChallengeFilter) { partnership(slug: "wrenford") { challenges(first: 2, filter: $filter${more}) { totalCount pageInfo { endCursor } nodes { id state against { name } stage { number } } } } }`,
          { filter },
        )
        .then(({ partnership }) => partnership.challenges);
    const decided = await ask({ state: ["DECIDED"], running: false });
    expect(decided.nodes.map(({ state: found }) => found)).toEqual(["DECIDED", "DECIDED"]);
    const next = await ask({ state: ["DECIDED"], running: false }, `, after: "${decided.pageInfo.endCursor}"`);
    expect(next.nodes).toHaveLength(decided.totalCount - 2);
    const homes = await ask({ against: [await world.agency("Wrenford Homes")] });
    expect(homes.nodes).toMatchObject([{ against: { name: "Wrenford Homes" } }]);
    expect((await ask({ running: true, state: ["DECIDED"] })).totalCount).toBe(0);
  });
});

test("viewerCan says what the services let somebody do", async () => {
  const one = await raised(world);
  const can = async (actor: string) =>
    Object.entries(
      (
        await world.service
          .as(actor)
          .data<{ challenge: { viewerCan: Record<string, boolean> } }>(
            "query ($id: ID!) { challenge(id: $id) { viewerCan { acknowledge agree deadlock decide decline escalate note propose recordLearning respond withdraw } } }",
            { id: one.id },
          )
      ).challenge.viewerCan,
    )
      .filter(([, may]) => may)
      .map(([name]) => name);
  expect(await can("police-lead")).toEqual(["escalate", "note", "propose", "withdraw"]);
  expect(await can("wrenford-council-lead")).toEqual(["acknowledge", "note", "propose", "respond"]);
  expect(await can("council-contributor")).toEqual(["acknowledge", "note", "respond"]);
  expect(await can("wrenford-officer")).toEqual(["escalate"]);
  expect(await can("wrenford-inspector")).toEqual([]);
  await done(world, "proposeResolution", "wrenford-council-lead", about(one));
  expect(await can("police-lead")).toEqual(["agree", "decline", "escalate", "note", "propose", "withdraw"]);
});

test("below the service nobody rewrites what happened, decides what is not theirs or reopens what has ended", async () => {
  const one = await raised(world);
  const id = await world.key("select id from challenge order by number desc limit 1");
  const on = (subject: string, set: string) =>
    below(world.database, subject, `update challenge set ${set} where id = $1`, [id]);
  expect(await on("housing-lead", "learning = 'x'")).toBe(0);
  expect(await on("wrenford-police-viewer", "learning = 'x'")).toBe(0);
  expect(await on("police-lead", "subject = 'x'")).toBe("permission denied");
  const end = "ended_at = app.now(), waiting_on = null, respond_by = null, respond_day = null, acknowledge_by = null";
  expect(await on("police-lead", `state = 'DECIDED', ${end}`)).toBe("this is for the decider of the stage");
  expect(await on("police-lead", `state = 'DEADLOCKED', ${end}`)).toBe("this is for the decider of the stage");
  expect(await on("wrenford-chair", `state = 'DECIDED', ${end}`)).toBe(1);
  await done(world, "withdrawChallenge", "police-lead", about(one));
  expect(await on("wrenford-officer", "state = 'RAISED', ended_at = null, waiting_on = 'RAISER'")).toBe(
    "a challenge that has ended is never changed",
  );
  for (const [table, set] of [
    ["challenge_event", "note = 'x'"],
    ["challenge_note", "text = 'x'"],
  ])
    expect(await below(world.database, "wrenford-officer", `update ${table} set ${set}`)).toBe("permission denied");
});
