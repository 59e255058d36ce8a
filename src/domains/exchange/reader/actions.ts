import { readByWhen, type ByWhenReading } from "./by-when";
import { readColour, readStatus, statusOf } from "./codes";
import type { Draft } from "./drafts";
import { citedFindings, mergedFindings } from "./findings";
import { LONGEST_LEADS, sameName, splitLeads } from "./leads";
import { hasStruck, hasWord, letters, orNull, plain, tidy } from "./text";
import type { CanonicalColumn, ReadAction, ReadLead } from "./types";
import type { Vocabulary } from "./vocabulary";
import { COLOUR_WORDS, IMPACT_HEADING, PROGRESS_HEADING } from "./words";

const LONGEST_TITLE = 500;

export interface ActionRules {
  vocabulary: Vocabulary;
  dayFirst: boolean;
  /** What joins the pieces of a cell: a space where pages cut it, a line end elsewhere. */
  joint: string;
}

/** The typed action of a numbered draft; objective and theme are filled in by the caller. */
export function actionOf(draft: Draft & { reference: string }, rules: ActionRules): ReadAction {
  const doubts = [...draft.doubts];
  const piecesOf = (column: CanonicalColumn): string[] => draft.fields.get(column) ?? [];
  const text = (column: CanonicalColumn): string => plain(piecesOf(column).join(rules.joint));
  const { title, description } = titleOf(draft, text("title"), text("description"), doubts);
  const dates = byWhenOf(draft, rules);
  doubts.push(...dates.doubts);
  const leads = leadsOf(piecesOf("leads").join(rules.joint), piecesOf("contributors").join(rules.joint), rules);
  if (leads.every((lead) => lead.contributor)) doubts.push("no lead");
  if (text("leads").length > LONGEST_LEADS)
    doubts.push(`only the first ${LONGEST_LEADS} characters of the lead cell were read`);
  const delivery = readColour(
    piecesOf("reportedDelivery"),
    draft.fills.get("reportedDelivery") ?? null,
    draft.columns.has("reportedDelivery"),
    doubts,
  );
  const impact = readColour(
    piecesOf("reportedImpact"),
    draft.fills.get("reportedImpact") ?? null,
    draft.columns.has("reportedImpact"),
    doubts,
  );
  const status = readStatus(piecesOf("status"), draft.columns.has("status"), doubts);
  if (
    status.value === null &&
    status.text !== null &&
    delivery.text === null &&
    COLOUR_WORDS[letters(status.text)] !== undefined
  ) {
    delivery.value = COLOUR_WORDS[letters(status.text)] ?? null;
    delivery.text = status.text;
  }
  if (status.text === null && delivery.value === null && delivery.text !== null) {
    status.value = statusOf(delivery.text);
    if (status.value !== null) status.text = delivery.text;
  }
  if (status.text === null && dates.status !== null) {
    status.value = dates.status;
    status.text = dates.byWhen.text;
    doubts.push("its status stands in the by-when");
  }
  const narrative = narrativeOf(text("overallProgress"), text("impactNarrative"));
  if ([...draft.fields].some(([column, pieces]) => column !== "byWhen" && pieces.some(hasStruck)))
    doubts.push("struck-out words were left out");
  doubts.push(
    ...(text("doubts") === ""
      ? []
      : text("doubts")
          .split(/\s*[;\n]\s*/)
          .filter((part) => part !== "")),
  );
  const cited = [text("title"), text("description"), text("findings"), text("objectiveTitle")].map(citedFindings);
  return {
    reference: draft.reference,
    title,
    description,
    desiredOutcome: orNull(text("desiredOutcome")),
    objectiveReference: null,
    themeTitle: null,
    byWhen: dates.byWhen,
    originalByWhen: dates.original,
    milestones: dates.milestones,
    leads,
    measure: orNull(text("measure")),
    successCriteria: orNull(text("successCriteria")),
    ...narrative,
    delivery,
    impact,
    status,
    findings: mergedFindings(...cited, ownFindings(text("findings"))),
    sheet: draft.sheet,
    lines: { from: draft.line, to: draft.to },
    doubts: [...new Set(doubts)],
  };
}

