import { getNamedType, type GraphQLField, type GraphQLSchema, isLeafType, isNonNullType, isObjectType } from "graphql";
import { type Tier, tierOf } from "../../platform/graphql/exposed";
import { abilityWriting, isGrantedToWrite } from "./abilities";
import type { Relation } from "./policy";

/** A field as grants and the published matrix know it. */
export interface CataloguedField {
  type: string;
  field: string;
  tier: Tier;
  /** Whether it is of what partnerships keep, as against ids, pages and answers to mutations. */
  content: boolean;
  /** Whether a grant may open it to those whom its tier does not serve. */
  mayAllow: boolean;
  /** Whether a grant may deny it. */
  mayDeny: boolean;
  /** Whether some ability writes it. */
  writable: boolean;
  /** Whether a grant may let somebody write it, or keep somebody from it. */
  mayWrite: boolean;
}

/** Types that hold what partnerships keep: grants are about their fields and no others. */
const CONTENT = new Set([
  "Action",
  "ActionRatings",
  "AssuranceGroup",
  "DateRevision",
  "Finding",
  "ImportProvenance",
  "Indicator",
  "IndicatorVerdict",
  "Observation",
  "Partnership",
  "PlanTotals",
  "ProgressUpdate",
  "Rating",
]);

/**
 * What somebody can be to a row of a type beyond belonging to its partnership. A type that is not here has no parties. A
 * test holds it to the relation finders in force.
 */
export const RELATIONS_TO: Readonly<Record<string, readonly Relation[]>> = {
  Action: ["LEAD", "CONTRIBUTOR"],
  ActionRatings: ["LEAD", "CONTRIBUTOR"],
  Agency: ["LEAD", "PARTY"],
  Challenge: ["PARTY"],
  ChallengeEvent: ["PARTY"],
  ChallengeNote: ["AUTHOR"],
  Evidence: ["AUTHOR", "LEAD", "CONTRIBUTOR"],
  AgencyOptimism: ["AUTHOR"],
  Contribution: ["LEAD", "CONTRIBUTOR"],
  DateRevision: ["AUTHOR", "LEAD", "CONTRIBUTOR"],
  ImportProvenance: ["LEAD", "CONTRIBUTOR"],
  Invitation: ["LEAD"],
  ProgressUpdate: ["AUTHOR", "LEAD", "CONTRIBUTOR"],
  Rating: ["LEAD", "CONTRIBUTOR"],
  RatingEntry: ["LEAD", "CONTRIBUTOR"],
  RecordOpening: ["AUTHOR"],
  ServiceAccount: ["LEAD"],
  ServiceToken: ["LEAD"],
};

/** What an agency's people can be to a row, strongest first; PARTNER is having nothing closer. Writing is always about an action. */
export const relationsOfAgencies = (type: string, operation: "READ" | "WRITE"): readonly Relation[] => [
  ...(RELATIONS_TO[type] ?? (operation === "WRITE" ? ["LEAD" as const, "CONTRIBUTOR" as const] : [])),
  "PARTNER",
];

/**
 * Public values that follow from others which cannot be withheld: what can be done with an action says its status. And the
 * day of an observation, which is its place in a series: which is newest, and which a span of days holds, tell of it.
 */
const FOLLOWS = new Set(["Action.overdue", "Action.overdueReason", "Action.status", "Observation.asAt"]);

/** Who somebody is, which is for the rows of people to show: no grant opens those, nor is one needed to close them. */
const OF_PEOPLE = new Set(["DateRevision.askedByPost", "DateRevision.decidedByPost"]);

/**
 * Whether a grant may deny a field: content that is above PUBLIC, or a public value that can be null. A public field that
 * cannot be null says what the row is; and a row as such is withheld by row-level security, not by a grant.
 */
export function isDeniable(type: string, field: GraphQLField<unknown, unknown>): boolean {
  const tier = tierOf(field.extensions);
  if (!tier || tier === "AUTHOR_DRAFT" || !CONTENT.has(type)) return false;
  if (FOLLOWS.has(`${type}.${field.name}`) || OF_PEOPLE.has(`${type}.${field.name}`)) return false;
  return tier !== "PUBLIC" || (!isNonNullType(field.type) && isLeafType(getNamedType(field.type)));
}

const catalogues = new WeakMap<GraphQLSchema, CataloguedField[]>();

/** Every field of the schema's object types, operations left out, sorted by type and field. */
export function catalogueOf(schema: GraphQLSchema): CataloguedField[] {
  const known = catalogues.get(schema);
  if (known) return known;
  const operations = [schema.getQueryType(), schema.getMutationType()];
  const fields = Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type) && !type.name.startsWith("__") && !operations.includes(type)
      ? Object.values(type.getFields()).map((field): CataloguedField => {
          const tier = tierOf(field.extensions);
          if (!tier) throw new Error(`${type.name}.${field.name} has no tier: say who may read it.`);
          return {
            type: type.name,
            field: field.name,
            tier,
            content: CONTENT.has(type.name),
            mayAllow:
              CONTENT.has(type.name) &&
              tier !== "PUBLIC" &&
              tier !== "AUTHOR_DRAFT" &&
              !OF_PEOPLE.has(`${type.name}.${field.name}`),
            mayDeny: isDeniable(type.name, field),
            writable: abilityWriting(`${type.name}.${field.name}`) !== undefined,
            mayWrite: isGrantedToWrite(`${type.name}.${field.name}`),
          };
        })
      : [],
  );
  fields.sort((a, b) => (`${a.type}.${a.field}` < `${b.type}.${b.field}` ? -1 : 1));
  catalogues.set(schema, fields);
  return fields;
}

/** The field that a name says: `riskNote` with its type, or `ProgressUpdate.riskNote`. Undefined where there is none. */
export const catalogued = (fields: readonly CataloguedField[], type: string, field: string) =>
  fields.find((one) => one.type === type && one.field === field);

/** Whether a rule stands before the field (see `enforce`): any other is read by everybody who sees its row. */
export const isRuled = ({ tier, mayDeny }: CataloguedField) => tier !== "PUBLIC" || mayDeny;
