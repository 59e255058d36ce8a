import { NotificationKind } from "../../src/domains/notifications/index";
import { Outbox } from "../../src/domains/notifications/outbox";
import { globalId } from "../../src/platform/graphql/ids";
import { NOW } from "../support/service";
import { type Catcher, startCatcher } from "./catcher";
import { demonstrationOfNotifications, FROM, type NotificationsWorld, PUBLIC_URL, transportTo } from "./world";

let world: NotificationsWorld;
let catcher: Catcher;
beforeAll(async () => {
  world = await demonstrationOfNotifications();
  catcher = await startCatcher();
});
afterAll(async () => {
  await catcher.stop();
  await world.close();
});
beforeEach(async () => {
  await world.clear();
  await world.database.owner.query("delete from notification_address");
  await world.addressed("police-lead");
  world.clock.set(NOW);
  catcher.caught.length = 0;
  catcher.manners = {};
  world.logged.length = 0;
});

const NOTHING = { messages: 0, failed: 0, dead: 0, dropped: 0, codes: 0 };
const toPolice = () => ({ agencyIds: [world.police] });
const toLead = async () => ({ personIds: [await world.personOf("police-lead")] });

test("somebody is told at once, by name and reference, what is asked of whom by when, with a link", async () => {
  await world.tell({
    cause: "first",
    detail: { agency: world.police, by: "2019-07-03T16:00:00Z", provisional: true, stage: 2 },
    to: toPolice(),
  });
  expect(await world.round(catcher.port)).toEqual({ ...NOTHING, messages: 1 });
  const [mail, ...more] = catcher.caught;
  expect([mail?.to, more]).toEqual(["police-lead@police.example", []]);
  expect(mail?.headers).toMatchObject({
    from: `Golden Thread <${FROM}>`,
    to: "police-lead@police.example",
    subject: "Action 6.3 was raised",
    date: "Thu, 14 Feb 2019 09:00:00 +0000",
    "auto-submitted": "auto-generated",
  });
  expect(mail?.text.split("\n\n").slice(1, 3)).toEqual([
    "Wrenford Safeguarding Children Partnership",
    [
      "About: Review every child at high risk of exploitation",
      "Stage: 2",
      "Asked: Wrenshire Constabulary",
      "Next step by: 17:00 on Wednesday 3 July 2019, London time (may move: bank holidays of that year are not published yet)",
      "Led by: Wrenshire Constabulary",
      "By when, as the plan says: Quarterly",
      `Open: ${PUBLIC_URL}/${globalId("Action", world.actions["6.3"] ?? "")}`,
    ].join("\n"),
  ]);
  expect(mail?.html).toContain('<html lang="en-GB">');
  expect(mail?.html).toContain(">Open Action 6.3</a>");
  // those without an address are not forgotten
  expect(await world.fates("police-lead")).toEqual([{ cause: "first", state: "SENT", problem: null, attempts: 1 }]);
  expect(await world.fates("police-second")).toEqual([
    { cause: "first", state: "PENDING", problem: "NO_ADDRESS", attempts: 0 },
  ]);
  expect(await world.round(catcher.port)).toEqual(NOTHING);
  expect(world.logged.join()).not.toMatch(/police|exploitation/);
});

test("what happens within minutes is gathered into one message", async () => {
  await world.tell({ cause: "1", to: await toLead() });
  await world.round(catcher.port);
  for (const cause of ["2", "3", "4"]) {
    world.clock.passMinutes(2);
    await world.tell({ cause, to: await toLead() });
    await world.round(catcher.port);
  }
  expect(catcher.caught).toHaveLength(1);
  world.clock.passMinutes(9);
  expect(await world.round(catcher.port)).toMatchObject({ messages: 1 });
  expect(catcher.caught.map(({ headers }) => headers.subject)).toEqual(["Action 6.3 was raised", "3 notifications"]);
  expect(catcher.caught[1]?.html.match(/<h3 /g)).toHaveLength(3);
});

/** Warns the lead of so many things. */
async function warnings(count: number) {
  await world.tell({ cause: "warning", kind: NotificationKind.RULE_WARNING, to: await toLead() });
  await world.database.owner.query(
    `insert into notification (partnership_id, person_id, kind, subject_type, subject_id, cause, detail, at, next_try_at)
     select n.partnership_id, n.person_id, n.kind, n.subject_type, n.subject_id, n.cause || ' ' || i, n.detail, n.at, n.next_try_at
     from notification n, generate_series(2, $1) as i where n.cause = 'warning'`,
    [count],
  );
}

