/**
 * The access design read plainly and slowly, apart from the service: from facts, which are the rows of every table as the
 * tables' owner reads them, to who may read and write which field. It imports nothing of the service and shares no list
 * with it; where the two differ, one of them is wrong. Rows as such are in reading-rows.ts and reading-writes.ts.
 */
export type Row = Readonly<Record<string, unknown>>;

/** The whole database at one moment, as its owner sees it. */
export interface Facts {
  now: Date;
  tables: Readonly<Record<string, readonly Row[]>>;
}

export type Relation = "LEAD" | "CONTRIBUTOR" | "AUTHOR" | "PARTY" | "PARTNER" | "OVERSIGHT" | "NONE";

/** One membership that counts today. */
export interface Holding {
  id: string;
  partnership: string | null;
  agency: string | null;
  sector: string | null;
  role: string;
  /** For a service account the role that it acts for; for people the role itself. */
  acting: string;
  scopes: readonly string[] | null;
  /** The agency and the collectives that it is in today. */
  names: readonly string[];
}

/** Somebody, as the facts know them. */
export interface Who {
  person: string | null;
  holdings: readonly Holding[];
  /** What a service account is cut down to; null for everybody else. */
  scopes: readonly string[] | null;
}

export const NOBODY: Who = { person: null, holdings: [], scopes: null };

/** Rows of a table; a table that the facts do not have is a mistake of the proof. */
export function rowsOf(facts: Facts, table: string): readonly Row[] {
  const rows = facts.tables[table];
  if (!rows) throw new Error(`the facts hold no table ${table}`);
  return rows;
}

export const byId = (facts: Facts, table: string, id: unknown): Row | undefined =>
  id === null || id === undefined ? undefined : rowsOf(facts, table).find((row) => row.id === id);

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);

/** Made once: each keeps tens of kilobytes outside the heap, and the proof asks for the day by the hundred thousand. */
const IN_LONDON = new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/London" });

/** The day in Europe/London. */
export const today = (facts: Facts): string => IN_LONDON.format(facts.now);

/** Whether today is from `valid_from` to `valid_to`, both included; a missing end is open. */
const runsToday = (facts: Facts, row: Row): boolean => {
  const day = today(facts);
  const from = text(row.valid_from);
  const to = text(row.valid_to);
  return (from === null || from <= day) && (to === null || to >= day);
};

const ended = (facts: Facts, row: Row): boolean => row.ended_at instanceof Date && row.ended_at <= facts.now;

/** What somebody holds today: memberships that run, that were not ended, and whose agency has not ended. */
export function whoIs(facts: Facts, person: string): Who {
  const holdings = rowsOf(facts, "membership").flatMap((row): Holding[] => {
    if (row.person_id !== person || !runsToday(facts, row) || ended(facts, row)) return [];
    const agency = byId(facts, "agency", row.agency_id);
    const last = text(agency?.valid_to);
    if (last !== null && last < today(facts)) return [];
    const collectives = rowsOf(facts, "collective_member").filter(
      (one) => one.member_id === row.agency_id && runsToday(facts, one),
    );
    const role = String(row.role);
    return [
      {
        id: String(row.id),
        partnership: text(row.partnership_id),
        agency: text(row.agency_id),
        sector: text(agency?.sector),
        role,
        acting: text(row.acts_for) ?? role,
        scopes: (row.scopes as string[] | null) ?? null,
        names:
          row.agency_id === null
            ? []
            : [row.agency_id as string, ...collectives.map((one) => String(one.collective_id))],
      },
    ];
  });
  return { person, holdings, scopes: holdings.find(({ scopes }) => scopes !== null)?.scopes ?? null };
}

export const holdingsIn = (who: Who, partnership: unknown) =>
  who.holdings.filter((one) => one.partnership !== null && one.partnership === partnership);

/** Everybody of a partnership but scrutiny, who reads what is published, and the platform's administrators, who read nothing. */
const MEMBERS = [
  "AGENCY_VIEWER",
  "AGENCY_CONTRIBUTOR",
  "AGENCY_LEAD",
  "PARTNERSHIP_OFFICER",
  "PARTNERSHIP_CHAIR",
  "INSPECTOR",
  // a service account of which nothing is said reads with its agency's eyes
  "INTEGRATOR",
];
const OVERSEERS = ["PARTNERSHIP_OFFICER", "PARTNERSHIP_CHAIR", "INSPECTOR"];

