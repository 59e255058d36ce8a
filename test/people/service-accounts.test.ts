import { globalId } from "../../src/platform/graphql/ids";
import { demonstrationDatabase, NOW, serve, type Service } from "../support/service";
import { addPerson, at, bearing, done, entries, places, refused } from "./world";
import { until } from "../support/until";

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
  ({ council, schools } = row ?? { council: "", schools: "" });
  await addPerson(service.database, "administrator", "PLATFORM_ADMIN", {});
});
afterAll(async () => {
  await service.stop();
  await service.database.drop();
});

const lead = () => service.as("wrenford-council-lead");
const officer = () => service.as("wrenford-officer");
const feed = (more: object = {}) => ({
  agency: id(council),
  label: "Case management feed",
  actsFor: "AGENCY_CONTRIBUTOR",
  scopes: ["READ_PLAN", "READ_REPORTING"],
  expiresOn: "2019-06-30",
  ...more,
});
const made = async (more: object = {}, client = lead()) => {
  const { token, serviceAccount } = await done(client, "createServiceAccount", feed(more));
  return { token: token ?? "", account: serviceAccount?.id ?? "" };
};
const verdict = async (token: string, on: Service = service) => {
  const { status, errors } = await bearing(on, token).ask("{ viewer { label } }");
  return [status, ...errors.map(({ extensions }) => extensions.code)];
};
const OK = [200];
const REFUSED = [401, "UNAUTHENTICATED"];

interface Tokens {
  agency: {
    serviceAccounts:
      | {
          id: string;
          label: string;
          actsFor: string;
          scopes: string[];
          endedAt: string | null;
          tokens: Record<string, string | null>[];
        }[]
      | null;
  };
}
const TOKENS =
  "query ($id: ID!) { agency(id: $id) { serviceAccounts { id label actsFor scopes endedAt tokens { prefix createdAt expiresAt lastUsedAt revokedAt } } } }";
const tokensOf = async (account: string, client = lead()) =>
  (await client.data<Tokens>(TOKENS, { id: id(council) })).agency.serviceAccounts?.find((one) => one.id === account)
    ?.tokens ?? [];

test("a lead makes a service account; its token lets it in as what it acts for, and is kept nowhere", async () => {
  const seen = (await entries(service.database)).length;
  const { token, account } = await made();
  expect(token).toMatch(/^gtk_[0-9a-f]{8}_[\w-]{43}$/);
  expect(await tokensOf(account)).toEqual([
    {
      prefix: token.slice(0, 12),
      createdAt: NOW.toISOString(),
      // the end of the day in London, in summer
      expiresAt: "2019-06-30T23:00:00.000Z",
      lastUsedAt: null,
      revokedAt: null,
    },
  ]);
  expect(await bearing(service, token).data("{ viewer { label memberships { role agency { name } } } }")).toEqual({
    viewer: { label: "Case management feed", memberships: [{ role: "INTEGRATOR", agency: { name: council } }] },
  });
  const written = (await entries(service.database)).slice(seen);
  expect(written.map(({ kind }) => kind)).toEqual(["createServiceAccount"]);
  expect(JSON.stringify([written, service.logged])).not.toContain(token.slice(12));
  const { owner } = service.database;
  for (const table of ["service_token", "person", "membership", "audit_entry"]) {
    const [row] = await owner.query<{ found: number }[]>(
      `select count(*) as found from ${table} t where t::text like '%' || $1 || '%'`,
      [token.slice(13)],
    );
    expect([table, row?.found]).toEqual([table, 0]);
  }
});

