import { Arg, Args, Ctx, FieldResolver, ID, ObjectType, Query, Resolver, Root } from "type-graphql";
import { columnsOf } from "../../platform/database/rows";
import { NotFoundError } from "../../platform/errors/index";
import { connectionTypeOf, PageArgs, pageOf } from "../../platform/graphql/connection";
import { Access, Exposed } from "../../platform/graphql/exposed";
import { keyOf } from "../../platform/graphql/ids";
import { DateScalar } from "../../platform/graphql/scalars";
import type { RequestContext } from "../access/index";
import { Partnership, partnershipLoaders } from "../partnership/index";
import { type Scope, listActions } from "./action-list";
import { Action } from "./action.entity";
import { ActionFilter, ActionOrder, ActionOrderField, OrderDirection } from "./action.inputs";
import { objectiveActions, themeActions } from "./child-actions";
import { Finding, Objective, Plan, PublishedTotal, RatingSchemeEntry, Theme } from "./plan.entity";
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
  scope: Scope,
  page: PageArgs,
  filter?: ActionFilter | null,
  order?: ActionOrder | null,
) => listActions(context, scope, filter ?? {}, order ?? (scope.kind === "plan" ? byReference : byWhen), pageOf(page));

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

  @FieldResolver(() => Partnership, { description: "The partnership whose plan it is" })
  @Access("PUBLIC")
  partnership(@Root() { partnershipId }: Plan, @Ctx() context: RequestContext) {
    return context.use(partnershipLoaders).partnershipById.load(partnershipId);
  }

  @FieldResolver(() => Period, { description: "Days that the plan runs from and to" })
  @Access("PUBLIC")
  period(@Root() { periodStart, periodEnd }: Plan): Period {
    return { start: periodStart, end: periodEnd };
  }

  @FieldResolver(() => [RatingSchemeEntry], {
    description: "What each colour means in this plan; null colours mean not rated",
  })
  @Access("PUBLIC")
  ratingScheme(@Root() { id }: Plan, @Ctx() context: RequestContext) {
    return context.use(planLoaders).schemeOfPlan.load(id);
  }

  @FieldResolver(() => PlanTotals, { description: "Totals counted from the plan's rows now" })
  @Access("PUBLIC")
  totals(@Root() plan: Plan, @Ctx() context: RequestContext) {
    return totalsOf(context, plan);
  }

  @FieldResolver(() => [PublishedTotal], { description: "Totals as the partnership printed them" })
  @Access("PUBLIC")
  publishedTotals(@Root() { id }: Plan, @Ctx() context: RequestContext) {
    return context.use(planLoaders).publishedTotalsOfPlan.load(id);
  }

  @FieldResolver(() => [Theme], { description: "Sections of the plan, in order" })
  @Access("PUBLIC")
  themes(@Root() { id }: Plan, @Ctx() context: RequestContext) {
    return context.use(planLoaders).themesOfPlan.load(id);
  }

  @FieldResolver(() => [Objective], {
    description: "Objectives of the plan, those without a theme included, by reference",
  })
  @Access("PUBLIC")
  objectives(@Root() { id }: Plan, @Ctx() context: RequestContext) {
    return context.use(planLoaders).objectivesOfPlan.load(id);
  }

  @FieldResolver(() => ActionConnection, {
    description: "All actions of the plan that the caller may see; by reference unless `orderBy` says otherwise",
  })
  @Access("PUBLIC")
  actions(
    @Root() { id, partnershipId }: Plan,
    @Ctx() context: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg("filter", () => ActionFilter, { nullable: true, description: "Which of them" }) filter?: ActionFilter | null,
    @Arg("orderBy", () => ActionOrder, { nullable: true, description: "In which order" }) orderBy?: ActionOrder | null,
  ) {
    return actionsOf(context, { kind: "plan", planId: id, partnershipId }, page, filter, orderBy);
  }

  @FieldResolver(() => Plan, { nullable: true, description: "The plan that took over from it; null while none has" })
  @Access("PUBLIC")
  supersededBy(@Root() { supersededById }: Plan, @Ctx() context: RequestContext) {
    return supersededById ? context.use(planLoaders).planById.load(supersededById) : null;
  }
}

