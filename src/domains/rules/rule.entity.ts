import { Int, ObjectType, registerEnumType } from "type-graphql";
import { Check, Column, Entity, Index, Unique } from "typeorm";
import { BelongsTo, OneOf, References, TenantRow } from "../../platform/database/columns";
import { Exposed } from "../../platform/graphql/exposed";
import { Node } from "../../platform/graphql/node";
import { DateScalar, DateTimeScalar } from "../../platform/graphql/scalars";
import { Challenge, Ladder } from "../challenges/index";
import { Indicator } from "../indicators/index";
import { Agency } from "../partnership/index";
import { Action } from "../plan/index";

export enum RuleKind {
  OVERDUE = "OVERDUE",
  NO_UPDATE = "NO_UPDATE",
  IMPACT_RED_TWICE = "IMPACT_RED_TWICE",
  STALE = "STALE",
  ATTENDANCE_BELOW_TARGET = "ATTENDANCE_BELOW_TARGET",
  RETURN_NOT_RECEIVED = "RETURN_NOT_RECEIVED",
}
registerEnumType(RuleKind, {
  name: "RuleKind",
  description: "What a rule looks for",
  valuesConfig: {
    OVERDUE: { description: "An action whose by-when has passed and that is not completed" },
    NO_UPDATE: { description: "An action of which nothing was submitted for a reporting period that was due" },
    IMPACT_RED_TWICE: { description: "An action whose impact was rated red as at two days running" },
    STALE: { description: "An action with a rating that is older than the reporting cadence" },
    ATTENDANCE_BELOW_TARGET: {
      description: "An indicator, such as attendance, whose newest observation does not meet the target of its day",
    },
    RETURN_NOT_RECEIVED: {
      description: "An agency that submitted nothing of a plan's reporting period on any action that it leads",
    },
  },
});

export enum RuleEffect {
  RAISE = "RAISE",
  WARN = "WARN",
}
registerEnumType(RuleEffect, {
  name: "RuleEffect",
  description: "What comes of what a rule finds",
  valuesConfig: {
    RAISE: { description: "A challenge is raised to the agency that answers for it" },
    WARN: { description: "The agency that answers for it and the partnership's officers are told" },
  },
});

/** Kinds that look at a day that was due: it has passed from the first working day after it on. */
const DUE: readonly RuleKind[] = [RuleKind.OVERDUE, RuleKind.NO_UPDATE, RuleKind.RETURN_NOT_RECEIVED];
/** Fewest and most working days that a rule waits; the most is about a year. */
export const fewestWorkingDays = (kind: RuleKind): number => (DUE.includes(kind) ? 1 : 0);
export const MOST_WORKING_DAYS = 260;

/**
 * A rule that raises or warns by itself. It looks while it is on, and only at what came about from the day of `onFrom` on.
 * What it looks for never changes, since its findings are known by it; one that is retired stays to be read.
 */
@ObjectType({
  description: "A rule that raises a challenge or warns by itself, about what came about since it was switched on",
  implements: Node,
})
@Entity({ name: "rule" })
@Unique(["partnershipId", "id"])
@Unique(["partnershipId", "name"])
@OneOf("rule", "kind", RuleKind)
@OneOf("rule", "effect", RuleEffect)
@Check("rule_indicator_check", "(kind = 'ATTENDANCE_BELOW_TARGET') = (indicator_id is not null)")
@Check(
  "rule_working_days_check",
  `working_days between (kind in ('OVERDUE', 'NO_UPDATE', 'RETURN_NOT_RECEIVED'))::int and ${MOST_WORKING_DAYS}`,
)
@Check("rule_ladder_check", "effect = 'RAISE' or ladder_id is null")
@Check("rule_retired_check", "retired_at is null or on_from is null")
@References("Partnership", ["partnershipId"], ["id"])
@BelongsTo(() => Indicator, "indicatorId")
@BelongsTo(() => Ladder, "ladderId")
export class Rule extends TenantRow {
  @Exposed("PARTNERSHIP", () => RuleKind, "What it looks for")
  @Column("text")
  kind!: RuleKind;

  @Exposed("PARTNERSHIP", () => String, "Name of the rule, unique in its partnership")
  @Column("text")
  name!: string;

  @Exposed(
    "PARTNERSHIP",
    () => Int,
    "Working days that must have passed since the day on which it came about: 0 for at once",
  )
  @Column("int")
  workingDays!: number;

  @Exposed("PARTNERSHIP", () => RuleEffect, "What comes of what it finds")
  @Column("text")
  effect!: RuleEffect;

  /** The indicator whose observations are held against its target; null for rules of other kinds. */
  @Column("uuid", { nullable: true })
  indicatorId!: string | null;

  /** The ladder that a challenge is raised on; null: the only one that the partnership has in use. */
  @Column("uuid", { nullable: true })
  ladderId!: string | null;

  @Exposed("PARTNERSHIP", () => DateTimeScalar, "Instant from which it is on; null while it is off", { nullable: true })
  @Column("timestamptz", { nullable: true })
  onFrom!: Date | null;

  @Exposed("PARTNERSHIP", () => DateTimeScalar, "When it was retired; null while it was not", { nullable: true })
  @Column("timestamptz", { nullable: true })
  retiredAt!: Date | null;

  @Exposed("PARTNERSHIP", () => Int, "Version, for `expectedVersion` when changing it")
  @Column("int", { default: 1 })
  version!: number;
}

/**
 * Something that a rule found. `cause` names the fact and not the day on which it was found, so that a fact is found once, and
 * found again where it has become another: when a by-when was moved and has passed again.
 */
@ObjectType({ description: "Something that a rule found, once" })
@Entity({ name: "rule_finding" })
@Unique(["ruleId", "cause"])
@Index("rule_finding_in_order_idx", ["ruleId", "foundAt", "id"])
@Check("rule_finding_about_check", "num_nonnulls(action_id, indicator_id, agency_id) = 1")
@BelongsTo(() => Rule, "ruleId")
@BelongsTo(() => Action, "actionId", { cascade: true })
@BelongsTo(() => Indicator, "indicatorId", { cascade: true })
@BelongsTo(() => Agency, "agencyId")
@BelongsTo(() => Agency, "againstAgencyId")
@BelongsTo(() => Challenge, "challengeId")
export class RuleFinding extends TenantRow {
  @Column("uuid")
  ruleId!: string;

  @Column("text")
  cause!: string;

  @Column("uuid", { nullable: true })
  actionId!: string | null;

  @Column("uuid", { nullable: true })
  indicatorId!: string | null;

  /** The agency whose return was not received. */
  @Column("uuid", { nullable: true })
  agencyId!: string | null;

  /** The agency that answers for it, or the one that has taken its place; null where none does. */
  @Column("uuid", { nullable: true })
  againstAgencyId!: string | null;

  @Exposed(
    "OVERSIGHT",
    () => DateScalar,
    "Day on which it came about: the by-when, the day an update was due, the observation's",
  )
  @Column("date")
  since!: string;

  @Exposed("OVERSIGHT", () => DateTimeScalar, "When it was found")
  @Column("timestamptz")
  foundAt!: Date;

  /** The challenge that was raised; null for a warning. */
  @Column("uuid", { nullable: true })
  challengeId!: string | null;
}
