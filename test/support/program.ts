import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { resolve } from "node:path";

export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** Runs a program of the service as a shell would, on the database of that address. */
export const run = (program: string, args: readonly string[], databaseUrl: string): Promise<Ended> =>
  new Promise((settle, reject) => {
    const child = spawn(process.execPath, ["scripts/run.mjs", program, ...args], {
      cwd: resolve(__dirname, "../.."),
      env: { PATH: process.env["PATH"], HOME: tmpdir(), DATABASE_URL: databaseUrl },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [out, err] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => settle({ code, out, err }));
  });
