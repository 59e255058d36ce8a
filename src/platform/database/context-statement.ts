import { escapeLiteral } from "pg";

/** Who is asking, for `app.enter`: null is the public. */
export interface Subject {
  issuer: string;
  subject: string;
}

/** Who is asking by a token of our own, known by the SHA-256 of it in hex, for `app.enter_with_token`. */
export interface TokenHolder {
  tokenHash: string;
}

/** What vouches for whoever asks. */
export type Credential = Subject | TokenHolder;

/** Which data an answer can be made of, beside that of the caller's own partnerships. */
export interface Reach {
  /** Partnerships that it names. */
  readonly slugs: readonly string[];
  /** Whether it can be of any partnership. */
  readonly everything: boolean;
}

const literal = (value: string | null) => (value === null ? "null" : escapeLiteral(value));

/** The call that says who is asking and when, with a short form of it for listeners, which tells nothing of the caller. */
export function entering(credential: Credential | null, now: Date): { call: string; shown: string } {
  const who = credential ?? { issuer: null, subject: null };
  const name = "tokenHash" in who ? "enter_with_token" : "enter";
  const held = "tokenHash" in who ? [who.tokenHash] : [who.issuer, who.subject];
  return {
    call: `app.${name}(${[...held, now.toISOString()].map(literal).join(", ")})`,
    shown: `select app.${name}(…)`,
  };
}

/**
 * The statement that says who is asking: what they hold, and the stamp of an answer of that reach (`app.stamp`). The inner
 * select comes first, since the stamp is of what it gives.
 */
export function enteringStamped(call: string, { slugs, everything }: Reach, now: Date, columns: string): string {
  const named = `array[${slugs.map(literal).join(", ")}]::text[]`;
  return `select ${columns}, app.stamp(entered, ${named}, ${String(everything)}, ${literal(now.toISOString())}) as stamp
    from (select ${call} as entered offset 0) as context`;
}
