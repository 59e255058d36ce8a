import type { Seeder } from "./seeding";
import { type Placed, schemeKey } from "./world";

const STATES = ["DRAFT", "SUBMITTED", "RETURNED", "ACCEPTED"] as const;

/** Updates in every state by every kind of author, and ratings current, earlier, stale and empty. */
export function reported(
  seed: Seeder,
  { ashby, bexton, corley }: Record<"ashby" | "bexton" | "corley", string>,
  at: (name: string) => Placed,
  agencies: Record<string, string>,
): void {
  let month = 1;
  const update = (of: string, action: string, author: string | null, state: string, published: string | null = null) =>
    seed.add("progress_update", {
      partnership_id: of,
      action_id: at(action).id,
      author_agency_id: author,
      period_end: `2018-${String((month++ % 12) + 1).padStart(2, "0")}-${String((month % 27) + 1).padStart(2, "0")}`,
      state,
      proposed_delivery: "GREEN",
      proposed_impact: "RED",
      published_at: published,
    });
  const out = "2018-12-01T00:00:00Z";
  for (const author of ["police", "health", "council", "school"])
    for (const state of STATES)
      update(ashby, "ashby-plan A1", agencies[author] ?? "", state, state === "ACCEPTED" ? null : out);
  update(ashby, "ashby-plan A1", agencies.police ?? "", "ACCEPTED", out);
  update(ashby, "ashby-plan A1", agencies.police ?? "", "ACCEPTED", "2019-02-14T09:00:01Z");
  update(ashby, "ashby-plan A1", null, "ACCEPTED", out);
  update(ashby, "ashby-plan A2", agencies.schools ?? "", "ACCEPTED", out);
  update(ashby, "ashby-plan A2", agencies.schools ?? "", "DRAFT", null);
  for (const state of STATES) update(ashby, "ashby-draft A1", agencies.police ?? "", state, out);
  for (const state of STATES) update(bexton, "bexton-plan A1", agencies["bexton-police"] ?? "", state, out);
  for (const state of STATES) update(corley, "corley-plan A1", agencies["corley-police"] ?? "", state, out);

  const rate = (
    of: string,
    action: string,
    dimension: string,
    value: string | null,
    as_at: string,
    basis: string,
    agency: string | null,
  ) =>
    seed.add("rating", {
      partnership_id: of,
      action_id: at(action).id,
      scheme_id: schemeKey(at(action).plan),
      dimension,
      value,
      basis,
      as_at,
      agency_id: agency,
    });
  const police = agencies.police ?? "";
  rate(ashby, "ashby-plan A1", "DELIVERY", "AMBER", "2018-09-01", "REPORTED", police);
  rate(ashby, "ashby-plan A1", "DELIVERY", "GREEN", "2019-01-15", "REPORTED", police);
  rate(ashby, "ashby-plan A1", "IMPACT", "RED", "2018-05-01", "MODERATED", null);
  rate(ashby, "ashby-plan A2", "DELIVERY", "GREEN", "2018-02-01", "MODERATED", agencies.schools ?? "");
  rate(ashby, "ashby-plan A2", "IMPACT", "RED", "2018-02-01", "REPORTED", agencies.schools ?? "");
  rate(ashby, "ashby-plan A3", "DELIVERY", null, "2019-01-15", "MODERATED", null);
  rate(ashby, "ashby-draft A1", "DELIVERY", "GREEN", "2018-02-01", "REPORTED", police);
  rate(ashby, "ashby-draft A1", "IMPACT", "AMBER", "2018-02-01", "REPORTED", police);
  rate(bexton, "bexton-plan A1", "DELIVERY", "RED", "2018-02-01", "REPORTED", agencies["bexton-police"] ?? "");
  rate(corley, "corley-plan A1", "DELIVERY", "RED", "2018-02-01", "REPORTED", agencies["corley-police"] ?? "");
  for (const [of, plan] of [
    [ashby, "ashby-plan"],
    [bexton, "bexton-plan"],
    [corley, "corley-plan"],
  ] as const) {
    const batch = seed.add("import_batch", {
      partnership_id: of,
      plan_id: at(`${plan} A1`).plan,
      file_name: "plan.csv",
      sha256: "0",
      report: "{}",
      applied_by: "the operator",
    });
    seed.add("import_row", {
      partnership_id: of,
      batch_id: batch,
      entity: "action",
      entity_id: at(`${plan} A1`).id,
      reference: "A1",
      outcome: "INSERTED",
      line_from: 2,
      line_to: 3,
    });
  }
}
