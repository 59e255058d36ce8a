import { type Actor, type HeldGrant, holdsRole, rolesIn, Role, Scope, standingsIn } from "../identity/index";
import type { Relation } from "./policy";

/** What an action is to somebody who might do something with it. */
export interface ActionFacts {
  partnershipId: string;
  /** Signed off or superseded: nothing more is reported of it. */
  closed: boolean;
  /** Whether its by-when names a day that could be moved. */
  dated: boolean;
}

/** Things done to an action, each a permission of its own. */
export const ABILITIES = ["updateProgress", "setRating", "moveDate", "editText", "close"] as const;
export type Ability = (typeof ABILITIES)[number];

interface AbilityPolicy {
  /** Who has it by default: being this to the action, in one of these roles. */
  by: readonly { relation: Relation; roles: readonly Role[] }[];
  /** Fields that it writes, which a grant of WRITE may name; the first stands for the whole. */
  fields: readonly string[];
  meaning: string;
}

const OFFICER = { relation: "OVERSIGHT", roles: [Role.PARTNERSHIP_OFFICER] } as const;

/** Abilities, who has them before any grant, and the fields that each writes (access design, "Actors"). */
export const ABILITY_POLICY: Readonly<Record<Ability, AbilityPolicy>> = {
  updateProgress: {
    by: [
      { relation: "LEAD", roles: [Role.AGENCY_CONTRIBUTOR, Role.AGENCY_LEAD] },
      { relation: "CONTRIBUTOR", roles: [Role.AGENCY_CONTRIBUTOR, Role.AGENCY_LEAD] },
    ],
    fields: [
      "ProgressUpdate.overallProgress",
      "ProgressUpdate.impactNarrative",
      "ProgressUpdate.proposedDelivery",
      "ProgressUpdate.proposedImpact",
      "ProgressUpdate.riskNote",
    ],
    meaning: "Draft progress updates in its agency's name",
  },
  setRating: {
    by: [{ relation: "LEAD", roles: [Role.AGENCY_LEAD] }, OFFICER],
    fields: ["Rating.value", "Rating.rationale"],
    meaning: "Add a rating: reported by the lead agency, moderated by the business unit",
  },
  moveDate: { by: [OFFICER], fields: ["ByWhen.end"], meaning: "Move the by-when; the lead agency asks for it" },
  editText: {
    by: [OFFICER],
    fields: ["Action.title", "Action.description", "Action.desiredOutcome", "Action.measure", "Action.successCriteria"],
    meaning: "Edit what the action says",
  },
  close: {
    by: [{ relation: "LEAD", roles: [Role.AGENCY_LEAD] }, OFFICER],
    fields: ["Action.status"],
    meaning: "Say that it is completed",
  },
};

/** The ability that writes a field, or undefined for a field that nobody writes through the API. */
export const abilityWriting = (typeAndField: string): Ability | undefined =>
  ABILITIES.find((ability) => ABILITY_POLICY[ability].fields.includes(typeAndField));

/** Whether somebody may write, and what decided it. */
export interface WriteVerdict {
  allowed: boolean;
  relation: Relation;
  kind: "ROLE" | "GRANT" | "SCOPE";
  grant: HeldGrant | null;
}

/** Roles that write for their agency. A grant opens a field to them; it never turns a reader into a writer. */
export const AGENCY_WRITERS: readonly Role[] = [Role.AGENCY_CONTRIBUTOR, Role.AGENCY_LEAD];

/**
 * The verdict on writing one field of an action or of what is reported of it: DENY beats ALLOW beats role and relation.
 * A service account writes only within its scopes. Throws for a field that nothing writes.
 */
export function decideWrite(
  actor: Actor,
  partnershipId: string,
  typeAndField: string,
  relations: readonly Relation[],
): WriteVerdict {
  const ability = abilityWriting(typeAndField);
  if (!ability) throw new Error(`nothing writes ${typeAndField}`);
  const { by } = ABILITY_POLICY[ability];
  const roles = rolesIn(actor, partnershipId);
  const found = by.find((one) => relations.includes(one.relation) && one.roles.some((role) => roles.has(role)));
  const relation = found?.relation ?? relations.find((one) => one !== "PARTNER") ?? relations[0] ?? "NONE";
  if (actor.scopes && !(ability === "updateProgress" && actor.scopes.includes(Scope.WRITE_REPORTING)))
    return { allowed: false, relation, kind: "SCOPE", grant: null };
  // the author of a draft may still be no more than a partner to the action
  const closer = relations.some((one) => !["PARTNER", "NONE", "AUTHOR"].includes(one));
  const grants = actor.grants.filter(
    (grant) =>
      grant.partnership === partnershipId &&
      grant.operation === "WRITE" &&
      `${grant.type}.${grant.field}` === typeAndField &&
      (grant.relation === null || (relations.includes(grant.relation) && !(grant.relation === "PARTNER" && closer))),
  );
  const deny = grants.find(({ effect }) => effect === "DENY");
  if (deny) return { allowed: false, relation, kind: "GRANT", grant: deny };
  if (found) return { allowed: true, relation, kind: "ROLE", grant: null };
  const allow = grants.find(({ effect }) => effect === "ALLOW");
  if (allow && AGENCY_WRITERS.some((role) => roles.has(role)))
    return { allowed: true, relation, kind: "GRANT", grant: allow };
  return { allowed: false, relation, kind: "ROLE", grant: null };
}

/** What somebody is to an update of its own on an action to which it is `relations`: its author besides. */
export const asAuthor = (relations: readonly Relation[]): Relation[] => [...relations, "AUTHOR"];

/**
 * What the actor can do with an action, from role, relation, grants and the action's state (design: roles and what they
 * add). The services that do these things ask the same functions.
 */
export const actionAbilities = (actor: Actor, action: ActionFacts, relations: readonly Relation[]) => {
  const holds = (...roles: Role[]) => holdsRole(actor, action.partnershipId, ...roles);
  const may = (ability: Ability) => {
    const [first = ""] = ABILITY_POLICY[ability].fields;
    const to = ability === "updateProgress" ? asAuthor(relations) : relations;
    return decideWrite(actor, action.partnershipId, first, to).allowed;
  };
  const updateProgress = !action.closed && may("updateProgress");
  return {
    submitProgressUpdate: updateProgress,
    updateProgress,
    setRating: !action.closed && may("setRating"),
    moveDate: !action.closed && action.dated && may("moveDate"),
    editText:
      !action.closed &&
      ABILITY_POLICY.editText.fields.some(
        (field) => decideWrite(actor, action.partnershipId, field, relations).allowed,
      ),
    close: !action.closed && may("close"),
    requestDateRevision: !action.closed && action.dated && relations.includes("LEAD") && holds(Role.AGENCY_LEAD),
    raiseChallenge: holds(Role.AGENCY_LEAD, Role.PARTNERSHIP_OFFICER, Role.PARTNERSHIP_CHAIR),
  };
};

type Abilities = ReturnType<typeof actionAbilities>;

/** The same for somebody who may be several things: what each lets it do, taken alone. */
export function allActionAbilities(
  actor: Actor,
  action: ActionFacts,
  relationsOf: (alone: Actor) => readonly Relation[],
): Abilities {
  const nobody = actionAbilities({ ...actor, memberships: [] }, action, ["NONE"]);
  return standingsIn(actor, action.partnershipId)
    .map((alone) => actionAbilities(alone, action, relationsOf(alone)))
    .reduce((all, one) => {
      const names = Object.keys(all) as (keyof Abilities)[];
      return Object.fromEntries(names.map((name) => [name, all[name] || one[name]])) as Abilities;
    }, nobody);
}
