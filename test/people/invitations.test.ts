import { demonstrationDatabase, NOW, serve, type Service } from "../support/service";
import { addPerson, at, bearing, change, done, entries, places, refused, textOf } from "./world";

const COUNCIL = "Wrenford City Council";
let service: Service;
let id: (name: string) => string;
let council: string;
let schools: string;
beforeAll(async () => {
  service = await serve(await demonstrationDatabase());
  id = await places(service.database);
  const [row] = await service.database.owner.query<{ council: string; schools: string }[]>(
    `select max(g.name) filter (where p.subject = 'wrenford-council-lead') as council, max(g.name) filter (where p.subject = 'wrenford-schools-lead') as schools
     from membership m join person p on p.id = m.person_id join agency g on g.id = m.agency_id`,
  );
  council = row?.council ?? COUNCIL;
  schools = row?.schools ?? "";
  await addPerson(service.database, "administrator", "PLATFORM_ADMIN", {});
});
afterAll(async () => {
  await service.stop();
  await service.database.drop();
});

const lead = () => service.as("wrenford-council-lead");
const officer = () => service.as("wrenford-officer");
const administrator = () => service.as("administrator");
const viewer = () => ({ agency: id(council), role: "AGENCY_VIEWER", label: "Analyst, early help" });

test("a lead invites, somebody unknown here takes it up, and both are in the trail without the code", async () => {
  const seen = (await entries(service.database)).length;
  const { code, invitation } = await done(lead(), "invitePerson", viewer());
  expect(code).toMatch(/^gti_[\w-]{43}$/);
  expect(invitation).toMatchObject({ state: "OPEN", label: "Analyst, early help", viewerCan: { withdraw: true } });

  const newcomer = service.as("newcomer");
  expect((await newcomer.ask("{ viewer { label } }")).status).toBe(401);
  const { membership } = await done(newcomer, "acceptInvitation", { code });
  expect(membership).toMatchObject({
    role: "AGENCY_VIEWER",
    validFrom: "2019-02-14",
    validTo: null,
    agency: { name: council },
  });
  expect(await newcomer.data("{ viewer { label memberships { role agency { name } } } }")).toEqual({
    viewer: { label: "Analyst, early help", memberships: [{ role: "AGENCY_VIEWER", agency: { name: council } }] },
  });
  expect(
    await lead().data(
      "query ($id: ID!) { node(id: $id) { ... on Invitation { state acceptedBy { label } viewerCan { withdraw } } } }",
      { id: invitation?.id },
    ),
  ).toEqual({
    node: { state: "ACCEPTED", acceptedBy: { label: "Analyst, early help" }, viewerCan: { withdraw: false } },
  });
  const written = (await entries(service.database)).slice(seen);
  expect(written.map(({ kind, actor }) => [kind, actor])).toEqual([
    ["invitePerson", "Head of quality assurance, council"],
    ["acceptInvitation", "Analyst, early help"],
  ]);
  const everywhere = JSON.stringify([written, service.logged]);
  expect(everywhere).not.toContain(code);
  const [kept] = await service.database.owner.query<{ found: number }[]>(
    "select count(*) as found from invitation i where i::text like '%' || $1 || '%'",
    [code],
  );
  expect(kept?.found).toBe(0);
});

