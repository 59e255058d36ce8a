import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { Access } from "../../platform/graphql/exposed";
import { orUserErrors } from "../../platform/graphql/user-error";
import type { RequestContext, Writer } from "../access/index";
import type { Send } from "../audit/index";
import { ActionPayload } from "./action-payload";
import { CompleteActionInput, ReopenActionInput, SetImpactDateInput } from "./action-completion.inputs";
import { completeAction, reopenAction, setImpactDate } from "./action-completion.service";
import { planLoaders } from "./plan.loaders";

/** Does it in one transaction, and answers with the action as it then stands. */
const moved = <I>(
  context: RequestContext,
  service: (send: Send, writer: Writer, input: I) => Promise<string>,
  input: I,
): Promise<ActionPayload> =>
  orUserErrors({ action: null }, async () => {
    const id = await context.db.write((send) => service(send, context, input));
    context.forget();
    return { action: await context.use(planLoaders).actionById.load(id) };
  });

@Resolver()
export class ActionCompletionResolver {
  @Mutation(() => ActionPayload, {
    description:
      "Says that an action is done. Refused until its impact is rated or a day is set on which it is judged. For the lead of the agency that leads it, and officers",
  })
  @Access("PUBLIC")
  completeAction(
    @Arg("input", () => CompleteActionInput, { description: "The action" }) input: CompleteActionInput,
    @Ctx() context: RequestContext,
  ): Promise<ActionPayload> {
    return moved(context, completeAction, input);
  }

  @Mutation(() => ActionPayload, {
    description:
      "Takes up an action again that was said to be done, with a reason. For the lead of the agency that leads it, and officers",
  })
  @Access("PUBLIC")
  reopenAction(
    @Arg("input", () => ReopenActionInput, { description: "The action and the reason" }) input: ReopenActionInput,
    @Ctx() context: RequestContext,
  ): Promise<ActionPayload> {
    return moved(context, reopenAction, input);
  }

  @Mutation(() => ActionPayload, {
    description:
      "Sets the day on which an action's impact is to be judged. For the lead of the agency that leads it, and officers",
  })
  @Access("PUBLIC")
  setImpactDate(
    @Arg("input", () => SetImpactDateInput, { description: "The action and the day" }) input: SetImpactDateInput,
    @Ctx() context: RequestContext,
  ): Promise<ActionPayload> {
    return moved(context, setImpactDate, input);
  }
}
