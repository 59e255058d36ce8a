import * as fc from "fast-check";
import { allActionAbilities, decide, decideForAll, grantsOn } from "../../src/domains/access/index";
import { standingsIn } from "../../src/domains/identity/index";
import { AssignmentRole, relationsAmong } from "../../src/domains/plan/index";
import { createTestDatabase, letSubmittedChange } from "../support/database";
import { serve, type Service, UNWATCHED } from "../support/service";
import { actorsOf } from "./proof/actors";
import { factsOf, prepareWorld, type Proven } from "./proof/database";
import { grantableFields, putGrants } from "./proof/grants";
import { Matrix, tableOf } from "./proof/matrix";
import { kindOf, objectTypes, publishedSchema } from "./proof/published-schema";
import { readCases, readingOf, serviceActor, serviceActorOf, STANDINGS } from "./proof/pure";
import { scatter, scatteredWorld } from "./proof/scattered";
import { Tally } from "./proof/tally";
import { judge } from "./proof/verdicts";
import { NOW } from "./proof/world";
import {
  abilitiesOn,
  type Facts,
  GIVEN_AWAY_BY,
  grantsOf,
  type Holding,
  type Row,
  rowsOf,
  type Who,
  WRITABLE,
} from "./reading";

const schema = publishedSchema();
const cases = readCases(schema);
const HERE = "00000000-0000-4000-8000-000000000001";
const named = [...new Set([...Object.keys(GIVEN_AWAY_BY), ...cases.map(({ type, field }) => `${type}.${field}`)])];

const grant = fc.record({
  name: fc.constantFrom(...named),
  partnership_id: fc.constantFrom(HERE, HERE, HERE, "00000000-0000-4000-8000-000000000002"),
  operation: fc.constantFrom("READ", "READ", "WRITE"),
  effect: fc.constantFrom("ALLOW", "DENY"),
  relation: fc.constantFrom(null, "LEAD", "CONTRIBUTOR", "AUTHOR", "PARTY", "PARTNER"),
});

test("under any grants the policy allows what the plain reading allows, and withholds what it withholds", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...cases),
      fc.constantFrom(...STANDINGS),
      fc.array(grant, { maxLength: 8 }),
      // most grants are about the field itself or about what it gives away: the others bear on nothing
      fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
      (field, standing, drawn, own) => {
        const name = `${field.type}.${field.field}`;
        const hiders = Object.keys(GIVEN_AWAY_BY).filter((one) => GIVEN_AWAY_BY[one]?.includes(name));
        const grants: Row[] = drawn.map(({ name: other, ...more }, index) => {
          const about = own[index] ? (hiders[index % (hiders.length + 1)] ?? name) : other;
          const [type = "", of = ""] = about.split(".");
          return { ...more, type, field: of };
        });
        const actor = serviceActor(standing, grants);
        const policy = field as Parameters<typeof decide>[0];
        const all = decideForAll(actor, HERE, policy);
        const verdict = all ?? decide(policy, grantsOn(actor, HERE, policy), standing.relations);
        const expected = readingOf(standing, field, grants, all !== null);
        return expected === null || verdict.allowed === expected;
      },
    ),
    { numRuns: 5_000 },
  );
});

const AGENCIES = ["a", "b"];
const writers = fc.array(
  fc.record({
    agency: fc.constantFrom(...AGENCIES, null),
    role: fc.constantFrom("AGENCY_VIEWER", "AGENCY_CONTRIBUTOR", "AGENCY_LEAD"),
  }),
  { minLength: 1, maxLength: 3 },
);
const writing = fc.record({
  agency_id: fc.constantFrom(...AGENCIES),
  name: fc.constantFrom(...WRITABLE),
  effect: fc.constantFrom("ALLOW", "DENY"),
  relation: fc.constantFrom(null, "LEAD", "CONTRIBUTOR", "PARTNER"),
  role: fc.constantFrom(null, null, "AGENCY_LEAD"),
});

