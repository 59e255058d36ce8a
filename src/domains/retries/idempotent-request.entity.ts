import { Check, Column, Entity, Index, PrimaryGeneratedColumn, Unique } from "typeorm";
import { References } from "../../platform/database/columns";
import { Person } from "../identity/index";

/**
 * What a request with an idempotency key has done, written in the change's own transaction. It is its person's alone, says
 * nothing of what was written, and is gone a day later.
 */
@Entity({ name: "idempotent_request" })
@Unique(["personId", "key", "responseName"])
@Check("idempotent_request_key_check", "key ~ '^[!-~]{1,255}$'")
@Check("idempotent_request_input_sha256_check", "octet_length(input_sha256) = 32")
@Index(["at"])
@References(() => Person, ["personId"], ["id"])
export class IdempotentRequest {
  @PrimaryGeneratedColumn("uuid")
  id!: string;

  @Column("uuid")
  personId!: string;

  @Column("text")
  key!: string;

  /** Where one header is for several mutations, which of them; else empty. */
  @Column("text", { default: "" })
  responseName!: string;

  @Column("text")
  mutation!: string;

  @Column("bytea", { name: "input_sha256" })
  inputSha256!: Buffer;

  /** What the service gave, such as ids. Null: that is shown once, and kept nowhere. */
  @Column("jsonb", { nullable: true })
  result!: unknown;

  @Column("timestamptz")
  at!: Date;
}
