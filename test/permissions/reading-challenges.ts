import { byId, type Facts, holdingsIn, type Holding, isOwn, type Row, rowsOf, today, type Who } from "./reading";
import type { Asking } from "./reading-rows";

/**
 * Who sees and who writes ladders and challenges, read from the issue: a ladder is as public as its partnership; a challenge
 * is its two sides', those named in it, those whose post or board decides a stage that it has come to, and oversight's; a
 * note on it is its agency's alone. Whoever took over from an agency stands in its place.
 */
type Sight = (row: Row, one: Asking, facts: Facts) => boolean;

const list = (value: unknown): string[] => (Array.isArray(value) ? (value as string[]) : []);

/** The agency, and whoever took over from it since, one after the other. */
export function todayAs(facts: Facts, agency: unknown): string[] {
  const row = byId(facts, "agency", agency);
  if (!row) return [];
  const over = typeof row.valid_to === "string" && row.valid_to < today(facts);
  return [String(row.id), ...(over ? todayAs(facts, row.successor_id) : [])];
}

/** Whoever stands today in the place of an agency; nobody where the last of them has ended too. */
export function standingFor(facts: Facts, agency: unknown): string | null {
  const last = todayAs(facts, agency).at(-1);
  const over = byId(facts, "agency", last)?.valid_to;
  return last === undefined || (typeof over === "string" && over < today(facts)) ? null : last;
}

/** What an agency speaks for: itself, the collectives that it is in today, and whichever any of those took over from. */
export function spokenForBy(facts: Facts, agency: unknown): string[] {
  const day = today(facts);
  const collectives = rowsOf(facts, "collective_member")
    .filter(
      (one) =>
        one.member_id === agency &&
        (typeof one.valid_from !== "string" || one.valid_from <= day) &&
        (typeof one.valid_to !== "string" || one.valid_to >= day),
    )
    .map(({ collective_id }) => String(collective_id));
  const own = [String(agency), ...collectives];
  return rowsOf(facts, "agency")
    .map(({ id }) => String(id))
    .filter((id) => todayAs(facts, id).some((name) => own.includes(name)));
}

/** Agencies of a challenge, as they are today. */
export const partiesOf = (facts: Facts, row: Row): string[] =>
  [row.raised_by_agency_id, row.against_agency_id, ...list(row.involved_agency_ids), ...list(row.deciding_agency_ids)]
    .filter((agency) => agency !== null)
    .flatMap((agency) => todayAs(facts, agency));

const isAmong = (holdings: readonly Holding[], agencies: readonly string[]) =>
  holdings.some(({ names, acting }) => acting !== "SCRUTINY_MEMBER" && names.some((name) => agencies.includes(name)));

/** What this stands on of the plain reading of rows. */
interface Ground {
  belongs: (one: Asking, partnership: unknown) => boolean;
  watches: (one: Asking, partnership: unknown) => boolean;
  keeps: (one: Asking, partnership: unknown) => boolean;
  chairs: (one: Asking, partnership: unknown) => boolean;
  isOut: (facts: Facts, row: Row) => boolean;
  inScope: (one: Asking, scope: string) => boolean;
}

/** Officers, the chair and leads of the partnership's agencies raise, and so count. */
const raises =
  ({ keeps, chairs }: Pick<Ground, "keeps" | "chairs">): Sight =>
  (row, one, facts) =>
    keeps(one, row.partnership_id) ||
    chairs(one, row.partnership_id) ||
    one.who.holdings.some(
      ({ role, agency }) =>
        role === "AGENCY_LEAD" && byId(facts, "agency", agency)?.partnership_id === row.partnership_id,
    );

export const challengesSeen = (ground: Ground): Record<string, Sight> => {
  const { belongs, watches, isOut, inScope } = ground;
  const ladder: Sight = (row, one, facts) => {
    const partnership = byId(facts, "partnership", row.partnership_id);
    return belongs(one, row.partnership_id) || (one.asking && partnership !== undefined && isOut(facts, partnership));
  };
  const challenge: Sight = (row, one, facts) =>
    inScope(one, "READ_REPORTING") &&
    (watches(one, row.partnership_id) ||
      isAmong(
        one.who.holdings.filter(({ agency }) => agency !== null && isOwn(one.who, agency)),
        partiesOf(facts, row),
      ) ||
      // the operator of the platform sees what runs
      (one.platform && row.ended_at === null));
  return {
    ladder,
    ladder_version: ladder,
    ladder_stage: ladder,
    challenge_counter: raises(ground),
    challenge,
    challenge_event: (row, one, facts) => {
      const of = byId(facts, "challenge", row.challenge_id);
      return of !== undefined && challenge(of, one, facts);
    },
    challenge_note: (row, one) => inScope(one, "READ_REPORTING") && isOwn(one.who, row.agency_id),
  };
};