export const isMember = (who: Who, partnership: unknown): boolean =>
  holdingsIn(who, partnership).some(({ acting }) => MEMBERS.includes(acting));
export const oversees = (who: Who, partnership: unknown): boolean =>
  holdingsIn(who, partnership).some(({ acting }) => OVERSEERS.includes(acting));
/** Whether the agency is one that somebody belongs to and acts for: collectives do not count, nor what a scrutiny token is bound to. */
export const isOwn = (who: Who, agency: unknown): boolean =>
  who.holdings.some((one) => one.agency !== null && one.agency === agency && one.acting !== "SCRUTINY_MEMBER");

/** What a value is about: its partnership, and the action and the author if there are such. */
export interface About {
  partnership: string | null;
  action?: string | null;
  /** Of what is used of several actions, those where it is, as far as the partnership may know. */
  actions?: readonly string[];
  author?: string | null;
  /** The agency whose own people it is about: its lead manages them. */
  ledBy?: string | null;
  /** The agency that it is itself, or that is told of it: to its people it is their own. */
  party?: string | null;
  /** The agencies that take part in it, each with whoever took over from it. */
  parties?: readonly string[];
}

/** The agency that leads: the confirmed lead, else the first listed where the source no longer shows who leads. */
export function leadOf(facts: Facts, action: string): Row | undefined {
  const listed = rowsOf(facts, "assignment")
    .filter((row) => row.action_id === action)
    .sort((a, b) => Number(a.position) - Number(b.position));
  return listed.find(({ role }) => role === "LEAD") ?? listed.find(({ role }) => role === "UNCONFIRMED");
}

/** All that somebody is to what a value is about. PARTNER and NONE mean nothing closer. */
export function relationsTo(facts: Facts, who: Who, about: About): Relation[] {
  if (!isMember(who, about.partnership)) return ["NONE"];
  const found: Relation[] = [];
  if (oversees(who, about.partnership)) found.push("OVERSIGHT");
  if (about.author != null && isOwn(who, about.author)) found.push("AUTHOR");
  if (about.party != null && isOwn(who, about.party)) found.push("PARTY");
  const taking = about.parties ?? [];
  if (
    who.holdings.some(({ acting, names }) => acting !== "SCRUTINY_MEMBER" && names.some((one) => taking.includes(one)))
  )
    found.push("PARTY");
  if (about.ledBy != null && who.holdings.some(({ role, agency }) => role === "AGENCY_LEAD" && agency === about.ledBy))
    found.push("LEAD");
  // whom an action names is part of the plan: a token that may not read plans is no more than a partner to it
  const actions = [...(about.action == null ? [] : [about.action]), ...(about.actions ?? [])];
  if (who.scopes === null || who.scopes.includes("READ_PLAN"))
    for (const action of actions) {
      const names = holdingsIn(who, about.partnership).flatMap((one) => one.names);
      const lead = text(leadOf(facts, action)?.agency_id);
      const listed = rowsOf(facts, "assignment").filter((row) => row.action_id === action);
      if (lead !== null && names.includes(lead)) found.push("LEAD");
      else if (listed.some((row) => row.agency_id !== null && names.includes(row.agency_id as string)))
        found.push("CONTRIBUTOR");
    }
  return found.length > 0 ? found : ["PARTNER"];
}

/** The table of the design, tier by tier. */
const READ_BY: Readonly<Record<string, readonly Relation[]>> = {
  PUBLIC: ["LEAD", "CONTRIBUTOR", "AUTHOR", "PARTY", "PARTNER", "OVERSIGHT", "NONE"],
  PARTNERSHIP: ["LEAD", "CONTRIBUTOR", "AUTHOR", "PARTY", "PARTNER", "OVERSIGHT"],
  PARTIES: ["LEAD", "CONTRIBUTOR", "AUTHOR", "PARTY", "OVERSIGHT"],
  OWNER: ["LEAD", "AUTHOR", "OVERSIGHT"],
  OVERSIGHT: ["OVERSIGHT"],
  AUTHOR_DRAFT: ["AUTHOR"],
};

