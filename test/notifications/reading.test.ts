import { NotificationKind } from "../../src/domains/notifications/index";
import { enrol } from "../support/enrol";
import { NOW } from "../support/service";
import { type Catcher, startCatcher } from "./catcher";
import { demonstrationOfNotifications, type NotificationsWorld } from "./world";

/** What is in a message is what its recipient may read when it is sent. */
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
  world.clock.set(NOW);
  catcher.caught.length = 0;
});

const alone = async (subject: string) => ({ personIds: [await world.personOf(subject)] });

test("whoever left between writing and sending is told nothing, though the plan be public", async () => {
  const person = await enrol(world.database, "leaver", [
    { role: "AGENCY_CONTRIBUTOR", agency: "Wrenshire Constabulary" },
  ]);
  await world.addressed("leaver");
  expect(await world.tell({ cause: "left", to: { personIds: [person] } })).toBe(1);
  await world.database.owner.query("update membership set ended_at = $2 where person_id = $1", [person, NOW]);
  world.clock.passMinutes(1);
  expect(await world.round(catcher.port)).toMatchObject({ messages: 0, dropped: 1 });
  expect(await world.fates("leaver")).toMatchObject([{ state: "DROPPED", problem: "NOT_READABLE" }]);
  // a member of another partnership still is not told of this one
  await enrol(world.database, "mover", [
    { role: "AGENCY_CONTRIBUTOR", agency: "Wrenshire Constabulary" },
    { role: "PARTNERSHIP_OFFICER", partnership: "coventry" },
  ]);
  await world.addressed("mover");
  await world.tell({ cause: "moved", to: await alone("mover") });
  await world.database.owner.query(
    "update membership set ended_at = $2 where role = 'AGENCY_CONTRIBUTOR' and person_id = $1",
    [await world.personOf("mover"), world.clock.now()],
  );
  world.clock.passMinutes(1);
  expect(await world.round(catcher.port)).toMatchObject({ messages: 0, dropped: 1 });
  expect(catcher.caught).toEqual([]);
});

test("of private business, whoever may not see it any more is told nothing, and the rest of the message goes out", async () => {
  await world.addressed("wrenford-officer");
  const item = await world.key(
    "select t.id from tracked_item t join partnership p on p.id = t.partnership_id where p.slug = 'wrenford' and t.agency_id is not null order by t.number limit 1",
  );
  const to = await alone("wrenford-officer");
  await world.tell({ cause: "item", subjectType: "TrackedItem", subjectId: item, to });
  await world.tell({ cause: "gone", subjectType: "TrackedItem", subjectId: world.partnershipId, to });
  await world.tell({ cause: "action", kind: NotificationKind.CHALLENGE_ENDED, to });
  expect(await world.round(catcher.port)).toMatchObject({ messages: 1, dropped: 1 });
  expect(catcher.caught[0]?.headers.subject).toBe("2 notifications");
  expect(catcher.caught[0]?.text).toMatch(/Tracked item \d+ was raised/);
  expect(await world.fates("wrenford-officer")).toMatchObject([
    { cause: "action", state: "SENT" },
    { cause: "gone", state: "DROPPED" },
    { cause: "item", state: "SENT" },
  ]);
});

test("a field that a grant denies its recipient is in no message, and its other words are", async () => {
  const [{ title }] = await world.database.owner.query<[{ title: string }]>("select title from action where id = $1", [
    world.actions["6.3"],
  ]);
  await world.addressed("police-lead");
  await world.database.owner.query(
    `insert into field_grant (partnership_id, agency_id, type, field, operation, effect, reason, granted_at)
     values ($1, $2, 'Action', 'leadAgency', 'READ', 'DENY', 'A test', $3)`,
    [world.partnershipId, world.police, NOW],
  );
  await world.tell({ cause: "denied", to: await alone("police-lead") });
  expect(await world.round(catcher.port)).toMatchObject({ messages: 1 });
  expect(catcher.caught[0]?.text).toContain(title);
  await world.database.owner.query("delete from field_grant where reason = 'A test'");
});

test("a title that would break out of a header, a line or the page is shown as the words that it is", async () => {
  const hostile = 'Plan\r\nBcc: everybody@example.org\r\n\r\n<script>alert(1)</script> & "quoted" \u202Egnp.exe';
  const action = world.actions["6.3"];
  const [before] = await world.database.owner.query<{ title: string; reference: string }[]>(
    "select title, reference from action where id = $1",
    [action],
  );
  await world.database.owner.query("update action set title = $2, reference = $3 where id = $1", [
    action,
    hostile,
    "6.3\r\nBcc: nobody@example.org",
  ]);
  await world.addressed("police-lead");
  await world.tell({ cause: "hostile", to: await alone("police-lead") });
  expect(await world.round(catcher.port)).toMatchObject({ messages: 1 });
  const [mail] = catcher.caught;
  expect(Object.keys(mail?.headers ?? {}).sort()).toEqual([
    "auto-submitted",
    "content-type",
    "date",
    "from",
    "message-id",
    "mime-version",
    "subject",
    "to",
    "x-auto-response-suppress",
  ]);
  expect(mail?.to).toBe("police-lead@police.example");
  expect(mail?.headers.subject).toBe("Action 6.3 Bcc: nobody@example.org was raised");
  expect(mail?.text).toContain('About: Plan Bcc: everybody@example.org <script>alert(1)</script> & "quoted" gnp.exe');
  expect(mail?.html).toContain("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quoted&quot;");
  expect(mail?.html).not.toContain("<script");
  await world.database.owner.query("update action set title = $2, reference = $3 where id = $1", [
    action,
    before?.title,
    before?.reference,
  ]);
});
