import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { inspect } from "node:util";
import { ConfigError, describeDatabase, readConfig, renderSettingsTable, SETTINGS } from "../../src/platform/config";

const url = "postgres://owner:s3cret@db.example.org:5433/plans";

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe("what holds without any setting", () => {
  test("the private database, the demonstration, its clock", () => {
    const config = readConfig({});
    expect(config).toMatchObject({
      port: 4000,
      host: "127.0.0.1",
      database: { kind: "embedded", dataDir: resolve(".golden-thread") },
      demoSignIn: true,
      demonstration: true,
      fixedNow: new Date("2019-02-14T09:00:00Z"),
      auth: null,
      graphiql: true,
      logLevel: "info",
      corsOrigins: [],
      statementTimeoutMs: 10_000,
      poolSize: 10,
      introspection: "signed-in",
      limits: { concurrent: 4, actor: 1200, address: 300, failedSignIn: 20 },
      keptAnswers: 64 * 1024 * 1024,
      trustedDocuments: null,
      evidence: {
        storage: { folder: resolve(".golden-thread/evidence"), s3: null },
        mostBytes: 25 * 1024 * 1024,
      },
      mail: { smtp: null, everyMinutes: 15, tries: 25, days: 3, publicUrl: null },
      trustProxy: 0,
      warnings: ["The clock stands at 2019-02-14T09:00:00.000Z: this is a demonstration."],
    });
    expect(describeDatabase(config)).toBe(`private PostgreSQL in ${resolve(".golden-thread")}`);
  });

  test("empty and blank values count as absent", () => {
    const blank = Object.fromEntries(Object.keys(SETTINGS).map((name, index) => [name, index % 2 ? "" : "  "]));
    expect(readConfig(blank)).toEqual(readConfig({}));
  });

  test("nothing can be changed afterwards", () => {
    const config = readConfig({ DATABASE_URL: url, CORS_ORIGINS: "https://a.example" });
    for (const part of [config, config.database, config.corsOrigins, config.limits, config.warnings])
      expect(Object.isFrozen(part)).toBe(true);
  });
});

describe("a database of one's own", () => {
  test("switches the demonstration off and the machine's clock on", () => {
    const config = readConfig({ DATABASE_URL: url });
    expect(config).toMatchObject({ demoSignIn: false, demonstration: false, fixedNow: null });
    expect(config.warnings.join()).toMatch(/Nobody can sign in/);
  });

  test("demonstration sign-in on it is allowed and said aloud, and may fix the clock", () => {
    const config = readConfig({
      DATABASE_URL: url,
      DEMO_SIGN_IN: "ON",
      NOW: "2019-02-14T10:00:00+01:00",
      HOST: "0.0.0.0",
    });
    expect(config.fixedNow).toEqual(new Date("2019-02-14T09:00:00Z"));
    expect(config.warnings).toHaveLength(3);
    expect(config.warnings.join()).toMatch(/database of your own.*HOST is 0\.0\.0\.0/);
  });

  test("its password is shown nowhere", () => {
    const config = readConfig({ DATABASE_URL: url, APP_DATABASE_URL: url.replace("owner", "app") });
    expect(config.database.kind === "server" && config.database.url.reveal()).toBe(url);
    for (const shown of [
      inspect(config, { depth: 9, showHidden: true }),
      JSON.stringify(config),
      describeDatabase(config),
    ]) {
      expect(shown).not.toMatch(/s3cret/);
    }
    expect(describeDatabase(config)).toBe("db.example.org:5433/plans");
    expect(String(config.database.kind === "server" && config.database.url)).toBe("[hidden]");
    expect(problemsOf({ DATABASE_URL: "mysql://owner:s3cret@db/plans" }).join()).not.toMatch(/s3cret/);
  });

  test.each([
    ["postgresql://db/plans", "db:5432/plans"],
    ["postgres://u:p%40ss@[::1]:5432/plans?sslmode=require", "[::1]:5432/plans"],
    ["postgres:///plans?host=/var/run/postgresql", "/var/run/postgresql:5432/plans"],
  ])("%s is %s", (text, described) => {
    expect(describeDatabase(readConfig({ DATABASE_URL: text }))).toBe(described);
  });
});

