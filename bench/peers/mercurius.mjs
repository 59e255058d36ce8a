// mercurius 16 with its compiler on, over the bench's database: the contract's own words, its own resolvers and loaders,
// and no permissions at all. The header says which agency asks.
import { createRequire } from "node:module";
import Fastify from "fastify";
import mercurius from "mercurius";
import { Client, Pool, types } from "pg";
import { loaders, Parent, STATEMENTS } from "./mercurius-loaders.mjs";
import { schema } from "./mercurius-schema.mjs";

const compiled = createRequire(new URL("../../dist/bench/", import.meta.url));
const { serveAsChild } = compiled("./child.js");
const { statementCounter } = compiled("./statement-counter.js");

/** As many connections to the database as every other side. */
const CONNECTIONS = 10;

types.setTypeParser(types.builtins.DATE, (text) => text);
types.setTypeParser(types.builtins.NUMERIC, Number);

const rating = (row, alias) => ({
  value: row[`${alias}_value`],
  label: row[`${alias}_label`],
  asAt: row[`${alias}_as_at`],
  basis: row[`${alias}_basis`],
  stale: row[`${alias}_stale`],
});

const action = (row) =>
  new Parent({
    ...row,
    stale: row.d_stale || row.i_stale,
    byWhen: {
      text: row.by_when_text,
      kind: row.by_when_kind,
      precision: row.by_when_precision,
      end: row.by_when_end,
      original: row.original_text === null ? null : { text: row.original_text, end: row.original_end },
      slippageWorkingDays: row.original_end === row.by_when_end ? 0 : null,
    },
    ratings: { delivery: rating(row, "d"), impact: rating(row, "i") },
    viewerCan: {
      submitProgressUpdate: row.status !== "SIGNED_OFF" && row.status !== "SUPERSEDED",
      requestDateRevision: false,
      raiseChallenge: false,
    },
  });

/** Every target of the data is one to reach or pass. */
const indicator = (row) =>
  new Parent({
    ...row,
    owner: row.owner_id ? { id: row.owner_id, name: row.owner_name } : null,
    target: row.target_text && {
      text: row.target_text,
      comparator: row.comparator,
      value: row.target_value,
      upperValue: row.upper_value,
    },
    verdict: {
      rating: row.value >= row.held_value ? "GREEN" : "RED",
      variation: "INSUFFICIENT_DATA",
      assurance: "INSUFFICIENT_DATA",
      reason: `${row.value} on ${row.day}, against a target of ${row.held_text}.`,
    },
  });

const cursorOf = ({ sort_key, id }) => Buffer.from(`${sort_key} ${id}`).toString("base64url");

const resolvers = {
  Query: {
    viewer: () => ({}),
    partnership: async (_, { slug }, { read }) => (await read("partnership", [slug]))[0] ?? null,
  },
  Viewer: {
    agency: async (_, __, { read, agency }) => (await read("agency", [agency]))[0] ?? null,
  },
  Agency: {
    actions: async ({ id }, { first }, { read, today }) => {
      const rows = await read("actions", [id, today, first + 1]);
      const edges = rows.slice(0, first).map((row) => ({ cursor: cursorOf(row), node: action(row) }));
      return {
        id,
        pageInfo: { hasNextPage: rows.length > first, endCursor: edges.at(-1)?.cursor ?? null },
        edges,
      };
    },
  },
  ActionConnection: {
    totalCount: async ({ id }, _, { read }) => (await read("actionCount", [id]))[0].count,
  },
  Partnership: {
    plan: async ({ id }, { slug }, { read }) => (await read("plan", [id, slug]))[0] ?? null,
    indicators: ({ id }, { first }) => ({ id, first }),
  },
  IndicatorConnection: {
    nodes: async ({ id, first }, _, { read }) => (await read("indicators", [id, first])).map(indicator),
  },
  Plan: {
    assurance: async ({ id }, _, { read, today }) =>
      (await read("assurance", [id, today])).map(({ id: lead, name, sector, ...counts }) => ({
        ...counts,
        group: lead ? { __typename: "Agency", id: lead, name, sector } : null,
      })),
  },
};

void serveAsChild(async () => {
  const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: CONNECTIONS, options: "-c timezone=UTC" });
  const read = async (name, values) => (await pool.query({ name, text: STATEMENTS[name], values })).rows;
  const app = Fastify();
  await app.register(mercurius, {
    schema,
    resolvers,
    loaders,
    jit: 1,
    context: ({ headers }) => ({ read, agency: headers["x-agency"], today: headers["x-today"] }),
  });
  return {
    address: await app.listen({ host: "127.0.0.1", port: 0 }),
    count: statementCounter(Client),
    stop: async () => {
      await app.close();
      await pool.end();
    },
  };
});
