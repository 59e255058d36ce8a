import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { sweepFiles } from "../../src/domains/exchange/index";
import { openFiles, type Storage } from "../../src/platform/storage/index";
import { NOW } from "../support/service";
import { entries } from "../support/writes";
import { PDF } from "./made-files";
import { S3Server } from "./s3-server";
import { ADD, done, type EvidenceWorld, evidenceWorld } from "./world";

let world: EvidenceWorld;
let server: S3Server;
let partnership: string;
const storages: Record<string, Storage> = {};
beforeAll(async () => {
  server = await S3Server.start();
  world = await evidenceWorld();
  storages.disk = (await openFiles({ folder: world.folder, s3: null })).storage;
  storages.bucket = (await openFiles({ folder: world.folder, s3: server.config })).storage;
  const [row] = await world.database.owner.query<{ id: string }[]>(
    "select id from partnership where slug = 'wrenford'",
  );
  partnership = row?.id ?? "";
});
afterAll(async () => {
  await world.drop();
  await server.stop();
});

const HOUR_MS = 3_600_000;
const hoursAgo = (hours: number) => new Date(Date.now() - hours * HOUR_MS);
const sweep = async (storage: Storage, before: Date, remove = false) => {
  const { app: db, owner } = world.database;
  const clock = { now: () => NOW, fixed: true };
  return (await sweepFiles({ db, owner, clock, storage }, before, remove)).map(({ name }) => name).sort();
};
async function namesIn(storage: Storage): Promise<string[]> {
  const names: string[] = [];
  for await (const page of storage.list()) names.push(...page.map(({ name }) => name));
  return names.sort();
}

test.each(["disk", "bucket"])(
  "on a %s, files that no evidence names are found, and removed where asked",
  async (which) => {
    const storage = storages[which]!;
    expect([await namesIn(storage), await sweep(storage, hoursAgo(-1))]).toEqual([[], []]);
    world.replace({ storage });
    const add = { title: "Minutes", kind: "ACTIVITY", fileName: "minutes.pdf" };
    const { id, upload } = await done(world.service, "police-lead", ADD, add);
    const put = await fetch(`${world.service.address}${upload?.url ?? ""}`, {
      method: "PUT",
      body: new Uint8Array(PDF),
    });
    expect(put.status).toBe(201);
    const [named] = await namesIn(storage);

    const of = (owner: string) => `${owner}/${randomUUID()}/${"0".repeat(64)}-00000000`;
    const lost = [of(partnership), of(partnership)].sort();
    // another service's, beside them
    const foreign = of(randomUUID());
    for (const name of [...lost, foreign]) await storage.put(name, Readable.from([PDF]), PDF.length);
    const all = [named!, ...lost, foreign].sort();

    // as long as it may still come on record it is left alone
    expect(await sweep(storage, hoursAgo(1), true)).toEqual([]);
    expect(await sweep(storage, hoursAgo(-1))).toEqual(lost);
    expect(await namesIn(storage)).toEqual(all);

    const trail = (await entries(world.database)).length;
    expect(await sweep(storage, hoursAgo(-1), true)).toEqual(lost);
    expect(await namesIn(storage)).toEqual([named, foreign].sort());
    expect((await entries(world.database)).slice(trail)).toMatchObject([
      { kind: "evidence.lostFilesRemoved", subjectId: partnership, detail: { files: 2 } },
    ]);
    expect(await sweep(storage, hoursAgo(-1), true)).toEqual([]);
    expect((await entries(world.database)).length).toBe(trail + 1);
    expect(id).toBeTruthy();
  },
);

test("a bucket of more files than one page is walked to its end", async () => {
  const storage = storages.bucket!;
  const names = Array.from({ length: 1_001 }, (_, at) => `${partnership}/${String(at)}/00`);
  for (let at = 0; at < names.length; at += 50)
    await Promise.all(names.slice(at, at + 50).map((name) => storage.put(name, Readable.from(["x"]), 1)));
  expect(await sweep(storage, hoursAgo(-1))).toEqual([...names].sort());
});