/** The names of the leads' column, then those of the partners' column that are not among them. */
function leadsOf(lead: string, contributor: string, { vocabulary }: ActionRules): ReadLead[] {
  const leads = splitLeads(lead, vocabulary);
  const others = splitLeads(contributor, vocabulary).filter((other) => !leads.some((own) => sameName(own, other)));
  return [...leads, ...others.map((other) => ({ ...other, contributor: true as const }))];
}

/** Findings written as `SOURCE reference; …`, as this service exports them. */
function ownFindings(text: string): { source: string; reference: string }[] {
  return text.split(/[;\n]/).flatMap((part) => {
    const found = /^\s*([A-Z][A-Z_]{2,40})[\s:]{1,3}(\S.{0,60}?)\s*$/.exec(part);
    return found ? [{ source: found[1] ?? "", reference: found[2] ?? "" }] : [];
  });
}

/** The action's statement up to its first list or line end as title; the rest as description. */
function titleOf(
  draft: Draft,
  text: string,
  description: string,
  doubts: string[],
): { title: string; description: string | null } {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  let title = (lines.shift() ?? "").replace(/^[•·\-–—*\s]+/, "");
  let rest = lines.join("\n");
  const list = title.indexOf(" • ");
  if (list > 10) {
    rest = tidy(`${title.slice(list + 1)}\n${rest}`);
    title = title.slice(0, list);
  }
  if (title.length > LONGEST_TITLE) {
    const cut = title.lastIndexOf(" ", LONGEST_TITLE);
    const at = cut > LONGEST_TITLE / 2 ? cut : LONGEST_TITLE;
    rest = tidy(`${title.slice(at)}\n${rest}`);
    title = title.slice(0, at).trim();
  }
  if (!hasWord(title)) {
    doubts.push("its text was lost");
    title = `Action ${draft.reference ?? ""} (its text is not in the file)`;
  } else if (/^\p{Ll}/u.test(title))
    doubts.push("its text begins in the middle of a sentence; words before it may be lost");
  return {
    title: title.trim(),
    description: orNull(tidy([rest, description].filter((part) => part !== "").join("\n"))),
  };
}

/** The by-when of its own column, or of the column of revised dates, with the original where either prints it. */
function byWhenOf(draft: Draft, rules: ActionRules): ByWhenReading {
  const read = (column: CanonicalColumn): ByWhenReading =>
    readByWhen((draft.fields.get(column) ?? []).join(" "), rules);
  const has = (column: CanonicalColumn): boolean => plain((draft.fields.get(column) ?? []).join(" ")) !== "";
  const printed = read("byWhen");
  const original = has("originalByWhen") ? read("originalByWhen").byWhen : printed.original;
  if (!has("revisedByWhen")) {
    if (!has("byWhen") && has("originalByWhen")) return { ...read("originalByWhen"), original: null };
    return { ...printed, original };
  }
  const revised = read("revisedByWhen");
  if (revised.byWhen.kind === "UNKNOWN")
    return { ...printed, original, doubts: has("byWhen") ? [...printed.doubts, ...revised.doubts] : revised.doubts };
  return {
    ...revised,
    byWhen: { ...revised.byWhen, revised: true },
    original: original ?? (has("byWhen") ? printed.byWhen : null),
  };
}

/** A narrative that tells progress and impact under small headings, as two; without headings it stays whole. */
export function narrativeOf(
  progress: string,
  impact: string,
): { overallProgress: string | null; impactNarrative: string | null } {
  const body = progress.replace(PROGRESS_HEADING, "");
  if (impact !== "") return { overallProgress: orNull(tidy(body)), impactNarrative: orNull(impact) };
  const heads = [...body.matchAll(IMPACT_HEADING)];
  const head = heads.find((match) => match.index === 0) ?? heads.at(-1);
  if (!head) return { overallProgress: orNull(tidy(body)), impactNarrative: null };
  const at = head.index + head[0].indexOf("Impact");
  const before = tidy(body.slice(0, at).replace(/^(?:overall|current) progress\W{0,3}/i, ""));
  let after = body.slice(at).replace(/^Impact\W{0,3}/, "");
  const swapped = /(?:overall|current) progress\s{0,2}/i.exec(after);
  let progressText = before;
  if (swapped && before === "") {
    progressText = tidy(after.slice(swapped.index + swapped[0].length));
    after = after.slice(0, swapped.index);
  }
  return { overallProgress: orNull(progressText), impactNarrative: orNull(tidy(after)) };
}
