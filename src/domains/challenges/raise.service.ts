import { DateTime } from "luxon";
import { londonDay } from "../../platform/clock";
import { BadInputError, ConflictError, ForbiddenError } from "../../platform/errors/index";
import { requiredKey } from "../../platform/graphql/ids";
import type { Writer } from "../access/index";
import type { Send } from "../audit/index";
import { TrackedItem } from "../boards/index";
import { namedCalendar } from "../calendars/index";
import { type Actor, agenciesOf, actingFor, membershipsIn, Role } from "../identity/index";
import { Indicator } from "../indicators/index";
import { Agency } from "../partnership/index";
import { Action, requireText, requiredText } from "../plan/index";
import { periodEnds } from "../reporting/index";
import { add, inHand } from "../writing/index";
import { doneBy, entered, type Hand, rolesTold, type StageInHand, stagesOf, tell } from "./challenge-in-hand";
import { ActedAs, ChallengeEventKind, type ChallengeGround, RaisedAs } from "./challenge.entity";
import type { RaiseChallengeInput } from "./challenge.inputs";
import { LADDER_CALENDAR } from "./challenges.sql";
import { OutOfScope } from "./ladder.entity";
import { notifyOf } from "./notices";
import { type By, overseeing, type Sides } from "./standing";

const MOST_INVOLVED = 20;
/** First day that a period may have ended on, where no plan says which periods there are. */
const FIRST_DAY = "1900-01-01";
/** Most months of a period. */
const LONGEST_MONTHS = 12;

/** A ladder's newest version, as something is raised on it. */
interface LadderInUse {
  ladder: string;
  name: string;
  version: string;
  retiredOn: string | null;
  triggersOnly: boolean;
  outOfScope: OutOfScope[];
  outOfScopeNote: string | null;
  /** Names its calendar. */
  calendar: string;
  cutOff: string | null;
}

/** What is raised, whoever raises it. */
interface Raised {
  partnershipId: string;
  by: By;
  ladder: LadderInUse;
  stages: readonly StageInHand[];
  stage: StageInHand;
  about: Readonly<Record<string, unknown>>;
  against: string;
  involved: readonly string[];
  subject: string;
  detail: string | null;
  ground: ChallengeGround;
  riskReason: string | null;
  cause: string | null;
}

/** As what a challenge is raised: officer and chair as such unless they name an agency, a lead for its agency. */
function raisingAs(actor: Actor, partnershipId: string, named: string | null | undefined): By {
  const overseer = overseeing(actor, partnershipId);
  if (named == null && overseer) return overseer;
  const field = ["input", "agency"];
  const led = new Set(
    membershipsIn(actor, partnershipId).flatMap(({ agency, role }) =>
      agency !== null && role === Role.AGENCY_LEAD ? [agency] : [],
    ),
  );
  if (named != null) {
    const key = requiredKey("Agency", named, field);
    if (led.has(key)) return { as: ActedAs.AGENCY, agencyId: key };
    throw new ForbiddenError("You may raise a challenge for an agency that you lead, and for no other.", field);
  }
  const [only, another] = led;
  if (only === undefined)
    throw new ForbiddenError(
      "Only a lead of an agency, an officer or the chair of the partnership raises a challenge.",
      ["input", "against"],
    );
  if (another !== undefined)
    throw new BadInputError("You lead several agencies here. Say in agency which one raises it.", field);
  return { as: ActedAs.AGENCY, agencyId: only };
}

/** Whoever the agency is today; refuses one that has ended, naming who took over from it. */
async function requireStanding(send: Send, { now }: Writer, agency: Agency): Promise<void> {
  if (agency.validTo === null || agency.validTo >= londonDay(now)) return;
  const [successor] = await send<{ name: string }>(
    "select g.name from unnest(app.today_as($1)) as x (id) join agency g on g.id = x.id where g.valid_to is null or g.valid_to >= (select app.today())",
    [agency.id],
  );
  throw new ConflictError(
    successor
      ? `${agency.name} ended on ${agency.validTo}: ${successor.name} took over from it. Challenge that agency.`
      : `${agency.name} ended on ${agency.validTo}, and nobody took over from it.`,
    ["input", "against"],
  );
}

