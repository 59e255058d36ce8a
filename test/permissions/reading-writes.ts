import {
  byId,
  type Facts,
  grantsOf,
  isOwn,
  mayWriteField,
  relationsTo,
  type Row,
  rowsOf,
  today,
  type Who,
} from "./reading";
import {
  administers,
  type Asking,
  belongs,
  chairs,
  hex,
  keeps,
  leads,
  managedAccount,
  manages,
  SEEN,
} from "./reading-rows";

/** Who adds a row, who may take one up to change it, and what it may then be. */
export interface Writing {
  add: (row: Row, one: Asking, facts: Facts) => boolean;
  /** Columns that may be changed; "all" of them; none where rows are never changed. */
  columns: readonly string[] | "all";
  take?: (row: Row, one: Asking, facts: Facts) => boolean;
  leave?: (row: Row, one: Asking, facts: Facts) => boolean;
  /** What a change must leave as it is, told from the row before and after it. */
  keeps?: (before: Row, after: Row, one: Asking, facts: Facts) => boolean;
  remove?: (row: Row, one: Asking) => boolean;
}

const kept = (row: Row, one: Asking) => keeps(one, row.partnership_id);
/** What whoever keeps a plan keeps: added and changed by officers and the operator, by nobody else. */
const keeping: Writing = { add: kept, columns: "all", take: kept };
/** History: added to, never rewritten. */
const history: Writing = { add: kept, columns: [] };
const replaced: Writing = { ...keeping, remove: kept };

const self = (one: Asking, person: unknown) => one.who.person !== null && person === one.who.person;
/** A service account that acts for a contributor drafts, where its scopes let it; collectives do not draft. */
const drafts = (one: Asking, agency: unknown) =>
  one.who.holdings.some(
    (held) =>
      held.agency !== null &&
      held.agency === agency &&
      ["AGENCY_CONTRIBUTOR", "AGENCY_LEAD"].includes(held.acting) &&
      (held.role !== "INTEGRATOR" || held.scopes === null || held.scopes.includes("WRITE_REPORTING")),
  );
const isDraft = (row: Row, one: Asking) => row.state === "DRAFT" && drafts(one, row.author_agency_id);
/** A draft is its agency's to write: officers keep what was submitted. */
const keptNoDraft = (row: Row, one: Asking) => kept(row, one) && (row.state !== "DRAFT" || one.operatorOf !== null);
/** Somebody as what they are for one agency alone. */
const actingFor = (one: Asking, agency: unknown): Who => ({
  ...one.who,
  holdings: one.who.holdings.filter((held) => held.agency === agency),
});
/** Whether somebody acting for this agency may write a field about an action: by role, relation and grants. */
const mayWrite = (facts: Facts, one: Asking, agency: unknown, row: Row, action: unknown, field: string) => {
  const alone = actingFor(one, agency);
  const partnership = String(row.partnership_id);
  const relations = relationsTo(facts, alone, { partnership, action: String(action) });
  return mayWriteField(alone, grantsOf(facts, one.who), relations, field, partnership);
};
const inHand = (action: Row | undefined) =>
  action !== undefined && action.status !== "SIGNED_OFF" && action.status !== "SUPERSEDED";

/** An action's words: its columns, and what grants call them. */
const WORDS: Readonly<Record<string, string>> = {
  title: "Action.title",
  description: "Action.description",
  desired_outcome: "Action.desiredOutcome",
  measure: "Action.measure",
  success_criteria: "Action.successCriteria",
};
/** Columns of an action that grants open to somebody of its agencies. */
const openWords = (row: Row, one: Asking, facts: Facts): string[] => {
  const agencies = one.who.holdings.flatMap((held) =>
    held.agency !== null && held.partnership === row.partnership_id ? [held.agency] : [],
  );
  if (agencies.length === 0 || !inHand(row)) return [];
  return Object.keys(WORDS).filter((column) =>
    agencies.some((agency) => mayWrite(facts, one, agency, row, row.id, WORDS[column] ?? "")),
  );
};

