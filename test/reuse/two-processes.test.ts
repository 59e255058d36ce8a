import { globalId } from "../../src/platform/graphql/ids";
import { Client } from "../support/client";
import type { TestDatabase } from "../support/database";
import { enrol } from "../support/enrol";
import { agencyIds, GRANT, REVOKE } from "../support/grants";
import { demonstrationDatabase, NOW, type Service } from "../support/service";
import { Program } from "../start/program";

/**
 * Two processes over one database, as replicas are, each with answers of its own kept. Writers change one action, one
 * grant and one membership through either; readers ask both. Whoever asks after a change was acknowledged sees it.
 */
let database: TestDatabase;
let programs: Program[];
let addresses: string[];
beforeAll(async () => {
  database = await demonstrationDatabase();
  await enrol(database, "leaver", [{ role: "AGENCY_VIEWER", agency: "Wrenford Homes" }]);
  await database.owner.query(
    "update rating set rationale = 'why' where action_id = (select id from action where reference = '5.2' and plan_id = (select id from plan where slug = 'safeguarding-2018-2020'))",
  );
  const settings = {
    DATABASE_URL: database.url,
    DEMO_SIGN_IN: "on",
    GRAPHIQL: "off",
    NOW: NOW.toISOString(),
    PORT: "0",
    POOL_SIZE: "8",
    CONCURRENT_REQUESTS: "0",
    RATE_LIMIT_ACTOR: "0",
    RATE_LIMIT_ADDRESS: "0",
  };
  programs = [new Program(settings), new Program(settings)];
  addresses = (await Promise.all(programs.map((program) => program.ready()))).map(({ address }) => address);
});
afterAll(async () => {
  await Promise.all(programs.map((program) => program.stop()));
  await database.drop();
});

/** The same actor at each of the two. */
async function atBoth(actor: string): Promise<Client[]> {
  return Promise.all(
    addresses.map(async (address) => {
      const headers = { "content-type": "application/json" };
      const signedIn = await fetch(`${address}/demo/sign-in`, {
        method: "POST",
        headers,
        body: JSON.stringify({ actor }),
      });
      const { token } = (await signedIn.json()) as { token: string };
      return new Client(`${address}/graphql`, () => Promise.resolve(token));
    }),
  );
}

const QUERY = `{ partnership(slug: "wrenford") { actions(first: 1, filter: { reference: ["5.2"] }) { nodes { title version ratings { delivery { rationale } } } } } }`;
interface Told {
  partnership: {
    actions: { nodes: { title: string; version: number; ratings: { delivery: { rationale: string | null } } }[] };
  };
}
const LEAST = 5_000;
const MOST = 40_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const any = <T>(list: T[]): T => list[Math.floor(Math.random() * list.length)]!;

/** What is true, and whether that is just being changed: a reading in which it stood still must say it. */
class Fact<T> {
  private moves = 0;
  private moving = false;
  constructor(private value: T) {}
  async become(value: T, change: () => Promise<unknown>) {
    this.moving = true;
    await change();
    this.value = value;
    this.moves += 1;
    this.moving = false;
  }
  /** To be called before the question is sent; what it gives is to be called with the answer. */
  watch(): (told: T) => "right" | "wrong" | "moved" {
    const { moves, moving } = this;
    return (told) =>
      moving || this.moving || this.moves !== moves ? "moved" : told === this.value ? "right" : "wrong";
  }
}

