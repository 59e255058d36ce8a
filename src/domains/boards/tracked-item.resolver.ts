import { Resolver } from "type-graphql";
import { InSql, keyed, Linked } from "../access/index";
import { Agency, Post } from "../partnership/index";
import { Action } from "../plan/index";
import { Board } from "./board.entity";
import { Decision, Meeting } from "./meeting.entity";
import { TrackedItem, TrackedItemResponse } from "./tracked-item.entity";
import { WorkProgrammeItem } from "./work-programme.entity";

@Resolver(() => TrackedItem)
export class TrackedItemResolver {
  @Linked("PUBLIC", () => Board, "The board that asked", keyed("board_id"))
  board!: Board;

  @Linked(
    "PUBLIC",
    () => Decision,
    "The decision that asked for it; null where the tracker does not say, or the caller may not see it",
    keyed("decision_id"),
    { nullable: true },
  )
  decision!: Decision | null;

  @Linked(
    "PUBLIC",
    () => Agency,
    "The agency that is asked, or that the post is in; null if none",
    keyed("agency_id"),
    { nullable: true },
  )
  agency!: Agency | null;

  @Linked("PUBLIC", () => Post, "The post that is asked; null if none", keyed("post_id"), { nullable: true })
  post!: Post | null;

  @InSql(
    "PUBLIC",
    () => Boolean,
    "Whether its day has passed and it is not closed; false where no day was named",
    (item) => `coalesce(${item}.due_on < (select app.today()) and ${item}.status <> 'CLOSED', false)`,
  )
  overdue!: boolean;

  @Linked(
    "PUBLIC",
    () => TrackedItemResponse,
    "What was answered, oldest first",
    (item, response) => ({ where: `${response}.tracked_item_id = ${item}.id`, order: `${response}.number` }),
    { list: true },
  )
  responses!: TrackedItemResponse[];

  @Linked(
    "PUBLIC",
    () => TrackedItemResponse,
    "What was answered last; null while nobody has answered",
    (item, response) => ({ where: `${response}.tracked_item_id = ${item}.id`, order: `${response}.number desc` }),
    { nullable: true },
  )
  latestResponse!: TrackedItemResponse | null;

  @Linked(
    "PUBLIC",
    () => Action,
    "Actions of plans that it led to or is about, as far as the caller may see them",
    (item, action) => ({
      from: `tracked_item_action x join action ${action} on ${action}.id = x.action_id`,
      where: `x.tracked_item_id = ${item}.id`,
      order: `${action}.reference_order`,
      key: "x.action_id",
    }),
    { list: true },
  )
  actions!: Action[];
}

@Resolver(() => TrackedItemResponse)
export class TrackedItemResponseResolver {
  @Linked("PUBLIC", () => Agency, "The agency that answered; null if not recorded", keyed("agency_id"), {
    nullable: true,
  })
  agency!: Agency | null;

  @Linked("PUBLIC", () => Post, "The post that answered; null if not recorded", keyed("post_id"), { nullable: true })
  post!: Post | null;
}

@Resolver(() => Action)
export class ActionTrackedItemsResolver {
  @Linked(
    "PUBLIC",
    () => TrackedItem,
    "What boards asked for that led to it or is about it, as far as the caller may see it, in the order asked",
    (action, item) => ({
      from: `tracked_item_action x join tracked_item ${item} on ${item}.id = x.tracked_item_id`,
      where: `x.action_id = ${action}.id`,
      order: `${item}.raised_on, ${item}.number`,
      key: "x.tracked_item_id",
    }),
    { list: true },
  )
  trackedItems!: TrackedItem[];
}

@Resolver(() => WorkProgrammeItem)
export class WorkProgrammeItemResolver {
  @Linked("PUBLIC", () => Board, "The board whose programme it is on", keyed("board_id"))
  board!: Board;

  @Linked(
    "PUBLIC",
    () => Meeting,
    "The meeting that it is for; null where none is, or the caller may not see it",
    keyed("meeting_id"),
    { nullable: true },
  )
  meeting!: Meeting | null;
}
