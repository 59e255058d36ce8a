import { isIP } from "node:net";
import { join, resolve } from "node:path";
import { isHere, keysMayComeFrom } from "./checks";
import { ConfigError } from "./config-error";
import type { Secret } from "./secret";
import { SETTINGS, type CheckedSettings, type SettingName } from "./settings";

/** The demonstration stands on Thursday 14 February 2019, amid the published plan's second year. */
const DEMONSTRATION_NOW = new Date("2019-02-14T09:00:00Z");

export type DatabaseConfig =
  | { readonly kind: "embedded"; readonly dataDir: string }
  | { readonly kind: "server"; readonly url: Secret; readonly applicationUrl: Secret | null };

export interface AuthConfig {
  readonly issuer: string;
  /** A token must name one of them. */
  readonly audience: readonly string[];
  /** Null: found by OpenID Connect Discovery at the issuer. */
  readonly jwksUrl: string | null;
}

/** A bucket of an S3-compatible store. */
export interface S3Config {
  readonly bucket: string;
  readonly region: string;
  /** Null: Amazon's own. */
  readonly endpoint: string | null;
  /** Null: the role of the machine. */
  readonly accessKeyId: string | null;
  readonly secretAccessKey: Secret | null;
}

/** Where files are kept: in `folder`, or (all but those that are arriving) in a bucket. */
export interface StorageConfig {
  readonly folder: string;
  readonly s3: S3Config | null;
}

/** The mail server that notifications are sent by. */
export interface SmtpConfig {
  readonly url: Secret;
  /** Whether it must take messages encrypted. */
  readonly tls: boolean;
  readonly from: string;
}

export interface MailConfig {
  /** Null: messages are kept and not sent. */
  readonly smtp: SmtpConfig | null;
  /** Minutes between two messages to one person, at least, but for digests. */
  readonly everyMinutes: number;
  readonly tries: number;
  readonly days: number;
  /** What an object's id is added to, with a slash, to make a link; null: there are none. */
  readonly publicUrl: string | null;
}

/** Requests at once, and a minute by kind of caller; 0 is no limit. */
export interface CallerLimits {
  readonly concurrent: number;
  readonly actor: number;
  readonly address: number;
  readonly failedSignIn: number;
}

