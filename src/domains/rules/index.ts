import "./told";
export * from "./reminder-policy.entity";
export * from "./rule.entity";
export * from "./rule.resolver";
export * from "./rule.writes.resolver";
export * from "./rules.loaders";
export * from "./rules.permissions";
export { remind, type Reminded } from "./remind";
export { sweep, type Swept, type SweepOptions } from "./sweep";
