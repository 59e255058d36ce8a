import { BadInputError, NotFoundError } from "../../platform/errors/index";
import { keyOf } from "../../platform/graphql/ids";
import {
  asKnown,
  type Instant,
  type Link,
  NeedsRowError,
  type Place,
  readRows,
  type RequestContext,
} from "../access/index";
import { CURRENT_RATING, OVERDUE } from "../plan/index";
import { PlanChangeKind, type PlanChangesArgs } from "./plan-changes.types";

/** The two ends of what is asked about; no later one: now. */
export interface Ends {
  from: Date;
  to: Date | null;
}

const foundMeetings = () => new Map<string, Date>();

/** When a meeting began, as a London time of day; with its day where no start is recorded. */
const BEGAN = `(m.day + coalesce(m.start_time::time, time '00:00')) at time zone 'Europe/London'`;

/**
 * Looks up when the meetings began that are named, if any are.
 *
 * @throws {NotFoundError} where one is not there for the caller.
 */
export function findMeetings(context: RequestContext, { between }: PlanChangesArgs): Promise<void> | null {
  const ids = [between.fromMeeting, between.toMeeting].filter((id) => id != null);
  return ids.length === 0 ? null : find(context, ids);
}

async function find(context: RequestContext, ids: readonly string[]): Promise<void> {
  const keys = ids.map((id) => keyOf("Meeting", id));
  const rows = await context.db.query<{ id: string; began: Date }>(
    `select m.id, ${BEGAN} as began from meeting m where m.id = any ($1::uuid[])`,
    [keys.filter((key) => key !== null)],
  );
  for (const [index, id] of ids.entries()) {
    const row = rows.find((one) => one.id === keys[index]);
    if (!row) throw new NotFoundError();
    context.use(foundMeetings).set(id, row.began);
  }
}

/**
 * The ends that were asked for.
 *
 * @throws {BadInputError} where one is given twice or not at all, or they do not follow each other.
 */
export function endsOf(context: RequestContext, { between }: PlanChangesArgs): Ends {
  const end = (name: "from" | "to"): Date | null => {
    const [instant, meeting] = [between[name], between[`${name}Meeting`]];
    if (instant != null && meeting != null)
      throw new BadInputError(`Give between.${name} or between.${name}Meeting, not both.`, [
        "between",
        `${name}Meeting`,
      ]);
    if (meeting == null) return instant ?? null;
    const began = context.use(foundMeetings).get(meeting);
    if (!began) throw new NeedsRowError();
    return began;
  };
  const [from, to] = [end("from"), end("to")];
  if (!from) throw new BadInputError("Say in between.from or between.fromMeeting from when on.", ["between", "from"]);
  if (to && from.getTime() >= to.getTime())
    throw new BadInputError("The earlier end of between must come before the later one.", ["between", "from"]);
  return { from, to };
}

/** How an action of the alias `a` came to the by-when that it has: by what kind of revision, if any. */
const MOVED_BY = `(select v.state from date_revision v
  where v.action_id = a.id and v.state in ('APPROVED', 'IMPORTED') and (v.to_text, v.to_kind, v.to_start, v.to_end)
    is not distinct from (a.by_when_text, a.by_when_kind, a.by_when_start, a.by_when_end)
  order by v.decided_at desc, v.id limit 1)`;

/** On which day a board decided that an action of the alias `a` is signed off or no longer, comes from another plan, and goes to one. */
const DECIDED = `(select s.decided_on from sign_off s where s.action_id = a.id order by s.number desc limit 1) as signed_on,
       (select h.decided_on from carried_action c join plan_hand_over h on h.id = c.hand_over_id where c.action_id = a.id) as brought_on,
       (select h.decided_on from carried_action c join plan_hand_over h on h.id = c.hand_over_id where c.from_action_id = a.id) as carried_on`;

/** An action with what may change of it, as of an instant, or (null) now. */
const stood = (plan: Place, instant: Instant | null, known: ReadonlySet<string>) => {
  const now = `select a.*, ${OVERDUE} as overdue, ${MOVED_BY} as moved_by, ${DECIDED},
       d.value as delivery, d.basis as delivery_basis, d.as_at as delivery_as_at, d.recorded_at as delivery_recorded_at, d.agency_id as delivery_agency_id,
       i.value as impact, i.basis as impact_basis, i.as_at as impact_as_at, i.recorded_at as impact_recorded_at, i.agency_id as impact_agency_id
     from action a ${CURRENT_RATING("DELIVERY", "d")} ${CURRENT_RATING("IMPACT", "i")} where a.plan_id = ${plan}.id`;
  return instant ? asKnown(now, instant, known) : now;
};

