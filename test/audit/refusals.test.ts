import { globalId } from "../../src/platform/graphql/ids";
import { enrol } from "../support/enrol";
import { serve, demonstrationDatabase, type Service } from "../support/service";

/** One entry for each thing done or refused, in the trail before the answer is given. */
interface Entry {
  partnership: string | null;
  actor: string | null;
  kind: string;
  outcome: string;
  detail: Record<string, unknown>;
}

let service: Service;
beforeAll(async () => {
  service = await serve(await demonstrationDatabase());
});
afterAll(async () => {
  await service.stop();
  await service.database.drop();
});

/** Entries written while `work` ran. */
async function entriesOf(work: () => Promise<unknown>): Promise<Entry[]> {
  const { owner } = service.database;
  const [row] = await owner.query<{ known: string[] }[]>(
    "select coalesce(array_agg(id), '{}')::text[] as known from audit_entry",
  );
  await work();
  return owner.query<Entry[]>(
    `select w.slug as partnership, p.subject as actor, e.kind, e.outcome, e.detail
     from audit_entry e left join partnership w on w.id = e.partnership_id left join person p on p.id = e.actor_id
     where e.id <> all ($1::uuid[])`,
    [row?.known ?? []],
  );
}

const IMPORT = "mutation ($input: ImportPlanInput!) { importPlan(input: $input) { plan { id } userErrors { code } } }";
const content = Buffer.from("Ref,Action,Lead,Target date\n91.1,Look at it,Housing,Ongoing\n").toString("base64");
const planOf = async (slug: string) => {
  const [row] = await service.database.owner.query<{ id: string }[]>("select id from plan where slug = $1", [slug]);
  return globalId("Plan", row?.id ?? "");
};

test("a mutation that a role may not call leaves one entry that names the object and no word of the input", async () => {
  const plan = await planOf("neglect-2019");
  const entries = await entriesOf(() =>
    service.as("wrenford-police-viewer").refusals(IMPORT, { input: { plan, fileName: "secret words.csv", content } }),
  );
  expect(entries).toEqual([
    {
      partnership: "wrenford",
      actor: "wrenford-police-viewer",
      kind: "importPlan",
      outcome: "REFUSED",
      detail: { codes: ["FORBIDDEN"], named: [plan] },
    },
  ]);
  expect(JSON.stringify(entries)).not.toContain("secret words");
});

test("a mutation refused by its service leaves one entry; one that is done leaves one, and they differ", async () => {
  const [foreign, own] = [await planOf("improvement-2017-2019"), await planOf("neglect-2019")];
  const send = (plan: string) => () =>
    service.as("wrenford-officer").ask(IMPORT, { input: { plan, fileName: "plan.csv", content } });
  expect(await entriesOf(send(foreign))).toMatchObject([
    { actor: "wrenford-officer", kind: "importPlan", outcome: "REFUSED", detail: { codes: ["FORBIDDEN"] } },
  ]);
  expect(await entriesOf(send(own))).toMatchObject([
    { actor: "wrenford-officer", kind: "importPlan", outcome: "DONE", detail: { inserted: 1 } },
  ]);
});

const MOVE = `mutation ($input: RequestDateRevisionInput!) { requestDateRevision(input: $input) { userErrors { code } } }`;
const refusedMove = (actor: string, action: string) => () =>
  service.as(actor).ask(MOVE, { input: { action, to: "2020-01-31", reason: "Late" } });
const rowOf = async (type: string, sql: string) => {
  const [row] = await service.database.owner.query<{ id: string }[]>(sql);
  return globalId(type, row?.id ?? "");
};
const actionOf = (slug: string) =>
  rowOf("Action", `select a.id from action a join plan p on p.id = a.plan_id where p.slug = '${slug}' limit 1`);

