export * from "./reporting.entity";
export * from "./reporting.loaders";
export * from "./reporting.permissions";
export * from "./reporting.resolver";
