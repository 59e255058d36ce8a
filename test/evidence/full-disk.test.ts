import { execFileSync } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Incoming, openFiles } from "../../src/platform/storage/index";
import { DiskStorage } from "../../src/platform/storage/disk";
import { ADD, done, type EvidenceWorld, evidenceWorld, seen } from "./world";

/** A real file system of one megabyte, which can be mounted by root alone; null elsewhere, and the tests say so. */
function smallDisk(): string | null {
  const path = mkdtempSync(join(tmpdir(), "small-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", path], { stdio: "ignore" });
    return path;
  } catch {
    rmdirSync(path);
    return null;
  }
}

const disk = smallDisk();
const onSmallDisk = disk === null ? test.skip : test;
if (disk === null) console.warn("not tried: a full disk, since no file system can be mounted here (it takes root)");

let world: EvidenceWorld;
beforeAll(async () => {
  world = await evidenceWorld(4 * 1024 * 1024);
});
afterAll(async () => {
  await world.drop();
  if (disk === null) return;
  execFileSync("umount", [disk]);
  rmdirSync(disk);
});

const BIG = Buffer.alloc(2 * 1024 * 1024, "words ");
const SMALL = Buffer.from("words");
const send = async (url: string, body: Buffer) => {
  const response = await fetch(`${world.service.address}${url}`, { method: "PUT", body: new Uint8Array(body) });
  const answer = (await response.json()) as { errors?: { message: string; extensions: { code: string } }[] };
  return [response.status, answer.errors?.[0]?.extensions.code, response.headers.get("retry-after")];
};
const waiting = async () => {
  const { id, upload } = await done(world.service, "police-lead", ADD, {
    title: "Notes",
    kind: "ACTIVITY",
    fileName: "a.txt",
  });
  return { id, url: upload?.url ?? "" };
};
const PENDING = { fileState: "PENDING", sizeBytes: null, sha256: null };

onSmallDisk(
  "a disk that fills while a file arrives: told, nothing left, and the same address takes the file when there is room",
  async () => {
    const path = disk ?? "";
    const there = await openFiles({ folder: path, s3: null });
    world.replace(there);
    const { id, url } = await waiting();
    expect(await send(url, BIG)).toEqual([507, "UNAVAILABLE", "60"]);
    expect((await seen(world.service, "police-lead", id)).node).toMatchObject(PENDING);
    expect(execFileSync("find", [path, "-type", "f"]).toString()).toBe("");
    expect((await send(url, SMALL))[0]).toBe(201);
    expect((await seen(world.service, "police-lead", id)).node).toMatchObject({ fileState: "CLEAN", sizeBytes: 5 });
  },
);

onSmallDisk(
  "a disk that is full when a file that has arrived is to be kept: no half file, and no record of one",
  async () => {
    const path = disk ?? "";
    const elsewhere = await new Incoming(join(world.folder, "arriving")).open();
    const onFull = await new Incoming(join(path, "full")).open();
    world.replace({ incoming: elsewhere, storage: new DiskStorage(join(path, "kept"), onFull) });
    const { id, url } = await waiting();
    expect(await send(url, BIG)).toEqual([507, "UNAVAILABLE", "60"]);
    expect((await seen(world.service, "police-lead", id)).node).toMatchObject(PENDING);
    expect(execFileSync("find", [join(path, "full"), join(world.folder, "arriving"), "-type", "f"]).toString()).toBe(
      "",
    );
  },
);

test("a kept file that is gone is told as a fault of ours, without a word of where it was, and opens nothing", async () => {
  world.replace(await openFiles({ folder: join(world.folder, "again"), s3: null }));
  const { id, url } = await waiting();
  expect((await send(url, SMALL))[0]).toBe(201);
  const { node } = await seen(world.service, "police-lead", id, "download { url }");
  await rm(join(world.folder, "again/kept"), { recursive: true });
  const response = await fetch(`${world.service.address}${(node?.download as { url: string }).url}`);
  expect([response.status, response.headers.get("retry-after")]).toEqual([503, "10"]);
  expect(await response.text()).not.toMatch(/kept|ENOENT/);
  const [{ count }] = await world.database.owner.query<[{ count: number }]>(
    "select count(*)::int as count from audit_entry where kind = 'evidence.downloaded'",
  );
  expect(count).toBe(0);
});
