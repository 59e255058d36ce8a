import { type GraphQLSchema, isEnumType } from "graphql";
import { TIER_MEANINGS, TIERS } from "../../platform/graphql/exposed";
import {
  ABILITIES,
  ABILITY_POLICY,
  catalogueOf,
  READERS,
  relationsOfAgencies,
  revealedBy,
  SCOPE_OF_FIELD,
  SCOPE_OF_MUTATION,
  SCOPE_OF_TYPE,
} from "../access/index";
import { Role, Scope } from "../identity/index";
import { AGENCY_ROLES, PARTNERSHIP_ROLES } from "./policy-matrix";
import type { RowPolicy } from "./row-policies";

/** What `docs/access-matrix.json` holds: the policy before any grants, read from the code that enforces it. */
export type MatrixDocument = ReturnType<typeof matrixOf>;

/** The values of an enum of the schema with their descriptions. */
function described(schema: GraphQLSchema, name: string): { name: string; meaning: string }[] {
  const type = schema.getType(name);
  if (!isEnumType(type)) throw new Error(`the schema has no enum ${name}`);
  return type.getValues().map((value) => ({ name: value.name, meaning: value.description ?? "" }));
}

const boundTo = (role: string): string => {
  const named = (roles: readonly string[]) => roles.includes(role);
  const agency = named(AGENCY_ROLES);
  const partnership = named(PARTNERSHIP_ROLES);
  if (named([Role.PLATFORM_ADMIN])) return "nothing";
  return agency && partnership ? "an agency or a partnership" : agency ? "an agency" : "a partnership";
};

/** The whole policy as data. Pages, cursors and the edges of lists are left out: they hold nothing of their own. */
export function matrixOf(schema: GraphQLSchema, policies: readonly RowPolicy[]) {
  const fields = catalogueOf(schema)
    .filter(({ type }) => !/(Connection|Edge)$|^PageInfo$/.test(type))
    .map(({ type, field, tier, mayAllow, mayDeny, mayWrite }) => ({
      type,
      field,
      tier,
      readers: [...READERS[tier]],
      grants: { allowRead: mayAllow, denyRead: mayDeny, write: mayWrite },
      relations: [...relationsOfAgencies(type, "READ")],
      givesAway: [...revealedBy(`${type}.${field}`)].sort(),
    }));
  const abilities = ABILITIES.map((ability) => {
    const { by, fields: written, meaning, byRoleAlone } = ABILITY_POLICY[ability];
    return {
      ability,
      meaning,
      by: by.map(({ relation, roles }) => ({ relation, roles: [...roles] })),
      fields: byRoleAlone ? [] : [...written],
    };
  });
  const needing = (scopes: Readonly<Record<string, Scope>>, scope: Scope) =>
    Object.keys(scopes)
      .filter((name) => scopes[name] === scope)
      .sort();
  return {
    roles: described(schema, "Role").map(({ name, meaning }) => ({ role: name, boundTo: boundTo(name), meaning })),
    relations: described(schema, "AccessRelation").map(({ name, meaning }) => ({ relation: name, meaning })),
    tiers: TIERS.map((tier) => ({ tier, meaning: TIER_MEANINGS[tier], readers: [...READERS[tier]] })),
    fields,
    abilities,
    scopes: Object.values(Scope).map((scope) => ({
      scope,
      types: needing(SCOPE_OF_TYPE, scope),
      fields: needing(SCOPE_OF_FIELD, scope),
      mutations: needing(SCOPE_OF_MUTATION, scope),
    })),
    rows: [...policies],
  };
}

