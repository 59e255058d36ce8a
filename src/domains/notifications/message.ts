import { instantInWords, weekdayInWords } from "../../platform/days-in-words";
import { KINDS, NotificationKind } from "./kinds";
import type { Asked, AskedBy, FoundBy, NotificationDetail } from "./notify";
import type { Described } from "./subjects";

/** One notification as its recipient may read it at the moment of sending. */
export interface Told extends Described {
  kind: NotificationKind;
  noun: string;
  /** Name of the partnership that it is of. */
  partnership: string;
  detail: NotificationDetail;
  /** Name of the agency that is asked; null where none is, or the recipient may not see it. */
  agency: string | null;
  /** Where it can be looked at; null where no page is configured. */
  link: string | null;
}

/** A message without its addresses. */
export interface Written {
  subject: string;
  text: string;
  html: string;
}

/** What no title may do: break a line, or turn the writing round. */
const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;
const plain = (words: string): string => words.replace(CONTROLS, " ").replace(/ +/g, " ").trim();

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escaped = (words: string): string => words.replace(/[&<>"']/g, (one) => ENTITIES[one] ?? one);

const headline = ({ kind, noun, reference }: Told): string => plain(`${noun} ${reference} ${KINDS[kind].happened}`);

/** When it is asked for, in words; null where no day was told. */
function byWhen({ by, byDay, provisional }: AskedBy): string | null {
  const words = by ? instantInWords(new Date(by)) : byDay ? weekdayInWords(byDay) : null;
  return words && provisional ? `${words} (may move: bank holidays of that year are not published yet)` : words;
}

const TO_BE: Readonly<Record<Asked, string>> = {
  ACKNOWLEDGE: "acknowledged",
  RESPOND: "answered",
  DECIDE: "decided",
};

/** What the day is: "Due by", "To be acknowledged by", "Was to be acknowledged by". */
const byLabel = (kind: NotificationKind, { asked }: AskedBy): string =>
  asked ? `${kind === NotificationKind.OVERDUE ? "Was to" : "To"} be ${TO_BE[asked]} by` : KINDS[kind].by;

/** What a rule found, in words that name no more than what rules of its kind look for. */
const FOUND: Readonly<Record<FoundBy, string>> = {
  OVERDUE: "The by-when has passed",
  NO_UPDATE: "No update was submitted for a period",
  IMPACT_RED_TWICE: "Impact was rated red twice running",
  STALE: "A rating is older than the reporting cadence",
  ATTENDANCE_BELOW_TARGET: "The newest observation does not meet its target",
  RETURN_NOT_RECEIVED: "Nothing was submitted for a period on any action that the agency leads",
};

/** The lines under a headline. */
function linesOf({ kind, detail, agency, title, withheld = false, more = [] }: Told): [label: string, words: string][] {
  const lines: (readonly [string, string | null | undefined])[] = [
    ["About", title],
    ["Stage", withheld ? null : detail.stage?.toString()],
    ["Asked", withheld ? null : agency],
    ...[detail, detail.then ?? {}].map((asked) => [byLabel(kind, asked), withheld ? null : byWhen(asked)] as const),
    ["Found", detail.found && !withheld ? FOUND[detail.found] : null],
    ["Since", detail.since && !withheld ? weekdayInWords(detail.since) : null],
    ...more,
  ];
  return lines.flatMap(([label, words]) => (words ? [[label, plain(words)] as [string, string]] : []));
}

const WHY =
  "You are told because of your part in this work. How you are told, and whether, is yours to choose in your notification settings.";

/** Dark on white, one column that fits a telephone; what is said is said in words and never by a colour. */
const STYLE = {
  body: "margin:0;padding:16px;background:#ffffff;color:#1a1a1a;font:16px/1.5 Arial,Helvetica,sans-serif",
  page: "max-width:600px;margin:0 auto",
  h1: "font-size:22px;line-height:1.3;margin:0 0 16px",
  h2: "font-size:18px;line-height:1.3;margin:24px 0 8px",
  h3: "font-size:16px;line-height:1.3;margin:20px 0 4px",
  lines: "margin:0 0 8px;padding:0;list-style:none",
  line: "margin:0 0 4px",
  link: "color:#0b4a8f;text-decoration:underline",
  foot: "margin:32px 0 0;padding:16px 0 0;border-top:1px solid #595959;color:#404040;font-size:14px",
};

const page = (title: string, body: string, foot: string): string =>
  `<!doctype html>
<html lang="en-GB">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escaped(title)}</title></head>
<body style="${STYLE.body}">
<main style="${STYLE.page}">
<h1 style="${STYLE.h1}">${escaped(title)}</h1>
${body}
<p style="${STYLE.foot}">${escaped(foot)}</p>
</main>
</body>
</html>
`;

function inHtml(told: Told, heading: string): string {
  const lines = linesOf(told).map(
    ([label, words]) => `<li style="${STYLE.line}"><strong>${escaped(label)}:</strong> ${escaped(words)}</li>`,
  );
  const what = `${told.noun} ${plain(told.reference)}`;
  const link =
    told.link && `<p><a href="${escaped(told.link)}" style="${STYLE.link}">${escaped(`Open ${what}`)}</a></p>`;
  return [heading, `<ul style="${STYLE.lines}">`, ...lines, "</ul>", link].filter(Boolean).join("\n");
}

function inText(told: Told, heading: string | null): string {
  const lines = linesOf(told).map(([label, words]) => `${label}: ${words}`);
  return [heading, ...lines, told.link && `Open: ${told.link}`].filter(Boolean).join("\n");
}

/** Notifications that one message lists. */
const LISTED = 200;

/** One message of all that is told, by partnership; of what it does not list it says how many there are. What it is about is named in it and not in its subject line, but for references. */
export function write(all: readonly Told[], digestOf: string | null): Written {
  const [first] = all;
  if (!first) throw new Error("a message says something");
  const alone = all.length === 1;
  const count = `${all.length} notifications`;
  const subject = alone ? headline(first) : digestOf ? `${count} for ${weekdayInWords(digestOf)}` : count;
  const listed = all.slice(0, LISTED);
  const partnerships = [...new Set(listed.map(({ partnership }) => partnership))];
  const text: string[] = [subject];
  const html: string[] = [];
  for (const partnership of partnerships) {
    text.push(plain(partnership));
    html.push(`<h2 style="${STYLE.h2}">${escaped(plain(partnership))}</h2>`);
    for (const told of listed.filter((one) => one.partnership === partnership)) {
      text.push(inText(told, alone ? null : headline(told)));
      html.push(inHtml(told, alone ? "" : `<h3 style="${STYLE.h3}">${escaped(headline(told))}</h3>`));
    }
  }
  if (all.length > LISTED) {
    const rest = `These are the first ${LISTED}. The other ${all.length - LISTED} are among your notifications in Golden Thread.`;
    text.push(rest);
    html.push(`<p>${escaped(rest)}</p>`);
  }
  return { subject, text: [...text, "--", WHY].join("\n\n") + "\n", html: page(subject, html.join("\n"), WHY) };
}

/** The message by which somebody shows that an address is theirs. */
export function writeCode(code: string, until: Date): Written {
  const subject = "Confirm your address for notifications";
  const lines = [
    "Somebody who is signed in to Golden Thread asked for notifications to be sent to this address.",
    `If that was you, enter this code by ${instantInWords(until)}:`,
  ];
  const foot = "If it was not you, do nothing: without the code nothing more is sent here.";
  return {
    subject,
    text: [subject, ...lines, code, "--", foot].join("\n\n") + "\n",
    html: page(
      subject,
      `${lines.map((line) => `<p>${escaped(line)}</p>`).join("\n")}\n<p style="font-size:22px"><strong>${escaped(code)}</strong></p>`,
      foot,
    ),
  };
}
