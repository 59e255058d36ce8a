import { boardsSeen } from "./reading-boards";
import { challengesSeen } from "./reading-challenges";
import { byId, type Facts, isMember, isOwn, oversees, type Row, rowsOf, type Who } from "./reading";

/** Somebody in front of the database: who they are, and what they came with. */
export interface Asking {
  who: Who;
  /** False where nobody asks: no context, or a credential that nobody here knows. */
  asking: boolean;
  /** Whether the context knows what time it is. */
  timed: boolean;
  /** What an identity provider says of them. */
  issuer: string | null;
  subject: string | null;
  /** SHA-256 of the token that is borne, and of the invitation's code that is known, in hex. */
  token: string | null;
  invitation: string | null;
  /** Service account that is being made in this transaction. */
  serviceAccount: string | null;
  /** The operator at the command line: of one partnership, or of the platform. */
  operatorOf: string | null;
  platform: boolean;
}

export const UNASKED: Asking = {
  who: { person: null, holdings: [], scopes: null },
  asking: false,
  timed: false,
  issuer: null,
  subject: null,
  token: null,
  invitation: null,
  serviceAccount: null,
  operatorOf: null,
  platform: false,
};

/** A member as far as rows go; the operator at the command line counts as one of the partnership it works on. */
export const belongs = (one: Asking, partnership: unknown) =>
  isMember(one.who, partnership) || (one.operatorOf !== null && one.operatorOf === partnership);
export const watches = (one: Asking, partnership: unknown) =>
  oversees(one.who, partnership) || (one.operatorOf !== null && one.operatorOf === partnership);
const holds = (one: Asking, role: string, where: { partnership?: unknown; agency?: unknown }) =>
  one.who.holdings.some(
    (held) =>
      held.role === role &&
      (where.partnership === undefined || (held.partnership !== null && held.partnership === where.partnership)) &&
      (where.agency === undefined || (held.agency !== null && held.agency === where.agency)),
  );
/** Keeps the partnership's plans: its officers in person, and the operator. */
export const keeps = (one: Asking, partnership: unknown) =>
  holds(one, "PARTNERSHIP_OFFICER", { partnership }) || (one.operatorOf !== null && one.operatorOf === partnership);
export const chairs = (one: Asking, partnership: unknown) => holds(one, "PARTNERSHIP_CHAIR", { partnership });
export const leads = (one: Asking, agency: unknown) => agency !== null && holds(one, "AGENCY_LEAD", { agency });
export const administers = (one: Asking) =>
  one.platform || one.who.holdings.some(({ role }) => role === "PLATFORM_ADMIN");
/** Leads the agency, or keeps the partnership where no agency is named: manages its people and its tokens. */
export const manages = (one: Asking, row: Row) =>
  leads(one, row.agency_id) || (row.agency_id === null && keeps(one, row.partnership_id));
export const hex = (value: unknown): string => (Buffer.isBuffer(value) ? value.toString("hex") : "");

const isOut = (facts: Facts, row: Row) => row.published_at instanceof Date && row.published_at <= facts.now;

type Sight = (row: Row, one: Asking, facts: Facts) => boolean;

const partnership: Sight = (row, one, facts) =>
  belongs(one, row.id) || (one.asking && isOut(facts, row)) || administers(one);
const ofPartnership: Sight = (row, one, facts) => {
  const parent = byId(facts, "partnership", row.partnership_id);
  return belongs(one, row.partnership_id) || (parent !== undefined && partnership(parent, one, facts));
};
/** Content of a partnership itself: an administrator, who sees every partnership, sees of it what the public does. */
const content: Sight = (row, one, facts) => {
  const parent = byId(facts, "partnership", row.partnership_id);
  return (
    belongs(one, row.partnership_id) || one.platform || (one.asking && parent !== undefined && isOut(facts, parent))
  );
};
const inScope = (one: Asking, scope: string) => one.who.scopes === null || one.who.scopes.includes(scope);
const plan: Sight = (row, one, facts) =>
  inScope(one, "READ_PLAN") && (belongs(one, row.partnership_id) || (one.asking && isOut(facts, row)));
