/** Words of published plans, kept apart from the code that looks for them. */

export const BY_WHEN_WORDS = {
  ongoing:
    /\b(?:on-?\s?going|continu(?:ous|ing|al)(?:ly)?|business as usual|bau|permanent(?:ly)?|throughout|no end date)\b/,
  recurring:
    /\b(?:dai|week|fortnight|(?:bi-?|six-?|three-?|two-?|6-?|3-?)?\s?month|quarter|term|(?:half-?|bi-?)?\s?year|annual|biannual)ly\b|\bannual\b|\b(?:each|every)\s+\w+|\bper (?:month|quarter|year|term)\b|\bat all\s+\w+|\brolling\b/,
  onward:
    /^\W{0,3}(?:onwards?|and on-?\s?going|(?:and )?then on-?\s?going|on-?\s?going|and (?:continuing|continuous|thereafter))\b/,
  revised: /\b(?:revised?|extended|re-?scheduled|amended|moved|changed|new date|slipped)\b/,
  formerly:
    /\b(?:was|previously|originally|original|formerly|(?:moved|revised|extended|changed|slipped|amended|delayed|postponed|deferred|put back|brought forward|re-?scheduled) from)\b/,
  /** Behind these a date is where counting starts, not when the action is due: "3 months from", "within six weeks of". */
  counted:
    /\b(?:\d{1,3}|a|one|two|three|four|five|six|nine|twelve)\s{1,2}(?:working\s)?(?:day|week|month|term|year)s?\s(?:from|after|of|following|since)\b/,
  /** Words that stand beside a bare year and say nothing more about it. */
  besideYear: new Set(
    "by on due before the end of in at date target year calendar financial during throughout from until to and or then revised completed complete december dec annual no later than latest".split(
      " ",
    ),
  ),
  /** In the form `letters()` gives. */
  completed: new Set([
    "complete",
    "completed",
    "done",
    "closed",
    "achieved",
    "actioncomplete",
    "nowcomplete",
    "nowcompleted",
  ]),
};

/** Words that make a name read like a post. */
export const POST_WORDS = new Set(
  "head heads director directors manager managers officer officers chair chairs chairperson lead leads leader chief executive superintendent supt inspector insp sergeant dci dcs dsu commissioner nurse nurses doctor coordinator coordinators co-ordinator principal headteacher headteachers ceo cex adviser advisor advisers advisors member portfolio holder secretary consultant practitioner supervisor deputy dass psw lado president governor governors registrar analyst administrator ad".split(
    " ",
  ),
);

/** A name with one of these at its end is not finished: "Head of", "Director for". */
export const JOINING_WORDS = new Set(["of", "for", "the", "to", "with", "in", "at", "-", "–", "’s", "'s"]);

export const SECTION_WORDS = {
  theme:
    /^\W{0,3}(?:theme|priority(?: area)?|section|workstream|work stream|domain|part|standard|pillar|strand|programme|focus area|key area|chapter)s?\b\W{0,4}(?:\d{1,3}|[a-h]|[ivx]{1,4}|one|two|three|four|five|six|seven|eight|nine|ten)?\b/i,
  /** Tolerates a first letter lost or misread where a conversion met bold type. */
  finding:
    /(?:^|[^a-z])(?:[a-z]{1,9} )?(?:recommendation|r?eas? (?:for|of) (?:development|improvement)|areas? (?:for|of) (?:development|improvement))\s{0,2}\d{0,3}\s{0,2}:/i,
  aim: /(?:^|[^a-z])(?:[a-z]{0,2}bjectives?|dejectives?|objectives?|ctive|aims?)\s{0,2}:/i,
};

/** One of these stands in the title of a document, such as "Improvement Plan 2025" or "Northbrook Council". */
export const TITLE_WORDS = /\b(?:plan|council|report|update|partnership)\b/i;

