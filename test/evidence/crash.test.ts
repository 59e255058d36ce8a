import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "../support/client";
import { Program } from "../start/program";
import { PDF } from "./made-files";
import { ADD, RENEW, type Told } from "./world";
import { until } from "../support/until";

/** The service as it ships, in a process of its own that is killed in the midst of an upload. */
const dataDir = mkdtempSync(join(tmpdir(), "golden-thread-evidence-"));
let program: Program | undefined;
afterAll(async () => {
  await program?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const started = async () => {
  const running = new Program({ DATA_DIR: dataDir, PORT: "0" });
  program = running;
  const { address } = await running.ready();
  const token = async () => {
    const response = await fetch(`${address}/demo/sign-in`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ actor: "wrenford-housing-contributor" }),
    });
    return ((await response.json()) as { token: string }).token;
  };
  return { running, address, client: new Client(`${address}/graphql`, token) };
};
const arriving = () =>
  existsSync(join(dataDir, "evidence/incoming")) ? readdirSync(join(dataDir, "evidence/incoming")) : [];

test("killed in the midst of an upload, it starts with nothing half written, and the file is waited for still", async () => {
  const first = await started();
  const { addEvidence } = await first.client.data<{ addEvidence: Told }>(ADD, {
    input: { title: "Minutes", kind: "ACTIVITY", fileName: "minutes.pdf" },
  });
  const url = addEvidence.upload?.url ?? "";
  const sending = request(`${first.address}${url}`, { method: "PUT", headers: { "content-length": "100000" } });
  sending.on("error", () => undefined);
  sending.write(PDF);
  await until("something arriving", () => arriving().length > 0);
  expect(arriving().length).toBe(1);
  await first.running.stop("SIGKILL");
  expect(arriving().length).toBe(1);

  const second = await started();
  expect(arriving()).toEqual([]);
  expect(existsSync(join(dataDir, "evidence/kept"))).toBe(false);
  const id = addEvidence.evidence?.id ?? "";
  const { node } = await second.client.data<{ node: object }>(
    "query ($id: ID!) { node(id: $id) { ... on Evidence { fileState download { url } } } }",
    { id },
  );
  expect(node).toEqual({ fileState: "PENDING", download: null });
  // the address holds over a restart: its keys are the database's
  const renewed = await second.client.data<{ renewEvidenceUpload: Told }>(RENEW, { input: { evidence: id } });
  for (const [path, status] of [
    [url, 201],
    [renewed.renewEvidenceUpload.upload?.url ?? "", 404],
  ] as const) {
    const response = await fetch(`${second.address}${path}`, { method: "PUT", body: new Uint8Array(PDF) });
    expect(response.status).toBe(status);
  }
  const { download } = (
    await second.client.data<{ node: { download: { url: string } } }>(
      "query ($id: ID!) { node(id: $id) { ... on Evidence { download { url } } } }",
      { id },
    )
  ).node;
  const file = await fetch(`${second.address}${download.url}`);
  expect(Buffer.from(await file.arrayBuffer()).equals(PDF)).toBe(true);
});