describe("each check", () => {
  test.each([
    ["PORT", ["0", "65535", " 8080 "], ["65536", "-1", "4000.5", "1e3", "0x10", "4000abc", "99999999999", "٤٠٠٠"]],
    ["HOST", ["0.0.0.0", "::1", "api", "a.example.org"], ["a b", "http://x", "999.1.1.1", "localhost:80", "-x"]],
    [
      "DATABASE_URL",
      [url],
      ["db", "mysql://db/x", "postgres://db", "postgres://db/", "postgres://u:a%b@db/x", "postgres:///x"],
    ],
    ["DATA_DIR", ["x", "/srv/x", "with space"], ["/", "//"]],
    ["DEMO_SIGN_IN", ["on", "OFF", "true", "False", "1", "0"], ["yes", "2", "onn"]],
    [
      "NOW",
      ["2019-02-14T09:00Z", "2019-02-14T09:00:00.123Z", "2019-06-01T00:00:00+01:00"],
      ["2019-02-14", "2019-02-14T09:00:00", "2019-02-30T09:00:00Z", "2019-02-14T25:00:00Z", "tomorrow", "1550134800"],
    ],
    ["LOG_LEVEL", ["debug", "SILENT"], ["loud", "30"]],
    [
      "CORS_ORIGINS",
      ["https://a.example", "http://localhost:3000, https://B.example,"],
      ["*", "a.example", "https://a.example/", "https://a.example/path", "ftp://a.example", "null"],
    ],
    ["STATEMENT_TIMEOUT_MS", ["100", "600000"], ["99", "600001", "10s"]],
    ["GRAPHIQL", ["on", "OFF"], ["everyone", "2"]],
    ["POOL_SIZE", ["1", "50"], ["0", "51", "-1"]],
    ["INTROSPECTION", ["signed-in", "Everyone", "NOBODY"], ["on", "true", "signed in", "admin"]],
    ["CONCURRENT_REQUESTS", ["0", "1", "1000"], ["-1", "1001", "many"]],
    ["RATE_LIMIT_ACTOR", ["0", "1", "10000000"], ["-1", "10000001", "100/s"]],
    ["RATE_LIMIT_ADDRESS", ["0", "1", "10000000"], ["-1", "10000001", "100/s"]],
    ["RATE_LIMIT_FAILED_SIGN_IN", ["0", "1", "10000000"], ["-1", "10000001", "100/s"]],
    ["EVIDENCE_DIR", ["x", "/srv/evidence"], ["/", "//"]],
    ["EVIDENCE_MAX_MB", ["1", "25", "1000"], ["0", "1001", "25MB"]],
    ["EVIDENCE_S3_BUCKET", ["evidence"], ["two words"]],
    ["MAIL_EVERY_MINUTES", ["1", "1440"], ["0", "1441", "15m"]],
    ["MAIL_TRIES", ["1", "100"], ["0", "101"]],
    ["MAIL_DAYS", ["1", "30"], ["0", "31"]],
    [
      "PUBLIC_URL",
      ["https://portal.example/open", "http://localhost:3000/"],
      ["http://portal.example", "https://portal.example/?id=", "portal"],
    ],
    ["TRUST_PROXY", ["0", "1", "10"], ["-1", "11", "true", "loopback", "10.0.0.0/8"]],
  ])("%s", (name, good, bad) => {
    for (const value of good) expect([value, problemsOf({ [name]: value })]).toEqual([value, []]);
    for (const value of bad) {
      const problems = problemsOf({ [name]: value });
      expect([value, problems.length]).toEqual([value, 1]);
      expect(problems[0]).toMatch(new RegExp(`^${name}: .* cannot be used; expected `));
    }
  });

  test("keys come over https, or from this machine", () => {
    const auth = (AUTH_JWKS_URL: string) => ({ AUTH_ISSUER: "https://id.example", AUTH_AUDIENCE: "gt", AUTH_JWKS_URL });
    for (const good of ["https://id.example/keys", "http://localhost:9000/k", "http://127.0.0.1/k", "http://[::1]/k"]) {
      expect(readConfig(auth(good)).auth).toEqual({ issuer: "https://id.example", audience: ["gt"], jwksUrl: good });
    }
    for (const bad of ["http://id.example/k", "http://127.0.0.1.example.org/k", "file:///k", "keys"]) {
      expect(problemsOf(auth(bad))).toHaveLength(1);
    }
  });
});

