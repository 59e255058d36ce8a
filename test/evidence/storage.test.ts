import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import {
  type Files,
  Incoming,
  openFiles,
  type Storage,
  StorageError,
  TooLongError,
} from "../../src/platform/storage/index";
import { S3Storage } from "../../src/platform/storage/s3";
import { until } from "../support/until";
import { S3Server } from "./s3-server";

let folder: string;
let disk: Files;
let server: S3Server;
const storages: Record<string, Storage> = {};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "storage-"));
  disk = await openFiles({ folder, s3: null });
  server = await S3Server.start();
  storages.disk = disk.storage;
  storages.bucket = (await openFiles({ folder: join(folder, "s3"), s3: server.config })).storage;
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const storage = (which: string): Storage => {
  const found = storages[which];
  if (!found) throw new Error(which);
  return found;
};
const all = async (stream: Readable): Promise<Buffer> => Buffer.concat((await stream.toArray()) as Buffer[]);
const inPieces = (bytes: Buffer, size = 65_536) =>
  Readable.from(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size)),
  );
const filesIn = async (path: string) =>
  (await readdir(path, { recursive: true, withFileTypes: true })).filter((one) => one.isFile()).map(({ name }) => name);

describe.each(["disk", "bucket"])("a %s", (which) => {
  test("keeps a file whole, gives it back, has another in its place, and lets go of it", async () => {
    const [first, second] = [randomBytes(3 * 1024 * 1024 + 7), randomBytes(11)];
    const name = "a1/b-2/c3";
    expect(await storage(which).exists(name)).toBe(false);
    await storage(which).put(name, inPieces(first), first.length);
    expect(await storage(which).exists(name)).toBe(true);
    expect((await all(await storage(which).get(name))).equals(first)).toBe(true);
    await storage(which).put(name, inPieces(second), second.length);
    expect((await all(await storage(which).get(name))).equals(second)).toBe(true);
    await storage(which).remove(name);
    await storage(which).remove(name);
    expect(await storage(which).exists(name)).toBe(false);
    await expect(storage(which).get(name)).rejects.toMatchObject({ code: "UNAVAILABLE", why: "missing" });
  });

  test.each(["../out", "/etc/passwd", "a/../b", "a//b", "", "A", "a.b", "a\0b"])(
    "takes no name like %j",
    async (name) => {
      await expect((async () => storage(which).put(name, inPieces(Buffer.from("x")), 1))()).rejects.toThrow(
        /no name of a kept file/,
      );
      await expect((async () => storage(which).get(name))()).rejects.toThrow(/no name of a kept file/);
    },
  );

  test("has nothing of a file whose source fails in the midst", async () => {
    const broken = new Readable({
      read() {
        this.push(Buffer.alloc(1000));
        process.nextTick(() => this.destroy(new Error("the source is gone")));
      },
    });
    await expect(storage(which).put("d4/e5", broken, 5000)).rejects.toThrow();
    expect(await storage(which).exists("d4/e5")).toBe(false);
  });
});

test("a store that keeps what came in part, and does so after it was told to remove it, keeps it no longer", async () => {
  const kept = new Set<string>();
  let came = 0;
  const source = new Readable({ read: () => undefined });
  source.push(Buffer.alloc(1000));
  const keep = (name: string) => {
    kept.add(name);
    came += 1;
  };
  const late = createServer((request, response) => {
    const [name = ""] = (request.url ?? "").split("?");
    if (request.method === "PUT") {
      request.resume().on("error", () => undefined);
      source.destroy(new Error("the source is gone"));
      response.on("close", () => setTimeout(keep, 100, name));
      return;
    }
    kept.delete(name);
    response.writeHead(204).end();
  }).listen(0, "127.0.0.1");
  try {
    await once(late, "listening");
    const { port } = late.address() as AddressInfo;
    const there = await S3Storage.open({ ...server.config, endpoint: `http://127.0.0.1:${port}` });
    await expect(there.put("d4/e5", source, 5000)).rejects.toThrow();
    await until("it had kept something", () => came > 0);
    expect([...kept]).toEqual([]);
  } finally {
    late.closeAllConnections();
    late.close();
  }
});

test("a store that does not answer is told as such", async () => {
  const away = await S3Storage.open({ ...server.config, endpoint: "http://127.0.0.1:9" });
  await expect(away.get("a/b")).rejects.toMatchObject({ code: "UNAVAILABLE", why: "failed" });
  const wrong = await S3Storage.open({ ...server.config, bucket: "nowhere" });
  await expect(wrong.put("a/b", inPieces(Buffer.from("x")), 1)).rejects.toBeInstanceOf(StorageError);
});

test("a folder that cannot be used stops the start by the setting's name", async () => {
  await writeFile(join(folder, "a-file"), "");
  await expect(openFiles({ folder: join(folder, "a-file"), s3: null })).rejects.toThrow(
    /EVIDENCE_DIR: .*a-file cannot be used \(ENOTDIR\)/,
  );
});

describe("what arrives", () => {
  test("is on the disk with its size and hash, or not at all", async () => {
    const bytes = randomBytes(300_000);
    const arrived = await disk.incoming.take(inPieces(bytes), bytes.length);
    expect([arrived.size, arrived.sha256]).toEqual([bytes.length, createHash("sha256").update(bytes).digest("hex")]);
    await arrived.discard();
    await expect(disk.incoming.take(inPieces(bytes), bytes.length - 1)).rejects.toBeInstanceOf(TooLongError);
    expect(await filesIn(join(folder, "incoming"))).toEqual([]);
  });

  test("is cleared away at a start where a crash left it, and nothing that somebody is at", async () => {
    const path = join(folder, "left");
    await mkdir(path);
    const here = hostname().replaceAll(".", "-");
    const [mine, another, gone, elsewhere, old, odd] = [
      `${here}.${process.pid}.a`,
      `${here}.1.b`,
      `${here}.4000000.c`,
      `elsewhere.4000000.d`,
      `elsewhere.4000000.e`,
      "notes",
    ] as const;
    for (const name of [mine, another, gone, elsewhere, old, odd]) await writeFile(join(path, name), "half a file");
    const before = new Date(Date.now() - 25 * 60 * 60 * 1000);
    await utimes(join(path, old), before, before);
    await new Incoming(path).open();
    expect((await readdir(path)).sort()).toEqual([another, elsewhere, odd].sort());
  });
});