const KIND = PlanChangeKind;
/** What is in a plan: it stands there and was not merged or carried forward. What was in it at neither end is no change, come and gone between them or not. */
const within = (a: "was" | "is_now") => `(${a}.id is not null and ${a}.status is distinct from 'SUPERSEDED')`;
const entered = `${within("is_now")} and not ${within("was")}`;
const left = `${within("was")} and not ${within("is_now")}`;
/** What was in it and is on record still: what became of it before it left is told beside that it did. */
const onRecord = `${within("was")} and is_now.id is not null`;

/** One kind of change: when it is one, what it was before and after, and where it is said why. */
interface Change {
  kind: PlanChangeKind;
  when: string;
  before: string;
  after: string;
  dimension?: "DELIVERY" | "IMPACT";
  /** The day of the decision that it follows from, where there may be one. */
  decided?: string;
}

const rerated = (dimension: "DELIVERY" | "IMPACT"): Change => {
  const name = dimension.toLowerCase();
  return {
    kind: KIND.RE_RATED,
    dimension,
    when: `${onRecord} and was.${name} is distinct from is_now.${name}`,
    before: `was.${name}`,
    after: `is_now.${name}`,
  };
};

const changes: readonly Change[] = [
  { kind: KIND.ENTERED, when: entered, before: "null", after: "is_now.status", decided: "is_now.brought_on" },
  { kind: KIND.LEFT, when: left, before: "was.status", after: "is_now.status", decided: "is_now.carried_on" },
  {
    kind: KIND.STATUS_CHANGED,
    when: `${within("was")} and ${within("is_now")} and was.status is distinct from is_now.status`,
    before: "was.status",
    after: "is_now.status",
    decided: "case when 'SIGNED_OFF' in (was.status, is_now.status) then is_now.signed_on end",
  },
  rerated("DELIVERY"),
  rerated("IMPACT"),
  {
    kind: KIND.RE_DATED,
    when: `${onRecord} and (was.by_when_text, was.by_when_end) is distinct from (is_now.by_when_text, is_now.by_when_end)`,
    before: "was.by_when_text",
    after: "is_now.by_when_text",
  },
  {
    kind: KIND.NEWLY_OVERDUE,
    when: "is_now.overdue and was.overdue is distinct from true",
    before: "null",
    after: "is_now.by_when_text",
  },
];

/**
 * What became of a plan's actions from one instant to another: both are read as they were known, under the policies of both
 * days, and held against each other in one statement.
 */
export function changesOf(
  plan: Place,
  change: Place,
  from: Instant,
  to: Instant | null,
  known: ReadonlySet<string>,
): ReturnType<Link> {
  const kinds = changes.map(({ kind, when, before, after, dimension, decided = "null" }, index) => {
    const name = dimension?.toLowerCase();
    const of = (column: string, type: string) => (name ? `is_now.${name}_${column}` : `null::${type}`);
    return `(${index + 1}, '${kind}', ${dimension ? `'${dimension}'` : "null"}, ${before}, ${after}, ${of("basis", "text")}, ${of("as_at", "date")}, ${of("agency_id", "uuid")}, (${decided})::date, coalesce(${when}, false))`;
  });
  return {
    from: `(with was as materialized (${stood(plan, from, known)}), is_now as materialized (${stood(plan, to, known)})
      select coalesce(is_now.id, was.id) as action_id, coalesce(is_now.partnership_id, was.partnership_id) as partnership_id,
        coalesce(is_now.reference, was.reference) as reference, coalesce(is_now.reference_order, was.reference_order) as reference_order,
        coalesce(is_now.title, was.title) as title, is_now.by_when_end, is_now.status, is_now.moved_by, told.*
      from was full join is_now on is_now.id = was.id
      cross join lateral (values ${kinds.join(",\n        ")}) as told (place, kind, dimension, before, after, basis, as_at, agency_id, decided_on, so)
      where told.so) ${change}`,
    where: "true",
    order: `${change}.reference_order, ${change}.place`,
  };
}

const told = (column: string) => (change: Place) => `${change}.${column}`;
readRows("PlanChange", {
  columns: {
    partnershipId: told("partnership_id"),
    actionId: told("action_id"),
    kind: told("kind"),
    reference: told("reference"),
    title: told("title"),
    dimension: told("dimension"),
    before: told("before"),
    after: told("after"),
    basis: told("basis"),
    asAt: told("as_at"),
    agencyId: told("agency_id"),
    byWhenEnd: told("by_when_end"),
    status: told("status"),
    movedBy: told("moved_by"),
    decidedOn: told("decided_on"),
  },
  always: ["partnershipId", "actionId"],
});
