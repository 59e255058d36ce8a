import { generate, STATED_SIZE } from "../../bench/generate";
import { createTestDatabase, type TestDatabase } from "../support/database";
import { ASSURANCE_MATRIX, INDICATOR_DASHBOARD, MY_AGENCY_ACTIONS, PLAN_OVERVIEW } from "../support/contract";
import { readings } from "../support/explain";
import { DEMONSTRATION_ISSUER, NOW, serve, type Service, type Statement } from "../support/service";

/**
 * Statements and rows read, on generated data. `BUDGET_SIZE=stated` takes the size that the budget is stated for (about
 * a minute and a half to generate); otherwise a seventh of it, each plan as large.
 */
const SIZE = process.env.BUDGET_SIZE === "stated" ? STATED_SIZE : { ...STATED_SIZE, partnerships: 20 };
/** Begin, who asks, everything that is answered, commit. */
const STATEMENTS = 4;
const MOST_READ_FOR_EACH_ROW = 5;

/** Alone in its organisation; and one that is in two collectives, whose actions are partly its own. */
const ALONE = "area-7-agency-3";
const IN_COLLECTIVES = "area-7-agency-4";

let database: TestDatabase;
let service: Service;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.owner.transaction(async ({ queryRunner }) => {
    if (queryRunner) await generate(queryRunner, SIZE);
  });
  await addCollectives(database);
  // partnerships with nothing in them: a table of one page is read whole, and would tell nothing of one of many
  await database.owner.query(
    "insert into partnership (slug, name, label) select 'empty-' || n, 'Empty ' || n, 'LSCP' from generate_series(1, 400) as n",
  );
  await database.owner.query("vacuum analyze");
  service = await serve(database, { parts: { keptAnswers: 0 } }); // the budget is that of an answer that is computed
}, 300_000);
afterAll(async () => {
  await service.stop();
  await database.drop();
});

async function addCollectives({ owner }: TestDatabase): Promise<void> {
  await owner.query(
    `with area as (select id from partnership where slug = 'area-7'), whole as (
       insert into agency (partnership_id, name, sector, kind)
       select area.id, name, 'HEALTH', 'COLLECTIVE' from area, unnest(array['Everybody', 'Half of them']) name returning id, partnership_id, name)
     , member as (
       insert into collective_member (partnership_id, collective_id, member_id)
       select w.partnership_id, w.id, m.agency_id from whole w, membership m join person p on p.id = m.person_id where p.subject = $1)
     insert into assignment (partnership_id, plan_id, action_id, agency_id, position, role)
     select a.partnership_id, a.plan_id, a.id, w.id, case w.name when 'Everybody' then 8 else 9 end, 'CONTRIBUTOR'
     from whole w join lateral (
       select * from action a where a.partnership_id = w.partnership_id order by a.sort_key limit case w.name when 'Everybody' then 80 else 40 end) a on true`,
    [IN_COLLECTIVES],
  );
}

async function sentBy(actor: string, query: string, variables: object): Promise<Statement[]> {
  service.statements();
  await service.as(actor).data(query, variables);
  return service.statements();
}

/** Statements that read more than they may for the rows they gave, told in full. */
async function wasteful(actor: string, sent: Statement[]): Promise<string[]> {
  const all = await readings(database.app, { issuer: DEMONSTRATION_ISSUER, subject: actor }, NOW, sent);
  expect(all).toHaveLength(1); // beside those that say who asks
  return all
    .filter(({ read, gave }) => read > MOST_READ_FOR_EACH_ROW * Math.max(1, gave))
    .map(({ read, gave, tables, text }) => `${read} read for ${gave}: ${tables.join("; ")}\n${text}`);
}

const AFTER =
  "query ($first: Int!, $after: String) { viewer { agency { actions(first: $first, after: $after) { pageInfo { endCursor } edges { node { id } } } } } }";
interface Mine {
  viewer: { agency: { actions: { pageInfo: { endCursor: string }; edges: { node: { id: string } }[] } } };
}