/**
 * The ladder that is named or, where none is, the only one in use.
 *
 * @throws {BadInputError} where the partnership has no such ladder, or none is named and several are in use.
 * @throws {ConflictError} where it is retired or has no stages, or none is in use.
 */
async function ladderFor(send: Send, { now }: Hand, partnershipId: string, key: string | null): Promise<LadderInUse> {
  const field = ["input", "ladder"];
  const found = await send<LadderInUse>(
    `select l.id as ladder, l.name, ${LADDER_CALENDAR} as calendar, l.retired_on as "retiredOn", v.id as version, v.cut_off as "cutOff", v.triggers_only as "triggersOnly",
       v.out_of_scope as "outOfScope", v.out_of_scope_note as "outOfScopeNote"
     from ladder l join lateral (select v.* from ladder_version v where v.ladder_id = l.id order by v.number desc limit 1) v on true
     where l.partnership_id = $1 and ($2::uuid is null or l.id = $2) order by l.name`,
    [partnershipId, key],
  );
  const today = londonDay(now);
  const inUse = found.filter(({ retiredOn }) => retiredOn === null || retiredOn > today);
  if (key !== null) {
    const [named] = found;
    if (!named) throw new BadInputError("ladder names no ladder of this partnership.", field);
    if (inUse.length === 0)
      throw new ConflictError(`The ladder ${named.name} is retired: choose one that is in use.`, field);
    if (named.triggersOnly)
      throw new ConflictError(
        `The ladder ${named.name} has triggers only and no stages: nothing can be raised on it. Choose another.`,
        field,
      );
    return named;
  }
  const [only, ...others] = inUse.filter(({ triggersOnly }) => !triggersOnly);
  if (!only)
    throw new ConflictError(
      inUse.length > 0
        ? "The partnership's ladders have triggers only and no stages: nothing can be raised on them. Ask an officer for one with stages."
        : "The partnership has no ladder in use. Ask an officer to create one: `ladderExamples` has some to copy.",
      field,
    );
  if (others.length > 0)
    throw new BadInputError(`Say which ladder: ${[only, ...others].map(({ name }) => name).join("; ")}.`, field);
  return only;
}

/**
 * Refuses a way past stages that is not given: each stage that is left out must allow it, for a child at immediate risk.
 *
 * @throws {BadInputError} where there is no such stage, or no ground to leave one out.
 */
export function requireGroundToSkip(
  skipped: readonly StageInHand[],
  riskReason: string | null | undefined,
  field: readonly string[],
): void {
  if (skipped.length === 0) return;
  const kept = skipped.find(({ mayBeSkipped }) => !mayBeSkipped);
  if (kept)
    throw new BadInputError(
      `Stage ${kept.number} of this ladder may not be left out: begin there at the highest.`,
      field,
    );
  if (riskReason == null)
    throw new BadInputError(
      `To leave out stage ${skipped.map(({ number }) => number).join(", ")}, say in immediateRisk why a child is at immediate risk.`,
      field,
    );
}

/** Refuses what the ladder leaves out, in the ladder's words. */
function requireInScope(
  { outOfScope, outOfScopeNote, name }: LadderInUse,
  matters: readonly OutOfScope[],
  withinOneAgency: boolean,
): void {
  const note = outOfScopeNote === null ? "" : ` ${outOfScopeNote}`;
  if (withinOneAgency)
    throw new BadInputError(
      outOfScope.includes(OutOfScope.SINGLE_AGENCY_DISPUTE)
        ? `A dispute within one agency does not belong on the ladder ${name}.${note}`
        : "A challenge has two sides: whoever raises it speaks for the agency that is challenged as well.",
      ["input", "against"],
    );
  const out = matters.find((matter) => outOfScope.includes(matter));
  if (out) throw new BadInputError(`${out} does not belong on the ladder ${name}.${note}`, ["input", "matters"]);
}

