import { BadInputError, ConflictError, ForbiddenError } from "../../platform/errors/index";
import { keyOf } from "../../platform/graphql/ids";
import { agencyWriting, type Writer } from "../access/index";
import { record, type Send } from "../audit/index";
import { actingFor, agenciesOf } from "../identity/index";
import { type ActionInHand, actionInHand, requireOpen, requireText } from "./action-in-hand";
import { ContributionState } from "./contribution.entity";
import type { SetContributionInput } from "./contribution.inputs";

/**
 * Says how the part of the writer's own agency in an action stands, or that of a collective which is named and which the
 * agency is in. Added to what was said before. Gives the action's key.
 *
 * @throws {NotFoundError} where there is no such action for the writer.
 * @throws {ForbiddenError} where the writer's agency is not named for it.
 * @throws {ConflictError} where the action is over, it stands so already, or more has been said since.
 * @throws {BadInputError} where it cannot and does not say why, or several names could be meant.
 */
export async function setContribution(send: Send, writer: Writer, input: SetContributionInput): Promise<string> {
  const inHand = await actionInHand(send, writer, input.action);
  const { action } = inHand;
  const saidBy = agencyWriting(writer.actor, action.partnershipId, input.agency);
  const agencyId = namedAmong(inHand, writer, saidBy, input);
  requireOpen(inHand);
  requireText("note", input.note);
  const { state, note = null } = input;
  if (state === ContributionState.CANNOT && note === null)
    throw new BadInputError("Say in note why it cannot: others have to plan by it.", ["input", "note"]);

  const [current] = await send<{ version: number; state: ContributionState; note: string | null }>(
    `select c.version, c.state, c.note from contribution c where c.action_id = $1 and c.agency_id = $2
     order by c.version desc limit 1`,
    [action.id, agencyId],
  );
  const version = current?.version ?? 0;
  if (input.expectedVersion != null && input.expectedVersion !== version) throw moreSaid(version);
  if (current?.state === state && current.note === note)
    throw new ConflictError(`It stands so already: version ${version} says the same.`, ["input", "state"], version);
  const [said] = await send<{ id: string }>(
    `insert into contribution (partnership_id, action_id, agency_id, version, state, note, said_by_agency_id, said_by, since)
     values ($1, $2, $3, $4, $5, $6, $7, $8, app.now()) on conflict do nothing returning id`,
    [action.partnershipId, action.id, agencyId, version + 1, state, note, saidBy, writer.actor.person],
  );
  if (!said) throw moreSaid(version + 1);
  await record(send, writer, {
    kind: "contribution.said",
    partnershipId: action.partnershipId,
    subjectType: "Action",
    subjectId: action.id,
    detail: { agency: agencyId, state, version: version + 1 },
  });
  return action.id;
}

/** The agency for whose part the writer's speaks: itself where it is named, else the collective that is. */
function namedAmong({ action, named }: ActionInHand, writer: Writer, own: string, input: SetContributionInput): string {
  const mine = agenciesOf(actingFor(writer.actor, action.partnershipId, own), action.partnershipId);
  const names = [...new Set(named.flatMap(({ agencyId }) => (agencyId && mine.has(agencyId) ? [agencyId] : [])))];
  const field = ["input", "namedAs"];
  if (input.namedAs != null) {
    const meant = keyOf("Agency", input.namedAs);
    if (meant && names.includes(meant)) return meant;
    throw new ForbiddenError("The action does not name your agency so. Leave namedAs out.", field);
  }
  if (names.includes(own)) return own;
  const [only, another] = names;
  if (only === undefined)
    throw new ForbiddenError("Only an agency that is named for the action says how its part stands.", [
      "input",
      "action",
    ]);
  if (another !== undefined)
    throw new BadInputError("The action names several collectives of yours. Say in namedAs which is meant.", field);
  return only;
}

const moreSaid = (version: number) =>
  new ConflictError(
    `More has been said of this part meanwhile: it is at version ${version}. Read it again.`,
    ["input", "expectedVersion"],
    version,
  );
