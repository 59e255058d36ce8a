export * from "./policy";
export * from "./request-context";
export * from "./rules";
export * from "./abilities";
export * from "./child-pages";
