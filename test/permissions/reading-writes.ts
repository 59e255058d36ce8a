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
import { boardsWritten } from "./reading-boards";
import { challengesWritten } from "./reading-challenges";
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
  remove?: (row: Row, one: Asking, facts: Facts) => boolean;
  /** What else a change must be when everything before has let it by. */
  moves?: (before: Row, after: Row, one: Asking) => boolean;
}

const DAY = 24 * 3_600_000;
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
const REACHES = ["OWN", "OVERSIGHT", "PARTNERSHIP"];
/** What was shown is not hidden again. */
const noNarrower = (before: Row, after: Row) =>
  REACHES.indexOf(String(after.reach)) >= REACHES.indexOf(String(before.reach));
/** Its own agency's writers, and whoever keeps the plan once oversight knows of it. */
const endsEvidence = (agency: string) => (row: Row, one: Asking) =>
  drafts(one, row[agency]) || (kept(row, one) && row.reach !== "OWN");
/** What somebody other than its agency may change of evidence. */
const OF_ENDING = ["reach", "state", "version", "withdrawn_by", "withdrawn_at", "withdrawn_reason"];
const OF_FILE = ["file_state", "storage_name", "sha256", "media_type", "size_bytes"];

const byOperator = (row: Row, one: Asking) => kept(row, one) && one.operatorOf !== null;
const operates = (one: Asking, row: Row) => one.operatorOf !== null && one.operatorOf === row.partnership_id;
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
/** Whether somebody acting for this agency leads the action that a row is about. */
const leadsAction = (facts: Facts, one: Asking, agency: unknown, row: Row) =>
  relationsTo(facts, actingFor(one, agency), {
    partnership: String(row.partnership_id),
    action: String(row.action_id),
  }).includes("LEAD");
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
  row.standing === "SHARED" &&
  row.update_id === null &&
  belongs(one, row.partnership_id) &&
  drafts(one, row.agency_id) &&
  String(row.as_at) <= today(facts) &&
  inHand(byId(facts, "action", row.action_id)) &&
  ["Rating.value", ...(row.rationale === null ? [] : ["Rating.rationale"])].every((field) =>
    mayWrite(facts, one, row.agency_id, row, row.action_id, field),
  );

/** Proposed with an update that one's own agency, which leads the action, submits at this moment. */
const proposes = (row: Row, one: Asking, facts: Facts) => {
  const update = byId(facts, "progress_update", row.update_id);
  return (
    row.basis === "REPORTED" &&
    row.standing === "SUBMITTED" &&
    row.rationale === null &&
    belongs(one, row.partnership_id) &&
    drafts(one, row.agency_id) &&
    String(row.as_at) <= today(facts) &&
    update?.state === "SUBMITTED" &&
    self(one, update.submitted_by) &&
    sameMoment(update.submitted_at, facts.now) &&
    update.author_agency_id === row.agency_id &&
    update.action_id === row.action_id &&
    row.value === (row.dimension === "DELIVERY" ? update.proposed_delivery : update.proposed_impact) &&
    relationsTo(facts, actingFor(one, row.agency_id), {
      partnership: String(row.partnership_id),
      action: String(row.action_id),
    }).includes("LEAD")
  );
};
/** Settled once, as the update is that it was proposed with. */
const settles = (row: Row, one: Asking, facts: Facts) =>
  kept(row, one) &&
  { SHARED: "ACCEPTED", WITHDRAWN: "RETURNED" }[String(row.standing)] ===
    (byId(facts, "progress_update", row.update_id)?.state ?? "nothing");

/** Submitted by its agency, signed for and of this moment, and nothing settled yet. */
const submits = (row: Row, one: Asking, facts: Facts) =>
  row.state === "SUBMITTED" &&
  drafts(one, row.author_agency_id) &&
  self(one, row.submitted_by) &&
  sameMoment(row.submitted_at, facts.now) &&
  ["accepted_at", "returned_at", "returned_reason", "published_at"].every((name) => row[name] === null);