/** Reported in the name of one's own agency, of an action that it may rate, as at a day that has come. */
const reports = (row: Row, one: Asking, facts: Facts) =>
  row.basis === "REPORTED" &&
  belongs(one, row.partnership_id) &&
  drafts(one, row.agency_id) &&
  String(row.as_at) <= today(facts) &&
  inHand(byId(facts, "action", row.action_id)) &&
  ["Rating.value", ...(row.rationale === null ? [] : ["Rating.rationale"])].every((field) =>
    mayWrite(facts, one, row.agency_id, row, row.action_id, field),
  );

/** Whose issuer is the service's own, as far as the asker sees the person at all. */
const isAccount = (facts: Facts, one: Asking, id: unknown) => {
  const person = byId(facts, "person", id);
  return person?.issuer === "golden-thread-service-account" && SEEN.person?.(person, one, facts) === true;
};
const same = (before: Row, after: Row, ...columns: string[]) =>
  columns.every((column) => JSON.stringify(before[column]) === JSON.stringify(after[column]));
/** Not later than it was; once it is said it is not taken back. */
const onlySooner = (before: unknown, after: unknown) =>
  before === null || (after !== null && (after as string | Date) <= (before as string | Date));

const knowsCode = (row: Row, one: Asking) => one.invitation !== null && hex(row.code_hash) === one.invitation;

/** The invitation that a membership takes up, word for word. */
const takenUp = (row: Row, one: Asking, facts: Facts) =>
  rowsOf(facts, "invitation").some(
    (offer) =>
      knowsCode(offer, one) &&
      offer.accepted_by !== null &&
      offer.accepted_by === row.person_id &&
      offer.invited_by !== offer.accepted_by &&
      sameMoment(offer.accepted_at, facts.now) &&
      offer.withdrawn_at === null &&
      ["partnership_id", "agency_id", "role", "valid_from", "valid_to"].every((name) => offer[name] === row[name]),
  );

const openOffer = (one: Asking, facts: Facts) =>
  rowsOf(facts, "invitation").some(
    (offer) =>
      knowsCode(offer, one) &&
      offer.accepted_at === null &&
      offer.withdrawn_at === null &&
      offer.expires_at instanceof Date &&
      offer.expires_at > facts.now,
  );

const bears = (row: Row, one: Asking) => one.token !== null && hex(row.secret_hash) === one.token;
/**
 * Where something happened: in a partnership that the actor is or was of, keeps or administers; or, for whoever belongs to
 * none, nowhere.
 */
const noted = (row: Row, one: Asking, facts: Facts) =>
  administers(one) ||
  (row.partnership_id === null
    ? !rowsOf(facts, "partnership").some(({ id }) => belongs(one, id))
    : keeps(one, row.partnership_id) ||
      rowsOf(facts, "membership").some(
        (held) => self(one, held.person_id) && held.partnership_id === row.partnership_id,
      ));

const sameMoment = (value: unknown, moment: Date) => value instanceof Date && value.getTime() === moment.getTime();

