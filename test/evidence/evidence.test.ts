import { DEMONSTRATION_ISSUER, NOW } from "../support/service";
import { globalId } from "../../src/platform/graphql/ids";
import { serviceAccount } from "../support/enrol";
import { below, entries, POLICE, refusalsOf, state } from "../support/writes";
import {
  actionId,
  ADD,
  ATTACH,
  DETACH,
  did,
  done,
  ERRORS,
  type EvidenceWorld,
  evidenceWorld,
  seen,
  type Told,
  UPDATE,
  WITHDRAW,
} from "./world";

let world: EvidenceWorld;
beforeAll(async () => {
  world = await evidenceWorld();
});
afterAll(() => world.drop());

const LINK = { title: "Training record", kind: "ACTIVITY", url: "https://records.example.org/training" };
const moving = () => state(world.database, "evidence", "evidence_use");
const add = (actor: string, rest: object = {}) => done(world.service, actor, ADD, { ...LINK, ...rest });
const attach = (actor: string, evidence: string, reference: string, rest: object = {}) =>
  done(world.service, actor, ATTACH, { evidence, action: actionId(world, reference), ...rest });

const EVERYBODY = [
  "police-lead",
  "wrenford-police-viewer",
  "health-writer",
  "probation-writer",
  "council-writer",
  "wrenford-officer",
  "wrenford-chair",
  "wrenford-inspector",
  "wrenford-scrutiny",
  "police-viewer",
  null,
];
/** Who finds the evidence, of everybody; and who reads its link. */
async function readers(id: string): Promise<{ see: (string | null)[]; open: (string | null)[] }> {
  const see: (string | null)[] = [];
  const open: (string | null)[] = [];
  for (const actor of EVERYBODY) {
    const { node, codes } = await seen(world.service, actor, id, "id link");
    expect([actor, codes]).toEqual([actor, node ? [] : ["NOT_FOUND"]]);
    if (node) see.push(actor);
    if (node?.link) open.push(actor);
  }
  return { see, open };
}
const OWN = ["police-lead", "wrenford-police-viewer"];
const OVERSIGHT = ["wrenford-officer", "wrenford-chair", "wrenford-inspector"];

test("evidence is put on record for its own agency alone", async () => {
  const trail = await entries(world.database);
  const evidence = await add("police-contributor", {
    shows: "Ten officers were trained",
    effectiveFrom: "2018-10-01",
    effectiveTo: "2018-12-31",
    receivedOn: "2019-01-20",
    expiresOn: "2019-02-13",
  });
  expect(evidence).toEqual({
    id: expect.stringMatching(/^[\w-]{23}$/) as string,
    title: "Training record",
    shows: "Ten officers were trained",
    kind: "ACTIVITY",
    marking: "OFFICIAL",
    effectiveFrom: "2018-10-01",
    effectiveTo: "2018-12-31",
    receivedOn: "2019-01-20",
    expiresOn: "2019-02-13",
    expired: true,
    link: "https://records.example.org/training",
    fileName: null,
    fileState: null,
    refusedBecause: null,
    sha256: null,
    mediaType: null,
    sizeBytes: null,
    reach: "OWN",
    state: "ACTIVE",
    version: 1,
    withdrawnAt: null,
    withdrawnReason: null,
    owner: { name: POLICE },
    viewerCan: { attach: true, update: true, upload: false, withdraw: true },
    upload: null,
  });
  expect((await entries(world.database)).slice(trail.length)).toEqual([
    {
      kind: "evidence.added",
      subjectId: expect.any(String) as string,
      detail: { kind: "ACTIVITY", marking: "OFFICIAL", content: "LINK" },
    },
  ]);
  expect(await readers(evidence.id)).toEqual({ see: OWN, open: OWN });
  const [entry] = await world.database.owner.query<{ own: boolean }[]>(
    "select agency_id is not null as own from audit_entry where kind = 'evidence.added' order by at desc limit 1",
  );
  expect(entry).toEqual({ own: true });
  // its last day counts still
  expect(await add("police-lead", { expiresOn: "2019-02-14" })).toMatchObject({ expired: false });
});

