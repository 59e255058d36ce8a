import { Int, ObjectType, registerEnumType } from "type-graphql";
import { Check, Column, Entity, Index, Unique } from "typeorm";
import { BelongsTo, OneOf, References, TenantRow } from "../../platform/database/columns";
import { Exposed } from "../../platform/graphql/exposed";
import { Node } from "../../platform/graphql/node";
import { DateScalar, DateTimeScalar } from "../../platform/graphql/scalars";
import { Board } from "./board.entity";
import { MeetingState } from "./meeting-lifecycle";

registerEnumType(MeetingState, {
  name: "MeetingState",
  description: "Where a meeting stands",
  valuesConfig: {
    PLANNED: { description: "It is to come, or nobody has yet recorded that it was held" },
    HELD: { description: "It was held" },
    CANCELLED: { description: "It was called off" },
  },
});

export enum Business {
  PUBLIC = "PUBLIC",
  PRIVATE = "PRIVATE",
}
registerEnumType(Business, {
  name: "Business",
  description: "Which part of a meeting something belongs to",
  valuesConfig: {
    PUBLIC: { description: "The partnership's; and everybody's, once it is published" },
    PRIVATE: { description: "Oversight's and that of agencies with a seat on the board; never published" },
  },
});

export enum AgendaItemKind {
  MINUTES = "MINUTES",
  STANDING = "STANDING",
  REPORT = "REPORT",
  TRACKED_ITEMS = "TRACKED_ITEMS",
  WORK_PROGRAMME = "WORK_PROGRAMME",
  OTHER = "OTHER",
}
registerEnumType(AgendaItemKind, {
  name: "AgendaItemKind",
  description: "What an agenda item is for",
  valuesConfig: {
    MINUTES: { description: "Minutes of the last meeting, and what arises from them" },
    STANDING: { description: "Comes at every meeting" },
    REPORT: { description: "A report or a note, to be discussed" },
    TRACKED_ITEMS: { description: "What the board has asked for and still awaits" },
    WORK_PROGRAMME: { description: "What the board will look at next" },
    OTHER: { description: "Anything else, such as apologies or urgent business" },
  },
});

export enum DecisionKind {
  NOTE = "NOTE",
  RESOLVE = "RESOLVE",
  RECOMMEND = "RECOMMEND",
  REFER = "REFER",
  SIGN_OFF = "SIGN_OFF",
  REVERT_SIGN_OFF = "REVERT_SIGN_OFF",
  SIGN_OFF_PLAN = "SIGN_OFF_PLAN",
  HAND_OVER = "HAND_OVER",
}
registerEnumType(DecisionKind, {
  name: "DecisionKind",
  description: "What a decision does",
  valuesConfig: {
    NOTE: { description: "Takes note" },
    RESOLVE: { description: "Resolves that something is done" },
    RECOMMEND: { description: "Recommends something to somebody else" },
    REFER: { description: "Passes a question to another board" },
    SIGN_OFF: { description: "Accepts that actions are done and embedded; `signOffAction` carries it out" },
    REVERT_SIGN_OFF: { description: "Takes back a sign-off; `revertSignOff` carries it out" },
    SIGN_OFF_PLAN: { description: "Signs off a plan as concluded; `signOffPlan` carries it out" },
    HAND_OVER: { description: "Hands a plan over to a board or to another plan; `handOverPlan` carries it out" },
  },
});

/** A board's meeting on a day; at most one that is not cancelled. */
@ObjectType({ description: "A meeting of a board", implements: Node })
@Entity({ name: "meeting" })
@Unique(["partnershipId", "id"])
@Unique(["partnershipId", "boardId", "id"])
@Index("meeting_one_a_day_idx", ["boardId", "day"], { unique: true, where: "state <> 'CANCELLED'" })
@Index("meeting_in_order_idx", ["boardId", "day", "id"])
@OneOf("meeting", "state", MeetingState)
@Check("meeting_start_time_check", "start_time ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'")
@Check("meeting_cancelled_check", "(state = 'CANCELLED') = (cancelled_reason is not null)")
@BelongsTo(() => Board, "boardId")
export class Meeting extends TenantRow {
  @Column("uuid")
  boardId!: string;

  @Exposed("PUBLIC", () => DateScalar, "Day of the meeting")
  @Column("date")
  day!: string;

  @Exposed("PUBLIC", () => String, "When it begins, as HH:MM in London; null if not said", { nullable: true })
  @Column("text", { nullable: true })
  startTime!: string | null;

  @Exposed("PUBLIC", () => String, "Where it is held; null if not said", { nullable: true })
  @Column("text", { nullable: true })
  place!: string | null;

  @Exposed("PUBLIC", () => MeetingState, "Where the meeting stands")
  @Column("text", { default: MeetingState.PLANNED })
  state!: MeetingState;

  @Exposed("PUBLIC", () => String, "Why it was cancelled; null where it was not", { nullable: true })
  @Column("text", { nullable: true })
  cancelledReason!: string | null;

