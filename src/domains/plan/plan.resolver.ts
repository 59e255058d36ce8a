import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, Ctx, FieldResolver, ID, Info, ObjectType, Query, Resolver, Root } from "type-graphql";
import { columnsOf } from "../../platform/database/rows";
import { BadInputError, NotFoundError } from "../../platform/errors/index";
import { connectionTypeOf, PageArgs, pageOf } from "../../platform/graphql/connection";
import { Access, Exposed } from "../../platform/graphql/exposed";
import { keyOf } from "../../platform/graphql/ids";
import { DateScalar, DateTimeScalar } from "../../platform/graphql/scalars";
import { Derived, type Link, Linked, Needs, type RequestContext } from "../access/index";
import { Partnership } from "../partnership/index";
import { type Scope, listActions } from "./action-list";
import { Action } from "./action.entity";
import { ActionFilter, ActionOrder, ActionOrderField, OrderDirection } from "./action.inputs";
import { objectiveActions, themeActions } from "./child-actions";
import { Finding, Objective, Plan, PublishedTotal, RatingSchemeEntry, Theme } from "./plan.entity";
import { citedBy } from "./plan.links";
import { planLoaders } from "./plan.loaders";
import { PlanTotals, totalsOf } from "./plan-totals";

@ObjectType({ description: "First and last day; either may be unrecorded" })
export class Period {
  @Exposed("PUBLIC", () => DateScalar, "First day; null if not recorded", { nullable: true })
  start!: string | null;
  @Exposed("PUBLIC", () => DateScalar, "Last day; null if not recorded", { nullable: true })
  end!: string | null;
}

export const ActionConnection = connectionTypeOf("Action", () => Action);

const byReference: ActionOrder = { field: ActionOrderField.REFERENCE, direction: OrderDirection.ASC };
const byWhen: ActionOrder = { field: ActionOrderField.BY_WHEN, direction: OrderDirection.ASC };

/** A page of a scope's actions, from GraphQL arguments. */
export const actionsOf = (
  context: RequestContext,
  info: GraphQLResolveInfo,
  scope: Scope,
  page: PageArgs,
  filter?: ActionFilter | null,
  order?: ActionOrder | null,
) =>
  listActions(
    context,
    info,
    scope,
    filter ?? {},
    order ?? (scope.kind === "plan" ? byReference : byWhen),
    pageOf(page),
  );

const ofPlan: Link = (row, plan) => ({ where: `${plan}.id = ${row}.plan_id` });

@Resolver(() => Plan)
export class PlanResolver {
  @Query(() => Plan, {
    nullable: true,
    description: "The plan of that id; NOT_FOUND where there is none that the caller may see",
  })
  @Access("PUBLIC")
  async plan(@Arg("id", () => ID, { description: "Id of the plan" }) id: string, @Ctx() context: RequestContext) {
    const key = keyOf("Plan", id);
    const plan = key && (await context.use(planLoaders).planById.load(key));
    if (!plan) throw new NotFoundError();
    return plan;
  }

  @Linked("PUBLIC", () => Partnership, "The partnership whose plan it is", (plan, partnership) => ({
    where: `${partnership}.id = ${plan}.partnership_id`,
  }))
  partnership!: Partnership;

  @Derived<Plan>("PUBLIC", () => Period, "Days that the plan runs from and to", ["periodStart", "periodEnd"])
  period({ periodStart, periodEnd }: Plan): Period {
    return { start: periodStart, end: periodEnd };
  }

  @Linked(
    "PUBLIC",
    () => RatingSchemeEntry,
    "What each colour means in this plan; null colours mean not rated",
    (plan, entry) => ({
      where: `${entry}.scheme_id = (
        select s.id from rating_scheme s where s.plan_id = ${plan}.id order by s.version desc limit 1)`,
      order: `${entry}.dimension, array_position(array['RED', 'AMBER', 'GREEN'], ${entry}.value)`,
    }),
    { list: true },
  )
  ratingScheme!: RatingSchemeEntry[];

  @FieldResolver(() => PlanTotals, { description: "Totals counted from the plan's rows now" })
  @Access("PUBLIC")
  @Needs<Plan>("id", "partnershipId")
  totals(@Root() plan: Plan, @Ctx() context: RequestContext) {
    return totalsOf(context, plan);
  }

  @Linked(
    "PUBLIC",
    () => PublishedTotal,
    "Totals as the partnership printed them",
    (plan, total) => ({ where: `${total}.plan_id = ${plan}.id`, order: `${total}.dimension, ${total}.position` }),
    { list: true },
  )
  publishedTotals!: PublishedTotal[];

  @Linked(
    "PUBLIC",
    () => Theme,
    "Sections of the plan, in order",
    (plan, theme) => ({ where: `${theme}.plan_id = ${plan}.id`, order: `${theme}.position` }),
    { list: true },
  )
  themes!: Theme[];

  @Linked(
    "PUBLIC",
    () => Objective,
    "Objectives of the plan, those without a theme included, by reference",
    (plan, objective) => ({ where: `${objective}.plan_id = ${plan}.id`, order: `${objective}.reference_order` }),
    { list: true },
  )
  objectives!: Objective[];