test.each([
  ["police-contributor", {}, []],
  ["police-lead", {}, []],
  ["wrenford-police-viewer", {}, ["FORBIDDEN"]],
  ["wrenford-officer", {}, ["FORBIDDEN"]],
  ["wrenford-chair", {}, ["FORBIDDEN"]],
  ["wrenford-inspector", {}, ["FORBIDDEN"]],
  ["wrenford-scrutiny", {}, ["FORBIDDEN"]],
  ["wrenford-integrator", {}, ["FORBIDDEN"]],
  [null, {}, ["FORBIDDEN"]],
  ["police-lead", { agency: globalId("Agency", "00000000-0000-4000-8000-000000000000") }, ["FORBIDDEN input.agency"]],
  ["police-lead", { url: null }, ["BAD_USER_INPUT input.url"]],
  ["police-lead", { fileName: "a.pdf" }, ["BAD_USER_INPUT input.url"]],
  ["police-lead", { url: "ftp://records.example.org" }, ["BAD_USER_INPUT input.url"]],
  ["police-lead", { url: "javascript:alert(1)" }, ["BAD_USER_INPUT input.url"]],
  ["police-lead", { url: "https://me:word@records.example.org" }, ["BAD_USER_INPUT input.url"]],
  ["police-lead", { sha256: "0".repeat(64) }, ["BAD_USER_INPUT input.sha256"]],
  ["police-lead", { url: null, fileName: "a.exe" }, ["BAD_USER_INPUT input.fileName"]],
  ["police-lead", { url: null, fileName: "a.svg" }, ["BAD_USER_INPUT input.fileName"]],
  ["police-lead", { url: null, fileName: "a.pdf", sha256: "abc" }, ["BAD_USER_INPUT input.sha256"]],
  ["police-lead", { title: " " }, ["BAD_USER_INPUT input.title"]],
  ["police-lead", { shows: "x".repeat(10_001) }, ["BAD_USER_INPUT input.shows"]],
  ["police-lead", { receivedOn: "2019-02-15" }, ["BAD_USER_INPUT input.receivedOn"]],
  ["police-lead", { effectiveFrom: "2019-01-02", effectiveTo: "2019-01-01" }, ["BAD_USER_INPUT input.effectiveTo"]],
])("%s adds evidence with %j: %j", async (actor, rest, expected) => {
  const before = await moving();
  expect(await refusalsOf(world.service, actor, ADD, { ...LINK, ...rest })).toEqual(expected);
  const after = await moving();
  if (expected.length > 0) expect(after).toEqual(before);
  else expect(after).not.toEqual(before);
});

test("attached to an action it is shared; content is for those named for the action, and for oversight", async () => {
  const { id } = await add("police-lead");
  const shared = await attach("police-contributor", id, "6.3");
  expect(shared).toMatchObject({ reach: "PARTNERSHIP", version: 1 });
  expect(await readers(id)).toEqual({
    see: [...OWN, "health-writer", "probation-writer", "council-writer", ...OVERSIGHT],
    open: [...OWN, "health-writer", "probation-writer", ...OVERSIGHT],
  });
  const { redactions, node } = await seen(
    world.service,
    "council-writer",
    id,
    "title link sha256 viewerCan { attach update upload withdraw }",
  );
  expect(redactions).toEqual([
    { type: "Evidence", field: "link", requires: "PARTIES" },
    { type: "Evidence", field: "sha256", requires: "PARTIES" },
  ]);
  expect(node?.viewerCan).toEqual({ attach: false, update: false, upload: false, withdraw: false });
});

