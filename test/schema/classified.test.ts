import { execFileSync } from "node:child_process";
import { buildSchema as fromSdl } from "graphql";
import pino from "pino";
import { enforce } from "../../src/domains/access/index";

/** Case 9: a new field with no policy entry is unreachable, since neither the build nor the start gets past it. */
const silent = pino({ level: "silent" });

test("a field without a tier stops the schema, by name", () => {
  const schema = fromSdl("type Query { news: News } type News { headline: String }");
  expect(() => enforce(schema, {}, {}, silent)).toThrow(
    /^(Query\.news|News\.headline) has no tier: say who may read it\.$/,
  );
});

test("the build and the start both end there", () => {
  // the compiled program is run with one field's tier taken away before the schema is built
  const program = (run: string) => `
    require("reflect-metadata");
    const exposed = require("./dist/src/platform/graphql/exposed.js");
    const real = exposed.tierOf;
    const met = [];
    exports.run = () => ${run};
    const tierOf = (extensions) => {
      if (!met.includes(extensions)) met.push(extensions);
      return met.indexOf(extensions) === 40 ? undefined : real(extensions);
    };
    const key = require.resolve("./dist/src/platform/graphql/exposed.js");
    require.cache[key].exports = { ...exposed, tierOf };
    exports.run();`;
  const ending = (run: string): string => {
    try {
      execFileSync(process.execPath, ["-e", program(run)], {
        cwd: `${__dirname}/../..`,
        encoding: "utf8",
        stdio: "pipe",
      });
      return "it went on";
    } catch (error) {
      return (error as { stderr: string }).stderr;
    }
  };
  execFileSync(process.execPath, ["scripts/build.mjs"], { cwd: `${__dirname}/../..` });
  expect(ending('(process.argv.push("--classified"), require("./dist/src/emit-schema.js"))')).toMatch(
    /has no tier: say who may read it/,
  );
  expect(ending('require("./dist/src/schema.js").buildSchema(require("pino")({ level: "silent" }))')).toMatch(
    /has no tier: say who may read it/,
  );
});
