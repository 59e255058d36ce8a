import { type Facts, type Row, rowsOf } from "./reading";
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
/** A grant of writing the text of actions opens the row; which of its fields, the service says. */
const edits = (row: Row, one: Asking, facts: Facts) =>
  one.who.holdings.some(({ partnership }) => partnership === row.partnership_id) &&
  belongs(one, row.partnership_id) &&
  facts.tables.field_grant !== undefined &&
  grantsEditing(facts, one, row.partnership_id);

function grantsEditing(facts: Facts, one: Asking, partnership: unknown): boolean {
  const day = facts.now.toISOString().slice(0, 10);
  return rowsOf(facts, "field_grant").some(
    (grant) =>
      grant.partnership_id === partnership &&
      grant.operation === "WRITE" &&
      grant.effect === "ALLOW" &&
      grant.type === "Action" &&
      grant.revoked_at === null &&
      (grant.expires_on === null || (grant.expires_on as string) >= day) &&
      one.who.holdings.some(
        (held) =>
          held.partnership === partnership &&
          (grant.agency_id === null ? held.sector === grant.sector : held.names.includes(grant.agency_id as string)) &&
          (grant.role === null || grant.role === held.role || grant.role === held.acting),
      ),
  );
}

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
    take: (row, one, facts) => kept(row, one) || edits(row, one, facts),
  },
  action_finding: keeping,
  milestone: replaced,
  assignment: replaced,
  rating_scheme: keeping,
  rating_scheme_entry: keeping,
  published_total: keeping,
  rating: {
    add: (row, one) =>
      kept(row, one) || (row.basis === "REPORTED" && belongs(one, row.partnership_id) && drafts(one, row.agency_id)),
    columns: [],
  },
  progress_update: {
    add: (row, one) => keptNoDraft(row, one) || isDraft(row, one),
    columns: "all",
    take: (row, one) => keptNoDraft(row, one) || isDraft(row, one),
  },
  indicator: keeping,
  indicator_target: keeping,
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
        one.serviceAccount !== null &&
        row.person_id === one.serviceAccount &&
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
    take: (row, one, facts) =>
      manages(one, row) ||
      administers(one) ||
      (knowsCode(row, one) &&
        row.expires_at instanceof Date &&
        row.expires_at > facts.now &&
        row.accepted_at === null &&
        row.withdrawn_at === null &&
        !self(one, row.invited_by)),
    leave: (row, one) => manages(one, row) || administers(one) || (knowsCode(row, one) && self(one, row.accepted_by)),
  },
  service_token: {
    add: (row, one, facts) => self(one, row.created_by) && managedAccount(one, facts, row),
    columns: ["expires_at", "revoked_at", "last_used_at"],
    take: (row, one, facts) =>
      (one.token !== null && hex(row.secret_hash) === one.token) || managedAccount(one, facts, row),
  },
  field_grant: {
    add: (row, one) =>
      kept(row, one) &&
      row.revoked_at === null &&
      (self(one, row.granted_by) || (row.granted_by === null && (one.operatorOf !== null || one.platform))),
    columns: ["revoked_by", "revoked_at"],
    take: kept,
    leave: (row, one) => kept(row, one) && self(one, row.revoked_by),
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
    leave: (row, one) =>
      (leads(one, row.agency_id) && self(one, row.acknowledged_by)) ||
      (chairs(one, row.partnership_id) && self(one, row.reviewed_by)),
  },
  audit_entry: {
    add: (row, one, facts) =>
      one.timed &&
      sameMoment(row.at, facts.now) &&
      (row.actor_id === null ? one.who.person === null : self(one, row.actor_id)),
    columns: [],
  },
};

/** What a grant of editing opens of an action: its words. */
const WORDS = ["title", "description", "desired_outcome", "measure", "success_criteria", "version", "updated_at"];

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
  const { columns, take, leave } = writing(table);
  const names = Object.keys(changed).filter((name) => changed[name] !== row[name]);
  if (columns !== "all" && names.some((name) => !columns.includes(name))) return "no privilege";
  const sees = SEEN[table];
  if (!take || !sees) return "no privilege";
  if (!sees(row, one, facts) || !take(row, one, facts)) return "untouched";
  if (table === "action" && !kept(row, one) && names.some((name) => !WORDS.includes(name))) return "no privilege";
  return (leave ?? take)(changed, one, facts) && sees(changed, one, facts) ? "through" : "refused";
}

export function removing(facts: Facts, one: Asking, table: string, row: Row): Outcome {
  const { remove } = writing(table);
  const sees = SEEN[table];
  if (!remove || !sees) return "no privilege";
  return sees(row, one, facts) && remove(row, one) ? "through" : "untouched";
}
