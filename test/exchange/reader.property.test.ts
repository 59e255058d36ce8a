import fc from "fast-check";
import { UnreadablePlanError, readPlan } from "../../src/domains/exchange/reader";
import { vocabulary } from "./vocabulary";
import { zip } from "./zip";

const runs = { numRuns: 150 };

async function readsOrRefuses(bytes: Buffer, fileName: string): Promise<void> {
  try {
    await readPlan(bytes, { fileName, vocabulary });
  } catch (error) {
    if (!(error instanceof UnreadablePlanError)) throw error;
  }
}

test("random bytes are refused in words, never with another error", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), (bytes) => readsOrRefuses(Buffer.from(bytes), "a.csv")),
    runs,
  );
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), (bytes) =>
      readsOrRefuses(Buffer.concat([Buffer.from("PK\x03\x04"), Buffer.from(bytes)]), "a.xlsx"),
    ),
    runs,
  );
});

test("random worksheets too", async () => {
  const piece = fc.constantFrom(
    "<row>",
    '<row r="2">',
    "</row>",
    '<c r="A1" t="s">',
    '<c r="B2" t="inlineStr">',
    "<is><t>",
    "</t></is>",
    "</c>",
    "<v>1</v>",
    "<f>",
    "x",
    "&amp;",
    "<",
    '<mergeCell ref="A1:B9"/>',
    '<c r="ZZZZ9">',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 40 }), (pieces) =>
      readsOrRefuses(
        zip({
          "xl/workbook.xml": '<workbook><sheets><sheet name="P" r:id="a"/></sheets></workbook>',
          "xl/_rels/workbook.xml.rels": '<R><Relationship Id="a" Target="worksheets/s.xml"/></R>',
          "xl/worksheets/s.xml": pieces.join(""),
        }),
        "a.xlsx",
      ),
    ),
    runs,
  );
});

test("every reference of a random plan is printed in its reference column, once for each action", async () => {
  const number = fc.constantFrom(
    "",
    "1",
    "1.1",
    "1.2",
    "2",
    "2.1",
    "2.10",
    "3.0",
    "A1",
    "7.1c",
    "x",
    "38.Z",
    "Theme 2",
    "·",
  );
  const words = fc.constantFrom(
    "",
    "Review the policy",
    "of the plan",
    "Objective: to do well",
    "Areas for Development: plans",
    "12 workshops",
    "5. Audit",
    "impact",
    "<b>Train</b> staff",
    '"',
    "Progress",
  );
  const lead = fc.constantFrom("", "Police", "CCC Health", "ссс", "Head of Help", "nobody", "and fically");
  const when = fc.constantFrom("", "March 2026", "Ongoing", "31/02/2026", "each", "Q2 2025/26", "· ·", "TBC");
  const row = fc.tuple(number, words, lead, when, words);
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { maxLength: 25 }),
      fc.constantFrom(",", "\t", ";"),
      fc.array(fc.nat(24), { maxLength: 4 }),
      async (random, sign, breaks) => {
        // one sure action: a table with no row at all is refused
        const rows = [...random, ["99.9", "Meet", "Police", "March 2026", ""]] as typeof random;
        const lines = ["No.,Action,Lead,By when,Progress".replaceAll(",", sign)];
        rows.forEach((cells, index) => {
          if (breaks.includes(index)) lines.push("", lines[0] ?? "");
          lines.push(cells.map((cell) => cell.replaceAll('"', "'")).join(sign));
        });
        const { actions, report } = await readPlan(Buffer.from(lines.join("\n")), { fileName: "plan.txt", vocabulary });
        const printed = new Set(rows.map(([reference]) => reference));
        expect(new Set(report.references).size).toBe(report.references.length);
        for (const { reference, lines: span } of actions) {
          expect(printed).toContain(reference);
          expect(lines[span.from - 1]?.split(sign)[0]).toBe(reference);
        }
      },
    ),
    { numRuns: 400 },
  );
});

test("cells of any content neither break the reading nor let markup out", async () => {
  const cell = fc.string({ unit: "binary", maxLength: 80 });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(cell, cell, cell), { maxLength: 6 }), async (rows) => {
      const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
      const csv = [
        "No.,Action,Lead,By when",
        ...rows.map(([a, b, c], index) => [String(index + 1), quoted(`Do ${a}`), quoted(b), quoted(c)].join(",")),
      ].join("\n");
      const bytes = Buffer.from(csv);
      try {
        const { report, actions } = await readPlan(bytes, { fileName: "plan.csv", vocabulary });
        expect(report.references.length).toBeLessThanOrEqual(rows.length);
        for (const action of actions) expect(JSON.stringify(action)).not.toMatch(/<script|[\uE000-\uE003]/i);
      } catch (error) {
        if (!(error instanceof UnreadablePlanError)) throw error;
      }
    }),
    runs,
  );
});
