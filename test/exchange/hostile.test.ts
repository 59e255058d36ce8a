import { deflateRawSync } from "node:zlib";
import {
  MAX_FILE_BYTES,
  UnreadablePlanError,
  parseMapping,
  readPlan,
  renderReport,
  type PlanReading,
} from "../../src/domains/exchange/reader";
import { vocabulary } from "./vocabulary";
import { workbook } from "./workbook";
import { zip } from "./zip";

const read = (bytes: Buffer | string, fileName = "plan.csv"): Promise<PlanReading> =>
  readPlan(Buffer.from(bytes as string), { fileName, vocabulary });

async function refusal(bytes: Buffer | string): Promise<{ code: string; message: string }> {
  const started = Date.now();
  const error: unknown = await read(bytes).catch((reason: unknown) => reason);
  expect(Date.now() - started).toBeLessThan(8_000);
  expect(error).toBeInstanceOf(UnreadablePlanError);
  const { code, message } = error as UnreadablePlanError;
  expect(message).not.toMatch(/node_modules|\.ts|\.js|at \//);
  return { code, message };
}

const WORKBOOK = '<workbook xmlns:r="r"><sheets><sheet name="Plan" sheetId="1" r:id="rId1"/></sheets></workbook>';
const RELS = '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>';
const xlsx = (sheet: string | Buffer, more: Record<string, string> = {}): Buffer =>
  zip({ "xl/workbook.xml": WORKBOOK, "xl/_rels/workbook.xml.rels": RELS, "xl/worksheets/sheet1.xml": sheet, ...more });
const cells = (texts: string[], row: number): string =>
  `<row r="${row}">${texts.map((text, at) => `<c r="${String.fromCharCode(65 + at)}${row}" t="inlineStr"><is><t>${text}</t></is></c>`).join("")}</row>`;
const table = `${cells(["No.", "Action", "Lead", "By when"], 1)}${cells(["1", "Review it", "Police", "March 2026"], 2)}`;

describe("bytes that are no plan", () => {
  test.each([
    ["nothing", Buffer.alloc(0), "EMPTY"],
    ["blanks", Buffer.from("  \n \n"), "EMPTY"],
    ["only a mark", Buffer.from([0xef, 0xbb, 0xbf]), "EMPTY"],
    ["more than the limit", Buffer.alloc(MAX_FILE_BYTES + 1, 65), "TOO_LARGE"],
    ["zeros", Buffer.alloc(5000), "NOT_READABLE"],
    ["a picture", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13, 0, 0]), "NOT_READABLE"],
    ["a PDF", Buffer.from("%PDF-1.7\nAction,Lead,By when"), "NOT_READABLE"],
    ["an old workbook", Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), "NOT_READABLE"],
    ["a web page", Buffer.from("<!DOCTYPE html><html><table>"), "NOT_READABLE"],
    ["a cut-off zip", Buffer.from("PK\x03\x04 and nothing more"), "NOT_READABLE"],
    ["a Word document", zip({ "word/document.xml": "<w/>" }), "NOT_READABLE"],
    ["an OpenDocument sheet", zip({ "content.xml": "<o/>", mimetype: "x" }), "NOT_READABLE"],
    ["prose", Buffer.from("The board met in March.\nIt was agreed."), "NOT_A_PLAN"],
    ["another table", Buffer.from("Name,Age\nA,1\n"), "NOT_A_PLAN"],
    ["an empty workbook", xlsx("<worksheet/>"), "NOT_A_PLAN"],
    [
      "a quotation mark left open",
      Buffer.from('No.,Action,Lead,By when\n1,"Review,Police,March 2026\n'),
      "UNBALANCED_QUOTES",
    ],
  ])("%s", async (_, bytes, code) => {
    const found = await refusal(bytes);
    expect(found.code).toBe(code);
    expect(found.message.length).toBeGreaterThan(30);
  });

  test("the message of a file that is not a plan names what was looked for and what was found", async () => {
    const { message } = await refusal("Lead,Age\nA,1\n");
    expect(message).toContain("By When");
    expect(message).toContain('"Lead"');
  });
});

