import { byId, type Facts, isOwn, leadOf, oversees, type Row, rowsOf, today, type Who } from "./reading";

/** One thing that an action waits for, as the descriptions in the published schema read. */
export interface Waiting {
  what: string;
  who: string;
  agency: string | null;
  post: string | null;
  since: string | null;
}
/** What somebody sees of what waiting hangs on: a row that is not seen does not count. */
type Sees = (table: string, row: Row) => boolean;

const LONDON = new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/London" });
const dayOf = (value: unknown) => (value instanceof Date ? LONDON.format(value) : null);
const text = (value: unknown) => (typeof value === "string" ? value : null);
const OVER = ["COMPLETED", "SIGNED_OFF", "SUPERSEDED"];
const unfinished = (action: Row) => !OVER.includes(String(action.status));

/** The same day so many months on; a month that has no such day ends sooner. */
export function monthsOn(day: string, months: number): string {
  const [year = 0, month = 0, date = 0] = day.split("-").map(Number);
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, last))).toISOString().slice(0, 10);
}
const dayAfter = (day: string) => new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);

const inCollective = (facts: Facts, member: unknown, collective: unknown) =>
  rowsOf(facts, "collective_member").some(
    (one) =>
      one.member_id === member &&
      one.collective_id === collective &&
      (one.valid_from === null || (one.valid_from as string) <= today(facts)) &&
      (one.valid_to === null || (one.valid_to as string) >= today(facts)),
  );

/** Whoever leads, or the business unit where nobody does. */
function lead(row: Row | undefined): Pick<Waiting, "who" | "agency" | "post"> {
  const agency = text(row?.agency_id);
  if (agency) return { who: "AGENCY", agency, post: null };
  const post = text(row?.post_id);
  return post ? { who: "POST", agency: null, post } : BUSINESS_UNIT;
}
const BUSINESS_UNIT = { who: "BUSINESS_UNIT", agency: null, post: null };

/** Whom an action waits for, as far as somebody is told, in no order. */
export function waitsOf(facts: Facts, who: Who, sees: Sees, action: Row): Waiting[] {
  const of = (table: string) => rowsOf(facts, table).filter((row) => row.action_id === action.id && sees(table, row));
  const named = of("assignment");
  const leading = leadOf(facts, String(action.id));
  const leadAgency = text(leading?.agency_id);
  const found: Waiting[] = [];

  if (unfinished(action) && !named.some(({ role }) => role === "LEAD"))
    found.push({ what: "LEAD_UNCONFIRMED", ...BUSINESS_UNIT, since: null });

  const told = oversees(who, action.partnership_id) || (leadAgency !== null && isOwn(who, leadAgency));
  const updates = of("progress_update").filter(({ state }) => state !== "DRAFT");
  const ends = updates
    .filter(
      (one) =>
        one.state === "ACCEPTED" ||
        (one.state === "SUBMITTED" &&
          told &&
          (leadAgency === null ||
            one.author_agency_id === leadAgency ||
            inCollective(facts, one.author_agency_id, leadAgency))),
    )
    .map(({ period_end }) => String(period_end))
    .sort();
  const last = ends.at(-1);
  const cadence = Number(byId(facts, "partnership", action.partnership_id)?.cadence_months);
  const due = last === undefined ? null : monthsOn(dayAfter(last), cadence);
  if (unfinished(action) && leading && (due === null || due <= today(facts)))
    found.push({
      what: "UPDATE_DUE",
      ...(told ? lead(leading) : { who: "UNTOLD", agency: null, post: null }),
      since: due,
    });

  const newest = (update: Row) =>
    !updates.some(
      (one) =>
        one.author_agency_id === update.author_agency_id &&
        one.period_end === update.period_end &&
        Number(one.version) > Number(update.version),
    );
  for (const update of updates.filter(newest)) {
    if (update.state === "RETURNED" && update.author_agency_id !== null && unfinished(action))
      found.push({
        what: "UPDATE_RETURNED",
        who: "AGENCY",
        agency: text(update.author_agency_id),
        post: null,
        since: dayOf(update.returned_at),
      });
    if (update.state === "SUBMITTED")
      found.push({ what: "UPDATE_TO_ACCEPT", ...BUSINESS_UNIT, since: dayOf(update.submitted_at) });
  }
  for (const revision of of("date_revision"))
    if (revision.state === "REQUESTED" && !["SIGNED_OFF", "SUPERSEDED"].includes(String(action.status)))
      found.push({ what: "DATE_DECISION", ...BUSINESS_UNIT, since: dayOf(revision.asked_at) });

  const passed = action.by_when_end !== null && (action.by_when_end as string) < today(facts) && action.status !== null;
  for (const one of named) {
    if (one.agency_id === null || one.id === leading?.id || one.agency_id === leadAgency || !unfinished(action))
      continue;
    const part = of("contribution")
      .filter(({ agency_id }) => agency_id === one.agency_id)
      .sort((a, b) => Number(b.version) - Number(a.version))[0];
    const cannot = part?.state === "CANNOT";
    if (part?.state !== "DONE" && (cannot || passed))
      found.push({
        what: "CONTRIBUTION",
        who: "AGENCY",
        agency: text(one.agency_id),
        post: null,
        since: cannot ? dayOf(part.since) : text(action.by_when_end),
      });
  }
  for (const blocker of of("action_blocker")) {
    const other = byId(facts, "action", blocker.blocking_action_id);
    if (other && sees("action", other) && unfinished(action) && blocker.ended_at === null && unfinished(other))
      found.push({ what: "BLOCKED_BY_ACTION", ...lead(leadOf(facts, String(other.id))), since: dayOf(blocker.since) });
  }
  const impact = of("rating")
    .filter(({ dimension }) => dimension === "IMPACT")
    .sort((a, b) => (moment(a) < moment(b) ? 1 : -1))[0];
  const judged = text(action.impact_judged_on);
  if (action.status === "COMPLETED" && (impact?.value ?? null) === null && (judged === null || judged <= today(facts)))
    found.push({ what: "IMPACT_RATING", ...lead(leading), since: judged });
  const review = text(action.review_on);
  if (
    unfinished(action) &&
    ["ONGOING", "RECURRING"].includes(String(action.by_when_kind)) &&
    review !== null &&
    review <= today(facts)
  )
    found.push({ what: "REVIEW_DUE", ...BUSINESS_UNIT, since: review });
  return found;
}

