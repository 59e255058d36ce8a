import { letSubmittedChange, operatorTransaction, type TestDatabase } from "../support/database";
import { enrol } from "../support/enrol";
import { demonstrationDatabase, serve, type Service } from "../support/service";
import { knownTables, ONLY_TODAY } from "../../src/domains/access/read/known";
import { entities } from "../../src/domains/entities";
import { keptTables } from "./replay";

let now = new Date("2019-02-14T10:00:00Z");
let database: TestDatabase;
let service: Service;
let wrenford: string;
beforeAll(async () => {
  database = await demonstrationDatabase();
  service = await serve(database, { parts: { clock: { now: () => now, fixed: false } } });
  await enrol(database, "police-lead", [{ role: "AGENCY_LEAD", agency: "Wrenshire Constabulary" }]);
  const [found] = await database.owner.query<{ id: string }[]>("select id from partnership where slug = 'wrenford'");
  wrenford = found?.id ?? "";
});
afterAll(async () => {
  await service.stop();
  await database.drop();
});

/** Something happens an hour later, past the API; gives the instant before. */
async function after(text: string, values: unknown[] = []): Promise<string> {
  const before = now.toISOString();
  now = new Date(now.getTime() + 3_600_000);
  await operatorTransaction(database.owner, wrenford, (runner) => runner.query(text, values), now);
  return before;
}

const action = (reference: string) =>
  `(select a.id from action a join plan p on p.id = a.plan_id where p.slug = 'safeguarding-2018-2020' and a.reference = '${reference}')`;

const UPDATES = `query ($at: DateTime, $reference: [String!]!) {
  actions(asOf: $at, filter: { partnership: "wrenford", reference: $reference }) {
    totalCount nodes { reference title assignments { agency { name } } updates(first: 1) { nodes { state overallProgress riskNote impactNarrative } } viewerCan { editText setRating } }
  }
}`;
interface Updates {
  actions: {
    totalCount: number;
    nodes: {
      title: string;
      assignments: { agency: { name: string } | null }[];
      updates: {
        nodes: { state: string; overallProgress: string; riskNote: string | null; impactNarrative: string | null }[];
      };
      viewerCan: { editText: boolean; setRating: boolean };
    }[];
  };
}
const updates = async (actor: string | null, reference: string, at: string | null = null) => {
  const { actions } = await service.as(actor).data<Updates>(UPDATES, { at, reference: [reference] });
  return actions.nodes[0];
};

test("every table of an entity can be read as of an instant, or is named with the reason", async () => {
  expect([...knownTables(database.app)].sort()).toEqual(await keptTables(database.owner));
  const named = new Set(database.app.entityMetadatas.map(({ tableName }) => tableName));
  expect(Object.keys(ONLY_TODAY).filter((name) => !named.has(name))).toEqual([]);
  expect(entities.length).toBe(named.size);
});

test("whoever may see a row may see its versions, by the very same policies, and where its state decides, only who sees it today", async () => {
  const policies = (schema: string) =>
    database.owner.query<{ table: string; policy: string; text: string }[]>(
      `select tablename as "table", policyname as policy, permissive || ' ' || qual as text from pg_policies
       where schemaname = $1 and cmd in ('SELECT', 'ALL') and 'golden_thread_app' = any (roles) order by 1, 2`,
      [schema],
    );
  const kept = new Set(await keptTables(database.owner));
  // what opens a record of today's opens no past of it
  const today = (await policies("public")).filter(
    ({ table, policy }) => kept.has(table) && !policy.endsWith("_opened"),
  );
  const then = (await policies("history")).filter(({ table }) => kept.has(table));
  const besides = then.filter(({ table, policy }) => policy === `${table}_today`);
  // what cuts down does not bind the owner, who makes the versions
  const bound = then
    .filter((one) => !besides.includes(one))
    .map((one) => ({
      ...one,
      text: one.text.replace(/^RESTRICTIVE \(\(CURRENT_USER = '\w+'::name\) OR (.*)\)$/s, "RESTRICTIVE $1"),
    }));
  expect(bound).toEqual(today);
  // a policy that asks of more than whose a row is, and of what never changes of it, asks of its state
  const asks = new RegExp("\\b(state|status|published_at|standing|revoked_at|visibility|reach|marking|business)\\b");
  const byState = [...new Set(today.filter(({ text }) => asks.test(text)).map(({ table }) => table))];
  expect(byState.filter((table) => !besides.some((one) => one.table === table))).toEqual([]);
  const unbound = await database.owner.query<object[]>(
    `select c.relname from pg_class c where c.relnamespace = 'history'::regnamespace and c.relkind = 'r'
       and not (c.relrowsecurity and c.relforcerowsecurity) order by 1`,
  );
  expect(unbound).toEqual([{ relname: "standing_clock" }]);
});

