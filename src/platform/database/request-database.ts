import type { Pool, PoolClient } from "pg";
import { DatabaseError } from "pg";
import type { DataSource } from "typeorm";
import { BadInputError, DomainError } from "../errors/index";
import { cancelStatement } from "./cancel";
import { type Credential, entering, enteringStamped, type Reach } from "./context-statement";
import { preparedName, type Sending, sendingOn } from "./prepared";
import { nested } from "./rows";
import type { Surrounding } from "./surrounding";

export type { Credential, Reach, Subject, TokenHolder } from "./context-statement";

/** Called with the text of each statement sent and its values; tests and benchmarks count and explain with it. */
export type StatementListener = (text: string, values?: readonly unknown[]) => void;

/** The database cannot be reached or will not answer just now; nothing was changed. */
export class UnavailableError extends DomainError {
  constructor(override readonly cause?: unknown) {
    super("UNAVAILABLE", "The service cannot reach its database just now. Nothing was changed; try again in a minute.");
  }
}

/** The database was lost while a change was being committed: nobody knows whether it was made. */
export class UnknownOutcomeError extends DomainError {
  constructor(override readonly cause?: unknown) {
    super(
      "UNAVAILABLE",
      "The database was lost as this was being committed: it was done whole or not at all. Send it again with the same idempotency key, or look before you send it again without one.",
    );
  }
}

/** What was asked was done, and the answer to it could not be read. */
export class AnswerLostError extends DomainError {
  constructor(override readonly cause?: unknown) {
    super(
      "UNAVAILABLE",
      "This was done, and what came of it could not be read just now. Read it again, or send it again with the same idempotency key.",
    );
  }
}

/** Others were changing the same things, each time that it was tried. */
export class BusyError extends DomainError {
  constructor(override readonly cause?: unknown) {
    super("UNAVAILABLE", "Others are changing the same things just now. Nothing was changed; try again in a moment.");
  }
}

/** How an answer that is kept is looked up: the stamp that it must have now, and the token that was borne, if one was. */
export interface LookedUp {
  stamp: string | null;
  token: string | null;
  tokenLastUsedAt: string | null;
}

/** What the statement that says who is asking answers. */
interface Entered {
  entered?: string | null;
  stamp?: string | null;
}

/** What was read in a snapshot of its own. */
export interface AtOnce<R> {
  entered: string | null;
  rows: R[];
  /** Says that the answer is made of this: its stamp is that of this snapshot. */
  keep: () => void;
}

const saying = (call: string, reach: Reach | null, now: Date): string =>
  reach ? enteringStamped(call, reach, now, "entered::text as entered") : `select ${call}::text as entered`;

const SNAPSHOT = "begin isolation level repeatable read read only";
/** Something was asked for after the answer was given. */
class AnsweredError extends Error {}

/**
 * The rest of an answer that failed early may still ask, and nobody would close what it opened. It is left waiting: whoever
 * waited for it is gone, and a failure that nobody hears would end the process.
 */
const unheard = <T>(): Promise<T> => new Promise<T>(() => undefined);
const unlessAnswered = (error: unknown): Promise<never> => {
  if (error instanceof AnsweredError) return unheard();
  throw error;
};

const ignoreLoss = (): void => undefined;

/** Text with a NUL can be in no row, and PostgreSQL refuses to be asked for it. */
function requireStorable(values: readonly unknown[]): void {
  if (values.flat().some((value) => typeof value === "string" && value.includes("\0")))
    throw new BadInputError("Text may not hold the character U+0000.");
}

/** Whether a failure of `pg` says that the server cannot be had, and not that it refused the statement. */
export function isUnavailability(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return true;
  // 57: shutting down; 53: out of resources; 08: connection; 25006: read-only server
  return /^(57|53|08)/.test(error.code ?? "") || error.code === "25006";
}

/** Times that a change is tried which gets in the way of others, and by how many milliseconds the first two tries are apart, at most. */
const MOST_TRIES = 4;
const FIRST_PAUSE = 20;

/** Whether a transaction was given up for the sake of others: a deadlock, a serialization failure, a lock not had in time. */
const isContention = (error: unknown): boolean =>
  error instanceof DatabaseError && ["40001", "40P01", "55P03"].includes(error.code ?? "");

/** A moment by chance, longer with each try: those who met do not meet again. */
const pauseAfter = (tries: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.random() * FIRST_PAUSE * 2 ** (tries - 1)));

