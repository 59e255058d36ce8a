import { Resolver } from "type-graphql";
import { dayInWords } from "../../platform/days-in-words";
import { Derived, Linked, type Place } from "../access/index";
import { Agency, Partnership, Post } from "../partnership/index";
import { Action } from "./action.entity";
import { awaitedIn, owedBy, waitsOf } from "./waiting-on";
import { Awaited, Wait, WaitingOn, Whom } from "./waiting-on.types";

/** The facts that a wait was derived from. */
type WaitFacts = Wait & { fact: string | null; named: string | null };

/** In words, what the facts say. */
const BECAUSE: Readonly<Record<WaitingOn, (wait: WaitFacts) => string>> = {
  BLOCKED_BY_ACTION: ({ since, fact }) => `It was said${on(since)} that action ${fact ?? ""} is to be done first.`,
  CONTRIBUTION: ({ since, fact, named }) => {
    if (fact === "CANNOT") return `${named ?? ""} said${on(since)} that it cannot do its part.`;
    const part = fact === null ? "has not said how its part stands" : `says that its part is ${inWords(fact)}`;
    return `The by-when ended${on(since)} and ${named ?? ""} ${part}.`;
  },
  DATE_DECISION: ({ since, fact, named }) =>
    `${named ?? ""} asked${on(since)} for the by-when to be moved to ${fact ?? ""}.`,
  IMPACT_RATING: ({ since }) =>
    since === null
      ? "It is completed, and its impact is not rated."
      : `It is completed, and its impact, which was to be judged${on(since)}, is not rated.`,
  LEAD_UNCONFIRMED: ({ named }) =>
    named === null
      ? "No agency is confirmed as its lead."
      : `No agency is confirmed as its lead; ${named} is presumed, being listed first.`,
  REVIEW_DUE: ({ since }) => `It was to be reviewed${on(since)}.`,
  UPDATE_DUE: ({ who, fact }) => {
    const said = who === Whom.UNTOLD ? "accepted" : "submitted";
    return fact === null
      ? `No progress update has been ${said} yet.`
      : `The last progress update ${said} is of the period to ${dayInWords(fact)}, longer ago than the reporting cadence.`;
  },
  UPDATE_RETURNED: ({ since, fact }) =>
    `The progress update of the period to ${dayInWords(fact ?? "")} was returned${on(since)} and has not been submitted again.`,
  UPDATE_TO_ACCEPT: ({ since, fact, named }) =>
    `${named ?? "An agency"} submitted the progress update of the period to ${dayInWords(fact ?? "")}${on(since)}; it is neither accepted nor returned.`,
};
const on = (day: string | null) => (day === null ? "" : ` on ${dayInWords(day)}`);
const inWords = (state: string) => state.toLowerCase().replaceAll("_", " ");

const agencyOf = (row: Place) => ({ key: `${row}.agency_id` });
const postOf = (row: Place) => ({ key: `${row}.post_id` });

@Resolver(() => Wait)
export class WaitResolver {
  @Linked("PUBLIC", () => Agency, "The agency that is waited for; null where it is none", agencyOf, { nullable: true })
  agency!: Agency | null;

  @Linked("PUBLIC", () => Post, "The post that is waited for; null where an agency is, or the business unit", postOf, {
    nullable: true,
  })
  post!: Post | null;

  @Linked(
    "PUBLIC",
    () => Action,
    "The action that is to be done first; null where it waits for something else",
    (wait) => ({ key: `${wait}.about_id` }),
    { nullable: true },
  )
  blockedBy!: Action | null;

  @Derived<WaitFacts>("PUBLIC", () => String, "The facts that it was derived from", [
    "what",
    "who",
    "since",
    "fact",
    "named",
  ])
  because(wait: WaitFacts): string {
    return BECAUSE[wait.what](wait);
  }
}

@Resolver(() => Awaited)
export class AwaitedResolver {
  @Linked("PUBLIC", () => Agency, "The agency that is waited for; null where it is none", agencyOf, { nullable: true })
  agency!: Agency | null;

  @Linked("PUBLIC", () => Post, "The post that is waited for; null where an agency is, or the business unit", postOf, {
    nullable: true,
  })
  post!: Post | null;
}

@Resolver(() => Action)
export class ActionWaitingResolver {
  @Linked(
    "PARTNERSHIP",
    () => Wait,
    "Whom everyone waits for, and why, as far as the caller may see: a submitted update and a request to move the date count only for those who may see them",
    (action, wait) => ({ from: waitsOf(action, wait), where: "true" }),
    { list: true },
  )
  waitingOn!: Wait[] | null;
}

@Resolver(() => Partnership)
export class PartnershipWaitingResolver {
  @Linked(
    "PARTNERSHIP",
    () => Awaited,
    "Who holds up how many actions, as far as the caller may see, those who hold up the most first; `Action.waitingOn` says why",
    awaitedIn,
    { list: true },
  )
  waitingOn!: Awaited[] | null;
}

@Resolver(() => Agency)
export class AgencyWaitingResolver {
  @Linked(
    "PARTNERSHIP",
    () => Awaited,
    "How many actions wait for this agency, itself or a collective that it is in today, as far as the caller may see; `actions(filter: { waitingOn })` lists them",
    owedBy,
  )
  owes!: Awaited | null;
}
