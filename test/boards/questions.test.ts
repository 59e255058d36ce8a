import type { TestDatabase } from "../support/database";
import { demonstrationDatabase, serve, type Service } from "../support/service";

/** What people ask of a board's papers (the acceptance questions AQ-23 to AQ-57), asked of the demonstration by the public. */
let database: TestDatabase;
let service: Service;

beforeAll(async () => {
  database = await demonstrationDatabase();
  service = await serve(database);
});
afterAll(async () => {
  await service.stop();
  await database.drop();
});

interface Named {
  name: string;
}
type Boards<B> = { partnership: { boards: (Named & B)[] } };

/** What is selected of one of Coventry's boards, as nobody in particular. */
async function ofBoard<B>(name: string, selection: string): Promise<B> {
  const { partnership } = await service
    .as(null)
    .data<Boards<B>>(`{ partnership(slug: "coventry") { boards { name ${selection} } } }`);
  const found = partnership.boards.find((board) => board.name === name);
  if (!found) throw new Error(`no board ${name}`);
  return found;
}

const SCRUTINY = "Education and Children's Services Scrutiny Board (2)";
const IMPROVEMENT = "Children's Services Improvement Board";
const SUPERVISION = "Supervision task and finish group";

test("AQ-23: when did the Improvement Board end, and what follows?", async () => {
  const board = await ofBoard<object>(
    IMPROVEMENT,
    "validTo note successor { name validFrom validTo note successor { name validFrom } }",
  );
  expect(board).toMatchObject({
    validTo: "2019-02-28",
    note: expect.stringContaining("January 2019 on the timeline, March 2019 in the text") as string,
    successor: {
      name: "Continuous Improvement Executive Group",
      validFrom: "2019-03-01",
      validTo: "2020-09-30",
      note: expect.stringContaining("once an inspection by September 2020 is satisfactory") as string,
      successor: { name: "Coventry Safeguarding Children's Partnership", validFrom: "2019-09-01" },
    },
  });
});

test("AQ-25: which three requirements of the Notice did the LSCB report on, and what?", async () => {
  const { trackedItems } = await ofBoard<{ trackedItems: { nodes: object[] } }>(
    IMPROVEMENT,
    "trackedItems { nodes { reference title agency { shortName } latestResponse { respondedOn agency { shortName } } } }",
  );
  expect(trackedItems.nodes).toEqual(
    [
      "Strengthen the LSCB, so that partners work together",
      "Robust audits, of several agencies and of each",
      "All partners committed to shared priorities",
    ].map((title, index) => ({
      reference: `Notice requirement ${index + 1}`,
      title,
      agency: { shortName: "LSCB" },
      latestResponse: { respondedOn: "2016-09-14", agency: { shortName: "LSCB" } },
    })),
  );
});

interface Decided {
  number: string;
  text: string;
  trackedItems: { number: number; kind: string; status: string }[];
}
interface Met {
  day: string;
  decisions: Decided[];
}

test("AQ-29: what was resolved on audit, minute 18, and what became of it?", async () => {
  const { meetings } = await ofBoard<{ meetings: { nodes: Met[] } }>(
    SCRUTINY,
    "meetings(state: [HELD]) { nodes { day decisions { number kind text trackedItems { number kind status } } } }",
  );
  const met = meetings.nodes.find(({ day }) => day === "2016-09-15");
  expect(met?.decisions.map(({ number }) => number)).toEqual(["17", "18", "19", "20", "21"]);
  expect(met?.decisions[1]).toEqual({
    number: "18",
    kind: "RESOLVE",
    text: "Progress noted; headlines that need work come back regularly; the Cabinet Member is written to, commending the list, and asked for a view",
    trackedItems: [
      { number: 6, kind: "RECOMMENDATION", status: "ANSWERED" },
      { number: 7, kind: "ACTION", status: "CLOSED" },
    ],
  });
});

test("AQ-31: what did the Cabinet Member reply about the headlines?", async () => {
  const { trackedItems } = await ofBoard<{ trackedItems: { nodes: object[] } }>(
    SCRUTINY,
    "trackedItems(kind: [RECOMMENDATION]) { totalCount nodes { askedText decision { number } responses { respondedOn text } } }",
  );
  expect(trackedItems).toEqual({
    totalCount: 1,
    nodes: [
      {
        askedText: "Cabinet Member for Children and Young People",
        decision: { number: "18" },
        responses: [
          {
            respondedOn: "2016-09-23",
            text: "Support is welcome: audits have shown the same issues for two years, and managers do not oversee well enough to change them",
          },
        ],
      },
    ],
  });
});

