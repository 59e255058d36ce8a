/** What a message says of its subject: what its recipient may read of it now. */
export interface Described {
  /** What it is called in a plan or a tracker. */
  reference: string;
  /** Null where the recipient may not read it. */
  title: string | null;
  /** The recipient may not read how it stands: when what is asked of whom is not said either. */
  withheld?: boolean;
  /** Further lines, each a label and words; lines without words are left out. */
  more?: readonly (readonly [label: string, words: string | null | undefined])[];
}

/**
 * How subjects of one type are told of: what is asked of the API about one, in the recipient's name, and what is made of the
 * answer. What is withheld from the recipient is null in it; there is no other way to words than this question.
 */
export interface Subject {
  /** "Action", "Challenge": what stands before the reference. */
  noun: string;
  /** Selection on the type in GraphQL. */
  selection: string;
  describe: (answered: never) => Described;
}

const subjects = new Map<string, Subject>();

/** Lets notifications be about a type; each domain says it of its own, once. */
export function registerSubject(type: string, subject: Subject): void {
  if (subjects.has(type)) throw new Error(`it is said twice how a ${type} is told of`);
  subjects.set(type, subject);
}

export const isSubject = (type: string): boolean => subjects.has(type);

/** How subjects of a type are told of. */
export function subjectOf(type: string): Subject {
  const found = subjects.get(type);
  if (!found) throw new Error(`no domain describes a ${type}`);
  return found;
}
