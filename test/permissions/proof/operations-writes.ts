import { grantsOf, holdingsIn, mayWriteField, relationsTo, type Row, rowsOf, type Who } from "../reading";
import { seesRow } from "../reading-rows";
import type { Actor } from "./actors";
import type { Proven } from "./database";
import type { Expected, OperationSample } from "./operations";
import { DONE, idOf, refused, told } from "./operations-people";

const WRITERS = ["AGENCY_CONTRIBUTOR", "AGENCY_LEAD"];
const actionOf = ({ facts, world }: Proven): Row => {
  const found = rowsOf(facts, "action").find(({ id }) => id === world.actions["ashby-plan A1"]?.id);
  if (!found) throw new Error("the world has no first action");
  return found;
};

/** Somebody as each one thing that they are in the partnership: of one agency, or of the partnership as a whole. */
const standings = (who: Who, partnership: unknown): Who[] => {
  const held = holdingsIn(who, partnership);
  return [...new Set(held.map(({ agency }) => agency))].map((agency) => ({
    ...who,
    holdings: held.filter((one) => one.agency === agency),
  }));
};
/** Agencies in whose name somebody writes. */
const writesFor = (who: Who, partnership: unknown): Who[] =>
  standings(who, partnership).filter(({ holdings }) =>
    holdings.some(({ agency, acting }) => agency !== null && WRITERS.includes(acting)),
  );

function mayWrite(proven: Proven, alone: Who, field: string): boolean {
  const { partnership_id, id } = actionOf(proven);
  const relations = relationsTo(proven.facts, alone, { partnership: String(partnership_id), action: String(id) });
  return mayWriteField(alone, grantsOf(proven.facts, alone), relations, field, String(partnership_id));
}

/** In the name of the one agency that somebody writes for. */
function inItsName(proven: Proven, actor: Actor, field: string): Expected {
  const [only, another] = writesFor(actor.who, actionOf(proven).partnership_id);
  if (!only) return told("FORBIDDEN");
  if (another) return told("BAD_USER_INPUT");
  return mayWrite(proven, only, field) ? DONE : told("FORBIDDEN");
}

const holds = ({ who }: Actor, ...roles: string[]) => who.holdings.some(({ role }) => roles.includes(role));
const seesAction = (proven: Proven, actor: Actor) => seesRow(proven.facts, actor.asking, "action", actionOf(proven));
const inPerson = ["PARTNERSHIP_OFFICER", ...WRITERS];

/** Mutations of what is reported of an action, and of what it says. */
export const WRITING_OPERATIONS: Readonly<Record<string, readonly OperationSample[]>> = {
  saveProgressDraft: [
    {
      name: "a draft on the first action",
      input: (proven) => ({
        action: idOf("Action", actionOf(proven)),
        periodEnd: "2019-01-31",
        overallProgress: "The first ten were seen.",
      }),
      expected: (actor, proven) => {
        const { scopes, holdings } = actor.who;
        const needed = ["READ_PLAN", "READ_REPORTING", "WRITE_REPORTING"];
        if (scopes && !needed.every((scope) => scopes.includes(scope))) return refused("FORBIDDEN");
        if (!holdings.some(({ acting }) => WRITERS.includes(acting))) return refused("FORBIDDEN");
        if (!seesAction(proven, actor)) return told("NOT_FOUND");
        return inItsName(proven, actor, "ProgressUpdate.overallProgress");
      },
      changes: ["progress_update", "audit_entry"],
    },
  ],
  addRating: [
    {
      name: "a rating of the first action",
      input: (proven) => ({
        action: idOf("Action", actionOf(proven)),
        asAt: "2019-02-01",
        dimension: "DELIVERY",
        value: "GREEN",
      }),
      expected: (actor, proven) => {
        if (!holds(actor, ...inPerson)) return refused("FORBIDDEN");
        if (!seesAction(proven, actor)) return told("NOT_FOUND");
        const { partnership_id } = actionOf(proven);
        const officer = holdingsIn(actor.who, partnership_id).some(({ role }) => role === "PARTNERSHIP_OFFICER");
        return officer ? DONE : inItsName(proven, actor, "Rating.value");
      },
      changes: ["rating", "audit_entry"],
    },
  ],
  editActionText: [
    {
      name: "another title of the first action",
      input: (proven) => ({
        action: idOf("Action", actionOf(proven)),
        expectedVersion: actionOf(proven).version,
        title: "See the first ten",
      }),
      expected: (actor, proven) => {
        if (!holds(actor, ...inPerson)) return refused("FORBIDDEN");
        if (!seesAction(proven, actor)) return told("NOT_FOUND");
        const may = standings(actor.who, actionOf(proven).partnership_id).some((alone) =>
          mayWrite(proven, alone, "Action.title"),
        );
        return may ? DONE : told("FORBIDDEN");
      },
      changes: ["action", "audit_entry"],
    },
  ],
};
