import { ForbiddenError } from "../../platform/errors/index";
import type { Actor } from "../identity/index";
import { decideForList, type PolicyField, type Verdict } from "./policy";

/** What an argument is refused with that would tell of a field which the caller may not read. */
export function refusedArgument(
  argument: readonly string[],
  { type, field, tier }: PolicyField,
  { grant }: Verdict,
): ForbiddenError {
  const why = grant ? "which a grant of the partnership denies you" : tier;
  return new ForbiddenError(`${argument.join(".")} needs permission to read ${type}.${field} (${why}).`, argument);
}

/** Refuses, by name, an argument that tells of `fields`, unless all of them may be read in every row of the partnership. */
export function requireReadable(
  actor: Actor,
  partnershipId: string,
  argument: readonly string[],
  fields: readonly PolicyField[],
): void {
  for (const field of fields) {
    const verdict = decideForList(actor, partnershipId, field);
    if (!verdict.allowed) throw refusedArgument(argument, field, verdict);
  }
}

/** The same for an argument of rows that may be of any partnership to which the actor belongs. */
export function requireReadableEverywhere(
  actor: Actor,
  argument: readonly string[],
  fields: readonly PolicyField[],
): void {
  for (const { partnership } of actor.memberships)
    if (partnership !== null) requireReadable(actor, partnership, argument, fields);
}
