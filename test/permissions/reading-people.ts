import { challengeAbilities } from "./reading-challenges";
import { abilitiesOn, byId, type Facts, holdingsIn, type Relation, type Row, rowsOf, today, type Who } from "./reading";
import { type Asking, seesRow } from "./reading-rows";

/** What stands for nodes that are no rows of a table of their own: an actor is a person, and so is a service account. */
export const SERVICE_ACCOUNT_ISSUER = "golden-thread-service-account";
const tableNamed = (type: string) => type.replace(/([a-z])([A-Z])/g, "$1_$2").toLowerCase();

const accounts = new WeakMap<Facts, Row[]>();
/** Service accounts: the person with what its one membership says of it. */
function accountsOf(facts: Facts): Row[] {
  const known = accounts.get(facts);
  if (known) return known;
  const found = rowsOf(facts, "membership").flatMap((held): Row[] => {
    const person = byId(facts, "person", held.person_id);
    if (held.role !== "INTEGRATOR" || person?.issuer !== SERVICE_ACCOUNT_ISSUER) return [];
    return [{ ...held, id: person.id, label: person.label, membership_id: held.id }];
  });
  accounts.set(facts, found);
  return found;
}

/** The rows that a type with an id stands for; undefined where nobody has said. */
export function nodeRows(facts: Facts, type: string): readonly Row[] | undefined {
  if (type === "Actor") return facts.tables.person;
  if (type === "ServiceAccount") return accountsOf(facts);
  return facts.tables[tableNamed(type)];
}

/** Whether somebody sees a node. A service account is its person and its membership: who does not see both sees neither. */
export function seesNode(facts: Facts, one: Asking, type: string, row: Row): boolean {
  if (type === "Actor") return seesRow(facts, one, "person", row);
  if (type !== "ServiceAccount") return seesRow(facts, one, tableNamed(type), row);
  const person = byId(facts, "person", row.id);
  const held = byId(facts, "membership", row.membership_id);
  return (
    person !== undefined &&
    held !== undefined &&
    seesRow(facts, one, "person", person) &&
    seesRow(facts, one, "membership", held)
  );
}

const administers = (who: Who) => who.holdings.some(({ role }) => role === "PLATFORM_ADMIN");
const ADMINISTERED = [
  "Agency.invitations",
  "Agency.people",
  "Partnership.invitations",
  "Partnership.notificationHealth",
  "Partnership.people",
];

/**
 * What somebody is to a field that is about people: a platform administrator makes memberships everywhere, and so reads who
 * holds and who is offered them as those do who watch over a partnership. Of anything else it is what it was.
 */
export function administering(
  who: Who,
  { type, field }: { type: string; field: string },
  relations: readonly Relation[],
): readonly Relation[] {
  const aboutPeople = type === "Invitation" || ADMINISTERED.includes(`${type}.${field}`);
  return administers(who) && aboutPeople
    ? [...relations.filter((one) => one !== "NONE" && one !== "PARTNER"), "OVERSIGHT"]
    : relations;
}

const holds = (who: Who, role: string, partnership: unknown) =>
  holdingsIn(who, partnership).some((held) => held.role === role);
const leads = (who: Who, agency: unknown) =>
  agency !== null && who.holdings.some((held) => held.role === "AGENCY_LEAD" && held.agency === agency);
const keeps = (who: Who, { agency_id, partnership_id }: Row) =>
  agency_id === null ? holds(who, "PARTNERSHIP_OFFICER", partnership_id) : leads(who, agency_id);
const isPast = (facts: Facts, day: unknown) => typeof day === "string" && day < today(facts);
const inForce = (facts: Facts, row: Row) => row.revoked_at === null && !isPast(facts, row.expires_on);

/**
 * What `viewerCan` must say, by its type: read from the descriptions in the published schema and from the design's table
 * of roles. A type of that name that is not here has not been read.
 */
