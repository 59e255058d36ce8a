import { entityLoader } from "../../platform/database/loaders";
import type { RequestContext } from "../access/index";
import { ReminderPolicy } from "./reminder-policy.entity";
import { Rule } from "./rule.entity";

/** Loaders of rules and of what people are reminded of, for one request. */
export const ruleLoaders = (context: RequestContext) => ({
  reminderPolicyById: entityLoader(context, ReminderPolicy),
  ruleById: entityLoader(context, Rule),
});
