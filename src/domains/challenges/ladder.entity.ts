import { Int, ObjectType, registerEnumType } from "type-graphql";
import { Check, Column, Entity, Unique } from "typeorm";
import { BelongsTo, OneOf, References, TenantRow } from "../../platform/database/columns";
import { Exposed } from "../../platform/graphql/exposed";
import { Node } from "../../platform/graphql/node";
import { DateScalar, DateTimeScalar } from "../../platform/graphql/scalars";
import { Board } from "../boards/index";
import { Role } from "../identity/index";
import { Post } from "../partnership/index";

export enum CalendarDivision {
  ENGLAND_AND_WALES = "ENGLAND_AND_WALES",
  SCOTLAND = "SCOTLAND",
  NORTHERN_IRELAND = "NORTHERN_IRELAND",
}
registerEnumType(CalendarDivision, {
  name: "CalendarDivision",
  description: "Part of the United Kingdom whose bank holidays a ladder's working days leave out",
  valuesConfig: {
    ENGLAND_AND_WALES: { description: "England and Wales" },
    SCOTLAND: { description: "Scotland" },
    NORTHERN_IRELAND: { description: "Northern Ireland" },
  },
});

export enum LimitUnit {
  WORKING_DAYS = "WORKING_DAYS",
  CALENDAR_DAYS = "CALENDAR_DAYS",
  HOURS = "HOURS",
  SAME_WORKING_DAY = "SAME_WORKING_DAY",
}
registerEnumType(LimitUnit, {
  name: "LimitUnit",
  description: "What a limit is counted in",
  valuesConfig: {
    WORKING_DAYS: { description: "Working days: no Saturday, Sunday or bank holiday; the day itself does not count" },
    CALENDAR_DAYS: { description: "Days of the week, working or not; the day itself does not count" },
    HOURS: { description: "Hours by the clock, day and night" },
    SAME_WORKING_DAY: { description: "The end of the same working day; it has no count" },
  },
});

export enum DeciderKind {
  PARTIES = "PARTIES",
  ROLE = "ROLE",
  POST = "POST",
  BOARD = "BOARD",
}
registerEnumType(DeciderKind, {
  name: "DeciderKind",
  description: "Who decides at a stage of a ladder, where the two sides do not agree",
  valuesConfig: {
    PARTIES: { description: "Nobody: the two sides agree, or it goes on" },
    ROLE: { description: "Officers or the chair of the partnership" },
    POST: { description: "A post: a lead of its agency decides for it, or the chair where it is of no agency" },
    BOARD: { description: "A board: officers record what it decides, or a lead of the agency that chairs it" },
  },
});

export enum OutOfScope {
  SINGLE_AGENCY_DISPUTE = "SINGLE_AGENCY_DISPUTE",
  COMPLAINT = "COMPLAINT",
  CONFERENCE_NEED = "CONFERENCE_NEED",
  CONFERENCE_DECISION = "CONFERENCE_DECISION",
  STAFF_CONDUCT = "STAFF_CONDUCT",
}
registerEnumType(OutOfScope, {
  name: "OutOfScope",
  description: "What has a way of its own in some places, and then does not belong on a ladder",
  valuesConfig: {
    SINGLE_AGENCY_DISPUTE: { description: "A dispute within one agency, for its own management" },
    COMPLAINT: { description: "A complaint of a child, a family or the public" },
    CONFERENCE_NEED: { description: "Whether an initial child protection conference is needed" },
    CONFERENCE_DECISION: { description: "What a child protection conference decided" },
    STAFF_CONDUCT: { description: "An allegation about somebody who works with children" },
  },
});

/** A ladder of the partnership's, in versions: what challenges stand on is a version, and a new one is for later challenges. */
@ObjectType({
  description: "How disagreements are escalated in a partnership: stages with deciders and limits, in versions",
  implements: Node,
})
@Entity({ name: "ladder" })
@Unique(["partnershipId", "id"])
@Unique(["partnershipId", "name"])
@OneOf("ladder", "division", CalendarDivision)
@References("Partnership", ["partnershipId"], ["id"])
export class Ladder extends TenantRow {
  @Exposed("PUBLIC", () => String, "Name of the ladder, unique in its partnership")
  @Column("text")
  name!: string;

  @Exposed("PUBLIC", () => CalendarDivision, "Whose bank holidays it leaves out; null: the partnership's own", {
    nullable: true,
  })
  @Column("text", { nullable: true })
  division!: CalendarDivision | null;

  @Exposed("PUBLIC", () => DateScalar, "Day from which nothing new is raised on it; null while it is in use", {
    nullable: true,
  })
  @Column("date", { nullable: true })
  retiredOn!: string | null;

  @Exposed("PARTNERSHIP", () => Int, "Version of the record, for `expectedVersion` when changing it")
  @Column("int", { default: 1 })
  version!: number;
}

