export * from "./assurance.types";
export * from "./assurance.query";
export * from "./assurance.resolver";
