import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadFolder } from "../../src/domains/exchange/index";
import { fieldsOfApi } from "../../src/schema";
import { mutation } from "../boards/world";
import { operatorTransaction } from "../support/database";
import { type ChallengesWorld, demonstrationOfChallenges } from "../challenges/world";
import { fingerprint } from "./fixture";

/** Ladders that a partnership's folder brings, and those that it finds there. */
const now = new Date("2019-02-14T09:00:00Z");
const TABLES = ["ladder", "ladder_version", "ladder_stage"];
const CREATE = mutation("createLadder", "CreateLadderInput", "ladder", "id");
const REVISE = mutation("reviseLadder", "ReviseLadderInput", "ladder", "id");
const LEFT = "which was left as it is: make another version with reviseLadder.";

let world: ChallengesWorld;
let scratch: string;
beforeAll(async () => {
  world = await demonstrationOfChallenges();
  scratch = mkdtempSync(join(tmpdir(), "golden-thread-ladders-"));
});
afterAll(async () => {
  rmSync(scratch, { recursive: true });
  await world.stop();
});

const one = "One,,17:00,COMPLAINT,,Drift;Delay,,2019-02-01";
const first = "One,1,Managers,yes,yes,PARTIES,,,,Managers,2 WORKING_DAYS,SAME_WORKING_DAY";
const second = "One,2,Chair,no,no,ROLE,PARTNERSHIP_CHAIR,,,The chair,,";
/** A folder of a partnership's ladders and no more. */
function folderOf(slug: string, ladders: readonly string[], stages: readonly string[]): string {
  const folder = mkdtempSync(join(scratch, "f-"));
  const write = (file: string, ...lines: string[]) => writeFileSync(join(folder, file), `${lines.join("\n")}\n`);
  write("partnership.csv", "slug,name,label", `${slug},Anytown Safeguarding Children Partnership,LSCP`);
  write("ladders.csv", "name,division,cut_off,out_of_scope,out_of_scope_note,triggers,source,from_on", ...ladders);
  write(
    "ladder-stages.csv",
    "ladder,number,name,informal,may_be_skipped,decider_kind,role,post,board,decider,limit,acknowledge",
    ...stages,
  );
  return folder;
}
/** Loads such a folder, and gives what it notes. */
const load = async (slug: string, ladders: readonly string[], stages: readonly string[]) => {
  const folder = folderOf(slug, ladders, stages);
  const { notes } = await operatorTransaction(
    world.database.app,
    null,
    (runner) => loadFolder(runner, folder, { now, fields: fieldsOfApi }),
    now,
  );
  return notes.filter((note) => note.startsWith("ladder"));
};
const standing = async (slug: string) =>
  (
    await world.database.owner.query<{ stage: string }[]>(
      `select concat_ws(' ', l.name, v.number, s.number, s.name, s.limit_count, s.limit_unit) as stage from ladder l join partnership p on p.id = l.partnership_id
         join ladder_version v on v.ladder_id = l.id join ladder_stage s on s.ladder_version_id = v.id where p.slug = $1 order by 1`,
      [slug],
    )
  ).map(({ stage }) => stage);

test("a ladder that is there keeps its version as it is, and what the folder says otherwise is noted by line", async () => {
  expect(await load("anytown", [one], [first, second])).toEqual([]);
  expect(await standing("anytown")).toEqual(["One 1 1 Managers 2 WORKING_DAYS", "One 1 2 Chair"]);
  const before = await fingerprint(world.database, TABLES);

  expect(await load("anytown", [one], [first, second])).toEqual([]);
  const third = "One,3,Ministers,no,no,PARTIES,,,,Ministers,1 HOURS,";
  expect(await load("anytown", [one], [first.replace("2 W", "9 W"), second, third])).toEqual([
    `ladder-stages.csv, line 2: this stage is there already and is another, ${LEFT}`,
    `ladder-stages.csv, line 4: One is there already without this stage, ${LEFT}`,
  ]);
  expect(await load("anytown", [one.replace("17:00", "16:00")], [first])).toEqual([
    `ladders.csv, line 2: One is there already and says something else, ${LEFT}`,
    `ladders.csv, line 2: One is there already with more stages (2), ${LEFT}`,
  ]);
  expect(await load("anytown", ["One,SCOTLAND,17:00,COMPLAINT,,Drift;Delay,,2019-01-01"], [first, second])).toEqual([
    "ladders.csv, line 2: One is there already under another division, which was left: a ladder keeps its own.",
    "ladders.csv, line 2: One is there already, from 2019-02-01 on, which was left as it is.",
  ]);
  expect(await fingerprint(world.database, TABLES)).toEqual(before);
  // another ladder beside it is added
  expect(await load("anytown", [one, "Two,,,,,Drift,,"], [first, second])).toEqual([]);
  expect(await load("anytown", [one, "Two,,,,,Drift,,"], [first, second])).toEqual([]);
});

