import { Int, ObjectType, registerEnumType } from "type-graphql";
import { Check, Column, Entity, Index, Unique } from "typeorm";
import { BelongsTo, OneOf, TenantRow } from "../../platform/database/columns";
import { Exposed } from "../../platform/graphql/exposed";
import { Node } from "../../platform/graphql/node";
import { DateScalar } from "../../platform/graphql/scalars";
import { Agency, Post } from "../partnership/index";
import { Finding, Objective, Plan, Theme } from "./plan.entity";

export enum ActionStatus {
  NOT_STARTED = "NOT_STARTED",
  IN_PROGRESS = "IN_PROGRESS",
  COMPLETED = "COMPLETED",
  SIGNED_OFF = "SIGNED_OFF",
  SUPERSEDED = "SUPERSEDED",
}
registerEnumType(ActionStatus, {
  name: "ActionStatus",
  description: "Where an action stands in its life; apart from its ratings",
  valuesConfig: {
    NOT_STARTED: { description: "Nothing has been done yet" },
    IN_PROGRESS: { description: "Work is under way" },
    COMPLETED: { description: "The lead agency says it is done" },
    SIGNED_OFF: { description: "A board accepted that it is done" },
    SUPERSEDED: { description: "Merged into another action or carried into another plan" },
  },
});

export enum ByWhenKind {
  DUE = "DUE",
  ONGOING = "ONGOING",
  RECURRING = "RECURRING",
  RANGE = "RANGE",
  UNKNOWN = "UNKNOWN",
}
registerEnumType(ByWhenKind, {
  name: "ByWhenKind",
  description: "What kind of promise a by-when is",
  valuesConfig: {
    DUE: { description: "By a date" },
    ONGOING: { description: "No end is promised; never overdue, needs a review date" },
    RECURRING: { description: "Again and again; never overdue, needs a review date" },
    RANGE: { description: "Between two dates" },
    UNKNOWN: { description: "The words name no date that can be relied on" },
  },
});

export enum Precision {
  DAY = "DAY",
  MONTH = "MONTH",
  QUARTER = "QUARTER",
  YEAR = "YEAR",
}
registerEnumType(Precision, {
  name: "Precision",
  description: "How precise the printed date is; a month, quarter or year means its last day",
  valuesConfig: {
    DAY: { description: "A day" },
    MONTH: { description: "A month, ending on its last day" },
    QUARTER: { description: "A quarter, ending on its last day" },
    YEAR: { description: "A year, ending on its last day" },
  },
});

/**
 * One commitment of a plan. The by-when stands in the row; its original is beside it and a trigger refuses any change
 * to it, by whatever path. `status` null: the source had a column for it whose content was lost.
 */
@ObjectType({ description: "A commitment in a plan: what is to be done, by whom and by when", implements: Node })
@Entity({ name: "action" })
@Unique(["partnershipId", "id"])
@Unique(["planId", "reference"])
@Index("action_list_idx", ["planId", "sortKey", "id"])
@Index("action_reference_list_idx", ["planId", "referenceOrder", "id"])
@Index("action_everywhere_list_idx", ["sortKey", "id"])
@Index("action_partnership_list_idx", ["partnershipId", "sortKey", "id"])
@Index("action_partnership_reference_idx", ["partnershipId", "referenceOrder", "id"])
@Index("action_by_when_idx", ["partnershipId", "byWhenEnd"])
@OneOf("action", "status", ActionStatus)
@OneOf("action", "byWhenKind", ByWhenKind)
@OneOf("action", "byWhenPrecision", Precision)
@OneOf("action", "originalKind", ByWhenKind)
@OneOf("action", "originalPrecision", Precision)
@Check("action_by_when_check", "(by_when_kind in ('DUE', 'RANGE')) = (by_when_end is not null)")
@Check("action_by_when_order_check", "by_when_start is null or by_when_end is null or by_when_start <= by_when_end")
@BelongsTo(() => Plan, "planId")
@BelongsTo(() => Objective, "objectiveId")
@BelongsTo(() => Theme, "themeId")
export class Action extends TenantRow {
  @Column("uuid")
  planId!: string;

