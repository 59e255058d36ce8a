export { defaultExamples, type GraphiqlExample } from "./examples";
export type { Introspection } from "../limits/index";
export { graphiqlRoutes, type GraphiqlOptions } from "./routes";