test("the nine outstanding issues: six actions, two informations, one recommendation; four closed, three without an answer", async () => {
  const { trackedItems } = await ofBoard<{ trackedItems: { nodes: { kind: string; status: string }[] } }>(
    SCRUTINY,
    "trackedItems { nodes { kind status } }",
  );
  const count = (by: "kind" | "status") =>
    Object.fromEntries(
      [...new Set(trackedItems.nodes.map((one) => one[by]))]
        .sort()
        .map((value) => [value, trackedItems.nodes.filter((one) => one[by] === value).length]),
    );
  expect([count("kind"), count("status")]).toEqual([
    { ACTION: 6, INFORMATION: 2, RECOMMENDATION: 1 },
    { ANSWERED: 2, CLOSED: 4, OPEN: 3 },
  ]);
});

test("AQ-33: what is scheduled for 12 January 2017?", async () => {
  const { workProgramme, meetings } = await ofBoard<{
    workProgramme: { totalCount: number; nodes: object[] };
    meetings: { nodes: { day: string; workProgramme: object[] }[] };
  }>(
    SCRUTINY,
    'workProgramme(scheduledOn: "2017-01-12") { totalCount nodes { title basis yearLabel } } meetings { nodes { day workProgramme { title basis yearLabel } } }',
  );
  const expected = [
    { title: "Education performance report", basis: "SCHEDULED", yearLabel: "2016/17" },
    {
      title: "Monitoring of the recommendations of serious case reviews of 2015/16",
      basis: "SCHEDULED",
      yearLabel: "2016/17",
    },
    { title: "Improvement Board of 14 December 2016", basis: "SCHEDULED", yearLabel: "2016/17" },
    { title: "MASH update", basis: "BY_EXCEPTION", yearLabel: "2016/17" },
  ];
  expect(workProgramme).toEqual({ totalCount: 4, nodes: expected });
  expect(meetings.nodes.find(({ day }) => day === "2017-01-12")?.workProgramme).toEqual(expected);
});

test("AQ-35: which supervision recommendations are not yet put into practice?", async () => {
  const { trackedItems } = await ofBoard<{
    trackedItems: { nodes: { reference: string; dueOn: string; latestResponse: { progress: string } }[] };
  }>(SUPERVISION, "trackedItems { nodes { reference dueOn latestResponse { progress } } }");
  const standing = (...progress: string[]) =>
    trackedItems.nodes
      .filter(({ latestResponse }) => progress.includes(latestResponse.progress))
      .map(({ reference }) => reference.replace("Recommendation ", ""));
  expect(standing("NOT_STARTED", "DELAYED")).toEqual(["2", "4", "6"]);
  expect(standing("IN_PROGRESS")).toEqual(["1", "3"]);
  expect(standing("DONE", "ONGOING")).toEqual(["5", "7", "8", "9"]);
  expect(trackedItems.nodes[1]?.dueOn).toBe("2017-03-31");
});

test("AQ-57: what may the public portal show? All of the board's rows: none of its business was private", async () => {
  const [held] = await database.owner.query<Record<string, number>[]>(
    `select (select count(*) from agenda_item where business = 'PRIVATE' and partnership_id = p.id)::int as private,
       (select count(*) from meeting m where m.partnership_id = p.id and m.board_id = b.id)::int as meetings,
       (select count(*) from work_programme_item w where w.board_id = b.id)::int as programme
     from partnership p join board b on b.partnership_id = p.id where p.slug = 'coventry' and b.name = $1`,
    [SCRUTINY],
  );
  expect(held).toEqual({ private: 0, meetings: 10, programme: 37 });
  const shown = await ofBoard<Record<string, { totalCount: number }>>(
    SCRUTINY,
    "meetings { totalCount } workProgramme { totalCount } trackedItems { totalCount }",
  );
  expect([shown.meetings?.totalCount, shown.workProgramme?.totalCount, shown.trackedItems?.totalCount]).toEqual([
    10, 37, 9,
  ]);
});
