import type { AddressInfo } from "node:net";
import express from "express";
import { buildSchema, graphql, GraphQLError } from "graphql";
import { graphiqlRoutes, type GraphiqlExample, type Introspection } from "../../src/platform/http/graphiql";

const schema = buildSchema(`
  "Just enough to tell who asks."
  type Query {
    "The actor that the token stands for."
    who: String!
    echo(text: String!): String!
  }
`);

export const examples: GraphiqlExample[] = [
  { title: "Who am I?", query: "query Who {\n  who\n}", variables: {} },
  {
    title: "Say it <again> & again",
    query: "query Echo($text: String!) {\n  echo(text: $text)\n}",
    variables: { text: "</script><b>thread</b>" },
  },
];

export const actors = [
  { actor: "pc-1", label: "Police viewer", role: "AGENCY_VIEWER", agency: "Coventry Police", partnership: "Coventry" },
  { actor: "officer-1", label: "Officer", role: "PARTNERSHIP_OFFICER", agency: null, partnership: "Coventry" },
  { actor: "broken", label: "Broken sign-in", role: "AGENCY_LEAD", agency: "Wrenford Homes", partnership: "Wrenford" },
  { actor: "admin-1", label: "Administrator", role: "PLATFORM_ADMIN", agency: null, partnership: null },
];

/** A request that reached `/graphql`. */
export interface Asked {
  operationName?: string;
  authorization?: string;
  contentType?: string;
}

export interface FakeApi {
  origin: string;
  asked: Asked[];
  /** Tokens that are no longer accepted. */
  expired: Set<string>;
  close: () => Promise<void>;
}

/** The page on a port of its own, before an API that knows tokens made as `token-<actor>` and shows its schema to whom it says. */
export async function startFakeApi(demoSignIn: boolean, introspection?: Introspection): Promise<FakeApi> {
  const asked: Asked[] = [];
  const expired = new Set<string>();
  const app = express();
  app.use(graphiqlRoutes({ demoSignIn, introspection, examples }));
  app.use(express.json());
  app.get("/demo/actors", (_request, response) => void response.json(actors));
  app.post("/demo/sign-in", (request, response) => {
    const { actor } = request.body as { actor: string };
    if (actor === "broken") response.status(503).json({});
    else response.json({ token: `token-${actor}` });
  });
  app.post("/graphql", async (request, response) => {
    const { query, variables, operationName } = request.body as {
      query: string;
      variables?: Record<string, unknown>;
      operationName?: string;
    };
    const { authorization, "content-type": contentType } = request.headers;
    asked.push({ operationName, authorization, contentType });
    const refuse = (code: string) =>
      response.json({ errors: [new GraphQLError("Refused.", { extensions: { code } })] });
    if (authorization !== undefined && expired.has(authorization)) return refuse("UNAUTHENTICATED");
    if (authorization !== undefined && !/^Bearer token-[\w-]+$/.test(authorization)) return refuse("UNAUTHENTICATED");
    const shown = introspection === "everyone" || (authorization !== undefined && introspection !== "nobody");
    if (!shown && query.includes("__schema")) return refuse("FORBIDDEN");
    const who = authorization?.replace("Bearer token-", "") ?? "nobody";
    const rootValue = { who, echo: ({ text }: { text: string }) => text };
    return response.json(await graphql({ schema, source: query, rootValue, variableValues: variables, operationName }));
  });
  const server = app.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    expired,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
