import { asAuditor, verifyTrail } from "../../src/domains/history/index";
import { NOW } from "../support/service";
import { actionId, ADD, ATTACH, DETACH, done, evidenceWorld, type EvidenceWorld, seen } from "./world";

let world: EvidenceWorld;
beforeAll(async () => {
  world = await evidenceWorld();
});
afterAll(() => world.drop());

/** What a mutation about an update answers, for the police's lead. */
const asked = async (mutation: string, type: string, input: object) => {
  const { data, text } = await world.service
    .as("police-lead")
    .ask<Record<string, { progressUpdate: { id: string } | null; userErrors: object[] }>>(
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { progressUpdate { id } userErrors { code } } }`,
      { input },
    );
  const told = data?.[mutation];
  if (!told) throw new Error(text);
  return told;
};

/** What is wrong with the trail. */
async function problems() {
  const [row] = await world.database.owner.query<{ id: string }[]>(
    "select id from partnership where slug = 'wrenford'",
  );
  const wrenford = row?.id ?? "";
  return (await asAuditor(world.database.app, wrenford, NOW, (ask) => verifyTrail(ask, wrenford, null))).problems;
}

test("a draft is thrown away with the uses of evidence that it had, ended or not; the evidence and its other uses stay", async () => {
  const { service, database } = world;
  const enrolled = await problems();
  const action = actionId(world, "6.3");
  const link = { title: "Minutes", kind: "ACTIVITY", url: "https://records.example.org/minutes" };
  const evidence = await done(service, "police-lead", ADD, link);
  const other = await done(service, "police-lead", ADD, { ...link, title: "More minutes" });
  const { progressUpdate } = await asked("saveProgressDraft", "SaveProgressDraftInput", {
    action,
    periodEnd: "2019-12-31",
    overallProgress: "Under way",
  });
  const draft = progressUpdate?.id ?? "";
  await done(service, "police-lead", ATTACH, { evidence: evidence.id, action });
  for (const { id } of [evidence, other])
    await done(service, "police-lead", ATTACH, { evidence: id, action, progressUpdate: draft });
  await done(service, "police-lead", DETACH, { evidence: other.id, action, progressUpdate: draft });
  const uses = async () =>
    (
      await database.owner.query<{ of: string }[]>(
        "select case when u.progress_update_id is null then 'action' else 'update' end as of from evidence_use u order by 1",
      )
    ).map((row) => row.of);
  const before = await uses();
  expect(before).toEqual(["action", "update", "update"]);

  expect(await asked("discardProgressDraft", "NameProgressUpdateInput", { progressUpdate: draft })).toEqual({
    progressUpdate: null,
    userErrors: [],
  });
  expect(await uses()).toEqual(["action"]);
  expect((await seen(service, "police-lead", evidence.id)).node).toMatchObject({ title: "Minutes" });
  // those who write here were enrolled past the service, and that alone is told
  expect(await problems()).toEqual(enrolled);
});
