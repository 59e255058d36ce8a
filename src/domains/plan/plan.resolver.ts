import { ArgsType, Field, ID, ObjectType, Resolver } from "type-graphql";
import { NotFoundError } from "../../platform/errors/index";
import { connectionTypeOf, PageArgs } from "../../platform/graphql/connection";
import { Exposed } from "../../platform/graphql/exposed";
import { DateScalar } from "../../platform/graphql/scalars";
import { argument, AsOf, byId, Derived, type Link, Linked, Paged, RootLinked } from "../access/index";
import { Partnership } from "../partnership/index";
import { actionPages, actionsBy, findFilteredPartnership } from "./action-list";
import { Action } from "./action.entity";
import { ActionListArgs } from "./action.inputs";
import { Finding, Objective, Plan, PublishedTotal, RatingSchemeEntry, Theme } from "./plan.entity";
import { citedBy } from "./plan.links";
import { PlanTotals, totalsOf } from "./plan-totals";

@ObjectType({ description: "First and last day; either may be unrecorded" })
export class Period {
  @Exposed("PUBLIC", () => DateScalar, "First day; null if not recorded", { nullable: true })
  start!: string | null;
  @Exposed("PUBLIC", () => DateScalar, "Last day; null if not recorded", { nullable: true })
  end!: string | null;
}

export const ActionConnection = connectionTypeOf("Action", () => Action);

const ofPlan: Link = (row) => ({ key: `${row}.plan_id` });

@ArgsType()
class PlanArgs extends AsOf {
  @Field(() => String, { description: "Short name of the plan in addresses" })
  slug!: string;
}

@Resolver(() => Plan)
export class PlanResolver {
  @RootLinked<{ id: string }>(
    () => Plan,
    "The plan of that id; NOT_FOUND where there is none that the caller may see",
    byId("Plan"),
    { args: argument("id", () => ID, "Id of the plan"), absent: () => new NotFoundError() },
  )
  plan!: Plan | null;

  @Linked("PUBLIC", () => Partnership, "The partnership whose plan it is", (plan) => ({
    key: `${plan}.partnership_id`,
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

  @Linked("PUBLIC", () => PlanTotals, "Totals counted from the plan's rows now", totalsOf)
  totals!: PlanTotals;

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

  @Paged(
    "PUBLIC",
    () => ActionConnection,
    "All actions of the plan that the caller may see; by reference unless `orderBy` says otherwise",
    actionPages("plan"),
    { args: () => ActionListArgs, before: findFilteredPartnership },
  )
  actions!: object;

  @Linked(
    "PUBLIC",
    () => Plan,
    "The plan that took over from it; null while none has",
    (plan) => ({ key: `${plan}.superseded_by_id` }),
    { nullable: true },
  )
  supersededBy!: Plan | null;
}

@Resolver(() => Partnership)
export class PartnershipPlansResolver {
  @Linked<PlanArgs>(
    "PUBLIC",
    () => Plan,
    "The partnership's plan of that slug; NOT_FOUND where there is none that the caller may see",
    (partnership, plan, _context, { slug }, $) => ({
      where: `${plan}.partnership_id = ${partnership}.id and ${plan}.slug = ${$(slug)}`,
    }),
    { args: () => PlanArgs, nullable: true, absent: () => new NotFoundError() },
  )
  plan!: Plan | null;

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

  @Paged(
    "PUBLIC",
    () => ActionConnection,
    "All actions of the partnership's plans that the caller may see, by by-when unless `orderBy` says otherwise; not only the caller's own",
    actionPages("partnership"),
    { args: () => ActionListArgs, before: findFilteredPartnership },
  )
  actions!: object;
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

  @Paged(
    "PUBLIC",
    () => ActionConnection,
    "All its actions that the caller may see, those without an objective included, by reference",
    actionsBy("theme actions", "theme_id"),
    { args: () => PageArgs },
  )
  actions!: object;
}

@Resolver(() => Objective)
export class ObjectiveResolver {
  @Linked("PUBLIC", () => Plan, "The plan that it belongs to", ofPlan)
  plan!: Plan;

  @Linked(
    "PUBLIC",
    () => Theme,
    "The theme that it belongs to; null where the plan has no sections",
    (objective) => ({ key: `${objective}.theme_id` }),
    { nullable: true },
  )
  theme!: Theme | null;

  @Linked("PUBLIC", () => Finding, "Findings that it answers", citedBy("objective"), { list: true })
  findings!: Finding[];

  @Paged(
    "PUBLIC",
    () => ActionConnection,
    "All its actions that the caller may see, by reference",
    actionsBy("objective actions", "objective_id"),
    { args: () => PageArgs },
  )
  actions!: object;
}

@Resolver(() => Finding)
export class FindingResolver {
  @Linked("PUBLIC", () => Plan, "The plan that answers it", ofPlan)
  plan!: Plan;
}