/**
 * What else is withheld when a field is denied, because it would give the denied field away. Written out in full, from the
 * denied field's side: whoever is denied what stands on the left reads nothing of what stands on the right.
 */
export const GIVEN_AWAY_BY: Readonly<Record<string, readonly string[]>> = {
  "Action.blockedBy": ["Action.blocks", "Action.waitingOn", "Agency.owes", "Partnership.waitingOn"],
  "Action.blocks": ["Action.blockedBy", "Action.waitingOn", "Agency.owes", "Partnership.waitingOn"],
  // what became of a plan's actions is told in rows of these
  "Action.byWhen": ["Plan.changes"],
  "Action.dateRevisions": [
    "PlanChange.because",
    "Action.waitingOn",
    "Agency.owes",
    "Partnership.waitingOn",
    "Rating.greenByRedating",
    "Rating.greenByRedatingReason",
    "Rating.redatedBy",
  ],
  "Action.divergent": ["AssuranceGroup.divergent"],
  "Action.overdue": ["Plan.changes"],
  "Action.ratings": [
    "Plan.changes",
    "Action.waitingOn",
    "Agency.owes",
    "Partnership.waitingOn",
    "Action.divergent",
    "Action.impactDue",
    "Action.impactDueReason",
    "Action.highlightReportDue",
    "Action.stale",
    "ActionRatings.delivery",
    "ActionRatings.impact",
    "AssuranceGroup.divergent",
    "AssuranceGroup.matrix",
    "AssuranceGroup.stale",
    "AssuranceGroup.unrated",
    "PlanTotals.byDeliveryRating",
    "PlanTotals.byImpactRating",
    "PlanTotals.stale",
  ],
  "Action.status": ["Plan.changes"],
  "Action.title": ["PlanChange.title"],
  "Action.stale": ["AssuranceGroup.stale", "PlanTotals.stale"],
  "Action.impactDue": ["Action.impactDueReason"],
  "Action.impactJudgedOn": [
    "Action.impactDue",
    "Action.impactDueReason",
    "Action.waitingOn",
    "Agency.owes",
    "Partnership.waitingOn",
  ],
  "Action.reviewOn": ["Action.waitingOn", "Agency.owes", "Partnership.waitingOn"],
  "Action.waitingOn": ["Agency.owes", "Partnership.waitingOn"],
  "ActionRatings.delivery": [
    "Plan.changes",
    "Action.divergent",
    "Action.highlightReportDue",
    "Action.stale",
    "AssuranceGroup.divergent",
    "AssuranceGroup.matrix",
    "AssuranceGroup.stale",
    "AssuranceGroup.unrated",
    "PlanTotals.byDeliveryRating",
    "PlanTotals.stale",
  ],
  "ActionRatings.impact": [
    "Plan.changes",
    "Action.waitingOn",
    "Agency.owes",
    "Partnership.waitingOn",
    "Action.divergent",
    "Action.impactDue",
    "Action.impactDueReason",
    "Action.highlightReportDue",
    "Action.stale",
    "AssuranceGroup.divergent",
    "AssuranceGroup.matrix",
    "AssuranceGroup.stale",
    "AssuranceGroup.unrated",
    "PlanTotals.byImpactRating",
    "PlanTotals.stale",
  ],
  "DateRevision.decidedAt": ["Rating.greenByRedatingReason"],
  "Observation.denominator": ["Observation.numerator"],
  "Observation.numerator": ["Observation.denominator"],
  // a reason why there is no value says that there is none
  "Observation.value": [
    "IndicatorVerdict.assurance",
    "IndicatorVerdict.rating",
    "IndicatorVerdict.reason",
    "IndicatorVerdict.variation",
    "Observation.denominator",
    "Observation.missingReason",
    "Observation.numerator",
    "Observation.qualifier",
    "Observation.upperValue",
  ],
  "Rating.asAt": [
    "PlanChange.asAt",
    "PlanChange.because",
    "Action.stale",
    "AssuranceGroup.stale",
    "PlanTotals.stale",
    "Rating.history",
    "Rating.stale",
    "Rating.staleReason",
    "RatingEntry.asAt",
    "RatingExplanation.entries",
  ],
  "Rating.basis": [
    "PlanChange.agency",
    "PlanChange.basis",
    "PlanChange.because",
    "RatingEntry.basis",
    "RatingExplanation.rule",
    "RatingExplanation.sentence",
  ],
  "Rating.history": ["RatingExplanation.entries"],
  "Rating.rationale": ["RatingEntry.rationale"],
  "Rating.standing": ["RatingEntry.standing"],
  "Rating.greenByRedating": ["Rating.greenByRedatingReason", "Rating.redatedBy"],
  // the word for a colour says the colour, and what the colour gives away the word does
  "Rating.label": [
    "Plan.changes",
    "Action.waitingOn",
    "Agency.owes",
    "Partnership.waitingOn",
    "Rating.greenByRedating",
    "Rating.greenByRedatingReason",
    "Rating.redatedBy",
    "Action.divergent",
    "Action.impactDue",
    "Action.impactDueReason",
    "Action.highlightReportDue",
    "Action.stale",
    "AssuranceGroup.divergent",
    "AssuranceGroup.matrix",
    "AssuranceGroup.stale",
    "AssuranceGroup.unrated",
    "PlanTotals.byDeliveryRating",
    "PlanTotals.byImpactRating",
    "PlanTotals.stale",
    "Rating.stale",
    "Rating.staleReason",
    "Rating.value",
    "RatingEntry.label",
    "RatingEntry.value",
  ],
  "Rating.stale": ["Action.stale", "AssuranceGroup.stale", "PlanTotals.stale", "Rating.staleReason"],
  // not rated is never stale: that it is stale says that there is a colour
  "Rating.value": [
    "Plan.changes",
    "Action.waitingOn",
    "Agency.owes",
    "Partnership.waitingOn",
    "Rating.greenByRedating",
    "Rating.greenByRedatingReason",
    "Rating.redatedBy",
    "Action.divergent",
    "Action.impactDue",
    "Action.impactDueReason",
    "Action.highlightReportDue",
    "Action.stale",
    "AssuranceGroup.divergent",
    "AssuranceGroup.matrix",
    "AssuranceGroup.stale",
    "AssuranceGroup.unrated",
    "PlanTotals.byDeliveryRating",
    "PlanTotals.byImpactRating",
    "PlanTotals.stale",
    "Rating.label",
    "Rating.stale",
    "Rating.staleReason",
    "RatingEntry.label",
    "RatingEntry.value",
  ],
};