const moment = (rating: Row) => `${String(rating.as_at)} ${(rating.recorded_at as Date).toISOString()}`;

/** Somebody who is waited for, with how many actions and for what. */
export interface AwaitedParty extends Pick<Waiting, "who" | "agency" | "post" | "since"> {
  actions: number;
  byWhat: { what: string; actions: number }[];
}

/** Waits put together by who is waited for. */
function parties(waits: readonly (Waiting & { action: unknown })[], key: (wait: Waiting) => string): AwaitedParty[] {
  const groups = new Map<string, (Waiting & { action: unknown })[]>();
  for (const wait of waits) groups.set(key(wait), [...(groups.get(key(wait)) ?? []), wait]);
  return [...groups.values()].map((group) => {
    const [first] = group;
    const count = (some: typeof group) => new Set(some.map(({ action }) => action)).size;
    const kinds = [...new Set(group.map(({ what }) => what))].map((what) => ({
      what,
      actions: count(group.filter((one) => one.what === what)),
    }));
    return {
      who: first?.who ?? "",
      agency: first?.agency ?? null,
      post: first?.post ?? null,
      since: group.flatMap(({ since }) => since ?? []).sort()[0] ?? null,
      actions: count(group),
      byWhat: kinds.sort((a, b) => b.actions - a.actions || (a.what < b.what ? -1 : 1)),
    };
  });
}

const allWaits = (facts: Facts, who: Who, sees: Sees, partnership: unknown) =>
  rowsOf(facts, "action")
    .filter((row) => row.partnership_id === partnership && sees("action", row))
    .flatMap((action) => waitsOf(facts, who, sees, action).map((wait) => ({ ...wait, action: action.id })));

/** Who holds up how many actions of a partnership, as far as somebody is told, in no order but that of what they hold up. */
export const awaitedIn = (facts: Facts, who: Who, sees: Sees, partnership: unknown): AwaitedParty[] =>
  parties(allWaits(facts, who, sees, partnership), (one) => JSON.stringify([one.who, one.agency, one.post])).sort(
    (a, b) => b.actions - a.actions,
  );

/** What an agency holds up, itself or as one of a collective that it is in today. */
export function owedBy(facts: Facts, who: Who, sees: Sees, agency: Row): AwaitedParty {
  const mine = allWaits(facts, who, sees, agency.partnership_id).filter(
    (one) => one.agency !== null && (one.agency === agency.id || inCollective(facts, agency.id, one.agency)),
  );
  const [all] = parties(mine, () => "all");
  const nothing = { actions: 0, since: null, byWhat: [] };
  return { ...(all ?? nothing), who: "AGENCY", agency: String(agency.id), post: null };
}
