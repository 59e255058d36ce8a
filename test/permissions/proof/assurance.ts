import { DateTime } from "luxon";
import { globalId } from "../../../src/platform/graphql/ids";
import {
  byId,
  type Facts,
  grantsOf,
  leadOf,
  mayReadField,
  relationsTo,
  type Row,
  rowsOf,
  today,
  weighedOn,
} from "../reading";
import { seesRow } from "../reading-rows";
import type { Actor } from "./actors";
import type { Tally } from "./tally";

/** What is counted of each group, with its tier, and whether it tells of what was reported. */
const COUNTED: Readonly<Record<string, { tier: string; reported: boolean; asked: string }>> = {
  actions: { tier: "PUBLIC", reported: false, asked: "actions" },
  overdue: { tier: "PUBLIC", reported: false, asked: "overdue" },
  overdueUnknown: { tier: "PUBLIC", reported: false, asked: "overdueUnknown" },
  stale: { tier: "PARTNERSHIP", reported: true, asked: "stale" },
  unrated: { tier: "PARTNERSHIP", reported: true, asked: "unrated" },
  divergent: { tier: "PARTNERSHIP", reported: true, asked: "divergent" },
  matrix: { tier: "PARTNERSHIP", reported: true, asked: "matrix { delivery impact count }" },
};
const GROUP =
  "group { __typename ... on Agency { id } ... on SectorGroup { sector } ... on Theme { id } ... on Objective { id } }";
const COLOURS = ["RED", "AMBER", "GREEN", null];

const node = (type: string, key: unknown) =>
  typeof key === "string" ? { __typename: type, id: globalId(type, key) } : null;

/** What an action is put under by each grouping. */
const SUBJECTS: Readonly<Record<string, (facts: Facts, action: Row) => object | null>> = {
  LEAD_AGENCY: (facts, action) => node("Agency", leadOf(facts, String(action.id))?.agency_id),
  SECTOR: (facts, action) => {
    const agency = byId(facts, "agency", leadOf(facts, String(action.id))?.agency_id);
    return agency ? { __typename: "SectorGroup", sector: agency.sector } : null;
  },
  THEME: (_facts, action) => node("Theme", action.theme_id),
  OBJECTIVE: (_facts, action) => node("Objective", action.objective_id),
};

interface Told {
  overdue: boolean | null;
  stale: boolean;
  delivery: unknown;
  impact: unknown;
}

/** Whether an action's date has passed before it was completed; null where nobody knows whether it was. */
export function isOverdue(facts: Facts, action: Row): boolean | null {
  const past = typeof action.by_when_end === "string" && action.by_when_end < today(facts);
  const done = ["COMPLETED", "SIGNED_OFF", "SUPERSEDED"].includes(String(action.status));
  return past ? (action.status === null ? null : !done) : false;
}

/** An action as the design reads it: overdue, stale, and its two colours; silence is not green, and a lost record is not known. */
function told(facts: Facts, action: Row): Told {
  const day = today(facts);
  const months = Number(byId(facts, "partnership", action.partnership_id)?.cadence_months);
  const current = (dimension: string) =>
    rowsOf(facts, "rating")
      .filter((row) => row.action_id === action.id && row.dimension === dimension)
      .sort((a, b) => (String(a.as_at) < String(b.as_at) ? 1 : -1))[0];
  const ratings = [current("DELIVERY"), current("IMPACT")];
  const stale = ratings.some(
    (row) => row?.value != null && (DateTime.fromISO(String(row.as_at)).plus({ months }).toISODate() ?? "") < day,
  );
  return {
    overdue: isOverdue(facts, action),
    stale: stale && action.status !== "SIGNED_OFF",
    delivery: ratings[0]?.value ?? null,
    impact: ratings[1]?.value ?? null,
  };
}

/** The groups of a plan, each under the text of what names it. */
function groupsOf(facts: Facts, plan: Row, by: string): Record<string, Record<string, unknown>> {
  const groups = new Map<string, Told[]>();
  for (const action of rowsOf(facts, "action")) {
    if (action.plan_id !== plan.id || action.status === "SUPERSEDED") continue;
    const name = JSON.stringify(SUBJECTS[by]?.(facts, action) ?? null);
    groups.set(name, [...(groups.get(name) ?? []), told(facts, action)]);
  }
  const count = (all: Told[], holds: (one: Told) => boolean) => all.filter(holds).length;
  return Object.fromEntries(
    [...groups].map(([name, all]) => [
      name,
      {
        actions: all.length,
        overdue: count(all, ({ overdue }) => overdue === true),
        overdueUnknown: count(all, ({ overdue }) => overdue === null),
        stale: count(all, ({ stale }) => stale),
        unrated: count(all, ({ delivery, impact }) => delivery === null || impact === null),
        divergent: count(all, ({ delivery, impact }) => delivery === "GREEN" && impact === "RED"),
        matrix: COLOURS.flatMap((delivery) =>
          COLOURS.map((impact) => ({
            delivery,
            impact,
            count: count(all, (one) => one.delivery === delivery && one.impact === impact),
          })),
        ).filter((cell) => cell.count > 0),
      },
    ]),
  );
}

/** Every plan under every grouping, as somebody: the counts that the reading comes to, or null where it withholds them. */
export async function assuranceOf(actor: Actor, facts: Facts, tally: Tally): Promise<void> {
  const { scopes } = actor.who;
  const counted = Object.entries(COUNTED).filter(
    ([, { reported }]) => !reported || scopes === null || scopes.includes("READ_REPORTING"),
  );
  const selected = `{ ${GROUP} ${counted.map(([, { asked }]) => asked).join(" ")} }`;
  const asked = Object.keys(SUBJECTS).map((by) => `${by}: assurance(groupBy: ${by}) ${selected}`);
  for (const plan of rowsOf(facts, "plan")) {
    const answer = await actor.client.ask<{ plan: Record<string, Record<string, unknown>[]> | null }>(
      `{ plan(id: "${globalId("Plan", String(plan.id))}") { ${asked.join(" ")} } }`,
    );
    const where = () => `${actor.name}, assurance of ${String(plan.slug)}`;
    const codes = answer.errors.map(({ extensions }) => extensions.code);
    if (scopes !== null && !scopes.includes("READ_PLAN")) {
      tally.same("refused by scope", ["FORBIDDEN"], codes, where);
      continue;
    }
    if (!seesRow(facts, actor.asking, "plan", plan)) {
      tally.same("READ by a root", ["NOT_FOUND"], codes, where);
      continue;
    }
    const partnership = String(plan.partnership_id);
    const relations = relationsTo(facts, actor.who, { partnership });
    const grants = weighedOn(grantsOf(facts, actor.who), "AssuranceGroup");
    const withheld = counted.flatMap(([field, { tier }]) =>
      mayReadField(grants, relations, { type: "AssuranceGroup", field, tier }, partnership) ? [] : [field],
    );
    for (const by of Object.keys(SUBJECTS)) {
      const expected = Object.entries(groupsOf(facts, plan, by)).map(([name, all]) => [
        name,
        Object.fromEntries(counted.map(([field]) => [field, withheld.includes(field) ? null : all[field]])),
      ]);
      const found = answer.data?.plan?.[by]?.map(({ group, ...rest }) => [JSON.stringify(group), rest]) ?? [];
      tally.same("READ by a root", sorted(expected), sorted(found), () => `${where()} by ${by}`);
    }
  }
}

const sorted = (groups: unknown[][]) => [...groups].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
