import { entities } from "../../src/domains/entities";
import { dataSourceFor } from "../../src/platform/database/data-source";
import { agencyIds, granting, grantState, grantToHomes } from "../support/grants";
import { demonstrationDatabase, serve, type Service } from "../support/service";

let service: Service;
let agencies: Map<string, string>;
beforeAll(async () => {
  service = await serve(await demonstrationDatabase());
  agencies = await agencyIds(service);
});
afterAll(async () => {
  await service.stop();
  await service.database.drop();
});

const give = (actor: string, input: object) => granting(service).give(actor, input);
const revoke = (actor: string, input: object) => granting(service).revoke(actor, input);
const state = () => grantState(service);
const base = () => grantToHomes(agencies);

test("an officer gives a grant, all of it as asked, and revokes it; each leaves one entry in the trail", async () => {
  const before = await state();
  const input = { ...base(), role: "AGENCY_CONTRIBUTOR", relation: "PARTNER", expiresOn: "2024-02-14" };
  const { grant, userErrors } = await give("wrenford-officer", input);
  expect(userErrors).toEqual([]);
  expect(grant).toMatchObject({
    reason: input.reason,
    type: "ProgressUpdate",
    field: "impactNarrative",
    effect: "ALLOW",
    operation: "READ",
    relation: "PARTNER",
    role: "AGENCY_CONTRIBUTOR",
    sector: null,
    agency: { name: "Wrenford Homes" },
    expiresOn: "2024-02-14",
    grantedByPost: "Partnership business manager",
    inForce: true,
    viewerCan: { revoke: true },
  });
  const given = await state();
  expect([given.grants.length, given.done.length]).toEqual([before.grants.length + 1, before.done.length + 1]);

  const ended = await revoke("wrenford-officer", { grant: grant?.id, reason: "It was only for the audit." });
  expect(ended.grant).toMatchObject({
    id: grant?.id,
    inForce: false,
    revokedAt: "2019-02-14T09:00:00.000Z",
    revokedByPost: "Partnership business manager",
    viewerCan: { revoke: false },
  });
  const entries = await service.database.owner.query<{ kind: string; subject: string; detail: object }[]>(
    "select kind, subject_type as subject, detail from audit_entry where kind in ('grantFieldAccess', 'revokeFieldGrant') and outcome = 'DONE' order by kind",
  );
  expect(entries.map(({ kind, subject }) => [kind, subject])).toEqual([
    ["grantFieldAccess", "FieldGrant"],
    ["revokeFieldGrant", "FieldGrant"],
  ]);
  expect(entries[1]?.detail).toMatchObject({
    field: "ProgressUpdate.impactNarrative",
    reason: "It was only for the audit.",
  });
  const again = await revoke("wrenford-officer", { grant: grant?.id });
  expect([again.grant, again.userErrors.map(({ code }) => code)]).toEqual([null, ["CONFLICT"]]);
});

test("the longest reason, today and five years are taken; the same again is a conflict until it is revoked", async () => {
  const input = { ...base(), reason: "x".repeat(500), expiresOn: "2019-02-14", effect: "DENY", relation: null };
  const first = await give("wrenford-officer", input);
  expect(first.userErrors).toEqual([]);
  const before = await state();
  const second = await give("wrenford-officer", { ...input, reason: "another", expiresOn: "2024-02-14" });
  expect(second.userErrors.map(({ code }) => code)).toEqual(["CONFLICT"]);
  expect(second.userErrors[0]?.message).toContain(first.grant?.id ?? "?");
  expect(await state()).toEqual(before);
  await revoke("wrenford-officer", { grant: first.grant?.id });
  const third = await give("wrenford-officer", { ...input, expiresOn: "2024-02-14" });
  expect(third.userErrors).toEqual([]);
  await revoke("wrenford-officer", { grant: third.grant?.id });
});

test("two officers at once give one grant and one conflict", async () => {
  const input = { ...base(), relation: "CONTRIBUTOR", reason: "at once" };
  const both = await Promise.all([give("wrenford-officer", input), give("wrenford-officer", input)]);
  expect(both.map(({ userErrors }) => userErrors.map(({ code }) => code)).sort()).toEqual([[], ["CONFLICT"]]);
  await revoke("wrenford-officer", { grant: both.find(({ grant }) => grant)?.grant?.id });
});

