import { expireDue } from "../../src/domains/challenges/index";
import { enrol } from "../support/enrol";
import {
  act,
  type ChallengesWorld,
  COUNCIL,
  demonstrationOfChallenges,
  done,
  POLICE,
  raised,
  type Seen,
} from "./world";

let world: ChallengesWorld;
/** What the tests look at, by what it is about. */
const made: Record<string, Seen> = {};
const THURSDAY = "2019-02-14T09:00:00Z";
const FRIDAY = "2019-02-15T10:00:00Z";
const RISK = "A child is to be sent home tonight";

beforeAll(async () => {
  world = await demonstrationOfChallenges();
  await enrol(world.database, "lead-of-probation", [{ role: "AGENCY_LEAD", agency: "Wrenshire Probation" }]);
  const about = async (subject: string, more: object, actor = "police-lead", moment = THURSDAY) => {
    made[subject] = await raised(world, { subject, ...more }, moment, actor);
    return made[subject];
  };
  // to be answered by the council until Monday 18, by health, in whose place its members answer, and by a board's agency
  const asked = await about("of the council", {});
  await done(world, "acknowledgeChallenge", "council-contributor", { challenge: asked.id }, THURSDAY);
  const answered = await about("answered", {});
  await done(
    world,
    "respondToChallenge",
    "wrenford-council-lead",
    { challenge: answered.id, text: "So it is" },
    FRIDAY,
  );
  const health = await about("of health", { against: await world.agency("Health") }, "housing-lead");
  await done(world, "acknowledgeChallenge", "icb-lead", { challenge: health.id }, THURSDAY);
  const decided = await about(
    "of the executive group",
    { against: await world.agency("Wrenford Homes"), stage: 3, immediateRisk: RISK },
    "lead-of-probation",
  );
  await done(world, "respondToChallenge", "housing-lead", { challenge: decided.id, text: "We will not" }, FRIDAY);
  const chairs = await about("of the chair", { stage: 3, immediateRisk: RISK });
  await done(world, "respondToChallenge", "wrenford-council-lead", { challenge: chairs.id, text: "No" }, FRIDAY);
  const officers = await about("of the officers", {}, "wrenford-officer");
  await done(world, "respondToChallenge", "wrenford-council-lead", { challenge: officers.id, text: "Yes" }, FRIDAY);
  const over = await about("over", {});
  await done(world, "withdrawChallenge", "police-lead", { challenge: over.id, text: "Settled" }, FRIDAY);
});
afterAll(() => world.stop());

interface Turn {
  what: string;
  who: string;
  name: string;
  agency: { name: string } | null;
  until: string | null;
  day: string | null;
  provisional: boolean;
  overdue: boolean;
  left: { unit: string; count: number } | null;
}
interface Node {
  subject: string;
  waitingFor: Turn | null;
}
const TURN = "waitingFor { what who name agency { name } until day provisional overdue left { unit count } }";
const NODES = `totalCount nodes { subject ${TURN} }`;

const listed = async (actor: string | null, args = "", moment = FRIDAY): Promise<Node[]> => {
  const service = await world.at(moment);
  const { partnership } = await service
    .as(actor)
    .data<{ partnership: { escalations: { totalCount: number; nodes: Node[] } } }>(
      `{ partnership(slug: "wrenford") { escalations${args} { ${NODES} } } }`,
    );
  const { totalCount, nodes } = partnership.escalations;
  expect(totalCount).toBe(nodes.length);
  return nodes;
};
const subjects = async (...args: Parameters<typeof listed>) => (await listed(...args)).map(({ subject }) => subject);
const filtered = async (filter: string, actor = "wrenford-officer", moment = FRIDAY) =>
  (await subjects(actor, `(filter: { ${filter} })`, moment)).sort();

const ALL = ["of the council", "of health", "answered", "of the officers", "of the executive group", "of the chair"];

