import { globalId } from "../../src/platform/graphql/ids";
import { demonstrationDatabase, serve, type Service } from "../support/service";
import { addPerson, at, change, done, entries, places, refused } from "./world";
import { untilWaiting } from "../support/until";

let service: Service;
let id: (name: string) => string;
/** Names of the agencies of the council's, the schools' and the police's people. */
let council: string;
let schools: string;
let police: string;
beforeAll(async () => {
  service = await serve(await demonstrationDatabase());
  id = await places(service.database);
  const [row] = await service.database.owner.query<{ council: string; schools: string; police: string }[]>(
    `select max(g.name) filter (where p.subject = 'wrenford-council-lead') as council, max(g.name) filter (where p.subject = 'wrenford-schools-lead') as schools,
       max(g.name) filter (where p.subject = 'wrenford-police-viewer') as police
     from membership m join person p on p.id = m.person_id join agency g on g.id = m.agency_id`,
  );
  ({ council, schools, police } = row ?? { council: "", schools: "", police: "" });
  await addPerson(service.database, "administrator", "PLATFORM_ADMIN", {});
});
afterAll(async () => {
  await service.stop();
  await service.database.drop();
});

const membershipOf = async (subject: string): Promise<string> => {
  const [row] = await service.database.owner.query<{ id: string }[]>(
    "select m.id from membership m join person p on p.id = m.person_id where p.subject = $1 order by m.valid_from desc limit 1",
    [subject],
  );
  return globalId("Membership", row?.id ?? "");
};
const letIn = async (who: string, on: Service = service) =>
  (await on.as(who).ask("{ viewer { label } }")).status === 200;

test("a leaver's very next request is refused, and what they had sent is withdrawn", async () => {
  await addPerson(service.database, "second-lead", "AGENCY_LEAD", { agency: council });
  const { code } = await done(service.as("second-lead"), "invitePerson", {
    agency: id(council),
    role: "AGENCY_LEAD",
    label: "A friend",
  });
  const { membership: mine } = await addPerson(service.database, "leaver", "AGENCY_VIEWER", { agency: council });
  const seen = (await entries(service.database)).length;
  expect(await letIn("leaver")).toBe(true);
  const { membership } = await done(service.as("wrenford-council-lead"), "endMembership", { membership: mine });
  expect(membership).toMatchObject({ id: mine, endedAt: "2019-02-14T09:00:00.000Z", validTo: null });
  expect(await letIn("leaver")).toBe(false);
  expect((await service.as("leaver").ask("{ viewer { label } }")).errors[0]?.extensions.code).toBe("UNAUTHENTICATED");
  await done(service.as("wrenford-council-lead"), "endMembership", { membership: await membershipOf("second-lead") });
  expect(await refused(service, service.as("friend"), "acceptInvitation", { code })).toBe("NOT_FOUND input.code");
  expect((await entries(service.database)).slice(seen)).toEqual([
    expect.objectContaining({ kind: "endMembership", actor: "Head of quality assurance, council" }),
    expect.objectContaining({ kind: "endMembership" }),
  ]);
  expect(await refused(service, service.as("wrenford-council-lead"), "endMembership", { membership: mine })).toBe(
    "CONFLICT input.membership",
  );
});

test("who ends whose: each refusal changes nothing, and its twin ends it", async () => {
  const ofCouncil = (await addPerson(service.database, "one", "AGENCY_CONTRIBUTOR", { agency: council })).membership;
  const inspector = (await addPerson(service.database, "two", "INSPECTOR", { partnership: "wrenford" })).membership;
  const refusal = (who: string, membership: string) =>
    refused(service, service.as(who), "endMembership", { membership });
  expect(await refusal("wrenford-officer", ofCouncil)).toBe("FORBIDDEN input.membership");
  expect(await refusal("wrenford-chair", ofCouncil)).toBe("FORBIDDEN input.membership");
  expect(await refusal("wrenford-schools-lead", ofCouncil)).toBe("NOT_FOUND");
  expect(await refusal("coventry-officer", ofCouncil)).toBe("NOT_FOUND");
  expect(await refusal("wrenford-council-lead", inspector)).toBe("NOT_FOUND");
  expect(await refusal("wrenford-inspector", inspector)).toBe("FORBIDDEN input.membership");
  expect(await refusal("wrenford-scrutiny", await membershipOf("wrenford-scrutiny"))).toBe(
    "FORBIDDEN input.membership",
  );
  expect(await refusal("wrenford-integrator", await membershipOf("wrenford-integrator"))).toBe("FORBIDDEN");
  expect(await refusal("wrenford-council-lead", "nonsense")).toBe("NOT_FOUND");
  await done(service.as("wrenford-officer"), "endMembership", { membership: inspector });
  await done(service.as("wrenford-council-lead"), "endMembership", { membership: ofCouncil });
  const again = (await addPerson(service.database, "three", "AGENCY_VIEWER", { agency: council })).membership;
  await done(service.as("administrator"), "endMembership", { membership: again });
  expect([await letIn("one"), await letIn("two"), await letIn("three")]).toEqual([false, false, false]);
});

