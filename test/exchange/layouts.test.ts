import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readPlan, type PlanReading, type ReadLead, type ReadPlanOptions } from "../../src/domains/exchange/reader";
import { vocabulary } from "./vocabulary";
import { workbook } from "./workbook";

const keyOf = (lead: ReadLead): string =>
  lead.postKey ?? (lead.postTitle === null ? (lead.agencyKey ?? `?${lead.text}`) : `post:${lead.postTitle}`);
const read = (content: string | Buffer, options: Partial<ReadPlanOptions> = {}): Promise<PlanReading> =>
  readPlan(Buffer.isBuffer(content) ? content : Buffer.from(content), { fileName: "plan.csv", vocabulary, ...options });

const day = (text: string): Date => new Date(`${text}T00:00:00Z`);

describe("a plan of another council, semicolons and all", () => {
  const csv = readFileSync(join(__dirname, "fixtures/northbrook-plan.csv"));

  test("is read by its headers", async () => {
    const { actions, themes, objectives, report, format } = await read(csv);
    expect(format).toBe("CSV");
    expect(report.references).toEqual(["1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.5"]);
    expect(themes).toEqual(["Priority 1: Front door", "Priority 2: Neglect"]);
    expect(actions.map((action) => action.leads.map(keyOf))).toEqual([
      ["post:Head of Early Help", "POLICE"],
      ["NPS", "HOUSING", "SCHOOLS"],
      ["?Northbrook Youth Voice", "SCHOOLS"],
      ["PUBLIC_HEALTH", "HEALTH"],
      ["INDEPENDENT_CHAIR"],
      ["post:Director of Children's Services"],
      ["LSCB"],
    ]);
    expect(actions.map(({ byWhen }) => [byWhen.kind, byWhen.end, byWhen.precision])).toEqual([
      ["DUE", "2026-03-31", "DAY"],
      ["DUE", "2025-09-30", "QUARTER"],
      ["DUE", "2026-03-31", "MONTH"],
      ["DUE", "2025-12-31", "QUARTER"],
      ["RECURRING", null, null],
      ["UNKNOWN", null, null],
      ["DUE", "2026-03-31", "MONTH"],
    ]);
    expect(actions.map((action) => action.delivery.value)).toEqual([
      "GREEN",
      "AMBER",
      "RED",
      null,
      null,
      null,
      "GREEN",
    ]);
    expect(actions.map((action) => action.objectiveReference)).toEqual(
      ["1", "1", "2", "3", "3", "3", "3"].map((number) => objectives[Number(number) - 1]?.reference),
    );
    expect(actions[0]?.successCriteria).toBe("All agencies use the form;\n95% are complete");
    expect(actions[0]?.impactNarrative).toBe("Fewer referrals returned");
    expect(actions[2]).toMatchObject({ title: "Set up a panel of young people", description: "- recruit\n- induct" });
    expect(actions[3]?.overallProgress).toBe('HYPERLINK("http://example.invalid")');
    expect(actions[6]?.milestones.map((milestone) => milestone.end)).toEqual(["2026-03-31", "2026-09-30"]);
    expect(report.unknownAgencies.map((entry) => entry.text)).toEqual([
      "Head of Early Help",
      "Northbrook Youth Voice",
      "Director of Children's Services",
    ]);
    expect(report.missing.map((entry) => entry.reference)).toEqual(["2.4"]);
    expect(report.unplaced).toEqual([
      expect.objectContaining({ line: 19, why: "its number 2.5 was already used at line 18" }),
    ]);
    expect(report.notes.join()).toContain('"Cost"');
    expect(actions[1]?.doubts.join()).toContain("line 9");
  });

  test.each([
    ["UTF-8 with its mark", (text: string) => Buffer.from(`\uFEFF${text}`)],
    ["UTF-16, little end first", (text: string) => Buffer.from(`\uFEFF${text}`, "utf16le")],
    ["UTF-16, big end first", (text: string) => Buffer.from(`\uFEFF${text}`, "utf16le").swap16()],
    ["UTF-16 without its mark", (text: string) => Buffer.from(text, "utf16le")],
    ["Windows-1252", (text: string) => Buffer.from(text.replaceAll("’", "\x92"), "latin1")],
    [
      "tabs",
      (text: string) =>
        Buffer.from(
          text
            .replaceAll("\n95%", " 95%")
            .replaceAll('"', "")
            .replaceAll("\n-", " -")
            .replace("Public Health\nHealth", "Public Health Health")
            .replaceAll(";", "\t"),
        ),
    ],
    ["carriage returns", (text: string) => Buffer.from(text.replaceAll("\n", "\r\n"))],
  ])("reads the same in %s", async (_, encode) => {
    const { report, actions } = await read(encode(csv.toString("utf8")));
    expect(report.references).toEqual(["1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.5"]);
    expect(actions[3]?.leads.map(keyOf)).toEqual(["PUBLIC_HEALTH", "HEALTH"]);
  });
});

