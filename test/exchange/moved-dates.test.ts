import { importAsOperator } from "../../src/domains/exchange/operator-import";
import type { TestDatabase } from "../support/database";
import { demonstrationDatabase, serve, type Service } from "../support/service";
import { workbook } from "./workbook";

let now = new Date("2019-02-14T10:00:00Z");
const clock = { now: () => now, fixed: false };
let database: TestDatabase;
let service: Service;
let plan: string;

beforeAll(async () => {
  database = await demonstrationDatabase();
  service = await serve(database, { parts: { clock } });
  const { partnership } = await service
    .as("wrenford-officer")
    .data<{ partnership: { plan: { id: string } } }>(
      '{ partnership(slug: "wrenford") { plan(slug: "neglect-2019") { id } } }',
    );
  plan = partnership.plan.id;
});
afterAll(async () => {
  await service.stop();
  await database.drop();
});

const HEADERS = ["Ref", "Action", "Lead", "Target date", "RAG", "Progress update"];
type Row = readonly [reference: string, byWhen: string, colour: string, progress?: string];
const cells = ([reference, byWhen, colour, progress = ""]: Row) => [
  reference,
  `Check ${reference}`,
  "Housing",
  byWhen,
  colour,
  progress,
];

/** A file of the officer's, a day after what came before. */
async function csv(...rows: Row[]): Promise<void> {
  now = new Date(now.getTime() + 86_400_000);
  const content = [HEADERS, ...rows.map(cells)].map((row) => row.join(",")).join("\n");
  const { importPlan } = await service
    .as("wrenford-officer")
    .data<{ importPlan: { userErrors: object[] } }>(
      `mutation ($input: ImportPlanInput!) { importPlan(input: $input) { userErrors { message } } }`,
      {
        input: {
          plan,
          fileName: "plan.csv",
          content: Buffer.from(content).toString("base64"),
          asAt: now.toISOString().slice(0, 10),
        },
      },
    );
  expect(importPlan.userErrors).toEqual([]);
}

/** A workbook of the operator's. */
async function xlsx(...rows: Row[]): Promise<void> {
  now = new Date(now.getTime() + 86_400_000);
  const bytes = await workbook((sheet) => {
    sheet.addRow(HEADERS);
    for (const row of rows) sheet.addRow(cells(row));
  });
  await importAsOperator(database.app, clock, {
    bytes,
    fileName: "plan.xlsx",
    plan: "neglect-2019",
    partnership: "wrenford",
    dryRun: false,
    asAt: "2019-02-14",
  });
}

/** An instant after what was written, and before what comes next. */
const later = () => new Date(now.getTime() + 3_600_000);

interface Told {
  byWhen: object;
  ratings: { delivery: { greenByRedating: boolean | null; redatedBy: { state: string } | null } };
  dateRevisions: { nodes: Record<string, unknown>[] };
}
async function told(reference: string, actor = "wrenford-officer"): Promise<Told> {
  const { partnership } = await service.as(actor).data<{ partnership: { plan: { actions: { nodes: Told[] } } } }>(
    `query ($filter: ActionFilter) { partnership(slug: "wrenford") { plan(slug: "neglect-2019") { actions(filter: $filter) { nodes {
       byWhen { text slippageWorkingDays } ratings { delivery { greenByRedating redatedBy { state } } }
       dateRevisions(first: 5) { nodes { state from { text end } to { text end } workingDaysMoved reason askedByAgency { name }
         decidedByPost decidedAt decisionReason viewerCan { decide withdraw } } } } } } } }`,
    { filter: { reference: [reference] } },
  );
  const [found] = partnership.plan.actions.nodes;
  if (!found) throw new Error(`no action ${reference}`);
  return found;
}
const revisions = async (reference: string) =>
  (await told(reference)).dateRevisions.nodes.map(({ state, from, to, workingDaysMoved }) => ({
    state,
    from,
    to,
    workingDaysMoved,
  }));
const reDated = async (from: Date) => {
  const { partnership } = await service.as("wrenford-officer").data<{
    partnership: { plan: { changes: { kind: string; reference: string; because: string }[] } };
  }>(`query ($from: DateTime!) { partnership(slug: "wrenford") { plan(slug: "neglect-2019") { changes(between: { from: $from }) { kind reference because } } } }`, { from: from.toISOString() });
  return partnership.plan.changes.filter(({ kind }) => kind === "RE_DATED").map(({ because }) => because);
};

