import { SignOffEvent } from "../../boards/index";
import { addMissingRows } from "../rows";
import { decisionIds, type Known } from "./boards";
import { type FolderRow, tableOf } from "./csv-table";
import { actionOf } from "./indicators";
import { idsBy, inFile, type Loading } from "./loading";

type Ids = ReadonlyMap<string, string>;

/** Loads highlight-reports.csv, sign-offs.csv and plan-sign-offs.csv: history is added to, and what is there stays as it is. */
export async function loadSignOffs(
  loading: Loading,
  boards: Ids,
  { agencies }: Known,
  actions: Map<string, string>,
): Promise<void> {
  const { sql, folder, partnershipId } = loading;
  const decisions = await decisionIds(loading);
  const dayOf = (row: FolderRow) => row.day("day") ?? row.fail('the column "day" needs a value.');
  const decisionOf = (row: FolderRow) =>
    row.found(
      `${row.found(row.required("board"), boards, "boards.csv")} ${dayOf(row)} ${row.required("decision")}`,
      decisions,
      "decisions.csv",
    );

  const reports = ["plan", "reference", "number", "agency", "target_met", "embedded", "evidence", "links", "filed_at"];
  await inFile("highlight-reports.csv", () =>
    addMissingRows(
      sql,
      "highlight_report",
      partnershipId,
      {
        action_id: "uuid",
        agency_id: "uuid",
        number: "int",
        target_met: "text",
        embedded: "text",
        evidence: "text",
        links: "text[]",
        filed_at: "timestamptz",
      },
      tableOf(folder, "highlight-reports.csv", reports).map((row) => ({
        action_id: actionOf(row, actions),
        agency_id: row.found(row.required("agency"), agencies, "agencies.csv"),
        number: row.whole("number"),
        target_met: row.required("target_met"),
        embedded: row.required("embedded"),
        evidence: row.text("evidence"),
        links: row.list("links"),
        filed_at: row.instant("filed_at"),
      })),
      ["action_id", "number"],
    ),
  );
  const reportIds = await idsBy(
    sql,
    "select action_id || ' ' || number as key, id from highlight_report where partnership_id = $1",
    [partnershipId],
  );

  const entries = ["plan", "reference", "number", "event", "board", "day", "decision", "report", "reason"];
  await inFile("sign-offs.csv", () =>
    addMissingRows(
      sql,
      "sign_off",
      partnershipId,
      {
        action_id: "uuid",
        decision_id: "uuid",
        highlight_report_id: "uuid",
        number: "int",
        event: "text",
        decided_on: "date",
        reason: "text",
      },
      tableOf(folder, "sign-offs.csv", entries).map((row) => {
        const action_id = actionOf(row, actions);
        const report = row.text("report");
        return {
          action_id,
          decision_id: decisionOf(row),
          highlight_report_id:
            report === null ? null : row.found(`${action_id} ${report}`, reportIds, "highlight-reports.csv"),
          number: row.whole("number"),
          event: row.requiredOneOf("event", SignOffEvent),
          decided_on: dayOf(row),
          reason: row.text("reason"),
        };
      }),
      ["action_id", "number"],
    ),
  );

  const plans = await idsBy(sql, "select slug as key, id from plan where partnership_id = $1", [partnershipId]);
  await inFile("plan-sign-offs.csv", () =>
    addMissingRows(
      sql,
      "plan_sign_off",
      partnershipId,
      { plan_id: "uuid", decision_id: "uuid", decided_on: "date" },
      tableOf(folder, "plan-sign-offs.csv", ["plan", "board", "day", "decision"]).map((row) => ({
        plan_id: row.found(row.required("plan"), plans, "plans.csv"),
        decision_id: decisionOf(row),
        decided_on: dayOf(row),
      })),
      ["plan_id"],
    ),
  );
}
