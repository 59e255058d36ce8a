import {
  abilityWriting,
  type CataloguedField,
  decideWriteAmong,
  type FoundNode,
  leavesRoom,
  type Relation,
  type RequestContext,
  type Standing,
} from "../access/index";
import { Action, type ActionInHand, factsOf, namedFor, planLoaders, standingsOn } from "../plan/index";
import { draftingFor, ProgressUpdate, UpdateState } from "../reporting/index";
import { overtaken, type ToldVerdict, toldOfWriting } from "./decisions";

/**
 * Whether whoever the context is may change a field of what was found: decided in the standings in which the mutation that
 * changes it would be, by the function that decides there, and then by what the object has come to.
 */
export async function explainWriting(
  theirs: RequestContext,
  { type, key, row }: FoundNode,
  field: CataloguedField,
): Promise<ToldVerdict & { relation: Relation }> {
  const update = type === "ProgressUpdate" ? (row as ProgressUpdate) : null;
  const action = await theirs.use(planLoaders).actionById.load(update?.actionId ?? key);
  const name = `${field.type}.${field.field}`;
  const verdict = decideWriteAmong(await standingsTo(theirs, action, update), name);
  const state = verdict.allowed && action ? stateAgainst(name, action, update) : null;
  return { ...(state ? overtaken(state) : toldOfWriting(field, verdict)), relation: verdict.relation };
}

/** An action is written in any standing; an update in the name of the agency whose draft it is, and otherwise in no role. */
async function standingsTo(
  theirs: RequestContext,
  action: Action | null,
  update: ProgressUpdate | null,
): Promise<Standing[]> {
  const { actor } = theirs;
  if (!action) return [powerless({ actor, partnershipId: update?.partnershipId ?? "", relations: ["NONE"] })];
  const inHand: ActionInHand = { action, named: await namedFor(theirs, action.id, action.partnershipId) };
  const standings = standingsOn(actor, inHand);
  if (!update) return standings;
  const { authorAgencyId } = update;
  const writes = actor.memberships.some(({ agency }) => agency !== null && agency === authorAgencyId);
  return writes && authorAgencyId !== null ? [draftingFor(actor, inHand, authorAgencyId)] : standings.map(powerless);
}

const powerless = (standing: Standing): Standing => ({
  ...standing,
  actor: { ...standing.actor, memberships: [], grants: [] },
});

/** The value that stands against changing a field, or null where none does. */
function stateAgainst(name: string, action: Action, update: ProgressUpdate | null): string | null {
  if (update && update.state !== UpdateState.DRAFT) return `ProgressUpdate.state:${update.state}`;
  const ability = abilityWriting(name);
  const facts = factsOf(action);
  if (!ability || leavesRoom(ability, facts)) return null;
  return facts.closed ? `Action.status:${String(action.status)}` : `ByWhen.kind:${action.byWhenKind}`;
}
