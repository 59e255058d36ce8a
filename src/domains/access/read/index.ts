export { answerAtOnce, type AskedOperation, keepResolvers } from "./at-once";
export * from "./declare";
export * from "./reading";
export * from "./resolve";
export * from "./selection";
