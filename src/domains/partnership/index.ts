export * from "./agency.entity";
export * from "./partnership.entity";
export * from "./partnership.loaders";
export * from "./partnership.resolver";
export * from "./viewer.resolver";
export * from "./viewer-can";
