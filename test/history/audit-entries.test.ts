import {
  asAuditor,
  eraseWords,
  readCheckpoint,
  signingKeyOf,
  toldDetail,
  verifyTrail,
} from "../../src/domains/history/index";
import { globalId } from "../../src/platform/graphql/ids";
import type { TestDatabase } from "../support/database";
import { enrol } from "../support/enrol";
import { demonstrationDatabase, serve, type Service } from "../support/service";

let now = new Date("2019-02-14T10:00:00Z");
let database: TestDatabase;
let service: Service;
let action: string;
beforeAll(async () => {
  database = await demonstrationDatabase();
  service = await serve(database, { parts: { clock: { now: () => now, fixed: false } } });
  await enrol(database, "police-lead", [{ role: "AGENCY_LEAD", agency: "Wrenshire Constabulary" }]);
  const [found] = await database.owner.query<{ id: string }[]>(
    "select a.id from action a join plan p on p.id = a.plan_id where p.slug = 'safeguarding-2018-2020' and a.reference = '6.3'",
  );
  action = globalId("Action", found?.id ?? "");
});
afterAll(async () => {
  await service.stop();
  await database.drop();
});

interface Entry {
  kind: string;
  outcome: string;
  sequence: number | null;
  at: string;
  subject: string | null;
  actor: { label: string } | null;
  detail: Record<string, unknown>;
}
const ENTRIES = `query ($filter: AuditEntryFilter, $first: Int, $after: String) {
  partnership(slug: "wrenford") {
    auditEntries(filter: $filter, first: $first, after: $after) {
      totalCount pageInfo { hasNextPage endCursor } nodes { kind outcome sequence at subject actor { label } detail }
    }
  }
}`;
interface Listed {
  partnership: {
    auditEntries: { totalCount: number; pageInfo: { hasNextPage: boolean; endCursor: string }; nodes: Entry[] } | null;
  };
}
const entries = async (actor: string | null, variables: object = {}) =>
  (await service.as(actor).data<Listed>(ENTRIES, variables)).partnership.auditEntries;

/** An action that the council leads. */
async function ledByCouncil(): Promise<string> {
  const [found] = await database.owner.query<{ id: string }[]>(
    `select a.id from action a join assignment s on s.action_id = a.id and s.role = 'LEAD' join membership m on m.agency_id = s.agency_id
     join person p on p.id = m.person_id where p.subject = 'wrenford-council-lead' and a.status is distinct from 'COMPLETED' and a.status is distinct from 'SIGNED_OFF' limit 1`,
  );
  return globalId("Action", found?.id ?? "");
}

const rate = (actor: string, value: string) =>
  service.as(actor).ask(`mutation ($input: AddRatingInput!) { addRating(input: $input) { userErrors { code } } }`, {
    input: { action, dimension: "IMPACT", value, asAt: "2019-02-14", rationale: "The words of the rationale" },
  });

test("oversight reads what was done, refused and read, with who and where in the chain; and no word that was said", async () => {
  await rate("wrenford-officer", "RED");
  await rate("wrenford-police-viewer", "GREEN");
  const list = await entries("wrenford-inspector");
  const [reading, refused, done] = list?.nodes ?? [];
  expect([reading?.kind, reading?.actor?.label, reading?.outcome]).toEqual([
    "auditEntries.read",
    "Inspector on a visit",
    "DONE",
  ]);
  expect(refused).toMatchObject({
    kind: "addRating",
    outcome: "REFUSED",
    actor: { label: "Police analyst, public protection" },
  });
  expect(done).toMatchObject({
    kind: "rating.added",
    outcome: "DONE",
    actor: { label: "Partnership business manager" },
    detail: { dimension: "IMPACT" },
  });
  expect(done?.sequence).toBe((refused?.sequence ?? 0) - 1);
  expect(JSON.stringify(list)).not.toContain("The words of the rationale");
  // reading twice in one request is one reading
  const twice = `{ partnership(slug: "wrenford") { a: auditEntries(first: 1) { nodes { kind } } b: auditEntries(first: 1) { nodes { kind } } } }`;
  const before = (await entries("wrenford-chair"))?.totalCount ?? 0;
  await service.as("wrenford-chair").data(twice);
  expect((await entries("wrenford-chair"))?.totalCount).toBe(before + 2);
});

test("nobody else reads them: agencies see what is their own alone, the public and scrutiny nothing", async () => {
  const agency = await entries("police-lead");
  expect(agency?.nodes).toEqual([]);
  for (const other of [null, "wrenford-scrutiny", "coventry-officer"]) expect(await entries(other)).toBeNull();
});