test("whoever is several things writes by the grants to what acts, as the plain reading says of each thing alone", () => {
  const seen = new Set<boolean>();
  fc.assert(
    fc.property(
      writers,
      fc.array(writing, { maxLength: 6 }),
      fc.constantFrom(...AGENCIES, "c"),
      (drawn, given, lead) => {
        const holdings = drawn.map(({ agency, role }, index): Holding => {
          const held = agency === null ? "PARTNERSHIP_OFFICER" : role;
          const names = agency === null ? [] : [agency];
          return {
            id: `m${index}`,
            partnership: HERE,
            agency,
            sector: null,
            role: held,
            acting: held,
            scopes: null,
            names,
          };
        });
        const who: Who = { person: "p", holdings, scopes: null };
        const lasting = { partnership_id: HERE, operation: "WRITE", sector: null, revoked_at: null, expires_on: null };
        const grants = given.map(({ name, ...more }, index): Row => {
          const [type, field] = name.split(".");
          return { ...lasting, ...more, id: String(index), type, field };
        });
        const facts: Facts = {
          now: NOW,
          tables: { assignment: [{ action_id: "x", agency_id: lead, role: "LEAD", position: 1 }], field_grant: grants },
        };
        const actor = serviceActorOf(holdings, grants, (row) => {
          const to = holdings.filter((one) => grantsOf(facts, { ...who, holdings: [one] }).includes(row));
          return to.map(({ id }) => id);
        });
        const told = allActionAbilities(
          standingsIn(actor, HERE).map((alone) => ({
            actor: alone,
            partnershipId: HERE,
            relations: relationsAmong(alone, HERE, [{ agencyId: lead, role: AssignmentRole.LEAD }]),
          })),
          { closed: false, dated: true },
        );
        const row = { id: "x", partnership_id: HERE, status: "IN_PROGRESS", by_when_kind: "DUE" };
        const expected = abilitiesOn(facts, who, row);
        Object.values(expected).forEach((may) => seen.add(may));
        expect(told).toEqual(expected);
      },
    ),
    { numRuns: 2_000 },
  );
  expect(seen.size).toBe(2);
});

let proven: Proven;
let service: Service;
beforeAll(async () => {
  proven = await prepareWorld(await createTestDatabase());
  await letSubmittedChange(proven.database);
  service = await serve(proven.database, { now: NOW, parts: UNWATCHED });
});
afterAll(async () => {
  await service.stop();
  await proven.database.drop();
});

const plain = new Set(
  objectTypes(schema).flatMap((type) =>
    Object.values(type.getFields())
      .filter((field) => ["leaf", "embedded"].includes(kindOf(field)) || type.name === "AgencyOptimism")
      .map((field) => `${type.name}.${field.name}`),
  ),
);

test("in random worlds the API shows each somebody what the plain reading shows them, field by field", async () => {
  const { database, world } = proven;
  const fields = grantableFields(schema);
  let read = 0;
  await fc.assert(
    fc.asyncProperty(scatteredWorld(fields), async (drawn) => {
      const persons = await scatter(database.owner, world, drawn.world);
      const facts = await putGrants(
        database.owner,
        await factsOf(database),
        world.partnerships.ashby,
        drawn.grants(world),
      );
      const actors = await actorsOf(
        service,
        { ...world, persons: { ...persons, "ashby-officer": world.persons["ashby-officer"] ?? "" } },
        facts,
      );
      const tally = new Tally();
      const matrix = new Matrix(schema, facts, tally, (type, field) => plain.has(`${type}.${field}`));
      for (const actor of actors.filter(({ admitted }) => admitted))
        for (const type of matrix.nodes.read.filter(({ name }) =>
          ["Action", "Indicator", "Partnership", "Plan", "ProgressUpdate"].includes(name),
        ))
          await matrix.ask(
            actor,
            type,
            rowsOf(facts, tableOf(type.name)).filter(
              (row) => row.partnership_id === world.partnerships.ashby || row.id === world.partnerships.ashby,
            ),
          );
      judge(matrix, schema, facts, tally);
      read += tally.passed;
      // a field may be denied to all who were drawn: that nobody then reads it is no failure here
      expect(tally.failures.filter((failure) => !failure.startsWith("a denied field has a value")).slice(0, 5)).toEqual(
        [],
      );
    }),
    { numRuns: 12 },
  );
  expect(read).toBeGreaterThan(10_000);
});
