import type { Row } from "../reading";
import type { Seeder } from "./seeding";
import type { Placed } from "./world";

const AT = "2019-02-12T10:00:00Z";

interface Named {
  agencies: Readonly<Record<string, string>>;
  posts: Readonly<Record<string, string>>;
  persons: Readonly<Record<string, string>>;
}

/** A ladder of three stages, and challenges in every state, raised by everybody who may, with clocks that run and have run out. */
export function challenges(
  seed: Seeder,
  partnerships: Record<"ashby" | "bexton" | "corley", string>,
  at: (name: string) => Placed,
  { agencies, posts, persons }: Named,
): void {
  const agency = (name: string) => agencies[name] ?? "";
  const person = (name: string) => persons[name] ?? "";
  const ladders: Record<string, string> = {};
  for (const [slug, of] of Object.entries(partnerships)) {
    const within = { partnership_id: of };
    const ladder = seed.add("ladder", {
      ...within,
      name: `${slug} ladder`,
      division: "ENGLAND_AND_WALES",
      retired_on: null,
    });
    const retired = seed.add("ladder", {
      ...within,
      name: `${slug} old ladder`,
      division: null,
      retired_on: "2019-01-01",
    });
    const versions = [ladder, retired].map((ladder_id) =>
      seed.add("ladder_version", {
        ...within,
        ladder_id,
        number: 1,
        source: "invented",
        cut_off: "17:00",
        out_of_scope: ["COMPLAINT"],
        out_of_scope_note: "elsewhere",
        triggers: ["drift"],
        from_at: "2018-01-01T00:00:00Z",
      }),
    );
    ladders[slug] = versions[0] ?? "";
    const stage = (number: number, more: Row) =>
      seed.add("ladder_stage", {
        ...within,
        ladder_version_id: versions[0],
        number,
        name: `stage ${number}`,
        informal: number === 1,
        may_be_skipped: true,
        decider: "somebody",
        decider_role: null,
        decider_post_id: null,
        decider_board_id: null,
        limit_unit: "WORKING_DAYS",
        limit_count: 2,
        acknowledge_unit: "HOURS",
        acknowledge_count: 4,
        ...more,
      });
    stage(1, { decider_kind: "PARTIES" });
    stage(2, { decider_kind: "POST", decider_post_id: posts[slug] });
    stage(3, { decider_kind: "ROLE", decider_role: "PARTNERSHIP_CHAIR" });
    seed.add("challenge_counter", { ...within, raised: 20 });
  }

  let number = 1;
  const challenge = (
    slug: "ashby" | "bexton" | "corley",
    raised_as: string,
    by: string,
    against: string,
    more: Row = {},
  ) => {
    const as = raised_as === "AGENCY";
    const of = partnerships[slug];
    const who = { AGENCY: `${by}-lead`, OFFICER: `${slug}-officer`, CHAIR: `${slug}-chair` }[raised_as];
    const id = seed.add("challenge", {
      partnership_id: of,
      number: number++,
      ladder_version_id: ladders[slug],
      subject: `challenge ${number}`,
      detail: "what is held",
      ground: "DRIFT",
      action_id: null,
      about_agency_id: agency(against),
      tracked_item_id: null,
      indicator_id: null,
      period_end: null,
      raised_as,
      raised_by_agency_id: as ? agency(by) : null,
      raised_by_person_id: who === undefined ? null : person(who),
      cause: raised_as === "RULE" ? `cause ${number}` : null,
      against_agency_id: agency(against),
      involved_agency_ids: [],
      deciding_agency_ids: [],
      risk_reason: "a child is at risk",
      state: "RAISED",
      stage_number: 1,
      stage_from: AT,
      waiting_on: "ANSWERER",
      proposed_by: null,
      acknowledge_by: "2019-02-14T10:00:00Z",
      respond_by: "2019-02-18T17:00:00Z",
      respond_day: "2019-02-18",
      outcome: null,
      learning: null,
      raised_at: AT,
      ended_at: null,
      ...more,
    });
    const event = (kind: string, acted_as: string, more: Row = {}) =>
      seed.add("challenge_event", {
        partnership_id: of,
        challenge_id: id,
        number: number * 10 + (kind === "RAISED" ? 1 : 2),
        kind,
        at: AT,
        stage_number: 1,
        to_stage: kind === "EXPIRED" ? 2 : null,
        acted_as,
        agency_id: null,
        person_id: null,
        note: "said",
        respond_by: "2019-02-18T17:00:00Z",
        respond_day: "2019-02-18",
        ...more,
      });
    event("RAISED", raised_as, {
      agency_id: as ? agency(by) : null,
      person_id: who === undefined ? null : person(who),
    });
    event("EXPIRED", "CLOCK");
    event("RECOUNTED", "CLOCK", { number: number * 10 + 3 });
    return id;
  };
  const over = { acknowledge_by: null, respond_by: null, respond_day: null, waiting_on: null, ended_at: AT };
  const note = (of: string, challenge_id: string, by: string) =>
    seed.add("challenge_note", {
      partnership_id: of,
      challenge_id,
      agency_id: agency(by),
      text: `note of ${by}`,
      person_id: person(`${by}-lead`),
      at: AT,
    });

  const first = challenge("ashby", "AGENCY", "police", "health", {
    about_agency_id: null,
    action_id: at("ashby-plan A1").id,
    involved_agency_ids: [agency("school")],
    period_end: "2018-12-31",
  });
  note(partnerships.ashby, first, "police");
  note(partnerships.ashby, first, "health");
  challenge("ashby", "AGENCY", "police", "health", {
    state: "RESOLUTION_PROPOSED",
    proposed_by: "RAISER",
    acknowledge_by: null,
  });
  challenge("ashby", "AGENCY", "police", "health", { stage_number: 3, deciding_agency_ids: [agency("police")] });
  challenge("ashby", "AGENCY", "health", "police", {
    ...over,
    state: "AGREED",
    outcome: "agreed",
    learning: "learned",
  });
  // of a collective, whose decider is no party; and the clock has run out
  const ranOut = challenge("ashby", "OFFICER", "", "schools", {
    state: "RESPONDED",
    waiting_on: "RAISER",
    stage_number: 2,
    deciding_agency_ids: [agency("police")],
    respond_by: "2019-02-14T08:00:00Z",
  });
  seed.add("audit_entry", {
    partnership_id: partnerships.ashby,
    agency_id: null,
    at: AT,
    actor_id: null,
    kind: "challenge.expired",
    outcome: "DONE",
    subject_type: null,
    subject_id: ranOut,
    request_id: null,
    detail: JSON.stringify({ as: "CLOCK" }),
  });
  // of an agency that another took over from
  challenge("ashby", "CHAIR", "", "housing", { acknowledge_by: null, state: "ACKNOWLEDGED" });
  challenge("ashby", "RULE", "", "police", { ground: "OVERDUE" });
  challenge("ashby", "AGENCY", "probation", "college", { ...over, state: "WITHDRAWN", outcome: "taken back" });
  for (const slug of ["bexton", "corley"] as const)
    note(partnerships[slug], challenge(slug, "CHAIR", "", `${slug}-police`), `${slug}-police`);
}
