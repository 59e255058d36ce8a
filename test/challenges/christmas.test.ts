import { expireDue } from "../../src/domains/challenges/index";
import { sendDue } from "../../src/domains/notifications/index";
import { entries } from "../support/writes";
import { type Catcher, startCatcher } from "../notifications/catcher";
import { movedClock, sendingBy, transportTo } from "../notifications/world";
import { type ChallengesWorld, COUNCIL, demonstrationOfChallenges, done, raised, type Seen } from "./world";

/**
 * A disagreement between the schools and the council, from the first stage to the chair over Christmas 2018, with two workers
 * throughout. Every date is worked out by hand: 25 and 26 December and 1 January are bank holidays, 22, 23, 29 and 30 December
 * and 5, 6, 12 and 13 January a weekend; the cut-off is 17:00.
 */
let world: ChallengesWorld;
let catcher: Catcher;
beforeAll(async () => {
  world = await demonstrationOfChallenges();
  catcher = await startCatcher();
  await world.database.owner.query(
    "insert into notification_address (person_id, address) select p.id, p.subject || '@wrenford.example' from person p where p.subject in ('wrenford-schools-lead', 'wrenford-council-lead', 'wrenford-officer', 'wrenford-chair')",
  );
});
afterAll(async () => {
  await catcher.stop();
  await world.stop();
});

const clock = movedClock("2018-12-20T10:00:00Z");
/** What two workers do as the clock comes to a moment: expire what is due, and send what is to be told. Gives who is mailed what. */
async function comeTo(moment: string): Promise<string[]> {
  clock.set(moment);
  const sending = sendingBy(world.database, clock);
  const before = catcher.caught.length;
  await Promise.all(
    [1, 2].map(async () => {
      const transport = transportTo(catcher.port);
      await expireDue(world.database.app, clock.now(), 100);
      await sendDue(sending(transport));
      transport.close();
    }),
  );
  return catcher.caught
    .slice(before)
    .map(({ to, headers }) => `${to}: ${headers["subject"] ?? ""}`)
    .sort();
}
const by = (name: string, actor: string, input: object): Promise<Seen> =>
  done(world, name, actor, input, clock.now().toISOString());
const stands = ({ state, waitingOn, stage }: Seen) => [state, waitingOn, stage.number, stage.respondBy];
const told = (who: string, subject: string) => `wrenford-${who}@wrenford.example: Challenge CH-1 ${subject}`;

test("from the first stage to the chair over Christmas 2018: each date, one transition and one entry each, and who is mailed what", async () => {
  const one = await raised(
    world,
    { subject: "Schools hear of strategy meetings on the day" },
    "2018-12-20T10:00:00Z",
    "wrenford-schools-lead",
  );
  const challenge = one.id;
  // Thursday: two working days are Friday and Monday, Christmas Eve
  expect(stands(one)).toEqual(["RAISED", "ANSWERER", 1, "2018-12-24T17:00:00.000Z"]);
  expect(await comeTo("2018-12-20T10:01:00Z")).toEqual([
    told("council-lead", "was raised"),
    told("officer", "was raised"),
  ]);
  expect(await comeTo("2018-12-24T16:59:59Z")).toEqual([]);
  // nobody answered: the second stage begins at that cut-off, and has Thursday, Friday and Monday
  expect(await comeTo("2018-12-24T17:00:30Z")).toEqual(
    ["council-lead", "officer", "schools-lead"].map((who) => told(who, "went to the next stage")),
  );
  clock.set("2018-12-27T09:00:00Z");
  expect(stands(await by("acknowledgeChallenge", "wrenford-council-lead", { challenge }))).toEqual([
    "ACKNOWLEDGED",
    "ANSWERER",
    2,
    "2018-12-31T17:00:00.000Z",
  ]);
  expect(await comeTo("2018-12-27T09:01:00Z")).toEqual(
    ["officer", "schools-lead"].map((who) => told(who, "was acknowledged")),
  );
  // Friday the 28th: the turn passes with three days anew, Monday, Wednesday and Thursday
  clock.set("2018-12-28T11:00:00Z");
  expect(
    stands(await by("respondToChallenge", "wrenford-council-lead", { challenge, text: "The rota had nobody" })),
  ).toEqual(["RESPONDED", "RAISER", 2, "2019-01-03T17:00:00.000Z"]);
  expect(await comeTo("2018-12-28T11:01:00Z")).toEqual(
    ["officer", "schools-lead"].map((who) => told(who, "was answered")),
  );
  // New Year's Eve: five working days are the 2nd, 3rd, 4th, 7th and 8th
  clock.set("2018-12-31T15:00:00Z");
  expect(
    stands(await by("escalateChallenge", "wrenford-schools-lead", { challenge, reason: "It happened again" })),
  ).toEqual(["RAISED", "ANSWERER", 3, "2019-01-08T17:00:00.000Z"]);
  expect(await comeTo("2018-12-31T15:01:00Z")).toEqual(
    // the council chairs the executive group and is party to it: the chair decides in its place
    ["chair", "council-lead", "officer"].map((who) => told(who, "went to the next stage")),
  );
  expect(await comeTo("2019-01-08T16:59:59Z")).toEqual([]);
  // the chair's stage: the 9th, 10th, 11th, 14th and 15th
  expect(await comeTo("2019-01-08T17:00:30Z")).toEqual(
    ["chair", "council-lead", "officer", "schools-lead"].map((who) => told(who, "went to the next stage")),
  );
  const toCouncil = catcher.caught.filter(({ to }) => to === "wrenford-council-lead@wrenford.example").slice(-1);
  expect(
    toCouncil[0]?.text
      .split("\n")
      .filter((line) => line.includes(": "))
      .slice(0, -1),
  ).toEqual([
    "About: Schools hear of strategy meetings on the day",
    "Stage: 4",
    "To be answered by: 17:00 on Tuesday 15 January 2019, London time",
    "Raised by: Schools",
    `Challenged: ${COUNCIL}`,
    "Now dealt with by: Chair",
    `Now waiting for: ${COUNCIL}`,
  ]);
  clock.set("2019-01-14T10:00:00Z");
  const decided = await by("decideChallenge", "wrenford-chair", { challenge, text: "A deputy on every rota" });
  expect(stands(decided)).toEqual(["DECIDED", null, 4, null]);
  expect(await comeTo("2019-01-14T10:01:00Z")).toEqual(
    ["council-lead", "officer", "schools-lead"].map((who) => told(who, "has ended")),
  );
  const happened = ["RAISED", "EXPIRED", "ACKNOWLEDGED", "RESPONDED", "ESCALATED", "EXPIRED", "DECIDED"];
  expect(decided.events.map(({ kind }) => kind)).toEqual(happened);
  const trail = (await entries(world.database)).map(({ kind }) => kind).filter((kind) => kind.startsWith("challenge."));
  expect(trail).toEqual(happened.map((kind) => `challenge.${kind.toLowerCase()}`));
});