  @Column("uuid", { nullable: true })
  objectiveId!: string | null;

  /** The section that it stands under: its objective's, or its own in a plan without objectives. */
  @Column("uuid", { nullable: true })
  themeId!: string | null;

  @Exposed("PUBLIC", () => String, "Reference as printed; text, never a number")
  @Column("text")
  reference!: string;

  /** `reference` with its numbers padded, so that "7.1c" comes before "7.10". */
  @Column({ type: "text", collation: "C" })
  referenceOrder!: string;

  @Exposed("PUBLIC", () => String, "What is to be done, in short")
  @Column("text")
  title!: string;

  @Exposed("PUBLIC", () => String, "What is to be done, at length; null when the title says it all", { nullable: true })
  @Column("text", { nullable: true })
  description!: string | null;

  @Exposed("PUBLIC", () => String, "The difference it is meant to make; null if not printed", { nullable: true })
  @Column("text", { nullable: true })
  desiredOutcome!: string | null;

  @Exposed("PUBLIC", () => String, "How it will be measured; null if not printed", { nullable: true })
  @Column("text", { nullable: true })
  measure!: string | null;

  @Exposed("PUBLIC", () => String, "What will show that it is working; null if not printed", { nullable: true })
  @Column("text", { nullable: true })
  successCriteria!: string | null;

  @Exposed("PUBLIC", () => ActionStatus, "Where it stands in its life; null where the source's own record was lost", {
    nullable: true,
  })
  @Column("text", { nullable: true })
  status!: ActionStatus | null;

  @Column("text")
  byWhenText!: string;

  @Column("text")
  byWhenKind!: ByWhenKind;

  @Column("date", { nullable: true })
  byWhenStart!: string | null;

  @Column("date", { nullable: true })
  byWhenEnd!: string | null;

  @Column("text", { nullable: true })
  byWhenPrecision!: Precision | null;

  /** The original by-when, all null where the source prints only a revised one. Never changes. */
  @Column("text", { nullable: true })
  originalText!: string | null;

  @Column("text", { nullable: true })
  originalKind!: ByWhenKind | null;

  @Column("date", { nullable: true })
  originalStart!: string | null;

  @Column("date", { nullable: true })
  originalEnd!: string | null;

  @Column("text", { nullable: true })
  originalPrecision!: Precision | null;

  /** By-when's end (9999-12-31 where it has none), then the reference: what lists are sorted by. Kept by a trigger. */
  @Column({ type: "text", collation: "C", default: "" })
  sortKey!: string;

  @Exposed(
    "PUBLIC",
    () => DateScalar,
    "Day on which an ongoing or recurring action is next looked at; null if none is set",
    { nullable: true },
  )
  @Column("date", { nullable: true })
  reviewOn!: string | null;

  @Exposed("PUBLIC", () => DateScalar, "Day on which its impact is to be judged; null if none is set", {
    nullable: true,
  })
  @Column("date", { nullable: true })
  impactJudgedOn!: string | null;

  @Exposed("PARTIES", () => String, "Why it was last taken up again after it was said to be done")
  @Column("text", { nullable: true })
  reopenedReason!: string | null;

  @Exposed("PARTNERSHIP", () => String, "What the import could not be sure of, for an officer to settle", {
    list: true,
  })
  @Column("text", { array: true, default: "{}" })
  doubts!: string[];

  @Exposed("PARTNERSHIP", () => Int, "Version, for `expectedVersion` when changing it")
  @Column("int", { default: 1 })
  version!: number;

  @Column("timestamptz", { default: () => "now()" })
  createdAt!: Date;

  @Column("timestamptz", { default: () => "now()" })
  updatedAt!: Date;
}

/** An action cites a finding directly. */
@Entity({ name: "action_finding" })
@Unique(["actionId", "findingId"])
@BelongsTo(() => Plan, "planId")
@BelongsTo(() => Action, "actionId", { cascade: true })
@BelongsTo(() => Finding, "findingId", { cascade: true })
export class ActionFinding extends TenantRow {
  @Column("uuid")
  planId!: string;

