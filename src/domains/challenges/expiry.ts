import type { DataSource } from "typeorm";
import { jobTransaction } from "../../platform/database/as-operator";
import { mayBeTriedAgain } from "../../platform/database/retried";
import type { Send } from "../audit/index";
import {
  admitDecider,
  type ChallengeInHand,
  expire,
  type Hand,
  provisionalInHand,
  recount,
  runningInHand,
  runOutInHand,
} from "./challenge-in-hand";
import { SIDES, SIDES_OF } from "./challenges.sql";

/** A challenge that the clock does something to. */
interface Found {
  id: string;
  partnership: string;
}

const found = (db: DataSource, now: Date, where: string, values: unknown[]) =>
  jobTransaction(db, now, null, (send) =>
    send<Found>(`select c.id, c.partnership_id as partnership from challenge c where ${where}`, values),
  );

/** How one is taken in hand, and what is done with it. */
interface ByTheClock {
  inHand: (send: Send, db: DataSource, id: string, now: Date) => Promise<ChallengeInHand | null>;
  act: (send: Send, hand: Hand, inHand: ChallengeInHand) => Promise<boolean>;
}

/**
 * Does it to each of these challenges in a transaction of its own, once however many ask at a time, and to all of them whatever
 * becomes of one. Gives to how many; `failed` gets what kept others from it.
 */
async function each(
  db: DataSource,
  now: Date,
  challenges: readonly Found[],
  { inHand, act }: ByTheClock,
  failed: unknown[],
): Promise<number> {
  let done = 0;
  for (const { id, partnership } of challenges)
    try {
      const acted = await jobTransaction(db, now, partnership, async (send) => {
        const held = await inHand(send, db, id, now);
        return held !== null && (await act(send, { now }, held));
      });
      if (acted) done += 1;
    } catch (error) {
      // the database is away: so it is for the others
      if (mayBeTriedAgain(error)) throw error;
      failed.push(error);
    }
  return done;
}

/** Says, once everything else is done, that some of it failed. */
function requireNone(failed: readonly unknown[], what: string): void {
  const [first] = failed;
  if (first === undefined) return;
  const why = first instanceof Error ? first.message : "for a reason that it does not know";
  throw new AggregateError(failed, `${failed.length} challenges ${what}; the first: ${why}`);
}

/**
 * Takes challenges whose clock has run out to their next stage, the longest overdue first, at most `limit` of them. Gives how
 * many went on.
 *
 * @throws {AggregateError} once all were tried, where some could not be taken on.
 */
export async function expireDue(db: DataSource, now: Date, limit: number): Promise<number> {
  const failed: unknown[] = [];
  const due = await found(db, now, "c.respond_by <= app.now() order by c.respond_by, c.id limit $1", [limit]);
  const act = async (send: Send, hand: Hand, inHand: ChallengeInHand) => {
    await expire(send, hand, inHand);
    return true;
  };
  const done = await each(db, now, due, { inHand: runOutInHand, act }, failed);
  requireNone(failed, "could not go on by their clocks");
  return done;
}

/** The key before every other. */
const FIRST = "00000000-0000-0000-0000-000000000000";

/**
 * Counts the clocks of challenges again that reach past the published bank holidays, by the calendars as they stand: before
 * any runs out, since a day may have moved. All of them, `some` at a time. Gives how many were settled or moved.
 *
 * @throws {AggregateError} once all were tried, where some could not be counted.
 */
export async function recountProvisional(db: DataSource, now: Date, some: number): Promise<number> {
  const failed: unknown[] = [];
  let done = 0;
  for (let after: string | undefined = FIRST; after !== undefined;) {
    const page = await found(db, now, "c.provisional and c.ended_at is null and c.id > $1 order by c.id limit $2", [
      after,
      some,
    ]);
    done += await each(db, now, page, { inHand: provisionalInHand, act: recount }, failed);
    after = page.at(-1)?.id;
  }
  requireNone(failed, "could not be counted again");
  return done;
}

/**
 * Lets agencies take part that have come to decide a stage at which a challenge already was: who chairs a board and which
 * agency a post is in change by themselves, with a day. Gives to how many.
 *
 * @throws {AggregateError} once all were tried, where some could not take part.
 */
export async function admitDeciders(db: DataSource, now: Date): Promise<number> {
  const failed: unknown[] = [];
  const partnerships = await jobTransaction(db, now, null, (send) =>
    send<{ id: string }>("select distinct c.partnership_id as id from challenge c where c.ended_at is null"),
  );
  let done = 0;
  for (const { id } of partnerships) {
    const challenges = await jobTransaction(db, now, id, (send) =>
      send<Found>(
        `select c.id, c.partnership_id as partnership from ${SIDES_OF.rows} cross join lateral (select ${SIDES.deciderAgency("s")} as id) d
         where c.partnership_id = $1 and c.ended_at is null and d.id <> all (c.deciding_agency_ids) order by c.id`,
        [id],
      ),
    );
    done += await each(db, now, challenges, { inHand: runningInHand, act: admitDecider }, failed);
  }
  requireNone(failed, "could not be told to whoever decides them now");
  return done;
}