const table = (heads: string[], rows: string[][]) =>
  [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
const code = (names: readonly string[]) => (names.length === 0 ? "" : names.map((name) => `\`${name}\``).join(", "));
const yes = (value: boolean) => (value ? "yes" : "");

/** The same for people: what `docs/access-matrix.md` holds. */
export function matrixText(matrix: MatrixDocument): string {
  const types = [...new Set(matrix.fields.map(({ type }) => type))];
  const ofType = (type: string) => {
    const all = matrix.fields.filter((one) => one.type === type);
    const plain = all.filter(({ tier, grants }) => tier === "PUBLIC" && !grants.denyRead && !grants.write);
    const ruled = all.filter((one) => !plain.includes(one));
    const rows = ruled.map(({ field, tier, grants, givesAway }) => [
      `\`${field}\``,
      tier,
      yes(grants.allowRead),
      yes(grants.denyRead),
      yes(grants.write),
      code(givesAway),
    ]);
    return [
      ...(rows.length > 0
        ? [table(["Field", "Tier", "Grant may open", "Grant may close", "Grant of WRITE", "Closed with"], rows)]
        : []),
      ...(plain.length > 0 ? [`Public, and no grant bears: ${code(plain.map(({ field }) => field))}.`] : []),
    ].join("\n\n");
  };
  const narrow = types.filter((type) =>
    matrix.fields.some(
      (one) => one.type === type && (one.tier !== "PUBLIC" || one.grants.denyRead || one.grants.write),
    ),
  );
  return `# Who may see and do what

This is the policy that the service enforces, written out by \`npm run access-matrix\` from the very code that enforces it;
the build fails where the two differ. \`access-matrix.json\` beside it is the same for programs. What a partnership has
granted on top of it is data, and differs from one to another: ask \`accessPolicy\` and \`Partnership.fieldGrants\`. How it
all fits together is told in [access](access.md).

Two fences stand one behind the other. **Rows**: the database itself decides which objects are there at all for whoever
asks. **Fields**: of an object that is there, each field has a tier, and the tier says what one must be to the object to
read it. A field that is withheld reads as null, and the answer says so once.

What no grant can do: open another agency's drafts; open anything to another partnership, to scrutiny or to the public;
show an object that the database withholds; close what is public and says what an object is; make a reader into a writer.
A denial beats everything, the tier included, and closes with it whatever would give the closed field away.

## Roles

${table(
  ["Role", "Bound to", "In short"],
  matrix.roles.map(({ role, boundTo: to, meaning }) => [`\`${role}\``, to, meaning]),
)}

## What one can be to an object

${table(
  ["Relation", "Means"],
  matrix.relations.map(({ relation, meaning }) => [`\`${relation}\``, meaning]),
)}

## Tiers: who reads by default

${table(
  ["Tier", "Read by", ...matrix.relations.map(({ relation }) => relation)],
  matrix.tiers.map(({ tier, meaning, readers }) => [
    tier,
    meaning,
    ...matrix.relations.map(({ relation }) => yes(readers.some((reader) => reader === relation))),
  ]),
)}

## Fields

"Closed with" lists what this field would give away: a grant that denies one of those denies this one too.

${narrow.map((type) => `### ${type}\n\n${ofType(type)}`).join("\n\n")}

### Types all of whose fields are public wherever the object is there

${code(types.filter((type) => !narrow.includes(type)))}.

## Changing things

${table(
  ["Ability", "Means", "Had by", "A grant of WRITE names"],
  matrix.abilities.map(({ ability, meaning, by, fields }) => [
    `\`${ability}\``,
    meaning,
    by.map(({ relation, roles }) => `${relation}: ${code(roles)}`).join("; "),
    code(fields),
  ]),
)}

## Scopes of service accounts

A service account never has more than the role it acts for; its scopes cut that down further.

${table(
  ["Scope", "Needed for types", "Needed for fields and filters", "Needed for mutations"],
  matrix.scopes.map(({ scope, types: of, fields, mutations }) => [
    `\`${scope}\``,
    code(of),
    code(fields),
    code(mutations),
  ]),
)}

## Rows: policies of the database

Every table of a partnership has row-level security, forced on its owner too. The service's role owns nothing and cannot
bypass it. Where a table has several policies for one command, any one of them lets a row through, and each that cuts down
must let it through as well. The conditions are in \`access-matrix.json\`.

${table(
  ["Table", "Read by", "Added by", "Changed by"],
  [...new Set(matrix.rows.map((one) => one.table))].map((name) => [
    `\`${name}\``,
    ...["select", "insert", "update"].map((command) =>
      matrix.rows
        .filter((one) => one.table === name && one.command === command)
        .map(({ policy, restrictive }) => `\`${policy}\`${restrictive ? " (cuts down)" : ""}`)
        .join(", "),
    ),
  ]),
)}
`;
}
