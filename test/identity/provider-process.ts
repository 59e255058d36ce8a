import { type ChildProcess, execFile, spawn } from "node:child_process";
import { cpSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const root = join(__dirname, "../..");
const script = join(root, "scripts/identity-provider.mjs");

/** The development identity provider, as `npm run identity-provider` starts it, on a port of its own. */
export class ProviderProcess {
  private child: ChildProcess | null = null;

  private constructor(readonly port: number) {}

  /** Takes a port that is free; nothing answers on it before `start`. */
  static async reserve(): Promise<ProviderProcess> {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const { port } = server.address() as AddressInfo;
    await new Promise((closed) => server.close(closed));
    return new ProviderProcess(port);
  }

  get issuer(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    this.child = spawn(process.execPath, [script, "--port", String(this.port)], { cwd: root });
    await this.says(/ready at/);
  }

  /** Signs with a new key from now on; the old one is withdrawn. */
  async rotate(): Promise<void> {
    const rotated = this.says(/signs with key/);
    this.child?.kill("SIGUSR2");
    await rotated;
  }

  async stop(): Promise<void> {
    const { child } = this;
    this.child = null;
    if (child?.exitCode !== null) return;
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.kill();
    await exited;
  }

  /** An access token of `account`, by the authorization code flow with PKCE. */
  async tokenOf(account: string): Promise<string> {
    return (await this.run("token", account)).trim();
  }

  /** The machine's answer to its client credentials. */
  async machineToken(secret = "for-this-machine-only"): Promise<{ access_token?: string; error?: string }> {
    const response = await fetch(`${this.issuer}/token`, {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(`wrenford-integrator:${secret}`).toString("base64")}` },
      body: new URLSearchParams({ grant_type: "client_credentials" }),
    });
    return (await response.json()) as { access_token?: string; error?: string };
  }

  /** A copy of a demonstration partnership's folder, whose people are those of this provider. */
  async folderOf(partnership: string): Promise<string> {
    const folder = join(mkdtempSync(join(tmpdir(), "golden-thread-people-")), partnership);
    cpSync(join(root, "data", partnership), folder, { recursive: true });
    writeFileSync(join(folder, "people.csv"), await this.run("people", partnership));
    return folder;
  }

  private async run(...args: string[]): Promise<string> {
    const command = [script, "--port", String(this.port), ...args];
    return (await promisify(execFile)(process.execPath, command, { cwd: root })).stdout;
  }

  private says(words: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      let text = "";
      const take = (chunk: Buffer) => {
        text += chunk.toString();
        if (words.test(text)) resolve();
      };
      this.child?.stdout?.on("data", take);
      this.child?.stderr?.on("data", take);
      this.child?.once("exit", () => reject(new Error(`the identity provider ended:\n${text}`)));
    });
  }
}
