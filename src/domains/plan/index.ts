export * from "./plan.entity";
export * from "./action.entity";
