export * from "./audit-entry.entity";
export * from "./record";
export * from "./refusals";
