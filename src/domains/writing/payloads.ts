import { type ClassType, ObjectType } from "type-graphql";
import { Exposed } from "../../platform/graphql/exposed";
import { UserError } from "../../platform/graphql/user-error";

/** What a mutation answers: the thing as it now stands, or why nothing was done. */
export type Payload<Name extends string, Thing> = { [name in Name]: Thing | null } & { userErrors: UserError[] };

/** The GraphQL type of a payload that holds one thing. */
export function payloadType<Name extends string, Thing extends object>(
  type: string,
  name: Name,
  thing: () => ClassType<Thing>,
  description: string,
): ClassType<Payload<Name, Thing>> {
  @ObjectType(type, { description: `Outcome: ${description}` })
  class PayloadType {
    @Exposed("PUBLIC", () => UserError, "Why it was not done; empty when it was", { list: true })
    userErrors!: UserError[];
  }
  Exposed("PUBLIC", thing, `The ${description} as it now stands; null where nothing was done`, { nullable: true })(
    PayloadType.prototype,
    name,
  );
  return PayloadType as unknown as ClassType<Payload<Name, Thing>>;
}