test("pages hold together while entries are added, and filters narrow", async () => {
  for (const value of ["RED", "AMBER", "GREEN", "RED", "AMBER"]) await rate("wrenford-officer", value);
  const seen: Entry[] = [];
  let after: string | null = null;
  do {
    const page: NonNullable<Listed["partnership"]["auditEntries"]> | null = await entries("wrenford-officer", {
      first: 2,
      after,
      filter: { kind: "rating.added" },
    });
    seen.push(...(page?.nodes ?? []));
    after = page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    now = new Date(now.getTime() + 1000);
  } while (after);
  expect(seen.length).toBe(6);
  expect(new Set(seen.map(({ sequence }) => sequence)).size).toBe(6);
  const kinds = async (filter: object) => [
    ...new Set((await entries("wrenford-officer", { filter }))?.nodes.map(({ kind }) => kind)),
  ];
  expect(await kinds({ outcome: "REFUSED" })).toEqual(["addRating"]);
  expect(await kinds({ subject: seen[0]?.subject ?? action })).toEqual(expect.any(Array));
  expect(await kinds({ until: "2019-02-14T09:00:00Z" })).toEqual([]);
  expect(await service.as("wrenford-officer").refusals(ENTRIES, { filter: { subject: "nothing" } })).toEqual([
    "BAD_USER_INPUT filter.subject",
  ]);
});

test("what an entry tells by keys it tells by ids of this API, or not at all", async () => {
  const key = "0f0e0d0c-0b0a-4908-8706-050403020100";
  expect(
    toldDetail({
      action: key,
      started: [key],
      moved: { board: key, stranger: key },
      stranger: key,
      strangers: [key, "kept"],
      codes: ["CONFLICT"],
      version: 2,
      parent: null,
    }),
  ).toEqual({
    action: globalId("Action", key),
    started: [globalId("ProgressUpdate", key)],
    moved: { board: globalId("Board", key) },
    strangers: ["kept"],
    codes: ["CONFLICT"],
    version: 2,
    parent: null,
  });
  const asked = await service
    .as("wrenford-council-lead")
    .ask<{ requestDateRevision: { userErrors: object[] } }>(
      `mutation ($input: RequestDateRevisionInput!) { requestDateRevision(input: $input) { userErrors { code message } } }`,
      { input: { action: await ledByCouncil(), to: "2030-03-31", reason: "It takes longer" } },
    );
  expect(asked.data?.requestDateRevision.userErrors).toEqual([]);
  const list = await entries("wrenford-officer", { filter: { kind: "dateRevision.requested" } });
  const [council] = await database.owner.query<{ id: string }[]>(
    "select m.agency_id as id from membership m join person p on p.id = m.person_id where p.subject = 'wrenford-council-lead'",
  );
  expect(list?.nodes[0]?.detail).toEqual({ agency: globalId("Agency", council?.id ?? "") });
});

test("the entry of an erasure names the row whose words are gone", async () => {
  const [update] = await database.owner.query<{ id: string }[]>(
    "select u.id from progress_update u join partnership w on w.id = u.partnership_id where w.slug = 'wrenford' and u.state = 'ACCEPTED' limit 1",
  );
  const erasure = { table: "progress_update", id: update?.id ?? "", columns: ["risk_note"] };
  await eraseWords(database.owner, erasure, now);
  const subject = globalId("ProgressUpdate", erasure.id);
  const list = await entries("wrenford-inspector", { filter: { subject, kind: "record.erased" } });
  expect(list?.nodes).toMatchObject([
    { subject, actor: null, detail: { table: "progress_update", columns: ["risk_note"] } },
  ]);
});

const CHECKPOINT = `{ partnership(slug: "wrenford") { auditCheckpoint { sequence hash issuedAt key document } } }`;
interface Checkpointed {
  partnership: { auditCheckpoint: { sequence: number; hash: string; key: string; document: string } | null };
}
const checkpoint = async (actor: string) =>
  (await service.as(actor).data<Checkpointed>(CHECKPOINT)).partnership.auditCheckpoint;