test("after a change is acknowledged, no reader of either process is given the answer from before", async () => {
  const officers = await atBoth("wrenford-officer");
  const probation = await atBoth("wrenford-probation-viewer");
  const leavers = await atBoth("leaver");
  const [{ id } = { id: "" }] = await database.owner.query<{ id: string }[]>(
    "select a.id from action a join plan p on p.id = a.plan_id where p.slug = 'safeguarding-2018-2020' and a.reference = '5.2'",
  );
  const agencies = await agencyIds({ database } as Service);
  const started = Date.now();

  let acknowledged = 1;
  const granted = new Fact(false);
  const belongs = new Fact(true);
  const counts = { read: 0, right: 0, wrong: 0, moved: 0, repeated: 0 };
  const wrong: string[] = [];
  // a busy machine takes longer for as much
  const enough = () => acknowledged > 15 && counts.right > 60 && counts.repeated > 20;
  const running = () => Date.now() - started < (enough() ? LEAST : MOST);

  /** Lets the readers ask for a while: a busy machine is slow at everything alike. */
  const settle = async (readings: number) => {
    for (const seen = counts.read; running() && counts.read < seen + readings;) await pause(5);
  };
  const writing = async () => {
    while (running()) {
      const next = acknowledged + 1;
      await any(officers).data(
        "mutation ($input: EditActionTextInput!) { editActionText(input: $input) { userErrors { code } } }",
        { input: { action: globalId("Action", id), expectedVersion: acknowledged, title: `Title ${next}` } },
      );
      acknowledged = next;
      await settle(Math.random() * 12);
    }
  };
  const granting = async () => {
    const input = {
      partnership: "wrenford",
      agency: agencies.get("wrenford/Wrenshire Probation"),
      type: "Rating",
      field: "rationale",
      operation: "READ",
      effect: "ALLOW",
      reason: "A reason of the officers",
    };
    while (running()) {
      let grant = "";
      await granted.become(true, async () => {
        const given = await any(officers).data<{ grantFieldAccess: { grant: { id: string } } }>(GRANT, { input });
        grant = given.grantFieldAccess.grant.id;
      });
      await settle(Math.random() * 40);
      await granted.become(false, async () => {
        const taken = await any(officers).data<{ revokeFieldGrant: { userErrors: object[] } }>(REVOKE, {
          input: { grant },
        });
        expect(taken.revokeFieldGrant.userErrors).toEqual([]);
      });
      await settle(Math.random() * 40);
    }
  };
  const leaving = async () => {
    const set = (ended: string | null) =>
      database.owner.query(
        "update membership set ended_at = $1 where person_id = (select id from person where subject = 'leaver')",
        [ended],
      );
    while (running()) {
      await settle(Math.random() * 40);
      await belongs.become(false, () => set("2019-01-01"));
      await settle(Math.random() * 40);
      await belongs.become(true, () => set(null));
    }
  };
  const reading = async () => {
    let last = "";
    while (running()) {
      const [floor, rationale] = [acknowledged, granted.watch()];
      const { text, data, errors } = await any(probation).ask<Told>(QUERY);
      const [node] = data?.partnership.actions.nodes ?? [];
      counts.read += 1;
      if (text === last) counts.repeated += 1;
      last = text;
      if (!node || errors.length > 0 || node.version < floor) wrong.push(`after ${floor}: ${text}`);
      const verdict = rationale(node?.ratings.delivery.rationale === "why");
      counts[verdict] += 1;
      if (verdict === "wrong") wrong.push(`rationale: ${text}`);
    }
  };
  const readingAsLeaver = async () => {
    while (running()) {
      const watched = belongs.watch();
      const { status, text } = await any(leavers).ask(QUERY);
      const verdict = watched(status === 200);
      counts[verdict] += 1;
      if (verdict === "wrong") wrong.push(`leaver: ${status} ${text}`);
    }
  };
  await Promise.all([
    writing(),
    granting(),
    leaving(),
    ...Array.from({ length: 6 }, reading),
    ...Array.from({ length: 2 }, readingAsLeaver),
  ]);
  expect(wrong).toEqual([]);
  expect([enough(), counts, acknowledged]).toEqual([true, counts, acknowledged]);

  // and both do keep answers: they give them even where the table cannot be read any more
  const kept = await Promise.all(probation.map(async (client) => (await client.ask(QUERY)).text));
  await database.owner.query("revoke select on action from golden_thread_app");
  for (const [index, client] of probation.entries()) {
    expect((await client.ask(QUERY)).text).toBe(kept[index]);
    expect((await client.ask(QUERY.replace("5.2", "5.3"))).errors).not.toEqual([]);
  }
});
