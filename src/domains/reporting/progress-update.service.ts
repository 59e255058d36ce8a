import { londonDay } from "../../platform/clock";
import { snake } from "../../platform/database/naming";
import { columnsOf } from "../../platform/database/rows";
import { BadInputError, ConflictError, ForbiddenError, NotFoundError } from "../../platform/errors/index";
import { globalId, keyOf } from "../../platform/graphql/ids";
import type { Writer } from "../access/index";
import { record, type Send } from "../audit/index";
import { holdsRole, Role } from "../identity/index";
import { ActionStatus, nextStatus, RatingDimension, RECORDED_AT, requiredText } from "../plan/index";
import { planReported } from "./period-drafts.service";
import {
  type DraftInHand,
  draftInHand,
  givenIn,
  requireReading,
  requireRevision,
  requireSense,
  writeDraft,
} from "./progress-draft.service";
import type {
  ReturnProgressUpdateInput,
  SettleProgressUpdateInput,
  SubmitProgressUpdateInput,
} from "./progress-update.inputs";
import { ProgressUpdate, RatingBasis, RatingStanding, UpdateState } from "./reporting.entity";
import { openPeriodEnd } from "./reporting-period";
import { nextState, type UpdateEvent } from "./update-lifecycle";

/** The keys of an update that was written about, and of its action. */
export interface Written {
  updateId: string;
  actionId: string;
}

/**
 * Submits the open draft of the writer's agency, with whatever words are sent along; or, where there is none, what is sent
 * at once. The ratings that the lead agency proposes become entries of the action's history, which its agency and oversight
 * alone see until the update is accepted.
 *
 * @throws {NotFoundError} where there is no such draft or action for the writer.
 * @throws {ForbiddenError} where the writer submits for no agency here, or may not write a field: it is named.
 * @throws {BadInputError} where it says nothing, is of a period that has not begun, or proposes a colour that the plan's
 *   scheme has not.
 * @throws {ConflictError} where the action is over, or another version than expected can be submitted, or the draft is at another revision.
 */
export async function submitProgressUpdate(
  send: Send,
  writer: Writer,
  input: SubmitProgressUpdateInput,
): Promise<Written> {
  requireReading(writer, "submitProgressUpdate");
  const named = await draftNamed(send, writer, input);
  const given = givenIn(input);
  const hand = await draftInHand(send, writer, named, given);
  const { inHand, agencyId, standing, draft, version } = hand;
  nextState(named.state ?? UpdateState.DRAFT, "SUBMIT", named.expectedVersion);
  if (!draft) await requireFirstOrExpected(send, hand, named);
  if (named.expectedVersion !== undefined && named.expectedVersion !== version)
    throw new ConflictError(
      `The version that can be submitted for this period is ${version}: another was submitted meanwhile, or none was. Read it again.`,
      ["input", "expectedVersion"],
      version,
    );
  requireRevision(input, draft);
  requireSense(hand, input);
  await requireBegun(send, writer, hand, input);
  if ((input.overallProgress === undefined ? draft?.overallProgress : input.overallProgress) == null)
    throw new BadInputError("An update says what was done: overallProgress is empty.", ["input", "overallProgress"]);

  const { id, changed } = await writeDraft(send, hand, given, input);
  await send(
    "update progress_update set state = $2, submitted_at = app.now(), submitted_by = app.person() where id = $1",
    [id, UpdateState.SUBMITTED],
  );
  const proposed = {
    proposedDelivery: input.proposedDelivery === undefined ? draft?.proposedDelivery : input.proposedDelivery,
    proposedImpact: input.proposedImpact === undefined ? draft?.proposedImpact : input.proposedImpact,
  };
  const rated = standing.relations.includes("LEAD") ? await addProposed(send, hand, id, proposed) : [];
  await record(send, writer, {
    kind: "progressUpdate.submitted",
    partnershipId: inHand.action.partnershipId,
    subjectType: "ProgressUpdate",
    subjectId: id,
    detail: { agency: agencyId, version, fields: changed, rated },
  });
  return { updateId: id, actionId: inHand.action.id };
}

/** What says which draft is meant, and the version and state that the caller saw it in. */
interface DraftMeant {
  action: string;
  agency?: string | null;
  periodEnd: string;
  expectedVersion?: number;
  state?: UpdateState;
}

/** The draft that is named by its own id, or by its action and period. */
async function draftNamed(send: Send, { source }: Writer, input: SubmitProgressUpdateInput): Promise<DraftMeant> {
  const { progressUpdate, action, agency, periodEnd } = input;
  const expectedVersion = input.expectedVersion ?? undefined;
  if (progressUpdate == null) {
    if (action == null || periodEnd == null)
      throw new BadInputError("Say what is submitted: progressUpdate, or action and periodEnd.", ["input"]);
    return { action, agency, periodEnd, expectedVersion };
  }
  if (action != null || periodEnd != null || agency != null)
    throw new BadInputError("progressUpdate says which action, agency and period it is of. Leave those out.", [
      "input",
    ]);
  const update = await updateOf(send, source, progressUpdate);
  return {
    action: globalId("Action", update.actionId),
    agency: globalId("Agency", update.authorAgencyId ?? ""),
    periodEnd: update.periodEnd,
    expectedVersion: expectedVersion ?? update.version,
    state: update.state,
  };
}

