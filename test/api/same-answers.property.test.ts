import fc from "fast-check";
import { type GraphQLSchema, parse, validate } from "graphql";
import pino from "pino";
import { buildSchema } from "../../src/schema";
import { asking } from "../reuse/asking";
import type { TestDatabase } from "../support/database";
import { demonstrationDatabase, serve, type Service } from "../support/service";
import { idsOf, questionsOf } from "../support/whole-answer";
import { type Pools, randomQuery } from "./random/query";
import { slowly, standsBelowNull, toldBy, whole, withNulledPlaces } from "./random/reference";

/** Queries made up from the schema: the answer is the same however it is made, byte by byte, whoever asks. */
const RUNS = Number(process.env.QUERY_RUNS ?? 60);
/** The same questions in every run of the suite; `QUERY_SEED=$RANDOM QUERY_RUNS=500` asks others. */
const SEED = Number(process.env.QUERY_SEED ?? 576);
const ACTORS = [
  "wrenford-council-lead",
  "wrenford-health-contributor",
  "wrenford-police-viewer",
  "wrenford-officer",
  null,
];

let database: TestDatabase;
let written: Service;
let rewritten: Service;
let compiled: Service;
let plain: Service;
/** Answers that no resolver had a part in. */
let withoutResolvers = 0;
let schema: GraphQLSchema;
let pools: Pools;
beforeAll(async () => {
  database = await demonstrationDatabase();
  written = await serve(database, { parts: { atOnce: true, onWritten: () => void (withoutResolvers += 1) } });
  rewritten = await serve(database, {
    parts: { atOnce: true, keptAnswers: 0, onWritten: () => void (withoutResolvers += 1) },
  });
  compiled = await serve(database, {
    parts: { execution: { kind: "compiled", from: 1 }, atOnce: false, keptAnswers: 0 },
  });
  plain = await serve(database, { parts: { execution: { kind: "plain" }, atOnce: false, keptAnswers: 0 } });
  schema = buildSchema(pino({ level: "silent" }));
  // the viewer is let read what its tier does not
  await database.owner.query(
    `insert into field_grant (partnership_id, agency_id, type, field, operation, effect, relation, reason, granted_at)
     select m.partnership_id, m.agency_id, type, field, 'READ', effect, relation, 'A reason', '2019-01-01'
     from membership m join person p on p.id = m.person_id and p.subject = 'wrenford-police-viewer', (values
       ('ProgressUpdate', 'riskNote', 'ALLOW', null), ('Rating', 'rationale', 'ALLOW', 'CONTRIBUTOR'), ('Action', 'divergent', 'DENY', null)) g (type, field, effect, relation)`,
  );
  pools = await poolsOf(plain, schema);
});
afterAll(async () => {
  await written.stop();
  await rewritten.stop();
  await compiled.stop();
  await plain.stop();
  await database.drop();
});

async function poolsOf(service: Service, of: GraphQLSchema): Promise<Pools> {
  const ids = await idsOf(service, 4);
  const filters = questionsOf(of, ids).flatMap(({ variables }) => ("filter" in variables ? [variables.filter] : []));
  const { text } = await service.as("wrenford-officer").ask(
    `{ actions(first: 3) { edges { cursor } } partnership(slug: "wrenford") { indicators(first: 3) { edges { cursor } }
       plans { actions(first: 3, orderBy: { field: REFERENCE }) { edges { cursor } } } } }`,
  );
  const cursors = [...text.matchAll(/"cursor":"([^"]+)"/g)].map(([, cursor]) => cursor);
  const days = ["2016-03-31", "2017-12-31", "2018-06-30", "2018-12-31", null];
  return {
    "first:Int": [1, 2, 3, 5, 2, 3, 100, null, 0],
    "last:Int": [1, 2, 4, null],
    "after:String": [...cursors, null, "nonsense"],
    "before:String": [...cursors, null],
    "filter:ActionFilter": [...filters, {}, null],
    "orderBy:ActionOrder": [
      { field: "BY_WHEN", direction: "DESC" },
      { field: "REFERENCE" },
      { field: "REFERENCE", direction: "DESC" },
      null,
    ],
    "filter:EscalationFilter": [
      {},
      { overdue: true },
      { dueWithinWorkingDays: 3, stage: [1, 2] },
      { clockRuns: false, waitingFor: ids.Agency ?? [] },
      { stageName: [] },
      null,
    ],
    "from:Date": days,
    "to:Date": days,
    "between:ChangesBetween": [
      { from: "2000-01-01T00:00:00Z", to: "2019-02-14T09:00:00Z" },
      { from: "2019-02-14T08:00:00Z", to: "2019-02-14T09:00:00Z" },
    ],
    "between:DaysBetweenInput": [{ from: "2019-01-01", to: "2019-02-14" }],
    "division:Division": ["ENGLAND_AND_WALES", "SCOTLAND"],
    "groupBy:AssuranceGrouping": ["LEAD_AGENCY", "OBJECTIVE", "SECTOR", "THEME"],
    "id:ID": Object.values(ids).flat(),
    "ids:ID": [
      Object.values(ids).flatMap(([first]) => first ?? []),
      Object.values(ids)
        .flatMap(([, second]) => second ?? [])
        .slice(0, 6),
      [],
    ],
    "inForce:Boolean": [true, false, null],
    "reviewed:Boolean": [true, false, null],
    "slug:String": ["wrenford", "safeguarding-2018-2020", "wrenford", "neglect-2019", "coventry"],
    "year:Int": [2017, 2016, 2030],
    "asOf:DateTime": [null, "2019-01-01T00:00:00Z"],
  };
}

