import { globalId } from "../../src/platform/graphql/ids";
import type { Client } from "../support/client";
import type { TestDatabase } from "../support/database";
import { demonstrationDatabase, NOW, serve } from "../support/service";

/** What is written while the clock steps back: by each of these the hours that it is then away from the demonstration's moment. */
let database: TestDatabase;
beforeAll(async () => {
  database = await demonstrationDatabase();
});
afterAll(() => database.drop());

/** Somebody at a time so many hours after the demonstration's moment, or before it. */
async function at<T>(hours: number, actor: string, work: (client: Client) => Promise<T>): Promise<T> {
  const then = await serve(database, { now: new Date(NOW.getTime() + hours * 3_600_000) });
  return work(then.as(actor)).finally(() => then.stop());
}
/** Hours by which a clock may be ahead of PostgreSQL's own. */
const YEARS_AHEAD = 300_000;
const one = async <R extends object>(sql: string, values: unknown[]): Promise<R> =>
  (await database.owner.query<R[]>(sql, values))[0]!;

interface Rated {
  ratings: { delivery: { value: string; asAt: string } };
}
const CURRENT = "ratings { delivery { value asAt } }";

async function actionOf(reference: string, plan: string): Promise<string> {
  const { id } = await one<{ id: string }>(
    "select a.id from action a join plan p on p.id = a.plan_id where a.reference = $1 and p.slug = $2",
    [reference, plan],
  );
  return globalId("Action", id);
}

test("of ratings of one day the last that was given is the current one", async () => {
  const action = await actionOf("5.2", "safeguarding-2018-2020");
  for (const [hours, value] of [
    [2, "GREEN"],
    [1, "RED"],
    [-3, "AMBER"],
    [-3, "GREEN"],
    [0, "RED"],
  ] as const) {
    const { addRating } = await at(hours, "wrenford-officer", (client) =>
      client.data<{ addRating: { action: Rated; userErrors: object[] } }>(
        `mutation ($input: AddRatingInput!) { addRating(input: $input) { action { ${CURRENT} } userErrors { code } } }`,
        { input: { action, dimension: "DELIVERY", value, asAt: "2019-02-14", rationale: "Seen at the visit" } },
      ),
    );
    expect(addRating).toEqual({
      action: { ratings: { delivery: { value, asAt: "2019-02-14" } } },
      userErrors: [],
    });
  }
});

test("a plan is as it was imported last, and a file counts as applied only while no other came after it", async () => {
  const { id } = await one<{ id: string }>("select id from plan where slug = 'neglect-2019'", []);
  const file = (colour: string) => ({
    plan: globalId("Plan", id),
    fileName: "plan.csv",
    content: Buffer.from(
      `Ref,Action,Lead,Target date,RAG\n90.1,Check the list,Housing,31/03/2020,${colour}\n`,
    ).toString("base64"),
    asAt: "2019-02-01",
  });
  for (const [hours, colour, alreadyApplied] of [
    [2, "Green", false],
    [1, "Amber", false],
    [-1, "Red", false],
    [-2, "Red", true],
    [-2, "Green", false],
  ] as const) {
    const { importPlan } = await at(hours, "wrenford-officer", (client) =>
      client.data<{ importPlan: { changes: { alreadyApplied: boolean }; userErrors: object[] } }>(
        `mutation ($input: ImportPlanInput!) { importPlan(input: $input) { changes { alreadyApplied } userErrors { code message } } }`,
        { input: file(colour) },
      ),
    );
    expect(importPlan).toEqual({ changes: { alreadyApplied }, userErrors: [] });
    const action = await actionOf("90.1", "neglect-2019");
    if (hours === 2) {
      const moderated = await at(YEARS_AHEAD, "wrenford-officer", (client) =>
        client.data("mutation ($input: AddRatingInput!) { addRating(input: $input) { userErrors { code } } }", {
          input: { action, dimension: "DELIVERY", value: "RED", asAt: "2019-02-01", rationale: "Seen at the visit" },
        }),
      );
      expect(moderated).toEqual({ addRating: { userErrors: [] } });
    }
    const query = `query ($id: ID!) { action(id: $id) { ${CURRENT} } }`;
    const told = await at(0, "wrenford-officer", (client) => client.data<{ action: Rated }>(query, { id: action }));
    // a colour that was reported for that day before is not said twice; the moderated one came after the first
    if (hours === 2) expect(told.action.ratings.delivery.value).toBe("RED");
    else if (hours !== -2) expect([hours, told.action.ratings.delivery.value]).toEqual([hours, colour.toUpperCase()]);
  }
});

test("versions count on", async () => {
  const action = await actionOf("6.3", "safeguarding-2018-2020");
  let { version } = await one<{ version: number }>(
    "select a.version from action a join plan p on p.id = a.plan_id where a.reference = '6.3' and p.slug = 'safeguarding-2018-2020'",
    [],
  );
  for (const hours of [3, -3, 0]) {
    const { editActionText } = await at(hours, "wrenford-officer", (client) =>
      client.data<{ editActionText: { action: { version: number }; userErrors: object[] } }>(
        `mutation ($input: EditActionTextInput!) { editActionText(input: $input) { action { version } userErrors { code } } }`,
        { input: { action, expectedVersion: version, title: `At ${String(hours)}` } },
      ),
    );
    expect(editActionText).toEqual({ action: { version: ++version }, userErrors: [] });
  }
});

test("a grant that is revoked at an earlier time than it was given at is in force at no time", async () => {
  const input = {
    partnership: "wrenford",
    sector: "HOUSING",
    field: "Rating.rationale",
    operation: "READ",
    effect: "ALLOW",
    reason: "Tried while the clock steps back.",
  };
  const { grantFieldAccess } = await at(1, "wrenford-officer", (client) =>
    client.data<{ grantFieldAccess: { grant: { id: string; inForce: boolean } } }>(
      "mutation ($input: GrantFieldAccessInput!) { grantFieldAccess(input: $input) { grant { id inForce } userErrors { code message } } }",
      { input },
    ),
  );
  const { id, inForce } = grantFieldAccess.grant;
  expect(inForce).toBe(true);
  const { revokeFieldGrant } = await at(-1, "wrenford-officer", (client) =>
    client.data<{ revokeFieldGrant: { grant: object } }>(
      "mutation ($input: RevokeFieldGrantInput!) { revokeFieldGrant(input: $input) { grant { inForce } userErrors { code } } }",
      { input: { grant: id } },
    ),
  );
  expect(revokeFieldGrant).toEqual({ grant: { inForce: false }, userErrors: [] });
  for (const hours of [-2, 0, 2]) {
    const { rows } = await at(hours, "wrenford-officer", async (client) => ({
      rows: (
        await client.data<{ partnership: { fieldGrants: { nodes: { id: string }[] } } }>(
          '{ partnership(slug: "wrenford") { fieldGrants(first: 50, inForce: true) { nodes { id } } } }',
        )
      ).partnership.fieldGrants.nodes,
    }));
    expect(rows.map((row) => row.id)).not.toContain(id);
  }
});
