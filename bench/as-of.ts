import "reflect-metadata";
import { defaultExamples } from "../src/platform/http/graphiql/index";
import { remember } from "./history";
import { load, type Measured } from "./load";
import { readOptions } from "./options";
import { median } from "./report";
import { inSession } from "./session";
import { bearing, SERVICE, signIn } from "./sides";
import { aligned } from "./table";
import { verdict } from "./targets";

/** Five years of quarters. */
const QUARTERS = 20;
const DEFAULTS = { partnerships: 10, actions: 109, updates: QUARTERS, seconds: 5, rounds: 5, connections: 8 };
/** How much dearer the overview of a plan may be as of an instant than now. */
const MOST = 2;
/** Instants that are asked for, from a year after the first to the present. */
const INSTANTS = ["2014-02-01T00:00:00Z", "2016-08-01T00:00:00Z", "2019-02-14T09:00:00Z"];

inSession("bench:as-of", async ({ say, database, start, machine }) => {
  const options = readOptions(process.argv.slice(2), DEFAULTS);
  const url = await database(options);
  await remember(url, options.updates, say);
  const service = await start(SERVICE, url);
  const query = overview();
  const questions = async (asOf: string | null) =>
    Promise.all(
      Array.from({ length: options.partnerships }, async (_, index) => {
        const token = await signIn(service.address, `area-${index + 1}-officer`);
        return bearing(token, query, { partnership: `area-${index + 1}`, plan: "plan", asOf });
      }),
    );
  const kinds = [null, ...INSTANTS];
  const requests = new Map(await Promise.all(kinds.map(async (asOf) => [asOf, await questions(asOf)] as const)));
  const found = new Map<string | null, Measured[]>(kinds.map((asOf) => [asOf, []]));
  for (let round = 0; round <= options.rounds; round += 1) {
    for (const asOf of round % 2 === 0 ? kinds : [...kinds].reverse()) {
      const measured = await load(service.address, requests.get(asOf) ?? [], options);
      // the first round warms up
      if (round > 0) found.get(asOf)?.push(measured);
    }
    say(`round ${round} of ${options.rounds} is over`);
  }
  const now = found.get(null) ?? [];
  const rows = kinds.map((asOf) => {
    const rounds = found.get(asOf) ?? [];
    const dearer = median(
      rounds.map(({ requestsPerSecond }, at) => (now[at]?.requestsPerSecond ?? Number.NaN) / requestsPerSecond),
    );
    return [
      asOf ?? "now",
      median(rounds.map(({ requestsPerSecond }) => requestsPerSecond)).toFixed(0),
      median(rounds.map(({ p50 }) => p50)).toFixed(0),
      asOf === null ? "" : `${dearer.toFixed(2)} (at most ${MOST}) ${verdict(dearer <= MOST)}`,
    ];
  });
  console.log(`\n${aligned(["PlanOverview", "requests/s", "p50 ms", "costs, of now"], rows)}\n`);
  console.log(
    `${options.actions} actions a plan, ${options.updates} quarters of history; medians of ${options.rounds} rounds of ${options.seconds} s over ${options.connections} connections; ${machine()}`,
  );
});

/** The contract's operation, with the instant as one of its variables. */
function overview(): string {
  const found = defaultExamples.find(({ query }) => query.includes("query PlanOverview("))?.query;
  if (!found) throw new Error("The ready-made queries have no PlanOverview.");
  return found
    .replace("$plan: String!)", "$plan: String!, $asOf: DateTime)")
    .replace("plan(slug: $plan)", "plan(slug: $plan, asOf: $asOf)");
}
