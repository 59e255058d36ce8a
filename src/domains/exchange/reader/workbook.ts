import { attribute, xmlTags, xmlText } from "./xml";
import type { ZipParts } from "./zip";
import { UnreadablePlanError } from "./limits";
import { BOLD_OFF, BOLD_ON, STRUCK_OFF, STRUCK_ON } from "./text";
import type { Colour } from "./types";

/** How a cell style shows its value. */
export interface CellStyle {
  format: "GENERAL" | "DAY" | "MONTH" | "PERCENT" | { decimals: number };
  bold: boolean;
  struck: boolean;
  fill: Colour | null;
}

export interface SheetPart {
  name: string;
  part: string;
  hidden: boolean;
}

export interface Workbook {
  sheets: SheetPart[];
  strings: string[];
  styles: CellStyle[];
  /** Whether days count from 1904, as in old Macintosh workbooks. */
  from1904: boolean;
}

/** Sheets, shared texts and styles of a workbook. Macros, links, charts and pictures are never opened. */
export function readWorkbook(parts: ZipParts): Workbook {
  const xml = parts.text("xl/workbook.xml");
  if (xml === null) throw notWorkbook(parts.names());
  const targets = relationTargets(parts.text("xl/_rels/workbook.xml.rels") ?? "");
  const sheets: SheetPart[] = [];
  let from1904 = false;
  for (const tag of xmlTags(xml)) {
    if (tag.name === "workbookPr") from1904 = ["1", "true"].includes(attribute(tag, "date1904") ?? "");
    if (tag.name !== "sheet" || tag.kind === "CLOSE") continue;
    const part = targets.get(attribute(tag, "id") ?? "");
    if (part === undefined || !part.includes("worksheets/")) continue;
    sheets.push({
      name: attribute(tag, "name") ?? "",
      part,
      hidden: (attribute(tag, "state") ?? "visible") !== "visible",
    });
  }
  return {
    sheets,
    from1904,
    strings: sharedStrings(parts.text("xl/sharedStrings.xml") ?? ""),
    styles: cellStyles(parts.text("xl/styles.xml") ?? ""),
  };
}

function notWorkbook(names: string[]): UnreadablePlanError {
  const what = names.includes("word/document.xml")
    ? "a Word document"
    : names.includes("content.xml")
      ? "an OpenDocument file"
      : names.includes("xl/workbook.bin")
        ? "a binary Excel workbook (.xlsb)"
        : names.includes("ppt/presentation.xml")
          ? "a presentation"
          : "a zip, but not an Excel workbook";
  return new UnreadablePlanError("NOT_READABLE", `The file is ${what}. Open it and save it as .xlsx or .csv.`);
}

function relationTargets(xml: string): Map<string, string> {
  const targets = new Map<string, string>();
  for (const tag of xmlTags(xml)) {
    if (tag.name !== "Relationship") continue;
    const target = attribute(tag, "Target") ?? "";
    targets.set(attribute(tag, "Id") ?? "", target.startsWith("/") ? target.slice(1) : `xl/${target}`);
  }
  return targets;
}

/** Text of a string item: its runs in order, bold and struck-out runs marked; phonetic hints left out. */
export class RichText {
  private text = "";
  private inPhonetic = false;
  private bold = false;
  private struck = false;

  tag(name: string, kind: string, before: string, value: string | null): void {
    if (name === "rPh") this.inPhonetic = kind === "OPEN";
    if (name === "r" && kind === "OPEN") this.bold = this.struck = false;
    if (name === "b" && kind !== "CLOSE") this.bold = value !== "0" && value !== "false";
    if (name === "strike" && kind !== "CLOSE") this.struck = value !== "0" && value !== "false";
    if (name !== "t" || kind !== "CLOSE" || this.inPhonetic) return;
    const run = xmlText(before).replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) =>
      String.fromCharCode(parseInt(hex, 16)),
    );
    this.text += `${this.bold ? "<b>" : ""}${this.struck ? "<s>" : ""}${run}${this.struck ? "</s>" : ""}${this.bold ? "</b>" : ""}`;
  }

  take(): string {
    const { text } = this;
    this.text = "";
    this.bold = this.struck = this.inPhonetic = false;
    return text;
  }
}

