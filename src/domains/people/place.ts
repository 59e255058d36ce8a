import { londonDay } from "../../platform/clock";
import { BadInputError, NotFoundError } from "../../platform/errors/index";
import { keyOf } from "../../platform/graphql/ids";
import type { RequestContext } from "../access/index";
import { partnershipLoaders } from "../partnership/index";
import type { Place } from "./authority";

/** The place that an input names by exactly one of its two ids. */
export interface NamedPlace {
  agency?: string | null;
  partnership?: string | null;
}

/** Input that named the place, for errors. */
export const placeField = (named: NamedPlace): string[] => ["input", named.agency == null ? "partnership" : "agency"];

/**
 * The agency or the partnership that an input names.
 *
 * @throws {BadInputError} where it names both or neither, or an agency that has ended.
 * @throws {NotFoundError} where there is none that the caller may see.
 */
export async function placeOf(context: RequestContext, { agency, partnership }: NamedPlace): Promise<Place> {
  if ((agency == null) === (partnership == null))
    throw new BadInputError("Name either an agency or a partnership, not both.", ["input", "agency"]);
  if (agency != null) {
    const key = keyOf("Agency", agency);
    const found = key && (await context.use(partnershipLoaders).agencyById.load(key));
    if (!found) throw new NotFoundError();
    if (found.validTo !== null && found.validTo < londonDay(context.now))
      throw new BadInputError("That agency has ended. Name the one that took over from it.", ["input", "agency"]);
    return { partnershipId: found.partnershipId, agencyId: found.id };
  }
  const key = keyOf("Partnership", partnership ?? "");
  const found = key && (await context.use(partnershipLoaders).partnershipById.load(key));
  if (!found) throw new NotFoundError();
  return { partnershipId: found.id, agencyId: null };
}

const LONGEST_LABEL = 200;

/** A label without space around it, 1 to 200 characters. */
export function labelOf(text: string): string {
  const label = text.trim();
  if (label === "" || label.length > LONGEST_LABEL)
    throw new BadInputError(`label must be a post of 1 to ${LONGEST_LABEL} characters, such as "Named nurse".`, [
      "input",
      "label",
    ]);
  return label;
}
