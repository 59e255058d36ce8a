import type { DataSource } from "typeorm";
import type { Send } from "../../src/domains/audit/index";
import { raiseByRule, type RaisedByRule, raisedOn } from "../../src/domains/challenges/index";
import { asOperator } from "../../src/platform/database/as-operator";
import { globalId } from "../../src/platform/graphql/ids";
import { enrol } from "../support/enrol";
import { serve, type Service } from "../support/service";
import { demonstrationOfWriters, POLICE } from "../support/writes";

export { mutation } from "../boards/world";

/** Thursday 14 February 2019, 9:00: the demonstration's moment. */
export const START = "2019-02-14T09:00:00Z";
export const COUNCIL = "Wrenford Borough Council";

export const TABLES = ["ladder", "ladder_version", "ladder_stage", "challenge", "challenge_event", "challenge_note"];

/** A stage of a ladder that is made for a test. */
export const stage = (number: number, more: object = {}) => ({
  number,
  name: `Stage ${number}`,
  decider: "Somebody",
  ...more,
});

/** Raises on that ladder what a rule is said to have found, as a sweep does. Gives the challenge's key. */
export function byRule(db: DataSource, ladder: string, found: RaisedByRule, now: Date): Promise<string | null> {
  return asOperator(db, { now: () => now }, found.partnershipId, async (runner) => {
    const send: Send = (text, values) => runner.query(text, values) as never;
    return raiseByRule(send, await raisedOn(send, found.partnershipId, ladder, now), found, now);
  });
}

/** The demonstration with leads on both sides of a disagreement, at moments of one's choosing. */
export async function demonstrationOfChallenges() {
  const world = await demonstrationOfWriters();
  const { database } = world;
  await enrol(database, "housing-lead", [{ role: "AGENCY_LEAD", agency: "Wrenford Homes" }]);
  await enrol(database, "icb-lead", [{ role: "AGENCY_LEAD", agency: "Wrenford Integrated Care Board" }]);
  await enrol(database, "icb-viewer", [{ role: "AGENCY_VIEWER", agency: "Wrenford Integrated Care Board" }]);
  await enrol(database, "council-contributor", [{ role: "AGENCY_CONTRIBUTOR", agency: COUNCIL }]);
  const opened = new Map<string, Promise<Service>>([[START, Promise.resolve(world.service)]]);
  const key = async (text: string, values: unknown[] = []) => {
    const [row] = await database.owner.query<{ id: string }[]>(text, values);
    if (!row) throw new Error(`nothing is found by ${text} with ${JSON.stringify(values)}`);
    return row.id;
  };
  const partnership = async (slug = "wrenford") =>
    globalId("Partnership", await key("select id from partnership where slug = $1", [slug]));
  let ladders = 0;
  return {
    ...world,
    key,
    partnership,
    /** The id of a ladder of these stages, which an officer makes. */
    ladderOf: async (stages: object[], more: object = {}): Promise<string> => {
      ladders += 1;
      const input = { partnership: await partnership(), name: `Made for a test ${ladders}`, stages, ...more };
      const { createLadder } = await world.service
        .as("wrenford-officer")
        .data<{ createLadder: { ladder: { id: string } } }>(
          "mutation ($input: CreateLadderInput!) { createLadder(input: $input) { ladder { id } } }",
          { input },
        );
      return createLadder.ladder.id;
    },
    /** The service as it is at that moment. */
    at: (moment: string): Promise<Service> => {
      const known = opened.get(moment) ?? serve(database, { now: new Date(moment) });
      opened.set(moment, known);
      return known;
    },
    agency: async (name: string) =>
      globalId(
        "Agency",
        await key(
          "select g.id from agency g join partnership p on p.id = g.partnership_id where g.name = $1 and p.slug = 'wrenford'",
          [name],
        ),
      ),
    ladder: async (name: string) => globalId("Ladder", await key("select id from ladder where name = $1", [name])),
    stop: async () => {
      for (const service of opened.values()) await (await service).stop();
      await database.drop();
    },
  };
}
export type ChallengesWorld = Awaited<ReturnType<typeof demonstrationOfChallenges>>;

export const FULL = `id reference subject ground raisedAs state waitingOn outcome learning version riskReason
  raisedBy { name } against { name } action { reference } aboutAgency { name }
  ladder { number ladder { name } } parties { part agency { name } }
  stage { number name informal decider respondBy respondDay acknowledgeBy provisional }
  events { number kind at stageNumber toStage actor { name } note respondDay }`;

/** What of a challenge the tests look at. */
export interface Seen {
  id: string;
  reference: string;
  state: string;
  waitingOn: string | null;
  outcome: string | null;
  version: number;
  stage: { number: number; respondBy: string | null; respondDay: string | null; acknowledgeBy: string | null };
  events: { kind: string; toStage: number | null; actor: { name: string }; note: string | null }[];
}

interface Outcome {
  challenge: Seen | null;
  userErrors: { code: string; field: string[] | null; message: string }[];
}

const INPUTS: Record<string, string> = {
  raiseChallenge: "RaiseChallengeInput",
  acknowledgeChallenge: "ChallengeInput",
  agreeResolution: "ChallengeInput",
  escalateChallenge: "EscalateChallengeInput",
};

/** What somebody does at a moment: the challenge as it then stands, or `CODE field: message` of why not. */
export async function act(
  world: ChallengesWorld,
  name: string,
  actor: string | null,
  input: object,
  moment = START,
): Promise<Seen | string> {
  const service = await world.at(moment);
  const { data, errors } = await service
    .as(actor)
    .ask<Record<string, Outcome>>(
      `mutation ($input: ${INPUTS[name] ?? "ChallengeTextInput"}!) { ${name}(input: $input) { challenge { ${FULL} } userErrors { code field message } } }`,
      { input },
    );
  const [error] = errors;
  if (error?.extensions.code === "INTERNAL") throw new Error(service.logged.join("\n"));
  if (error) return error.extensions.code;
  const { challenge, userErrors } = data?.[name] ?? { challenge: null, userErrors: [] };
  const [told] = userErrors;
  if (told) return `${told.code}${told.field ? ` ${told.field.join(".")}` : ""}: ${told.message}`;
  if (!challenge) throw new Error(`${name} answered nothing`);
  return challenge;
}

/** The same where it must be done. */
export async function done(...args: Parameters<typeof act>): Promise<Seen> {
  const outcome = await act(...args);
  if (typeof outcome === "string") throw new Error(`${args[1]} by ${String(args[2])}: ${outcome}`);
  return outcome;
}

/** A challenge that the police raise against the council. */
export const raised = async (world: ChallengesWorld, more: object = {}, moment = START, actor = "police-lead") =>
  done(
    world,
    "raiseChallenge",
    actor,
    { against: await world.agency(COUNCIL), subject: "Strategy meetings are called too late", ...more },
    moment,
  );

export { POLICE };
