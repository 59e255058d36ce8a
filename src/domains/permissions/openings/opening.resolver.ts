import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { Access } from "../../../platform/graphql/exposed";
import { orUserErrors } from "../../../platform/graphql/user-error";
import type { RecordOpening, RequestContext } from "../../access/index";
import type { Send } from "../../audit/index";
import { draftsOf } from "../../reporting/index";
import { openingLoaders } from "./opening.loaders";
import { acknowledgeRecordOpening, openRestrictedRecord, reviewRecordOpening } from "./opening.service";
import {
  AcknowledgeRecordOpeningInput,
  OpenRestrictedRecordInput,
  OpenRestrictedRecordPayload,
  RecordOpeningPayload,
  ReviewRecordOpeningInput,
} from "./opening.types";

/** Writes by `work`, and reads the opening that it names as it then stands. */
async function written(
  context: RequestContext,
  work: (send: Send) => Promise<string>,
): Promise<{ opening: RecordOpening | null }> {
  const id = await context.db.write(work);
  context.forget();
  return { opening: await context.use(openingLoaders).openingById.load(id) };
}

@Resolver()
export class OpeningResolver {
  @Mutation(() => OpenRestrictedRecordPayload, {
    description:
      "Opens an agency's drafts on one action to the officer who asks, and to nobody else, for three hours. The agency is told, the chair reviews it, and what the agency notes for itself stays closed. For officers",
  })
  @Access("PUBLIC")
  openRestrictedRecord(
    @Arg("input", () => OpenRestrictedRecordInput, { description: "What is to be opened, and why" })
    input: OpenRestrictedRecordInput,
    @Ctx() context: RequestContext,
  ): Promise<OpenRestrictedRecordPayload> {
    return orUserErrors({ opening: null, progressUpdates: [] }, async () => {
      const { opening } = await written(context, (send) => openRestrictedRecord(send, context, input));
      return { opening, progressUpdates: opening ? await draftsOf(context, opening.actionId, opening.agencyId) : [] };
    });
  }

  @Mutation(() => RecordOpeningPayload, {
    description: "Says that the agency knows of an opening of its drafts. For the agency's lead",
  })
  @Access("PUBLIC")
  acknowledgeRecordOpening(
    @Arg("input", () => AcknowledgeRecordOpeningInput, { description: "The opening" })
    input: AcknowledgeRecordOpeningInput,
    @Ctx() context: RequestContext,
  ): Promise<RecordOpeningPayload> {
    return orUserErrors({ opening: null }, () =>
      written(context, (send) => acknowledgeRecordOpening(send, context, input.opening)),
    );
  }

  @Mutation(() => RecordOpeningPayload, {
    description: "Notes what the review of an opening found. For the chair, and never for whoever opened it",
  })
  @Access("PUBLIC")
  reviewRecordOpening(
    @Arg("input", () => ReviewRecordOpeningInput, { description: "The opening, and what was found" })
    input: ReviewRecordOpeningInput,
    @Ctx() context: RequestContext,
  ): Promise<RecordOpeningPayload> {
    return orUserErrors({ opening: null }, () => written(context, (send) => reviewRecordOpening(send, context, input)));
  }
}
