import { below, entries, refusalsOf, state } from "../support/writes";
import { type ChallengesWorld, demonstrationOfChallenges, done, mutation, raised, TABLES } from "./world";

const LADDER =
  "id name division retiredOn version current { number source cutOff outOfScope outOfScopeNote triggers triggersOnly stages { number name informal mayBeSkipped deciderKind deciderRole decider deciderPost { title } deciderBoard { name } limit { unit count } acknowledgeWithin { unit count } } } versions { number }";
const CREATE = mutation("createLadder", "CreateLadderInput", "ladder", LADDER);
const REVISE = mutation("reviseLadder", "ReviseLadderInput", "ladder", LADDER);
const RETIRE = mutation("retireLadder", "RetireLadderInput", "ladder", LADDER);

interface Ladder {
  id: string;
  name: string;
  version: number;
  retiredOn: string | null;
  current: { number: number; triggersOnly: boolean; stages: { number: number; limit: object | null }[] };
  versions: { number: number }[];
}
interface Answer {
  ladder: Ladder | null;
  userErrors: { code: string; field: string[] | null; message: string }[];
}

let world: ChallengesWorld;
beforeAll(async () => {
  world = await demonstrationOfChallenges();
});
afterAll(() => world.stop());

const answer = async (text: string, input: object, actor = "wrenford-officer") =>
  Object.values(await world.service.as(actor).data<Record<string, Answer>>(text, { input }))[0] as Answer;
const made = async (text: string, input: object): Promise<Ladder> => {
  const { ladder, userErrors } = await answer(text, input);
  if (!ladder) throw new Error(JSON.stringify(userErrors));
  return ladder;
};
const stage = (number: number, more: object = {}) => ({
  number,
  name: `Stage ${number}`,
  decider: "Managers",
  ...more,
});
let called = 0;
const create = async (edition: object) => ({
  partnership: await world.partnership(),
  name: `Another ladder ${(called += 1)}`,
  ...edition,
});

test("the demonstration has a ladder in use at Wrenford, and at Coventry one of triggers alone", async () => {
  const read = (slug: string) =>
    world.service
      .as(null)
      .data<{ partnership: { ladders: Ladder[] } }>(
        "query ($slug: String!) { partnership(slug: $slug) { ladders { name current { number triggersOnly triggers stages { number limit { unit count } deciderBoard { name } } } } } }",
        { slug },
      );
  expect((await read("wrenford")).partnership.ladders).toMatchObject([
    {
      name: "Wrenford: settling differences",
      current: {
        stages: [
          { number: 1, limit: { unit: "WORKING_DAYS", count: 2 } },
          { number: 2, limit: { unit: "WORKING_DAYS", count: 3 } },
          { number: 3, deciderBoard: { name: "Wrenford Executive Group" } },
          { number: 4, limit: { unit: "WORKING_DAYS", count: 5 } },
        ],
      },
    },
  ]);
  const { partnership } = await read("coventry");
  expect(partnership.ladders.map(({ current }) => [current.triggersOnly, current.stages])).toEqual([[true, []]]);
});

test("each example is copied whole by its key, and is then a ladder like any other", async () => {
  const { ladderExamples } = await world.service
    .as(null)
    .data<{ ladderExamples: { key: string; name: string; triggersOnly: boolean; stages: object[] }[] }>(
      "{ ladderExamples { key name triggersOnly stages { number limit { unit count } } } }",
    );
  expect(ladderExamples.map(({ key, stages }) => [key, stages.length])).toEqual([
    ["LINCOLNSHIRE", 4],
    ["SEFTON_2017", 3],
    ["CROYDON", 5],
    ["CUMBRIA", 3],
    ["LONDON_5TH_EDITION", 3],
    ["LIVERPOOL", 4],
    ["COVENTRY_2016_2019", 0],
  ]);
  const partnership = await world.partnership();
  for (const { key, name, stages, triggersOnly } of ladderExamples) {
    const ladder = await made(CREATE, { partnership, example: key });
    expect(ladder).toMatchObject({ name, version: 1, current: { number: 1, triggersOnly } });
    expect(ladder.current.stages.map(({ number, limit }) => ({ number, limit }))).toEqual(stages);
    await made(RETIRE, { ladder: ladder.id });
  }
});

