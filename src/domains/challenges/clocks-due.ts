import { londonDay } from "../../platform/clock";
import type { Send } from "../audit/index";
import { ChallengeSide } from "./challenge.entity";
import { SIDES_OF } from "./challenges.sql";
import { type Asked, askedOf, type Sides } from "./standing";

/** London days from `low` on and before `high`, and what falls due in them. */
interface Days {
  kind: string;
  low: string;
  high: string;
}

/** A challenge's clock that falls due in some days: what has to be done by when, and who has to. */
export interface ClockDue<Kind extends string> {
  kind: Kind;
  challengeId: string;
  stage: number;
  what: "ACKNOWLEDGE" | "RESPOND" | "DECIDE";
  /** The last day that is in time, and the instant, where it is not the end of that day. */
  day: string;
  at: Date | null;
  provisional: boolean;
  to: Asked;
}

interface Row extends Sides {
  kind: string;
  challengeId: string;
  waitingOn: ChallengeSide;
  acknowledge: boolean;
  at: Date;
  day: string;
  provisional: boolean;
}

/**
 * Clocks of the challenges that run in a partnership, as they fall due in some days: until when the agency that is challenged
 * has to say that it has it, and until when whoever's turn it is has to answer or decide. A turn whose time is over is not
 * among them: the clock takes it on. One statement, however many there are.
 */
export async function clocksDue<Kind extends string>(
  send: Send,
  partnershipId: string,
  days: readonly (Days & { kind: Kind })[],
): Promise<ClockDue<Kind>[]> {
  const rows = await send<Row & { kind: Kind }>(
    `select w.kind, c.id as "challengeId", c.waiting_on as "waitingOn", clock.acknowledge, clock.at, clock.day, clock.provisional, ${SIDES_OF.columns}
     from ${SIDES_OF.rows} cross join lateral (values
       (true, c.acknowledge_by, ((c.acknowledge_by - interval '1 microsecond') at time zone 'Europe/London')::date, false),
       (false, c.respond_by, c.respond_day, c.provisional)) as clock (acknowledge, at, day, provisional)
     join jsonb_to_recordset($2::jsonb) as w (kind text, low date, high date) on clock.day >= w.low and clock.day < w.high
     where c.partnership_id = $1 and c.ended_at is null and (clock.acknowledge or clock.at > app.now())
     order by clock.at, c.number, clock.acknowledge desc`,
    [partnershipId, JSON.stringify(days)],
  );
  return rows.map((row) => ({
    kind: row.kind,
    challengeId: row.challengeId,
    stage: row.stageNumber,
    what: row.acknowledge ? "ACKNOWLEDGE" : row.waitingOn === ChallengeSide.DECIDER ? "DECIDE" : "RESPOND",
    day: row.day,
    at: londonDay(row.at) === row.day ? row.at : null,
    provisional: row.provisional,
    to: askedOf(row, row.waitingOn),
  }));
}
