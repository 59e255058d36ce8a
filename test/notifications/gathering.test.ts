import { PUBLISHED } from "../../src/clocks/index";
import { gather, isSpent, type Limits, type Recipient, type Waiting } from "../../src/domains/notifications/gathering";
import { NotificationKind } from "../../src/domains/notifications/index";
import { NotificationGroup, NotificationHow } from "../../src/domains/notifications/kinds";
import { digestAfter, isDigestTime, nextTry } from "../../src/domains/notifications/sending-times";

const limits: Limits = { everyMinutes: 15, tries: 25, days: 3 };
const reached: Recipient = { hasAddress: true, chosen: {}, lastSentAt: null, lastDigestAt: null };
const at = (text: string) => new Date(text);
const NOW = at("2019-02-14T09:00:00Z");

const waiting = (id: string, more: Partial<Waiting> = {}): Waiting => ({
  id,
  kind: NotificationKind.CHALLENGE_RAISED,
  at: NOW,
  nextTryAt: NOW,
  message: null,
  digest: null,
  attempts: 0,
  firstTriedAt: null,
  calendar: PUBLISHED.ENGLAND_AND_WALES,
  everyMinutes: null,
  ...more,
});
const reminder = (id: string, when: string) =>
  waiting(id, { kind: NotificationKind.DUE, at: at(when), nextTryAt: at(when) });

describe("when a digest goes out", () => {
  test.each([
    // written on a Thursday morning: before 08:00 it is of the same day, from 08:00 on of the next
    ["2019-02-14T07:59:59Z", "2019-02-14T08:00:00.000Z"],
    ["2019-02-14T08:00:00Z", "2019-02-15T08:00:00.000Z"],
    // after Friday's: on Monday
    ["2019-02-15T12:00:00Z", "2019-02-18T08:00:00.000Z"],
    // over Christmas 2018, a Tuesday, with Boxing Day: Monday's evening is of Thursday
    ["2018-12-24T17:00:00Z", "2018-12-27T08:00:00.000Z"],
    // over Easter 2019, Good Friday 19 April: of Tuesday the 23rd, and in summer time
    ["2019-04-18T10:00:00Z", "2019-04-23T07:00:00.000Z"],
    // the clocks go forward on Sunday 31 March 2019
    ["2019-03-29T18:00:00Z", "2019-04-01T07:00:00.000Z"],
  ])("what is written at %s goes out at %s", (written, out) => {
    expect(digestAfter(at(written), PUBLISHED.ENGLAND_AND_WALES).toISOString()).toBe(out);
  });

  test.each([
    ["2019-02-14T08:00:00Z", true],
    ["2019-02-14T07:59:00Z", false],
    ["2019-02-16T12:00:00Z", false],
    ["2019-04-22T12:00:00Z", false],
    ["2019-07-01T07:00:00Z", true],
  ])("%s: %s", (now, open) => {
    expect(isDigestTime(at(now), PUBLISHED.ENGLAND_AND_WALES)).toBe(open);
  });
});

test("each partnership's reminders wait for a working day of its own part of the United Kingdom", () => {
  const written = "2019-04-18T10:00:00Z"; // the day before Good Friday
  const england = reminder("england", written);
  const scotland = { ...reminder("scotland", written), calendar: PUBLISHED.SCOTLAND };
  // on Easter Monday, at nine in summer time, Scotland works
  expect(gather([england, scotland], reached, limits, at("2019-04-22T08:00:00Z"))).toEqual({
    take: { ids: ["scotland"], message: null, digest: true },
    hold: [{ id: "england", until: at("2019-04-23T07:00:00Z"), problem: null }],
    end: [],
  });
});

test("tries are a minute apart, then twice as long each time, to four hours, give or take a tenth", () => {
  const minutes = (attempts: number, chance: number) =>
    (nextTry(NOW, attempts, () => chance).getTime() - NOW.getTime()) / 60_000;
  expect([1, 2, 3, 8, 9, 25].map((attempts) => minutes(attempts, 0.5))).toEqual([1, 2, 4, 128, 240, 240]);
  expect([minutes(9, 0), minutes(9, 1)]).toEqual([216, 264]);
});