test("sensitive evidence is known to those named for an action in which it is in use, and to oversight", async () => {
  const { id } = await add("police-lead", { marking: "OFFICIAL_SENSITIVE" });
  await attach("police-lead", id, "6.3");
  const parties = [...OWN, "health-writer", "probation-writer", ...OVERSIGHT];
  expect(await readers(id)).toEqual({ see: parties, open: parties });
  // used elsewhere too, it is known there; no longer used here, it is not known here
  const { userErrors } = await did(world.service, "police-lead", DETACH, {
    evidence: id,
    action: actionId(world, "6.3"),
  });
  expect(userErrors).toEqual([]);
  const alone = [...OWN, ...OVERSIGHT];
  expect(await readers(id)).toEqual({ see: alone, open: alone });
  // less restricted, it is the partnership's, and still nobody's to open who is not named
  await done(world.service, "police-lead", UPDATE, { evidence: id, marking: "OFFICIAL" });
  expect(await readers(id)).toEqual({ see: [...parties.slice(0, 4), "council-writer", ...OVERSIGHT], open: alone });
});

test("evidence in a draft follows the update: its agency's, then oversight's, then the partnership's", async () => {
  const { owner } = world.database;
  const [update] = await owner.query<{ id: string }[]>(
    `insert into progress_update (partnership_id, action_id, author_agency_id, period_end, state)
     select a.partnership_id, a.id, g.id, '2019-06-30', 'DRAFT' from action a join agency g on g.partnership_id = a.partnership_id and g.name = $2
     where a.id = $1 returning id`,
    [world.actions["6.3"], POLICE],
  );
  const key = update?.id ?? "";
  const { id } = await add("police-lead", { kind: "OUTCOME" });
  expect(await attach("police-lead", id, "6.3", { progressUpdate: globalId("ProgressUpdate", key) })).toMatchObject({
    reach: "OWN",
  });
  expect(await readers(id)).toEqual({ see: OWN, open: OWN });
  await owner.query("update progress_update set state = 'SUBMITTED', submitted_at = now() where id = $1", [key]);
  expect(await readers(id)).toEqual({ see: [...OWN, ...OVERSIGHT], open: [...OWN, ...OVERSIGHT] });
  await owner.query("update progress_update set state = 'RETURNED', returned_reason = 'More' where id = $1", [key]);
  expect((await readers(id)).see).toEqual([...OWN, ...OVERSIGHT]);
  await owner.query("update progress_update set state = 'ACCEPTED' where id = $1", [key]);
  expect(await readers(id)).toEqual({
    see: [...OWN, "health-writer", "probation-writer", "council-writer", ...OVERSIGHT],
    open: [...OWN, "health-writer", "probation-writer", ...OVERSIGHT],
  });
  const listed = await world.service
    .as("council-writer")
    .data<{ node: { evidence: { totalCount: number; nodes: { id: string; uses: object[] }[] } } }>(
      `query ($id: ID!) { node(id: $id) { ... on ProgressUpdate { evidence(first: 10) { totalCount nodes { id uses { attachedAt endedAt action { reference } progressUpdate { id } } } } } } }`,
      { id: globalId("ProgressUpdate", key) },
    );
  expect(listed.node.evidence).toEqual({
    totalCount: 1,
    nodes: [
      {
        id,
        uses: [
          {
            attachedAt: "2019-02-14T09:00:00.000Z",
            endedAt: null,
            action: { reference: "6.3" },
            progressUpdate: { id: globalId("ProgressUpdate", key) },
          },
        ],
      },
    ],
  });
});

