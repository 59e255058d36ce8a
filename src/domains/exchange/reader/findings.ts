import type { ReadFinding } from "./types";
import { CITATIONS } from "./words";

const NUMBER = /^\d{1,3}(?:\.\d{1,3})?(?![\d%])/;
const NEXT = /^\s{0,3}(?:,|and|&|\/)\s{0,3}(?=\d{1,3}(?:\.\d{1,3})?\s{0,2}(?:[,)/&.;]|and\b|$))/;

/** Findings cited in a text, each source with each of its numbers: "(Ofsted PA 27 and 29 / SCR DP 16.5)" cites three. */
export function citedFindings(text: string | null): ReadFinding[] {
  if (text === null) return [];
  const found: ReadFinding[] = [];
  const add = (source: string, reference: string): void => {
    if (!found.some((other) => other.source === source && other.reference === reference))
      found.push({ source, reference });
  };
  for (const { source, pattern, label, numbered } of CITATIONS) {
    for (const match of text.matchAll(pattern)) {
      if (!numbered) {
        add(source, label(match));
        continue;
      }
      let rest = text.slice(match.index + match[0].length, match.index + match[0].length + 200);
      for (let number = NUMBER.exec(rest)?.[0]; number !== undefined; number = NUMBER.exec(rest)?.[0]) {
        add(source, `${label(match)}${number}`);
        rest = rest.slice(number.length);
        const joint = NEXT.exec(rest)?.[0];
        if (joint === undefined) break;
        rest = rest.slice(joint.length);
      }
    }
  }
  return found;
}

/** Paragraphs of the inspection report that a heading cites without naming it again: "(Para 17)". */
export function citedParagraphs(text: string): ReadFinding[] {
  return [
    ...text.matchAll(
      /\(\s{0,2}paras?(?:graphs?)?\.?\s{0,3}(\d{1,3}(?:\s{0,2}(?:,|and|&)\s{0,2}\d{1,3}){0,9})\s{0,2}\)?/gi,
    ),
  ].flatMap((match) =>
    (match[1] ?? "").split(/\D+/).map((number) => ({ source: "OFSTED", reference: `Para ${number}` })),
  );
}

export function mergedFindings(...lists: ReadFinding[][]): ReadFinding[] {
  const all = lists.flat();
  return all.filter(
    (finding, index) =>
      all.findIndex((other) => other.source === finding.source && other.reference === finding.reference) === index,
  );
}