/** A statement was given up after STATEMENT_TIMEOUT_MS. */
export class TookTooLongError extends DomainError {
  constructor(override readonly cause?: unknown) {
    super("UNAVAILABLE", "This took too long and was given up. Nothing was changed; ask for less at once.");
  }
}

/** The caller closed the connection: nobody is left to answer, and what was under way is given up. */
export class CallerGoneError extends DomainError {
  constructor() {
    super("UNAVAILABLE", "The request was given up by its caller. Nothing was changed.");
  }
}

/**
 * One request's way to the database. The first statement opens a read-only snapshot and says who is asking; every later
 * one runs in it, in turn, since a connection answers one statement at a time. Reads see one moment of the data.
 */
export class RequestDatabase {
  private client: PoolClient | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  private opened: Promise<string | null> | undefined;
  private entered: string | null = null;
  private ended = false;
  private gone = false;
  /** Asks in this one's place, as somebody else. */
  private standIn: RequestDatabase | undefined;
  private sending: "nothing" | "statement" | "commit" = "nothing";
  private cancelling: Promise<void> | undefined;
  private reach: Reach | null = null;
  private stamps: (string | null)[] = [];
  private surrounding: Surrounding | "used" | null = null;
  /** Whether the last write was committed: what fails from then on is the reading of its answer. */
  private committed = false;

  constructor(
    private readonly source: DataSource,
    private readonly credential: Credential | null,
    readonly now: Date,
    private readonly onStatement: StatementListener = () => undefined,
  ) {}

  /** Asks for the stamp of an answer of this reach when the snapshot is opened; before anything else is asked. */
  stampFor(reach: Reach): void {
    this.reach = reach;
  }

  /** The stamp of the one snapshot that everything was read in; null where none was asked for, or there were several. */
  get stamp(): string | null {
    return this.stamps.length === 1 ? (this.stamps[0] ?? null) : null;
  }

  /** The stamp that an answer of this reach has now, in one round trip that leaves nothing open. */
  lookUp(reach: Reach): Promise<LookedUp> {
    return this.inTurn(async () => {
      const { call, shown } = entering(this.credential, this.now);
      const columns = `entered ->> 'token' as token, entered ->> 'tokenLastUsedAt' as "tokenLastUsedAt"`;
      const sent = [SNAPSHOT, enteringStamped(call, reach, this.now, columns), "commit"];
      await this.connect();
      try {
        for (const text of [SNAPSHOT, shown, "commit"]) this.onStatement(text);
        const results = await this.guarded(() => this.connection().query(sent.join("; ")));
        const found = (results as unknown as { rows: LookedUp[] }[])[1]?.rows[0];
        return found ?? { stamp: null, token: null, tokenLastUsedAt: null };
      } catch (error) {
        await this.abandon();
        throw error;
      } finally {
        this.release();
      }
    });
  }

  /** Opens the snapshot and gives what the subject holds here (`app.enter`), as JSON; null for somebody unknown. */
  enter(): Promise<string | null> {
    if (this.ended) return unheard();
    this.opened ??= this.inTurn(() => this.open());
    return this.opened.catch(unlessAnswered);
  }

  /**
   * What the subject holds here, and the rows of one statement (null: none is sent), in a snapshot of their own and in one
   * round trip that leaves nothing open: they are of one moment. `keep` makes it the one that the answer is of.
   */
  atOnce<R extends object>(text: string | null, values: unknown[]): Promise<AtOnce<R>> {
    return this.inTurn(async () => {
      requireStorable(values);
      const { call, shown } = entering(this.credential, this.now);
      await this.connect();
      const client = this.connection();
      let sending: Sending = { before: [], statement: "" };
      try {
        if (text !== null) sending = sendingOn(client, text, values);
        for (const one of [SNAPSHOT, shown]) this.onStatement(one);
        if (text !== null) this.onStatement(text, values);
        this.onStatement("commit");
        const context = saying(call, this.reach, this.now);
        const asked = text === null ? [] : [sending.statement];
        const sent = [SNAPSHOT, ...sending.before, context, ...asked, "commit"].join("; ");
        const results = (await this.guarded(() => client.query(sent))) as unknown as { rows: unknown[] }[];
        // a request to cancel may still be on its way: it must not find the connection with its next user
        if (this.hasLeft()) throw new CallerGoneError();
        const [said, found] = results.slice(sending.before.length + 1);
        const [entered] = said?.rows as [Entered?];
        return {
          entered: entered?.entered ?? null,
          rows: text === null ? [] : (found?.rows as R[]),
          keep: () => void this.stamps.push(entered?.stamp ?? null),
        };
      } catch (error) {
        await this.abandon();
        if (sending.before.length > 0) this.giveUpConnection();
        throw error;
      } finally {
        this.release();
      }
    });
  }