test("who may invite whom, and each refusal names the input", async () => {
  const wrenford = id("wrenford");
  const of = (role: string, more: object = {}) => ({ partnership: wrenford, role, label: "Post", ...more });
  for (const role of ["AGENCY_VIEWER", "AGENCY_CONTRIBUTOR", "AGENCY_LEAD"])
    await done(lead(), "invitePerson", { ...viewer(), role });
  for (const role of ["PARTNERSHIP_OFFICER", "SCRUTINY_MEMBER"]) await done(officer(), "invitePerson", of(role));
  await done(officer(), "invitePerson", of("INSPECTOR", { validTo: "2019-12-31" }));
  await done(administrator(), "invitePerson", of("PARTNERSHIP_CHAIR"));
  await done(administrator(), "invitePerson", viewer());
  await done(administrator(), "invitePerson", {
    partnership: id("coventry"),
    role: "PARTNERSHIP_OFFICER",
    label: "Post",
  });

  const refusal = (who: string, input: object) => refused(service, service.as(who), "invitePerson", input);
  const another = { ...viewer(), agency: id(schools) };
  expect(await refusal("wrenford-council-lead", another)).toBe("FORBIDDEN input.agency");
  expect(await refusal("wrenford-council-lead", of("SCRUTINY_MEMBER"))).toBe("FORBIDDEN input.partnership");
  expect(await refusal("wrenford-officer", viewer())).toBe("FORBIDDEN input.agency");
  expect(await refusal("wrenford-officer", of("PARTNERSHIP_CHAIR"))).toBe("FORBIDDEN input.role");
  expect(await refusal("wrenford-officer", { ...of("SCRUTINY_MEMBER"), partnership: id("coventry") })).toBe(
    "FORBIDDEN input.partnership",
  );
  for (const who of ["wrenford-chair", "wrenford-inspector", "wrenford-scrutiny"]) {
    expect([who, await refusal(who, viewer())]).toEqual([who, "FORBIDDEN input.agency"]);
    expect([who, await refusal(who, of("SCRUTINY_MEMBER"))]).toEqual([who, "FORBIDDEN input.partnership"]);
  }
  expect(await refusal("wrenford-police-viewer", viewer())).toBe("FORBIDDEN input.agency");
  expect(await refusal("wrenford-integrator", viewer())).toBe("FORBIDDEN");
  expect(await refused(service, service.as(null), "invitePerson", viewer())).toBe("FORBIDDEN");
});

test("an offer that makes no sense is refused by its input", async () => {
  const refusal = (more: object, client = lead()) => refused(service, client, "invitePerson", { ...viewer(), ...more });
  expect(await refusal({ partnership: id("wrenford") })).toBe("BAD_USER_INPUT input.agency");
  expect(await refusal({ agency: null })).toBe("BAD_USER_INPUT input.agency");
  expect(await refusal({ agency: id("wrenford") })).toBe("NOT_FOUND");
  expect(await refusal({ role: "SCRUTINY_MEMBER" })).toBe("BAD_USER_INPUT input.role");
  expect(await refusal({ role: "INTEGRATOR" })).toBe("BAD_USER_INPUT input.role");
  expect(await refusal({ role: "PLATFORM_ADMIN" }, administrator())).toBe("BAD_USER_INPUT input.role");
  expect(await refusal({ agency: null, partnership: id("wrenford"), role: "AGENCY_LEAD" }, officer())).toBe(
    "BAD_USER_INPUT input.role",
  );
  expect(await refusal({ agency: null, partnership: id("wrenford"), role: "INSPECTOR" }, officer())).toBe(
    "BAD_USER_INPUT input.validTo",
  );
  expect(await refusal({ label: "  " })).toBe("BAD_USER_INPUT input.label");
  expect(await refusal({ label: "x".repeat(201) })).toBe("BAD_USER_INPUT input.label");
  expect(await refusal({ validFrom: "2019-02-13" })).toBe("BAD_USER_INPUT input.validFrom");
  expect(await refusal({ validFrom: "2018-04-01", validTo: "2019-06-01" })).toBe("BAD_USER_INPUT input.validFrom");
  expect(await refusal({ validTo: "2019-02-13" })).toBe("BAD_USER_INPUT input.validTo");
  expect(await refusal({ validFrom: "2019-06-02", validTo: "2019-06-01" })).toBe("BAD_USER_INPUT input.validTo");
  expect(await refusal({ expiresInDays: 0 })).toBe("BAD_USER_INPUT input.expiresInDays");
  expect(await refusal({ expiresInDays: 91 })).toBe("BAD_USER_INPUT input.expiresInDays");
  expect(await refusal({ agency: id("Wrenford Safeguarding Children Board") }, administrator())).toBe(
    "BAD_USER_INPUT input.agency",
  );
  await done(lead(), "invitePerson", { ...viewer(), label: "x".repeat(200), validTo: "2019-02-14", expiresInDays: 90 });
});

