import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Secret } from "../../src/platform/config/index";
import { until } from "../support/until";

/** A store that speaks S3, in a process of its own: s3rver, over a folder that goes with it. */
export class S3Server {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    readonly endpoint: string,
  ) {}

  static async start(): Promise<S3Server> {
    const folder = await mkdtemp(join(tmpdir(), "s3-"));
    const port = await freePort();
    const program = join(__dirname, "../../node_modules/s3rver/bin/s3rver.js");
    const args = ["-d", folder, "-a", "127.0.0.1", "-p", String(port), "--silent", "--configure-bucket", "evidence"];
    // it tells where a page ends by a cipher of old
    const child = spawn(process.execPath, ["--openssl-legacy-provider", program, ...args], { stdio: "ignore" });
    const server = new S3Server(child, folder, `http://127.0.0.1:${port}`);
    await until("an answer of s3rver", () =>
      fetch(server.endpoint).then(
        () => true,
        () => false,
      ),
    );
    return server;
  }

  get config() {
    return {
      bucket: "evidence",
      region: "eu-west-2",
      endpoint: this.endpoint,
      // the one key that it knows
      accessKeyId: "S3RVER",
      secretAccessKey: new Secret("S3RVER"),
    };
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill();
    await gone;
    await rm(this.folder, { recursive: true, force: true });
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