test("an instant to come is refused by name; one before anything was known finds nothing; null is now", async () => {
  const PLAN = `query ($at: DateTime) { partnership(slug: "wrenford") { plan(slug: "safeguarding-2018-2020", asOf: $at) { title } } }`;
  const officer = service.as("wrenford-officer");
  const to = (ms: number) => ({ at: new Date(now.getTime() + ms).toISOString() });
  expect(await officer.refusals(PLAN, to(301_000))).toEqual(["BAD_USER_INPUT asOf"]);
  expect(await officer.refusals(PLAN, { at: "2019-02-14T08:59:59.999Z" })).toEqual(["NOT_FOUND"]);
  for (const at of [{ at: null }, to(0), { at: "2019-02-14T09:00:00Z" }])
    expect(await officer.data(PLAN, at)).toEqual({
      partnership: { plan: { title: "Wrenford Safeguarding Plan 2018-2020 (an invented place)" } },
    });
});

test("now and then stand side by side in one answer, read by one statement, and nothing can be done with then", async () => {
  const at = await after(`update action set title = 'Said otherwise' where id = ${action("5.2")}`);
  const query = `query ($at: DateTime) {
    then: partnership(slug: "wrenford", asOf: $at) { ...it }
    now: partnership(slug: "wrenford") { ...it }
  } fragment it on Partnership { actions(filter: { reference: ["5.2"] }) { nodes { title viewerCan { editText } ratings { delivery { value } } } } }`;
  service.statements();
  const said = await service.as("wrenford-officer").data<{
    then: { actions: { nodes: { title: string; viewerCan: object }[] } };
    now: { actions: { nodes: { title: string; viewerCan: object }[] } };
  }>(query, { at });
  expect(service.statements().length).toBeLessThanOrEqual(4);
  expect(said.now.actions.nodes[0]).toMatchObject({ title: "Said otherwise", viewerCan: { editText: true } });
  expect(said.then.actions.nodes[0]).toMatchObject({ viewerCan: { editText: false } });
  expect(said.then.actions.nodes[0]?.title).not.toBe("Said otherwise");
});

test("a list as of an instant costs as many statements and rows as one of now", async () => {
  const officer = service.as("wrenford-officer");
  const query = `query ($at: DateTime) { actions(first: 50, asOf: $at, filter: { partnership: "wrenford" }) { totalCount nodes { title stale ratings { delivery { value rationale } } updates(first: 2) { nodes { riskNote author { name } } } } } }`;
  const cost = async (at: string | null) => {
    service.statements();
    await officer.data(query, { at });
    return service.statements().length;
  };
  expect(await cost(now.toISOString())).toBe(await cost(null));
});

test("what was deleted since is there, and gone from now", async () => {
  const [before] = await database.owner.query<{ n: number }[]>(
    `select count(*)::int as n from progress_update where action_id = ${action("6.3")}`,
  );
  const told = await updates("wrenford-officer", "6.3");
  const at = await after(`delete from progress_update where action_id = ${action("6.3")}`);
  expect(before?.n).toBeGreaterThan(0);
  expect((await updates("wrenford-officer", "6.3"))?.updates.nodes).toEqual([]);
  expect((await updates("wrenford-officer", "6.3", at))?.updates.nodes).toEqual(told?.updates.nodes);
});

const DRAFTED = "A draft of the police alone";

