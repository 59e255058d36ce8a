import { isObjectType, isRequiredArgument, getNamedType } from "graphql";
import pino from "pino";
import { mayRead, type Relation } from "../../src/domains/access/index";
import { globalId, keyOf } from "../../src/platform/graphql/ids";
import { tierOf, type Tier } from "../../src/platform/graphql/exposed";
import { buildSchema } from "../../src/schema";
import { demonstrationDatabase, serve, type Service } from "../support/service";

/** Every role and relation against every field above PUBLIC, held to the policy by facts read behind the service's back. */
const MEMBERS = [
  "AGENCY_VIEWER",
  "AGENCY_CONTRIBUTOR",
  "AGENCY_LEAD",
  "INTEGRATOR",
  "PARTNERSHIP_OFFICER",
  "PARTNERSHIP_CHAIR",
  "INSPECTOR",
];
const OVERSIGHT = ["PARTNERSHIP_OFFICER", "PARTNERSHIP_CHAIR", "INSPECTOR"];

interface Who {
  actor: string | null;
  role: string | null;
  partnership: string | null;
  sector: string | null;
  own: string[];
  /** Its own agency and the collectives that it is in. */
  names: string[];
}
interface ActionFact {
  id: string;
  partnership: string;
  reference: string;
  published: boolean;
  agencies: string[];
  lead: string | null;
}
interface UpdateFact {
  id: string;
  action: string;
  author: string | null;
  state: string;
  published: boolean;
}

let service: Service;
let people: Who[];
let actions: ActionFact[];
let updates: UpdateFact[];
/** Global id of the one grant that denies. */
let denial: string;
const schema = buildSchema(pino({ level: "silent" }));

beforeAll(async () => {
  service = await serve(await demonstrationDatabase());
  const { owner } = service.database;
  people = [
    { actor: null, role: null, partnership: null, sector: null, own: [], names: [] },
    ...(await owner.query<Who[]>(
      `select p.subject as actor, m.role, m.partnership_id as partnership, (select g.sector from agency g where g.id = m.agency_id) as sector, array_remove(array[m.agency_id], null)::text[] as own,
         array_remove(array[m.agency_id] || array(select c.collective_id from collective_member c where c.member_id = m.agency_id), null)::text[] as names
       from membership m join person p on p.id = m.person_id order by 1`,
    )),
  ];
  actions = await owner.query<ActionFact[]>(
    `select a.id, a.partnership_id as partnership, a.reference, p.published_at is not null as published,
       array(select s.agency_id from assignment s where s.action_id = a.id and s.agency_id is not null)::text[] as agencies,
       (select s.agency_id from assignment s where s.action_id = a.id and s.role <> 'CONTRIBUTOR' order by s.role = 'LEAD' desc, s.position limit 1) as lead
     from action a join plan p on p.id = a.plan_id join partnership w on w.id = a.partnership_id where w.slug = 'wrenford' order by a.id`,
  );
  updates = await owner.query<UpdateFact[]>(
    "select id, action_id as action, author_agency_id as author, state, published_at is not null as published from progress_update order by state, id",
  );
  const denials = await owner.query<{ id: string }[]>(
    "select id from field_grant where effect = 'DENY' and starts_with(reason, $1)",
    [SCHOOLS_DO_NOT_HOLD_RISKS],
  );
  expect(denials.length).toBe(1);
  denial = globalId("FieldGrant", denials[0]?.id ?? "");
});
afterAll(async () => {
  await service.stop();
  await service.database.drop();
});

const isMember = (who: Who, partnership: string) => who.partnership === partnership && MEMBERS.includes(who.role ?? "");
const oversees = (who: Who, partnership: string) =>
  who.partnership === partnership && OVERSIGHT.includes(who.role ?? "");

function relationsTo(who: Who, action: ActionFact, author?: string | null): Relation[] {
  if (!isMember(who, action.partnership)) return ["NONE"];
  const relations: Relation[] = [oversees(who, action.partnership) ? "OVERSIGHT" : "PARTNER"];
  if (action.lead && who.names.includes(action.lead)) relations.push("LEAD");
  else if (action.agencies.some((id) => who.names.includes(id))) relations.push("CONTRIBUTOR");
  if (author && who.own.includes(author)) relations.push("AUTHOR");
  return relations;
}

