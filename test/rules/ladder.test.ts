import { keyOf } from "../../src/platform/graphql/ids";
import { sweep } from "../../src/domains/rules/index";
import { globalId } from "../../src/platform/graphql/ids";
import { demonstrationOfChallenges, type ChallengesWorld } from "../challenges/world";
import { operatorTransaction } from "../support/database";
import { refusalsOf, state } from "../support/writes";

let world: ChallengesWorld;
let ladders: Record<"wrenford" | "croydon" | "triggers" | "retired" | "coventry", string>;
beforeAll(async () => {
  world = await demonstrationOfChallenges();
  const made = async (example: string, name: string, slug = "wrenford", actor = "wrenford-officer") => {
    const input = { partnership: await world.partnership(slug), example, name };
    const { createLadder } = await world.service
      .as(actor)
      .data<{ createLadder: { ladder: { id: string } } }>(
        "mutation ($input: CreateLadderInput!) { createLadder(input: $input) { ladder { id } userErrors { message } } }",
        { input },
      );
    return createLadder.ladder.id;
  };
  ladders = {
    wrenford: await world.ladder("Wrenford: settling differences"),
    croydon: await made("CROYDON", "As in Croydon"),
    triggers: await made("COVENTRY_2016_2019", "Triggers"),
    retired: await made("SEFTON_2017", "No longer"),
    coventry: await made("CUMBRIA", "Of the neighbours", "coventry", "coventry-officer"),
  };
  const { retireLadder } = await world.service
    .as("wrenford-officer")
    .data<{ retireLadder: { userErrors: object[] } }>(
      "mutation ($input: RetireLadderInput!) { retireLadder(input: $input) { userErrors { message } } }",
      { input: { ladder: ladders.retired } },
    );
  expect(retireLadder.userErrors).toEqual([]);
});
afterAll(() => world.stop());

interface Made {
  id: string;
  effect: string;
  version: number;
  ladder: { name: string } | null;
}
const RULE = "rule { id effect version ladder { name } }";
const CREATE = `mutation ($input: CreateRuleInput!) { createRule(input: $input) { ${RULE} userErrors { code field message } } }`;
const CHANGE = `mutation ($input: ChangeRuleInput!) { changeRule(input: $input) { ${RULE} userErrors { code field message } } }`;

const of = async (name: string, more: object) => ({
  partnership: await world.partnership(),
  kind: "OVERDUE",
  name,
  workingDays: 1,
  effect: "RAISE",
  ...more,
});
const create = async (name: string, more: object = {}): Promise<Made> => {
  const { createRule } = await world.service
    .as("wrenford-officer")
    .data<{ createRule: { rule: Made; userErrors: object[] } }>(CREATE, { input: await of(name, more) });
  expect(createRule.userErrors).toEqual([]);
  return createRule.rule;
};
const change = async (input: object): Promise<Made> => {
  const { changeRule } = await world.service
    .as("wrenford-officer")
    .data<{ changeRule: { rule: Made; userErrors: object[] } }>(CHANGE, { input });
  expect(changeRule.userErrors).toEqual([]);
  return changeRule.rule;
};

test("a rule names a ladder, keeps it, changes it and lets it go, and the trail says so", async () => {
  const rule = await create("Named", { ladder: ladders.croydon });
  expect(rule.ladder).toEqual({ name: "As in Croydon" });
  expect((await change({ rule: rule.id, workingDays: 3 })).ladder).toEqual({ name: "As in Croydon" });
  expect((await change({ rule: rule.id, ladder: ladders.wrenford })).ladder).toEqual({
    name: "Wrenford: settling differences",
  });
  // a rule that only warns has none: both are said at once
  expect(await change({ rule: rule.id, effect: "WARN", ladder: null })).toMatchObject({ effect: "WARN", ladder: null });
  const said = await world.database.owner.query<object[]>(
    "select detail ->> 'ladder_id' as ladder from audit_entry where kind = 'rule.changed' and detail ->> 'effect' = 'WARN'",
  );
  expect(said).toEqual([{ ladder: null }]);
});

