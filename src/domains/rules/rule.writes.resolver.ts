import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { Access } from "../../platform/graphql/exposed";
import type { RequestContext } from "../access/index";
import type { Send } from "../audit/index";
import { type Payload, written } from "../writing/index";
import type { ReminderPolicy } from "./reminder-policy.entity";
import { setReminderPolicy } from "./reminder-policy.service";
import type { Rule } from "./rule.entity";
import {
  ChangeRuleInput,
  CreateRuleInput,
  ReminderPolicyPayload,
  RetireRuleInput,
  RulePayload,
  SetReminderPolicyInput,
  SwitchRuleInput,
} from "./rule.inputs";
import { changeRule, createRule, retireRule, switchRule } from "./rule.service";
import { ruleLoaders } from "./rules.loaders";

const answer = (context: RequestContext, work: (send: Send) => Promise<string>) =>
  written(context, "rule", work, (id) => context.use(ruleLoaders).ruleById.load(id));

@Resolver()
export class RuleWritesResolver {
  @Mutation(() => RulePayload, {
    description: "Makes a rule, which is off until it is switched on; ask its dryRun first. For officers",
  })
  @Access("PUBLIC")
  createRule(
    @Arg("input", () => CreateRuleInput, { description: "The rule" }) input: CreateRuleInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<"rule", Rule>> {
    return answer(context, (send) => createRule(send, context, input));
  }

  @Mutation(() => RulePayload, {
    description: "Changes the name, the working days, the effect or the ladder of a rule. For officers",
  })
  @Access("PUBLIC")
  changeRule(
    @Arg("input", () => ChangeRuleInput, { description: "What is to change" }) input: ChangeRuleInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<"rule", Rule>> {
    return answer(context, (send) => changeRule(send, context, input));
  }

  @Mutation(() => RulePayload, {
    description:
      "Switches a rule on from an instant on, or off. Nothing is raised of what came about before the day on which it is on. For officers",
  })
  @Access("PUBLIC")
  switchRule(
    @Arg("input", () => SwitchRuleInput, { description: "The rule, and from when it is on" }) input: SwitchRuleInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<"rule", Rule>> {
    return answer(context, (send) => switchRule(send, context, input));
  }

  @Mutation(() => RulePayload, {
    description: "Retires a rule for good; it stays to be read, with what it found. For officers",
  })
  @Access("PUBLIC")
  retireRule(
    @Arg("input", () => RetireRuleInput, { description: "The rule" }) input: RetireRuleInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<"rule", Rule>> {
    return answer(context, (send) => retireRule(send, context, input));
  }

  @Mutation(() => ReminderPolicyPayload, {
    description: "Says when people are reminded of one kind of thing that falls due. For officers",
  })
  @Access("PUBLIC")
  setReminderPolicy(
    @Arg("input", () => SetReminderPolicyInput, { description: "When they are" }) input: SetReminderPolicyInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<"reminderPolicy", ReminderPolicy>> {
    return written(
      context,
      "reminderPolicy",
      (send) => setReminderPolicy(send, context, input),
      (id) => context.use(ruleLoaders).reminderPolicyById.load(id),
    );
  }
}
