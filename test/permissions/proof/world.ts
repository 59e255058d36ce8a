import { createHash } from "node:crypto";
import type { DataSource } from "typeorm";
import { DEMONSTRATION_ISSUER } from "../../../src/platform/http/tokens";
import type { Row } from "../reading";
import { evidenced } from "./evidence";
import { boards } from "./boards";
import { rules } from "./rules";
import { challenges } from "./challenges";
import { people } from "./people";
import { reported } from "./reported";
import { Seeder } from "./seeding";

/** The moment at which the proof stands. */
export const NOW = new Date("2019-02-14T09:00:00Z");
export const [YESTERDAY, TODAY, TOMORROW] = ["2019-02-13", "2019-02-14", "2019-02-15"] as const;

/** An action and the plan that it is in. */
export interface Placed {
  id: string;
  plan: string;
}

/** What the proof's world is called by. Everything in it is invented. */
export interface World {
  partnerships: Readonly<Record<"ashby" | "bexton" | "corley", string>>;
  agencies: Readonly<Record<string, string>>;
  actions: Readonly<Record<string, Placed>>;
  persons: Readonly<Record<string, string>>;
}

export const SERVICE_ACCOUNTS = "golden-thread-service-account";
const sha = (text: string) => createHash("sha256").update(text).digest();
/** The token that a service account of the world bears, in the shape of a real one. */
export const tokenOf = (name: string) => {
  const digest = sha(`token of ${name}`);
  return `gtk_${digest.toString("hex").slice(0, 8)}_${digest.toString("base64url").slice(0, 43)}`;
};
export const tokenHash = (name: string) => sha(tokenOf(name));
export const codeHash = (name: string) => sha(`code of ${name}`);

/** Seeds an empty, migrated database with one row of every kind and state, and somebody of every kind and standing. */
export async function seedWorld(owner: DataSource): Promise<World> {
  const seed = await new Seeder(owner).open();
  const partnership = (slug: string, published: string | null) =>
    seed.add("partnership", { slug, name: `${slug} partnership`, label: slug, published_at: published });
  const ashby = partnership("ashby", "2018-01-01T00:00:00Z");
  const bexton = partnership("bexton", "2018-01-01T00:00:00Z");
  const corley = partnership("corley", null);

  const agencies: Record<string, string> = {};
  const agency = (name: string, of: string, sector: string, more: Row = {}) => {
    agencies[name] = seed.add("agency", { partnership_id: of, name, sector, kind: "ORGANISATION", ...more });
    return agencies[name];
  };
  const police = agency("police", ashby, "POLICE");
  const health = agency("health", ashby, "HEALTH");
  const council = agency("council", ashby, "COUNCIL");
  agency("probation", ashby, "PROBATION");
  const school = agency("school", ashby, "EDUCATION");
  const college = agency("college", ashby, "EDUCATION");
  const schools = agency("schools", ashby, "EDUCATION", { kind: "COLLECTIVE" });
  agency("housing", ashby, "HOUSING", { valid_to: YESTERDAY, successor_id: council });
  const bextonPolice = agency("bexton-police", bexton, "POLICE");
  const corleyPolice = agency("corley-police", corley, "POLICE");
  seed.add("collective_member", { partnership_id: ashby, collective_id: schools, member_id: school, valid_to: TODAY });
  seed.add("collective_member", {
    partnership_id: ashby,
    collective_id: schools,
    member_id: college,
    valid_to: YESTERDAY,
  });
  seed.add("collective_member", {
    partnership_id: ashby,
    collective_id: schools,
    member_id: council,
    valid_from: TOMORROW,
  });
  seed.add("collective_member", {
    partnership_id: bexton,
    collective_id: agency("bexton-all", bexton, "OTHER", { kind: "COLLECTIVE" }),
    member_id: bextonPolice,
  });

  const actions: Record<string, Placed> = {};
  const posts: Record<string, string> = {};
  const at = (name: string): Placed => {
    const found = actions[name];
    if (!found) throw new Error(`the world has no action ${name}`);
    return found;
  };
  const sides: [string, string, string, string][] = [
    [ashby, "ashby", police, council],
    [bexton, "bexton", bextonPolice, bextonPolice],
    [corley, "corley", corleyPolice, corleyPolice],
  ];
  for (const [of, slug, first, other] of sides) {
    seed.add("agency_alias", { partnership_id: of, agency_id: first, alias: `${slug} alias`, key: "alias" });
    seed.add("agency_code", { partnership_id: of, agency_id: first, scheme: "GSS", value: "E1" });
    const post = seed.add("post", { partnership_id: of, title: "Head of something", key: "post", agency_id: first });
    seed.add("post_alias", { partnership_id: of, post_id: post, alias: "HoS", key: "hos" });
    posts[slug] = post;
    const published = slug === "corley" ? null : "2018-03-01T00:00:00Z";
    const plans: [string, string | null][] = [
      [`${slug}-plan`, published],
      [`${slug}-draft`, null],
      [`${slug}-soon`, "2019-02-14T09:00:01Z"],
    ];
    let newer: string | null = null;
    for (const [name, out] of [...plans].reverse()) {
      const plan: string = seed.add("plan", {
        partnership_id: of,
        slug: name,
        title: name,
        published_at: out,
        period_start: "2018-01-01",
        period_end: "2019-12-31",
        superseded_by_id: newer,
      });
      newer = plan;
      planRows(seed, of, plan, name, slug, { first, other, post, actions });
    }
    indicators(seed, of, slug, first, at(`${slug}-plan A1`).id);
  }
  await seed.flush();
  // the world's own actions have more to them than one lead
  named(seed, ashby, at, { health, schools, police, council });
  reported(seed, { ashby, bexton, corley }, at, agencies);
  boards(seed, { ashby, bexton, corley }, at, agencies, posts, [YESTERDAY, TODAY, TOMORROW]);
  rules(seed, { ashby, bexton, corley }, at);
  await seed.flush();

  const persons = people(seed, { ashby, bexton, corley }, agencies, {
    issuer: DEMONSTRATION_ISSUER,
    action: at("ashby-plan A1").id,
    bextonAction: at("bexton-plan A1").id,
  });
  await seed.flush();
  challenges(seed, { ashby, bexton, corley }, at, { agencies, posts, persons });
  await evidenced(seed, owner, { ashby, bexton, corley }, at, { agencies, persons });
  await seed.flush();
  return { partnerships: { ashby, bexton, corley }, agencies, actions, persons };
}