test("the last lead is not removed, by nobody and not by itself, now or later, until another one is there", async () => {
  const last = await membershipOf("wrenford-schools-lead");
  const lead = service.as("wrenford-schools-lead");
  expect(await refused(service, lead, "endMembership", { membership: last })).toBe("LAST_LEAD input.membership");
  expect(await refused(service, lead, "endMembership", { membership: last, on: "2019-06-30" })).toBe(
    "LAST_LEAD input.membership",
  );
  expect(await refused(service, service.as("administrator"), "endMembership", { membership: last })).toBe(
    "LAST_LEAD input.membership",
  );
  const { userErrors } = await change(lead, "endMembership", { membership: last });
  expect(userErrors[0]?.message).toContain("Invite another lead first");
  // one who ends before, has not begun, or leads elsewhere is no successor
  await addPerson(service.database, "short", "AGENCY_LEAD", { agency: schools }, { to: "2019-06-30" });
  await addPerson(service.database, "future", "AGENCY_LEAD", { agency: schools }, { from: "2019-09-01" });
  expect(await refused(service, lead, "endMembership", { membership: last, on: "2019-06-30" })).toBe(
    "LAST_LEAD input.membership",
  );
  expect((await done(lead, "endMembership", { membership: last, on: "2019-08-31" })).membership).toMatchObject({
    validTo: "2019-08-31",
    endedAt: null,
  });
  // from July to September nobody would lead: sooner is too soon, until somebody does
  expect(await refused(service, lead, "endMembership", { membership: last })).toBe("LAST_LEAD input.membership");
  await addPerson(service.database, "through", "AGENCY_LEAD", { agency: schools }, { to: "2019-08-31" });
  await done(lead, "endMembership", { membership: last });
  expect(await letIn("wrenford-schools-lead")).toBe(false);
});

test("an agency is not left without a lead in two steps: one who is to go is no successor", async () => {
  const [first, second] = await Promise.all(
    ["leads-one", "leads-two"].map((name) => addPerson(service.database, name, "AGENCY_LEAD", { agency: police })),
  );
  const end = (membership: string | undefined, on: string) => ({ membership: membership ?? "", on });
  await done(service.as("leads-one"), "endMembership", end(first?.membership, "2019-03-01"));
  expect(await refused(service, service.as("leads-two"), "endMembership", end(second?.membership, "2019-02-20"))).toBe(
    "LAST_LEAD input.membership",
  );
});

test("a chair holds officers to account: an officer is refused, and told so; an administrator may", async () => {
  const chair = (await addPerson(service.database, "chair-two", "PARTNERSHIP_CHAIR", { partnership: "wrenford" }))
    .membership;
  const officer = service.as("wrenford-officer");
  const query = "query ($id: ID!) { node(id: $id) { ... on Membership { endedAt viewerCan { end } } } }";
  expect(await refused(service, officer, "endMembership", { membership: chair })).toBe("FORBIDDEN input.membership");
  expect(await officer.data(query, { id: chair })).toEqual({ node: { endedAt: null, viewerCan: { end: false } } });
  await done(service.as("administrator"), "endMembership", { membership: chair });
});

