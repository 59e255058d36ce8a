import { readFileSync } from "node:fs";
import { join } from "node:path";
import "reflect-metadata";
import { Role } from "../../src/domains/identity";
import {
  ComparatorKind,
  MissingReason,
  ObservationMeasure,
  ObservationStatus,
  Polarity,
  TargetComparator,
  Unit,
} from "../../src/domains/indicators";
import {
  AgendaItemKind,
  BoardKind,
  BoardRole,
  Business,
  DecisionKind,
  MeetingState,
  ResponseProgress,
  TrackedItemKind,
  TrackedItemStatus,
  WorkProgrammeBasis,
} from "../../src/domains/boards";
import { AgencyKind, Sector } from "../../src/domains/partnership";
import { ActionStatus, FindingSource, ObjectiveKind, RatingDimension, RatingValue } from "../../src/domains/plan";
import { RatingBasis, UpdateState } from "../../src/domains/reporting";
import {
  assignable,
  cell,
  column,
  csvFiles,
  data,
  key,
  ordered,
  partnerships,
  read,
  several,
} from "./demonstration-files";

/** The demonstration data as it lies in `data/`, before anything loads it: shape, words, keys, and what must not be in it. */
const headers: Record<string, string> = {
  "partnership.csv": "slug,name,label,cadence_months,suppression_threshold,published_on",
  "agencies.csv": "key,name,short_name,sector,kind,aliases,codes,members,valid_from,valid_to,successor",
  "posts.csv": "key,title,agency,aliases",
  "people.csv": "actor,label,role,agency,valid_from,valid_to",
  "plans.csv": "slug,title,kind,period_start,period_end,reported_on,published_on,signed_off_on",
  "rating-scheme.csv": "plan,dimension,value,label,definition",
  "published-totals.csv": "plan,source,dimension,value,count,position",
  "themes.csv": "plan,position,title",
  "objectives.csv": "plan,theme_position,reference,kind,title,findings",
  "findings.csv": "key,source,kind,reference,title,published_on",
  "updates.csv":
    "plan,reference,author,period_start,period_end,state,version,overall_progress,impact_narrative,risk_note," +
    "proposed_delivery,proposed_impact,submitted_at,accepted_at,returned_at,returned_reason,published_at",
  "ratings.csv": "plan,reference,dimension,value,basis,as_at,recorded_at,agency,rationale",
  "indicators.csv": "code,title,definition,unit,polarity,owner,cadence,position",
  "targets.csv": "indicator,text,comparator,value,upper_value,period_start,period_end",
  "observations.csv":
    "indicator,comparator,measure,period_start,period_end,as_at,position,value,upper_value,qualifier,numerator,denominator,status,missing_reason,needs_review,source,published_on",
  "comparators.csv": "indicator,kind,label,position",
  "trajectory.csv": "indicator,period_end,value",
  "action-indicators.csv": "plan,reference,indicator",
  "boards.csv": "key,name,kind,parent,valid_from,valid_to,successor,note",
  "board-members.csv": "board,agency,post,role,valid_from,valid_to",
  "meetings.csv": "board,day,start_time,place,state,cancelled_reason,published_on,source",
  "agenda-items.csv": "board,day,position,title,business,kind,notes,published_on,source",
  "agenda-papers.csv": "board,day,position,paper,title,link",
  "decisions.csv": "board,day,agenda_position,number,kind,business,text,published_on,source",
  "tracked-items.csv":
    "board,number,kind,reference,title,agency,post,asked,raised_on,decision,due,due_on,status,closed_on,business,published_on,source",
  "tracked-item-responses.csv": "board,item,number,responded_on,agency,post,text,progress,source",
  "ladders.csv": "name,division,cut_off,out_of_scope,out_of_scope_note,triggers,source,from_on",
  "ladder-stages.csv":
    "ladder,number,name,informal,may_be_skipped,decider_kind,role,post,board,decider,limit,acknowledge",
  "tracked-item-actions.csv": "board,item,plan,reference",
  "work-programme.csv": "board,number,year,title,basis,meeting_on,scheduled_on,outcome,published_on,source",
  "highlight-reports.csv": "plan,reference,number,agency,target_met,embedded,evidence,links,filed_at",
  "sign-offs.csv": "plan,reference,number,event,board,day,decision,report,reason",
  "plan-sign-offs.csv": "plan,board,day,decision",
  "grants.csv": "agency,sector,role,relation,type,field,operation,effect,reason,granted_on,expires_on",
};
const actionHeader =
  "No.,Theme,Objective,Action,Description,By When,Original by when,Delivery Lead,Performance measure," +
  "We will know it's working when,Status,RAG delivery,RAG impact,Findings,Doubts";

