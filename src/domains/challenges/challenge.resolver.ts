import { ID, Int, ObjectType, registerEnumType, Resolver } from "type-graphql";
import { NotFoundError } from "../../platform/errors/index";
import { Exposed } from "../../platform/graphql/exposed";
import { DateScalar, DateTimeScalar } from "../../platform/graphql/scalars";
import {
  argument,
  byId,
  Derived,
  InSql,
  keyed,
  Linked,
  Paged,
  type Place,
  readRows,
  type RequestContext,
  RootLinked,
} from "../access/index";
import { TrackedItem } from "../boards/index";
import type { Actor } from "../identity/index";
import { Indicator } from "../indicators/index";
import { Agency, Partnership } from "../partnership/index";
import { Action } from "../plan/index";
import { canHappen } from "./challenge-lifecycle";
import { ChallengeConnection, challengesOf } from "./challenge-list";
import { Challenge, ChallengeEvent, ChallengeNote, ChallengeSide } from "./challenge.entity";
import { SIDES, speaksFor } from "./challenges.sql";
import { ChallengeListArgs } from "./escalations.inputs";
import { escalatingAs, learningAs } from "./escalate.service";
import { LadderVersion } from "./ladder.entity";
import { deciding, LEADS, overseeingAsNoParty, type Sides, speakingFor, takingPart, WRITERS } from "./standing";

@ObjectType({ description: "The stage at which a challenge is, or at which it ended, and the clock that runs" })
export class ChallengeStage {
  @Exposed("PUBLIC", () => Int, "Number of the stage, from 1")
  number!: number;
  @Exposed("PUBLIC", () => String, "Name of the stage")
  name!: string;
  @Exposed("PUBLIC", () => Boolean, "Whether it comes before anything formal")
  informal!: boolean;
  @Exposed("PUBLIC", () => String, "Who deals with it at this stage, in the ladder's words")
  decider!: string;
  @Exposed("PUBLIC", () => DateTimeScalar, "When it came to this stage")
  from!: Date;
  @Exposed("PUBLIC", () => DateTimeScalar, "Until when the agency is to say that it has it; null if no time was set", {
    nullable: true,
  })
  acknowledgeBy!: Date | null;
  @Exposed(
    "PUBLIC",
    () => DateTimeScalar,
    "Until when whoever's turn it is may answer: then it goes on by itself; null where no clock runs",
    { nullable: true },
  )
  respondBy!: Date | null;
  @Exposed("PUBLIC", () => DateScalar, "The London day that `respondBy` is the end of; null where no clock runs", {
    nullable: true,
  })
  respondDay!: string | null;
  @Exposed(
    "PUBLIC",
    () => Boolean,
    "Whether `respondBy` or `acknowledgeBy` lies beyond the bank holidays that are published, and may move",
  )
  provisional!: boolean;
}

export enum ChallengePart {
  RAISED_BY = "RAISED_BY",
  AGAINST = "AGAINST",
  INVOLVED = "INVOLVED",
  DECIDES = "DECIDES",
}
registerEnumType(ChallengePart, {
  name: "ChallengePart",
  description: "What an agency is in a challenge",
  valuesConfig: {
    RAISED_BY: { description: "It raised it" },
    AGAINST: { description: "It is challenged" },
    INVOLVED: { description: "It was named as taking part" },
    DECIDES: { description: "Its post, or the board that it chairs, decides a stage that it has come to" },
  },
});

@ObjectType({ description: "An agency that takes part in a challenge" })
export class ChallengeParty {
  @Exposed("PUBLIC", () => ChallengePart, "What it is in it")
  part!: ChallengePart;
}

@ObjectType({ description: "As whom something was done: an agency, the business unit, the chair, a rule or the clock" })
export class ChallengeActor {
  @Exposed("PUBLIC", () => String, "Its name")
  name!: string;
}

@ObjectType({ description: "What the caller can do with a challenge now" })
export class ChallengeViewerCan {
  @Exposed("PUBLIC", () => Boolean, "Say that its agency has it")
  acknowledge!: boolean;
  @Exposed("PUBLIC", () => Boolean, "Agree to what is proposed, or to the answer")
  agree!: boolean;
  @Exposed("PUBLIC", () => Boolean, "Say that it is deadlocked")
  deadlock!: boolean;
  @Exposed("PUBLIC", () => Boolean, "Decide it")
  decide!: boolean;
  @Exposed("PUBLIC", () => Boolean, "Decline what is proposed")
  decline!: boolean;
  @Exposed("PUBLIC", () => Boolean, "Take it to a higher stage; before it is answered, for a child at immediate risk")
  escalate!: boolean;
  @Exposed("PUBLIC", () => Boolean, "Keep a note of its agency's own")
  note!: boolean;
  @Exposed("PUBLIC", () => Boolean, "Propose a resolution")
  propose!: boolean;
  @Exposed("PUBLIC", () => Boolean, "Say what was learned")
  recordLearning!: boolean;
  @Exposed("PUBLIC", () => Boolean, "Answer it")
  respond!: boolean;
  @Exposed("PUBLIC", () => Boolean, "Take it back")
  withdraw!: boolean;
}

