import type { PlanReading, ReadAction, ReadByWhen, ReadLead } from "../../src/domains/exchange/reader/index";

/** A by-when as the reader gives it: a day, or words that name none. */
export function byWhen(text: string, more: Partial<ReadByWhen> = {}): ReadByWhen {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text);
  return {
    text,
    kind: day ? "DUE" : "UNKNOWN",
    start: null,
    end: day ? text : null,
    precision: day ? "DAY" : null,
    label: null,
    revised: false,
    ...more,
  };
}

export const lead = (text: string, more: Partial<ReadLead> = {}): ReadLead => ({
  text,
  agencyKey: null,
  postKey: null,
  postTitle: null,
  bold: false,
  ...more,
});

const absent = { columnPresent: false, value: null, text: null };

export function action(reference: string, more: Partial<ReadAction> = {}): ReadAction {
  return {
    reference,
    title: `Action ${reference}`,
    description: null,
    desiredOutcome: null,
    objectiveReference: null,
    themeTitle: null,
    byWhen: byWhen("2019-03-31"),
    originalByWhen: null,
    milestones: [],
    leads: [],
    measure: null,
    successCriteria: null,
    overallProgress: null,
    impactNarrative: null,
    delivery: absent,
    impact: absent,
    status: absent,
    findings: [],
    sheet: null,
    lines: { from: 2, to: 2 },
    doubts: [],
    ...more,
  };
}

/** A reading of these actions, as if they stood in a file. */
export function reading(actions: ReadAction[], more: Partial<PlanReading> = {}): PlanReading {
  return {
    format: "CSV",
    themes: [],
    objectives: [],
    actions,
    report: {
      declared: null,
      recovered: actions.length,
      references: actions.map(({ reference }) => reference),
      doubtful: [],
      unplaced: [],
      missing: [],
      unknownAgencies: [],
      columns: [],
      objectives: 0,
      themes: [],
      notes: [],
    },
    ...more,
  };
}
