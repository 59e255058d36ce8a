export { measure, type Measures } from "./measure";
export { limitQuery, limitVariables, QUERY_LIMITS, QueryLimitError } from "./limits";
export { withoutUnaskedNames } from "./names";
