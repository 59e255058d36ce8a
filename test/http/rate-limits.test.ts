import { isObjectType } from "graphql";
import pino from "pino";
import { dataSourceFor } from "../../src/platform/database/data-source";
import { CallerLimiter } from "../../src/platform/http/limits/index";
import { networkOf } from "../../src/platform/http/limits/caller-key";
import type { RequestContext } from "../../src/domains/access/index";
import type { TestDatabase } from "../support/database";
import { read } from "../support/client";
import { demonstrationDatabase, serve, type Service, type ServiceOptions } from "../support/service";
import { until } from "../support/until";

let database: TestDatabase;
const started: Service[] = [];
beforeAll(async () => {
  database = await demonstrationDatabase();
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((service) => service.stop()));
  await database.owner.query("delete from rate_limit");
});
afterAll(() => database.drop());

const quiet = pino({ level: "silent" });
const NONE = { actor: 0, address: 0, failedSignIn: 0, concurrent: 0 };
/** One replica: a process of its own would have just such a limiter and pool. */
async function replica(
  limits: Partial<typeof NONE>,
  parts: ServiceOptions["parts"] = {},
  options: ServiceOptions = {},
): Promise<Service> {
  const limiter = new CallerLimiter({ ...NONE, ...limits }, database.app, quiet);
  const service = await serve(database, { ...options, parts: { limiter, ...parts } });
  started.push(service);
  return service;
}

