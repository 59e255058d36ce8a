import pino from "pino";
import { expireDue } from "../../src/domains/challenges/index";
import { sendDue } from "../../src/domains/notifications/index";
import { remind } from "../../src/domains/rules/index";
import type { Mail } from "../../src/platform/mail/index";
import { Cursors } from "../../src/platform/graphql/cursor";
import { globalId } from "../../src/platform/graphql/ids";
import { buildSchema } from "../../src/schema";
import { type ChallengesWorld, COUNCIL, demonstrationOfChallenges, done, raised, type Seen } from "../challenges/world";
import { movedClock } from "../notifications/world";
import { enrol } from "../support/enrol";

/* A challenge of the police against the council at Christmas 2018, with every day counted by hand. */

const LADDER = {
  name: "With deciders",
  cutOff: "17:00",
  stages: [
    ["Leads", { deciderKind: "PARTIES", acknowledgeWithin: { unit: "WORKING_DAYS", count: 2 } }, 5],
    ["Business unit", { deciderKind: "ROLE", role: "PARTNERSHIP_OFFICER" }, 3],
    ["Post", { deciderKind: "POST" }, 2],
    ["Chair", { deciderKind: "ROLE", role: "PARTNERSHIP_CHAIR" }, 2],
  ] as const,
};
/** Wednesday 19 December 2018, 10:00. */
const RAISED = "2018-12-19T10:00:00Z";

let world: ChallengesWorld;
let one: Seen;
beforeEach(async () => {
  world = await demonstrationOfChallenges();
  await enrol(world.database, "council-deputy", [{ role: "AGENCY_LEAD", agency: COUNCIL }]);
  const post = await world.key(
    "insert into post (partnership_id, agency_id, title, key) select g.partnership_id, g.id, 'Director of homes', 'director of homes' from agency g where g.name = 'Wrenford Homes' returning id",
  );
  const { createLadder } = await world.service.as("wrenford-officer").data<{
    createLadder: { ladder: { id: string }; userErrors: object[] };
  }>("mutation ($input: CreateLadderInput!) { createLadder(input: $input) { ladder { id } userErrors { message } } }", {
    input: {
      partnership: await world.partnership(),
      name: LADDER.name,
      cutOff: LADDER.cutOff,
      stages: LADDER.stages.map(([name, decider, count], index) => ({
        number: index + 1,
        name,
        decider: name,
        informal: false,
        mayBeSkipped: true,
        limit: { unit: "WORKING_DAYS", count },
        ...decider,
        ...(decider.deciderKind === "POST" && { post: globalId("Post", post) }),
      })),
    },
  });
  expect(createLadder.userErrors).toEqual([]);
  one = await raised(world, { ladder: createLadder.ladder.id }, RAISED);
  await world.database.owner.query("delete from notification");
});
afterEach(() => world.stop());

/** Who is told of the challenge by the reminders of a morning, beyond what they were told before: "council-lead DUE ACKNOWLEDGE 2018-12-21T17:00". */
async function morning(day: string): Promise<string[]> {
  const seen = new Set(await told());
  await remind(world.database.app, new Date(`${day}T07:00:00Z`));
  return (await told()).filter((line) => !seen.has(line));
}
const told = async () =>
  (
    await world.database.owner.query<{ line: string }[]>(
      `select p.subject || ' ' || n.kind || ' ' || (n.detail ->> 'asked') || ' ' || coalesce(left(n.detail ->> 'by', 16), n.detail ->> 'byDay') as line
       from notification n join person p on p.id = n.person_id where n.subject_type = 'Challenge' and n.detail ? 'asked' order by 1`,
    )
  ).map(({ line }) => line);
const council = (what: string) =>
  ["council-contributor", "council-deputy", "wrenford-council-lead"].map((who) => `${who} ${what}`);

test("over Christmas the council is told to acknowledge and to answer, before the day, on it and after it, each once", async () => {
  expect(one.stage).toMatchObject({ respondDay: "2018-12-28", acknowledgeBy: "2018-12-21T17:00:00.000Z" });
  expect(await morning("2018-12-19")).toEqual([]);
  expect(await morning("2018-12-20")).toEqual(council("DUE_SOON ACKNOWLEDGE 2018-12-21T17:00"));
  expect(await morning("2018-12-20")).toEqual([]);
  expect(await morning("2018-12-21")).toEqual(council("DUE ACKNOWLEDGE 2018-12-21T17:00"));
  expect(await morning("2018-12-22")).toEqual([]);
  expect(await morning("2018-12-24")).toEqual(council("OVERDUE ACKNOWLEDGE 2018-12-21T17:00"));
  for (const closed of ["2018-12-25", "2018-12-26"]) expect(await morning(closed)).toEqual([]);
  // the 24th, 27th and 28th are working days: the day before the 28th is the 27th
  expect(await morning("2018-12-27")).toEqual(council("DUE_SOON RESPOND 2018-12-28T17:00"));
  expect(await morning("2018-12-28")).toEqual(council("DUE RESPOND 2018-12-28T17:00"));
  // after its hour nobody is told that it is overdue: the clock takes it on
  expect(await morning("2018-12-31")).toEqual([]);
});

