import { rule } from "graphql-shield";
import { type Actor, type HeldMembership, Role } from "../identity/index";
import type { RequestContext } from "./request-context";

type OperationRule = ReturnType<ReturnType<typeof rule>>;

const made = new Map<string, OperationRule>();

/** One rule of a name: shield refuses two. */
function named(name: string, holds: (membership: HeldMembership) => boolean): OperationRule {
  const known = made.get(name);
  if (known) return known;
  const allows = ({ memberships }: Actor) => memberships.some(holds);
  const found = rule(name, { cache: "no_cache" })((_parent, _args, { actor }: RequestContext) => allows(actor));
  made.set(name, found);
  return found;
}

/** Lets people who hold one of the roles somewhere ask; what each may do it to is the service's to say. */
export const holding = (...roles: Role[]): OperationRule =>
  named(`holding:${roles.join(",")}`, ({ role }) => roles.includes(role));

/** The same, for service accounts that act for one of the roles too. */
export const actingAs = (...roles: Role[]): OperationRule =>
  named(`acting as:${roles.join(",")}`, ({ role, actsFor }) => roles.includes(actsFor ?? role));
