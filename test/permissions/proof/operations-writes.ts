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

/** Who may ask to draft at all: writers of agencies, and programs that act for them within the scopes that it takes. */
const draftsAtAll = ({ who }: Actor): boolean => {
  const needed = ["READ_PLAN", "READ_REPORTING", "WRITE_REPORTING"];
  if (who.scopes && !needed.every((scope) => who.scopes?.includes(scope))) return false;
  return who.holdings.some(({ acting }) => WRITERS.includes(acting));
};

/** An update of the police on the first action, in that state. */
const ofPolice = ({ facts, world }: Proven, state: string): Row => {
  const found = rowsOf(facts, "progress_update").find(
    (row) =>
      row.action_id === world.actions["ashby-plan A1"]?.id &&
      row.author_agency_id === world.agencies.police &&
      row.state === state,
  );
  if (!found) throw new Error(`the world has no update of the police that is ${state}`);
  return found;
};

/** What only the agency that wrote an update does about it. */
const byItsAuthor =
  (state: string) =>
  (actor: Actor, proven: Proven): Expected => {
    if (!draftsAtAll(actor)) return refused("FORBIDDEN");
    const update = ofPolice(proven, state);
    if (!seesRow(proven.facts, actor.asking, "progress_update", update)) return told("NOT_FOUND");
    const alone = writesFor(actor.who, update.partnership_id).find(({ holdings }) =>
      holdings.some(({ agency }) => agency === update.author_agency_id),
    );
    return alone && mayWrite(proven, alone, "ProgressUpdate.overallProgress") ? DONE : told("FORBIDDEN");
  };

/** What an officer does about a submitted update. */
const settling = (name: string, more: object): OperationSample => ({
  name,
  input: (proven) => ({ progressUpdate: idOf("ProgressUpdate", ofPolice(proven, "SUBMITTED")), ...more }),
  expected: (actor, proven) => {
    if (!holds(actor, "PARTNERSHIP_OFFICER")) return refused("FORBIDDEN");
    const update = ofPolice(proven, "SUBMITTED");
    if (!seesRow(proven.facts, actor.asking, "progress_update", update)) return told("NOT_FOUND");
    const officer = holdingsIn(actor.who, update.partnership_id).some(({ role }) => role === "PARTNERSHIP_OFFICER");
    return officer ? DONE : told("FORBIDDEN");
  },
  // what evidence is used of an update follows it
  changes: ["progress_update", "rating", "evidence", "evidence_use", "audit_entry"],
});

/** What whoever may close the first action does to it. */
const closing = (name: string, more: object, done: Expected): OperationSample => ({
  name,
  input: (proven) => ({ action: idOf("Action", actionOf(proven)), ...more }),
  expected: (actor, proven) => {
    if (!holds(actor, ...inPerson)) return refused("FORBIDDEN");
    if (!seesAction(proven, actor)) return told("NOT_FOUND");
    const may = standings(actor.who, actionOf(proven).partnership_id).some((alone) =>
      mayWrite(proven, alone, "Action.status"),
    );
    return may ? done : told("FORBIDDEN");
  },
  changes: ["action", "audit_entry"],
});

const planOf = (proven: Proven): Row => {
  const found = rowsOf(proven.facts, "plan").find(({ id }) => id === actionOf(proven).plan_id);
  if (!found) throw new Error("the first action is of no plan");
  return found;
};
const actionNamed = ({ facts, world }: Proven, name: string): Row => {
  const found = rowsOf(facts, "action").find(({ id }) => id === world.actions[name]?.id);
  if (!found) throw new Error(`the world has no action ${name}`);
  return found;
};
const keeps = (actor: Actor, row: Row) =>
  holdingsIn(actor.who, row.partnership_id).some(({ role }) => role === "PARTNERSHIP_OFFICER");
const isTo = (proven: Proven, alone: Who, action: Row) =>
  relationsTo(proven.facts, alone, { partnership: String(action.partnership_id), action: String(action.id) });
/** In the name of the one agency that somebody writes for, if it is that to the action and they are that in it. */
function asIts(
  proven: Proven,
  actor: Actor,
  action: Row,
  may: (relations: readonly string[], roles: readonly string[]) => boolean,
): Expected {
  const [only, another] = writesFor(actor.who, action.partnership_id);
  if (!only) return told("FORBIDDEN");
  if (another) return told("BAD_USER_INPUT");
  const roles = holdingsIn(only, action.partnership_id).map(({ role }) => role);
  return may(isTo(proven, only, action), roles) ? DONE : told("FORBIDDEN");
}
const asLead = (relations: readonly string[], roles: readonly string[]) =>
  relations.includes("LEAD") && roles.includes("AGENCY_LEAD");

