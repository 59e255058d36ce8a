import { globalId } from "../../src/platform/graphql/ids";
import type { TestDatabase } from "../support/database";
import { enrol } from "../support/enrol";
import { demonstrationDatabase, serve, type Service } from "../support/service";

export const OPEN = `mutation ($input: OpenRestrictedRecordInput!) {
  openRestrictedRecord(input: $input) {
    opening { id reason openedBy openedAt openedUntil action { reference } agency { name } viewerCan { acknowledge review } }
    progressUpdates { state overallProgress riskNote draftingNote author { name } action { reference } }
    userErrors { code field message }
  }
}`;
export const REASON = "A child of this family was taken to hospital this morning.";

export interface Outcome {
  opening: Record<string, unknown> | null;
  progressUpdates: Record<string, unknown>[];
  userErrors: { code: string; field: string[] | null; message: string }[];
}

/** Wrenford with more officers and police, made before a file's tests and dropped after them; openings go after each. */
export const world = {} as { database: TestDatabase; service: Service };
/** Keys of actions by reference (other plans' by partnership and plan too), and of agencies by name. */
export const actions: Record<string, string> = {};
export const agencies: Record<string, string> = {};
const services: Service[] = [];

beforeAll(async () => {
  const database = await demonstrationDatabase();
  Object.assign(world, { database, service: await serve(database) });
  const { owner } = database;
  for (const { id, key } of await owner.query<{ id: string; key: string }[]>(
    "select a.id, w.slug || ' ' || p.slug || ' ' || a.reference as key from action a join plan p on p.id = a.plan_id join partnership w on w.id = a.partnership_id",
  ))
    actions[key.replace("wrenford safeguarding-2018-2020 ", "")] = id;
  for (const { id, name } of await owner.query<{ id: string; name: string }[]>("select id, name from agency"))
    agencies[name] = id;
  await owner.query("update progress_update set drafting_note = 'for ourselves' where state = 'DRAFT'");
  await enrol(database, "second-officer", [{ role: "PARTNERSHIP_OFFICER" }]);
  await enrol(database, "officer-and-chair", [{ role: "PARTNERSHIP_OFFICER" }, { role: "PARTNERSHIP_CHAIR" }]);
  await enrol(database, "police-lead", [{ role: "AGENCY_LEAD", agency: "Wrenshire Constabulary" }]);
  await enrol(database, "police-contributor", [{ role: "AGENCY_CONTRIBUTOR", agency: "Wrenshire Constabulary" }]);
});
afterEach(async () => {
  await Promise.all(services.splice(0).map((one) => one.stop()));
  await world.database.owner.query("delete from record_opening");
});
afterAll(async () => {
  await world.service.stop();
  await world.database.drop();
});

export const at = async (now: Date) => {
  const other = await serve(world.database, { now });
  services.push(other);
  return other;
};
export const given = (reference = "5.2", agency = "Wrenshire Constabulary", reason = REASON) => ({
  action: globalId("Action", actions[reference] ?? ""),
  agency: globalId("Agency", agencies[agency] ?? ""),
  reason,
});
export const open = async (actor: string | null, input: object = given(), on = world.service) => {
  const { data, errors } = await on.as(actor).ask<{ openRestrictedRecord: Outcome }>(OPEN, { input });
  return { outcome: data?.openRestrictedRecord, codes: errors.map(({ extensions }) => extensions.code) };
};
export const mustOpen = async (actor: string, input: object = given(), on = world.service) => {
  const { outcome, codes } = await open(actor, input, on);
  expect([codes, outcome?.userErrors]).toEqual([[], []]);
  return String(outcome?.opening?.id);
};
/** Drafts that somebody reads of all Wrenford's, by action and author. */
export const drafts = async (actor: string, on = world.service) => {
  const { partnership } = await on.as(actor).data<{
    partnership: {
      actions: { nodes: { reference: string; updates: { nodes: { state: string; author: { name: string } }[] } }[] };
    };
  }>('{ partnership(slug: "wrenford") { actions(first: 100) { nodes { reference updates(first: 20) { nodes { state author { name } } } } } } }');
  return partnership.actions.nodes.flatMap(({ reference, updates }) =>
    updates.nodes.filter(({ state }) => state === "DRAFT").map(({ author }) => `${reference} ${author.name}`),
  );
};
export const trail = () =>
  world.database.owner.query<{ kind: string; outcome: string; who: string; detail: object }[]>(
    `select e.kind, e.outcome, p.subject as who, e.detail from audit_entry e join person p on p.id = e.actor_id where e.outcome = 'DONE' order by e.kind, p.subject`,
  );
export const openings = () => world.database.owner.query<object[]>("select * from record_opening order by id");
