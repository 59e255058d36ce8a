import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { Access } from "../../platform/graphql/exposed";
import type { RequestContext } from "../access/index";
import type { Send } from "../audit/index";
import { type Payload, written } from "../writing/index";
import { boardLoaders } from "./boards.loaders";
import { recordDecision } from "./decision.service";
import { type AgendaItem, type Decision, type Meeting } from "./meeting.entity";
import {
  AddAgendaItemInput,
  AgendaItemPayload,
  CancelMeetingInput,
  DecisionPayload,
  MeetingInput,
  MeetingPayload,
  RecordDecisionInput,
  ScheduleMeetingInput,
} from "./meeting.inputs";
import { addAgendaItem, cancelMeeting, holdMeeting, publishMeeting, scheduleMeeting } from "./meeting.service";

type Work = (send: Send) => Promise<string>;
const meetingWritten = (context: RequestContext, work: Work): Promise<Payload<"meeting", Meeting>> =>
  written(context, "meeting", work, (id) => context.use(boardLoaders).meetingById.load(id));

@Resolver()
export class MeetingWritesResolver {
  @Mutation(() => MeetingPayload, { description: "Plans a meeting of a board. For officers" })
  @Access("PUBLIC")
  scheduleMeeting(
    @Arg("input", () => ScheduleMeetingInput, { description: "The meeting" }) input: ScheduleMeetingInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<"meeting", Meeting>> {
    return meetingWritten(context, (send) => scheduleMeeting(send, context, input));
  }

  @Mutation(() => MeetingPayload, { description: "Records that a meeting was held. For officers" })
  @Access("PUBLIC")
  holdMeeting(
    @Arg("input", () => MeetingInput, { description: "The meeting" }) input: MeetingInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<"meeting", Meeting>> {
    return meetingWritten(context, (send) => holdMeeting(send, context, input));
  }

  @Mutation(() => MeetingPayload, { description: "Calls a meeting off. For officers" })
  @Access("PUBLIC")
  cancelMeeting(
    @Arg("input", () => CancelMeetingInput, { description: "The meeting, and why" }) input: CancelMeetingInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<"meeting", Meeting>> {
    return meetingWritten(context, (send) => cancelMeeting(send, context, input));
  }

  @Mutation(() => MeetingPayload, {
    description:
      "Publishes a meeting with its public business: agenda, decisions and what they ask for. What comes later is published by doing so again. For officers",
  })
  @Access("PUBLIC")
  publishMeeting(
    @Arg("input", () => MeetingInput, { description: "The meeting" }) input: MeetingInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<"meeting", Meeting>> {
    return meetingWritten(context, (send) => publishMeeting(send, context, input));
  }

  @Mutation(() => AgendaItemPayload, {
    description: "Puts an item on a meeting's agenda, after those that are there. For officers",
  })
  @Access("PUBLIC")
  addAgendaItem(
    @Arg("input", () => AddAgendaItemInput, { description: "The item and its papers" }) input: AddAgendaItemInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<"agendaItem", AgendaItem>> {
    return written(
      context,
      "agendaItem",
      (send) => addAgendaItem(send, context, input),
      (id) => context.use(boardLoaders).agendaItemById.load(id),
    );
  }

  @Mutation(() => DecisionPayload, {
    description:
      "Records what a board decided at a meeting that was held, and what it asks for, in one go. For officers and the chair",
  })
  @Access("PUBLIC")
  recordDecision(
    @Arg("input", () => RecordDecisionInput, { description: "The decision, and what it asks for" })
    input: RecordDecisionInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<"decision", Decision>> {
    return written(
      context,
      "decision",
      (send) => recordDecision(send, context, input),
      (id) => context.use(boardLoaders).decisionById.load(id),
    );
  }
}
