import { sendDue } from "../../src/domains/notifications/index";
import { remind } from "../../src/domains/rules/index";
import type { Mail } from "../../src/platform/mail/index";
import { movedClock, sendingBy } from "../notifications/world";
import { type ChallengesWorld, demonstrationOfChallenges, done, raised } from "./world";

/* What the parties to a challenge read in their messages of what is asked of whom, until when. */

const LEAD = "wrenford-council-lead";

let world: ChallengesWorld;
beforeEach(async () => {
  world = await demonstrationOfChallenges();
  await world.database.owner.query("delete from notification");
  await world.database.owner.query(
    "insert into notification_address (person_id, address) select id, subject || '@council.example' from person where subject = $1",
    [LEAD],
  );
});
afterEach(() => world.stop());

/** What is mailed to the council's lead at a moment, of all that was written until then: each subject line with what it says of clocks. */
async function mailed(moment: string): Promise<string[][]> {
  const sent: Mail[] = [];
  await sendDue(
    sendingBy(
      world.database,
      movedClock(moment),
    )({ send: (mail) => Promise.resolve(void sent.push(mail)), close: () => undefined }),
  );
  return sent.map(({ subject, text }) => [
    subject,
    ...text.split("\n").filter((line) => /^(To be|Was to be|Next) .*by: /.test(line)),
  ]);
}

/** A ladder of one stage that the officer makes beside the partnership's own. */
async function ladder(stage: object, cutOff?: string): Promise<string> {
  const { createLadder } = await world.service.as("wrenford-officer").data<{
    createLadder: { ladder: { id: string } | null; userErrors: object[] };
  }>("mutation ($input: CreateLadderInput!) { createLadder(input: $input) { ladder { id } userErrors { message } } }", {
    input: {
      partnership: await world.partnership(),
      name: "Of one stage",
      cutOff,
      stages: [
        {
          number: 1,
          name: "Chair",
          decider: "Chair",
          informal: false,
          mayBeSkipped: true,
          deciderKind: "ROLE",
          role: "PARTNERSHIP_CHAIR",
          ...stage,
        },
      ],
    },
  });
  expect(createLadder.userErrors).toEqual([]);
  return createLadder.ladder?.id ?? "";
}

const MAY_MOVE = "(may move: bank holidays of that year are not published yet)";

test("a limit in hours is told with its hour", async () => {
  await raised(world, { ladder: await ladder({ limit: { unit: "HOURS", count: 48 } }) }, "2019-02-15T10:07:00Z");
  expect(await mailed("2019-02-15T10:08:00Z")).toEqual([
    ["Challenge CH-1 was raised", "To be answered by: 10:07 on Sunday 17 February 2019, London time"],
  ]);
});

test("whoever is challenged is told at once until when to acknowledge, and then until when to answer, and which of it may move", async () => {
  const one = await raised(world, {}, "2027-12-30T09:00:00Z");
  expect(await mailed("2027-12-30T09:01:00Z")).toEqual([
    [
      "Challenge CH-1 was raised",
      "To be acknowledged by: 17:00 on Thursday 30 December 2027, London time",
      `To be answered by: 17:00 on Tuesday 4 January 2028, London time ${MAY_MOVE}`,
    ],
  ]);
  await done(world, "respondToChallenge", LEAD, { challenge: one.id, text: "By March" }, "2027-12-30T10:00:00Z");
  await done(
    world,
    "proposeResolution",
    "police-lead",
    { challenge: one.id, text: "By February" },
    "2027-12-30T11:00:00Z",
  );
  expect(await mailed("2027-12-30T11:01:00Z")).toEqual([
    ["Challenge CH-1 was answered", `To be answered by: 17:00 on Tuesday 4 January 2028, London time ${MAY_MOVE}`],
  ]);
});

test("a stage of whole days without an hour is told by its days", async () => {
  const limits = {
    limit: { unit: "WORKING_DAYS", count: 2 },
    acknowledgeWithin: { unit: "SAME_WORKING_DAY" },
  };
  const one = await raised(world, { ladder: await ladder(limits) }, "2019-02-15T10:07:00Z");
  expect(await mailed("2019-02-15T10:08:00Z")).toEqual([
    [
      "Challenge CH-1 was raised",
      "To be acknowledged by: Friday 15 February 2019",
      "To be answered by: Tuesday 19 February 2019",
    ],
  ]);
  await done(world, "respondToChallenge", LEAD, { challenge: one.id, text: "By March" }, "2019-02-15T11:00:00Z");
  const [row] = await world.database.owner.query<{ detail: object }[]>(
    "select detail from notification where kind = 'CHALLENGE_ANSWERED' limit 1",
  );
  expect(row?.detail).toEqual({ asked: "DECIDE", provisional: false, byDay: "2019-02-19", stage: 1 });
});

test("a reminder to acknowledge by a day of a year whose bank holidays are not published says that it may move", async () => {
  const limits = {
    limit: { unit: "HOURS", count: 300 },
    acknowledgeWithin: { unit: "WORKING_DAYS", count: 2 },
  };
  await raised(world, { ladder: await ladder(limits, "17:00") }, "2027-12-30T09:00:00Z");
  await world.database.owner.query("delete from notification");
  await remind(world.database.app, new Date("2027-12-31T07:00:00Z"));
  expect(await mailed("2027-12-31T08:00:00Z")).toEqual([
    ["Challenge CH-1 is due soon", `To be acknowledged by: 17:00 on Tuesday 4 January 2028, London time ${MAY_MOVE}`],
  ]);
  await remind(world.database.app, new Date("2028-01-11T07:00:00Z"));
  // hours are counted without any calendar: they stay
  const [row] = await world.database.owner.query<{ detail: object }[]>(
    "select detail from notification where detail ->> 'asked' = 'RESPOND' limit 1",
  );
  expect(row?.detail).toEqual({ asked: "RESPOND", provisional: false, by: "2028-01-11T21:00:00.000Z", stage: 1 });
});

test("what was learned from one that was withdrawn is told to nobody as an answer", async () => {
  const one = await raised(world);
  await done(world, "withdrawChallenge", "police-lead", { challenge: one.id, text: "Settled" });
  const told = () => world.database.owner.query<object[]>("select distinct n.kind from notification n order by n.kind");
  const before = [{ kind: "CHALLENGE_ENDED" }, { kind: "CHALLENGE_RAISED" }];
  expect(await told()).toEqual(before);
  await done(world, "recordLearning", "police-lead", { challenge: one.id, text: "Ask for the rota first" });
  expect(await told()).toEqual(before);
});
