import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { loadFolder, type LoadedFolder } from "../../src/domains/exchange/index";
import { fieldsOfApi } from "../../src/schema";
import { createTestDatabase, operatorTransaction, type TestDatabase } from "../support/database";
import { fingerprint } from "./fixture";

const now = new Date("2019-02-14T09:00:00Z");
const data = resolve(__dirname, "../../data");
const TENANT = [
  "partnership",
  "agency",
  "agency_alias",
  "agency_code",
  "collective_member",
  "post",
  "post_alias",
  "person",
  "membership",
  "field_grant",
  "plan",
  "theme",
  "objective",
  "finding",
  "objective_finding",
  "action",
  "action_finding",
  "milestone",
  "assignment",
  "rating_scheme",
  "rating_scheme_entry",
  "published_total",
  "progress_update",
  "rating",
  "indicator",
  "indicator_target",
  "comparator",
  "trajectory_point",
  "observation",
  "action_indicator",
  "import_batch",
  "import_row",
];

let db: TestDatabase;
let scratch: string;
beforeAll(async () => {
  db = await createTestDatabase();
  scratch = mkdtempSync(join(tmpdir(), "golden-thread-folder-"));
});
afterAll(async () => {
  rmSync(scratch, { recursive: true });
  await db.drop();
});

const load = (folder: string, demonstration = true): Promise<LoadedFolder> =>
  operatorTransaction(
    db.app,
    null,
    (runner) => loadFolder(runner, folder, { demonstration, now, fields: fieldsOfApi }),
    now,
  );
const rows = async (text: string, values: unknown[] = []) => db.owner.query<Record<string, unknown>[]>(text, values);
const one = async (text: string, values: unknown[] = []) => (await rows(text, values))[0];

describe("the demonstration folders", () => {
  test("load in a few seconds, and again without a change", async () => {
    const started = performance.now();
    const [coventry, wrenford] = [await load(join(data, "coventry")), await load(join(data, "wrenford"))];
    const took = performance.now() - started;
    expect(coventry.partnership).toMatchObject({ slug: "coventry", created: true });
    expect(coventry.plans).toMatchObject([{ plan: "improvement-2017-2019", applied: { inserted: 109 } }]);
    expect(wrenford.plans.map(({ applied }) => applied.inserted)).toEqual([4, 36]);
    expect(took).toBeLessThan(10_000);

    const before = await fingerprint(db, TENANT);
    const again = [await load(join(data, "coventry")), await load(join(data, "wrenford"))];
    expect(await fingerprint(db, TENANT)).toEqual(before);
    expect(again.every(({ partnership }) => !partnership.created)).toBe(true);
    expect(again.flatMap(({ plans }) => plans).every(({ applied }) => applied.alreadyApplied)).toBe(true);
    expect(again.flatMap(({ notes }) => notes)).toEqual([]);
  });

  test("what the files say stands in the tables", async () => {
    const counts = async (table: string, slug: string) =>
      (
        await one(
          `select count(*)::int as n from ${table} t join partnership p on p.id = t.partnership_id where p.slug = $1`,
          [slug],
        )
      )?.["n"];
    expect(await counts("objective", "coventry")).toBe(48);
    expect(await counts("finding", "coventry")).toBe(48);
    expect(await counts("observation", "coventry")).toBe(164);
    expect(await counts("indicator", "coventry")).toBe(110);
    expect([await counts("comparator", "coventry"), await counts("trajectory_point", "wrenford")]).toEqual([15, 24]);
    expect(await counts("rating", "wrenford")).toBe(149);
    expect(await counts("progress_update", "wrenford")).toBe(77);
    expect(await counts("observation", "wrenford")).toBe(250);
    expect(
      await rows(
        `select headline_measure, count(*)::int as n from indicator i join partnership p on p.id = i.partnership_id
         where p.slug = 'coventry' group by 1 order by 1`,
      ),
    ).not.toHaveLength(0);
    expect(
      await one(
        "select count(*)::int as n from person where issuer = 'golden-thread-demonstration' and subject = 'police-viewer'",
      ),
    ).toEqual({ n: 1 });
  });

  test("titles of objectives come from their own file, statuses and findings from the table of actions", async () => {
    expect(
      await one(
        "select title, kind from objective o join partnership p on p.id = o.partnership_id where p.slug = 'coventry' and reference = '1'",
      ),
    ).toMatchObject({
      kind: "RECOMMENDATION",
      title: expect.stringContaining("Chronologies") as string,
    });
    expect(
      await one(
        "select status, doubts from action a join plan p on p.id = a.plan_id where p.slug = 'safeguarding-2018-2020' and reference = '2.1'",
      ),
    ).toEqual({
      status: "SIGNED_OFF",
      doubts: [],
    });
    expect(
      await one(
        "select status from action a join plan p on p.id = a.plan_id where p.slug = 'improvement-2017-2019' and reference = '1.1'",
      ),
    ).toEqual({
      status: null,
    });
    expect(
      await rows(
        `select f.source, f.reference from action_finding l join finding f on f.id = l.finding_id join action a on a.id = l.action_id
         join plan p on p.id = a.plan_id where p.slug = 'safeguarding-2018-2020' and a.reference = '3.1' order by 2`,
      ),
    ).toHaveLength(2);
  });

  test("nobody but its author sees a draft, and the public sees Coventry's figures and not Wrenford's", async () => {
    const runner = db.app.createQueryRunner();
    const seen = async (subject: string | null, text: string) => {
      await runner.startTransaction();
      await runner.query("select app.enter('golden-thread-demonstration', $1, $2)", [subject, now.toISOString()]);
      const [found] = (await runner.query(text)) as { n: number }[];
      await runner.rollbackTransaction();
      return found?.n;
    };
    const drafts = "select count(*)::int as n from progress_update where state = 'DRAFT'";
    expect(await seen("wrenford-officer", drafts)).toBe(0);
    expect(await seen("wrenford-council-lead", drafts)).toBeGreaterThan(0);
    // the rest of Coventry's came out in a plan that is later than the demonstration's clock
    expect(await seen(null, "select count(*)::int as n from observation")).toBe(110);
    expect(await seen(null, "select count(*)::int as n from action")).toBe(109 + 36);
    await runner.release();
  });
});