test("a ladder that nothing could be raised on is refused, and nothing changes", async () => {
  const raising = await create("Refusals", { ladder: ladders.croydon });
  const warning = await create("Refusals of one that warns", { effect: "WARN" });
  const before = await state(world.database, "rule");
  const wrong: [object, string][] = [
    [{ ladder: ladders.coventry }, "BAD_USER_INPUT input.ladder"],
    [{ ladder: globalId("Ladder", "00000000-0000-4000-8000-000000000000") }, "BAD_USER_INPUT input.ladder"],
    [{ ladder: await world.partnership() }, "BAD_USER_INPUT input.ladder"],
    [{ ladder: ladders.triggers }, "CONFLICT input.ladder"],
    [{ ladder: ladders.retired }, "CONFLICT input.ladder"],
    [{ ladder: ladders.croydon, effect: "WARN" }, "BAD_USER_INPUT input.ladder"],
  ];
  for (const [more, refusal] of wrong) {
    const input = await of("Another", more);
    expect([more, await refusalsOf(world.service, "wrenford-officer", CREATE, input)]).toEqual([more, [refusal]]);
    const changed = { rule: raising.id, ...more };
    expect([more, await refusalsOf(world.service, "wrenford-officer", CHANGE, changed)]).toEqual([more, [refusal]]);
  }
  for (const input of [
    { rule: raising.id, effect: "WARN" },
    { rule: warning.id, ladder: ladders.croydon },
  ])
    expect(await refusalsOf(world.service, "wrenford-officer", CHANGE, input)).toEqual(["BAD_USER_INPUT input.ladder"]);
  expect(await state(world.database, "rule")).toEqual(before);
});

test("the sweep raises on the ladder that is named; with none named and several in use, officers are told", async () => {
  await world.database.owner.query("update rule set on_from = null");
  const partnershipId = await world.key("select id from partnership where slug = 'wrenford'");
  await operatorTransaction(
    world.database.owner,
    partnershipId,
    (runner) =>
      runner.query("update action set by_when_end = '2019-02-15' where id = $1 and status = 'IN_PROGRESS'", [
        world.actions["8.1"],
      ]),
    new Date("2019-02-14T09:00:00Z"),
  );
  const rules = [await create("On Croydon's", { ladder: ladders.croydon }), await create("On whichever")];
  for (const { id } of rules)
    await world.service
      .as("wrenford-officer")
      .data("mutation ($input: SwitchRuleInput!) { switchRule(input: $input) { userErrors { message } } }", {
        input: { rule: id, onFrom: "2019-02-14T09:00:00Z" },
      });
  const swept = await sweep(world.database.app, new Date("2019-02-19T06:00:00Z"));
  expect(swept.raised).toBeGreaterThan(0);
  const found = await world.database.owner.query<object[]>(
    `select r.name, l.name as ladder, (select count(distinct n.person_id)::int from notification n where n.cause = r.id || ' ' || f.cause) > 0 as warned
     from rule_finding f join rule r on r.id = f.rule_id left join challenge c on c.id = f.challenge_id
     left join ladder_version v on v.id = c.ladder_version_id left join ladder l on l.id = v.ladder_id
     where f.action_id = $1 order by r.name`,
    [world.actions["8.1"]],
  );
  expect(found).toEqual([
    { name: "On Croydon's", ladder: "As in Croydon", warned: false },
    { name: "On whichever", ladder: null, warned: true },
  ]);
  // whoever the finding says answers for it today is who is challenged
  expect(
    await world.database.owner.query<object[]>(
      "select f.cause from rule_finding f join challenge c on c.id = f.challenge_id where c.against_agency_id <> f.against_agency_id",
    ),
  ).toEqual([]);
  // and the trail counts as warned of what it warned of, though the rule raises
  const counted = await world.database.owner.query<
    { name: string; findings: number; raised: number; warned: number }[]
  >(
    `select r.name, sum((e.detail ->> 'findings')::int)::int as findings, sum((e.detail ->> 'raised')::int)::int as raised, sum((e.detail ->> 'warned')::int)::int as warned
     from audit_entry e join rule r on r.id = e.subject_id where e.kind = 'rule.found' and r.id = any ($1::uuid[]) group by r.name order by r.name`,
    [rules.map(({ id }) => keyOf("Rule", id))],
  );
  expect(counted.map(({ name, findings, raised, warned }) => [name, raised === findings, warned === findings])).toEqual(
    [
      ["On Croydon's", true, false],
      ["On whichever", false, true],
    ],
  );
  expect(swept).toMatchObject({
    raised: counted[0]?.raised,
    warned: counted[1]?.warned,
  });
});