@Resolver(() => Partnership)
export class PartnershipPlansResolver {
  @FieldResolver(() => Plan, {
    nullable: true,
    description: "The partnership's plan of that slug; NOT_FOUND where there is none that the caller may see",
  })
  @Access("PUBLIC")
  async plan(
    @Root() { id }: Partnership,
    @Arg("slug", () => String, { description: "Short name of the plan in addresses" }) slug: string,
    @Ctx() context: RequestContext,
  ) {
    const [plan] = await context.db.query<Plan>(
      `select ${columnsOf(context.source, Plan, "p")} from plan p where p.partnership_id = $1 and p.slug = $2`,
      [id, slug],
    );
    if (!plan) throw new NotFoundError();
    return plan;
  }

  @FieldResolver(() => [Plan], { description: "All plans of the partnership that the caller may see, oldest first" })
  @Access("PUBLIC")
  plans(@Root() { id }: Partnership, @Ctx() context: RequestContext) {
    return context.use(planLoaders).plansOfPartnership.load(id);
  }

  @FieldResolver(() => ActionConnection, {
    description:
      "All actions of the partnership's plans that the caller may see, by by-when unless `orderBy` says otherwise; not only the caller's own",
  })
  @Access("PUBLIC")
  actions(
    @Root() { id }: Partnership,
    @Ctx() context: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg("filter", () => ActionFilter, { nullable: true, description: "Which of them" }) filter?: ActionFilter | null,
    @Arg("orderBy", () => ActionOrder, { nullable: true, description: "In which order" }) orderBy?: ActionOrder | null,
  ) {
    return actionsOf(context, { kind: "partnership", partnershipId: id }, page, filter, orderBy);
  }
}

@Resolver(() => Theme)
export class ThemeResolver {
  @FieldResolver(() => Plan, { description: "The plan that it is a section of" })
  @Access("PUBLIC")
  plan(@Root() { planId }: Theme, @Ctx() context: RequestContext) {
    return context.use(planLoaders).planById.load(planId);
  }

  @FieldResolver(() => [Objective], { description: "Objectives of the theme, by reference" })
  @Access("PUBLIC")
  objectives(@Root() { id }: Theme, @Ctx() context: RequestContext) {
    return context.use(planLoaders).objectivesOfTheme.load(id);
  }

  @FieldResolver(() => ActionConnection, {
    description: "All its actions that the caller may see, those without an objective included, by reference",
  })
  @Access("PUBLIC")
  actions(@Root() { id }: Theme, @Ctx() context: RequestContext, @Args(() => PageArgs) page: PageArgs) {
    return context.use(themeActions)(id, pageOf(page));
  }
}

@Resolver(() => Objective)
export class ObjectiveResolver {
  @FieldResolver(() => Plan, { description: "The plan that it belongs to" })
  @Access("PUBLIC")
  plan(@Root() { planId }: Objective, @Ctx() context: RequestContext) {
    return context.use(planLoaders).planById.load(planId);
  }

  @FieldResolver(() => Theme, {
    nullable: true,
    description: "The theme that it belongs to; null where the plan has no sections",
  })
  @Access("PUBLIC")
  theme(@Root() { themeId }: Objective, @Ctx() context: RequestContext) {
    return themeId ? context.use(planLoaders).themeById.load(themeId) : null;
  }

  @FieldResolver(() => [Finding], { description: "Findings that it answers" })
  @Access("PUBLIC")
  findings(@Root() { id }: Objective, @Ctx() context: RequestContext) {
    return context.use(planLoaders).findingsOfObjective.load(id);
  }

  @FieldResolver(() => ActionConnection, { description: "All its actions that the caller may see, by reference" })
  @Access("PUBLIC")
  actions(@Root() { id }: Objective, @Ctx() context: RequestContext, @Args(() => PageArgs) page: PageArgs) {
    return context.use(objectiveActions)(id, pageOf(page));
  }
}

@Resolver(() => Finding)
export class FindingResolver {
  @FieldResolver(() => Plan, { description: "The plan that answers it" })
  @Access("PUBLIC")
  plan(@Root() { planId }: Finding, @Ctx() context: RequestContext) {
    return context.use(planLoaders).planById.load(planId);
  }
}