  /** Rows of one statement, in the snapshot. A column named `author.name` becomes a nested object `author`. */
  async query<R extends object>(text: string, values: unknown[] = []): Promise<R[]> {
    requireStorable(values);
    await this.enter();
    return this.inTurn(async () => {
      // what took its turn meanwhile may have given the connection back
      await this.open();
      return this.send<R>(text, values);
    }).catch(unlessAnswered);
  }

  /**
   * Lets `work` ask at the same moment as somebody else, on a handle of its own that is closed whatever happens. This one
   * gives its connection back first and its other statements wait: a request never holds two, so that many of them
   * cannot wait for each other's.
   */
  asAnother<T>(credential: Credential, work: (db: RequestDatabase) => Promise<T>): Promise<T> {
    return this.inTurn(async () => {
      if (this.ended) throw new AnsweredError();
      if (this.hasLeft()) throw new CallerGoneError();
      await this.leave();
      const other = new RequestDatabase(this.source, credential, this.now, this.onStatement);
      this.standIn = other;
      try {
        return await work(other);
      } finally {
        this.standIn = undefined;
        await other.end();
      }
    });
  }

  /** Begins one of the request's mutations: its one write is surrounded, where that is asked for, and a second is refused. */
  beginMutation(surrounding: Surrounding | null): void {
    this.surrounding = surrounding;
    this.committed = false;
  }

  /** Ends what was begun; what is written from now on is written plainly. */
  endMutation(): void {
    this.surrounding = null;
  }

  /**
   * One read-write transaction of its own: all of `work`, or nothing of it. Later reads see what it did. Where it gets in the
   * way of others (a deadlock), it is undone and tried anew, a few times: so `work` does nothing but by its statements, and
   * may run more than once.
   *
   * @throws {BusyError} where it got in the way each time. {UnknownOutcomeError} where the commit's answer was lost.
   */
  async write<T>(work: (query: RequestDatabase["query"]) => Promise<T>): Promise<T> {
    const surrounding = this.surrounding;
    if (surrounding === "used")
      throw new Error("a mutation with an idempotency key writes once: the key stands for it");
    if (surrounding) this.surrounding = "used";
    return this.inTurn(async () => {
      // in its turn, so that nothing asks meanwhile and opens what nobody would close
      await this.leave();
      for (let tries = 1; ; tries += 1) {
        try {
          return await this.transaction(work, surrounding);
        } catch (error) {
          if (!isContention(error)) throw error;
          if (tries === MOST_TRIES) throw new BusyError(error);
          await pauseAfter(tries);
        }
      }
    });
  }

  private async transaction<T>(
    work: (query: RequestDatabase["query"]) => Promise<T>,
    surrounding: Surrounding | null,
  ): Promise<T> {
    const send = <R extends object>(text: string, values?: unknown[]) => {
      requireStorable(values ?? []);
      return this.send<R>(text, values);
    };
    try {
      await this.begin("begin");
      const instead = await surrounding?.before(send);
      const result = instead ? (instead.result as T) : await work(send);
      await this.commit(surrounding && !instead ? surrounding.after(result) : null);
      this.committed = true;
      return result;
    } catch (error) {
      await this.abandon();
      throw error;
    } finally {
      this.release();
    }
  }

  /** Commits, together with a last statement if there is one: locks that are held by now are not held for its round trip. */
  private async commit(last: string | null): Promise<void> {
    if (last !== null) this.onStatement(last);
    this.onStatement("commit");
    const sent = last === null ? "commit" : `${last}; commit`;
    const results = (await this.guarded(() => this.connection().query(sent), "commit")) as unknown;
    const [done] = [results].flat().slice(-1) as { command?: string }[];
    // a statement had failed and nobody said so: PostgreSQL then takes a commit for a rollback
    if (done?.command === "ROLLBACK") throw new Error("a transaction was committed in which a statement had failed");
  }

  /** Ends the request: gives the connection back and asks nothing more. Safe to call twice. */
  async end(): Promise<void> {
    this.ended = true;
    await this.close();
  }

