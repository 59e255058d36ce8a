import { globalId } from "../../../src/platform/graphql/ids";
import { byId, type Row, rowsOf } from "../reading";
import { nodeRows, seesNode } from "../reading-people";
import { leads, seesRow, watches } from "../reading-rows";
import type { Actor } from "./actors";
import type { Proven } from "./database";
import type { Expected, OperationSample } from "./operations";
import { MAILED_CODE } from "./people";
import { tokenOf } from "./world";

export const DONE: Expected = { kind: "done" };
export const told = (code: string): Expected => ({ kind: "told", code });
export const refused = (code: string): Expected => ({ kind: "refused", code });

/** Nobody in person: the public, and programs, whatever they act for. */
export const isNobody = ({ who }: Actor) =>
  who.person === null || who.holdings.every(({ role }) => role === "INTEGRATOR");
const administers = ({ who }: Actor) => who.holdings.some(({ role }) => role === "PLATFORM_ADMIN");

export function the(proven: Proven, table: string, named: Row): Row {
  const found = rowsOf(proven.facts, table).find((row) =>
    Object.keys(named).every((name) => row[name] === named[name]),
  );
  if (!found) throw new Error(`the world has no ${table} like ${JSON.stringify(named)}`);
  return found;
}
export const idOf = (type: string, row: Row) => globalId(type, String(row.id));
const police = ({ world }: Proven) => world.agencies.police ?? "";

/** What is there to be done something to: as if it were not, forbidden, or done. */
const onWhatIsSeen = (sees: boolean, may: boolean): Expected => {
  if (!sees) return told("NOT_FOUND");
  return may ? DONE : told("FORBIDDEN");
};

const inviting: readonly OperationSample[] = [
  {
    name: "a viewer into the police",
    input: (proven) => ({ agency: globalId("Agency", police(proven)), role: "AGENCY_VIEWER", label: "Desk" }),
    expected: (actor, proven) => {
      if (isNobody(actor)) return refused("FORBIDDEN");
      return leads(actor.asking, police(proven)) || administers(actor) ? DONE : told("FORBIDDEN");
    },
    changes: ["invitation", "audit_entry"],
  },
  {
    name: "a chair of bexton, whom an officer does not invite",
    input: ({ world }) => ({
      partnership: globalId("Partnership", world.partnerships.bexton),
      role: "PARTNERSHIP_CHAIR",
      label: "Chair",
    }),
    expected: (actor) => {
      if (isNobody(actor)) return refused("FORBIDDEN");
      return administers(actor) ? DONE : told("FORBIDDEN");
    },
    changes: ["invitation", "audit_entry"],
  },
];

const invitation = (label: string) => (proven: Proven) => the(proven, "invitation", { label });
const accepting = (label: string, takes: boolean): OperationSample => ({
  name: `the code ${label}`,
  input: () => ({ code: `code of ${label}` }),
  expected: (actor, proven) => {
    if (actor.who.person === null) return refused("UNAUTHENTICATED");
    if (actor.who.scopes !== null) return refused("FORBIDDEN");
    if (isNobody(actor)) return told("FORBIDDEN");
    const offer = invitation(label)(proven);
    if (!takes) return told("NOT_FOUND");
    if (offer.invited_by === actor.who.person) return told("FORBIDDEN");
    const held = actor.who.holdings.some(
      ({ partnership, agency, role }) =>
        partnership === offer.partnership_id && agency === offer.agency_id && role === offer.role,
    );
    return held ? told("CONFLICT") : DONE;
  },
  changes: ["invitation", "membership", "audit_entry"],
});

const withdrawing: OperationSample = {
  name: "an invitation into the police",
  input: (proven) => ({ invitation: idOf("Invitation", invitation("open")(proven)) }),
  expected: (actor, proven) => {
    if (isNobody(actor)) return refused("FORBIDDEN");
    const may = leads(actor.asking, police(proven)) || administers(actor);
    return onWhatIsSeen(seesRow(proven.facts, actor.asking, "invitation", invitation("open")(proven)), may);
  },
  changes: ["invitation", "audit_entry"],
};

const viewing = (proven: Proven) =>
  the(proven, "membership", { person_id: proven.world.persons["police-viewer"] ?? "", role: "AGENCY_VIEWER" });
