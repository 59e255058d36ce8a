import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { Access } from "../../platform/graphql/exposed";
import type { RequestContext } from "../access/index";
import type { Send } from "../audit/index";
import { type Action, type Plan, planLoaders } from "../plan/index";
import { type Payload, written } from "../writing/index";
import { boardLoaders } from "./boards.loaders";
import { handOverPlan, signOffPlan } from "./plan-hand-over.service";
import { type HighlightReport } from "./sign-off.entity";
import {
  ActionSignOffPayload,
  FileHighlightReportInput,
  HandOverPlanInput,
  HighlightReportPayload,
  PlanSignOffPayload,
  RevertSignOffInput,
  SignOffActionInput,
  SignOffPlanInput,
} from "./sign-off.inputs";
import { fileHighlightReport, revertSignOff, signOffAction } from "./sign-off.service";

type Work = (send: Send) => Promise<string>;
const actionWritten = (context: RequestContext, work: Work): Promise<Payload<"action", Action>> =>
  written(context, "action", work, (id) => context.use(planLoaders).actionById.load(id));
const planWritten = (context: RequestContext, work: Work): Promise<Payload<"plan", Plan>> =>
  written(context, "plan", work, (id) => context.use(planLoaders).planById.load(id));

@Resolver()
export class SignOffWritesResolver {
  @Mutation(() => HighlightReportPayload, {
    description:
      "Files the highlight report on an action whose ratings are both green; it is never changed, and counts until a rating that is not green is given after it. For contributors and leads of the agency that leads the action",
  })
  @Access("PUBLIC")
  fileHighlightReport(
    @Arg("input", () => FileHighlightReportInput, { description: "The report" }) input: FileHighlightReportInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<"highlightReport", HighlightReport>> {
    return written(
      context,
      "highlightReport",
      (send) => fileHighlightReport(send, context, input),
      (id) => context.use(boardLoaders).highlightReportById.load(id),
    );
  }

  @Mutation(() => ActionSignOffPayload, {
    description:
      "Signs an action off by a board's decision, on the decision's day: it is completed, both ratings are green, and a highlight report counts. For the chair",
  })
  @Access("PUBLIC")
  signOffAction(
    @Arg("input", () => SignOffActionInput, { description: "The action, and the decision" }) input: SignOffActionInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<"action", Action>> {
    return actionWritten(context, (send) => signOffAction(send, context, input));
  }

  @Mutation(() => ActionSignOffPayload, {
    description:
      "Takes a sign-off back by a board's decision: the action is completed again. For the chair, and nobody else",
  })
  @Access("PUBLIC")
  revertSignOff(
    @Arg("input", () => RevertSignOffInput, { description: "The action, the decision, and why" })
    input: RevertSignOffInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<"action", Action>> {
    return actionWritten(context, (send) => revertSignOff(send, context, input));
  }

  @Mutation(() => PlanSignOffPayload, {
    description:
      "Signs a plan off as concluded, by a board's decision; refused with their references while it has open actions, which `handOverPlan` carries forward. For the chair",
  })
  @Access("PUBLIC")
  signOffPlan(
    @Arg("input", () => SignOffPlanInput, { description: "The plan, and the decision" }) input: SignOffPlanInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<"plan", Plan>> {
    return planWritten(context, (send) => signOffPlan(send, context, input));
  }

  @Mutation(() => PlanSignOffPayload, {
    description:
      "Hands a plan over by a board's decision: to a board, or to a plan that carries on its open actions, which are superseded here. Done again it changes nothing. For officers",
  })
  @Access("PUBLIC")
  handOverPlan(
    @Arg("input", () => HandOverPlanInput, { description: "The plan, the decision, and who follows" })
    input: HandOverPlanInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<"plan", Plan>> {
    return planWritten(context, (send) => handOverPlan(send, context, input));
  }
}