/** Page furniture: dropped without a word. */
export const FURNITURE = [
  /^page \d{1,4}(?: of \d{1,4})?$/i,
  /^\d{1,4}$/,
  /^this page is intentionally left blank\.?$/i,
  /^(?:official|restricted|not protectively marked|protect|confidential)\b.{0,40}$/i,
  /^(?:(?:b?rag )?(?:key|legend|rating key))\b\s{0,2}[:–-].*$/i,
  /^(?:grand )?totals?\b.{0,40}\d{1,4}$/i,
  /^(?:last updated|version|copyright|printed on)\b.{0,60}$/i,
  /^(?:continued|cont'?d\.?|continued overleaf)$/i,
  /^[-_=*\s|:]{2,}$/,
];

/** Where a document says how many actions it has. */
export const DECLARED_COUNTS = [
  /\b(?:plan|document|report)\s+(?:contains|containing|has|includes|comprises|consists of|sets out)\s+(?:a total of\s+)?(\d{1,4})\s+(?:improvement\s+)?actions\b/i,
  /\btotal\s+(?:number\s+of\s+)?actions\s{0,2}[:=]\s{0,2}(\d{1,4})\b/i,
];

export const COLOUR_WORDS: Record<string, "RED" | "AMBER" | "GREEN"> = {
  red: "RED",
  r: "RED",
  amber: "AMBER",
  a: "AMBER",
  yellow: "AMBER",
  orange: "AMBER",
  green: "GREEN",
  g: "GREEN",
};

/** Status words in the form `letters()` gives. */
export const STATUS_WORDS: Record<string, "NOT_STARTED" | "IN_PROGRESS" | "COMPLETED"> = {
  notstarted: "NOT_STARTED",
  notyetstarted: "NOT_STARTED",
  notcommenced: "NOT_STARTED",
  notbegun: "NOT_STARTED",
  tostart: "NOT_STARTED",
  planned: "NOT_STARTED",
  notdue: "NOT_STARTED",
  inprogress: "IN_PROGRESS",
  ongoing: "IN_PROGRESS",
  underway: "IN_PROGRESS",
  started: "IN_PROGRESS",
  commenced: "IN_PROGRESS",
  ontrack: "IN_PROGRESS",
  offtrack: "IN_PROGRESS",
  delayed: "IN_PROGRESS",
  slipped: "IN_PROGRESS",
  atrisk: "IN_PROGRESS",
  open: "IN_PROGRESS",
  active: "IN_PROGRESS",
  partiallycomplete: "IN_PROGRESS",
  partcomplete: "IN_PROGRESS",
  partiallycompleted: "IN_PROGRESS",
  partcompleted: "IN_PROGRESS",
  partlycomplete: "IN_PROGRESS",
  partlycompleted: "IN_PROGRESS",
  partially: "IN_PROGRESS",
  partial: "IN_PROGRESS",
  partly: "IN_PROGRESS",
  inpart: "IN_PROGRESS",
  overdue: "IN_PROGRESS",
  complete: "COMPLETED",
  completed: "COMPLETED",
  done: "COMPLETED",
  closed: "COMPLETED",
  achieved: "COMPLETED",
  delivered: "COMPLETED",
  actioncomplete: "COMPLETED",
  completeandembedded: "COMPLETED",
};

/** Narrative columns that hold two things under small headings. */
export const PROGRESS_HEADING = /^\W{0,3}(?:overall|current) progress\W{0,3}/i;
export const IMPACT_HEADING = /(?:^|[.:;)\n’'"]\s{0,2}|\s)(?:\uE000)?Impact\s?:?(?:\uE001)?:?\s{1,2}(?=[A-Z0-9•“"'(])/g;

/** How findings are cited, by source. A pattern ends before its numbers, which are read as a list. */
export const CITATIONS: {
  source: string;
  pattern: RegExp;
  label: (match: RegExpExecArray) => string;
  numbered: boolean;
}[] = [
  {
    source: "DFE_NOTICE",
    pattern:
      /\b(?:DfE|Department for Education)\s{1,3}(?:Improvement\s{1,3})?Notice\s{0,3}(?:paras?(?:graphs?)?\s{0,2})?/gi,
    label: () => "",
    numbered: true,
  },
  {
    source: "OFSTED",
    pattern: /\bOfsted\s{0,3}(PA|AI|AFI|AFD|para(?:graph)?|rec(?:ommendation)?)s?\.?\s{0,3}(?=\d)/gi,
    label: (match) => {
      const word = (match[1] ?? "").toLowerCase();
      if (word.startsWith("para")) return "Para ";
      return word.startsWith("rec") ? "Recommendation " : `${word.toUpperCase()} `;
    },
    numbered: true,
  },
  {
    source: "SERIOUS_CASE_REVIEW",
    pattern: /\b(?:SCR\s{0,2}DP|DP\s{0,2}SCR|SCR|LCSPR|CSPR)\s{0,3}(?:rec(?:ommendation)?s?\.?\s{0,2})?(?=\d)/gi,
    label: () => "",
    numbered: true,
  },
  { source: "PEER_REVIEW", pattern: /\bLGA\s{0,3}(?:PR|peer review)\b/gi, label: () => "LGA", numbered: false },
  {
    source: "JTAI",
    pattern: /\bJTAI\s{0,3}(?:paras?(?:graphs?)?|rec(?:ommendation)?s?|priority)?\.?\s{0,3}(?=\d)/gi,
    label: () => "",
    numbered: true,
  },
  {
    source: "HMICFRS",
    pattern: /\bHMICFRS\s{0,3}(?:paras?(?:graphs?)?|rec(?:ommendation)?s?|AFI)?\.?\s{0,3}(?=\d)/gi,
    label: () => "",
    numbered: true,
  },
  {
    source: "CQC",
    pattern: /\bCQC\s{0,3}(?:paras?(?:graphs?)?|rec(?:ommendation)?s?)?\.?\s{0,3}(?=\d)/gi,
    label: () => "",
    numbered: true,
  },
];
