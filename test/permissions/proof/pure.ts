import {
  extendSchema,
  getNamedType,
  type GraphQLSchema,
  isLeafType,
  Kind,
  type OperationDefinitionNode,
  parse,
} from "graphql";
import type * as policyModule from "../../../src/domains/access/policy";
import type * as abilitiesModule from "../../../src/domains/access/abilities";
import type * as scopesModule from "../../../src/domains/access/scopes";
import {
  type Actor as ServiceActor,
  type HeldGrant,
  type HeldMembership,
  Role,
} from "../../../src/domains/identity/index";
import {
  abilitiesOn,
  type Facts,
  GIVEN_AWAY_BY,
  type Holding,
  mayReadField,
  mayWriteField,
  type Relation,
  type Row,
  WRITABLE,
  type Who,
} from "../reading";
import { administering } from "../reading-people";
import { A_PERSON, scopesFor } from "../reading-scopes";
import { isNode, needsArguments, objectTypes, printedTier } from "./published-schema";
import type { Tally } from "./tally";

export type PolicyModule = Pick<typeof policyModule, "decide" | "decideForAll" | "grantsOn">;
export type AbilitiesModule = Pick<typeof abilitiesModule, "decideWrite" | "actionAbilities">;
export type ScopesModule = Pick<typeof scopesModule, "requireScopes">;

const ASHBY = "00000000-0000-4000-8000-000000000001";
const BEXTON = "00000000-0000-4000-8000-000000000002";

/** Somebody to whom a row is what `relations` say, as both sides know them. */
export interface Standing {
  name: string;
  holding: Holding;
  /** As the service finds them: the base and what comes to it. */
  relations: readonly Relation[];
}

const holding = (role: string, acting = role, scopes: readonly string[] | null = null): Holding => ({
  id: "m",
  partnership: ASHBY,
  agency: role.startsWith("PARTNERSHIP") ? null : "a",
  sector: null,
  role,
  acting,
  scopes,
  names: ["a"],
});

const CLOSER: readonly Relation[][] = [
  [],
  ["LEAD"],
  ["CONTRIBUTOR"],
  ["AUTHOR"],
  ["PARTY"],
  ["LEAD", "AUTHOR"],
  ["CONTRIBUTOR", "AUTHOR"],
];

/** Each role with each relation that it can be in. */
export const STANDINGS: readonly Standing[] = [
  ...["AGENCY_VIEWER", "AGENCY_CONTRIBUTOR", "AGENCY_LEAD", "INTEGRATOR"].flatMap((role) =>
    CLOSER.map((closer): Standing => ({ name: role, holding: holding(role), relations: ["PARTNER", ...closer] })),
  ),
  ...["PARTNERSHIP_OFFICER", "PARTNERSHIP_CHAIR", "INSPECTOR"].flatMap((role) =>
    CLOSER.slice(0, 4).map((closer): Standing => ({
      name: role,
      holding: holding(role),
      relations: ["OVERSIGHT", ...closer],
    })),
  ),
  { name: "SCRUTINY_MEMBER", holding: holding("SCRUTINY_MEMBER"), relations: ["NONE"] },
  {
    name: "PLATFORM_ADMIN",
    holding: { ...holding("PLATFORM_ADMIN"), partnership: null, agency: null, names: [] },
    relations: ["NONE"],
  },
  { name: "of another partnership", holding: { ...holding("AGENCY_LEAD"), partnership: BEXTON }, relations: ["NONE"] },
  {
    name: "an officer who is cut down as a token is",
    holding: holding("PARTNERSHIP_OFFICER", "PARTNERSHIP_OFFICER", ["READ_PLAN", "READ_REPORTING", "WRITE_REPORTING"]),
    relations: ["OVERSIGHT"],
  },
  { name: "INTEGRATOR for officer", holding: holding("INTEGRATOR", "PARTNERSHIP_OFFICER"), relations: ["OVERSIGHT"] },
  { name: "INTEGRATOR for scrutiny", holding: holding("INTEGRATOR", "SCRUTINY_MEMBER"), relations: ["NONE"] },
  ...[
    null,
    ["READ_PLAN", "READ_REPORTING", "WRITE_REPORTING"],
    ["READ_PLAN", "WRITE_REPORTING"],
    ["READ_PLAN", "READ_REPORTING"],
    ["READ_REPORTING", "WRITE_REPORTING"],
    ["READ_PLAN"],
  ].flatMap((scopes) =>
    CLOSER.slice(0, 4).map((closer): Standing => ({
      name: "INTEGRATOR for contributor",
      holding: holding("INTEGRATOR", "AGENCY_CONTRIBUTOR", scopes),
      relations: ["PARTNER", ...closer],
    })),
  ),
];