/** The open request on an action, which those see who see the row. */
const requestOn = (proven: Proven, name: string): Row => {
  const { id } = actionNamed(proven, name);
  const found = rowsOf(proven.facts, "date_revision").find((row) => row.action_id === id && row.state === "REQUESTED");
  if (!found) throw new Error(`nobody has asked for the date of ${name}`);
  return found;
};
const deciding = (name: string): OperationSample => ({
  name,
  input: (proven) => ({
    dateRevision: idOf("DateRevision", requestOn(proven, "ashby-plan A1")),
    reason: "It was said",
  }),
  expected: (actor, proven) => {
    if (!holds(actor, "PARTNERSHIP_OFFICER")) return refused("FORBIDDEN");
    const request = requestOn(proven, "ashby-plan A1");
    if (!seesRow(proven.facts, actor.asking, "date_revision", request)) return told("NOT_FOUND");
    return keeps(actor, request) ? DONE : told("FORBIDDEN");
  },
  changes: ["date_revision", "action", "assignment", "audit_entry"],
});
const officersOn = (
  name: string,
  what: string,
  input: (action: Row) => object,
  changes: string[],
): OperationSample => ({
  name: what,
  input: (proven) => ({ action: idOf("Action", actionNamed(proven, name)), ...input(actionNamed(proven, name)) }),
  expected: (actor, proven) => {
    if (!holds(actor, "PARTNERSHIP_OFFICER")) return refused("FORBIDDEN");
    const action = actionNamed(proven, name);
    if (!seesRow(proven.facts, actor.asking, "action", action)) return told("NOT_FOUND");
    return keeps(actor, action) ? DONE : told("FORBIDDEN");
  },
  changes,
});
const blocking = (name: string, by: string, rest: object): OperationSample => ({
  name: `${name} and ${by}`,
  input: (proven) => ({
    action: idOf("Action", actionNamed(proven, name)),
    blockedBy: idOf("Action", actionNamed(proven, by)),
    ...rest,
  }),
  expected: (actor, proven) => {
    if (!holds(actor, "PARTNERSHIP_OFFICER", "AGENCY_LEAD")) return refused("FORBIDDEN");
    const action = actionNamed(proven, name);
    if (!seesRow(proven.facts, actor.asking, "action", action)) return told("NOT_FOUND");
    return keeps(actor, action) ? DONE : asIts(proven, actor, action, asLead);
  },
  changes: ["action_blocker", "audit_entry"],
});

/** Mutations of dates, of how parts stand and of what blocks what. */
const WAITING_OPERATIONS: Readonly<Record<string, readonly OperationSample[]>> = {
  requestDateRevision: [
    {
      name: "a later date for an action of which none is asked for",
      input: (proven) => ({
        action: idOf("Action", actionNamed(proven, "ashby-draft A1")),
        to: "2019-06-28",
        reason: "Two posts are empty",
      }),
      expected: (actor, proven) => {
        if (!holds(actor, "AGENCY_LEAD")) return refused("FORBIDDEN");
        const action = actionNamed(proven, "ashby-draft A1");
        if (!seesRow(proven.facts, actor.asking, "action", action)) return told("NOT_FOUND");
        return asIts(proven, actor, action, asLead);
      },
      changes: ["date_revision", "audit_entry"],
    },
  ],
  approveDateRevision: [deciding("the request on the first action is approved")],
  refuseDateRevision: [deciding("the request on the first action is refused")],
  withdrawDateRevision: [
    {
      name: "the request on the first action is withdrawn",
      input: (proven) => ({ dateRevision: idOf("DateRevision", requestOn(proven, "ashby-plan A1")) }),
      expected: (actor, proven) => {
        if (!holds(actor, "AGENCY_LEAD")) return refused("FORBIDDEN");
        const request = requestOn(proven, "ashby-plan A1");
        if (!seesRow(proven.facts, actor.asking, "date_revision", request)) return told("NOT_FOUND");
        const led = actor.who.holdings.some(
          ({ role, agency }) => role === "AGENCY_LEAD" && agency === request.asked_by_agency_id,
        );
        return led ? DONE : told("FORBIDDEN");
      },
      changes: ["date_revision", "audit_entry"],
    },
  ],
  moveByWhen: [
    officersOn("ashby-draft A1", "a date is moved", () => ({ to: "2019-06-28", reason: "The board agreed" }), [
      "date_revision",
      "action",
      "assignment",
      "audit_entry",
    ]),
  ],
  setReviewDate: [
    officersOn("ashby-plan A5", "a review date", () => ({ reviewOn: "2019-06-28" }), ["action", "audit_entry"]),
  ],
  setContribution: [
    {
      name: "its part of the first action",
      input: (proven) => ({ action: idOf("Action", actionOf(proven)), state: "DONE", note: "All of it" }),
      expected: (actor, proven) => {
        if (!holds(actor, ...WRITERS)) return refused("FORBIDDEN");
        if (!seesAction(proven, actor)) return told("NOT_FOUND");
        return asIts(proven, actor, actionOf(proven), (relations) =>
          relations.some((one) => one === "LEAD" || one === "CONTRIBUTOR"),
        );
      },
      changes: ["contribution", "audit_entry"],
    },
  ],
  blockAction: [blocking("ashby-plan A1", "ashby-plan A9", { reason: "It comes first" })],
  unblockAction: [blocking("ashby-plan A1", "ashby-plan A2", {})],
};