/** The update of that global id, where the caller may see it. */
export async function updateOf(send: Send, source: Writer["source"], id: string, lock = ""): Promise<ProgressUpdate> {
  const key = keyOf("ProgressUpdate", id);
  const [update] = key
    ? await send<ProgressUpdate>(
        `select ${columnsOf(source, ProgressUpdate, "u")} from progress_update u where u.id = $1 ${lock}`,
        [key],
      )
    : [];
  if (!update) throw new NotFoundError();
  return update;
}

/** Sent twice, an update submitted at once would be its own correction: whoever corrects says so. */
async function requireFirstOrExpected(
  send: Send,
  { inHand, agencyId, periodEnd, version }: DraftInHand,
  { expectedVersion }: DraftMeant,
): Promise<void> {
  if (version === 1 || expectedVersion !== undefined) return;
  const [newest] = await send<{ state: UpdateState }>(
    `select u.state from progress_update u
     where u.action_id = $1 and u.author_agency_id = $2 and u.period_end = $3 order by u.version desc limit 1`,
    [inHand.action.id, agencyId, periodEnd],
  );
  if (newest?.state !== UpdateState.RETURNED)
    throw new ConflictError(
      `Version ${version - 1} is submitted for this period. To correct it, use correctProgressUpdate, or send expectedVersion ${version}.`,
      ["input", "periodEnd"],
      version,
    );
}

/** Nobody has yet done anything in a period that is to come: it is drafted, and submitted once it has begun. */
async function requireBegun(
  send: Send,
  { now }: Writer,
  { inHand: { action }, periodEnd }: DraftInHand,
  { progressUpdate }: SubmitProgressUpdateInput,
): Promise<void> {
  const today = londonDay(now);
  if (periodEnd <= today) return;
  const { start, cadenceMonths } = await planReported(send, action.planId);
  const open = openPeriodEnd(cadenceMonths, start, today);
  if (periodEnd > open)
    throw new BadInputError(
      `The period that ends on ${periodEnd} has not begun. The one that is open ends on ${open}: submit for that, or for one before it.`,
      ["input", progressUpdate == null ? "periodEnd" : "progressUpdate"],
    );
}

/**
 * The ratings proposed, as entries of the history: of the plan's present scheme, as at the end of the period or today,
 * whichever is first, and recorded after every entry before them. Gives their dimensions.
 */
async function addProposed(
  send: Send,
  { inHand: { action }, agencyId, periodEnd }: DraftInHand,
  updateId: string,
  { proposedDelivery, proposedImpact }: Pick<SubmitProgressUpdateInput, "proposedDelivery" | "proposedImpact">,
): Promise<RatingDimension[]> {
  const proposed = [
    { dimension: RatingDimension.DELIVERY, value: proposedDelivery, field: "proposedDelivery" },
    { dimension: RatingDimension.IMPACT, value: proposedImpact, field: "proposedImpact" },
  ].filter(({ value }) => value != null);
  if (proposed.length === 0) return [];
  const added = await send<{ dimension: RatingDimension }>(
    `insert into rating (partnership_id, action_id, scheme_id, dimension, value, basis, as_at, agency_id, update_id, standing, recorded_at)
     select $1, $2, s.id, e.dimension, e.value, $3, least($4::date, app.today()), $5, $6, $7, ${RECORDED_AT("$2", "e.dimension")}
     from (select s.id from rating_scheme s where s.plan_id = $8 order by s.version desc limit 1) s
     join rating_scheme_entry e on e.scheme_id = s.id
     where e.dimension || ' ' || e.value = any ($9::text[])
     returning dimension`,
    [
      action.partnershipId,
      action.id,
      RatingBasis.REPORTED,
      periodEnd,
      agencyId,
      updateId,
      RatingStanding.SUBMITTED,
      action.planId,
      proposed.map(({ dimension, value }) => `${dimension} ${String(value)}`),
    ],
  );
  const rated = added.map(({ dimension }) => dimension);
  const lost = proposed.find(({ dimension }) => !rated.includes(dimension));
  if (lost)
    throw new BadInputError(
      `The plan's scheme has no ${String(lost.value)} for ${lost.dimension}. Propose one of its colours, or leave it out.`,
      ["input", lost.field],
    );
  return rated;
}

