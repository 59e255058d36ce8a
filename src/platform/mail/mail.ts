/** One message to one recipient. */
export interface Mail {
  to: string;
  subject: string;
  text: string;
  html: string;
  /** What its Message-ID begins with: the same whenever the same message is sent again. */
  id: string;
  date: Date;
}

/** The way by which mail leaves. */
export interface MailTransport {
  /**
   * Hands a message to the mail server; done once the server has taken it.
   *
   * @throws {NotSentError} where it has not.
   */
  send(mail: Mail): Promise<void>;
  close(): void;
}

/**
 * Why a message was not taken: the server cannot be had or does not let us in (UNREACHABLE), it says that another time may
 * do (DEFERRED), or it refuses this message or its recipient for good (REFUSED). What the server said is not kept: it may
 * name the recipient.
 */
export class NotSentError extends Error {
  override name = "NotSentError";

  constructor(
    readonly why: "UNREACHABLE" | "DEFERRED" | "REFUSED",
    /** The server's reply code, where there was one. */
    readonly replyCode: number | null,
  ) {
    super(`the mail server did not take a message: ${why}${replyCode === null ? "" : ` (${replyCode})`}`);
  }
}