describe("workbooks made to harm", () => {
  test("a bomb by its own account", async () => {
    const bomb = xlsx("<worksheet/>", {});
    expect((await refusal(zip({ "xl/workbook.xml": WORKBOOK, "a.xml": Buffer.alloc(60 * 1024 * 1024) }))).code).toBe(
      "TOO_LARGE",
    );
    expect(bomb.length).toBeLessThan(2000);
  });

  test("a bomb that lies about its size", async () => {
    const packed = deflateRawSync(Buffer.alloc(120 * 1024 * 1024, 32));
    const liar = zip(
      { "xl/workbook.xml": WORKBOOK, "xl/_rels/workbook.xml.rels": RELS },
      { name: "xl/worksheets/sheet1.xml", packed, says: 100 },
    );
    expect((await refusal(liar)).code).toBe("TOO_LARGE");
  });

  test("too many parts", async () => {
    const parts = Object.fromEntries(Array.from({ length: 1100 }, (_, index) => [`p${index}.xml`, ""]));
    expect((await refusal(zip({ "xl/workbook.xml": WORKBOOK, ...parts }))).code).toBe("TOO_LARGE");
  });

  test("a cell in the last column, and one in the last row", async () => {
    const far = await refusal(
      xlsx(
        `<worksheet><sheetData>${table}<row r="3"><c r="XFD3" t="inlineStr"><is><t>x</t></is></c></row></sheetData></worksheet>`,
      ),
    );
    expect(far).toMatchObject({ code: "TOO_LARGE", message: expect.stringContaining("16384 columns") as string });
    const low = await read(
      xlsx(
        `<worksheet><dimension ref="A1:XFD1048576"/><sheetData>${table}<row r="1048576"><c r="A1048576"><v>2</v></c></row></sheetData></worksheet>`,
      ),
    );
    expect(low.report.references).toEqual(["1"]);
  });

  test("merged cells, validations and names over the whole sheet", async () => {
    const sheet = `<worksheet><sheetData>${table}</sheetData><mergeCells><mergeCell ref="A3:XFD1048576"/></mergeCells><dataValidations><dataValidation sqref="A1:XFD1048576"/></dataValidations></worksheet>`;
    const more = {
      "xl/workbook.xml": WORKBOOK.replace(
        "</sheets>",
        "</sheets><definedNames><definedName name='x'>Plan!$A$1:$XFD$1048576</definedName></definedNames>",
      ),
    };
    expect((await read(xlsx(sheet, more))).report.references).toEqual(["1"]);
  });

  test("entities are not expanded", async () => {
    const sheet = `<!DOCTYPE a [<!ENTITY b "bbbb">]><worksheet><sheetData>${table.replace("Review it", "&b;Review it")}</sheetData></worksheet>`;
    expect((await read(xlsx(sheet))).actions[0]?.title).toBe("&b;Review it");
  });

  test("a password", async () => {
    expect(
      (
        await refusal(
          zip(
            { "xl/workbook.xml": WORKBOOK },
            { name: "xl/x.xml", packed: Buffer.from("x"), says: 1, encryptAll: true },
          ),
        )
      ).code,
    ).toBe("NOT_READABLE");
  });

  test("70,000 rows", async () => {
    const rows = Array.from(
      { length: 70_000 },
      (_, index) => `<row r="${index + 3}"><c r="A${index + 3}"><v>${index}</v></c></row>`,
    ).join("");
    expect((await refusal(xlsx(`<worksheet><sheetData>${table}${rows}</sheetData></worksheet>`))).code).toBe(
      "TOO_LARGE",
    );
  });

  test("formulas are not evaluated and do not go through", async () => {
    const bytes = await workbook((sheet) => {
      sheet.addRow(["No.", "Action", "Lead", "By when", "Progress"]);
      sheet.addRow([
        "1",
        { formula: 'HYPERLINK("http://example.invalid","Click")', result: "=cmd|' /C calc'!A0" },
        "Police",
        "March 2026",
        "=1+1",
      ]);
    });
    const { actions } = await read(bytes);
    expect(actions[0]).toMatchObject({ title: "cmd|' /C calc'!A0", overallProgress: "1+1" });
    expect(actions[0]?.doubts.join()).toContain("formula");
  });
});

