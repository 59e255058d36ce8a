import type { Pool } from "pg";
import PgBoss from "pg-boss";
import type { DataSource } from "typeorm";
import { doJob, type JobDesk, JOB_NAMES, JOBS, type JobName, type Say } from "./jobs";

/** The schema of pg-boss's own tables. */
const SCHEMA = "jobs";
/** Seconds between two looks at a queue, and between two lines that say how the jobs are. */
const POLL_SECONDS = 2;
const HEALTH_MS = 60_000;
/** A job that has not come back after so long is given to another worker. */
const EXPIRE_SECONDS = 300;
/** Milliseconds that a job under way is waited for when the process stops. */
const STOP_MS = 30_000;

/** Jobs that run until they are stopped. */
export interface RunningJobs {
  stop: () => Promise<void>;
}

/**
 * Runs the jobs by their schedules until it is stopped. Any number of processes may: pg-boss sends each scheduled job once and
 * gives it to one of them, and whatever is done twice after all, as when a worker dies, has the effect of once. Queues are
 * `short`: while a job waits another one is not added to it. When it starts, and when a demonstration's clock is moved, each
 * job is sent at once: nothing is missed for having been down at six o'clock.
 */
export async function runJobs(owner: DataSource, desk: JobDesk, say: Say): Promise<RunningJobs> {
  const boss = new PgBoss({ db: { executeSql: (text, values) => poolOf(owner).query(text, values) }, schema: SCHEMA });
  const last = new Map<JobName, string>();
  let lastError: string | null = null;
  boss.on("error", (error) => (lastError = error.message));
  // making a queue makes tables, and those who start at once would wait for each other in a circle
  await inTurn(owner, async () => {
    await boss.start();
    for (const name of JOB_NAMES) {
      const queue = { name, policy: "short" as const, retryLimit: 2, retryDelay: 30, expireInSeconds: EXPIRE_SECONDS };
      await boss.createQueue(name, queue);
      await boss.schedule(name, JOBS[name].cron, undefined, { tz: "Europe/London" });
    }
  });
  for (const name of JOB_NAMES)
    await boss.work(name, { pollingIntervalSeconds: POLL_SECONDS }, async () => {
      last.set(name, await doJob(name, desk, say));
    });
  const sendAll = () => Promise.all(JOB_NAMES.map((name) => boss.send(name, {})));
  await sendAll();
  let stood = desk.clock.now().getTime();
  const watching = setInterval(() => {
    const now = desk.clock.now().getTime();
    if (desk.clock.fixed && now !== stood) {
      say(`the clock was set to ${new Date(now).toISOString()}`);
      sendAll().catch((error: unknown) => (lastError = String(error)));
    }
    stood = now;
  }, 1_000);
  const health = setInterval(() => {
    const trouble = lastError === null ? "healthy" : `in trouble (${lastError})`;
    lastError = null;
    say(`${trouble}; last: ${JOB_NAMES.map((name) => last.get(name) ?? `${name}: not yet here`).join("; ")}`);
  }, HEALTH_MS);
  return {
    stop: async () => {
      clearInterval(watching);
      clearInterval(health);
      await boss.stop({ graceful: true, wait: true, timeout: STOP_MS });
    },
  };
}

/** Does it while no other process that starts jobs on this database does. */
async function inTurn(owner: DataSource, work: () => Promise<void>): Promise<void> {
  const runner = owner.createQueryRunner();
  try {
    await runner.query("select pg_advisory_lock(hashtextextended('the jobs are started', 0))");
    await work();
  } finally {
    await runner.query("select pg_advisory_unlock_all()");
    await runner.release();
  }
}

const poolOf = (source: DataSource): Pool => (source.driver as unknown as { master: Pool }).master;
