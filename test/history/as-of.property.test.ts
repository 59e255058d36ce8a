import fc from "fast-check";
import { globalId } from "../../src/platform/graphql/ids";
import { operatorTransaction, type TestDatabase } from "../support/database";
import { enrol } from "../support/enrol";
import { demonstrationDatabase, serve, type Service } from "../support/service";
import { asRead, asStands, asStood, replayed, type State } from "./replay";

/*
 * Random histories, made through the API and below it while the clock goes on, stands still or steps back. After each step
 * is kept what everybody is answered and what stands in the tables; at the end the same is asked as of each step. What
 * was answered then, what stood there then and what the trail says of then must be the same as what is read as of then.
 */

let now = new Date("2019-02-14T10:00:00Z");
const START = now;
let database: TestDatabase;
let service: Service;
let partnership: string;
beforeAll(async () => {
  database = await demonstrationDatabase();
  service = await serve(database, { parts: { clock: { now: () => now, fixed: false } } });
  await enrol(database, "police-lead", [{ role: "AGENCY_LEAD", agency: "Wrenshire Constabulary" }]);
  const [found] = await database.owner.query<{ id: string }[]>("select id from partnership where slug = 'wrenford'");
  partnership = found?.id ?? "";
});
afterAll(async () => {
  await service.stop();
  await database.drop();
});

const ACTORS = ["wrenford-officer", "police-lead", "wrenford-health-contributor", "wrenford-scrutiny", null];

const EVERYTHING = `query ($at: DateTime) {
  partnership(slug: "wrenford", asOf: $at) {
    name
    indicators(first: 100) { nodes { code observations { periodEnd value status } target { text } } }
    plan(slug: "safeguarding-2018-2020") {
      title totals { actions overdue stale byDeliveryRating { value count } byImpactRating { value count } }
      assurance(groupBy: LEAD_AGENCY) { group { ... on Agency { name } } actions overdue stale matrix { delivery impact count } }
      themes { title objectives { title findings { reference } } }
      actions(first: 100) {
        totalCount
        nodes {
          reference title description status overdue overdueReason stale doubts milestones { text }
          assignments { role position agency { name } } leadAgency { name }
          byWhen { text end original { text } slippageWorkingDays }
          ratings { delivery { value label asAt basis rationale stale } impact { value rationale } }
          latestUpdate { periodEnd overallProgress riskNote author { name } }
          updates(first: 20) { totalCount nodes { state version periodEnd overallProgress impactNarrative riskNote draftingNote author { name } } }
        }
      }
    }
  }
}`;

/** One thing that happens; `pick` says to which of what there is. */
type Step =
  | { kind: "edit" | "rate" | "draft"; pick: number; words: string }
  | {
      kind: "removeMilestone" | "removeAssignment" | "removeUpdate" | "restatus" | "retitle" | "twice" | "release";
      pick: number;
      words: string;
    };

const step = fc.record({
  kind: fc.constantFrom<Step["kind"]>(
    "edit",
    "rate",
    "draft",
    "removeMilestone",
    "removeAssignment",
    "removeUpdate",
    "restatus",
    "retitle",
    "twice",
    "release",
  ),
  pick: fc.nat({ max: 1000 }),
  words: fc.string({ minLength: 1, maxLength: 12, unit: "grapheme-ascii" }).filter((text) => text.trim() !== ""),
});

async function actions(): Promise<{ id: string; version: number; reference: string }[]> {
  return database.owner.query(
    `select a.id, a.version, a.reference from action a join plan p on p.id = a.plan_id
     where p.slug = 'safeguarding-2018-2020' and a.status not in ('SIGNED_OFF', 'SUPERSEDED') order by a.reference_order`,
  );
}

