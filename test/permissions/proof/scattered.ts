import * as fc from "fast-check";
import type { DataSource } from "typeorm";
import { DEMONSTRATION_ISSUER } from "../../../src/platform/http/tokens";
import type { Row } from "../reading";
import { type Grantable, grantKinds } from "./grants";
import { key } from "./seeding";
import { TODAY, TOMORROW, type World, YESTERDAY } from "./world";

const PEOPLE = 5;
const AGENCIES = ["police", "health", "council", "probation", "school", "college", "schools", "housing"];
const agency = fc.constantFrom(...AGENCIES);
const role = fc.constantFrom(
  "AGENCY_VIEWER",
  "AGENCY_CONTRIBUTOR",
  "AGENCY_LEAD",
  "PARTNERSHIP_OFFICER",
  "PARTNERSHIP_CHAIR",
  "INSPECTOR",
  "SCRUTINY_MEMBER",
  "INTEGRATOR",
);
const from = fc.constantFrom("2018-01-01", "2018-01-01", TODAY, TOMORROW);
const to = fc.constantFrom(null, null, null, TODAY, TOMORROW, YESTERDAY);

const drawnWorld = fc.record({
  memberships: fc.array(
    fc.record({
      person: fc.nat(PEOPLE - 1),
      agency,
      role,
      valid_from: from,
      valid_to: to,
      ended: fc.constantFrom(false, false, false, true),
      acts: fc.constantFrom(null, "AGENCY_VIEWER", "AGENCY_CONTRIBUTOR", "SCRUTINY_MEMBER"),
    }),
    { minLength: 3, maxLength: 9 },
  ),
  collective: fc.array(
    fc.record({ member: agency, valid_from: fc.constantFrom(null, TODAY, TOMORROW), valid_to: to }),
    { maxLength: 3 },
  ),
  assignments: fc.array(fc.record({ agency, role: fc.constantFrom("LEAD", "CONTRIBUTOR", "UNCONFIRMED") }), {
    maxLength: 5,
  }),
  updates: fc.array(
    fc.record({
      author: fc.option(agency),
      state: fc.constantFrom("DRAFT", "SUBMITTED", "RETURNED", "ACCEPTED"),
      published: fc.boolean(),
    }),
    { minLength: 6, maxLength: 6 },
  ),
  published: fc.boolean(),
});
export type Scattered = typeof drawnWorld extends fc.Arbitrary<infer T> ? T : never;

/** Random memberships, collectives, names on an action, updates and grants, over the proof's world. */
export const scatteredWorld = (fields: readonly Grantable[]) =>
  fc
    .record({
      world: drawnWorld,
      grants: fc.array(fc.tuple(fc.nat(1199), fc.nat(fields.length - 1)), { maxLength: 12 }),
    })
    .map(({ world, grants }) => ({
      world,
      grants: (of: World): Row[] =>
        grants.flatMap(([kind, index]) => {
          const drawn = grantKinds(of)[kind];
          const field = fields[index];
          if (!drawn || !field || (drawn.effect === "DENY" && !field.deniable)) return [];
          return [{ ...drawn, type: field.type, field: field.field, operation: field.operation }];
        }),
      toString: () => JSON.stringify({ world, grants }),
    }));

/** Puts a drawn world in the place of the one before, as the owner; gives the people whom it is about, by name. */
export async function scatter(
  owner: DataSource,
  { agencies, actions, partnerships }: World,
  drawn: Scattered,
): Promise<Record<string, string>> {
  const { ashby } = partnerships;
  const placed = actions["ashby-plan A1"];
  if (!placed) throw new Error("the world has no first action");
  const persons = Object.fromEntries(
    Array.from({ length: PEOPLE }, (_, index) => [`anybody-${index}`, key(800_000 + index)]),
  );
  const put = (table: string, rows: readonly Row[]) =>
    owner.query(
      `insert into ${table} select (jsonb_populate_record(null::${table}, one)).* from jsonb_array_elements($1::jsonb) as one on conflict (id) do nothing`,
      [JSON.stringify(rows)],
    );
  await put(
    "person",
    Object.entries(persons).map(([name, id]) => ({ id, issuer: DEMONSTRATION_ISSUER, subject: name, label: name })),
  );
  await owner.query("delete from membership where person_id = any ($1::uuid[])", [Object.values(persons)]);
  await put(
    "membership",
    // an account is one membership, and no more
    drawn.memberships
      .filter(
        ({ person, role }, index, all) =>
          role !== "INTEGRATOR" || all.findIndex((one) => one.role === "INTEGRATOR" && one.person === person) === index,
      )
      .map(({ person, agency: name, role: held, valid_from, valid_to, ended, acts }, index) => ({
        id: key(810_000 + index),
        person_id: persons[`anybody-${person}`],
        partnership_id: ashby,
        agency_id: held.startsWith("AGENCY") || held === "INTEGRATOR" ? agencies[name] : null,
        role: held,
        valid_from,
        valid_to,
        ended_at: ended ? "2019-02-14T08:59:59Z" : null,
        acts_for: held === "INTEGRATOR" ? acts : null,
      })),
  );
  await owner.query("delete from collective_member where collective_id = $1", [agencies.schools]);
  const members = drawn.collective.filter(
    (one, index) =>
      one.member !== "schools" && drawn.collective.findIndex(({ member }) => member === one.member) === index,
  );
  await put(
    "collective_member",
    members.map(({ member, valid_from, valid_to }, index) => ({
      id: key(820_000 + index),
      partnership_id: ashby,
      collective_id: agencies.schools,
      member_id: agencies[member],
      valid_from,
      valid_to,
    })),
  );
  await owner.query("delete from assignment where action_id = $1", [placed.id]);
  const lead = drawn.assignments.findIndex((one) => one.role === "LEAD");
  await put(
    "assignment",
    drawn.assignments.map((one, index) => ({
      id: key(830_000 + index),
      partnership_id: ashby,
      plan_id: placed.plan,
      action_id: placed.id,
      agency_id: agencies[one.agency],
      position: index,
      role: one.role === "LEAD" && index !== lead ? "CONTRIBUTOR" : one.role,
      action_sort_key: "",
    })),
  );
  await owner.query("update plan set published_at = $2 where id = $1", [
    placed.plan,
    drawn.published ? "2018-03-01T00:00:00Z" : null,
  ]);
  const updates = await owner.query<{ id: string }[]>(
    "select id from progress_update where action_id = $1 order by id limit 6",
    [placed.id],
  );
  for (const [index, { author, state, published }] of drawn.updates.entries())
    await owner.query("update progress_update set author_agency_id = $2, state = $3, published_at = $4 where id = $1", [
      updates[index]?.id,
      author === null ? null : (agencies[author] ?? null),
      state,
      published ? "2018-12-01T00:00:00Z" : null,
    ]);
  return persons;
}
