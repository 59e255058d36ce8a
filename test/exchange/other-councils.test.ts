import { readPlan, type PlanReading } from "../../src/domains/exchange/reader";
import { assignmentsOf, type Who } from "../../src/domains/exchange/lead-roles";
import { readByWhen } from "../../src/domains/exchange/reader/by-when";
import { vocabulary } from "./vocabulary";
import { workbook } from "./workbook";

const read = (content: string | Buffer, fileName = "plan.csv"): Promise<PlanReading> =>
  readPlan(Buffer.isBuffer(content) ? content : Buffer.from(content), { fileName, vocabulary });

describe("text of pages", () => {
  const header = "Ref\tWhat will we do?\tWho is responsible?\tBy when?\tHow will we know?\tRAG";
  const pages = [
    "Westbrook Safeguarding Partnership",
    "",
    "Improvement Plan 2024 - 2026",
    "Version 3",
    "",
    "Priority 1: Neglect",
    header,
    "1.1\tReview each child on a plan for more than\tPolice\t31/12/2025\tNumber of plans over\tAmber",
    "",
    "Page 3 of 9",
    "Westbrook Safeguarding Partnership",
    "Improvement Plan 2024 - 2026",
    header,
    "\t15 months\t\t\t15 months falls\t",
    "1.2\tTrain staff together\tHousing\tMarch 2026\t\t",
  ].join("\n");

  test("a running title is no theme, and does not cut a row in two", async () => {
    const { actions, themes, report } = await read(pages, "plan.txt");
    expect(themes).toEqual(["Priority 1: Neglect"]);
    expect(actions.map(({ reference, title, successCriteria }) => [reference, title, successCriteria])).toEqual([
      ["1.1", "Review each child on a plan for more than 15 months", "Number of plans over 15 months falls"],
      ["1.2", "Train staff together", null],
    ]);
    expect(report.unplaced).toEqual([]);
  });
});

describe("encodings and alphabets", () => {
  test("Windows-1252 keeps its quotation marks, dashes and the euro", async () => {
    const text = "No.;Action;Lead;Target date\n1;Adolygu\x92r \x93drws blaen\x94 \x96 \x805;Housing;31/03/2026\n";
    const { actions } = await read(Buffer.from(text, "latin1"));
    expect(actions.map(({ title }) => title)).toEqual(["Adolygu’r “drws blaen” – €5"]);
  });

  test("headers in two languages are read by the one that is known", async () => {
    const { actions } = await read(
      "Rhif / No.;Maes / Area;Camau / Action;Arweinydd / Lead;Dyddiad / Target date;Statws / Status\n1;Tai;Adolygu;Housing;31/03/2026;In progress\n",
    );
    expect(actions).toEqual([
      expect.objectContaining({
        reference: "1",
        title: "Adolygu",
        themeTitle: "Tai",
        byWhen: expect.objectContaining({ end: "2026-03-31" }) as unknown,
      }),
    ]);
  });

  test("a reference in letters that look alike is one reference, and a second of it is listed", async () => {
    const { report } = await read(
      "Ref,Action,Lead,By when\nА1,First,Police,31/12/2026\nA1,Second,Housing,31/12/2026\n２,Third,Housing,31/12/2026\n",
    );
    expect(report.references).toEqual(["A1", "2"]);
    expect(report.unplaced.map(({ line, why }) => [line, why])).toEqual([
      [3, "its number A1 was already used at line 2"],
    ]);
  });
});

describe("leads and partners in columns of their own", () => {
  const who: Who = {
    agencyName: (id) => id,
    postById: () => undefined,
    postNamed: (title) => ({ id: title, title, key: title, agencyId: null }),
  };

  test("the lead leads and the partners contribute", async () => {
    const { actions } = await read(
      'Ref,Action,Lead Officer,Partners,Timescale\n1,Share data,Police,"Health, Schools",31/03/2026\n2,Meet,,Health,31/03/2026\n3,Map,Nobody Known,Health,31/03/2026\n',
    );
    const rolesOf = (index: number) =>
      assignmentsOf(actions[index]?.leads ?? [], who).assignments.map(({ agencyId, role }) => [agencyId, role]);
    expect(rolesOf(0)).toEqual([
      ["POLICE", "LEAD"],
      ["HEALTH", "CONTRIBUTOR"],
      ["SCHOOLS", "CONTRIBUTOR"],
    ]);
    expect(rolesOf(1)).toEqual([["HEALTH", "CONTRIBUTOR"]]);
    expect(rolesOf(2)).toEqual([["HEALTH", "CONTRIBUTOR"]]);
    expect(actions[1]?.doubts).toContain("no lead");
  });
});