test("of two leads who end each other at the same moment one is refused, every time", async () => {
  for (let round = 0; round < 6; round += 1) {
    await service.database.owner.query(
      "update membership set ended_at = '2019-01-01' where agency_id = (select id from agency where name = $1) and role = 'AGENCY_LEAD'",
      [police],
    );
    const [left, right] = [`left-${round}`, `right-${round}`];
    const of = async (who: string) =>
      (await addPerson(service.database, who, "AGENCY_LEAD", { agency: police })).membership;
    const [a, b] = [await of(left), await of(right)];
    const outcomes = await Promise.all([
      change(service.as(left), "endMembership", { membership: b }).catch(() => null),
      change(service.as(right), "endMembership", { membership: a }).catch(() => null),
    ]);
    // the loser is told that they have ended, unless they had ended before they even asked
    expect(outcomes.filter((outcome) => outcome?.membership).length).toBe(1);
    const [row] = await service.database.owner.query<{ leads: number }[]>(
      "select count(*) as leads from membership where agency_id = (select id from agency where name = $1) and role = 'AGENCY_LEAD' and ended_at is null",
      [police],
    );
    expect(row?.leads).toBe(1);
  }
});

test("one who was ended a moment ago ends nobody, though other leads remain", async () => {
  const owner = service.database.owner.createQueryRunner();
  const target = (await addPerson(service.database, "target", "AGENCY_VIEWER", { agency: council })).membership;
  const { membership } = await addPerson(service.database, "third-lead", "AGENCY_LEAD", { agency: council });
  await owner.startTransaction();
  await owner.query(
    "update membership set ended_at = '2019-02-14T08:59:00Z' where id = (select m.id from membership m join person p on p.id = m.person_id where p.subject = 'third-lead')",
  );
  const asked = refusedLater(target);
  await untilWaiting(service.database.owner);
  await owner.commitTransaction();
  await owner.release();
  expect(await asked).toEqual(["FORBIDDEN"]);
  expect(await letIn("target")).toBe(true);
  expect(membership).toBeDefined();
});
const refusedLater = async (membership: string) =>
  (await change(service.as("third-lead"), "endMembership", { membership })).userErrors.map(({ code }) => code);

test("a day is a London day: valid_to holds to midnight there, in winter and in summer", async () => {
  await addPerson(service.database, "winter", "AGENCY_VIEWER", { agency: council }, { to: "2019-02-20" });
  await addPerson(service.database, "summer", "INSPECTOR", { partnership: "wrenford" }, { to: "2019-07-31" });
  await addPerson(service.database, "begins", "AGENCY_VIEWER", { agency: council }, { from: "2019-08-01" });
  const verdicts = async (instant: string) =>
    at(service, instant, async (then) => [
      await letIn("winter", then),
      await letIn("summer", then),
      await letIn("begins", then),
    ]);
  expect(await verdicts("2019-02-20T23:59:59.999Z")).toEqual([true, true, false]);
  expect(await verdicts("2019-02-21T00:00:00Z")).toEqual([false, true, false]);
  // British Summer Time: midnight in London is 23:00 UTC
  expect(await verdicts("2019-07-31T22:59:59.999Z")).toEqual([false, true, false]);
  expect(await verdicts("2019-07-31T23:00:00Z")).toEqual([false, false, true]);
});

test("an end on a later day holds to the end of that day; a day that makes no sense is refused", async () => {
  const { membership } = await addPerson(
    service.database,
    "going",
    "AGENCY_VIEWER",
    { agency: council },
    { to: "2019-12-31" },
  );
  const end = (on: string) =>
    refused(service, service.as("wrenford-council-lead"), "endMembership", { membership, on });
  expect(await end("2019-02-13")).toBe("BAD_USER_INPUT input.on");
  expect(await end("2020-01-01")).toBe("BAD_USER_INPUT input.on");
  expect(
    (await done(service.as("wrenford-council-lead"), "endMembership", { membership, on: "2019-03-31" })).membership,
  ).toMatchObject({ validTo: "2019-03-31", endedAt: null });
  expect(await letIn("going")).toBe(true);
  // the clocks go forward on that day
  expect(await at(service, "2019-03-31T22:59:59Z", (then) => letIn("going", then))).toBe(true);
  expect(await at(service, "2019-03-31T23:00:00Z", (then) => letIn("going", then))).toBe(false);
});

