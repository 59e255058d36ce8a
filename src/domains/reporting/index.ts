export { draftingFor } from "./progress-draft.service";
export * from "./reporting.entity";
export * from "./reporting.loaders";
export * from "./reporting.permissions";
export * from "./reporting.resolver";
export * from "./writing.inputs";
export * from "./writing.resolver";
