import { expireDue } from "../../src/domains/challenges/index";
import { globalId, keyOf } from "../../src/platform/graphql/ids";
import { enrol } from "../support/enrol";
import { act, type ChallengesWorld, demonstrationOfChallenges, done, POLICE, raised, stage, START } from "./world";

let world: ChallengesWorld;
beforeAll(async () => {
  world = await demonstrationOfChallenges();
});
afterAll(() => world.stop());

const ICB = "Wrenford Integrated Care Board";
const WRENFORD = "Wrenford: settling differences";
/** The title of a post of an agency, made by hand. */
async function postOf(agency: string, title: string): Promise<string> {
  await world.database.owner.query(
    "insert into post (partnership_id, title, key, agency_id) select partnership_id, $1, lower($1), id from agency where name = $2",
    [title, agency],
  );
  return globalId("Post", await world.key("select id from post where title = $1", [title]));
}
const waitsFor = async (id: string) =>
  (
    await world.service
      .as("wrenford-officer")
      .data<{ challenge: { waitingFor: object } }>(
        "query ($id: ID!) { challenge(id: $id) { waitingFor { what who name } } }",
        { id },
      )
  ).challenge.waitingFor;
const decides = async (challenge: string, actor: string) => {
  const outcome = await act(world, "decideChallenge", actor, { challenge, text: "Decided in a test" });
  return typeof outcome === "string" ? outcome : outcome.state;
};
const chairTold = async (id: string) =>
  (
    await world.database.owner.query<{ kind: string }[]>(
      "select n.kind from notification n join person p on p.id = n.person_id where p.subject = 'wrenford-chair' and n.subject_id = $1 order by n.at, n.kind",
      [keyOf("Challenge", id)],
    )
  ).map(({ kind }) => kind);

test("a stage of the same working day that begins as the one before it runs out has the next day", async () => {
  const same = { limit: { unit: "SAME_WORKING_DAY" } };
  const ladder = await world.ladderOf(
    [stage(1, { limit: { unit: "WORKING_DAYS", count: 1 } }), stage(2, same), stage(3, same)],
    {
      cutOff: "17:00",
    },
  );
  const one = await raised(world, { ladder });
  // Friday; and the second stage has Monday, not the moment at which it began
  for (const [moment, expired] of [
    ["2019-02-15T17:00:10Z", 1],
    ["2019-02-15T17:01:10Z", 0],
    ["2019-02-18T16:59:00Z", 0],
    ["2019-02-18T17:00:10Z", 1],
    ["2019-02-18T17:01:10Z", 0],
  ] as const)
    expect([moment, await expireDue(world.database.app, new Date(moment), 100)]).toEqual([moment, expired]);
  await world.database.owner.query("update challenge set respond_by = null, respond_day = null where id = $1", [
    keyOf("Challenge", one.id),
  ]);
});

test("a proposal of one's own is no answer of the other side: nobody goes on by it", async () => {
  const one = await raised(world, { ladder: await world.ladder(WRENFORD) });
  const input = { challenge: one.id, reason: "Now" };
  const refused = expect.stringMatching(/^CONFLICT input.immediateRisk: The other side has until/) as string;
  expect(await act(world, "escalateChallenge", "police-lead", input)).toEqual(refused);
  await done(world, "proposeResolution", "police-lead", { challenge: one.id, text: "Do as we say" });
  expect(await act(world, "escalateChallenge", "police-lead", input)).toEqual(refused);
  await done(world, "declineResolution", "wrenford-council-lead", { challenge: one.id, text: "No" });
  expect(await act(world, "escalateChallenge", "police-lead", input)).toMatchObject({ stage: { number: 2 } });
});

test("a post of a member of the collective that is challenged does not decide: the chair does, and is told so", async () => {
  const post = await postOf(ICB, "Designated nurse of the tests");
  const ladder = await world.ladderOf([stage(1, { deciderKind: "POST", post }), stage(2)]);
  const one = await raised(world, { ladder, against: await world.agency("Health") });
  expect(await chairTold(one.id)).toEqual(["CHALLENGE_RAISED"]);
  await done(world, "respondToChallenge", "icb-lead", { challenge: one.id, text: "Our answer" });
  expect(await waitsFor(one.id)).toEqual({ what: "DECIDE", who: "CHAIR", name: "The chair" });
  expect(await decides(one.id, "icb-lead")).toContain("no party decides");
  expect(await decides(one.id, "wrenford-chair")).toBe("DECIDED");
});

