import { Arg, Ctx, Int, Mutation, ObjectType, Resolver } from "type-graphql";
import { workingDaysBetween } from "../../clocks/index";
import { connectionTypeOf, PageArgs } from "../../platform/graphql/connection";
import { Access, Exposed } from "../../platform/graphql/exposed";
import { orUserErrors } from "../../platform/graphql/user-error";
import { Derived, type InRow, InSql, Linked, Paged, readRows, type RequestContext } from "../access/index";
import { type Send } from "../audit/index";
import { byCalendar, CALENDAR_OF } from "../calendars/index";
import { holdsRole, leadsAgency, Role } from "../identity/index";
import { Agency } from "../partnership/index";
import { Action } from "./action.entity";
import { DateRevision, MovedByWhen } from "./date-revision.entity";
import { DateRevisionState } from "./date-revision-lifecycle";
import {
  DateRevisionPayload,
  DecideDateRevisionInput,
  MoveByWhenInput,
  RequestDateRevisionInput,
  SetReviewDateInput,
  WithdrawDateRevisionInput,
} from "./date-revision.inputs";
import { ActionPayload } from "./action-payload";
import {
  approveDateRevision,
  moveByWhen,
  refuseDateRevision,
  requestDateRevision,
  setReviewDate,
  withdrawDateRevision,
} from "./date-revision.service";
import { namedForAction } from "./plan.links";
import { planLoaders } from "./plan.loaders";

export const DateRevisionConnection = connectionTypeOf("DateRevision", () => DateRevision);

@ObjectType({ description: "What the caller can do with a revision of a by-when now" })
export class DateRevisionViewerCan {
  @Exposed("PUBLIC", () => Boolean, "Approve or refuse it")
  decide!: boolean;
  @Exposed("PUBLIC", () => Boolean, "Take it back")
  withdraw!: boolean;
}

// what somebody is to a revision is what it is to the action, and whether its agency asked for it
readRows("DateRevision", {
  columns: { calendar: CALENDAR_OF },
  always: ["id", "partnershipId", "actionId"],
  related: { named: namedForAction("action_id"), askedByAgencyId: (revision) => `${revision}.asked_by_agency_id` },
});

const postOf =
  (column: string): InRow =>
  (revision) =>
    `(select p.label from person p where p.id = ${revision}.${column})`;

@Resolver(() => DateRevision)
export class DateRevisionResolver {
  @Linked("PUBLIC", () => Action, "The action whose by-when it moves", (revision) => ({ key: `${revision}.action_id` }))
  action!: Action;

  @Derived<DateRevision>("PUBLIC", () => MovedByWhen, "The by-when that it moves, as it was then", [
    "fromText",
    "fromKind",
    "fromPrecision",
    "fromStart",
    "fromEnd",
  ])
  from({ fromText, fromKind, fromPrecision, fromStart, fromEnd }: DateRevision): MovedByWhen {
    return { text: fromText, kind: fromKind, precision: fromPrecision, start: fromStart, end: fromEnd };
  }

  @Derived<DateRevision>("PUBLIC", () => MovedByWhen, "The by-when that it moves that to", [
    "toText",
    "toKind",
    "toPrecision",
    "toStart",
    "toEnd",
  ])
  to({ toText, toKind, toPrecision, toStart, toEnd }: DateRevision): MovedByWhen {
    return { text: toText, kind: toKind, precision: toPrecision, start: toStart, end: toEnd };
  }

  @Derived<DateRevision & { calendar: string }>(
    "PUBLIC",
    () => Int,
    "Working days of the partnership's part of the United Kingdom by which it moves the last day, negative when brought forward; null where either has no last day or the holidays of those years are not known",
    ["fromEnd", "toEnd", "calendar"],
    { nullable: true },
  )
  workingDaysMoved({ fromEnd, toEnd, calendar }: DateRevision & { calendar: string }, context: RequestContext) {
    if (fromEnd === null || toEnd === null) return null;
    return byCalendar(context, calendar, (days) => workingDaysBetween(fromEnd, toEnd, days));
  }

  @Linked(
    "PUBLIC",
    () => Agency,
    "The agency that asked; null where nobody did",
    (revision) => ({ key: `${revision}.asked_by_agency_id` }),
    { nullable: true },
  )
  askedByAgency!: Agency | null;

  @InSql("OVERSIGHT", () => String, "Post of the person who asked; null where nobody did", postOf("asked_by"))
  askedByPost!: string | null;

  @InSql(
    "OVERSIGHT",
    () => String,
    "Post of the person who approved, refused, withdrew or imported it; null while it is open, or where the operator imported it",
    postOf("decided_by"),
  )
  decidedByPost!: string | null;

  @Derived<DateRevision>("PUBLIC", () => DateRevisionViewerCan, "What the caller can do with it now", [
    "partnershipId",
    "state",
    "askedBy",
    "askedByAgencyId",
  ])
  viewerCan(
    { partnershipId, state, askedBy, askedByAgencyId }: DateRevision,
    { actor }: RequestContext,
  ): DateRevisionViewerCan {
    const open = state === DateRevisionState.REQUESTED;
    return {
      decide: open && askedBy !== actor.person && holdsRole(actor, partnershipId, Role.PARTNERSHIP_OFFICER),
      withdraw: open && askedByAgencyId !== null && leadsAgency(actor, askedByAgencyId),
    };
  }
}

