import { isObjectType } from "graphql";
import { demonstrationDatabase, serve, type Service } from "../support/service";

/** Answers that are written without resolvers: in one round trip, as who the caller is now, and as GraphQL sends them. */
let service: Service;
let written = 0;
beforeAll(async () => {
  service = await serve(await demonstrationDatabase(), {
    parts: { atOnce: true, keptAnswers: 0, onWritten: () => void (written += 1) },
    alter: (schema) => {
      const post = schema.getType("Post");
      const title = isObjectType(post) ? post.getFields().title : undefined;
      if (title) title.resolve = (row: { title: string }) => `${row.title}, resolved`;
    },
  });
});
afterAll(async () => {
  await service.stop();
  await service.database.drop();
});

const police = () => service.as("wrenford-police-viewer");
const RISKS = `query Risks($first: Int!, $after: String, $reference: [String!]) { viewer { agency { actions(first: $first, after: $after, filter: { reference: $reference }) {
  totalCount pageInfo { hasNextPage endCursor } nodes { reference latestUpdate { riskNote impactNarrative } } } } } }`;

/** Asks until the caller and the operation are known; gives the answer and what was sent for it. */
async function settled(query: string, variables: object = {}, client = police()) {
  await client.ask(query, variables);
  await client.ask(query, variables);
  service.statements();
  const before = written;
  const answer = await client.ask<never>(query, variables);
  return { answer, written: written - before, sent: service.statements().map(({ text }) => text.slice(0, 16)) };
}

test("takes one statement beside who asks, and no resolver", async () => {
  const { answer, sent, ...found } = await settled(RISKS, { first: 3 });
  expect([answer.errors, found.written]).toEqual([[], 1]);
  expect(sent).toEqual(["begin isolation ", "select app.enter", "with l0 as mater", "commit"]);
});

