import { type DocumentNode, GraphQLError, Lexer, parse, Source, TokenKind } from "graphql";
import { DomainError } from "../../errors/index";
import { measure, type Measures } from "./measure";
import { measureVariables, type VariableMeasures } from "./variables";

/**
 * The most that one operation may be. What each number stands on is told in docs/decisions/0010-limits.md: the contract's
 * operations need half of each at most, and the introspection query of GraphiQL fits.
 */
export const QUERY_LIMITS = {
  /** Characters of the query's text, so that counting its tokens is cheap. */
  characters: 100_000,
  tokens: 2_000,
  depth: 16,
  introspectionDepth: 24,
  introspections: 5,
  rootFields: 20,
  fields: 500,
  aliases: 30,
  directives: 50,
  totals: 30,
  variableDepth: 10,
  longestList: 1_000,
  variableValues: 10_000,
} as const;
type Limit = keyof typeof QUERY_LIMITS;

/** What each limit counts, and what to do about it. */
const TOLD: Record<Limit, [what: string, advice: string]> = {
  characters: ["characters of query text", "Send long values as variables."],
  tokens: ["tokens of query text", "Ask in several queries, and send values as variables."],
  depth: ["levels of fields within fields", "Ask for what lies deeper in a query of its own, by id."],
  introspectionDepth: ["levels within __schema or __type", "Use the introspection query of the GraphQL library."],
  introspections: ["times __schema or __type", "One introspection query gives the whole schema."],
  rootFields: ["fields at the operation's own level", "Ask in several queries."],
  fields: ["fields", "A fragment counts each time that it is spread. Ask in several queries."],
  aliases: ["aliases", "A fragment counts each time that it is spread. Ask in several queries, or filter."],
  directives: ["directives", "A fragment counts each time that it is spread. Leave out what is not needed."],
  totals: ["counted lists (`totalCount`)", "Ask for totals in several queries."],
  variableDepth: ["levels of objects and lists in the variables", "Nest the variables less."],
  longestList: ["values in one list of the variables", "Send the list in several requests."],
  variableValues: ["values in the variables", "Send them in several requests."],
};

/** An operation is larger than a limit allows; nothing of it was run. */
export class QueryLimitError extends DomainError {
  constructor(limit: Limit, found: number) {
    const [what, advice] = TOLD[limit];
    const most = QUERY_LIMITS[limit].toLocaleString("en");
    const told = found > 1_000_000 ? "more than 1,000,000" : found.toLocaleString("en");
    super("COST_LIMIT_EXCEEDED", `At most ${most} ${what} are allowed, and this has ${told}. ${advice}`);
  }
}

function demand(measured: Partial<Record<Limit, number>>): void {
  for (const [limit, found] of Object.entries(measured) as [Limit, number][])
    if (found > QUERY_LIMITS[limit]) throw new QueryLimitError(limit, found);
}

/** Tokens of a text, exactly; null where it is no GraphQL, which the parser is to say. */
function tokensOf(text: string): number | null {
  const lexer = new Lexer(new Source(text));
  let count = 0;
  try {
    while (lexer.advance().kind !== TokenKind.EOF) count += 1;
    return count;
  } catch (error) {
    if (error instanceof GraphQLError) return count > QUERY_LIMITS.tokens ? count : null;
    throw error;
  }
}

/** Texts that passed, with whether they introspect; most callers send few different ones. */
const passed = new Map<string, { introspects: boolean }>();
const MOST_KEPT = 300;
const LONGEST_KEPT = 10_000;

/**
 * Holds an operation's text to the limits before it is validated, since validating takes longest for what is made to be
 * too large. Says whether it asks for the schema; null for a text that is no GraphQL: the parser answers that.
 *
 * @throws {QueryLimitError} naming the limit, what was found and what to do.
 */
export function limitQuery(text: string): { introspects: boolean } | null {
  const known = passed.get(text);
  if (known) return known;
  demand({ characters: text.length });
  // a token has a character at least
  if (text.length > QUERY_LIMITS.tokens) {
    const tokens = tokensOf(text);
    if (tokens === null) return null;
    demand({ tokens });
  }
  const document = parsed(text);
  if (!document) return null;
  let introspects = false;
  for (const measures of measure(document)) {
    demand(measures satisfies Measures);
    introspects ||= measures.introspections > 0;
  }
  const verdict = { introspects };
  if (text.length <= LONGEST_KEPT) {
    const [oldest] = passed.keys();
    if (passed.size >= MOST_KEPT && oldest !== undefined) passed.delete(oldest);
    passed.set(text, verdict);
  }
  return verdict;
}

function parsed(text: string): DocumentNode | null {
  try {
    return parse(text, { noLocation: true, maxTokens: QUERY_LIMITS.tokens });
  } catch {
    return null;
  }
}

/** Holds a request's variables to the limits. @throws {QueryLimitError} */
export function limitVariables(variables: unknown): void {
  const { variableDepth, longestList, variableValues } = QUERY_LIMITS;
  demand(measureVariables(variables, { variableDepth, longestList, variableValues } satisfies VariableMeasures));
}
