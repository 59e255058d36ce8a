import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ImportService } from "../../src/domains/exchange/index";
import { fixedClock } from "../../src/platform/clock";
import { createTestDatabase, operatorTransaction, type TestDatabase } from "../support/database";
import { fingerprint, place, type Place } from "./fixture";

const sources = resolve(__dirname, "../../../shared/sources");
const present = existsSync(sources);
const imports = new ImportService(fixedClock(new Date("2019-02-14T09:00:00Z")));

let db: TestDatabase;
beforeAll(async () => (db = await createTestDatabase()));
afterAll(() => db.drop());

const importFile = (here: Place, fileName: string, text?: string) =>
  operatorTransaction(db.app, here.partnershipId, (runner) =>
    imports.importPlan(runner, {
      partnershipId: here.partnershipId,
      planId: here.planId,
      bytes: text === undefined ? readFileSync(join(sources, fileName)) : Buffer.from(text),
      fileName,
      appliedBy: "operator",
      dryRun: false,
    }),
  );

function withSources(name: string, body: () => Promise<void>): void {
  test(name, async () => {
    if (present) await body();
    else console.warn(`skipped: ../shared is absent (${name})`);
  });
}

withSources("the plan of 109 actions: at least 102 applied, again without a change", async () => {
  const here = await place(db, "improvement");
  const { applied, reading } = await importFile(here, "coventry-improvement-plan-2017-2019.txt");
  expect(applied.inserted).toBeGreaterThanOrEqual(102);
  expect(applied.inserted).toBe(reading.report.recovered);
  const before = await fingerprint(db);
  const again = await importFile(here, "coventry-improvement-plan-2017-2019.txt");
  expect(again.applied).toMatchObject({ alreadyApplied: true, inserted: 0, updated: 0 });
  expect(await fingerprint(db)).toEqual(before);
  const counted = await db.owner.query<{ n: number }[]>(
    "select count(distinct reference)::int as n from action where plan_id = $1",
    [here.planId],
  );
  expect(counted).toEqual([{ n: applied.inserted }]);
});

withSources("a newer issue of that plan changes the by-when and keeps the original", async () => {
  const here = await place(db, "newer");
  const name = "coventry-improvement-plan-2017-2019.txt";
  const text = readFileSync(join(sources, name), "utf8");
  await importFile(here, name);
  const originals = () =>
    db.owner.query<Record<string, unknown>[]>(
      `select reference, original_text, original_kind, original_end from action where plan_id = $1 order by reference`,
      [here.planId],
    );
  const before = await originals();
  const { applied } = await importFile(here, name, text.replaceAll("March 2018", "June 2018"));
  expect(applied.updated).toBeGreaterThan(10);
  expect(applied.inserted).toBe(0);
  expect(await originals()).toEqual(before);
});

withSources("the plan of 57 actions whose leads are posts", async () => {
  const here = await place(db, "scrutiny");
  const { applied } = await importFile(here, "coventry-scrutiny-board-papers-2016-10.txt");
  expect(applied.inserted).toBe(57);
  const [posts] = await db.owner.query<{ n: number }[]>(
    "select count(distinct action_id)::int as n from assignment where plan_id = $1 and post_id is not null",
    [here.planId],
  );
  expect(posts?.n).toBeGreaterThan(40);
  const kinds = await db.owner.query<{ kind: string; n: number }[]>(
    "select by_when_kind as kind, count(*)::int as n from action where plan_id = $1 group by 1 order by 2 desc",
    [here.planId],
  );
  expect(kinds[0]?.kind).toBe("ONGOING");
  const before = await fingerprint(db);
  await importFile(here, "coventry-scrutiny-board-papers-2016-10.txt");
  expect(await fingerprint(db)).toEqual(before);
});
