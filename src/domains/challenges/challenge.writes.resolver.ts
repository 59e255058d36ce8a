import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { Access } from "../../platform/graphql/exposed";
import type { RequestContext } from "../access/index";
import type { Send } from "../audit/index";
import { type Payload, written } from "../writing/index";
import {
  acknowledgeChallenge,
  agreeResolution,
  declineResolution,
  noteOnChallenge,
  proposeResolution,
  respondToChallenge,
} from "./answer.service";
import type { Challenge } from "./challenge.entity";
import {
  ChallengeInput,
  ChallengePayload,
  ChallengeTextInput,
  EscalateChallengeInput,
  RaiseChallengeInput,
} from "./challenge.inputs";
import { challengeLoaders } from "./challenges.loaders";
import {
  deadlockChallenge,
  decideChallenge,
  escalateChallenge,
  recordLearning,
  withdrawChallenge,
} from "./escalate.service";
import { raiseChallenge } from "./raise.service";

type ChallengeAnswer = Promise<Payload<"challenge", Challenge>>;

const answered = (context: RequestContext, work: (send: Send) => Promise<string>): ChallengeAnswer =>
  written(context, "challenge", work, (id) => context.use(challengeLoaders).challengeById.load(id));

@Resolver()
export class ChallengeWritesResolver {
  @Mutation(() => ChallengePayload, {
    description:
      "Raises a challenge against an agency, on a ladder of its partnership. For leads of its agencies, officers and the chair",
  })
  @Access("PUBLIC")
  raiseChallenge(
    @Arg("input", () => RaiseChallengeInput, { description: "The challenge" }) input: RaiseChallengeInput,
    @Ctx() context: RequestContext,
  ): ChallengeAnswer {
    return answered(context, (send) => raiseChallenge(send, context, input));
  }

  @Mutation(() => ChallengePayload, {
    description: "Says that the agency that is challenged has it. For its contributors and leads",
  })
  @Access("PUBLIC")
  acknowledgeChallenge(
    @Arg("input", () => ChallengeInput, { description: "The challenge" }) input: ChallengeInput,
    @Ctx() context: RequestContext,
  ): ChallengeAnswer {
    return answered(context, (send) => acknowledgeChallenge(send, context, input));
  }

  @Mutation(() => ChallengePayload, {
    description: "Answers a challenge. For contributors and leads of the agency that is challenged",
  })
  @Access("PUBLIC")
  respondToChallenge(
    @Arg("input", () => ChallengeTextInput, { description: "The challenge and the answer" }) input: ChallengeTextInput,
    @Ctx() context: RequestContext,
  ): ChallengeAnswer {
    return answered(context, (send) => respondToChallenge(send, context, input));
  }

  @Mutation(() => ChallengePayload, {
    description:
      "Proposes a resolution to the other side. For leads of the two sides; for officers and the chair where no agency raised it",
  })
  @Access("PUBLIC")
  proposeResolution(
    @Arg("input", () => ChallengeTextInput, { description: "The challenge and what is proposed" })
    input: ChallengeTextInput,
    @Ctx() context: RequestContext,
  ): ChallengeAnswer {
    return answered(context, (send) => proposeResolution(send, context, input));
  }

  @Mutation(() => ChallengePayload, {
    description:
      "Agrees to what the other side proposes or, where nothing is proposed, to its answer: the challenge ends. For leads of that side; for officers and the chair where no agency raised it",
  })
  @Access("PUBLIC")
  agreeResolution(
    @Arg("input", () => ChallengeInput, { description: "The challenge" }) input: ChallengeInput,
    @Ctx() context: RequestContext,
  ): ChallengeAnswer {
    return answered(context, (send) => agreeResolution(send, context, input));
  }

  @Mutation(() => ChallengePayload, {
    description:
      "Declines what the other side proposes: the clock runs on. For leads of that side; for officers and the chair where no agency raised it",
  })
  @Access("PUBLIC")
  declineResolution(
    @Arg("input", () => ChallengeTextInput, { description: "The challenge, and why not" }) input: ChallengeTextInput,
    @Ctx() context: RequestContext,
  ): ChallengeAnswer {
    return answered(context, (send) => declineResolution(send, context, input));
  }

  @Mutation(() => ChallengePayload, {
    description: "Takes a challenge to a higher stage. For leads of the agency that raised it, officers and the chair",
  })
  @Access("PUBLIC")
  escalateChallenge(
    @Arg("input", () => EscalateChallengeInput, { description: "The challenge, and why" })
    input: EscalateChallengeInput,
    @Ctx() context: RequestContext,
  ): ChallengeAnswer {
    return answered(context, (send) => escalateChallenge(send, context, input));
  }

  @Mutation(() => ChallengePayload, {
    description:
      "Decides a challenge: it ends. For whoever decides at its stage, and for the chair at the last; never for a party",
  })
  @Access("PUBLIC")
  decideChallenge(
    @Arg("input", () => ChallengeTextInput, { description: "The challenge, and what is decided" })
    input: ChallengeTextInput,
    @Ctx() context: RequestContext,
  ): ChallengeAnswer {
    return answered(context, (send) => decideChallenge(send, context, input));
  }

  @Mutation(() => ChallengePayload, {
    description:
      "Says at the last stage that nothing is agreed or decided: the challenge ends. For officers and the chair",
  })
  @Access("PUBLIC")
  deadlockChallenge(
    @Arg("input", () => ChallengeTextInput, { description: "The challenge, and why" }) input: ChallengeTextInput,
    @Ctx() context: RequestContext,
  ): ChallengeAnswer {
    return answered(context, (send) => deadlockChallenge(send, context, input));
  }

  @Mutation(() => ChallengePayload, {
    description:
      "Takes a challenge back: it ends. For leads of the agency that raised it; for officers and the chair where none did",
  })
  @Access("PUBLIC")
  withdrawChallenge(
    @Arg("input", () => ChallengeTextInput, { description: "The challenge, and why" }) input: ChallengeTextInput,
    @Ctx() context: RequestContext,
  ): ChallengeAnswer {
    return answered(context, (send) => withdrawChallenge(send, context, input));
  }

  @Mutation(() => ChallengePayload, {
    description:
      "Says what was learned from a challenge that has ended. For leads of the two sides, officers and the chair",
  })
  @Access("PUBLIC")
  recordLearning(
    @Arg("input", () => ChallengeTextInput, { description: "The challenge, and what was learned" })
    input: ChallengeTextInput,
    @Ctx() context: RequestContext,
  ): ChallengeAnswer {
    return answered(context, (send) => recordLearning(send, context, input));
  }

  @Mutation(() => ChallengePayload, {
    description:
      "Keeps a note of the caller's own agency, which nobody else reads, oversight included. For contributors and leads of agencies that take part",
  })
  @Access("PUBLIC")
  noteOnChallenge(
    @Arg("input", () => ChallengeTextInput, { description: "The challenge and the note" }) input: ChallengeTextInput,
    @Ctx() context: RequestContext,
  ): ChallengeAnswer {
    return answered(context, (send) => noteOnChallenge(send, context, input));
  }
}
