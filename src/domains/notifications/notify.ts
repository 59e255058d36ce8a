import type { Send } from "../audit/index";
import type { Role } from "../identity/index";
import type { NotificationKind } from "./kinds";
import { isSubject } from "./subjects";

/** What somebody has to do with a challenge. */
export const ASKED = ["ACKNOWLEDGE", "RESPOND", "DECIDE"] as const;
export type Asked = (typeof ASKED)[number];

/** What a rule may have found: its kind by name, and nothing of what it found. */
export const FOUND = [
  "OVERDUE",
  "NO_UPDATE",
  "IMPACT_RED_TWICE",
  "STALE",
  "ATTENDANCE_BELOW_TARGET",
  "RETURN_NOT_RECEIVED",
] as const;
export type FoundBy = (typeof FOUND)[number];

/** Until when something is asked for, as things stand when it is told. */
export interface AskedBy {
  /** Instant by which it is asked for, ISO 8601. */
  by?: string;
  /** Day by which, where no hour matters. */
  byDay?: string;
  /** Whether that may move: it lies beyond the bank holidays that are published. */
  provisional?: boolean;
  /** What is to be done with it by then, where it is not whatever its kind says. */
  asked?: Asked;
}

/** What is told beside the subject: keys, days and instants, and never words of what it is about. */
export interface NotificationDetail extends AskedBy {
  /** What is asked for after that, where two clocks run. */
  then?: AskedBy;
  /** Key of the agency that is asked. */
  agency?: string;
  /** Number of the stage that a challenge is at. */
  stage?: number;
  /** What a rule found, and the day on which that came about. */
  found?: FoundBy;
  since?: string;
}

/** Something that people are to be told of. */
export interface Telling {
  partnershipId: string;
  kind: NotificationKind;
  /** Type in the API of what it is about, and its key. */
  subjectType: string;
  subjectId: string;
  /** Names the fact, not the moment it was noticed: whoever has been told of a cause is not told of it again. */
  cause: string;
  detail?: NotificationDetail;
  /** Leads and contributors of these agencies, holders of these roles in the partnership, and these persons. */
  to: { agencyIds?: readonly string[]; roles?: readonly Role[]; personIds?: readonly string[] };
  /** The person whose doing it is, who is not told of it; null where it is nobody's: the clock's or a rule's. */
  by: string | null;
}

const KEY = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const DAY = /^\d{4}-\d\d-\d\d$/;
const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/;
type Shapes<T> = Readonly<Record<keyof T, (value: unknown) => boolean>>;
const ASKED_BY: Shapes<AskedBy> = {
  by: (value) => typeof value === "string" && INSTANT.test(value),
  byDay: (value) => typeof value === "string" && DAY.test(value),
  provisional: (value) => typeof value === "boolean",
  asked: (value) => ASKED.some((asked) => asked === value),
};
const SHAPES: Shapes<NotificationDetail> = {
  ...ASKED_BY,
  then: (value) => typeof value === "object" && value !== null && misshapen(value, ASKED_BY) === null,
  agency: (value) => typeof value === "string" && KEY.test(value),
  stage: (value) => Number.isSafeInteger(value),
  found: (value) => FOUND.some((found) => found === value),
  since: ASKED_BY.byDay,
};

/** The name of what of a detail is not as it has to be; null where all is. */
const misshapen = (detail: object, shapes: Readonly<Record<string, (value: unknown) => boolean>>): string | null =>
  Object.entries(detail).find(([name, value]) => value !== undefined && shapes[name]?.(value) !== true)?.[0] ?? null;

/**
 * Writes, in the change's own transaction, who is to be told of it; sent later, by whoever sends. Told are those who belong to
 * the partnership today, without whoever makes the change (`by`). Gives how many had not been told of the cause before.
 */
export async function notify(send: Send, telling: Telling, at: Date): Promise<number> {
  const { partnershipId, kind, subjectType, subjectId, cause, detail = {}, to, by } = telling;
  if (!isSubject(subjectType)) throw new Error(`no domain describes a ${subjectType}: registerSubject`);
  const wrong = misshapen(detail, SHAPES);
  if (wrong !== null) throw new Error(`the detail ${wrong} of a notification is a key, a day or a number, and no text`);
  const [row] = await send<{ told: number }>(
    "select app.notify($1, $2, $3, $4, $5, $6::jsonb, $7, $8::uuid[], $9::text[], $10::uuid[], $11) as told",
    [
      partnershipId,
      kind,
      subjectType,
      subjectId,
      cause,
      JSON.stringify(detail),
      at,
      to.agencyIds ?? [],
      to.roles ?? [],
      to.personIds ?? [],
      by,
    ],
  );
  return row?.told ?? 0;
}
