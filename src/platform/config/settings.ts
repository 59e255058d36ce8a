import type { z } from "zod";
import * as checks from "./checks";

interface Setting {
  /** What stands when the setting is absent or empty, in words. */
  default: string;
  /** What the check accepts, in words; a bad value is answered with "expected …". */
  expected: string;
  meaning: string;
  check: z.ZodType<unknown, string>;
  /** True where the value may carry a password: it is then never printed, not even when it is wrong. */
  secret?: boolean;
}

/**
 * Every setting, with its check, default and meaning. The table of the README is rendered from here and a test holds the
 * two together.
 */
export const SETTINGS = {
  PORT: {
    default: "4000",
    expected: "a whole number from 0 to 65535 (0: any free port)",
    meaning: "Port the service listens on",
    check: checks.wholeNumber(0, 65535),
  },
  HOST: {
    default: "127.0.0.1",
    expected: "an IP address or a host name",
    meaning: "Address the service listens on",
    check: checks.host,
  },
  DATABASE_URL: {
    default: "none: a private PostgreSQL is started",
    expected: "postgres://user:password@host:port/database, special characters percent-encoded",
    meaning: "PostgreSQL 15 to 18 to use, as the account that owns the tables",
    check: checks.databaseUrl,
    secret: true,
  },
  APP_DATABASE_URL: {
    default: "none: the service switches to its own role",
    expected: "postgres://user:password@host:port/database, together with DATABASE_URL",
    meaning: "The same database as an account that owns nothing, for everything but migrations",
    check: checks.databaseUrl,
    secret: true,
  },
  DATA_DIR: {
    default: ".golden-thread",
    expected: "a folder's path, not the root folder",
    meaning: "Where the private PostgreSQL keeps its files; unused with DATABASE_URL",
    check: checks.folder,
  },
  EVIDENCE_DIR: {
    default: "`evidence` in DATA_DIR",
    expected: "a folder's path, not the root folder",
    meaning: "Where files of evidence arrive and, without EVIDENCE_S3_BUCKET, are kept; never a folder that is served",
    check: checks.folder,
  },
  EVIDENCE_MAX_MB: {
    default: "25",
    expected: "a whole number from 1 to 1000",
    meaning: "Megabytes that one file of evidence may have",
    check: checks.wholeNumber(1, 1_000),
  },
  EVIDENCE_S3_BUCKET: {
    default: "none: files are kept in EVIDENCE_DIR",
    expected: "one word",
    meaning: "Bucket of an S3-compatible store that keeps the files of evidence instead",
    check: checks.word,
  },
  EVIDENCE_S3_REGION: {
    default: "eu-west-2",
    expected: "one word, together with EVIDENCE_S3_BUCKET",
    meaning: "The bucket's region",
    check: checks.word,
  },
  EVIDENCE_S3_ENDPOINT: {
    default: "Amazon's own for the region",
    expected: "an https address (http on this machine only), together with EVIDENCE_S3_BUCKET",
    meaning: "Address of a store that is not Amazon's; buckets are then named in the path",
    check: checks.keySetUrl,
  },
  EVIDENCE_S3_ACCESS_KEY_ID: {
    default: "none: the role of the machine, as the AWS SDK finds it",
    expected: "one word, together with EVIDENCE_S3_SECRET_ACCESS_KEY",
    meaning: "Key to the bucket",
    check: checks.word,
  },
  EVIDENCE_S3_SECRET_ACCESS_KEY: {
    default: "none",
    expected: "one word, together with EVIDENCE_S3_ACCESS_KEY_ID",
    meaning: "The key's secret",
    check: checks.secretWord,
    secret: true,
  },
  DEMO_SIGN_IN: {
    default: "on with the private PostgreSQL, off with DATABASE_URL",
    expected: "on, off, true, false, 1 or 0",
    meaning: "Whether anyone may sign in as any demonstration actor",
    check: checks.onOrOff,
  },
  NOW: {
    default: "2019-02-14T09:00:00Z with the private PostgreSQL, else the machine's clock",
    expected: "a moment with its offset, such as 2019-02-14T09:00:00Z, and only in a demonstration",
    meaning: "Fixes the clock, so that the demonstration's dates stay near",
    check: checks.instant,
  },
  AUTH_ISSUER: {
    default: "none",
    expected: "one word, together with AUTH_AUDIENCE",
    meaning: "Issuer that bearer tokens must name",
    check: checks.word,
  },
  AUTH_AUDIENCE: {
    default: "none",
    expected: "one word or several separated by commas, together with AUTH_ISSUER",
    meaning: "Audience that bearer tokens must name; of several, any one",
    check: checks.words,
  },
  AUTH_JWKS_URL: {
    default: "as the issuer's `/.well-known/openid-configuration` says",
    expected: "an https address (http on this machine only), together with AUTH_ISSUER and AUTH_AUDIENCE",
    meaning: "Where the issuer publishes its signing keys",
    check: checks.keySetUrl,
  },
  GRAPHIQL: {
    default: "on",
    expected: "on, off, true, false, 1 or 0",
    meaning: "Whether the page to try queries on is served at /graphiql",
    check: checks.onOrOff,
  },
  LOG_LEVEL: {
    default: "info",
    expected: "fatal, error, warn, info, debug, trace or silent",
    meaning: "How much is logged",
    check: checks.logLevel,
  },
  CORS_ORIGINS: {
    default: "none",
    expected: "origins such as https://portal.example.org, separated by commas, without paths",
    meaning: "Web pages elsewhere that may call the service from a browser",
    check: checks.origins,
  },
  INTROSPECTION: {
    default: "signed-in",
    expected: "signed-in, everyone or nobody",
    meaning: "Who may ask GraphQL for the schema",
    check: checks.introspection,
  },
  STATEMENT_TIMEOUT_MS: {
    default: "10000",
    expected: "a whole number from 100 to 600000",
    meaning: "Milliseconds after which the database gives up a statement of a request",
    check: checks.wholeNumber(100, 600_000),
  },
  POOL_SIZE: {
    default: "10",
    expected: "a whole number from 1 to 50",
    meaning: "Connections to the database, at most",
    check: checks.wholeNumber(1, 50),
  },
  CONCURRENT_REQUESTS: {
    default: "4",
    expected: "a whole number from 0 to 1000 (0: no limit)",
    meaning: "Requests of one caller that are worked on at once in one process; further ones wait their turn",
    check: checks.wholeNumber(0, 1_000),
  },
  RATE_LIMIT_ACTOR: {
    default: "1200",
    expected: "a whole number from 0 to 10000000 (0: no limit)",
    meaning: "Requests a minute that one signed-in caller may make, over all processes together",
    check: checks.wholeNumber(0, 10_000_000),
  },
  RATE_LIMIT_ADDRESS: {
    default: "300",
    expected: "a whole number from 0 to 10000000 (0: no limit)",
    meaning: "Requests a minute without a token from one address, over all processes together",
    check: checks.wholeNumber(0, 10_000_000),
  },
  RATE_LIMIT_FAILED_SIGN_IN: {
    default: "20",
    expected: "a whole number from 0 to 10000000 (0: no limit)",
    meaning: "Tokens a minute from one address that do not hold, over all processes together",
    check: checks.wholeNumber(0, 10_000_000),
  },
  KEPT_ANSWERS_MB: {
    default: "64",
    expected: "a whole number from 0 to 4096 (0: none is kept)",
    meaning: "Megabytes of answers that one process keeps, to give them again while nothing in them has changed",
    check: checks.wholeNumber(0, 4_096),
  },
  TRUSTED_DOCUMENTS: {
    default: "none",
    expected: "a file's path",
    meaning: "JSON file of the operations that clients may name by their SHA-256",
    check: checks.folder,
  },
  TRUSTED_DOCUMENTS_ONLY: {
    default: "off",
    expected: "on, off, true, false, 1 or 0, together with TRUSTED_DOCUMENTS",
    meaning: "Whether operations that are not in TRUSTED_DOCUMENTS are refused",
    check: checks.onOrOff,
  },
  SMTP_URL: {
    default: "none: messages are kept and not sent",
    expected: "smtp://user:password@host:port or smtps://user:password@host:port, special characters percent-encoded",
    meaning: "Mail server that notifications are sent by (docs/notifications.md)",
    check: checks.smtpUrl,
    secret: true,
  },
  SMTP_TLS: {
    default: "on",
    expected: "on, off, true, false, 1 or 0, together with SMTP_URL",
    meaning: "Whether an smtp:// server must take the messages encrypted (STARTTLS); off for a catcher on this machine",
    check: checks.onOrOff,
  },
  MAIL_FROM: {
    default: "none",
    expected: "an e-mail address, together with SMTP_URL",
    meaning: "Address that notifications come from",
    check: checks.mailAddress,
  },
  MAIL_EVERY_MINUTES: {
    default: "15",
    expected: "a whole number from 1 to 1440",
    meaning: "Minutes between two messages to a person, at least, but for digests; the rest is gathered",
    check: checks.wholeNumber(1, 1_440),
  },
  MAIL_TRIES: {
    default: "25",
    expected: "a whole number from 1 to 100",
    meaning: "Times that a message is tried, at most",
    check: checks.wholeNumber(1, 100),
  },
  MAIL_DAYS: {
    default: "3",
    expected: "a whole number from 1 to 30",
    meaning:
      "Days for which a message is tried, at most, and for which one waits for somebody who has given no address",
    check: checks.wholeNumber(1, 30),
  },
  PUBLIC_URL: {
    default: "none: messages have no links",
    expected: "an https address (http on this machine only) without ? and #",
    meaning: "Address of the page that shows an object by its id; a notification links to it with `/` and the id",
    check: checks.pageUrl,
  },
  TRUST_PROXY: {
    default: "0",
    expected: "a whole number from 0 to 10",
    meaning: "Proxies in front whose X-Forwarded-For is believed when telling a caller's address",
    check: checks.wholeNumber(0, 10),
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;

/** What each setting's check gives; undefined where the setting is absent. */
export type CheckedSettings = { [Name in SettingName]: z.output<(typeof SETTINGS)[Name]["check"]> | undefined };

/** The settings as a Markdown table: name, default, check, meaning. */
export function renderSettingsTable(): string {
  const rows = Object.entries(SETTINGS).map(([name, setting]) => [
    `\`${name}\``,
    setting.default,
    setting.expected,
    setting.meaning,
  ]);
  return [["Setting", "Default", "Check", "Meaning"], ["---", "---", "---", "---"], ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}