test("who makes which: each refusal names the input", async () => {
  const refusal = (who: string, more: object) => refused(service, service.as(who), "createServiceAccount", feed(more));
  const wrenford = { agency: null, partnership: id("wrenford"), actsFor: "SCRUTINY_MEMBER", scopes: ["READ_PLAN"] };
  await made(wrenford, officer());
  await made({ ...wrenford, actsFor: "PARTNERSHIP_OFFICER" }, officer());
  await made({ actsFor: "AGENCY_VIEWER" });
  await made({ scopes: ["READ_PLAN", "READ_REPORTING", "WRITE_REPORTING"] });
  expect(await refusal("wrenford-council-lead", { agency: id(schools) })).toBe("FORBIDDEN input.agency");
  expect(await refusal("wrenford-council-lead", wrenford)).toBe("FORBIDDEN input.partnership");
  expect(await refusal("wrenford-officer", {})).toBe("FORBIDDEN input.agency");
  expect(await refusal("wrenford-officer", { ...wrenford, partnership: id("coventry") })).toBe(
    "FORBIDDEN input.partnership",
  );
  expect(await refusal("administrator", {})).toBe("FORBIDDEN input.agency");
  expect(await refusal("wrenford-police-viewer", {})).toBe("FORBIDDEN input.agency");
  expect(await refusal("wrenford-chair", wrenford)).toBe("FORBIDDEN input.partnership");
  expect(await refusal("wrenford-council-lead", { actsFor: "AGENCY_LEAD" })).toBe("BAD_USER_INPUT input.actsFor");
  expect(await refusal("wrenford-council-lead", { actsFor: "PARTNERSHIP_OFFICER" })).toBe(
    "BAD_USER_INPUT input.actsFor",
  );
  expect(
    await refused(service, officer(), "createServiceAccount", feed({ ...wrenford, actsFor: "PARTNERSHIP_CHAIR" })),
  ).toBe("BAD_USER_INPUT input.actsFor");
  expect(await refusal("wrenford-council-lead", { scopes: [] })).toBe("BAD_USER_INPUT input.scopes");
  expect(await refusal("wrenford-council-lead", { actsFor: "AGENCY_VIEWER", scopes: ["WRITE_REPORTING"] })).toBe(
    "BAD_USER_INPUT input.scopes",
  );
  // what could write nothing is not made: it is told what to add
  for (const scopes of [["WRITE_REPORTING"], ["READ_PLAN", "WRITE_REPORTING"], ["READ_REPORTING", "WRITE_REPORTING"]]) {
    expect(await refusal("wrenford-council-lead", { scopes })).toBe("BAD_USER_INPUT input.scopes");
    const { text } = await service
      .as("wrenford-council-lead")
      .ask(
        "mutation ($input: CreateServiceAccountInput!) { createServiceAccount(input: $input) { userErrors { message } } }",
        {
          input: feed({ scopes }),
        },
      );
    const missing = ["READ_PLAN", "READ_REPORTING"].filter((scope) => !scopes.includes(scope));
    expect(text).toContain(`Add ${missing.join(" and ")}.`);
  }
  expect(await refusal("wrenford-council-lead", { expiresOn: "2019-02-13" })).toBe("BAD_USER_INPUT input.expiresOn");
  expect(await refusal("wrenford-council-lead", { expiresOn: "2020-03-21" })).toBe("BAD_USER_INPUT input.expiresOn");
  await made({ expiresOn: "2020-03-20" });
  const { token, account } = await made();
  for (const [name, input] of [
    ["createServiceAccount", feed()],
    ["rotateServiceToken", { serviceAccount: account, expiresOn: "2019-06-30" }],
    ["endServiceAccount", { serviceAccount: account }],
    ["revokeServiceToken", { serviceAccount: account, prefix: token.slice(0, 12) }],
    ["invitePerson", { agency: id(council), role: "AGENCY_VIEWER", label: "Friend" }],
    ["withdrawInvitation", { invitation: account }],
    ["endMembership", { membership: account }],
  ] as const)
    expect([name, await refused(service, bearing(service, token), name, input)]).toEqual([name, "FORBIDDEN"]);
});