describe("shape", () => {
  test("each partnership has each file once, with exactly its columns", () => {
    for (const partnership of partnerships) {
      for (const [file, header] of Object.entries(headers)) {
        expect(readFileSync(join(data, partnership, file), "utf8").split("\n")[0]).toBe(header);
      }
      for (const plan of column(`${partnership}/plans.csv`, "slug")) {
        const text = readFileSync(join(data, partnership, "actions", `${plan}.csv`), "utf8");
        expect(text.split("\n")[0]).toBe(actionHeader);
      }
    }
    expect(csvFiles).toHaveLength(2 * Object.keys(headers).length + 3);
  });

  test.each(csvFiles)("%s is UTF-8 with LF, ends in a line end, and has no stray blanks", (file) => {
    const bytes = readFileSync(join(data, file));
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    expect(text).not.toMatch(/\r|\t|\uFEFF|[\u0400-\u04FF]/);
    expect(text.endsWith("\n")).toBe(true);
    const cells = read(file).flatMap((row) => Object.values(row));
    expect(cells.filter((value) => value !== value.trim() || /\s\s|;(?! )|^; |; $/.test(value))).toEqual([]);
    expect(cells.filter((value) => /^[=+@]|^-\D/.test(value))).toEqual([]);
  });

  test("holds no e-mail address and no telephone number", () => {
    const found = [...csvFiles, "README.md"].flatMap((file) => {
      const text = readFileSync(join(data, file), "utf8");
      return text.match(/[\w.+-]+@[\w-]+\.\w+|(?<![\d-])(?:\+44|\(?0)\d[\d ()-]{7,}\d/g) ?? [];
    });
    expect(found).toEqual([]);
  });
});

describe.each(partnerships)("%s: rows name rows that exist", (folder) => {
  const at = (file: string): string => `${folder}/${file}`;
  const agencies = column(at("agencies.csv"), "key");
  const plans = column(at("plans.csv"), "slug");
  const actions = plans.flatMap((plan) =>
    column(at(`actions/${plan}.csv`), "No.").map((reference) => `${plan} ${reference}`),
  );
  const findings = column(at("findings.csv"), "key");
  const indicators = column(at("indicators.csv"), "code");
  const strangers = (known: string[], used: string[]): string[] =>
    used.filter((one) => one !== "" && !known.includes(one));
  const onAction = (file: string): string[] =>
    read(at(file)).map((row) => `${cell(row, "plan")} ${cell(row, "reference")}`);

  test("keys are unique", () => {
    const people = partnerships.flatMap((partnership) => column(`${partnership}/people.csv`, "actor"));
    const posts = column(at("posts.csv"), "key");
    for (const keys of [agencies, plans, actions, findings, indicators, posts, people, assignable(folder)]) {
      expect(keys).toHaveLength(new Set(keys).size);
    }
  });

  test("agencies, plans, actions, findings and indicators", () => {
    for (const name of ["members", "successor"]) {
      expect(strangers(agencies, column(at("agencies.csv"), name).flatMap(several))).toEqual([]);
    }
    for (const [file, name] of [
      ["posts", "agency"],
      ["people", "agency"],
      ["updates", "author"],
      ["ratings", "agency"],
      ["indicators", "owner"],
    ]) {
      expect(strangers(agencies, column(at(`${String(file)}.csv`), String(name)))).toEqual([]);
    }
    for (const file of ["rating-scheme", "published-totals", "themes", "objectives"]) {
      expect(strangers(plans, column(at(`${file}.csv`), "plan"))).toEqual([]);
    }
    for (const file of ["updates.csv", "ratings.csv", "action-indicators.csv"]) {
      expect(strangers(actions, onAction(file))).toEqual([]);
    }
    for (const file of [
      "targets.csv",
      "comparators.csv",
      "observations.csv",
      "trajectory.csv",
      "action-indicators.csv",
    ]) {
      expect(strangers(indicators, column(at(file), "indicator"))).toEqual([]);
    }
    expect(strangers(findings, column(at("objectives.csv"), "findings").flatMap(several))).toEqual([]);
    const boards = column(at("boards.csv"), "key");
    for (const [file, name] of [
      ["boards", "parent"],
      ["boards", "successor"],
      ["board-members", "board"],
      ["meetings", "board"],
      ["tracked-items", "board"],
      ["work-programme", "board"],
    ])
      expect(strangers(boards, column(at(`${String(file)}.csv`), String(name)))).toEqual([]);
    for (const file of ["tracked-item-actions.csv", "highlight-reports.csv", "sign-offs.csv"])
      expect(strangers(actions, onAction(file))).toEqual([]);
    const named = read(at("comparators.csv")).map((row) => `${cell(row, "indicator")} ${cell(row, "label")}`);
    const used = read(at("observations.csv")).filter((row) => cell(row, "comparator") !== "");
    expect(
      strangers(
        named,
        used.map((row) => `${cell(row, "indicator")} ${cell(row, "comparator")}`),
      ),
    ).toEqual([]);
  });

  test("each action stands under its theme and objective, cites known findings, and is led by somebody known", () => {
    const known = assignable(folder);
    for (const plan of plans) {
      const themes = read(at("themes.csv")).filter((row) => row.plan === plan);
      const objectives = read(at("objectives.csv")).filter((row) => row.plan === plan);
      const rows = read(at(`actions/${plan}.csv`));
      for (const row of rows) {
        const objective = objectives.find((one) => one.reference === row.Objective);
        const theme = themes.find((one) => one.position === objective?.theme_position);
        expect([row["No."]?.split(".")[0], row.Theme]).toEqual([objective?.reference, theme?.title]);
        expect(strangers(findings, several(cell(row, "Findings")))).toEqual([]);
        const leads = several(cell(row, "Delivery Lead"));
        expect(strangers(known, leads.map(key))).toEqual([]);
        expect(leads.filter((lead) => lead.includes("*") && !/^\*\*[^*]+\*\*$/.test(lead))).toEqual([]);
        expect(leads.filter((lead) => lead.startsWith("**")).length).toBeLessThanOrEqual(1);
        expect(cell(row, "Action").length).toBeLessThanOrEqual(90);
      }
      expect(new Set(ordered(rows, "Objective"))).toEqual(new Set(ordered(objectives, "reference")));
    }
  });
});

describe("words are those of the model", () => {
  const vocabulary: [file: string, column: string, words: Record<string, string>][] = [
    ["agencies", "sector", Sector],
    ["agencies", "kind", AgencyKind],
    ["people", "role", Role],
    ["objectives", "kind", ObjectiveKind],
    ["findings", "source", FindingSource],
    ["rating-scheme", "dimension", RatingDimension],
    ["rating-scheme", "value", RatingValue],
    ["published-totals", "value", RatingValue],
    ["updates", "state", UpdateState],
    ["updates", "proposed_delivery", RatingValue],
    ["updates", "proposed_impact", RatingValue],
    ["ratings", "dimension", RatingDimension],
    ["ratings", "value", RatingValue],
    ["ratings", "basis", RatingBasis],
    ["indicators", "unit", Unit],
    ["indicators", "polarity", Polarity],
    ["targets", "comparator", TargetComparator],
    ["comparators", "kind", ComparatorKind],
    ["observations", "measure", ObservationMeasure],
    ["observations", "status", ObservationStatus],
    ["observations", "missing_reason", MissingReason],
    ["boards", "kind", BoardKind],
    ["board-members", "role", BoardRole],
    ["meetings", "state", MeetingState],
    ["agenda-items", "kind", AgendaItemKind],
    ["agenda-items", "business", Business],
    ["decisions", "kind", DecisionKind],
    ["decisions", "business", Business],
    ["tracked-items", "kind", TrackedItemKind],
    ["tracked-items", "status", TrackedItemStatus],
    ["tracked-items", "business", Business],
    ["tracked-item-responses", "progress", ResponseProgress],
    ["work-programme", "basis", WorkProgrammeBasis],
    ["actions/improvement-2017-2019", "Status", ActionStatus],
    ["actions/safeguarding-2018-2020", "Status", ActionStatus],
    ["actions/neglect-2019", "Status", ActionStatus],
  ];

  test.each(vocabulary)("%s.csv, %s", (file, name, words) => {
    const known = new Set<string>(["", ...Object.values(words)]);
    const files = partnerships.map((folder) => `${folder}/${file}.csv`).filter((path) => csvFiles.includes(path));
    expect(files.flatMap((path) => column(path, name)).filter((word) => !known.has(word))).toEqual([]);
    expect(files).not.toEqual([]);
  });

  test("days are ISO days, numbers are plain numbers", () => {
    const days = /(_from|_to|_start|_end|_on|^as_at)$/;
    const numbers = /^(position|theme_position|count|version|value|upper_value|numerator|denominator|cadence_months)$/;
    const odd = csvFiles.flatMap((file) =>
      read(file).flatMap((row) =>
        Object.entries(row).filter(([name, text]) => {
          if (text === "") return false;
          if (days.test(name)) return !/^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(text);
          return numbers.test(name) && !/^\d+(\.\d+)?$/.test(text) && !(text in RatingValue);
        }),
      ),
    );
    expect(odd).toEqual([]);
  });
});
