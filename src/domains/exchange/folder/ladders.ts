import { isDeepStrictEqual } from "node:util";
import { BadInputError } from "../../../platform/errors/index";
import {
  CalendarDivision,
  DeciderKind,
  type LadderEditionInput,
  type LadderStageInput,
  LimitUnit,
  OutOfScope,
  requireEdition,
  stageColumns,
  type TimeLimitInput,
  versionColumns,
} from "../../challenges/index";
import { Role } from "../../identity/index";
import { requiredText } from "../../plan/index";
import { insertRows } from "../rows";
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
function limitIn(row: FolderRow, column: string): TimeLimitInput | null {
  const text = row.text(column);
  if (text === null) return null;
  const [, count, name = ""] = /^(?:(\d{1,9}) )?([A-Z_]+)$/.exec(text) ?? [];
  const unit = UNITS[name];
  if (!unit)
    return row.fail(`"${text}" in "${column}" is no limit; write it such as 5 WORKING_DAYS, or SAME_WORKING_DAY.`);
  return { unit, count: count === undefined ? null : Number(count) };
}

/** A stage of the folder, as it is checked and as it is kept. */
interface StageRow {
  row: FolderRow;
  said: LadderStageInput;
  columns: Readonly<Record<string, unknown>>;
}

/** A ladder of the folder with its first version. */
interface LadderRow {
  row: FolderRow;
  name: string;
  division: CalendarDivision | null;
  columns: Readonly<Record<string, unknown>>;
  stages: readonly StageRow[];
}

type Ids = ReadonlyMap<string, string>;

function stageIn(row: FolderRow, posts: Ids, boards: Ids): StageRow {
  const said: LadderStageInput = {
    number: row.whole("number") ?? row.fail('the column "number" needs a value.'),
    name: row.required("name"),
    informal: isYes(row, "informal"),
    mayBeSkipped: isYes(row, "may_be_skipped"),
    deciderKind: row.requiredOneOf("decider_kind", DeciderKind),
    role: row.oneOf("role", DECIDERS),
    post: row.lookup("post", posts, "posts.csv"),
    board: row.lookup("board", boards, "boards.csv"),
    decider: row.required("decider"),
    limit: limitIn(row, "limit"),
    acknowledgeWithin: limitIn(row, "acknowledge"),
  };
  return {
    row,
    said,
    columns: { ...stageColumns(said), decider_post_id: said.post, decider_board_id: said.board },
  };
}

/** A ladder as its rows say it, refused by line where `createLadder` would refuse it. */
function ladderIn(row: FolderRow, stages: readonly StageRow[]): LadderRow {
  const name = row.required("name");
  const edition: LadderEditionInput = {
    stages: stages.map(({ said }) => said),
    cutOff: row.text("cut_off"),
    outOfScope: row
      .list("out_of_scope")
      .map(
        (one) =>
          SCOPES[one] ?? row.fail(`"${one}" in "out_of_scope" is not one of ${Object.values(OutOfScope).join(", ")}.`),
      ),
    outOfScopeNote: row.text("out_of_scope_note"),
    triggers: row.list("triggers"),
    triggersOnly: stages.length === 0,
    source: row.text("source"),
  };
  try {
    requiredText("name", name, "title");
    requireEdition(edition);
  } catch (error) {
    if (!(error instanceof BadInputError)) throw error;
    const [, list, index] = error.field ?? [];
    const at = list === "stages" ? stages[Number(index)] : undefined;
    (at?.row ?? row).fail(error.message);
  }
  return { row, name, division: row.oneOf("division", CalendarDivision), columns: versionColumns(edition), stages };
}

/** A version that stands, under the names of its columns. */
interface Standing {
  name: string;
  division: CalendarDivision | null;
  /** London day on which the ladder's first version began. */
  began: string;
  version: Readonly<Record<string, unknown>>;
  stages: readonly Readonly<Record<string, unknown>>[];
}

const STANDING = `
  select l.name, l.division, to_jsonb(v) as version,
    to_char(min(v.from_at) over (partition by l.id) at time zone 'Europe/London', 'YYYY-MM-DD') as began,
    coalesce((select jsonb_agg(to_jsonb(s) order by s.number) from ladder_stage s where s.ladder_version_id = v.id), '[]') as stages
  from ladder l join ladder_version v on v.ladder_id = l.id where l.partnership_id = $1 order by v.number desc`;

