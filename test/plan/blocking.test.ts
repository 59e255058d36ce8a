import fc from "fast-check";
import { globalId } from "../../src/platform/graphql/ids";
import type { TestDatabase } from "../support/database";
import { enrol } from "../support/enrol";
import type { Service } from "../support/service";
import { below, demonstrationOfWriters, entries, type Outcome, refusalsOf, state } from "../support/writes";

const BLOCKERS = "{ action { reference } blockedBy { reference } reason since endedAt holds }";
const BLOCK = `mutation ($input: BlockActionInput!) { blockAction(input: $input) {
  action { reference blockedBy ${BLOCKERS} } userErrors { code field message currentVersion } } }`;
const UNBLOCK = `mutation ($input: UnblockActionInput!) { unblockAction(input: $input) {
  action { reference blockedBy ${BLOCKERS} } userErrors { code field message currentVersion } } }`;

interface Blocker {
  blockedBy: { reference: string };
  holds: boolean;
  endedAt: string | null;
}

let database: TestDatabase;
let service: Service;
let actions: Readonly<Record<string, string>>;

beforeAll(async () => {
  ({ database, service, actions } = await demonstrationOfWriters());
  await enrol(database, "second-officer", [{ role: "PARTNERSHIP_OFFICER" }]);
});
afterEach(async () => {
  await database.owner.query("delete from action_blocker");
});
afterAll(async () => {
  await service.stop();
  await database.drop();
});

const of = (action: string, blockedBy: string, rest: object = {}) => ({
  action: globalId("Action", actions[action] ?? ""),
  blockedBy: globalId("Action", actions[blockedBy] ?? ""),
  ...rest,
});
const why = { reason: "The protocol comes first" };
const moving = () => state(database, "action_blocker");
async function done(actor: string, text: string, input: object): Promise<Blocker[]> {
  const answer = await service
    .as(actor)
    .data<Record<string, Outcome & { action: { blockedBy: Blocker[] } }>>(text, { input });
  const [payload] = Object.values(answer);
  expect(payload?.userErrors).toEqual([]);
  return payload?.action.blockedBy ?? [];
}
async function nothingMoves(actor: string | null, text: string, input: object, expected: string[]): Promise<void> {
  const before = await moving();
  expect([actor, await refusalsOf(service, actor, text, input)]).toEqual([actor, expected]);
  expect(await moving()).toEqual(before);
}

// the police lead 5.2 and 7.1b; the council leads 2.2
test.each([
  ["police-lead", "5.2", []],
  ["wrenford-officer", "5.2", []],
  ["police-lead", "2.2", ["FORBIDDEN input.action"]],
  ["wrenford-council-lead", "5.2", ["FORBIDDEN input.action"]],
  ["police-contributor", "5.2", ["FORBIDDEN"]],
  ["wrenford-police-viewer", "5.2", ["FORBIDDEN"]],
  ["wrenford-chair", "5.2", ["FORBIDDEN"]],
  ["wrenford-inspector", "5.2", ["FORBIDDEN"]],
  ["wrenford-scrutiny", "5.2", ["FORBIDDEN"]],
  ["wrenford-integrator", "5.2", ["FORBIDDEN"]],
  ["coventry-officer", "5.2", ["FORBIDDEN input.action"]],
  [null, "5.2", ["FORBIDDEN"]],
])("%s says what %s is blocked by, and that it is no more: %j", async (actor, reference, expected) => {
  if (expected.length > 0) {
    await nothingMoves(actor, BLOCK, of(reference, "3.3", why), expected);
    await done("wrenford-officer", BLOCK, of(reference, "3.3", why));
    await nothingMoves(actor, UNBLOCK, of(reference, "3.3"), expected);
    return;
  }
  const trail = (await entries(database)).length;
  expect(await done(actor ?? "", BLOCK, of(reference, "3.3", why))).toEqual([
    {
      action: { reference },
      blockedBy: { reference: "3.3" },
      reason: why.reason,
      since: "2019-02-14T09:00:00.000Z",
      endedAt: null,
      holds: true,
    },
  ]);
  expect(await done(actor ?? "", UNBLOCK, of(reference, "3.3"))).toMatchObject([
    { endedAt: "2019-02-14T09:00:00.000Z", holds: false },
  ]);
  expect((await entries(database)).length).toBe(trail + 2);
});

