import {
  type CataloguedField,
  decide,
  decideWrite,
  grantsOn,
  isRuled,
  Operation,
  type Relation,
  relationsOfAgencies,
  RELATIONS_TO,
  relationToPartnership,
  withoutParties,
} from "../access/index";
import { type Actor, ANONYMOUS, type HeldGrant, Role } from "../identity/index";
import type { Agency } from "../partnership/index";
import type { AccessPolicyVerdict } from "./access.types";
import { toldOfReading, toldOfWriting } from "./decisions";
import type { FieldGrantRow } from "./field-grant.types";

/** Roles that act for an agency, and those that are bound to the partnership, in the order of the matrix. */
export const AGENCY_ROLES = [Role.AGENCY_VIEWER, Role.AGENCY_CONTRIBUTOR, Role.AGENCY_LEAD, Role.INTEGRATOR] as const;
export const PARTNERSHIP_ROLES = [
  Role.PARTNERSHIP_OFFICER,
  Role.PARTNERSHIP_CHAIR,
  Role.INSPECTOR,
  Role.SCRUTINY_MEMBER,
  Role.INTEGRATOR,
] as const;

/** Somebody who might hold a role there: an agency with the collectives it is in today, or (null) nobody's. */
export interface Whom {
  agency: Agency | null;
  collectives: readonly string[];
  role: Role;
}

/** A field and what might be done with it. */
export interface What {
  field: CataloguedField;
  operation: Operation;
}

/** Everybody of a partnership, by agency and role; those of no agency first. */
export const everybody = (agencies: readonly { agency: Agency; collectives: readonly string[] }[]): Whom[] => [
  ...PARTNERSHIP_ROLES.map((role) => ({ agency: null, collectives: [], role })),
  ...agencies.flatMap((of) => AGENCY_ROLES.map((role) => ({ ...of, role }))),
];

/** Every field that something can be decided about: content, and whatever is above PUBLIC; written where something writes it. */
export const everything = (fields: readonly CataloguedField[]): What[] =>
  fields.flatMap((field) => [
    ...(field.content || field.tier !== "PUBLIC" ? [{ field, operation: Operation.READ }] : []),
    ...(field.writable ? [{ field, operation: Operation.WRITE }] : []),
  ]);

/** Id of the one membership of somebody who is nobody. */
const SOMEBODYS = "";

/** Somebody of that role with the partnership's grants that would bear on them: what `app.admit` would give. */
export function syntheticActor(partnershipId: string, whom: Whom, grants: readonly FieldGrantRow[]): Actor {
  const { agency, collectives, role } = whom;
  const agencies = agency ? [agency.id, ...collectives] : [];
  const bears = (grant: FieldGrantRow) =>
    (grant.agencyId === null ? agency?.sector === grant.sector : agencies.includes(grant.agencyId)) &&
    (grant.role === null || grant.role === role);
  return {
    ...ANONYMOUS,
    person: "somebody",
    memberships: [
      {
        id: SOMEBODYS,
        partnership: partnershipId,
        agency: agency?.id ?? null,
        sector: agency?.sector ?? null,
        role,
        actsFor: null,
        scopes: null,
        agencies,
      },
    ],
    grants: grants.filter(bears).map(heldGrant),
  };
}

const heldGrant = (grant: FieldGrantRow): HeldGrant => ({
  id: grant.id,
  partnership: grant.partnershipId,
  type: grant.type,
  field: grant.field,
  operation: grant.operation,
  effect: grant.effect,
  relation: grant.relation,
  reason: grant.reason,
  expiresOn: grant.expiresOn,
  grantedAt: grant.grantedAt.toISOString(),
  endedAt: null,
  memberships: [SOMEBODYS],
});

/** What somebody of a role can be to a row of a type: an agency's people whatever the row makes them, others one thing. */
function relationsOf(
  actor: Actor,
  partnershipId: string,
  agency: Agency | null,
  { field, operation }: What,
): Relation[] {
  const base = relationToPartnership(actor, partnershipId);
  return base === "PARTNER" && agency ? [...relationsOfAgencies(field.type, operation)] : [base];
}

/** The verdicts on one cell of the matrix, by what somebody is to a row that they see. */
export function verdictsOn(
  partnershipId: string,
  actor: Actor,
  agency: Agency | null,
  what: What,
): AccessPolicyVerdict[] {
  const { field, operation } = what;
  const base = relationToPartnership(actor, partnershipId);
  return relationsOf(actor, partnershipId, agency, what).map((relation) => {
    const relations = relation === base ? [base] : [base, relation];
    if (operation === Operation.WRITE) {
      const verdict = decideWrite(actor, partnershipId, `${field.type}.${field.field}`, relations);
      return { relation, ...toldOfWriting(field, verdict) };
    }
    const grants = base === "NONE" || !isRuled(field) ? [] : grantsOn(actor, partnershipId, field);
    const held = field.type in RELATIONS_TO ? grants : withoutParties(grants);
    return { relation, ...toldOfReading(field, decide(field, held, relations)) };
  });
}
