import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { generatedKey, NOW } from "./generate";
import { POSTGRAPHILE_QUERIES, postgraphileInOurWords } from "./peers-postgraphile";
import { graphql, type SideKind } from "./sides";
import { PAGE } from "./workloads";

/** The peers' programs and packages: not compiled, and with a lock of their own. */
const FOLDER = join(__dirname, "../../bench/peers");
const INSTALL_MS = 300_000;
const today = { "x-today": NOW.slice(0, 10) };

/** mercurius is asked in the contract's own words, and told which agency asks: it asks for no token and rules nothing. */
export const MERCURIUS: SideKind = {
  name: "mercurius",
  program: [join(FOLDER, "mercurius.mjs")],
  questions: (_, { query, callers, variables }) =>
    Promise.resolve(
      callers.map((caller) => {
        const agency = generatedKey("agency", caller.area, caller.agency ?? 0);
        return graphql({ ...today, "x-agency": agency }, query, variables(caller));
      }),
    ),
};

/** PostGraphile is asked in the words of the schema that it makes of the tables, and told the caller's partnership. */
export const POSTGRAPHILE: SideKind = {
  name: "PostGraphile",
  program: [join(FOLDER, "postgraphile.mjs")],
  questions: (_, { key, callers, variables }) =>
    Promise.resolve(
      callers.map((caller) => {
        const partnership = generatedKey("partnership", caller.area);
        const agency = generatedKey("agency", caller.area, caller.agency ?? 0);
        return graphql({ ...today, "x-partnership": partnership }, POSTGRAPHILE_QUERIES[key], {
          ...variables(caller),
          ...(key === "W1" ? { agency, first: PAGE } : { partnership }),
        });
      }),
    ),
  inOurWords: ({ key }, answer) => postgraphileInOurWords(key, answer),
};

/** Installs the peers' packages as their lock has them, where they are not. @throws what npm says when it cannot. */
export function install(): void {
  if (existsSync(join(FOLDER, "node_modules/.package-lock.json"))) return;
  execFileSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: FOLDER,
    timeout: INSTALL_MS,
    stdio: ["ignore", "ignore", "inherit"],
  });
}

/** Gives PostGraphile its role, policies and computed columns in the database; the other sides see none of them. */
export async function prepare(url: string): Promise<void> {
  await withClient(url, (client) => client.query(readFileSync(join(FOLDER, "postgraphile.sql"), "utf8")));
}

/** Takes the role from the server again, and what it may do in the database. */
export async function tidy(url: string): Promise<void> {
  await withClient(url, (client) =>
    client.query("drop owned by golden_thread_bench_peer; drop role golden_thread_bench_peer"),
  );
}

async function withClient(url: string, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
