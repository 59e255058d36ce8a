import type { AssignmentRole } from "../plan/index";
import { nameKey } from "./name-key";
import type { ReadLead } from "./reader/index";

/** A post as the partnership's records have it; `id` is minted for one that the file names for the first time. */
export interface KnownPost {
  id: string;
  title: string;
  key: string;
  agencyId: string | null;
}

/** An agency or a post for an action, in the order printed. `text` is null where the words are the agency's own name. */
export interface AssignmentValues {
  agencyId: string | null;
  postId: string | null;
  role: `${AssignmentRole}`;
  text: string | null;
}

/** What the partnership knows of agencies and posts, and a place to note a post that it does not know yet. */
export interface Who {
  agencyName(id: string): string | undefined;
  postById(id: string): KnownPost | undefined;
  /** The post of that title, made when it is new. */
  postNamed(title: string): KnownPost;
}

interface Named extends Omit<AssignmentValues, "role"> {
  bold: boolean;
  contributor: boolean;
}

/**
 * Who does what, from a lead cell. One name alone leads. Of several, the only one in bold leads and the others
 * contribute; without that, nobody can say, and all are unconfirmed in the order printed. Who stands in a column of
 * partners contributes. A name that the partnership
 * does not know is not guessed: it gives a doubt and no assignment, and still counts as one of the names.
 */
export function assignmentsOf(
  leads: readonly ReadLead[],
  who: Who,
): { assignments: AssignmentValues[]; doubts: string[] } {
  const doubts: string[] = [];
  const named: Named[] = [];
  const seen = new Map<string, Named>();
  let unknown = 0;
  let unknownBold = 0;
  for (const lead of leads) {
    const found = whoIs(lead, who);
    if (!found) {
      if (!lead.contributor) unknown += 1;
      if (!lead.contributor && lead.bold) unknownBold += 1;
      doubts.push(`${lead.contributor ? "partner" : "lead"} not recognised: ${shortened(lead.text.trim())}`);
      continue;
    }
    const key = `${found.agencyId ?? ""}/${found.postId ?? ""}`;
    const before = seen.get(key);
    if (before) {
      before.bold ||= found.bold;
      continue;
    }
    seen.set(key, found);
    named.push(found);
  }
  const leading = named.filter((one) => !one.contributor);
  const alone = leading.length + unknown === 1;
  const bold = leading.filter((one) => one.bold).length + unknownBold;
  const roleOf = (one: Named): `${AssignmentRole}` => {
    if (one.contributor) return "CONTRIBUTOR";
    if (alone) return "LEAD";
    if (bold !== 1) return "UNCONFIRMED";
    return one.bold ? "LEAD" : "CONTRIBUTOR";
  };
  return {
    assignments: named.map((one) => ({
      agencyId: one.agencyId,
      postId: one.postId,
      role: roleOf(one),
      text: one.text,
    })),
    doubts,
  };
}

function whoIs(lead: ReadLead, who: Who): Named | null {
  const text = lead.text.trim();
  const post =
    (lead.postKey === null ? undefined : who.postById(lead.postKey)) ??
    (lead.postTitle !== null && nameKey(lead.postTitle) !== "" ? who.postNamed(lead.postTitle.trim()) : undefined);
  if (post) {
    const agencyId = post.agencyId ?? knownAgency(lead, who);
    return {
      agencyId,
      postId: post.id,
      text: text === post.title ? null : text,
      bold: lead.bold,
      contributor: lead.contributor === true,
    };
  }
  const agencyId = knownAgency(lead, who);
  if (agencyId === null) return null;
  return {
    agencyId,
    postId: null,
    text: text === who.agencyName(agencyId) ? null : text,
    bold: lead.bold,
    contributor: lead.contributor === true,
  };
}

const knownAgency = (lead: ReadLead, who: Who) =>
  lead.agencyKey !== null && who.agencyName(lead.agencyKey) !== undefined ? lead.agencyKey : null;

const LONGEST = 120;

const shortened = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