/** What somebody must hold so that nothing of it is refused is not asked: what is refused changes nothing, and is a step too. */
async function happen({ kind, pick, words }: Step): Promise<void> {
  const all = await actions();
  const action = all[pick % all.length];
  if (!action) throw new Error("there are no actions");
  const id = globalId("Action", action.id);
  const mutate = (actor: string, name: string, input: object) =>
    service
      .as(actor)
      .ask(
        `mutation ($input: ${name[0]?.toUpperCase() ?? ""}${name.slice(1)}Input!) { ${name}(input: $input) { userErrors { code } } }`,
        { input },
      );
  const below = (text: string, values: unknown[] = []) =>
    operatorTransaction(database.app, partnership, (runner) => runner.query(text, values), now);
  const nth = (table: string, offset: number) =>
    `(select t.id from ${table} t where t.partnership_id = '${partnership}' order by t.id limit 1 offset ${offset})`;
  const owner = (text: string) => database.owner.query(text);
  switch (kind) {
    case "edit":
      await mutate("wrenford-officer", "editActionText", { action: id, expectedVersion: action.version, title: words });
      return;
    case "rate":
      await mutate("wrenford-officer", "addRating", {
        action: id,
        dimension: pick % 2 ? "DELIVERY" : "IMPACT",
        value: ["RED", "AMBER", "GREEN"][pick % 3],
        asAt: "2019-02-13",
        rationale: words,
      });
      return;
    case "draft":
      await mutate("police-lead", "saveProgressDraft", { action: id, periodEnd: "2019-03-31", overallProgress: words });
      return;
    case "removeMilestone":
      await owner(`delete from milestone where id = ${nth("milestone", 0)}`);
      return;
    case "removeAssignment":
      // of agencies for which nobody here asks: who is named no longer is withheld what it was told then
      await owner(
        `delete from assignment where id = (select s.id from assignment s join agency g on g.id = s.agency_id
         where s.partnership_id = '${partnership}' and g.sector not in ('POLICE', 'HEALTH') order by s.id limit 1 offset ${pick % 20})`,
      );
      return;
    case "removeUpdate":
      await owner(`delete from progress_update where id = ${nth("progress_update", pick % 60)}`);
      return;
    case "restatus":
      await below("update action set status = $1 where id = $2", [["IN_PROGRESS", "COMPLETED"][pick % 2], action.id]);
      return;
    case "retitle":
      await below("update plan set title = $1 where partnership_id = $2", [words, partnership]);
      return;
    case "release":
      // the other way round would be withheld of then, too, by what is so today
      await below(`update observation set status = 'FINAL' where id = ${nth("observation", pick % 200)}`);
      return;
    case "twice":
      // what one transaction makes of a row on its way was never known to anybody
      await operatorTransaction(
        database.app,
        partnership,
        async (runner) => {
          await runner.query("update action set title = 'on the way' where id = $1", [action.id]);
          await runner.query("update action set title = $1 where id = $2", [words, action.id]);
        },
        now,
      );
  }
}

const answers = async (at: Date | null) => {
  const given: string[] = [];
  for (const actor of ACTORS)
    given.push((await service.as(actor).ask(EVERYTHING, { at: at && at.toISOString() })).text);
  return given;
};

/** The last instant that something became known at. */
async function lastKnown(): Promise<Date> {
  const [row] = await database.owner.query<{ at: Date }[]>(
    "select max(at) as at from history.audit_link where partnership_id = $1",
    [partnership],
  );
  return row?.at ?? START;
}

const ticks = fc.constantFrom(0, 0, 1, 999, 60_000, 86_400_000, -3_600_000);

test("what is read as of an instant is what was answered then, what stood then, and what the trail says of then", async () => {
  let tried = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(step, ticks), { minLength: 3, maxLength: 8 }), async (steps) => {
      const moments: { at: Date; answered: string[]; stood: State }[] = [];
      for (const [one, tick] of steps) {
        now = new Date(Math.max(START.getTime(), now.getTime() + tick));
        const before = await lastKnown();
        await happen(one);
        const at = await lastKnown();
        // entries of what was refused are links too; nothing is known of what stands otherwise
        if (at < before) throw new Error("an instant came before the last one");
        const clock = now;
        now = at; // what is derived from the day is asked on that day
        moments.push({ at, answered: await answers(null), stood: await asStands(database.owner, partnership) });
        now = clock;
      }
      now = await lastKnown();
      for (const { at, answered, stood } of moments) {
        // of two steps at one instant the later counts: nothing happened in it
        const asked = await asStood(database.owner, partnership, at);
        expect([...asked].sort()).toEqual([...stood].sort());
        expect([...(await asRead(database.owner, partnership, at))].sort()).toEqual(
          [...(await replayed(database.owner, partnership, at))].sort(),
        );
        expect(await answers(at)).toEqual(answered);
        tried += 1;
      }
    }),
    { numRuns: 6, endOnFailure: true },
  );
  expect(tried).toBeGreaterThan(17);
}, 240_000);
