import type { CataloguedField } from "./catalogue";
import { catalogued, relationsOfAgencies } from "./catalogue";

/** What a grant would be about. */
export interface GrantSubject {
  type: string;
  field: string;
  operation: "READ" | "WRITE";
  effect: "ALLOW" | "DENY";
  relation: string | null;
}

/** Why no grant may say this, and which part of it is at fault. */
export interface GrantProblem {
  at: "field" | "operation" | "relation";
  message: string;
}

/**
 * Why a grant of this may not be made, or null where it may: the field must be one that grants are about, and the
 * operation and relation must mean something for it (access design, "Field permissions per agency").
 */
export function grantProblem(fields: readonly CataloguedField[], subject: GrantSubject): GrantProblem | null {
  const { type, field, operation, effect, relation } = subject;
  const name = `${type}.${field}`;
  const found = catalogued(fields, type, field);
  if (!found)
    return {
      at: "field",
      message: `There is no field ${name}. accessPolicy lists the fields of a partnership, and docs/access-matrix.md all of them.`,
    };
  if (found.tier === "AUTHOR_DRAFT")
    return {
      at: "field",
      message: `${name} is the authoring agency's alone until it is submitted: no grant opens it, and none is needed to close it.`,
    };
  if (operation === "WRITE" && !found.mayWrite)
    return { at: "operation", message: `Nothing writes ${name} by permission of a field: only READ can be granted.` };
  if (operation === "READ" && effect === "ALLOW" && !found.mayAllow)
    return {
      at: "field",
      message:
        found.tier === "PUBLIC"
          ? `${name} is public wherever its row is: there is nothing to open.`
          : `${name} is not among the fields that a grant may open; its tier, ${found.tier}, is the last word.`,
    };
  if (operation === "READ" && effect === "DENY" && !found.mayDeny)
    return {
      at: "field",
      message:
        found.tier === "PUBLIC"
          ? `${name} is public and says what the row is, or follows from what cannot be withheld: no grant may deny it.`
          : `${name} is not among the fields that a grant may deny; its tier, ${found.tier}, is the last word.`,
    };
  const relations = relationsOfAgencies(type, operation);
  if (relation !== null && !relations.some((one) => one === relation))
    return {
      at: "relation",
      message: `Nobody is ${relation} to ${/^[AEIOU]/.test(type) ? "an" : "a"} ${type}. It may be ${relations.join(", ")}, or left out.`,
    };
  return null;
}
