import { type Tier } from "../../platform/graphql/exposed";
import { type Actor, type HeldGrant, hasOversight, isAdministrator, isMember } from "../identity/index";
import { revealedBy } from "./revealing";

/** What the actor is to a row; somebody may be several things at once. Strongest first. */
export const RELATIONS = ["OVERSIGHT", "AUTHOR", "LEAD", "CONTRIBUTOR", "PARTY", "PARTNER", "NONE"] as const;
export type Relation = (typeof RELATIONS)[number];

/** Who reads a field of each tier, by relation. Row-level security decides first whether there is a row at all. */
export const READERS: Record<Tier, readonly Relation[]> = {
  PUBLIC: ["LEAD", "CONTRIBUTOR", "AUTHOR", "PARTY", "PARTNER", "OVERSIGHT", "NONE"],
  PARTNERSHIP: ["LEAD", "CONTRIBUTOR", "AUTHOR", "PARTY", "PARTNER", "OVERSIGHT"],
  PARTIES: ["LEAD", "CONTRIBUTOR", "AUTHOR", "PARTY", "OVERSIGHT"],
  OWNER: ["LEAD", "AUTHOR", "OVERSIGHT"],
  OVERSIGHT: ["OVERSIGHT"],
  AUTHOR_DRAFT: ["AUTHOR"],
};

/** Whether a field of `tier` is read by somebody who is `relations` to its row. */
export const mayRead = (tier: Tier, relations: readonly Relation[]): boolean =>
  relations.some((relation) => READERS[tier].includes(relation));

/** What the actor is to every row of a partnership, before looking at the row itself. */
export function relationToPartnership(actor: Actor, partnershipId: string): Relation {
  if (hasOversight(actor, partnershipId)) return "OVERSIGHT";
  return isMember(actor, partnershipId) ? "PARTNER" : "NONE";
}

/** A field as the policy sees it. */
export interface PolicyField {
  type: string;
  field: string;
  tier: Tier;
}

/** Whether a field may be read, as what, and what decided it. */
export interface Verdict {
  allowed: boolean;
  /** The strongest relation that counted. */
  relation: Relation;
  kind: "TIER" | "GRANT";
  grant: HeldGrant | null;
}

/** PARTNER means the same partnership and nothing closer: a lead is no partner to its own action. */
const closest = (relations: readonly Relation[]): readonly Relation[] => {
  const closer = relations.some((relation) => relation !== "PARTNER" && relation !== "NONE");
  return closer ? relations.filter((relation) => relation !== "PARTNER" && relation !== "NONE") : relations;
};

const strongest = (relations: readonly Relation[]): Relation =>
  RELATIONS.find((relation) => relations.includes(relation)) ?? "NONE";

/** Grants of reading that bear on a field: those on itself, and denials of what it would give away. */
export function grantsOn(actor: Actor, partnershipId: string, { type, field }: PolicyField): HeldGrant[] {
  if (actor.grants.length === 0) return [];
  const revealed = revealedBy(`${type}.${field}`);
  return actor.grants.filter(
    (grant) =>
      grant.partnership === partnershipId &&
      grant.operation === "READ" &&
      ((grant.type === type && grant.field === field) ||
        (grant.effect === "DENY" && revealed.has(`${grant.type}.${grant.field}`))),
  );
}

const appliesTo = (grant: HeldGrant, type: string, relations: readonly Relation[]) =>
  // a denial narrowed by a relation to another type's row cannot be weighed here, and so holds
  grant.relation === null || (grant.effect === "DENY" && grant.type !== type) || relations.includes(grant.relation);

/**
 * The verdict on reading one field of one row: DENY beats ALLOW beats the tier. A grant never opens what is the author's
 * alone, and bears on nobody outside the partnership (access design, "Field permissions per agency").
 */
export function decide(policy: PolicyField, grants: readonly HeldGrant[], relations: readonly Relation[]): Verdict {
  const near = closest(relations);
  const relation = strongest(near);
  const bearing = grants.filter((grant) => appliesTo(grant, policy.type, near));
  const deny = bearing.find(({ effect }) => effect === "DENY");
  if (deny) return { allowed: false, relation, kind: "GRANT", grant: deny };
  if (mayRead(policy.tier, near)) {
    const reading = near.filter((one) => READERS[policy.tier].includes(one));
    return { allowed: true, relation: strongest(reading), kind: "TIER", grant: null };
  }
  const allow = policy.tier === "AUTHOR_DRAFT" ? undefined : bearing.find(({ effect }) => effect === "ALLOW");
  if (allow) return { allowed: true, relation, kind: "GRANT", grant: allow };
  return { allowed: false, relation, kind: "TIER", grant: null };
}

/** Fields about people and whether mail reaches them, which a platform administrator reads in every partnership. It reads no content. */
const ADMINISTERED = new Set([
  "Agency.invitations",
  "Agency.people",
  "Partnership.invitations",
  "Partnership.notificationHealth",
  "Partnership.people",
]);
const administered = ({ type, field }: PolicyField) => type === "Invitation" || ADMINISTERED.has(`${type}.${field}`);

/**
 * The verdict where it is the same for every row of the partnership, whatever the actor is to it; null where it takes a
 * look at the row. Sparing the look is what keeps a page of rows cheap.
 */
export function decideForAll(actor: Actor, partnershipId: string, policy: PolicyField): Verdict | null {
  const administers = isAdministrator(actor) && administered(policy);
  const base = administers ? "OVERSIGHT" : relationToPartnership(actor, partnershipId);
  const grants = base === "NONE" ? [] : grantsOn(actor, partnershipId, policy);
  if (grants.some(({ relation }) => relation !== null)) return null;
  const verdict = decide(policy, grants, [base]);
  return verdict.allowed || verdict.grant || base === "NONE" ? verdict : null;
}

/**
 * The grants as they bear where nobody can be lead or author of the row: a denial so narrowed cannot be weighed, and holds.
 */
export const withoutParties = (grants: readonly HeldGrant[]): HeldGrant[] =>
  grants.map((grant) => (grant.effect === "DENY" ? { ...grant, relation: null } : grant));

/**
 * The verdict on using a field to filter, search or sort a list of the partnership, which cannot be weighed row by row: a
 * denial narrowed by a relation refuses it for every row, and an opening so narrowed opens it for none.
 */
export function decideForList(actor: Actor, partnershipId: string, policy: PolicyField): Verdict {
  const base = relationToPartnership(actor, partnershipId);
  const grants = base === "NONE" ? [] : grantsOn(actor, partnershipId, policy);
  const bearing = grants.filter(({ effect, relation }) => effect === "DENY" || relation === null);
  return decide(
    policy,
    bearing.map((grant) => ({ ...grant, relation: null })),
    [base],
  );
}

/** The verdict on a field for somebody who is nothing to a partnership: by the tier alone. */
export const decideForStrangers = (policy: PolicyField): Verdict => decide(policy, [], ["NONE"]);