const ofPlan: Sight = (row, one, facts) => {
  const parent = byId(facts, "plan", row.plan_id);
  return (
    inScope(one, "READ_PLAN") &&
    (belongs(one, row.partnership_id) || (parent !== undefined && plan(parent, one, facts)))
  );
};
/** The words of a plan's colours need no scope of their own; who may not see the plan may not see them. */
const scheme: Sight = (row, one, facts) => {
  const parent = byId(facts, "plan", row.plan_id);
  return belongs(one, row.partnership_id) || (parent !== undefined && plan(parent, one, facts));
};
const managedAccount = (one: Asking, facts: Facts, token: Row) =>
  rowsOf(facts, "membership").some(
    (row) =>
      row.person_id === token.person_id &&
      row.partnership_id === token.partnership_id &&
      row.role === "INTEGRATOR" &&
      (leads(one, row.agency_id) || (row.agency_id === null && keeps(one, row.partnership_id))),
  );

/** An officer's opening of an agency's drafts on an action, while it lasts. */
const opened = (row: Row, one: Asking, facts: Facts) =>
  rowsOf(facts, "record_opening").some(
    (open) =>
      open.action_id === row.action_id &&
      open.agency_id === row.author_agency_id &&
      one.who.person !== null &&
      open.opened_by === one.who.person &&
      holds(one, "PARTNERSHIP_OFFICER", { partnership: open.partnership_id }) &&
      open.opened_until instanceof Date &&
      open.opened_until > facts.now,
  );

/** Somebody of an agency, by itself or through a collective, that is named where sensitive evidence is in use. */
const partyToEvidence = (row: Row, one: Asking, facts: Facts) => {
  const names = one.who.holdings.flatMap((held) => (held.acting === "SCRUTINY_MEMBER" ? [] : held.names));
  return rowsOf(facts, "evidence_use").some(
    (use) =>
      use.evidence_id === row.id &&
      use.ended_at === null &&
      evidenceUse(use, one, facts) &&
      inScope(one, "READ_PLAN") &&
      rowsOf(facts, "assignment").some(
        (named) => named.action_id === use.action_id && names.includes(String(named.agency_id)),
      ),
  );
};
/** A use is known to the agency whose it is, to oversight once it was sent in, and to the partnership once it is shared. */
const evidenceUse: Sight = (row, one) =>
  inScope(one, "READ_REPORTING") &&
  (isOwn(one.who, row.agency_id) ||
    (row.reach !== "OWN" && watches(one, row.partnership_id)) ||
    (row.reach === "PARTNERSHIP" && belongs(one, row.partnership_id)));
/** Whether an agency that somebody acts for is named for an action, itself or by a collective: whoever may not read plans is not told. */
const isNamed = (row: Row, one: Asking, facts: Facts) =>
  inScope(one, "READ_PLAN") &&
  one.who.holdings.some(
    ({ acting, names, partnership }) =>
      acting !== "SCRUTINY_MEMBER" &&
      partnership === row.partnership_id &&
      rowsOf(facts, "assignment").some(
        ({ action_id, agency_id }) => action_id === row.action_id && names.includes(agency_id as string),
      ),
  );

const itsPersons: Sight = (row, one) => one.platform || (one.who.person !== null && row.person_id === one.who.person);

function openingSeen(row: Row, one: Asking): boolean {
  return watches(one, row.partnership_id) || isOwn(one.who, row.agency_id);
}