describe.each([ALONE, IN_COLLECTIVES])("MyAgencyActions as %s", (actor) => {
  test("sends the same number of statements for 5 actions and for 50: begin, context, one that reads, commit", async () => {
    const few = await sentBy(actor, MY_AGENCY_ACTIONS, { first: 5 });
    const many = await sentBy(actor, MY_AGENCY_ACTIONS, { first: 50 });
    expect(few.map(({ text }) => text.slice(0, 40))).toEqual(many.map(({ text }) => text.slice(0, 40)));
    expect(few).toHaveLength(STATEMENTS);
    expect([few[0]?.text, few.at(-1)?.text]).toEqual(["begin isolation level repeatable read read only", "commit"]);
  });

  test.each([5, 50])("reads 5 rows at most for each row of every statement, first: %d", async (first) => {
    expect(await wasteful(actor, await sentBy(actor, MY_AGENCY_ACTIONS, { first }))).toEqual([]);
  });

  test("the page itself reads a page, from the start and from the middle of the list", async () => {
    const start = await service.as(actor).data<Mine>(AFTER, { first: 20 });
    const after = start.viewer.agency.actions.pageInfo.endCursor;
    for (const variables of [{ first: 5 }, { first: 5, after }]) {
      const sent = await sentBy(actor, AFTER, variables);
      const all = await readings(database.app, { issuer: DEMONSTRATION_ISSUER, subject: actor }, NOW, sent);
      // the row that all hangs on, the agency, and one action beyond the page
      expect(all.map(({ gave }) => gave)).toEqual([1 + 1 + 6]);
      expect(all[0]?.read).toBeLessThanOrEqual(5 * 6);
    }
  });
});

test("PlanOverview sends the same number of statements for a plan of 4 objectives and of 24, and reads within its rows", async () => {
  const whole = await sentBy(ALONE, PLAN_OVERVIEW, { partnership: "area-7", plan: "plan" });
  expect(whole).toHaveLength(STATEMENTS);
  await database.owner.query(
    `with small as (select id from objective where plan_id = (select id from plan where partnership_id = (select id from partnership where slug = 'area-8')) and reference_order > '000004')
     , free as (update action set objective_id = null where objective_id in (select id from small)), cut as (delete from objective_finding where objective_id in (select id from small))
     delete from objective where id in (select id from small)`,
  );
  const small = await sentBy("area-8-agency-3", PLAN_OVERVIEW, { partnership: "area-8", plan: "plan" });
  expect(small).toHaveLength(whole.length);

  const tables = await wasteful(ALONE, whole);
  // one partnership and one plan are found by name; in tables of a page or two PostgreSQL reads the page
  expect(tables.filter((one) => !/ for 1: (partnership|plan) \d+ by Seq Scan\n/.test(one))).toEqual([]);
});

test("AssuranceMatrix counts in one statement, whatever the number of groups", async () => {
  const counted = async (grouping: string) => {
    const query = ASSURANCE_MATRIX.replace("LEAD_AGENCY", grouping);
    const sent = await sentBy(ALONE, query, { partnership: "area-7", plan: "plan" });
    expect(sent.filter(({ text }) => text.includes("(with told as"))).toHaveLength(1);
    return sent.length;
  };
  const [agencies, objectives] = [await counted("LEAD_AGENCY"), await counted("OBJECTIVE")];
  expect([agencies, objectives]).toEqual([STATEMENTS, STATEMENTS]);
});

test("IndicatorDashboard sends the same number of statements for one indicator and for all, and reads within its rows", async () => {
  const asked = (first: number) =>
    sentBy(ALONE, INDICATOR_DASHBOARD.replace("first: 100", `first: ${first}`), { partnership: "area-7" });
  const [one, all] = [await asked(1), await asked(100)];
  expect(all.map(({ text }) => text.slice(0, 60))).toEqual(one.map(({ text }) => text.slice(0, 60)));
  expect(all).toHaveLength(STATEMENTS);
});
