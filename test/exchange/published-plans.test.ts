import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readPlan, renderReport, type PlanReading, type ReadLead } from "../../src/domains/exchange/reader";
import { gold2017 } from "./gold-2017";
import { vocabulary } from "./vocabulary";

const sources = join(__dirname, "../../../shared/sources");
const nearby = [sources, join(__dirname, "../../../../shared/sources")].find((folder) => existsSync(folder));

async function reading(fileName: string, declared?: number): Promise<{ plan: PlanReading; text: string } | null> {
  if (nearby === undefined) {
    console.warn("skipped: ../shared is absent");
    return null;
  }
  const bytes = readFileSync(join(nearby, fileName));
  return { plan: await readPlan(bytes, { fileName, vocabulary, declared }), text: bytes.toString("utf8") };
}

const keyOf = (lead: ReadLead): string => lead.postKey ?? lead.agencyKey ?? `?${lead.text}`;

describe("the improvement plan of 2017 to 2019", () => {
  const name = "coventry-improvement-plan-2017-2019.txt";

  test("gives the 103 numbered actions with their dates and leads, and invents none", async () => {
    const found = await reading(name, 109);
    if (!found) return;
    const { actions, report } = found.plan;
    const facts = actions.map(({ reference, lines, byWhen, leads }) => ({
      reference,
      line: lines.from,
      end: byWhen.end,
      revised: byWhen.revised,
      leads: leads.map(keyOf),
    }));
    expect(facts).toEqual(gold2017);
    expect(report).toMatchObject({ declared: 109, recovered: 103, unknownAgencies: [] });
    expect(actions.filter((action) => action.byWhen.kind !== "DUE").map((action) => action.reference)).toEqual([
      "28.2",
    ]);
    expect(actions.filter((action) => action.byWhen.kind === "DUE" && action.leads.length > 0).length).toBe(102);
    const printed = found.text.split("\n").map((line) => line.split("\t").map((cell) => cell.trim()));
    for (const { reference, lines } of actions) expect(printed[lines.from - 1]).toContain(reference);
  });

  test("names the six missing numbers, and where to look", async () => {
    const found = await reading(name, 109);
    if (!found) return;
    const { report } = found.plan;
    expect(report.missing.map(({ reference, near }) => [reference, near])).toEqual([
      ["1.2", 29],
      ["2.1", 37],
      ["22.1", 237],
      ["36.1", 355],
      ["37.1", 372],
      ["45.3", 536],
    ]);
    const lines = report.unplaced.map((entry) => entry.line);
    expect(lines).toEqual(
      expect.arrayContaining([29, 32, 36, 65, 66, 67, 68, 232, 235, 355, 363, 366, 367, 371, 536, 540]),
    );
    expect(lines.length).toBe(27);
  });

  test("keeps each page-broken cell with its action, and lost rows out of the action above", async () => {
    const found = await reading(name, 109);
    if (!found) return;
    const by = new Map(found.plan.actions.map((action) => [action.reference, action]));
    expect(by.get("2.2")?.measure).toMatch(/timescales\. .* 30 audits undertaken\.$/);
    expect(by.get("11.2")?.measure).toMatch(/^DV contacts completed DV contact timeliness/);
    expect(by.get("1.1")?.overallProgress).not.toMatch(/performance measures for this action/);
    expect(by.get("21.3")?.impactNarrative).not.toMatch(/Staff report/);
    expect(by.get("45.2")?.overallProgress).not.toMatch(/No Recourse/);
    expect(by.get("38.1")?.title).toBe(
      "Review the membership, frequency, remit, and forward plan for the Improvement Board.",
    );
    expect(by.get("1.1")?.milestones.map(({ label, end }) => [label, end])).toEqual([
      ["Guidance Issued", "2017-09-30"],
      ["Impact/ evaluation", "2018-09-30"],
    ]);
    expect(by.get("33.1")?.leads.map(({ bold }) => bold)).toEqual([true, false]);
    expect(by.get("4.4")?.leads.map(keyOf)).toEqual(["CCC"]);
    const withoutMeasure = found.plan.actions.filter(
      (action) => action.measure === null && action.successCriteria === null,
    );
    expect(withoutMeasure.map((action) => action.reference)).toEqual([]);
    expect(found.plan.actions.every(({ delivery, impact }) => delivery.columnPresent && impact.columnPresent)).toBe(
      true,
    );
    expect(
      found.plan.actions.filter(({ delivery, impact }) => delivery.value !== null || impact.value !== null),
    ).toEqual([]);
  });

  test("gives three themes and the objectives with their findings", async () => {
    const found = await reading(name, 109);
    if (!found) return;
    const { themes, objectives } = found.plan;
    expect(themes).toEqual([
      "Children Who Need Help and Protection",
      "Children looked after and achieving permanence",
      "Leadership, Management and Governance",
    ]);
    const numbered = objectives
      .filter((objective) => /^\d+$/.test(objective.reference))
      .map((objective) => Number(objective.reference));
    expect(numbered).toEqual(Array.from({ length: 48 }, (_, index) => index + 1).filter((number) => number !== 22));
    expect(objectives.find((objective) => objective.reference === "5")?.findings).toEqual([
      { source: "OFSTED", reference: "Para 17" },
    ]);
  });
});