test("the first day is a London day: late in a summer evening by UTC the next one has begun", async () => {
  const late = await serve(service.database, { now: new Date("2019-06-30T23:30:00Z") });
  const from = (validFrom: string) => ({ ...viewer(), validFrom });
  expect(await refused(late, late.as("wrenford-council-lead"), "invitePerson", from("2019-06-30"))).toBe(
    "BAD_USER_INPUT input.validFrom",
  );
  await done(late.as("wrenford-council-lead"), "invitePerson", from("2019-07-01"));
  await late.stop();
});

test("a code that opens nothing answers the same, whatever the reason", async () => {
  const invited = async (more: object = {}) => done(lead(), "invitePerson", { ...viewer(), ...more });
  const used = await invited();
  await done(service.as("first"), "acceptInvitation", { code: used.code });
  const withdrawn = await invited();
  expect((await done(lead(), "withdrawInvitation", { invitation: withdrawn.invitation?.id })).invitation).toMatchObject(
    { state: "WITHDRAWN" },
  );
  const expired = await invited({ expiresInDays: 1 });
  const over = await invited({ validTo: "2019-02-14" });
  const open = await invited();
  const codes = [
    used.code,
    withdrawn.code,
    expired.code,
    over.code,
    `gti_${"A".repeat(43)}`,
    "",
    "it's; --",
    open.code?.toLowerCase(),
  ];
  const answers = await at(service, "2019-02-15T09:00:00Z", async (later) => {
    const texts: string[] = [];
    for (const code of codes)
      texts.push((await later.as("second").ask(textOf("acceptInvitation"), { input: { code } })).text);
    await done(later.as("second"), "acceptInvitation", { code: open.code });
    return texts;
  });
  expect(new Set(answers).size).toBe(1);
  expect(answers[0]).toContain('"code":"NOT_FOUND"');
});

test("a code holds to its last instant and no longer", async () => {
  const { code } = await done(lead(), "invitePerson", { ...viewer(), expiresInDays: 1 });
  const end = NOW.getTime() + 24 * 3_600_000;
  await at(service, new Date(end), async (then) => {
    expect(await refused(then, then.as("punctual"), "acceptInvitation", { code })).toBe("NOT_FOUND input.code");
  });
  await at(service, new Date(end - 1), (then) => done(then.as("punctual"), "acceptInvitation", { code }));
});

test("not by whoever sent it, not by the public, not by a service account, and not twice by one person", async () => {
  const { code, invitation } = await done(lead(), "invitePerson", { ...viewer(), role: "AGENCY_CONTRIBUTOR" });
  expect(await refused(service, lead(), "acceptInvitation", { code })).toBe("FORBIDDEN input.code");
  expect(await refused(service, service.as(null), "acceptInvitation", { code })).toBe("UNAUTHENTICATED");
  expect(await refused(service, service.as("wrenford-integrator"), "acceptInvitation", { code })).toBe("FORBIDDEN");
  const { token } = await done(lead(), "createServiceAccount", {
    agency: id(council),
    label: "Feed",
    actsFor: "AGENCY_VIEWER",
    scopes: ["READ_PLAN"],
    expiresOn: "2019-03-01",
  });
  expect(await refused(service, bearing(service, token ?? ""), "acceptInvitation", { code })).toBe("FORBIDDEN");
  await addPerson(service.database, "already", "AGENCY_CONTRIBUTOR", { agency: council });
  expect(await refused(service, service.as("already"), "acceptInvitation", { code })).toBe("CONFLICT input.code");
  // each refusal left it open: somebody known here already, of another agency, takes it up and keeps what they are called
  await done(service.as("wrenford-police-viewer"), "acceptInvitation", { code });
  expect(await service.as("wrenford-police-viewer").data("{ viewer { label memberships { role } } }")).toEqual({
    viewer: {
      label: "Police analyst, public protection",
      memberships: [{ role: "AGENCY_VIEWER" }, { role: "AGENCY_CONTRIBUTOR" }],
    },
  });
  expect(await refused(service, lead(), "withdrawInvitation", { invitation: invitation?.id })).toBe(
    "CONFLICT input.invitation",
  );
});

