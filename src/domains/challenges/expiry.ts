import type { DataSource, QueryRunner } from "typeorm";
import { asOperator } from "../../platform/database/as-operator";
import type { Send } from "../audit/index";
import { type ChallengeInHand, expire, type Hand, provisionalInHand, recount, runOutInHand } from "./challenge-in-hand";

const sent =
  (runner: QueryRunner): Send =>
  (text, values) =>
    runner.query(text, values) as never;

/** What the clock does to challenges: which they are, how one is taken in hand, and what is done with it. */
interface ByTheClock {
  due: string;
  inHand: (send: Send, db: DataSource, id: string, now: Date) => Promise<ChallengeInHand | null>;
  act: (send: Send, hand: Hand, inHand: ChallengeInHand) => Promise<boolean>;
}

/**
 * Does it to challenges, those first that are to be answered first, at most `limit` of them: each in a transaction of its own,
 * and each once however many ask at a time. Gives to how many.
 */
async function byTheClock(db: DataSource, now: Date, limit: number, { due, inHand, act }: ByTheClock): Promise<number> {
  const clock = { now: () => now };
  const found = await asOperator(db, clock, null, (runner) =>
    sent(runner)<{ id: string; partnership: string }>(
      `select c.id, c.partnership_id as partnership from challenge c where ${due} order by c.respond_by, c.id limit $1`,
      [limit],
    ),
  );
  let done = 0;
  for (const { id, partnership } of found)
    done += await asOperator(db, clock, partnership, async (runner) => {
      const send = sent(runner);
      const held = await inHand(send, db, id, now);
      return held && (await act(send, { now }, held)) ? 1 : 0;
    });
  return done;
}

/** Takes challenges whose clock has run out to their next stage, the longest overdue first. Gives how many went on. */
export const expireDue = (db: DataSource, now: Date, limit: number): Promise<number> =>
  byTheClock(db, now, limit, {
    due: "c.respond_by <= app.now()",
    inHand: runOutInHand,
    act: async (send, hand, inHand) => {
      await expire(send, hand, inHand);
      return true;
    },
  });

/**
 * Counts the clocks of challenges again that reach past the published bank holidays, by the calendars as they stand: before
 * any runs out, since a day may have moved. Gives how many were settled or moved.
 */
export const recountProvisional = (db: DataSource, now: Date, limit: number): Promise<number> =>
  byTheClock(db, now, limit, { due: "c.provisional and c.ended_at is null", inHand: provisionalInHand, act: recount });
