import { expireDue, recountProvisional } from "../../src/domains/challenges/index";
import { remind } from "../../src/domains/rules/index";
import { enrol } from "../support/enrol";
import { entries, refusalsOf } from "../support/writes";
import { type ChallengesWorld, demonstrationOfChallenges, done, raised, type Seen } from "./world";

/*
 * Challenges whose clocks reach past the published years, as those come to be published. In 2028 England and Wales are closed on
 * Monday 3 January in any case, and on the 4th by an invented proclamation.
 */

let world: ChallengesWorld;
beforeEach(async () => {
  world = await demonstrationOfChallenges();
  const person = await enrol(world.database, "administrator", []);
  await world.database.owner.query(
    "insert into membership (person_id, role, valid_from) values ($1, 'PLATFORM_ADMIN', '2018-04-01')",
    [person],
  );
});
afterEach(() => world.stop());

/** Thursday 30 December 2027: one working day is the 31st, and the second is of 2028. */
const RAISED = "2027-12-30T10:00:00Z";
const PUBLISHED = "2027-12-30T12:00:00Z";

async function publish(division: string, ...proclaimed: string[]) {
  const days = ["01-03", "04-14", "04-17", "05-01", "05-29", "08-28", "12-25", "12-26"].map((day) => `2028-${day}`);
  const input = {
    division,
    source: "GOV.UK",
    publishedTo: "2028-12-31",
    days: [...days, ...proclaimed].map((day) => ({ day, name: "Bank holiday" })),
  };
  const mutation =
    "mutation ($input: ExtendBankHolidaysInput!) { extendBankHolidays(input: $input) { userErrors { code field message } } }";
  expect(await refusalsOf(world.service, "administrator", mutation, input)).toEqual([]);
}
const recounted = (moment: string) => recountProvisional(world.database.app, new Date(moment), 1);
const STAGE = "stage { number respondBy respondDay provisional } events { kind actor { name } respondDay }";
const read = async ({ id }: Seen, actor = "wrenford-council-lead") => {
  const service = await world.at("2027-12-30T13:00:00Z");
  const { challenge } = await service
    .as(actor)
    .data<{ challenge: object }>(`query ($id: ID!) { challenge(id: $id) { state waitingOn version ${STAGE} } }`, {
      id,
    });
  return challenge;
};
const told = async () =>
  (
    await world.database.owner.query<{ line: string }[]>(
      `select distinct p.subject || ' ' || left(n.detail -> 'then' ->> 'by', 10) as line from notification n join person p on p.id = n.person_id
       where n.kind = 'CHALLENGE_MOVED' order by 1`,
    )
  ).map(({ line }) => line);
const settled = async () =>
  (await entries(world.database)).map(({ kind }) => kind).filter((kind) => /^challenge\.(recount|settle)/.test(kind));

test("a day that moves is moved once, by however many, and said in the history, in the trail and to whom it concerns", async () => {
  const one = await raised(world, {}, RAISED);
  expect(await read(one)).toMatchObject({ version: 1, stage: { respondDay: "2028-01-04", provisional: true } });
  // nothing has been published: nothing is counted otherwise; nor by what Scotland publishes
  expect(await recounted(PUBLISHED)).toBe(0);
  await publish("SCOTLAND");
  expect(await recounted(PUBLISHED)).toBe(0);
  await publish("ENGLAND_AND_WALES", "2028-01-04");
  const all = await Promise.all([recounted(PUBLISHED), recounted(PUBLISHED), recounted(PUBLISHED)]);
  expect(all.sort()).toEqual([0, 0, 1]);
  expect(await recounted(PUBLISHED)).toBe(0);
  expect(await read(one)).toEqual({
    state: "RAISED",
    waitingOn: "ANSWERER",
    version: 2,
    stage: { number: 1, respondBy: "2028-01-05T17:00:00.000Z", respondDay: "2028-01-05", provisional: false },
    events: [
      { kind: "RAISED", actor: { name: "Wrenshire Constabulary" }, respondDay: "2028-01-04" },
      { kind: "RECOUNTED", actor: { name: "The clock" }, respondDay: "2028-01-05" },
    ],
  });
  expect(await settled()).toEqual(["challenge.recounted"]);
  expect(await told()).toEqual(
    ["council-contributor", "police-contributor", "police-lead", "wrenford-council-lead", "wrenford-officer"].map(
      (who) => `${who} 2028-01-05`,
    ),
  );
  // the day is the one that counts: nobody is reminded of the other, and nothing runs out on it
  await remind(world.database.app, new Date("2027-12-31T07:00:00Z"));
  const reminded = await world.database.owner.query<object[]>(
    "select distinct detail ->> 'by' as by from notification where detail ->> 'asked' = 'RESPOND'",
  );
  expect(reminded).toEqual([{ by: "2028-01-05T17:00:00.000Z" }]);
  expect(await expireDue(world.database.app, new Date("2028-01-04T17:00:00Z"), 10)).toBe(0);
  expect(await expireDue(world.database.app, new Date("2028-01-05T17:00:00Z"), 10)).toBe(1);
});

