import { createHash } from "node:crypto";
import type { QueryRunner } from "typeorm";
import { DEMONSTRATION_ISSUER, demonstrationDatabase, NOW, serve, type Service } from "../support/service";
import { addPerson, bearing, done, places } from "./world";

/** What service accounts and platform administrators reach, through the service and below it. */
let service: Service;
let id: (name: string) => string;
let council: string;
beforeAll(async () => {
  service = await serve(await demonstrationDatabase());
  id = await places(service.database);
  const [row] = await service.database.owner.query<{ council: string }[]>(
    "select g.name as council from membership m join person p on p.id = m.person_id join agency g on g.id = m.agency_id where p.subject = 'wrenford-council-lead'",
  );
  council = row?.council ?? "";
  await addPerson(service.database, "administrator", "PLATFORM_ADMIN", {});
  await addPerson(service.database, "council-viewer", "AGENCY_VIEWER", { agency: council });
});
afterAll(async () => {
  await service.stop();
  await service.database.drop();
});

const tokenWith = async (scopes: string[], actsFor = "AGENCY_VIEWER") =>
  (
    await done(service.as("wrenford-council-lead"), "createServiceAccount", {
      agency: id(council),
      label: "Feed",
      actsFor,
      scopes,
      expiresOn: "2019-06-30",
    })
  ).token ?? "";

const PLAN = ["plan", "theme", "objective", "finding", "action", "milestone", "assignment", "published_total"];
const REPORTING = ["progress_update", "rating"];
const INDICATORS = ["indicator", "indicator_target", "observation"];
const CONTENT = [...PLAN, ...REPORTING, ...INDICATORS];

