import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { Access } from "../../platform/graphql/exposed";
import { orUserErrors } from "../../platform/graphql/user-error";
import type { Writer, RequestContext } from "../access/index";
import { KeptToAgency, type Send } from "../audit/index";
import { planLoaders } from "../plan/index";
import { startProgressDrafts } from "./period-drafts.service";
import { correctProgressUpdate, discardProgressDraft } from "./progress-correction.service";
import {
  NameProgressUpdateInput,
  ProgressUpdatePayload,
  ReturnProgressUpdateInput,
  SettleProgressUpdateInput,
  StartProgressDraftsInput,
  StartProgressDraftsPayload,
  SubmitProgressUpdateInput,
} from "./progress-update.inputs";
import {
  acceptProgressUpdate,
  returnProgressUpdate,
  submitProgressUpdate,
  type Written,
} from "./progress-update.service";
import type { ProgressUpdate } from "./reporting.entity";
import { reportingLoaders } from "./reporting.loaders";

/** Does it in one transaction, and answers with the update and its action as they then stand. */
const written = <I>(
  context: RequestContext,
  service: (send: Send, writer: Writer, input: I) => Promise<Written>,
  input: I,
): Promise<ProgressUpdatePayload> =>
  orUserErrors({ progressUpdate: null, action: null }, async () => {
    const { updateId, actionId } = await context.db.write((send) => service(send, context, input));
    context.forget();
    const [progressUpdate, action] = await Promise.all([
      context.use(reportingLoaders).updateById.load(updateId),
      context.use(planLoaders).actionById.load(actionId),
    ]);
    return { progressUpdate, action };
  });

@Resolver()
export class ProgressUpdateWritesResolver {
  @Mutation(() => ProgressUpdatePayload, {
    description:
      "Submits a progress update to the business unit: an open draft, or words sent at once. From then on it is never changed, and oversight sees it. For contributors and leads of agencies named for the action, and service accounts with WRITE_REPORTING",
  })
  @Access("PUBLIC")
  @KeptToAgency()
  submitProgressUpdate(
    @Arg("input", () => SubmitProgressUpdateInput, { description: "What is submitted" })
    input: SubmitProgressUpdateInput,
    @Ctx() context: RequestContext,
  ): Promise<ProgressUpdatePayload> {
    return written(context, submitProgressUpdate, input);
  }

  @Mutation(() => ProgressUpdatePayload, {
    description:
      "Accepts a submitted update: it and the ratings proposed with it are shared with the partnership. For officers, and not for whoever submitted it",
  })
  @Access("PUBLIC")
  acceptProgressUpdate(
    @Arg("input", () => SettleProgressUpdateInput, { description: "The update" }) input: SettleProgressUpdateInput,
    @Ctx() context: RequestContext,
  ): Promise<ProgressUpdatePayload> {
    return written(context, acceptProgressUpdate, input);
  }

  @Mutation(() => ProgressUpdatePayload, {
    description:
      "Returns a submitted update to its agency with a reason; the ratings proposed with it count for nobody. For officers, and not for whoever submitted it",
  })
  @Access("PUBLIC")
  returnProgressUpdate(
    @Arg("input", () => ReturnProgressUpdateInput, { description: "The update and the reason" })
    input: ReturnProgressUpdateInput,
    @Ctx() context: RequestContext,
  ): Promise<ProgressUpdatePayload> {
    return written(context, returnProgressUpdate, input);
  }

  @Mutation(() => ProgressUpdatePayload, {
    description:
      "Begins the next version of an update that was submitted, returned or accepted: a draft with the same words, seen by its agency alone. The earlier stays as it was. For contributors and leads of its agency, and service accounts with WRITE_REPORTING",
  })
  @Access("PUBLIC")
  @KeptToAgency()
  correctProgressUpdate(
    @Arg("input", () => NameProgressUpdateInput, { description: "The newest version" }) input: NameProgressUpdateInput,
    @Ctx() context: RequestContext,
  ): Promise<ProgressUpdatePayload> {
    return written(context, correctProgressUpdate, input);
  }

  @Mutation(() => ProgressUpdatePayload, {
    description:
      "Throws a draft away. For contributors and leads of its agency, and service accounts with WRITE_REPORTING",
  })
  @Access("PUBLIC")
  @KeptToAgency()
  discardProgressDraft(
    @Arg("input", () => NameProgressUpdateInput, { description: "The draft" }) input: NameProgressUpdateInput,
    @Ctx() context: RequestContext,
  ): Promise<ProgressUpdatePayload> {
    return written(context, discardProgressDraft, input);
  }

  @Mutation(() => StartProgressDraftsPayload, {
    description:
      "Begins an agency's drafts for a reporting period: one for each open action that it leads, with the words that it last submitted and no rating. What is there already is left alone. For its contributors and leads, and service accounts with WRITE_REPORTING",
  })
  @Access("PUBLIC")
  @KeptToAgency()
  startProgressDrafts(
    @Arg("input", () => StartProgressDraftsInput, { description: "The plan and the period" })
    input: StartProgressDraftsInput,
    @Ctx() context: RequestContext,
  ): Promise<StartProgressDraftsPayload> {
    const nothing = { started: null, skipped: null, progressUpdates: [] as ProgressUpdate[] };
    return orUserErrors<Omit<StartProgressDraftsPayload, "userErrors">>(nothing, async () => {
      const { ids, skipped } = await context.db.write((send) => startProgressDrafts(send, context, input));
      context.forget();
      const found = await context.use(reportingLoaders).updateById.loadMany(ids);
      const progressUpdates = found.filter((one): one is ProgressUpdate => one !== null && !(one instanceof Error));
      return { started: ids.length, skipped, progressUpdates };
    });
  }
}