const ofStage = (column: string) => (stage: Place) => `${stage}.${column}`;
const ofChallenge = (column: string) => (stage: Place) => `${stage.of}.${column}`;

readRows("Challenge", {
  joins: {
    stage: (challenge, stage) =>
      `left join ladder_stage ${stage} on ${stage}.ladder_version_id = ${challenge}.ladder_version_id and ${stage}.number = ${challenge}.stage_number`,
  },
  columns: {
    raiser: SIDES.raiser,
    answerer: SIDES.answerer,
    involved: SIDES.involved,
    deciding: SIDES.deciding,
    lastStage: SIDES.lastStage,
    deciderKind: (challenge) => `${challenge.join("stage")}.decider_kind`,
    deciderRole: (challenge) => `${challenge.join("stage")}.decider_role`,
    deciderAgency: (challenge) => SIDES.deciderAgency(challenge.join("stage")),
    deciderSpeaksFor: (challenge) => speaksFor(SIDES.deciderAgency(challenge.join("stage"))),
    decider: (challenge) => `${challenge.join("stage")}.decider`,
  },
});
readRows("ChallengeStage", {
  columns: {
    number: ofStage("number"),
    name: ofStage("name"),
    informal: ofStage("informal"),
    decider: ofStage("decider"),
    from: ofChallenge("stage_from"),
    acknowledgeBy: ofChallenge("acknowledge_by"),
    respondBy: ofChallenge("respond_by"),
    respondDay: ofChallenge("respond_day"),
    provisional: ofChallenge("provisional"),
  },
  always: [],
});
readRows("ChallengeParty", { columns: { part: (party) => `${party}.part` }, always: [] });
readRows("ChallengeActor", {
  columns: {
    name: (event) => `coalesce((select g.name from agency g where g.id = ${event}.agency_id), case ${event}.acted_as
      when 'OFFICER' then 'The business unit' when 'CHAIR' then 'The chair' when 'RULE' then 'A rule' when 'CLOCK' then 'The clock' end)`,
  },
  always: [],
});
// whose note it is decides who reads it
readRows("ChallengeNote", { always: ["id", "partnershipId", "agencyId"] });

/** What a challenge's row says of who may do what with it. */
type Standing = Challenge & Sides;
const STANDING = [
  "partnershipId",
  "raisedAs",
  "state",
  "proposedBy",
  "waitingOn",
  "stageNumber",
  "raiser",
  "answerer",
  "involved",
  "deciding",
  "lastStage",
  "deciderKind",
  "deciderRole",
  "deciderAgency",
  "deciderSpeaksFor",
  "decider",
] as const;

const { ANSWERER, RAISER } = ChallengeSide;

/** What somebody can do with a challenge; the services ask the same. */
function abilitiesOn(actor: Actor, challenge: Standing): ChallengeViewerCan {
  const { state, proposedBy, stageNumber, lastStage } = challenge;
  const binds = (side: ChallengeSide.RAISER | ChallengeSide.ANSWERER) =>
    speakingFor(actor, challenge, side, LEADS) !== null;
  const answers = speakingFor(actor, challenge, ANSWERER, WRITERS) !== null;
  const last = stageNumber === lastStage;
  const agrees = binds(proposedBy === RAISER ? ANSWERER : RAISER);
  return {
    acknowledge: canHappen(state, "ACKNOWLEDGE") && answers,
    agree: canHappen(state, "AGREE") && agrees,
    deadlock: canHappen(state, "DEADLOCK") && last && overseeingAsNoParty(actor, challenge) !== null,
    decide: canHappen(state, "DECIDE") && deciding(actor, challenge).by !== undefined,
    decline: canHappen(state, "DECLINE") && agrees,
    escalate: canHappen(state, "ESCALATE") && !last && escalatingAs(actor, challenge) !== null,
    note: takingPart(actor, challenge) !== null,
    propose: canHappen(state, "PROPOSE") && (binds(RAISER) || binds(ANSWERER)),
    recordLearning: canHappen(state, "LEARN") && learningAs(actor, challenge) !== null,
    respond: canHappen(state, "RESPOND") && answers,
    withdraw: canHappen(state, "WITHDRAW") && binds(RAISER),
  };
}

@Resolver(() => Challenge)
export class ChallengeResolver {
  @RootLinked<{ id: string }>(
    () => Challenge,
    "The challenge of that id; NOT_FOUND where there is none that the caller may see",
    byId("Challenge"),
    { args: argument("id", () => ID, "Id of the challenge"), absent: () => new NotFoundError() },
  )
  challenge!: Challenge | null;

  @InSql(
    "PARTIES",
    () => String,
    "What it is cited by in its partnership, such as CH-7",
    (challenge) => `'CH-' || ${challenge}.number`,
  )
  reference!: string | null;