test("what happens at once goes out together, and what comes shortly afterwards is gathered", () => {
  const three = [waiting("a"), waiting("b"), waiting("c")];
  expect(gather(three, reached, limits, NOW).take).toEqual({ ids: ["a", "b", "c"], message: null, digest: false });

  const told = { ...reached, lastSentAt: at("2019-02-14T08:50:00Z") };
  expect(gather(three, told, limits, NOW)).toEqual({
    take: null,
    hold: ["a", "b", "c"].map((id) => ({ id, until: at("2019-02-14T09:05:00Z"), problem: null })),
    end: [],
  });
  expect(gather(three, told, limits, at("2019-02-14T09:05:00Z")).take?.ids).toEqual(["a", "b", "c"]);
});

test("of a clock that was set back, a message of a later hour keeps nothing waiting", () => {
  const told = { ...reached, lastSentAt: at("2019-03-14T09:00:00Z") };
  expect(gather([waiting("a")], told, limits, NOW).take?.ids).toEqual(["a"]);
});

test("a partnership says for itself how soon after the last message another one about it may come", () => {
  const told = { ...reached, lastSentAt: at("2019-02-14T08:50:00Z") };
  const two = [waiting("seldom", { everyMinutes: 60 }), waiting("usual")];
  expect(gather(two, told, limits, at("2019-02-14T09:05:00Z"))).toEqual({
    take: { ids: ["usual"], message: null, digest: false },
    hold: [{ id: "seldom", until: at("2019-02-14T09:50:00Z"), problem: null }],
    end: [],
  });
  expect(gather([waiting("often", { everyMinutes: 5 }), waiting("usual")], told, limits, NOW).take?.ids).toEqual([
    "often",
  ]);
});

test("reminders wait for the day's digest, which takes what else is due with it, once a working day", () => {
  const due = reminder("due", "2019-02-13T15:00:00Z");
  expect(gather([due], reached, limits, at("2019-02-13T15:00:00Z"))).toEqual({
    take: null,
    hold: [{ id: "due", until: at("2019-02-14T08:00:00Z"), problem: null }],
    end: [],
  });
  expect(gather([due, waiting("now")], reached, limits, NOW).take).toEqual({
    ids: ["due", "now"],
    message: null,
    digest: true,
  });
  // one that came too late for a digest that has gone out is of the next day's, though it was written before eight
  const late = reminder("late", "2019-02-14T07:59:59Z");
  const had = { ...reached, lastDigestAt: at("2019-02-14T08:00:10Z"), lastSentAt: at("2019-02-14T08:00:10Z") };
  expect(gather([late], had, limits, NOW).hold).toEqual([
    { id: "late", until: at("2019-02-15T08:00:00Z"), problem: null },
  ]);
  // what nobody sent on Friday is not sent on Saturday
  const friday = reminder("friday", "2019-02-14T15:00:00Z");
  expect(gather([friday], reached, limits, at("2019-02-16T10:00:00Z")).hold).toEqual([
    { id: "friday", until: at("2019-02-18T08:00:00Z"), problem: null },
  ]);
});

test("a digest waits for no message of another kind, and takes along what is told at once", () => {
  const daily: Limits = { ...limits, everyMinutes: 1_440 };
  const due = reminder("due", "2019-02-13T15:00:00Z");
  const told = { ...reached, lastSentAt: at("2019-02-14T00:01:00Z") };
  const eight = at("2019-02-14T08:00:00Z");
  expect(
    gather([due, waiting("now", { at: at("2019-02-14T00:02:00Z"), nextTryAt: eight })], told, daily, eight),
  ).toEqual({
    take: { ids: ["due", "now"], message: null, digest: true },
    hold: [],
    end: [],
  });
});

