import { createTransport } from "nodemailer";
import type { SmtpConfig } from "../config/index";
import { type MailTransport, NotSentError } from "./mail";

/** No step of handing over a message takes longer; all of them together stay within the lease of whoever sends. */
const PATIENCE_MS = 30_000;

/** Anything that could begin another header or another recipient. */
const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;
/** One address as SMTP takes it plainly: nothing quoted, nothing that could be two. */
const ADDRESS = /^[^\s@<>"(),:;[\]\\\p{Cc}]{1,64}@[^\s@<>"(),:;[\]\\\p{Cc}]{1,189}$/u;

/** Whether a text is one e-mail address, in the plain form that people have. */
export const isAddress = (text: string): boolean => ADDRESS.test(text);

/** Mail by an SMTP server, each message over a connection of its own: what one of them met says nothing of the next. */
export function smtpTransport({ url, tls, from }: SmtpConfig): MailTransport {
  const { protocol, hostname, port, username, password } = new URL(url.reveal());
  const direct = protocol === "smtps:";
  const transporter = createTransport({
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? (direct ? 465 : 587) : Number(port),
    secure: direct,
    requireTLS: tls && !direct,
    ignoreTLS: !tls && !direct,
    ...(username !== "" && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
    // a message is text: nothing in it is fetched from a disk or an address
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const host = from.slice(from.lastIndexOf("@") + 1);
  return {
    async send({ to, subject, text, html, id, date }) {
      if (!isAddress(to)) throw new NotSentError("REFUSED", null);
      try {
        await transporter.sendMail({
          from: { name: "Golden Thread", address: from },
          to: { name: "", address: to },
          envelope: { from, to: [to] },
          subject: subject.replace(CONTROLS, " "),
          text,
          html,
          date,
          messageId: `<${id}@${host}>`,
          headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" },
        });
      } catch (error) {
        throw notSent(error);
      }
    },
    close: () => transporter.close(),
  };
}

/** Commands of SMTP that are about the one message; what is refused at others the server refuses to us. */
const OF_MESSAGE = ["RCPT TO", "DATA"];

function notSent(error: unknown): NotSentError {
  const { responseCode = null, command = "" } = error as { responseCode?: number | null; command?: string };
  if (responseCode === null || !OF_MESSAGE.includes(command)) return new NotSentError("UNREACHABLE", responseCode);
  return new NotSentError(responseCode >= 500 ? "REFUSED" : "DEFERRED", responseCode);
}