test("a draft of then is its author's, whatever became of it; and what is hidden today is hidden of then", async () => {
  const id = action("8.1");
  const draft = `insert into progress_update (partnership_id, action_id, author_agency_id, period_end, state, version, overall_progress)
    select partnership_id, id, (select g.id from agency g where g.partnership_id = a.partnership_id and g.name = 'Wrenshire Constabulary'), '2019-12-31', 'DRAFT', 1, '${DRAFTED}'
    from action a where a.id = ${id}`;
  await after(draft);
  const accepted = `update progress_update set state = 'ACCEPTED', submitted_at = app.now(), accepted_at = app.now() where overall_progress = '${DRAFTED}'`;
  const whileDrafted = await after(accepted);
  const newest = async (actor: string, at: string | null) => {
    const [node] = (await updates(actor, "8.1", at))?.updates.nodes ?? [];
    return node?.overallProgress === DRAFTED ? node.state : null;
  };
  expect([await newest("police-lead", whileDrafted), await newest("police-lead", null)]).toEqual(["DRAFT", "ACCEPTED"]);
  for (const other of ["wrenford-officer", "wrenford-inspector", "wrenford-housing-contributor"])
    expect([other, await newest(other, whileDrafted), await newest(other, null)]).toEqual([other, null, "ACCEPTED"]);
  // what cannot be done any more, and may have been once
  await letSubmittedChange(database);
  const whileShared = await after(
    `update progress_update set state = 'RETURNED', returned_at = app.now(), returned_reason = 'Say what changed' where overall_progress = '${DRAFTED}'`,
  );
  expect(await newest("police-lead", whileShared)).toBe("ACCEPTED");
  expect(await newest("wrenford-officer", whileShared)).toBe("ACCEPTED");
  // it was shared with everybody then, and is not today
  expect(await newest("wrenford-housing-contributor", whileShared)).toBeNull();
});

test("a withheld field takes leave of both days: who is named today was not then, and who was then is not today", async () => {
  const police = `(select g.id from agency g where g.name = 'Wrenshire Constabulary')`;
  const housing = `(select g.id from agency g where g.name = 'Wrenford Homes')`;
  const risk = async (actor: string, at: string | null) =>
    (await updates(actor, "8.1", at))?.updates.nodes[0]?.riskNote;
  await after(`delete from progress_update where overall_progress = '${DRAFTED}'`);
  expect(await risk("wrenford-housing-contributor", null)).toEqual(expect.any(String));
  const led = await after(
    `update assignment set agency_id = ${police} where action_id = ${action("8.1")} and agency_id = ${housing} and role = 'LEAD'`,
  );
  // housing wrote it, and leads the action no more
  expect(await risk("wrenford-housing-contributor", null)).toEqual(expect.any(String));
  const rationale = async (at: string | null) => {
    const query = `query ($at: DateTime) { actions(asOf: $at, filter: { partnership: "wrenford", reference: ["8.1"] }) { nodes { ratings { delivery { value rationale } } } } }`;
    const { actions } = await service.as("wrenford-housing-contributor").data<{
      actions: { nodes: { ratings: { delivery: { value: string; rationale: string | null } } }[] };
    }>(query, { at });
    return actions.nodes[0]?.ratings.delivery;
  };
  expect([await rationale(null), await rationale(led)]).toEqual([
    { value: expect.any(String) as string, rationale: null },
    { value: expect.any(String) as string, rationale: null },
  ]);
  expect(await risk("police-lead", null)).toEqual(expect.any(String));
  expect(await risk("police-lead", led)).toBeNull();
  expect(await risk("wrenford-officer", led)).toEqual(expect.any(String));
  // the author of what was said is its author on both days
  expect((await updates("wrenford-housing-contributor", "8.1", led))?.updates.nodes[0]?.overallProgress).toEqual(
    expect.any(String),
  );
});

