import { letSubmittedChange } from "../support/database";
import { demonstrationDatabase, serve, type Service } from "../support/service";

/** Cases 7 and 8: what somebody holds is found anew at each request, between two pages of a list too. */
let service: Service;
beforeAll(async () => {
  service = await serve(await demonstrationDatabase());
  await letSubmittedChange(service.database);
});
afterAll(async () => {
  await service.stop();
  await service.database.drop();
});

const WHO = "wrenford-housing-contributor";
const PAGE = `query ($after: String) { viewer { agency { actions(first: 2, after: $after) { totalCount pageInfo { endCursor } nodes { id reference
  updates(first: 50) { nodes { id riskNote author { id } } } } } } } }`;
interface Page {
  viewer: {
    agency: {
      actions: { totalCount: number; pageInfo: { endCursor: string }; nodes: { id: string; reference: string }[] };
    };
  };
}
const AGENCY = "(select m.agency_id from membership m join person p on p.id = m.person_id where p.subject = $1)";

test("case 7: an action moved to another agency leaves its list and its rights at the very next request, behind an open cursor", async () => {
  const { owner } = service.database;
  const client = service.as(WHO);
  const [one] = await owner.query<{ id: string; note: string }[]>(
    `select u.id, u.risk_note as note from progress_update u join assignment s on s.action_id = u.action_id and s.agency_id = ${AGENCY} and s.role = 'LEAD'
     where u.risk_note is not null and u.state = 'ACCEPTED' order by u.id limit 1`,
    [WHO],
  );
  if (!one) throw new Error("the agency leads no action with a risk note");
  const notes = async () =>
    JSON.stringify(
      (
        await client.ask(`{ viewer { agency { actions(first: 100) { nodes { updates(first: 50) { nodes { riskNote } } } } } }
    partnership(slug: "wrenford") { actions(first: 100) { nodes { updates(first: 20) { nodes { riskNote author { id } } } } } } }`)
      ).data,
    );
  expect(await notes()).toContain(JSON.stringify(one.note).slice(1, -1));
  const first = (await client.data<Page>(PAGE)).viewer.agency.actions;

  // to an agency that is not the author's either, so that nothing but the assignment gave the right
  await owner.query(`update progress_update set author_agency_id = null where id = $1`, [one.id]);
  expect(await notes()).toContain(JSON.stringify(one.note).slice(1, -1));
  await owner.query(
    `update assignment set agency_id = (select g.id from agency g where g.partnership_id = assignment.partnership_id and g.sector = 'PROBATION' limit 1)
     where agency_id = ${AGENCY} and action_id not in (select action_id from assignment where agency_id = (select id from agency where sector = 'PROBATION' and partnership_id = assignment.partnership_id limit 1))`,
    [WHO],
  );
  expect(await notes()).not.toContain(JSON.stringify(one.note).slice(1, -1));
  const next = (await client.data<Page>(PAGE, { after: first.pageInfo.endCursor })).viewer.agency.actions;
  expect(next.totalCount).toBeLessThan(first.totalCount);
  expect(next.nodes.filter(({ id }) => first.nodes.some((known) => known.id === id))).toEqual([]);
});

test("case 8: a role that changes between two pages changes the second, and a leaver has no second page", async () => {
  const { owner } = service.database;
  const client = service.as("wrenford-officer");
  const query = `query ($after: String) { partnership(slug: "wrenford") { suppressionThreshold actions(first: 5, after: $after, filter: { deliveryRating: { isNull: false } }) { pageInfo { endCursor } nodes { id version } } } }`;
  const first = await client.data<{
    partnership: { suppressionThreshold: number; actions: { pageInfo: { endCursor: string } } };
  }>(query);
  expect(first.partnership.suppressionThreshold).toBe(5);
  const after = first.partnership.actions.pageInfo.endCursor;
  const membership = "person_id = (select id from person where subject = 'wrenford-officer')";
  await owner.query(`update membership set role = 'SCRUTINY_MEMBER' where ${membership}`);
  expect(await client.refusals(query, { after })).toEqual(["FORBIDDEN filter.deliveryRating"]);
  await owner.query(
    `update membership set role = 'PARTNERSHIP_OFFICER', ended_at = '2019-02-14T08:59:59Z' where ${membership}`,
  );
  expect(await client.refusals(query, { after })).toEqual(["UNAUTHENTICATED"]);
});
