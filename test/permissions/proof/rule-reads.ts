import { globalId } from "../../../src/platform/graphql/ids";
import { byId, type Facts, grantsOf, mayReadField, relationsTo, rowsOf, weighedOn } from "../reading";
import { seesRow } from "../reading-rows";
import type { Actor } from "./actors";
import type { Tally } from "./tally";

const ABOUT = "action { id } indicator { id } agency { id } against { id }";
const TRIED = { type: "Rule", field: "dryRun", tier: "OVERSIGHT" };

interface Read {
  findings: { totalCount: number; nodes: Record<string, unknown>[] } | null;
  dryRun: { days: number; total: number; knownFrom: string | null; findings: object[] } | null;
}

const idOf = (type: string, key: string) => ({ id: globalId(type, key) });

/** What each rule found, and would have found on days of which nothing is known: for oversight. */
async function ruleTrials(actor: Actor, facts: Facts, tally: Tally): Promise<void> {
  const { scopes } = actor.who;
  for (const rule of rowsOf(facts, "rule")) {
    const { data, errors } = await actor.client.ask<{ node: Read | null }>(
      `{ node(id: "${globalId("Rule", String(rule.id))}") { ... on Rule {
         findings(first: 10) { totalCount nodes { since foundAt ${ABOUT} } }
         dryRun(between: { from: "2019-01-01", to: "2019-01-02" }) { days total knownFrom findings { day since ${ABOUT} } } } } }`,
    );
    const where = () => `${actor.name}, what ${String(rule.name)} found`;
    const codes = errors.map(({ extensions }) => extensions.code);
    if (
      scopes !== null &&
      !["READ_PLAN", "READ_REPORTING", "READ_INDICATORS"].every((scope) => scopes.includes(scope))
    ) {
      tally.same("refused by scope", ["FORBIDDEN"], [...new Set(codes)], where);
      continue;
    }
    if (!seesRow(facts, actor.asking, "rule", rule)) {
      tally.same("READ by a root", ["NOT_FOUND"], codes, where);
      continue;
    }
    const partnership = String(rule.partnership_id);
    const relations = relationsTo(facts, actor.who, { partnership });
    const may = mayReadField(weighedOn(grantsOf(facts, actor.who), "Rule"), relations, TRIED, partnership);
    const found = rowsOf(facts, "rule_finding").filter(
      (one) => one.rule_id === rule.id && seesRow(facts, actor.asking, "rule_finding", one),
    );
    const shown = (table: string, type: string, key: unknown) => {
      const row = byId(facts, table, key);
      return row && seesRow(facts, actor.asking, table, row) ? idOf(type, String(row.id)) : null;
    };
    tally.same(
      "READ by a root",
      may
        ? found.map((one) => ({
            since: String(one.since),
            foundAt: new Date(String(one.found_at)).toISOString(),
            action: shown("action", "Action", one.action_id),
            indicator: shown("indicator", "Indicator", one.indicator_id),
            agency: shown("agency", "Agency", one.agency_id),
            against: shown("agency", "Agency", one.against_agency_id),
          }))
        : null,
      data?.node?.findings?.nodes ?? null,
      where,
    );
    const trial = data?.node?.dryRun ?? null;
    tally.same(
      "READ by a root",
      may ? { days: 2, total: 0, findings: [] } : null,
      trial && { days: trial.days, total: trial.total, findings: trial.findings },
      where,
    );
  }
}

export const RULE_READS = { "Rule.dryRun": ruleTrials };
