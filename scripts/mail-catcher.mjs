// npm run mail-catcher: a mail server for development. It takes every message from this machine, prints it, and delivers none.
//   --port <port>      1025 unless given
//   --folder <folder>  keeps each message there as a file too, for a mail program to open
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { SMTPServer } from "smtp-server";

const { values } = parseArgs({ options: { port: { type: "string", default: "1025" }, folder: { type: "string" } } });
if (values.folder) mkdirSync(values.folder, { recursive: true });
let count = 0;

const server = new SMTPServer({
  disabledCommands: ["AUTH", "STARTTLS"],
  onData: async (stream, _session, done) => {
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    const message = Buffer.concat(chunks);
    count += 1;
    console.log(`--- message ${count}\n${message.toString()}`);
    if (values.folder) writeFileSync(join(values.folder, `${String(count).padStart(4, "0")}.eml`), message);
    done();
  },
});
server.on("error", (error) => {
  console.error(`mail catcher: ${error.message}`);
  if (error.code === "EADDRINUSE") process.exit(1);
});
server.listen(Number(values.port), "127.0.0.1", () =>
  console.log(
    `mail catcher: FOR DEVELOPMENT ONLY, delivers nothing. SMTP_URL=smtp://127.0.0.1:${values.port} SMTP_TLS=off`,
  ),
);
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => server.close(() => process.exit(0)));