test("however many warnings wait for the digest, a challenge is told within minutes", async () => {
  await warnings(1_010);
  world.clock.passMinutes(30);
  await world.tell({ cause: "challenge", to: await toLead() });
  for (let round = 0; round < 2; round += 1) {
    await world.round(catcher.port);
    world.clock.passMinutes(1);
  }
  expect((await world.fates("police-lead")).find(({ cause }) => cause === "challenge")).toMatchObject({
    state: "SENT",
  });
});

test("a digest of many lists the first of them, says how many more there are, and is the day's only one", async () => {
  world.clock.set("2019-02-14T10:00:00Z");
  await warnings(230);
  world.clock.set("2019-02-15T08:00:00Z");
  expect(await world.round(catcher.port)).toMatchObject({ messages: 1 });
  const [mail] = catcher.caught;
  expect(mail?.headers.subject).toBe("230 notifications for Friday 15 February 2019");
  expect(mail?.html.match(/<h3 /g)).toHaveLength(200);
  for (const body of [mail?.text, mail?.html])
    expect(body).toContain("These are the first 200. The other 30 are among your notifications in Golden Thread.");
  expect((await world.fates("police-lead")).every(({ state }) => state === "SENT")).toBe(true);
  world.clock.passMinutes(60);
  expect(await world.round(catcher.port)).toEqual(NOTHING);
});

test("reminders come by one digest a working day, over Easter", async () => {
  world.clock.set("2019-04-18T10:00:00Z");
  for (const cause of ["1", "2"])
    await world.tell({
      cause,
      kind: NotificationKind.DUE_SOON,
      detail: { byDay: "2019-04-24" },
      to: await toLead(),
    });
  for (const moment of [
    "2019-04-18T10:00:00Z",
    "2019-04-19T08:00:00Z",
    "2019-04-22T08:00:00Z",
    "2019-04-23T06:59:00Z",
  ]) {
    world.clock.set(moment);
    expect([moment, await world.round(catcher.port)]).toEqual([moment, NOTHING]);
  }
  world.clock.set("2019-04-23T07:00:00Z");
  expect(await world.round(catcher.port)).toMatchObject({ messages: 1 });
  expect(catcher.caught[0]?.headers.subject).toBe("2 notifications for Tuesday 23 April 2019");
  expect(catcher.caught[0]?.text).toContain("Due by: Wednesday 24 April 2019");
});

test("of a plan's reporting the subject line has the plan's short name, and the message its title", async () => {
  const [plan] = await world.database.owner.query<{ id: string }[]>(
    "select id from plan where slug = 'safeguarding-2018-2020'",
  );
  await world.tell({ cause: "plan", subjectType: "Plan", subjectId: plan?.id ?? "", to: await toLead() });
  await world.round(catcher.port);
  expect(catcher.caught[0]?.headers.subject).toBe("Reporting on the plan safeguarding-2018-2020 was raised");
  expect(catcher.caught[0]?.text).toContain("About: Wrenford Safeguarding Plan 2018-2020");
});

test("a mail server that is down for an hour costs nobody a message, and each is sent once", async () => {
  await world.addressed("police-second");
  const own = await startCatcher();
  const { port } = own;
  await own.stop();
  await world.tell({ cause: "down", to: toPolice() });
  for (let minute = 0; minute < 60; minute += 1) {
    const { failed, messages } = await world.round(port);
    expect([messages, failed <= 1]).toEqual([0, true]);
    world.clock.passMinutes(1);
  }
  const [waiting] = await world.fates("police-lead");
  expect([waiting?.state, waiting?.problem]).toEqual(["PENDING", "UNREACHABLE"]);
  // the server is back, on the same port
  const back = await startCatcher(port);
  for (let minute = 0; minute < 70; minute += 1) {
    await world.round(port);
    world.clock.passMinutes(1);
  }
  expect(back.caught.map(({ to }) => to).sort()).toEqual([
    "police-lead@police.example",
    "police-second@police.example",
  ]);
  await back.stop();
});