describe("a header in two rows", () => {
  test("has the columns of both, in the report and for ratings", async () => {
    const bytes = await workbook((sheet) => {
      sheet.addRow(["Ref", "Action", "Responsibility", "", "Timescale", "", "Progress", ""]);
      for (const range of ["C1:D1", "E1:F1", "G1:H1"]) sheet.mergeCells(range);
      sheet.addRow(["", "", "Lead", "Partners", "Original date", "Revised date", "RAG", "Update"]);
      sheet.addRow(["1.1", "Write plans", "Police", "Health", "31/10/2025", "31/01/2026", "Green", "Agreed"]);
    });
    const { actions, report } = await read(bytes, "plan.xlsx");
    expect(report.columns.map(({ canonical }) => canonical)).toEqual([
      "reference",
      "title",
      "leads",
      "contributors",
      "originalByWhen",
      "revisedByWhen",
      "reportedDelivery",
      "overallProgress",
    ]);
    expect(actions[0]?.delivery).toEqual({ columnPresent: true, value: "GREEN", text: "Green" });
    expect([actions[0]?.byWhen.end, actions[0]?.originalByWhen?.end]).toEqual(["2026-01-31", "2025-10-31"]);
  });
});

describe("numbers that begin again on each sheet", () => {
  test("are listed with their sheet, and a note says what to do", async () => {
    const bytes = await workbook((first, book) => {
      const second = book.addWorksheet("Priority 2");
      for (const sheet of [first, second]) {
        sheet.addRow(["No", "Action", "Owner", "Due", "Completed?"]);
        sheet.addRow(["1", `Set up, ${sheet.name}`, "Housing", "31/03/2026", "Y - closed"]);
        sheet.addRow(["2", `Share, ${sheet.name}`, "Police", "31/03/2026", "No"]);
        sheet.addRow(["3", `Ask, ${sheet.name}`, "Police", "31/03/2026", "Partly"]);
      }
    });
    const { actions, report } = await read(bytes, "plan.xlsx");
    expect(actions.map(({ reference, status }) => [reference, status.value])).toEqual([
      ["1", "COMPLETED"],
      ["2", null],
      ["3", "IN_PROGRESS"],
    ]);
    expect(actions[1]?.doubts).toContain('the status "No" says only that it is not completed');
    expect(report.unplaced.map(({ line, sheet }) => [line, sheet])).toEqual([
      [2, "Priority 2"],
      [3, "Priority 2"],
      [4, "Priority 2"],
    ]);
    expect(report.notes.join()).toContain("The numbers begin again in each section or sheet (1, 2, 3)");
  });
});

describe("nothing is lost without a word", () => {
  test("text under no header is listed", async () => {
    const { report } = await read('Ref,Action,Lead,By when\n1,"He said "now" please, really",Police,31/12/2026\n');
    expect(report.unplaced).toEqual([
      expect.objectContaining({ text: "31/12/2026", why: "it stands in a column that has no header" }),
    ]);
  });

  test("a header with no row below it is no plan", async () => {
    await expect(read("Ref,Action,Lead,By when\n")).rejects.toMatchObject({ code: "NOT_A_PLAN" });
  });
});

describe("dates that were misread", () => {
  const rules = { dayFirst: true };
  test.each([
    ["12/2025", "DUE", "2025-12-31", null],
    ["Dec 2025/Jan 2026", "DUE", "2025-12-31", null],
    ["30 Sept 2025 (slipped from 30 June 2025)", "DUE", "2025-09-30", "2025-06-30"],
    ["Academic year 2025/26", "DUE", "2026-08-31", null],
    ["3 months from 1 Jan 2026", "UNKNOWN", null, null],
    ["within six weeks of 12 May 2025", "UNKNOWN", null, null],
    ["13/2025", "UNKNOWN", null, null],
  ])("%s", (text, kind, end, original) => {
    const reading = readByWhen(text, rules);
    expect([reading.byWhen.kind, reading.byWhen.end, reading.original?.end ?? null]).toEqual([kind, end, original]);
  });

  test.each(["Easter 2026", "early 2026", "Hydref 2026"])("%s is doubted: only the year is understood", (text) => {
    expect(readByWhen(text, rules).doubts.join()).toContain("only the year could be read");
  });

  test("a date that was replaced is no milestone", () => {
    expect(readByWhen("June 2026 (was March 2026)", rules).milestones).toEqual([]);
    expect(readByWhen("By December 2026", rules).doubts).toEqual([]);
  });
});
