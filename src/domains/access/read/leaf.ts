import {
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  type GraphQLLeafType,
  GraphQLString,
  isEnumType,
} from "graphql";

/** The answer cannot be written from what was read alone: it is for resolvers to make, or to say what is wrong. */
export class NotWrittenError extends Error {
  /** @param always whether that is so of the operation, whatever is asked with it and whoever asks */
  constructor(readonly always: boolean) {
    super("the answer is not written from what was read");
  }
}

/** Gives the JSON of a value, or of a field of an object. */
export type WriteValue = (value: unknown) => string;

/** For whoever cannot write this answer, though they might another to the same operation. */
export const otherwise = (): NotWrittenError => new NotWrittenError(false);

const LARGEST_INT = 2_147_483_647;

/** What JSON writes otherwise than as it stands: quotes, backslashes, controls, and halves of a pair of surrogates. */

const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;
const quoted = (text: string): string => (ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`);

/** JSON of a leaf that is not null, as its type serialises it. */
export function leaf(type: GraphQLLeafType): WriteValue {
  if (isEnumType(type)) {
    const texts = new Map(type.getValues().map(({ name, value }) => [value as unknown, `"${name}"`]));
    return (value) => {
      const text = texts.get(value);
      if (text === undefined) throw otherwise();
      return text;
    };
  }
  if (type === GraphQLString || type === GraphQLID)
    return (value) => {
      if (typeof value !== "string") throw otherwise();
      return quoted(value);
    };
  if (type === GraphQLBoolean)
    return (value) => {
      if (typeof value !== "boolean") throw otherwise();
      return value ? "true" : "false";
    };
  if (type === GraphQLInt)
    return (value) => {
      if (!Number.isInteger(value) || Math.abs(value as number) > LARGEST_INT) throw otherwise();
      return String(value);
    };
  if (type === GraphQLFloat)
    return (value) => {
      if (typeof value !== "number" || !Number.isFinite(value)) throw otherwise();
      return String(value);
    };
  return (value) => {
    const given = type.serialize(value);
    return typeof given === "string" ? quoted(given) : JSON.stringify(given);
  };
}
