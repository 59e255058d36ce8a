import { type TextMutant } from "./mutated";

export const POLICY = "src/domains/access/policy.ts";
const ABILITIES = "src/domains/access/abilities.ts";
export const REVEALING = "src/domains/access/revealing.ts";
const SCOPES = "src/domains/access/scopes.ts";
const RULES = "src/domains/access/shield.ts";

/** Every line of the precedence of tiers and grants, taken out or turned round. */
export const POLICY_MUTANTS: readonly TextMutant[] = [
  {
    file: POLICY,
    name: "DENY is ignored",
    from: 'if (deny) return { allowed: false, relation, kind: "GRANT", grant: deny };',
    to: "",
  },
  {
    file: POLICY,
    name: "ALLOW opens an author's draft",
    from: 'policy.tier === "AUTHOR_DRAFT" ? undefined : ',
    to: "",
  },
  { file: POLICY, name: "ALLOW is ignored", from: "if (allow) return", to: "if (false) return" },
  { file: POLICY, name: "the tier is ignored", from: "if (mayRead(policy.tier, near)) {", to: "if (false) {" },
  { file: POLICY, name: "a grant of WRITE opens reading", from: 'grant.operation === "READ" &&', to: "" },
  {
    file: POLICY,
    name: "a grant of another partnership counts",
    from: "grant.partnership === partnershipId &&",
    to: "",
  },
  {
    file: POLICY,
    name: "a grant of another field counts",
    from: "(grant.type === type && grant.field === field)",
    to: "grant.type === type",
  },
  {
    file: POLICY,
    name: "what gives a denied field away stays",
    from: '(grant.effect === "DENY" && revealed.has(`${grant.type}.${grant.field}`))',
    to: "false",
  },
  {
    file: POLICY,
    name: "an ALLOW opens what gives the field away",
    from: '(grant.effect === "DENY" && revealed.has(`${grant.type}.${grant.field}`))',
    to: "revealed.has(`${grant.type}.${grant.field}`)",
  },
  {
    file: POLICY,
    name: "a grant narrowed by a relation bears on all",
    from: "grant.relation === null || (grant",
    to: "true || (grant",
  },
  {
    file: POLICY,
    name: "a narrowed denial of another type's field does not hold",
    from: '(grant.effect === "DENY" && grant.type !== type) || ',
    to: "",
  },
  {
    file: POLICY,
    name: "a grant narrowed by a relation bears on nobody",
    from: "|| relations.includes(grant.relation);",
    to: ";",
  },
  {
    file: POLICY,
    name: "a lead is a partner too",
    from: 'return closer ? relations.filter((relation) => relation !== "PARTNER" && relation !== "NONE") : relations;',
    to: "return relations;",
  },
  {
    file: POLICY,
    name: "a narrowed grant is decided for all rows at once",
    from: "if (grants.some(({ relation }) => relation !== null)) return null;",
    to: "",
  },
  {
    file: POLICY,
    name: "grants bear on somebody who is no member",
    from: 'base === "NONE" ? [] : grantsOn(actor, partnershipId, policy)',
    to: "grantsOn(actor, partnershipId, policy)",
    at: 0,
  },
  {
    file: POLICY,
    name: "PUBLIC is not for the public",
    from: '"OVERSIGHT", "NONE"],\n  PARTNERSHIP',
    to: '"OVERSIGHT"],\n  PARTNERSHIP',
  },
  {
    file: POLICY,
    name: "PARTNERSHIP is for the public",
    from: 'PARTNERSHIP: ["LEAD",',
    to: 'PARTNERSHIP: ["NONE", "LEAD",',
  },
  { file: POLICY, name: "PARTIES is for partners", from: 'PARTIES: ["LEAD",', to: 'PARTIES: ["PARTNER", "LEAD",' },
  {
    file: POLICY,
    name: "PARTIES is not for contributors",
    from: 'PARTIES: ["LEAD", "CONTRIBUTOR",',
    to: 'PARTIES: ["LEAD",',
  },
  {
    file: POLICY,
    name: "PARTIES is not for parties",
    from: 'PARTIES: ["LEAD", "CONTRIBUTOR", "AUTHOR", "PARTY",',
    to: 'PARTIES: ["LEAD", "CONTRIBUTOR", "AUTHOR",',
  },
  { file: POLICY, name: "OWNER is for contributors", from: 'OWNER: ["LEAD",', to: 'OWNER: ["CONTRIBUTOR", "LEAD",' },
  { file: POLICY, name: "OWNER is not for the lead", from: 'OWNER: ["LEAD",', to: "OWNER: [" },
  {
    file: POLICY,
    name: "OWNER is not for oversight",
    from: 'OWNER: ["LEAD", "AUTHOR", "OVERSIGHT"]',
    to: 'OWNER: ["LEAD", "AUTHOR"]',
  },
  {
    file: POLICY,
    name: "OVERSIGHT is for the lead",
    from: 'OVERSIGHT: ["OVERSIGHT"]',
    to: 'OVERSIGHT: ["OVERSIGHT", "LEAD"]',
  },
  {
    file: POLICY,
    name: "a draft is oversight's too",
    from: 'AUTHOR_DRAFT: ["AUTHOR"]',
    to: 'AUTHOR_DRAFT: ["AUTHOR", "OVERSIGHT"]',
  },
  {
    file: POLICY,
    name: "a draft is the lead's too",
    from: 'AUTHOR_DRAFT: ["AUTHOR"]',
    to: 'AUTHOR_DRAFT: ["AUTHOR", "LEAD"]',
  },
];