test("a by-when that a file moves is a revision: when, from where, by whom; slippage and what changed tell it", async () => {
  await csv(["91.1", "31/03/2020", "Red"]);
  expect(await revisions("91.1")).toEqual([]);
  const before = later();
  await csv(["91.1", "30/06/2020", "Red"]);
  const expected = {
    state: "IMPORTED",
    from: { text: "31/03/2020", end: "2020-03-31" },
    to: { text: "30/06/2020", end: "2020-06-30" },
    workingDaysMoved: 61,
    reason: null,
    askedByAgency: null,
    decidedByPost: "Partnership business manager",
    decidedAt: now.toISOString(),
    decisionReason: "Imported: the plan's file as at 16 February 2019 says so.",
    viewerCan: { decide: false, withdraw: false },
  };
  expect(await told("91.1")).toEqual({
    byWhen: { text: "30/06/2020", slippageWorkingDays: 61 },
    ratings: { delivery: { greenByRedating: false, redatedBy: null } },
    dateRevisions: { nodes: [expected] },
  });
  // a move that was made is the whole partnership's to read; whose it was is oversight's
  expect((await told("91.1", "wrenford-police-viewer")).dateRevisions.nodes).toEqual([
    { ...expected, decidedByPost: null },
  ]);
  expect(await reDated(before)).toEqual([
    'The by-when was "31/03/2020" and is "30/06/2020", moved by an import of the plan\'s file.',
  ]);
});

test("other words for the same day move nothing; the operator's own file is nobody's", async () => {
  const before = later();
  await xlsx(["91.1", "30 June 2020", "Red"]);
  expect(await revisions("91.1")).toHaveLength(1);
  await xlsx(["91.1", "29 May 2020", "Red"]);
  const [revision] = (await told("91.1")).dateRevisions.nodes;
  expect(revision).toMatchObject({ state: "IMPORTED", workingDaysMoved: -22, decidedByPost: null });
  expect(await reDated(before)).toHaveLength(1);
});

test("a file may take the day away, or give one where there was none", async () => {
  await csv(["91.2", "30/04/2020", "Red"], ["91.3", "TBC", ""]);
  await csv(["91.2", "Ongoing", "Red"], ["91.3", "30/09/2020", ""]);
  expect([await revisions("91.2"), await revisions("91.3")]).toEqual([
    [
      {
        state: "IMPORTED",
        from: { text: "30/04/2020", end: "2020-04-30" },
        to: { text: "Ongoing", end: null },
        workingDaysMoved: null,
      },
    ],
    [
      {
        state: "IMPORTED",
        from: { text: "TBC", end: null },
        to: { text: "30/09/2020", end: "2020-09-30" },
        workingDaysMoved: null,
      },
    ],
  ]);
});

test("a colour that rises with the date in the file is green by re-dating, unless the file tells of progress too", async () => {
  await csv(
    ["91.4", "31/03/2020", "Red"],
    ["91.5", "31/03/2020", "Red"],
    ["91.6", "31/03/2020", "Red"],
    ["91.7", "31/03/2020", "Red"],
  );
  await csv(
    ["91.4", "30/06/2020", "Green"],
    ["91.5", "30/06/2020", "Green", "All of it was checked"],
    ["91.6", "Ongoing", "Amber"],
    ["91.7", "31/01/2020", "Green"],
  );
  const flags = await Promise.all(
    ["91.4", "91.5", "91.6", "91.7"].map(async (reference) => (await told(reference)).ratings.delivery),
  );
  const flagged = { greenByRedating: true, redatedBy: { state: "IMPORTED" } };
  const not = { greenByRedating: false, redatedBy: null };
  expect(flags).toEqual([flagged, not, flagged, not]);
});

test("the date of an action that is over is moved by a file as well, and by no officer", async () => {
  await csv(["91.8", "31/03/2020", "Red"]);
  await database.owner.query("update action set status = 'SIGNED_OFF' where reference = '91.8'");
  await csv(["91.8", "30/06/2020", "Red"]);
  expect(await revisions("91.8")).toHaveLength(1);
});
