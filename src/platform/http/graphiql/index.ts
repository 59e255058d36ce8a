export { defaultExamples, type GraphiqlExample } from "./examples";
export { graphiqlRoutes, type GraphiqlOptions } from "./routes";
