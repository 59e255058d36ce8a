import "reflect-metadata";
import { randomUUID } from "node:crypto";
import { Client } from "pg";
import { globalId } from "../src/platform/graphql/ids";
import "../src/node.resolver";
import { fill, openBenchServer } from "./database";
import { generatedKey } from "./generate";
import { ask, type Request } from "./load";
import { Side } from "./side";
import { bearing, SERVICE, signIn } from "./sides";
import { distinguishability, medianShift, MOST_DISTINGUISHABLE, shuffled } from "./timing-statistics";
import { median } from "./report";

/** Requests of each kind that are timed, and those before them that are not. */
const TIMED = 300;
const WARM_UP = 60;

/** A kind of id that `node` finds nothing for, and the kind that it must not be told from by how long that takes. */
interface Kind {
  name: string;
  id: () => string;
  as?: string;
}

/** Ids as an agency of area 1 would try them. Each is held against an absent one of its type: the type is in the id. */
const kinds = (draft: string): Kind[] => [
  { name: "absent action", id: () => globalId("Action", randomUUID()) },
  {
    name: "another partnership's unpublished action",
    id: () => globalId("Action", generatedKey("action", 2, 3)),
    as: "absent action",
  },
  { name: "absent update", id: () => globalId("ProgressUpdate", randomUUID()) },
  { name: "another agency's draft", id: () => globalId("ProgressUpdate", draft), as: "absent update" },
  { name: "absent plan", id: () => globalId("Plan", randomUUID()) },
  {
    name: "an action's key as a plan's",
    id: () => globalId("Plan", generatedKey("action", 2, 3)),
    as: "absent plan",
  },
  // no statement is sent for it: whoever made the id up knows that it is none
  { name: "malformed", id: () => randomUUID().slice(0, 23) },
];

const say = (text: string) => console.log(`bench:timing  ${text}`);

async function main(): Promise<void> {
  const server = await openBenchServer(process.env.DATABASE_URL || undefined, say);
  let service: Side | undefined;
  try {
    const url = await server.database();
    await fill(url, { partnerships: 2, actions: 48, updates: 4 }, () => undefined);
    const tried = kinds(await draftOfAnother(url));
    service = await Side.start(SERVICE, url);
    const token = await signIn(service.address, "area-1-agency-3");
    const times = new Map<string, number[]>(tried.map(({ name }) => [name, []]));
    const bodies = new Set<string>();
    const rounds = WARM_UP + TIMED;
    say(`${rounds * tried.length} requests, one at a time, the kinds in a new order each round`);
    for (let round = 0; round < rounds; round += 1) {
      for (const { name, id } of shuffled(tried)) {
        const request = node(token, id());
        const before = performance.now();
        const body = await ask(service.address, request);
        if (round >= WARM_UP) times.get(name)?.push(performance.now() - before);
        bodies.add(body);
      }
    }
    report(tried, times, bodies);
  } finally {
    await service?.stop();
    await server.close();
  }
}

function report(tried: Kind[], times: Map<string, number[]>, bodies: Set<string>): void {
  const of = (name: string) => times.get(name) ?? [];
  let held = bodies.size === 1;
  for (const { name, as } of tried) {
    const line = `${name.padEnd(42)} median ${median(of(name)).toFixed(3)} ms`;
    if (!as) {
      say(line);
      continue;
    }
    const apart = distinguishability(of(as), of(name));
    const [low, high] = medianShift(of(as), of(name));
    held &&= Math.abs(apart - 0.5) <= MOST_DISTINGUISHABLE;
    say(
      `${line}; slower than ${as} in ${(apart * 100).toFixed(1)}% of pairs, medians apart by ${low.toFixed(3)} to ${high.toFixed(3)} ms (95%)`,
    );
  }
  say(bodies.size === 1 ? "all answers are the same bytes" : "ANSWERS DIFFER");
  say(
    `forbidden and absent within 50% ± ${MOST_DISTINGUISHABLE * 100}% of pairs, ${TIMED} of each: ${held ? "held" : "NOT HELD"}`,
  );
  if (!held) process.exitCode = 1;
}

/** Begins a draft of an agency of area 1 that is not the caller's; gives its key. */
async function draftOfAnother(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string }>(
      `insert into progress_update (partnership_id, action_id, author_agency_id, period_end, state, version, overall_progress)
       select partnership_id, action_id, author_agency_id, period_end, 'DRAFT', version + 1, overall_progress
       from progress_update where partnership_id = $1 and author_agency_id = $2 order by id limit 1 returning id`,
      [generatedKey("partnership", 1), generatedKey("agency", 1, 5)],
    );
    const [row] = rows;
    if (!row) throw new Error("The generated data has no update to begin a draft after.");
    return row.id;
  } finally {
    await client.end();
  }
}

const node = (token: string, id: string): Request =>
  bearing(token, "query ($id: ID!) { node(id: $id) { id } }", { id });

main().catch((error: unknown) => {
  console.error("bench:timing failed:", error);
  process.exitCode = 1;
});