interface Named {
  first: string;
  other: string;
  post: string;
  actions: Record<string, Placed>;
}

/** A plan with one of everything. Its actions are named, and who leads them is said by the first agency's assignment. */
function planRows(
  seed: Seeder,
  of: string,
  plan: string,
  name: string,
  slug: string,
  { first, other, post, actions }: Named,
): void {
  const within = { partnership_id: of, plan_id: plan };
  const theme = seed.add("theme", { ...within, position: 1, title: `${name} theme` });
  const objective = seed.add("objective", {
    ...within,
    theme_id: theme,
    reference: "1",
    reference_order: "0001",
    title: "objective",
    kind: "OBJECTIVE",
  });
  const finding = seed.add("finding", { ...within, source: "OFSTED", reference: "F1" });
  seed.add("objective_finding", { ...within, objective_id: objective, finding_id: finding });
  seed.add("rating_scheme", { id: schemeKey(plan), ...within });
  for (const dimension of ["DELIVERY", "IMPACT"])
    for (const value of ["RED", "AMBER", "GREEN"])
      seed.add("rating_scheme_entry", {
        ...within,
        scheme_id: schemeKey(plan),
        dimension,
        value,
        label: value.toLowerCase(),
      });
  seed.add("published_total", {
    ...within,
    source: "board report",
    dimension: "DELIVERY",
    value: "GREEN",
    count: 3,
    position: 1,
  });
  const action = (reference: string, more: Row = {}) => {
    const id = seed.add("action", {
      ...within,
      objective_id: objective,
      theme_id: theme,
      reference,
      reference_order: `000${reference}`,
      title: `${name} ${reference}`,
      status: "IN_PROGRESS",
      by_when_text: "by new year",
      by_when_kind: "RANGE",
      by_when_start: "2018-06-01",
      by_when_end: "2018-12-31",
      by_when_precision: "MONTH",
      original_kind: "DUE",
      original_precision: "MONTH",
      doubts: ["two dates"],
      ...more,
    });
    actions[`${name} ${reference}`] = { id, plan };
    seed.add("action_finding", { ...within, action_id: id, finding_id: finding });
    seed.add("milestone", { ...within, action_id: id, position: 1, text: "midsummer", kind: "DUE", precision: "DAY" });
    return id;
  };
  const led = (id: string, role = "LEAD") =>
    seed.add("assignment", { ...within, action_id: id, agency_id: first, post_id: null, position: 1, role });
  led(action("A1"));
  if (slug === "ashby" && name === "ashby-plan") {
    action("A2");
    action("A3");
    led(action("A4", { status: "SIGNED_OFF" }));
    led(
      action("A5", {
        by_when_kind: "ONGOING",
        by_when_start: null,
        by_when_end: null,
        by_when_precision: null,
        status: null,
      }),
    );
    const posted = action("A6");
    seed.add("assignment", { ...within, action_id: posted, agency_id: null, post_id: post, position: 1, role: "LEAD" });
    seed.add("assignment", {
      ...within,
      action_id: posted,
      agency_id: first,
      post_id: post,
      position: 2,
      role: "CONTRIBUTOR",
    });
    led(action("A7", { status: "SUPERSEDED" }));
    action("A9", { status: null });
  } else {
    const id = actions[`${name} A1`]?.id ?? "";
    seed.add("assignment", {
      ...within,
      action_id: id,
      agency_id: other,
      post_id: post,
      position: 2,
      role: "CONTRIBUTOR",
    });
  }
}