/** Who writes the rows of each table. A table that is not here has not been read, and the proof says so. */
export const WRITTEN: Readonly<Record<string, Writing>> = {
  agency: keeping,
  agency_alias: keeping,
  agency_code: keeping,
  collective_member: keeping,
  post: keeping,
  post_alias: keeping,
  plan: keeping,
  theme: keeping,
  objective: keeping,
  finding: keeping,
  objective_finding: keeping,
  action: {
    ...keeping,
    take: (row, one, facts) => kept(row, one) || openWords(row, one, facts).length > 0,
    keeps: (before, after, one, facts) => {
      const open = [...openWords(before, one, facts), "version", "updated_at"];
      return kept(before, one) || Object.keys(after).every((name) => open.includes(name) || same(before, after, name));
    },
  },
  action_finding: keeping,
  milestone: replaced,
  assignment: replaced,
  rating_scheme: keeping,
  rating_scheme_entry: keeping,
  published_total: keeping,
  rating: {
    add: (row, one, facts) => kept(row, one) || reports(row, one, facts),
    columns: [],
  },
  progress_update: {
    add: (row, one) => keptNoDraft(row, one) || isDraft(row, one),
    columns: "all",
    take: (row, one) => keptNoDraft(row, one) || isDraft(row, one),
  },
  indicator: keeping,
  indicator_target: keeping,
  comparator: keeping,
  trajectory_point: keeping,
  observation: keeping,
  action_indicator: keeping,
  import_batch: history,
  import_row: history,
  partnership: { add: (_row, one) => administers(one), columns: [] },
  person: {
    add: (row, one, facts) =>
      administers(one) ||
      (one.issuer !== null && row.issuer === one.issuer && row.subject === one.subject && openOffer(one, facts)) ||
      (row.issuer === "golden-thread-service-account" &&
        (one.operatorOf !== null ||
          one.who.holdings.some(({ role }) => role === "AGENCY_LEAD" || role === "PARTNERSHIP_OFFICER"))),
    columns: [],
  },
  membership: {
    add: (row, one, facts) =>
      one.platform ||
      (one.operatorOf !== null && one.operatorOf === row.partnership_id) ||
      (self(one, row.person_id) && row.ended_at === null && takenUp(row, one, facts)) ||
      (row.role === "INTEGRATOR" &&
        manages(one, row) &&
        isAccount(facts, one, row.person_id) &&
        Array.isArray(row.scopes) &&
        row.scopes.length > 0 &&
        (row.agency_id === null
          ? ["PARTNERSHIP_OFFICER", "SCRUTINY_MEMBER"]
          : ["AGENCY_VIEWER", "AGENCY_CONTRIBUTOR"]
        ).includes(String(row.acts_for))),
    columns: ["valid_to", "ended_at", "ended_by"],
    // a chair holds officers to account, and is not theirs to end
    take: (row, one) =>
      leads(one, row.agency_id) ||
      (row.agency_id === null && row.role !== "PARTNERSHIP_CHAIR" && keeps(one, row.partnership_id)) ||
      administers(one),
    // whoever ends it signs for it, and at this moment
    leave: (row, one, facts) =>
      WRITTEN.membership?.take?.(row, one, facts) === true &&
      self(one, row.ended_by) &&
      (row.ended_at === null || sameMoment(row.ended_at, facts.now)),
    keeps: (before, after) => before.ended_at === null && onlySooner(before.valid_to, after.valid_to),
  },
  invitation: {
    add: (row, one) =>
      self(one, row.invited_by) &&
      row.accepted_at === null &&
      ((leads(one, row.agency_id) &&
        ["AGENCY_VIEWER", "AGENCY_CONTRIBUTOR", "AGENCY_LEAD"].includes(String(row.role))) ||
        (keeps(one, row.partnership_id) &&
          ["PARTNERSHIP_OFFICER", "SCRUTINY_MEMBER", "INSPECTOR"].includes(String(row.role))) ||
        administers(one)),
    columns: ["accepted_at", "accepted_by", "withdrawn_at"],
    // once: it is withdrawn by whoever manages the people there, or taken up by whoever knows the code
    take: (row, one, facts) =>
      row.accepted_at === null &&
      row.withdrawn_at === null &&
      (manages(one, row) ||
        administers(one) ||
        (knowsCode(row, one) &&
          row.expires_at instanceof Date &&
          row.expires_at > facts.now &&
          !self(one, row.invited_by))),
    leave: (row, one, facts) =>
      ((manages(one, row) || administers(one)) &&
        sameMoment(row.withdrawn_at, facts.now) &&
        row.accepted_at === null &&
        row.accepted_by === null) ||
      (knowsCode(row, one) &&
        self(one, row.accepted_by) &&
        sameMoment(row.accepted_at, facts.now) &&
        row.withdrawn_at === null),
  },
  service_token: {
    add: (row, one, facts) =>
      self(one, row.created_by) &&
      row.revoked_at === null &&
      isAccount(facts, one, row.person_id) &&
      managedAccount(one, facts, row),
    columns: ["expires_at", "revoked_at", "last_used_at"],
    take: (row, one, facts) => row.revoked_at === null && (bears(row, one) || managedAccount(one, facts, row)),
    leave: (row, one, facts) =>
      (row.revoked_at === null || sameMoment(row.revoked_at, facts.now)) &&
      (bears(row, one) || managedAccount(one, facts, row)),
    // its bearer says that it was used; whoever keeps it lets it end sooner
    keeps: (before, after, one, facts) =>
      bears(before, one)
        ? same(before, after, "expires_at", "revoked_at") &&
          (same(before, after, "last_used_at") || sameMoment(after.last_used_at, facts.now))
        : same(before, after, "last_used_at") && onlySooner(before.expires_at, after.expires_at),
  },
  field_grant: {
    add: (row, one) =>
      kept(row, one) &&
      row.revoked_at === null &&
      // what the author notes for itself is granted to nobody
      !(row.type === "ProgressUpdate" && row.field === "draftingNote") &&
      (self(one, row.granted_by) || (row.granted_by === null && (one.operatorOf !== null || one.platform))),
    columns: ["revoked_by", "revoked_at"],
    take: (row, one) => kept(row, one) && row.revoked_at === null,
    leave: (row, one, facts) => kept(row, one) && self(one, row.revoked_by) && sameMoment(row.revoked_at, facts.now),
  },
  record_opening: {
    add: (row, one, facts) =>
      kept(row, one) &&
      self(one, row.opened_by) &&
      one.timed &&
      sameMoment(row.opened_at, facts.now) &&
      row.acknowledged_by === null &&
      row.reviewed_by === null,
    columns: ["acknowledged_by", "acknowledged_at", "reviewed_by", "reviewed_at", "review_note"],
    // once each: the agency's lead says that it knows, and the chair reviews
    take: (row, one) =>
      (leads(one, row.agency_id) && row.acknowledged_at === null) ||
      (chairs(one, row.partnership_id) && row.reviewed_at === null),
    leave: (row, one, facts) =>
      (leads(one, row.agency_id) && self(one, row.acknowledged_by) && sameMoment(row.acknowledged_at, facts.now)) ||
      (chairs(one, row.partnership_id) && self(one, row.reviewed_by) && sameMoment(row.reviewed_at, facts.now)),
    keeps: (before, after, one) =>
      (same(before, after, "acknowledged_by", "acknowledged_at") ||
        (before.acknowledged_at === null && leads(one, before.agency_id))) &&
      (same(before, after, "reviewed_by", "reviewed_at", "review_note") ||
        (before.reviewed_at === null && chairs(one, before.partnership_id))),
  },
  audit_entry: {
    add: (row, one, facts) =>
      one.timed &&
      sameMoment(row.at, facts.now) &&
      (row.actor_id === null ? one.who.person === null : self(one, row.actor_id)) &&
      (row.agency_id === null || isOwn(one.who, row.agency_id)) &&
      noted(row, one, facts),
    columns: [],
  },
};

