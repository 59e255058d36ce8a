import type { DataSource } from "typeorm";
import { admitDeciders, expireDue, recountProvisional } from "../domains/challenges/index";
import { sendDue, type Sending } from "../domains/notifications/index";
import { remind, sweep } from "../domains/rules/index";
import type { Clock } from "../platform/clock";

/** What jobs stand on. */
export interface JobDesk {
  db: DataSource;
  clock: Clock;
  sending: Sending;
}

interface Job {
  /** When it runs, London time. */
  cron: string;
  /** Does it, once, and says in a few words what was done. It may run twice at once, anywhere, and be done again. */
  run: (desk: JobDesk) => Promise<string>;
}

/** Challenges whose clocks are run out in one job; the next one goes on. */
const MOST_EXPIRED = 500;

/** Does each whatever becomes of the others, and then fails as the first that failed. */
async function eachOf(...works: (() => Promise<number>)[]): Promise<number[]> {
  const done: PromiseSettledResult<number>[] = [];
  for (const work of works) done.push(...(await Promise.allSettled([work()])));
  return done.map((one) => {
    if (one.status === "rejected") throw one.reason;
    return one.value;
  });
}

/** Every job, in the order in which they are done once: what one writes a later one sends. */
export const JOBS = {
  expire: {
    cron: "* * * * *",
    run: async ({ db, clock }) => {
      const now = clock.now();
      const [recounted, expired, admitted] = await eachOf(
        () => recountProvisional(db, now, MOST_EXPIRED),
        () => expireDue(db, now, MOST_EXPIRED),
        () => admitDeciders(db, now),
      );
      return `${expired} challenges went on by their clocks, and ${recounted} clocks were settled by the bank holidays now known${admitted ? `; ${admitted} are decided by others than before` : ""}`;
    },
  },
  sweep: {
    cron: "0 6 * * *",
    run: async ({ db, clock }) => {
      const { partnerships, rules, found, raised, warned } = await sweep(db, clock.now());
      return `${rules} rules of ${partnerships} partnerships found ${found}: ${raised} raised, ${warned} warned of`;
    },
  },
  remind: {
    cron: "0 7 * * *",
    run: async ({ db, clock }) => {
      const { things, told } = await remind(db, clock.now());
      return `${told} reminders of ${things} things that fall due`;
    },
  },
  send: {
    cron: "* * * * *",
    run: async ({ sending }) => {
      const { messages, failed, dead } = await sendDue(sending);
      return `${messages} messages sent, ${failed} failed, ${dead} given up`;
    },
  },
} as const satisfies Record<string, Job>;

export type JobName = keyof typeof JOBS;
export const JOB_NAMES = Object.keys(JOBS) as JobName[];

/** Says how a job is getting on, a line at a time. */
export type Say = (text: string) => void;

/** Does a job, and says what came of it. */
export async function doJob(name: JobName, desk: JobDesk, say: Say): Promise<string> {
  const began = performance.now();
  try {
    const done = await JOBS[name].run(desk);
    const text = `${name}: ${done} (${((performance.now() - began) / 1000).toFixed(1)} s)`;
    say(text);
    return text;
  } catch (error) {
    say(`${name}: FAILED: ${error instanceof Error ? error.message : "for a reason that it does not know"}`);
    throw error;
  }
}

/** Does each job once, whatever becomes of the others. Gives the names of those that failed. */
export async function doOnce(desk: JobDesk, say: Say): Promise<JobName[]> {
  const failed: JobName[] = [];
  for (const name of JOB_NAMES) await doJob(name, desk, say).catch(() => failed.push(name));
  return failed;
}