const ABOUT = [
  ["action", Action, "action_id"],
  ["aboutAgency", Agency, "about_agency_id"],
  ["trackedItem", TrackedItem, "tracked_item_id"],
  ["indicator", Indicator, "indicator_id"],
] as const;

/**
 * Refuses a day on which no period ends: none of the action's plan or, of an agency, of any plan. An indicator has periods of its
 * own, as has a partnership whose plans have none: there it is a day on which one may have ended, or the one that goes on will.
 */
async function requirePeriod(
  send: Send,
  writer: Writer,
  { periodEnd, indicator }: RaiseChallengeInput,
  { partnershipId }: Agency,
  plan: string | null,
): Promise<void> {
  if (periodEnd == null) return;
  const field = ["input", "periodEnd"];
  const ends = indicator == null ? await periodEnds(send, writer, partnershipId, plan) : new Set<string>();
  if (ends.has(periodEnd)) return;
  if (ends.size > 0)
    throw new BadInputError(
      `No reporting period of ${plan === null ? "the partnership's plans" : "the action's plan"} ends on that day. Take the end of one of a plan's reportingPeriods.`,
      field,
    );
  const last = DateTime.fromISO(londonDay(writer.now)).plus({ months: LONGEST_MONTHS }).toISODate();
  if (periodEnd < FIRST_DAY || last === null || periodEnd > last)
    throw new BadInputError(`A period ends from ${FIRST_DAY} on, and not more than a year from now.`, field);
}

/** What it is about, as columns: one thing, of this partnership; the agency that is challenged where nothing is named. */
async function aboutOf(send: Send, writer: Writer, input: RaiseChallengeInput, against: Agency) {
  const named = ABOUT.filter(([name]) => input[name] != null);
  const [, second] = named;
  if (second) throw new BadInputError("A challenge is about one thing. Leave the others out.", ["input", second[0]]);
  if (input.periodEnd != null && input.trackedItem != null)
    throw new BadInputError("A tracked item is returned for no period. Leave periodEnd out.", ["input", "periodEnd"]);
  const period_end = input.periodEnd ?? null;
  const [one] = named;
  if (!one) {
    await requirePeriod(send, writer, input, against, null);
    return { about_agency_id: against.id, period_end };
  }
  const [name, entity, column] = one;
  const row = await inHand<{ id: string; partnershipId: string; planId?: string }>(
    send,
    writer,
    entity,
    input[name] ?? "",
  );
  if (row.partnershipId !== against.partnershipId)
    throw new BadInputError(`${name} is of another partnership than the agency that is challenged.`, ["input", name]);
  await requirePeriod(send, writer, input, against, row.planId ?? null);
  return { [column]: row.id, period_end };
}

/** Other agencies that take part, of this partnership: neither side is one of them. */
async function involvedIn(send: Send, against: Agency, by: By, given: readonly string[]): Promise<string[]> {
  const field = ["input", "involved"];
  if (given.length > MOST_INVOLVED) throw new BadInputError(`At most ${MOST_INVOLVED} agencies take part.`, field);
  const keys = [...new Set(given.map((id) => requiredKey("Agency", id, field)))];
  const found = await send<{ id: string; name: string }>(
    "select g.id, g.name from agency g where g.id = any ($1::uuid[]) and g.partnership_id = $2",
    [keys, against.partnershipId],
  );
  if (found.length < keys.length) throw new BadInputError("involved names an agency of another partnership.", field);
  const side = found.find(({ id }) => id === against.id || id === by.agencyId);
  if (side)
    throw new BadInputError(
      `${side.name} ${side.id === against.id ? "is challenged" : "raises it"}, and so takes part already. Leave it out of involved.`,
      field,
    );
  return keys;
}

/** The number of the next challenge of a partnership; null where its cause was raised before. */
async function nextChallenge(send: Send, partnershipId: string, cause: string | null): Promise<number | null> {
  const [counted] = await send<{ raised: number }>(
    `insert into challenge_counter as t (partnership_id, raised)
     select $1::uuid, 1 where $2::text is null or not exists (select 1 from challenge c where c.partnership_id = $1::uuid and c.cause = $2::text)
     on conflict (partnership_id) do update set raised = t.raised + 1 returning raised`,
    [partnershipId, cause],
  );
  return counted?.raised ?? null;
}