test("evidence that is attached while the update is being sent in goes with it, whichever is first", async () => {
  const { owner, app } = world.database;
  for (const first of ["attach", "submit"] as const) {
    const [draft] = await owner.query<{ id: string }[]>(
      `insert into progress_update (partnership_id, action_id, author_agency_id, period_end, state)
       select a.partnership_id, a.id, g.id, $3, 'DRAFT' from action a join agency g on g.partnership_id = a.partnership_id and g.name = $2
       where a.id = $1 returning id`,
      [world.actions["6.3"], POLICE, first === "attach" ? "2020-03-31" : "2020-06-30"],
    );
    const key = draft?.id ?? "";
    const { id } = await add("police-lead");
    const attaching = () => attach("police-lead", id, "6.3", { progressUpdate: globalId("ProgressUpdate", key) });
    // one transaction holds what the other one must wait for
    const runner = app.createQueryRunner();
    await runner.startTransaction();
    await runner.query("select app.enter($1, 'police-lead', $2)", [DEMONSTRATION_ISSUER, NOW.toISOString()]);
    let other: Promise<unknown>;
    if (first === "attach") {
      await runner.query("select app.hold_evidence_of($1)", [key]);
      await runner.query(
        `insert into evidence_use (partnership_id, evidence_id, action_id, progress_update_id, agency_id, reach, attached_by, attached_at)
         select e.partnership_id, e.id, $2, $3, e.owner_agency_id, 'OWN', app.person(), app.now() from evidence e
         where encode(uuid_send(e.id), 'hex') = $1`,
        [Buffer.from(id, "base64url").subarray(1).toString("hex"), world.actions["6.3"], key],
      );
      other = owner.query("update progress_update set state = 'SUBMITTED' where id = $1", [key]);
    } else {
      await runner.query("select app.hold_evidence_of($1)", [key]);
      other = attaching();
    }
    const waited = await Promise.race([
      other.then(() => "done"),
      new Promise((resolve) => setTimeout(resolve, 200, "waits")),
    ]);
    expect([first, waited]).toEqual([first, "waits"]);
    await runner.commitTransaction();
    await runner.release();
    await other;
    if (first === "submit") await owner.query("update progress_update set state = 'SUBMITTED' where id = $1", [key]);
    expect((await readers(id)).see).toEqual([...OWN, ...OVERSIGHT]);
  }
});

