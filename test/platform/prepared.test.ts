import type { PoolClient } from "pg";
import { sendingOn } from "../../src/platform/database/prepared";

/** Statements that travel as SQL: made up once they leave nothing behind, and a connection keeps fifty of those that come again. */
const connection = () => ({}) as PoolClient;

test("is written out the first time, prepared the second, and executed by its name from then on", () => {
  const client = connection();
  const text = "select 'once', $1::text, $2::uuid[], $3";
  const values = ["it's $2", ["a", 'b"\\'], null];
  expect(sendingOn(client, text, values)).toEqual({
    before: [],
    statement: `select 'once', 'it''s $2'::text,  E'{"a","b\\\\"\\\\\\\\"}'::uuid[], null`,
  });
  const second = sendingOn(client, text, values);
  const name = /^execute (\w+)\(/.exec(second.statement)?.[1] ?? "";
  expect(second.before).toEqual([`prepare ${name} as ${text}`]);
  expect(sendingOn(client, text, values)).toEqual({ before: [], statement: second.statement });
  // another connection prepares for itself
  expect(sendingOn(connection(), text, values).before).toHaveLength(1);
});

test("the fifty-first takes the place of the one not asked for the longest", () => {
  const client = connection();
  const ask = (number: number) => sendingOn(client, `select 'many', ${number}`, []);
  for (let number = 0; number < 50; number += 1) {
    ask(number);
    ask(number);
  }
  const kept = ask(0).statement; // asked for again: 1 is now the oldest
  ask(50);
  const { before } = ask(50);
  expect(before).toEqual([expect.stringMatching(/^prepare /), expect.stringMatching(/^deallocate \w+$/)]);
  expect(ask(0)).toEqual({ before: [], statement: kept });
  expect(ask(1).before).toHaveLength(2);
});

test("refuses what has no text", () => {
  expect(() => sendingOn(connection(), "select 'no text', $1", [{ an: "object" }])).toThrow(/not sent/);
});
