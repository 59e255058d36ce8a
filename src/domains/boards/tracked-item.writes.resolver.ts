import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { Access } from "../../platform/graphql/exposed";
import type { RequestContext } from "../access/index";
import type { Send } from "../audit/index";
import { type Payload, written } from "../writing/index";
import { boardLoaders } from "./boards.loaders";
import { type TrackedItem } from "./tracked-item.entity";
import {
  LinkTrackedItemInput,
  RespondToTrackedItemInput,
  TrackedItemInput,
  TrackedItemPayload,
} from "./tracked-item.inputs";
import { closeTrackedItem, linkTrackedItem, reopenTrackedItem, respondToTrackedItem } from "./tracked-item.service";
import { type WorkProgrammeItem } from "./work-programme.entity";
import {
  AddWorkProgrammeItemInput,
  RecordWorkProgrammeOutcomeInput,
  ScheduleWorkProgrammeItemInput,
  WorkProgrammeItemPayload,
} from "./work-programme.inputs";
import { addWorkProgrammeItem, recordWorkProgrammeOutcome, scheduleWorkProgrammeItem } from "./work-programme.service";

type Work = (send: Send) => Promise<string>;
const trackedItemWritten = (context: RequestContext, work: Work): Promise<Payload<"trackedItem", TrackedItem>> =>
  written(context, "trackedItem", work, (id) => context.use(boardLoaders).trackedItemById.load(id));
const workProgrammeItemWritten = (
  context: RequestContext,
  work: Work,
): Promise<Payload<"workProgrammeItem", WorkProgrammeItem>> =>
  written(context, "workProgrammeItem", work, (id) => context.use(boardLoaders).workProgrammeItemById.load(id));

@Resolver()
export class TrackingWritesResolver {
  @Mutation(() => TrackedItemPayload, {
    description:
      "Answers what a board asked. For contributors and leads of the agency that was asked, and for officers, who record an answer that came by other ways",
  })
  @Access("PUBLIC")
  respondToTrackedItem(
    @Arg("input", () => RespondToTrackedItemInput, { description: "The tracked item and the answer" })
    input: RespondToTrackedItemInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<"trackedItem", TrackedItem>> {
    return trackedItemWritten(context, (send) => respondToTrackedItem(send, context, input));
  }

  @Mutation(() => TrackedItemPayload, { description: "Closes a tracked item: the board is content. For officers" })
  @Access("PUBLIC")
  closeTrackedItem(
    @Arg("input", () => TrackedItemInput, { description: "The tracked item" }) input: TrackedItemInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<"trackedItem", TrackedItem>> {
    return trackedItemWritten(context, (send) => closeTrackedItem(send, context, input));
  }

  @Mutation(() => TrackedItemPayload, { description: "Opens a closed item again. For officers" })
  @Access("PUBLIC")
  reopenTrackedItem(
    @Arg("input", () => TrackedItemInput, { description: "The tracked item" }) input: TrackedItemInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<"trackedItem", TrackedItem>> {
    return trackedItemWritten(context, (send) => reopenTrackedItem(send, context, input));
  }

  @Mutation(() => TrackedItemPayload, {
    description: "Says which actions of plans a tracked item led to, or is about. For officers",
  })
  @Access("PUBLIC")
  linkTrackedItem(
    @Arg("input", () => LinkTrackedItemInput, { description: "The tracked item and the actions" })
    input: LinkTrackedItemInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<"trackedItem", TrackedItem>> {
    return trackedItemWritten(context, (send) => linkTrackedItem(send, context, input));
  }

  @Mutation(() => WorkProgrammeItemPayload, { description: "Puts something on a board's work programme. For officers" })
  @Access("PUBLIC")
  addWorkProgrammeItem(
    @Arg("input", () => AddWorkProgrammeItemInput, { description: "The item" }) input: AddWorkProgrammeItemInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<"workProgrammeItem", WorkProgrammeItem>> {
    return workProgrammeItemWritten(context, (send) => addWorkProgrammeItem(send, context, input));
  }

  @Mutation(() => WorkProgrammeItemPayload, {
    description: "Says when something on a work programme is looked at. For officers",
  })
  @Access("PUBLIC")
  scheduleWorkProgrammeItem(
    @Arg("input", () => ScheduleWorkProgrammeItemInput, { description: "The item, and when" })
    input: ScheduleWorkProgrammeItemInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<"workProgrammeItem", WorkProgrammeItem>> {
    return workProgrammeItemWritten(context, (send) => scheduleWorkProgrammeItem(send, context, input));
  }

  @Mutation(() => WorkProgrammeItemPayload, {
    description: "Says once what came of something on a work programme. For officers",
  })
  @Access("PUBLIC")
  recordWorkProgrammeOutcome(
    @Arg("input", () => RecordWorkProgrammeOutcomeInput, { description: "The item, and what came of it" })
    input: RecordWorkProgrammeOutcomeInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<"workProgrammeItem", WorkProgrammeItem>> {
    return workProgrammeItemWritten(context, (send) => recordWorkProgrammeOutcome(send, context, input));
  }
}
