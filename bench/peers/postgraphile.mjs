// PostGraphile 5 over the bench's database, as its manual sets it up: one schema, one role, the caller in settings of the
// transaction. Nobody is authenticated: the header says which partnership the caller is of.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { Client, Pool } from "pg";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

const compiled = createRequire(new URL("../../dist/bench/", import.meta.url));
const { serveAsChild } = compiled("./child.js");
const { statementCounter } = compiled("./statement-counter.js");

// PostGraphile 5 names Node 22 as its least: the one function of it that Node 20 lacks
Promise.withResolvers ??= function () {
  const deferred = {};
  deferred.promise = new this((resolve, reject) => Object.assign(deferred, { resolve, reject }));
  return deferred;
};

/** As many connections to the database as every other side. */
const CONNECTIONS = 10;

void serveAsChild(async () => {
  const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: CONNECTIONS, options: "-c timezone=UTC" });
  const pgl = postgraphile({
    extends: [PostGraphileAmberPreset],
    // lists are asked for in the service's order, also where a handful of rows has no index for it
    disablePlugins: ["PgIndexBehaviorsPlugin"],
    pgServices: [makePgService({ pool, schemas: ["public"] })],
    // lists where no page is asked for: cheaper than connections
    schema: { defaultBehavior: "+list +connection" },
    grafast: {
      explain: false,
      context: ({ node }) => ({
        pgSettings: {
          role: "golden_thread_bench_peer",
          "peer.partnership": node?.req.headers["x-partnership"],
          "peer.today": node?.req.headers["x-today"],
        },
      }),
    },
    grafserv: { graphqlPath: "/graphql", graphiql: false, watch: false },
  });
  const server = createServer();
  await pgl.createServ(grafserv).addTo(server);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    count: statementCounter(Client),
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await pgl.release();
      await pool.end();
    },
  };
});