  @Exposed(
    "PUBLIC",
    () => DateTimeScalar,
    "Instant from which the meeting is public; null while it is the partnership's own",
    { nullable: true },
  )
  @Column("timestamptz", { nullable: true })
  publishedAt!: Date | null;

  @Exposed("PARTNERSHIP", () => Int, "Version, for `expectedVersion` when changing it")
  @Column("int", { default: 1 })
  version!: number;
}

/** One item of an agenda. Private business is never published, which a check holds. */
@ObjectType({ description: "One item of a meeting's agenda", implements: Node })
@Entity({ name: "agenda_item" })
@Unique(["partnershipId", "id"])
@Unique(["partnershipId", "id", "business"])
@Unique(["meetingId", "position"])
@Index(["meetingId", "boardId", "partnershipId"])
@OneOf("agenda_item", "business", Business)
@OneOf("agenda_item", "kind", AgendaItemKind)
@Check("agenda_item_private_check", "business = 'PUBLIC' or published_at is null")
@References(() => Meeting, ["partnershipId", "boardId", "meetingId"], ["partnershipId", "boardId", "id"])
export class AgendaItem extends TenantRow {
  @Column("uuid")
  boardId!: string;

  @Column("uuid")
  meetingId!: string;

  @Exposed("PUBLIC", () => Int, "Place on the agenda, from 1")
  @Column("int")
  position!: number;

  @Exposed("PUBLIC", () => String, "Title of the item")
  @Column("text")
  title!: string;

  @Exposed("PUBLIC", () => Business, "Whether it is public or private business")
  @Column("text")
  business!: Business;

  @Exposed("PUBLIC", () => AgendaItemKind, "What it is for")
  @Column("text")
  kind!: AgendaItemKind;

  @Exposed("PUBLIC", () => String, "What was noted of it; null if nothing", { nullable: true })
  @Column("text", { nullable: true })
  notes!: string | null;

  @Exposed(
    "PUBLIC",
    () => DateTimeScalar,
    "Instant from which the item is public; null while it is the partnership's own, and always for private business",
    { nullable: true },
  )
  @Column("timestamptz", { nullable: true })
  publishedAt!: Date | null;
}

/** A paper that goes with an agenda item, by its link: files are evidence's. */
@ObjectType({ description: "A paper that goes with an agenda item" })
@Entity({ name: "agenda_paper" })
@Unique(["agendaItemId", "position"])
@Check("agenda_paper_link_check", "link ~ '^https?://'")
@BelongsTo(() => AgendaItem, "agendaItemId")
export class AgendaPaper extends TenantRow {
  @Column("uuid")
  agendaItemId!: string;

  @Exposed("PUBLIC", () => Int, "Place among the item's papers, from 1")
  @Column("int")
  position!: number;

  @Exposed("PUBLIC", () => String, "Title of the paper")
  @Column("text")
  title!: string;

  @Exposed("PUBLIC", () => String, "Where the paper is; null if not recorded", { nullable: true })
  @Column("text", { nullable: true })
  link!: string | null;
}

/** What a board decided at a meeting, on the meeting's day. Of private business where its agenda item is, by a foreign key. */
@ObjectType({ description: "What a board decided at a meeting", implements: Node })
@Entity({ name: "decision" })
@Unique(["partnershipId", "id"])
@Unique(["partnershipId", "id", "business"])
@Unique(["meetingId", "number"])
@Index(["meetingId", "boardId", "partnershipId"])
@Index(["agendaItemId", "partnershipId", "business"])
@OneOf("decision", "business", Business)
@OneOf("decision", "kind", DecisionKind)
@Check("decision_private_check", "business = 'PUBLIC' or published_at is null")
@References(() => Meeting, ["partnershipId", "boardId", "meetingId"], ["partnershipId", "boardId", "id"])
@References(() => AgendaItem, ["partnershipId", "agendaItemId", "business"], ["partnershipId", "id", "business"])
export class Decision extends TenantRow {
  @Column("uuid")
  boardId!: string;

  @Column("uuid")
  meetingId!: string;

  @Column("uuid", { nullable: true })
  agendaItemId!: string | null;

  @Exposed("PUBLIC", () => Business, "Whether it is public or private business")
  @Column("text")
  business!: Business;

  @Exposed("PUBLIC", () => String, "Number of the minute or decision, as text; unique in its meeting")
  @Column("text")
  number!: string;

  @Exposed("PUBLIC", () => DecisionKind, "What it does")
  @Column("text")
  kind!: DecisionKind;

  @Exposed("PUBLIC", () => String, "What was decided")
  @Column("text")
  text!: string;

  @Exposed("PUBLIC", () => DateScalar, "Day on which it was decided: the meeting's")
  @Column("date")
  decidedOn!: string;

  @Exposed(
    "PUBLIC",
    () => DateTimeScalar,
    "Instant from which the decision is public; null while it is the partnership's own, and always for private business",
    { nullable: true },
  )
  @Column("timestamptz", { nullable: true })
  publishedAt!: Date | null;
}
