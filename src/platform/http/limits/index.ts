export { actorKey, addressKey } from "./caller-key";
export { CallerLimiter } from "./caller-limiter";
export { INTROSPECTION, type Introspection, mayIntrospect, queryGate } from "./query-gate";