  @Linked("PARTIES", () => Partnership, "The partnership that it is in", keyed("partnership_id"))
  partnership!: Partnership | null;

  @Linked("PARTIES", () => LadderVersion, "The version of the ladder that it is on", keyed("ladder_version_id"))
  ladder!: LadderVersion | null;

  @Linked("PARTIES", () => Agency, "The agency that raised it; null where no agency did", keyed("raised_by_agency_id"))
  raisedBy!: Agency | null;

  @Linked("PARTIES", () => Agency, "The agency that is challenged", keyed("against_agency_id"))
  against!: Agency | null;

  @Linked(
    "PARTIES",
    () => ChallengeParty,
    "Agencies that take part: the two sides, those named, and those that decide",
    (challenge, party) => ({
      from: `(select 1 as place, 'RAISED_BY' as part, ${challenge}.raised_by_agency_id as agency_id
        union all select 2, 'AGAINST', ${challenge}.against_agency_id
        union all select 3, 'INVOLVED', x.id from unnest(${challenge}.involved_agency_ids) as x (id)
        union all select 4, 'DECIDES', x.id from unnest(${challenge}.deciding_agency_ids) as x (id)) ${party}`,
      where: `${party}.agency_id is not null`,
      order: `${party}.place, ${party}.agency_id`,
    }),
    { list: true },
  )
  parties!: ChallengeParty[] | null;

  @Linked("PARTIES", () => Action, "The action that it is about; null if about none", keyed("action_id"))
  action!: Action | null;

  @Linked(
    "PARTIES",
    () => Agency,
    "The agency that it is about; null if about something else",
    keyed("about_agency_id"),
  )
  aboutAgency!: Agency | null;

  @Linked(
    "PARTIES",
    () => TrackedItem,
    "The tracked item that it is about; null if about none, or where the caller may not see it",
    keyed("tracked_item_id"),
  )
  trackedItem!: TrackedItem | null;

  @Linked("PARTIES", () => Indicator, "The indicator that it is about; null if about none", keyed("indicator_id"))
  indicator!: Indicator | null;

  @Linked("PARTIES", () => ChallengeStage, "The stage at which it is, or at which it ended", (challenge) =>
    challenge.join("stage"),
  )
  stage!: ChallengeStage | null;

  @Linked(
    "PARTIES",
    () => ChallengeEvent,
    "What happened to it, oldest first",
    (challenge, event) => ({ where: `${event}.challenge_id = ${challenge}.id`, order: `${event}.number` }),
    { list: true },
  )
  events!: ChallengeEvent[] | null;

  @Linked(
    "PARTIES",
    () => ChallengeNote,
    "Notes of the caller's own agency on it, oldest first; nobody sees another's",
    (challenge, note) => ({ where: `${note}.challenge_id = ${challenge}.id`, order: `${note}.at, ${note}.id` }),
    { list: true },
  )
  notes!: ChallengeNote[] | null;

  @Derived<Standing>("PUBLIC", () => ChallengeViewerCan, "What the caller can do with it now", STANDING)
  viewerCan(challenge: Standing, { actor }: RequestContext): ChallengeViewerCan {
    return abilitiesOn(actor, challenge);
  }
}

@Resolver(() => ChallengeParty)
export class ChallengePartyResolver {
  @Linked("PUBLIC", () => Agency, "The agency", keyed("agency_id"), { nullable: true })
  agency!: Agency | null;
}

@Resolver(() => ChallengeActor)
export class ChallengeActorResolver {
  @Linked("PUBLIC", () => Agency, "The agency; null where it is none", keyed("agency_id"), { nullable: true })
  agency!: Agency | null;
}

@Resolver(() => ChallengeEvent)
export class ChallengeEventResolver {
  @Linked("PARTIES", () => ChallengeActor, "As whom it was done", (event) => event)
  actor!: ChallengeActor | null;
}

@Resolver(() => ChallengeNote)
export class ChallengeNoteResolver {
  @Linked("AUTHOR_DRAFT", () => Agency, "The agency whose it is", keyed("agency_id"))
  agency!: Agency | null;
}

@Resolver(() => Partnership)
export class PartnershipChallengesResolver {
  @Paged<ChallengeListArgs>(
    "PUBLIC",
    () => ChallengeConnection,
    "Challenges in the partnership that the caller takes part in, or all for oversight, newest first",
    challengesOf("partnership", "partnership_id"),
    { args: () => ChallengeListArgs },
  )
  challenges!: object;
}

@Resolver(() => Action)
export class ActionChallengesResolver {
  @Paged<ChallengeListArgs>(
    "PUBLIC",
    () => ChallengeConnection,
    "Challenges about it that the caller takes part in, or all for oversight, newest first",
    challengesOf("action", "action_id"),
    { args: () => ChallengeListArgs },
  )
  challenges!: object;
}