test("a token holds to its last instant, and an unknown, revoked or ended one not at all", async () => {
  const { token, account } = await made();
  expect(await at(service, "2019-06-30T22:59:59.999Z", (then) => verdict(token, then))).toEqual(OK);
  expect(await at(service, "2019-06-30T23:00:00Z", (then) => verdict(token, then))).toEqual(REFUSED);
  expect(await at(service, "2019-02-14T08:59:59Z", (then) => verdict(token, then))).toEqual(REFUSED);
  const changed = token.slice(0, -1) + (token.endsWith("A") ? "B" : "A");
  for (const wrong of [changed, `gtk_00000000_${"A".repeat(43)}`, token.slice(0, -1), `${token}A`, token.slice(0, 12)])
    expect(await verdict(wrong)).toEqual(REFUSED);

  const input = { serviceAccount: account, prefix: token.slice(0, 12) };
  expect(await refused(service, service.as("wrenford-schools-lead"), "revokeServiceToken", input)).toBe("NOT_FOUND");
  expect(await refused(service, officer(), "revokeServiceToken", input)).toBe("FORBIDDEN input.serviceAccount");
  expect(await refused(service, lead(), "revokeServiceToken", { ...input, prefix: "gtk_00000000" })).toBe("NOT_FOUND");
  expect(await verdict(token)).toEqual(OK);
  await done(lead(), "revokeServiceToken", input);
  expect(await verdict(token)).toEqual(REFUSED);
  expect(await refused(service, lead(), "revokeServiceToken", input)).toBe("CONFLICT input.prefix");

  const other = await made();
  expect(await refused(service, officer(), "endServiceAccount", { serviceAccount: other.account })).toBe(
    "FORBIDDEN input.serviceAccount",
  );
  expect(await verdict(other.token)).toEqual(OK);
  const { serviceAccount } = await done(lead(), "endServiceAccount", { serviceAccount: other.account });
  expect(serviceAccount).toMatchObject({ endedAt: NOW.toISOString(), viewerCan: { rotate: false, end: false } });
  expect(await verdict(other.token)).toEqual(REFUSED);
  expect(await refused(service, lead(), "endServiceAccount", { serviceAccount: other.account })).toBe(
    "CONFLICT input.serviceAccount",
  );
  expect(
    await refused(service, lead(), "rotateServiceToken", { serviceAccount: other.account, expiresOn: "2019-06-30" }),
  ).toBe("CONFLICT input.serviceAccount");
});

test("a rotated token holds for the overlap and is refused when it is replayed after it", async () => {
  const { token: first, account } = await made();
  const rotate = (more: object = {}) => ({ serviceAccount: account, expiresOn: "2019-12-31", ...more });
  for (const overlapHours of [-1, 169])
    expect(await refused(service, lead(), "rotateServiceToken", rotate({ overlapHours }))).toBe(
      "BAD_USER_INPUT input.overlapHours",
    );
  expect(await refused(service, lead(), "rotateServiceToken", rotate({ expiresOn: "2020-03-21" }))).toBe(
    "BAD_USER_INPUT input.expiresOn",
  );
  const second = (await done(lead(), "rotateServiceToken", rotate())).token ?? "";
  const both = async (then: Service) => [await verdict(first, then), await verdict(second, then)];
  expect(await both(service)).toEqual([OK, OK]);
  expect(await at(service, "2019-02-15T08:59:59.999Z", both)).toEqual([OK, OK]);
  expect(await at(service, "2019-02-15T09:00:00Z", both)).toEqual([REFUSED, OK]);
  // a long overlap prolongs nothing
  const third = (await done(lead(), "rotateServiceToken", rotate({ overlapHours: 168 }))).token ?? "";
  expect(await at(service, "2019-02-15T09:00:00Z", both)).toEqual([REFUSED, OK]);
  expect(await at(service, "2019-02-21T09:00:00Z", both)).toEqual([REFUSED, REFUSED]);
  const fourth = (await done(lead(), "rotateServiceToken", rotate({ overlapHours: 0 }))).token ?? "";
  expect(await Promise.all([first, second, third, fourth].map((token) => verdict(token)))).toEqual([
    REFUSED,
    REFUSED,
    REFUSED,
    OK,
  ]);
  // two at the same moment: the later one shortens what the earlier one made
  const [a, b] = await Promise.all(
    [0, 0].map((overlapHours) => done(lead(), "rotateServiceToken", rotate({ overlapHours }))),
  );
  expect(
    (await Promise.all([a?.token, b?.token].map((token) => verdict(token ?? "")))).filter(([status]) => status === 200)
      .length,
  ).toBe(1);
});

