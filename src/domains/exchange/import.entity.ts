import { Column, Entity, Index, Unique } from "typeorm";
import { BelongsTo, TenantRow } from "../../platform/database/columns";
import { Plan } from "../plan/index";

/** One file applied to one plan, with the report that its reader made. The same file applied again changes nothing. */
@Entity({ name: "import_batch" })
@Unique(["partnershipId", "id"])
@Index(["planId", "sha256"])
@BelongsTo(() => Plan, "planId")
export class ImportBatch extends TenantRow {
  @Column("uuid")
  planId!: string;

  @Column("text")
  fileName!: string;

  /** Hash of the file's bytes together with the mapping they were read with. */
  @Column("text")
  sha256!: string;

  @Column("jsonb")
  report!: object;

  @Column("text")
  appliedBy!: string;

  @Column("timestamptz", { default: () => "now()" })
  appliedAt!: Date;
}

/** Where a row came from: the lines of the file that it was read from, and what was done with it. */
@Entity({ name: "import_row" })
@BelongsTo(() => ImportBatch, "batchId", { cascade: true })
@Index(["entityId"])
export class ImportRow extends TenantRow {
  @Column("uuid")
  batchId!: string;

  @Column("text")
  entity!: string;

  @Column("uuid")
  entityId!: string;

  @Column("text")
  reference!: string;

  /** INSERTED, UPDATED or UNCHANGED. */
  @Column("text")
  outcome!: string;

  @Column("int")
  lineFrom!: number;

  @Column("int")
  lineTo!: number;
}