/** Rows of the tables that somebody sees below the service, by table. */
async function rows(enter: string, values: unknown[], tables = CONTENT): Promise<Record<string, string[]>> {
  return below(enter, values, async (runner) => {
    const seen: Record<string, string[]> = {};
    for (const table of tables)
      seen[table] = ((await runner.query(`select id from ${table} order by id`)) as { id: string }[]).map(
        (row) => row.id,
      );
    return seen;
  });
}
async function below<T>(enter: string, values: unknown[], work: (runner: QueryRunner) => Promise<T>): Promise<T> {
  const runner = service.database.app.createQueryRunner();
  await runner.startTransaction();
  try {
    await runner.query(`select app.${enter}`, [...values, NOW.toISOString()]);
    return await work(runner);
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
}
const AS_TOKEN = "enter_with_token($1, $2)";
const AS_SUBJECT = "enter($1, $2, $3)";
const hashOf = (token: string) => createHash("sha256").update(token).digest("hex");
const counts = (seen: Record<string, string[]>, tables: string[]) =>
  tables.map((table) => (seen[table]?.length ?? 0) > 0);

test("a token is refused what its scopes leave out, by name, and row-level security shows it no such row", async () => {
  const plan = await tokenWith(["READ_PLAN"]);
  const all = await tokenWith(["READ_PLAN", "READ_REPORTING", "READ_INDICATORS"]);
  const list = (inner: string, filter = "") =>
    `{ partnership(slug: "wrenford") { actions(first: 2${filter}) { nodes { reference ${inner} } } } }`;
  const reporting = [
    list("ratings { delivery { value } }"),
    list("latestUpdate { state }"),
    list("updates(first: 1) { totalCount }"),
    list("stale"),
    list("divergent"),
    list("", ", filter: { stale: true }"),
    list("", ", filter: { deliveryRating: { in: [RED] } }"),
    list("... on Action { latestUpdate { state } }"),
    '{ partnership(slug: "wrenford") { plans { totals { stale } } } }',
  ];
  for (const query of reporting) {
    const { errors, data } = await bearing(service, plan).ask(query);
    expect([query, data, errors.map(({ extensions }) => extensions.code)]).toEqual([query, null, ["FORBIDDEN"]]);
    expect(errors[0]?.message).toContain("READ_REPORTING");
    expect([query, (await bearing(service, all).ask(query)).errors]).toEqual([query, []]);
  }
  const byVariable = "query ($f: ActionFilter) { actions(first: 1, filter: $f) { totalCount } }";
  const filter = { f: { partnership: "wrenford", stale: true } };
  expect(await bearing(service, plan).refusals(byVariable, filter)).toEqual(["FORBIDDEN"]);
  expect((await bearing(service, all).ask(byVariable, filter)).errors).toEqual([]);
  expect(
    await bearing(service, plan).refusals('{ partnership(slug: "wrenford") { indicators(first: 1) { totalCount } } }'),
  ).toEqual(["FORBIDDEN"]);

  const seen = await rows(AS_TOKEN, [hashOf(plan)]);
  expect(counts(seen, [...REPORTING, ...INDICATORS])).toEqual(Array(5).fill(false));
  expect(counts(seen, PLAN)).toEqual(Array(PLAN.length).fill(true));
  const none = await rows(AS_TOKEN, [hashOf(await tokenWith(["READ_INDICATORS"]))]);
  expect(counts(none, [...PLAN, ...REPORTING])).toEqual(Array(PLAN.length + 2).fill(false));
  expect(counts(await rows(AS_TOKEN, [hashOf(all)]), CONTENT)).toEqual(Array(CONTENT.length).fill(true));
});

test("a token with every scope sees what a viewer of its agency sees, and never more", async () => {
  for (const actsFor of ["AGENCY_VIEWER", "AGENCY_CONTRIBUTOR"]) {
    const token = await tokenWith(["READ_PLAN", "READ_REPORTING", "READ_INDICATORS"], actsFor);
    expect(await rows(AS_TOKEN, [hashOf(token)])).toEqual(
      await rows(AS_SUBJECT, [DEMONSTRATION_ISSUER, "council-viewer"]),
    );
  }
});

test("who works where and how they sign in is not for service accounts, though people of their agency read it", async () => {
  const token = await tokenWith(["READ_PLAN", "READ_REPORTING", "READ_INDICATORS"], "AGENCY_CONTRIBUTOR");
  const { viewer } = await bearing(service, token).data<{ viewer: { id: string } }>(
    "{ viewer { id label memberships { role } } }",
  );
  for (const query of [
    `{ agency(id: "${id(council)}") { people(first: 1) { totalCount } } }`,
    `{ agency(id: "${id(council)}") { invitations(first: 1) { totalCount } } }`,
    `{ agency(id: "${id(council)}") { serviceAccounts { label } } }`,
    `{ node(id: "${viewer.id}") { ... on Actor { label } } }`,
    `{ node(id: "${viewer.id}") { ...F } } fragment F on Actor { memberships { role } }`,
    "{ viewer { memberships { actor { label } } } }",
    `{ agency(id: "${id(council)}") { recordOpenings { nodes { reason } } } }`,
  ]) {
    expect([query, await bearing(service, token).refusals(query)]).toEqual([query, ["FORBIDDEN"]]);
    expect([query, (await service.as("wrenford-council-lead").ask(query)).errors]).toEqual([query, []]);
  }
});

test("a mutation that a token's kind stops leaves one entry, as any refused one does", async () => {
  const token = await tokenWith(["READ_PLAN"], "AGENCY_VIEWER");
  const count = async () => {
    const [row] = await service.database.owner.query<{ count: number }[]>(
      "select count(*) as count from audit_entry where kind = 'endMembership' and outcome = 'REFUSED'",
    );
    return row?.count ?? 0;
  };
  const before = await count();
  const mutation = 'mutation { endMembership(input: { membership: "x" }) { userErrors { code } } }';
  expect(await bearing(service, token).refusals(mutation)).toEqual(["FORBIDDEN"]);
  expect((await count()) - before).toBe(1);
});

test("the hash of a token cannot be found out: a token shows its own account's rows alone, anybody else none", async () => {
  const token = await tokenWith(["READ_PLAN"]);
  await tokenWith(["READ_PLAN"]);
  const hashes = (runner: QueryRunner) =>
    runner.query("select encode(secret_hash, 'hex') as hash from service_token") as Promise<{ hash: string }[]>;
  expect(await below(AS_TOKEN, [hashOf(token)], hashes)).toEqual([{ hash: hashOf(token) }]);
  for (const who of ["wrenford-police-viewer", "wrenford-schools-lead", "coventry-officer", "administrator", "nobody"])
    expect([who, await below(AS_SUBJECT, [DEMONSTRATION_ISSUER, who], hashes)]).toEqual([who, []]);
  expect(await below(AS_SUBJECT, [null, null], hashes)).toEqual([]);
  const wrong = hashOf(`${token}x`);
  expect(await below(AS_TOKEN, [wrong], hashes)).toEqual([]);
  // a hash that begins right is as wrong as any other
  expect(await below(AS_TOKEN, [hashOf(token).slice(0, 62) + "00"], hashes)).toEqual([]);
  const twin = await below(AS_SUBJECT, [DEMONSTRATION_ISSUER, "wrenford-council-lead"], hashes);
  expect(twin.map(({ hash }) => hash)).toContain(hashOf(token));
});

test("below the service too, nobody makes a service account more than its place, or takes up an invitation for themselves", async () => {
  const rejected = (who: string, text: string, values: unknown[] = []) =>
    below(AS_SUBJECT, [DEMONSTRATION_ISSUER, who], async (runner) => {
      const account = "11111111-1111-4111-8111-111111111111";
      await runner.query("select set_config('app.service_account', $1, true)", [account]);
      await runner.query(
        `insert into person (id, issuer, subject, label) values ('${account}', 'golden-thread-service-account', '${account}', 'Feed')`,
      );
      return runner.query(text, values).then(
        () => "done",
        (error: unknown) => /row-level security/.exec(String(error))?.[0] ?? String(error),
      );
    });
  const [place] = await service.database.owner.query<{ agency: string; partnership: string }[]>(
    "select a.id as agency, a.partnership_id as partnership from agency a join partnership w on w.id = a.partnership_id where a.name = $1 and w.slug = 'wrenford'",
    [council],
  );
  const insert = (actsFor: string, scopes: string) =>
    rejected(
      "wrenford-council-lead",
      `insert into membership (person_id, partnership_id, agency_id, role, acts_for, scopes, valid_from)
       values ('11111111-1111-4111-8111-111111111111', $1, $2, 'INTEGRATOR', '${actsFor}', ${scopes}, '2019-01-01')`,
      [place?.partnership, place?.agency],
    );
  expect(await insert("PARTNERSHIP_OFFICER", "'{READ_PLAN}'")).toBe("row-level security");
  expect(await insert("AGENCY_VIEWER", "'{}'")).toBe("row-level security");
  expect(await insert("AGENCY_VIEWER", "null")).toBe("row-level security");
  expect(await insert("AGENCY_VIEWER", "'{READ_PLAN}'")).toBe("done");

  const { code } = await done(service.as("wrenford-council-lead"), "invitePerson", {
    agency: id(council),
    role: "AGENCY_LEAD",
    label: "Friend",
  });
  const own = await below(AS_SUBJECT, [DEMONSTRATION_ISSUER, "wrenford-council-lead"], async (runner) => {
    await runner.query("select set_config('app.invitation', $1, true)", [hashOf(code ?? "")]);
    await runner.query(
      "update invitation set accepted_at = app.now(), accepted_by = app.person() where code_hash = decode($1, 'hex')",
      [hashOf(code ?? "")],
    );
    return runner
      .query(
        "insert into membership (person_id, partnership_id, agency_id, role, valid_from) values (app.person(), $1, $2, 'AGENCY_LEAD', '2019-02-14')",
        [place?.partnership, place?.agency],
      )
      .then(
        () => "done",
        (error: unknown) => /row-level security/.exec(String(error))?.[0],
      );
  });
  expect(own).toBe("row-level security");
});

test("a platform administrator sees partnerships and people everywhere, and of content what the public sees", async () => {
  const { owner } = service.database;
  const asPublic = () => rows(AS_SUBJECT, [null, null]);
  const asAdministrator = () => rows(AS_SUBJECT, [DEMONSTRATION_ISSUER, "administrator"]);
  expect(await asAdministrator()).toEqual(await asPublic());
  const hidden = await owner.query<{ at: Date }[]>(
    "select published_at as at from partnership where slug = 'wrenford'",
  );
  await owner.query("update partnership set published_at = null where slug = 'wrenford'");
  try {
    expect(await asAdministrator()).toEqual(await asPublic());
    const { partnership } = await service.as("administrator").data<{
      partnership: {
        agencies: { people: { totalCount: number } }[];
        people: { totalCount: number };
        indicators: { totalCount: number };
      };
    }>('{ partnership(slug: "wrenford") { agencies { people(first: 1) { totalCount } } people(first: 1) { totalCount } indicators(first: 1) { totalCount } } }');
    expect(partnership.people.totalCount).toBeGreaterThan(3);
    expect(partnership.agencies.some(({ people }) => people.totalCount > 0)).toBe(true);
    expect(partnership.indicators.totalCount).toBe(0);
    expect(await service.as(null).refusals('{ partnership(slug: "wrenford") { name } }')).toEqual(["NOT_FOUND"]);
    expect((await rows(AS_SUBJECT, [DEMONSTRATION_ISSUER, "wrenford-officer"])).indicator?.length).toBeGreaterThan(0);
  } finally {
    await owner.query("update partnership set published_at = $1 where slug = 'wrenford'", [hidden[0]?.at]);
  }
  const unpublished = '{ partnership(slug: "wrenford") { plans { slug } suppressionThreshold } }';
  const { data, redactions } = await service
    .as("administrator")
    .ask<{ partnership: { plans: unknown[]; suppressionThreshold: null } }>(unpublished);
  expect([data?.partnership.plans.length, data?.partnership.suppressionThreshold, redactions.length]).toEqual([
    1,
    null,
    1,
  ]);
});
