import { Field, ID, InputType, Int } from "type-graphql";
import { DateScalar } from "../../platform/graphql/scalars";
import { payloadType } from "../writing/index";
import { Board, BoardKind, BoardMember, BoardRole } from "./board.entity";

const VERSION = "`version` that the change is made to; CONFLICT where it has moved on. Left out: whatever it is";

@InputType({ description: "A board to set up" })
export class CreateBoardInput {
  @Field(() => ID, { description: "Id of the partnership" })
  partnership!: string;
  @Field(() => String, { description: "Name, unique in the partnership; at most 1,000 characters" })
  name!: string;
  @Field(() => BoardKind, { description: "What kind of board it is" })
  kind!: BoardKind;
  @Field(() => ID, { nullable: true, description: "Id of the board that it reports to; none when left out" })
  parent?: string | null;
  @Field(() => DateScalar, { nullable: true, description: "First day of the board; not recorded when left out" })
  validFrom?: string | null;
  @Field(() => String, { nullable: true, description: "What is to be known of it besides; at most 1,000 characters" })
  note?: string | null;
}

@InputType({ description: "The end of a board, and who follows" })
export class EndBoardInput {
  @Field(() => ID, { description: "Id of the board" })
  board!: string;
  @Field(() => DateScalar, { description: "Last day of the board" })
  validTo!: string;
  @Field(() => ID, { nullable: true, description: "Id of the board that takes over; none when left out" })
  successor?: string | null;
  @Field(() => Int, { nullable: true, description: VERSION })
  expectedVersion?: number | null;
}

@InputType({ description: "A seat on a board: of an agency, of a post, or of a post in an agency. Never a person's" })
export class AddBoardMemberInput {
  @Field(() => ID, { description: "Id of the board" })
  board!: string;
  @Field(() => ID, { nullable: true, description: "Id of the agency; with a post alone, the post's own" })
  agency?: string | null;
  @Field(() => ID, { nullable: true, description: "Id of the post; none when left out" })
  post?: string | null;
  @Field(() => BoardRole, { description: "What it is on the board" })
  role!: BoardRole;
  @Field(() => DateScalar, { nullable: true, description: "First day of the seat; today when left out" })
  validFrom?: string | null;
}

@InputType({ description: "The end of a seat" })
export class EndBoardMembershipInput {
  @Field(() => ID, { description: "Id of the seat" })
  boardMember!: string;
  @Field(() => DateScalar, { nullable: true, description: "Last day of the seat; today when left out" })
  validTo?: string | null;
}

export const BoardPayload = payloadType("BoardPayload", "board", () => Board, "board");
export const BoardMemberPayload = payloadType("BoardMemberPayload", "boardMember", () => BoardMember, "seat");
