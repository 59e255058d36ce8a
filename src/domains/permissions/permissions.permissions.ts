import { rule } from "graphql-shield";
import type { RequestContext } from "../access/index";
import { Role } from "../identity/index";

/** Whoever is officer somewhere may ask; of which partnership, the service says. A service account is nobody's officer. */
const grantingOfficer = rule("granting officer", { cache: "no_cache" })((_parent, _args, { actor }: RequestContext) =>
  actor.memberships.some(({ role }) => role === Role.PARTNERSHIP_OFFICER),
);

export const permissionOperations = {
  Mutation: { grantFieldAccess: grantingOfficer, revokeFieldGrant: grantingOfficer },
};
