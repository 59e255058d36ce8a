import {
  defaultFieldResolver,
  getNamedType,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLInputObjectType,
  type GraphQLSchema,
  GraphQLString,
  isInputObjectType,
} from "graphql";
import type { RequestContext } from "../access/index";
import { KEY_FIELD, sentKey } from "./idempotency-key";
import { onceOnly } from "./once";

interface Args {
  input: Record<string, unknown>;
}
type Resolver = GraphQLFieldResolver<unknown, RequestContext, Args>;

const DESCRIPTION =
  "Makes the request safe to send again, as the header Idempotency-Key does: with the same key and input it is not done twice, with another input it is a CONFLICT. 1 to 255 visible ASCII characters, new for each thing to be done; holds for 24 hours";

/**
 * Makes every mutation safe to send again: gives each mutation's input its `idempotencyKey`, which no resolver sees, and has
 * the mutation's transaction ask for it. What a resolver has to do for that is to write by one `context.db.write`, whose
 * work gives JSON.
 */
export function makeRepeatable(schema: GraphQLSchema): void {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    addKey(inputOf(field));
    const inner = (field.resolve ?? defaultFieldResolver) as Resolver;
    const repeatable: Resolver = async (parent, args, context, info) => {
      const { [KEY_FIELD]: own, ...input } = args.input;
      const asked = { ...args, input };
      const key = sentKey(context.idempotencyKey, own as string | null | undefined, info);
      context.db.beginMutation(key && onceOnly(key, field.name, asked));
      try {
        return await inner(parent, asked, context, info);
      } finally {
        context.db.endMutation();
      }
    };
    field.resolve = repeatable as typeof field.resolve;
  }
}

function inputOf({ name, args }: GraphQLField<unknown, unknown>): GraphQLInputObjectType {
  const input = args.find((arg) => arg.name === "input");
  const type = input && getNamedType(input.type);
  if (!isInputObjectType(type)) throw new Error(`the mutation ${name} has no input, and so no ${KEY_FIELD}`);
  return type;
}

/** Mutations may share an input. */
function addKey(type: GraphQLInputObjectType): void {
  type.getFields()[KEY_FIELD] ??= {
    name: KEY_FIELD,
    description: DESCRIPTION,
    type: GraphQLString,
    defaultValue: undefined,
    deprecationReason: undefined,
    extensions: {},
    astNode: undefined,
  };
}
