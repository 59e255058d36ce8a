import { Check, Column, Entity, Index, PrimaryGeneratedColumn, Unique } from "typeorm";
import { OneOf, References, TenantRow } from "../../platform/database/columns";
import { Role, type Scope } from "./role";

/**
 * Somebody, or some service account, that an identity provider vouches for: (issuer, subject) is who they are there.
 * `label` is a post ("Detective Chief Inspector, public protection"), never more of a person than the work needs.
 */
@Entity({ name: "person" })
@Unique(["issuer", "subject"])
export class Person {
  @PrimaryGeneratedColumn("uuid")
  id!: string;

  @Column("text")
  issuer!: string;

  @Column("text")
  subject!: string;

  @Column("text")
  label!: string;
}

/** Issuer of service accounts, which no identity provider vouches for; the subject is the account's own id. */
export const SERVICE_ACCOUNT_ISSUER = "golden-thread-service-account";

/** Roles that a service account may act for. */
export const ACTED_FOR = [
  Role.AGENCY_VIEWER,
  Role.AGENCY_CONTRIBUTOR,
  Role.PARTNERSHIP_OFFICER,
  Role.SCRUTINY_MEMBER,
] as const;

/**
 * What a person may act as, where, and from when to when. Agency roles name an agency; PLATFORM_ADMIN no partnership. A
 * service account is a person whose one membership is INTEGRATOR: `actsFor` is the role it acts for, cut down by `scopes`.
 */
@Entity({ name: "membership" })
@OneOf("membership", "role", Role)
@OneOf("membership", "actsFor", ACTED_FOR)
@Check("membership_integrator_check", "role = 'INTEGRATOR' or (acts_for is null and scopes is null)")
@Index("membership_service_account_idx", ["personId"], { unique: true, where: "acts_for is not null" })
@Index(["endedBy"])
@References(() => Person, ["endedBy"], ["id"])
@Index(["personId"])
@Index(["partnershipId"])
@Index(["agencyId", "partnershipId"])
@References(() => Person, ["personId"], ["id"])
@References("Partnership", ["partnershipId"], ["id"])
@References("Agency", ["partnershipId", "agencyId"], ["partnershipId", "id"])
export class Membership {
  @PrimaryGeneratedColumn("uuid")
  id!: string;

  @Column("uuid")
  personId!: string;

  @Column("uuid", { nullable: true })
  partnershipId!: string | null;

  @Column("uuid", { nullable: true })
  agencyId!: string | null;

  @Column("text")
  role!: Role;

  /** First day on which it holds. */
  @Column("date")
  validFrom!: string;

  /** Last day on which it holds; null while it has no end. */
  @Column("date", { nullable: true })
  validTo!: string | null;

  /** Null: what an integrator without it has always been, a reader with its agency's eyes. */
  @Column("text", { nullable: true })
  actsFor!: (typeof ACTED_FOR)[number] | null;

  /** Null: not cut down. */
  @Column("text", { array: true, nullable: true })
  scopes!: Scope[] | null;

  /** Instant at which it was ended before its last day; from then on it gives nothing. */
  @Column("timestamptz", { nullable: true })
  endedAt!: Date | null;

  @Column("uuid", { nullable: true })
  endedBy!: string | null;
}

/** Roles that somebody can be invited to; service accounts are made, and platform administrators are the operator's. */
const INVITED_TO = [
  Role.AGENCY_VIEWER,
  Role.AGENCY_CONTRIBUTOR,
  Role.AGENCY_LEAD,
  Role.PARTNERSHIP_OFFICER,
  Role.PARTNERSHIP_CHAIR,
  Role.SCRUTINY_MEMBER,
  Role.INSPECTOR,
] as const;

/** An offer of a membership to whoever bears the code, which is shown once and kept as its SHA-256. It is taken up once. */
@Entity({ name: "invitation" })
@Unique(["codeHash"])
@OneOf("invitation", "role", INVITED_TO)
@Check(
  "invitation_agency_check",
  "(role in ('AGENCY_VIEWER', 'AGENCY_CONTRIBUTOR', 'AGENCY_LEAD')) = (agency_id is not null)",
)
@Check("invitation_inspector_check", "role <> 'INSPECTOR' or valid_to is not null")
@Check("invitation_validity_check", "valid_to is null or valid_from <= valid_to")
@Index(["partnershipId"])
@Index(["agencyId", "partnershipId"])
@Index(["invitedBy"])
@Index(["acceptedBy"])
@References("Partnership", ["partnershipId"], ["id"])
@References("Agency", ["partnershipId", "agencyId"], ["partnershipId", "id"])
@References(() => Person, ["invitedBy"], ["id"])
@References(() => Person, ["acceptedBy"], ["id"])
export class Invitation extends TenantRow {
  @Column("uuid", { nullable: true })
  agencyId!: string | null;

  @Column("text")
  role!: Role;

  /** Post of whoever is invited; becomes the person's label. */
  @Column("text")
  label!: string;

  /** First and last day of the membership that is offered. */
  @Column("date")
  validFrom!: string;

  @Column("date", { nullable: true })
  validTo!: string | null;

  @Column("bytea")
  codeHash!: Buffer;

  @Column("uuid")
  invitedBy!: string;

  @Column("timestamptz")
  invitedAt!: Date;

  /** Instant from which the code is worth nothing. */
  @Column("timestamptz")
  expiresAt!: Date;

  @Column("timestamptz", { nullable: true })
  acceptedAt!: Date | null;

  @Column("uuid", { nullable: true })
  acceptedBy!: string | null;

  @Column("timestamptz", { nullable: true })
  withdrawnAt!: Date | null;
}

/** A bearer token of a service account: shown once, kept as its SHA-256, with a prefix by which people tell it apart. */
@Entity({ name: "service_token" })
@Unique(["secretHash"])
@Check("service_token_expiry_check", "expires_at > created_at")
@Index(["partnershipId"])
@Index(["personId"])
@Index(["createdBy"])
@References("Partnership", ["partnershipId"], ["id"])
@References(() => Person, ["personId"], ["id"])
@References(() => Person, ["createdBy"], ["id"])
export class ServiceToken extends TenantRow {
  /** The service account. */
  @Column("uuid")
  personId!: string;

  @Column("text")
  prefix!: string;

  @Column("bytea")
  secretHash!: Buffer;

  @Column("uuid")
  createdBy!: string;

  @Column("timestamptz")
  createdAt!: Date;

  @Column("timestamptz")
  expiresAt!: Date;

  @Column("timestamptz", { nullable: true })
  revokedAt!: Date | null;

  /** Kept to within a minute. */
  @Column("timestamptz", { nullable: true })
  lastUsedAt!: Date | null;
}
