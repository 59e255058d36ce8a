import { Arg, Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { connectionTypeOf, PageArgs } from "../../platform/graphql/connection";
import { Access } from "../../platform/graphql/exposed";
import { AsOf, Linked, Paged, type PageLink, type Place, type RequestContext } from "../access/index";
import { Ladder } from "../challenges/index";
import { Indicator, indicatorLoaders } from "../indicators/index";
import { Agency, Partnership, partnershipLoaders } from "../partnership/index";
import { Action, planLoaders } from "../plan/index";
import { dryRun } from "./dry-run";
import { policiesOf } from "./reminder-policies";
import { ReminderPolicy } from "./reminder-policy.entity";
import { Rule, RuleFinding } from "./rule.entity";
import { DaysBetweenInput, RuleTrial, RuleTrialFinding } from "./rule.inputs";

const RuleFindingConnection = connectionTypeOf("RuleFinding", () => RuleFinding);

@Resolver(() => Partnership)
export class PartnershipRulesResolver {
  @Linked(
    "PARTNERSHIP",
    () => Rule,
    "Rules that raise or warn by themselves, those that were retired included, by name",
    (partnership, rule) => ({ where: `${rule}.partnership_id = ${partnership}.id`, order: `${rule}.name` }),
    { list: true, args: () => AsOf },
  )
  rules!: Rule[] | null;

  @Linked(
    "PARTNERSHIP",
    () => ReminderPolicy,
    "When its people are reminded of what falls due, one policy for each kind of thing: as it has said, or as is usual",
    (partnership, policy) => ({
      from: policiesOf(`${partnership}.id`, `${policy}`),
      where: "true",
      order: `${policy}.place`,
    }),
    { list: true },
  )
  reminderPolicies!: ReminderPolicy[] | null;
}

/** What a rule found, newest first. */
const findingsOf: PageLink = (rule, it) => ({
  name: (id) => `findings:${id}`,
  order: [
    { by: `${it}.found_at`, type: "timestamptz" },
    { by: `${it}.id`, type: "uuid" },
  ],
  descending: true,
  count: () => `select count(*) from rule_finding f where f.rule_id = ${rule}.id`,
  rows: ({ beyond }) => ({
    where: `${it}.rule_id = ${rule}.id and ${beyond(`${it}.found_at`, `${it}.id`)}`,
  }),
});

@Resolver(() => Rule)
export class RuleResolver {
  @Linked(
    "PARTNERSHIP",
    () => Indicator,
    "The indicator whose observations are held against its target; null for rules of other kinds",
    (rule) => ({ key: `${rule}.indicator_id` }),
    { nullable: true },
  )
  indicator!: Indicator | null;

  @Linked(
    "PARTNERSHIP",
    () => Ladder,
    "The ladder that a challenge is raised on; null where none is named: the only one in use is taken, and with several the officers are told instead",
    (rule) => ({ key: `${rule}.ladder_id` }),
    { nullable: true },
  )
  ladder!: Ladder | null;

  @Paged("OVERSIGHT", () => RuleFindingConnection, "What it found, newest first", findingsOf, { args: () => PageArgs })
  findings!: object;

  @FieldResolver(() => RuleTrial, {
    nullable: true,
    description:
      "What it would have found had it been switched on on the first of these days, at most 100: as it is now, at six o'clock on each day, by what was known then. It raises nothing",
  })
  @Access("OVERSIGHT")
  async dryRun(
    @Root() rule: Rule,
    @Arg("between", () => DaysBetweenInput, { description: "The days" }) between: DaysBetweenInput,
    @Ctx() context: RequestContext,
  ): Promise<RuleTrial> {
    const { partnershipId } = rule;
    const { findings, ...counts } = await dryRun(context, rule, between);
    return { partnershipId, ...counts, findings: findings.map((found) => ({ partnershipId, ...found })) };
  }
}

const keyed = (column: string) => (row: Place) => ({ key: `${row}.${column}` });

@Resolver(() => RuleFinding)
export class RuleFindingResolver {
  @Linked("OVERSIGHT", () => Action, "The action that it is about; null where it is about none", keyed("action_id"), {
    nullable: true,
  })
  action!: Action | null;

  @Linked(
    "OVERSIGHT",
    () => Indicator,
    "The indicator that it is about; null where it is about none",
    keyed("indicator_id"),
    { nullable: true },
  )
  indicator!: Indicator | null;

  @Linked(
    "OVERSIGHT",
    () => Agency,
    "The agency whose return it is about; null where it is about none",
    keyed("agency_id"),
    {
      nullable: true,
    },
  )
  agency!: Agency | null;

  @Linked(
    "OVERSIGHT",
    () => Agency,
    "The agency that answers for it; null where none does, and the officers alone are told",
    keyed("against_agency_id"),
    { nullable: true },
  )
  against!: Agency | null;
}

@Resolver(() => RuleTrialFinding)
export class RuleTrialFindingResolver {
  @FieldResolver(() => Action, {
    nullable: true,
    description: "The action that it is about; null where it is about none",
  })
  @Access("OVERSIGHT")
  action(@Root() { actionId }: RuleTrialFinding, @Ctx() context: RequestContext) {
    return actionId === null ? null : context.use(planLoaders).actionById.load(actionId);
  }

  @FieldResolver(() => Indicator, {
    nullable: true,
    description: "The indicator that it is about; null where it is about none",
  })
  @Access("OVERSIGHT")
  indicator(@Root() { indicatorId }: RuleTrialFinding, @Ctx() context: RequestContext) {
    return indicatorId === null ? null : context.use(indicatorLoaders).indicatorById.load(indicatorId);
  }

  @FieldResolver(() => Agency, {
    nullable: true,
    description: "The agency whose return it is about; null where it is about none",
  })
  @Access("OVERSIGHT")
  agency(@Root() { agencyId }: RuleTrialFinding, @Ctx() context: RequestContext) {
    return agencyId === null ? null : context.use(partnershipLoaders).agencyById.load(agencyId);
  }

  @FieldResolver(() => Agency, {
    nullable: true,
    description: "The agency that answered for it then; null where none did",
  })
  @Access("OVERSIGHT")
  against(@Root() { againstId }: RuleTrialFinding, @Ctx() context: RequestContext) {
    return againstId === null ? null : context.use(partnershipLoaders).agencyById.load(againstId);
  }
}
