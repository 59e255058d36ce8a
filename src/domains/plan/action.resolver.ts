import { Arg, Args, Ctx, FieldResolver, ID, Int, ObjectType, Query, Resolver, Root } from "type-graphql";
import { NotFoundError } from "../../platform/errors/index";
import { PageArgs } from "../../platform/graphql/connection";
import { Access, Exposed } from "../../platform/graphql/exposed";
import { keyOf } from "../../platform/graphql/ids";
import { DateScalar } from "../../platform/graphql/scalars";
import { workingDaysBetween } from "../../platform/working-days/index";
import type { RequestContext } from "../access/index";
import { Agency, partnershipLoaders, Post } from "../partnership/index";
import type { ActionRow } from "./action-list";
import { Action, Assignment, AssignmentRole, ByWhenKind, Milestone, Precision } from "./action.entity";
import { ActionFilter, ActionOrder } from "./action.inputs";
import { Finding, Objective, Plan, Theme } from "./plan.entity";
import { type AssignmentRow, leadOf, planLoaders } from "./plan.loaders";
import { ActionConnection, actionsOf } from "./plan.resolver";

@ObjectType({ description: "The by-when as it was first promised; it never changes" })
export class OriginalByWhen {
  @Exposed("PUBLIC", () => String, "The words as printed")
  text!: string;
  @Exposed("PUBLIC", () => ByWhenKind, "What kind of promise it was")
  kind!: ByWhenKind;
  @Exposed("PUBLIC", () => Precision, "How precise it was; null where no date was named", { nullable: true })
  precision!: Precision | null;
  @Exposed("PUBLIC", () => DateScalar, "First day of a range; null otherwise", { nullable: true })
  start!: string | null;
  @Exposed("PUBLIC", () => DateScalar, "Last day; null where no date was named", { nullable: true })
  end!: string | null;
}

@ObjectType({ description: "When an action is to be done, as printed and as dates" })
export class ByWhen {
  @Exposed("PUBLIC", () => String, "The words as printed")
  text!: string;
  @Exposed("PUBLIC", () => ByWhenKind, "What kind of promise it is")
  kind!: ByWhenKind;
  @Exposed("PUBLIC", () => Precision, "How precise the printed date is; null where no date is named", {
    nullable: true,
  })
  precision!: Precision | null;
  @Exposed("PUBLIC", () => DateScalar, "First day of a range; null otherwise", { nullable: true })
  start!: string | null;
  @Exposed("PUBLIC", () => DateScalar, "Last day: a month means its last day; null where no date is named", {
    nullable: true,
  })
  end!: string | null;
  @Exposed(
    "PUBLIC",
    () => OriginalByWhen,
    "The by-when as first promised; null where the source prints only a revised one",
    { nullable: true },
  )
  original!: OriginalByWhen | null;
  @Exposed(
    "PUBLIC",
    () => Int,
    "Working days of England and Wales from the original end to the present one, negative when brought forward; null where either is unknown",
    { nullable: true },
  )
  slippageWorkingDays!: number | null;
}

/** The by-when of a row, current and original. */
export function byWhenOf(row: Action): ByWhen {
  const original =
    row.originalText !== null && row.originalKind !== null
      ? {
          text: row.originalText,
          kind: row.originalKind,
          precision: row.originalPrecision,
          start: row.originalStart,
          end: row.originalEnd,
        }
      : null;
  return {
    text: row.byWhenText,
    kind: row.byWhenKind,
    precision: row.byWhenPrecision,
    start: row.byWhenStart,
    end: row.byWhenEnd,
    original,
    slippageWorkingDays: original?.end && row.byWhenEnd ? workingDaysBetween(original.end, row.byWhenEnd) : null,
  };
}

// made once: each keeps tens of kilobytes outside the heap until it is collected
const LONG_DATE = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "long",
  year: "numeric",
  timeZone: "UTC",
});
const inWords = (day: string) => LONG_DATE.format(new Date(`${day}T00:00:00Z`));

@Resolver(() => Action)
export class ActionResolver {
  @Query(() => Action, {
    nullable: true,
    description: "The action of that id; NOT_FOUND where there is none that the caller may see",
  })
  @Access("PUBLIC")
  async action(@Arg("id", () => ID, { description: "Id of the action" }) id: string, @Ctx() context: RequestContext) {
    const key = keyOf("Action", id);
    const action = key && (await context.use(planLoaders).actionById.load(key));
    if (!action) throw new NotFoundError();
    return action;
  }

  @Query(() => ActionConnection, {
    nullable: true,
    description:
      "All actions that the caller may see, in every partnership; `viewer { agency { actions } }` is the caller's own",
  })
  @Access("PUBLIC")
  actions(
    @Ctx() context: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg("filter", () => ActionFilter, { nullable: true, description: "Which of them" }) filter?: ActionFilter | null,
    @Arg("orderBy", () => ActionOrder, { nullable: true, description: "In which order; by by-when unless given" })
    orderBy?: ActionOrder | null,
  ) {
    return actionsOf(context, { kind: "everywhere" }, page, filter, orderBy);
  }

  @FieldResolver(() => Plan, { description: "The plan that it belongs to" })
  @Access("PUBLIC")
  plan(@Root() { planId }: Action, @Ctx() context: RequestContext) {
    return context.use(planLoaders).planById.load(planId);
  }

