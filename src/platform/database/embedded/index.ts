export { EmbeddedDatabaseError, type EmbeddedDatabaseProblem } from "./errors";
export { type ConnectionOptions, type EmbeddedOptions, type EmbeddedPostgres, startEmbeddedPostgres } from "./start";
