import { Column, Entity, Index, PrimaryGeneratedColumn, Unique } from "typeorm";
import { OneOf, References } from "../../platform/database/columns";
import { Role } from "./role";

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

/** What a person may act as, where, and from when to when. Agency roles name an agency; PLATFORM_ADMIN no partnership. */
@Entity({ name: "membership" })
@OneOf("membership", "role", Role)
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
}
