import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { Access } from "../../platform/graphql/exposed";
import { keyed, Linked, type Place, readRows, type RequestContext } from "../access/index";
import { byCalendar, calendarName } from "../calendars/index";
import { Agency } from "../partnership/index";
import { Challenge } from "./challenge.entity";
import { timeLeft } from "./deadline";
import { TimeLimit } from "./ladder-examples";
import { OVERDUE_TURN, turnOf } from "./turn.sql";
import { ChallengeTurn } from "./turn.types";

const ofTurn = (column: string) => (turn: Place) => `${turn}.${column}`;
readRows("ChallengeTurn", {
  columns: {
    what: ofTurn("what"),
    who: ofTurn("who"),
    name: ofTurn("name"),
    until: ofTurn("until"),
    day: ofTurn("day"),
    provisional: ofTurn("provisional"),
    overdue: OVERDUE_TURN,
    unit: ofTurn("unit"),
    calendar: (turn) => calendarName(`${turn}.division`),
  },
  // what is left is counted in Node
  always: ["until", "day", "unit", "calendar"],
});

@Resolver(() => Challenge)
export class ChallengeWaitingResolver {
  @Linked(
    "PARTIES",
    () => ChallengeTurn,
    "Whom it waits for, and how long; null once it has ended",
    (challenge, turn) => ({
      from: turnOf(challenge, turn),
      where: "true",
    }),
  )
  waitingFor!: ChallengeTurn | null;
}

@Resolver(() => ChallengeTurn)
export class ChallengeTurnResolver {
  @Linked("PUBLIC", () => Agency, "The agency that is waited for; null where it is none", keyed("agency_id"), {
    nullable: true,
  })
  agency!: Agency | null;

  @FieldResolver(() => TimeLimit, {
    nullable: true,
    description:
      "How long there is, in what the limit is counted in: working or calendar days after today up to and with `day`, or whole hours; less than nothing where it is over, null where no clock runs",
  })
  @Access("PUBLIC")
  left(@Root() turn: ChallengeTurn, @Ctx() context: RequestContext): TimeLimit | null | Promise<TimeLimit> {
    const { until, day, unit, calendar, knownAt } = turn;
    if (until === null || day === null || unit === null) return null;
    const now = knownAt == null ? context.now : new Date(knownAt);
    return byCalendar(context, calendar, (days) => timeLeft({ at: new Date(until), day }, unit, now, days));
  }
}
