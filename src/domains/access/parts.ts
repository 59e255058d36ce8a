import type { GraphQLSchema } from "graphql";
import type { RequestContext } from "./request-context";
import type { RelationFinders, RuledRow } from "./shield";

/** An object with an id, as the caller may see it. */
export interface FoundNode {
  type: string;
  key: string;
  /** Without a partnership where it is of none, as an actor is. */
  row: Partial<RuledRow> & object;
}

/** What a schema's policy stands on beside the tiers: for those who explain it, the very parts that enforce it. */
export interface PolicyParts {
  finders: RelationFinders;
  /** The object of a global id, for whoever the context is; null where there is none that it may see. */
  fetchNode: (context: RequestContext, id: string) => Promise<FoundNode | null>;
}

const known = new WeakMap<GraphQLSchema, PolicyParts>();

/** Keeps the parts beside their schema. */
export function keepPolicyParts(schema: GraphQLSchema, parts: PolicyParts): GraphQLSchema {
  known.set(schema, parts);
  return schema;
}

/** The parts of the policy that this schema enforces. */
export function policyPartsOf(schema: GraphQLSchema): PolicyParts {
  const parts = known.get(schema);
  if (!parts) throw new Error("this schema enforces no policy");
  return parts;
}
