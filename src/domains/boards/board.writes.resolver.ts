import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { Access } from "../../platform/graphql/exposed";
import type { RequestContext } from "../access/index";
import type { Send } from "../audit/index";
import { type Payload, written } from "../writing/index";
import { type Board, type BoardMember } from "./board.entity";
import {
  AddBoardMemberInput,
  BoardMemberPayload,
  BoardPayload,
  CreateBoardInput,
  EndBoardInput,
  EndBoardMembershipInput,
} from "./board.inputs";
import { addBoardMember, createBoard, endBoard, endBoardMembership } from "./board.service";
import { boardLoaders } from "./boards.loaders";

type Work = (send: Send) => Promise<string>;
const boardWritten = (context: RequestContext, work: Work): Promise<Payload<"board", Board>> =>
  written(context, "board", work, (id) => context.use(boardLoaders).boardById.load(id));
const boardMemberWritten = (context: RequestContext, work: Work): Promise<Payload<"boardMember", BoardMember>> =>
  written(context, "boardMember", work, (id) => context.use(boardLoaders).boardMemberById.load(id));

@Resolver()
export class BoardWritesResolver {
  @Mutation(() => BoardPayload, { description: "Sets up a board. For officers" })
  @Access("PUBLIC")
  createBoard(
    @Arg("input", () => CreateBoardInput, { description: "The board" }) input: CreateBoardInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<"board", Board>> {
    return boardWritten(context, (send) => createBoard(send, context, input));
  }

  @Mutation(() => BoardPayload, {
    description: "Ends a board and says who follows; what it did stays as it was. For officers",
  })
  @Access("PUBLIC")
  endBoard(
    @Arg("input", () => EndBoardInput, { description: "The board, its last day and who follows" }) input: EndBoardInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<"board", Board>> {
    return boardWritten(context, (send) => endBoard(send, context, input));
  }

  @Mutation(() => BoardMemberPayload, {
    description:
      "Gives an agency or a post a seat on a board: its agency reads the board's private business from then on. For officers",
  })
  @Access("PUBLIC")
  addBoardMember(
    @Arg("input", () => AddBoardMemberInput, { description: "The seat" }) input: AddBoardMemberInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<"boardMember", BoardMember>> {
    return boardMemberWritten(context, (send) => addBoardMember(send, context, input));
  }

  @Mutation(() => BoardMemberPayload, { description: "Ends a seat on a board. For officers" })
  @Access("PUBLIC")
  endBoardMembership(
    @Arg("input", () => EndBoardMembershipInput, { description: "The seat and its last day" })
    input: EndBoardMembershipInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<"boardMember", BoardMember>> {
    return boardMemberWritten(context, (send) => endBoardMembership(send, context, input));
  }
}