export const VIEWER_CAN: Readonly<Record<string, (facts: Facts, who: Who, row: Row) => Record<string, boolean>>> = {
  ChallengeViewerCan: challengeAbilities,
  ActionViewerCan: (facts, who, row) => abilitiesOn(facts, who, row),
  // a request is decided once, by an officer who did not ask, or taken back by the lead of the agency that did
  DateRevisionViewerCan: (_facts, who, row) => ({
    decide:
      row.state === "REQUESTED" && row.asked_by !== who.person && holds(who, "PARTNERSHIP_OFFICER", row.partnership_id),
    withdraw: row.state === "REQUESTED" && leads(who, row.asked_by_agency_id),
  }),
  // who people are and what acts for an agency is its own lead's to manage, and people an administrator's too
  PeopleViewerCan: (_facts, who, row) => ({
    invitePeople: leads(who, row.id) || administers(who),
    manageServiceAccounts: leads(who, row.id),
  }),
  PartnershipViewerCan: (_facts, who, row) => ({
    grantFieldAccess: holds(who, "PARTNERSHIP_OFFICER", row.id),
    invitePeople: holds(who, "PARTNERSHIP_OFFICER", row.id) || administers(who),
    manageServiceAccounts: holds(who, "PARTNERSHIP_OFFICER", row.id),
  }),
  PlanViewerCan: (_facts, who, row) => ({ import: holds(who, "PARTNERSHIP_OFFICER", row.partnership_id) }),
  // its own agency's draft, as somebody of that agency who can report on the action
  ProgressUpdateViewerCan: (facts, who, row) => {
    const action = byId(facts, "action", row.action_id);
    const its = row.state === "DRAFT" && row.author_agency_id !== null && action !== undefined;
    return { edit: its && abilitiesOn(facts, who, action, row.author_agency_id).updateProgress === true };
  },
  EvidenceViewerCan: (_facts, who, row) => {
    const needed = ["READ_PLAN", "READ_REPORTING", "WRITE_REPORTING"];
    const active = row.state === "ACTIVE";
    const writes =
      active &&
      (who.scopes === null || needed.every((scope) => who.scopes?.includes(scope))) &&
      who.holdings.some(
        ({ agency, acting }) =>
          agency === row.owner_agency_id && ["AGENCY_CONTRIBUTOR", "AGENCY_LEAD"].includes(acting),
      );
    const there = row.file_state === null || row.file_state === "CLEAN";
    return {
      attach: writes && there,
      update: writes,
      upload: writes && !there,
      withdraw: writes || (active && row.reach !== "OWN" && holds(who, "PARTNERSHIP_OFFICER", row.partnership_id)),
    };
  },
  MembershipViewerCan: (facts, who, row) => ({
    end:
      // a chair holds officers to account, and is none of theirs to end
      (administers(who) || (row.partnership_id !== null && row.role !== "PARTNERSHIP_CHAIR" && keeps(who, row))) &&
      row.ended_at === null &&
      !isPast(facts, row.valid_to),
  }),
  InvitationViewerCan: (_facts, who, row) => ({
    withdraw: (administers(who) || keeps(who, row)) && row.accepted_at === null && row.withdrawn_at === null,
  }),
  ServiceAccountViewerCan: (_facts, who, row) => {
    const may = row.ended_at === null && keeps(who, row);
    return { rotate: may, end: may };
  },
  FieldGrantViewerCan: (facts, who, row) => ({
    revoke: inForce(facts, row) && holds(who, "PARTNERSHIP_OFFICER", row.partnership_id),
  }),
  // once each, and nobody reviews what they opened themselves
  RecordOpeningViewerCan: (_facts, who, row) => ({
    acknowledge: row.acknowledged_at === null && leads(who, row.agency_id),
    review:
      row.reviewed_at === null && row.opened_by !== who.person && holds(who, "PARTNERSHIP_CHAIR", row.partnership_id),
  }),
};

const postOf = (facts: Facts, person: unknown) => byId(facts, "person", person)?.label ?? null;

/** Fields that tell of a row in other words than its columns: a person by the post that they are known as, and what follows. */
export const TOLD: Readonly<Record<string, (facts: Facts, row: Row) => unknown>> = {
  "RecordOpening.acknowledgedBy": (facts, row) => postOf(facts, row.acknowledged_by),
  "RecordOpening.openedBy": (facts, row) => postOf(facts, row.opened_by),
  "RecordOpening.reviewedBy": (facts, row) => postOf(facts, row.reviewed_by),
  "Challenge.reference": (_facts, row) => `CH-${String(row.number)}`,
  "Evidence.link": (_facts, row) => (row.state === "ACTIVE" ? row.url : null),
  "Evidence.expired": (facts, row) => isPast(facts, row.expires_on),
  "Evidence.download": (_facts, row) => row.state === "ACTIVE" && row.file_state === "CLEAN",
  "DateRevision.askedByPost": (facts, row) => postOf(facts, row.asked_by),
  "DateRevision.decidedByPost": (facts, row) => postOf(facts, row.decided_by),
  "FieldGrant.grantedByPost": (facts, row) => postOf(facts, row.granted_by),
  "FieldGrant.revokedByPost": (facts, row) => postOf(facts, row.revoked_by),
  "FieldGrant.inForce": inForce,
  "Invitation.state": (facts, row) => {
    if (row.accepted_at !== null) return "ACCEPTED";
    if (row.withdrawn_at !== null) return "WITHDRAWN";
    return row.expires_at instanceof Date && row.expires_at <= facts.now ? "EXPIRED" : "OPEN";
  },
};