const ROLES = new Map<string, Role>(Object.values(Role).map((role) => [role, role]));
const roleNamed = (name: string): Role => {
  const found = ROLES.get(name);
  if (!found) throw new Error(`there is no role ${name}`);
  return found;
};

/** The same somebody as the service knows them. */
export const serviceActor = ({ holding: held }: Standing, grants: readonly Row[]): ServiceActor =>
  serviceActorOf([held], grants, () => [held.id]);

const membershipOf = (held: Holding): HeldMembership => ({
  id: held.id,
  partnership: held.partnership,
  agency: held.agency,
  sector: held.sector,
  role: roleNamed(held.role),
  actsFor: held.acting === held.role ? null : roleNamed(held.acting),
  scopes: held.scopes as HeldMembership["scopes"],
  agencies: [...held.names],
});

/** Somebody with several memberships as the service knows them, and through which of them each grant comes. */
export function serviceActorOf(
  held: readonly Holding[],
  grants: readonly Row[],
  through: (grant: Row) => readonly string[],
): ServiceActor {
  return {
    person: "p",
    label: null,
    memberships: held.map(membershipOf),
    grants: grants.map((row, index): HeldGrant => ({
      id: String(index),
      partnership: String(row.partnership_id),
      type: String(row.type),
      field: String(row.field),
      operation: row.operation as HeldGrant["operation"],
      effect: row.effect as HeldGrant["effect"],
      relation: row.relation as HeldGrant["relation"],
      reason: "",
      expiresOn: null,
      grantedAt: "2000-01-01T00:00:00Z",
      endedAt: null,
      memberships: through(row),
    })),
    endedDenials: [],
    scopes: (held.find(({ scopes }) => scopes)?.scopes ?? null) as ServiceActor["scopes"],
    token: null,
  };
}

/** What the reading calls the same relations: PARTNER and NONE only where nothing is closer. */
export const near = (relations: readonly Relation[]): readonly Relation[] => {
  const closer = relations.filter((one) => one !== "PARTNER" && one !== "NONE");
  return closer.length > 0 ? closer : relations;
};

/** Writing is about an action: the author of an update may be no more than a partner to that. */
const toAnAction = (relations: readonly Relation[]): readonly Relation[] => [
  ...near(relations.filter((one) => one !== "AUTHOR")),
  ...relations.filter((one) => one === "AUTHOR"),
];

const personOf = ({ holding: held }: Standing): Who => ({ person: "p", holdings: [held], scopes: held.scopes });

/** Fields with what is denied or allowed of them and of whatever gives them away. */
export function readCases(schema: GraphQLSchema): { type: string; field: string; tier: string }[] {
  const published = objectTypes(schema).flatMap((type) =>
    Object.values(type.getFields()).map((field) => ({
      type: type.name,
      field: field.name,
      tier: printedTier(type.name, field),
    })),
  );
  // what gives another field away, as it would be read were it the owner's alone
  const narrower = published
    .filter(({ type, field }) => Object.values(GIVEN_AWAY_BY).some((hidden) => hidden.includes(`${type}.${field}`)))
    .map((one) => ({ ...one, tier: "OWNER" }));
  return [...published, ...narrower];
}

const RELATIONS: readonly (string | null)[] = [null, "LEAD", "CONTRIBUTOR", "AUTHOR", "PARTY", "PARTNER"];
const grantOn = (name: string, effect: string, relation: string | null, more: Row = {}): Row => {
  const [type = "", field = ""] = name.split(".");
  return { partnership_id: ASHBY, type, field, operation: "READ", effect, relation, ...more };
};