@Resolver(() => Action)
export class ActionDateRevisionsResolver {
  @Paged(
    "PARTNERSHIP",
    () => DateRevisionConnection,
    "Moves of its by-when that the caller may see, newest first: those made, and to those named for the action and oversight those asked for",
    (action, revision) => ({
      name: (id) => `date revisions:${id}`,
      order: [
        { by: `${revision}.asked_at`, type: "timestamptz" },
        { by: `${revision}.id`, type: "uuid" },
      ],
      descending: true,
      count: () => `select count(*) from date_revision v where v.action_id = ${action}.id`,
      rows: ({ beyond }) => ({
        where: `${revision}.action_id = ${action}.id and ${beyond(`${revision}.asked_at`, `${revision}.id`)}`,
        shared: ["named"],
      }),
    }),
    { args: () => PageArgs },
  )
  dateRevisions!: object | null;

  @Linked(
    "PARTIES",
    () => DateRevision,
    "The move of its by-when that has been asked for and not decided; null where there is none",
    (action, revision) => ({
      where: `${revision}.action_id = ${action}.id and ${revision}.state = 'REQUESTED'`,
      shared: ["named"],
    }),
  )
  pendingDateRevision!: DateRevision | null;
}

@Resolver()
export class DateRevisionWritesResolver {
  @Mutation(() => DateRevisionPayload, {
    description:
      "Asks for the by-when of an action to be moved; nothing moves until an officer approves. One request at a time for an action. For the lead of an agency that leads it",
  })
  @Access("PUBLIC")
  requestDateRevision(
    @Arg("input", () => RequestDateRevisionInput, { description: "What is asked for" })
    input: RequestDateRevisionInput,
    @Ctx() context: RequestContext,
  ): Promise<DateRevisionPayload> {
    return revised(context, (send) => requestDateRevision(send, context, input));
  }

  @Mutation(() => DateRevisionPayload, {
    description:
      "Approves a request: the by-when is moved and the action's version moves on; the original by-when stays. For officers of the partnership, and never for who asked",
  })
  @Access("PUBLIC")
  approveDateRevision(
    @Arg("input", () => DecideDateRevisionInput, { description: "The request and the decision" })
    input: DecideDateRevisionInput,
    @Ctx() context: RequestContext,
  ): Promise<DateRevisionPayload> {
    return revised(context, (send) => approveDateRevision(send, context, input));
  }

  @Mutation(() => DateRevisionPayload, {
    description: "Refuses a request: nothing moves. For officers of the partnership, and never for who asked",
  })
  @Access("PUBLIC")
  refuseDateRevision(
    @Arg("input", () => DecideDateRevisionInput, { description: "The request and the decision" })
    input: DecideDateRevisionInput,
    @Ctx() context: RequestContext,
  ): Promise<DateRevisionPayload> {
    return revised(context, (send) => refuseDateRevision(send, context, input));
  }

  @Mutation(() => DateRevisionPayload, {
    description: "Takes a request back: nothing moves, and another may be made. For the lead of the agency that asked",
  })
  @Access("PUBLIC")
  withdrawDateRevision(
    @Arg("input", () => WithdrawDateRevisionInput, { description: "The request" }) input: WithdrawDateRevisionInput,
    @Ctx() context: RequestContext,
  ): Promise<DateRevisionPayload> {
    return revised(context, (send) => withdrawDateRevision(send, context, input));
  }

  @Mutation(() => DateRevisionPayload, {
    description:
      "Moves a by-when without being asked: a revision that is approved at once. For officers of the partnership",
  })
  @Access("PUBLIC")
  moveByWhen(
    @Arg("input", () => MoveByWhenInput, { description: "Where it is moved, and why" }) input: MoveByWhenInput,
    @Ctx() context: RequestContext,
  ): Promise<DateRevisionPayload> {
    return revised(context, (send) => moveByWhen(send, context, input));
  }

  @Mutation(() => ActionPayload, {
    description:
      "Says when an action that names no day (ongoing, recurring, or of words that name none) is next looked at. For officers of the partnership",
  })
  @Access("PUBLIC")
  setReviewDate(
    @Arg("input", () => SetReviewDateInput, { description: "The action and the day" }) input: SetReviewDateInput,
    @Ctx() context: RequestContext,
  ): Promise<ActionPayload> {
    return orUserErrors({ action: null }, async () => {
      const id = await context.db.write((send) => setReviewDate(send, context, input));
      context.forget();
      return { action: await context.use(planLoaders).actionById.load(id) };
    });
  }
}

/** The revision as it stands after `work`, or why nothing was done. */
function revised(context: RequestContext, work: (send: Send) => Promise<string>): Promise<DateRevisionPayload> {
  return orUserErrors({ dateRevision: null }, async () => {
    const id = await context.db.write(work);
    context.forget();
    return { dateRevision: await context.use(planLoaders).dateRevisionById.load(id) };
  });
}
