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
} from "../../boards/index";
import { nameKey } from "../name-key";
import { addMissingRows, toJson } from "../rows";
import { type FolderRow, tableOf } from "./csv-table";
import { actionOf } from "./indicators";
import { eachOnce, idsBy, inFile, loadDated, type Loading } from "./loading";

/** Ids of what earlier files have loaded, by their keys in the folder. */
export interface Known {
  agencies: ReadonlyMap<string, string>;
  posts: ReadonlyMap<string, string>;
}

type Ids = ReadonlyMap<string, string>;

const keyed = (row: FolderRow, ...columns: string[]) => columns.map((name) => row.required(name)).join(" ");
const day = (row: FolderRow, column: string) => row.day(column) ?? row.fail(`the column "${column}" needs a value.`);
const whole = (row: FolderRow, column: string) =>
  row.whole(column) ?? row.fail(`the column "${column}" needs a value.`);
const whomOf = (row: FolderRow, { agencies, posts }: Known) => ({
  agency_id: row.lookup("agency", agencies, "agencies.csv"),
  post_id: row.lookup("post", posts, "posts.csv"),
});

/** Posts by their keys in the folder: what is stored knows them by their titles. */
export async function postIds({ sql, folder, partnershipId }: Loading): Promise<Ids> {
  const byTitle = await idsBy(sql, "select key, id from post where partnership_id = $1", [partnershipId]);
  const rows = tableOf(folder, "posts.csv", ["key", "title", "agency", "aliases"]);
  return new Map(
    rows.map((row) => [row.required("key"), row.found(nameKey(row.required("title")), byTitle, row.file)]),
  );
}

/** Loads boards.csv and board-members.csv; gives each board's id under its key. Of a board that is there, only the end is brought up to date. */
export async function loadBoards(loading: Loading, known: Known): Promise<Ids> {
  const { sql, folder } = loading;
  const file = "boards.csv";
  const rows = tableOf(folder, file, ["key", "name", "kind", "parent", "valid_from", "valid_to", "successor", "note"]);
  eachOnce(rows, (row) => row.required("key"));
  eachOnce(rows, (row) => row.required("name"));
  const keys = new Map(rows.map((row) => [row.required("key"), row]));
  const ids = new Map<string, string>();
  await inFile(file, async () => {
    // a board's place is said once, when it is added: those that report to nobody first, then those that report to them
    for (let left = rows; left.length > 0;) {
      const next = left.filter((row) => {
        const parent = row.lookup("parent", keys, file);
        return parent === null || ids.has(parent.required("key"));
      });
      if (next.length === 0) left[0]?.fail("it reports to itself in the end.");
      await addBoards(loading, next, ids);
      left = left.filter((row) => !next.includes(row));
    }
    const succeeded = rows.flatMap((row) => {
      const successor = row.lookup("successor", ids, file);
      return successor === null
        ? []
        : [{ id: row.found(row.required("key"), ids, file), last: day(row, "valid_to"), successor }];
    });
    await sql.query(
      `update board as t set valid_to = coalesce(t.valid_to, r.last), successor_id = r.successor
       from jsonb_to_recordset($1::jsonb) as r (id uuid, last date, successor uuid) where t.id = r.id and t.successor_id is null`,
      [toJson(succeeded)],
    );
  });
  await loadMembers(loading, ids, known);
  return ids;
}

async function addBoards(loading: Loading, rows: FolderRow[], ids: Map<string, string>): Promise<void> {
  const { sql, partnershipId } = loading;
  await loadDated(
    loading,
    "boards.csv",
    "board",
    { name: "text", kind: "text", parent_id: "uuid", valid_from: "date", valid_to: "date", note: "text" },
    rows.map((row) => ({
      line: row.line,
      name: row.required("name"),
      kind: row.requiredOneOf("kind", BoardKind),
      parent_id: row.lookup("parent", ids, row.file),
      valid_from: row.day("valid_from"),
      valid_to: row.day("valid_to"),
      note: row.text("note"),
    })),
    ["name"],
  );
  const byName = await idsBy(sql, "select name as key, id from board where partnership_id = $1", [partnershipId]);
  for (const row of rows) ids.set(row.required("key"), row.found(row.required("name"), byName, row.file));
}

async function loadMembers(loading: Loading, boards: Ids, known: Known): Promise<void> {
  const file = "board-members.csv";
  const rows = tableOf(loading.folder, file, ["board", "agency", "post", "role", "valid_from", "valid_to"]);
  await loadDated(
    loading,
    file,
    "board_member",
    { board_id: "uuid", agency_id: "uuid", post_id: "uuid", role: "text", valid_from: "date", valid_to: "date" },
    rows.map((row) => ({
      line: row.line,
      board_id: row.found(row.required("board"), boards, "boards.csv"),
      ...whomOf(row, known),
      role: row.requiredOneOf("role", BoardRole),
      valid_from: row.day("valid_from"),
      valid_to: row.day("valid_to"),
    })),
    ["board_id", "agency_id", "post_id", "valid_from"],
  );
}

