import { RatingDimension, RatingValue } from "../../plan/index";
import { RatingBasis, UpdateState } from "../../reporting/index";
import { toJson } from "../rows";
import { tableOf } from "./csv-table";
import { actionOf } from "./indicators";
import { eachOnce, idsBy, inFile, type Loading } from "./loading";

/** Loads updates.csv. An update that is there already is left as it is: what was submitted is never edited. */
export async function loadUpdates(
  { sql, folder, partnershipId }: Loading,
  agencies: Map<string, string>,
  actions: Map<string, string>,
): Promise<void> {
  const file = "updates.csv";
  const columns = [
    "plan",
    "reference",
    "author",
    "period_start",
    "period_end",
    "state",
    "version",
    "overall_progress",
    "impact_narrative",
    "risk_note",
    "proposed_delivery",
    "proposed_impact",
    "submitted_at",
    "accepted_at",
    "returned_at",
    "returned_reason",
    "published_at",
  ];
  const rows = tableOf(folder, file, columns);
  eachOnce(rows, (row) =>
    ["plan", "reference", "author", "period_end", "version"].map((name) => row.text(name) ?? "").join(" "),
  );
  const wanted = rows.map((row) => {
    const state = row.requiredOneOf("state", UpdateState);
    if (state === UpdateState.RETURNED) row.required("returned_reason");
    if (state === UpdateState.DRAFT) row.required("author");
    return {
      action_id: actionOf(row, actions),
      author_agency_id: row.lookup("author", agencies, "agencies.csv"),
      period_start: row.day("period_start"),
      period_end: row.day("period_end") ?? row.fail('the column "period_end" needs a value.'),
      state,
      version: row.whole("version") ?? 1,
      overall_progress: row.text("overall_progress"),
      impact_narrative: row.text("impact_narrative"),
      risk_note: row.text("risk_note"),
      proposed_delivery: row.oneOf("proposed_delivery", RatingValue),
      proposed_impact: row.oneOf("proposed_impact", RatingValue),
      submitted_at: row.instant("submitted_at"),
      accepted_at: row.instant("accepted_at"),
      returned_at: row.instant("returned_at"),
      returned_reason: row.text("returned_reason"),
      published_at: row.instant("published_at"),
    };
  });
  const names =
    "action_id, author_agency_id, period_start, period_end, state, version, overall_progress, impact_narrative, risk_note, " +
    "proposed_delivery, proposed_impact, submitted_at, accepted_at, returned_at, returned_reason, published_at";
  // a draft is hidden from the operator too, so the conflict is left to the unique key, which sees it
  await inFile(file, () =>
    sql.query(
      `insert into progress_update (partnership_id, ${names})
       select $1, ${names}
       from jsonb_to_recordset($2::jsonb) as r(action_id uuid, author_agency_id uuid, period_start date, period_end date,
         state text, version int, overall_progress text, impact_narrative text, risk_note text, proposed_delivery text,
         proposed_impact text, submitted_at timestamptz, accepted_at timestamptz, returned_at timestamptz,
         returned_reason text, published_at timestamptz)
       where not exists (
         select 1 from progress_update u where u.action_id = r.action_id and u.period_end = r.period_end
           and u.version = r.version and u.author_agency_id is not distinct from r.author_agency_id)
       on conflict do nothing`,
      [partnershipId, toJson(wanted)],
    ),
  );
}

/** Loads ratings.csv into the history; an entry that is there already is not added again. */
export async function loadRatings(
  { sql, folder, partnershipId }: Loading,
  agencies: Map<string, string>,
  actions: Map<string, string>,
): Promise<void> {
  const file = "ratings.csv";
  const rows = tableOf(folder, file, [
    "plan",
    "reference",
    "dimension",
    "value",
    "basis",
    "as_at",
    "recorded_at",
    "agency",
    "rationale",
  ]);
  if (rows.length === 0) return;
  const schemes = await idsBy(
    sql,
    `select distinct on (p.id) p.slug as key, s.id from plan p join rating_scheme s on s.plan_id = p.id
     where p.partnership_id = $1 order by p.id, s.version desc`,
    [partnershipId],
  );
  const wanted = rows.map((row) => ({
    action_id: actionOf(row, actions),
    scheme_id: row.found(row.required("plan"), schemes, "rating-scheme.csv"),
    dimension: row.requiredOneOf("dimension", RatingDimension),
    value: row.oneOf("value", RatingValue),
    basis: row.requiredOneOf("basis", RatingBasis),
    as_at: row.day("as_at") ?? row.fail('the column "as_at" needs a value.'),
    recorded_at: row.instant("recorded_at"),
    agency_id: row.lookup("agency", agencies, "agencies.csv"),
    rationale: row.text("rationale"),
  }));
  await inFile(file, () =>
    sql.query(
      `insert into rating (partnership_id, action_id, scheme_id, dimension, value, basis, as_at, recorded_at, agency_id, rationale)
       select $1, action_id, scheme_id, dimension, value, basis, as_at, coalesce(recorded_at, app.now()), agency_id, rationale
       from jsonb_to_recordset($2::jsonb) as r(action_id uuid, scheme_id uuid, dimension text, value text, basis text,
         as_at date, recorded_at timestamptz, agency_id uuid, rationale text)
       where not exists (
         select 1 from rating t where t.action_id = r.action_id and t.dimension = r.dimension and t.basis = r.basis
           and t.as_at = r.as_at and (r.recorded_at is null or t.recorded_at = r.recorded_at)
           and (t.value, t.agency_id) is not distinct from (r.value, r.agency_id))`,
      [partnershipId, toJson(wanted)],
    ),
  );
}