test("what runs is listed, soonest first, with whose turn it is and how long there is", async () => {
  const nodes = await listed("wrenford-officer");
  expect(nodes.map(({ subject }) => subject).sort()).toEqual([...ALL].sort());
  const days = nodes.map(({ waitingFor }) => waitingFor?.until ?? "");
  expect(days).toEqual([...days].sort());
  const turn = Object.fromEntries(nodes.map(({ subject, waitingFor }) => [subject, waitingFor]));
  expect(turn["of the council"]).toEqual({
    what: "RESPOND",
    who: "AGENCY",
    name: COUNCIL,
    agency: { name: COUNCIL },
    until: "2019-02-18T17:00:00.000Z",
    day: "2019-02-18",
    provisional: false,
    overdue: false,
    left: { unit: "WORKING_DAYS", count: 1 },
  });
  expect(turn.answered).toMatchObject({ what: "AGREE", name: POLICE, day: "2019-02-19", left: { count: 2 } });
  expect(turn["of health"]).toMatchObject({ what: "RESPOND", name: "Health" });
  expect(turn["of the executive group"]).toMatchObject({ what: "DECIDE", who: "AGENCY", name: COUNCIL });
  // the council chairs the group and is party: the chair decides in its place
  expect(turn["of the chair"]).toMatchObject({ what: "DECIDE", who: "CHAIR", name: "The chair", agency: null });
  expect(turn["of the officers"]).toMatchObject({ what: "AGREE", who: "BUSINESS_UNIT", name: "The business unit" });
});

test("whose turn it is can do it: who is named is who the services let", async () => {
  const ends: Record<string, [string, string | null][]> = {
    "of the executive group": [["decide", "wrenford-council-lead"]],
    "of the chair": [["decide", "wrenford-chair"]],
    "of the officers": [["agree", "wrenford-officer"]],
    answered: [["agree", "police-lead"]],
    "of health": [["respond", "icb-lead"]],
    "of the council": [["respond", "council-contributor"]],
  };
  const service = await world.at(FRIDAY);
  for (const [subject, some] of Object.entries(ends))
    for (const [ability, actor] of some) {
      const { challenge } = await service
        .as(actor)
        .data<{ challenge: { viewerCan: object } }>(
          `query ($id: ID!) { challenge(id: $id) { viewerCan { ${ability} } } }`,
          { id: made[subject]?.id },
        );
      expect([subject, challenge.viewerCan]).toEqual([subject, { [ability]: true }]);
    }
});

test("everybody is listed and counted what they take part in, and nobody else's", async () => {
  expect((await subjects("wrenford-chair")).length).toBe(6);
  expect((await subjects("wrenford-inspector")).length).toBe(6);
  expect((await subjects("police-lead")).sort()).toEqual(["answered", "of the chair", "of the council"]);
  expect(await subjects("icb-viewer")).toEqual(["of health"]);
  expect((await subjects("housing-lead")).sort()).toEqual(["of health", "of the executive group"]);
  for (const nobody of ["wrenford-scrutiny", "coventry-officer", null]) expect(await subjects(nobody)).toEqual([]);
});