test("a grant opens nothing of before it was given, and a denial that has ended still closes what it closed", async () => {
  const officer = service.as("wrenford-officer");
  const grant = async (field: string, effect: string) => {
    now = new Date(now.getTime() + 3_600_000);
    const { grantFieldAccess } = await officer.data<{
      grantFieldAccess: { grant: { id: string } | null; userErrors: object[] };
    }>(
      `mutation ($input: GrantFieldAccessInput!) { grantFieldAccess(input: $input) { grant { id } userErrors { code message } } }`,
      {
        input: {
          partnership: "wrenford",
          sector: "HOUSING",
          field,
          operation: "READ",
          effect,
          reason: "For the tests of instants",
        },
      },
    );
    expect(grantFieldAccess.userErrors).toEqual([]);
    return grantFieldAccess.grant?.id;
  };
  const [other] = await database.owner.query<{ reference: string }[]>(
    `select a.reference from action a join plan p on p.id = a.plan_id cross join lateral (
       select u.* from progress_update u where u.action_id = a.id order by u.period_end desc, u.version desc, u.id desc limit 1) u
     join agency g on g.id = u.author_agency_id
     where p.slug = 'safeguarding-2018-2020' and u.state = 'ACCEPTED' and u.risk_note is not null and u.overall_progress is not null and g.sector <> 'HOUSING'
       and not exists (select 1 from assignment s join agency n on n.id = s.agency_id where s.action_id = a.id and n.sector = 'HOUSING')
     order by a.reference_order limit 1`,
  );
  const read = async (at: string | null) => {
    const node = (await updates("wrenford-housing-contributor", other?.reference ?? "", at))?.updates.nodes[0];
    return [node?.riskNote != null, node?.overallProgress != null];
  };
  const revoke = async (id: string | undefined) => {
    now = new Date(now.getTime() + 3_600_000);
    const { revokeFieldGrant } = await officer.data<{ revokeFieldGrant: { userErrors: object[] } }>(
      `mutation ($input: RevokeFieldGrantInput!) { revokeFieldGrant(input: $input) { userErrors { code message } } }`,
      { input: { grant: id, reason: "No longer" } },
    );
    expect(revokeFieldGrant.userErrors).toEqual([]);
  };
  const before = now.toISOString();
  expect(await read(null)).toEqual([false, true]);
  const opened = await grant("ProgressUpdate.riskNote", "ALLOW");
  const whileOpen = now.toISOString();
  expect([await read(null), await read(before), await read(whileOpen)]).toEqual([
    [true, true],
    [false, true],
    [true, true],
  ]);
  const closed = await grant("ProgressUpdate.overallProgress", "DENY");
  const whileClosed = now.toISOString();
  expect([await read(null), await read(whileOpen)]).toEqual([
    [true, false],
    [true, false],
  ]);
  await revoke(closed);
  await revoke(opened);
  expect(await read(null)).toEqual([false, true]);
  expect(await read(whileClosed)).toEqual([false, false]);
  expect(await read(whileOpen)).toEqual([false, true]);
});

test("what was not published then is not shown of then to those who are no members", async () => {
  const neglect = `query ($at: DateTime) { partnership(slug: "wrenford") { plans { slug } plan(slug: "neglect-2019", asOf: $at) { title actions { totalCount } } } }`;
  const before = await after("update plan set published_at = app.now() where slug = 'neglect-2019'");
  const read = async (actor: string | null, at: string | null) =>
    (
      await service
        .as(actor)
        .ask<{ partnership: { plan: { actions: { totalCount: number } } | null } }>(neglect, { at })
    ).data?.partnership.plan?.actions.totalCount ?? null;
  expect([await read(null, null), await read(null, before)]).toEqual([expect.any(Number), null]);
  expect(await read("wrenford-police-viewer", before)).toBe(await read("wrenford-police-viewer", null));
  const actions = `query ($at: DateTime) { actions(asOf: $at, filter: { partnership: "wrenford" }) { totalCount } }`;
  const count = async (at: string | null) =>
    (await service.as(null).data<{ actions: { totalCount: number } }>(actions, { at })).actions.totalCount;
  expect(await count(null)).toBeGreaterThan(await count(before));
});

