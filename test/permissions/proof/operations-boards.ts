import { holdingsIn, relationsTo, type Row } from "../reading";
import { seesRow } from "../reading-rows";
import type { Actor } from "./actors";
import type { Proven } from "./database";
import type { Expected, OperationSample } from "./operations";
import { DONE, idOf, refused, the, told } from "./operations-people";

type Of = (proven: Proven) => Row;
type Input = (proven: Proven) => object;

const holds = (actor: Actor, ...roles: string[]) => actor.who.holdings.some(({ role }) => roles.includes(role));
const holdsThere = (actor: Actor, row: Row, ...roles: string[]) =>
  holdingsIn(actor.who, row.partnership_id ?? row.id).some(({ role }) => roles.includes(role));

/**
 * Something that people of certain roles do to a row: refused to everybody who holds none of them anywhere, as if nothing
 * were there to whoever does not see it, forbidden where the role is held elsewhere. `then` is what it comes to otherwise.
 */
export const by =
  (roles: readonly string[], table: string, of: Of, then: Expected = DONE): OperationSample["expected"] =>
  (actor, proven) => {
    if (actor.who.scopes || !holds(actor, ...roles)) return refused("FORBIDDEN");
    const row = of(proven);
    if (!seesRow(proven.facts, actor.asking, table, row)) return told("NOT_FOUND");
    return holdsThere(actor, row, ...roles) ? then : told("FORBIDDEN");
  };

export const OFFICER = ["PARTNERSHIP_OFFICER"];
const CHAIR = ["PARTNERSHIP_CHAIR"];
const WRITERS = ["AGENCY_CONTRIBUTOR", "AGENCY_LEAD"];

export const partnership: Of = (proven) => the(proven, "partnership", { slug: "ashby" });
const board: Of = (proven) => the(proven, "board", { name: "ashby group" });
const ofBoard =
  (table: string, named: Row): Of =>
  (proven) =>
    the(proven, table, { board_id: board(proven).id, ...named });
const meeting = ofBoard("meeting", { state: "HELD" });
const planned = ofBoard("meeting", { state: "PLANNED" });
const decision = (kind: string) => ofBoard("decision", { kind });
const askedInPublic = ofBoard("tracked_item", { status: "OPEN", business: "PUBLIC" });
const action =
  (name: string): Of =>
  (proven) =>
    the(proven, "action", { id: proven.world.actions[name]?.id ?? "" });
const plan =
  (slug: string): Of =>
  (proven) =>
    the(proven, "plan", { slug });

export const sample = (
  name: string,
  input: Input,
  expected: OperationSample["expected"],
  ...changes: string[]
): readonly OperationSample[] => [{ name, input, expected, changes: [...changes, "audit_entry"] }];

/** An agency's answer is its own: whoever writes for one agency answers what it was asked. */
const answering: OperationSample["expected"] = (actor, proven) => {
  if (actor.who.scopes || !holds(actor, ...OFFICER, ...WRITERS)) return refused("FORBIDDEN");
  const item = askedInPublic(proven);
  if (!seesRow(proven.facts, actor.asking, "tracked_item", item)) return told("NOT_FOUND");
  if (holdsThere(actor, item, ...OFFICER)) return DONE;
  const own = writingFor(actor, item);
  if (own.length !== 1) return told(own.length === 0 ? "FORBIDDEN" : "BAD_USER_INPUT");
  const names = holdingsIn(actor.who, item.partnership_id)
    .filter(({ agency }) => agency === own[0])
    .flatMap((held) => held.names);
  return names.includes(String(item.agency_id)) ? DONE : told("FORBIDDEN");
};
const writingFor = (actor: Actor, row: Row) => [
  ...new Set(
    holdingsIn(actor.who, row.partnership_id).flatMap(({ agency, acting }) =>
      agency !== null && WRITERS.includes(acting) ? [agency] : [],
    ),
  ),
];