/** Grants that bear on somebody today in a partnership: through the agency, a collective of it or the sector, and the role. */
export const grantsOf = (facts: Facts, who: Who): Row[] =>
  rowsOf(facts, "field_grant").filter((grant) => {
    if (grant.revoked_at !== null) return false;
    const last = text(grant.expires_on);
    if (last !== null && last < today(facts)) return false;
    return holdingsIn(who, grant.partnership_id).some((one) => {
      const whom =
        grant.agency_id !== null ? one.names.includes(grant.agency_id as string) : one.sector === grant.sector;
      return whom && (grant.role === null || grant.role === one.role || grant.role === one.acting);
    });
  });

/** Types to whose rows an agency can be more than a partner: others have no lead, author or party. */
const PARTIED = [
  "Action",
  "ActionRatings",
  "Agency",
  "Challenge",
  "ChallengeEvent",
  "ChallengeNote",
  "Evidence",
  "Invitation",
  "ProgressUpdate",
  "Rating",
  "AgencyOptimism",
  "Invitation",
  "ProgressUpdate",
  "Rating",
  "RatingEntry",
  "Contribution",
  "DateRevision",
  "Invitation",
  "ProgressUpdate",
  "Rating",
  "RecordOpening",
];
/**
 * Grants as they bear on a type's rows. A denial narrowed to what nobody can be to such a row cannot be weighed: it is not
 * made through the API, and where an operator loaded one it holds for all whom it names, for to withhold is the safe side.
 */
export const weighedOn = (grants: readonly Row[], type: string): readonly Row[] =>
  PARTIED.includes(type)
    ? grants
    : grants.map((grant) => (grant.effect === "DENY" ? { ...grant, relation: null } : grant));