test("a server that asks for another time is asked again, ever more rarely, until it is enough", async () => {
  catcher.manners = { message: () => 451 };
  await world.tell({ cause: "deferred", to: await toLead() });
  let tries = 0;
  const next = () =>
    world.database.owner.query<{ at: Date }[]>(
      "select next_try_at as at from notification where cause = 'deferred' and state = 'PENDING'",
    );
  for (let [due] = await next(); due; [due] = await next()) {
    world.clock.set(due.at);
    const { failed, dead } = await world.round(catcher.port);
    tries += failed + dead;
  }
  expect(await world.fates("police-lead")).toMatchObject([{ state: "DEAD", problem: "DEFERRED", attempts: tries }]);
  expect(tries).toBeGreaterThan(20);
  expect(tries).toBeLessThanOrEqual(25);
  expect(world.clock.now().getTime()).toBeGreaterThan(NOW.getTime() + 2.5 * 24 * 3_600_000);
  expect(world.logged.some((line) => line.includes("given up"))).toBe(true);
  expect(catcher.caught).toEqual([]);
});

test("what is refused for good is dead at once", async () => {
  await world.tell({ cause: "refused", to: await toLead() });
  // where the service itself is not let in, that is nobody's message's fault
  catcher.manners = { sender: () => 530 };
  expect(await world.round(catcher.port)).toEqual({ ...NOTHING, failed: 1 });
  catcher.manners = { recipient: () => 550 };
  world.clock.passMinutes(2);
  expect(await world.round(catcher.port)).toEqual({ ...NOTHING, dead: 1 });
  expect(await world.fates("police-lead")).toEqual([
    { cause: "refused", state: "DEAD", problem: "REFUSED", attempts: 2 },
  ]);
  expect(await world.round(catcher.port)).toEqual(NOTHING);
});

test("a sender that dies between sending and marking leaves a message that comes again under the same Message-ID", async () => {
  await world.tell({ cause: "crash", to: await toLead() });
  const { mail, clock } = world.sending(null);
  const outbox = new Outbox(world.database.app, clock, mail);
  const claimed = await outbox.claim(await world.personOf("police-lead"));
  await transportTo(catcher.port).send({
    id: claimed?.message ?? "",
    to: claimed?.address ?? "",
    subject: "the same",
    text: "the same",
    html: "the same",
    date: clock.now(),
  });
  // it is its sender's while the lease lasts
  expect(await world.round(catcher.port)).toEqual(NOTHING);
  world.clock.passMinutes(11);
  expect(await world.round(catcher.port)).toMatchObject({ messages: 1 });
  expect(new Set(catcher.caught.map(({ headers }) => headers["message-id"])).size).toBe(1);
  expect(catcher.caught).toHaveLength(2);
});

test("however many send at once, each message goes out once", async () => {
  const people = ["police-lead", "police-second", "police-contributor"];
  for (const subject of people) await world.addressed(subject);
  for (const cause of ["a", "b", "c"]) await world.tell({ cause, to: toPolice() });
  catcher.manners = { before: () => new Promise((resolve) => setTimeout(resolve, 30)) };
  const rounds = await Promise.all([1, 2, 3, 4].map(() => world.round(catcher.port)));
  expect(rounds.reduce((all, { messages }) => all + messages, 0)).toBe(3);
  expect(catcher.caught.map(({ to }) => to).sort()).toEqual(people.map((one) => `${one}@police.example`).sort());
  expect(rounds.every(({ failed, dead }) => failed + dead === 0)).toBe(true);
});

test("without a mail server they are kept, and said to wait for one", async () => {
  await world.tell({ cause: "kept", to: await toLead() });
  expect(await world.round(null)).toEqual(NOTHING);
  expect(await world.fates("police-lead")).toEqual([
    { cause: "kept", state: "PENDING", problem: "NO_SERVER", attempts: 0 },
  ]);
  expect(await world.round(catcher.port)).toMatchObject({ messages: 1 });
});

test("a person without an address is waited for, three days, and the message is dead then; with one they are told", async () => {
  await world.addressed("police-lead", null);
  await world.tell({ cause: "nowhere", to: await toLead() });
  await world.tell({ cause: "in time", to: { personIds: [await world.personOf("police-second")] } });
  for (let hour = 0; hour < 71; hour += 1) {
    await world.round(catcher.port);
    world.clock.passMinutes(60);
  }
  await world.addressed("police-second");
  for (let hour = 0; hour < 3; hour += 1) {
    await world.round(catcher.port);
    world.clock.passMinutes(60);
  }
  expect(await world.fates("police-lead")).toMatchObject([{ state: "DEAD", problem: "NO_ADDRESS", attempts: 0 }]);
  expect(await world.fates("police-second")).toMatchObject([{ state: "SENT", problem: null }]);
});