/** Writes a challenge and that it was raised. Gives its key; null where the same cause was raised before. */
async function write(send: Send, hand: Hand, raised: Raised): Promise<string | null> {
  const { partnershipId, by, ladder, stage, against, riskReason, cause } = raised;
  const { cutOff } = ladder;
  const hours = { calendar: await namedCalendar(send, ladder.calendar), cutOff };
  const clock = entered(stage, hand.now, hours);
  const deciding = stage.deciderAgency === null ? [] : [stage.deciderAgency];
  const number = await nextChallenge(send, partnershipId, cause);
  if (number === null) return null;
  const id = await add(send, "challenge", {
    partnership_id: partnershipId,
    number,
    ladder_version_id: ladder.version,
    subject: raised.subject,
    detail: raised.detail,
    ground: raised.ground,
    ...raised.about,
    raised_as: by.as,
    raised_by_agency_id: by.agencyId,
    raised_by_person_id: by.as === ActedAs.RULE ? null : hand.actor?.person,
    cause,
    against_agency_id: against,
    involved_agency_ids: raised.involved,
    deciding_agency_ids: deciding,
    risk_reason: riskReason,
    ...clock,
    raised_at: hand.now,
  });
  if (id === null) return null;
  await tell(
    send,
    hand,
    { id, partnershipId },
    {
      number: 1,
      kind: ChallengeEventKind.RAISED,
      by,
      note: riskReason,
      stage: stage.number,
      to: null,
      respond_by: clock.respond_by,
      respond_day: clock.respond_day,
      from: null,
      state: "RAISED",
    },
  );
  const sides: Sides = {
    ...stage,
    partnershipId,
    raisedAs: RaisedAs[by.as as keyof typeof RaisedAs],
    raiser: by.agencyId === null ? [] : [by.agencyId],
    answerer: [against],
    involved: raised.involved,
    deciding,
    stageNumber: stage.number,
    lastStage: raised.stages.at(-1)?.number ?? stage.number,
  };
  await notifyOf(
    send,
    {
      partnershipId,
      kind: "CHALLENGE_RAISED",
      subjectId: id,
      cause: `Challenge ${id} 1`,
      stage,
      clocks: clock,
      hours,
      to: {
        agencyIds: [against, ...raised.involved, ...deciding, ...(by.agencyId === null ? [] : [by.agencyId])],
        roles: rolesTold(sides, raised.stages, stage.number),
      },
      by: doneBy(hand, by),
    },
    hand.now,
  );
  return id;
}

/**
 * Raises a challenge. Gives its key.
 *
 * @throws {NotFoundError} where there is no such agency, or nothing that it could be about, for the writer.
 * @throws {ForbiddenError} where the writer leads no agency of the partnership and is neither officer nor chair.
 * @throws {BadInputError} where the ladder leaves it out, or a stage is left out without ground.
 * @throws {ConflictError} where the agency has ended, or no ladder is in use.
 */
export async function raiseChallenge(send: Send, writer: Writer, input: RaiseChallengeInput): Promise<string> {
  const against = await inHand(send, writer, Agency, input.against);
  const { partnershipId } = against;
  const by = raisingAs(writer.actor, partnershipId, input.agency);
  const subject = requiredText("subject", input.subject, "title");
  requireText("detail", input.detail);
  requireText("immediateRisk", input.immediateRisk, "title");
  await requireStanding(send, writer, against);
  const key = input.ladder == null ? null : requiredKey("Ladder", input.ladder, ["input", "ladder"]);
  const ladder = await ladderFor(send, writer, partnershipId, key);
  const oneAgency = speaksFor(writer.actor, by, against) || (await isMember(send, against, by.agencyId));
  requireInScope(ladder, input.matters ?? [], oneAgency);
  const stages = await stagesOf(send, ladder.version);
  const field = ["input", "stage"];
  const stage = stages.find(({ number }) => number === (input.stage ?? 1));
  if (!stage) throw new BadInputError(`The ladder ${ladder.name} has stages 1 to ${stages.length}.`, field);
  requireGroundToSkip(
    stages.filter(({ number }) => number < stage.number),
    input.immediateRisk,
    field,
  );
  const id = await write(send, writer, {
    partnershipId,
    by,
    ladder,
    stages,
    stage,
    about: await aboutOf(send, writer, input, against),
    against: against.id,
    involved: await involvedIn(send, against, by, input.involved ?? []),
    subject,
    detail: input.detail ?? null,
    ground: input.ground,
    riskReason: input.immediateRisk ?? null,
    cause: null,
  });
  if (id === null) throw new Error("a challenge was not added");
  return id;
}