/** The lead agency's writers file a report; on the first action a rating is not green, so that they are told of a conflict. */
const filing: OperationSample["expected"] = (actor, proven) => {
  if (actor.who.scopes || !holds(actor, ...WRITERS)) return refused("FORBIDDEN");
  const row = action("ashby-plan A1")(proven);
  if (!seesRow(proven.facts, actor.asking, "action", row)) return told("NOT_FOUND");
  const own = writingFor(actor, row);
  if (own.length !== 1) return told(own.length === 0 ? "FORBIDDEN" : "BAD_USER_INPUT");
  const alone = { ...actor.who, holdings: actor.who.holdings.filter(({ agency }) => agency === own[0]) };
  const relations = relationsTo(proven.facts, alone, {
    partnership: String(row.partnership_id),
    action: String(row.id),
  });
  return told(relations.includes("LEAD") ? "CONFLICT" : "FORBIDDEN");
};

/** Mutations of boards, of what they track, and of sign-off. What signing off takes is in test/boards/sign-off.test.ts. */
export const BOARD_OPERATIONS: Readonly<Record<string, readonly OperationSample[]>> = {
  createBoard: sample(
    "another board",
    (proven) => ({ partnership: idOf("Partnership", partnership(proven)), name: "Another", kind: "SUB_GROUP" }),
    by(OFFICER, "partnership", partnership),
    "board",
  ),
  endBoard: sample(
    "the end of a board",
    (proven) => ({ board: idOf("Board", board(proven)), validTo: "2019-03-31" }),
    by(OFFICER, "board", board),
    "board",
  ),
  addBoardMember: sample(
    "a seat for probation",
    (proven) => ({
      board: idOf("Board", board(proven)),
      agency: idOf("Agency", { id: proven.world.agencies.probation ?? "" }),
      role: "ADVISER",
    }),
    by(OFFICER, "board", board),
    "board_member",
  ),
  endBoardMembership: sample(
    "the end of the police's seat",
    (proven) => ({ boardMember: idOf("BoardMember", ofBoard("board_member", { valid_to: null })(proven)) }),
    by(OFFICER, "board_member", ofBoard("board_member", { valid_to: null })),
    "board_member",
  ),
  scheduleMeeting: sample(
    "another meeting",
    (proven) => ({ board: idOf("Board", board(proven)), day: "2019-06-06" }),
    by(OFFICER, "board", board),
    "meeting",
  ),
  holdMeeting: sample(
    "a meeting whose day is to come",
    (proven) => ({ meeting: idOf("Meeting", planned(proven)) }),
    by(OFFICER, "meeting", planned, told("BAD_USER_INPUT")),
  ),
  cancelMeeting: sample(
    "a meeting called off",
    (proven) => ({ meeting: idOf("Meeting", planned(proven)), reason: "No quorum" }),
    by(OFFICER, "meeting", planned),
    "meeting",
  ),
  publishMeeting: sample(
    "a meeting and its public business",
    (proven) => ({ meeting: idOf("Meeting", meeting(proven)) }),
    by(OFFICER, "meeting", meeting),
    "meeting",
    "agenda_item",
    "decision",
    "tracked_item",
  ),
  addAgendaItem: sample(
    "an item with a paper",
    (proven) => ({ meeting: idOf("Meeting", meeting(proven)), title: "More", papers: [{ title: "Paper" }] }),
    by(OFFICER, "meeting", meeting),
    "agenda_item",
    "agenda_paper",
  ),
  recordDecision: sample(
    "a decision that asks for something",
    (proven) => ({
      meeting: idOf("Meeting", meeting(proven)),
      kind: "RESOLVE",
      text: "Resolved",
      asks: [{ kind: "ACTION", title: "Do it", actions: [idOf("Action", action("ashby-plan A1")(proven))] }],
    }),
    by([...OFFICER, ...CHAIR], "meeting", meeting),
    "decision",
    "tracked_item",
    "tracked_item_action",
  ),
  respondToTrackedItem: sample(
    "an answer for the police",
    (proven) => ({ trackedItem: idOf("TrackedItem", askedInPublic(proven)), text: "Done" }),
    answering,
    "tracked_item",
    "tracked_item_response",
  ),
  closeTrackedItem: sample(
    "an item closed",
    (proven) => ({ trackedItem: idOf("TrackedItem", askedInPublic(proven)) }),
    by(OFFICER, "tracked_item", askedInPublic),
    "tracked_item",
  ),
  reopenTrackedItem: sample(
    "an item that is open",
    (proven) => ({ trackedItem: idOf("TrackedItem", askedInPublic(proven)) }),
    by(OFFICER, "tracked_item", askedInPublic, told("CONFLICT")),
  ),
  linkTrackedItem: sample(
    "an item and the first action",
    (proven) => ({
      trackedItem: idOf("TrackedItem", askedInPublic(proven)),
      actions: [idOf("Action", action("ashby-plan A1")(proven))],
    }),
    by(OFFICER, "tracked_item", askedInPublic),
    "tracked_item",
    "tracked_item_action",
  ),
  addWorkProgrammeItem: sample(
    "something proposed",
    (proven) => ({ board: idOf("Board", board(proven)), title: "Something", yearLabel: "2019" }),
    by(OFFICER, "board", board),
    "work_programme_item",
  ),
  scheduleWorkProgrammeItem: sample(
    "something put off",
    (proven) => ({
      workProgrammeItem: idOf("WorkProgrammeItem", ofBoard("work_programme_item", { outcome: null })(proven)),
      basis: "BY_EXCEPTION",
    }),
    by(OFFICER, "work_programme_item", ofBoard("work_programme_item", { outcome: null })),
    "work_programme_item",
  ),
  recordWorkProgrammeOutcome: sample(
    "what came of something",
    (proven) => ({
      workProgrammeItem: idOf("WorkProgrammeItem", ofBoard("work_programme_item", { outcome: null })(proven)),
      outcome: "Circulated",
    }),
    by(OFFICER, "work_programme_item", ofBoard("work_programme_item", { outcome: null })),
    "work_programme_item",
  ),
  fileHighlightReport: sample(
    "a report on the first action",
    (proven) => ({
      action: idOf("Action", action("ashby-plan A1")(proven)),
      targetMet: "Met",
      embedded: "Lasts",
      evidence: "Seen",
    }),
    filing,
  ),
  signOffAction: sample(
    "an action that is in progress",
    (proven) => ({
      action: idOf("Action", action("ashby-plan A1")(proven)),
      decision: idOf("Decision", decision("SIGN_OFF")(proven)),
    }),
    by(CHAIR, "action", action("ashby-plan A1"), told("CONFLICT")),
  ),
  revertSignOff: sample(
    "an action that is signed off",
    (proven) => ({
      action: idOf("Action", action("ashby-plan A4")(proven)),
      decision: idOf("Decision", decision("REVERT_SIGN_OFF")(proven)),
      reason: "It has come undone",
    }),
    by(CHAIR, "action", action("ashby-plan A4")),
    "action",
    "sign_off",
  ),
  signOffPlan: sample(
    "a plan that was signed off",
    (proven) => ({
      plan: idOf("Plan", plan("ashby-plan")(proven)),
      decision: idOf("Decision", decision("SIGN_OFF_PLAN")(proven)),
    }),
    by(CHAIR, "plan", plan("ashby-plan"), told("CONFLICT")),
  ),
  handOverPlan: sample(
    "a plan to a board",
    (proven) => ({
      plan: idOf("Plan", plan("ashby-plan")(proven)),
      decision: idOf("Decision", decision("HAND_OVER")(proven)),
      toBoard: idOf("Board", board(proven)),
    }),
    by(OFFICER, "plan", plan("ashby-plan")),
    "plan_hand_over",
  ),
};