test("sensitive evidence of then is shown to whom it was shown then and is shown today: not to who was named since", async () => {
  const police = "(select g.id from agency g where g.name = 'Wrenshire Constabulary')";
  const council = `(select m.agency_id from membership m join person p on p.id = m.person_id where p.subject = 'wrenford-council-lead' and m.agency_id is not null)`;
  const person = "(select id from person where subject = 'police-lead')";
  await after(`insert into evidence (partnership_id, owner_agency_id, title, kind, marking, received_on, url, reach, added_by, added_at)
    select a.partnership_id, ${police}, given.marking, 'ACTIVITY', given.marking, '2019-02-01', 'https://example.org/minutes', 'PARTNERSHIP', ${person}, app.now()
    from action a, unnest(array['OFFICIAL', 'OFFICIAL_SENSITIVE']) as given (marking) where a.id = ${action("6.3")}`);
  await after(`insert into evidence_use (partnership_id, evidence_id, action_id, agency_id, reach, attached_by, attached_at)
    select e.partnership_id, e.id, ${action("6.3")}, e.owner_agency_id, 'PARTNERSHIP', ${person}, app.now() from evidence e where e.url like '%/minutes'`);
  const query = `query ($at: DateTime) { actions(asOf: $at, filter: { partnership: "wrenford", reference: ["6.3"] }) { nodes { evidence(first: 9) { totalCount nodes { title } } } } }`;
  interface Listed {
    actions: { nodes: { evidence: { totalCount: number; nodes: { title: string }[] } }[] };
  }
  const read = async (actor: string, at: string | null) => {
    const { actions } = await service.as(actor).data<Listed>(query, { at });
    const { totalCount, nodes } = actions.nodes[0]!.evidence;
    expect(totalCount).toBe(nodes.length);
    return nodes.map(({ title }) => title).sort();
  };
  const [open, both] = [["OFFICIAL"], ["OFFICIAL", "OFFICIAL_SENSITIVE"]];

  expect(await read("wrenford-council-lead", null)).toEqual(open);
  const unnamed = await after(
    `insert into assignment (partnership_id, plan_id, action_id, agency_id, position, role)
     select partnership_id, plan_id, id, ${council}, 90, 'CONTRIBUTOR' from action where id = ${action("6.3")}`,
  );
  expect(await read("wrenford-council-lead", null)).toEqual(both);
  expect(await read("wrenford-council-lead", unnamed)).toEqual(open);
  const named = await after(`delete from assignment where action_id = ${action("6.3")} and position = 90`);
  expect(await read("wrenford-council-lead", named)).toEqual(open);
  await after(
    `insert into assignment (partnership_id, plan_id, action_id, agency_id, position, role)
     select partnership_id, plan_id, id, ${council}, 90, 'CONTRIBUTOR' from action where id = ${action("6.3")}`,
  );
  expect(await read("wrenford-council-lead", named)).toEqual(both);
  for (const actor of ["police-lead", "wrenford-officer", "wrenford-inspector"])
    for (const at of [unnamed, named, null]) expect([actor, await read(actor, at)]).toEqual([actor, both]);
});

test("what a policy asks of other rows is asked of then and of today: a seat on a board, and being named for an action", async () => {
  const housing = `(select m.agency_id from membership m join person p on p.id = m.person_id where p.subject = 'wrenford-housing-contributor')`;
  const query = `query ($at: DateTime) { partnership(slug: "wrenford", asOf: $at) { boards { meetings(first: 20) { nodes { decisions { text } agenda { title papers { title } } } } trackedItems(first: 50) { nodes { title responses { text } } } } } }`;
  const read = async (at: string | null) => (await service.as("wrenford-housing-contributor").ask(query, { at })).text;
  const revisions = async (at: string | null) => {
    const { actions } = await service
      .as("wrenford-housing-contributor")
      .data<{ actions: { nodes: { dateRevisions: { totalCount: number; nodes: object[] } }[] } }>(
        `query ($at: DateTime) { actions(asOf: $at, filter: { partnership: "wrenford", reference: ["7.1b"] }) { nodes { dateRevisions(first: 5) { totalCount nodes { state } } } } }`,
        { at },
      );
    return actions.nodes[0]?.dateRevisions;
  };
  now = new Date(now.getTime() + 3_600_000);
  const asking = await service
    .as("police-lead")
    .data<{ actions: { nodes: { id: string }[] } }>(
      `{ actions(filter: { partnership: "wrenford", reference: ["7.1b"] }) { nodes { id } } }`,
    );
  expect(
    await service
      .as("police-lead")
      .data(
        "mutation ($input: RequestDateRevisionInput!) { requestDateRevision(input: $input) { userErrors { message } } }",
        { input: { action: asking.actions.nodes[0]?.id, to: "2019-12-31", reason: "Tried in a test" } },
      ),
  ).toEqual({ requestDateRevision: { userErrors: [] } });
  const [withoutSeat, none] = [await read(null), { totalCount: 0, nodes: [] }];
  expect(withoutSeat).not.toContain("Health commissioners report on the contract");
  expect(await revisions(null)).toEqual(none);

  const before = await after(
    `with seat as (
       insert into board_member (partnership_id, board_id, agency_id, role)
       select b.partnership_id, b.id, ${housing}, 'MEMBER' from board b where b.name = 'Wrenford Partnership Board' and b.partnership_id = (select id from partnership where slug = 'wrenford'))
     insert into assignment (partnership_id, plan_id, action_id, agency_id, position, role)
     select partnership_id, plan_id, id, ${housing}, 91, 'CONTRIBUTOR' from action where id = ${action("7.1b")}`,
  );
  expect(await read(null)).toContain("Health commissioners report on the contract");
  expect(await revisions(null)).toEqual({ totalCount: 1, nodes: [{ state: "REQUESTED" }] });
  const withSeat = now.toISOString();
  expect(await read(before)).toBe(withoutSeat);
  expect(await revisions(before)).toEqual(none);

  await after(`delete from board_member where agency_id = ${housing}`);
  expect(await read(withSeat)).not.toContain("Health commissioners report on the contract");
});