  @FieldResolver(() => Objective, {
    nullable: true,
    description: "The objective that it serves; null where the source shows none",
  })
  @Access("PUBLIC")
  objective(@Root() { objectiveId }: Action, @Ctx() context: RequestContext) {
    return objectiveId ? context.use(planLoaders).objectiveById.load(objectiveId) : null;
  }

  @FieldResolver(() => Theme, {
    nullable: true,
    description: "The section of the plan that it stands under; null where the plan has none",
  })
  @Access("PUBLIC")
  theme(@Root() { themeId }: Action, @Ctx() context: RequestContext) {
    return themeId ? context.use(planLoaders).themeById.load(themeId) : null;
  }

  @FieldResolver(() => [Finding], {
    description: "Findings that the action itself cites, beside those of its objective",
  })
  @Access("PUBLIC")
  findings(@Root() { id }: Action, @Ctx() context: RequestContext) {
    return context.use(planLoaders).findingsOfAction.load(id);
  }

  @FieldResolver(() => ByWhen, { description: "When it is to be done" })
  @Access("PUBLIC")
  byWhen(@Root() action: Action) {
    return byWhenOf(action);
  }

  @FieldResolver(() => [Milestone], { description: "Further dates printed with the action" })
  @Access("PUBLIC")
  milestones(@Root() { id }: Action, @Ctx() context: RequestContext) {
    return context.use(planLoaders).milestonesOfAction.load(id);
  }

  @FieldResolver(() => Boolean, {
    nullable: true,
    description:
      "Whether its by-when has passed without its being completed; null where the record of completion was lost",
  })
  @Access("PUBLIC")
  overdue(@Root() { overdue }: ActionRow) {
    return overdue;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: "The facts that `overdue` was derived from, when it is true or cannot be told",
  })
  @Access("PUBLIC")
  overdueReason(@Root() { overdue, byWhenEnd, status }: ActionRow) {
    if (overdue === false || byWhenEnd === null) return null;
    if (overdue === null)
      return `The by-when ended on ${inWords(byWhenEnd)}; the source's record of completion was lost.`;
    return `The by-when ended on ${inWords(byWhenEnd)} and the action is ${(status ?? "").toLowerCase().replaceAll("_", " ")}.`;
  }

  @FieldResolver(() => [Assignment], { description: "Agencies and posts named for it, in the order printed" })
  @Access("PUBLIC")
  assignments(@Root() { id }: Action, @Ctx() context: RequestContext) {
    return context.use(planLoaders).assignmentsOfAction.load(id);
  }

  @FieldResolver(() => Agency, {
    nullable: true,
    description:
      "The agency that leads it, or is presumed to while `leadConfirmed` is false; null where the lead is a post of no recorded agency, or nobody",
  })
  @Access("PUBLIC")
  async leadAgency(@Root() { id }: Action, @Ctx() context: RequestContext) {
    return leadOf(await context.use(planLoaders).assignmentsOfAction.load(id))?.agency ?? null;
  }

  @FieldResolver(() => Boolean, {
    description: "Whether the lead is confirmed: printed alone or in bold, or settled by an officer",
  })
  @Access("PUBLIC")
  async leadConfirmed(@Root() { id }: Action, @Ctx() context: RequestContext) {
    return leadOf(await context.use(planLoaders).assignmentsOfAction.load(id))?.role === AssignmentRole.LEAD;
  }
}

@Resolver(() => Assignment)
export class AssignmentResolver {
  @FieldResolver(() => Agency, {
    nullable: true,
    description: "The agency; null where only a post of no recorded agency is named",
  })
  @Access("PUBLIC")
  agency(@Root() { agency }: AssignmentRow) {
    return agency;
  }

  @FieldResolver(() => Post, { nullable: true, description: "The post; null where an agency is named" })
  @Access("PUBLIC")
  post(@Root() { post }: AssignmentRow) {
    return post;
  }
}

@Resolver(() => Agency)
export class AgencyActionsResolver {
  @FieldResolver(() => ActionConnection, {
    description:
      "All actions that name this agency, directly or through a collective it is in today, and that the caller may see",
  })
  @Access("PUBLIC")
  async actions(
    @Root() { id, partnershipId }: Agency,
    @Ctx() context: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg("filter", () => ActionFilter, { nullable: true, description: "Which of them" }) filter?: ActionFilter | null,
    @Arg("orderBy", () => ActionOrder, { nullable: true, description: "In which order; by by-when unless given" })
    orderBy?: ActionOrder | null,
  ) {
    const agencyIds = await namesOf(context, id, partnershipId);
    return actionsOf(context, { kind: "agency", partnershipId, agencyId: id, agencyIds }, page, filter, orderBy);
  }
}

/** The agency and its collectives. The caller's own are known already; those of another agency are looked up. */
async function namesOf(context: RequestContext, agencyId: string, partnershipId: string): Promise<string[]> {
  const own = context.actor.memberships.find(
    ({ agency, partnership }) => agency === agencyId && partnership === partnershipId,
  );
  if (own) return own.agencies;
  const collectives = await context.use(partnershipLoaders).collectivesOfAgency.load(agencyId);
  return [agencyId, ...collectives.map(({ id }) => id)];
}
