import type { Tier } from "../../platform/graphql/exposed";
import { type Actor, hasOversight, isMember } from "../identity/index";

/** What the actor is to a row; somebody may be several things at once. */
export type Relation = "LEAD" | "CONTRIBUTOR" | "AUTHOR" | "PARTY" | "PARTNER" | "OVERSIGHT" | "NONE";

/** Who reads a field of each tier, by relation. Row-level security decides first whether there is a row at all. */
const readers: Record<Tier, readonly Relation[]> = {
  PUBLIC: ["LEAD", "CONTRIBUTOR", "AUTHOR", "PARTY", "PARTNER", "OVERSIGHT", "NONE"],
  PARTNERSHIP: ["LEAD", "CONTRIBUTOR", "AUTHOR", "PARTY", "PARTNER", "OVERSIGHT"],
  PARTIES: ["LEAD", "CONTRIBUTOR", "AUTHOR", "PARTY", "OVERSIGHT"],
  OWNER: ["LEAD", "AUTHOR", "OVERSIGHT"],
  OVERSIGHT: ["OVERSIGHT"],
  AUTHOR_DRAFT: ["AUTHOR"],
};

/** Whether a field of `tier` is read by somebody who is `relations` to its row. */
export const mayRead = (tier: Tier, relations: Iterable<Relation>): boolean => {
  for (const relation of relations) if (readers[tier].includes(relation)) return true;
  return false;
};

/** What the actor is to every row of a partnership, before looking at the row itself. */
export function relationToPartnership(actor: Actor, partnershipId: string): Relation {
  if (hasOversight(actor, partnershipId)) return "OVERSIGHT";
  return isMember(actor, partnershipId) ? "PARTNER" : "NONE";
}
