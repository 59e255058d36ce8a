import { createTestDatabase } from "../support/database";
import { contextsOf, writersAmong } from "./proof/contexts";
import { asService, prepareWorld, type Proven } from "./proof/database";
import { OUTSIDE } from "./reading-rows";
import { probeRows, probeWrites, tablesOf } from "./proof/rows";
import { Tally } from "./proof/tally";

/** Every row of every table, and every way of writing one, in every context: held against the plain reading of the design. */
let proven: Proven;
beforeAll(async () => {
  proven = await prepareWorld(await createTestDatabase());
});
afterAll(() => proven.database.drop());

test("every table has been read: who sees its rows, and who writes them", () => {
  expect(tablesOf(proven.facts).unread).toEqual([]);
  expect(
    Object.entries(proven.facts.tables).filter(([name, rows]) => rows.length === 0 && !OUTSIDE.includes(name)),
  ).toEqual([]);
});

test("who sees which row is the reading's word, in every context", async () => {
  const { database, world, facts } = proven;
  const tally = new Tally();
  await asService(database, (send) => probeRows(send, facts, contextsOf(world, facts), tablesOf(facts).read, tally));
  expect(tally.failures.slice(0, 40)).toEqual([]);
  expect(tally.counted("row seen")).toBeGreaterThan(20_000);
});

test("adding, changing and removing rows (one attempt in seven; all in `npm run prove:access`) comes to what the reading says, in every context", async () => {
  const { database, world, facts } = proven;
  const tally = new Tally();
  await asService(database, (send) =>
    probeWrites(send, facts, writersAmong(contextsOf(world, facts)), tablesOf(facts).read, tally, 7),
  );
  expect(tally.failures.slice(0, 40)).toEqual([]);
  expect(tally.counted("write tried")).toBeGreaterThan(3_000);
});
