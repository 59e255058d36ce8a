export * from "./agency.entity";
export * from "./partnership.entity";
