export * from "./declare";
export * from "./resolve";
export * from "./selection";
export * from "./statement";
