import { londonDay } from "../../platform/clock";
import { BadInputError } from "../../platform/errors/index";
import type { RequestContext } from "../access/index";
import type { Send } from "../audit/index";
import { calendarOf } from "../calendars/index";
import { daysFrom, lookAt, lookingOn } from "./days";
import { type Found, finds } from "./finds";
import type { Rule } from "./rule.entity";

const DAY_MS = 86_400_000;
/** First day that a rule is tried on: nothing is known of any that is so long past, and working days are counted back from it. */
const FIRST_DAY = "1900-01-01";
/** Most days of one dry run: a quarter, and a little more. */
export const MOST_DAYS = 100;
/** Most findings that are listed of it; all are counted. */
export const MOST_LISTED = 200;

export interface DryRun {
  /** Days on which it would have looked. */
  days: number;
  /** The first instant of which anything is known; null where nothing is. */
  knownFrom: Date | null;
  total: number;
  findings: Found[];
}

/**
 * What the rule would have found had it been switched on on the first of these days: it looks at six o'clock on each of them,
 * at what was known then, by the SQL of the sweep.
 *
 * @throws {BadInputError} where the days are too many, too long past, or do not follow each other.
 */
export async function dryRun(
  context: RequestContext,
  rule: Pick<Rule, "kind" | "partnershipId" | "indicatorId" | "workingDays">,
  { from, to }: { from: string; to: string },
): Promise<DryRun> {
  if (to < from) throw new BadInputError("The last day of between comes before the first.", ["between", "to"]);
  if (from < FIRST_DAY) throw new BadInputError(`A rule is tried from ${FIRST_DAY} on.`, ["between", "from"]);
  const last = to <= londonDay(context.now) ? to : londonDay(context.now);
  if (Date.parse(last) - Date.parse(from) >= MOST_DAYS * DAY_MS)
    throw new BadInputError(`A rule is tried on ${MOST_DAYS} days at most. Ask for a quarter at a time.`, [
      "between",
      "to",
    ]);
  const asked = daysFrom(from, last);
  const on = { workingDays: rule.workingDays, onFrom: lookingOn(from) };
  const send: Send = (text, values) => context.db.query(text, values);
  const calendar = await calendarOf(send, rule.partnershipId);
  const looks = asked
    .map(lookingOn)
    .filter((at) => at <= context.now)
    .map((at, n) => lookAt(at, n, on, calendar));
  const [known] = await context.db.query<{ from: Date | null }>(
    "select min(l.at) as from from history.audit_link l where l.partnership_id = $1",
    [rule.partnershipId],
  );
  const { text, values } = await finds(send, context.source, rule, looks, calendar, "then");
  const found = await context.db.query<Found & { total: number }>(
    `select f.*, count(*) over ()::int as total from (${text}) f order by f.day, f.cause limit ${MOST_LISTED}`,
    values,
  );
  return { days: looks.length, knownFrom: known?.from ?? null, total: found[0]?.total ?? 0, findings: found };
}
