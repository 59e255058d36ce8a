export * from "./indicator.entity";