describe("a workbook", () => {
  test("with titles, merged cells, dates, colours and rich text", async () => {
    const bytes = await workbook((sheet) => {
      sheet.addRow(["Westmere Improvement Plan 2025"]);
      sheet.mergeCells("A1:I1");
      sheet.addRow([]);
      sheet.addRow([
        "Ref",
        "Area for improvement",
        "Action",
        "By Who",
        "Target Date",
        "RAG",
        "Status",
        "Progress update",
        "Measures of success",
      ]);
      sheet.addRow(["Theme A: Leadership"]);
      sheet.mergeCells("A4:I4");
      sheet.addRow([
        1.1,
        "Sharper challenge",
        "Write a challenge log",
        { richText: [{ font: { bold: true }, text: "CCC" }, { text: " Police" }] },
        day("2026-03-31"),
        "",
        "In progress",
        "Log drafted",
        0.85,
      ]);
      sheet.addRow([1.2, "", "Meet every six weeks", "LSCB", day("2026-09-01"), "Amber", "Not started", "", ""]);
      sheet.mergeCells("B5:B6");
      sheet.getCell("F5").fill = { type: "pattern", pattern: "solid", fgColor: { argb: "FF00B050" } };
      sheet.getCell("E6").numFmt = "mmm-yy";
      sheet.getCell("I5").numFmt = "0%";
      sheet.addRow([1.1, "", "A second one with the number", "LSCB", day("2026-09-01"), "", "", "", ""]);
      sheet.getCell("A7").value = 1.1;
      sheet.getCell("A7").numFmt = "0.00";
      sheet.addRow([
        2,
        "Earlier help",
        { formula: "1+1", result: "Stored words" },
        "Schools",
        { formula: "TODAY()" },
        "",
        "Complete",
        "",
        "",
      ]);
      sheet.addRow(["", "", "An action that lost its number", "Police", day("2026-05-01"), "", "", "", ""]);
    });
    const { actions, report, format, objectives } = await read(bytes, { fileName: "plan.xlsx" });
    expect(format).toBe("XLSX");
    expect(report.references).toEqual(["1.1", "1.2", "1.10", "2"]);
    expect(actions[0]).toMatchObject({
      title: "Write a challenge log",
      themeTitle: "Theme A: Leadership",
      byWhen: { kind: "DUE", end: "2026-03-31", precision: "DAY" },
      delivery: { columnPresent: true, value: "GREEN" },
      status: { value: "IN_PROGRESS" },
      measure: "85%",
      lines: { from: 5, to: 5 },
    });
    expect(actions[0]?.leads).toEqual([
      expect.objectContaining({ agencyKey: "CCC", bold: true }),
      expect.objectContaining({ agencyKey: "POLICE", bold: false }),
    ]);
    expect(actions[1]).toMatchObject({
      byWhen: { end: "2026-09-30", precision: "MONTH" },
      delivery: { value: "AMBER" },
    });
    expect(actions[0]?.objectiveReference).toBe(actions[1]?.objectiveReference);
    expect(objectives.map((objective) => objective.title)).toEqual(["Sharper challenge", "Earlier help"]);
    expect(actions[3]).toMatchObject({
      title: "Stored words",
      byWhen: { kind: "UNKNOWN" },
      status: { value: "COMPLETED" },
    });
    expect(actions[3]?.doubts.join("; ")).toMatch(/last stored result.*without a stored result/);
    expect(report.unplaced).toEqual([expect.objectContaining({ line: 9 })]);
    expect(report.missing.some((entry) => entry.near === 9)).toBe(true);
  });

  test("with a header in two rows and a hidden sheet", async () => {
    const bytes = await workbook((sheet, book) => {
      sheet.addRow(["No.", "Action", "Responsible", "Timescale", "RAG", "", "Progress"]);
      sheet.addRow(["", "", "", "", "Delivery", "Impact", ""]);
      sheet.mergeCells("E1:F1");
      sheet.addRow(["A1", "Do the first thing", "Health", "30 June 2026", "Green", "Red", "Done"]);
      const hidden = book.addWorksheet("Old", { state: "hidden" });
      hidden.addRow(["No.", "Action", "Lead", "By when"]);
      hidden.addRow(["A9", "An old thing", "Health", "30 June 2020"]);
    });
    const { actions, report } = await read(bytes, { fileName: "plan.xlsx" });
    expect(report.references).toEqual(["A1"]);
    expect(actions[0]).toMatchObject({ delivery: { value: "GREEN" }, impact: { value: "RED" } });
    expect(report.notes.join()).toContain('hidden sheet "Old"');
  });
});

