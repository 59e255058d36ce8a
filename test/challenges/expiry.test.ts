import { ChallengeGround, expireDue, type RaisedByRule } from "../../src/domains/challenges/index";
import { keyOf } from "../../src/platform/graphql/ids";
import { below, entries } from "../support/writes";
import {
  act,
  byRule,
  type ChallengesWorld,
  COUNCIL,
  demonstrationOfChallenges,
  done,
  raised,
  type Seen,
} from "./world";

let world: ChallengesWorld;
beforeAll(async () => {
  world = await demonstrationOfChallenges();
});
afterAll(() => world.stop());
afterEach(() => world.database.owner.query("update challenge set respond_by = null, respond_day = null"));

const sweep = (moment: string, limit = 100) => expireDue(world.database.app, new Date(moment), limit);
const read = async ({ id }: Seen, moment: string): Promise<Seen> => {
  const { challenge } = await (
    await world.at(moment)
  )
    .as("wrenford-officer")
    .data<{ challenge: Seen }>(
      "query ($id: ID!) { challenge(id: $id) { id state waitingOn outcome version stage { number respondBy respondDay acknowledgeBy } events { kind at toStage actor { name } note respondDay } } }",
      { id },
    );
  return challenge;
};
const trail = async () => (await entries(world.database)).filter(({ kind }) => kind.startsWith("challenge."));

test("at its hour, and not before, it goes to the next stage by itself: once, with one entry", async () => {
  const one = await raised(world);
  expect(one.stage.respondBy).toBe("2019-02-18T17:00:00.000Z");
  expect(await sweep("2019-02-18T16:59:59Z")).toBe(0);
  const before = await trail();
  expect(await sweep("2019-02-18T17:00:30Z")).toBe(1);
  expect(await sweep("2019-02-18T17:00:40Z")).toBe(0);
  const now = await read(one, "2019-02-18T17:01:00Z");
  // the second stage begins as the first one ended, at the cut-off and not after it: three working days
  expect(now).toMatchObject({
    state: "RAISED",
    waitingOn: "ANSWERER",
    stage: { number: 2, respondBy: "2019-02-21T17:00:00.000Z" },
    events: [{ kind: "RAISED" }, { kind: "EXPIRED", toStage: 2, actor: { name: "The clock" }, note: null }],
  });
  expect((await trail()).slice(before.length)).toMatchObject([
    { kind: "challenge.expired", detail: { as: "CLOCK", stage: 1, toStage: 2 } },
  ]);
});

test("two who look at once take it on once between them", async () => {
  const challenges = [await raised(world), await raised(world), await raised(world)];
  const before = await trail();
  const done = await Promise.all([1, 2, 3, 4].map(() => sweep("2019-02-18T17:00:00Z")));
  expect(done.reduce((all, one) => all + one, 0)).toBe(3);
  for (const one of challenges) expect((await read(one, "2019-02-18T17:00:01Z")).events).toHaveLength(2);
  expect((await trail()).length - before.length).toBe(3);
});

test("no more than the limit are taken on, the longest overdue first", async () => {
  const early = await raised(world);
  const late = await raised(world, {}, "2019-02-15T09:00:00Z");
  expect(await sweep("2019-02-20T09:00:00Z", 1)).toBe(1);
  expect((await read(early, "2019-02-20T09:00:01Z")).stage.number).toBe(2);
  expect((await read(late, "2019-02-20T09:00:01Z")).stage.number).toBe(1);
});

test("one that cannot be taken on keeps no other from it, and is said to have failed", async () => {
  const challenges = [await raised(world), await raised(world), await raised(world)];
  const [, broken] = challenges.map(({ id }) => keyOf("Challenge", id));
  const { owner } = world.database;
  await owner.query(
    `create function fail_on_purpose() returns trigger language plpgsql as $$ begin raise exception 'broken on purpose'; end $$;
     create trigger fail_on_purpose before insert on challenge_event for each row when (new.challenge_id = '${broken}') execute function fail_on_purpose()`,
  );
  await expect(sweep("2019-02-18T17:00:00Z")).rejects.toThrow(
    "1 challenges could not go on by their clocks; the first: broken on purpose",
  );
  const stages = async () =>
    Promise.all(challenges.map(async (one) => (await read(one, "2019-02-18T17:00:01Z")).stage.number));
  expect(await stages()).toEqual([2, 1, 2]);
  await owner.query("drop function fail_on_purpose() cascade");
  expect(await sweep("2019-02-18T17:00:02Z")).toBe(1);
  expect(await stages()).toEqual([2, 2, 2]);
});