/** Loads meetings.csv, agenda-items.csv, agenda-papers.csv and decisions.csv, in this order. */
export async function loadMeetings(loading: Loading, boards: Ids): Promise<void> {
  const { sql, folder, partnershipId } = loading;
  const table = (file: string, ...columns: string[]) => tableOf(folder, file, columns);
  const boardOf = (row: FolderRow) => row.found(row.required("board"), boards, "boards.csv");

  await inFile("meetings.csv", () =>
    addMissingRows(
      sql,
      "meeting",
      partnershipId,
      {
        board_id: "uuid",
        day: "date",
        start_time: "text",
        place: "text",
        state: "text",
        cancelled_reason: "text",
        published_at: "timestamptz",
      },
      table(
        "meetings.csv",
        "board",
        "day",
        "start_time",
        "place",
        "state",
        "cancelled_reason",
        "published_on",
        "source",
      ).map((row) => ({
        board_id: boardOf(row),
        day: day(row, "day"),
        start_time: row.text("start_time"),
        place: row.text("place"),
        state: row.requiredOneOf("state", MeetingState),
        cancelled_reason: row.text("cancelled_reason"),
        published_at: row.startOfDay("published_on"),
      })),
      ["board_id", "day", "state"],
    ),
  );
  const meetings = await meetingIds(loading);
  const meetingOf = (row: FolderRow) => row.found(`${boardOf(row)} ${row.required("day")}`, meetings, "meetings.csv");

  const agenda = ["board", "day", "position", "title", "business", "kind", "notes", "published_on", "source"];
  await inFile("agenda-items.csv", () =>
    addMissingRows(
      sql,
      "agenda_item",
      partnershipId,
      {
        board_id: "uuid",
        meeting_id: "uuid",
        position: "int",
        title: "text",
        business: "text",
        kind: "text",
        notes: "text",
        published_at: "timestamptz",
      },
      table("agenda-items.csv", ...agenda).map((row) => ({
        board_id: boardOf(row),
        meeting_id: meetingOf(row),
        position: whole(row, "position"),
        title: row.required("title"),
        business: row.requiredOneOf("business", Business),
        kind: row.requiredOneOf("kind", AgendaItemKind),
        notes: row.text("notes"),
        published_at: row.startOfDay("published_on"),
      })),
      ["meeting_id", "position"],
    ),
  );
  const items = await idsBy(
    sql,
    "select meeting_id || ' ' || position as key, id from agenda_item where partnership_id = $1",
    [partnershipId],
  );
  const itemOf = (row: FolderRow, column: string) =>
    row.found(`${meetingOf(row)} ${row.required(column)}`, items, "agenda-items.csv");

  await inFile("agenda-papers.csv", () =>
    addMissingRows(
      sql,
      "agenda_paper",
      partnershipId,
      { agenda_item_id: "uuid", position: "int", title: "text", link: "text" },
      table("agenda-papers.csv", "board", "day", "position", "paper", "title", "link").map((row) => ({
        agenda_item_id: itemOf(row, "position"),
        position: whole(row, "paper"),
        title: row.required("title"),
        link: row.text("link"),
      })),
      ["agenda_item_id", "position"],
    ),
  );

  const columns = ["board", "day", "agenda_position", "number", "kind", "business", "text", "published_on", "source"];
  await inFile("decisions.csv", () =>
    addMissingRows(
      sql,
      "decision",
      partnershipId,
      {
        board_id: "uuid",
        meeting_id: "uuid",
        agenda_item_id: "uuid",
        business: "text",
        number: "text",
        kind: "text",
        text: "text",
        decided_on: "date",
        published_at: "timestamptz",
      },
      table("decisions.csv", ...columns).map((row) => ({
        board_id: boardOf(row),
        meeting_id: meetingOf(row),
        agenda_item_id: row.text("agenda_position") === null ? null : itemOf(row, "agenda_position"),
        business: row.requiredOneOf("business", Business),
        number: row.required("number"),
        kind: row.requiredOneOf("kind", DecisionKind),
        text: row.required("text"),
        decided_on: day(row, "day"),
        published_at: row.startOfDay("published_on"),
      })),
      ["meeting_id", "number"],
    ),
  );
}

/** Meetings that were not cancelled, by their board and day. */
const meetingIds = ({ sql, partnershipId }: Loading) =>
  idsBy(
    sql,
    "select board_id || ' ' || day as key, id from meeting where partnership_id = $1 and state <> 'CANCELLED'",
    [partnershipId],
  );

/** Decisions by their board, day and number. */
export const decisionIds = ({ sql, partnershipId }: Pick<Loading, "sql" | "partnershipId">) =>
  idsBy(
    sql,
    "select board_id || ' ' || decided_on || ' ' || number as key, id from decision where partnership_id = $1",
    [partnershipId],
  );

