import { doubt, type Draft, type Heading } from "./drafts";
import { citedFindings, citedParagraphs, mergedFindings } from "./findings";
import { referenceOf } from "./references";
import { isDotted } from "./scan";
import { parentOf } from "./references";
import { letters, orNull, plain, shorten, tidy, trimEnd } from "./text";
import type { Themes } from "./themes";
import type { ObjectiveKind, ReadAction, ReadObjective } from "./types";
import { SECTION_WORDS } from "./words";

const LEVELS = new Set(["high", "medium", "low", "h", "m", "l", "1", "2", "3", "critical", "urgent"]);

/** Gives each action its objective and theme, and makes the objectives, from headings, columns and numbering. */
export function placeActions(
  pairs: { draft: Draft; action: ReadAction }[],
  headings: Heading[],
  themes: Themes,
): ReadObjective[] {
  const objectives = new Map<string, ReadObjective>();
  const dotted = isDotted(pairs.map(({ action }) => action.reference));
  const singleSheet = new Set(pairs.map(({ draft }) => draft.sheet)).size < 2;
  const made = new Map<Heading, ReadObjective>();
  const nameHeadings = numberHeadings(pairs, headings, dotted);
  for (const heading of headings) {
    const objective = objectiveOf(heading, nameHeadings.get(heading) ?? null, objectives.size + 1, themes);
    const known = objectives.get(objective.reference);
    if (known) extendObjective(known, objective);
    else objectives.set(objective.reference, objective);
    made.set(heading, known ?? objective);
  }
  const byText = new Map<string, ReadObjective>();
  for (const { draft, action } of pairs) {
    action.themeTitle = themeOf(draft, themes, !singleSheet);
    const objective =
      columnObjective(draft, action, objectives, byText, dotted) ??
      headingObjective(draft, action, made, objectives, headings.length > 0 && dotted);
    if (!objective) continue;
    action.objectiveReference = objective.reference;
    objective.themeTitle ??= action.themeTitle;
  }
  return [...objectives.values()].sort((left, right) => (singleSheet ? left.lines.from - right.lines.from : 0));
}

/** The theme of the row's own column, of the banner above it, or of its sheet when the plan stands on several. */
function themeOf(draft: Draft, themes: Themes, bySheet: boolean): string | null {
  const column = plain((draft.fields.get("theme") ?? []).join(" "));
  if (column !== "" && !LEVELS.has(letters(column))) return shorten(column, 300);
  if (draft.theme === null) return bySheet ? draft.sheet : null;
  return themes.title(draft.theme);
}

/** The number of a heading that lost its own: "5" above "5.1". */
function numberHeadings(
  pairs: { draft: Draft; action: ReadAction }[],
  headings: Heading[],
  dotted: boolean,
): Map<Heading, string> {
  const numbers = new Map<Heading, string>();
  const parents = new Set(pairs.map(({ action }) => parentOf(action.reference)));
  for (const heading of headings) {
    const sound =
      heading.reference !== null && (!dotted || parents.has(heading.reference) || /^\d+$/.test(heading.reference));
    if (sound && heading.reference !== null) numbers.set(heading, heading.reference);
  }
  if (!dotted) return numbers;
  for (const { draft, action } of pairs) {
    const parent = parentOf(action.reference);
    if (draft.heading && parent !== null && !numbers.has(draft.heading)) {
      numbers.set(draft.heading, parent);
      doubt(draft.heading, `its number was taken from action ${action.reference} below it`);
    }
  }
  return numbers;
}

function objectiveOf(heading: Heading, number: string | null, order: number, themes: Themes): ReadObjective {
  const doubts = [...heading.doubts];
  const text = tidy(heading.pieces.join("\n"));
  const { finding, aim } = partsOf(text);
  const kind = kindOf(text);
  if (number === null) doubts.push("its number is not in the file; it was named by its order");
  const reference = number ?? `O${order}`;
  const head = heading.section ?? (finding === null && aim === null ? text : null) ?? fullest(finding, aim);
  const section = /^\W{0,3}\d{1,3}(?:\.\d{1,3})*[.:)]?\s{1,3}(.*)$/s.exec(head)?.[1] ?? head;
  const title = shorten(sectionTitle(section), 300);
  if (title === "") doubts.push("its text is not in the file");
  const ofOfsted = kind !== "OBJECTIVE" ? citedParagraphs(text) : [];
  return {
    reference,
    title: title === "" ? `Objective ${reference}` : title,
    kind,
    finding,
    aim,
    findings: mergedFindings(citedFindings(text), ofOfsted),
    themeTitle: heading.theme === null ? null : themes.title(heading.theme),
    lines: { from: heading.line, to: heading.to },
    doubts,
  };
}

/** The finding, unless only a stub of it is left and the aim tells more. */
function fullest(finding: string | null, aim: string | null): string {
  const words = (text: string | null): number => text?.split(/\s+/).length ?? 0;
  return (words(finding) < 4 && words(aim) > words(finding) ? aim : (finding ?? aim)) ?? "";
}