/** Whether a field may be read of a row that may be seen: a denial first, then the tier, then what was allowed beside it. */
export function mayReadField(
  grants: readonly Row[],
  relations: readonly Relation[],
  field: { type: string; field: string; tier: string },
  partnership: string | null,
): boolean {
  const name = `${field.type}.${field.field}`;
  // a grant is between a partnership and its agencies: it bears on nobody who is there as the public is
  const bearing = relations.includes("NONE") ? [] : grants;
  const reading = bearing.filter((grant) => grant.operation === "READ" && grant.partnership_id === partnership);
  const asked = (grant: Row) => grant.relation === null || relations.includes(grant.relation as Relation);
  for (const grant of reading) {
    if (grant.effect !== "DENY") continue;
    const denied = `${String(grant.type)}.${String(grant.field)}`;
    if (denied === name && asked(grant)) return false;
    // what another type's row is to somebody cannot be told here: the denial then holds
    if (GIVEN_AWAY_BY[denied]?.includes(name) && (grant.type !== field.type || asked(grant))) return false;
  }
  const readers = READ_BY[field.tier];
  if (!readers) throw new Error(`the design has no tier ${field.tier}`);
  if (relations.some((relation) => readers.includes(relation))) return true;
  // no grant opens what is its author's alone
  if (field.tier === "AUTHOR_DRAFT") return false;
  return reading.some(
    (grant) => grant.effect === "ALLOW" && `${String(grant.type)}.${String(grant.field)}` === name && asked(grant),
  );
}

const DRAFTERS = ["AGENCY_CONTRIBUTOR", "AGENCY_LEAD"];

/** The abilities of issue 3 and the design's table of roles: who has each by role and relation, and what field a grant names. */
const WRITES: Readonly<
  Record<string, { fields: string[]; by: (roles: string[], relations: readonly Relation[]) => boolean }>
> = {
  updateProgress: {
    fields: [
      "ProgressUpdate.overallProgress",
      "ProgressUpdate.impactNarrative",
      "ProgressUpdate.proposedDelivery",
      "ProgressUpdate.proposedImpact",
      "ProgressUpdate.riskNote",
    ],
    by: (roles, relations) =>
      roles.some((role) => DRAFTERS.includes(role)) &&
      (relations.includes("LEAD") || relations.includes("CONTRIBUTOR")),
  },
  setRating: {
    fields: ["Rating.value", "Rating.rationale"],
    by: (roles, relations) =>
      roles.includes("PARTNERSHIP_OFFICER") || (roles.includes("AGENCY_LEAD") && relations.includes("LEAD")),
  },
  moveDate: { fields: ["ByWhen.end"], by: (roles) => roles.includes("PARTNERSHIP_OFFICER") },
  editText: {
    fields: ["Action.title", "Action.description", "Action.desiredOutcome", "Action.measure", "Action.successCriteria"],
    by: (roles) => roles.includes("PARTNERSHIP_OFFICER"),
  },
  close: {
    fields: ["Action.status"],
    by: (roles, relations) =>
      roles.includes("PARTNERSHIP_OFFICER") || (roles.includes("AGENCY_LEAD") && relations.includes("LEAD")),
  },
};

/** Fields that somebody may be let write, by name. */
export const WRITABLE: readonly string[] = Object.values(WRITES).flatMap(({ fields }) => fields);

/**
 * Whether a field of an action, or of what is reported of it, may be written by somebody as one thing that they are, with
 * the grants that come to that. Denied, else by role, else allowed beside it.
 */
export function mayWriteField(
  who: Who,
  grants: readonly Row[],
  relations: readonly Relation[],
  name: string,
  partnership: string | null,
): boolean {
  const found = Object.entries(WRITES).find(([, { fields }]) => fields.includes(name));
  if (!found) throw new Error(`nothing writes ${name}`);
  const [ability, { by }] = found;
  // a rationale comes with a rating, and with nothing else
  if (name === "Rating.rationale" && !mayWriteField(who, grants, relations, "Rating.value", partnership)) return false;
  // a service account drafts for the role it acts for, if its scopes let it read and write reports, and does nothing else
  const drafting = ability === "updateProgress";
  const needed = ["READ_PLAN", "READ_REPORTING", "WRITE_REPORTING"];
  if (who.scopes && !(drafting && needed.every((scope) => who.scopes?.includes(scope)))) return false;
  const bearing = grants.filter(
    (grant) =>
      grant.operation === "WRITE" &&
      // a date is moved by officers, and no grant lets another or keeps them from it
      name !== "ByWhen.end" &&
      grant.partnership_id === partnership &&
      `${String(grant.type)}.${String(grant.field)}` === name &&
      (grant.relation === null || relations.includes(grant.relation as Relation)),
  );
  if (bearing.some(({ effect }) => effect === "DENY")) return false;
  const roles = holdingsIn(who, partnership).map(({ role, acting }) => (drafting ? acting : role));
  if (by(roles, relations)) return true;
  return bearing.length > 0 && roles.some((role) => DRAFTERS.includes(role));
}