test("a clock that nobody noticed for days takes nobody's time: the next stage begins when it is noticed", async () => {
  const one = await raised(world);
  expect(await sweep("2019-02-27T10:00:00Z")).toBe(1);
  expect(await sweep("2019-02-27T10:00:01Z")).toBe(0);
  expect(await read(one, "2019-02-27T10:01:00Z")).toMatchObject({ stage: { number: 2, respondDay: "2019-03-04" } });
});

test("an answer after the hour and before the sweep is at the next stage, where the clock has it", async () => {
  const one = await raised(world);
  const before = await trail();
  const answered = await done(
    world,
    "respondToChallenge",
    "wrenford-council-lead",
    { challenge: one.id, text: "By March", expectedVersion: 1 },
    "2019-02-18T17:05:00Z",
  );
  expect(answered).toMatchObject({ state: "RESPONDED", waitingOn: "RAISER", stage: { number: 2 } });
  expect(answered.events.map(({ kind, actor }) => `${kind} ${actor.name}`)).toEqual([
    "RAISED Wrenshire Constabulary",
    "EXPIRED The clock",
    "RESPONDED Wrenford Borough Council",
  ]);
  expect(await sweep("2019-02-18T17:06:00Z")).toBe(0);
  // the clock's doing is put to nobody, and whoever was first to notice it is told of it like the others
  expect((await trail()).slice(before.length).map(({ kind }) => kind)).toEqual([
    "challenge.expired",
    "challenge.responded",
  ]);
  expect(
    await world.database.owner.query(
      "select e.kind, p.subject, e.request_id is null as unasked from audit_entry e left join person p on p.id = e.actor_id where e.subject_id = $1 and e.kind <> 'challenge.raised' order by e.kind",
      [keyOf("Challenge", one.id)],
    ),
  ).toEqual([
    { kind: "challenge.expired", subject: null, unasked: true },
    { kind: "challenge.responded", subject: "wrenford-council-lead", unasked: false },
  ]);
  const told = await world.database.owner.query<{ kind: string; subject: string }[]>(
    "select n.kind, p.subject from notification n join person p on p.id = n.person_id where n.subject_id = $1 and p.subject in ('wrenford-council-lead', 'police-lead') order by n.at, n.kind, p.subject",
    [keyOf("Challenge", one.id)],
  );
  expect(told.map(({ kind, subject }) => `${kind} ${subject}`)).toEqual([
    "CHALLENGE_RAISED wrenford-council-lead",
    "CHALLENGE_ANSWERED police-lead",
    "CHALLENGE_ESCALATED police-lead",
    "CHALLENGE_ESCALATED wrenford-council-lead",
  ]);
});

test("nobody writes in the trail what the clock has not done", async () => {
  const one = await raised(world);
  const entry = `insert into audit_entry (partnership_id, at, kind, outcome, subject_id, detail)
    select $2, app.now(), 'challenge.expired', 'DONE', $1, '{"as": "CLOCK"}'`;
  const values = [keyOf("Challenge", one.id), keyOf("Partnership", await world.partnership())];
  expect(await below(world.database, "wrenford-officer", entry, values)).toMatch(/row-level security/);
});

