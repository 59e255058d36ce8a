import { ObjectType } from "type-graphql";
import { Check, Column, Entity, Index } from "typeorm";
import { OneOf, References, TenantRow } from "../../platform/database/columns";
import { Exposed } from "../../platform/graphql/exposed";
import { Node } from "../../platform/graphql/node";
import { DateTimeScalar } from "../../platform/graphql/scalars";
import { Person, Role } from "../identity/index";

export enum Operation {
  READ = "READ",
  WRITE = "WRITE",
}

export enum GrantEffect {
  ALLOW = "ALLOW",
  DENY = "DENY",
}

/** What an actor can be to a row, so far as a grant may ask for it. */
export enum GrantRelation {
  LEAD = "LEAD",
  CONTRIBUTOR = "CONTRIBUTOR",
  AUTHOR = "AUTHOR",
  PARTY = "PARTY",
  PARTNER = "PARTNER",
}

/** Roles that a grant may be narrowed to: those that act for an agency. */
export const GRANTED_TO = [Role.AGENCY_VIEWER, Role.AGENCY_CONTRIBUTOR, Role.AGENCY_LEAD, Role.INTEGRATOR] as const;

/**
 * An exception to a field's tier, for an agency or a sector: DENY beats ALLOW beats the tier. Never changed: it is revoked,
 * and another one made. It is in force up to and including `expiresOn`.
 */
@Entity({ name: "field_grant" })
@Check("field_grant_whom_check", "(agency_id is null) <> (sector is null)")
@Check(
  "field_grant_sector_check",
  "sector in ('POLICE', 'HEALTH', 'PUBLIC_HEALTH', 'EDUCATION', 'PROBATION', 'HOUSING', 'COUNCIL', 'SAFEGUARDING_BOARD', 'ADOPTION', 'VOLUNTARY', 'INDEPENDENT', 'OTHER')",
)
@OneOf("field_grant", "role", GRANTED_TO)
@OneOf("field_grant", "relation", GrantRelation)
@OneOf("field_grant", "operation", Operation)
@OneOf("field_grant", "effect", GrantEffect)
@Index(["partnershipId"])
@Index(["agencyId", "partnershipId"])
@Index(["grantedBy"])
@Index(["revokedBy"])
@References("Partnership", ["partnershipId"], ["id"])
@References("Agency", ["partnershipId", "agencyId"], ["partnershipId", "id"])
@References(() => Person, ["grantedBy"], ["id"])
@References(() => Person, ["revokedBy"], ["id"])
export class FieldGrant extends TenantRow {
  @Column("uuid", { nullable: true })
  agencyId!: string | null;

  @Column("text", { nullable: true })
  sector!: string | null;

  /** Null: every role of the agency. */
  @Column("text", { nullable: true })
  role!: (typeof GRANTED_TO)[number] | null;

  /** Null: whatever the agency is to the row. */
  @Column("text", { nullable: true })
  relation!: GrantRelation | null;

  @Column("text")
  type!: string;

  @Column("text")
  field!: string;

  @Column("text")
  operation!: Operation;

  @Column("text")
  effect!: GrantEffect;

  @Column("text")
  reason!: string;

  @Column("date", { nullable: true })
  expiresOn!: string | null;

  /** Null: loaded by the operator. */
  @Column("uuid", { nullable: true })
  grantedBy!: string | null;

  @Column("timestamptz")
  grantedAt!: Date;

  @Column("uuid", { nullable: true })
  revokedBy!: string | null;

  @Column("timestamptz", { nullable: true })
  revokedAt!: Date | null;
}

/**
 * Break-glass: an officer read an agency's drafts on one action for three hours, on giving a reason. The agency is told
 * and says that it knows; somebody other than the opener reviews it.
 */
@ObjectType({
  description:
    "An officer's reading of an agency's drafts on one action, for three hours and a stated reason. Seen by that agency's people and by oversight",
  implements: Node,
})
@Entity({ name: "record_opening" })
@Check("record_opening_reason_check", "char_length(btrim(reason, E' \\t\\r\\n')) >= 20 and char_length(reason) <= 1000")
@Check("record_opening_hours_check", "opened_until = opened_at + interval '3 hours'")
@Check("record_opening_review_check", "reviewed_by is null or reviewed_by <> opened_by")
@Index(["actionId", "partnershipId"])
@Index(["agencyId", "partnershipId"])
@Index(["openedBy"])
@Index(["acknowledgedBy"])
@Index(["reviewedBy"])
@References("Action", ["partnershipId", "actionId"], ["partnershipId", "id"])
@References("Agency", ["partnershipId", "agencyId"], ["partnershipId", "id"])
@References(() => Person, ["openedBy"], ["id"])
@References(() => Person, ["acknowledgedBy"], ["id"])
@References(() => Person, ["reviewedBy"], ["id"])
export class RecordOpening extends TenantRow {
  @Column("uuid")
  actionId!: string;

  /** The agency whose drafts were opened. */
  @Column("uuid")
  agencyId!: string;

  @Column("uuid")
  openedBy!: string;

  @Exposed("OWNER", () => String, "Why the officer had to read them, in the words given when opening")
  @Column("text")
  reason!: string;

  @Exposed("OWNER", () => DateTimeScalar, "When they were opened")
  @Column("timestamptz")
  openedAt!: Date;

  /** Instant from which nothing is open. */
  @Exposed("OWNER", () => DateTimeScalar, "Instant from which nothing is open: three hours later")
  @Column("timestamptz")
  openedUntil!: Date;

  @Column("uuid", { nullable: true })
  acknowledgedBy!: string | null;

  @Exposed("OWNER", () => DateTimeScalar, "When the agency's lead said that it knows; null while it has not")
  @Column("timestamptz", { nullable: true })
  acknowledgedAt!: Date | null;

  @Column("uuid", { nullable: true })
  reviewedBy!: string | null;

  @Exposed("OWNER", () => DateTimeScalar, "When the chair reviewed it; null while it has not been")
  @Column("timestamptz", { nullable: true })
  reviewedAt!: Date | null;

  @Exposed("OWNER", () => String, "What the review found; null while there is none")
  @Column("text", { nullable: true })
  reviewNote!: string | null;
}
