import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { Access } from "../../platform/graphql/exposed";
import { orUserErrors } from "../../platform/graphql/user-error";
import type { RequestContext } from "../access/index";
import { KeptToAgency } from "../audit/index";
import { planLoaders } from "../plan/index";
import { saveProgressDraft } from "./progress-draft.service";
import { addRating } from "./rating.service";
import { reportingLoaders } from "./reporting.loaders";
import { AddRatingInput, AddRatingPayload, SaveProgressDraftInput, SaveProgressDraftPayload } from "./writing.inputs";

@Resolver()
export class ReportingWritesResolver {
  @Mutation(() => SaveProgressDraftPayload, {
    description:
      "Creates or changes the one open draft of the caller's own agency for an action and a period; nobody else sees it until it is submitted. For contributors and leads of agencies named for the action, and service accounts with WRITE_REPORTING",
  })
  @Access("PUBLIC")
  @KeptToAgency()
  saveProgressDraft(
    @Arg("input", () => SaveProgressDraftInput, { description: "The draft" }) input: SaveProgressDraftInput,
    @Ctx() context: RequestContext,
  ): Promise<SaveProgressDraftPayload> {
    return orUserErrors({ progressUpdate: null }, async () => {
      const id = await context.db.write((send) => saveProgressDraft(send, context, input));
      context.forget();
      return { progressUpdate: await context.use(reportingLoaders).updateById.load(id) };
    });
  }

  @Mutation(() => AddRatingPayload, {
    description:
      "Adds a rating to an action's history: reported by the lead of the agency that leads it, moderated by an officer",
  })
  @Access("PUBLIC")
  addRating(
    @Arg("input", () => AddRatingInput, { description: "The rating" }) input: AddRatingInput,
    @Ctx() context: RequestContext,
  ): Promise<AddRatingPayload> {
    return orUserErrors({ action: null }, async () => {
      const id = await context.db.write((send) => addRating(send, context, input));
      context.forget();
      return { action: await context.use(planLoaders).actionById.load(id) };
    });
  }
}