/** Grants that could bear on a field, one at a time and in pairs. */
function* grantsAround(name: string): Generator<Row[]> {
  yield [];
  const denied = Object.entries(GIVEN_AWAY_BY).flatMap(([from, hidden]) => (hidden.includes(name) ? [from] : []));
  for (const effect of ["ALLOW", "DENY"]) {
    for (const relation of RELATIONS) {
      const own = grantOn(name, effect, relation);
      yield [own];
      yield [own, grantOn(name, effect === "ALLOW" ? "DENY" : "ALLOW", relation === null ? "LEAD" : null)];
      yield [{ ...own, operation: "WRITE" }];
      yield [{ ...own, partnership_id: BEXTON }];
      for (const from of denied) yield [grantOn(from, effect, relation)];
    }
  }
  yield [grantOn(name.replace(/\.\w+$/, ".somethingElse"), "DENY", null)];
}

/**
 * What the plain reading says of a field in a standing, or null where no row of it is weighed so. Row by row somebody is
 * what the row is to them: that people are administered is decided for all of them, and nobody holds grants where they are
 * nothing.
 */
export function readingOf(
  standing: Standing,
  field: { type: string; field: string; tier: string },
  grants: readonly Row[],
  forAllRows: boolean,
): boolean | null {
  const plain = near(standing.relations);
  const administered = administering(personOf(standing), field, plain);
  if (!forAllRows && plain.includes("NONE") && administered !== plain) return null;
  return mayReadField(grants, forAllRows ? administered : plain, field, ASHBY);
}

/** Reading: the service's verdict on every field, in every standing, under every grant that could bear on it. */
export function probeReading(
  { decide, decideForAll, grantsOn }: PolicyModule,
  schema: GraphQLSchema,
  tally: Tally,
  concerns: (field: string) => boolean = () => true,
): void {
  for (const one of readCases(schema)) {
    if (!concerns(`${one.type}.${one.field}`)) continue;
    const policy = one as Parameters<typeof decide>[0];
    for (const grants of grantsAround(`${one.type}.${one.field}`))
      for (const standing of STANDINGS) {
        const actor = serviceActor(standing, grants);
        const about = () =>
          `${standing.name} being ${standing.relations.join(", ")}: ${one.type}.${one.field} (${one.tier}) under ${JSON.stringify(grants)}`;
        const all = decideForAll(actor, ASHBY, policy);
        const expected = readingOf(standing, one, grants, all !== null);
        if (expected === null) continue;
        if (all) tally.hold("READ decided for all rows", all.allowed === expected, about);
        else
          tally.hold(
            "READ decided for a row",
            decide(policy, grantsOn(actor, ASHBY, policy), standing.relations).allowed === expected,
            about,
          );
      }
  }
}

const action = (status: string | null, kind: string): Row => ({
  id: "action",
  partnership_id: ASHBY,
  status,
  by_when_kind: kind,
});

