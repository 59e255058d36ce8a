import { SMTPServer } from "smtp-server";

/** A message as a mail server took it. */
export interface Caught {
  to: string;
  /** Headers unfolded, by their names in small letters. */
  headers: Record<string, string>;
  text: string;
  html: string;
  raw: string;
}

/** What a catcher does other than taking every message. */
export interface Manners {
  /** Reply code for whoever sends; null lets it in. */
  sender?: () => number | null;
  /** Reply code for a recipient; null takes it. */
  recipient?: (address: string) => number | null;
  /** Reply code after the message; null takes it. */
  message?: () => number | null;
  /** Called before the message is taken. */
  before?: () => Promise<void>;
}

/** A real SMTP server on this machine that keeps what it is given. */
export interface Catcher {
  port: number;
  caught: Caught[];
  manners: Manners;
  /** Takes no connections any more, and lets go of those that it has. */
  stop: () => Promise<void>;
}

const refusing = (code: number) => Object.assign(new Error("told by a test"), { responseCode: code });

/** Starts one, on a port of its own or on that of one that was stopped. */
export async function startCatcher(port = 0, manners: Manners = {}): Promise<Catcher> {
  const caught: Caught[] = [];
  const catcher: Catcher = { port, caught, manners, stop: () => Promise.resolve() };
  const server = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    closeTimeout: 50,
    logger: false,
    onMailFrom: (_address, _session, done) => {
      const code = catcher.manners.sender?.() ?? null;
      done(code === null ? null : refusing(code));
    },
    onRcptTo: ({ address }, _session, done) => {
      const code = catcher.manners.recipient?.(address) ?? null;
      done(code === null ? null : refusing(code));
    },
    onData: (stream, { envelope }, done) => {
      const taken = async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of stream) chunks.push(chunk as Buffer);
        await catcher.manners.before?.();
        const code = catcher.manners.message?.() ?? null;
        if (code !== null) throw refusing(code);
        caught.push(read(envelope.rcptTo.map(({ address }) => address).join(), Buffer.concat(chunks).toString()));
      };
      void taken().then(
        () => done(),
        (error: unknown) => done(error as Error),
      );
    },
  });
  server.on("error", () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve());
  });
  catcher.port = (server.server.address() as { port: number }).port;
  catcher.stop = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return catcher;
}

function headersOf(head: string): Record<string, string> {
  const lines = head.replace(/\r\n[ \t]+/g, " ").split("\r\n");
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}

function decoded(part: string): string {
  const [head = "", ...body] = part.split("\r\n\r\n");
  const text = body.join("\r\n\r\n");
  const encoding = headersOf(head)["content-transfer-encoding"];
  if (encoding === "base64") return Buffer.from(text, "base64").toString();
  if (encoding !== "quoted-printable") return text;
  const bytes = text
    .replace(/=\r\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString();
}

function read(to: string, raw: string): Caught {
  const headers = headersOf(raw.slice(0, raw.indexOf("\r\n\r\n")));
  const boundary = /boundary="([^"]+)"/.exec(headers["content-type"] ?? "")?.[1] ?? "";
  const parts = raw
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => part.replace(/^\r\n/, ""));
  const of = (type: string) =>
    decoded(parts.find((part) => headersOf(part.split("\r\n\r\n")[0] ?? "")["content-type"]?.startsWith(type)) ?? "");
  return {
    to,
    headers,
    raw,
    text: of("text/plain").replaceAll("\r\n", "\n"),
    html: of("text/html").replaceAll("\r\n", "\n"),
  };
}
