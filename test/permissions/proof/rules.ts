import type { Placed } from "./world";
import type { Seeder } from "./seeding";

/** In each partnership a rule that is on and found something, and a policy of reminders. */
export function rules(
  seed: Seeder,
  partnerships: Readonly<Record<"ashby" | "bexton" | "corley", string>>,
  at: (name: string) => Placed,
): void {
  for (const [slug, of] of Object.entries(partnerships)) {
    const action = at(`${slug}-plan A1`);
    const rule = seed.add("rule", {
      partnership_id: of,
      kind: "OVERDUE",
      name: `${slug} rule`,
      working_days: 5,
      effect: "WARN",
      indicator_id: null,
      ladder_id: null,
      retired_at: null,
      on_from: "2019-01-01T00:00:00Z",
    });
    seed.add("rule_finding", {
      partnership_id: of,
      rule_id: rule,
      cause: `OVERDUE ${action.id} 2019-01-31`,
      action_id: action.id,
      indicator_id: null,
      agency_id: null,
      challenge_id: null,
      since: "2019-01-31",
      found_at: "2019-02-08T06:00:00Z",
    });
    seed.add("reminder_policy", {
      partnership_id: of,
      about: "ACTION",
      days_before: 5,
      on_the_day: true,
      days_after: null,
    });
    seed.add("notification_policy", { partnership_id: of, every_minutes: 30 });
  }
}