describe("text made to harm", () => {
  const head = "No.,Action,Lead,By when,Progress\n";

  test.each([
    ["a million columns", head + ",".repeat(1_000_000)],
    ["300 columns", `${head}1${",x".repeat(300)}`],
    ["a million rows", head + "x,y\n".repeat(1_000_000)],
  ])("%s", async (_, text) => {
    expect((await refusal(text)).code).toBe("TOO_LARGE");
  });

  test.each([
    ["letters", "a"],
    ["spaces", " "],
    ["open tags", "<"],
    ["tags", "<b>"],
    ["open scripts", "<script "],
    ["entities", "&amp;"],
    ["stars", "**"],
    ["dates", "1/1/"],
    ["months", "march "],
    ["headings", "Objective "],
    ["brackets", "("],
    ["citations", "Ofsted "],
    ["names", "Probation NPS "],
    ["impact", "Impact: "],
  ])("five megabytes of %s in one cell", async (_, piece) => {
    const cell = piece.repeat(Math.ceil((5 * 1024 * 1024) / piece.length));
    for (const row of [
      `1,${cell},Police,March 2026,x`,
      `1,x y,"${cell}",March 2026,x`,
      `1,x y,Police,"${cell}",x`,
      `1,x y,Police,March 2026,"${cell}"`,
    ]) {
      const started = Date.now();
      const { report } = await read(`${head}${row}\n`);
      expect(report.references).toEqual(["1"]);
      expect(Date.now() - started).toBeLessThan(4_000);
    }
  });

  test("no markup, script, control or invisible character comes out", async () => {
    const nasty = [
      "<script>alert(1)</script>Review <b>it</b>",
      "&lt;script&gt;alert(1)&lt;/script&gt;Review",
      "<scr<script>ipt>alert(1)</script>Review",
      "&amp;lt;img src=x onerror=alert(1)&amp;gt;Review",
      '<img src="x" onerror="alert(1)">Review',
      "Re\u200Bview\u00AD the\u202E policy\u0007",
      "<svg/onload=alert(1)>Review",
      "<3% of cases, and <a href='javascript:x'>Review</a>",
    ];
    const { actions } = await read(
      head + nasty.map((text, index) => `${index + 1},"${text.replaceAll('"', '""')}",Police,March 2026,`).join("\n"),
    );
    expect(actions.length).toBe(nasty.length);
    for (const { title } of actions)
      expect(title).not.toMatch(/<\/?[a-z]|onerror=|[\u0000-\u0008\u200B\u202E\u00AD\uE000-\uE003]/i);
    expect(actions[5]?.title).toBe("Review the policy");
    expect(actions[7]?.title).toBe("<3% of cases, and Review");
  });

  test("look-alike letters are folded to names that are known, and nowhere else", async () => {
    const { actions } = await read(`${head}1,Review Рolicy of Москва,ссс,March 2026,\n2,Train,СССР,March 2026,`);
    expect(actions[0]).toMatchObject({ title: "Review Policy of Москва" });
    expect(actions.map((action) => action.leads[0]?.agencyKey)).toEqual(["CCC", null]);
  });
});

test("a mapping file is checked", () => {
  expect(parseMapping({ reference: "Nr", leads: ["Who", "With"], declared: 5, delimiter: "tab" })).toEqual({
    reference: "Nr",
    leads: ["Who", "With"],
    declared: 5,
    delimiter: "\t",
  });
  for (const wrong of [
    null,
    [],
    { nonsense: "x" },
    { title: 5 },
    { declared: -1 },
    { delimiter: "x" },
    { dateOrder: "YMD" },
    { asAt: "now" },
  ]) {
    expect(() => parseMapping(wrong)).toThrow(UnreadablePlanError);
  }
});

test("progress is told, and the report is text", async () => {
  const stages: string[] = [];
  const plan = await readPlan(Buffer.from("No.,Action,Lead,By when\n1,Review,Police,March 2026\n"), {
    fileName: "plan.csv",
    vocabulary,
    onProgress: ({ stage }) => stages.push(stage),
  });
  expect(stages).toContain("reading rows");
  expect(renderReport(plan)).toContain("1 action recovered");
});