/** What this stands on of the plain reading of writing. */
interface WritingGround {
  keeps: (one: Asking, partnership: unknown) => boolean;
  chairs: (one: Asking, partnership: unknown) => boolean;
  leads: (one: Asking, agency: unknown) => boolean;
  drafts: (one: Asking, agency: unknown) => boolean;
  self: (one: Asking, person: unknown) => boolean;
  sameMoment: (value: unknown, now: Date) => boolean;
  seesChallenge: Sight;
}

interface Writing {
  add: Sight;
  columns: readonly string[];
  take?: Sight;
  keeps?: (before: Row, after: Row, one: Asking, facts: Facts) => boolean;
}

const AFTER_THE_END = ["learning", "version"];

export const challengesWritten = (ground: WritingGround): Record<string, Writing> => {
  const { keeps, chairs, leads, drafts, self, sameMoment, seesChallenge } = ground;
  const kept: Sight = (row, one) => keeps(one, row.partnership_id);
  const operates = (one: Asking, row: Row) => one.operatorOf !== null && one.operatorOf === row.partnership_id;
  const now = (one: Asking, facts: Facts, value: unknown) => one.timed && sameMoment(value, facts.now);
  const challengeOf = (facts: Facts, row: Row) => byId(facts, "challenge", row.challenge_id);
  const isShown: Sight = (row, one, facts) => {
    const of = challengeOf(facts, row);
    return of !== undefined && seesChallenge(of, one, facts);
  };
  const writes: Sight = (row, one, facts) =>
    keeps(one, row.partnership_id) ||
    chairs(one, row.partnership_id) ||
    isAmong(
      one.who.holdings.filter(({ agency }) => drafts(one, agency)),
      partiesOf(facts, row),
    );
  return {
    ladder: { add: kept, columns: ["retired_on", "version"], take: kept },
    ladder_version: { add: kept, columns: [] },
    ladder_stage: { add: kept, columns: [] },
    challenge_counter: { add: raises(ground), columns: ["raised"], take: raises(ground) },
    challenge: {
      add: (row, one, facts) =>
        now(one, facts, row.raised_at) &&
        row.state === "RAISED" &&
        ((row.raised_as === "AGENCY" && self(one, row.raised_by_person_id) && leads(one, row.raised_by_agency_id)) ||
          (row.raised_as === "OFFICER" && self(one, row.raised_by_person_id) && kept(row, one, facts)) ||
          (row.raised_as === "CHAIR" && self(one, row.raised_by_person_id) && chairs(one, row.partnership_id)) ||
          (row.raised_as === "RULE" && operates(one, row))),
      columns: [
        "deciding_agency_ids",
        "risk_reason",
        "state",
        "stage_number",
        "stage_from",
        "waiting_on",
        "proposed_by",
        "acknowledge_by",
        "respond_by",
        "respond_day",
        "provisional",
        "outcome",
        "learning",
        "ended_at",
        "version",
      ],
      take: writes,
      // what has ended stays so; who is party decides at a stage of their own alone, and the clock deadlocks
      keeps: (before, after, one, facts) => {
        const same = (name: string) => JSON.stringify(before[name]) === JSON.stringify(after[name]);
        if (before.ended_at !== null)
          return Object.keys(after).every((name) => AFTER_THE_END.includes(name) || same(name));
        if (keeps(one, before.partnership_id) || chairs(one, before.partnership_id)) return true;
        if (after.state === "DECIDED")
          return rowsOf(facts, "agency").some(
            ({ id }) =>
              leads(one, id) && spokenForBy(facts, id).some((name) => list(before.deciding_agency_ids).includes(name)),
          );
        return after.state !== "DEADLOCKED" || (before.respond_by instanceof Date && before.respond_by <= facts.now);
      },
    },
    challenge_event: {
      add: (row, one, facts) => {
        if (!now(one, facts, row.at)) return false;
        const of = challengeOf(facts, row);
        switch (row.acted_as) {
          case "AGENCY":
            return self(one, row.person_id) && drafts(one, row.agency_id) && isShown(row, one, facts);
          case "OFFICER":
            return self(one, row.person_id) && kept(row, one, facts);
          case "CHAIR":
            return self(one, row.person_id) && chairs(one, row.partnership_id);
          case "RULE":
            return operates(one, row);
          default:
            if (row.kind === "RECOUNTED") return operates(one, row);
            return (
              ["EXPIRED", "DEADLOCKED"].includes(String(row.kind)) &&
              isShown(row, one, facts) &&
              of?.respond_by instanceof Date &&
              of.respond_by <= facts.now
            );
        }
      },
      columns: [],
    },
    challenge_note: {
      add: (row, one, facts) =>
        drafts(one, row.agency_id) && self(one, row.person_id) && now(one, facts, row.at) && isShown(row, one, facts),
      columns: [],
    },
  };
};

