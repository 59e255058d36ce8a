import { GraphQLError, GraphQLScalarType, Kind } from "graphql";
import { DateTime } from "luxon";

const refuse = (message: string) => new GraphQLError(message, { extensions: { code: "BAD_USER_INPUT" } });

function toDay(value: unknown): string {
  if (
    typeof value === "string" &&
    /^\d{4}-\d{2}-\d{2}$/.test(value) &&
    // there is no year 0, and the database refuses it
    !value.startsWith("0000") &&
    DateTime.fromISO(value, { zone: "utc" }).isValid
  )
    return value;
  throw refuse("A Date is a calendar day written YYYY-MM-DD, such as 2018-03-31.");
}

function toInstant(value: unknown): Date {
  if (
    typeof value === "string" &&
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/.test(value)
  ) {
    const instant = DateTime.fromISO(value, { setZone: true }).toUTC();
    // the database writes no other years, and an offset may lead out of them
    if (instant.isValid && instant.year >= 1 && instant.year <= 9999) return instant.toJSDate();
  }
  throw refuse("A DateTime is an instant with its offset, such as 2019-01-24T14:00:00Z.");
}

/** An instant as PostgreSQL writes it in JSON, and anything else with more ado. */
function asRead(value: unknown): Date {
  const instant = typeof value === "string" && value.endsWith("+00:00") ? new Date(value) : null;
  return instant && !Number.isNaN(instant.getTime()) ? instant : toInstant(value);
}

/** A calendar day in Europe/London, kept as text from the database to the answer. */
export const DateScalar = new GraphQLScalarType<string, string>({
  name: "Date",
  description: "A calendar day in Europe/London, ISO 8601: 2018-03-31",
  specifiedByURL: "https://scalars.graphql.org/andimarek/local-date",
  serialize: (value) => (typeof value === "string" ? value : toDay(value)),
  parseValue: toDay,
  parseLiteral: (node) => toDay(node.kind === Kind.STRING ? node.value : undefined),
});

/** An instant, answered in UTC. */
export const DateTimeScalar = new GraphQLScalarType<Date, string>({
  name: "DateTime",
  description: "An instant with its offset, ISO 8601, answered in UTC: 2019-01-24T14:00:00.000Z",
  specifiedByURL: "https://scalars.graphql.org/andimarek/date-time",
  serialize: (value) => (value instanceof Date ? value : asRead(value)).toISOString(),
  parseValue: toInstant,
  parseLiteral: (node) => toInstant(node.kind === Kind.STRING ? node.value : undefined),
});
