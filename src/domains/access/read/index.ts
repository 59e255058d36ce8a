export { answerAtOnce, type AskedOperation, keepResolvers } from "./at-once";
export * from "./declare";
export { asKnown, type Instant, knownTables } from "./known";
export * from "./reading";
export * from "./resolve";
export * from "./selection";