const QUERY = JSON.stringify({ query: "{ __typename }" });
async function ask(service: Service, headers: Record<string, string> = {}, body = QUERY) {
  const response = await fetch(`${service.address}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
  return read(response);
}
const statuses = (answers: { status: number }[]) => {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

describe("requests a minute", () => {
  test("one replica grants just the limit, and says how it stands", async () => {
    const service = await replica({ actor: 25 });
    const police = await service.as("wrenford-police-viewer").authorization();
    for (let count = 1; count <= 25; count += 1) {
      const { status, headers } = await ask(service, police);
      expect([status, headers.get("ratelimit-policy")]).toEqual([200, '"actor";q=25;w=60']);
      expect(headers.get("ratelimit")).toMatch(new RegExp(`^"actor";r=${25 - count};t=\\d+$`));
    }
    const { status, headers, errors } = await ask(service, police);
    expect([status, headers.get("retry-after")]).toEqual([429, expect.stringMatching(/^[1-9]\d?$/)]);
    expect(headers.get("ratelimit")).toMatch(/^"actor";r=0;t=\d+$/);
    expect(headers.get("cache-control")).toBe("private, no-store");
    expect(errors.map(({ extensions }) => extensions)).toEqual([{ code: "RATE_LIMITED" }]);
    expect(errors[0]?.message).toMatch(
      /^At most 25 requests a minute for each signed-in caller are allowed\. Try again in \d+ s\.$/,
    );
    // another actor, and the same one's anonymous self, have budgets of their own
    expect((await ask(service, await service.as("wrenford-officer").authorization())).status).toBe(200);
    expect((await ask(service)).status).toBe(200);
  });

  test.each([
    ["one after the other, by turns", false],
    ["all at once", true],
  ])("two replicas together grant just the limit, %s", async (_how, atOnce) => {
    const replicas = [await replica({ address: 40 }), await replica({ address: 40 })];
    const answers = [];
    if (atOnce) {
      const all = replicas.flatMap((service) => Array.from({ length: 40 }, () => ask(service)));
      answers.push(...(await Promise.all(all)));
      expect(statuses(answers)).toEqual({ 200: 40, 429: 40 });
    } else {
      for (let index = 0; index < 41; index += 1) {
        const service = replicas[index % 2];
        if (service) answers.push(await ask(service));
      }
      expect(answers.map(({ status }) => status)).toEqual([...Array<number>(40).fill(200), 429]);
    }
  });

  test("the budget is fetched in portions: one round trip for many requests, and none once it is spent", async () => {
    const pool = (database.app.driver as unknown as { master: { query: (...args: unknown[]) => unknown } }).master;
    const sent = jest.spyOn(pool, "query");
    const service = await replica({ address: 200 });
    const answers = [];
    for (let index = 0; index < 10; index += 1)
      answers.push(...(await Promise.all(Array.from({ length: 23 }, () => ask(service)))));
    expect(statuses(answers)).toEqual({ 200: 200, 429: 30 });
    expect(sent.mock.calls.length).toBe(200 / 20);
    sent.mockRestore();
  });

  test("a window that has ended begins anew", async () => {
    const service = await replica({ address: 1 });
    expect([(await ask(service)).status, (await ask(service)).status]).toEqual([200, 429]);
    jest.useFakeTimers({
      now: Date.now() + 61_000,
      doNotFake: [
        "setTimeout",
        "setImmediate",
        "nextTick",
        "queueMicrotask",
        "setInterval",
        "clearTimeout",
        "clearInterval",
      ],
    });
    try {
      expect([(await ask(service)).status, (await ask(service)).status]).toEqual([200, 429]);
    } finally {
      jest.useRealTimers();
    }
  });

  test("the table holds no name and no address", async () => {
    const service = await replica({ actor: 5, address: 5 });
    await ask(service, await service.as("wrenford-officer").authorization());
    await ask(service);
    const rows = await database.owner.query<{ key: string }[]>("select key from rate_limit order by 1");
    expect(rows.map(({ key }) => key)).toEqual([
      expect.stringMatching(/^actor:[\w-]{43}$/),
      expect.stringMatching(/^address:[\w-]{43}$/),
    ]);
  });

  test("while the database cannot be had, each process counts for itself, and says so once", async () => {
    const gone = await dataSourceFor(database.connection, { asAppRole: true, poolSize: 1 }).initialize();
    await gone.destroy();
    const lines: string[] = [];
    const log = pino({ level: "warn" }, { write: (line: string) => void lines.push(line) });
    const limiter = new CallerLimiter({ ...NONE, address: 5 }, gone, log);
    const service = await replica({}, { limiter });
    const answers = [];
    for (let index = 0; index < 6; index += 1) answers.push((await ask(service)).status);
    expect(answers).toEqual([200, 200, 200, 200, 200, 429]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("counting requests in this process alone");
  });
});

describe("case 33: whose address it is", () => {
  const from = (address: string) => ({
    "x-forwarded-for": address,
    "x-real-ip": address,
    "x-user-id": "wrenford-officer",
    forwarded: `for=${address}`,
  });

  test("TRUST_PROXY=0: what a caller says of its address is ignored", async () => {
    const service = await replica({ address: 3 });
    const answers = [];
    for (let index = 0; index < 4; index += 1) answers.push((await ask(service, from(`192.0.2.${index}`))).status);
    expect(answers).toEqual([200, 200, 200, 429]);
  });

  test("TRUST_PROXY=1: the address that the proxy saw counts, and not what it was told", async () => {
    const service = await replica({ address: 3 }, { trustProxy: 1 });
    const answers = [];
    for (let index = 0; index < 4; index += 1)
      answers.push((await ask(service, from(`198.51.100.${index}, 192.0.2.1`))).status);
    answers.push((await ask(service, from("192.0.2.2"))).status);
    expect(answers).toEqual([200, 200, 200, 429, 200]);
  });

  test("a header that names a user signs nobody in", async () => {
    const service = await replica({});
    const body = JSON.stringify({ query: "{ viewer { label } }" });
    expect((await ask(service, from("127.0.0.1"), body)).text).toBe((await ask(service, {}, body)).text);
  });

  test.each([
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0DB8:0001:0002::9", "2001:db8:1:2::/64"],
    ["2001:db8::9", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["1::2:3:4:5:6:7", "1:0:2:3::/64"],
    ["unknown", "10.0.0.1"],
  ])("%s is of %s", (address, network) => {
    expect(networkOf(address, "10.0.0.1")).toBe(network);
  });
});

describe("case 25: tokens that do not hold are counted, each attempt", () => {
  test("at the limit and beyond, on this replica and on another", async () => {
    const [one, other] = [await replica({ failedSignIn: 3 }), await replica({ failedSignIn: 3 })];
    const guess = (service: Service, index: number) => ask(service, { authorization: `Bearer guess.number.${index}` });
    const answers = [];
    for (let index = 0; index < 4; index += 1) answers.push(await guess(one, index));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 429]);
    expect(answers[3]?.errors[0]?.extensions).toEqual({ code: "RATE_LIMITED" });
    expect(answers[3]?.errors[0]?.message).toMatch(/^At most 3 tokens a minute that do not hold from one address/);
    expect((await guess(other, 5)).status).toBe(429);
    // whoever else is behind that address is not kept out, with a token that holds or with none
    expect((await ask(one, await one.as("wrenford-officer").authorization())).status).toBe(200);
    expect((await ask(one)).status).toBe(200);
  });

  test("guessed tokens of our own are counted too, and what is beyond the limit leaves no more entries in the trail", async () => {
    const service = await replica({ failedSignIn: 2 });
    const entries = async () => {
      const [row] = await database.owner.query<{ count: number }[]>(
        "select count(*) as count from audit_entry where kind = 'credential'",
      );
      return row?.count ?? 0;
    };
    const before = await entries();
    const answers = [];
    for (const digit of "1234") {
      const token = `gtk_0000000${digit}_${digit.repeat(43)}`;
      answers.push(await ask(service, { authorization: `Bearer ${token}` }));
    }
    expect(answers.map(({ errors }) => errors[0]?.extensions.code)).toEqual([
      "UNAUTHENTICATED",
      "UNAUTHENTICATED",
      "RATE_LIMITED",
      "RATE_LIMITED",
    ]);
    expect((await entries()) - before).toBe(2);
  });

  test("a made-up token of our own is no caller of its own: it spends the address's budget, whatever is asked", async () => {
    const service = await replica({ actor: 25, address: 6 });
    const answers = [];
    for (const digit of "12345678") {
      const token = `gtk_0000000${digit}_${digit.repeat(43)}`;
      // refused before the database is asked about the token, so that no failed sign-in is counted
      answers.push(await ask(service, { authorization: `Bearer ${token}` }, JSON.stringify({ query: "{ nothing }" })));
    }
    expect(statuses(answers)).toEqual({ 200: 6, 429: 2 });
    expect(answers[0]?.headers.get("ratelimit-policy")).toBe('"address";q=6;w=60');
    const keys = await database.owner.query<{ key: string }[]>("select key from rate_limit");
    expect(keys).toHaveLength(1);
  });

  test("aliases make no attempts: a request has one token", async () => {
    const service = await replica({ failedSignIn: 2 });
    const body = JSON.stringify({
      query: `{ ${Array.from({ length: 15 }, (_, i) => `a${i}: viewer { label }`).join(" ")} }`,
    });
    const answers = [];
    for (let index = 0; index < 3; index += 1)
      answers.push((await ask(service, { authorization: "Bearer a.b.c" }, body)).status);
    expect(answers).toEqual([401, 401, 429]);
  });
});

describe("case 26: one caller's heavy dashboard starves nobody", () => {
  /** A service whose `viewer { label }` holds its connection until the gate is opened. */
  async function gated(concurrent: number) {
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    let reached = 0;
    const service = await replica(
      { concurrent },
      { keptAnswers: 0 }, // each request is to reach the gate
      {
        alter: (schema) => {
          const viewer = schema.getType("Viewer");
          const label = isObjectType(viewer) ? viewer.getFields().label : undefined;
          if (!label) throw new Error("no Viewer.label");
          label.resolve = async (_viewer, _args, context: RequestContext) => {
            reached += 1;
            await context.db.query("select 1 as one");
            await gate;
            return "heavy";
          };
        },
      },
    );
    const heavy = JSON.stringify({ query: "{ viewer { label } }" });
    const dashboard = await service.as("wrenford-police-viewer").authorization();
    const order: string[] = [];
    const send = (name: string, signal?: AbortSignal) =>
      fetch(`${service.address}/graphql`, {
        method: "POST",
        ...(signal && { signal }),
        headers: { "content-type": "application/json", ...dashboard },
        body: heavy,
      }).then(
        async (response) => {
          await response.text();
          order.push(name);
          return response.status;
        },
        () => 0,
      );
    const come = async (count: number) => {
      await until(`${count} come`, () => reached >= count);
      expect(reached).toBe(count);
    };
    const light = async () => {
      const { status } = await ask(
        service,
        await service.as("wrenford-officer").authorization(),
        JSON.stringify({ query: "{ actions(first: 1) { nodes { id } } }" }),
      );
      order.push("other");
      return status;
    };
    return { service, open, send, come, light, order };
  }

  test("forty at once of one actor: another actor's request is answered before any of them", async () => {
    const { open, send, come, light, order } = await gated(3);
    const forty = Array.from({ length: 40 }, () => send("dashboard"));
    await come(3);
    expect(await light()).toBe(200);
    expect(order).toEqual(["other"]);
    open();
    expect(statuses((await Promise.all(forty)).map((status) => ({ status })))).toEqual({ 200: 40 });
    await come(40);
  });

  test("without the limit it would wait behind them all", async () => {
    const { open, send, come, light, order } = await gated(0);
    const forty = Array.from({ length: 40 }, () => send("dashboard"));
    await come(4); // as many as there are connections
    const other = light();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(order).toEqual([]);
    open();
    await Promise.all([...forty, other]);
  });

  test("a hundred may wait; one more is refused", async () => {
    const { open, send, come, service } = await gated(1);
    const all = Array.from({ length: 102 }, () => send("dashboard"));
    await come(1);
    const first = await Promise.race(all);
    expect(first).toBe(429);
    expect((await ask(service)).status).toBe(200);
    open();
    expect(statuses((await Promise.all(all)).map((status) => ({ status })))).toEqual({ 200: 101, 429: 1 });
  });

  test("who leaves while waiting gives up the place, and no turn is lost", async () => {
    const { open, send, come, order } = await gated(1);
    const first = send("first");
    await come(1);
    const leaving = new AbortController();
    const left = send("left", leaving.signal);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const last = send("last");
    leaving.abort();
    expect(await left).toBe(0);
    open();
    expect(await Promise.all([first, last])).toEqual([200, 200]);
    expect(order).toEqual(["first", "last"]);
  });
});
