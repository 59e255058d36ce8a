export * from "./evidence-lifecycle";
export * from "./evidence-writes.resolver";
export * from "./evidence.entity";
export * from "./evidence.loaders";
export * from "./evidence.permissions";
export * from "./evidence.resolver";
export { lostFiles } from "./lost-files";
export { evidenceRoutes } from "./evidence.routes";
export type { EvidenceParts } from "./visit";