describe("what a file may lack or repeat", () => {
  const rows = "Action,Lead,By when\nReview the policy,Police,March 2026\nTrain staff,Schools,April 2026\n";

  test("without a column of numbers no number is invented", async () => {
    const { actions, report } = await read(rows);
    expect(actions).toEqual([]);
    expect(report.unplaced.map((entry) => entry.line)).toEqual([2, 3]);
    expect(report.notes.join()).toContain('"#row"');
  });

  test("rows are numbered by position only when the mapping asks for it", async () => {
    const { actions } = await read(rows, { mapping: { reference: "#row" } });
    expect(actions.map((action) => action.reference)).toEqual(["1", "2"]);
    expect(actions[0]?.doubts.join()).toContain("numbered by its position");
  });

  test("other header words are taken from the mapping", async () => {
    const { actions, report } = await read("Kennung,Aufgabe,Wer,Bis\n7a,Review the policy,Police,03/04/2026\n", {
      mapping: { reference: "Kennung", title: "Aufgabe", leads: ["Wer"], byWhen: "Bis", dateOrder: "MDY", declared: 3 },
    });
    expect(actions[0]).toMatchObject({ reference: "7a", byWhen: { end: "2026-03-04" } });
    expect(report).toMatchObject({ declared: 3, missing: [{ reference: null, count: 2 }] });
  });

  test("the columns of this service's own data", async () => {
    const csv = [
      "Theme,Objective,Objective title,No.,Action,Description,Lead,By when,Original by when,Status,Reported delivery,Reported impact,Findings,Doubts",
      "Front door,3,Safer referrals,3.1,Agree a form,One form for all,Police; Schools,30 June 2026,March 2026,In progress,Green,Amber,OFSTED Para 17; DFE_NOTICE 4.5,lead not certain",
    ].join("\n");
    const { actions, objectives } = await read(csv);
    expect(actions[0]).toMatchObject({
      objectiveReference: "3",
      themeTitle: "Front door",
      description: "One form for all",
      byWhen: { end: "2026-06-30" },
      originalByWhen: { end: "2026-03-31" },
      status: { value: "IN_PROGRESS" },
      delivery: { value: "GREEN" },
      impact: { value: "AMBER" },
      findings: [
        { source: "OFSTED", reference: "Para 17" },
        { source: "DFE_NOTICE", reference: "4.5" },
      ],
      doubts: ["lead not certain"],
    });
    expect(objectives).toEqual([expect.objectContaining({ reference: "3", title: "Safer referrals" })]);
  });
});

