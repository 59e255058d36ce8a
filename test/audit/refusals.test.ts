import { globalId } from "../../src/platform/graphql/ids";
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
}, 60_000);
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
