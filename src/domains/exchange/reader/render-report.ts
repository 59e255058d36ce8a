import type { PlanReading } from "./types";

const MOST_LINES = 200;

/** The report as text for the person who imports: what was found, what is doubtful, what is missing and where to look. */
export function renderReport({ format, report }: PlanReading, { planTitle }: { planTitle?: string } = {}): string {
  const lines: string[] = [];
  const section = (title: string, entries: string[]): void => {
    if (entries.length === 0) return;
    lines.push("", `${title} (${entries.length})`, ...entries.slice(0, MOST_LINES).map((entry) => `  ${entry}`));
    if (entries.length > MOST_LINES)
      lines.push(`  … and ${entries.length - MOST_LINES} more; the JSON report has all of them`);
  };
  lines.push(planTitle === undefined ? "Reading of the plan" : `Reading of "${planTitle}"`);
  const of =
    report.declared === null
      ? "The file does not say how many actions the plan has."
      : `The plan is said to have ${report.declared}.`;
  lines.push(
    `${count(report.recovered, "action")} recovered from ${format === "XLSX" ? "a workbook" : format === "CSV" ? "a CSV file" : "tab-separated text"}. ${of}`,
  );
  lines.push(`${count(report.objectives, "objective")}, ${count(report.themes.length, "theme")}.`);
  section(
    "Columns",
    report.columns.map(({ canonical, header }) => `"${header}" is read as ${canonical}`),
  );
  section("Themes", report.themes);
  section(
    "Missing: numbers that should be there",
    report.missing.map(
      ({ reference, count: many, why, near }) =>
        `${reference ?? `${many} without a known number`}: ${why}${near === undefined ? "" : ` (look near line ${near})`}`,
    ),
  );
  section(
    "Not placed: read these lines and add what belongs to the plan",
    report.unplaced.map(
      ({ line, text, why, sheet }) => `line ${line}${sheet === undefined ? "" : ` of "${sheet}"`}: ${why}: "${text}"`,
    ),
  );
  section(
    "Doubtful: imported, please check",
    report.doubtful.map(({ reference, line, doubts }) => `${reference} (line ${line}): ${doubts.join("; ")}`),
  );
  section(
    "Names that are no known agency or post",
    report.unknownAgencies.map(
      ({ text, references }) => `${text}: ${references.slice(0, 12).join(", ")}${references.length > 12 ? ", …" : ""}`,
    ),
  );
  section("Remarks", report.notes);
  return `${lines.join("\n")}\n`;
}

function count(many: number, word: string): string {
  return `${many} ${word}${many === 1 ? "" : "s"}`;
}