test("a ladder that somebody made under the folder's name is given none of its stages, nor is one that was revised", async () => {
  const stages = [{ number: 1, name: "Alone", decider: "Somebody" }];
  const ask = async (text: string, input: object) => {
    const answered = await world.service
      .as("wrenford-officer")
      .data<Record<string, { ladder: { id: string } | null }>>(text, { input });
    const id = Object.values(answered)[0]?.ladder?.id;
    if (id === undefined) throw new Error(JSON.stringify(answered));
    return id;
  };
  const ladder = await ask(CREATE, { partnership: await world.partnership(), name: "One", stages });
  const before = await fingerprint(world.database, TABLES);
  expect(await load("wrenford", ["One,,,,,,,"], [first, second])).toEqual([
    `ladder-stages.csv, line 2: this stage is there already and is another, ${LEFT}`,
    `ladder-stages.csv, line 3: One is there already without this stage, ${LEFT}`,
  ]);
  expect(await fingerprint(world.database, TABLES)).toEqual(before);

  // what the first version or the newest says goes without a note
  await ask(REVISE, { ladder, stages: [...stages, { number: 2, name: "Next", decider: "Others" }] });
  const alone = "One,1,Alone,,,PARTIES,,,,Somebody,,";
  expect(await load("wrenford", ["One,,,,,,,"], [alone])).toEqual([]);
  expect(await load("wrenford", ["One,,,,,,,"], [alone, "One,2,Next,,,PARTIES,,,,Others,,"])).toEqual([]);
});

test.each<[string, string, readonly string[], string]>([
  [
    "neither stages nor triggers",
    "One,,,,,,,",
    [],
    "ladders.csv, line 2: Say at least one trigger, or give it stages.",
  ],
  ["a cut-off at 25:00", "One,,25:00,,,,,", [first], "ladders.csv, line 2: A cut-off is a time of day such as 17:00"],
  [
    "a role that is not said",
    "One,,,,,,,",
    [first, "One,2,Chair,no,no,ROLE,,,,The chair,,"],
    "ladder-stages.csv, line 3: Say which role decides.",
  ],
  [
    "a role for the parties",
    "One,,,,,,,",
    [first.replace("PARTIES,,", "PARTIES,PARTNERSHIP_CHAIR,")],
    "ladder-stages.csv, line 2: A stage whose decider is PARTIES names no role. Leave it out.",
  ],
  [
    "a limit beyond a year",
    "One,,,,,,,",
    [first.replace("2 WORKING_DAYS", "999 WORKING_DAYS")],
    "ladder-stages.csv, line 2: A limit counts from 1 to 366.",
  ],
  [
    "days without a count",
    "One,,,,,,,",
    [first.replace("2 WORKING_DAYS", "WORKING_DAYS")],
    "ladder-stages.csv, line 2: A limit counts from 1 to 366.",
  ],
  [
    "the same day, counted",
    "One,,,,,,,",
    [first.replace(",SAME", ",1 SAME")],
    "ladder-stages.csv, line 2: The same working day has no count.",
  ],
  [
    "a limit that is none",
    "One,,,,,,,",
    [first.replace("2 WORKING_DAYS", "two days")],
    'ladder-stages.csv, line 2: "two days" in "limit" is no limit',
  ],
  [
    "a gap between stages",
    "One,,,,,,,",
    [first, second.replace("One,2", "One,3")],
    "ladder-stages.csv, line 3: Each stage leads to the one with the next number",
  ],
  [
    "a stage of a ladder that the folder does not have",
    "Two,,,,,Drift,,",
    [first],
    'ladder-stages.csv, line 2: "One" is not in ladders.csv.',
  ],
  [
    "a name that is too long",
    `${"One ".repeat(300)},,,,,Drift,,`,
    [],
    "ladders.csv, line 2: name may hold 1000 characters",
  ],
])("a ladder with %s is refused by file and line, and nothing is loaded", async (_, ladder, stages, message) => {
  const before = await fingerprint(world.database, [...TABLES, "partnership"]);
  await expect(load("nowhere", [ladder], stages)).rejects.toMatchObject({
    name: "FolderError",
    message: expect.stringContaining(message) as string,
  });
  expect(await fingerprint(world.database, [...TABLES, "partnership"])).toEqual(before);
});
