import { globalId } from "../../../src/platform/graphql/ids";
import { type Facts, isMember, type Row, rowsOf } from "../reading";
import { accessExplain, accessPolicy } from "./explained";
import { seesRow } from "../reading-rows";
import type { Actor } from "./actors";
import { assuranceOf } from "./assurance";
import { HISTORY } from "./history";
import { RULE_READS } from "./rule-reads";
import { tableOf } from "./matrix";
import type { Tally } from "./tally";
import { ESCALATION_READS } from "./escalations";
import { toldOf } from "./told-of";
import { WAITING } from "./waiting";

/** What asking a root comes to for one actor: judged by the sample itself. */
type Sample = (actor: Actor, facts: Facts, tally: Tally) => Promise<void>;

const cut = (actor: Actor, scope: string) => actor.who.scopes !== null && !actor.who.scopes.includes(scope);

/** Rows by an argument that names one: there for whoever sees it, and for nobody else. Ten at a time, under other names. */
function byArgument(
  field: string,
  type: string,
  scope: string | null,
  argument: (row: Row) => string,
  within: (asked: string) => string = (asked) => `{ ${asked} }`,
): Sample {
  return async (actor, facts, tally) => {
    const rows = rowsOf(facts, tableOf(type));
    for (let from = 0; from < rows.length; from += 10) {
      const some = rows.slice(from, from + 10);
      const asked = some
        .map((row, index) => within(`r${from + index}: ${field}(${argument(row)}) { id }`))
        .map((one) => one.slice(1, -1));
      const answer = await actor.client.ask<Record<string, { id: string } | null>>(`{ ${asked.join(" ")} }`);
      if (scope !== null && cut(actor, scope)) {
        tally.same(
          "refused by scope",
          ["FORBIDDEN"],
          answer.errors.map(({ extensions }) => extensions.code),
          () => `${actor.name}, ${field}`,
        );
        continue;
      }
      some.forEach((row, index) => {
        const sees = seesRow(facts, actor.asking, tableOf(type), row);
        const code = answer.errors.find(({ path }) => path?.[0] === `r${from + index}`)?.extensions.code;
        tally.same(
          "READ by a root",
          sees ? [globalId(type, String(row.id)), null] : [null, "NOT_FOUND"],
          [answer.data?.[`r${from + index}`]?.id ?? null, code ?? null],
          () => `${actor.name}, ${field}(${argument(row)})`,
        );
      });
    }
  };
}

const byId = (type: string) => (row: Row) => `id: "${globalId(type, String(row.id))}"`;
const bySlug = (row: Row) => `slug: "${String(row.slug)}"`;

/**
 * Every field that is asked with an argument it cannot do without, and every root. One that is not here has nobody to ask
 * it, and the proof says so by name.
 */
export const ROOTS: Readonly<Record<string, Sample | string>> = {
  "Query.node": "the doors' test asks it beside every other door",
  "Query.nodes": "the matrix is asked through it",
  "Query.action": byArgument("action", "Action", "READ_PLAN", byId("Action")),
  "Query.agency": byArgument("agency", "Agency", null, byId("Agency")),
  "Query.challenge": byArgument("challenge", "Challenge", "READ_REPORTING", byId("Challenge")),
  "Query.ladderExamples": examplesOf,
  "Query.plan": byArgument("plan", "Plan", "READ_PLAN", byId("Plan")),
  "Query.partnership": byArgument("partnership", "Partnership", null, bySlug),
  "Query.actions": async (actor, facts, tally) => {
    const { data, errors } = await actor.client.ask<{ actions: { totalCount: number; nodes: { id: string }[] } }>(
      "{ actions(first: 100) { totalCount nodes { id } } }",
    );
    if (cut(actor, "READ_PLAN")) {
      tally.same(
        "refused by scope",
        ["FORBIDDEN"],
        errors.map(({ extensions }) => extensions.code),
        () => `${actor.name}, actions`,
      );
      return;
    }
    const seen = rowsOf(facts, "action").filter((row) => seesRow(facts, actor.asking, "action", row));
    const ids = seen.map((row) => globalId("Action", String(row.id))).sort();
    tally.same(
      "READ by a root",
      [ids.length, ids],
      [data?.actions.totalCount, data?.actions.nodes.map(({ id }) => id).sort()],
      () => `${actor.name}, actions`,
    );
  },
  "Plan.assurance": assuranceOf,
  "Indicator.observations": seriesOf,
  ...HISTORY,
  ...RULE_READS,
  ...ESCALATION_READS,
  ...WAITING,
  "Query.accessExplain": accessExplain,
  "Query.accessPolicy": accessPolicy,
  // of no partnership: everybody reads the same, whatever scopes a program has
  "Query.bankHolidays": async (actor, facts, tally) => {
    for (const { division, version } of rowsOf(facts, "bank_holiday_calendar")) {
      const { data } = await actor.client.ask<{ bankHolidays: { version: number; days: object[] } | null }>(
        `{ bankHolidays(division: ${String(division)}) { version days { day name } } }`,
      );
      const days = rowsOf(facts, "bank_holiday").filter((row) => row.division === division);
      tally.same(
        "READ by a root",
        actor.asking.asking ? [version, days.length] : [],
        data?.bankHolidays ? [data.bankHolidays.version, data.bankHolidays.days.length] : [],
        () => `${actor.name}, bankHolidays of ${String(division)}`,
      );
    }
  },
  "Query.viewer": async (actor, facts, tally) => {
    const { data, errors } = await actor.client.ask<{ viewer: unknown }>(
      "{ viewer { id label agency { id } memberships { role agency { id } partnership { id } } } }",
    );
    if (actor.who.person === null) {
      tally.same(
        "READ by a root",
        ["UNAUTHENTICATED"],
        errors.map(({ extensions }) => extensions.code),
        () => actor.name,
      );
      return;
    }
    const node = (type: string, id: string | null) => {
      const row = id === null ? undefined : rowsOf(facts, tableOf(type)).find((one) => one.id === id);
      return row && seesRow(facts, actor.asking, tableOf(type), row) ? { id: globalId(type, String(row.id)) } : null;
    };
    const held = [...actor.who.holdings].sort((a, b) => order(facts, a.id, b.id));
    tally.same(
      "READ by a root",
      {
        id: globalId("Actor", actor.who.person),
        label: rowsOf(facts, "person").find((row) => row.id === actor.who.person)?.label,
        agency: node("Agency", held.find(({ agency }) => agency !== null)?.agency ?? null),
        memberships: held.map(({ role, agency, partnership }) => ({
          role,
          agency: node("Agency", agency),
          partnership: node("Partnership", partnership),
        })),
      },
      data?.viewer,
      () => `${actor.name}, viewer`,
    );
    await toldOf(actor, facts, tally);
  },
  "Partnership.plan": async (actor, facts, tally) => {
    for (const partnership of rowsOf(facts, "partnership")) {
      if (!seesRow(facts, actor.asking, "partnership", partnership)) continue;
      const slug = String(partnership.slug);
      const plans = rowsOf(facts, "plan");
      const asked = plans.map((row, index) => `p${index}: plan(slug: "${String(row.slug)}") { id }`);
      const { data, errors } = await actor.client.ask<{ partnership: Record<string, { id: string } | null> }>(
        `{ partnership(slug: "${slug}") { ${asked.join(" ")} } }`,
      );
      if (cut(actor, "READ_PLAN")) {
        tally.same(
          "refused by scope",
          ["FORBIDDEN"],
          errors.map(({ extensions }) => extensions.code),
          () => `${actor.name}, plan`,
        );
        continue;
      }
      plans.forEach((row, index) => {
        const there = row.partnership_id === partnership.id && seesRow(facts, actor.asking, "plan", row);
        const code = errors.find(({ path }) => path?.[1] === `p${index}`)?.extensions.code ?? null;
        tally.same(
          "READ by a root",
          there ? [globalId("Plan", String(row.id)), null] : [null, "NOT_FOUND"],
          [data?.partnership[`p${index}`]?.id ?? null, code],
          () =>
            `${actor.name}, ${slug} plan ${String(row.slug)}, ${isMember(actor.who, partnership.id) ? "member" : "no member"}`,
        );
      });
    }
  },
};