test("an opened record opens no past, and withdrawn evidence gives back no link of before", async () => {
  const opened = `insert into record_opening (partnership_id, action_id, agency_id, opened_by, reason, opened_at, opened_until)
    select a.partnership_id, a.id, g.id, p.id, 'Tried in a test, long enough to be a reason', app.now(), app.now() + interval '3 hours'
    from action a, agency g, person p where a.id = ${action("6.3")} and g.name = 'Wrenshire Constabulary' and p.subject = 'wrenford-officer'`;
  const draft = await after(
    `insert into progress_update (partnership_id, action_id, author_agency_id, state, period_end, version, overall_progress)
     select a.partnership_id, a.id, g.id, 'DRAFT', '2019-06-30', 1, 'Words of a draft' from action a, agency g
     where a.id = ${action("6.3")} and g.name = 'Wrenshire Constabulary'`,
  );
  const written = now.toISOString();
  await after("delete from progress_update where overall_progress = 'Words of a draft'");
  await after(opened);
  const query = `query ($at: DateTime) { actions(asOf: $at, filter: { partnership: "wrenford", reference: ["6.3"] }) { nodes { updates(first: 20) { nodes { overallProgress } } } } }`;
  const read = async (actor: string, at: string) => (await service.as(actor).ask(query, { at })).text;
  expect(await read("wrenford-officer", written)).toBe(await read("wrenford-officer", draft));

  await after(`insert into evidence (partnership_id, owner_agency_id, title, kind, marking, received_on, url, reach, added_by, added_at)
    select g.partnership_id, g.id, 'Minutes', 'ACTIVITY', 'OFFICIAL', '2019-02-01', 'https://example.org/a-child-is-named', 'PARTNERSHIP', p.id, app.now()
    from agency g, person p where g.name = 'Wrenshire Constabulary' and p.subject = 'police-lead'`);
  const links = `query ($at: DateTime) { partnership(slug: "wrenford", asOf: $at) { agencies { evidence(first: 9) { nodes { link } } } } }`;
  const link = async (at: string | null) => (await service.as("police-lead").ask(links, { at })).text;
  expect(await link(null)).toContain("a-child-is-named");
  const before = await after(
    "update evidence set state = 'WITHDRAWN', withdrawn_at = app.now(), withdrawn_reason = 'It names a child' where url like '%child%'",
  );
  expect(await link(null)).not.toContain("a-child-is-named");
  expect(await link(before)).not.toContain("a-child-is-named");
});

test("ratings as of an instant of their own are those of the action as of it", async () => {
  const before = await after(
    `insert into rating (partnership_id, action_id, scheme_id, dimension, value, basis, as_at, standing, recorded_at)
     select a.partnership_id, a.id, s.id, 'DELIVERY', 'RED', 'MODERATED', '2019-02-14', 'SHARED', app.now()
     from action a join lateral (select s.id from rating_scheme s where s.plan_id = a.plan_id order by s.version desc limit 1) s on true where a.id = ${action("6.3")}`,
  );
  const ratings = "{ delivery { value stale greenByRedating explanation { rule } } impact { value staleReason } }";
  const query = `query ($at: DateTime) {
    own: actions(filter: { partnership: "wrenford", reference: ["6.3"] }) { nodes { ratings(asOf: $at) ${ratings} } }
    whole: actions(asOf: $at, filter: { partnership: "wrenford", reference: ["6.3"] }) { nodes { ratings ${ratings} } } }`;
  interface Read {
    own: { nodes: { ratings: { delivery: { value: string | null } } }[] };
    whole: Read["own"];
  }
  for (const at of [before, now.toISOString()]) {
    const { own, whole } = await service.as("police-lead").data<Read>(query, { at });
    expect(own).toEqual(whole);
    expect(own.nodes[0]?.ratings.delivery.value === "RED").toBe(at !== before);
  }
});