test("is sent as GraphQL sends it, whichever answers", async () => {
  const query = "query Fresh { viewer { label agency { name } } }";
  const headersOf = async (accept: string) => {
    const response = await fetch(`${service.address}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", accept, ...(await police().authorization()) },
      body: JSON.stringify({ query }),
    });
    const told = [...response.headers].filter(([name]) => !["date", "x-request-id", "etag"].includes(name));
    return [response.status, told, await response.text()];
  };
  for (const accept of ["application/json", "application/graphql-response+json", "*/*"]) {
    const byGraphQL = await headersOf(accept);
    expect(await headersOf(accept)).toEqual(byGraphQL);
    expect(await headersOf(accept)).toEqual(byGraphQL);
  }
});

test("is as who the caller is now: a grant, its end and the end of a membership count at once", async () => {
  const probation = service.as("wrenford-probation-viewer");
  const asked = () => probation.ask<never>(RISKS, { first: 50 });
  const before = (await settled(RISKS, { first: 50 }, probation)).answer;
  expect([before.status, before.redactions]).toEqual([200, []]);
  const { owner } = service.database;
  await owner.query(
    `insert into field_grant (partnership_id, agency_id, type, field, operation, effect, reason, granted_at)
     select m.partnership_id, m.agency_id, 'ProgressUpdate', 'overallProgress', 'READ', 'DENY', 'A reason', '2019-01-01'
     from membership m join person p on p.id = m.person_id and p.subject = 'wrenford-probation-viewer'`,
  );
  const query = "{ viewer { agency { actions(first: 50) { nodes { latestUpdate { overallProgress } } } } } }";
  expect((await settled(query, {}, probation)).answer.redactions).toMatchObject([{ field: "overallProgress" }]);
  await owner.query("delete from field_grant where reason = 'A reason'");
  expect((await probation.ask(query)).redactions).toEqual([]);
  expect((await asked()).text).toBe(before.text);
  const ended = (day: string | null) =>
    owner.query(
      "update membership set ended_at = $1 where person_id = (select id from person where subject = 'wrenford-probation-viewer')",
      [day],
    );
  await ended("2019-01-01");
  expect((await asked()).status).toBe(401);
  await ended(null);
  expect((await asked()).text).toBe(before.text);
});

test("two callers of one operation are never answered for each other", async () => {
  const query = "{ viewer { id label agency { name actions(first: 2) { nodes { reference } } } } }";
  const actors = ["wrenford-police-viewer", "wrenford-health-contributor", "wrenford-council-lead", "police-viewer"];
  const own = new Map<string, string>();
  for (const actor of actors) own.set(actor, (await settled(query, {}, service.as(actor))).answer.text);
  expect(new Set(own.values()).size).toBe(actors.length);
  const mixed = Array.from({ length: 40 }, (_, index) => actors[index % actors.length] ?? "");
  const answers = await Promise.all(mixed.map((actor) => service.as(actor).ask(query)));
  expect(answers.map(({ text }) => text)).toEqual(mixed.map((actor) => own.get(actor)));
});

test("leaves to resolvers what somebody resolves otherwise, and what is wrong", async () => {
  const posts = "{ actions(first: 100) { nodes { assignments { post { title } } } } }";
  const resolved = await settled(posts);
  expect([resolved.written, resolved.answer.text.includes(", resolved")]).toEqual([0, true]);
  for (const [query, code] of [
    ['{ partnership(slug: "nowhere") { name } }', "NOT_FOUND"],
    ['{ partnership(slug: "wrenford") { plan(slug: "nowhere") { id } } }', "NOT_FOUND"],
    ['{ viewer { agency { actions(first: 3, after: "nonsense") { totalCount } } } }', "BAD_USER_INPUT"],
    ["{ viewer { agency { actions(first: 0) { totalCount } } } }", "BAD_USER_INPUT"],
    ["{ viewer { agency { actions(filter: { reference: [] }) { totalCount } } } }", "BAD_USER_INPUT"],
  ] as const) {
    const { answer, ...found } = await settled(query);
    expect([query, answer.errors.map(({ extensions }) => extensions.code), found.written]).toEqual([query, [code], 0]);
  }
});

test("a list of text, quotes and backslashes among it, is one value of the statement", async () => {
  const hostile = ['6.3", "6.1', "\\", '"', "{}", "null", "6.3'; drop table action; --", "6.3"];
  for (let times = 0; times < 3; times += 1) {
    const { data } = await police().ask<{ viewer: { agency: { actions: { nodes: { reference: string }[] } } } }>(
      RISKS,
      {
        first: 9,
        reference: hostile,
      },
    );
    expect(data?.viewer.agency.actions.nodes.map(({ reference }) => reference)).toEqual(["6.3"]);
  }
});

test("a page after a cursor is the caller's own list or none", async () => {
  const first = (await settled(RISKS, { first: 1 })).answer.data as unknown as {
    viewer: { agency: { actions: { pageInfo: { endCursor: string } } } };
  };
  const after = first.viewer.agency.actions.pageInfo.endCursor;
  const mine = await settled(RISKS, { first: 1, after });
  expect([mine.answer.errors, mine.written]).toEqual([[], 1]);
  const theirs = await settled(RISKS, { first: 1, after }, service.as("wrenford-council-lead"));
  expect(theirs.answer.errors.map(({ extensions }) => extensions)).toEqual([
    { code: "BAD_USER_INPUT", field: ["after"] },
  ]);
});

test("counts a list wherever its length is selected, though it was asked for without before", async () => {
  const query = `{ actions(first: 1, filter: { partnership: "wrenford" }) { nodes {
    plan { actions(first: 1) { nodes { reference } } } objective { plan { actions(first: 1) { totalCount } } } } } }`;
  const apart =
    '{ actions(first: 1, filter: { partnership: "wrenford" }) { nodes { plan { actions(first: 1) { totalCount } } } } }';
  type Found = { actions: { nodes: { plan: Counted; objective: { plan: Counted } }[] } };
  type Counted = { actions: { totalCount: number } };
  const [alone] = (await police().data<Found>(apart)).actions.nodes;
  const [both] = (await police().data<Found>(query)).actions.nodes;
  expect(alone?.plan.actions.totalCount).toBeGreaterThan(1);
  expect(both?.objective.plan.actions.totalCount).toBe(alone?.plan.actions.totalCount);
});

test("a null that an argument may not have is told where it stands, and spoils nothing beside it", async () => {
  const query = `query ($slug: String = "safeguarding-2018-2020") { partnership(slug: "wrenford") { name plan(slug: $slug) { title } } }`;
  const given = await police().ask<{ partnership: { name: string; plan: object | null } }>(query);
  expect([given.errors, given.data?.partnership.plan]).toEqual([[], expect.any(Object)]);
  for (let times = 0; times < 2; times += 1) {
    const { data, errors } = await police().ask<{ partnership: { name: string; plan: null } }>(query, { slug: null });
    expect(errors).toMatchObject([{ path: ["partnership", "plan"] }]);
    expect(data?.partnership).toEqual({ name: given.data?.partnership.name, plan: null });
  }
});

test("links that lead to one type by many ways are put together in no time", async () => {
  const step = (
    below: string,
  ) => `themes { plan { id } } objectives { plan { id } theme { plan { id } } findings { plan { id } } }
    actions(first: 1) { nodes { plan { id } } } supersededBy { id ${below} }`;
  const plans = await police().data<{ partnership: { plans: { id: string }[] } }>(
    '{ partnership(slug: "wrenford") { plans { id } } }',
  );
  const query = `{ plan(id: "${plans.partnership.plans[0]?.id ?? ""}") { ${Array.from({ length: 10 }).reduce<string>((below) => step(below), "")} } }`;
  const { data, errors } = await police().ask<{ plan: { themes: object[] } }>(query);
  expect(errors).toEqual([]);
  expect(data?.plan.themes.length).toBeGreaterThan(0);
});

test("what an agency wrote is its own to read, though it is not named for the action", async () => {
  await service.database.owner.query(
    `insert into progress_update (partnership_id, action_id, author_agency_id, period_end, state, impact_narrative, risk_note, submitted_at, accepted_at)
     select a.partnership_id, a.id, m.agency_id, '2019-01-31', 'ACCEPTED', 'An effect', 'A risk', '2019-02-01', '2019-02-02'
     from action a join plan p on p.id = a.plan_id and p.slug = 'safeguarding-2018-2020', membership m join person n on n.id = m.person_id
     where a.reference = '6.3' and n.subject = 'wrenford-council-lead'`,
  );
  const query = `{ actions(filter: { reference: ["6.3"] }) { nodes { latestUpdate { impactNarrative riskNote } } } }`;
  const { answer } = await settled(query, {}, service.as("wrenford-council-lead"));
  expect(answer.data).toEqual({
    actions: { nodes: [{ latestUpdate: { impactNarrative: "An effect", riskNote: "A risk" } }] },
  });
  const others = await settled(query, {}, service.as("wrenford-housing-contributor"));
  expect(others.answer.redactions.map(({ field }) => field)).toContain("riskNote");
});
