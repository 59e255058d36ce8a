import type { Send } from "../audit/index";
import { divisionOf } from "../calendars/index";
import type { AskedBy } from "../notifications/index";
import type { ChallengeSide } from "./challenge.entity";
import { SIDES_OF } from "./challenges.sql";
import { askedBy, askedOfSide } from "./notices";
import { type Asked, askedOf, type Sides } from "./standing";
import { mayMove } from "./turn.sql";

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
  asks: AskedBy;
  /** The last day that is in time. */
  day: string;
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
    `select w.kind, c.id as "challengeId", c.waiting_on as "waitingOn", clock.acknowledge, clock.at, clock.day,
       ${mayMove("clock.unit", "clock.day", `coalesce(l.division, ${divisionOf("l")})`)} as provisional, ${SIDES_OF.columns}
     from ${SIDES_OF.rows} join ladder_version v on v.id = c.ladder_version_id join ladder l on l.id = v.ladder_id cross join lateral (values
       (true, c.acknowledge_by, ((c.acknowledge_by - interval '1 microsecond') at time zone 'Europe/London')::date, s.acknowledge_unit),
       (false, c.respond_by, c.respond_day, s.limit_unit)) as clock (acknowledge, at, day, unit)
     join jsonb_to_recordset($2::jsonb) as w (kind text, low date, high date) on clock.day >= w.low and clock.day < w.high
     where c.partnership_id = $1 and c.ended_at is null and (clock.acknowledge or clock.at > app.now())
     order by clock.at, c.number, clock.acknowledge desc`,
    [partnershipId, JSON.stringify(days)],
  );
  return rows.map((row) => ({
    kind: row.kind,
    challengeId: row.challengeId,
    stage: row.stageNumber,
    asks: askedBy(row.acknowledge ? "ACKNOWLEDGE" : askedOfSide(row.waitingOn), row.at, row.day, row.provisional),
    day: row.day,
    to: askedOf(row, row.waitingOn),
  }));
}