  @Column("uuid")
  actionId!: string;

  @Column("uuid")
  findingId!: string;
}

/** A further date printed with an action, such as the day its impact is judged. */
@ObjectType({ description: "A further date that an action names, such as when its impact is judged" })
@Entity({ name: "milestone" })
@Unique(["actionId", "position"])
@OneOf("milestone", "kind", ByWhenKind)
@OneOf("milestone", "precision", Precision)
@BelongsTo(() => Plan, "planId")
@BelongsTo(() => Action, "actionId", { cascade: true })
export class Milestone extends TenantRow {
  @Column("uuid")
  planId!: string;

  @Column("uuid")
  actionId!: string;

  @Column("int")
  position!: number;

  @Exposed("PUBLIC", () => String, "What happens then, as printed; null if not said", { nullable: true })
  @Column("text", { nullable: true })
  label!: string | null;

  @Exposed("PUBLIC", () => String, "The words as printed")
  @Column("text")
  text!: string;

  @Exposed("PUBLIC", () => ByWhenKind, "What kind of date it is")
  @Column("text")
  kind!: ByWhenKind;

  @Exposed("PUBLIC", () => DateScalar, "First day; null where none is named", { nullable: true })
  @Column("date", { nullable: true })
  start!: string | null;

  @Exposed("PUBLIC", () => DateScalar, "Last day; null where none is named", { nullable: true })
  @Column("date", { nullable: true })
  end!: string | null;

  @Exposed("PUBLIC", () => Precision, "How precise the printed date is; null where none is named", { nullable: true })
  @Column("text", { nullable: true })
  precision!: Precision | null;
}

export enum AssignmentRole {
  LEAD = "LEAD",
  CONTRIBUTOR = "CONTRIBUTOR",
  UNCONFIRMED = "UNCONFIRMED",
}
registerEnumType(AssignmentRole, {
  name: "AssignmentRole",
  description: "What an agency or post is to an action",
  valuesConfig: {
    LEAD: { description: "Leads the action; one at most" },
    CONTRIBUTOR: { description: "Contributes to it" },
    UNCONFIRMED: {
      description:
        "Listed, but the source no longer shows who leads; the first listed is presumed until an officer confirms",
    },
  },
});

/**
 * An agency or a post named for an action, in the order printed. At most one LEAD an action (a unique index says so).
 * `actionSortKey` repeats the action's own, kept by triggers, so that an agency's list is one walk of an index.
 */
@ObjectType({ description: "An agency or post named for an action" })
@Entity({ name: "assignment" })
@Unique(["actionId", "position"])
@Index("assignment_one_lead_idx", ["actionId"], { unique: true, where: "role = 'LEAD'" })
@Index("assignment_agency_list_idx", ["agencyId", "partnershipId", "actionSortKey", "actionId"])
@OneOf("assignment", "role", AssignmentRole)
@Check("assignment_whom_check", "agency_id is not null or post_id is not null")
@BelongsTo(() => Plan, "planId")
@BelongsTo(() => Action, "actionId", { cascade: true })
@BelongsTo(() => Agency, "agencyId", { indexed: false })
@BelongsTo(() => Post, "postId")
export class Assignment extends TenantRow {
  @Column("uuid")
  planId!: string;

  @Column("uuid")
  actionId!: string;

  @Column("uuid", { nullable: true })
  agencyId!: string | null;

  @Column("uuid", { nullable: true })
  postId!: string | null;

  @Exposed("PUBLIC", () => Int, "Place in the printed list, from 1")
  @Column("int")
  position!: number;

  @Exposed("PUBLIC", () => AssignmentRole, "What it is to the action")
  @Column("text")
  role!: AssignmentRole;

  @Exposed("PUBLIC", () => String, "The words as printed; null where they are the agency's name", { nullable: true })
  @Column("text", { nullable: true })
  text!: string | null;

  @Column({ type: "text", collation: "C", default: "" })
  actionSortKey!: string;
}
