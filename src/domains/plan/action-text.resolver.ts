import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { Access } from "../../platform/graphql/exposed";
import { orUserErrors } from "../../platform/graphql/user-error";
import type { RequestContext } from "../access/index";
import { EditActionTextInput, EditActionTextPayload } from "./action-text.inputs";
import { editActionText } from "./action-text.service";
import { planLoaders } from "./plan.loaders";

@Resolver()
export class ActionTextResolver {
  @Mutation(() => EditActionTextPayload, {
    description:
      "Edits what an action says. For officers; an agency's contributors and lead where a grant of WRITE names the field",
  })
  @Access("PUBLIC")
  editActionText(
    @Arg("input", () => EditActionTextInput, { description: "The action and its new words" })
    input: EditActionTextInput,
    @Ctx() context: RequestContext,
  ): Promise<EditActionTextPayload> {
    return orUserErrors({ action: null }, async () => {
      const id = await context.db.write((send) => editActionText(send, context, input));
      context.forget();
      return { action: await context.use(planLoaders).actionById.load(id) };
    });
  }
}