const seesAction = (who: Who, action: ActionFact) => action.published || isMember(who, action.partnership);
function seesUpdate(who: Who, update: UpdateFact, action: ActionFact): boolean {
  if (update.author && who.own.includes(update.author)) return true;
  if (update.state === "SUBMITTED" || update.state === "RETURNED") return oversees(who, action.partnership);
  return update.state === "ACCEPTED" && (isMember(who, action.partnership) || (update.published && action.published));
}

/** Fields of a type above PUBLIC, with their tiers. */
function ruled(type: string): [string, Tier][] {
  const found = schema.getType(type);
  if (!isObjectType(found)) throw new Error(`no type ${type}`);
  return Object.values(found.getFields()).flatMap((field) => {
    const tier = tierOf(field.extensions);
    // lists by the page, and what needs to be told more, are asked elsewhere
    const plain = !field.args.some((arg) => arg.name === "first" || isRequiredArgument(arg));
    return tier && tier !== "PUBLIC" && plain ? [[field.name, tier] as [string, Tier]] : [];
  });
}
const leaves = (type: string) =>
  ruled(type)
    .map(([name]) => name)
    .filter((name) => {
      const found = schema.getType(type);
      return isObjectType(found) && !isObjectType(getNamedType(found.getFields()[name]?.type ?? found));
    })
    .join(" ");

/** The demonstration's grants, said again: data/wrenford/grants.csv is what is loaded. The one that has ended is not here. */
const SCHOOLS_DO_NOT_HOLD_RISKS = "Schools asked not to hold risk notes";
function grantOn(who: Who, name: string, relations: Relation[]): "ALLOW" | "DENY" | null {
  if (who.sector === "EDUCATION" && name === "ProgressUpdate.riskNote") return "DENY";
  if (who.sector === "EDUCATION" && name === "ProgressUpdate.impactNarrative") return "ALLOW";
  const contributes = who.sector === "PROBATION" && relations.includes("CONTRIBUTOR");
  return contributes && name === "ProgressUpdate.riskNote" ? "ALLOW" : null;
}
/** Whether `who` reads a field of a row: by the grants of its own partnership, else by the tier. */
function reads(who: Who, name: string, tier: Tier, relations: Relation[]): boolean {
  const grant = relations.includes("NONE") ? null : grantOn(who, name, relations);
  return grant === null ? mayRead(tier, relations) : grant === "ALLOW";
}
const withheldOf = (who: Who, type: string, relations: Relation[]) =>
  sorted(
    ruled(type)
      .filter(([field, tier]) => !reads(who, `${type}.${field}`, tier, relations))
      .map(([field, requires]) => {
        const denied = !relations.includes("NONE") && grantOn(who, `${type}.${field}`, relations) === "DENY";
        return { type, field, requires, ...(denied && { deniedBy: denial }) };
      }),
  );
const sorted = <R extends { type: string; field: string }>(list: R[]) =>
  [...list].sort((a, b) => (`${a.type}.${a.field}` < `${b.type}.${b.field}` ? -1 : 1));

test("roles of every kind take part, and each relation and state occurs", () => {
  expect(new Set(people.map(({ role }) => role)).size).toBeGreaterThanOrEqual(8);
  const relations = new Set(people.flatMap((who) => actions.flatMap((action) => relationsTo(who, action))));
  expect([...relations].sort()).toEqual(["CONTRIBUTOR", "LEAD", "NONE", "OVERSIGHT", "PARTNER"]);
  expect([...new Set(updates.map(({ state }) => state))].sort()).toEqual([
    "ACCEPTED",
    "DRAFT",
    "RETURNED",
    "SUBMITTED",
  ]);
});

