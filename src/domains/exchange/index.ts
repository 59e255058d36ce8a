export { applyPlan, previewPlan, type AppliedPlan, type PlanToApply } from "./apply-plan";
export { asOperator } from "./as-operator";
export { FolderError } from "./folder/csv-table";
export { DEMONSTRATION_ISSUER } from "./folder/people";
export * from "./import.entity";
export { ImportService, type FileToImport, type ImportResult, type PlanImport } from "./import.service";
export { loadFolder, type LoadedFolder, type LoadFolderOptions } from "./load-folder";
export { parseMapping, renderReport, UnreadablePlanError } from "./reader/index";
export { vocabularyOf } from "./vocabulary";