const withoutId = (text: string) => text.replace(/"requestId":"[^"]+"/g, '"requestId":"an id"');

test(`the same answer written from what was read, compiled, field by field, kept and leaf by leaf (QUERY_SEED=${SEED})`, async () => {
  const seen = { answered: 0, kept: 0, errors: 0, redacted: 0 };
  await fc.assert(
    fc.asyncProperty(fc.gen(), fc.constantFrom(...ACTORS), async (g, slow) => {
      const made = randomQuery(schema, pools, g);
      const { query, variables } = whole(made);
      const faults = validate(schema, parse(query));
      if (faults.length > 0) throw new Error(`${query}\nis not valid: ${faults.join("\n")}`);
      for (const actor of ACTORS) {
        const about = `${String(actor)} asked ${query} with ${JSON.stringify(variables)}`;
        const one = await plain.as(actor).ask<never>(query, variables);
        const byCompiler = await compiled.as(actor).ask(query, variables);
        const other = await written.as(actor).ask(query, variables);
        const again = await asking(written, () => written.as(actor).ask(query, variables));
        const nulled = one.errors.some((error) => standsBelowNull(error, one.data));
        const text = (answer: typeof one | typeof other) =>
          nulled ? withoutId(withNulledPlaces(answer)) : withoutId(answer.text);
        same(about, "compiled", text(byCompiler), text(one));
        same(about, "written", text(other), text(one));
        // with what was put together for the first of them
        for (let times = 0; times < 3; times += 1)
          same(about, "written again", text(await rewritten.as(actor).ask(query, variables)), text(one));
        same(about, "kept", withoutId(again.answer.text), withoutId(other.text));
        if (/INTERNAL|UNAVAILABLE/.test(one.text)) throw new Error(`${about}\nfailed: ${one.text}`);
        if (again.reused) seen.kept += 1;
        if (one.errors.length > 0) seen.errors += 1;
        if (one.redactions.length > 0) seen.redacted += 1;
        seen.answered += 1;
        if (actor !== slow) continue;
        if (/COST_LIMIT|BAD_USER_INPUT/.test(one.text) && !one.text.includes('"data":{')) continue;
        const told = toldBy(one);
        if (nulled) continue;
        const reference = await slowly(plain.as(actor), made);
        const missing = reference.errors.filter(
          (error) => !told.errors.some((known) => JSON.stringify(known) === JSON.stringify(error)),
        );
        const errors = reference.errors.filter(
          (error) => !missing.includes(error) || !standsBelowNull(error, told.data),
        );
        same(about, "leaf by leaf", JSON.stringify({ ...reference, errors }), JSON.stringify(told));
      }
    }),
    { numRuns: RUNS, seed: SEED, endOnFailure: process.env.QUERY_SHRINK === undefined },
  );
  expect(withoutResolvers).toBeGreaterThan(seen.answered / 3); // of four times that each is asked
  expect(seen.kept).toBeGreaterThan(seen.answered / 4);
  expect(seen.errors).toBeGreaterThan(0);
  expect(seen.redacted).toBeGreaterThan(0);
}, 600_000);

test.each([
  "edges { node { reference } node @include(if: false) { title latestUpdate { riskNote } } }",
  "edges { node { reference } node @include(if: false) { ... on Action { title latestUpdate { riskNote } } } }",
  "edges { node { reference } ... @skip(if: true) { node { ...Left } } }",
  "nodes { reference } nodes @skip(if: true) { ...Left title }",
  "nodes { latestUpdate @include(if: false) { riskNote } latestUpdate { state ... @skip(if: true) { riskNote } } }",
  "nodes { reference ...Left @include(if: false) } edges { node { ...Left } }",
])("what is selected again and left out there is answered by nobody: %s", async (selected) => {
  const fragment = selected.includes("...Left") ? "fragment Left on Action { title latestUpdate { riskNote } }" : "";
  const query = `{ actions(first: 2) { ${selected} } } ${fragment}`;
  for (const actor of ACTORS) {
    const { text } = await plain.as(actor).ask(query);
    same(`${String(actor)} asked ${query}`, "compiled", (await compiled.as(actor).ask(query)).text, text);
    for (let times = 0; times < 3; times += 1)
      same(`${String(actor)} asked ${query}`, "written", (await rewritten.as(actor).ask(query)).text, text);
  }
});

function same(about: string, way: string, found: string, expected: string): void {
  if (found === expected) return;
  let at = 0;
  while (found[at] === expected[at]) at += 1;
  const near = (text: string) => text.slice(Math.max(0, at - 200), at + 300);
  throw new Error(`${about}\nis answered otherwise ${way}:\n${near(found)}\nfor\n${near(expected)}`);
}
