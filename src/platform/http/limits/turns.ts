/** Requests of one caller that may wait; more are refused, since they would wait longer than anybody does. */
const MOST_WAITING = 100;

interface Queue {
  running: number;
  waiting: (() => void)[];
}

/**
 * So many requests of one caller are worked on at once; further ones wait in order. However much one caller asks for, the
 * database's few connections are there for the others too.
 */
export class Turns {
  private readonly queues = new Map<string, Queue>();

  constructor(private readonly atOnce: number) {}

  /**
   * Calls `start` when it is the request's turn; false where too many wait already. Gives a function that ends the turn, or
   * the wait for it; it may be called more than once.
   */
  take(caller: string, start: () => void): (() => void) | false {
    const queue = this.queues.get(caller) ?? { running: 0, waiting: [] };
    if (queue.waiting.length >= MOST_WAITING) return false;
    this.queues.set(caller, queue);
    let state: "waiting" | "running" | "ended" = "waiting";
    const begin = () => {
      state = "running";
      queue.running += 1;
      start();
    };
    if (queue.running < this.atOnce) begin();
    else queue.waiting.push(begin);
    return () => {
      if (state === "waiting") queue.waiting.splice(queue.waiting.indexOf(begin), 1);
      if (state === "running") {
        queue.running -= 1;
        queue.waiting.shift()?.();
      }
      state = "ended";
      if (queue.running === 0 && queue.waiting.length === 0) this.queues.delete(caller);
    };
  }
}
