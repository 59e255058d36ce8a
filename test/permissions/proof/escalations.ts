import { globalId } from "../../../src/platform/graphql/ids";
import { byId, type Facts, grantsOf, mayReadField, relationsTo, type Row, rowsOf, today, weighedOn } from "../reading";
import { partiesOf, spokenForBy, standingFor, todayAs } from "../reading-challenges";
import { seesRow } from "../reading-rows";
import type { Actor } from "./actors";
import type { Tally } from "./tally";

/** Types that count challenges for whoever asks: each answer is held whole to the reading, and not to another's. */
export const ESCALATION_TYPES = ["EscalationTotals", "EscalationsAtStage", "EscalationsForParty"];

const LONDON = new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/London" });
const inScope = ({ who: { scopes } }: Actor) => scopes === null || scopes.includes("READ_REPORTING");
const agencyOf = (id: string | null) => (id === null ? null : { id: globalId("Agency", id) });

/** Whose turn it is in a challenge that runs, as the descriptions in the published schema read. */
function turnOf(facts: Facts, challenge: Row) {
  const stage = rowsOf(facts, "ladder_stage").find(
    (one) => one.ladder_version_id === challenge.ladder_version_id && one.number === challenge.stage_number,
  );
  const { waiting_on: side, raised_by_agency_id: by, raised_as: as } = challenge;
  const agency = (id: unknown) => ({ who: "AGENCY", agency: todayAs(facts, id).at(-1) ?? null });
  const office = (who: "BUSINESS_UNIT" | "CHAIR") => ({ who, agency: null });
  if (side === "ANSWERER") return agency(challenge.against_agency_id);
  if (side === "RAISER") return by === null ? office(as === "CHAIR" ? "CHAIR" : "BUSINESS_UNIT") : agency(by);
  if (stage?.decider_role === "PARTNERSHIP_OFFICER" && as !== "OFFICER") return office("BUSINESS_UNIT");
  const decider = standingFor(facts, byId(facts, "post", stage?.decider_post_id)?.agency_id);
  const sides = partiesOf(facts, { ...challenge, deciding_agency_ids: [] });
  if (decider !== null && !spokenForBy(facts, decider).some((one) => sides.includes(one))) return agency(decider);
  // whoever raised it does not decide it
  return office(as === "CHAIR" ? "BUSINESS_UNIT" : "CHAIR");
}

const moments = (challenge: Row) =>
  [challenge.acknowledge_by, challenge.respond_by].filter((at): at is Date => at instanceof Date).map(Number);
const isOverdue = (facts: Facts, challenge: Row) => {
  const [first] = moments(challenge).sort((a, b) => a - b);
  return first !== undefined && LONDON.format(new Date(first - 1)) < today(facts);
};

/** Rows put together by a key, with how many there are of each. */
function counted<K extends object>(facts: Facts, rows: readonly Row[], key: (row: Row) => K) {
  const groups = new Map<string, { key: K; rows: Row[] }>();
  for (const row of rows) {
    const one = key(row);
    const group = groups.get(JSON.stringify(one)) ?? { key: one, rows: [] };
    group.rows.push(row);
    groups.set(JSON.stringify(one), group);
  }
  return [...groups.values()].map((group) => ({
    ...group.key,
    count: group.rows.length,
    overdue: group.rows.filter((row) => isOverdue(facts, row)).length,
  }));
}
const sorted = (list: readonly object[] | undefined) => (list ?? []).map((one) => JSON.stringify(one)).sort();