const RUNNING = ["RAISED", "ACKNOWLEDGED", "RESPONDED", "RESOLUTION_PROPOSED"];
const WRITERS = ["AGENCY_CONTRIBUTOR", "AGENCY_LEAD"];

/** Whether somebody in person holds one of the roles at an agency that speaks for one of these. */
export const speaks = (who: Who, partnership: unknown, agencies: readonly string[], roles: readonly string[]) =>
  holdingsIn(who, partnership).some(
    ({ role, agency, names }) => agency !== null && roles.includes(role) && names.some((one) => agencies.includes(one)),
  );

/** What `viewerCan` of a challenge must say. */
export function challengeAbilities(facts: Facts, who: Who, row: Row): Record<string, boolean> {
  const { partnership_id: of, state, proposed_by: proposed } = row;
  const stages = rowsOf(facts, "ladder_stage").filter((one) => one.ladder_version_id === row.ladder_version_id);
  const stage = stages.find(({ number }) => number === row.stage_number);
  const last = stages.every(({ number }) => Number(number) <= Number(row.stage_number));
  const holds = (...roles: string[]) => holdingsIn(who, of).some(({ role }) => roles.includes(role));
  const oversees = holds("PARTNERSHIP_OFFICER", "PARTNERSHIP_CHAIR");
  const answerer = todayAs(facts, row.against_agency_id);
  const raiser = todayAs(facts, row.raised_by_agency_id);
  const answers = (roles: string[]) => speaks(who, of, answerer, roles);
  // nobody closes what runs against their own agency
  const challenged = holdingsIn(who, of).some(({ names }) => names.some((one) => answerer.includes(one)));
  const raised = row.raised_by_agency_id === null ? oversees && !challenged : speaks(who, of, raiser, ["AGENCY_LEAD"]);
  const binds = answers(["AGENCY_LEAD"]);
  const agrees = proposed === "RAISER" ? binds : raised;
  const running = RUNNING.includes(String(state));
  const post = byId(facts, "post", stage?.decider_post_id);
  const deciding = standingFor(facts, post?.agency_id);
  const parties = [...raiser, ...answerer, ...list(row.involved_agency_ids).flatMap((one) => todayAs(facts, one))];
  const isParty = holdingsIn(who, of).some(({ names }) => names.some((one) => parties.includes(one)));
  const decides =
    (stage?.decider_kind !== "PARTIES" || last) &&
    !isParty &&
    ((holds("PARTNERSHIP_CHAIR") &&
      row.raised_as !== "CHAIR" &&
      (last ||
        stage?.decider_role === "PARTNERSHIP_CHAIR" ||
        (stage?.decider_role === "PARTNERSHIP_OFFICER" && row.raised_as === "OFFICER") ||
        (stage?.decider_kind === "POST" && deciding === null) ||
        (deciding !== null && spokenForBy(facts, deciding).some((one) => parties.includes(one))))) ||
      (holds("PARTNERSHIP_OFFICER") && stage?.decider_role === "PARTNERSHIP_OFFICER" && row.raised_as !== "OFFICER") ||
      (deciding !== null && speaks(who, of, [deciding], ["AGENCY_LEAD"])));
  return {
    acknowledge: state === "RAISED" && answers(WRITERS),
    agree: ["RESPONDED", "RESOLUTION_PROPOSED"].includes(String(state)) && agrees,
    deadlock: running && last && oversees && !challenged,
    decide: running && decides,
    decline: state === "RESOLUTION_PROPOSED" && agrees,
    escalate: running && !last && (raised || oversees),
    note: speaks(who, of, partiesOf(facts, row), WRITERS),
    propose: running && (raised || binds),
    recordLearning: !running && (oversees || raised || binds),
    respond: running && state !== "RESOLUTION_PROPOSED" && answers(WRITERS),
    withdraw: running && raised,
  };
}