describe("the action plan in the scrutiny papers of 2016", () => {
  const name = "coventry-scrutiny-board-papers-2016-10.txt";

  test("gives exactly 57 actions, 41 of them ongoing, and nothing of the other tables", async () => {
    const found = await reading(name);
    if (!found) return;
    const { actions, report } = found.plan;
    expect(report.references).toEqual(Array.from({ length: 57 }, (_, index) => String(index + 1)));
    expect(report).toMatchObject({ declared: null, recovered: 57, missing: [], unplaced: [] });
    const kinds = actions.map((action) => action.byWhen.kind);
    expect(kinds.filter((kind) => kind === "ONGOING").length).toBe(41);
    expect(kinds.filter((kind) => kind === "RANGE").length).toBe(1);
    expect(kinds.filter((kind) => kind === "DUE").length).toBe(15);
    expect(actions.filter((action) => action.desiredOutcome === null).map((action) => action.reference)).toEqual([
      "4",
      "5",
      "9",
      "33",
      "44",
    ]);
    expect(actions.every((action) => action.measure !== null && !action.delivery.columnPresent)).toBe(true);
    expect(found.plan.themes.length).toBe(5);
    expect(new Set(actions.map((action) => action.objectiveReference)).size).toBe(18);
  });

  test("knows who leads with the police, and which actions cite the notice", async () => {
    const found = await reading(name);
    if (!found) return;
    const { actions } = found.plan;
    const ofPolice = actions.filter((action) => action.leads.some((lead) => lead.agencyKey === "POLICE"));
    expect(ofPolice.map((action) => action.reference)).toEqual(["11", "24"]);
    expect(ofPolice[1]?.leads.map((lead) => lead.agencyKey)).toEqual(["POLICE", "UHCW", "CWPT", "CCG"]);
    const notice = actions.filter((action) => action.findings.some((finding) => finding.source === "DFE_NOTICE"));
    expect(notice.map((action) => action.reference)).toEqual("24 29 30 31 32 33 34 35 37 38 41 51 52 53".split(" "));
    expect(actions[23]?.findings).toEqual([
      { source: "DFE_NOTICE", reference: "5.1" },
      { source: "OFSTED", reference: "PA 27" },
      { source: "OFSTED", reference: "PA 29" },
      { source: "SERIOUS_CASE_REVIEW", reference: "16.5" },
    ]);
    expect(actions[2]?.leads.map(({ text, agencyKey }) => [text, agencyKey])).toEqual([
      ["Deputy Chief Executive (CWPT)", "CWPT"],
      ["UHCW NHS Trust", "UHCW"],
    ]);
    expect(actions[45]?.leads.map((lead) => lead.postTitle)).toEqual([
      "Head of Children's Strategic commissioning",
      "Head of Regulated Services",
    ]);
  });
});

test("the report for a business manager says what was found and where to look", async () => {
  const found = await reading("coventry-improvement-plan-2017-2019.txt", 109);
  if (!found) return;
  const text = renderReport(found.plan, { planTitle: "Getting to Good" });
  expect(text).toContain("103 actions recovered from tab-separated text. The plan is said to have 109.");
  expect(text).toContain("22.1: no action of objective 22 is numbered");
  expect(text).not.toMatch(/<[a-z/!]|[\uE000-\uF8FF]/i);
});