test("of many who take up one code at the same moment exactly one does", async () => {
  const { code } = await done(lead(), "invitePerson", viewer());
  const outcomes = await Promise.all(
    Array.from({ length: 8 }, (_, index) => change(service.as(`racer-${index % 5}`), "acceptInvitation", { code })),
  );
  expect(outcomes.filter(({ membership }) => membership).length).toBe(1);
  expect(outcomes.flatMap(({ userErrors }) => userErrors.map((one) => one.code))).toEqual(Array(7).fill("NOT_FOUND"));
  const [made] = await service.database.owner.query<{ people: number; memberships: number }[]>(
    `select count(distinct p.id) as people, count(m.id) as memberships from person p left join membership m on m.person_id = p.id where p.subject like 'racer-%'`,
  );
  expect(made).toEqual({ people: 1, memberships: 1 });
});

test("who withdraws: the place's manager; to the others it is not theirs, or not there", async () => {
  const { invitation, code } = await done(lead(), "invitePerson", viewer());
  const input = { invitation: invitation?.id };
  const refusal = (who: string) => refused(service, service.as(who), "withdrawInvitation", input);
  expect(await refusal("wrenford-officer")).toBe("FORBIDDEN input.invitation");
  expect(await refusal("wrenford-chair")).toBe("FORBIDDEN input.invitation");
  expect(await refusal("wrenford-schools-lead")).toBe("NOT_FOUND");
  expect(await refusal("coventry-officer")).toBe("NOT_FOUND");
  expect(await refused(service, lead(), "withdrawInvitation", { invitation: id(council) })).toBe("NOT_FOUND");
  await done(administrator(), "withdrawInvitation", input);
  expect(await refused(service, lead(), "withdrawInvitation", input)).toBe("CONFLICT input.invitation");
  expect(await refused(service, service.as("late"), "acceptInvitation", { code })).toBe("NOT_FOUND input.code");
});

test("invitations are read by the agency's lead, oversight and administrators; to anybody else the list is withheld", async () => {
  const query =
    "query ($id: ID!) { agency(id: $id) { invitations(first: 3) { totalCount nodes { label state invitedBy { label } } } viewerCan { invitePeople manageServiceAccounts } } }";
  const asked = (who: string | null, agency = id(council)) =>
    service
      .as(who)
      .ask<{ agency: { invitations: { totalCount: number; nodes: unknown[] } | null; viewerCan: object } }>(query, {
        id: agency,
      });
  const all = (await asked("wrenford-council-lead")).data?.agency.invitations?.totalCount ?? 0;
  expect(all).toBeGreaterThan(8);
  for (const who of ["wrenford-officer", "wrenford-chair", "wrenford-inspector", "administrator"])
    expect([who, (await asked(who)).data?.agency.invitations?.totalCount]).toEqual([who, all]);
  for (const who of [
    null,
    "wrenford-schools-lead",
    "wrenford-police-viewer",
    "coventry-officer",
    "wrenford-scrutiny",
  ]) {
    const { data, redactions } = await asked(who);
    expect([who, data?.agency.invitations, redactions]).toEqual([
      who,
      null,
      [{ type: "Agency", field: "invitations", requires: "OWNER" }],
    ]);
  }
  expect((await asked("wrenford-council-lead")).data?.agency.viewerCan).toEqual({
    invitePeople: true,
    manageServiceAccounts: true,
  });
  expect((await asked("wrenford-council-lead", id(schools))).data?.agency.viewerCan).toEqual({
    invitePeople: false,
    manageServiceAccounts: false,
  });
  expect((await asked("administrator")).data?.agency.viewerCan).toEqual({
    invitePeople: true,
    manageServiceAccounts: false,
  });
});
