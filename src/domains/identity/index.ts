export * from "./actor";
export * from "./person.entity";
export * from "./role";
export * from "./demonstration";
