import { sendDue } from "../../src/domains/notifications/index";
import { FOUND } from "../../src/domains/notifications/notify";
import { sweep } from "../../src/domains/rules/index";
import { RuleKind } from "../../src/domains/rules/rule.entity";
import type { Mail } from "../../src/platform/mail/index";
import { movedClock, sendingBy } from "../notifications/world";
import { createTestDatabase, type TestDatabase } from "../support/database";
import { World } from "./world";

const START = "2018-12-03T09:00:00Z";

let database: TestDatabase;
let world: World;
beforeEach(async () => {
  database = await createTestDatabase();
  world = await World.made(database, "ashby", START);
  const person = await world.enrol(START, "police-lead", "AGENCY_LEAD", "Police");
  await database.owner.query(
    "insert into notification_address (person_id, address) values ($1, 'lead@police.example')",
    [person],
  );
});
afterEach(() => database.drop());

test("a warning says what was found and since when, and names no day by which anything is asked for", async () => {
  await world.action(START, "1.1", "2018-12-21");
  await world.rule(START, "OVERDUE", 1);
  await sweep(database.app, new Date("2018-12-27T06:00:00Z"));
  const [row] = await database.owner.query<{ detail: object }[]>("select detail from notification");
  // what the API shows as the day by which something was asked for is `byDay`
  expect(row?.detail).toEqual({ found: "OVERDUE", since: "2018-12-21" });

  const sent: Mail[] = [];
  await sendDue(
    sendingBy(
      database,
      movedClock("2018-12-27T08:00:00Z"),
    )({ send: (mail) => Promise.resolve(void sent.push(mail)), close: () => undefined }),
  );
  expect(sent.map(({ subject }) => subject)).toEqual(["Action 1.1 needs a look"]);
  expect(sent[0]?.text.split("\n").slice(4, 7)).toEqual([
    "About: Action 1.1",
    "Found: The by-when has passed",
    "Since: Friday 21 December 2018",
  ]);
});

test("there are words for each kind of rule", () => {
  expect([...FOUND].sort()).toEqual(Object.values(RuleKind).sort());
});