describe("narrowed", () => {
  const id = (name: string) => world.agency(name);

  test("by stage, and its name", async () => {
    expect(await filtered("stage: [3]")).toEqual(["of the chair", "of the executive group"]);
    expect(await filtered('stageName: [" executive GROUP "]')).toEqual(["of the chair", "of the executive group"]);
    expect(await filtered('stageName: ["Nobody"]')).toEqual([]);
  });

  test("by who raised it, against whom, who takes part and who is waited for", async () => {
    expect(await filtered(`raisedBy: ["${await id("Wrenford Homes")}"]`)).toEqual(["of health"]);
    expect(await filtered(`against: ["${await id("Wrenford Homes")}"]`)).toEqual(["of the executive group"]);
    expect(await filtered(`party: ["${await id("Wrenford Homes")}"]`)).toEqual(["of health", "of the executive group"]);
    expect(await filtered(`waitingFor: ["${await id(COUNCIL)}"]`)).toEqual([
      "of the council",
      "of the executive group",
    ]);
    expect(await filtered(`waitingFor: ["${await id(POLICE)}"]`)).toEqual(["answered"]);
    // a member is waited for where its collective is
    expect(await filtered(`waitingFor: ["${await id("Wrenford Integrated Care Board")}"]`)).toEqual(["of health"]);
    expect(await filtered("waitingOn: [DECIDER]")).toEqual(["of the chair", "of the executive group"]);
  });

  test("by the time that is left", async () => {
    expect(await filtered("dueWithinWorkingDays: 0")).toEqual([]);
    expect(await filtered("dueWithinWorkingDays: 1")).toEqual(["of health", "of the council"]);
    expect(await filtered("dueWithinWorkingDays: 2")).toEqual(
      ["answered", "of health", "of the council", "of the officers"].sort(),
    );
    expect((await filtered("dueWithinWorkingDays: 100")).length).toBe(6);
    expect(await filtered('dueBefore: "2019-02-18T17:00:00Z"')).toEqual([]);
    expect(await filtered('dueBefore: "2019-02-18T17:00:01Z"')).toEqual(["of health", "of the council"]);
    expect((await filtered("clockRuns: true")).length).toBe(6);
    expect(await filtered("clockRuns: false")).toEqual([]);
    expect(await filtered("overdue: true")).toEqual([]);
    // nobody has looked since: the day has passed on Tuesday, and not before
    expect(await filtered("overdue: true", "wrenford-officer", "2019-02-18T23:30:00Z")).toEqual([]);
    expect(await filtered("overdue: true", "wrenford-officer", "2019-02-19T09:00:00Z")).toEqual([
      "of health",
      "of the council",
    ]);
    expect((await filtered("overdue: false", "wrenford-officer", "2019-02-19T09:00:00Z")).length).toBe(4);
  });

  test("the days that a filter counts are those that are left", async () => {
    for (const moment of [FRIDAY, "2019-02-16T09:00:00Z", "2019-02-17T09:00:00Z", "2019-02-18T17:30:00Z"]) {
      const nodes = await listed("wrenford-officer", "", moment);
      for (const days of [0, 1, 2, 3, 5]) {
        const left = nodes.filter(({ waitingFor }) => (waitingFor?.left?.count ?? Infinity) <= days);
        expect(await filtered(`dueWithinWorkingDays: ${days}`, "wrenford-officer", moment)).toEqual(
          left.map(({ subject }) => subject).sort(),
        );
      }
    }
  });

  test.each([
    ["stage: []", "filter.stage is an empty list, which nothing can match. Leave it out, or name a value."],
    ["dueWithinWorkingDays: -1", "filter.dueWithinWorkingDays is a number of working days from 0 to 100; it was -1."],
    ["dueWithinWorkingDays: 101", "filter.dueWithinWorkingDays is a number of working days from 0 to 100; it was 101."],
    [
      "clockRuns: false, overdue: true",
      "filter.clockRuns asks for those that are due at no time, and another filter for when they are due.",
    ],
    ['waitingFor: ["x"]', "filter.waitingFor"],
  ])("%s is refused by name", async (filter, message) => {
    const { errors } = await world.service
      .as("wrenford-officer")
      .ask(`{ partnership(slug: "wrenford") { escalations(filter: { ${filter} }) { totalCount } } }`);
    expect(errors[0]?.extensions.code).toBe("BAD_USER_INPUT");
    expect(errors[0]?.message).toContain(message);
  });
});

test("pages lead on from one to the next, forwards and back", async () => {
  const all = await subjects("wrenford-officer");
  const service = await world.at(FRIDAY);
  const page = async (args: string) => {
    const { partnership } = await service.as("wrenford-officer").data<{
      partnership: {
        escalations: { nodes: Node[]; pageInfo: { startCursor: string; endCursor: string; hasNextPage: boolean } };
      };
    }>(`{ partnership(slug: "wrenford") { escalations(${args}) { nodes { subject } pageInfo { startCursor endCursor hasNextPage } } } }`);
    return partnership.escalations;
  };
  const first = await page("first: 4");
  const rest = await page(`first: 4, after: "${first.pageInfo.endCursor}"`);
  expect([...first.nodes, ...rest.nodes].map(({ subject }) => subject)).toEqual(all);
  expect(rest.pageInfo.hasNextPage).toBe(false);
  const back = await page(`last: 4, before: "${rest.pageInfo.startCursor}"`);
  expect(back.nodes).toEqual(first.nodes);
});