/** Who sees a row of each table. A table that is not here has not been read, and the proof says so. */
export const SEEN: Readonly<Record<string, Sight>> = {
  partnership,
  agency: ofPartnership,
  agency_alias: ofPartnership,
  agency_code: ofPartnership,
  collective_member: ofPartnership,
  post: ofPartnership,
  post_alias: ofPartnership,
  plan,
  theme: ofPlan,
  objective: ofPlan,
  finding: ofPlan,
  objective_finding: ofPlan,
  action: ofPlan,
  action_finding: ofPlan,
  milestone: ofPlan,
  assignment: ofPlan,
  published_total: ofPlan,
  rating_scheme: scheme,
  rating_scheme_entry: scheme,
  // what was proposed with an update that is not accepted is its agency's and oversight's
  rating: (row, one) =>
    inScope(one, "READ_REPORTING") &&
    belongs(one, row.partnership_id) &&
    (row.standing === "SHARED" || isOwn(one.who, row.agency_id) || watches(one, row.partnership_id)),
  progress_update: (row, one, facts) => {
    if (!inScope(one, "READ_REPORTING")) return false;
    // its authors read it in every state
    if (isOwn(one.who, row.author_agency_id)) return true;
    if (opened(row, one, facts)) return true;
    if (row.state === "SUBMITTED" || row.state === "RETURNED") return watches(one, row.partnership_id);
    if (row.state !== "ACCEPTED") return false;
    const action = byId(facts, "action", row.action_id);
    const published = one.asking && isOut(facts, row) && action !== undefined && ofPlan(action, one, facts);
    return belongs(one, row.partnership_id) || published;
  },
  // its agency's; then oversight's; then the partnership's, and of what is sensitive only the parties'
  evidence: (row, one, facts) =>
    inScope(one, "READ_REPORTING") &&
    (isOwn(one.who, row.owner_agency_id) ||
      (row.reach !== "OWN" && watches(one, row.partnership_id)) ||
      (row.reach === "PARTNERSHIP" &&
        belongs(one, row.partnership_id) &&
        (row.marking === "OFFICIAL" || partyToEvidence(row, one, facts)))),
  evidence_use: evidenceUse,
  // a move of a date is the partnership's; what was asked for and not moved is for those named for the action
  date_revision: (row, one, facts) =>
    inScope(one, "READ_REPORTING") &&
    (watches(one, row.partnership_id) ||
      (["APPROVED", "IMPORTED"].includes(String(row.state)) && belongs(one, row.partnership_id)) ||
      isOwn(one.who, row.asked_by_agency_id) ||
      isNamed(row, one, facts)),
  contribution: (row, one) => inScope(one, "READ_REPORTING") && belongs(one, row.partnership_id),
  action_blocker: (row, one) => inScope(one, "READ_PLAN") && belongs(one, row.partnership_id),
  indicator: (row, one, facts) => inScope(one, "READ_INDICATORS") && content(row, one, facts),
  indicator_target: (row, one, facts) => inScope(one, "READ_INDICATORS") && content(row, one, facts),
  comparator: (row, one, facts) => inScope(one, "READ_INDICATORS") && content(row, one, facts),
  trajectory_point: (row, one, facts) => inScope(one, "READ_INDICATORS") && content(row, one, facts),
  observation: (row, one, facts) => {
    if (!inScope(one, "READ_INDICATORS")) return false;
    if (watches(one, row.partnership_id)) return true;
    if (isOwn(one.who, byId(facts, "indicator", row.indicator_id)?.owner_agency_id ?? "")) return true;
    if (row.status === "EMBARGOED") return false;
    return belongs(one, row.partnership_id) || (one.asking && isOut(facts, row));
  },
  action_indicator: (row, one, facts) => {
    const action = byId(facts, "action", row.action_id);
    return (
      inScope(one, "READ_INDICATORS") &&
      (belongs(one, row.partnership_id) || (action !== undefined && ofPlan(action, one, facts)))
    );
  },
  import_batch: (row, one) => watches(one, row.partnership_id),
  import_row: (row, one) => watches(one, row.partnership_id),
  person: (row, one, facts) =>
    (one.issuer !== null && row.issuer === one.issuer && row.subject === one.subject) ||
    (one.who.person !== null && row.id === one.who.person) ||
    administers(one) ||
    (row.issuer === "golden-thread-service-account" && one.serviceAccount !== null && row.id === one.serviceAccount) ||
    // whoever opened, acknowledged or reviewed an opening that one sees
    rowsOf(facts, "record_opening").some(
      (open) =>
        openingSeen(open, one) && [open.opened_by, open.acknowledged_by, open.reviewed_by].some((id) => id === row.id),
    ) ||
    rowsOf(facts, "membership").some(
      (held) => held.person_id === row.id && (watches(one, held.partnership_id) || leads(one, held.agency_id)),
    ),
  membership: (row, one) =>
    (one.who.person !== null && row.person_id === one.who.person) ||
    watches(one, row.partnership_id) ||
    leads(one, row.agency_id) ||
    administers(one),
  invitation: (row, one) =>
    (one.invitation !== null && hex(row.code_hash) === one.invitation) ||
    leads(one, row.agency_id) ||
    watches(one, row.partnership_id) ||
    administers(one),
  service_token: (row, one, facts) =>
    (one.token !== null && hex(row.secret_hash) === one.token) ||
    (one.who.person !== null && row.person_id === one.who.person) ||
    watches(one, row.partnership_id) ||
    managedAccount(one, facts, row),
  field_grant: (row, one) => belongs(one, row.partnership_id),
  // of no partnership, and published by the Crown
  bank_holiday: (_row, one) => one.asking,
  bank_holiday_calendar: (_row, one) => one.asking,
  record_opening: openingSeen,
  // what somebody did by a key is theirs alone
  idempotent_request: (row, one) => one.who.person !== null && row.person_id === one.who.person,
  // what somebody is told, and how and where, is theirs; and the platform's operator's, who sends it
  notification: itsPersons,
  notification_address: itsPersons,
  notification_preference: itsPersons,
  ...boardsSeen({ belongs, watches, isOut, inScope, seesAction: ofPlan, seesPlan: plan }),
  rule: (row, one) => inScope(one, "READ_PLAN") && belongs(one, row.partnership_id),
  reminder_policy: (row, one) => inScope(one, "READ_PLAN") && belongs(one, row.partnership_id),
  // and whoever sends
  notification_policy: (row, one) => one.platform || (inScope(one, "READ_PLAN") && belongs(one, row.partnership_id)),
  // what rules find of agencies is oversight's
  rule_finding: (row, one) => inScope(one, "READ_REPORTING") && watches(one, row.partnership_id),
  ...challengesSeen({ belongs, watches, keeps, chairs, isOut, inScope }),
  // what an agency does with its drafts is its own
  audit_entry: (row, one) =>
    (row.agency_id === null ? watches(one, row.partnership_id) : isOwn(one.who, row.agency_id)) ||
    (row.partnership_id === null && administers(one)),
};

/**
 * Tables that hold no content and stand outside row-level security: which migrations ran, the key of cursors, and what
 * callers have spent of their budgets, under keys that are hashes (docs/decisions/0010-limits.md), and the versions of data
 * for answers that are kept, which are random numbers (docs/decisions/0013-kept-answers.md).
 */
export const OUTSIDE = ["migration", "service_secret", "rate_limit", "data_version", "data_change"];
/** What the service's role may do to them all the same. It keeps budgets and versions itself, and changes nothing else there. */
export const OUTSIDE_MAY: Readonly<Record<string, { held: string | null; update: boolean }>> = {
  migration: { held: null, update: false },
  service_secret: { held: "INSERT SELECT", update: false },
  rate_limit: { held: "DELETE INSERT SELECT", update: true },
  data_version: { held: "DELETE INSERT SELECT", update: true },
  data_change: { held: "DELETE INSERT SELECT", update: false },
};

/** Whether a row may be seen. */
export function seesRow(facts: Facts, one: Asking, table: string, row: Row): boolean {
  const sight = SEEN[table];
  if (!sight) throw new Error(`nobody has read who sees ${table}: add it to test/permissions/reading-rows.ts`);
  return sight(row, one, facts);
}

export { managedAccount };