/** Loads tracked-items.csv, tracked-item-responses.csv and tracked-item-actions.csv: what is there is left as it is. */
export async function loadTrackedItems(
  loading: Loading,
  boards: Ids,
  known: Known,
  actions: Map<string, string>,
): Promise<void> {
  const { sql, folder, partnershipId } = loading;
  const boardOf = (row: FolderRow) => row.found(row.required("board"), boards, "boards.csv");
  const decisions = await decisionIds(loading);
  const file = "tracked-items.csv";
  const rows = tableOf(folder, file, [
    "board",
    "number",
    "kind",
    "reference",
    "title",
    "agency",
    "post",
    "asked",
    "raised_on",
    "decision",
    "due",
    "due_on",
    "status",
    "closed_on",
    "business",
    "published_on",
    "source",
  ]);
  eachOnce(rows, (row) => keyed(row, "board", "number"));
  await inFile(file, () =>
    addMissingRows(
      sql,
      "tracked_item",
      partnershipId,
      {
        board_id: "uuid",
        decision_id: "uuid",
        business: "text",
        number: "int",
        reference: "text",
        kind: "text",
        title: "text",
        agency_id: "uuid",
        post_id: "uuid",
        asked_text: "text",
        raised_on: "date",
        due_text: "text",
        due_on: "date",
        status: "text",
        closed_on: "date",
        published_at: "timestamptz",
      },
      rows.map((row) => {
        const raised_on = day(row, "raised_on");
        const decision = row.text("decision");
        return {
          board_id: boardOf(row),
          decision_id:
            decision === null
              ? null
              : row.found(`${boardOf(row)} ${raised_on} ${decision}`, decisions, "decisions.csv"),
          business: row.requiredOneOf("business", Business),
          number: whole(row, "number"),
          reference: row.text("reference"),
          kind: row.requiredOneOf("kind", TrackedItemKind),
          title: row.required("title"),
          ...whomOf(row, known),
          asked_text: row.text("asked"),
          raised_on,
          due_text: row.text("due"),
          due_on: row.day("due_on"),
          status: row.requiredOneOf("status", TrackedItemStatus),
          closed_on: row.day("closed_on"),
          published_at: row.startOfDay("published_on"),
        };
      }),
      ["board_id", "number"],
    ),
  );
  const items = await idsBy(
    sql,
    "select board_id || ' ' || number as key, id from tracked_item where partnership_id = $1",
    [partnershipId],
  );
  const itemOf = (row: FolderRow) => row.found(`${boardOf(row)} ${row.required("item")}`, items, file);

  await inFile("tracked-item-responses.csv", () =>
    addMissingRows(
      sql,
      "tracked_item_response",
      partnershipId,
      {
        tracked_item_id: "uuid",
        number: "int",
        agency_id: "uuid",
        post_id: "uuid",
        responded_on: "date",
        text: "text",
        progress: "text",
      },
      tableOf(folder, "tracked-item-responses.csv", [
        "board",
        "item",
        "number",
        "responded_on",
        "agency",
        "post",
        "text",
        "progress",
        "source",
      ]).map((row) => ({
        tracked_item_id: itemOf(row),
        number: whole(row, "number"),
        ...whomOf(row, known),
        responded_on: day(row, "responded_on"),
        text: row.required("text"),
        progress: row.oneOf("progress", ResponseProgress),
      })),
      ["tracked_item_id", "number"],
    ),
  );
  await inFile("tracked-item-actions.csv", () =>
    addMissingRows(
      sql,
      "tracked_item_action",
      partnershipId,
      { tracked_item_id: "uuid", action_id: "uuid" },
      tableOf(folder, "tracked-item-actions.csv", ["board", "item", "plan", "reference"]).map((row) => ({
        tracked_item_id: itemOf(row),
        action_id: actionOf(row, actions),
      })),
      ["tracked_item_id", "action_id"],
    ),
  );
}

/** Loads work-programme.csv: what is there is left as it is. */
export async function loadWorkProgramme(loading: Loading, boards: Ids): Promise<void> {
  const { sql, folder, partnershipId } = loading;
  const meetings = await meetingIds(loading);
  const file = "work-programme.csv";
  const columns = [
    "board",
    "number",
    "year",
    "title",
    "basis",
    "meeting_on",
    "scheduled_on",
    "outcome",
    "published_on",
    "source",
  ];
  const rows = tableOf(folder, file, columns);
  eachOnce(rows, (row) => keyed(row, "board", "number"));
  await inFile(file, () =>
    addMissingRows(
      sql,
      "work_programme_item",
      partnershipId,
      {
        board_id: "uuid",
        meeting_id: "uuid",
        number: "int",
        year_label: "text",
        title: "text",
        basis: "text",
        scheduled_on: "date",
        outcome: "text",
        published_at: "timestamptz",
      },
      rows.map((row) => {
        const board_id = row.found(row.required("board"), boards, "boards.csv");
        const meeting = row.day("meeting_on");
        return {
          board_id,
          meeting_id: meeting === null ? null : row.found(`${board_id} ${meeting}`, meetings, "meetings.csv"),
          number: whole(row, "number"),
          year_label: row.required("year"),
          title: row.required("title"),
          basis: row.requiredOneOf("basis", WorkProgrammeBasis),
          scheduled_on: row.day("scheduled_on"),
          outcome: row.text("outcome"),
          published_at: row.startOfDay("published_on"),
        };
      }),
      ["board_id", "number"],
    ),
  );
}
