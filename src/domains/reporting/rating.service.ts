import { londonDay } from "../../platform/clock";
import { BadInputError } from "../../platform/errors/index";
import { agencyWriting, requireWritable, type Writer } from "../access/index";
import { record, type Send } from "../audit/index";
import { holdsRole, Role } from "../identity/index";
import {
  actionInHand,
  type RatingDimension,
  type RatingValue,
  RECORDED_AT,
  requireOpen,
  requireText,
  standingFor,
} from "../plan/index";
import { RatingBasis } from "./reporting.entity";
import type { AddRatingInput } from "./writing.inputs";

/**
 * Adds a rating to an action's history: moderated by an officer, or reported in the name of the writer's own agency. It
 * is of the plan's present scheme. Gives the action's key.
 *
 * @throws {NotFoundError} where there is no such action for the writer.
 * @throws {ForbiddenError} where the writer may not rate it.
 * @throws {BadInputError} where the day is to come, the plan's scheme has no such colour, or a moderated rating differs from
 *   the newest report and does not say why.
 * @throws {ConflictError} where the action is over.
 */
export async function addRating(send: Send, writer: Writer, input: AddRatingInput): Promise<string> {
  const inHand = await actionInHand(send, writer, input.action);
  const { action } = inHand;
  const { partnershipId } = action;
  const moderates = input.agency == null && holdsRole(writer.actor, partnershipId, Role.PARTNERSHIP_OFFICER);
  const agencyId = moderates ? null : agencyWriting(writer.actor, partnershipId, input.agency);
  const fields = { value: "Rating.value", ...(input.rationale != null && { rationale: "Rating.rationale" }) };
  requireWritable([standingFor(writer.actor, inHand, agencyId)], fields);
  requireOpen(inHand);
  requireText("rationale", input.rationale);
  if (input.asAt > londonDay(writer.now))
    throw new BadInputError("A rating is given as at a day that has come. asAt is after today.", ["input", "asAt"]);

  const { dimension, value = null, asAt, rationale = null } = input;
  if (moderates && rationale === null) await requireAsReported(send, action.id, dimension, value);
  const basis = moderates ? RatingBasis.MODERATED : RatingBasis.REPORTED;
  const schemeId = await schemeWith(send, action.planId, input);
  const id = await added(send, [
    partnershipId,
    action.id,
    schemeId,
    dimension,
    value,
    basis,
    asAt,
    agencyId,
    rationale,
  ]);
  await record(send, writer, {
    kind: "rating.added",
    partnershipId,
    subjectType: "Rating",
    subjectId: id,
    detail: { fields: Object.keys(fields), basis, dimension },
  });
  return action.id;
}

/** What the business unit judges otherwise than the agency did, it says why. */
async function requireAsReported(
  send: Send,
  actionId: string,
  dimension: RatingDimension,
  value: RatingValue | null,
): Promise<void> {
  const [reported] = await send<{ value: RatingValue | null }>(
    `select r.value from rating r
     where r.action_id = $1 and r.dimension = $2 and r.basis = 'REPORTED' and r.standing <> 'WITHDRAWN'
     order by r.as_at desc, r.recorded_at desc limit 1`,
    [actionId, dimension],
  );
  if (reported && reported.value !== value)
    throw new BadInputError(
      `The agency reported ${reported.value ?? "no rating"}. Say in rationale why it is moderated to ${value ?? "none"}.`,
      ["input", "rationale"],
    );
}

/** The plan's present scheme, which must have the colour. */
async function schemeWith(send: Send, planId: string, { dimension, value }: AddRatingInput): Promise<string> {
  const colours = await send<{ id: string; value: string | null }>(
    `select s.id, e.value from (select id from rating_scheme where plan_id = $1 order by version desc limit 1) s
     left join rating_scheme_entry e on e.scheme_id = s.id and e.dimension = $2`,
    [planId, dimension],
  );
  const [first] = colours;
  if (!first)
    throw new BadInputError(
      "The plan has no rating scheme yet, so that it has no colours. Whoever runs the service loads one: rating-scheme.csv of the partnership's folder.",
      ["input", "action"],
    );
  if (value != null && !colours.some((colour) => colour.value === value))
    throw new BadInputError(
      `The plan's scheme has no ${value} for ${dimension}. It has ${colours.map((colour) => colour.value).join(", ")}.`,
      ["input", "value"],
    );
  return first.id;
}

/** Recorded after every entry before it, whatever the clock says: the newest entry of a day is the current one. */
async function added(send: Send, values: unknown[]): Promise<string> {
  const [row] = await send<{ id: string }>(
    `insert into rating (partnership_id, action_id, scheme_id, dimension, value, basis, as_at, agency_id, rationale, recorded_at)
     values ($1, $2, $3, $4::text, $5, $6, $7, $8, $9, ${RECORDED_AT("$2", "$4::text")})
     returning id`,
    values,
  );
  if (!row) throw new Error("a rating was not added");
  return row.id;
}
