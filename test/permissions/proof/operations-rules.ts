import type { Row } from "../reading";
import type { Proven } from "./database";
import type { OperationSample } from "./operations";
import { by, OFFICER, partnership, sample } from "./operations-boards";
import { idOf, the } from "./operations-people";

const rule = (proven: Proven): Row => the(proven, "rule", { name: "ashby rule" });
const ofRule = (name: string, more: object) =>
  sample(name, (proven) => ({ rule: idOf("Rule", rule(proven)), ...more }), by(OFFICER, "rule", rule), "rule");

/** Mutations of rules and of what people are reminded of. */
export const RULE_OPERATIONS: Readonly<Record<string, readonly OperationSample[]>> = {
  createRule: sample(
    "another rule",
    (proven) => ({
      partnership: idOf("Partnership", partnership(proven)),
      kind: "STALE",
      name: "Another",
      workingDays: 0,
      effect: "WARN",
    }),
    by(OFFICER, "partnership", partnership),
    "rule",
  ),
  changeRule: ofRule("another number of working days", { workingDays: 10 }),
  switchRule: ofRule("a rule that is off", { onFrom: null }),
  retireRule: ofRule("a rule that is retired", {}),
  setReminderPolicy: sample(
    "reminders of tracked items",
    (proven) => ({
      partnership: idOf("Partnership", partnership(proven)),
      about: "TRACKED_ITEM",
      daysBefore: 3,
      onTheDay: false,
    }),
    by(OFFICER, "partnership", partnership),
    "reminder_policy",
  ),
  setNotificationPolicy: sample(
    "a message an hour at most",
    (proven) => ({ partnership: idOf("Partnership", partnership(proven)), everyMinutes: 60 }),
    by(OFFICER, "partnership", partnership),
    "notification_policy",
  ),
};