/** What runs in each partnership, as far as somebody sees it, counted by stage and by who is waited for. */
async function totals(actor: Actor, facts: Facts, tally: Tally): Promise<void> {
  if (!inScope(actor)) return;
  for (const partnership of rowsOf(facts, "partnership")) {
    if (!seesRow(facts, actor.asking, "partnership", partnership)) continue;
    const { data } = await actor.client.ask<{
      partnership: { escalationTotals: { byStage: object[]; byParty: object[] } };
    }>(
      `{ partnership(slug: "${String(partnership.slug)}") { escalationTotals { count overdue withoutLimit
         byStage { ladder { id } number name count overdue } byParty { who agency { id } count overdue } } } }`,
    );
    const runs = rowsOf(facts, "challenge").filter(
      (row) =>
        row.partnership_id === partnership.id &&
        row.ended_at === null &&
        seesRow(facts, actor.asking, "challenge", row),
    );
    const found = data?.partnership.escalationTotals;
    tally.same(
      "READ of what runs",
      {
        count: runs.length,
        overdue: runs.filter((row) => isOverdue(facts, row)).length,
        withoutLimit: runs.filter((row) => moments(row).length === 0).length,
        byStage: sorted(
          counted(facts, runs, (row) => ({
            ladder: {
              id: globalId("Ladder", String(byId(facts, "ladder_version", row.ladder_version_id)?.ladder_id)),
            },
            number: row.stage_number,
            name: `stage ${String(row.stage_number)}`,
          })),
        ),
        byParty: sorted(
          counted(facts, runs, (row) => {
            const { who, agency } = turnOf(facts, row);
            return { who, agency: agencyOf(agency) };
          }),
        ),
      },
      found && { ...found, byStage: sorted(found.byStage), byParty: sorted(found.byParty) },
      () => `${actor.name}, what runs in ${String(partnership.slug)}`,
    );
  }
}

const STATISTICS = { type: "Partnership", field: "ladderStatistics", tier: "PARTNERSHIP" };
const NOUGHT = { challenges: 0, escalated: 0, resolved: 0, deadlocked: 0, withdrawn: 0 };
const SILENT = { resolvedShare: null, medianTime: null, unit: "WORKING_DAYS", suppressed: false };

/** A year in which nothing was challenged: for members, and for nobody else. */
async function statistics(actor: Actor, facts: Facts, tally: Tally): Promise<void> {
  for (const partnership of rowsOf(facts, "partnership")) {
    if (!seesRow(facts, actor.asking, "partnership", partnership)) continue;
    const { data, errors } = await actor.client.ask<{ partnership: { ladderStatistics: object[] | null } } | null>(
      `{ partnership(slug: "${String(partnership.slug)}") { ladderStatistics(year: 2017) { ladder { id } from to resolvedAtLowestShare deadlocked withdrawn
         stages { number name challenges escalated resolved deadlocked withdrawn resolvedShare medianTime unit suppressed } } } }`,
    );
    const where = () => `${actor.name}, how challenges fared in ${String(partnership.slug)}`;
    if (!inScope(actor)) {
      tally.same(
        "refused by scope",
        ["FORBIDDEN"],
        [...new Set(errors.map(({ extensions }) => extensions.code))],
        where,
      );
      continue;
    }
    const id = String(partnership.id);
    const may = mayReadField(
      weighedOn(grantsOf(facts, actor.who), "Partnership"),
      relationsTo(facts, actor.who, { partnership: id }),
      STATISTICS,
      id,
    );
    const ladders = rowsOf(facts, "ladder")
      .filter((row) => row.partnership_id === id)
      .map((ladder) => ({
        ladder: { id: globalId("Ladder", String(ladder.id)) },
        from: "2017-04-01",
        to: "2018-03-31",
        resolvedAtLowestShare: null,
        deadlocked: 0,
        withdrawn: 0,
        stages: rowsOf(facts, "ladder_stage")
          .filter((stage) => byId(facts, "ladder_version", stage.ladder_version_id)?.ladder_id === ladder.id)
          .sort((a, b) => Number(a.number) - Number(b.number))
          .map(({ number, name }) => ({ number, name, ...NOUGHT, ...SILENT })),
      }))
      .filter(({ stages }) => stages.length > 0);
    tally.same("READ by a root", may ? ladders : null, data?.partnership.ladderStatistics ?? null, where);
  }
}

export const ESCALATION_READS = { "Partnership.escalationTotals": totals, "Partnership.ladderStatistics": statistics };
