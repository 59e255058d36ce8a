import synonyms from "./header-synonyms.json";
import { UnreadablePlanError } from "./limits";
import { editDistance, letters } from "./text";
import { CANONICAL_COLUMNS, type CanonicalColumn, type ColumnMapping } from "./types";

const LONGEST_HEADER = 140;

/** Words are looked for in this order, so that the narrower meaning wins: "RAG performance measure" is no measure. */
const WORD_ORDER: CanonicalColumn[] = [
  "reportedImpact",
  "originalByWhen",
  "revisedByWhen",
  "ignored",
  "reportedDelivery",
  "contributors",
  "leads",
  "byWhen",
  "successCriteria",
  "measure",
  "impactNarrative",
  "desiredOutcome",
  "title",
  "objectiveTitle",
  "overallProgress",
];

type Synonyms = Partial<Record<string, { same: string[]; words?: string[] }>>;

/** Finds the canonical column a header means: by the mapping file first, then by the synonyms kept as data. */
export class HeaderNames {
  private readonly same = new Map<string, CanonicalColumn>();
  private readonly words: [string, CanonicalColumn][] = [];
  readonly mapped: ReadonlySet<CanonicalColumn>;

  constructor(mapping: ColumnMapping | undefined) {
    const data: Synonyms = synonyms;
    for (const column of CANONICAL_COLUMNS) {
      for (const name of data[column]?.same ?? []) this.same.set(headerLetters(name), column);
    }
    for (const column of WORD_ORDER) {
      for (const words of data[column]?.words ?? []) this.words.push([` ${spaced(words)} `, column]);
    }
    const mapped = new Set<CanonicalColumn>();
    for (const column of CANONICAL_COLUMNS) {
      for (const name of namesOf(mapping?.[column])) {
        if (name.startsWith("#") && name !== "#") continue;
        this.same.set(headerLetters(name), column);
        mapped.add(column);
      }
    }
    this.mapped = mapped;
  }

  /** The column a header means; null when it is not known. */
  columnOf(header: string): CanonicalColumn | null {
    if (header === "" || header.length > LONGEST_HEADER) return null;
    const exact =
      this.same.get(headerLetters(header)) ?? this.same.get(headerLetters(header.replace(/\([^)]{0,80}\)/g, "")));
    if (exact) return exact;
    const text = ` ${spaced(header)} `;
    const byWords = text.length > 90 ? undefined : this.words.find(([words]) => text.includes(words))?.[1];
    return byWords ?? this.inOneLanguage(header);
  }

  /** The column of a header printed in two languages: "Arweinydd / Lead". Both halves known as different columns tell nothing. */
  private inOneLanguage(header: string): CanonicalColumn | null {
    const parts = header.split(/\s*[/|\n]\s*|\s[-–—]\s/).map(headerLetters);
    if (parts.length !== 2) return null;
    const known = new Set(parts.flatMap((part) => this.same.get(part) ?? []));
    const [only] = known;
    return known.size === 1 && only !== undefined ? only : null;
  }

  known(): string[] {
    return ["No. / Ref", "Action(s)", "By When / Target Date / Timescale", "Delivery Lead / By Who / Lead Officer"];
  }
}

export function headerLetters(text: string): string {
  return text.trim() === "#" ? "#" : letters(text);
}

function spaced(text: string): string {
  return text
    .toLowerCase()
    .replace(/['’]/g, "")
    .replace(/[^a-z0-9]+/g, " ")
    .trim();
}

function namesOf(names: string | string[] | undefined): string[] {
  return names === undefined ? [] : typeof names === "string" ? [names] : names;
}

/** Whether a printed cell is the header, a piece of it, or the header misread: "Performan ce", "working when", "Denvery Lead". */
export function isPieceOf(cell: string, header: string): boolean {
  const piece = letters(cell);
  const whole = letters(header);
  if (piece.length < 3 || piece.length > whole.length + 2) return piece !== "" && piece === whole;
  if (whole.includes(piece)) return true;
  const allowed = Math.floor(piece.length / 4);
  return (
    allowed > 0 &&
    [whole, ...header.split(/\s+/).map(letters)].some((word) => editDistance(piece, word, allowed) <= allowed)
  );
}

const OPTION_KEYS = ["delimiter", "sheet", "dateOrder", "declared", "asAt"];
const DELIMITER_NAMES: Record<string, string> = { tab: "\t", comma: ",", semicolon: ";", pipe: "|" };

/** Checks the JSON of a mapping file. Throws `UnreadablePlanError` with code BAD_MAPPING and what to put right. */
export function parseMapping(json: unknown): ColumnMapping {
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw bad("The mapping must be a JSON object.");
  const mapping: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(json)) {
    if ((CANONICAL_COLUMNS as readonly string[]).includes(key)) {
      const fine =
        typeof value === "string" || (Array.isArray(value) && value.every((name) => typeof name === "string"));
      if (!fine) throw bad(`"${key}" must be a header text or a list of header texts.`);
      mapping[key] = value;
    } else if (OPTION_KEYS.includes(key)) mapping[key] = optionOf(key, value);
    else
      throw bad(
        `"${key.slice(0, 40)}" is not a column or an option. Columns are ${CANONICAL_COLUMNS.join(", ")}; options are ${OPTION_KEYS.join(", ")}.`,
      );
  }
  return mapping;
}

function optionOf(key: string, value: unknown): unknown {
  if (key === "declared") {
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0)
      throw bad('"declared" must be a whole number of actions.');
    return value;
  }
  if (typeof value !== "string") throw bad(`"${key}" must be a text.`);
  if (key === "delimiter") {
    const delimiter = DELIMITER_NAMES[value] ?? value;
    if (![",", ";", "\t", "|"].includes(delimiter)) throw bad('"delimiter" must be one of "," ";" "|" "tab".');
    return delimiter;
  }
  if (key === "dateOrder" && value !== "DMY" && value !== "MDY") throw bad('"dateOrder" must be "DMY" or "MDY".');
  if (key === "asAt" && !/^\d{4}-\d{2}-\d{2}$/.test(value)) throw bad('"asAt" must be a day as YYYY-MM-DD.');
  return value;
}

function bad(message: string): UnreadablePlanError {
  return new UnreadablePlanError("BAD_MAPPING", message);
}
