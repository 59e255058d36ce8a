export * from "./indicator.enums";
export * from "./indicator.entity";
export * from "./indicator.loaders";
export * from "./indicator.resolver";
export * from "./series.resolver";
export * from "./verdict";
