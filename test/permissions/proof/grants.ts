import { type GraphQLSchema, getNamedType, isLeafType, isNonNullType } from "graphql";
import type { DataSource } from "typeorm";
import { canBeDenied, type Facts, type Row, rowsOf, WRITABLE } from "../reading";
import type { Actor } from "./actors";
import type { Proven } from "./database";
import { Matrix, tableOf } from "./matrix";
import { kindOf, objectTypes, printedTier } from "./published-schema";
import { key } from "./seeding";
import type { Tally } from "./tally";
import { judge } from "./verdicts";
import { TODAY, TOMORROW, type World, YESTERDAY } from "./world";

/** Every way in which a grant can be made to an agency of the world: to whom, for which role and relation, until when. */
export function grantKinds({ agencies }: World): Row[] {
  const kinds: Row[] = [];
  const { police = "", schools = "", council = "" } = agencies;
  for (const effect of ["ALLOW", "DENY"])
    for (const whom of [{ agency_id: police }, { agency_id: schools }, { sector: "HEALTH" }, { agency_id: council }])
      for (const role of [null, "AGENCY_VIEWER", "AGENCY_CONTRIBUTOR", "AGENCY_LEAD", "INTEGRATOR"])
        for (const relation of [null, "LEAD", "CONTRIBUTOR", "AUTHOR", "PARTY", "PARTNER"])
          for (const life of [
            { expires_on: null },
            { expires_on: TODAY },
            { expires_on: TOMORROW },
            { expires_on: YESTERDAY },
            { expires_on: null, revoked_at: "2019-02-14T08:00:00Z" },
          ])
            kinds.push({ agency_id: null, sector: null, revoked_at: null, ...whom, effect, role, relation, ...life });
  return kinds;
}

/** A field that grants may name. */
export interface Grantable {
  type: string;
  field: string;
  tier: string;
  operation: "READ" | "WRITE";
  deniable: boolean;
}

/** Fields of the published schema that a grant has a meaning for, and the author's own, which none may open. */
export function grantableFields(schema: GraphQLSchema): Grantable[] {
  const reading = objectTypes(schema).flatMap((type) =>
    Object.values(type.getFields()).flatMap((field): Grantable[] => {
      const tier = printedTier(type.name, field);
      const deniable = canBeDenied(
        type.name,
        field.name,
        tier,
        !isNonNullType(field.type) && isLeafType(getNamedType(field.type)),
      );
      return deniable || tier === "AUTHOR_DRAFT"
        ? [{ type: type.name, field: field.name, tier, operation: "READ", deniable }]
        : [];
    }),
  );
  const writing = WRITABLE.map((name): Grantable => {
    const [type = "", field = ""] = name.split(".");
    return { type, field, tier: "", operation: "WRITE", deniable: true };
  });
  return [...reading, ...writing];
}

export const PROOFS_OWN = "a grant of the proof";

/** Puts these grants in force in the place of those that the proof made before; gives the facts with them. */
export async function putGrants(
  owner: DataSource,
  facts: Facts,
  partnership: string,
  grants: readonly Row[],
): Promise<Facts> {
  await owner.query("delete from field_grant where reason = $1", [PROOFS_OWN]);
  const rows = grants.map((grant, index) => ({
    id: key(900_000 + index),
    partnership_id: partnership,
    reason: PROOFS_OWN,
    granted_at: "2019-01-01T00:00:00Z",
    ...grant,
  }));
  await owner.query(
    "insert into field_grant select (jsonb_populate_record(null::field_grant, one)).* from jsonb_array_elements($1::jsonb) as one",
    [JSON.stringify(rows)],
  );
  const field_grant = await owner.query<Row[]>("select * from field_grant order by id");
  return { ...facts, tables: { ...facts.tables, field_grant } };
}

/** Two grants a field, each of another kind in each configuration, so that every pair of effects and lives comes about. */
export function configuration(number: number, fields: readonly Grantable[], kinds: readonly Row[]): Row[] {
  return fields.flatMap((one, index) =>
    [number * 97 + index * 389 + 13, number * 131 + index * 211 + 607].flatMap((at) => {
      const kind = kinds[at % kinds.length];
      if (!kind || (kind.effect === "DENY" && !one.deniable)) return [];
      return [{ ...kind, type: one.type, field: one.field, operation: one.operation }];
    }),
  );
}

const ASKED = new Set([
  "the public",
  "ashby-officer",
  "ashby-scrutiny_member",
  "bexton-police-lead",
  "college-lead",
  "council-contributor",
  "council-viewer",
  "health-contributor",
  "health-lead",
  "leaving",
  "police-and-bexton",
  "police-contributor",
  "police-lead",
  "police-viewer",
  "school-and-health",
  "school-contributor",
  "school-lead",
  "school-viewer",
  "token-ashby-partnership_officer-uncut",
  "token-health-viewer",
  "token-police-agency_contributor",
  "token-police-agency_contributor-7",
  "token-police-nothing-said",
]);

/** Rows that grants are tried on: what is ruled, in every relation that the world has. */
function triedRows(facts: Facts, world: World, type: string): Row[] {
  const { ashby } = world.partnerships;
  const rows = rowsOf(facts, tableOf(type)).filter((row) => row.partnership_id === ashby || row.id === ashby);
  const first = world.actions["ashby-plan A1"];
  const second = world.actions["ashby-plan A2"];
  if (type === "Action") return rows.filter(({ plan_id }) => plan_id === first?.plan);
  if (type === "ProgressUpdate")
    return rows.filter(({ action_id }) => action_id === first?.id || action_id === second?.id);
  if (type === "Plan") return rows.filter(({ id }) => id === first?.plan);
  return rows.slice(0, 2);
}

/** Grants of every kind on every field that one may name, in so many configurations, as everybody on whom one could bear. */
export async function proveGrants(
  proven: Proven,
  schema: GraphQLSchema,
  actors: readonly Actor[],
  tally: Tally,
  { say, configurations }: { say: (line: string) => void; configurations: number },
): Promise<void> {
  const { database, world } = proven;
  const kinds = grantKinds(world);
  const fields = grantableFields(schema);
  const asking = configurations < 10 ? actors : actors.filter(({ name }) => ASKED.has(name));
  // of other rows the matrix has told already
  const plain = new Set(
    objectTypes(schema).flatMap((type) =>
      Object.values(type.getFields())
        // whose optimism it is says who may read it
        .filter((field) => ["leaf", "embedded"].includes(kindOf(field)) || type.name === "AgencyOptimism")
        .map((field) => `${type.name}.${field.name}`),
    ),
  );
  let made = 0;
  for (let number = 0; number < configurations; number += 1) {
    const grants = configuration(number, fields, kinds);
    made += grants.length;
    const facts = await putGrants(database.owner, proven.facts, world.partnerships.ashby, grants);
    const matrix = new Matrix(schema, facts, tally, (type, field) => plain.has(`${type}.${field}`));
    const left = [...asking];
    const types = matrix.nodes.read.filter(({ name }) =>
      ["Action", "DateRevision", "Finding", "Indicator", "Partnership", "Plan", "ProgressUpdate"].includes(name),
    );
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        for (let actor = left.shift(); actor; actor = left.shift())
          for (const type of types) await matrix.ask(actor, type, triedRows(facts, world, type.name));
      }),
    );
    judge(matrix, schema, facts, tally);
  }
  await putGrants(database.owner, proven.facts, world.partnerships.ashby, []);
  say(
    `Grants of ${kinds.length} kinds on ${fields.length} fields: ${made} grants in ${configurations} configurations, as ${asking.length} actors.`,
  );
}
