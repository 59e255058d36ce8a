import { Int, ObjectType, registerEnumType } from "type-graphql";
import { Check, Column, Entity, Index, Unique } from "typeorm";
import { BelongsTo, OneOf, References, TenantRow } from "../../platform/database/columns";
import { Exposed } from "../../platform/graphql/exposed";
import { Node } from "../../platform/graphql/node";
import { DateScalar, DateTimeScalar } from "../../platform/graphql/scalars";
import { Agency, Post } from "../partnership/index";
import { Action } from "../plan/index";
import { Board } from "./board.entity";
import { Business, Decision } from "./meeting.entity";
import { TrackedItemStatus } from "./tracked-item-lifecycle";

export enum TrackedItemKind {
  RECOMMENDATION = "RECOMMENDATION",
  ACTION = "ACTION",
  INFORMATION = "INFORMATION",
}
registerEnumType(TrackedItemKind, {
  name: "TrackedItemKind",
  description: "What a board asked for: R, A or I in its tracker",
  valuesConfig: {
    RECOMMENDATION: { description: "R: somebody is recommended to do something, and says whether they will" },
    ACTION: { description: "A: something is to be done for the board" },
    INFORMATION: { description: "I: something is to be told to the board" },
  },
});

registerEnumType(TrackedItemStatus, {
  name: "TrackedItemStatus",
  description: "Where a tracked item stands",
  valuesConfig: {
    OPEN: { description: "Nobody has answered yet" },
    ANSWERED: { description: "It was answered, and the board has not closed it" },
    CLOSED: { description: "The board is content: it is off the list and stays in the tracker" },
  },
});

export enum ResponseProgress {
  NOT_STARTED = "NOT_STARTED",
  IN_PROGRESS = "IN_PROGRESS",
  DELAYED = "DELAYED",
  ONGOING = "ONGOING",
  DONE = "DONE",
}
registerEnumType(ResponseProgress, {
  name: "ResponseProgress",
  description: "How far a response says that what was asked for is",
  valuesConfig: {
    NOT_STARTED: { description: "It is promised, and not begun" },
    IN_PROGRESS: { description: "It is done in part" },
    DELAYED: { description: "It is late, for a reason given" },
    ONGOING: { description: "It is being done, and has no end" },
    DONE: { description: "It is done" },
  },
});

/**
 * What a board asked of somebody and keeps track of until it is content. Its words are never changed: an answer is a
 * response with a day, and `status` moves through `nextTrackedItemStatus` alone.
 */
@ObjectType({
  description: "What a board asked of somebody and keeps track of: a recommendation, an action or information",
  implements: Node,
})
@Entity({ name: "tracked_item" })
@Unique(["partnershipId", "id"])
@Unique(["boardId", "number"])
@Index(["decisionId", "partnershipId", "business"])
@OneOf("tracked_item", "business", Business)
@OneOf("tracked_item", "kind", TrackedItemKind)
@OneOf("tracked_item", "status", TrackedItemStatus)
@Check("tracked_item_private_check", "business = 'PUBLIC' or published_at is null")
@Check("tracked_item_closed_check", "closed_on is null or status = 'CLOSED'")
@BelongsTo(() => Board, "boardId")
@BelongsTo(() => Agency, "agencyId")
@BelongsTo(() => Post, "postId")
@References(() => Decision, ["partnershipId", "decisionId", "business"], ["partnershipId", "id", "business"])
export class TrackedItem extends TenantRow {
  @Column("uuid")
  boardId!: string;

  /** Null where the board's tracker does not say at which decision it was asked. */
  @Column("uuid", { nullable: true })
  decisionId!: string | null;

  @Exposed("PUBLIC", () => Business, "Whether it is public or private business")
  @Column("text")
  business!: Business;

  @Exposed("PUBLIC", () => Int, "Number in the board's tracker, from 1")
  @Column("int")
  number!: number;

