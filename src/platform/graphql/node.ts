import { Extensions, Field, ID, InterfaceType } from "type-graphql";

/** Relay's Node: anything with an id that `node` and `nodes` can find again. */
@InterfaceType({ description: "Anything that has an id of its own, found again by `node` or `nodes`" })
export abstract class Node {
  @Field(() => ID, { description: "Id of this object: opaque, stable and unique over all types" })
  @Extensions({ directives: { access: { tier: "PUBLIC" } } })
  id!: string;
}
