export * from "./file-name";
export * from "./kind-of-file";
export * from "./refused";
