export { CallerLimiter } from "./caller-limiter";
export { INTROSPECTION, type Introspection, mayIntrospect, queryGate } from "./query-gate";
