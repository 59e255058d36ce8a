export * from "./action-list";
export * from "./action.entity";
export * from "./action.inputs";
export * from "./action.resolver";
export * from "./derived";
export * from "./plan.entity";
export * from "./plan.loaders";
export * from "./plan.resolver";
