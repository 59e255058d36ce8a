import type { DataSource } from "typeorm";
import { entities } from "../../src/domains/entities";
import { sweep, type SweepOptions } from "../../src/domains/rules/index";
import { dataSourceFor } from "../../src/platform/database/data-source";
import { createTestDatabase, type TestDatabase } from "../support/database";
import { DatabaseProxy } from "../support/database-proxy";
import { World } from "./world";

/* What comes of a finding is written into a table of the test's own, in the very transaction: how often it came of it is seen there. */

const START = "2018-12-03T09:00:00Z";
const NOW = new Date("2018-12-20T06:00:00Z");
const ACTIONS = 30;
const effects: Required<SweepOptions>["effects"] = {
  raising: (send, rule) =>
    Promise.resolve(async ({ cause }) => {
      await send("insert into came_of_it (rule_id, cause) values ($1, $2)", [rule.id, cause]);
      return "BEFORE";
    }),
  warn: () => Promise.resolve(),
};

let database: TestDatabase;
let world: World;
beforeEach(async () => {
  database = await createTestDatabase();
  await database.owner.query("create table came_of_it (rule_id uuid, cause text)");
  await database.owner.query("grant select, insert on came_of_it to golden_thread_app");
  world = await World.made(database, "ashby", START);
  for (let index = 0; index < ACTIONS; index += 1) await world.action(START, `1.${String(index)}`, "2018-12-05");
  await world.rule(START, "OVERDUE", 1, { effect: "RAISE" });
});
afterEach(() => database.drop());

/** How many findings there are, how often something came of one, and how many entries of the trail say of how many. */
async function outcome() {
  const [row] = await database.owner.query<{ findings: number; came: number; causes: number; said: number }[]>(
    `select (select count(*)::int from rule_finding) as findings, (select count(*)::int from came_of_it) as came,
       (select count(distinct cause)::int from came_of_it) as causes,
       (select coalesce(sum((detail ->> 'findings')::int), 0)::int from audit_entry where kind = 'rule.found') as said`,
  );
  return row;
}
const once = { findings: ACTIONS, came: ACTIONS, causes: ACTIONS, said: ACTIONS };

test("two sweeps at once write each finding once, and what comes of it", async () => {
  const [one, other] = await Promise.all([
    sweep(database.app, NOW, { effects }),
    sweep(database.app, NOW, { effects }),
  ]);
  expect(one.found + other.found).toBe(ACTIONS);
  expect(await outcome()).toEqual(once);
});

test("a sweep that was ended in its midst is gone on with by the next", async () => {
  let left = 3;
  const ending: SweepOptions["effects"] = {
    ...effects,
    raising: (...given) => (left-- > 0 ? effects.raising(...given) : Promise.reject(new Error("ended here"))),
  };
  await expect(sweep(database.app, NOW, { effects: ending })).rejects.toThrow("ended here");
  // in twos, each whole or not at all
  expect(await outcome()).toEqual({ findings: 6, came: 6, causes: 6, said: 6 });
  expect((await sweep(database.app, NOW, { effects })).found).toBe(ACTIONS - 6);
  expect(await outcome()).toEqual(once);
});

test("a rule that was switched off, retired or is yet to be on finds nothing", async () => {
  await world.at(START, "update rule set on_from = null");
  await sweep(database.app, NOW, { effects });
  await world.at(START, "update rule set on_from = '2018-12-20T06:00:00.001Z'");
  await sweep(database.app, NOW, { effects });
  expect(await outcome()).toEqual({ findings: 0, came: 0, causes: 0, said: 0 });
});

test("the database is lost in mid-sweep, before a statement or before its answer: each finding is there once", async () => {
  const proxy = await DatabaseProxy.before(database.connection);
  let app: DataSource | undefined;
  try {
    app = await dataSourceFor({ url: proxy.url }, { asAppRole: true, entities, poolSize: 2 }).initialize();
    // among the statements are the reading, the writing of both batches, and their commits
    for (const [left, heard] of [
      [9, false],
      [16, true],
      [40, false],
      [41, true],
    ] as const) {
      await database.owner.query("delete from rule_finding");
      await database.owner.query("delete from came_of_it");
      const stopped = proxy.stopAfter(left, { heard });
      const swept = sweep(app, NOW, { effects });
      await Promise.race([stopped, swept]);
      await proxy.cut();
      await swept;
      expect(await outcome()).toMatchObject({ findings: ACTIONS, came: ACTIONS, causes: ACTIONS });
    }
  } finally {
    await app?.destroy();
    await proxy.close();
  }
});
