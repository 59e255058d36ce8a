import type { GraphQLResolveInfo } from "graphql";
import { Kind } from "graphql";
import { BadInputError } from "../../platform/errors/index";

/** The field that every mutation's input has. */
export const KEY_FIELD = "idempotencyKey";

/** A key as it was sent: by the header, or in the input. */
export interface SentKey {
  key: string;
  /** Which of the mutations that share the key by the header; empty where there is one, or the input has it. */
  responseName: string;
  /** Path of the input that has it, for telling of it. */
  field?: readonly string[];
}

/** Visible ASCII characters, as a header can carry them. */
const KEY = /^[!-~]{1,255}$/;
const SHAPE = "1 to 255 visible ASCII characters, such as a UUID";

/**
 * The key of a mutation: that of its input, or of the request's header; null where neither has one.
 *
 * @throws {BadInputError} where a key has another shape, or the two differ.
 */
export function sentKey(
  header: string | undefined,
  own: string | null | undefined,
  { operation: { selectionSet }, path }: Pick<GraphQLResolveInfo, "operation" | "path">,
): SentKey | null {
  const field = ["input", KEY_FIELD];
  if (header !== undefined && !KEY.test(header))
    throw new BadInputError(`The header Idempotency-Key must be ${SHAPE}.`);
  if (own != null && !KEY.test(own)) throw new BadInputError(`${KEY_FIELD} must be ${SHAPE}.`, field);
  if (own != null && header !== undefined && own !== header)
    throw new BadInputError(`${KEY_FIELD} and the header Idempotency-Key differ. Send one of them.`, field);
  if (own != null) return { key: own, responseName: "", field };
  if (header === undefined) return null;
  const alone = selectionSet.selections.length === 1 && selectionSet.selections[0]?.kind === Kind.FIELD;
  return { key: header, responseName: alone ? "" : String(path.key) };
}