function sharedStrings(xml: string): string[] {
  const strings: string[] = [];
  const item = new RichText();
  for (const tag of xmlTags(xml)) {
    if (tag.name === "si" && tag.kind !== "OPEN") strings.push(item.take());
    else item.tag(tag.name, tag.kind, tag.before, attribute(tag, "val"));
  }
  return strings;
}

const DAY_FORMATS = new Set([14, 15, 16, 22, 27, 28, 29, 30, 31, 34, 35, 36, 50, 51, 52, 53, 54, 57, 58]);
const MONTH_FORMATS = new Set([17, 55, 56]);

function cellStyles(xml: string): CellStyle[] {
  const formats = new Map<number, string>();
  const fonts: { bold: boolean; struck: boolean }[] = [];
  const fills: (Colour | null)[] = [];
  const styles: CellStyle[] = [];
  let section = "";
  for (const tag of xmlTags(xml)) {
    if (["fonts", "fills", "cellXfs", "cellStyleXfs", "numFmts", "dxfs"].includes(tag.name))
      section = tag.kind === "OPEN" ? tag.name : "";
    if (tag.kind === "CLOSE") continue;
    const on = attribute(tag, "val") !== "0" && attribute(tag, "val") !== "false";
    if (tag.name === "numFmt" && section === "numFmts")
      formats.set(Number(attribute(tag, "numFmtId")), attribute(tag, "formatCode") ?? "");
    if (section === "fonts" && tag.name === "font") fonts.push({ bold: false, struck: false });
    const font = fonts.at(-1);
    if (section === "fonts" && tag.name === "b" && font) font.bold = on;
    if (section === "fonts" && tag.name === "strike" && font) font.struck = on;
    if (section === "fills" && tag.name === "fill") fills.push(null);
    if (section === "fills" && tag.name === "fgColor" && fills.length > 0)
      fills[fills.length - 1] = trafficLight(attribute(tag, "rgb"));
    if (section === "cellXfs" && tag.name === "xf") {
      const id = Number(attribute(tag, "numFmtId") ?? 0);
      const { bold, struck } = fonts[Number(attribute(tag, "fontId") ?? 0)] ?? { bold: false, struck: false };
      styles.push({
        bold,
        struck,
        fill: fills[Number(attribute(tag, "fillId") ?? 0)] ?? null,
        format: formatOf(id, formats.get(id)),
      });
    }
  }
  return styles;
}

function formatOf(id: number, code: string | undefined): CellStyle["format"] {
  if (code === undefined) {
    if (DAY_FORMATS.has(id)) return "DAY";
    if (MONTH_FORMATS.has(id)) return "MONTH";
    if (id === 9 || id === 10) return "PERCENT";
    return id === 2 || id === 4 ? { decimals: 2 } : "GENERAL";
  }
  const bare = code
    .slice(0, 200)
    .replace(/"[^"]*"|\[[^\]]*\]|\\./g, "")
    .toLowerCase();
  if (/d/.test(bare)) return "DAY";
  if (/y/.test(bare)) return "MONTH";
  if (bare.includes("%")) return "PERCENT";
  const decimals = /^0\.(0+)/.exec(bare)?.[1]?.length;
  return decimals === undefined ? "GENERAL" : { decimals };
}

/** Red, amber or green, where a fill is plainly one of them; null for white, grey, blue and what is between. */
export function trafficLight(argb: string | null): Colour | null {
  const hex = /^(?:[0-9a-f]{2})?([0-9a-f]{6})$/i.exec(argb ?? "")?.[1];
  if (hex === undefined) return null;
  const [red, green, blue] = [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)) as [number, number, number];
  const most = Math.max(red, green, blue);
  const spread = most - Math.min(red, green, blue);
  if (spread < 70) return null;
  const sixth =
    most === red
      ? ((green - blue) / spread + 6) % 6
      : most === green
        ? (blue - red) / spread + 2
        : (red - green) / spread + 4;
  const hue = sixth * 60;
  if (hue < 15 || hue > 345) return "RED";
  if (hue >= 25 && hue <= 62) return "AMBER";
  return hue >= 75 && hue <= 165 ? "GREEN" : null;
}

export function marked(text: string, style: CellStyle | undefined): string {
  const bold = style?.bold === true ? `${BOLD_ON}${text}${BOLD_OFF}` : text;
  return style?.struck === true ? `${STRUCK_ON}${bold}${STRUCK_OFF}` : bold;
}