const speaksFor = (actor: Actor, { agencyId }: By, { id, partnershipId }: Agency) =>
  agencyId !== null && agenciesOf(actingFor(actor, partnershipId, agencyId), partnershipId).has(id);

/** Whether an agency is a collective that the other is in today: its members speak for both sides. */
async function isMember(send: Send, { id }: Agency, collective: string | null): Promise<boolean> {
  const [found] = await send<{ same: boolean }>("select $2::uuid = any (app.speaking_for(array[$1::uuid])) as same", [
    id,
    collective,
  ]);
  return found?.same === true;
}

/**
 * Refuses a ladder that nothing can be raised on.
 *
 * @throws {BadInputError} where the partnership has no such ladder.
 * @throws {ConflictError} where it is retired or has no stages.
 */
export async function requireLadder(send: Send, hand: Hand, partnershipId: string, key: string): Promise<void> {
  await ladderFor(send, hand, partnershipId, key);
}

/** What a rule of the partnership raises. */
export interface RaisedByRule {
  partnershipId: string;
  /** Names the fact that was found, with its rule: the same is never raised twice. */
  cause: string;
  about: { actionId: string } | { agencyId: string } | { trackedItemId: string } | { indicatorId: string };
  periodEnd?: string | null;
  /** Stands today. */
  againstAgencyId: string;
  subject: string;
  detail?: string | null;
  ground: ChallengeGround;
}

/** What rules of a partnership raise on, read once for all that is raised in a transaction. */
export interface RaisedOn {
  ladder: LadderInUse;
  stages: readonly StageInHand[];
}

/**
 * The ladder that a rule raises on: that one or (null) the only one that the partnership has in use.
 *
 * @throws {BadInputError} where no ladder is named and several are in use.
 * @throws {ConflictError} where the ladder is retired or has no stages, or none is in use.
 */
export async function raisedOn(
  send: Send,
  partnershipId: string,
  ladderId: string | null,
  now: Date,
): Promise<RaisedOn> {
  const ladder = await ladderFor(send, { now }, partnershipId, ladderId);
  return { ladder, stages: await stagesOf(send, ladder.version) };
}

const COLUMN_OF = {
  actionId: "action_id",
  agencyId: "about_agency_id",
  trackedItemId: "tracked_item_id",
  indicatorId: "indicator_id",
} as const;

/**
 * Raises what a rule found, in a transaction of the operator of that partnership. Gives the challenge's key; null where the
 * cause was raised before.
 */
export async function raiseByRule(
  send: Send,
  { ladder, stages }: RaisedOn,
  found: RaisedByRule,
  now: Date,
): Promise<string | null> {
  const { partnershipId, cause, againstAgencyId, subject, ground, detail = null, periodEnd = null } = found;
  const [stage] = stages;
  if (!stage) throw new Error(`the ladder ${ladder.ladder} has no stage`);
  const [[name, id]] = Object.entries(found.about) as [[keyof typeof COLUMN_OF, string]];
  const hand: Hand = { now };
  return write(send, hand, {
    partnershipId,
    by: { as: ActedAs.RULE, agencyId: null },
    ladder,
    stages,
    stage,
    about: { [COLUMN_OF[name]]: id, period_end: periodEnd },
    against: againstAgencyId,
    involved: [],
    subject,
    detail,
    ground,
    riskReason: null,
    cause,
  });
}