test("people are read by the lead, oversight and administrators; to anybody else the list is withheld, not narrowed", async () => {
  const query = `query ($agency: ID!) {
    agency(id: $agency) { people(first: 100) { totalCount nodes { role validFrom validTo endedAt actor { id label } viewerCan { end } } } }
    partnership(slug: "wrenford") { people(first: 100) { nodes { role actor { label } } } }
  }`;
  interface Node {
    role: string;
    endedAt: string | null;
    actor: { id: string; label: string } | null;
    viewerCan: { end: boolean };
  }
  const asked = (who: string | null) =>
    service.as(who).ask<{
      agency: { people: { totalCount: number; nodes: Node[] } | null };
      partnership: { people: { nodes: Node[] } | null };
    }>(query, { agency: id(council) });
  const lead = await asked("wrenford-council-lead");
  const people = lead.data?.agency.people;
  expect(people?.nodes.map(({ actor }) => actor?.label)).toContain("Head of quality assurance, council");
  expect(people?.nodes.every(({ endedAt, viewerCan }) => viewerCan.end === (endedAt === null))).toBe(true);
  expect(people?.nodes.some(({ endedAt }) => endedAt !== null)).toBe(true);
  expect(lead.data?.partnership.people).toBeNull();
  expect(lead.redactions).toEqual([{ type: "Partnership", field: "people", requires: "OVERSIGHT" }]);
  for (const who of ["wrenford-officer", "wrenford-chair", "wrenford-inspector", "administrator"]) {
    const { data, redactions } = await asked(who);
    expect([who, data?.agency.people?.totalCount, redactions]).toEqual([who, people?.totalCount, []]);
    expect(data?.agency.people?.nodes.some(({ viewerCan }) => viewerCan.end)).toBe(who === "administrator");
    expect(data?.partnership.people?.nodes.map(({ role }) => role)).toContain("PARTNERSHIP_CHAIR");
    expect(data?.partnership.people?.nodes.some(({ role }) => role.startsWith("AGENCY"))).toBe(false);
  }
  for (const who of [
    null,
    "wrenford-police-viewer",
    "wrenford-health-contributor",
    "wrenford-integrator",
    "wrenford-scrutiny",
    "coventry-officer",
  ]) {
    const { data, redactions } = await asked(who);
    expect([who, data?.agency.people, data?.partnership.people]).toEqual([who, null, null]);
    expect(redactions.map(({ type, field }) => `${type}.${field}`)).toEqual(["Agency.people", "Partnership.people"]);
  }
});

test("an actor is found by itself and by who manages or oversees it, and is nowhere to anybody else", async () => {
  const { person } = await addPerson(service.database, "found", "AGENCY_VIEWER", { agency: council });
  await addPerson(service.database, "found", "AGENCY_VIEWER", { agency: schools });
  const query =
    "query ($id: ID!) { node(id: $id) { id ... on Actor { label memberships { id role agency { name } } } } }";
  interface Found {
    node: { id: string; label: string; memberships: { agency: { name: string } }[] } | null;
  }
  const seen = async (who: string | null, node: string) => {
    const { data } = await service.as(who).ask<Found>(query, { id: node });
    return data?.node ? data.node.memberships.map(({ agency }) => agency.name).sort() : null;
  };
  const both = [council, schools].sort();
  expect(await seen("found", person)).toEqual(both);
  expect(await seen("wrenford-officer", person)).toEqual(both);
  expect(await seen("administrator", person)).toEqual(both);
  // a lead sees what it manages and no more
  expect(await seen("wrenford-council-lead", person)).toEqual([council]);
  for (const who of [null, "wrenford-police-viewer", "coventry-officer", "wrenford-scrutiny"])
    expect([who, await seen(who, person)]).toEqual([who, null]);
  const absent = globalId("Actor", "00000000-0000-4000-8000-000000000000");
  const texts = await Promise.all(
    [person, absent].map(async (node) => (await service.as("coventry-officer").ask(query, { id: node })).text),
  );
  expect(texts[0]).toBe(texts[1]);
  const { viewer } = await service
    .as("found")
    .data<{ viewer: { id: string; memberships: { validFrom: string; viewerCan: object }[] } }>(
      "{ viewer { id memberships { validFrom viewerCan { end } } } }",
    );
  expect(viewer).toEqual({
    id: person,
    memberships: Array(2).fill({ validFrom: "2018-04-01", viewerCan: { end: false } }),
  });
});
