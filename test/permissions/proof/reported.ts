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
  // keys of those of the first action, by author and state
  const made: Record<string, string> = {};
  const update = (of: string, action: string, author: string | null, state: string, published: string | null = null) =>
    (made[`${action} ${author ?? ""} ${state}`] = seed.add("progress_update", {
      partnership_id: of,
      action_id: at(action).id,
      author_agency_id: author,
      period_end: `2018-${String((month++ % 12) + 1).padStart(2, "0")}-${String((month % 27) + 1).padStart(2, "0")}`,
      state,
      proposed_delivery: "GREEN",
      proposed_impact: "RED",
      published_at: published,
    }));
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
    besides: object = {},
  ) =>
    seed.add("rating", {
      ...besides,
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
  // it rose after its date was moved, and no update since explains that
  rate(ashby, "ashby-plan A9", "DELIVERY", "AMBER", "2018-11-30", "MODERATED", null, {
    recorded_at: "2018-12-01T00:00:00Z",
  });
  rate(ashby, "ashby-plan A9", "DELIVERY", "GREEN", "2019-01-31", "MODERATED", null);
  rate(ashby, "ashby-draft A1", "DELIVERY", "GREEN", "2018-02-01", "REPORTED", police);
  rate(ashby, "ashby-draft A1", "IMPACT", "AMBER", "2018-02-01", "REPORTED", police);
  rate(bexton, "bexton-plan A1", "DELIVERY", "RED", "2018-02-01", "REPORTED", agencies["bexton-police"] ?? "");
  rate(corley, "corley-plan A1", "DELIVERY", "RED", "2018-02-01", "REPORTED", agencies["corley-police"] ?? "");
  // enough answered reports, all long ago, for an agency's optimism to be told: better, as moderated, worse
  const answers = ["AMBER", "RED", "GREEN"] as const;
  for (let month = 1; month <= 12; month += 1) {
    const day = `2016-${String(month).padStart(2, "0")}-01`;
    rate(ashby, "ashby-plan A3", "DELIVERY", month % 3 === 2 ? "RED" : "GREEN", day, "REPORTED", police);
    rate(ashby, "ashby-plan A3", "DELIVERY", answers[month % 3] ?? "RED", day.replace(/01$/, "02"), "MODERATED", null);
  }
  // what is reported for everybody to see, newer than what is proposed below
  rate(ashby, "ashby-plan A1", "IMPACT", "AMBER", "2018-01-01", "REPORTED", police);
  rate(bexton, "bexton-plan A1", "IMPACT", "AMBER", "2018-01-01", "REPORTED", agencies["bexton-police"] ?? "");
  // proposed long ago, so that none of them is current: with an update in every state, as it was and as it is to be settled
  for (const [of, action, author] of [
    [ashby, "ashby-plan A1", police],
    [bexton, "bexton-plan A1", agencies["bexton-police"] ?? ""],
  ] as const)
    for (const [state, standings] of [
      ["SUBMITTED", ["SUBMITTED"]],
      ["RETURNED", ["WITHDRAWN", "SUBMITTED"]],
      ["ACCEPTED", ["SHARED", "SUBMITTED"]],
    ] as const)
      for (const [index, standing] of standings.entries())
        rate(
          of,
          action,
          index === 0 ? "DELIVERY" : "IMPACT",
          index === 0 ? "GREEN" : "RED",
          "2017-01-01",
          "REPORTED",
          author,
          {
            standing,
            update_id: made[`${action} ${author} ${state}`] ?? "",
          },
        );
  waiting(seed, { ashby, bexton, corley }, at, agencies);
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

/** Requests and moves of dates in every state, how parts stand, and what blocks what. */
function waiting(
  seed: Seeder,
  { ashby, bexton, corley }: Record<"ashby" | "bexton" | "corley", string>,
  at: (name: string) => Placed,
  agencies: Record<string, string>,
): void {
  const [asker, officer] = ["asker", "decider"].map((name) =>
    seed.add("person", { issuer: "https://elsewhere.example", subject: name, label: `Post of ${name}` }),
  );
  // they have left; what they did stays theirs
  for (const person_id of [asker, officer])
    for (const partnership_id of [ashby, bexton, corley])
      seed.add("membership", {
        person_id,
        partnership_id,
        role: "PARTNERSHIP_OFFICER",
        valid_from: "2018-01-01",
        valid_to: "2019-01-31",
      });
  const revision = (of: string, action: string, state: string, agency: string | null) =>
    seed.add("date_revision", {
      partnership_id: of,
      action_id: at(action).id,
      state,
      from_text: "by new year",
      from_kind: "RANGE",
      from_start: "2018-06-01",
      from_end: "2018-12-31",
      from_precision: "MONTH",
      to_text: "1 June 2018 to 31 March 2019",
      to_kind: "RANGE",
      to_start: "2018-06-01",
      to_end: "2019-03-31",
      to_precision: "DAY",
      reason: agency === null ? null : `why ${action} is to move`,
      asked_by_agency_id: agency,
      asked_by: agency === null ? null : asker,
      asked_at: "2019-01-07T10:00:00Z",
      decided_by: state === "REQUESTED" ? null : officer,
      decided_at: state === "REQUESTED" ? null : "2019-01-08T10:00:00Z",
      decision_reason: ["APPROVED", "REFUSED", "IMPORTED"].includes(state) ? `why ${action} moves or not` : null,
    });
  const { police = "", school = "", council = "", health = "", schools = "", college = "" } = agencies;
  for (const state of ["REQUESTED", "APPROVED", "REFUSED", "WITHDRAWN"])
    revision(ashby, "ashby-plan A1", state, police);
  revision(ashby, "ashby-plan A1", "APPROVED", null);
  revision(ashby, "ashby-plan A9", "APPROVED", null);
  revision(ashby, "ashby-plan A1", "IMPORTED", null);
  revision(ashby, "ashby-plan A9", "IMPORTED", null);
  revision(ashby, "ashby-plan A2", "REQUESTED", school);
  revision(ashby, "ashby-plan A4", "REFUSED", police);
  revision(ashby, "ashby-plan A9", "REFUSED", council);
  for (const [of, side] of [
    [bexton, "bexton"],
    [corley, "corley"],
  ] as const)
    for (const state of ["REQUESTED", "APPROVED"])
      revision(of, `${side}-plan A1`, state, agencies[`${side}-police`] ?? "");

  const part = (of: string, action: string, agency: string, version: number, state: string, by = agency) =>
    seed.add("contribution", {
      partnership_id: of,
      action_id: at(action).id,
      agency_id: agency,
      version,
      state,
      note: `note ${version} on ${action}`,
      said_by_agency_id: by,
      said_by: asker,
      since: `2019-01-${String(version + 10)}T10:00:00Z`,
    });
  part(ashby, "ashby-plan A1", police, 1, "UNDER_WAY");
  part(ashby, "ashby-plan A1", health, 1, "NOT_STARTED");
  part(ashby, "ashby-plan A1", health, 2, "CANNOT");
  part(ashby, "ashby-plan A1", schools, 1, "DONE", school);
  part(ashby, "ashby-plan A2", schools, 1, "UNDER_WAY", college);
  part(ashby, "ashby-plan A4", police, 1, "DONE");
  part(bexton, "bexton-plan A1", agencies["bexton-police"] ?? "", 1, "UNDER_WAY");
  part(corley, "corley-plan A1", agencies["corley-police"] ?? "", 1, "CANNOT");

  const blocked = (of: string, action: string, by: string, agency: string | null, ended = false) =>
    seed.add("action_blocker", {
      partnership_id: of,
      action_id: at(action).id,
      blocking_action_id: at(by).id,
      reason: `why ${by} comes first`,
      said_by_agency_id: agency,
      said_by: asker,
      since: "2019-01-09T10:00:00Z",
      ended_by: ended ? officer : null,
      ended_at: ended ? "2019-01-10T10:00:00Z" : null,
    });
  blocked(ashby, "ashby-plan A1", "ashby-plan A2", police);
  blocked(ashby, "ashby-plan A1", "ashby-plan A3", null, true);
  blocked(ashby, "ashby-plan A2", "ashby-plan A4", null);
  blocked(ashby, "ashby-plan A3", "ashby-plan A6", health);
  blocked(bexton, "bexton-plan A1", "bexton-draft A1", null);
  blocked(corley, "corley-plan A1", "corley-draft A1", agencies["corley-police"] ?? "");
}