test("without a limit it comes last, and a page goes on from there", async () => {
  await world.database.owner.query(
    "update challenge set respond_by = null, respond_day = null where subject in ('of health', 'of the council')",
  );
  try {
    const nodes = await listed("wrenford-officer");
    expect(nodes.slice(-2).map(({ waitingFor }) => [waitingFor?.until, waitingFor?.left, waitingFor?.overdue])).toEqual(
      [
        [null, null, false],
        [null, null, false],
      ],
    );
    expect(await filtered("clockRuns: false")).toEqual(["of health", "of the council"]);
    const service = await world.at(FRIDAY);
    const seen: string[] = [];
    let after = "";
    for (let turns = 0; turns < 6; turns += 1) {
      const { partnership } = await service
        .as("wrenford-officer")
        .data<{ partnership: { escalations: { nodes: Node[]; pageInfo: { endCursor: string } } } }>(
          `{ partnership(slug: "wrenford") { escalations(first: 1${after}) { nodes { subject } pageInfo { endCursor } } } }`,
        );
      seen.push(...partnership.escalations.nodes.map(({ subject }) => subject));
      after = `, after: "${partnership.escalations.pageInfo.endCursor}"`;
    }
    expect(seen).toEqual(nodes.map(({ subject }) => subject));
  } finally {
    await world.database.owner.query(
      "update challenge set respond_by = '2019-02-18T17:00:00Z', respond_day = '2019-02-18' where subject in ('of health', 'of the council')",
    );
  }
});

test("what is to be acknowledged first is due first; hours and calendar days are counted as such", async () => {
  const service = await world.at(FRIDAY);
  const stage =
    "ladder_version_id = (select ladder_version_id from challenge where subject = 'of the council') and number = 1";
  const within = (unit: string | null, count: number | null, by: string | null) =>
    world.database.owner.transaction(async (tx) => {
      await tx.query(`update ladder_stage set acknowledge_unit = $1, acknowledge_count = $2 where ${stage}`, [
        unit,
        count,
      ]);
      await tx.query("update challenge set acknowledge_by = $1 where subject = 'of the council'", [by]);
    });
  const turn = async () => {
    const { challenge } = await service
      .as("wrenford-officer")
      .data<{ challenge: Node }>(`query ($id: ID!) { challenge(id: $id) { ${TURN} } }`, {
        id: made["of the council"]?.id,
      });
    return challenge.waitingFor;
  };
  try {
    await within("HOURS", 48, "2019-02-16T09:00:00Z");
    expect(await turn()).toMatchObject({
      what: "ACKNOWLEDGE",
      until: "2019-02-16T09:00:00.000Z",
      day: "2019-02-16",
      left: { unit: "HOURS", count: 23 },
    });
    expect((await subjects("wrenford-officer"))[0]).toBe("of the council");
    await within("CALENDAR_DAYS", 2, "2019-02-16T17:00:00Z");
    expect(await turn()).toMatchObject({ day: "2019-02-16", left: { unit: "CALENDAR_DAYS", count: 1 } });
    await within("SAME_WORKING_DAY", null, "2019-02-14T17:00:00Z");
    expect(await turn()).toMatchObject({ overdue: true, left: { unit: "WORKING_DAYS", count: -1 } });
    // what comes after what is published is provisional, and so counted by the holidays that are expected
    await within("WORKING_DAYS", 2300, "2028-01-06T17:00:00Z");
    await world.database.owner.query("update challenge set respond_by = '2028-02-01' where subject = 'of the council'");
    expect(await turn()).toMatchObject({ what: "ACKNOWLEDGE", day: "2028-01-06", provisional: true });
  } finally {
    await within("SAME_WORKING_DAY", null, null);
    await world.database.owner.query(
      "update challenge set respond_by = '2019-02-18T17:00:00Z' where subject = 'of the council'",
    );
  }
});

interface Totals {
  count: number;
  overdue: number;
  withoutLimit: number;
  byStage: {
    ladder: { name: string };
    number: number;
    name: string;
    count: number;
    overdue: number;
    soonest: string;
  }[];
  byParty: { who: string; name: string; agency: { name: string } | null; count: number; soonest: string | null }[];
}
const totals = async (actor: string | null, args = "", moment = FRIDAY) => {
  const service = await world.at(moment);
  const { partnership } = await service.as(actor).data<{ partnership: { escalationTotals: Totals } }>(
    `{ partnership(slug: "wrenford") { escalationTotals${args} { count overdue withoutLimit
      byStage { ladder { name } number name count overdue soonest } byParty { who name agency { name } count soonest } } } }`,
  );
  return partnership.escalationTotals;
};