/**
 * What `viewerCan` of an action must say: what somebody can do as one thing that they are. A lead of one agency who is a
 * viewer in another does not lead the other's actions, and a grant to one of somebody's agencies neither lets nor keeps them
 * from writing for another. (Reading is not done for an agency: there every grant bears, and one denial is enough.)
 */
export function abilitiesOn(facts: Facts, who: Who, action: Row, only?: unknown): Record<string, boolean> {
  const held = holdingsIn(who, action.partnership_id).filter(({ agency }) => only === undefined || agency === only);
  const alone = [...new Set(held.map(({ agency }) => agency))].map((agency) =>
    abilitiesAs(facts, { ...who, holdings: held.filter((one) => one.agency === agency) }, action),
  );
  const none = Object.keys(abilitiesAs(facts, NOBODY, action));
  return Object.fromEntries(none.map((name) => [name, alone.some((one) => one[name])]));
}

function abilitiesAs(facts: Facts, who: Who, action: Row): Record<string, boolean> {
  const grants = grantsOf(facts, who);
  const about = { partnership: String(action.partnership_id), action: String(action.id) };
  const relations = relationsTo(facts, who, about);
  const open = action.status !== "SIGNED_OFF" && action.status !== "SUPERSEDED";
  const dated = action.by_when_kind === "DUE" || action.by_when_kind === "RANGE";
  // whoever drafts an update is its author
  const to = (name: string): Relation[] => (name.startsWith("ProgressUpdate.") ? [...relations, "AUTHOR"] : relations);
  const writes = (name: string) => mayWriteField(who, grants, to(name), name, about.partnership);
  const itself = holdingsIn(who, about.partnership).map(({ role }) => role);
  return {
    submitProgressUpdate: open && writes("ProgressUpdate.overallProgress"),
    updateProgress: open && writes("ProgressUpdate.overallProgress"),
    setRating: open && writes("Rating.value"),
    moveDate: open && dated && writes("ByWhen.end"),
    editText: open && (WRITES.editText?.fields ?? []).some(writes),
    close: open && writes("Action.status"),
    requestDateRevision: open && dated && relations.includes("LEAD") && itself.includes("AGENCY_LEAD"),
    raiseChallenge: itself.some((role) => ["AGENCY_LEAD", "PARTNERSHIP_OFFICER", "PARTNERSHIP_CHAIR"].includes(role)),
  };
}

/** Types that hold what partnerships keep: grants are about their fields and about no others. */
const KEPT = [
  "Action",
  "ActionRatings",
  "AssuranceGroup",
  "DateRevision",
  "Finding",
  "ImportProvenance",
  "Indicator",
  "IndicatorVerdict",
  "Observation",
  "Partnership",
  "PlanTotals",
  "ProgressUpdate",
  "Rating",
];
/**
 * A status shows in what can be done with the action, and overdue follows from it: to deny them would hide nothing. The day
 * of a figure is its place in a series.
 */
const SHOWN_ANYWAY = ["Action.overdue", "Action.overdueReason", "Action.status", "Observation.asAt"];
/** Who somebody is, which is for the rows of people to show: not a field that grants are about. */
const OF_PEOPLE = ["DateRevision.askedByPost", "DateRevision.decidedByPost"];

/** Whether a denial of a field has a meaning: content above PUBLIC, or a public value that may be null. Drafts are never granted. */
export function canBeDenied(type: string, field: string, tier: string, nullableValue: boolean): boolean {
  if (!KEPT.includes(type) || tier === "AUTHOR_DRAFT") return false;
  if ([...SHOWN_ANYWAY, ...OF_PEOPLE].includes(`${type}.${field}`)) return false;
  return tier !== "PUBLIC" || nullableValue;
}