/** Writing: each field that something writes, and what `viewerCan` says of an action in each state. */
export function probeWriting({ decideWrite, actionAbilities }: AbilitiesModule, tally: Tally): void {
  for (const name of WRITABLE)
    for (const standing of STANDINGS)
      for (const grants of [
        [],
        ...RELATIONS.flatMap((relation) =>
          ["ALLOW", "DENY"].flatMap((effect) => {
            const own = grantOn(name, effect, relation, { operation: "WRITE" });
            return [
              [own],
              [own, { ...own, effect: effect === "ALLOW" ? "DENY" : "ALLOW", relation: null }],
              [{ ...own, operation: "READ" }],
              [{ ...own, partnership_id: BEXTON }],
              [{ ...own, field: "somethingElse" }],
              [own, grantOn("Rating.value", "DENY", relation, { operation: "WRITE" })],
            ];
          }),
        ),
      ]) {
        const who = personOf(standing);
        const actor = serviceActor(standing, grants);
        const expected = mayWriteField(who, grants, toAnAction(standing.relations), name, ASHBY);
        const about = () =>
          `${standing.name} being ${standing.relations.join(", ")}: ${name} under ${JSON.stringify(grants)}`;
        tally.hold("WRITE decided", decideWrite(actor, ASHBY, name, standing.relations).allowed === expected, about);
      }
  for (const standing of STANDINGS.filter(({ holding: held }) => held.partnership === ASHBY))
    for (const status of [null, "NOT_STARTED", "COMPLETED", "SIGNED_OFF", "SUPERSEDED"])
      for (const kind of ["DUE", "RANGE", "ONGOING", "RECURRING", "UNKNOWN"]) {
        const closed = status === "SIGNED_OFF" || status === "SUPERSEDED";
        const dated = kind === "DUE" || kind === "RANGE";
        const row = action(status, kind);
        // the reading finds relations in facts: these say what the standing says
        const facts = factsSaying(standing);
        const expected = abilitiesOn(facts, personOf(standing), row);
        const told = actionAbilities(
          { actor: serviceActor(standing, []), partnershipId: ASHBY, relations: standing.relations },
          { closed, dated },
        );
        if (standing.relations.some((one) => one === "AUTHOR" || one === "PARTY")) continue;
        tally.same(
          "WRITE by viewerCan",
          sortedKeys(expected),
          sortedKeys(told),
          () => `${standing.name} being ${standing.relations.join(", ")}, ${status ?? "no status"}, ${kind}`,
        );
      }
}

const sortedKeys = (one: object) => Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1));

function factsSaying({ relations }: Standing): Facts {
  const named = relations.includes("LEAD") ? "LEAD" : relations.includes("CONTRIBUTOR") ? "CONTRIBUTOR" : null;
  return {
    now: new Date(0),
    tables: {
      assignment: named ? [{ action_id: "action", agency_id: "a", role: named, position: 1 }] : [],
      field_grant: [],
    },
  };
}

/** Scopes: whether each field of each type may be asked for, by each way of asking, with each scope missing and with none. */
export function probeRequiredScopes({ requireScopes }: ScopesModule, schema: GraphQLSchema, tally: Tally): void {
  const every = ["READ_PLAN", "READ_REPORTING", "READ_INDICATORS", "WRITE_REPORTING"];
  const types = objectTypes(schema).filter(({ name }) => name !== "Query" && name !== "Mutation");
  // a root for each type, so that each stands by itself and not behind the type that holds it
  const extended = extendSchema(
    schema,
    parse(`extend type Query { ${types.map(({ name }) => `proofOf${name}: ${name}`).join(" ")} }`),
    { assumeValid: true },
  );
  for (const type of types)
    for (const field of Object.values(type.getFields())) {
      if (needsArguments(field)) continue;
      const gives = getNamedType(field.type);
      const asked = isLeafType(gives) ? field.name : `${field.name} { __typename }`;
      const needed = scopesFor(type.name, field.name, gives.name);
      const documents = [`{ proofOf${type.name} { ${asked} } }`];
      if (isNode(type))
        documents.push(
          `{ node(id: "x") { ... on ${type.name} { ${asked} } } }`,
          `query Asked { node(id: "x") { ...Named } } fragment Named on ${type.name} { ${asked} }`,
        );
      for (const text of documents)
        for (const missing of [...every, null]) {
          const document = parse(text);
          const operation = document.definitions.find(
            (one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION,
          );
          if (!operation) continue;
          const scopes = every.filter((scope) => scope !== missing);
          const standing: Standing = {
            name: "token",
            holding: holding("INTEGRATOR", "INTEGRATOR", scopes),
            relations: ["PARTNER"],
          };
          let refused = false;
          try {
            requireScopes(serviceActor(standing, []), extended, document, operation, {});
          } catch {
            refused = true;
          }
          const expected = needed.includes(A_PERSON) || (missing !== null && needed.includes(missing));
          tally.hold("scope required", refused === expected, () => `${text} without ${missing ?? "nothing"}`);
        }
    }
}
