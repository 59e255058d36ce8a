import { ObjectType } from "type-graphql";
import { Exposed } from "../../platform/graphql/exposed";
import { UserError } from "../../platform/graphql/user-error";
import { Action } from "./action.entity";

@ObjectType({ description: "Outcome of saying something of an action, or moving it along its life" })
export class ActionPayload {
  @Exposed("PUBLIC", () => Action, "The action as it now stands; null where nothing was done", { nullable: true })
  action!: Action | null;
  @Exposed("PUBLIC", () => UserError, "Why nothing was done; empty when it was", { list: true })
  userErrors!: UserError[];
}
