import { Int, ObjectType, registerEnumType } from "type-graphql";
import { Check, Column, Entity, Index, Unique } from "typeorm";
import { BelongsTo, OneOf, TenantRow } from "../../platform/database/columns";
import { Exposed } from "../../platform/graphql/exposed";
import { Node } from "../../platform/graphql/node";
import { DateTimeScalar } from "../../platform/graphql/scalars";
import { Agency } from "../partnership/index";
import { Action, Plan } from "../plan/index";
import { Board } from "./board.entity";
import { Decision } from "./meeting.entity";

/**
 * What the lead agency files when both ratings are green. It is never changed: who has more to say files another. It counts
 * until a rating that is not green is given after it.
 */
@ObjectType({
  description: "The lead agency's word that an action's target was met and that the change is embedded, with evidence",
  implements: Node,
})
@Entity({ name: "highlight_report" })
@Unique(["partnershipId", "id"])
@Unique(["actionId", "number"])
@Check("highlight_report_evidence_check", "evidence is not null or cardinality(links) > 0")
@BelongsTo(() => Action, "actionId")
@BelongsTo(() => Agency, "agencyId")
export class HighlightReport extends TenantRow {
  @Column("uuid")
  actionId!: string;

  @Column("uuid")
  agencyId!: string;

  @Exposed("PUBLIC", () => Int, "Number among the action's reports, from 1")
  @Column("int")
  number!: number;

  @Exposed("PARTNERSHIP", () => String, "How the target was met")
  @Column("text")
  targetMet!: string;

  @Exposed("PARTNERSHIP", () => String, "How it is embedded, so that it lasts")
  @Column("text")
  embedded!: string;

  @Exposed("PARTNERSHIP", () => String, "What shows it; null where only links do")
  @Column("text", { nullable: true })
  evidence!: string | null;

  @Exposed("PARTNERSHIP", () => String, "Where what shows it can be read", { list: true })
  @Column("text", { array: true, default: "{}" })
  links!: string[];

  @Exposed("PUBLIC", () => DateTimeScalar, "When it was filed")
  @Column("timestamptz")
  filedAt!: Date;
}

export enum SignOffEvent {
  SIGNED_OFF = "SIGNED_OFF",
  REVERTED = "REVERTED",
}
registerEnumType(SignOffEvent, {
  name: "SignOffEvent",
  description: "What an entry about a sign-off says",
  valuesConfig: {
    SIGNED_OFF: { description: "A board accepted that the action is done" },
    REVERTED: { description: "A board took its sign-off back" },
  },
});

/** One entry about an action's sign-off: entries are added, and the newest one is how it stands. */
@ObjectType({ description: "That a board signed an action off, or took that back", implements: Node })
@Entity({ name: "sign_off" })
@Unique(["actionId", "number"])
@OneOf("sign_off", "event", SignOffEvent)
@Check("sign_off_report_check", "(event = 'SIGNED_OFF') = (highlight_report_id is not null)")
@Check("sign_off_reason_check", "(event = 'REVERTED') = (reason is not null)")
@BelongsTo(() => Action, "actionId")
@BelongsTo(() => Decision, "decisionId")
@BelongsTo(() => HighlightReport, "highlightReportId")
export class SignOff extends TenantRow {
  @Column("uuid")
  actionId!: string;

  @Column("uuid")
  decisionId!: string;

  @Column("uuid", { nullable: true })
  highlightReportId!: string | null;

  @Exposed("PUBLIC", () => Int, "Number among the action's entries, from 1")
  @Column("int")
  number!: number;

  @Exposed("PUBLIC", () => SignOffEvent, "What it says")
  @Column("text")
  event!: SignOffEvent;

  /** Shown as `SignOff.on`. */
  @Column("date")
  decidedOn!: string;

  @Exposed("PARTNERSHIP", () => String, "Why a sign-off was taken back; null for a sign-off")
  @Column("text", { nullable: true })
  reason!: string | null;
}

/** That a board signed a plan off, once. */
@ObjectType({ description: "That a board signed a plan off as concluded", implements: Node })
@Entity({ name: "plan_sign_off" })
@Unique(["planId"])
@BelongsTo(() => Plan, "planId")
@BelongsTo(() => Decision, "decisionId")
export class PlanSignOff extends TenantRow {
  @Column("uuid")
  planId!: string;

  @Column("uuid")
  decisionId!: string;

  /** Shown as `PlanSignOff.on`. */
  @Column("date")
  decidedOn!: string;
}

/** That a plan was handed over, to a board that oversees it from then on or (once) to a plan that carries on its open actions. */
@ObjectType({ description: "That a plan was handed over, to a board or to another plan", implements: Node })
@Entity({ name: "plan_hand_over" })
@Unique(["partnershipId", "id"])
@Unique(["planId", "number"])
@Index("plan_hand_over_one_plan_idx", ["planId"], { unique: true, where: "to_plan_id is not null" })
@Check("plan_hand_over_to_check", "(to_board_id is null) <> (to_plan_id is null)")
@Check("plan_hand_over_self_check", "to_plan_id is null or to_plan_id <> plan_id")
@BelongsTo(() => Plan, "planId")
@BelongsTo(() => Decision, "decisionId")
@BelongsTo(() => Board, "toBoardId")
@BelongsTo(() => Plan, "toPlanId")
export class PlanHandOver extends TenantRow {
  @Column("uuid")
  planId!: string;

  @Exposed("PUBLIC", () => Int, "Number among the plan's hand-overs, from 1")
  @Column("int")
  number!: number;

  @Column("uuid")
  decisionId!: string;

  @Column("uuid", { nullable: true })
  toBoardId!: string | null;

  @Column("uuid", { nullable: true })
  toPlanId!: string | null;

  /** Shown as `PlanHandOver.on`. */
  @Column("date")
  decidedOn!: string;
}

/** An action that a hand-over carried into another plan, and what it has become there. */
@Entity({ name: "carried_action" })
@Unique(["fromActionId"])
@Unique(["actionId"])
@Check("carried_action_self_check", "from_action_id <> action_id")
@BelongsTo(() => PlanHandOver, "handOverId")
@BelongsTo(() => Action, "fromActionId")
@BelongsTo(() => Action, "actionId")
export class CarriedAction extends TenantRow {
  @Column("uuid")
  handOverId!: string;

  @Column("uuid")
  fromActionId!: string;

  @Column("uuid")
  actionId!: string;
}