export const ABILITY_MUTANTS: readonly TextMutant[] = [
  {
    file: ABILITIES,
    name: "DENY of writing is ignored",
    from: 'if (deny) return { allowed: false, relation, kind: "GRANT", grant: deny };',
    to: "",
  },
  {
    file: ABILITIES,
    name: "ALLOW of writing is ignored",
    from: "if (allow && AGENCY_WRITERS",
    to: "if (false && AGENCY_WRITERS",
  },
  {
    file: ABILITIES,
    name: "ALLOW of writing makes a writer of a reader",
    from: "if (allow && AGENCY_WRITERS.some((role) => roles.has(role)))",
    to: "if (allow)",
  },
  {
    file: ABILITIES,
    name: "roles do not write",
    from: 'if (found) return { allowed: true, relation, kind: "ROLE", grant: null };',
    to: "",
  },
  {
    file: ABILITIES,
    name: "scopes do not cut writing down",
    from: 'if (scope) return { allowed: false, relation, kind: "SCOPE", grant: null, scope };',
    to: "",
  },
  {
    file: ABILITIES,
    name: "WRITE_REPORTING writes everything",
    from: 'if (actor.scopes && !drafting) return { allowed: false, relation, kind: "ROLE", grant: null };',
    to: "",
  },
  {
    file: ABILITIES,
    name: "a token writes all that the role it acts for does",
    from: "drafting ? rolesIn(actor, partnershipId) : itself",
    to: "rolesIn(actor, partnershipId)",
  },
  {
    file: ABILITIES,
    name: "a token drafts for no role",
    from: "drafting ? rolesIn(actor, partnershipId) : itself",
    to: "itself",
  },
  {
    file: ABILITIES,
    name: "a rationale needs no rating",
    from: "if (first && !first.allowed) return first;",
    to: "",
  },
  { file: ABILITIES, name: "a grant of READ lets write", from: 'grant.operation === "WRITE" &&', to: "" },
  {
    file: ABILITIES,
    name: "a grant of another partnership lets write",
    from: "grant.partnership === partnershipId &&",
    to: "",
  },
  {
    file: ABILITIES,
    name: "a grant of another field lets write",
    from: "`${grant.type}.${grant.field}` === typeAndField &&",
    to: "",
  },
  {
    file: ABILITIES,
    name: "a narrowed grant of writing bears on all",
    from: "(grant.relation === null || (relations",
    to: "(true || (relations",
  },
  {
    file: ABILITIES,
    name: "a lead is a partner when writing",
    from: ' && !(grant.relation === "PARTNER" && closer)',
    to: "",
  },
  {
    file: ABILITIES,
    name: "a viewer drafts",
    from: 'relation: "LEAD", roles: [Role.AGENCY_CONTRIBUTOR,',
    to: 'relation: "LEAD", roles: [Role.AGENCY_VIEWER, Role.AGENCY_CONTRIBUTOR,',
  },
  {
    file: ABILITIES,
    name: "a partner drafts",
    from: 'relation: "CONTRIBUTOR", roles',
    to: 'relation: "PARTNER", roles',
  },
  {
    file: ABILITIES,
    name: "a contributor rates",
    from: '{ relation: "LEAD", roles: [Role.AGENCY_LEAD] }, OFFICER],\n    fields: ["Rating',
    to: '{ relation: "LEAD", roles: [Role.AGENCY_CONTRIBUTOR, Role.AGENCY_LEAD] }, OFFICER],\n    fields: ["Rating',
  },
  {
    file: ABILITIES,
    name: "a chair is an officer",
    from: "roles: [Role.PARTNERSHIP_OFFICER] } as const",
    to: "roles: [Role.PARTNERSHIP_OFFICER, Role.PARTNERSHIP_CHAIR] } as const",
  },
  { file: ABILITIES, name: "a closed action is written", from: "!closed && (ability", to: "(ability" },
  { file: ABILITIES, name: "an undated action is moved", from: ' && (ability !== "moveDate" || dated)', to: "" },
  {
    file: ABILITIES,
    name: "anybody asks for a date to be moved",
    from: 'relations.includes("LEAD") && holds',
    to: "holds",
  },
  { file: ABILITIES, name: "anybody of the lead agency asks", from: " && holds(Role.AGENCY_LEAD),", to: "," },
];

