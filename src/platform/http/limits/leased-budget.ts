import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import type { Logger } from "pino";
import type { DataSource } from "typeorm";

/** Seconds that a budget lasts, from its first request. */
export const WINDOW = 60;
/** Most points that are fetched at once: so many requests of one caller share one round trip. */
const LARGEST_PORTION = 20;
/** Callers remembered at once; the one that was heard of longest ago is forgotten first, with what it had fetched. */
const MOST_CALLERS = 10_000;

/** Whether a request is within its budget, and how the budget stands. */
export interface Standing {
  granted: boolean;
  /** Requests a window. */
  limit: number;
  /** Requests left in this window, as far as this process knows: what others have fetched counts as spent. */
  remaining: number;
  /** Seconds until the window ends, at least 1. */
  reset: number;
}

/** What this process may still grant to one caller in this window. */
interface Lease {
  left: number;
  unfetched: number;
  endsAt: number;
}

export interface BudgetOptions {
  /** Names the budget in the table and to callers. */
  name: string;
  limit: number;
  source: DataSource;
  log: Logger;
}

/**
 * A budget of requests a minute for each caller, shared by every replica through PostgreSQL. Points are fetched in
 * portions of a tenth of the limit, 20 at most, and spent here: a request seldom costs a round trip, all replicas together
 * never grant more than the limit, and one alone grants just the limit. What one replica has fetched and does not spend is
 * lost to the others until the window ends. While the database cannot be had, each replica counts for itself.
 */
export class LeasedBudget {
  readonly name: string;
  readonly limit: number;
  private readonly portion: number;
  private readonly shared: RateLimiterPostgres;
  private readonly alone: RateLimiterMemory;
  private readonly log: Logger;
  private readonly leases = new Map<string, Lease>();
  private readonly fetching = new Map<string, Promise<void>>();
  private failing = false;

  constructor({ name, limit, source, log }: BudgetOptions) {
    this.name = name;
    this.limit = limit;
    this.log = log;
    this.portion = Math.min(Math.max(Math.floor(limit / 10), 1), LARGEST_PORTION);
    const options = { keyPrefix: name, points: limit, duration: WINDOW };
    this.alone = new RateLimiterMemory(options);
    this.shared = new RateLimiterPostgres({
      ...options,
      storeClient: source,
      storeType: "typeorm",
      tableName: "rate_limit",
      tableCreated: true,
    });
  }

  /** Spends one request of the caller's budget, if there is one left. */
  async take(caller: string): Promise<Standing> {
    for (;;) {
      const lease = this.current(caller);
      if (lease && lease.left > 0) {
        lease.left -= 1;
        return this.standing(lease, true);
      }
      if (lease?.unfetched === 0) return this.standing(lease, false);
      await this.fetchOnce(caller);
    }
  }

  private current(caller: string): Lease | undefined {
    const lease = this.leases.get(caller);
    return lease && lease.endsAt > Date.now() ? lease : undefined;
  }

  private standing({ left, unfetched, endsAt }: Lease, granted: boolean): Standing {
    const reset = Math.max(Math.ceil((endsAt - Date.now()) / 1_000), 1);
    return { granted, limit: this.limit, remaining: left + unfetched, reset };
  }

  /** One fetch for all the requests of a caller that wait for it. */
  private fetchOnce(caller: string): Promise<void> {
    const known = this.fetching.get(caller);
    if (known) return known;
    const fetching = this.fetch(caller).finally(() => this.fetching.delete(caller));
    this.fetching.set(caller, fetching);
    return fetching;
  }

  private async fetch(caller: string): Promise<void> {
    const { consumedPoints, msBeforeNext } = await this.consume(caller);
    const before = consumedPoints - this.portion;
    this.leases.delete(caller);
    const [oldest] = this.leases.keys();
    if (this.leases.size >= MOST_CALLERS && oldest !== undefined) this.leases.delete(oldest);
    this.leases.set(caller, {
      left: Math.min(Math.max(this.limit - before, 0), this.portion),
      unfetched: Math.max(this.limit - consumedPoints, 0),
      endsAt: Date.now() + Math.max(msBeforeNext, 1),
    });
  }

  private async consume(caller: string): Promise<RateLimiterRes> {
    try {
      const result = await told(this.shared.consume(caller, this.portion));
      this.failing = false;
      return result;
    } catch (error) {
      if (!this.failing) this.log.warn({ err: error, budget: this.name }, "counting requests in this process alone");
      this.failing = true;
      return told(this.alone.consume(caller, this.portion));
    }
  }
}

/** The library rejects with its result where the points are used up; anything else is a failure. */
const told = (consuming: Promise<RateLimiterRes>): Promise<RateLimiterRes> =>
  consuming.catch((result: unknown) => {
    if (result instanceof RateLimiterRes) return result;
    throw result;
  });
