import { globalId } from "../../platform/graphql/ids";

/** What the keys in an entry's detail are keys of. An entry keeps them as the database has them. */
const TYPES: Partial<Record<string, string>> = {
  action: "Action",
  agency: "Agency",
  agency_id: "Agency",
  blockedBy: "Action",
  board: "Board",
  decision: "Decision",
  highlightReport: "HighlightReport",
  invitation: "Invitation",
  meeting: "Meeting",
  of: "ProgressUpdate",
  parent: "Board",
  post: "Post",
  progress: "ProgressUpdate",
  progressUpdate: "ProgressUpdate",
  started: "ProgressUpdate",
  successor: "Board",
  toBoard: "Board",
  toPlan: "Plan",
};
const KEY = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** An entry's detail as it is told: with the ids of this API for keys of the database, and without any that has none. */
export function toldDetail(detail: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(detail).flatMap(([name, value]) => {
      const told = toldValue(TYPES[name], value);
      return told === undefined ? [] : [[name, told]];
    }),
  );
}

function toldValue(type: string | undefined, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => toldValue(type, one)).filter((one) => one !== undefined);
  if (typeof value === "object" && value !== null) return toldDetail(value as Record<string, unknown>);
  if (typeof value !== "string" || !KEY.test(value)) return value;
  return type && globalId(type, value.toLowerCase());
}