test("an example has the clocks that its area publishes, and lets a stage be left out or informal where the area does", async () => {
  interface Stage {
    informal: boolean;
    mayBeSkipped: boolean;
    limit: { unit: string; count: number | null } | null;
    acknowledgeWithin: { unit: string; count: number | null } | null;
  }
  const { ladderExamples } = await world.service
    .as(null)
    .data<{ ladderExamples: { key: string; stages: Stage[] }[] }>(
      "{ ladderExamples { key stages { informal mayBeSkipped limit { unit count } acknowledgeWithin { unit count } } } }",
    );
  const inWords = ({ informal, mayBeSkipped, limit, acknowledgeWithin }: Stage) =>
    [
      limit ? `${limit.count} ${limit.unit}` : "as long as it takes",
      ...(acknowledgeWithin ? [`acknowledged in ${acknowledgeWithin.unit}`] : []),
      ...(informal ? ["informal"] : []),
      ...(mayBeSkipped ? ["may be left out"] : []),
    ].join(", ");
  const open = "as long as it takes";
  expect(Object.fromEntries(ladderExamples.map(({ key, stages }) => [key, stages.map(inWords)]))).toEqual({
    LINCOLNSHIRE: ["2 WORKING_DAYS, acknowledged in SAME_WORKING_DAY", "5 WORKING_DAYS", "2 WORKING_DAYS", open],
    SEFTON_2017: ["3 WORKING_DAYS", "7 WORKING_DAYS", open],
    CROYDON: [`${open}, informal`, `${open}, informal`, open, open, open],
    CUMBRIA: [open, open, open],
    LONDON_5TH_EDITION: ["5 WORKING_DAYS", "5 WORKING_DAYS", open],
    LIVERPOOL: [`${open}, may be left out`, `${open}, may be left out`, `${open}, may be left out`, open],
    COVENTRY_2016_2019: [],
  });
});

test("Lincolnshire's 48 hours are 2 working days, and Liverpool hurries nothing but a child at immediate risk", async () => {
  const partnership = await world.partnership();
  const lincolnshire = await made(CREATE, { partnership, example: "LINCOLNSHIRE", name: "As Lincolnshire's" });
  const friday = await raised(world, { ladder: lincolnshire.id }, "2019-02-15T09:00:00Z");
  expect(friday.stage.respondBy).toBe("2019-02-20T00:00:00.000Z");
  const liverpool = await made(CREATE, { partnership, example: "LIVERPOOL", name: "As Liverpool's" });
  const ordinary = await raised(world, { ladder: liverpool.id });
  expect(ordinary.stage).toMatchObject({ number: 1, respondBy: null });
  const risk = { immediateRisk: "The child is at home with them tonight", stage: 3 };
  expect((await raised(world, { ladder: liverpool.id, ...risk })).stage.number).toBe(3);
  for (const { id } of [lincolnshire, liverpool]) await made(RETIRE, { ladder: id });
});

const WRONG: [string, object, string][] = [
  ["no stages", {}, "BAD_USER_INPUT input.stages"],
  ["no stages and no trigger", { triggersOnly: true }, "BAD_USER_INPUT input.triggers"],
  [
    "triggers only, with a stage",
    { triggersOnly: true, triggers: ["Drift"], stages: [stage(1)] },
    "BAD_USER_INPUT input.triggersOnly",
  ],
  ["a number twice", { stages: [stage(1), stage(1)] }, "BAD_USER_INPUT input.stages.1.number"],
  ["a stage that leads back", { stages: [stage(1), stage(2), stage(1)] }, "BAD_USER_INPUT input.stages.2.number"],
  ["a gap", { stages: [stage(1), stage(3)] }, "BAD_USER_INPUT input.stages.1.number"],
  ["no first", { stages: [stage(0)] }, "BAD_USER_INPUT input.stages.0.number"],
  [
    "a negative limit",
    { stages: [stage(1, { limit: { unit: "WORKING_DAYS", count: -2 } })] },
    "BAD_USER_INPUT input.stages.0.limit.count",
  ],
  [
    "no time at all",
    { stages: [stage(1, { limit: { unit: "HOURS", count: 0 } })] },
    "BAD_USER_INPUT input.stages.0.limit.count",
  ],
  [
    "days without a count",
    { stages: [stage(1, { acknowledgeWithin: { unit: "CALENDAR_DAYS" } })] },
    "BAD_USER_INPUT input.stages.0.acknowledgeWithin.count",
  ],
  [
    "the same day, counted",
    { stages: [stage(1, { limit: { unit: "SAME_WORKING_DAY", count: 1 } })] },
    "BAD_USER_INPUT input.stages.0.limit.count",
  ],
  // refused by GraphQL itself: a count is an Int
  ["half a day", { stages: [stage(1, { limit: { unit: "HOURS", count: 1.5 } })] }, "BAD_USER_INPUT"],
  [
    "a role that decides nothing",
    { stages: [stage(1, { deciderKind: "ROLE", role: "INSPECTOR" })] },
    "BAD_USER_INPUT input.stages.0.role",
  ],
  ["a role that is not said", { stages: [stage(1, { deciderKind: "ROLE" })] }, "BAD_USER_INPUT input.stages.0.role"],
  [
    "a role for the parties",
    { stages: [stage(1, { role: "PARTNERSHIP_CHAIR" })] },
    "BAD_USER_INPUT input.stages.0.role",
  ],
  ["midnight as the cut-off", { cutOff: "00:00", stages: [stage(1)] }, "BAD_USER_INPUT input.cutOff"],
  ["no time of day", { cutOff: "5pm", stages: [stage(1)] }, "BAD_USER_INPUT input.cutOff"],
  ["an example that is none", { example: "ATLANTIS" }, "BAD_USER_INPUT input.example"],
  ["an example and a cut-off", { example: "CUMBRIA", cutOff: "17:00" }, "BAD_USER_INPUT input.cutOff"],
];
test.each(WRONG)("a ladder with %s is refused, and nothing is written", async (_, edition, expected) => {
  const before = await state(world.database, ...TABLES);
  expect(await refusalsOf(world.service, "wrenford-officer", CREATE, await create(edition))).toEqual([expected]);
  expect(await state(world.database, ...TABLES)).toEqual(before);
});

