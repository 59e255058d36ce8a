import { type GraphQLFieldResolver, type GraphQLSchema, isObjectType } from "graphql";
import type { RequestContext } from "../request-context";
import { propertyOf, readingOf } from "./declare";
import { readLater } from "./late";

type Resolver = GraphQLFieldResolver<Record<string, unknown> & { id: string }, RequestContext, Record<string, unknown>>;

/** What the row has already, at once; what it was read without, by a statement of its own. */
const atHand =
  (field: string): Resolver =>
  (row, args, context, info) => {
    const property = propertyOf(field, args);
    const value = row[property];
    return value === undefined
      ? readLater(context, info, row.id, property).then((found) => found?.[property] ?? null)
      : value;
  };

const derived =
  (needs: readonly string[], of: (row: never, context: RequestContext) => unknown): Resolver =>
  (row, _args, context, info) =>
    needs.every((property) => row[property] !== undefined)
      ? of(row as never, context)
      : readLater(context, info, row.id, info.fieldName).then(
          (found) => found && of({ ...row, ...found } as never, context),
        );

/** Gives each field that says how it is read the resolver that follows from it: no promise where the value is at hand. */
export function resolveReads(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const reading = readingOf(field.extensions);
      if (!reading) continue;
      if (!("needs" in reading)) field.resolve = atHand(field.name) as typeof field.resolve;
      else if (reading.of) field.resolve = derived(reading.needs, reading.of) as typeof field.resolve;
    }
  }
}