const ending: OperationSample = {
  name: "the membership of a viewer of the police",
  input: (proven) => ({ membership: idOf("Membership", viewing(proven)) }),
  expected: (actor, proven) => {
    if (isNobody(actor)) return refused("FORBIDDEN");
    const may = leads(actor.asking, police(proven)) || administers(actor);
    // whoever was ended, if only in a moment, ends nobody any more
    const ended = rowsOf(proven.facts, "membership").some(
      (row) => row.person_id === actor.who.person && row.agency_id === police(proven) && row.ended_at !== null,
    );
    return onWhatIsSeen(seesRow(proven.facts, actor.asking, "membership", viewing(proven)), may && !ended);
  },
  changes: ["membership", "audit_entry"],
};

const ACCOUNT = "token-police-agency_viewer";
const account = (proven: Proven): Row => {
  const id = proven.world.persons[ACCOUNT] ?? "";
  const found = (nodeRows(proven.facts, "ServiceAccount") ?? []).find((row) => row.id === id);
  if (!found || !byId(proven.facts, "person", id)) throw new Error(`the world has no ${ACCOUNT}`);
  return found;
};
const onAccount = (name: string, more: object, changes: readonly string[]): OperationSample => ({
  name,
  input: (proven) => ({ serviceAccount: idOf("ServiceAccount", account(proven)), ...more }),
  expected: (actor, proven) => {
    if (isNobody(actor)) return refused("FORBIDDEN");
    const sees = seesNode(proven.facts, actor.asking, "ServiceAccount", account(proven));
    return onWhatIsSeen(sees, leads(actor.asking, police(proven)));
  },
  changes,
});

const making: OperationSample = {
  name: "a service account of the police",
  input: (proven) => ({
    agency: globalId("Agency", police(proven)),
    label: "Case system",
    actsFor: "AGENCY_VIEWER",
    scopes: ["READ_PLAN"],
    expiresOn: "2019-06-30",
  }),
  expected: (actor, proven) => {
    if (isNobody(actor)) return refused("FORBIDDEN");
    return leads(actor.asking, police(proven)) ? DONE : told("FORBIDDEN");
  },
  changes: ["person", "membership", "service_token", "audit_entry"],
};

const holds = ({ who }: Actor, role: string, partnership?: unknown) =>
  who.holdings.some((held) => held.role === role && (partnership === undefined || held.partnership === partnership));

const granting: OperationSample = {
  name: "a grant in ashby",
  input: () => ({
    partnership: "ashby",
    sector: "COUNCIL",
    field: "Rating.rationale",
    operation: "READ",
    effect: "ALLOW",
    reason: "They chair the group.",
  }),
  expected: (actor, { world }) => {
    if (!holds(actor, "PARTNERSHIP_OFFICER")) return refused("FORBIDDEN");
    return holds(actor, "PARTNERSHIP_OFFICER", world.partnerships.ashby) ? DONE : told("FORBIDDEN");
  },
  changes: ["field_grant", "audit_entry"],
};

const granted = (proven: Proven) =>
  the(proven, "field_grant", { agency_id: proven.world.agencies.probation ?? "", field: "riskNote" });
const revoking: OperationSample = {
  name: "a grant of ashby",
  input: (proven) => ({ grant: idOf("FieldGrant", granted(proven)) }),
  expected: (actor, proven) => {
    if (!holds(actor, "PARTNERSHIP_OFFICER")) return refused("FORBIDDEN");
    const sees = seesRow(proven.facts, actor.asking, "field_grant", granted(proven));
    return onWhatIsSeen(sees, holds(actor, "PARTNERSHIP_OFFICER", proven.world.partnerships.ashby));
  },
  changes: ["field_grant", "audit_entry"],
};

const opening: OperationSample = {
  name: "the council's drafts",
  input: ({ world }) => ({
    action: globalId("Action", world.actions["ashby-plan A1"]?.id ?? ""),
    agency: globalId("Agency", world.agencies.council ?? ""),
    reason: "A child may be at risk, and the draft says where.",
  }),
  expected: (actor, { world }) => {
    if (!holds(actor, "PARTNERSHIP_OFFICER")) return refused("FORBIDDEN");
    return holds(actor, "PARTNERSHIP_OFFICER", world.partnerships.ashby) ? DONE : told("NOT_FOUND");
  },
  changes: ["record_opening", "audit_entry"],
};

const openedOf = (proven: Proven, agency: string, by: string) =>
  the(proven, "record_opening", {
    agency_id: proven.world.agencies[agency] ?? "",
    opened_by: proven.world.persons[by] ?? "",
  });