describe("settings that go together", () => {
  test("an issuer that can be asked says where its keys are; one audience of several is enough", () => {
    for (const AUTH_ISSUER of ["https://id.example/realms/x", "http://127.0.0.1:4010"]) {
      const { auth } = readConfig({ AUTH_ISSUER, AUTH_AUDIENCE: "gt, portal,gt" });
      expect(auth).toEqual({ issuer: AUTH_ISSUER, audience: ["gt", "portal"], jwksUrl: null });
    }
    for (const AUTH_AUDIENCE of ["a b", "gt,", ",", "gt,,portal"])
      expect(problemsOf({ AUTH_ISSUER: "https://id.example", AUTH_AUDIENCE })).toHaveLength(1);
  });

  test("the application's account needs the owner's", () => {
    expect(problemsOf({ APP_DATABASE_URL: url })).toEqual([
      expect.stringMatching(/^APP_DATABASE_URL: needs DATABASE_URL/),
    ]);
  });

  test("files of evidence are kept in a bucket once one is named, and its key has a secret that is shown nowhere", () => {
    const key = { EVIDENCE_S3_ACCESS_KEY_ID: "key", EVIDENCE_S3_SECRET_ACCESS_KEY: "s3cret" };
    const { evidence } = readConfig({ ...key, EVIDENCE_S3_BUCKET: "b", EVIDENCE_DIR: "x", EVIDENCE_MAX_MB: "2" });
    expect(evidence).toMatchObject({
      mostBytes: 2 * 1024 * 1024,
      storage: { folder: resolve("x"), s3: { bucket: "b", region: "eu-west-2", endpoint: null, accessKeyId: "key" } },
    });
    expect(evidence.storage.s3?.secretAccessKey?.reveal()).toBe("s3cret");
    expect(inspect(evidence, { depth: 9 }) + JSON.stringify(evidence)).not.toMatch(/s3cret/);
    expect(readConfig({ DATA_DIR: "/srv/gt" }).evidence.storage.folder).toBe("/srv/gt/evidence");
    expect(problemsOf({ EVIDENCE_S3_REGION: "eu-west-1" })).toEqual([
      expect.stringMatching(/^EVIDENCE_S3_REGION: needs EVIDENCE_S3_BUCKET/),
    ]);
    const half = { EVIDENCE_S3_BUCKET: "b", EVIDENCE_S3_ACCESS_KEY_ID: "key" };
    expect(problemsOf(half)).toEqual([expect.stringMatching(/set together or not at all/)]);
    expect(problemsOf({ EVIDENCE_S3_BUCKET: "b", EVIDENCE_S3_ENDPOINT: "http://store.example.org" })).toHaveLength(1);
  });

  test("a mail server goes with the address that mail comes from, and its password is shown nowhere", () => {
    const set = { SMTP_URL: "smtp://post:s3cret@mail.example:587", MAIL_FROM: "gt@mail.example" };
    const { mail, warnings } = readConfig({ ...set, PUBLIC_URL: "https://portal.example/open/" });
    expect(mail).toMatchObject({
      publicUrl: "https://portal.example/open",
      smtp: { tls: true, from: "gt@mail.example" },
    });
    expect(mail.smtp?.url.reveal()).toBe(set.SMTP_URL);
    expect(inspect(mail, { depth: 9 }) + JSON.stringify(mail)).not.toMatch(/s3cret/);
    expect(warnings.join()).not.toMatch(/SMTP_TLS/);
    for (const half of [{ SMTP_URL: set.SMTP_URL }, { MAIL_FROM: set.MAIL_FROM }] as Record<string, string>[])
      expect(problemsOf(half)).toEqual([expect.stringMatching(/^SMTP_URL, MAIL_FROM: .* set together/)]);
    expect(problemsOf({ SMTP_TLS: "off" })).toEqual([expect.stringMatching(/^SMTP_TLS: needs SMTP_URL/)]);
    for (const bad of ["http://mail.example", "smtp://", "s3cret"])
      expect(problemsOf({ ...set, SMTP_URL: bad }).join()).toMatch(/^SMTP_URL: its value cannot be used/);
    for (const bad of ["gt", "gt@mail example", "a@b.example, c@d.example"])
      expect(problemsOf({ ...set, MAIL_FROM: bad })).toHaveLength(1);
    expect(readConfig({ ...set, SMTP_TLS: "off" }).warnings.join()).toMatch(/SMTP_TLS is off/);
    expect(readConfig({ ...set, SMTP_URL: "smtp://127.0.0.1:1025", SMTP_TLS: "off" }).warnings.join()).not.toMatch(
      /SMTP_TLS/,
    );
  });

  test("only a demonstration fixes the clock", () => {
    const now = { NOW: "2019-02-14T09:00:00Z", DATABASE_URL: url };
    expect(problemsOf(now)).toEqual([expect.stringMatching(/^NOW: only a demonstration/)]);
    expect(problemsOf({ ...now, DEMO_SIGN_IN: "off" })).toHaveLength(1);
  });

  test.each([
    [{ AUTH_ISSUER: "x" }, /^AUTH_AUDIENCE: missing/],
    [{ AUTH_AUDIENCE: "x" }, /^AUTH_ISSUER: missing/],
    [{ AUTH_ISSUER: "x", AUTH_JWKS_URL: "https://x/k" }, /^AUTH_AUDIENCE: missing/],
    [{ AUTH_JWKS_URL: "https://x/k" }, /^AUTH_ISSUER, AUTH_AUDIENCE: missing/],
    [{ AUTH_ISSUER: "x", AUTH_AUDIENCE: "gt" }, /^AUTH_JWKS_URL: missing/],
    [{ AUTH_ISSUER: "http://id.example", AUTH_AUDIENCE: "gt" }, /^AUTH_JWKS_URL: missing/],
  ])("%j lacks the others", (env, problem) => {
    expect(problemsOf(env)).toEqual([expect.stringMatching(problem)]);
  });
});