test("what was acknowledged is not reminded of, and the turn is the reminder's: raiser, then decider", async () => {
  await done(world, "acknowledgeChallenge", "wrenford-council-lead", { challenge: one.id }, "2018-12-19T15:00:00Z");
  expect(await morning("2018-12-20")).toEqual([]);
  await done(
    world,
    "respondToChallenge",
    "wrenford-council-lead",
    { challenge: one.id, text: "By the new year" },
    "2018-12-20T09:00:00Z",
  );
  // 21, 24, 27, 28 and 31 December
  expect(await morning("2018-12-28")).toEqual(
    ["police-contributor", "police-lead"].map((who) => `${who} DUE_SOON RESPOND 2018-12-31T17:00`),
  );
  expect(await expireDue(world.database.app, new Date("2018-12-31T17:00:00Z"), 10)).toBe(1);
  await done(
    world,
    "respondToChallenge",
    "wrenford-council-lead",
    { challenge: one.id, text: "As before" },
    "2019-01-02T09:00:00Z",
  );
  // 3, 4 and 7 January
  expect(await morning("2019-01-04")).toEqual(["wrenford-officer DUE_SOON DECIDE 2019-01-07T17:00"]);
  await done(
    world,
    "escalateChallenge",
    "police-lead",
    { challenge: one.id, reason: "It goes round in circles" },
    "2019-01-04T10:00:00Z",
  );
  await done(
    world,
    "respondToChallenge",
    "wrenford-council-lead",
    { challenge: one.id, text: "As before" },
    "2019-01-07T09:00:00Z",
  );
  // 8 and 9 January; the post is of Wrenford Homes
  expect(await morning("2019-01-08")).toEqual(
    ["housing-lead", "wrenford-housing-contributor"].map((who) => `${who} DUE_SOON DECIDE 2019-01-09T17:00`),
  );
  expect(await expireDue(world.database.app, new Date("2019-01-09T17:00:00Z"), 10)).toBe(1);
  await done(
    world,
    "respondToChallenge",
    "wrenford-council-lead",
    { challenge: one.id, text: "As before" },
    "2019-01-10T09:00:00Z",
  );
  expect(await morning("2019-01-14")).toEqual(["wrenford-chair DUE DECIDE 2019-01-14T17:00"]);
  await done(
    world,
    "decideChallenge",
    "wrenford-chair",
    { challenge: one.id, text: "Meetings within a day" },
    "2019-01-14T10:00:00Z",
  );
  expect(await morning("2019-01-15")).toEqual([]);
});

test("the partnership's policy says when, and workers at once and started again tell each person once", async () => {
  const { setReminderPolicy } = await world.service.as("wrenford-officer").data<{
    setReminderPolicy: { userErrors: object[] };
  }>("mutation ($input: SetReminderPolicyInput!) { setReminderPolicy(input: $input) { userErrors { message } } }", { input: { partnership: await world.partnership(), about: "CHALLENGE", daysBefore: 2, onTheDay: false } });
  expect(setReminderPolicy.userErrors).toEqual([]);
  expect(await morning("2018-12-21")).toEqual([]);
  const now = new Date("2018-12-24T07:00:00Z");
  const both = await Promise.all([remind(world.database.app, now), remind(world.database.app, now)]);
  both.push(await remind(world.database.app, now));
  expect(await told()).toEqual(council("DUE_SOON RESPOND 2018-12-28T17:00"));
  const [counted] = await world.database.owner.query<{ count: number }[]>(
    "select count(*)::int from notification where detail ? 'asked'",
  );
  expect(counted).toEqual({ count: 3 });
  expect(await morning("2018-12-28")).toEqual([]);
});

test("one digest a morning holds them, in words, to whoever may read the challenge then", async () => {
  const clock = movedClock("2018-12-21T07:00:00Z");
  await world.database.owner.query(
    "insert into notification_address (person_id, address) select id, subject || '@council.example' from person where subject in ('wrenford-council-lead', 'council-deputy')",
  );
  await remind(world.database.app, clock.now());
  // the deputy goes before the message does
  await world.database.owner.query(
    "update membership set ended_at = '2018-12-21T07:30:00Z' where person_id = (select id from person where subject = 'council-deputy')",
  );
  const sent: Mail[] = [];
  const log = pino({ level: "silent" });
  clock.set("2018-12-21T08:00:00Z");
  await sendDue({
    source: world.database.app,
    schema: buildSchema(log),
    cursors: new Cursors(Buffer.alloc(32, "a secret of the tests")),
    clock,
    log,
    mail: { everyMinutes: 15, tries: 25, days: 3, publicUrl: null },
    transport: { send: (mail) => Promise.resolve(void sent.push(mail)), close: () => undefined },
  });
  expect(sent.map(({ to }) => to)).toEqual(["wrenford-council-lead@council.example"]);
  expect(sent[0]?.text).toContain(
    [
      "About: Strategy meetings are called too late",
      "Stage: 1",
      "To be acknowledged by: 17:00 on Friday 21 December 2018, London time",
    ].join("\n"),
  );
});
