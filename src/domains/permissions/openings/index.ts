export * from "./opening.loaders";
export * from "./opening.permissions";
export * from "./opening.resolver";
export * from "./openings.resolver";
