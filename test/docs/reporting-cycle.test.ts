import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { asAuditor, inWords, verifyTrail } from "../../src/domains/history/index";
import { demonstrationDatabase, serve } from "../support/service";

/*
 * The guide is played from top to bottom: the clock is set where it says so, each operation is asked as whoever it says, and the
 * answer must be the one that is printed. `<name>` in a printed answer names what stands there, from then on. GUIDE=write
 * prints what is answered, for somebody to read before it is kept.
 */

const FILE = join(__dirname, "../../docs/reporting-cycle.md");
const STEP =
  /\(`(?<now>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)`\)|`(?<actor>[\w-]+)` asks:\n+```graphql\n(?<query>[\s\S]*?)```\n+```json\n(?<answer>[\s\S]*?)```|```sql\n(?<sql>[\s\S]*?)```|ends with 1:\n+```text\n(?<said>[\s\S]*?)```/g;

const names = new Map<string, string>();
const filled = (text: string) =>
  text.replaceAll(/<(\w+)>/g, (_, name: string) => {
    const known = names.get(name);
    if (known === undefined) throw new Error(`the guide has not said yet what <${name}> is`);
    return known;
  });

/** Notes what the names in a printed answer stand for, and gives the answer with them in it. */
function named(printed: unknown, given: unknown): unknown {
  if (typeof printed === "string") {
    const name = /^<(\w+)>$/.exec(printed)?.[1];
    if (name !== undefined && typeof given === "string" && !names.has(name)) names.set(name, given);
    return name === undefined ? printed : names.get(name);
  }
  if (Array.isArray(printed)) return printed.map((one, index) => named(one, (given as unknown[] | undefined)?.[index]));
  if (typeof printed !== "object" || printed === null) return printed;
  return Object.fromEntries(
    Object.entries(printed).map(([key, value]) => [
      key,
      named(value, (given as Record<string, unknown> | null)?.[key]),
    ]),
  );
}

/** What was answered, with the guide's names for ids. */
const anonymous = (text: string) =>
  [...names].reduce((found, [name, id]) => found.replaceAll(`"${id}"`, `"<${name}>"`), text);

test("the guide answers as printed, from the first draft to the verification", async () => {
  const text = readFileSync(FILE, "utf8");
  const writing = process.env.GUIDE === "write";
  const database = await demonstrationDatabase();
  let now = new Date("2019-02-14T09:00:00Z");
  const service = await serve(database, { parts: { clock: { now: () => now, fixed: false } } });
  let written = "";
  let at = 0;
  let asked = 0;
  try {
    for (const match of text.matchAll(STEP)) {
      const { now: moment, actor, query, answer, sql, said } = match.groups ?? {};
      if (moment) now = new Date(moment);
      if (sql) {
        const runner = database.owner.createQueryRunner();
        await runner.query(sql);
        await runner.query("reset session_replication_role");
        await runner.release();
      }
      if (said !== undefined) {
        const [row] = await database.owner.query<{ id: string }[]>(
          "select id from partnership where slug = 'wrenford'",
        );
        const found = await asAuditor(database.app, row?.id ?? "", now, (ask) => verifyTrail(ask, row?.id ?? ""));
        // digests and keys differ from place to place
        const told = inWords("wrenford", found).replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "…");
        if (writing)
          written +=
            text.slice(at, match.index) + match[0].replace(/```text[\s\S]*/, () => `\`\`\`text\n${told}\n\`\`\``);
        else expect(told).toBe(said.trim());
        if (writing) at = match.index + match[0].length;
      }
      if (actor && query && answer !== undefined) {
        asked += 1;
        const given = (await service.as(actor).ask(filled(query))).text;
        const expected = named(JSON.parse(answer), JSON.parse(given));
        if (writing) {
          const printed = `${JSON.stringify(JSON.parse(anonymous(given)), null, 2)}\n`;
          written += text.slice(at, match.index) + match[0].replace(answer, () => printed);
          at = match.index + match[0].length;
        } else expect([query, JSON.parse(given)]).toEqual([query, expected]);
      }
    }
    expect(asked).toBeGreaterThan(25);
    if (writing) writeFileSync(FILE, written + text.slice(at));
  } finally {
    await service.stop();
    await database.drop();
  }
});
