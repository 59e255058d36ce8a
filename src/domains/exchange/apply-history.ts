import { randomUUID } from "node:crypto";
import type { ActionChange } from "./plan-changes";
import { ratingKey, type PlanState } from "./plan-state";
import { insertRows, toJson, type Statements } from "./rows";
import { RECORDED_AT } from "../plan/index";

/** When, and whether the file says it anew. */
interface Occasion {
  partnershipId: string;
  planId: string;
  asAt: string;
  reaffirms?: boolean;
}

/**
 * Adds the colours and the progress that a file reports to the history of its actions. History is added to, never
 * rewritten: what the newest entry already says is not said twice, unless the file's day was stated and is another.
 */
export async function applyHistory(
  sql: Statements,
  on: Occasion,
  actions: readonly ActionChange[],
  state: PlanState,
): Promise<void> {
  await addRatings(sql, on, actions, state);
  await addUpdates(sql, on, actions, state);
}

async function addRatings(sql: Statements, on: Occasion, actions: readonly ActionChange[], state: PlanState) {
  const wanted = actions.flatMap((action) =>
    action.colours
      .filter(({ dimension, value }) => {
        const key = ratingKey(action.id, dimension);
        if (state.reportedOn.has(`${key}/${value}/${on.asAt}`)) return false;
        return (on.reaffirms ?? false) || state.reported.get(key)?.value !== value;
      })
      .map((colour) => ({ ...colour, action })),
  );
  if (wanted.length === 0) return;
  const schemeId = state.scheme?.id ?? (await addScheme(sql, on));
  const rows = wanted.map(({ action, dimension, value }) => ({
    action_id: action.id,
    scheme_id: schemeId,
    dimension,
    value,
    basis: "REPORTED",
    as_at: on.asAt,
    agency_id: action.leadAgencyId,
  }));
  await sql.query(INSERT_RATINGS, [on.partnershipId, toJson(rows)]);
}

/** Recorded after every entry before it, whatever the clock says: the newest entry of a day is the current one. */
const INSERT_RATINGS = `
  insert into rating (partnership_id, action_id, scheme_id, dimension, value, basis, as_at, agency_id, recorded_at)
  select $1, n.action_id, n.scheme_id, n.dimension, n.value, n.basis, n.as_at, n.agency_id,
    ${RECORDED_AT("n.action_id", "n.dimension", "coalesce(app.now(), now())")}
  from jsonb_to_recordset($2::jsonb) as n(action_id uuid, scheme_id uuid, dimension text, value text, basis text, as_at date, agency_id uuid)`;

/** The plain three colours, for a plan whose own words for them are not known. */
async function addScheme(sql: Statements, { partnershipId, planId }: Occasion): Promise<string> {
  const id = randomUUID();
  await insertRows(sql, "rating_scheme", partnershipId, { id: "uuid", plan_id: "uuid" }, [{ id, plan_id: planId }]);
  const entries = ["DELIVERY", "IMPACT"].flatMap((dimension) =>
    ["Red", "Amber", "Green"].map((label) => ({
      plan_id: planId,
      scheme_id: id,
      dimension,
      value: label.toUpperCase(),
      label,
    })),
  );
  await insertRows(
    sql,
    "rating_scheme_entry",
    partnershipId,
    { plan_id: "uuid", scheme_id: "uuid", dimension: "text", value: "text", label: "text" },
    entries,
  );
  return id;
}

const HIGHEST_GUESS = 20;

async function addUpdates(sql: Statements, on: Occasion, actions: readonly ActionChange[], state: PlanState) {
  const known = new Map<string, PlanState["updates"]>();
  for (const update of state.updates) known.set(update.actionId, [...(known.get(update.actionId) ?? []), update]);
  let rows = actions
    .filter(({ overallProgress, impactNarrative }) => overallProgress !== null || impactNarrative !== null)
    .filter((action) => !(known.get(action.id) ?? []).some((update) => saysTheSame(update, action, on)))
    .map((action) => ({
      id: randomUUID(),
      action_id: action.id,
      author_agency_id: action.leadAgencyId,
      period_end: on.asAt,
      version: 1 + newestVersion(known.get(action.id) ?? [], action.leadAgencyId, on.asAt),
      overall_progress: action.overallProgress,
      impact_narrative: action.impactNarrative,
    }));
  // an agency's own draft holds a version and is hidden from everybody else, so a refused version is tried one higher
  for (let attempt = 0; rows.length > 0 && attempt < HIGHEST_GUESS; attempt += 1) {
    const written = new Set(await insertUpdates(sql, on.partnershipId, rows));
    rows = rows.filter(({ id }) => !written.has(id)).map((row) => ({ ...row, version: row.version + 1 }));
  }
  if (rows.length > 0) throw new Error(`no version was free for the progress of ${rows.length} actions`);
}

async function insertUpdates(sql: Statements, partnershipId: string, rows: readonly object[]): Promise<string[]> {
  const added = (await sql.query(
    `insert into progress_update (id, partnership_id, action_id, author_agency_id, period_end, state, version, overall_progress, impact_narrative, accepted_at)
     select id, $1, action_id, author_agency_id, period_end, 'ACCEPTED', version, overall_progress, impact_narrative, coalesce(app.now(), now())
     from jsonb_to_recordset($2::jsonb) as r(id uuid, action_id uuid, author_agency_id uuid, period_end date, version int,
       overall_progress text, impact_narrative text)
     on conflict do nothing returning id`,
    [partnershipId, toJson(rows)],
  )) as { id: string }[];
  return added.map(({ id }) => id);
}

const saysTheSame = (update: PlanState["updates"][number], action: ActionChange, { asAt, reaffirms }: Occasion) =>
  update.overallProgress === action.overallProgress &&
  update.impactNarrative === action.impactNarrative &&
  (!reaffirms || update.periodEnd === asAt);

const newestVersion = (updates: PlanState["updates"], author: string | null, periodEnd: string) =>
  Math.max(
    0,
    ...updates
      .filter((one) => one.authorAgencyId === author && one.periodEnd === periodEnd)
      .map(({ version }) => version),
  );