export interface Config {
  readonly port: number;
  readonly host: string;
  readonly database: DatabaseConfig;
  readonly demoSignIn: boolean;
  /** Whether this is a demonstration: the private database, or one that anybody may sign in to. Only its clock can be set. */
  readonly demonstration: boolean;
  /** The moment the clock stands at; null: the machine's clock runs. */
  readonly fixedNow: Date | null;
  readonly auth: AuthConfig | null;
  /** Whether the page to try queries on is served. */
  readonly graphiql: boolean;
  readonly logLevel: NonNullable<CheckedSettings["LOG_LEVEL"]>;
  readonly corsOrigins: readonly string[];
  readonly statementTimeoutMs: number;
  readonly poolSize: number;
  /** Who may ask for the schema. */
  readonly introspection: NonNullable<CheckedSettings["INTROSPECTION"]>;
  /** What one caller may ask of the service; 0 is no limit. */
  readonly limits: CallerLimits;
  /** Bytes of answers that are kept to be given again; 0 is none. */
  readonly keptAnswers: number;
  /** The file of operations that clients may name, and whether all others are refused; null: there is none. */
  readonly trustedDocuments: { readonly file: string; readonly only: boolean } | null;
  /** Files of evidence: where they are kept, and bytes that one may have. */
  readonly evidence: { readonly storage: StorageConfig; readonly mostBytes: number };
  readonly mail: MailConfig;
  /** Proxies whose X-Forwarded-For is believed. */
  readonly trustProxy: number;
  /** What the person who starts the service must be told aloud, a sentence each. */
  readonly warnings: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads every setting once. An empty value counts as absent.
 *
 * @throws {ConfigError} naming every bad setting and what is expected.
 */
export function readConfig(env: Environment = process.env): Config {
  const problems: string[] = [];
  const settings = checkEach(env, problems);
  checkTogether(settings, problems, (name) => (env[name] ?? "").trim() !== "");
  if (problems.length > 0) throw new ConfigError(problems);

  const database = databaseOf(settings);
  const demoSignIn = settings.DEMO_SIGN_IN ?? database.kind === "embedded";
  const config = {
    port: settings.PORT ?? 4000,
    host: settings.HOST ?? "127.0.0.1",
    database,
    demoSignIn,
    demonstration: demoSignIn || database.kind === "embedded",
    fixedNow: settings.NOW ?? (database.kind === "embedded" ? new Date(DEMONSTRATION_NOW) : null),
    auth: authOf(settings),
    graphiql: settings.GRAPHIQL ?? true,
    logLevel: settings.LOG_LEVEL ?? ("info" as const),
    corsOrigins: Object.freeze(settings.CORS_ORIGINS ?? []),
    statementTimeoutMs: settings.STATEMENT_TIMEOUT_MS ?? 10_000,
    poolSize: settings.POOL_SIZE ?? 10,
    introspection: settings.INTROSPECTION ?? ("signed-in" as const),
    limits: Object.freeze({
      concurrent: settings.CONCURRENT_REQUESTS ?? 4,
      actor: settings.RATE_LIMIT_ACTOR ?? 1_200,
      address: settings.RATE_LIMIT_ADDRESS ?? 300,
      failedSignIn: settings.RATE_LIMIT_FAILED_SIGN_IN ?? 20,
    }),
    keptAnswers: (settings.KEPT_ANSWERS_MB ?? 64) * 1024 * 1024,
    trustedDocuments: settings.TRUSTED_DOCUMENTS
      ? Object.freeze({ file: resolve(settings.TRUSTED_DOCUMENTS), only: settings.TRUSTED_DOCUMENTS_ONLY ?? false })
      : null,
    evidence: Object.freeze({
      storage: storageOf(settings),
      mostBytes: (settings.EVIDENCE_MAX_MB ?? 25) * 1024 * 1024,
    }),
    mail: Object.freeze({
      smtp: smtpOf(settings),
      everyMinutes: settings.MAIL_EVERY_MINUTES ?? 15,
      tries: settings.MAIL_TRIES ?? 25,
      days: settings.MAIL_DAYS ?? 3,
      publicUrl: settings.PUBLIC_URL ?? null,
    }),
    trustProxy: settings.TRUST_PROXY ?? 0,
  };
  return Object.freeze({ ...config, warnings: Object.freeze(warningsOf(config)) });
}

function checkEach(env: Environment, problems: string[]): CheckedSettings {
  const checked: Partial<Record<SettingName, unknown>> = {};
  for (const [name, setting] of Object.entries(SETTINGS) as [SettingName, (typeof SETTINGS)[SettingName]][]) {
    const text = (env[name] ?? "").trim();
    if (text === "") continue;
    const result = setting.check.safeParse(text);
    if (result.success) {
      checked[name] = result.data;
      continue;
    }
    const value = "secret" in setting ? "its value" : JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
    problems.push(`${name}: ${value} cannot be used; expected ${setting.expected}.`);
  }
  return checked as CheckedSettings;
}

/** The rules that take more than one setting. A value that already failed alone still counts as given. */
function checkTogether(settings: CheckedSettings, problems: string[], given: (name: SettingName) => boolean): void {
  const embedded = !given("DATABASE_URL");
  if (embedded && given("APP_DATABASE_URL")) {
    problems.push("APP_DATABASE_URL: needs DATABASE_URL, the same database as the account that owns the tables.");
  }
  if (given("NOW") && !embedded && settings.DEMO_SIGN_IN !== true) {
    problems.push("NOW: only a demonstration may fix the clock; leave it out, or leave out DATABASE_URL.");
  }
  if (settings.TRUSTED_DOCUMENTS_ONLY && !given("TRUSTED_DOCUMENTS")) {
    problems.push("TRUSTED_DOCUMENTS_ONLY: needs TRUSTED_DOCUMENTS, the file of the operations that are answered.");
  }
  const ofBucket = ["REGION", "ENDPOINT", "ACCESS_KEY_ID", "SECRET_ACCESS_KEY"] as const;
  for (const name of ofBucket.map((part) => `EVIDENCE_S3_${part}` as const))
    if (given(name) && !given("EVIDENCE_S3_BUCKET"))
      problems.push(`${name}: needs EVIDENCE_S3_BUCKET, the bucket that keeps the files of evidence.`);
  if (given("EVIDENCE_S3_ACCESS_KEY_ID") !== given("EVIDENCE_S3_SECRET_ACCESS_KEY")) {
    problems.push("EVIDENCE_S3_ACCESS_KEY_ID, EVIDENCE_S3_SECRET_ACCESS_KEY: they are set together or not at all.");
  }
  if (given("SMTP_URL") !== given("MAIL_FROM"))
    problems.push(
      "SMTP_URL, MAIL_FROM: the mail server and the address that mail comes from are set together or not at all.",
    );
  if (given("SMTP_TLS") && !given("SMTP_URL"))
    problems.push("SMTP_TLS: needs SMTP_URL, the mail server that it is about.");
  const missing = (["AUTH_ISSUER", "AUTH_AUDIENCE"] as const).filter((name) => !given(name));
  if (missing.length === 1 || (missing.length === 2 && given("AUTH_JWKS_URL"))) {
    problems.push(`${missing.join(", ")}: missing; AUTH_ISSUER and AUTH_AUDIENCE are set together or not at all.`);
  } else if (settings.AUTH_ISSUER && !given("AUTH_JWKS_URL") && !keysMayComeFrom(settings.AUTH_ISSUER)) {
    problems.push(
      "AUTH_JWKS_URL: missing; only an AUTH_ISSUER that is an https address (http on this machine only) can be asked where its keys are.",
    );
  }
}

function databaseOf(settings: CheckedSettings): DatabaseConfig {
  if (settings.DATABASE_URL) {
    return Object.freeze({
      kind: "server",
      url: settings.DATABASE_URL,
      applicationUrl: settings.APP_DATABASE_URL ?? null,
    });
  }
  return Object.freeze({ kind: "embedded", dataDir: resolve(settings.DATA_DIR ?? ".golden-thread") });
}

function storageOf(settings: CheckedSettings): StorageConfig {
  const folder = resolve(settings.EVIDENCE_DIR ?? join(settings.DATA_DIR ?? ".golden-thread", "evidence"));
  const bucket = settings.EVIDENCE_S3_BUCKET;
  if (bucket === undefined) return Object.freeze({ folder, s3: null });
  const s3 = Object.freeze({
    bucket,
    region: settings.EVIDENCE_S3_REGION ?? "eu-west-2",
    endpoint: settings.EVIDENCE_S3_ENDPOINT ?? null,
    accessKeyId: settings.EVIDENCE_S3_ACCESS_KEY_ID ?? null,
    secretAccessKey: settings.EVIDENCE_S3_SECRET_ACCESS_KEY ?? null,
  });
  return Object.freeze({ folder, s3 });
}

function smtpOf({ SMTP_URL, SMTP_TLS, MAIL_FROM }: CheckedSettings): SmtpConfig | null {
  return SMTP_URL && MAIL_FROM ? Object.freeze({ url: SMTP_URL, tls: SMTP_TLS ?? true, from: MAIL_FROM }) : null;
}

function authOf({ AUTH_ISSUER, AUTH_AUDIENCE, AUTH_JWKS_URL }: CheckedSettings): AuthConfig | null {
  if (!AUTH_ISSUER || !AUTH_AUDIENCE) return null;
  return Object.freeze({
    issuer: AUTH_ISSUER,
    audience: Object.freeze(AUTH_AUDIENCE),
    jwksUrl: AUTH_JWKS_URL ?? null,
  });
}

function warningsOf(config: Omit<Config, "warnings">): string[] {
  const warnings: string[] = [];
  if (config.demoSignIn && config.database.kind === "server") {
    warnings.push(
      "DEMO_SIGN_IN is on over a database of your own: anyone who reaches this service may sign in as any actor.",
    );
  }
  if (config.demoSignIn && !isLoopback(config.host)) {
    warnings.push(`DEMO_SIGN_IN is on and HOST is ${config.host}: anyone on the network may sign in as any actor.`);
  }
  if (config.fixedNow) warnings.push(`The clock stands at ${config.fixedNow.toISOString()}: this is a demonstration.`);
  const { smtp } = config.mail;
  if (smtp && !smtp.tls && smtp.url.reveal().startsWith("smtp:") && !isHere(smtp.url.reveal())) {
    warnings.push(
      "SMTP_TLS is off and the mail server is not on this machine: whoever is on the way reads the messages.",
    );
  }
  if (!config.demoSignIn && !config.auth) {
    warnings.push("Nobody can sign in: DEMO_SIGN_IN is off, and AUTH_ISSUER and AUTH_AUDIENCE are not set.");
  }
  return warnings;
}

const isLoopback = (host: string) =>
  host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));

/** Where the database is, for people: `host:port/database` without any credentials, or the private one's folder. */
export function describeDatabase(config: Pick<Config, "database">): string {
  if (config.database.kind === "embedded") return `private PostgreSQL in ${config.database.dataDir}`;
  const url = new URL(config.database.url.reveal());
  const host = decodeURIComponent(url.hostname) || (url.searchParams.get("host") ?? "");
  const port = url.port || (url.searchParams.get("port") ?? "5432");
  return `${host}:${port}${decodeURIComponent(url.pathname)}`;
}
