import "reflect-metadata";
import { Agent, request } from "node:http";
import { Client } from "pg";
import { globalId } from "../src/platform/graphql/ids";
import "../src/node.resolver";
import { generatedKey } from "./generate";
import { readOptions } from "./options";
import { median } from "./report";
import { inSession } from "./session";
import { SERVICE, signIn } from "./sides";
import { aligned } from "./table";
import { verdict } from "./targets";

const DEFAULTS = { partnerships: 4, actions: 120, updates: 8, seconds: 10, rounds: 3, connections: 32 };
/** Submissions a second that are to be sustained. */
const LEAST = 200;
/** Days that each submitter has of its own, a submission a day. */
const DAYS_EACH = 2_000;
/** Agencies of each partnership that submit. */
const SUBMITTING = 8;

const SUBMIT = `mutation ($input: SubmitProgressUpdateInput!) {
  submitProgressUpdate(input: $input) { progressUpdate { id state } userErrors { code message } }
}`;

interface Submitter {
  token: string;
  actions: string[];
  sent: number;
}

inSession("bench:submit", async ({ say, database, start, machine }) => {
  const options = readOptions(process.argv.slice(2), DEFAULTS);
  const url = await database(options);
  const service = await start(SERVICE, url);
  const rows: string[][] = [];
  for (const spread of [options.partnerships, 1]) {
    const submitters = await submittersOf(service.address, url, spread, options.connections);
    const found: { perSecond: number; p50: number; p99: number }[] = [];
    for (let round = 0; round <= options.rounds; round += 1) {
      const times = await submit(service.address, submitters, options.seconds);
      times.sort((a, b) => a - b);
      const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
      // the first round warms up
      if (round > 0) found.push({ perSecond: times.length / options.seconds, p50: at(0.5), p99: at(0.99) });
      say(`round ${round} of ${options.rounds} is over: ${times.length} submissions`);
    }
    const perSecond = median(found.map((one) => one.perSecond));
    rows.push([
      `${submitters.length} agencies of ${spread} ${spread === 1 ? "partnership" : "partnerships"}`,
      `${perSecond.toFixed(0)} (at least ${LEAST}) ${verdict(perSecond >= LEAST)}`,
      median(found.map(({ p50 }) => p50)).toFixed(0),
      median(found.map(({ p99 }) => p99)).toFixed(0),
    ]);
  }
  console.log(`\n${aligned(["at once", "submissions/s", "p50 ms", "p99 ms"], rows, 1)}\n`);
  console.log(
    `Each with its two ratings, its entry, its versions and its link; medians of ${options.rounds} rounds of ${options.seconds} s; ${machine()}`,
  );
});

/** As many agencies' writers as there are connections, with the actions that each leads. */
async function submittersOf(address: string, url: string, partnerships: number, most: number): Promise<Submitter[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const submitters: Submitter[] = [];
    for (let index = 0; index < most; index += 1) {
      const area = 1 + (index % partnerships);
      const agency = 1 + (Math.floor(index / partnerships) % SUBMITTING);
      const { rows } = await client.query<{ id: string }>(
        "select s.action_id as id from assignment s join action a on a.id = s.action_id where s.agency_id = $1 and s.role = 'LEAD' and coalesce(a.status, '') not in ('SIGNED_OFF', 'SUPERSEDED') order by 1",
        [generatedKey("agency", area, agency)],
      );
      submitters.push({
        token: await signIn(address, `area-${area}-agency-${agency}`),
        actions: rows.map(({ id }) => globalId("Action", id)),
        sent: (index + (partnerships === 1 ? most : 0)) * DAYS_EACH,
      });
    }
    return submitters;
  } finally {
    await client.end();
  }
}

/** All of them submit, one update after another, for so many seconds; gives the milliseconds that each took. */
async function submit(address: string, submitters: readonly Submitter[], seconds: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: submitters.length });
  const until = performance.now() + seconds * 1000;
  const times: number[] = [];
  await Promise.all(
    submitters.map(async (submitter) => {
      while (performance.now() < until) {
        const before = performance.now();
        await one(address, agent, submitter);
        times.push(performance.now() - before);
      }
    }),
  );
  agent.destroy();
  return times;
}

function one(address: string, agent: Agent, submitter: Submitter): Promise<void> {
  const { actions, token } = submitter;
  const turn = (submitter.sent += 1);
  // a day of its own for each: what an agency says of an action and a period it says once
  const day = new Date(Date.UTC(1500, 0, 1 + turn));
  const input = {
    action: actions[turn % actions.length],
    periodEnd: day.toISOString().slice(0, 10),
    overallProgress: "The work goes on as it was planned; two of four teams have been reached.",
    impactNarrative: "Families say that they are seen sooner.",
    proposedDelivery: "GREEN",
    proposedImpact: "AMBER",
  };
  const body = JSON.stringify({ query: SUBMIT, variables: { input } });
  return new Promise((resolve, reject) => {
    const sent = request(
      `${address}/graphql`,
      {
        agent,
        method: "POST",
        headers: {
          authorization: `Bearer ${token}`,
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
        },
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => (text += part));
        response.on("end", () => {
          if (response.statusCode === 200 && text.includes('"state":"SUBMITTED"')) resolve();
          else reject(new Error(`A submission was answered ${response.statusCode ?? 0}: ${text.slice(0, 400)}`));
        });
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}
