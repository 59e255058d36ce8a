import "reflect-metadata";
import { Client } from "pg";
import { entities } from "../src/domains/entities";
import { sweep } from "../src/domains/rules/index";
import { dataSourceFor } from "../src/platform/database/data-source";
import { NOW } from "./generate";
import { readOptions } from "./options";
import { inSession } from "./session";
import { aligned } from "./table";
import { verdict } from "./targets";

/** Three in four generated actions are open: 200,000 in all. */
const DEFAULTS = { partnerships: 150, actions: 1_778, updates: 2 };
const MOST_SECONDS = 60;
const MOST_LOCKED_MS = 100;
/** Milliseconds between two looks at what is locked. */
const LOOK_MS = 20;

/** A rule of each kind that looks at actions. They are on since two weeks before: what came about then is found. */
const RULES = `insert into rule (partnership_id, kind, name, working_days, effect, on_from)
  select p.id, k.kind, k.kind, k.days, $1, '2019-01-31T09:00Z'
  from partnership p, (values ('OVERDUE', 5), ('NO_UPDATE', 2), ('RETURN_NOT_RECEIVED', 2), ('IMPACT_RED_TWICE', 0), ('STALE', 0)) as k (kind, days)`;

/** A ladder of three stages in each partnership, on which rules that raise do so. */
const LADDERS = `with l as (
    insert into ladder (partnership_id, name) select p.id, 'As measured' from partnership p returning partnership_id, id
  ), v as (
    insert into ladder_version (partnership_id, ladder_id, number, from_at)
    select l.partnership_id, l.id, 1, '2019-01-31T09:00Z' from l returning partnership_id, id
  )
  insert into ladder_stage (partnership_id, ladder_version_id, number, name, decider_kind, decider, limit_unit, limit_count)
  select v.partnership_id, v.id, n, 'Stage ' || n, 'PARTIES', 'The two agencies', 'WORKING_DAYS', 3 from v, generate_series(1, 3) as n`;

/** Locks that keep somebody else from changing something, each for as long as it was seen. */
const HELD = `select l.pid || ' ' || l.virtualtransaction as transaction from pg_locks l join pg_stat_activity a on a.pid = l.pid
  where l.granted and l.pid <> pg_backend_pid() and a.datname = current_database() and a.application_name = 'golden-thread'
    and (l.locktype in ('advisory', 'tuple') or (l.locktype = 'relation' and l.mode <> 'AccessShareLock'))
  group by 1`;

inSession("bench:sweep", async ({ say, database, atEnd, machine }) => {
  const args = process.argv.slice(2);
  const effect = args.includes("--raise") ? "RAISE" : "WARN";
  const options = readOptions(
    args.filter((one) => one !== "--raise"),
    DEFAULTS,
  );
  const url = await database(options);
  const watcher = new Client({ connectionString: url });
  await watcher.connect();
  await watcher.query("set session_replication_role = replica");
  await watcher.query(RULES, [effect]);
  if (effect === "RAISE") await watcher.query(LADDERS);
  await watcher.query("set session_replication_role = origin");
  const app = await dataSourceFor({ url }, { asAppRole: true, entities, poolSize: 4 }).initialize();
  atEnd(async () => {
    await app.destroy();
    await watcher.end();
  });
  const watch = { longest: 0, over: false };
  const seen = new Map<string, number>();
  const watching = (async () => {
    while (!watch.over) {
      const { rows } = await watcher.query<{ transaction: string }>(HELD);
      const now = performance.now();
      // one that is committing has no number of its own any more: what was not seen in this look has ended
      const held = new Set(rows.map(({ transaction }) => transaction));
      for (const transaction of seen.keys()) if (!held.has(transaction)) seen.delete(transaction);
      for (const transaction of held) {
        const first = seen.get(transaction) ?? now;
        seen.set(transaction, first);
        watch.longest = Math.max(watch.longest, now - first);
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  })();
  const row = async (name: string) => {
    watch.longest = 0;
    const began = performance.now();
    const { found, rules, raised, warned } = await sweep(app, new Date(NOW));
    const seconds = (performance.now() - began) / 1_000;
    say(`${name}: ${rules} rules found ${found}, raised ${raised} and warned of ${warned}`);
    return [
      name,
      String(found),
      `${seconds.toFixed(1)} (at most ${MOST_SECONDS}) ${verdict(seconds <= MOST_SECONDS)}`,
      `${watch.longest.toFixed(0)} (at most ${MOST_LOCKED_MS}) ${verdict(watch.longest <= MOST_LOCKED_MS)}`,
    ];
  };
  const rows = [await row("the first sweep"), await row("the next one")];
  watch.over = true;
  await watching;
  console.log(`\n${aligned(["sweep", "found", "seconds", "longest lock, ms"], rows)}\n`);
  console.log(`${options.partnerships} partnerships of ${options.actions} actions, three in four open; ${machine()}`);
});
