import { ObjectType } from "type-graphql";
import { Check, Column, Entity, Index } from "typeorm";
import { BelongsTo, References, TenantRow } from "../../platform/database/columns";
import { Exposed } from "../../platform/graphql/exposed";
import { DateTimeScalar } from "../../platform/graphql/scalars";
import { Person } from "../identity/index";
import { Agency } from "../partnership/index";
import { Action } from "./action.entity";

/**
 * An action that cannot go on before another is done. Never in a circle: a trigger refuses the one that would close it,
 * however many are added at once. It holds until somebody ends it, or the other action is completed, signed off or superseded.
 */
@ObjectType({ description: "That one action cannot go on before another is done, and why" })
@Entity({ name: "action_blocker" })
@Check("action_blocker_self_check", "action_id <> blocking_action_id")
@Check("action_blocker_ended_check", "(ended_at is null) = (ended_by is null)")
@Index("action_blocker_once_idx", ["actionId", "blockingActionId"], { unique: true, where: "ended_at is null" })
@BelongsTo(() => Action, "actionId", { cascade: true })
@BelongsTo(() => Action, "blockingActionId", { cascade: true })
@BelongsTo(() => Agency, "saidByAgencyId")
@Index(["saidBy"])
@Index(["endedBy"])
@References(() => Person, ["saidBy"], ["id"])
@References(() => Person, ["endedBy"], ["id"])
export class ActionBlocker extends TenantRow {
  @Column("uuid")
  actionId!: string;

  @Column("uuid")
  blockingActionId!: string;

  @Exposed("PARTNERSHIP", () => String, "Why, for the whole partnership to read")
  @Column("text")
  reason!: string;

  /** Null where an officer said so. */
  @Column("uuid", { nullable: true })
  saidByAgencyId!: string | null;

  @Column("uuid")
  saidBy!: string;

  @Exposed("PARTNERSHIP", () => DateTimeScalar, "When it was said")
  @Column("timestamptz")
  since!: Date;

  @Column("uuid", { nullable: true })
  endedBy!: string | null;

  @Exposed("PARTNERSHIP", () => DateTimeScalar, "When somebody said that it blocks no more; null while nobody has")
  @Column("timestamptz", { nullable: true })
  endedAt!: Date | null;
}
