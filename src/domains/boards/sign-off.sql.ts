import type { Place } from "../access/index";

/**
 * Facts about an action's sign-off, never stored, as SQL over its alias. A highlight report counts until a rating that is
 * not green is given after it: what went wrong again has to be reported anew.
 */
type Alias = string | Place;

/** That a report `h` still counts. */
export const reportCounts = (h: Alias) => `not exists (
  select from rating r where r.action_id = ${h}.action_id and r.recorded_at > ${h}.filed_at and r.standing = 'SHARED' and r.value is distinct from 'GREEN')`;

/** That some report about the action counts. */
export const reported = (action: Alias) => `exists (
  select from highlight_report h where h.action_id = ${action}.id and ${reportCounts("h")})`;

/** Statuses in which nothing more is asked of an action. */
export const over = (action: Alias) => `coalesce(${action}.status in ('SIGNED_OFF', 'SUPERSEDED'), false)`;