const agree = (said: Readonly<Record<string, unknown>>, standing: Readonly<Record<string, unknown>>): boolean =>
  Object.entries(said).every(([name, value]) => isDeepStrictEqual(value, standing[name]));

/** Whether a version says what the folder does. */
const isAsSaid = ({ columns, stages }: LadderRow, standing: Standing): boolean =>
  agree(columns, standing.version) &&
  stages.length === standing.stages.length &&
  stages.every((stage, index) => agree(stage.columns, standing.stages[index] ?? {}));

/** By line, what the folder says of a ladder that is there and that is not so: it is not loaded. */
function differences(ladder: LadderRow, versions: readonly [Standing, ...Standing[]]): string[] {
  const [newest] = versions;
  const { row, name, division, columns, stages } = ladder;
  const from = row.day("from_on");
  const notes: string[] = [];
  const note = (of: FolderRow, what: string) => notes.push(`${of.file}, line ${of.line}: ${what}`);
  if (division !== newest.division)
    note(row, `${name} is there already under another division, which was left: a ladder keeps its own.`);
  if (from !== null && from !== newest.began)
    note(row, `${name} is there already, from ${newest.began} on, which was left as it is.`);
  if (versions.some((version) => isAsSaid(ladder, version))) return notes;
  const left = "which was left as it is: make another version with reviseLadder.";
  if (!agree(columns, newest.version)) note(row, `${name} is there already and says something else, ${left}`);
  if (newest.stages.length > stages.length)
    note(row, `${name} is there already with more stages (${newest.stages.length}), ${left}`);
  for (const [index, stage] of stages.entries()) {
    const standing = newest.stages[index];
    if (!standing) note(stage.row, `${name} is there already without this stage, ${left}`);
    else if (!agree(stage.columns, standing)) note(stage.row, `this stage is there already and is another, ${left}`);
  }
  return notes;
}

function laddersIn(folder: string, posts: Ids, boards: Ids): LadderRow[] {
  const file = "ladders.csv";
  const rows = tableOf(folder, file, LADDERS);
  eachOnce(rows, (row) => row.required("name"));
  const stages = tableOf(folder, "ladder-stages.csv", STAGES);
  eachOnce(stages, (row) => `${row.required("ladder")} ${row.required("number")}`);
  const byLadder = new Map<string, StageRow[]>(rows.map((row) => [row.required("name"), []]));
  for (const row of stages) row.found(row.required("ladder"), byLadder, file).push(stageIn(row, posts, boards));
  return rows.map((row) => ladderIn(row, byLadder.get(row.required("name")) ?? []));
}

/**
 * Loads ladders.csv and ladder-stages.csv, each ladder as its first version. One that is there is left as it is, since
 * challenges may run on it; what is said of it otherwise is noted.
 */
export async function loadLadders(
  { sql, folder, partnershipId, now, notes }: Loading,
  posts: Ids,
  boards: Ids,
): Promise<void> {
  const file = "ladders.csv";
  const ladders = laddersIn(folder, posts, boards);
  if (ladders.length === 0) return;
  const standing = (await sql.query(STANDING, [partnershipId])) as Standing[];
  const added: LadderRow[] = [];
  for (const ladder of ladders) {
    const [newest, ...older] = standing.filter(({ name }) => name === ladder.name);
    if (newest) notes.push(...differences(ladder, [newest, ...older]));
    else added.push(ladder);
  }
  await inFile(file, () =>
    insertRows(
      sql,
      "ladder",
      partnershipId,
      { name: "text", division: "text" },
      added.map(({ name, division }) => ({ name, division })),
    ),
  );
  const ids = await idsBy(sql, "select name as key, id from ladder where partnership_id = $1", [partnershipId]);
  await inFile(file, () =>
    insertRows(
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
      added.map(({ row, name, columns }) => ({
        ...columns,
        ladder_id: row.found(name, ids, file),
        number: 1,
        from_at: row.startOfDay("from_on") ?? now.toISOString(),
      })),
    ),
  );
  const versions = await idsBy(
    sql,
    "select ladder_id as key, id from ladder_version where partnership_id = $1 and number = 1",
    [partnershipId],
  );
  await inFile("ladder-stages.csv", () =>
    insertRows(
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
      added.flatMap(({ row, name, stages }) => {
        const ladder_version_id = row.found(row.found(name, ids, file), versions, file);
        return stages.map(({ columns }) => ({ ...columns, ladder_version_id }));
      }),
    ),
  );
}
