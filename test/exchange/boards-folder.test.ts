import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { loadFolder } from "../../src/domains/exchange/index";
import { fieldsOfApi } from "../../src/schema";
import { createTestDatabase, operatorTransaction, type TestDatabase } from "../support/database";
import { fingerprint } from "./fixture";

/** Boards and what they did, loaded from a partnership's folder. */
const now = new Date("2019-02-14T09:00:00Z");
const wrenford = resolve(__dirname, "../../data/wrenford");
const TABLES = [
  "board",
  "board_member",
  "meeting",
  "agenda_item",
  "agenda_paper",
  "decision",
  "tracked_item",
  "tracked_item_action",
  "tracked_item_response",
  "work_programme_item",
  "highlight_report",
  "sign_off",
  "plan_sign_off",
];

let db: TestDatabase;
let scratch: string;
beforeAll(async () => {
  db = await createTestDatabase();
  scratch = mkdtempSync(join(tmpdir(), "golden-thread-boards-"));
  await load(wrenford);
});
afterAll(async () => {
  rmSync(scratch, { recursive: true });
  await db.drop();
});

const load = (folder: string) =>
  operatorTransaction(
    db.app,
    null,
    (runner) => loadFolder(runner, folder, { demonstration: true, now, fields: fieldsOfApi }),
    now,
  );
let copies = 0;
/** The folder with one text of a file in another's place, or a line added to it. */
function changed(file: string, from: string, to: string): string {
  const folder = join(scratch, String((copies += 1)));
  cpSync(wrenford, folder, { recursive: true });
  const path = join(folder, file);
  const text = readFileSync(path, "utf8");
  if (!text.includes(from)) throw new Error(`${file} does not say ${from}`);
  writeFileSync(path, from === "" ? `${text}${to}\n` : text.replace(from, to));
  return folder;
}

test("every file stands in its table, and again changes nothing", async () => {
  const before = await fingerprint(db, TABLES);
  const counts = Object.entries(before).map(([table, print]) => [table, Number(print.split(":")[0])]);
  expect(counts).toEqual([
    ["board", 5],
    ["board_member", 9],
    ["meeting", 6],
    ["agenda_item", 5],
    ["agenda_paper", 2],
    ["decision", 6],
    ["tracked_item", 4],
    ["tracked_item_action", 3],
    ["tracked_item_response", 2],
    ["work_programme_item", 3],
    ["highlight_report", 3],
    ["sign_off", 3],
    ["plan_sign_off", 0],
  ]);
  await load(wrenford);
  expect(await fingerprint(db, TABLES)).toEqual(before);
});

test("a changed folder adds what is new and never says anew what was said", async () => {
  const before = await fingerprint(db, TABLES);
  await load(changed("decisions.csv", "signed off on its highlight report", "put off"));
  expect(await fingerprint(db, TABLES)).toEqual(before);
  await load(changed("work-programme.csv", "", "scrutiny,2,2018/19,Exclusions,PROPOSED,,,,2019-02-04,invented"));
  const after = await fingerprint(db, TABLES);
  expect(Object.keys(after).filter((table) => after[table] !== before[table])).toEqual(["work_programme_item"]);
});

test.each([
  [
    "boards.csv",
    "partnership-board,Wrenford Partnership Board,PARTNERSHIP_BOARD,,",
    "partnership-board,Wrenford Partnership Board,PARTNERSHIP_BOARD,quality,",
    "boards.csv, line 2: it reports to itself in the end.",
  ],
  [
    "boards.csv",
    "executive,Wrenford Executive Group,EXECUTIVE_GROUP,partnership-board",
    "executive,Wrenford Executive Group,EXECUTIVE_GROUP,nowhere",
    'boards.csv, line 4: "nowhere" is not in boards.csv.',
  ],
  [
    "board-members.csv",
    "partnership-board,police,",
    "partnership-board,coastguard,",
    'board-members.csv, line 4: "coastguard" is not in agencies.csv.',
  ],
  [
    "meetings.csv",
    "",
    "scrutiny,2019-02-30,,,HELD,,,invented",
    'meetings.csv, line 8: "2019-02-30" in "day" is no day; write year-month-day, such as 2019-02-14.',
  ],
  [
    "meetings.csv",
    "",
    "scrutiny,2019-03-01,half past,,HELD,,,invented",
    "meetings.csv: the database refuses a row (meeting_start_time_check). Nothing was loaded.",
  ],
  [
    "agenda-items.csv",
    "",
    "scrutiny,2019-01-30,2,Told,PRIVATE,REPORT,,2019-02-04,invented",
    "agenda-items.csv: the database refuses a row (agenda_item_private_check). Nothing was loaded.",
  ],
  [
    "decisions.csv",
    "",
    "partnership-board,2019-02-07,2,9,NOTE,PUBLIC,Told,,invented",
    "decisions.csv: the database refuses a row (decision_partnership_id_agenda_item_id_business_fkey). Nothing was loaded.",
  ],
  ["decisions.csv", "", "partnership-board,2019-02-08,1,9,NOTE,PUBLIC,Told,,invented", "is not in meetings.csv."],
  [
    "tracked-items.csv",
    "scrutiny,1,RECOMMENDATION",
    "scrutiny,1,WISH",
    'tracked-items.csv, line 5: "WISH" in "kind" is not one of RECOMMENDATION, ACTION, INFORMATION.',
  ],
  [
    "tracked-item-actions.csv",
    "",
    "scrutiny,1,safeguarding-2018-2020,99.9",
    'tracked-item-actions.csv, line 5: the plan "safeguarding-2018-2020" has no action 99.9.',
  ],
  [
    "sign-offs.csv",
    "",
    "safeguarding-2018-2020,1.1,1,SIGNED_OFF,partnership-board,2019-02-07,1,,",
    "sign-offs.csv: the database refuses a row (sign_off_report_check). Nothing was loaded.",
  ],
])("%s with %j for %j: %s", async (file, from, to, message) => {
  const before = await fingerprint(db, TABLES);
  await expect(load(changed(file, from, to))).rejects.toThrow(message);
  expect(await fingerprint(db, TABLES)).toEqual(before);
});
