import { randomUUID } from "node:crypto";
import { asAuditor, verifyTrail } from "../../src/domains/history/index";
import { globalId } from "../../src/platform/graphql/ids";
import { Program } from "../start/program";
import { Client } from "../support/client";
import type { TestDatabase } from "../support/database";
import { DatabaseProxy } from "../support/database-proxy";
import { demonstrationDatabase, NOW } from "../support/service";

/**
 * The service as it is started, in a process of its own that is killed at each step of a mutation: before each statement that
 * it sends to PostgreSQL, while the answer of its commit is on the way, and after all of them. Whatever the step, the change
 * and its entry are there whole or not at all; sent again with the same key to another process, it is there once.
 */
let database: TestDatabase;
let proxy: DatabaseProxy;
const WRITER = "wrenford-council-lead";
/** The one that is killed reaches PostgreSQL by the proxy; the other outlives it. */
let victim: Program;
let other: Program;
let action: string;
let wrenford: string;
beforeAll(async () => {
  database = await demonstrationDatabase();
  // somebody of the demonstration, so that nothing at all is done past the service: an action that their agency leads
  const [row] = await database.owner.query<{ id: string; of: string }[]>(
    `select a.id, a.partnership_id as of from action a join plan p on p.id = a.plan_id
     join assignment s on s.action_id = a.id and s.role = 'LEAD' join membership m on m.agency_id = s.agency_id
     join person w on w.id = m.person_id and w.subject = $1
     where p.slug = 'safeguarding-2018-2020' and a.status = 'IN_PROGRESS' order by a.reference_order limit 1`,
    [WRITER],
  );
  [action, wrenford] = [row?.id ?? "", row?.of ?? ""];
  proxy = await DatabaseProxy.before(database.connection);
  [victim, other] = await Promise.all([started(proxy.url), started(database.url)]);
});
afterAll(async () => {
  await Promise.all([victim.stop("SIGKILL"), other.stop()]);
  await proxy.close();
  await database.drop();
});

async function started(url: string): Promise<Program> {
  const program = new Program({
    DATABASE_URL: url,
    DEMO_SIGN_IN: "on",
    GRAPHIQL: "off",
    NOW: NOW.toISOString(),
    PORT: "0",
    RATE_LIMIT_ACTOR: "0",
    RATE_LIMIT_ADDRESS: "0",
    RATE_LIMIT_FAILED_SIGN_IN: "0",
  });
  await program.ready();
  return program;
}

async function signedInAt({ address }: Program): Promise<Client> {
  const answer = await fetch(`${String(address)}/demo/sign-in`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ actor: WRITER }),
  });
  const { token } = (await answer.json()) as { token: string };
  return new Client(`${String(address)}/graphql`, () => Promise.resolve(token));
}

/** A mutation that is killed at each step. `round` keeps the changes apart: each is of a quarter of its own. */
interface Killed {
  document: string;
  input: (quarter: string) => object;
  /** Changes that are there of the quarter. */
  changes: (quarter: string) => Promise<number>;
}

const count = async (text: string, values: unknown[]) =>
  (await database.owner.query<{ count: number }[]>(`select count(*) as count ${text}`, values))[0]?.count ?? 0;

const MUTATIONS: Readonly<Record<string, Killed>> = {
  saveProgressDraft: {
    document: `mutation ($input: SaveProgressDraftInput!) { saveProgressDraft(input: $input) { progressUpdate { overallProgress } userErrors { code message } } }`,
    input: (quarter) => ({ action: globalId("Action", action), periodEnd: quarter, overallProgress: `Of ${quarter}` }),
    changes: (quarter) => count("from progress_update where action_id = $1 and period_end = $2", [action, quarter]),
  },
  // an update and the two ratings that it proposes: a part of them would be a fraction
  submitProgressUpdate: {
    document: `mutation ($input: SubmitProgressUpdateInput!) { submitProgressUpdate(input: $input) { progressUpdate { state overallProgress proposedDelivery } userErrors { code message } } }`,
    input: (quarter) => ({
      action: globalId("Action", action),
      periodEnd: quarter,
      overallProgress: `Of ${quarter}`,
      impactNarrative: "Seen at the visit",
      riskNote: "None",
      proposedDelivery: "GREEN",
      proposedImpact: "AMBER",
    }),
    changes: async (quarter) =>
      ((await count(
        "from progress_update where action_id = $1 and period_end = $2 and state = 'SUBMITTED' and overall_progress is not null",
        [action, quarter],
      )) +
        (await count(
          "from rating r join progress_update u on u.id = r.update_id where u.action_id = $1 and u.period_end = $2 and r.standing = 'SUBMITTED'",
          [action, quarter],
        ))) /
      3,
  },
};

