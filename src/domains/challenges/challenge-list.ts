import { BadInputError } from "../../platform/errors/index";
import { connectionTypeOf, type PageArgs } from "../../platform/graphql/connection";
import { requiredKey } from "../../platform/graphql/ids";
import {
  type PageLink,
  type Parameter,
  type Place,
  type RequestContext,
  requireReadableEverywhere,
} from "../access/index";
import type { Actor } from "../identity/index";
import { Challenge } from "./challenge.entity";
import { RUNNING } from "./challenge-lifecycle";
import { type ChallengeFilter, MOST_DAYS_AHEAD } from "./escalations.inputs";
import { dueWithin, OVERDUE_TURN, turnIsOf, turnOf, UNTIL } from "./turn.sql";

export const ChallengeConnection = connectionTypeOf("Challenge", () => Challenge);

const MOST_VALUES = 200;

/** The fields of a challenge that its filters tell of, besides those of the same name. */
const TOLD_BY: Readonly<Partial<Record<keyof ChallengeFilter, readonly string[]>>> = {
  running: ["state"],
  stageName: ["stage"],
  party: ["parties", "raisedBy", "against"],
  overdue: ["waitingFor", "stage"],
  dueBefore: ["waitingFor", "stage"],
  dueWithinWorkingDays: ["waitingFor", "stage"],
  clockRuns: ["waitingFor", "stage"],
};

/** Refuses, by name, an argument that tells of fields which a grant denies the caller: whoever sees a challenge reads them else. */
export const requireTold = (actor: Actor, argument: readonly string[], fields: readonly string[]): void =>
  requireReadableEverywhere(
    actor,
    argument,
    fields.map((field) => ({ type: "Challenge", field, tier: "PUBLIC" })),
  );

/** Refuses what nothing can match, or takes too long to look for. */
function requireSensible(filter: ChallengeFilter): void {
  const refuse = (name: string, why: string) => {
    throw new BadInputError(`filter.${name} ${why}`, ["filter", name]);
  };
  for (const [name, value] of Object.entries(filter)) {
    if (!Array.isArray(value)) continue;
    if (value.length === 0) refuse(name, "is an empty list, which nothing can match. Leave it out, or name a value.");
    if (value.length > MOST_VALUES) refuse(name, `may name ${MOST_VALUES} values at most.`);
  }
  const { dueWithinWorkingDays: days, dueBefore, overdue, clockRuns } = filter;
  if (days != null && (days < 0 || days > MOST_DAYS_AHEAD))
    refuse("dueWithinWorkingDays", `is a number of working days from 0 to ${MOST_DAYS_AHEAD}; it was ${days}.`);
  if (clockRuns === false && (days != null || dueBefore != null || overdue === true))
    refuse("clockRuns", "asks for those that are due at no time, and another filter for when they are due.");
}

/**
 * SQL conditions of a filter over a challenge of an alias.
 *
 * @throws {BadInputError} where nothing can match, naming the filter; where an id is no agency's.
 */
export function challengeConditions(
  { actor, now }: Pick<RequestContext, "actor" | "now">,
  c: Place | string,
  filter: ChallengeFilter,
  $: Parameter,
): string[] {
  requireSensible(filter);
  for (const [name, value] of Object.entries(filter) as [keyof ChallengeFilter, unknown][])
    if (value != null) requireTold(actor, ["filter", name], TOLD_BY[name] ?? [name]);
  const conditions: string[] = [];
  const among = (column: string, values: readonly unknown[] | null | undefined, type = "text") => {
    if (values != null) conditions.push(`${c}.${column} = any (${$(values)}::${type}[])`);
  };
  const keys = (name: "against" | "party" | "raisedBy" | "waitingFor") =>
    filter[name]?.map((id) => requiredKey("Agency", id, ["filter", name]));
  const turn = (condition: (turn: string) => string) =>
    conditions.push(
      `exists (select 1 from (select 1) as once cross join lateral ${turnOf(c, "turn")} where ${condition("turn")})`,
    );

  among("state", filter.state);
  if (filter.running != null)
    conditions.push(`${filter.running ? "" : "not "}(${c}.state = any (${$(RUNNING)}::text[]))`);
  among("ground", filter.ground);
  among("waiting_on", filter.waitingOn);
  among("stage_number", filter.stage, "int");
  if (filter.stageName != null)
    conditions.push(`exists (select 1 from ladder_stage n where n.ladder_version_id = ${c}.ladder_version_id and n.number = ${c}.stage_number
      and lower(n.name) = any (${$(filter.stageName.map((name) => name.trim().toLowerCase()))}::text[]))`);
  among("against_agency_id", keys("against"), "uuid");
  among("raised_by_agency_id", keys("raisedBy"), "uuid");
  const parties = keys("party");
  if (parties) {
    const given = `${$(parties)}::uuid[]`;
    conditions.push(`(${c}.raised_by_agency_id = any (${given}) or ${c}.against_agency_id = any (${given})
      or ${c}.involved_agency_ids && ${given} or ${c}.deciding_agency_ids && ${given})`);
  }
  const awaited = keys("waitingFor");
  if (awaited) turn((it) => turnIsOf(it, `${$(awaited)}::uuid[]`));
  if (filter.overdue != null) turn((it) => `${OVERDUE_TURN(it)} = ${filter.overdue ? "true" : "false"}`);
  if (filter.dueBefore != null) conditions.push(`${UNTIL(c)} < ${$(filter.dueBefore.toISOString())}::timestamptz`);
  const { dueWithinWorkingDays: days } = filter;
  if (days != null) turn((it) => dueWithin(it, `${$(days)}::int`, now));
  if (filter.clockRuns != null) conditions.push(`${UNTIL(c)} is ${filter.clockRuns ? "not " : ""}null`);
  return conditions;
}

interface Filtered extends PageArgs {
  filter?: ChallengeFilter | null;
}

/** How a list of challenges is put in order. */
interface Order {
  name: string;
  by: (c: Place) => string;
  descending?: boolean;
}
const NEWEST_FIRST: Order = { name: "challenges", by: (c) => `${c}.raised_at`, descending: true };
/** Those without a limit come last. */
export const SOONEST_FIRST: Order = {
  name: "escalations",
  by: (c) => `coalesce(${UNTIL(c)}, 'infinity'::timestamptz)`,
};

/** A page of the challenges of which `of` holds, narrowed by the filter; and how many there are under the very same conditions. */
export const challengePages =
  (
    place: string,
    of: (row: Place, c: Place | string) => string,
    { name, by, descending = false }: Order = NEWEST_FIRST,
  ): PageLink<Filtered> =>
  (row, it, context, { filter }, $) => {
    const narrowed = (c: Place | string) =>
      [of(row, c), ...challengeConditions(context, c, filter ?? {}, $)].join(" and ");
    const listed = narrowed(it);
    return {
      name: (id) => `${name}:${place}:${id}:${JSON.stringify(filter ?? {})}`,
      order: [
        { by: by(it), type: "timestamptz" },
        { by: `${it}.id`, type: "uuid" },
      ],
      descending,
      count: () => `select count(*) from challenge c where ${narrowed("c")}`,
      rows: ({ beyond }) => ({ where: `${listed} and ${beyond(by(it), `${it}.id`)}` }),
    };
  };

/** Challenges that hang on a row by one of their columns, newest first. */
export const challengesOf = (place: string, column: string): PageLink<Filtered> =>
  challengePages(place, (row, c) => `${c}.${column} = ${row}.id`);
