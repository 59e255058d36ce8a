import { ArgsType, Field, Resolver } from "type-graphql";
import { connectionTypeOf, PageArgs } from "../../platform/graphql/connection";
import { DateScalar } from "../../platform/graphql/scalars";
import { AsOf, keyed, Linked, Paged } from "../access/index";
import { Agency, Partnership, Post } from "../partnership/index";
import { Board, BoardMember } from "./board.entity";
import { listOfBoard } from "./boards.links";
import { MeetingState } from "./meeting-lifecycle";
import { AgendaItem, AgendaPaper, Decision, Meeting } from "./meeting.entity";
import { SignOff } from "./sign-off.entity";
import { TrackedItemStatus } from "./tracked-item-lifecycle";
import { TrackedItem, TrackedItemKind } from "./tracked-item.entity";
import { WorkProgrammeBasis, WorkProgrammeItem } from "./work-programme.entity";

const MeetingConnection = connectionTypeOf("Meeting", () => Meeting);
const TrackedItemConnection = connectionTypeOf("TrackedItem", () => TrackedItem);
const WorkProgrammeItemConnection = connectionTypeOf("WorkProgrammeItem", () => WorkProgrammeItem);

@ArgsType()
class MeetingListArgs extends PageArgs {
  @Field(() => [MeetingState], { nullable: true, description: "Only meetings that stand so; all when left out" })
  state?: MeetingState[] | null;
}

@ArgsType()
class TrackedItemListArgs extends PageArgs {
  @Field(() => [TrackedItemStatus], { nullable: true, description: "Only items that stand so; all when left out" })
  status?: TrackedItemStatus[] | null;
  @Field(() => [TrackedItemKind], { nullable: true, description: "Only items of these kinds; all when left out" })
  kind?: TrackedItemKind[] | null;
}

@ArgsType()
class WorkProgrammeArgs extends PageArgs {
  @Field(() => [WorkProgrammeBasis], { nullable: true, description: "Only items on this footing; all when left out" })
  basis?: WorkProgrammeBasis[] | null;
  @Field(() => String, { nullable: true, description: "Only items of this year, as the board calls it" })
  year?: string | null;
  @Field(() => DateScalar, { nullable: true, description: "Only items for this day" })
  scheduledOn?: string | null;
}

const oneOf = (value: string | null | undefined) => (value == null ? null : [value]);

@Resolver(() => Partnership)
export class PartnershipBoardsResolver {
  @Linked(
    "PUBLIC",
    () => Board,
    "Boards of the partnership, those that have ended included, by name",
    (partnership, board) => ({ where: `${board}.partnership_id = ${partnership}.id`, order: `${board}.name` }),
    { list: true, args: () => AsOf },
  )
  boards!: Board[];
}

@Resolver(() => Board)
export class BoardResolver {
  @Linked("PUBLIC", () => Partnership, "The partnership that it belongs to", keyed("partnership_id"))
  partnership!: Partnership;

  @Linked("PUBLIC", () => Board, "The board that it reports to; null where none is recorded", keyed("parent_id"), {
    nullable: true,
  })
  parent!: Board | null;

  @Linked(
    "PUBLIC",
    () => Board,
    "Boards that report to it, by name",
    (board, below) => ({ where: `${below}.parent_id = ${board}.id`, order: `${below}.name` }),
    { list: true },
  )
  subBoards!: Board[];

  @Linked("PUBLIC", () => Board, "The board that took over from it; null while none has", keyed("successor_id"), {
    nullable: true,
  })
  successor!: Board | null;

  @Linked(
    "PUBLIC",
    () => Board,
    "Boards that it took over from, by name",
    (board, before) => ({ where: `${before}.successor_id = ${board}.id`, order: `${before}.name` }),
    { list: true },
  )
  predecessors!: Board[];

  @Linked(
    "PUBLIC",
    () => BoardMember,
    "Seats on it, those that have ended included: the chair's first",
    (board, seat) => ({
      where: `${seat}.board_id = ${board}.id`,
      order: `array_position(array['CHAIR', 'MEMBER', 'ADVISER'], ${seat}.role), ${seat}.valid_from nulls first, ${seat}.id`,
    }),
    { list: true },
  )
  members!: BoardMember[];

  @Paged(
    "PUBLIC",
    () => MeetingConnection,
    "Its meetings that the caller may see, the latest day first",
    listOfBoard<MeetingListArgs>({
      name: "meetings",
      table: "meeting",
      by: "day",
      type: "date",
      descending: true,
      narrowedBy: ({ state }) => ({ state }),
    }),
    { args: () => MeetingListArgs },
  )
  meetings!: object;