/** Mutations of what is reported of an action, and of what it says. */
export const WRITING_OPERATIONS: Readonly<Record<string, readonly OperationSample[]>> = {
  acceptProgressUpdate: [settling("what the police submitted", {})],
  completeAction: [closing("the first action", { judgeImpactOn: "2019-03-01" }, DONE)],
  correctProgressUpdate: [
    {
      name: "what the police had accepted",
      input: (proven) => ({ progressUpdate: idOf("ProgressUpdate", ofPolice(proven, "ACCEPTED")) }),
      expected: byItsAuthor("ACCEPTED"),
      changes: ["progress_update", "audit_entry"],
    },
  ],
  discardProgressDraft: [
    {
      name: "a draft of the police",
      input: (proven) => ({ progressUpdate: idOf("ProgressUpdate", ofPolice(proven, "DRAFT")) }),
      expected: byItsAuthor("DRAFT"),
      changes: ["progress_update", "evidence_use", "audit_entry"],
    },
  ],
  reopenAction: [closing("the first action, which is not completed", { reason: "It is not done." }, told("CONFLICT"))],
  returnProgressUpdate: [settling("what the police submitted, with a reason", { reason: "Say since when." })],
  setImpactDate: [closing("the first action", { judgeImpactOn: "2019-03-01" }, DONE)],
  startProgressDrafts: [
    {
      name: "the drafts of a period",
      input: (proven) => ({ plan: idOf("Plan", planOf(proven)), periodEnd: "2019-03-31" }),
      expected: (actor, proven) => {
        if (!draftsAtAll(actor)) return refused("FORBIDDEN");
        const plan = planOf(proven);
        if (!seesRow(proven.facts, actor.asking, "plan", plan)) return told("NOT_FOUND");
        const [only, another] = writesFor(actor.who, plan.partnership_id);
        if (!only) return told("FORBIDDEN");
        if (another) return told("BAD_USER_INPUT");
        const whole = "ProgressUpdate.overallProgress";
        const grants = grantsOf(proven.facts, only);
        return mayWriteField(only, grants, ["LEAD", "AUTHOR"], whole, String(plan.partnership_id))
          ? DONE
          : told("FORBIDDEN");
      },
      changes: ["progress_update", "audit_entry"],
    },
  ],
  submitProgressUpdate: [
    {
      name: "an update of the first action at once",
      input: (proven) => ({
        action: idOf("Action", actionOf(proven)),
        periodEnd: "2019-01-31",
        overallProgress: "The first ten were seen.",
        proposedDelivery: "GREEN",
      }),
      expected: (actor, proven) => {
        if (!draftsAtAll(actor)) return refused("FORBIDDEN");
        if (!seesAction(proven, actor)) return told("NOT_FOUND");
        return inItsName(proven, actor, "ProgressUpdate.overallProgress");
      },
      changes: ["progress_update", "rating", "action", "audit_entry"],
    },
  ],
  ...WAITING_OPERATIONS,
  saveProgressDraft: [
    {
      name: "a draft on the first action",
      input: (proven) => ({
        action: idOf("Action", actionOf(proven)),
        periodEnd: "2019-01-31",
        overallProgress: "The first ten were seen.",
      }),
      expected: (actor, proven) => {
        if (!draftsAtAll(actor)) return refused("FORBIDDEN");
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