/** Nothing of what was cut off is in the history either: every link is of what is there, and all that is there is of a link. */
async function expectValidTrail(): Promise<void> {
  const verified = await asAuditor(database.app, wrenford, NOW, (ask) => verifyTrail(ask, wrenford, null));
  expect(verified).toMatchObject({ verdict: "VALID", problems: [] });
}

let quarters = 0;
const nextQuarter = () =>
  `19${String(20 + Math.floor(++quarters / 4))}-${["03-31", "06-30", "09-30", "12-31"][quarters % 4]!}`;

// a submission does all that a draft does and more, and each kill starts a service anew
test.each(["submitProgressUpdate"])(
  "%s, killed at any step, is whole or not at all, and sent again it is done once",
  async (name) => {
    const { document, input, changes } = MUTATIONS[name]!;
    const quarter = () => {
      const [of, key] = [nextQuarter(), randomUUID()];
      return { of, key, variables: { input: input(of) }, headers: { "idempotency-key": key } };
    };
    const trail = () => count("from audit_entry where outcome = 'DONE'", []);
    const kept = (key: string) => count("from idempotent_request where key = $1", [key]);

    // undisturbed: how many statements it is
    let client = await signedInAt(victim);
    const survivor = await signedInAt(other);
    const first = quarter();
    const counted = proxy.count();
    expect((await client.ask(document, first.variables, first.headers)).data).toEqual({
      [name]: expect.objectContaining({ userErrors: [] }) as object,
    });
    const statements = counted();
    expect(statements).toBeGreaterThan(6);
    expect(statements).toBeLessThan(30);

    const killedAt = async (step: number, heard = false): Promise<"nothing" | "whole"> => {
      const { of, key, variables, headers } = quarter();
      client = await signedInAt(victim);
      const before = await trail();
      const stopped = proxy.stopAfter(step, { heard });
      const answer = client.ask(document, variables, headers).catch(() => null);
      await Promise.race([stopped, answer]);
      await victim.stop("SIGKILL");
      await Promise.all([proxy.cut(), answer]);
      const left = [await changes(of), (await trail()) - before, await kept(key)];
      expect([
        [0, 0, 0],
        [1, 1, 1],
      ]).toContainEqual(left);

      const next = started(proxy.url);
      for (let time = 0; time < 2; time += 1) {
        const { data } = await survivor.ask(document, variables, headers);
        expect(data).toEqual({ [name]: expect.objectContaining({ userErrors: [] }) as object });
        expect([await changes(of), (await trail()) - before, await kept(key)]).toEqual([1, 1, 1]);
      }
      victim = await next;
      return left[0] === 0 ? "nothing" : "whole";
    };
    const found: string[] = [];
    for (let step = 0; step <= statements; step += 1) found.push(await killedAt(step));
    // nothing is there until the commit, and everything from then on
    const commit = found.indexOf("whole");
    expect(found).toEqual(found.map((_, step) => (step < commit ? "nothing" : "whole")));
    expect(commit).toBeGreaterThan(3);
    expect(await killedAt(commit - 1, true)).toBe("whole");
    expect(await killedAt(commit - 2, true)).toBe("nothing");
    await expectValidTrail();
  },
  240_000,
);

test.each(Object.keys(MUTATIONS))(
  "%s, the database lost at any step, says what is known of it, and sent again it is done once",
  async (name) => {
    const { document, input, changes } = MUTATIONS[name]!;
    const client = await signedInAt(victim);
    const asking = () => {
      const [of, key] = [nextQuarter(), randomUUID()];
      return { of, ask: () => client.ask(document, { input: input(of) }, { "idempotency-key": key }) };
    };
    const done = { [name]: expect.objectContaining({ userErrors: [] }) as object };
    const counted = proxy.count();
    expect((await asking().ask()).data).toEqual(done);
    const statements = counted();
    const told = new Set<string>();
    for (let step = 0; step < statements; step += 1) {
      const { of, ask } = asking();
      const stopped = proxy.stopAfter(step, { heard: true });
      const asked = ask();
      await Promise.race([stopped, asked]);
      await proxy.cut();
      const { status, errors } = await asked;
      expect([200, 503]).toContain(status);
      const says = status === 200 ? "done" : (errors[0]?.message ?? "");
      told.add(`${says.replace(/[:,.;] .*/s, "")}: ${(await changes(of)) === 1 ? "whole" : "nothing"}`);
      // another of the pool's connections may be lost without its being known yet: whoever is told to try again does
      let again = await ask();
      for (let tries = 1; again.status === 503 && tries < 10; tries += 1) again = await ask();
      expect([again.data, await changes(of)]).toEqual([done, 1]);
    }
    expect([...told].sort()).toEqual([
      "The database was lost as this was being committed: whole",
      "The service cannot reach its database just now: nothing",
      "This was done: whole",
      "done: whole",
    ]);
    await expectValidTrail();
  },
);