  /**
   * Nobody waits for the answer any more: the statement under way is cancelled and none is sent after it, so that what it
   * belongs to is undone. A commit is left to finish: it is whole or nothing either way, and nearly done.
   */
  abandonedByCaller(): void {
    if (this.gone || this.ended) return;
    this.gone = true;
    this.standIn?.abandonedByCaller();
    if (this.client && this.sending === "statement") this.cancelling = cancelStatement(this.client);
  }

  /** Ends the snapshot and gives the connection back; what is asked later opens another. Safe when nothing was opened. */
  async close(): Promise<void> {
    await this.inTurn(() => this.leave());
  }

  private async leave(): Promise<void> {
    this.opened = undefined;
    if (!this.client) return;
    try {
      await this.send("commit");
    } catch {
      await this.abandon();
    } finally {
      this.release();
    }
  }

  /** The snapshot, opened unless it is. Called in turn. */
  private async open(): Promise<string | null> {
    if (this.ended) throw new AnsweredError();
    if (!this.client) this.entered = await this.begin(SNAPSHOT, this.reach);
    return this.entered;
  }

  private async begin(start: string, reach: Reach | null = null): Promise<string | null> {
    const { call, shown } = entering(this.credential, this.now);
    const context = saying(call, reach, this.now);
    await this.connect();
    // one round trip: both statements travel together
    this.onStatement(start);
    this.onStatement(shown);
    const results = await this.guarded(() => this.connection().query(`${start}; ${context}`));
    const [, found] = results as unknown as { rows: Entered[] }[];
    const row = found?.rows[0];
    this.stamps.push(row?.stamp ?? null);
    return row?.entered ?? null;
  }

  private async connect(): Promise<void> {
    const { master } = this.source.driver as unknown as { master: Pool };
    try {
      this.client = await new Promise<PoolClient>((take, fail) => {
        master.connect((error, client) => {
          if (!client) {
            fail(error ?? new Error("no connection"));
            return;
          }
          // heard from the first: a server that stops may say so in the bytes that say it is ready, and a connection may
          // be lost between two statements; the next one then fails, and the process goes on
          client.on("error", ignoreLoss);
          take(client);
        });
      });
    } catch (error) {
      throw this.unavailable(error);
    }
  }

  private unavailable(cause?: unknown): DomainError {
    return this.committed ? new AnswerLostError(cause) : new UnavailableError(cause);
  }

  private async send<R extends object>(text: string, values: unknown[] = []): Promise<R[]> {
    this.onStatement(text, values);
    const name = values.length > 0 ? preparedName(text) : undefined;
    const { rows } = await this.guarded(
      () => this.connection().query<R>({ name, text, values }),
      text === "commit" ? "commit" : "statement",
    );
    return nested(rows);
  }

  private hasLeft(): boolean {
    return this.gone;
  }

  private connection(): PoolClient {
    if (!this.client) throw this.unavailable();
    return this.client;
  }

  /** A lost connection is told apart from a statement that failed, and both from a caller who left. */
  private async guarded<T>(send: () => Promise<T>, sending: "statement" | "commit" = "statement"): Promise<T> {
    if (this.hasLeft()) throw new CallerGoneError();
    this.sending = sending;
    try {
      return await send();
    } catch (error) {
      if (error instanceof DomainError) throw error;
      if (this.hasLeft()) throw new CallerGoneError();
      if (error instanceof DatabaseError && error.code === "57014")
        throw this.committed ? new AnswerLostError(error) : new TookTooLongError(error);
      // the server says so itself where it gave up the commit
      if (sending === "commit" && !(error instanceof DatabaseError && error.severity === "ERROR"))
        throw new UnknownOutcomeError(error);
      throw isUnavailability(error) ? this.unavailable(error) : error;
    } finally {
      this.sending = "nothing";
    }
  }

  private async abandon(): Promise<void> {
    // a request to cancel that is still on its way would hit whatever the connection does next
    await this.cancelling;
    await this.client?.query("rollback").catch(() => this.giveUpConnection());
  }

  /** Closes the connection, of which it is not known what it has kept: the next one is a new one. */
  private giveUpConnection(): void {
    this.client?.removeListener("error", ignoreLoss);
    this.client?.release(true);
    this.client = undefined;
  }

  private release(): void {
    this.client?.removeListener("error", ignoreLoss);
    this.client?.release();
    this.client = undefined;
    this.opened = undefined;
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(work, work);
    this.turn = mine.catch(() => undefined);
    return mine;
  }
}