test("every bad setting is named in one message, without a stack's worth of text", () => {
  const bad = { PORT: "x", HOST: "a b", LOG_LEVEL: "z".repeat(500), DATABASE_URL: "db", POOL_SIZE: "0" };
  const problems = problemsOf(bad);
  expect(problems.map((problem) => problem.split(":")[0])).toEqual([
    "PORT",
    "HOST",
    "DATABASE_URL",
    "LOG_LEVEL",
    "POOL_SIZE",
  ]);
  expect(Math.max(...problems.map((problem) => problem.length))).toBeLessThan(250);
  expect(() => readConfig(bad)).toThrow(
    /^The settings cannot be used:\n {2}- PORT: "x" cannot be used; expected a whole number/,
  );
});

test("the table of settings names each once, and the README carries it as it is", () => {
  const lines = renderSettingsTable().split("\n");
  expect(lines.slice(2).map((line) => line.split("`")[1])).toEqual(Object.keys(SETTINGS));
  for (const line of lines) expect(line.split("|")).toHaveLength(6);
  const readme = join(__dirname, "../../README.md");
  if (existsSync(readme)) {
    const squeezed = readFileSync(readme, "utf8").replace(/ +/g, " ").replace(/-{3,}/g, "---");
    expect(squeezed).toContain(lines.join("\n"));
  }
});