/** "Assessments" of "Assessments Objectives: Ensure …". */
function sectionTitle(text: string): string {
  const aim = SECTION_WORDS.aim.exec(text);
  return (aim && aim.index > 2 ? text.slice(0, aim.index) : text).split("\n").join(" ").trim();
}

/** What stands behind "Recommendation:" or "Areas for development:", and behind "Objective:"; a numbered line ends either. */
function partsOf(text: string): { finding: string | null; aim: string | null } {
  const until = (from: string): string => tidy(from.split(/\n[• ]{0,4}\d{1,3}\.\d{1,3}\s/)[0] ?? from);
  const findingAt = SECTION_WORDS.finding.exec(text);
  const rest = findingAt ? text.slice(findingAt.index + findingAt[0].length) : text;
  const aimAt = SECTION_WORDS.aim.exec(rest);
  const finding = findingAt
    ? trimEnd(until(aimAt ? rest.slice(0, aimAt.index) : rest).replace(/^[\s•]+/, ""), " \n•,")
    : "";
  const aim = aimAt ? until(rest.slice(aimAt.index + aimAt[0].length)).replace(/^[\s•]+/, "") : "";
  return { finding: orNull(finding), aim: orNull(aim) };
}

function kindOf(text: string): ObjectiveKind {
  const head = text.slice(0, 400);
  if (/recommendations?\s{0,2}\d{0,3}\s{0,2}:/i.test(head)) return "RECOMMENDATION";
  if (/eas? (?:for|of) development\s{0,2}:/i.test(head)) return "AREA_FOR_DEVELOPMENT";
  if (/eas? (?:for|of) improvement\s{0,2}:/i.test(head)) return "AREA_FOR_IMPROVEMENT";
  return "OBJECTIVE";
}

function extendObjective(known: ReadObjective, more: ReadObjective): void {
  known.finding ??= more.finding;
  known.aim ??= more.aim;
  known.findings = mergedFindings(known.findings, more.findings);
  known.lines.to = Math.max(known.lines.to, more.lines.to);
  if (known.title === `Objective ${known.reference}`) known.title = more.title;
}

/** The objective of an action by the table's own columns. */
function columnObjective(
  draft: Draft,
  action: ReadAction,
  objectives: Map<string, ReadObjective>,
  byText: Map<string, ReadObjective>,
  dotted: boolean,
): ReadObjective | null {
  const cell = plain((draft.fields.get("objectiveReference") ?? []).join(" "));
  const printed = cell === "" ? null : referenceOf(cell, false);
  const text = [plain((draft.fields.get("objectiveTitle") ?? []).join("\n")), printed === null ? cell : ""]
    .filter((part) => part !== "")
    .join("\n");
  if (printed === null && text === "") return null;
  const leading =
    /^\W{0,3}(?:recommendation|rec|objective)?\s{0,2}(\d{1,3}(?:\.\d{1,3})?)[.:)]?\s{1,3}(?=\p{Lu})/iu.exec(text);
  const same = byText.get(letters(text));
  if (printed === null && same) return same;
  const parent = dotted ? parentOf(action.reference) : null;
  const reference =
    printed ?? leading?.[1] ?? (parent !== null && !objectives.has(parent) ? parent : `O${objectives.size + 1}`);
  const known = objectives.get(reference);
  if (known) return known;
  const title = shorten(
    text
      .slice(leading?.[0].length ?? 0)
      .split("\n")
      .join(" "),
    300,
  );
  const objective: ReadObjective = {
    reference,
    title: title === "" ? `Objective ${reference}` : title,
    kind: kindOf(`${draft.objectiveHeader ?? ""}: ${text}`),
    finding: null,
    aim: text.length > title.length + 4 ? text : null,
    findings: mergedFindings(
      citedFindings(text),
      /ofsted|inspection/i.test(`${draft.objectiveHeader ?? ""} ${text}`) ? citedParagraphs(text) : [],
    ),
    themeTitle: null,
    lines: { from: draft.line, to: draft.to },
    doubts:
      reference.startsWith("O") && printed === null ? ["its number is not in the file; it was named by its order"] : [],
  };
  objectives.set(reference, objective);
  if (text !== "") byText.set(letters(text), objective);
  return objective;
}

/** The objective of an action by the heading above it; by its own number where that heading is lost. */
function headingObjective(
  draft: Draft,
  action: ReadAction,
  made: Map<Heading, ReadObjective>,
  objectives: Map<string, ReadObjective>,
  byNumber: boolean,
): ReadObjective | null {
  const above = draft.heading ? (made.get(draft.heading) ?? null) : null;
  const parent = byNumber ? parentOf(action.reference) : null;
  if (parent === null || above?.reference === parent) return above;
  const known = objectives.get(parent);
  if (known) return known;
  const objective: ReadObjective = {
    reference: parent,
    title: `Objective ${parent}`,
    kind: "OBJECTIVE",
    finding: null,
    aim: null,
    findings: [],
    themeTitle: action.themeTitle,
    lines: { from: draft.line, to: draft.line },
    doubts: ["its heading could not be read; its number was taken from its actions"],
  };
  objectives.set(parent, objective);
  return objective;
}
