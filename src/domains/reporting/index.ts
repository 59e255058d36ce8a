export * from "./reporting.entity";