const acknowledging: OperationSample = {
  name: "an opening of the police's drafts",
  input: (proven) => ({ opening: idOf("RecordOpening", openedOf(proven, "police", "ashby-officer")) }),
  expected: (actor, proven) => {
    if (!holds(actor, "AGENCY_LEAD")) return refused("FORBIDDEN");
    const row = openedOf(proven, "police", "ashby-officer");
    return onWhatIsSeen(
      seesRow(proven.facts, actor.asking, "record_opening", row),
      leads(actor.asking, police(proven)),
    );
  },
  changes: ["record_opening", "audit_entry"],
};
const reviewing = (agency: string, by: string): OperationSample => ({
  name: `the opening by ${by}`,
  input: (proven) => ({ opening: idOf("RecordOpening", openedOf(proven, agency, by)), note: "It had to be." }),
  expected: (actor, proven) => {
    if (!holds(actor, "PARTNERSHIP_CHAIR")) return refused("FORBIDDEN");
    const row = openedOf(proven, agency, by);
    const may = holds(actor, "PARTNERSHIP_CHAIR", row.partnership_id) && row.opened_by !== actor.who.person;
    return onWhatIsSeen(watches(actor.asking, row.partnership_id), may);
  },
  changes: ["record_opening", "audit_entry"],
});

const telling: OperationSample = {
  name: "bank holidays of Scotland in 2028",
  input: () => ({
    division: "SCOTLAND",
    source: "Invented for the proof",
    publishedTo: "2028-12-31",
    days: ["01-03", "01-04", "04-14", "05-01", "05-29", "08-07", "11-30", "12-25", "12-26"].map((day) => ({
      day: `2028-${day}`,
      name: "A holiday",
    })),
  }),
  expected: (actor) => (!isNobody(actor) && administers(actor) ? DONE : refused("FORBIDDEN")),
  changes: ["bank_holiday", "bank_holiday_calendar", "audit_entry"],
};

/** What everybody in person does for themselves. */
const own = (name: string, input: object, changes: readonly string[]): OperationSample => ({
  name,
  input: () => input,
  expected: (actor) => (isNobody(actor) ? refused("FORBIDDEN") : DONE),
  changes,
});
const confirming: OperationSample = {
  name: "the code that was mailed to the lead of the police",
  input: () => ({ code: MAILED_CODE }),
  expected: (actor, { facts }) => {
    if (isNobody(actor)) return refused("FORBIDDEN");
    const waits = rowsOf(facts, "notification_address").some(
      ({ person_id, new_address }) => person_id === actor.who.person && new_address !== null,
    );
    return waits ? DONE : told("BAD_USER_INPUT");
  },
  changes: ["notification_address", "audit_entry"],
};

/** Mutations about people, programs, grants and openings, and those of whoever administers the platform. */
export const PEOPLE_OPERATIONS: Readonly<Record<string, readonly OperationSample[]>> = {
  acceptInvitation: [accepting("expired", false), accepting("open", true)],
  confirmNotificationAddress: [confirming],
  acknowledgeRecordOpening: [acknowledging],
  createServiceAccount: [making],
  endMembership: [ending],
  extendBankHolidays: [telling],
  endServiceAccount: [onAccount("a service account's end", {}, ["membership", "service_token", "audit_entry"])],
  grantFieldAccess: [granting],
  invitePerson: inviting,
  openRestrictedRecord: [opening],
  reviewRecordOpening: [reviewing("police", "ashby-officer"), reviewing("school", "chair-and-officer")],
  revokeFieldGrant: [revoking],
  revokeServiceToken: [
    onAccount("a token of the police", { prefix: tokenOf(ACCOUNT).slice(0, 12) }, ["service_token", "audit_entry"]),
  ],
  rotateServiceToken: [
    onAccount("a new token of the police", { expiresOn: "2019-06-30" }, ["service_token", "audit_entry"]),
  ],
  setNotificationAddress: [
    own("an address", { address: "post@agency.example" }, ["notification_address", "audit_entry"]),
  ],
  setNotificationPreferences: [
    own("a digest", { preferences: [{ about: "CHALLENGES", how: "DIGEST" }] }, [
      "notification_preference",
      "audit_entry",
    ]),
  ],
  withdrawInvitation: [withdrawing],
};
