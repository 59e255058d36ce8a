import type { DataSource } from "typeorm";
import { type Clock, fixedClock, systemClock } from "./platform/clock";
import type { Config } from "./platform/config/index";

/** What says where the clock stands, and whether it can be set. */
type Clocked = Pick<Config, "demonstration" | "fixedNow">;

/** Milliseconds after which a process knows at the latest that the clock was set. */
const LOOK_MS = 1_000;

/** A clock that is followed for as long as it is needed. */
export interface FollowedClock {
  clock: Clock;
  stop: () => void;
}

/**
 * The installation's clock. Of a demonstration it stands where `demo:clock` or NOW has set it, the same for every process: it
 * is looked up each second beside the requests, so that none of them costs a statement more. Of anything else it is the
 * machine's, whatever stands in the database.
 */
export async function followClock({ demonstration, fixedNow }: Clocked, db: DataSource): Promise<FollowedClock> {
  if (!demonstration) return { clock: fixedNow ? fixedClock(fixedNow) : systemClock, stop: () => undefined };
  let standing = await standsAt(db);
  const timer = setInterval(() => {
    // a database that is away says nothing: the clock stays where it was
    standsAt(db).then(
      (at) => (standing = at),
      () => undefined,
    );
  }, LOOK_MS).unref();
  return {
    clock: {
      now: () => standing ?? systemClock.now(),
      get fixed() {
        return standing !== null;
      },
    },
    stop: () => clearInterval(timer),
  };
}

/** Where the clock stands; null: it runs. */
export async function standsAt(db: DataSource): Promise<Date | null> {
  const [row] = await db.query<{ now: Date }[]>("select c.now from history.standing_clock c");
  return row?.now ?? null;
}

/**
 * Lets the installation's clock, and the history's with it, stand where the configuration says when a process starts: what was
 * set by hand in a demonstration stays, and outside of one nothing does. Those who start at once take turns.
 */
export const standClock = (owner: DataSource, { demonstration, fixedNow }: Clocked): Promise<void> =>
  inTurn(owner, async (query) => {
    const byHand = await query("select 1 from history.standing_clock where by_hand");
    if (demonstration && byHand.length > 0) return;
    await stand(query, fixedNow, false);
  });

/** Sets the clock of a demonstration by hand, for all its processes; null gives it back to the configuration. */
export const setClock = (owner: DataSource, { fixedNow }: Clocked, at: Date | null): Promise<void> =>
  inTurn(owner, (query) => stand(query, at ?? fixedNow, at !== null));

type Query = (text: string, values?: unknown[]) => Promise<unknown[]>;

const inTurn = (owner: DataSource, work: (query: Query) => Promise<void>): Promise<void> =>
  owner.transaction(async (manager) => {
    await manager.query("lock table history.standing_clock in share row exclusive mode");
    await work((text, values) => manager.query(text, values));
  });

async function stand(query: Query, at: Date | null, byHand: boolean): Promise<void> {
  await query("delete from history.standing_clock");
  if (at !== null)
    await query("insert into history.standing_clock (now, by_hand) values ($1, $2)", [at.toISOString(), byHand]);
}
