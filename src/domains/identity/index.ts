export * from "./role";
export * from "./person.entity";