test("progress updates: who sees which, and which fields of it, is the policy's word for every actor", async () => {
  const query = `query ($id: ID!) { node(id: $id) { ... on ProgressUpdate { id overallProgress ${leaves("ProgressUpdate")} } } }`;
  const each = new Map<string, number>();
  const some = updates.filter(({ state }) => {
    each.set(state, (each.get(state) ?? 0) + 1);
    return state !== "ACCEPTED" || (each.get(state) ?? 0) % 4 === 0;
  });
  let read = 0;
  for (const update of some) {
    const action = actions.find(({ id }) => id === update.action);
    const [row] = await service.database.owner.query<{ riskNote: string | null }[]>(
      'select risk_note as "riskNote" from progress_update where id = $1',
      [update.id],
    );
    if (!action) throw new Error("an update of no action");
    for (const who of people) {
      const { data, errors, redactions } = await service
        .as(who.actor)
        .ask<{ node: { riskNote: string | null } | null }>(query, {
          id: globalId("ProgressUpdate", update.id),
        });
      const about = [who.actor, update.state, action.reference];
      if (!seesUpdate(who, update, action)) {
        expect([...about, errors.map(({ extensions }) => extensions.code), data?.node]).toEqual([
          ...about,
          ["NOT_FOUND"],
          null,
        ]);
        continue;
      }
      const relations = relationsTo(who, action, update.author);
      expect([...about, redactions]).toEqual([...about, withheldOf(who, "ProgressUpdate", relations)]);
      const mine = reads(who, "ProgressUpdate.riskNote", "OWNER", relations);
      expect([...about, data?.node?.riskNote]).toEqual([...about, mine ? row?.riskNote : null]);
      if (mine && row?.riskNote) read += 1;
    }
  }
  expect(read).toBeGreaterThan(20);
});

test("a draft is its author's alone: not the officer's, the chair's or the inspector's", () => {
  const drafts = updates.filter(({ state }) => state === "DRAFT");
  expect(drafts.length).toBe(8);
  for (const update of drafts) {
    const action = actions.find(({ id }) => id === update.action);
    const seeing = people.filter((who) => action && seesUpdate(who, update, action));
    expect(seeing.every((who) => who.own.includes(update.author ?? ""))).toBe(true);
  }
});

/** What leads from an action to rows of which somebody may be told nothing. */
const LINKED =
  "pendingDateRevision { __typename } blockedBy { __typename } blocks { __typename } waitingOn { __typename }";

test("actions and their ratings: withheld is null, listed once; what may be read is there", async () => {
  const rating = `{ dimension ${leaves("Rating")} redatedBy { __typename } }`;
  const query = `query ($id: ID!) { action(id: $id) { id ${leaves("Action")} imports { __typename } ${LINKED} ratings { delivery ${rating} impact ${rating} } } }`;
  for (const action of actions.filter((_, index) => index % 3 === 0)) {
    for (const who of people) {
      const { data, errors, redactions } = await service
        .as(who.actor)
        .ask<{ action: Record<string, unknown> | null }>(query, {
          id: globalId("Action", action.id),
        });
      const about = [who.actor, action.reference, action.published];
      if (!seesAction(who, action)) {
        expect([...about, errors.map(({ extensions }) => extensions.code)]).toEqual([...about, ["NOT_FOUND"]]);
        continue;
      }
      const relations = relationsTo(who, action);
      const own = withheldOf(who, "Action", relations);
      const expected = own.some(({ field }) => field === "ratings")
        ? own
        : [...own, ...withheldOf(who, "Rating", relations)];
      expect([...about, redactions]).toEqual([...about, sorted(expected)]);
      for (const { field } of own) expect([...about, field, data?.action?.[field]]).toEqual([...about, field, null]);
      if (!own.some(({ field }) => field === "stale"))
        expect([...about, data?.action?.version, typeof data?.action?.stale]).toEqual([...about, 1, "boolean"]);
    }
  }
});

