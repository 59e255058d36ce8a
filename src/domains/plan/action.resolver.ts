import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, Ctx, FieldResolver, ID, Info, Int, ObjectType, Query, Resolver, Root } from "type-graphql";
import { NotFoundError } from "../../platform/errors/index";
import { PageArgs } from "../../platform/graphql/connection";
import { Access, Exposed } from "../../platform/graphql/exposed";
import { keyOf } from "../../platform/graphql/ids";
import { DateScalar } from "../../platform/graphql/scalars";
import { workingDaysBetween } from "../../platform/working-days/index";
import { Derived, InSql, Linked, Needs, type RequestContext } from "../access/index";
import { Agency, partnershipLoaders, Post } from "../partnership/index";
import type { ActionRow } from "./action-list";
import { Action, Assignment, ByWhenKind, Milestone, Precision } from "./action.entity";
import { ActionFilter, ActionOrder } from "./action.inputs";
import { leadAgencyOf, overdueOf } from "./derived";
import { Finding, Objective, Plan, Theme } from "./plan.entity";
import { citedBy } from "./plan.links";
import { planLoaders } from "./plan.loaders";
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

/** What a by-when is made of. */
const BY_WHEN = [
  "byWhenText",
  "byWhenKind",
  "byWhenPrecision",
  "byWhenStart",
  "byWhenEnd",
  "originalText",
  "originalKind",
  "originalPrecision",
  "originalStart",
  "originalEnd",
] as const;

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
    @Info() info: GraphQLResolveInfo,
    @Args(() => PageArgs) page: PageArgs,
    @Arg("filter", () => ActionFilter, { nullable: true, description: "Which of them" }) filter?: ActionFilter | null,
    @Arg("orderBy", () => ActionOrder, { nullable: true, description: "In which order; by by-when unless given" })
    orderBy?: ActionOrder | null,
  ) {
    return actionsOf(context, info, { kind: "everywhere" }, page, filter, orderBy);
  }

  @Linked("PUBLIC", () => Plan, "The plan that it belongs to", (action, plan) => ({
    where: `${plan}.id = ${action}.plan_id`,
  }))
  plan!: Plan;

  @Linked(
    "PUBLIC",
    () => Objective,
    "The objective that it serves; null where the source shows none",
    (action, objective) => ({ where: `${objective}.id = ${action}.objective_id` }),
    { nullable: true },
  )
  objective!: Objective | null;

  @Linked(
    "PUBLIC",
    () => Theme,
    "The section of the plan that it stands under; null where the plan has none",
    (action, theme) => ({ where: `${theme}.id = ${action}.theme_id` }),
    { nullable: true },
  )
  theme!: Theme | null;

  @Linked(
    "PUBLIC",
    () => Finding,
    "Findings that the action itself cites, beside those of its objective",
    citedBy("action"),
    { list: true },
  )
  findings!: Finding[];

  @Derived<Action>("PUBLIC", () => ByWhen, "When it is to be done", BY_WHEN)
  byWhen(action: Action): ByWhen {
    return byWhenOf(action);
  }

  @Linked(
    "PUBLIC",
    () => Milestone,
    "Further dates printed with the action",
    (action, milestone) => ({ where: `${milestone}.action_id = ${action}.id`, order: `${milestone}.position` }),
    { list: true },
  )
  milestones!: Milestone[];

  @InSql(
    "PUBLIC",
    () => Boolean,
    "Whether its by-when has passed without its being completed; null where the record of completion was lost",
    overdueOf,
    { nullable: true },
  )
  overdue!: boolean | null;

  @Derived<ActionRow>(
    "PUBLIC",
    () => String,
    "The facts that `overdue` was derived from, when it is true or cannot be told",
    ["overdue", "byWhenEnd", "status"],
    { nullable: true },
  )
  overdueReason({ overdue, byWhenEnd, status }: ActionRow): string | null {
    if (overdue === false || byWhenEnd === null) return null;
    if (overdue === null)
      return `The by-when ended on ${inWords(byWhenEnd)}; the source's record of completion was lost.`;
    return `The by-when ended on ${inWords(byWhenEnd)} and the action is ${(status ?? "").toLowerCase().replaceAll("_", " ")}.`;
  }

  @Linked(
    "PUBLIC",
    () => Assignment,
    "Agencies and posts named for it, in the order printed",
    (action, assignment) => ({ where: `${assignment}.action_id = ${action}.id`, order: `${assignment}.position` }),
    { list: true },
  )
  assignments!: Assignment[];

  @Linked(
    "PUBLIC",
    () => Agency,
    "The agency that leads it, or is presumed to while `leadConfirmed` is false; null where the lead is a post of no recorded agency, or nobody",
    (action, agency) => ({ where: `${agency}.id = ${leadAgencyOf(action)}` }),
    { nullable: true },
  )
  leadAgency!: Agency | null;

  @InSql(
    "PUBLIC",
    () => Boolean,
    "Whether the lead is confirmed: printed alone or in bold, or settled by an officer",
    (action) => `exists (select from assignment s where s.action_id = ${action}.id and s.role = 'LEAD')`,
  )
  leadConfirmed!: boolean;
}

@Resolver(() => Assignment)
export class AssignmentResolver {
  @Linked(
    "PUBLIC",
    () => Agency,
    "The agency; null where only a post of no recorded agency is named",
    (assignment, agency) => ({ where: `${agency}.id = ${assignment}.agency_id` }),
    { nullable: true },
  )
  agency!: Agency | null;

  @Linked(
    "PUBLIC",
    () => Post,
    "The post; null where an agency is named",
    (assignment, post) => ({ where: `${post}.id = ${assignment}.post_id` }),
    { nullable: true },
  )
  post!: Post | null;
}

@Resolver(() => Agency)
export class AgencyActionsResolver {
  @FieldResolver(() => ActionConnection, {
    description:
      "All actions that name this agency, directly or through a collective it is in today, and that the caller may see",
  })
  @Access("PUBLIC")
  @Needs<Agency>("id", "partnershipId")
  async actions(
    @Root() { id, partnershipId }: Agency,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => PageArgs) page: PageArgs,
    @Arg("filter", () => ActionFilter, { nullable: true, description: "Which of them" }) filter?: ActionFilter | null,
    @Arg("orderBy", () => ActionOrder, { nullable: true, description: "In which order; by by-when unless given" })
    orderBy?: ActionOrder | null,
  ) {
    const agencyIds = await namesOf(context, id, partnershipId);
    return actionsOf(context, info, { kind: "agency", partnershipId, agencyId: id, agencyIds }, page, filter, orderBy);
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