/** An edition of a ladder. It is never changed: a running challenge stays on the one that it was raised on. */
@ObjectType({ description: "An edition of a ladder; a running challenge stays on the one that it was raised on" })
@Entity({ name: "ladder_version" })
@Unique(["partnershipId", "id"])
@Unique(["partnershipId", "ladderId", "number"])
@Check("ladder_version_number_check", "number > 0")
@Check("ladder_version_cut_off_check", "cut_off ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$' and cut_off <> '00:00'")
@Check("ladder_version_triggers_check", "not triggers_only or triggers <> '{}'")
@BelongsTo(() => Ladder, "ladderId")
export class LadderVersion extends TenantRow {
  @Column("uuid")
  ladderId!: string;

  @Exposed("PUBLIC", () => Int, "Number among the ladder's versions, from 1")
  @Column("int")
  number!: number;

  @Exposed("PUBLIC", () => String, "Where its words are taken from; null if not said", { nullable: true })
  @Column("text", { nullable: true })
  source!: string | null;

  @Exposed(
    "PUBLIC",
    () => String,
    "Time of day in London, such as 17:00, at which a working day is over; null: at midnight",
    { nullable: true },
  )
  @Column("text", { nullable: true })
  cutOff!: string | null;

  @Exposed("PUBLIC", () => OutOfScope, "What does not belong on it", { list: true })
  @Column("text", { array: true, default: "{}" })
  outOfScope!: OutOfScope[];

  @Exposed("PUBLIC", () => String, "Where what does not belong on it goes instead; null if not said", {
    nullable: true,
  })
  @Column("text", { nullable: true })
  outOfScopeNote!: string | null;

  @Exposed("PUBLIC", () => String, "What leads to a challenge or an alert there, in its own words", { list: true })
  @Column("text", { array: true, default: "{}" })
  triggers!: string[];

  @Exposed("PUBLIC", () => Boolean, "Whether it has triggers and no stages: nothing can be raised on it")
  @Column("boolean", { default: false })
  triggersOnly!: boolean;

  @Exposed("PUBLIC", () => DateTimeScalar, "Instant from which challenges are raised on it")
  @Column("timestamptz")
  fromAt!: Date;
}

/** One step of a version: stages are numbered from 1 without gaps, and each leads to the next alone. */
@ObjectType({ description: "One stage of a ladder" })
@Entity({ name: "ladder_stage" })
@Unique(["partnershipId", "ladderVersionId", "number"])
@OneOf("ladder_stage", "deciderKind", DeciderKind)
@OneOf("ladder_stage", "deciderRole", [Role.PARTNERSHIP_OFFICER, Role.PARTNERSHIP_CHAIR])
@OneOf("ladder_stage", "limitUnit", LimitUnit)
@OneOf("ladder_stage", "acknowledgeUnit", LimitUnit)
@Check("ladder_stage_number_check", "number > 0")
@Check(
  "ladder_stage_decider_check",
  "(decider_kind = 'ROLE') = (decider_role is not null) and (decider_kind = 'POST') = (decider_post_id is not null) and (decider_kind = 'BOARD') = (decider_board_id is not null)",
)
@Check(
  "ladder_stage_limit_check",
  "coalesce(limit_unit <> 'SAME_WORKING_DAY', false) = (limit_count is not null) and coalesce(limit_count, 1) > 0",
)
@Check(
  "ladder_stage_acknowledge_check",
  "coalesce(acknowledge_unit <> 'SAME_WORKING_DAY', false) = (acknowledge_count is not null) and coalesce(acknowledge_count, 1) > 0",
)
@BelongsTo(() => LadderVersion, "ladderVersionId")
@BelongsTo(() => Post, "deciderPostId")
@BelongsTo(() => Board, "deciderBoardId")
export class LadderStage extends TenantRow {
  @Column("uuid")
  ladderVersionId!: string;

  @Exposed("PUBLIC", () => Int, "Number of the stage, from 1")
  @Column("int")
  number!: number;

  @Exposed("PUBLIC", () => String, "Name of the stage")
  @Column("text")
  name!: string;

  @Exposed("PUBLIC", () => Boolean, "Whether it comes before anything formal")
  @Column("boolean", { default: false })
  informal!: boolean;

  @Exposed("PUBLIC", () => Boolean, "Whether it may be left out for a child at immediate risk")
  @Column("boolean", { default: false })
  mayBeSkipped!: boolean;

  @Exposed("PUBLIC", () => DeciderKind, "Who decides at it, where the two sides do not agree")
  @Column("text")
  deciderKind!: DeciderKind;

  @Exposed("PUBLIC", () => Role, "The role that decides; null where no role does", { nullable: true })
  @Column("text", { nullable: true })
  deciderRole!: Role.PARTNERSHIP_OFFICER | Role.PARTNERSHIP_CHAIR | null;

  @Column("uuid", { nullable: true })
  deciderPostId!: string | null;

  @Column("uuid", { nullable: true })
  deciderBoardId!: string | null;

  @Exposed("PUBLIC", () => String, "Who deals with it at this stage, in the ladder's words")
  @Column("text")
  decider!: string;

  @Column("text", { nullable: true })
  limitUnit!: LimitUnit | null;

  @Column("int", { nullable: true })
  limitCount!: number | null;

  @Column("text", { nullable: true })
  acknowledgeUnit!: LimitUnit | null;

  @Column("int", { nullable: true })
  acknowledgeCount!: number | null;
}