test("a checkpoint is signed and holds; oversight has the present one, a lead that of the last day that is over", async () => {
  const present = await checkpoint("wrenford-officer");
  const key = await signingKeyOf(database.app);
  expect(present?.key).toBe(key);
  const lodged = readCheckpoint(present?.document ?? "", key);
  expect([lodged.sequence, lodged.hash, lodged.partnership]).toEqual([present?.sequence, present?.hash, "wrenford"]);
  // nothing was recorded on an earlier day
  expect(await checkpoint("police-lead")).toBeNull();
  now = new Date("2019-02-15T09:00:00Z");
  await rate("wrenford-officer", "RED");
  const ofYesterday = await checkpoint("police-lead");
  expect(ofYesterday?.sequence).toBeGreaterThanOrEqual(lodged.sequence);
  const kept = readCheckpoint(ofYesterday?.document ?? "", key);
  const [row] = await database.owner.query<{ id: string }[]>("select id from partnership where slug = 'wrenford'");
  for (const one of [lodged, kept]) {
    const { problems } = await asAuditor(database.app, row?.id ?? "", now, (ask) =>
      verifyTrail(ask, row?.id ?? "", one),
    );
    // people enrolled behind the service's back are told of, and nothing else
    expect(problems.filter(({ what }) => !what.includes("past the service"))).toEqual([]);
  }
  // the same all day, whatever happens meanwhile
  await rate("wrenford-officer", "GREEN");
  expect((await checkpoint("police-lead"))?.hash).toBe(ofYesterday?.hash);
  expect((await entries("wrenford-officer", { filter: { kind: "auditCheckpoint.issued" } }))?.totalCount).toBe(3);
});

test.each(["wrenford-police-viewer", "wrenford-health-contributor"])(
  "%s is given no checkpoint, and that is recorded as nothing",
  async (actor) => {
    expect(await service.as(actor).refusals(CHECKPOINT)).toEqual(["FORBIDDEN"]);
  },
);

test("that drafting was refused is told to the drafting agency alone: oversight learns of no draft by it", async () => {
  await enrol(database, "police-colleague", [{ role: "AGENCY_CONTRIBUTOR", agency: "Wrenshire Constabulary" }]);
  await enrol(database, "of-two", [
    { role: "AGENCY_CONTRIBUTOR", agency: "Wrenshire Constabulary" },
    { role: "AGENCY_CONTRIBUTOR", agency: "Wrenford Homes" },
  ]);
  const write = async (actor: string, name: string, type: string, input: object) => {
    const document = `mutation ($input: ${type}!) { ${name}(input: $input) { progressUpdate { id } userErrors { code } } }`;
    const { data } = await service
      .as(actor)
      .ask<Record<string, { progressUpdate: { id: string } | null; userErrors: { code: string }[] }>>(document, {
        input,
      });
    return data?.[name] ?? { progressUpdate: null, userErrors: [] };
  };
  const draft = { action, periodEnd: "2019-03-31", overallProgress: "The words of the draft" };
  const { progressUpdate } = await write("police-lead", "saveProgressDraft", "SaveProgressDraftInput", draft);
  const id = progressUpdate!.id;
  const stale = { progressUpdate: id, expectedRevision: 7 };
  const refused = [
    ["saveProgressDraft", "SaveProgressDraftInput", { ...draft, expectedRevision: 7 }],
    ["submitProgressUpdate", "SubmitProgressUpdateInput", stale],
    ["discardProgressDraft", "NameProgressUpdateInput", stale],
    ["correctProgressUpdate", "NameProgressUpdateInput", { progressUpdate: id }],
  ] as const;
  const kinds = refused.map(([name]) => name as string);
  const filter = { outcome: "REFUSED" };
  const told = async (actor: string) =>
    (await entries(actor, { filter }))!.nodes.filter(({ kind }) => kinds.includes(kind));

  for (const [name, type, input] of refused) {
    expect((await write("police-colleague", name, type, input)).userErrors).toEqual([{ code: "CONFLICT" }]);
    now = new Date(now.getTime() + 1000);
  }
  for (const actor of ["police-lead", "police-colleague", "wrenford-police-viewer"])
    expect((await told(actor)).map(({ kind, detail }) => [kind, detail])).toEqual(
      [...kinds].reverse().map((kind) => [kind, { codes: ["CONFLICT"], named: [expect.any(String)] }]),
    );
  for (const actor of ["wrenford-officer", "wrenford-chair", "wrenford-inspector", "wrenford-council-lead"])
    expect([actor, await told(actor)]).toEqual([actor, []]);
  const all = await entries("wrenford-inspector", { first: 100 });
  expect(JSON.stringify(all)).not.toContain(id);

  // whose draft it was is not known of somebody of two: that something was refused, and no more
  expect((await write("of-two", "discardProgressDraft", "NameProgressUpdateInput", stale)).userErrors).toHaveLength(1);
  expect(await told("wrenford-officer")).toMatchObject([{ kind: "discardProgressDraft", subject: null, detail: {} }]);
  expect(await told("police-lead")).toHaveLength(4);
  // of no agency: what it named is what it made up
  await write("wrenford-officer", "discardProgressDraft", "NameProgressUpdateInput", stale);
  now = new Date(now.getTime() + 1000);
  expect(await told("wrenford-officer")).toMatchObject([
    { kind: "discardProgressDraft", detail: { codes: ["FORBIDDEN"] } },
    { kind: "discardProgressDraft", detail: {} },
  ]);
});
