/** The plan reader: bytes of a published improvement plan in, typed actions and a report out. Knows no database and no GraphQL. */
export { parseMapping } from "./headers";
export {
  MAX_CELL_CHARS,
  MAX_COLUMNS,
  MAX_FILE_BYTES,
  MAX_ROWS,
  UnreadablePlanError,
  type UnreadablePlanCode,
} from "./limits";
export { readByWhen } from "./by-when";
export { readPlan } from "./read-plan";
export { renderReport } from "./render-report";
export * from "./types";
