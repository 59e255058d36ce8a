import { expireDue } from "../../src/domains/challenges/index";
import { serviceAccount } from "../support/enrol";
import { type ChallengesWorld, COUNCIL, demonstrationOfChallenges, done, raised, type Seen } from "./world";

let world: ChallengesWorld;
beforeAll(async () => {
  world = await demonstrationOfChallenges();
});
afterAll(() => world.stop());

const THURSDAY = "2019-02-14T09:00:00Z";
const FRIDAY = "2019-02-15T10:00:00Z";
/** The year from 1 April 2018 is over. */
const APRIL = "2019-04-02T09:00:00Z";

interface Stage {
  number: number;
  name: string;
  challenges: number | null;
  escalated: number | null;
  resolved: number | null;
  deadlocked: number | null;
  withdrawn: number | null;
  resolvedShare: number | null;
  medianTime: number | null;
  unit: string;
  suppressed: boolean;
}
interface Statistics {
  ladder: { name: string };
  from: string;
  to: string;
  stages: Stage[];
  resolvedAtLowestShare: number | null;
  deadlocked: number | null;
  withdrawn: number | null;
}
const FIELDS = `ladder { name } from to resolvedAtLowestShare deadlocked withdrawn
  stages { number name challenges escalated resolved deadlocked withdrawn resolvedShare medianTime unit suppressed }`;
const QUERY = (args: string) => `{ partnership(slug: "wrenford") { ladderStatistics(${args}) { ${FIELDS} } } }`;

const told = async (actor: string | null = "wrenford-officer", args = "year: 2018", moment = APRIL) => {
  const service = await world.at(moment);
  const { partnership } = await service
    .as(actor)
    .data<{ partnership: { ladderStatistics: Statistics[] | null } }>(QUERY(args));
  return partnership.ladderStatistics;
};
const agreed = async () => {
  const one = await raised(world, {}, THURSDAY);
  await done(world, "respondToChallenge", "wrenford-council-lead", { challenge: one.id, text: "Yes" }, FRIDAY);
  return done(world, "agreeResolution", "police-lead", { challenge: one.id }, FRIDAY);
};
const times = async <T>(count: number, work: () => Promise<T>): Promise<T[]> => {
  const made: T[] = [];
  for (let index = 0; index < count; index += 1) made.push(await work());
  return made;
};

const NONE = {
  challenges: 0,
  escalated: 0,
  resolved: 0,
  deadlocked: 0,
  withdrawn: 0,
  resolvedShare: null,
  medianTime: null,
};
const WITHHELD = {
  challenges: null,
  escalated: null,
  resolved: null,
  deadlocked: null,
  withdrawn: null,
  resolvedShare: null,
  medianTime: null,
  suppressed: true,
};

test("where nothing was challenged there is nought, and nothing is withheld", async () => {
  const [only, another] = (await told()) ?? [];
  expect(another).toBeUndefined();
  expect(only).toMatchObject({
    ladder: { name: "Wrenford: settling differences" },
    from: "2018-04-01",
    to: "2019-03-31",
    resolvedAtLowestShare: null,
    deadlocked: 0,
    withdrawn: 0,
  });
  expect(only?.stages.map(({ number, name, unit }) => [number, name, unit])).toEqual([
    [1, "Practitioners and their managers", "WORKING_DAYS"],
    [2, "Safeguarding leads", "WORKING_DAYS"],
    [3, "Executive group", "WORKING_DAYS"],
    [4, "Chair", "WORKING_DAYS"],
  ]);
  for (const stage of only?.stages ?? []) expect(stage).toMatchObject({ ...NONE, suppressed: false });
});

test("what few have done is withheld, and told once there are enough", async () => {
  const few = await times(4, () => raised(world, {}, THURSDAY));
  for (const one of few)
    await done(world, "withdrawChallenge", "police-lead", { challenge: one.id, text: "Settled" }, FRIDAY);
  const [four] = (await told()) ?? [];
  expect(four).toMatchObject({ resolvedAtLowestShare: null, deadlocked: null, withdrawn: null });
  // whether any were taken further is as little to be known
  for (const stage of four?.stages ?? []) expect(stage).toMatchObject(WITHHELD);

  const another = await raised(world, {}, THURSDAY);
  await done(world, "withdrawChallenge", "police-lead", { challenge: another.id, text: "Settled" }, FRIDAY);
  const [five] = (await told()) ?? [];
  expect(five).toMatchObject({ resolvedAtLowestShare: 0, deadlocked: 0, withdrawn: 5 });
  expect(five?.stages).toMatchObject([
    { challenges: 5, escalated: 0, resolved: 0, withdrawn: 5, resolvedShare: 0, medianTime: 1, suppressed: false },
    { ...NONE, suppressed: false },
    { ...NONE, suppressed: false },
    { ...NONE, suppressed: false },
  ]);
});