test("a partnership's threshold is oversight's; an embargoed figure is its owner's and oversight's; an unpublished plan is the members'", async () => {
  for (const who of people) {
    const answer = await service.as(who.actor).ask<{
      partnership: {
        suppressionThreshold: number | null;
        plans: { slug: string }[];
        indicators: { nodes: { code: string; latestObservation: { status: string; asAt: string } | null }[] };
      };
    }>('{ partnership(slug: "wrenford") { suppressionThreshold plans { slug } indicators(first: 50) { nodes { code latestObservation { status asAt } } } } }');
    const wrenford = actions[0]?.partnership ?? "";
    expect([who.actor, answer.data?.partnership.suppressionThreshold]).toEqual([
      who.actor,
      oversees(who, wrenford) ? 5 : null,
    ]);
    expect(answer.redactions).toEqual(
      oversees(who, wrenford) ? [] : [{ type: "Partnership", field: "suppressionThreshold", requires: "OVERSIGHT" }],
    );
    expect([who.actor, answer.data?.partnership.plans.map(({ slug }) => slug)]).toEqual([
      who.actor,
      isMember(who, wrenford) ? ["safeguarding-2018-2020", "neglect-2019"] : ["safeguarding-2018-2020"],
    ]);
    const referred = answer.data?.partnership.indicators.nodes.find(({ code }) => code === "WPI2")?.latestObservation;
    const embargoed = oversees(who, wrenford) || who.actor === "wrenford-council-lead";
    expect([who.actor, referred]).toEqual([
      who.actor,
      isMember(who, wrenford)
        ? { status: embargoed ? "EMBARGOED" : "FINAL", asAt: embargoed ? "2018-12-31" : "2018-09-30" }
        : null,
    ]);
  }
});

const FACTS =
  "id version doubts stale divergent latestUpdate { id riskNote } updates(first: 10) { nodes { id riskNote impactNarrative } }";
/** Of each plan of Wrenford by its own name: a list of plans of lists of lists would be more than may be asked for at once. */
const eachPlan = (selection: string) =>
  `{ partnership(slug: "wrenford") { one: plan(slug: "safeguarding-2018-2020") { ${selection} } two: plan(slug: "neglect-2019") { ${selection} } } }`;
/** Every field that leads to an action, by the type and field it is; the test below says when one is missing. What changes an action comes before what reads it. */
const DOORS: Record<string, string> = {
  "ProgressUpdatePayload.action": `mutation ($update: ID!) { acceptProgressUpdate(input: { progressUpdate: $update }) { action { ${FACTS} } } }`,
  "ActionPayload.action": `mutation ($second: ID!) { setImpactDate(input: { action: $second, judgeImpactOn: "2019-03-01" }) { action { ${FACTS} } } }`,
  "ActionSignOffPayload.action": `mutation ($signedOff: ID!, $decision: ID!) { revertSignOff(input: { action: $signedOff, decision: $decision, reason: "Undone" }) { action { ${FACTS} } } }`,
  "EditActionTextPayload.action": `mutation ($first: ID!) { editActionText(input: { action: $first, expectedVersion: 1, measure: "Told anew" }) { action { ${FACTS} } } }`,
  "AddRatingPayload.action": `mutation ($third: ID!) { addRating(input: { action: $third, dimension: DELIVERY, value: AMBER, asAt: "2019-02-14", rationale: "Judged anew" }) { action { ${FACTS} } } }`,
  "EvidenceUse.action": `{ partnership(slug: "wrenford") { agencies { evidence(first: 2) { nodes { uses { action { ${FACTS} } } } } } } }`,
  "ActionBlocker.action": `{ partnership(slug: "wrenford") { actions(first: 100) { nodes { blocks { action { ${FACTS} } } } } } }`,
  "ActionBlocker.blockedBy": `{ partnership(slug: "wrenford") { actions(first: 100) { nodes { blockedBy { blockedBy { ${FACTS} } } } } } }`,
  "DateRevision.action": `{ partnership(slug: "wrenford") { actions(first: 100) { nodes { dateRevisions(first: 5) { nodes { action { ${FACTS} } } } } } } }`,
  "Wait.blockedBy": `{ partnership(slug: "wrenford") { actions(first: 100) { nodes { waitingOn { blockedBy { ${FACTS} } } } } } }`,
  "RecordOpening.action": `{ partnership(slug: "wrenford") { recordOpenings { nodes { action { ${FACTS} } } } } }`,
  "Query.node": `query ($id: ID!) { node(id: $id) { ... on Action { ${FACTS} } } }`,
  "Query.nodes": `query ($id: ID!) { nodes(ids: [$id]) { ... on Action { ${FACTS} } } }`,
  "Query.action": `query ($id: ID!) { action(id: $id) { ${FACTS} } }`,
  "Query.actions": `{ actions(first: 100, filter: { partnership: "wrenford" }) { nodes { ${FACTS} } edges { node { id } } } }`,
  "Partnership.actions": `{ partnership(slug: "wrenford") { actions(first: 100) { nodes { ${FACTS} } } } }`,
  "Plan.actions": `{ partnership(slug: "wrenford") { plans { actions(first: 100) { nodes { ${FACTS} } } } } }`,
  "Objective.actions": eachPlan(`objectives { actions(first: 100) { nodes { ${FACTS} } } }`),
  "Theme.actions": eachPlan(`themes { actions(first: 100) { nodes { ${FACTS} } } }`),
  "Agency.actions": `{ partnership(slug: "wrenford") { agencies { actions(first: 100) { nodes { ${FACTS} } } } } }`,
  "Action.carriedFrom": `{ partnership(slug: "wrenford") { actions(first: 100) { nodes { carriedFrom { ${FACTS} } } } } }`,
  "Action.carriedTo": `{ partnership(slug: "wrenford") { actions(first: 100) { nodes { carriedTo { ${FACTS} } } } } }`,
  "Challenge.action": `{ partnership(slug: "wrenford") { challenges(first: 100) { nodes { action { ${FACTS} } } } } }`,
  "HighlightReport.action": `{ partnership(slug: "wrenford") { actions(first: 100) { nodes { highlightReport { action { ${FACTS} } } } } } }`,
  "PlanChange.action": eachPlan(
    `changes(between: { from: "2000-01-01T00:00:00Z", to: "2019-02-14T09:00:00Z" }) { action { ${FACTS} } }`,
  ),
  "PlanHandOver.carried": eachPlan(`handOvers { carried { ${FACTS} } }`),
  "RuleFinding.action": `{ partnership(slug: "wrenford") { rules { findings(first: 5) { nodes { action { ${FACTS} } } } } } }`,
  "RuleTrialFinding.action": `{ partnership(slug: "wrenford") { rules { dryRun(between: { from: "2019-01-01", to: "2019-02-14" }) { findings { action { ${FACTS} } } } } } }`,
  "SignOff.action": `{ partnership(slug: "wrenford") { actions(first: 100) { nodes { signOff { action { ${FACTS} } } } } } }`,
  "TrackedItem.actions": `{ partnership(slug: "wrenford") { boards { trackedItems(first: 5) { nodes { actions { ${FACTS} } } } } } }`,
  "ProgressUpdate.action": `{ partnership(slug: "wrenford") { actions(first: 100) { nodes { updates(first: 10) { nodes { action { ${FACTS} } } } } } } }`,
};