test("the token of an agency that has ended gives nothing, and takes up no invitation either", async () => {
  const { token } = await made({ agency: id(schools) }, service.as("wrenford-schools-lead"));
  expect(await verdict(token)).toEqual(OK);
  const { owner } = service.database;
  const until = (day: string | null) =>
    owner.query(
      "update agency set valid_to = $2 where name = $1 and partnership_id = (select id from partnership where slug = 'wrenford')",
      [schools, day],
    );
  await until("2019-02-13");
  expect(await verdict(token)).toEqual(REFUSED);
  expect(await refused(service, bearing(service, token), "acceptInvitation", { code: "gti_x" })).toBe("FORBIDDEN");
  await until(null);
  expect(await verdict(token)).toEqual(OK);
});

test("last used is kept, to within a minute, beside the answer and not in it", async () => {
  const { token, account } = await made();
  const used = async (instant: string) => {
    await at(service, instant, async (then) => {
      then.statements();
      expect(await verdict(token, then)).toEqual(OK);
      expect(then.statements().some(({ text }) => text.includes("update"))).toBe(false);
    });
    return (await tokensOf(account))[0]?.lastUsedAt;
  };
  expect(await used("2019-02-14T09:00:00Z")).toBe("2019-02-14T09:00:00.000Z");
  expect(await used("2019-02-14T09:00:59.999Z")).toBe("2019-02-14T09:00:00.000Z");
  expect(await used("2019-02-14T09:01:00Z")).toBe("2019-02-14T09:01:00.000Z");
  // a failure is logged and nothing else
  const { owner } = service.database;
  await owner.query("revoke update (last_used_at) on service_token from golden_thread_app");
  await at(service, "2019-02-14T10:00:00Z", async (then) => {
    expect(await verdict(token, then)).toEqual(OK);
    await until("something logged", () => then.logged.length > 0);
    expect(then.logged.join()).toContain("last use was not kept");
    expect(then.logged.join()).not.toContain(token.slice(13));
  });
  await owner.query("grant update (last_used_at) on service_token to golden_thread_app");
});

test("service accounts are read by the lead and oversight; to anybody else they are withheld", async () => {
  const { account } = await made({ label: "Seen by some" });
  const list = async (who: string | null) =>
    (await service.as(who).ask<Tokens>(TOKENS, { id: id(council) })).data?.agency.serviceAccounts;
  for (const who of ["wrenford-council-lead", "wrenford-officer", "wrenford-chair", "wrenford-inspector"]) {
    const found = (await list(who))?.find((one) => one.id === account);
    expect([who, found?.label, found?.actsFor, found?.scopes, found?.tokens.length]).toEqual([
      who,
      "Seen by some",
      "AGENCY_CONTRIBUTOR",
      ["READ_PLAN", "READ_REPORTING"],
      1,
    ]);
  }
  for (const who of [null, "administrator", "wrenford-schools-lead", "wrenford-police-viewer", "coventry-officer"])
    expect([who, await list(who)]).toEqual([who, null]);
  const node =
    "query ($id: ID!) { node(id: $id) { ... on ServiceAccount { label tokens { prefix } viewerCan { rotate } } } }";
  expect(await lead().data(node, { id: account })).toMatchObject({
    node: { label: "Seen by some", viewerCan: { rotate: true } },
  });
  expect(await officer().data(node, { id: account })).toMatchObject({
    node: { label: "Seen by some", viewerCan: { rotate: false } },
  });
  const absent = globalId("ServiceAccount", "00000000-0000-4000-8000-000000000000");
  const texts = await Promise.all(
    [account, absent].map(async (one) => (await service.as("wrenford-schools-lead").ask(node, { id: one })).text),
  );
  expect(texts[0]).toBe(texts[1]);
});
