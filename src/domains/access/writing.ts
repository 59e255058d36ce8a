import { BadInputError, ForbiddenError } from "../../platform/errors/index";
import { keyOf } from "../../platform/graphql/ids";
import { type Actor, membershipsIn } from "../identity/index";
import { AGENCY_WRITERS, decideWriteAmong, type Standing } from "./abilities";
import type { RequestContext } from "./request-context";

/** Who writes, when and by which request: what a service needs of the request. */
export type Writer = Pick<RequestContext, "actor" | "now" | "requestId" | "source">;

/**
 * Refuses, by name, whatever of `fields` (input name to `Type.field`) the actor may not write.
 *
 * @param standings what the actor may act as; one that may write the field is enough
 * @param instead what can be done then
 */
export function requireWritable(
  standings: readonly Standing[],
  fields: Readonly<Record<string, string>>,
  instead = "Leave it out, or ask the business unit.",
): void {
  const refused = Object.entries(fields).filter(([, field]) => !decideWriteAmong(standings, field).allowed);
  const [first] = refused;
  if (!first) return;
  throw new ForbiddenError(`You may not write ${refused.map(([, field]) => field).join(", ")} here. ${instead}`, [
    "input",
    first[0],
  ]);
}

/**
 * The agency in whose name the actor writes in a partnership: always its own, and named where it has several.
 *
 * @throws {ForbiddenError} where it writes for none, or names one that is not its own.
 * @throws {BadInputError} where it writes for several and names none.
 */
export function agencyWriting(actor: Actor, partnershipId: string, named: string | null | undefined): string {
  const field = ["input", "agency"];
  const own = new Set(
    membershipsIn(actor, partnershipId).flatMap(({ agency, role, actsFor }) =>
      agency && AGENCY_WRITERS.includes(actsFor ?? role) ? [agency] : [],
    ),
  );
  if (named != null) {
    const key = keyOf("Agency", named);
    if (key && own.has(key)) return key;
    throw new ForbiddenError("You may write in the name of your own agency alone. Leave agency out.", field);
  }
  const [only, another] = own;
  if (only === undefined)
    throw new ForbiddenError("Only a contributor or lead of an agency of this partnership may write this.", [
      "input",
      "action",
    ]);
  if (another !== undefined)
    throw new BadInputError("You write for several agencies here. Say in agency which one this is from.", field);
  return only;
}