export const SCOPE_MUTANTS: readonly TextMutant[] = [
  {
    file: SCOPES,
    name: "the type that a field is on needs no scope",
    from: "require(SCOPE_OF_TYPE[parent], name);",
    to: "",
  },
  { file: SCOPES, name: "fields need no scope of their own", from: "require(SCOPE_OF_FIELD[name], name);", to: "" },
  { file: SCOPES, name: "no scope is ever missing", from: "if (scope && !scopes.includes(scope))", to: "if (false)" },
];

export const RULE_MUTANTS: readonly TextMutant[] = [
  {
    file: RULES,
    name: "a mutation that nothing rules is open",
    from: '{ "*": nobody, ...tree.Mutation }',
    to: "{ ...tree.Mutation }",
  },
  { file: RULES, name: "a rule that throws lets by", from: "        return false;\n", to: "        return true;\n" },
  {
    file: RULES,
    name: "what is withheld is not told",
    from: "if (!allowed) context.withhold(policy, grant);",
    to: "",
  },
  {
    file: RULES,
    name: "a public field is never guarded",
    from: 'tier === "PUBLIC" && grants.length === 0 && endedDenials.length === 0',
    to: "true",
  },
  {
    file: RULES,
    name: "rules find no relations",
    from: "if (find) {\n    const found",
    to: "if (false) {\n    const found",
  },
  {
    file: RULES,
    name: "a narrowed denial bears on nobody where no relations are found",
    from: "withoutParties(grantsOn(actor, row.partnershipId, policy))",
    to: "grantsOn(actor, row.partnershipId, policy)",
  },
  {
    file: RULES,
    name: "what was decided of one row counts for rows to which the caller is something else",
    from: "context.settled(policy, `${partnershipId} ${relations.join()}`, () =>",
    to: "context.settled(policy, partnershipId, () =>",
  },
  {
    file: RULES,
    name: "a refusal that was decided already is passed over",
    from: "return noted(policy, verdict, context) ? inner(parent, args, context, info) : null;",
    to: "return inner(parent, args, context, info);",
  },
  {
    file: RULES,
    name: "what answers without a resolver passes a refusal over",
    from: "return verdict instanceof Promise ? null : noted(policy, verdict, context);",
    to: "return verdict instanceof Promise ? null : true;",
  },
];
