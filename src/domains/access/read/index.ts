export * from "./declare";
export * from "./reading";
export * from "./resolve";
export * from "./selection";
