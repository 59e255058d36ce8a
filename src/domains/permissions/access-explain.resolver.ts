import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from "type-graphql";
import { Access } from "../../platform/graphql/exposed";
import { Operation, type RequestContext } from "../access/index";
import { AccessDecision, AccessExplanation } from "./access.types";
import { explain } from "./explain";
import { fieldGrantLoaders } from "./field-grant.loaders";
import { FieldGrantView } from "./field-grant.types";

@Resolver()
export class AccessExplainResolver {
  @Query(() => AccessExplanation, {
    nullable: true,
    description:
      "Why an actor may or may not read or change one field of one object: the policy in force is asked as that actor, and nothing of the content is told. Anybody may ask about itself, oversight about its partnership's people, a lead about its agency's; NOT_FOUND for anybody else and for an object that the caller may not see",
  })
  @Access("PUBLIC")
  accessExplain(
    @Arg("node", () => ID, { description: "Id of the object" }) node: string,
    @Arg("field", () => String, {
      description:
        "The field: riskNote or ProgressUpdate.riskNote; of an action also what is part of it, such as Rating.rationale",
    })
    field: string,
    @Arg("actor", () => ID, { description: "Id of the actor, a person or a service account" }) actor: string,
    @Arg("operation", () => Operation, { defaultValue: Operation.READ, description: "Reading it or changing it" })
    operation: Operation,
    @Ctx() context: RequestContext,
    @Info() { schema }: GraphQLResolveInfo,
  ): Promise<AccessExplanation> {
    return explain(context, schema, { node, field, actor, operation });
  }
}

@Resolver(() => AccessDecision)
export class AccessDecisionResolver {
  @FieldResolver(() => FieldGrantView, {
    nullable: true,
    description: "The grant that decided; null where none did, or where the caller is no member who may read it",
  })
  @Access("PUBLIC")
  grant(@Root() { grantKey }: AccessDecision, @Ctx() context: RequestContext) {
    return grantKey === null ? null : context.use(fieldGrantLoaders).grantById.load(grantKey);
  }
}