test("twice, by itself, of another partnership, and the end of what is none: refused", async () => {
  await done("police-lead", BLOCK, of("5.2", "3.3", why));
  await nothingMoves("wrenford-officer", BLOCK, of("5.2", "3.3", why), ["CONFLICT input.blockedBy"]);
  await nothingMoves("police-lead", BLOCK, of("5.2", "5.2", why), ["BAD_USER_INPUT input.blockedBy"]);
  await nothingMoves("police-lead", BLOCK, of("5.2", "4.1", { reason: " " }), ["BAD_USER_INPUT input.reason"]);
  await nothingMoves("police-lead", UNBLOCK, of("5.2", "4.1"), ["CONFLICT input.blockedBy"]);
  await nothingMoves("police-lead", BLOCK, of("5.1", "4.1", why), ["CONFLICT input.action"]);
  await nothingMoves("police-lead", BLOCK, { ...of("5.2", "4.1", why), blockedBy: "nothing" }, ["NOT_FOUND"]);
  const coventry = Object.keys(actions).find((reference) => reference.startsWith("coventry")) ?? "";
  await nothingMoves("police-lead", BLOCK, of("5.2", coventry, why), ["BAD_USER_INPUT input.blockedBy"]);
});

test("no circle closes, of two or of three; once a link has ended it may", async () => {
  await done("wrenford-officer", BLOCK, of("5.2", "3.3", why));
  await nothingMoves("wrenford-officer", BLOCK, of("3.3", "5.2", why), ["CONFLICT input.blockedBy"]);
  await done("wrenford-officer", BLOCK, of("3.3", "2.2", why));
  await nothingMoves("wrenford-officer", BLOCK, of("2.2", "5.2", why), ["CONFLICT input.blockedBy"]);
  await done("wrenford-officer", UNBLOCK, of("3.3", "2.2"));
  await done("wrenford-officer", BLOCK, of("2.2", "5.2", why));
});

test("two who together would close a circle: one does, the other is told", async () => {
  for (let round = 0; round < 8; round += 1) {
    const answers = await Promise.all([
      refusalsOf(service, "wrenford-officer", BLOCK, of("4.1", "3.1", why)),
      refusalsOf(service, "second-officer", BLOCK, of("3.1", "4.1", why)),
    ]);
    expect(answers.flat()).toEqual(["CONFLICT input.blockedBy"]);
    await database.owner.query("delete from action_blocker");
  }
});

test("below the service, too, two transactions that overlap never close a circle", async () => {
  const insert = (from: string, to: string) =>
    `insert into action_blocker (partnership_id, action_id, blocking_action_id, reason, said_by, since)
     select a.partnership_id, a.id, '${actions[to] ?? ""}', 'x', p.id, now() from action a join person p on p.subject = 'wrenford-officer' where a.id = '${actions[from] ?? ""}'`;
  const [one, other] = [database.owner.createQueryRunner(), database.owner.createQueryRunner()];
  await one.startTransaction();
  await other.startTransaction();
  try {
    await one.query(insert("4.1", "3.1"));
    const waiting = other.query(insert("3.1", "4.1")).then(
      () => "added",
      (error: unknown) => (error as Error).message,
    );
    const first = await Promise.race([waiting, new Promise((resolve) => setTimeout(() => resolve("waits"), 300))]);
    expect(first).toBe("waits");
    await one.commitTransaction();
    expect(await waiting).toBe("an action cannot be blocked by what it blocks");
  } finally {
    await other.rollbackTransaction();
    await Promise.all([one.release(), other.release()]);
  }
});

test("whatever is blocked and unblocked, in whatever order, what blocks what is never a circle", async () => {
  const references = ["1.2", "2.2", "3.3", "4.1", "5.2"];
  const step = fc.record({ end: fc.boolean(), from: fc.nat(4), to: fc.nat(4) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 12 }), async (steps) => {
      await database.owner.query("delete from action_blocker");
      const edges = new Set<string>();
      const reaches = (from: number, to: number, seen = new Set<number>()): boolean => {
        if (from === to) return true;
        if (seen.has(from)) return false;
        seen.add(from);
        return [...edges].some((edge) => {
          const [a = 0, b = 0] = edge.split(" ").map(Number);
          return a === from && reaches(b, to, seen);
        });
      };
      for (const { end, from, to } of steps) {
        const edge = `${from} ${to}`;
        const input = of(references[from] ?? "", references[to] ?? "", end ? {} : why);
        const codes = await refusalsOf(service, "wrenford-officer", end ? UNBLOCK : BLOCK, input);
        const may = end ? edges.has(edge) : !edges.has(edge) && !reaches(to, from);
        expect([edge, end, codes.length === 0]).toEqual([edge, end, may]);
        if (may && end) edges.delete(edge);
        else if (may) edges.add(edge);
      }
    }),
    { numRuns: 15 },
  );
});