test("however rarely a partnership has people told, and whatever they are told at once, no reminder and no challenge is kept for days", () => {
  const daily: Limits = { ...limits, everyMinutes: 1_440 };
  const recipient = { ...reached };
  const sent = new Map<string, Date>();
  const open = new Map<string, Waiting>();
  const add = (one: Waiting) => void open.set(one.id, one);
  let messages = 0;
  for (let now = at("2019-02-11T00:00:00Z"); now < at("2019-02-23T00:00:00Z"); now = new Date(now.getTime() + 60_000)) {
    const time = now.toISOString().slice(11, 16);
    // every morning a challenge just after midnight, and what falls due at seven
    if (time === "00:01") add(waiting(`challenge ${now.toISOString()}`, { at: now, nextTryAt: now }));
    if (time === "07:00") add(reminder(`reminder ${now.toISOString()}`, now.toISOString()));
    const { take } = gather([...open.values()], recipient, daily, now);
    if (!take) continue;
    messages += 1;
    for (const id of take.ids) {
      open.delete(id);
      sent.set(id, now);
    }
    recipient.lastSentAt = now;
    if (take.digest) recipient.lastDigestAt = now;
  }
  const days = [...sent].map(([id, now]) => (now.getTime() - Date.parse(id.split(" ")[1] ?? "")) / 86_400_000);
  // over the weekend a reminder waits for Monday
  expect(Math.max(...days)).toBeLessThan(3);
  expect([...open.keys()]).toEqual([]);
  expect(messages).toBeLessThanOrEqual(24);
});

test("of a clock that was set back, a digest of a later day keeps no other waiting", () => {
  const told = { ...reached, lastDigestAt: at("2019-03-14T08:00:00Z") };
  expect(gather([reminder("a", "2019-02-13T15:00:00Z")], told, limits, NOW).take?.ids).toEqual(["a"]);
});

test("what somebody has chosen counts: at once, by digest or never", () => {
  const chosen = {
    [NotificationGroup.CHALLENGES]: NotificationHow.NEVER,
    [NotificationGroup.REMINDERS]: NotificationHow.AT_ONCE,
  };
  expect(gather([waiting("a"), reminder("b", "2019-02-14T09:00:00Z")], { ...reached, chosen }, limits, NOW)).toEqual({
    take: { ids: ["b"], message: null, digest: false },
    hold: [],
    end: [{ id: "a", state: "DROPPED", problem: "NOT_WANTED" }],
  });
});

test("a message that was tried stays as it is, and what has come since waits for it", () => {
  const tried = (nextTryAt: Date) => waiting("old", { message: "m", digest: false, attempts: 3, nextTryAt });
  expect(gather([tried(at("2019-02-14T09:04:00Z")), waiting("new")], reached, limits, NOW)).toEqual({
    take: null,
    hold: [{ id: "new", until: at("2019-02-14T09:04:00Z"), problem: null }],
    end: [],
  });
  expect(gather([tried(NOW), waiting("new")], reached, limits, NOW).take).toEqual({
    ids: ["old"],
    message: "m",
    digest: false,
  });
});

test("a message is dead after so many tries, or so many days from the first", () => {
  expect(isSpent({ attempts: 24, firstTriedAt: at("2019-02-11T09:00:01Z") }, limits, NOW)).toBe(false);
  expect(isSpent({ attempts: 25, firstTriedAt: NOW }, limits, NOW)).toBe(true);
  expect(isSpent({ attempts: 1, firstTriedAt: at("2019-02-11T09:00:00Z") }, limits, NOW)).toBe(true);
  // whoever tried it last died each time, and said nothing
  expect(gather([waiting("a", { message: "m", attempts: 25 })], reached, limits, NOW).end).toEqual([
    { id: "a", state: "DEAD", problem: null },
  ]);
});

test("without an address they wait for one for as long as a message would be tried, and are dead then", () => {
  const nowhere = { ...reached, hasAddress: false };
  const old = waiting("old", { at: at("2019-02-11T09:00:00Z") });
  expect(gather([old, waiting("new")], nowhere, limits, NOW)).toEqual({
    take: null,
    hold: [{ id: "new", until: at("2019-02-14T10:00:00Z"), problem: "NO_ADDRESS" }],
    end: [{ id: "old", state: "DEAD", problem: "NO_ADDRESS" }],
  });
});