export const schemeKey = (plan: string) => plan.replace(/^0{8}/, "00000001");

function indicators(seed: Seeder, of: string, slug: string, owner: string, action: string): void {
  for (const [index, whose] of [owner, null].entries()) {
    const id = seed.add("indicator", {
      partnership_id: of,
      code: `I${index}`,
      title: `indicator ${index}`,
      unit: "PERCENT",
      polarity: "IN_RANGE",
      owner_agency_id: whose,
      position: index,
    });
    seed.add("indicator_target", {
      partnership_id: of,
      indicator_id: id,
      text: "from 5 to 9",
      comparator: "BETWEEN",
      value: 5,
      upper_value: 9,
      period_start: "2018-04-01",
      period_end: "2019-03-31",
    });
    seed.add("action_indicator", { partnership_id: of, action_id: action, indicator_id: id });
    const observed = (as_at: string, status: string, published: string | null, more: Row = {}) =>
      seed.add("observation", {
        partnership_id: of,
        indicator_id: id,
        measure: "PERIOD",
        as_at,
        status,
        source: `${slug} figures`,
        published_at: published,
        numerator: 20,
        denominator: 40,
        value: 50,
        ...more,
      });
    observed("2018-03-31", "FINAL", "2018-05-01T00:00:00Z", { upper_value: 70 });
    const comparator = seed.add("comparator", {
      partnership_id: of,
      indicator_id: id,
      kind: "ENGLAND",
      label: "England",
      position: 1,
    });
    observed("2018-03-31", "FINAL", "2018-05-01T00:00:00Z", { comparator_id: comparator, value: 60 });
    observed("2018-06-30", "FINAL", null, { comparator_id: comparator, value: 61 });
    seed.add("trajectory_point", { partnership_id: of, indicator_id: id, period_end: "2018-12-31", value: 45 });
    if (index === 0) {
      observed("2018-06-30", "PROVISIONAL", "2019-02-14T09:00:01Z", { value: 7 });
      observed("2018-06-30", "FINAL", "2018-08-01T00:00:00Z", { as_at: null, needs_review: true, source: "a drawing" });
      observed("2018-09-30", "EMBARGOED", null);
    } else {
      observed("2018-06-30", "FINAL", "2018-08-01T00:00:00Z", { value: null, missing_reason: "SUPPRESSED" });
    }
  }
}

function named(seed: Seeder, ashby: string, at: (name: string) => Placed, agencies: Record<string, string>): void {
  const { health = "", schools = "", police = "", council = "" } = agencies;
  const name = (action: string, list: [string, string][]) =>
    list.forEach(([agency_id, role], index) =>
      seed.add("assignment", {
        partnership_id: ashby,
        plan_id: at(action).plan,
        action_id: at(action).id,
        agency_id,
        post_id: null,
        position: index + 5,
        role,
      }),
    );
  name("ashby-plan A1", [
    [health, "CONTRIBUTOR"],
    [schools, "CONTRIBUTOR"],
  ]);
  name("ashby-plan A2", [
    [schools, "LEAD"],
    [police, "CONTRIBUTOR"],
  ]);
  name("ashby-plan A3", [
    [health, "UNCONFIRMED"],
    [police, "UNCONFIRMED"],
  ]);
  name("ashby-plan A4", [[health, "CONTRIBUTOR"]]);
  name("ashby-plan A9", [[council, "CONTRIBUTOR"]]);
}