/** Every series whole, the indicators' own and their comparators': as long as what the caller sees, and no longer. */
async function seriesOf(actor: Actor, facts: Facts, tally: Tally): Promise<void> {
  if (cut(actor, "READ_INDICATORS")) return;
  const indicators = rowsOf(facts, "indicator").filter((row) => seesRow(facts, actor.asking, "indicator", row));
  const answer = await actor.client.ask<{
    nodes: { observations: object[]; comparators: { observations: object[] }[] }[];
  }>(
    "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Indicator { observations { source } comparators { observations { source } } } } }",
    { ids: indicators.map(({ id }) => globalId("Indicator", String(id))) },
  );
  const seen = (of: Row, whose: unknown) =>
    rowsOf(facts, "observation").filter(
      (one) =>
        one.indicator_id === of.id && one.comparator_id === whose && seesRow(facts, actor.asking, "observation", one),
    ).length;
  tally.same(
    "READ by a root",
    indicators.map((one) => [
      seen(one, null),
      rowsOf(facts, "comparator").flatMap(({ id, indicator_id }) => (indicator_id === one.id ? [seen(one, id)] : [])),
    ]),
    answer.data?.nodes.map((one) => [
      one.observations.length,
      one.comparators.map((other) => other.observations.length),
    ]),
    () => `${actor.name}, observations`,
  );
}

/** What areas publish is the same for everybody, whoever asks. */
async function examplesOf(actor: Actor, _facts: Facts, tally: Tally): Promise<void> {
  const { data } = await actor.client.ask<{ ladderExamples: { key: string; stages: object[] }[] }>(
    "{ ladderExamples { key name source cutOff outOfScope outOfScopeNote triggers triggersOnly stages { number name informal mayBeSkipped deciderKind role decider limit { unit count } acknowledgeWithin { unit count } } } }",
  );
  tally.same(
    "READ by a root",
    [4, 3, 5, 3, 3, 4, 0],
    data?.ladderExamples.map(({ stages }) => stages.length),
    () => `${actor.name}, ladderExamples`,
  );
}

/** Memberships stand in the order in which they began. */
function order(facts: Facts, a: string, b: string): number {
  const of = (id: string) => `${String(rowsOf(facts, "membership").find((row) => row.id === id)?.valid_from)} ${id}`;
  return of(a) < of(b) ? -1 : 1;
}

/** Types whose fields the roots' samples read. */
export const READ_BY_ROOTS = [
  "AccessDecision",
  "AccessExplanation",
  "AccessPolicyRow",
  "AccessPolicyVerdict",
  "AssuranceCell",
  "AssuranceGroup",
  "AuditCheckpoint",
  "AuditEntry",
  "LadderExample",
  "LadderExampleStage",
  "LadderStageStatistics",
  "LadderStatistics",
  "PlanChange",
  "RuleFinding",
  "RuleTrial",
  "RuleTrialFinding",
  "SectorGroup",
  "Viewer",
  "Membership",
  "Notification",
  "NotificationHealth",
  "NotificationPreference",
  "NotificationSettings",
  "UnsentNotifications",
];