test("at the last stage it is deadlocked by the clock, and an answer after that is refused", async () => {
  const one = await raised(world);
  for (const moment of ["2019-02-18T17:00:00Z", "2019-02-21T17:00:00Z", "2019-02-28T17:00:00Z"])
    expect(await sweep(moment)).toBe(1);
  const chair = await read(one, "2019-02-28T17:00:01Z");
  expect(chair.stage).toMatchObject({ number: 4, respondDay: "2019-03-07" });
  const late = { challenge: one.id, text: "At last" };
  expect(await act(world, "respondToChallenge", "wrenford-council-lead", late, "2019-03-07T17:00:01Z")).toContain(
    "CONFLICT input.challenge: The challenge has ended (DEADLOCKED)",
  );
  // what was refused changed nothing: it is the sweep that says so
  expect((await read(one, "2019-03-07T17:00:02Z")).state).toBe("RAISED");
  expect(await sweep("2019-03-07T17:00:03Z")).toBe(1);
  expect(await read(one, "2019-03-07T17:00:04Z")).toMatchObject({
    state: "DEADLOCKED",
    waitingOn: null,
    events: [{}, {}, {}, {}, { kind: "DEADLOCKED", toStage: null, actor: { name: "The clock" } }],
  });
});

test("where a stage has no limit nothing happens by itself", async () => {
  const { createLadder } = await world.service.as("wrenford-officer").data<{
    createLadder: { ladder: { id: string } };
  }>("mutation ($input: CreateLadderInput!) { createLadder(input: $input) { ladder { id } userErrors { message } } }", {
    input: { partnership: await world.partnership(), example: "CROYDON" },
  });
  const one = await raised(world, { ladder: createLadder.ladder.id });
  expect(one.stage.respondBy).toBeNull();
  expect(await sweep("2021-02-18T17:00:00Z")).toBe(0);
  const reason = "Nobody has answered";
  await done(world, "escalateChallenge", "police-lead", { challenge: one.id, reason }, "2019-02-18T09:00:00Z");
  await world.database.owner.query("update ladder set retired_on = '2018-04-01' where id = $1", [
    keyOf("Ladder", createLadder.ladder.id),
  ]);
});

test("what a rule finds is raised once, and officers hold it", async () => {
  const key = (text: string) => world.key(text);
  const partnershipId = await key("select id from partnership where slug = 'wrenford'");
  const found: RaisedByRule = {
    partnershipId,
    cause: "OVERDUE 8.1 2018-06-30",
    about: { actionId: world.actions["8.1"] ?? "" },
    againstAgencyId: await key("select id from agency where name = 'Wrenford Homes'"),
    subject: "8.1 is overdue",
    ground: ChallengeGround.OVERDUE,
  };
  const ladder = await key("select id from ladder where name like 'Wrenford%'");
  const now = new Date("2019-02-14T09:00:00Z");
  const raise = (what: RaisedByRule) => byRule(world.database.app, ladder, what, now);
  const id = await raise(found);
  expect(id).not.toBeNull();
  expect(await raise(found)).toBeNull();
  expect(await raise({ ...found, cause: "NO_UPDATE" })).not.toBeNull();
  const [row] = await world.database.owner.query<object[]>(
    `select c.raised_as, c.state, g.name, e.acted_as
     from challenge c join agency g on g.id = c.against_agency_id join challenge_event e on e.challenge_id = c.id where c.id = $1`,
    [id],
  );
  expect(row).toEqual({
    raised_as: "RULE",
    state: "RAISED",
    name: "Wrenford Homes",
    acted_as: "RULE",
  });
  expect((await trail()).slice(-2)).toMatchObject([
    { kind: "challenge.raised", detail: { as: "RULE" } },
    { kind: "challenge.raised", detail: { as: "RULE" } },
  ]);
});

test("over Christmas: two working days from the Friday before are the Thursday after", async () => {
  const one = await raised(world, { against: await world.agency(COUNCIL) }, "2018-12-21T15:00:00Z");
  // 21 December is a Friday; 24 counts, 25 and 26 are closed, 27 counts
  expect(one.stage).toMatchObject({ respondDay: "2018-12-27", respondBy: "2018-12-27T17:00:00.000Z" });
  expect(await sweep("2018-12-27T17:00:00Z")).toBe(1);
  // 28 and 31 count, 1 January is closed, 2 counts
  expect((await read(one, "2018-12-27T17:00:01Z")).stage.respondDay).toBe("2019-01-02");
});
