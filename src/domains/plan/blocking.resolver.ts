import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { Access } from "../../platform/graphql/exposed";
import { orUserErrors } from "../../platform/graphql/user-error";
import { InSql, Linked, type RequestContext } from "../access/index";
import { Action } from "./action.entity";
import { ActionBlocker } from "./blocking.entity";
import { BlockActionInput, UnblockActionInput } from "./blocking.inputs";
import { blockAction, unblockAction } from "./blocking.service";
import { ActionPayload } from "./action-payload";
import { BLOCKS } from "./derived";
import { planLoaders } from "./plan.loaders";

@Resolver(() => ActionBlocker)
export class ActionBlockerResolver {
  @Linked("PARTNERSHIP", () => Action, "The action that is blocked", (blocker) => ({ key: `${blocker}.action_id` }))
  action!: Action | null;

  @Linked("PARTNERSHIP", () => Action, "The action that it waits for", (blocker) => ({
    key: `${blocker}.blocking_action_id`,
  }))
  blockedBy!: Action | null;

  @InSql(
    "PARTNERSHIP",
    () => Boolean,
    "Whether it still blocks: nobody has ended it, and the other action is not completed, signed off or superseded",
    (blocker) =>
      `exists (select 1 from action o where o.id = ${blocker}.blocking_action_id and ${BLOCKS(blocker, "o")})`,
  )
  holds!: boolean | null;
}

@Resolver(() => Action)
export class ActionBlockingResolver {
  @Linked(
    "PARTNERSHIP",
    () => ActionBlocker,
    "What it was ever said to be blocked by, newest first; `holds` says whether it still is",
    (action, blocker) => ({
      where: `${blocker}.action_id = ${action}.id`,
      order: `${blocker}.since desc, ${blocker}.id`,
    }),
    { list: true },
  )
  blockedBy!: ActionBlocker[] | null;

  @Linked(
    "PARTNERSHIP",
    () => ActionBlocker,
    "What it was ever said to block, newest first; `holds` says whether it still does",
    (action, blocker) => ({
      where: `${blocker}.blocking_action_id = ${action}.id`,
      order: `${blocker}.since desc, ${blocker}.id`,
    }),
    { list: true },
  )
  blocks!: ActionBlocker[] | null;
}

@Resolver()
export class BlockingWritesResolver {
  @Mutation(() => ActionPayload, {
    description:
      "Says that an action cannot go on before another of the partnership is done; never in a circle. For officers and the lead of an agency that leads the action",
  })
  @Access("PUBLIC")
  blockAction(
    @Arg("input", () => BlockActionInput, { description: "Which is blocked by which, and why" })
    input: BlockActionInput,
    @Ctx() context: RequestContext,
  ): Promise<ActionPayload> {
    return orUserErrors({ action: null }, async () => {
      const id = await context.db.write((send) => blockAction(send, context, input));
      context.forget();
      return { action: await context.use(planLoaders).actionById.load(id) };
    });
  }

  @Mutation(() => ActionPayload, {
    description:
      "Says that an action can go on again as far as another is concerned. It also ends by itself when the other is completed, signed off or superseded. For officers and the lead of an agency that leads the action",
  })
  @Access("PUBLIC")
  unblockAction(
    @Arg("input", () => UnblockActionInput, { description: "Which is blocked by which no more" })
    input: UnblockActionInput,
    @Ctx() context: RequestContext,
  ): Promise<ActionPayload> {
    return orUserErrors({ action: null }, async () => {
      const id = await context.db.write((send) => unblockAction(send, context, input));
      context.forget();
      return { action: await context.use(planLoaders).actionById.load(id) };
    });
  }
}