/** Columns of an update that may change once it is submitted, and once it is settled. */
const STILL_OPEN: Readonly<Record<string, readonly string[]>> = {
  SUBMITTED: ["state", "accepted_at", "returned_at", "returned_reason", "published_at"],
  RETURNED: ["state", "published_at"],
  ACCEPTED: ["state", "published_at"],
};
const LEADS_TO: readonly string[] = ["DRAFT SUBMITTED", "SUBMITTED ACCEPTED", "SUBMITTED RETURNED"];

/** Whether somebody may say, for one of its agencies, that an action is done. */
const closes = (row: Row, one: Asking, facts: Facts) =>
  belongs(one, row.partnership_id) &&
  inHand(row) &&
  one.who.holdings.some(
    ({ agency, partnership }) =>
      agency !== null &&
      partnership === row.partnership_id &&
      mayWrite(facts, one, agency, row, row.id, "Action.status"),
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
/** What a clock did is put to nobody, by whoever sees the challenge and finds that its clock has run out. */
function theClockDid(row: Row, one: Asking, facts: Facts): boolean {
  const challenge = byId(facts, "challenge", row.subject_id);
  return (
    ["challenge.expired", "challenge.deadlocked"].includes(String(row.kind)) &&
    row.outcome === "DONE" &&
    [row.actor_id, row.agency_id, row.request_id].every((name) => name === null) &&
    (row.detail as { as?: unknown }).as === "CLOCK" &&
    challenge !== undefined &&
    challenge.partnership_id === row.partnership_id &&
    (SEEN.challenge?.(challenge, one, facts) ?? false) &&
    challenge.respond_by instanceof Date &&
    challenge.respond_by <= facts.now
  );
}

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

const notBefore = (value: unknown, moment: Date) => value instanceof Date && value >= moment;
const sameMoment = (value: unknown, moment: Date) => value instanceof Date && value.getTime() === moment.getTime();

/** Whether an agency that somebody is the lead of leads the action, taken alone. */
const isLeadOf = (facts: Facts, one: Asking, agency: unknown, row: Row) =>
  leads(one, agency) &&
  relationsTo(facts, actingFor(one, agency), {
    partnership: String(row.partnership_id),
    action: String(row.action_id),
  }).includes("LEAD");
const someLeads = (facts: Facts, one: Asking, row: Row) =>
  one.who.holdings.some(({ agency }) => agency !== null && isLeadOf(facts, one, agency, row));
/** The action that a row is about, which is not over, and which whoever writes sees. */
const aboutInHand = (row: Row, one: Asking, facts: Facts) => {
  const action = byId(facts, "action", row.action_id);
  return action !== undefined && SEEN.action?.(action, one, facts) === true && inHand(action);
};
/** Whether an agency is another, or in that collective today. */
const speaksFor = (facts: Facts, agency: unknown, named: unknown) =>
  agency === named ||
  rowsOf(facts, "collective_member").some(
    (member) =>
      member.member_id === agency &&
      member.collective_id === named &&
      (member.valid_from === null || (member.valid_from as string) <= today(facts)) &&
      (member.valid_to === null || (member.valid_to as string) >= today(facts)),
  );

/** Who writes the rows of each table. A table that is not here has not been read, and the proof says so. */
export const WRITTEN: Readonly<Record<string, Writing>> = {
  agency: keeping,
  agency_alias: keeping,
  agency_code: keeping,
  collective_member: keeping,
  post: keeping,
  post_alias: keeping,
  plan: {
    ...keeping,
    // the chair says once that it is signed off
    take: (row, one) => kept(row, one) || chairs(one, row.partnership_id),
    keeps: (before, after, one) =>
      kept(before, one) ||
      Object.keys(after).every(
        (name) => (name === "signed_off_on" && before.signed_off_on === null) || same(before, after, name),
      ),
  },
  theme: keeping,
  objective: keeping,
  finding: keeping,
  objective_finding: keeping,
  action: {
    ...keeping,
    // what is completed the chair signs off, after the entry that says so; tried in test/boards/sign-off.test.ts
    take: (row, one, facts) =>
      kept(row, one) ||
      openWords(row, one, facts).length > 0 ||
      closes(row, one, facts) ||
      (chairs(one, row.partnership_id) && (row.status === "COMPLETED" || row.status === "SIGNED_OFF")),
    keeps: (before, after, one, facts) => {
      const done =
        ["NOT_STARTED", "IN_PROGRESS", null].includes(before.status as string | null) && after.status === "COMPLETED";
      const dated = typeof after.impact_judged_on === "string" && after.impact_judged_on >= today(facts);
      const moves = closes(before, one, facts) && dated && (done || same(before, after, "status"));
      const open = [
        ...openWords(before, one, facts),
        "version",
        "updated_at",
        ...(moves ? ["impact_judged_on", ...(done ? ["status"] : [])] : []),
      ];
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
    add: (row, one, facts) =>
      (kept(row, one) && row.standing === "SHARED") || reports(row, one, facts) || proposes(row, one, facts),
    columns: ["standing"],
    take: (row, one) => kept(row, one) && row.standing === "SUBMITTED",
    leave: settles,
  },
  progress_update: {
    add: (row, one) => keptNoDraft(row, one) || isDraft(row, one),
    columns: "all",
    take: (row, one) => keptNoDraft(row, one) || isDraft(row, one),
    leave: (row, one, facts) => keptNoDraft(row, one) || isDraft(row, one) || submits(row, one, facts),
    // submitted words are never changed, by whatever path
    keeps: (before, after) =>
      before.state === "DRAFT" ||
      Object.keys(after).every(
        (name) => STILL_OPEN[String(before.state)]?.includes(name) === true || same(before, after, name),
      ),
    moves: (before, after, one) =>
      before.state === after.state ||
      one.operatorOf !== null ||
      (LEADS_TO.includes(`${String(before.state)} ${String(after.state)}`) &&
        (before.state === "DRAFT" || before.submitted_by === null || !self(one, before.submitted_by)) &&
        (before.state !== "DRAFT" || self(one, after.submitted_by))),
    remove: isDraft,
  },
  evidence: {
    add: (row, one, facts) =>
      drafts(one, row.owner_agency_id) &&
      row.reach === "OWN" &&
      row.state === "ACTIVE" &&
      row.file_state !== "CLEAN" &&
      self(one, row.added_by) &&
      one.timed &&
      sameMoment(row.added_at, facts.now),
    columns: [
      "title",
      "shows",
      "kind",
      "marking",
      "effective_from",
      "effective_to",
      "received_on",
      "expires_on",
      "file_name",
      "declared_sha256",
      "refused_because",
      ...OF_FILE,
      ...OF_ENDING,
    ],
    take: endsEvidence("owner_agency_id"),
    keeps: (before, after, one) =>
      before.state === "ACTIVE" &&
      noNarrower(before, after) &&
      (before.file_state !== "CLEAN" || same(before, after, ...OF_FILE)) &&
      (drafts(one, before.owner_agency_id) ||
        Object.keys(after).every((name) => OF_ENDING.includes(name) || same(before, after, name))),
  },
  evidence_use: {
    // one's own evidence, of an action that one's agency is named for, and in its own update
    add: (row, one, facts) => {
      const [evidence, action] = [byId(facts, "evidence", row.evidence_id), byId(facts, "action", row.action_id)];
      const update = byId(facts, "progress_update", row.progress_update_id);
      const about = { partnership: String(row.partnership_id), action: String(row.action_id) };
      const relations = relationsTo(facts, actingFor(one, row.agency_id), about);
      return (
        drafts(one, row.agency_id) &&
        row.ended_at === null &&
        self(one, row.attached_by) &&
        one.timed &&
        sameMoment(row.attached_at, facts.now) &&
        (relations.includes("LEAD") || relations.includes("CONTRIBUTOR")) &&
        evidence !== undefined &&
        SEEN.evidence?.(evidence, one, facts) === true &&
        evidence.owner_agency_id === row.agency_id &&
        evidence.state === "ACTIVE" &&
        inHand(action) &&
        (row.progress_update_id === null ||
          (update !== undefined && update.action_id === row.action_id && update.author_agency_id === row.agency_id))
      );
    },
    columns: ["reach", "ended_by", "ended_at"],
    take: endsEvidence("agency_id"),
    keeps: (before, after) => before.ended_at === null && noNarrower(before, after),
  },
  date_revision: {
    // asked for by the lead of who leads, in person and at this moment; or made by an officer, or imported by one or the operator
    add: (row, one, facts) =>
      one.timed &&
      sameMoment(row.asked_at, facts.now) &&
      (row.state === "REQUESTED"
        ? aboutInHand(row, one, facts) && self(one, row.asked_by) && isLeadOf(facts, one, row.asked_by_agency_id, row)
        : kept(row, one) &&
          row.asked_by === null &&
          notBefore(row.decided_at, facts.now) &&
          (row.state === "APPROVED"
            ? aboutInHand(row, one, facts) && self(one, row.decided_by)
            : row.state === "IMPORTED" && row.decided_by === one.who.person)),
    columns: ["state", "decided_by", "decided_at", "decision_reason"],
    take: (row, one) =>
      row.state === "REQUESTED" &&
      ((kept(row, one) && one.who.person !== null && row.asked_by !== one.who.person) ||
        leads(one, row.asked_by_agency_id)),
    // decided once, never by who asked; taken back by the agency that did
    leave: (row, one, facts) =>
      self(one, row.decided_by) &&
      notBefore(row.decided_at, facts.now) &&
      (row.state === "WITHDRAWN"
        ? leads(one, row.asked_by_agency_id)
        : ["APPROVED", "REFUSED"].includes(String(row.state)) && kept(row, one) && row.asked_by !== one.who.person),
  },
  contribution: {
    add: (row, one, facts) =>
      one.timed &&
      belongs(one, row.partnership_id) &&
      self(one, row.said_by) &&
      sameMoment(row.since, facts.now) &&
      drafts(one, row.said_by_agency_id) &&
      !isAccount(facts, one, row.said_by) &&
      speaksFor(facts, row.said_by_agency_id, row.agency_id) &&
      aboutInHand(row, one, facts) &&
      rowsOf(facts, "assignment").some(
        ({ action_id, agency_id }) => action_id === row.action_id && agency_id === row.agency_id,
      ),
    columns: [],
  },
  action_blocker: {
    add: (row, one, facts) =>
      one.timed &&
      self(one, row.said_by) &&
      sameMoment(row.since, facts.now) &&
      row.ended_at === null &&
      aboutInHand(row, one, facts) &&
      (row.said_by_agency_id === null ? kept(row, one) : isLeadOf(facts, one, row.said_by_agency_id, row)),
    columns: ["ended_by", "ended_at"],
    take: (row, one, facts) => row.ended_at === null && (kept(row, one) || someLeads(facts, one, row)),
    leave: (row, one, facts) =>
      self(one, row.ended_by) && sameMoment(row.ended_at, facts.now) && (kept(row, one) || someLeads(facts, one, row)),
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
      operates(one, row) ||
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
      operates(one, row) ||
      administers(one),
    // whoever ends it signs for it, and at this moment
    leave: (row, one, facts) =>
      (operates(one, row) && row.ended_at === null) ||
      (WRITTEN.membership?.take?.(row, one, facts) === true &&
        self(one, row.ended_by) &&
        (row.ended_at === null || sameMoment(row.ended_at, facts.now))),
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
      // what the author notes for itself, and how often it saved it, is granted to nobody
      !(row.type === "ProgressUpdate" && ["draftingNote", "revision"].includes(String(row.field))) &&
      // nor is what a party notes of a challenge
      row.type !== "ChallengeNote" &&
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
  bank_holiday: { add: (_row, one) => administers(one), columns: [], remove: (_row, one) => administers(one) },
  bank_holiday_calendar: {
    add: (_row, one) => administers(one),
    columns: ["changed_at", "published_to", "source", "version"],
    take: (_row, one) => administers(one),
  },
  // kept as it is written, and removed once a day has passed
  idempotent_request: {
    add: (row, one, facts) => one.timed && sameMoment(row.at, facts.now) && self(one, row.person_id),
    columns: [],
    remove: (row, one, facts) => one.timed && row.at instanceof Date && facts.now.getTime() - row.at.getTime() > DAY,
  },
  // told by whoever changes something in the partnership, and by the platform's operator, who alone says what came of it
  notification: {
    add: (row, one) =>
      (belongs(one, row.partnership_id) || one.platform) && row.state === "PENDING" && row.attempts === 0,
    columns: ["state", "next_try_at", "message", "digest", "attempts", "first_tried_at", "last_error", "sent_at"],
    take: (_row, one) => one.platform,
  },
  notification_preference: {
    add: (row, one) => self(one, row.person_id),
    columns: ["how"],
    take: (row, one) => self(one, row.person_id),
  },
  // nobody begins with an address that is confirmed
  notification_address: {
    add: (row, one) => self(one, row.person_id) && row.address === null,
    columns: [
      "address",
      "new_address",
      "set_at",
      "code_hash",
      "code_expires_at",
      "code_attempts",
      "code_due_at",
      "code_tries",
      "last_error",
    ],
    take: (row, one) => self(one, row.person_id) || one.platform,
  },
  rule: {
    add: kept,
    columns: ["name", "working_days", "effect", "ladder_id", "on_from", "retired_at", "version"],
    take: kept,
  },
  reminder_policy: { add: kept, columns: ["days_before", "on_the_day", "days_after", "version"], take: kept },
  notification_policy: { add: kept, columns: ["every_minutes", "version"], take: kept },
  // said by the jobs, which are the operator of that partnership
  rule_finding: { add: byOperator, columns: ["challenge_id"], take: byOperator },
  ...boardsWritten({ kept, chairs, drafts, leadsAction, inHand, seesItem: SEEN.tracked_item ?? (() => false) }),
  ...challengesWritten({
    keeps,
    chairs,
    leads,
    drafts,
    self,
    sameMoment,
    seesChallenge: SEEN.challenge ?? (() => false),
  }),
  audit_entry: {
    add: (row, one, facts) =>
      one.timed &&
      sameMoment(row.at, facts.now) &&
      (theClockDid(row, one, facts) ||
        ((row.actor_id === null ? one.who.person === null : self(one, row.actor_id)) &&
          (row.agency_id === null || isOwn(one.who, row.agency_id)) &&
          noted(row, one, facts))),
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
  const { columns, take, leave, keeps, moves } = writing(table);
  const names = Object.keys(changed).filter((name) => changed[name] !== row[name]);
  if (columns !== "all" && names.some((name) => !columns.includes(name))) return "no privilege";
  const sees = SEEN[table];
  if (!take || !sees) return "no privilege";
  if (!sees(row, one, facts) || !take(row, one, facts)) return "untouched";
  if (keeps && !keeps(row, changed, one, facts)) return "no privilege";
  if (!(leave ?? take)(changed, one, facts) || !sees(changed, one, facts)) return "refused";
  return moves && !moves(row, changed, one) ? "no privilege" : "through";
}

export function removing(facts: Facts, one: Asking, table: string, row: Row): Outcome {
  const { remove } = writing(table);
  const sees = SEEN[table];
  if (!remove || !sees) return "no privilege";
  return sees(row, one, facts) && remove(row, one, facts) ? "through" : "untouched";
}
