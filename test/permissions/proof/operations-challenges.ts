import { holdingsIn, type Row } from "../reading";
import { challengeAbilities } from "../reading-challenges";
import { seesRow } from "../reading-rows";
import type { Actor } from "./actors";
import type { Proven } from "./database";
import type { Expected, OperationSample } from "./operations";
import { DONE, idOf, refused, the, told } from "./operations-people";

const LEADS = ["AGENCY_LEAD", "PARTNERSHIP_OFFICER", "PARTNERSHIP_CHAIR"];
const WRITERS = ["AGENCY_LEAD", "AGENCY_CONTRIBUTOR"];
const OVERSIGHT = ["PARTNERSHIP_OFFICER", "PARTNERSHIP_CHAIR"];

const holds = (actor: Actor, ...roles: string[]) => actor.who.holdings.some(({ role }) => roles.includes(role));
const holdsThere = (actor: Actor, row: Row, ...roles: string[]) =>
  holdingsIn(actor.who, row.partnership_id ?? row.id).some(({ role }) => roles.includes(role));

const police = ({ world }: Proven) => world.agencies.police ?? "";
const ofPolice =
  (named: Row) =>
  (proven: Proven): Row =>
    the(proven, "challenge", { raised_by_agency_id: police(proven), ...named });
const raised = ofPolice({ state: "RAISED", stage_number: 1 });
const proposed = ofPolice({ state: "RESOLUTION_PROPOSED" });
const atTheLast = ofPolice({ stage_number: 3 });
const agreed = (proven: Proven): Row => the(proven, "challenge", { state: "AGREED" });
const ladder = (proven: Proven): Row => the(proven, "ladder", { name: "ashby ladder" });
const partnership = (proven: Proven): Row => the(proven, "partnership", { slug: "ashby" });

/** Somebody of certain roles to a challenge: as if it were not there, forbidden, or done where `viewerCan` says so. */
const toChallenge =
  (roles: readonly string[], find: (proven: Proven) => Row, ability: string): OperationSample["expected"] =>
  (actor, proven) => {
    if (actor.who.scopes || !holds(actor, ...roles)) return refused("FORBIDDEN");
    const row = find(proven);
    if (!seesRow(proven.facts, actor.asking, "challenge", row)) return told("NOT_FOUND");
    const may = challengeAbilities(proven.facts, actor.who, row)[ability] === true;
    return may ? DONE : told("FORBIDDEN");
  };

const sample = (
  name: string,
  roles: readonly string[],
  find: (proven: Proven) => Row,
  ability: string,
  more: object = {},
  changes: readonly string[] = ["challenge", "challenge_event", "notification"],
): readonly OperationSample[] => [
  {
    name,
    input: (proven) => ({ challenge: idOf("Challenge", find(proven)), ...more }),
    expected: toChallenge(roles, find, ability),
    changes: [...changes, "audit_entry"],
  },
];

/** Leads raise for the one agency that they lead, officers and the chair as such; nobody against their own. */
const raising = (actor: Actor, proven: Proven): Expected => {
  if (actor.who.scopes || !holds(actor, ...LEADS)) return refused("FORBIDDEN");
  const health = the(proven, "agency", { id: proven.world.agencies.health });
  if (!seesRow(proven.facts, actor.asking, "agency", health)) return told("NOT_FOUND");
  if (holdsThere(actor, health, ...OVERSIGHT)) return DONE;
  const led = holdingsIn(actor.who, health.partnership_id).filter(({ role }) => role === "AGENCY_LEAD");
  const agencies = new Set(led.map(({ agency }) => agency));
  if (agencies.size !== 1) return told(agencies.size === 0 ? "FORBIDDEN" : "BAD_USER_INPUT");
  return led.some(({ names }) => names.includes(String(health.id))) ? told("BAD_USER_INPUT") : DONE;
};

const keeping =
  (table: string, find: (proven: Proven) => Row): OperationSample["expected"] =>
  (actor, proven) => {
    if (actor.who.scopes || !holds(actor, "PARTNERSHIP_OFFICER")) return refused("FORBIDDEN");
    const row = find(proven);
    if (!seesRow(proven.facts, actor.asking, table, row)) return told("NOT_FOUND");
    return holdsThere(actor, row, "PARTNERSHIP_OFFICER") ? DONE : told("FORBIDDEN");
  };

const SAID = { text: "Said in the proof" };
const EDITION = { stages: [{ number: 1, name: "One", decider: "Managers" }] };

/** Mutations of ladders and challenges. What each takes besides is in test/challenges. */
export const CHALLENGE_OPERATIONS: Readonly<Record<string, readonly OperationSample[]>> = {
  createLadder: [
    {
      name: "another ladder",
      input: (proven) => ({ partnership: idOf("Partnership", partnership(proven)), name: "Another", ...EDITION }),
      expected: keeping("partnership", partnership),
      changes: ["ladder", "ladder_version", "ladder_stage", "audit_entry"],
    },
  ],
  reviseLadder: [
    {
      name: "another version",
      input: (proven) => ({ ladder: idOf("Ladder", ladder(proven)), ...EDITION }),
      expected: keeping("ladder", ladder),
      changes: ["ladder", "ladder_version", "ladder_stage", "audit_entry"],
    },
  ],
  retireLadder: [
    {
      name: "the end of a ladder",
      input: (proven) => ({ ladder: idOf("Ladder", ladder(proven)) }),
      expected: keeping("ladder", ladder),
      changes: ["ladder", "audit_entry"],
    },
  ],
  raiseChallenge: [
    {
      name: "a challenge against health",
      input: (proven) => ({ against: idOf("Agency", { id: proven.world.agencies.health }), subject: "Drift" }),
      expected: raising,
      changes: ["challenge", "challenge_event", "challenge_counter", "notification", "audit_entry"],
    },
  ],
  acknowledgeChallenge: sample("what the police raised", WRITERS, raised, "acknowledge"),
  respondToChallenge: sample("what the police raised", WRITERS, raised, "respond", SAID),
  proposeResolution: sample("of what the police raised", LEADS, raised, "propose", SAID),
  agreeResolution: sample("to what the police propose", LEADS, proposed, "agree"),
  declineResolution: sample("what the police propose", LEADS, proposed, "decline", SAID),
  escalateChallenge: sample("what the police raised, at once", LEADS, raised, "escalate", {
    reason: "It cannot wait",
    immediateRisk: "A child is at risk",
  }),
  decideChallenge: sample("what is at the last stage", LEADS, atTheLast, "decide", SAID),
  deadlockChallenge: sample("what is at the last stage", OVERSIGHT, atTheLast, "deadlock", SAID),
  withdrawChallenge: sample("what the police raised", LEADS, raised, "withdraw", SAID),
  recordLearning: sample("of what was agreed", LEADS, agreed, "recordLearning", SAID),
  noteOnChallenge: sample("on what the police raised", WRITERS, raised, "note", SAID, ["challenge_note"]),
};
