import { registerEnumType } from "type-graphql";
import { Column, Entity, Index, PrimaryGeneratedColumn } from "typeorm";
import { OneOf, References } from "../../platform/database/columns";
import { Person } from "../identity/index";

export enum AuditOutcome {
  DONE = "DONE",
  REFUSED = "REFUSED",
}

registerEnumType(AuditOutcome, {
  name: "AuditOutcome",
  description: "What came of what somebody asked for",
  valuesConfig: {
    DONE: { description: "It was done" },
    REFUSED: { description: "It was refused, and nothing changed" },
  },
});

/** What somebody did or was refused, written in the change's own transaction. Added to, never changed; holds no text that may be withheld. */
@Entity({ name: "audit_entry" })
@OneOf("audit_entry", "outcome", AuditOutcome)
@Index(["partnershipId", "at"])
@Index(["actorId"])
@References("Partnership", ["partnershipId"], ["id"])
@Index(["agencyId", "partnershipId"])
@References("Agency", ["partnershipId", "agencyId"], ["partnershipId", "id"])
@References(() => Person, ["actorId"], ["id"])
export class AuditEntry {
  @PrimaryGeneratedColumn("uuid")
  id!: string;

  /** Null: of no partnership, such as a token that was not accepted. */
  @Column("uuid", { nullable: true })
  partnershipId!: string | null;

  /** Set: the entry is this agency's alone, as its drafts are; not even oversight reads it. */
  @Column("uuid", { nullable: true })
  agencyId!: string | null;

  @Column("timestamptz")
  at!: Date;

  /** Null: nobody known. */
  @Column("uuid", { nullable: true })
  actorId!: string | null;

  @Column("text")
  kind!: string;

  @Column("text")
  outcome!: AuditOutcome;

  @Column("text", { nullable: true })
  subjectType!: string | null;

  @Column("uuid", { nullable: true })
  subjectId!: string | null;

  @Column("text", { nullable: true })
  requestId!: string | null;

  @Column("jsonb", { default: () => "'{}'" })
  detail!: Record<string, unknown>;
}
