import type { Logger } from "pino";
import type { Clock } from "../../platform/clock";
import type { MailConfig } from "../../platform/config/index";
import { londonDay } from "../../platform/clock";
import { type MailTransport, NotSentError } from "../../platform/mail/index";
import { type Api, readAs } from "./as-recipient";
import { NotificationProblem } from "./kinds";
import { write, writeCode } from "./message";
import { type Claimed, type ClaimedCode, Outbox } from "./outbox";

/** What sending stands on. */
export interface Sending extends Api {
  clock: Clock;
  log: Logger;
  mail: Omit<MailConfig, "smtp">;
  /** Null: no mail server is configured. Messages are kept, and said to wait for one. */
  transport: MailTransport | null;
}

/** What came of one round. */
export interface Sent {
  /** Messages that the mail server took. */
  messages: number;
  /** Messages that failed and are tried again, and those that are dead. */
  failed: number;
  dead: number;
  /** Notifications left out, since their recipient may not read what they are about. */
  dropped: number;
  /** Codes mailed. */
  codes: number;
}

/** People to whom one round sends, at most. */
const ONE_ROUND = 200;

/**
 * Sends what is due: to each recipient at most one message, made of what they may read at this moment. Safe for any number of
 * senders at once: each message is claimed by one of them, in a short transaction; handed over outside of any; and then
 * marked. A sender that dies in between leaves a message whose recipient may get it twice, under one Message-ID.
 *
 * The round ends where the mail server cannot be had: what is left is due as it was, and no try is lost for it.
 */
export async function sendDue(sending: Sending, { limit = ONE_ROUND }: { limit?: number } = {}): Promise<Sent> {
  const sent: Sent = { messages: 0, failed: 0, dead: 0, dropped: 0, codes: 0 };
  const outbox = new Outbox(sending.source, sending.clock, sending.mail);
  const { transport, log } = sending;
  if (!transport) {
    await outbox.unsendable();
    return sent;
  }
  if ((await sendCodes(sending, transport, outbox, limit, sent)) === NotificationProblem.UNREACHABLE)
    return told(log, sent);
  for (const person of await outbox.due(limit)) {
    const claimed = await outbox.claim(person);
    if (claimed && (await sendOne(sending, transport, outbox, claimed, sent)) === NotificationProblem.UNREACHABLE)
      break;
  }
  return told(log, sent);
}

/** One line a round in which something happened: counts, and nothing of whom or what. */
function told(log: Logger, sent: Sent): Sent {
  if (sent.dead > 0) log.error({ notifications: sent }, "messages could not be sent, and are given up");
  else if (sent.failed > 0) log.warn({ notifications: sent }, "messages could not be sent, and are tried again");
  else if (Object.values(sent).some((count) => count > 0)) log.info({ notifications: sent }, "messages were sent");
  return sent;
}

async function sendOne(
  sending: Sending,
  transport: MailTransport,
  outbox: Outbox,
  claimed: Claimed,
  sent: Sent,
): Promise<NotificationProblem | null> {
  const { message, notifications, recipient, address, digest } = claimed;
  const now = sending.clock.now();
  try {
    const readable = await readAs(sending, recipient, notifications, { now, publicUrl: sending.mail.publicUrl });
    const [going, unreadable] = [
      notifications.filter(({ id }) => readable.has(id)),
      notifications.filter(({ id }) => !readable.has(id)),
    ];
    if (going.length > 0) {
      const written = write(
        going.flatMap(({ id }) => readable.get(id) ?? []),
        digest ? londonDay(now) : null,
      );
      await transport.send({ ...written, to: address, id: message, date: now });
      sent.messages += 1;
    }
    await outbox.settle(claimed, keysOf(going), keysOf(unreadable));
    sent.dropped += unreadable.length;
    return null;
  } catch (error) {
    const problem = problemOf(error);
    // nothing of what the server said, nor of the message: both may name people
    if (problem === NotificationProblem.NOT_RENDERED)
      sending.log.error({ err: error, message }, "a message could not be written");
    const dead = await outbox.failed(claimed, problem);
    sent[dead ? "dead" : "failed"] += 1;
    return problem;
  }
}

const keysOf = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id);

const problemOf = (error: unknown): NotificationProblem =>
  error instanceof NotSentError ? NotificationProblem[error.why] : NotificationProblem.NOT_RENDERED;

/** Mails the codes that are waited for. Gives what kept one from being mailed. */
async function sendCodes(
  { clock }: Sending,
  transport: MailTransport,
  outbox: Outbox,
  limit: number,
  sent: Sent,
): Promise<NotificationProblem | null> {
  for (let count = 0; count < limit; count += 1) {
    const claimed = await outbox.claimCode();
    if (!claimed) return null;
    const problem = await sendCode(claimed, transport, clock.now());
    await outbox.settleCode(claimed, problem);
    if (problem === null) sent.codes += 1;
    else sent.failed += 1;
    if (problem === NotificationProblem.UNREACHABLE) return problem;
  }
  return null;
}

async function sendCode({ id, address, code, until }: ClaimedCode, transport: MailTransport, date: Date) {
  try {
    // another code is another message
    await transport.send({ ...writeCode(code, until), to: address, id: `${id}.${date.getTime()}`, date });
    return null;
  } catch (error) {
    return problemOf(error);
  }
}

/** What the runner of jobs runs, each by its name. */
export const notificationJobs = {
  send: (sending: Sending): Promise<Sent> => sendDue(sending),
};