/** A folder with these files; `$` stands for a folder of its own each time. */
function folderOf(files: Record<string, string>): string {
  const folder = mkdtempSync(join(scratch, "f-"));
  mkdirSync(join(folder, "actions"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const minimal = (slug: string) => ({
  "partnership.csv": `slug,name,label\n${slug},Anytown Safeguarding Children Partnership,LSCP\n`,
  "agencies.csv":
    "key,name,sector,aliases\npolice,Anyshire Police,POLICE,The Police; AP\ncouncil,Anytown Council,COUNCIL,\n",
  "people.csv":
    "issuer,subject,label,role,agency,valid_from\nhttps://id.example.org,42,Desk officer,AGENCY_VIEWER,police,2019-01-01\n",
  "plans.csv": "slug,title\nplan-2019,Plan 2019\n",
  "actions/plan-2019.csv":
    "Ref,Action,Lead,By when\n1.1,Do it,AP,March 2019\n1.2,Do more,Anytown Council; The Police,Ongoing\n",
});

describe("an operator's own folder", () => {
  test("the smallest one makes a partnership with a plan, unpublished", async () => {
    const folder = folderOf(minimal("anytown"));
    const loaded = await load(folder, false);
    expect(loaded.plans).toMatchObject([{ plan: "plan-2019", applied: { inserted: 2 } }]);
    expect(
      await rows(
        `select a.reference, s.role, g.name, a.status, p.published_at from action a join plan p on p.id = a.plan_id
         join assignment s on s.action_id = a.id join agency g on g.id = s.agency_id where p.slug = 'plan-2019' order by 1, s.position`,
      ),
    ).toEqual([
      { reference: "1.1", role: "LEAD", name: "Anyshire Police", status: "NOT_STARTED", published_at: null },
      { reference: "1.2", role: "UNCONFIRMED", name: "Anytown Council", status: "NOT_STARTED", published_at: null },
      { reference: "1.2", role: "UNCONFIRMED", name: "Anyshire Police", status: "NOT_STARTED", published_at: null },
    ]);
    expect(await one("select count(*)::int as n from person where issuer = 'https://id.example.org'")).toEqual({
      n: 1,
    });
  });

  test("a grant that was revoked since is not given again by the same folder", async () => {
    const grants = "agency,type,field,operation,effect,reason\npolice,Rating,rationale,READ,ALLOW,To plan by\n";
    const folder = folderOf({ ...minimal("granttown"), "grants.csv": grants });
    await load(folder, false);
    await db.owner.query("update field_grant set revoked_at = now() where reason = 'To plan by'");
    await load(folder, false);
    expect(await rows("select revoked_at is not null as revoked from field_grant where reason = 'To plan by'")).toEqual(
      [{ revoked: true }],
    );
  });

  test("a changed folder brings its rows up to date", async () => {
    const files = minimal("othertown");
    const folder = folderOf(files);
    await load(folder, false);
    writeFileSync(
      join(folder, "agencies.csv"),
      files["agencies.csv"]
        .replace("Anytown Council,", "Anytown Council,")
        .replace("POLICE,The Police; AP", "POLICE,AP; Constabulary"),
    );
    writeFileSync(join(folder, "plans.csv"), "slug,title,published_on\nplan-2019,Plan for 2019,2019-07-01\n");
    writeFileSync(join(folder, "partnership.csv"), files["partnership.csv"].replace("Anytown", "Othertown"));
    const { notes } = await load(folder, false);
    expect(notes).toEqual([expect.stringContaining("othertown is there already")]);
    expect(
      await one(
        "select p.title, p.published_at from plan p join partnership o on o.id = p.partnership_id where o.slug = 'othertown'",
      ),
    ).toEqual({
      title: "Plan for 2019",
      published_at: new Date("2019-06-30T23:00:00Z"),
    });
  });

  test("an end that comes sooner takes effect, and what has ended does not begin again", async () => {
    const row = "https://id.example.org,leaver,Desk officer,AGENCY_VIEWER,police,2019-01-01";
    const people = (...rows: string[]) => `issuer,subject,label,role,agency,valid_from,valid_to\n${rows.join("\n")}\n`;
    const boards = (end: string) => `key,name,kind,valid_from,valid_to\ngroup,A group,SUB_GROUP,2018-01-01,${end}\n`;
    const seats = (end: string) => `board,agency,role,valid_from,valid_to\ngroup,police,MEMBER,2018-01-01,${end}\n`;
    const folder = folderOf({
      ...minimal("endingtown"),
      "people.csv": people(`${row},`),
      "boards.csv": boards(""),
      "board-members.csv": seats(""),
    });
    const ends = () =>
      rows(
        `select m.valid_to::text as membership, b.valid_to::text as board, s.valid_to::text as seat from membership m
         join person p on p.id = m.person_id join board b on b.partnership_id = m.partnership_id
         join board_member s on s.board_id = b.id where p.subject = 'leaver' order by m.valid_from`,
      );
    const say = async (end: string, ...more: string[]) => {
      writeFileSync(join(folder, "people.csv"), people(`${row},${end}`, ...more));
      writeFileSync(join(folder, "boards.csv"), boards(end));
      writeFileSync(join(folder, "board-members.csv"), seats(end));
      return (await load(folder, false)).notes;
    };
    await load(folder, false);
    expect(await ends()).toEqual([{ membership: null, board: null, seat: null }]);
    expect(await say("2019-02-26")).toEqual([]);
    expect(await say("2019-02-20")).toEqual([]);
    const ended = { membership: "2019-02-20", board: "2019-02-20", seat: "2019-02-20" };
    expect(await ends()).toEqual([ended]);
    const left = ["people.csv", "boards.csv", "board-members.csv"].map(
      (file) => `${file}, line 2: it is there already and ended on 2019-02-20, which was left as it is.`,
    );
    for (const later of ["2019-03-01", ""]) expect(await say(later)).toEqual(left);
    expect(await ends()).toEqual([ended]);
    // who comes back gets a row of their own
    expect(await say("2019-02-20", `${row.replace("2019-01-01", "2019-06-01")},`)).toEqual([]);
    expect(await ends()).toEqual([ended, { ...ended, membership: null }]);
    // ended through the service, at once
    await db.owner.query("update membership set ended_at = '2019-06-05T10:00:00Z' where valid_from = '2019-06-01'");
    expect(await say("2019-02-20", `${row.replace("2019-01-01", "2019-06-01")},`)).toEqual([
      "people.csv, line 3: it is there already and ended on 2019-06-05, which was left as it is.",
    ]);
  });

  test.each([
    ["no partnership.csv", { "partnership.csv": null }, "partnership.csv is missing"],
    [
      "an unknown column",
      { "agencies.csv": "key,name,sektor\na,A,POLICE\n" },
      'agencies.csv, line 1: no column is called "sektor"',
    ],
    [
      "an unknown sector",
      { "agencies.csv": "key,name,sector\na,A,POLIS\n" },
      'agencies.csv, line 2: "POLIS" in "sector" is not one of',
    ],
    ["a short row", { "agencies.csv": "key,name,sector\na,A\n" }, "agencies.csv, line 2: this is not a CSV row"],
    [
      "one name for two agencies",
      { "agencies.csv": "key,name,sector,aliases\na,A,POLICE,X\nb,B,HEALTH,x.\n" },
      'agencies.csv, line 3: "x." already stands for line 2',
    ],
    [
      "an unknown agency",
      { "people.csv": "issuer,subject,label,role,agency,valid_from\ni,1,L,AGENCY_VIEWER,nobody,2019-01-01\n" },
      'people.csv, line 2: "nobody" is not in agencies.csv',
    ],
    [
      "actors outside the demonstration",
      { "people.csv": "actor,label,role,agency,valid_from\na,L,AGENCY_VIEWER,police,2019-01-01\n" },
      'people.csv, line 1: no column is called "actor"',
    ],
    [
      "a day that is none",
      { "plans.csv": "slug,title,period_start\nplan-2019,P,2019-02-30\n" },
      'plans.csv, line 2: "2019-02-30"',
    ],
    [
      "a period that ends before it starts",
      { "plans.csv": "slug,title,period_start,period_end\nplan-2019,P,2019-02-02,2019-01-01\n" },
      "plans.csv: the database refuses a row (plan_period_check)",
    ],
    [
      "a plan that is not there",
      { "themes.csv": "plan,position,title\nother,1,T\n" },
      'themes.csv, line 2: "other" is not in plans.csv',
    ],
    ["a table that is no plan", { "actions/plan-2019.csv": "Name,Colour\nApple,green\n" }, "actions/plan-2019.csv: "],
    [
      "a table of no plan",
      { "actions/nothing.csv": "Ref,Action\n1,Do\n" },
      "actions/nothing.csv: plans.csv has no plan of that name",
    ],
    [
      "an update of an unknown action",
      { "updates.csv": "plan,reference,period_end,state\nplan-2019,9.9,2019-01-31,ACCEPTED\n" },
      'updates.csv, line 2: the plan "plan-2019" has no action 9.9',
    ],
    ...(
      [
        ["police,POLICE,,,ProgressUpdate,riskNote,READ,ALLOW,why,", 'name an "agency" or a "sector", and not both'],
        [",,,,ProgressUpdate,riskNote,READ,ALLOW,why,", 'name an "agency" or a "sector", and not both'],
        ["nobody,,,,ProgressUpdate,riskNote,READ,ALLOW,why,", '"nobody" is not in agencies.csv'],
        ["police,,INSPECTOR,,ProgressUpdate,riskNote,READ,ALLOW,why,", '"INSPECTOR" in "role" is not one of'],
        ["police,,,OWNER,ProgressUpdate,riskNote,READ,ALLOW,why,", '"OWNER" in "relation" is not one of'],
        ["police,,,PARTY,ProgressUpdate,riskNote,READ,ALLOW,why,", "Nobody is PARTY to a ProgressUpdate"],
        ["police,,,,ProgressUpdate,risk,READ,ALLOW,why,", "There is no field ProgressUpdate.risk"],
        [
          "police,,,,ProgressUpdate,draftingNote,READ,ALLOW,why,",
          "ProgressUpdate.draftingNote is the authoring agency's alone",
        ],
        ["police,,,,ProgressUpdate,riskNote,LOOK,ALLOW,why,", '"LOOK" in "operation" is not one of'],
        ["police,,,,Rating,label,WRITE,ALLOW,why,", "Nothing writes Rating.label"],
        ["police,,,,ProgressUpdate,riskNote,READ,ALLOW,,", 'the column "reason" needs a value'],
        ["police,,,,ProgressUpdate,riskNote,READ,ALLOW,why,2019-02-30", '"2019-02-30" in "expires_on" is no day'],
      ] as const
    ).map(([row, message]): [string, Record<string, string | null>, string] => [
      `a grant ${row}`,
      { "grants.csv": `agency,sector,role,relation,type,field,operation,effect,reason,expires_on\n${row}\n` },
      `grants.csv, line 2: ${message}`,
    ]),
    [
      "a grant twice",
      {
        "grants.csv":
          "agency,type,field,operation,effect,reason\npolice,Rating,rationale,READ,ALLOW,a\npolice,Rating,rationale,READ,ALLOW,b\n",
      },
      "grants.csv, line 3: it repeats line 2",
    ],
  ])("%s is refused with its place, and leaves nothing", async (_, change: Record<string, string | null>, message) => {
    const changed: Record<string, string | null> = { ...minimal("nowhere"), ...change };
    const files = Object.entries(changed).filter((file): file is [string, string] => file[1] !== null);
    const before = await fingerprint(db, TENANT);
    await expect(load(folderOf(Object.fromEntries(files)), false)).rejects.toMatchObject({
      name: "FolderError",
      message: expect.stringContaining(message) as string,
    });
    expect(await fingerprint(db, TENANT)).toEqual(before);
  });

  test("a folder that is none", async () => {
    await expect(load(join(scratch, "absent"))).rejects.toThrow("This is no folder");
  });
});

test("the demonstration folder with one figure changed adds what is new alone", async () => {
  const folder = mkdtempSync(join(scratch, "w-"));
  cpSync(join(data, "wrenford"), folder, { recursive: true });
  const observations = join(folder, "observations.csv");
  writeFileSync(observations, readFileSync(observations, "utf8").replace("68.0", "68.4"));
  const before = await fingerprint(db, TENANT);
  await load(folder);
  const after = await fingerprint(db, TENANT);
  expect(Object.keys(after).filter((table) => after[table] !== before[table])).toEqual(["observation"]);
});
