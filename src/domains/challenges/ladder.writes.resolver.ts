import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { Access } from "../../platform/graphql/exposed";
import type { RequestContext } from "../access/index";
import type { Send } from "../audit/index";
import { type Payload, written } from "../writing/index";
import { challengeLoaders } from "./challenges.loaders";
import type { Ladder } from "./ladder.entity";
import { CreateLadderInput, LadderPayload, RetireLadderInput, ReviseLadderInput } from "./ladder.inputs";
import { createLadder, retireLadder, reviseLadder } from "./ladder.service";

type LadderAnswer = Promise<Payload<"ladder", Ladder>>;

const answered = (context: RequestContext, work: (send: Send) => Promise<string>): LadderAnswer =>
  written(context, "ladder", work, (id) => context.use(challengeLoaders).ladderById.load(id));

@Resolver()
export class LadderWritesResolver {
  @Mutation(() => LadderPayload, {
    description: "Sets up a ladder, of one's own or copied from one of `ladderExamples`. For officers",
  })
  @Access("PUBLIC")
  createLadder(
    @Arg("input", () => CreateLadderInput, { description: "The ladder" }) input: CreateLadderInput,
    @Ctx() context: RequestContext,
  ): LadderAnswer {
    return answered(context, (send) => createLadder(send, context, input));
  }

  @Mutation(() => LadderPayload, {
    description:
      "Makes another version of a ladder, for what is raised from now on; a running challenge stays on the one that it has. For officers",
  })
  @Access("PUBLIC")
  reviseLadder(
    @Arg("input", () => ReviseLadderInput, { description: "The ladder, and all that the new version says" })
    input: ReviseLadderInput,
    @Ctx() context: RequestContext,
  ): LadderAnswer {
    return answered(context, (send) => reviseLadder(send, context, input));
  }

  @Mutation(() => LadderPayload, { description: "Retires a ladder: nothing new is raised on it. For officers" })
  @Access("PUBLIC")
  retireLadder(
    @Arg("input", () => RetireLadderInput, { description: "The ladder, and from which day" }) input: RetireLadderInput,
    @Ctx() context: RequestContext,
  ): LadderAnswer {
    return answered(context, (send) => retireLadder(send, context, input));
  }
}