test("the totals are of what the caller sees, group by group", async () => {
  expect(await totals("wrenford-officer")).toEqual({
    count: 6,
    overdue: 0,
    withoutLimit: 0,
    byStage: [
      {
        ladder: { name: "Wrenford: settling differences" },
        number: 1,
        name: "Practitioners and their managers",
        count: 4,
        overdue: 0,
        soonest: "2019-02-18T17:00:00.000Z",
      },
      {
        ladder: { name: "Wrenford: settling differences" },
        number: 3,
        name: "Executive group",
        count: 2,
        overdue: 0,
        soonest: "2019-02-22T17:00:00.000Z",
      },
    ],
    byParty: [
      { who: "AGENCY", name: COUNCIL, agency: { name: COUNCIL }, count: 2, soonest: "2019-02-18T17:00:00.000Z" },
      { who: "AGENCY", name: "Health", agency: { name: "Health" }, count: 1, soonest: "2019-02-18T17:00:00.000Z" },
      { who: "AGENCY", name: POLICE, agency: { name: POLICE }, count: 1, soonest: "2019-02-19T17:00:00.000Z" },
      { who: "BUSINESS_UNIT", name: "The business unit", agency: null, count: 1, soonest: "2019-02-19T17:00:00.000Z" },
      { who: "CHAIR", name: "The chair", agency: null, count: 1, soonest: "2019-02-22T17:00:00.000Z" },
    ],
  });
  expect(await totals("icb-viewer")).toMatchObject({
    count: 1,
    byStage: [{ number: 1, count: 1 }],
    byParty: [{ name: "Health" }],
  });
  expect(await totals("wrenford-officer", "(filter: { stage: [3] })")).toMatchObject({
    count: 2,
    byStage: [{ number: 3 }],
  });
  expect(await totals("wrenford-officer", "", "2019-02-19T09:00:00Z")).toMatchObject({
    overdue: 2,
    byStage: [{ overdue: 2 }, { overdue: 0 }],
  });
  for (const nobody of ["wrenford-scrutiny", "coventry-officer", null])
    expect(await totals(nobody)).toEqual({ count: 0, overdue: 0, withoutLimit: 0, byStage: [], byParty: [] });
});

test("a list, its totals and their groups come to the same for everybody", async () => {
  for (const actor of ["wrenford-officer", "police-lead", "housing-lead", "icb-viewer", "wrenford-scrutiny"]) {
    const nodes = await listed(actor);
    const counted = await totals(actor);
    expect(counted.count).toBe(nodes.length);
    for (const groups of [counted.byStage, counted.byParty])
      expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(nodes.length);
    for (const { name, count } of counted.byParty)
      expect([name, nodes.filter(({ waitingFor }) => waitingFor?.name === name).length]).toEqual([name, count]);
  }
});

describe("viewer { agency { toAnswer } }", () => {
  const mine = async (actor: string, moment = FRIDAY) => {
    const service = await world.at(moment);
    const { viewer } = await service
      .as(actor)
      .data<{ viewer: { agency: { toAnswer: { totalCount: number; nodes: Node[] } } | null } }>(
        `{ viewer { agency { toAnswer { ${NODES} } } } }`,
      );
    return viewer.agency && viewer.agency.toAnswer.nodes.map(({ subject }) => subject);
  };

  test("is what waits for the caller's own agency, soonest first", async () => {
    expect(await mine("wrenford-council-lead")).toEqual(["of the council", "of the executive group"]);
    expect(await mine("council-contributor")).toEqual(["of the council", "of the executive group"]);
    expect(await mine("police-lead")).toEqual(["answered"]);
    expect(await mine("icb-viewer")).toEqual(["of health"]);
    expect(await mine("housing-lead")).toEqual([]);
    expect(await mine("wrenford-officer")).toBeNull();
  });

  test("is for its own people and oversight, and withheld from everybody else", async () => {
    const service = await world.at(FRIDAY);
    const council = await world.agency(COUNCIL);
    const asked = (actor: string | null) =>
      service
        .as(actor)
        .ask<{ agency: { toAnswer: { totalCount: number } | null } | null }>(
          "query ($id: ID!) { agency(id: $id) { toAnswer { totalCount } } }",
          { id: council },
        );
    for (const actor of ["council-contributor", "wrenford-council-lead", "wrenford-officer", "wrenford-inspector"])
      expect((await asked(actor)).data).toEqual({ agency: { toAnswer: { totalCount: 2 } } });
    for (const actor of ["police-lead", "icb-viewer", "wrenford-scrutiny", "coventry-officer", null]) {
      const { data, text } = await asked(actor);
      expect([actor, data]).toEqual([actor, { agency: { toAnswer: null } }]);
      expect(text).toContain('{"type":"Agency","field":"toAnswer","requires":"PARTIES"}');
    }
  });

  test("once an agency is merged, whoever took over has it to answer", async () => {
    await raised(world, { subject: "of probation", against: await world.agency("Wrenshire Probation") }, THURSDAY);
    await world.database.owner.query(
      "update agency set valid_to = '2019-02-13', successor_id = (select id from agency where name = 'Wrenford Homes') where name = 'Wrenshire Probation'",
    );
    try {
      expect(await mine("housing-lead")).toEqual(["of probation"]);
      const [turn] = (await listed("wrenford-officer")).filter(({ subject }) => subject === "of probation");
      expect(turn?.waitingFor).toMatchObject({ name: "Wrenford Homes" });
    } finally {
      await world.database.owner.query(
        "update agency set valid_to = null, successor_id = null where name = 'Wrenshire Probation'",
      );
    }
  });
});