test("a day that stays is no longer provisional: the trail says so once, and nobody is bothered", async () => {
  const one = await raised(world, {}, RAISED);
  await publish("ENGLAND_AND_WALES");
  expect(await recounted(PUBLISHED)).toBe(1);
  expect(await recounted(PUBLISHED)).toBe(0);
  expect(await read(one)).toMatchObject({
    version: 2,
    stage: { respondDay: "2028-01-04", provisional: false },
    events: [{ kind: "RAISED" }],
  });
  expect(await settled()).toEqual(["challenge.settled"]);
  expect(await told()).toEqual([]);
});

test("a turn is counted from where it began, what has ended and what was never provisional stays, and a ladder keeps its own division", async () => {
  const early = await raised(world, { subject: "Before" }, "2027-12-20T10:00:00Z");
  const withdrawn = await raised(world, { subject: "Taken back" }, RAISED);
  await done(world, "withdrawChallenge", "police-lead", { challenge: withdrawn.id, text: "Settled" }, RAISED);
  const answered = await raised(world, { subject: "Answered" }, "2027-12-29T10:00:00Z");
  await done(
    world,
    "respondToChallenge",
    "wrenford-council-lead",
    { challenge: answered.id, text: "By March" },
    "2027-12-30T09:00:00Z",
  );
  await world.database.owner.query("update partnership set division = 'SCOTLAND' where slug = 'wrenford'");
  await world.database.owner.query("update ladder set division = null");
  const scottish = await raised(world, { subject: "By the partnership's division" }, RAISED);
  // Scotland is closed on the 3rd and on the 4th, which stand in for New Year's Day and the 2nd
  expect(scottish.stage.respondDay).toBe("2028-01-05");
  await world.database.owner.query("update ladder set division = 'ENGLAND_AND_WALES'");
  await publish("ENGLAND_AND_WALES", "2028-01-04");
  expect(await recounted("2027-12-30T12:00:00Z")).toBe(2);
  expect(await read(answered)).toMatchObject({ state: "RESPONDED", stage: { respondDay: "2028-01-05" } });
  expect(await read(early)).toMatchObject({ version: 1, stage: { respondDay: "2027-12-22", provisional: false } });
  expect(await read(withdrawn)).toMatchObject({ state: "WITHDRAWN", stage: { provisional: false } });
});

test("the days of a filter are those that are left, past the published years as well", async () => {
  const one = await raised(world, {}, RAISED);
  const service = await world.at(PUBLISHED);
  const within = async (days: number) => {
    const { partnership } = await service
      .as("wrenford-officer")
      .data<{ partnership: { escalations: { nodes: { id: string; waitingFor: { left: { count: number } } }[] } } }>(
        `{ partnership(slug: "wrenford") { escalations(filter: { dueWithinWorkingDays: ${days} }) { nodes { id waitingFor { left { count } } } } } }`,
      );
    return partnership.escalations.nodes.map(({ id, waitingFor: { left } }) => [id === one.id, left.count]);
  };
  // what is acknowledged within the day is due before the answer, for which Friday 31 December and Tuesday 4 January are left
  await done(world, "acknowledgeChallenge", "wrenford-council-lead", { challenge: one.id }, RAISED);
  expect([await within(1), await within(2)]).toEqual([[], [[true, 2]]]);
});
