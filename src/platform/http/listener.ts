import { createServer, type RequestListener, type Server } from "node:http";
import type { Duplex } from "node:stream";

/** Milliseconds in which a caller can read that its request was not understood, before the connection is cut. */
const LAST_WORDS = 2_000;

const REFUSALS: Partial<Record<string, [status: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: [
    "431 Request Header Fields Too Large",
    "The request's headers are too large: 16 kB at most, and 8 kB for a token. Sign in again for a smaller one.",
  ],
  ERR_HTTP_REQUEST_TIMEOUT: ["408 Request Timeout", "The request did not arrive in time. Send it again."],
};
const UNREADABLE: [status: string, message: string] = ["400 Bad Request", "This is no HTTP request that can be read."];

/** An HTTP server for `app` that also answers in typed JSON what Node cannot read as a request; by itself Node sends no body. */
export function createListener(app: RequestListener): Server {
  const server = createServer({ requestTimeout: 60_000, headersTimeout: 20_000 }, app);
  const answered = new WeakSet<Duplex>();
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Duplex) => {
    // the rest of what was refused may still be arriving
    if (answered.has(socket)) return;
    answered.add(socket);
    if (error.code === "ECONNRESET" || !socket.writable || isAnswering(socket)) {
      socket.destroy();
      return;
    }
    const [status, message] = REFUSALS[error.code ?? ""] ?? UNREADABLE;
    const body = JSON.stringify({ errors: [{ message, extensions: { code: "BAD_USER_INPUT" } }] });
    socket.end(
      [
        `HTTP/1.1 ${status}`,
        "content-type: application/json; charset=utf-8",
        `content-length: ${Buffer.byteLength(body)}`,
        "cache-control: no-store",
        "connection: close",
        "",
        body,
      ].join("\r\n"),
    );
    setTimeout(() => socket.destroy(), LAST_WORDS).unref();
  });
  return server;
}

/** Whether the answer to an earlier request is on its way: another one in its midst would be read as part of it. */
function isAnswering(socket: Duplex): boolean {
  const message: unknown = Reflect.get(socket, "_httpMessage");
  return typeof message === "object" && message !== null && Reflect.get(message, "headersSent") === true;
}
