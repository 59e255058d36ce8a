import { rule } from "graphql-shield";
import type { RequestContext } from "../access/index";
import { Role } from "../identity/index";

/** Whoever is officer somewhere may ask; which plans an officer may import is the service's to say. */
const officer = rule("officer", { cache: "no_cache" })((_parent, _args, { actor }: RequestContext) =>
  actor.memberships.some(({ role }) => role === Role.PARTNERSHIP_OFFICER),
);

export const exchangeOperations = { Mutation: { importPlan: officer } };