/** A rule that found something, and a past in which it would have: the demonstration is known since the day before the new year. */
async function ruleFinds(): Promise<void> {
  const { owner } = service.database;
  for (const table of ["partnership", "plan", "action", "assignment"]) {
    await owner.query(`alter table history.${table} disable trigger ${table}_keep`);
    await owner.query(`update history.${table} set known_from = '2018-12-31T00:00Z' where known_to = 'infinity'`);
    await owner.query(`alter table history.${table} enable trigger ${table}_keep`);
  }
  await owner.query(
    `with made as (
       insert into rule (partnership_id, kind, name, working_days, effect)
       select p.id, 'OVERDUE', 'Overdue', 1, 'WARN' from partnership p where p.slug = 'wrenford' returning *)
     insert into rule_finding (partnership_id, rule_id, cause, action_id, since, found_at)
     select m.partnership_id, m.id, 'OVERDUE', a.id, '2018-12-31', '2019-01-02'
     from made m join action a on a.partnership_id = m.partnership_id where a.id = $1`,
    [actions[0]?.id],
  );
}

/** What a board is yet to decide in the demonstration: to take a sign-off back, and to carry an action into another plan. */
async function boardsDecide(): Promise<{ signedOff: string; decision: string }> {
  const { owner } = service.database;
  const [row] = await owner.query<{ signedOff: string; decision: string }[]>(
    `with decided as (
       insert into decision (partnership_id, board_id, meeting_id, business, number, kind, text, decided_on)
       select m.partnership_id, m.board_id, m.id, 'PUBLIC', '90', 'REVERT_SIGN_OFF', 'Taken back', m.day
       from meeting m join board b on b.id = m.board_id where b.name = 'Wrenford Partnership Board' and m.day = '2019-02-07'
       returning id, partnership_id, decided_on
     ), handed as (
       insert into plan_hand_over (partnership_id, plan_id, number, decision_id, to_plan_id, decided_on)
       select d.partnership_id, o.id, 1, d.id, n.id, d.decided_on from decided d
       join plan o on o.slug = 'safeguarding-2018-2020' join plan n on n.slug = 'neglect-2019'
       returning id, partnership_id, plan_id, to_plan_id
     ), carried as (
       insert into carried_action (partnership_id, hand_over_id, from_action_id, action_id)
       select h.partnership_id, h.id, o.id, n.id from handed h join action o on o.plan_id = h.plan_id and o.reference = '10.3'
       join lateral (select a.id from action a where a.plan_id = h.to_plan_id order by a.reference_order limit 1) n on true
     )
     select a.id as "signedOff", d.id as decision from decided d join handed h on true join action a on a.plan_id = h.plan_id and a.reference = '5.1'`,
  );
  return {
    signedOff: globalId("Action", row?.signedOff ?? ""),
    decision: globalId("Decision", row?.decision ?? ""),
  };
}