  @Paged(
    "PUBLIC",
    () => TrackedItemConnection,
    "What it asked for and keeps track of, as far as the caller may see it, in the order of its tracker",
    listOfBoard<TrackedItemListArgs>({
      name: "tracked items",
      table: "tracked_item",
      by: "number",
      type: "int",
      narrowedBy: ({ status, kind }) => ({ status, kind }),
    }),
    { args: () => TrackedItemListArgs },
  )
  trackedItems!: object;

  @Paged(
    "PUBLIC",
    () => WorkProgrammeItemConnection,
    "Its work programme, as far as the caller may see it, in the programme's order",
    listOfBoard<WorkProgrammeArgs>({
      name: "work programme",
      table: "work_programme_item",
      by: "number",
      type: "int",
      narrowedBy: ({ basis, year, scheduledOn }) => ({
        basis,
        year_label: oneOf(year),
        "scheduled_on::text": oneOf(scheduledOn),
      }),
    }),
    { args: () => WorkProgrammeArgs },
  )
  workProgramme!: object;
}

@Resolver(() => BoardMember)
export class BoardMemberResolver {
  @Linked("PUBLIC", () => Board, "The board", keyed("board_id"))
  board!: Board;

  @Linked("PUBLIC", () => Agency, "The agency; null for a post of no recorded agency", keyed("agency_id"), {
    nullable: true,
  })
  agency!: Agency | null;

  @Linked("PUBLIC", () => Post, "The post; null where an agency is named", keyed("post_id"), { nullable: true })
  post!: Post | null;
}

@Resolver(() => Meeting)
export class MeetingResolver {
  @Linked("PUBLIC", () => Board, "The board that meets", keyed("board_id"))
  board!: Board;

  @Linked(
    "PUBLIC",
    () => AgendaItem,
    "Its agenda, as far as the caller may see it, in order",
    (meeting, item) => ({ where: `${item}.meeting_id = ${meeting}.id`, order: `${item}.position` }),
    { list: true },
  )
  agenda!: AgendaItem[];

  @Linked(
    "PUBLIC",
    () => Decision,
    "What was decided at it, as far as the caller may see it, by number",
    (meeting, decision) => ({
      where: `${decision}.meeting_id = ${meeting}.id`,
      order: `length(${decision}.number), ${decision}.number`,
    }),
    { list: true },
  )
  decisions!: Decision[];

  @Linked(
    "PUBLIC",
    () => WorkProgrammeItem,
    "What the work programme has for it, in the programme's order",
    (meeting, item) => ({ where: `${item}.meeting_id = ${meeting}.id`, order: `${item}.number` }),
    { list: true },
  )
  workProgramme!: WorkProgrammeItem[];
}

@Resolver(() => AgendaItem)
export class AgendaItemResolver {
  @Linked("PUBLIC", () => Meeting, "The meeting; null where the caller may not see it", keyed("meeting_id"), {
    nullable: true,
  })
  meeting!: Meeting | null;

  @Linked(
    "PUBLIC",
    () => AgendaPaper,
    "Papers that go with it, in order",
    (item, paper) => ({ where: `${paper}.agenda_item_id = ${item}.id`, order: `${paper}.position` }),
    { list: true },
  )
  papers!: AgendaPaper[];

  @Linked(
    "PUBLIC",
    () => Decision,
    "What was decided on it, as far as the caller may see it, by number",
    (item, decision) => ({
      where: `${decision}.agenda_item_id = ${item}.id`,
      order: `length(${decision}.number), ${decision}.number`,
    }),
    { list: true },
  )
  decisions!: Decision[];
}

@Resolver(() => Decision)
export class DecisionResolver {
  @Linked("PUBLIC", () => Board, "The board that decided", keyed("board_id"))
  board!: Board;

  @Linked("PUBLIC", () => Meeting, "The meeting; null where the caller may not see it", keyed("meeting_id"), {
    nullable: true,
  })
  meeting!: Meeting | null;

  @Linked(
    "PUBLIC",
    () => AgendaItem,
    "The agenda item that it was taken on; null where none is recorded, or the caller may not see it",
    keyed("agenda_item_id"),
    { nullable: true },
  )
  agendaItem!: AgendaItem | null;

  @Linked(
    "PUBLIC",
    () => TrackedItem,
    "What it asked for, in the order of the board's tracker",
    (decision, item) => ({ where: `${item}.decision_id = ${decision}.id`, order: `${item}.number` }),
    { list: true },
  )
  trackedItems!: TrackedItem[];

  @Linked(
    "PUBLIC",
    () => SignOff,
    "Sign-offs of actions that it made or took back",
    (decision, entry) => ({ where: `${entry}.decision_id = ${decision}.id`, order: `${entry}.number, ${entry}.id` }),
    { list: true },
  )
  signOffs!: SignOff[];
}
