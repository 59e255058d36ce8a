import { CalendarDivision, DeciderKind, LimitUnit, OutOfScope } from "../../challenges/index";
import { Role } from "../../identity/index";
import { addMissingRows } from "../rows";
import { type FolderRow, tableOf } from "./csv-table";
import { eachOnce, idsBy, inFile, type Loading } from "./loading";

const LADDERS = ["name", "division", "cut_off", "out_of_scope", "out_of_scope_note", "triggers", "source", "from_on"];
const STAGES = [
  "ladder",
  "number",
  "name",
  "informal",
  "may_be_skipped",
  "decider_kind",
  "role",
  "post",
  "board",
  "decider",
  "limit",
  "acknowledge",
];
const UNITS: Readonly<Partial<Record<string, LimitUnit>>> = LimitUnit;
const SCOPES: Readonly<Partial<Record<string, OutOfScope>>> = OutOfScope;
const YES = { yes: "yes", no: "no" } as const;
const DECIDERS = {
  PARTNERSHIP_OFFICER: Role.PARTNERSHIP_OFFICER,
  PARTNERSHIP_CHAIR: Role.PARTNERSHIP_CHAIR,
} as const;

const isYes = (row: FolderRow, column: string) => row.oneOf(column, YES) === "yes";

/** A limit as the folder writes it: `5 WORKING_DAYS`, or `SAME_WORKING_DAY`; empty where there is none. */
function limitIn(row: FolderRow, column: string): { unit: LimitUnit | null; count: number | null } {
  const text = row.text(column);
  if (text === null) return { unit: null, count: null };
  const [, count, name = ""] = /^(?:([1-9]\d{0,2}) )?([A-Z_]+)$/.exec(text) ?? [];
  const unit = UNITS[name];
  if (!unit || (unit === LimitUnit.SAME_WORKING_DAY) !== (count === undefined))
    return row.fail(`"${text}" in "${column}" is no limit; write it such as 5 WORKING_DAYS, or SAME_WORKING_DAY.`);
  return { unit, count: count === undefined ? null : Number(count) };
}

/** Loads ladders.csv and ladder-stages.csv, each ladder as its first version: one that is there is left as it is. */
export async function loadLadders(
  { sql, folder, partnershipId, now }: Loading,
  posts: ReadonlyMap<string, string>,
  boards: ReadonlyMap<string, string>,
): Promise<void> {
  const file = "ladders.csv";
  const rows = tableOf(folder, file, LADDERS);
  eachOnce(rows, (row) => row.required("name"));
  const stages = tableOf(folder, "ladder-stages.csv", STAGES);
  eachOnce(stages, (row) => `${row.required("ladder")} ${row.required("number")}`);
  for (const row of stages)
    if (row.whole("number") !== stages.filter((one) => one.text("ladder") === row.text("ladder")).indexOf(row) + 1)
      row.fail("stages of a ladder are numbered 1, 2, 3 and so on, in this order.");
  if (rows.length === 0 && stages.length === 0) return;
  const staged = new Set(stages.map((row) => row.required("ladder")));

  await inFile(file, () =>
    addMissingRows(
      sql,
      "ladder",
      partnershipId,
      { name: "text", division: "text" },
      rows.map((row) => ({ name: row.required("name"), division: row.oneOf("division", CalendarDivision) })),
      ["name"],
    ),
  );
  const ladders = await idsBy(sql, "select name as key, id from ladder where partnership_id = $1", [partnershipId]);
  await inFile(file, () =>
    addMissingRows(
      sql,
      "ladder_version",
      partnershipId,
      {
        ladder_id: "uuid",
        number: "int",
        source: "text",
        cut_off: "text",
        out_of_scope: "text[]",
        out_of_scope_note: "text",
        triggers: "text[]",
        triggers_only: "boolean",
        from_at: "timestamptz",
      },
      rows.map((row) => ({
        ladder_id: row.found(row.required("name"), ladders, file),
        number: 1,
        source: row.text("source"),
        cut_off: row.text("cut_off"),
        out_of_scope: row
          .list("out_of_scope")
          .map(
            (one) =>
              SCOPES[one] ??
              row.fail(`"${one}" in "out_of_scope" is not one of ${Object.values(OutOfScope).join(", ")}.`),
          ),
        out_of_scope_note: row.text("out_of_scope_note"),
        triggers: row.list("triggers"),
        triggers_only: !staged.has(row.required("name")),
        from_at: row.startOfDay("from_on") ?? now.toISOString(),
      })),
      ["ladder_id", "number"],
    ),
  );
  const versions = await idsBy(
    sql,
    "select l.name as key, v.id from ladder_version v join ladder l on l.id = v.ladder_id where v.partnership_id = $1 and v.number = 1",
    [partnershipId],
  );
  await inFile("ladder-stages.csv", () =>
    addMissingRows(
      sql,
      "ladder_stage",
      partnershipId,
      {
        ladder_version_id: "uuid",
        number: "int",
        name: "text",
        informal: "boolean",
        may_be_skipped: "boolean",
        decider_kind: "text",
        decider_role: "text",
        decider_post_id: "uuid",
        decider_board_id: "uuid",
        decider: "text",
        limit_unit: "text",
        limit_count: "int",
        acknowledge_unit: "text",
        acknowledge_count: "int",
      },
      stages.map((row) => {
        const [limit, acknowledge] = [limitIn(row, "limit"), limitIn(row, "acknowledge")];
        return {
          ladder_version_id: row.found(row.required("ladder"), versions, file),
          number: row.whole("number"),
          name: row.required("name"),
          informal: isYes(row, "informal"),
          may_be_skipped: isYes(row, "may_be_skipped"),
          decider_kind: row.requiredOneOf("decider_kind", DeciderKind),
          decider_role: row.oneOf("role", DECIDERS),
          decider_post_id: row.lookup("post", posts, "posts.csv"),
          decider_board_id: row.lookup("board", boards, "boards.csv"),
          decider: row.required("decider"),
          limit_unit: limit.unit,
          limit_count: limit.count,
          acknowledge_unit: acknowledge.unit,
          acknowledge_count: acknowledge.count,
        };
      }),
      ["ladder_version_id", "number"],
    ),
  );
}