test.each([
  ["wrenford-chair", "FORBIDDEN"],
  ["police-lead", "FORBIDDEN"],
  ["wrenford-inspector", "FORBIDDEN"],
  [null, "FORBIDDEN"],
  ["coventry-officer", "FORBIDDEN input.partnership"],
])("%s creates no ladder for Wrenford", async (actor, expected) => {
  const before = await state(world.database, ...TABLES);
  expect(await refusalsOf(world.service, actor, CREATE, await create({ stages: [stage(1)] }))).toEqual([expected]);
  expect(await state(world.database, ...TABLES)).toEqual(before);
});

test("a running challenge keeps the version that it was raised on; what is raised afterwards is on the new one", async () => {
  const ladder = await made(CREATE, await create({ stages: [stage(1, { limit: { unit: "HOURS", count: 4 } })] }));
  const one = await raised(world, { ladder: ladder.id });
  const revised = await made(REVISE, {
    ladder: ladder.id,
    expectedVersion: 1,
    stages: [stage(1, { limit: { unit: "HOURS", count: 8 } }), stage(2)],
  });
  expect(revised).toMatchObject({ version: 2, current: { number: 2 }, versions: [{ number: 1 }, { number: 2 }] });
  const other = await raised(world, { ladder: ladder.id });
  expect([one.stage.respondBy, other.stage.respondBy]).toEqual([
    "2019-02-14T13:00:00.000Z",
    "2019-02-14T17:00:00.000Z",
  ]);
  // the first has no second stage: its last is the only one, where an officer says that it is deadlocked
  const ended = await done(world, "deadlockChallenge", "wrenford-officer", { challenge: one.id, text: "No way on" });
  expect([ended.state, ended.events.length]).toEqual(["DEADLOCKED", 2]);
  expect(
    await refusalsOf(world.service, "wrenford-officer", REVISE, {
      ladder: ladder.id,
      expectedVersion: 1,
      stages: [stage(1)],
    }),
  ).toEqual(["CONFLICT input.expectedVersion"]);
  expect((await entries(world.database)).filter(({ kind }) => kind.startsWith("ladder.")).at(-1)).toMatchObject({
    kind: "ladder.revised",
    detail: { version: 2, stages: 2 },
  });
});

test("a ladder that is to be retired is in use until then: it is revised, and the day is changed or taken back", async () => {
  const { id: ladder } = await made(CREATE, await create({ stages: [stage(1)] }));
  const nothing = ["BAD_USER_INPUT input.retiredOn"];
  expect(await refusalsOf(world.service, "wrenford-officer", RETIRE, { ladder, retiredOn: null })).toEqual(nothing);
  expect(await made(RETIRE, { ladder, retiredOn: "2019-03-14" })).toMatchObject({ retiredOn: "2019-03-14" });
  await raised(world, { ladder });
  expect(await made(REVISE, { ladder, stages: [stage(1), stage(2)] })).toMatchObject({
    retiredOn: "2019-03-14",
    current: { number: 2 },
  });
  expect(await made(RETIRE, { ladder, retiredOn: null })).toMatchObject({ retiredOn: null });
  expect(await made(RETIRE, { ladder, retiredOn: "2019-04-01" })).toMatchObject({ retiredOn: "2019-04-01" });
  expect(await made(RETIRE, { ladder, retiredOn: "2019-02-15" })).toMatchObject({ retiredOn: "2019-02-15" });
  await raised(world, { ladder });
  await expect(raised(world, { ladder }, "2019-02-15T09:00:00Z")).rejects.toThrow("is retired");
  const { id: ended } = await made(CREATE, await create({ stages: [stage(1)] }));
  expect(await made(RETIRE, { ladder: ended })).toMatchObject({ retiredOn: "2019-02-14" });
  expect(await refusalsOf(world.service, "wrenford-officer", RETIRE, { ladder: ended, retiredOn: null })).toEqual([
    "CONFLICT input.ladder",
  ]);
});

test("nothing is raised on a retired ladder or on one of triggers alone, and no version is ever changed", async () => {
  const ladder = await made(CREATE, await create({ stages: [stage(1)] }));
  await made(RETIRE, { ladder: ladder.id });
  const triggers = await made(CREATE, await create({ triggersOnly: true, triggers: ["Drift"] }));
  await expect(raised(world, { ladder: ladder.id })).rejects.toThrow("is retired: choose one that is in use");
  await expect(raised(world, { ladder: triggers.id })).rejects.toThrow("has triggers only and no stages");
  expect(await refusalsOf(world.service, "wrenford-officer", RETIRE, { ladder: ladder.id })).toEqual([
    "CONFLICT input.ladder",
  ]);
  for (const table of ["ladder_version", "ladder_stage"])
    expect(await below(world.database, "wrenford-officer", `update ${table} set number = 9`)).toBe("permission denied");
});