  @Exposed("PUBLIC", () => String, "Reference that it is cited by, such as a recommendation's number; null if none", {
    nullable: true,
  })
  @Column("text", { nullable: true })
  reference!: string | null;

  @Exposed("PUBLIC", () => TrackedItemKind, "What was asked for")
  @Column("text")
  kind!: TrackedItemKind;

  @Exposed("PUBLIC", () => String, "What is asked, in short")
  @Column("text")
  title!: string;

  /** The agency that is asked; the post's own where a post alone was named. */
  @Column("uuid", { nullable: true })
  agencyId!: string | null;

  @Column("uuid", { nullable: true })
  postId!: string | null;

  @Exposed("PUBLIC", () => String, "Whom the tracker names in other words, such as members; null if none", {
    nullable: true,
  })
  @Column("text", { nullable: true })
  askedText!: string | null;

  @Exposed("PUBLIC", () => DateScalar, "Day on which it was asked")
  @Column("date")
  raisedOn!: string;

  @Exposed("PUBLIC", () => String, "When it is expected, as printed; null if not said", { nullable: true })
  @Column("text", { nullable: true })
  dueText!: string | null;

  @Exposed("PUBLIC", () => DateScalar, "Day by which it is expected; null if none was named", { nullable: true })
  @Column("date", { nullable: true })
  dueOn!: string | null;

  @Exposed("PUBLIC", () => TrackedItemStatus, "Where it stands")
  @Column("text", { default: TrackedItemStatus.OPEN })
  status!: TrackedItemStatus;

  @Exposed("PUBLIC", () => DateScalar, "Day on which it was closed; null while it is not, or where none is recorded", {
    nullable: true,
  })
  @Column("date", { nullable: true })
  closedOn!: string | null;

  @Exposed(
    "PUBLIC",
    () => DateTimeScalar,
    "Instant from which it is public; null while it is the partnership's own, and always for private business",
    { nullable: true },
  )
  @Column("timestamptz", { nullable: true })
  publishedAt!: Date | null;

  @Exposed("PARTNERSHIP", () => Int, "Version, for `expectedVersion` when changing it")
  @Column("int", { default: 1 })
  version!: number;
}

/** That a tracked item led to an action, or is about one: the last step from a decision to who does it. */
@Entity({ name: "tracked_item_action" })
@Unique(["trackedItemId", "actionId"])
@BelongsTo(() => TrackedItem, "trackedItemId")
@BelongsTo(() => Action, "actionId")
export class TrackedItemAction extends TenantRow {
  @Column("uuid")
  trackedItemId!: string;

  @Column("uuid")
  actionId!: string;
}

/** An answer to what was asked. It is never changed: who has more to say adds another. */
@ObjectType({ description: "An answer to what a board asked, on a day" })
@Entity({ name: "tracked_item_response" })
@Unique(["trackedItemId", "number"])
@OneOf("tracked_item_response", "progress", ResponseProgress)
@BelongsTo(() => TrackedItem, "trackedItemId")
@BelongsTo(() => Agency, "agencyId")
@BelongsTo(() => Post, "postId")
export class TrackedItemResponse extends TenantRow {
  @Column("uuid")
  trackedItemId!: string;

  @Exposed("PUBLIC", () => Int, "Number among the item's responses, from 1")
  @Column("int")
  number!: number;

  @Column("uuid", { nullable: true })
  agencyId!: string | null;

  @Column("uuid", { nullable: true })
  postId!: string | null;

  @Exposed("PUBLIC", () => DateScalar, "Day of the response")
  @Column("date")
  respondedOn!: string;

  @Exposed("PUBLIC", () => String, "What was answered")
  @Column("text")
  text!: string;

  @Exposed("PUBLIC", () => ResponseProgress, "How far it says that things are; null if it does not", {
    nullable: true,
  })
  @Column("text", { nullable: true })
  progress!: ResponseProgress | null;
}