test("a refusal is in the trail of what it was about, not of where the actor is first; and no trail is told of another's", async () => {
  const elsewhere = await planOf("improvement-2017-2019");
  const [row] = await service.database.owner.query<{ slug: string; agency: string }[]>(
    "select w.slug, a.name as agency from plan p join partnership w on w.id = p.partnership_id join agency a on a.partnership_id = w.id where p.slug = 'improvement-2017-2019' order by a.name limit 1",
  );
  const { slug = "", agency = "" } = row ?? {};
  expect(slug).not.toBe("wrenford");
  await enrol(service.database, "of-two-partnerships", [
    { role: "AGENCY_LEAD", agency: "Wrenshire Constabulary" },
    { role: "AGENCY_LEAD", agency, partnership: slug },
  ]);
  const [theirs, ours] = [await actionOf("improvement-2017-2019"), await actionOf("neglect-2019")];
  const of = (partnership: string | null, named?: string[]) => ({
    partnership,
    kind: "requestDateRevision",
    outcome: "REFUSED",
    detail: { codes: [expect.any(String)], ...(named && { named }) },
  });
  expect(await entriesOf(refusedMove("of-two-partnerships", theirs))).toMatchObject([of(slug, [theirs])]);
  expect(await entriesOf(refusedMove("of-two-partnerships", ours))).toMatchObject([of("wrenford", [ours])]);

  // what is not there for the actor, and what is another's although it is published, names nothing at home
  const unseen = await rowOf("Action", "select gen_random_uuid() as id");
  const bare = (partnership: string | null, detail: object) => ({
    ...of(partnership),
    actor: expect.any(String) as string,
    detail,
  });
  for (const action of [unseen, theirs])
    expect(await entriesOf(refusedMove("wrenford-police-viewer", action))).toEqual([
      bare("wrenford", { codes: [expect.any(String)] }),
    ]);
  // which of two it was nobody knows: each is told that there was something, and no more
  const each = await entriesOf(refusedMove("of-two-partnerships", unseen));
  expect(each).toHaveLength(2);
  expect(each).toEqual(expect.arrayContaining([bare("wrenford", {}), bare(slug, {})]));

  // of both at once: each trail is told of its own
  const plan = await planOf("neglect-2019");
  const told = await entriesOf(() =>
    service.as("of-two-partnerships").ask(IMPORT, { input: { plan, fileName: elsewhere, content } }),
  );
  expect(told).toHaveLength(2);
  expect(told).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ partnership: "wrenford", detail: { codes: ["FORBIDDEN"], named: [plan] } }),
      expect.objectContaining({ partnership: slug, detail: { codes: ["FORBIDDEN"], named: [elsewhere] } }),
    ]),
  );
});

test("an anonymous mutation, a token that does not hold and one of nobody known each leave one entry", async () => {
  expect(
    await entriesOf(() => service.as(null).ask(IMPORT, { input: { plan: "x", fileName: "x", content } })),
  ).toMatchObject([{ partnership: null, actor: null, kind: "importPlan", outcome: "REFUSED" }]);
  const carrying = (token: string) => () =>
    fetch(`${service.address}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: "{ viewer { label } }" }),
    });
  for (const token of ["a.b.c", `gtk_00000000_${"A".repeat(43)}`])
    expect(await entriesOf(carrying(token))).toMatchObject([
      { partnership: null, actor: null, kind: "credential", outcome: "REFUSED" },
    ]);
  expect(await entriesOf(() => service.as("somebody-unknown").ask("{ viewer { label } }"))).toMatchObject([
    { partnership: null, kind: "credential", outcome: "REFUSED" },
  ]);
});

test("an entry is never changed or removed, by the service's role or by the owner", async () => {
  const { owner, app } = service.database;
  for (const statement of ["update audit_entry set kind = 'x'", "delete from audit_entry"]) {
    await expect(app.query(statement)).rejects.toThrow(/permission denied/);
    await expect(owner.query(statement)).rejects.toThrow(/never changed or removed/);
  }
  await expect(owner.query("truncate audit_entry")).rejects.toThrow(/never changed or removed/);
});