test("whoever took over from the decider's agency decides in its place", async () => {
  const post = await postOf("Wrenshire Probation", "Head of probation of the tests");
  const ladder = await world.ladderOf([stage(1, { deciderKind: "POST", post }), stage(2)]);
  const one = await raised(world, { ladder });
  await done(world, "respondToChallenge", "wrenford-council-lead", { challenge: one.id, text: "Our answer" });
  await world.database.owner.query(
    "update agency set valid_to = '2019-02-13', successor_id = (select id from agency where name = 'Wrenford Homes') where name = 'Wrenshire Probation'",
  );
  expect(await waitsFor(one.id)).toEqual({ what: "DECIDE", who: "AGENCY", name: "Wrenford Homes" });
  expect(await decides(one.id, "housing-lead")).toBe("DECIDED");
});

test("whoever raised it does not decide it: for an officer the chair does, and for the chair nobody", async () => {
  const officers = await world.ladderOf([stage(1, { deciderKind: "ROLE", role: "PARTNERSHIP_OFFICER" }), stage(2)]);
  const one = await raised(world, { ladder: officers }, START, "wrenford-officer");
  expect(await decides(one.id, "wrenford-officer")).toContain("You raised it, and no party decides");
  expect(await decides(one.id, "wrenford-chair")).toBe("DECIDED");
  const two = await raised(world, { ladder: await world.ladderOf([stage(1)]) }, START, "wrenford-chair");
  expect(await decides(two.id, "wrenford-chair")).toContain("an officer says that it is deadlocked instead");
  const input = { challenge: two.id, text: "Nobody decides it" };
  expect(await done(world, "deadlockChallenge", "wrenford-officer", input)).toMatchObject({ state: "DEADLOCKED" });
});

test("a collective and its member are one agency, whichever challenges the other", async () => {
  await enrol(world.database, "health-lead", [{ role: "AGENCY_LEAD", agency: "Health" }]);
  const input = { subject: "Between ourselves", ladder: await world.ladder(WRENFORD), ground: "DRIFT" };
  const refused = expect.stringMatching(/^BAD_USER_INPUT input.against: A dispute within one agency/) as string;
  for (const [actor, against] of [
    ["health-lead", ICB],
    ["icb-lead", "Health"],
  ] as const)
    expect(await act(world, "raiseChallenge", actor, { ...input, against: await world.agency(against) })).toEqual(
      refused,
    );
});

test("filters and totals tell nothing of what a grant denies: each is refused by name", async () => {
  await raised(world, { ladder: await world.ladder(WRENFORD) });
  const ask = async (what: string) => {
    const { errors } = await world.service.as("police-lead").ask(`{ partnership(slug: "wrenford") { ${what} } }`);
    return errors.map(({ message }) => message);
  };
  const asked = [
    [
      "escalations(filter: { ground: [DRIFT] }) { totalCount }",
      "filter.ground needs permission to read Challenge.ground",
    ],
    ["challenges(filter: { stage: [1] }) { totalCount }", "filter.stage needs permission to read Challenge.stage"],
    [
      "escalations(filter: { overdue: true }) { totalCount }",
      "filter.overdue needs permission to read Challenge.waitingFor",
    ],
    ["escalationTotals { count }", "escalationTotals needs permission to read Challenge."],
  ] as const;
  for (const [what] of asked) expect([what, await ask(what)]).toEqual([what, []]);
  for (const field of ["ground", "stage", "waitingFor"])
    await world.database.owner.query(
      `insert into field_grant (partnership_id, agency_id, type, field, operation, effect, reason, granted_at)
       select partnership_id, id, 'Challenge', $1, 'READ', 'DENY', 'In a test', '2019-01-01' from agency where name = $2`,
      [field, POLICE],
    );
  for (const [what, says] of asked) expect([what, await ask(what)]).toEqual([what, [expect.stringContaining(says)]]);
});
