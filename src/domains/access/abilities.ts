import {
  type Actor,
  DRAFTING_SCOPES,
  type HeldGrant,
  holdsRole,
  membershipsIn,
  Role,
  rolesIn,
  type Scope,
} from "../identity/index";
import { type Relation, RELATIONS } from "./policy";

/** Somebody acting for one agency or for the partnership, and what that is to the action written about. */
export interface Standing {
  actor: Actor;
  partnershipId: string;
  relations: readonly Relation[];
}

/** What an action is to somebody who might do something with it. */
export interface ActionFacts {
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
  /** Roles alone have it, and no grant bears on it. */
  byRoleAlone?: true;
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
  moveDate: {
    by: [OFFICER],
    fields: ["ByWhen.end"],
    meaning: "Move the by-when; the lead agency asks for it",
    byRoleAlone: true,
  },
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

/** Whether a grant of WRITE may name a field: something writes it, and not by role alone. */
export function isGrantedToWrite(typeAndField: string): boolean {
  const ability = abilityWriting(typeAndField);
  return ability !== undefined && !ABILITY_POLICY[ability].byRoleAlone;
}

/** What is only ever written with another field, and so takes leave to write that one too. */
const WRITTEN_WITH: Readonly<Record<string, string>> = { "Rating.rationale": "Rating.value" };

/** Whether somebody may write, and what decided it. */
export interface WriteVerdict {
  allowed: boolean;
  relation: Relation;
  kind: "ROLE" | "GRANT" | "SCOPE";
  grant: HeldGrant | null;
  /** The scope that a service account lacks, where that decided. */
  scope?: Scope;
}

/** Roles that write for their agency. A grant opens a field to them; it never turns a reader into a writer. */
export const AGENCY_WRITERS: readonly Role[] = [Role.AGENCY_CONTRIBUTOR, Role.AGENCY_LEAD];

/**
 * The verdict on writing one field of an action or of what is reported of it: DENY beats ALLOW beats role and relation.
 * A service account drafts for the role it acts for, within its scopes, and writes nothing else. Throws for a field that
 * nothing writes.
 */
export function decideWrite(
  actor: Actor,
  partnershipId: string,
  typeAndField: string,
  relations: readonly Relation[],
): WriteVerdict {
  const ability = abilityWriting(typeAndField);
  if (!ability) throw new Error(`nothing writes ${typeAndField}`);
  const other = WRITTEN_WITH[typeAndField];
  const first = other && decideWrite(actor, partnershipId, other, relations);
  if (first && !first.allowed) return first;
  const { by } = ABILITY_POLICY[ability];
  const drafting = ability === "updateProgress";
  const itself = new Set(membershipsIn(actor, partnershipId).map(({ role }) => role));
  const roles = drafting ? rolesIn(actor, partnershipId) : itself;
  const found = by.find((one) => relations.includes(one.relation) && one.roles.some((role) => roles.has(role)));
  const relation = found?.relation ?? relations.find((one) => one !== "PARTNER") ?? relations[0] ?? "NONE";
  if (actor.scopes && !drafting) return { allowed: false, relation, kind: "ROLE", grant: null };
  const scope = DRAFTING_SCOPES.find((needed) => actor.scopes && !actor.scopes.includes(needed));
  if (scope) return { allowed: false, relation, kind: "SCOPE", grant: null, scope };
  // the author of a draft may still be no more than a partner to the action
  const closer = relations.some((one) => !["PARTNER", "NONE", "AUTHOR"].includes(one));
  const grants = actor.grants.filter(
    (grant) =>
      isGrantedToWrite(typeAndField) &&
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

/**
 * The verdict on writing a field for somebody who may act as several things, each taken alone: one that may is enough.
 * Where none may, what a grant or a scope decided is told before what no role gives, and the closest relation first.
 */
export function decideWriteAmong(standings: readonly Standing[], typeAndField: string): WriteVerdict {
  const rank = ({ allowed, kind, relation }: WriteVerdict) =>
    (allowed ? 0 : kind === "ROLE" ? 200 : 100) + RELATIONS.indexOf(relation);
  const [verdict] = standings
    .map(({ actor, partnershipId, relations }) => decideWrite(actor, partnershipId, typeAndField, relations))
    .sort((a, b) => rank(a) - rank(b));
  if (!verdict) throw new Error("somebody always acts as something");
  return verdict;
}

/** Whether the action's state leaves room: nothing is written of one that is over, and only a day is moved. */
export const leavesRoom = (ability: Ability, { closed, dated }: ActionFacts): boolean =>
  !closed && (ability !== "moveDate" || dated);

/** What somebody is to an update of its own on an action to which it is `relations`: its author besides. */
export const asAuthor = (relations: readonly Relation[]): Relation[] => [...relations, "AUTHOR"];

/**
 * What the actor can do with an action in one standing, from role, relation, grants and the action's state (design: roles
 * and what they add). The services that do these things ask the same functions.
 */
export const actionAbilities = ({ actor, partnershipId, relations }: Standing, action: ActionFacts) => {
  const holds = (...roles: Role[]) => holdsRole(actor, partnershipId, ...roles);
  const may = (ability: Ability, fields: readonly string[] = ABILITY_POLICY[ability].fields.slice(0, 1)) => {
    const to = ability === "updateProgress" ? asAuthor(relations) : relations;
    return leavesRoom(ability, action) && fields.some((field) => decideWrite(actor, partnershipId, field, to).allowed);
  };
  const updateProgress = may("updateProgress");
  return {
    submitProgressUpdate: updateProgress,
    updateProgress,
    setRating: may("setRating"),
    moveDate: may("moveDate"),
    editText: may("editText", ABILITY_POLICY.editText.fields),
    close: may("close"),
    requestDateRevision: leavesRoom("moveDate", action) && relations.includes("LEAD") && holds(Role.AGENCY_LEAD),
    raiseChallenge: holds(Role.AGENCY_LEAD, Role.PARTNERSHIP_OFFICER, Role.PARTNERSHIP_CHAIR),
  };
};

type Abilities = ReturnType<typeof actionAbilities>;

/** The same for somebody who may be several things: what any of them lets it do, each taken alone. */
export const allActionAbilities = (standings: readonly Standing[], action: ActionFacts): Abilities =>
  standings
    .map((standing) => actionAbilities(standing, action))
    .reduce((all, one) => {
      const names = Object.keys(all) as (keyof Abilities)[];
      return Object.fromEntries(names.map((name) => [name, all[name] || one[name]])) as Abilities;
    });
