import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DataSource } from "typeorm";
import { entities } from "../../src/domains/entities";
import { loadFolder } from "../../src/domains/exchange/index";
import { type Connection, dataSourceFor } from "../../src/platform/database/data-source";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../src/platform/database/embedded/index";
import { migrate } from "../../src/platform/database/prepare";
import { fieldsOfApi } from "../../src/schema";
import { BOARD, EVERYWHERE, MINE } from "../reuse/asking";
import { NOW, serve, type Service } from "../support/service";

/** A PostgreSQL of this file's own, which is stopped and started again while it is asked. */
const dataDir = mkdtempSync(join(tmpdir(), "gt-restart-"));
let server: EmbeddedPostgres;
let connection: Connection;
let app: DataSource;
let service: Service;
beforeAll(async () => {
  server = await startEmbeddedPostgres({ dataDir, durable: false });
  // by way of the data folder, where the socket is found again after each start
  connection = { ...server.connectionFor("postgres"), host: join(dataDir, "socket") };
  const owner = await dataSourceFor(connection, { asAppRole: false, poolSize: 2, entities }).initialize();
  await migrate(owner).finally(() => owner.destroy());
  app = await dataSourceFor(connection, { asAppRole: true, entities, poolSize: 8 }).initialize();
  await app.transaction((manager) =>
    loadFolder(manager, join(__dirname, "../../data/wrenford"), { demonstration: true, now: NOW, fields: fieldsOfApi }),
  );
  const url = "";
  service = await serve({ app, owner: app, connection, url, drop: () => Promise.resolve() });
});
afterAll(async () => {
  await service.stop();
  await app.destroy();
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const CALLERS = 20;
const ACTORS = [
  "wrenford-council-lead",
  "wrenford-health-contributor",
  "wrenford-police-viewer",
  "wrenford-officer",
  null,
];
const QUESTIONS: [string, object][] = [
  [MINE, { first: 20 }],
  [BOARD, {}],
  [EVERYWHERE, {}],
];
/** Long enough that the server is away for many of the callers' questions. */
const AWAY_MS = 1_500;
const MOST_MS_TO_RECOVER = 5_000;
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test("PostgreSQL restarts under twenty callers: each answer is right or UNAVAILABLE, and soon all are right", async () => {
  const right = new Map<string, string>();
  for (const actor of ACTORS)
    for (const [query, variables] of QUESTIONS) {
      const { status, text } = await service.as(actor).ask(query, variables);
      expect(text).not.toMatch(/UNAVAILABLE|INTERNAL/);
      expect(status).toBe(200);
      right.set(`${String(actor)} ${query}`, text);
    }
  const seen = { right: 0, unavailable: 0, wrong: [] as string[] };
  const rightAt: (number | null)[] = Array.from({ length: CALLERS }, () => null);
  let asking = true;
  let asked = 0;
  const callers = rightAt.map(async (_, caller) => {
    const actor = ACTORS[caller % ACTORS.length] ?? null;
    while (asking) {
      const [query = "", variables = {}] = QUESTIONS[asked % QUESTIONS.length] ?? [];
      // every other question is one that was never asked, so that nothing is kept of its answer
      const text = asked++ % 2 ? query : `${query} # ${asked}`;
      const answer = await service.as(actor).ask(text, variables);
      const told = answer.errors.map(({ extensions: { code } }) => code);
      if (answer.status === 200 && answer.text === right.get(`${String(actor)} ${query}`)) {
        seen.right += 1;
        rightAt[caller] ??= performance.now();
      } else if (answer.status === 503 && told.length > 0 && told.every((code) => code === "UNAVAILABLE")) {
        seen.unavailable += 1;
        rightAt[caller] = null;
        await later(20);
      } else seen.wrong.push(`${String(answer.status)} ${answer.text.slice(0, 500)}`);
    }
  });
  await later(500);
  await server.stop();
  await later(AWAY_MS);
  rightAt.fill(null);
  server = await startEmbeddedPostgres({ dataDir, durable: false });
  const back = performance.now();
  await later(MOST_MS_TO_RECOVER);
  asking = false;
  await Promise.all(callers);
  expect(seen.wrong).toEqual([]);
  expect(seen.right).toBeGreaterThan(CALLERS);
  expect(seen.unavailable).toBeGreaterThan(CALLERS);
  // since when each has had right answers alone
  for (const at of rightAt) expect((at ?? Infinity) - back).toBeLessThan(MOST_MS_TO_RECOVER);
});
