/** Sends one statement of the transaction under way. */
export type Send = <R extends object>(text: string, values?: unknown[]) => Promise<R[]>;

/** What stands around the work of a write, in its transaction. */
export interface Surrounding {
  /** What stands in the place of the work, which is then not done; null where it is to be done. May be asked again, in another transaction. */
  before(send: Send): Promise<{ result: unknown } | null>;
  /** A statement that is sent together with the commit, made of what the work gave. */
  after(result: unknown): string;
}
