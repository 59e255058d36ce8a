import type { TestDatabase } from "../support/database";
import type { Service } from "../support/service";
import { demonstrationOfWriters, POLICE } from "../support/writes";

const OPTIMISM =
  '{ partnership(slug: "wrenford") { optimism { agency { name } pairs higher same lower minimumSample reason } } }';
interface Told {
  agency: { name: string };
  pairs: number | null;
  higher: number | null;
  same: number | null;
  lower: number | null;
  reason: string | null;
}

let database: TestDatabase;
let service: Service;
let actions: Readonly<Record<string, string>>;

beforeAll(async () => {
  ({ database, service, actions } = await demonstrationOfWriters());
  await database.owner.query("delete from rating");
});
afterAll(async () => {
  await service.stop();
  await database.drop();
});

let turn = 0;
const rate = (basis: string, value: string | null, agency: string | null = basis === "REPORTED" ? POLICE : null) =>
  database.owner.query(
    `insert into rating (partnership_id, action_id, scheme_id, dimension, value, basis, as_at, recorded_at, agency_id)
     select a.partnership_id, a.id, s.id, 'DELIVERY', $2, $3, '2019-01-01', timestamptz '2019-02-01' + make_interval(secs => $4),
       (select g.id from agency g where g.name = $5)
     from action a join rating_scheme s on s.plan_id = a.plan_id where a.id = $1`,
    [actions["5.2"], value, basis, (turn += 1), agency],
  );
const told = async (actor: string): Promise<Told[]> => {
  const { partnership } = await service.as(actor).data<{ partnership: { optimism: Told[] } }>(OPTIMISM);
  return partnership.optimism;
};

test("each report is held against the last moderated rating before the next; figures are given from the tenth on", async () => {
  // better, as moderated in the end, worse, and three that compare with nothing
  for (const [basis, value] of [
    ["MODERATED", "RED"],
    ["REPORTED", "GREEN"],
    ["MODERATED", "AMBER"],
    ["REPORTED", "AMBER"],
    ["MODERATED", "RED"],
    ["MODERATED", "AMBER"],
    ["REPORTED", "RED"],
    ["MODERATED", "GREEN"],
    ["REPORTED", null],
    ["MODERATED", "RED"],
    ["REPORTED", "GREEN"],
    ["MODERATED", null],
    ["REPORTED", "GREEN"],
  ] as const)
    await rate(basis, value);
  expect(await told("wrenford-officer")).toEqual([
    {
      agency: { name: POLICE },
      pairs: 3,
      higher: null,
      same: null,
      lower: null,
      minimumSample: 10,
      reason: "3 reports were answered; figures are given from 10 on.",
    },
  ]);
  for (let more = 0; more < 7; more += 1) {
    await rate("REPORTED", "GREEN");
    await rate("MODERATED", "RED");
  }
  const figures = {
    agency: { name: POLICE },
    pairs: 10,
    higher: 8,
    same: 1,
    lower: 1,
    minimumSample: 10,
    reason: null,
  };
  // an agency reads its own; that there are reports everybody in the partnership knows
  for (const actor of ["wrenford-officer", "wrenford-chair", "wrenford-inspector", "wrenford-police-viewer"])
    expect([actor, await told(actor)]).toEqual([actor, [figures]]);
  const withheld = { pairs: null, higher: null, same: null, lower: null, reason: null };
  expect(await told("wrenford-council-lead")).toEqual([{ ...figures, ...withheld }]);
  const { data, redactions } = await service.as(null).ask<{ partnership: { optimism: null } }>(OPTIMISM);
  expect(data?.partnership.optimism).toBeNull();
  expect(redactions).toEqual([{ type: "Partnership", field: "optimism", requires: "PARTNERSHIP" }]);
});