test("every door to an action gives the same verdict on it, its fields and its updates", async () => {
  const leading = Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type) && !type.name.startsWith("__") && !/Connection$|Edge$/.test(type.name)
      ? Object.values(type.getFields())
          .filter((field) => /^Action(Connection)?$/.test(getNamedType(field.type).name))
          .map((field) => `${type.name}.${field.name}`)
      : [],
  );
  expect(leading.filter((name) => !(name in DOORS)).sort()).toEqual([]);

  await ruleFinds();
  // evidence in use, an opening that is long over, and two actions of which the officer may still write
  const { owner } = service.database;
  await owner.query(
    `insert into record_opening (partnership_id, action_id, agency_id, opened_by, reason, opened_at, opened_until)
     select a.partnership_id, a.id, g.id, p.id, 'An opening that is long over', '2019-01-01T09:00Z', '2019-01-01T12:00Z'
     from action a, agency g, person p where a.id = $1 and g.partnership_id = a.partnership_id and p.subject = 'wrenford-officer' limit 1`,
    [actions[0]?.id],
  );
  await owner.query(
    `with shown as (
       insert into evidence (partnership_id, owner_agency_id, title, kind, marking, received_on, url, reach, added_by, added_at)
       select g.partnership_id, g.id, 'A record', 'OUTPUT', 'OFFICIAL', '2019-01-01', 'https://records.example.org/', 'PARTNERSHIP', p.id, '2019-01-01'
       from agency g, person p where g.name = 'Wrenshire Constabulary' and p.subject = 'wrenford-officer' returning *)
     insert into evidence_use (partnership_id, evidence_id, action_id, agency_id, reach, attached_by, attached_at)
     select partnership_id, id, $1, owner_agency_id, 'PARTNERSHIP', added_by, added_at from shown`,
    [actions[0]?.id],
  );
  // a move of a date, and an action that waits for another
  await owner.query(
    `insert into date_revision (partnership_id, action_id, state, from_text, from_kind, from_end, to_text, to_kind, to_end, to_precision, asked_at, decided_by, decided_at, decision_reason)
     select a.partnership_id, a.id, 'APPROVED', '2018', 'DUE', '2018-12-31', '2019', 'DUE', '2019-12-31', 'YEAR', '2019-01-01', p.id, '2019-01-01', 'Tried in a test'
     from action a join person p on p.subject = 'wrenford-officer' where a.id = $1`,
    [actions[0]?.id],
  );
  await owner.query(
    `insert into action_blocker (partnership_id, action_id, blocking_action_id, reason, said_by, since)
     select a.partnership_id, a.id, b.id, 'Tried in a test', p.id, '2019-01-01' from action a join action b on b.plan_id = a.plan_id and b.reference = '3.3'
     join plan l on l.id = a.plan_id join person p on p.subject = 'wrenford-officer' where l.slug = 'safeguarding-2018-2020' and a.reference = '5.2'`,
  );
  // a challenge against the police about the first
  await owner.query(
    `insert into challenge (partnership_id, number, ladder_version_id, subject, ground, action_id, raised_as, raised_by_person_id, against_agency_id, stage_number, stage_from, waiting_on, raised_at)
     select a.partnership_id, 1, v.id, 'Tried in a test', 'DRIFT', a.id, 'OFFICER', p.id, g.id, 1, '2019-01-01', 'ANSWERER', '2019-01-01'
     from action a join ladder_version v on v.partnership_id = a.partnership_id join agency g on g.partnership_id = a.partnership_id and g.name = 'Wrenshire Constabulary'
     join person p on p.subject = 'wrenford-officer' where a.id = $1`,
    [actions[0]?.id],
  );
  const [third] = (
    await owner.query<{ id: string }[]>(
      "select a.id from action a join plan p on p.id = a.plan_id where p.slug = 'safeguarding-2018-2020' and a.reference = '1.3'",
    )
  ).map(({ id }) => globalId("Action", id));
  const [submitted] = await owner.query<{ id: string; actionId: string }[]>(
    `select u.id, u.action_id as "actionId" from progress_update u where u.state = 'SUBMITTED' and u.action_id <> $1 order by u.id limit 1`,
    [keyOf("Action", third ?? "")],
  );
  // each of the officer's changes is to another action
  const [first, second] = (
    await owner.query<{ id: string }[]>(
      "select a.id from action a join plan p on p.id = a.plan_id where p.slug = 'safeguarding-2018-2020' and a.status = 'IN_PROGRESS' and a.reference <> '1.3' and a.id <> $1 order by a.id",
      [submitted?.actionId],
    )
  ).map(({ id }) => globalId("Action", id));
  const update = globalId("ProgressUpdate", submitted?.id ?? "");
  const changeable = { first, second, third, update, ...(await boardsDecide()) };

  for (const actor of [
    null,
    "police-viewer",
    "wrenford-scrutiny",
    "wrenford-police-viewer",
    "wrenford-health-contributor",
    "wrenford-housing-contributor",
    "wrenford-officer",
    "wrenford-chair",
  ]) {
    const who = people.find((one) => one.actor === actor);
    if (!who) throw new Error("nobody");
    const seen = new Map<string, string>();
    const add = (value: unknown, door: string): void => {
      if (Array.isArray(value)) {
        value.forEach((one) => add(one, door));
        return;
      }
      if (typeof value !== "object" || value === null) return;
      if ("version" in value && "id" in value && typeof value.id === "string") {
        const known = seen.get(value.id);
        const text = JSON.stringify(value);
        if (known !== undefined) expect([actor, door, text]).toEqual([actor, door, known]);
        seen.set(value.id, text);
      }
      Object.values(value).forEach((one) => add(one, door));
    };
    for (const [door, query] of Object.entries(DOORS).filter(([, text]) => !text.startsWith("query ($id"))) {
      const { data } = await service.as(actor).ask(query, changeable);
      if (actor === (door === "ActionSignOffPayload.action" ? "wrenford-chair" : "wrenford-officer"))
        expect([door, JSON.stringify(data)]).toEqual([door, expect.stringContaining('"doubts"')]);
      add(data, door);
    }
    expect([actor, [...seen.keys()].sort()]).toEqual([
      actor,
      actions
        .filter((action) => seesAction(who, action))
        .map(({ id }) => globalId("Action", id))
        .sort(),
    ]);
    for (const action of actions) {
      const id = globalId("Action", action.id);
      for (const door of ["Query.node", "Query.nodes", "Query.action"]) {
        const { data, errors } = await service.as(actor).ask(DOORS[door] ?? "", { id });
        if (seesAction(who, action)) add(data, door);
        else expect(errors.map(({ extensions }) => extensions.code)).toEqual(["NOT_FOUND"]);
      }
    }
  }
});

test("forty requests of two agencies through four connections never mix", async () => {
  const query =
    "{ viewer { label agency { id name actions(first: 100) { nodes { id updates(first: 100) { nodes { id riskNote } } } } } } }";
  const actors = ["wrenford-police-viewer", "wrenford-housing-contributor"];
  const alone = await Promise.all(actors.map(async (actor) => (await service.as(actor).ask(query)).text));
  expect(alone[0]).not.toBe(alone[1]);
  const many = await Promise.all(
    Array.from({ length: 40 }, async (_, index) => (await service.as(actors[index % 2] ?? "").ask(query)).text),
  );
  many.forEach((text, index) => expect(text === alone[index % 2]).toBe(true));
});
