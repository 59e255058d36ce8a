export { type Asking, personOf } from "./authority";
export { PeopleMutationsResolver } from "./mutations.resolver";
export * from "./people.loaders";
export * from "./people.permissions";
export * from "./people.resolver";
export { TokenUses } from "./token-uses";
export { ActorView } from "./people.types";
