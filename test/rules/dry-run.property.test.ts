import fc from "fast-check";
import { sweep } from "../../src/domains/rules/index";
import { daysFrom, lookingOn } from "../../src/domains/rules/days";
import { globalId } from "../../src/platform/graphql/ids";
import { createTestDatabase, type TestDatabase } from "../support/database";
import { serve, type Service } from "../support/service";
import { World } from "./world";

/*
 * Small random histories, over the turn of a quarter. On each day rules of every kind sweep at six o'clock, and then something
 * happens. At the end each rule is asked what it would have found had it been switched on on some later day: that must be what
 * a rule of the same kind that was switched on then has found, fact by fact and day by day.
 */

const FROM = "2018-12-20";
const ON = "2018-12-31";
const TO = "2019-01-24";
const EVENTS = ["redate", "complete", "reopen", "rate", "update", "lead"] as const;

interface Happening {
  day: string;
  what: (typeof EVENTS)[number];
  action: number;
  pick: number;
}

const happening: fc.Arbitrary<Happening> = fc.record({
  day: fc.constantFrom(...daysFrom(FROM, TO)),
  what: fc.constantFrom(...EVENTS),
  action: fc.nat({ max: 3 }),
  pick: fc.nat({ max: 11 }),
});

let database: TestDatabase;
let service: Service;
beforeAll(async () => {
  database = await createTestDatabase();
  service = await serve(database, { now: new Date(`${TO}T20:00:00Z`) });
});
afterAll(async () => {
  await service.stop();
  await database.drop();
});

const REFERENCES = ["1.1", "1.2", "1.3", "1.4"];
const COLOURS = ["RED", "RED", "AMBER"];

async function happen(world: World, { day, what, action, pick }: Happening, time: string): Promise<void> {
  const now = `${day}T${time}Z`;
  const reference = REFERENCES[action] ?? "";
  switch (what) {
    case "redate": {
      const byWhen = daysFrom("2018-12-14", "2019-01-20")[pick * 3] ?? "2019-02-01";
      await world.set(now, reference, `by_when_end = '${byWhen}', by_when_text = '${byWhen}'`);
      return;
    }
    case "complete":
      await world.set(now, reference, "status = 'COMPLETED'");
      return;
    case "reopen":
      await world.set(now, reference, "status = 'IN_PROGRESS'");
      return;
    case "rate":
      await world.rate(
        now,
        reference,
        pick % 2 ? "IMPACT" : "DELIVERY",
        COLOURS[pick % 3] ?? null,
        pick > 5 ? day : "2018-10-01",
      );
      return;
    case "update":
      await world.at(
        now,
        `insert into progress_update (partnership_id, action_id, author_agency_id, period_end, state, overall_progress, submitted_at, version)
         values ($1, $2, $3, '2018-12-31', 'SUBMITTED', 'Said', $4, (select count(*) + 1 from progress_update where action_id = $2))`,
        [world.partnership, world.actions[reference], world.agencies[pick % 2 ? "Police" : "New council"], now],
      );
      return;
    case "lead":
      await world.at(now, "update assignment set agency_id = $2 where action_id = $1", [
        world.actions[reference],
        world.agencies[pick % 2 ? "Police" : "New council"],
      ]);
  }
}

const KINDS: [string, number][] = [
  ["OVERDUE", 3],
  ["NO_UPDATE", 2],
  ["RETURN_NOT_RECEIVED", 1],
  ["IMPACT_RED_TWICE", 1],
  ["STALE", 0],
];

interface Trial {
  days: number;
  total: number;
  findings: {
    day: string;
    since: string;
    action: { reference: string } | null;
    agency: { name: string } | null;
    against: { name: string } | null;
  }[];
}

test("a dry run finds what a sweep day by day has found", async () => {
  let runs = 0;
  let facts = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 5, maxLength: 25 }), async (happenings) => {
      const slug = `area-${String((runs += 1))}`;
      const world = await World.made(database, slug, "2018-10-01T09:00:00Z");
      for (const [index, reference] of REFERENCES.entries())
        await world.action("2018-10-01T10:00:00Z", reference, `2018-12-${String(10 + 5 * index)}`);
      await world.enrol("2018-10-01T10:30:00Z", `${slug}-officer`, "PARTNERSHIP_OFFICER");
      const on: Record<string, string> = {};
      for (const [kind, workingDays] of KINDS)
        on[kind] = await world.rule("2018-10-01T11:00:00Z", kind, workingDays, { onFrom: lookingOn(ON).toISOString() });
      for (const day of daysFrom(FROM, TO)) {
        await sweep(database.app, lookingOn(day));
        for (const [index, one] of happenings.entries())
          if (one.day === day) await happen(world, one, `12:${String(index + 10)}:00`);
      }
      for (const [kind] of KINDS) {
        const asked = await service.as(`${slug}-officer`).data<{ node: { dryRun: Trial } }>(
          `query ($id: ID!, $between: DaysBetweenInput!) { node(id: $id) { ... on Rule { dryRun(between: $between) {
             days total findings { day since action { reference } agency { name } against { name } } } } } }`,
          { id: globalId("Rule", on[kind] ?? ""), between: { from: ON, to: TO } },
        );
        const { findings, total } = asked.node.dryRun;
        const tried = findings.map(({ day, since, action, agency, against }) => ({
          what: `${kind} ${action?.reference ?? agency?.name ?? ""}`,
          against: against?.name ?? null,
          since,
          foundOn: day,
        }));
        const found = (await world.found()).filter(({ what }) => what.startsWith(`${kind} `));
        const sorted = (list: object[]) => list.map((one) => JSON.stringify(one)).sort();
        expect(sorted(tried)).toEqual(sorted(found));
        expect(total).toBe(found.length);
        facts += found.length;
      }
      // the next history's sweeps have nothing to do here
      await database.owner.query("update rule set on_from = null");
    }),
    { numRuns: Number(process.env.RUNS ?? 6), endOnFailure: true },
  );
  expect(facts).toBeGreaterThan(10);
}, 240_000);
