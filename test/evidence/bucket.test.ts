import { openFiles } from "../../src/platform/storage/index";
import { PDF } from "./made-files";
import { S3Server } from "./s3-server";
import { ADD, done, type EvidenceWorld, evidenceWorld, seen } from "./world";

/** The same service with its files in a bucket. */
let world: EvidenceWorld;
let server: S3Server;
beforeAll(async () => {
  server = await S3Server.start();
  world = await evidenceWorld();
  world.replace(await openFiles({ folder: world.folder, s3: server.config }));
});
afterAll(async () => {
  await world.drop();
  await server.stop();
});

test("a file is kept in the bucket, opened from it, and nothing of it stays on the disk", async () => {
  const { id, upload } = await done(world.service, "police-lead", ADD, {
    title: "Minutes",
    kind: "ACTIVITY",
    fileName: "minutes.pdf",
  });
  const put = await fetch(`${world.service.address}${upload?.url ?? ""}`, { method: "PUT", body: new Uint8Array(PDF) });
  expect(put.status).toBe(201);
  expect(await world.kept()).toEqual([]);
  const { node } = await seen(world.service, "police-lead", id, "fileState download { url }");
  expect(node?.fileState).toBe("CLEAN");
  const file = await fetch(`${world.service.address}${(node?.download as { url: string }).url}`);
  expect([file.status, Buffer.from(await file.arrayBuffer()).equals(PDF)]).toEqual([200, true]);
});