const writing = (table: string): Writing => {
  const found = WRITTEN[table];
  if (!found) throw new Error(`nobody has read who writes ${table}: add it to test/permissions/reading-writes.ts`);
  return found;
};

/** What an attempt must come to: done (or stopped only by what the data must be), refused, or no row there to change. */
export type Outcome = "through" | "refused" | "untouched" | "no privilege";

export const adding = (facts: Facts, one: Asking, table: string, row: Row): Outcome =>
  writing(table).add(row, one, facts) ? "through" : "refused";

/** Changing `row` so that it becomes `changed`. The row must be seen to be changed, and still be seen when it is. */
export function changing(facts: Facts, one: Asking, table: string, row: Row, changed: Row): Outcome {
  const { columns, take, leave, keeps } = writing(table);
  const names = Object.keys(changed).filter((name) => changed[name] !== row[name]);
  if (columns !== "all" && names.some((name) => !columns.includes(name))) return "no privilege";
  const sees = SEEN[table];
  if (!take || !sees) return "no privilege";
  if (!sees(row, one, facts) || !take(row, one, facts)) return "untouched";
  if (keeps && !keeps(row, changed, one, facts)) return "no privilege";
  return (leave ?? take)(changed, one, facts) && sees(changed, one, facts) ? "through" : "refused";
}

export function removing(facts: Facts, one: Asking, table: string, row: Row): Outcome {
  const { remove } = writing(table);
  const sees = SEEN[table];
  if (!remove || !sees) return "no privilege";
  return sees(row, one, facts) && remove(row, one) ? "through" : "untouched";
}