test("opening any of it is as many statements however many challenges there are", async () => {
  const service = await world.at(FRIDAY);
  const asked = {
    list: `{ partnership(slug: "wrenford") { escalations(first: 100) { totalCount nodes { reference subject stage { name } parties { part agency { name } } ${TURN} } } } }`,
    narrowed: `{ partnership(slug: "wrenford") { escalations(filter: { dueWithinWorkingDays: 5, waitingFor: ["${await world.agency(COUNCIL)}"] }) { ${NODES} } } }`,
    totals: `{ partnership(slug: "wrenford") { escalationTotals { count byStage { ladder { name } name count } byParty { agency { name } count } } } }`,
    mine: `{ viewer { agency { toAnswer { ${NODES} } } } }`,
  };
  const sent = async () => {
    const counts: Record<string, number> = {};
    for (const [name, query] of Object.entries(asked)) {
      // nothing is answered from what was kept
      await world.database.owner.query("update partnership set label = label where slug = 'wrenford'");
      service.statements();
      await service.as("wrenford-council-lead").data(query);
      counts[name] = service.statements().length;
    }
    return counts;
  };
  await sent();
  const before = await sent();
  for (let index = 0; index < 25; index += 1) await raised(world, { subject: `More ${index}` }, THURSDAY);
  expect(await sent()).toEqual(before);
  expect(Math.max(...Object.values(before))).toBeLessThanOrEqual(8);
});

test("what went on by the clock waits at its next stage, and what has ended waits for nobody", async () => {
  expect(await expireDue(world.database.app, new Date("2019-02-18T17:00:30Z"), 100)).toBeGreaterThan(2);
  const found = await totals(
    "wrenford-officer",
    `(filter: { against: ["${await world.agency("Health")}"] })`,
    "2019-02-18T18:00:00Z",
  );
  expect(found).toMatchObject({ count: 1, byStage: [{ number: 2, name: "Safeguarding leads" }] });
  const service = await world.at(FRIDAY);
  expect(
    await service
      .as("wrenford-officer")
      .data(`query ($id: ID!) { challenge(id: $id) { waitingFor { what } } }`, { id: made.over?.id }),
  ).toEqual({ challenge: { waitingFor: null } });
  expect(await act(world, "withdrawChallenge", "police-lead", { challenge: made.over?.id, text: "Again" })).toContain(
    "CONFLICT",
  );
});

test("as of an instant before that, it waited where it waited then, and for as long as there was then", async () => {
  const service = await world.at("2019-02-18T18:00:00Z");
  const { partnership } = await service.as("wrenford-officer").data<{
    partnership: { escalations: { nodes: (Node & { stage: { number: number } })[] }; escalationTotals: Totals };
  }>(
    `{ partnership(slug: "wrenford", asOf: "2019-02-18T16:00:00Z") { escalations(filter: { against: ["${await world.agency("Health")}"] }) { nodes { subject stage { number } ${TURN} } }
       escalationTotals(filter: { stage: [2] }) { count } } }`,
  );
  expect(partnership.escalations.nodes).toMatchObject([
    { stage: { number: 1 }, waitingFor: { day: "2019-02-18", left: { count: 0 }, overdue: false } },
  ]);
  expect(partnership.escalationTotals.count).toBe(0);
});