/**
 * Accepts a submitted update: it is shared with the partnership, and so are the ratings proposed with it. An action that was
 * not started is in progress from here on, and not before: its status is everybody's to read.
 *
 * @throws {NotFoundError} where there is no such update for the writer.
 * @throws {ForbiddenError} where the writer is no officer here, or submitted it.
 * @throws {ConflictError} where it is not submitted, or a newer version is.
 */
export async function acceptProgressUpdate(
  send: Send,
  writer: Writer,
  input: SettleProgressUpdateInput,
): Promise<Written> {
  const update = await toSettle(send, writer, input, "ACCEPT");
  const [newer] = await send<{ version: number }>(
    `select max(u.version) as version from progress_update u
     where u.action_id = $1 and u.author_agency_id = $2 and u.period_end = $3 and u.version > $4 and u.state in ('SUBMITTED', 'ACCEPTED')`,
    [update.actionId, update.authorAgencyId, update.periodEnd, update.version],
  );
  if (newer?.version)
    throw new ConflictError(
      `Version ${newer.version} was submitted in its place. Read that one, and accept or return it first.`,
      ["input", "progressUpdate"],
      newer.version,
    );
  return settled(send, writer, update, "ACCEPT", { acceptedAt: writer.now }, await begin(send, update));
}

/** A report by an agency named for it shows that work is under way; a lost status stays lost. */
async function begin(send: Send, { actionId, authorAgencyId }: ProgressUpdate): Promise<{ status?: object }> {
  const from = ActionStatus.NOT_STARTED;
  const to = nextStatus(from, "START");
  const begun = await send(
    `update action a set status = $3, version = a.version + 1, updated_at = app.now()
     where a.id = $1 and a.status = $4 and app.relation_to(a.id, $2) in ('LEAD', 'CONTRIBUTOR') returning a.id`,
    [actionId, authorAgencyId, to, from],
  );
  return begun.length > 0 ? { status: { from, to } } : {};
}

/**
 * Returns a submitted update with a reason. It stays as it was, and the ratings proposed with it count for nobody; its agency
 * corrects it by a new version.
 *
 * @throws what `acceptProgressUpdate` throws, and {BadInputError} where the reason is blank or too long.
 */
export async function returnProgressUpdate(
  send: Send,
  writer: Writer,
  input: ReturnProgressUpdateInput,
): Promise<Written> {
  const update = await toSettle(send, writer, input, "RETURN");
  requiredText("reason", input.reason);
  return settled(send, writer, update, "RETURN", { returnedAt: writer.now, returnedReason: input.reason });
}

/** The update, locked, where the writer may settle it. */
async function toSettle(
  send: Send,
  { actor, source }: Writer,
  { progressUpdate, expectedVersion }: SettleProgressUpdateInput,
  event: UpdateEvent,
): Promise<ProgressUpdate> {
  const field = ["input", "progressUpdate"];
  const { partnershipId } = await updateOf(send, source, progressUpdate);
  if (!holdsRole(actor, partnershipId, Role.PARTNERSHIP_OFFICER))
    throw new ForbiddenError("The business unit's officers accept and return updates.", field);
  const update = await updateOf(send, source, progressUpdate, "for update");
  if (update.submittedBy !== null && update.submittedBy === actor.person)
    throw new ForbiddenError("You submitted this update: another officer has to accept or return it.", field);
  if (expectedVersion != null && expectedVersion !== update.version)
    throw new ConflictError(
      `This update is version ${update.version}, not ${expectedVersion}. Read it again.`,
      ["input", "expectedVersion"],
      update.version,
    );
  nextState(update.state, event, update.version);
  return update;
}

/** The update and the ratings that were proposed with it go the same way. */
async function settled(
  send: Send,
  writer: Writer,
  { id, actionId, partnershipId, state: from, version }: ProgressUpdate,
  event: Exclude<UpdateEvent, "SUBMIT">,
  signed: Partial<Pick<ProgressUpdate, "acceptedAt" | "returnedAt" | "returnedReason">>,
  besides: { status?: object } = {},
): Promise<Written> {
  const to = nextState(from, event, version);
  const columns = Object.keys(signed).map((name, index) => `${snake(name)} = $${index + 3}`);
  await send(`update progress_update set state = $2, ${columns.join(", ")} where id = $1`, [
    id,
    to,
    ...Object.values(signed),
  ]);
  await send("update rating set standing = $2 where update_id = $1 and standing = $3", [
    id,
    event === "ACCEPT" ? RatingStanding.SHARED : RatingStanding.WITHDRAWN,
    RatingStanding.SUBMITTED,
  ]);
  await record(send, writer, {
    kind: event === "ACCEPT" ? "progressUpdate.accepted" : "progressUpdate.returned",
    partnershipId,
    subjectType: "ProgressUpdate",
    subjectId: id,
    detail: { from, to, version, ...besides },
  });
  return { updateId: id, actionId };
}