describe("recommendations beside actions", () => {
  test("columns of both, two columns of numbers, continuation rows and rows that lost theirs", async () => {
    const bytes = await workbook((sheet) => {
      sheet.addRow(["Rec", "Ofsted recommendation", "Ref", "Action", "Lead officer", "Target date", "RAG"]);
      sheet.addRow([1, "Improve plans (para 12)", 1.1, "Write guidance", "CCC", day("2026-03-31"), "Green"]);
      sheet.addRow(["", "", 1.2, "Check plans", "Police", 46112, "Amber"]);
      sheet.addRow(["", "", "", "and report on them", "", "", ""]);
      sheet.addRow(["", "", "", "Tell the board", "LSCB", day("2026-05-31"), "Red"]);
      sheet.addRow([2, "Improve visits", 2.1, "Visit in time", "Schools", "Spring 2026", "Red"]);
      sheet.mergeCells("A2:A5");
      sheet.mergeCells("B2:B5");
    });
    const { actions, objectives, report } = await read(bytes, { fileName: "plan.xlsx" });
    expect(report.references).toEqual(["1.1", "1.2", "2.1"]);
    expect(actions.map((action) => action.objectiveReference)).toEqual(["1", "1", "2"]);
    expect(actions.map((action) => action.themeTitle)).toEqual([null, null, null]);
    expect(actions[1]).toMatchObject({
      title: "Check plans",
      description: "and report on them",
      byWhen: { kind: "UNKNOWN" },
    });
    expect(actions[1]?.doubts.join()).toContain("day number");
    expect(objectives[0]).toMatchObject({
      reference: "1",
      title: "Improve plans (para 12)",
      kind: "RECOMMENDATION",
      findings: [{ source: "OFSTED", reference: "Para 12" }],
    });
    expect(report.unplaced.map((entry) => entry.line)).toEqual([5]);
    expect(report.missing).toEqual([expect.objectContaining({ reference: "1.3", near: 5 })]);
  });

  test("an action that begins like a heading is an action when it has a number and a date", async () => {
    const csv =
      "No.;Recommendation;Lead;Due\n1;Review the thresholds;LSCB;June 2026\n2;Recommendation: All attend meetings;Police, Health;July 2026\n";
    expect((await read(csv)).actions.map(({ reference, title }) => [reference, title])).toEqual([
      ["1", "Review the thresholds"],
      ["2", "Recommendation: All attend meetings"],
    ]);
  });

  test("page numbers, keys and totals are furniture; sections become objectives", async () => {
    const csv = [
      "RAG key: Red - off track,,,,",
      "Ref,What we will do,Who is responsible,By when,RAG",
      "1,Leadership,,,",
      "1.1,Meet,Chief Executive,Jul-25,G",
      ",Page 2 of 5,,,",
      "Ref,What we will do,Who is responsible,By when,RAG",
      "2,Practice,,,",
      "2.1,Audit,PSW,31st December 2025 (extended from 30 Sept 2025),R",
      "Key: Blue – complete,,,,",
      "Total actions: 2,,,,",
    ].join("\n");
    const { actions, objectives, themes, report } = await read(csv);
    expect(report).toMatchObject({ declared: 2, recovered: 2, missing: [], unplaced: [] });
    expect(themes).toEqual([]);
    expect(objectives.map(({ reference, title }) => [reference, title])).toEqual([
      ["1", "Leadership"],
      ["2", "Practice"],
    ]);
    expect(actions[1]).toMatchObject({
      byWhen: { end: "2025-12-31", revised: true },
      originalByWhen: { end: "2025-09-30" },
    });
  });
});
