import type { Row } from "../reading";
import type { Seeder } from "./seeding";
import type { Placed } from "./world";

const OUT = "2018-12-01T00:00:00Z";
const SOON = "2019-02-14T09:00:01Z";
const MET = "2019-01-10";

/** Who of a side is asked what, and which of its actions stands where. */
interface Side {
  of: string;
  slug: string;
  /** The agency that is asked in public, and those that are asked in private: without a seat, and with one. */
  first: string;
  asked: readonly string[];
  seats: readonly Row[];
  done: Placed;
  before: Placed;
  after: Placed;
  post: string;
}

/** Boards in every standing: parted, succeeded, with seats that run, have ended and are to come; business of both kinds. */
export function boards(
  seed: Seeder,
  partnerships: Record<"ashby" | "bexton" | "corley", string>,
  at: (name: string) => Placed,
  agencies: Record<string, string>,
  posts: Readonly<Record<string, string>>,
  [yesterday, today, tomorrow]: readonly [string, string, string],
): void {
  const agency = (name: string) => agencies[name] ?? "";
  const seat = (name: string, valid_from: string, valid_to: string | null): Row => ({
    agency_id: agency(name),
    valid_from,
    valid_to,
  });
  const ashby: Side = {
    of: partnerships.ashby,
    slug: "ashby",
    first: agency("police"),
    asked: [agency("probation"), agency("schools"), agency("health")],
    seats: [
      seat("police", "2018-01-01", null),
      seat("schools", "2018-01-01", today),
      seat("health", "2018-01-01", yesterday),
      seat("council", tomorrow, null),
    ],
    done: at("ashby-plan A4"),
    before: at("ashby-plan A7"),
    after: at("ashby-draft A1"),
    post: posts.ashby ?? "",
  };
  const small = (slug: "bexton" | "corley"): Side => ({
    of: partnerships[slug],
    slug,
    first: agency(`${slug}-police`),
    asked: [agency(`${slug}-police`)],
    seats: [seat(`${slug}-police`, "2018-01-01", null)],
    done: at(`${slug}-plan A1`),
    before: at(`${slug}-plan A1`),
    after: at(`${slug}-draft A1`),
    post: posts[slug] ?? "",
  });
  for (const side of [ashby, small("bexton"), small("corley")]) boardOf(seed, side);
}

function boardOf(seed: Seeder, { of, slug, first, asked, seats, done, before, after, post }: Side): void {
  const add = (table: string, row: Row) => seed.add(table, { partnership_id: of, ...row });
  const successor = add("board", {
    name: `${slug} new board`,
    kind: "PARTNERSHIP_BOARD",
    parent_id: null,
    successor_id: null,
  });
  const parent = add("board", {
    name: `${slug} old board`,
    kind: "PARTNERSHIP_BOARD",
    parent_id: null,
    successor_id: successor,
    valid_to: "2018-12-31",
  });
  const board = add("board", { name: `${slug} group`, kind: "SUB_GROUP", parent_id: parent, successor_id: null });
  for (const seat of seats) add("board_member", { board_id: board, post_id: post, role: "MEMBER", ...seat });

  const on = (day: string, state: string, published_at: string | null) =>
    add("meeting", {
      board_id: board,
      day,
      start_time: "10:00",
      state,
      cancelled_reason: state === "CANCELLED" ? "Snow" : null,
      published_at,
    });
  const meeting = on(MET, "HELD", OUT);
  on("2019-01-17", "CANCELLED", null);
  on("2019-03-14", "PLANNED", SOON);
  const publics: (string | null)[] = [OUT, null, SOON];
  const kinds = [
    ...publics.map((published_at) => ({ business: "PUBLIC", published_at })),
    { business: "PRIVATE", published_at: null },
  ];

  const decisions = kinds.map((kind, index) => {
    const item = add("agenda_item", {
      board_id: board,
      meeting_id: meeting,
      position: index + 1,
      title: `item ${index}`,
      kind: "REPORT",
      ...kind,
    });
    add("agenda_paper", { agenda_item_id: item, position: 1, title: "paper", link: "https://papers.example/1" });
    return add("decision", {
      board_id: board,
      meeting_id: meeting,
      agenda_item_id: item,
      number: String(index + 1),
      kind: "SIGN_OFF",
      text: "decided",
      decided_on: MET,
      ...kind,
    });
  });
  for (const [number, kind] of (["REVERT_SIGN_OFF", "SIGN_OFF_PLAN", "HAND_OVER"] as const).entries())
    add("decision", {
      board_id: board,
      meeting_id: meeting,
      agenda_item_id: null,
      number: String(number + 11),
      kind,
      text: "decided",
      decided_on: MET,
      business: "PUBLIC",
      published_at: OUT,
    });

  let number = 1;
  const ask = (agency_id: string, decision: number, status: string) => {
    const item = add("tracked_item", {
      board_id: board,
      decision_id: decisions[decision],
      number: number++,
      kind: "ACTION",
      title: "asked",
      agency_id,
      post_id: post,
      raised_on: MET,
      status,
      closed_on: status === "CLOSED" ? "2019-02-01" : null,
      ...kinds[decision],
    });
    add("tracked_item_action", { tracked_item_id: item, action_id: done.id });
    add("tracked_item_response", {
      tracked_item_id: item,
      number: 1,
      agency_id,
      post_id: post,
      responded_on: "2019-01-20",
      text: "answered",
      progress: "DONE",
    });
  };
  ask(first, 0, "OPEN");
  ask(first, 1, "ANSWERED");
  ask(first, 2, "CLOSED");
  for (const agency of asked) ask(agency, 3, "OPEN");

  for (const [index, published_at] of publics.entries())
    add("work_programme_item", {
      board_id: board,
      meeting_id: meeting,
      number: index + 1,
      year_label: "2019",
      title: "looked at",
      basis: "SCHEDULED",
      scheduled_on: MET,
      outcome: index === 0 ? null : "looked at",
      published_at,
    });

  const report = add("highlight_report", {
    action_id: done.id,
    agency_id: first,
    number: 1,
    target_met: "met",
    embedded: "lasts",
    links: ["https://papers.example/2"],
    filed_at: "2019-01-05T00:00:00Z",
  });
  const entry = (action: string, event: string, at: number, decision = 0) =>
    add("sign_off", {
      action_id: action,
      decision_id: decisions[decision],
      highlight_report_id: event === "SIGNED_OFF" ? report : null,
      number: at,
      event,
      decided_on: MET,
      reason: event === "REVERTED" ? "undone" : null,
    });
  entry(done.id, "REVERTED", 1);
  entry(done.id, "SIGNED_OFF", 2);
  // of a plan that is not published, by a decision that is not
  entry(after.id, "SIGNED_OFF", 1, 1);
  add("plan_sign_off", { plan_id: after.plan, decision_id: decisions[1], decided_on: MET });
  const handOver = add("plan_hand_over", {
    plan_id: before.plan,
    number: 1,
    decision_id: decisions[0],
    to_board_id: null,
    to_plan_id: after.plan,
    decided_on: MET,
  });
  add("carried_action", { hand_over_id: handOver, from_action_id: before.id, action_id: after.id });
}