test("members read the grants and their reasons; nobody else does; who gave them is oversight's", async () => {
  const { grant } = await give("wrenford-officer", { ...base(), relation: "LEAD" });
  const query = `query ($first: Int = 2, $after: String, $inForce: Boolean) { partnership(slug: "wrenford") {
    viewerCan { grantFieldAccess } fieldGrants(first: $first, after: $after, inForce: $inForce) {
      totalCount pageInfo { hasNextPage endCursor } nodes { id reason inForce grantedByPost } } } }`;
  interface Listed {
    partnership: {
      viewerCan: { grantFieldAccess: boolean };
      fieldGrants: {
        totalCount: number;
        pageInfo: { hasNextPage: boolean; endCursor: string };
        nodes: { id: string; reason: string | null; inForce: boolean; grantedByPost: string | null }[];
      };
    };
  }
  const member = await service.as("wrenford-police-viewer").ask<Listed>(query, { first: 50 });
  const officer = await service.as("wrenford-officer").ask<Listed>(query, { first: 50 });
  expect(member.data?.partnership.fieldGrants.nodes.map(({ id, reason }) => [id, reason])).toEqual(
    officer.data?.partnership.fieldGrants.nodes.map(({ id, reason }) => [id, reason]),
  );
  const first = (answer: typeof member) =>
    answer.data?.partnership.fieldGrants.nodes.find(({ id }) => id === grant?.id);
  expect([first(member)?.grantedByPost, first(officer)?.grantedByPost]).toEqual([null, "Partnership business manager"]);
  expect(member.redactions).toEqual([{ type: "FieldGrant", field: "grantedByPost", requires: "OVERSIGHT" }]);
  expect([member, officer].map(({ data }) => data?.partnership.viewerCan.grantFieldAccess)).toEqual([false, true]);
  for (const actor of [null, "wrenford-scrutiny", "police-viewer"]) {
    const { data } = await service.as(actor).ask<Listed>(query);
    expect([actor, data?.partnership.fieldGrants.totalCount, data?.partnership.fieldGrants.nodes]).toEqual([
      actor,
      0,
      [],
    ]);
    expect(await service.as(actor).refusals("query ($id: ID!) { node(id: $id) { id } }", { id: grant?.id })).toEqual([
      "NOT_FOUND",
    ]);
  }

  const seen: boolean[][] = [];
  for (const inForce of [null, true, false]) {
    const all: boolean[] = [];
    let after: string | null = null;
    for (let more = true; more;) {
      const page: Listed = await service.as("wrenford-police-viewer").data<Listed>(query, { after, inForce });
      all.push(...page.partnership.fieldGrants.nodes.map((node) => node.inForce));
      after = page.partnership.fieldGrants.pageInfo.endCursor;
      more = page.partnership.fieldGrants.pageInfo.hasNextPage;
    }
    seen.push(all);
  }
  const [all = [], bearing = [], ended = []] = seen;
  expect([bearing.every((one) => one), ended.some((one) => one), all.length]).toEqual([
    true,
    false,
    bearing.length + ended.length,
  ]);
  expect(bearing.length * ended.length).toBeGreaterThan(0);
  await revoke("wrenford-officer", { grant: grant?.id });
});

test("a grant and its end are in force on the very next request at another replica", async () => {
  const app = await dataSourceFor(service.database.connection, { asAppRole: true, entities, poolSize: 2 }).initialize();
  const other = await serve({ ...service.database, app });
  const read = `{ partnership(slug: "wrenford") { actions(first: 100) { nodes { updates(first: 100) { nodes { id impactNarrative } } } } } }`;
  interface Read {
    partnership: { actions: { nodes: { updates: { nodes: { impactNarrative: string | null }[] } }[] } };
  }
  const shown = async () =>
    (await other.as("wrenford-housing-contributor").data<Read>(read)).partnership.actions.nodes
      .flatMap(({ updates }) => updates.nodes)
      .filter(({ impactNarrative }) => impactNarrative !== null).length;
  try {
    const before = await shown();
    const took: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const { grant } = await give("wrenford-officer", { ...base(), reason: `round ${round}` });
      let started = performance.now();
      expect(await shown()).toBeGreaterThan(before);
      took.push(performance.now() - started);
      await revoke("wrenford-officer", { grant: grant?.id });
      started = performance.now();
      expect(await shown()).toBe(before);
      took.push(performance.now() - started);
    }
    if (process.env["SHOW_FIGURES"])
      console.log(
        `in force at the other replica after ${Math.round(Math.max(...took))} ms at most, that request included`,
      );
  } finally {
    await other.stop();
    await app.destroy();
  }
});