test("how they fared stage by stage: escalated by the clock, agreed, and how long that took in working days", async () => {
  await times(7, agreed);
  const left = await times(6, () => raised(world, {}, THURSDAY));
  // Thursday to Monday is two working days, and the second stage begins there
  expect(await expireDue(world.database.app, new Date("2019-02-18T17:00:10Z"), 100)).toBe(6);
  for (const one of left) {
    await done(
      world,
      "respondToChallenge",
      "wrenford-council-lead",
      { challenge: one.id, text: "So" },
      "2019-02-20T09:00:00Z",
    );
    await done(world, "agreeResolution", "police-lead", { challenge: one.id }, "2019-02-21T09:00:00Z");
  }
  const [found] = (await told()) ?? [];
  expect(found).toMatchObject({ resolvedAtLowestShare: 0.39, deadlocked: 0, withdrawn: 5 });
  expect(found?.stages).toMatchObject([
    { challenges: 18, escalated: 6, resolved: 7, withdrawn: 5, resolvedShare: 0.39, medianTime: 1, suppressed: false },
    { challenges: 6, escalated: 0, resolved: 6, withdrawn: 0, resolvedShare: 1, medianTime: 3, suppressed: false },
    NONE,
    NONE,
  ]);
});

test("one that is decided, beside many, is withheld with what it could be worked out from", async () => {
  const before = await told();
  const one = await raised(world, { stage: 3, immediateRisk: "Tonight" }, THURSDAY);
  await done(world, "decideChallenge", "wrenford-chair", { challenge: one.id, text: "So be it" }, FRIDAY);
  const [found] = (await told()) ?? [];
  expect(found?.stages[2]).toMatchObject(WITHHELD);
  expect(found?.stages.slice(0, 2)).toEqual(before?.[0]?.stages.slice(0, 2));
  // nothing is told of the last stage either: it might have gone there
  expect(found?.stages[3]).toMatchObject(WITHHELD);
  expect(found).toMatchObject({ deadlocked: null, withdrawn: null, resolvedAtLowestShare: 0.39 });
});

test("a partnership may withhold more, and never less", async () => {
  const threshold = async (count: number) => {
    await world.database.owner.query("update partnership set suppression_threshold = $1 where slug = 'wrenford'", [
      count,
    ]);
    return (await told())?.[0]?.stages[0];
  };
  try {
    expect(await threshold(1)).toMatchObject({ challenges: 18, withdrawn: 5 });
    expect(await threshold(6)).toMatchObject({
      challenges: 18,
      resolved: 7,
      escalated: null,
      withdrawn: null,
      suppressed: true,
    });
    expect(await threshold(8)).toMatchObject({ challenges: 18, resolved: null, resolvedShare: null, medianTime: 1 });
    expect(await threshold(20)).toMatchObject(WITHHELD);
  } finally {
    await threshold(5);
  }
});

test("every member is told the same, whoever was party, and nobody sees a challenge for it", async () => {
  const officers = JSON.stringify(await told());
  for (const actor of [
    "wrenford-chair",
    "wrenford-inspector",
    "police-lead",
    "icb-viewer",
    "wrenford-housing-contributor",
  ])
    expect([actor, JSON.stringify(await told(actor))]).toEqual([actor, officers]);
  expect(officers).not.toMatch(/Council|Constabulary|Homes/);
  const service = await world.at(APRIL);
  const both = "challenges { totalCount } escalations { totalCount }";
  // in one request and in either order, counting shows nothing
  for (const query of [`${both} ladderStatistics(year: 2018) { to }`, `ladderStatistics(year: 2018) { to } ${both}`])
    expect(await service.as("icb-viewer").data(`{ partnership(slug: "wrenford") { ${query} } }`)).toEqual({
      partnership: {
        challenges: { totalCount: 0 },
        escalations: { totalCount: 0 },
        ladderStatistics: [{ to: "2019-03-31" }],
      },
    });
});

