import { Extensions, Field, registerEnumType } from "type-graphql";

/**
 * Sensitivity of a field, from widest to narrowest readership (design: "Who may see and do what").
 * Every field of every type carries one; `test/permissions/coverage.test.ts` fails for a field that has none.
 */
export const TIERS = ["PUBLIC", "PARTNERSHIP", "PARTIES", "OWNER", "OVERSIGHT", "AUTHOR_DRAFT"] as const;
export type Tier = (typeof TIERS)[number];

/** Who reads a field of each tier, in words for the schema. */
export const TIER_MEANINGS: Record<Tier, string> = {
  PUBLIC: "Anyone, once the row is published",
  PARTNERSHIP: "Every agency of the partnership",
  PARTIES: "Lead, contributors, author, parties and oversight",
  OWNER: "Lead or author agency, and oversight",
  OVERSIGHT: "Officers, chair and inspectors",
  AUTHOR_DRAFT: "The authoring agency alone, until submitted",
};

/** The tiers as a GraphQL enum: what `@access(tier:)` takes, and what explanations of access name. */
export const TierEnum = Object.fromEntries(TIERS.map((tier) => [tier, tier])) as Record<Tier, Tier>;
registerEnumType(TierEnum, {
  name: "AccessTier",
  description: "Sensitivity of a field, from widest to narrowest readership",
  valuesConfig: Object.fromEntries(TIERS.map((tier) => [tier, { description: TIER_MEANINGS[tier] }])),
});

export interface ExposedOptions {
  /** May be null even to those who may read it. A field above `PUBLIC` is always nullable: withheld reads as null. */
  nullable?: boolean;
  /** List items are never null; the list itself is null only where `nullable` or the tier says so. */
  list?: boolean;
}

/** Where graphql-tools' printer looks for directives: `@access(tier: …)` in `schema.graphql` comes from here. */
const accessExtension = (tier: Tier) => ({ directives: { access: { tier } } });

/** The tier that a field was declared with, or undefined. Reads the extension written by `Exposed` and `access`. */
export function tierOf(extensions: Readonly<Record<string, unknown>> | null | undefined): Tier | undefined {
  const directives = extensions?.directives as { access?: { tier?: Tier } } | undefined;
  return directives?.access?.tier;
}

/** Whether a field is a property of its object and nothing else: what it resolves to is what stands there. */
export const isPlain = (extensions: Readonly<Record<string, unknown>>): boolean => extensions.plain === true;

/** Classes a resolver method (a query, a mutation or a field resolver) that declares its own `@Field`-like decorator. */
export const Access = (tier: Tier) => Extensions(accessExtension(tier));

/**
 * A column or property that the API shows: GraphQL type, tier and description in one line, so that no field can be
 * exposed without saying who may read it.
 */
export function Exposed(
  tier: Tier,
  type: () => unknown,
  description: string,
  options: ExposedOptions = {},
): PropertyDecorator {
  const nullable = options.nullable === true || tier !== "PUBLIC";
  return (target, property) => {
    const returns = options.list ? () => [type()] : type;
    Field(returns as Parameters<typeof Field>[0], { description, nullable, simple: true })(target, property as string);
    Extensions({ ...accessExtension(tier), plain: true })(target, property as string);
  };
}