  @FieldResolver(() => ActionConnection, {
    description: "All actions of the plan that the caller may see; by reference unless `orderBy` says otherwise",
  })
  @Access("PUBLIC")
  @Needs<Plan>("id", "partnershipId")
  actions(
    @Root() { id, partnershipId }: Plan,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => PageArgs) page: PageArgs,
    @Arg("filter", () => ActionFilter, { nullable: true, description: "Which of them" }) filter?: ActionFilter | null,
    @Arg("orderBy", () => ActionOrder, { nullable: true, description: "In which order" }) orderBy?: ActionOrder | null,
  ) {
    return actionsOf(context, info, { kind: "plan", planId: id, partnershipId }, page, filter, orderBy);
  }

  @Linked(
    "PUBLIC",
    () => Plan,
    "The plan that took over from it; null while none has",
    (plan, later) => ({ where: `${later}.id = ${plan}.superseded_by_id` }),
    { nullable: true },
  )
  supersededBy!: Plan | null;
}

@Resolver(() => Partnership)
export class PartnershipPlansResolver {
  @FieldResolver(() => Plan, {
    nullable: true,
    description: "The partnership's plan of that slug; NOT_FOUND where there is none that the caller may see",
  })
  @Access("PUBLIC")
  @Needs<Partnership>("id")
  async plan(
    @Root() { id }: Partnership,
    @Arg("slug", () => String, { description: "Short name of the plan in addresses" }) slug: string,
    @Ctx() context: RequestContext,
    @Arg("asOf", () => DateTimeScalar, {
      nullable: true,
      description:
        "Left out or null: as it stands now. Any instant is refused: how a plan stood before is not answered yet",
    })
    asOf?: Date | null,
  ) {
    if (asOf != null)
      throw new BadInputError(
        "asOf is not answered yet: a plan is given as it stands now. Leave it out, or send null.",
        ["asOf"],
      );
    const [plan] = await context.db.query<Plan>(
      `select ${columnsOf(context.source, Plan, "p")} from plan p where p.partnership_id = $1 and p.slug = $2`,
      [id, slug],
    );
    if (!plan) throw new NotFoundError();
    return plan;
  }

  @Linked(
    "PUBLIC",
    () => Plan,
    "All plans of the partnership that the caller may see, oldest first",
    (partnership, plan) => ({
      where: `${plan}.partnership_id = ${partnership}.id`,
      order: `${plan}.period_start nulls last, ${plan}.slug`,
    }),
    { list: true },
  )
  plans!: Plan[];

  @FieldResolver(() => ActionConnection, {
    description:
      "All actions of the partnership's plans that the caller may see, by by-when unless `orderBy` says otherwise; not only the caller's own",
  })
  @Access("PUBLIC")
  @Needs<Partnership>("id")
  actions(
    @Root() { id }: Partnership,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => PageArgs) page: PageArgs,
    @Arg("filter", () => ActionFilter, { nullable: true, description: "Which of them" }) filter?: ActionFilter | null,
    @Arg("orderBy", () => ActionOrder, { nullable: true, description: "In which order" }) orderBy?: ActionOrder | null,
  ) {
    return actionsOf(context, info, { kind: "partnership", partnershipId: id }, page, filter, orderBy);
  }
}

@Resolver(() => Theme)
export class ThemeResolver {
  @Linked("PUBLIC", () => Plan, "The plan that it is a section of", ofPlan)
  plan!: Plan;

  @Linked(
    "PUBLIC",
    () => Objective,
    "Objectives of the theme, by reference",
    (theme, objective) => ({ where: `${objective}.theme_id = ${theme}.id`, order: `${objective}.reference_order` }),
    { list: true },
  )
  objectives!: Objective[];

  @FieldResolver(() => ActionConnection, {
    description: "All its actions that the caller may see, those without an objective included, by reference",
  })
  @Access("PUBLIC")
  @Needs<Theme>("id")
  actions(@Root() { id }: Theme, @Ctx() context: RequestContext, @Args(() => PageArgs) page: PageArgs) {
    return context.use(themeActions)(id, pageOf(page));
  }
}

@Resolver(() => Objective)
export class ObjectiveResolver {
  @Linked("PUBLIC", () => Plan, "The plan that it belongs to", ofPlan)
  plan!: Plan;

  @Linked(
    "PUBLIC",
    () => Theme,
    "The theme that it belongs to; null where the plan has no sections",
    (objective, theme) => ({ where: `${theme}.id = ${objective}.theme_id` }),
    { nullable: true },
  )
  theme!: Theme | null;

  @Linked("PUBLIC", () => Finding, "Findings that it answers", citedBy("objective"), { list: true })
  findings!: Finding[];

  @FieldResolver(() => ActionConnection, { description: "All its actions that the caller may see, by reference" })
  @Access("PUBLIC")
  @Needs<Objective>("id")
  actions(@Root() { id }: Objective, @Ctx() context: RequestContext, @Args(() => PageArgs) page: PageArgs) {
    return context.use(objectiveActions)(id, pageOf(page));
  }
}

@Resolver(() => Finding)
export class FindingResolver {
  @Linked("PUBLIC", () => Plan, "The plan that answers it", ofPlan)
  plan!: Plan;
}