test("strangers, and members who read what is published alone, are told nothing", async () => {
  const service = await world.at(APRIL);
  for (const actor of ["coventry-officer", "wrenford-scrutiny", null]) {
    const { data, text } = await service.as(actor).ask(QUERY("year: 2018"));
    expect([actor, data]).toEqual([actor, { partnership: { ladderStatistics: null } }]);
    expect(text).toContain('{"type":"Partnership","field":"ladderStatistics","requires":"PARTNERSHIP"}');
  }
  const plans = await serviceAccount(world.service, "plans-alone", {
    agency: COUNCIL,
    actsFor: "AGENCY_VIEWER",
    scopes: ["READ_PLAN"],
  });
  expect((await plans.ask(QUERY("year: 2017"))).errors[0]?.message).toContain("needs the scope READ_REPORTING");
});

test("the function that counts tells members and oversight alone, and leaves nothing open behind it", async () => {
  const counted = async (enter: string) => {
    const runner = world.database.app.createQueryRunner();
    try {
      await runner.startTransaction();
      await runner.query(enter);
      const one = "select count(*)::int as n from";
      const rows = async (from: string) => ((await runner.query(`${one} ${from}`)) as { n: number }[])[0]?.n;
      const before = await rows("challenge");
      const passages = await rows(
        "app.ladder_passages((select id from partnership where slug = 'wrenford'), '2018-03-31T23:00Z', '2019-03-31T23:00Z')",
      );
      return [before, passages, await rows("challenge"), await rows("challenge_event")];
    } finally {
      await runner.rollbackTransaction();
      await runner.release();
    }
  };
  const as = (subject: string) =>
    `select app.enter('golden-thread-demonstration', '${subject}', '2019-04-02T09:00:00Z')`;
  expect(await counted(as("icb-viewer"))).toEqual([0, 25, 0, 0]);
  expect((await counted(as("coventry-officer"))).slice(0, 3)).toEqual([0, 0, 0]);
});

test("a ladder can be asked about alone, and one that is nobody's is none", async () => {
  const id = await world.ladder("Wrenford: settling differences");
  expect(await told("wrenford-officer", `year: 2018, ladder: "${id}"`)).toEqual(await told());
  const service = await world.at(APRIL);
  const { errors } = await service
    .as("wrenford-officer")
    .ask(QUERY(`year: 2018, ladder: "${await world.agency(COUNCIL)}"`));
  expect(errors[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT" } });
});

test.each([
  [
    "year: 2018",
    "2019-02-14T09:00:00Z",
    "The year from 1 April 2018 is not over: figures are of whole years that are. The last is 2017.",
  ],
  [
    "year: 2018",
    "2019-03-31T22:59:59Z",
    "The year from 1 April 2018 is not over: figures are of whole years that are. The last is 2017.",
  ],
  [
    "year: 2019",
    APRIL,
    "The year from 1 April 2019 is not over: figures are of whole years that are. The last is 2018.",
  ],
  ["year: 1999", APRIL, "Years are told of from 2000 on; it was 1999."],
])("%s at %s is refused by name", async (args, moment, message) => {
  const service = await world.at(moment);
  const { errors } = await service.as("wrenford-officer").ask(QUERY(args));
  expect(errors[0]).toMatchObject({ message, extensions: { code: "BAD_USER_INPUT" } });
});

test("the year begins and ends at midnight in London", async () => {
  // 31 March 2019 is summer time
  expect(await told("wrenford-officer", "year: 2018", "2019-03-31T23:00:00Z")).not.toBeNull();
  const stageOf = async (year: number) =>
    (await told("wrenford-officer", `year: ${year}`, "2020-04-02T09:00:00Z"))?.[0]?.stages[0]?.challenges;
  const before = await stageOf(2018);
  const some: Seen[] = await times(5, () => raised(world, {}, THURSDAY));
  for (const one of some) {
    await world.database.owner.query(
      "update challenge set respond_by = null, respond_day = null where subject like 'Strategy%'",
    );
    await done(world, "withdrawChallenge", "police-lead", { challenge: one.id, text: "Late" }, "2019-03-31T23:00:00Z");
  }
  expect([await stageOf(2018), await stageOf(2019)]).toEqual([before, 5]);
});

test("it is as many statements however many challenges there are", async () => {
  const service = await world.at(APRIL);
  const sent = async () => {
    await world.database.owner.query("update partnership set label = label where slug = 'wrenford'");
    service.statements();
    await service.as("icb-viewer").data(QUERY("year: 2018"));
    return service.statements().length;
  };
  await sent();
  const before = await sent();
  await times(5, agreed);
  expect(await sent()).toBe(before);
  expect(before).toBeLessThanOrEqual(11);
});