test("what a submitting agency may do below the service carries its evidence along, and no further", async () => {
  const { owner } = world.database;
  const [draft] = await owner.query<{ id: string }[]>(
    `insert into progress_update (partnership_id, action_id, author_agency_id, period_end, state)
     select a.partnership_id, a.id, g.id, '2019-09-30', 'DRAFT' from action a join agency g on g.partnership_id = a.partnership_id and g.name = $2
     where a.id = $1 returning id`,
    [world.actions["6.3"], POLICE],
  );
  const { id } = await add("police-lead");
  await attach("police-lead", id, "6.3", { progressUpdate: globalId("ProgressUpdate", draft?.id ?? "") });
  const [row] = await owner.query<{ id: string }[]>("select id from evidence order by added_at desc, id limit 1");
  const refused = "permission denied";
  // nobody hides again what was shown, rewrites a kept use, or takes another agency's evidence
  expect(
    await below(world.database, "wrenford-officer", "update evidence set reach = 'OWN' where reach = 'PARTNERSHIP'"),
  ).toMatch(/not hidden again/);
  expect(
    await below(
      world.database,
      "wrenford-officer",
      "update evidence set title = 'Other' where reach = 'PARTNERSHIP' and state = 'ACTIVE'",
    ),
  ).toMatch(/its agency's to change/);
  expect(await below(world.database, "health-writer", "update evidence set title = 'Other'")).toBe(0);
  expect(
    await below(world.database, "police-lead", "update evidence set url = 'https://elsewhere.example.org'"),
  ).toMatch(new RegExp(refused));
  expect(await below(world.database, "police-lead", "delete from evidence where id = $1", [row?.id])).toMatch(
    new RegExp(refused),
  );
  expect(
    await below(world.database, "police-lead", "update evidence set title = 'Other' where id = $1", [row?.id]),
  ).toBe(1);
});

test("lists: of an action by kind, in pages, and of an agency with what it has not shown", async () => {
  const list = (actor: string, args: string) =>
    world.service
      .as(actor)
      .data<{
        action: {
          evidence: {
            totalCount: number;
            nodes: { id: string; kind: string }[];
            pageInfo: { hasNextPage: boolean; endCursor: string };
          };
        };
      }>(
        `query ($id: ID!) { action(id: $id) { evidence(${args}) { totalCount nodes { id kind } pageInfo { hasNextPage endCursor } } } }`,
        { id: actionId(world, "5.2") },
      )
      .then(({ action }) => action.evidence);
  const made: string[] = [];
  for (const kind of ["ACTIVITY", "OUTPUT", "CHILDS_VOICE"]) {
    const { id } = await add("police-lead", { kind, receivedOn: "2019-02-01" });
    await attach("police-lead", id, "5.2");
    made.push(id);
  }
  const all = await list("council-writer", "first: 10");
  expect([all.totalCount, all.nodes.map(({ id }) => id).sort()]).toEqual([3, [...made].sort()]);
  const voices = await list("council-writer", "first: 10, kind: [CHILDS_VOICE]");
  expect([voices.totalCount, voices.nodes]).toEqual([1, [{ id: made[2], kind: "CHILDS_VOICE" }]]);
  const first = await list("council-writer", "first: 2");
  const rest = await list("council-writer", `first: 2, after: "${first.pageInfo.endCursor}"`);
  expect([...first.nodes, ...rest.nodes]).toEqual(all.nodes);
  expect([first.pageInfo.hasNextPage, rest.pageInfo.hasNextPage]).toEqual([true, false]);
  // a cursor of one list means nothing in another
  const { errors } = await world.service
    .as("council-writer")
    .ask(
      `query ($id: ID!) { action(id: $id) { evidence(first: 2, kind: [OUTPUT], after: "${first.pageInfo.endCursor}") { nodes { id } } } }`,
      {
        id: actionId(world, "5.2"),
      },
    );
  expect(errors.map(({ extensions }) => extensions.code)).toEqual(["BAD_USER_INPUT"]);
  const owned = async (actor: string) =>
    (
      await world.service
        .as(actor)
        .data<{ viewer: { agency: { evidence: { totalCount: number } } } }>(
          "{ viewer { agency { evidence { totalCount } } } }",
        )
    ).viewer.agency.evidence.totalCount;
  const [{ count }] = await world.database.owner.query<[{ count: number }]>(
    "select count(*)::int as count from evidence",
  );
  expect([await owned("police-lead"), await owned("health-writer")]).toEqual([count, 0]);
});

test("a list of actions with their evidence is read by a constant number of statements", async () => {
  const count = async (first: number) => {
    await world.service
      .as("wrenford-officer")
      .data(
        `{ actions(first: ${first}) { nodes { evidence(first: 3) { nodes { title link owner { name } uses { action { reference } } } } } } }`,
      );
    world.service.statements();
    await world.service
      .as("wrenford-officer")
      .data(
        `{ actions(first: ${first}) { nodes { evidence(first: 3) { nodes { title link owner { name } uses { action { reference } } } } } } }`,
      );
    return world.service.statements().length;
  };
  expect(await count(2)).toBe(await count(40));
});

// the police lead 5.2 and 6.3, contribute to 2.2, are in no way named for 11.2
test.each([
  ["police-contributor", "2.2", {}, []],
  ["police-contributor", "11.2", {}, ["FORBIDDEN input.action"]],
  ["health-writer", "6.3", {}, ["NOT_FOUND"]],
  ["wrenford-officer", "6.3", {}, ["FORBIDDEN"]],
  ["police-contributor", "coventry", {}, ["NOT_FOUND"]],
  ["police-contributor", "6.3", { evidence: "nothing" }, ["NOT_FOUND"]],
  ["police-contributor", "6.3", { action: "nothing" }, ["NOT_FOUND"]],
  ["police-contributor", "6.3", { progressUpdate: "nothing" }, ["NOT_FOUND"]],
])("%s attaches the police's evidence to %s with %j: %j", async (actor, reference, rest, expected) => {
  const { id } = await add("police-lead");
  const before = await moving();
  // an action of another partnership's published plan, which anybody may read
  const named =
    reference === "coventry" ? Object.keys(world.actions).find((one) => one.startsWith("coventry")) : reference;
  const input = { evidence: id, action: actionId(world, named ?? ""), ...rest };
  expect(await refusalsOf(world.service, actor, ATTACH, input)).toEqual(expected);
  if (expected.length > 0) expect(await moving()).toEqual(before);
  else expect((await entries(world.database)).at(-1)?.kind).toMatch(/^evidence\./);
});

test("what is in use is not attached twice, and a use that ended is on record", async () => {
  const { id } = await add("police-lead");
  const use = { evidence: id, action: actionId(world, "6.3") };
  await attach("police-lead", id, "6.3");
  expect(await refusalsOf(world.service, "police-lead", ATTACH, use)).toEqual(["CONFLICT input.evidence"]);
  expect(await refusalsOf(world.service, "health-writer", DETACH, use)).toEqual(["FORBIDDEN input.evidence"]);
  expect(await refusalsOf(world.service, "wrenford-officer", DETACH, use)).toEqual([]);
  expect(await refusalsOf(world.service, "police-lead", DETACH, use)).toEqual(["CONFLICT input.evidence"]);
  await attach("police-lead", id, "6.3");
  const { node } = await seen(world.service, "wrenford-officer", id, "uses { endedAt }");
  expect(node?.uses).toEqual(expect.arrayContaining([{ endedAt: "2019-02-14T09:00:00.000Z" }, { endedAt: null }]));
  expect((node?.uses as object[]).length).toBe(2);
});

test("of two who change the same version one wins, and the other is told the version that there is", async () => {
  const { id } = await add("police-lead");
  const told = await Promise.all(
    ["police-lead", "police-contributor"].map((actor) =>
      did(world.service, actor, UPDATE, { evidence: id, expectedVersion: 1, title: `By ${actor}` }),
    ),
  );
  const lost = told.find(({ evidence }) => evidence === null);
  const won = told.find(({ evidence }) => evidence !== null);
  expect(won?.evidence?.version).toBe(2);
  expect(lost?.userErrors).toEqual([
    {
      code: "CONFLICT",
      field: ["input", "expectedVersion"],
      message: "The evidence is at version 2 by now. Read it again.",
      currentVersion: 2,
    },
  ]);
  const { node } = await seen(world.service, "police-lead", id);
  expect(node?.title).toBe(won?.evidence?.title);
  // left out stays, null clears, and what cannot be without a value is not cleared
  const changed = await done(world.service, "police-lead", UPDATE, {
    evidence: id,
    shows: "Words",
    expiresOn: "2020-01-01",
  });
  expect(changed).toMatchObject({ title: node?.title, shows: "Words", expiresOn: "2020-01-01", version: 3 });
  expect(await done(world.service, "police-lead", UPDATE, { evidence: id, shows: null })).toMatchObject({
    shows: null,
    expiresOn: "2020-01-01",
    version: 4,
  });
  expect(await done(world.service, "police-lead", UPDATE, { evidence: id, shows: null })).toMatchObject({ version: 4 });
  for (const name of ["title", "kind", "marking", "receivedOn"])
    expect(await refusalsOf(world.service, "police-lead", UPDATE, { evidence: id, [name]: null })).toEqual([
      `BAD_USER_INPUT input.${name}`,
    ]);
  expect(
    (await entries(world.database)).filter(({ kind }) => kind === "evidence.updated").at(-1)?.detail,
  ).toBeDefined();
});

test("withdrawn evidence stays, says why, and is neither opened nor used any more", async () => {
  const { id } = await add("police-lead");
  await attach("police-lead", id, "6.3");
  expect(await refusalsOf(world.service, "health-writer", WITHDRAW, { evidence: id, reason: "Not mine" })).toEqual([
    "FORBIDDEN input.evidence",
  ]);
  expect(await refusalsOf(world.service, "wrenford-chair", WITHDRAW, { evidence: id, reason: "Not mine" })).toEqual([
    "FORBIDDEN",
  ]);
  expect(await refusalsOf(world.service, "police-lead", WITHDRAW, { evidence: id, reason: "  " })).toEqual([
    "BAD_USER_INPUT input.reason",
  ]);
  const gone = await done(world.service, "wrenford-officer", WITHDRAW, {
    evidence: id,
    expectedVersion: 1,
    reason: "It names a child",
  });
  expect(gone).toMatchObject({
    state: "WITHDRAWN",
    withdrawnReason: "It names a child",
    withdrawnAt: "2019-02-14T09:00:00.000Z",
    version: 2,
    link: null,
  });
  const { see, open } = await readers(id);
  expect([see, open]).toEqual([[...OWN, "health-writer", "probation-writer", "council-writer", ...OVERSIGHT], []]);
  const before = await moving();
  for (const [mutation, rest] of [
    [WITHDRAW, { reason: "Again" }],
    [UPDATE, { title: "Other" }],
    [ATTACH, { action: actionId(world, "5.2") }],
  ] as const)
    expect(await refusalsOf(world.service, "police-lead", mutation, { evidence: id, ...rest })).toEqual([
      "CONFLICT input.evidence",
    ]);
  expect(await moving()).toEqual(before);
});

test("an officer withdraws nothing that oversight does not know of", async () => {
  const { id } = await add("police-lead");
  const before = await moving();
  expect(await refusalsOf(world.service, "wrenford-officer", WITHDRAW, { evidence: id, reason: "Unseen" })).toEqual([
    "NOT_FOUND",
  ]);
  expect(await moving()).toEqual(before);
});

test("a service account adds and attaches within its scopes, and reads nothing without them", async () => {
  const acting = { agency: POLICE, actsFor: "AGENCY_CONTRIBUTOR" };
  const whole = await serviceAccount(world.service, "evidence-robot", {
    ...acting,
    scopes: ["READ_PLAN", "READ_REPORTING", "WRITE_REPORTING"],
  });
  const readingOnly = await serviceAccount(world.service, "reading-robot", {
    ...acting,
    scopes: ["READ_PLAN", "READ_REPORTING"],
  });
  const planOnly = await serviceAccount(world.service, "plan-robot", {
    ...acting,
    scopes: ["READ_PLAN", "WRITE_REPORTING"],
  });
  const { addEvidence } = await whole.data<{ addEvidence: Told }>(ADD, { input: LINK });
  expect(addEvidence.evidence?.viewerCan).toEqual({ attach: true, update: true, upload: false, withdraw: true });
  const id = addEvidence.evidence?.id ?? "";
  await whole.data(ATTACH, { input: { evidence: id, action: actionId(world, "6.3") } });
  const short = `mutation ($input: AddEvidenceInput!) { addEvidence(input: $input) { ${ERRORS} } }`;
  const before = await moving();
  expect(await readingOnly.refusals(short, { input: LINK })).toEqual(["FORBIDDEN"]);
  const told = await planOnly.data<{ addEvidence: Told }>(short, { input: LINK });
  expect(told.addEvidence.userErrors.map(({ code }) => code)).toEqual(["FORBIDDEN"]);
  expect(await planOnly.refusals("query ($id: ID!) { node(id: $id) { ... on Evidence { title } } }", { id })).toEqual([
    "FORBIDDEN",
  ]);
  expect(await planOnly.refusals("query ($id: ID!) { node(id: $id) { id } }", { id })).toEqual(["NOT_FOUND"]);
  expect(await moving()).toEqual(before);
});