test("it holds no more when the other action is completed, signed off or superseded, and again when that is reopened", async () => {
  await done("police-lead", BLOCK, of("5.2", "3.3", why));
  const holds = async () => {
    const { action } = await service
      .as("police-lead")
      .data<{ action: { blockedBy: Blocker[] } }>(
        "query ($id: ID!) { action(id: $id) { blockedBy { holds endedAt } } }",
        {
          id: of("5.2", "3.3").action,
        },
      );
    return action.blockedBy;
  };
  const stand = (status: string | null) =>
    database.owner.query("update action set status = $2 where id = $1", [actions["3.3"], status]);
  for (const [status, expected] of [
    ["COMPLETED", false],
    ["SIGNED_OFF", false],
    ["SUPERSEDED", false],
    [null, true],
    ["NOT_STARTED", true],
    ["IN_PROGRESS", true],
  ] as const) {
    await stand(status);
    expect([status, await holds()]).toEqual([status, [{ holds: expected, endedAt: null }]]);
  }
});

test("what blocks what is the partnership's to read, from either end, and not the public's", async () => {
  await done("police-lead", BLOCK, of("5.2", "3.3", why));
  const query =
    "query ($one: ID!, $other: ID!) { one: action(id: $one) { blockedBy { blockedBy { reference } reason } } other: action(id: $other) { blocks { action { reference } reason } } }";
  const ids = { one: of("5.2", "3.3").action, other: of("5.2", "3.3").blockedBy };
  for (const actor of ["wrenford-probation-viewer", "wrenford-housing-contributor", "wrenford-inspector"])
    expect([actor, await service.as(actor).data(query, ids)]).toEqual([
      actor,
      {
        one: { blockedBy: [{ blockedBy: { reference: "3.3" }, reason: why.reason }] },
        other: { blocks: [{ action: { reference: "5.2" }, reason: why.reason }] },
      },
    ]);
  for (const actor of ["wrenford-scrutiny", "council-lead", null])
    expect([actor, await service.as(actor).data(query, ids)]).toEqual([
      actor,
      { one: { blockedBy: null }, other: { blocks: null } },
    ]);
});

test("below the service only an officer and the lead's lead say so, in their own name, and end it once", async () => {
  const refused = "new row violates row-level security policy";
  const insert = (action: string, agency: string | null) =>
    `insert into action_blocker (partnership_id, action_id, blocking_action_id, reason, said_by_agency_id, said_by, since)
     select a.partnership_id, a.id, '${actions["3.3"] ?? ""}', 'x', ${agency === null ? "null" : `(select g.id from agency g where g.name = '${agency}')`}, app.person(), app.now()
     from action a where a.id = '${actions[action] ?? ""}'`;
  expect(await below(database, "police-lead", insert("5.2", "Wrenshire Constabulary"))).toBe(1);
  expect(await below(database, "police-lead", insert("5.2", null))).toBe(refused);
  expect(await below(database, "police-lead", insert("2.2", "Wrenshire Constabulary"))).toBe(refused);
  expect(await below(database, "police-lead", insert("5.1", "Wrenshire Constabulary"))).toBe(refused);
  expect(await below(database, "police-contributor", insert("5.2", "Wrenshire Constabulary"))).toBe(refused);
  expect(await below(database, "wrenford-officer", insert("5.2", null))).toBe(1);
  await done("wrenford-officer", BLOCK, of("5.2", "3.3", why));
  const end = "update action_blocker set ended_at = app.now(), ended_by = app.person()";
  expect(await below(database, "wrenford-council-lead", end)).toBe(0);
  expect(await below(database, "wrenford-chair", end)).toBe(0);
  expect(await below(database, "police-lead", end)).toBe(1);
  expect(await below(database, "police-lead", "update action_blocker set reason = 'y'")).toMatch(/permission denied/);
  await done("police-lead", UNBLOCK, of("5.2", "3.3"));
  expect(await below(database, "wrenford-officer", "update action_blocker set ended_at = null, ended_by = null")).toBe(
    0,
  );
});
