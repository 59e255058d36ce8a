import type { DataSource } from "typeorm";
import { type Credential, RequestDatabase } from "../../platform/database/request-database";
import type { Cursors } from "../../platform/graphql/cursor";
import type { Tier } from "../../platform/graphql/exposed";
import { globalId } from "../../platform/graphql/ids";
import { type Actor, actorAsOf, ANONYMOUS, type HeldGrant } from "../identity/index";
import type { PolicyField } from "./policy";

/** A field that was withheld, once per type and field however many rows; what `extensions.redactions` lists. */
export interface Redaction {
  type: string;
  field: string;
  requires: Tier;
  /** Id of the grant that denies it, where one does: `FieldGrant`. */
  deniedBy?: string;
}

/** Redactions by the name of their field. */
export type WithheldNotes = ReadonlyMap<string, Redaction>;

const contextsThen = () => new Map<string, RequestContext>();

/** What one request stands on. Made anew for each. */
export class RequestContext {
  private readonly made = new Map<unknown, unknown>();
  private readonly verdicts = new Map<unknown, Map<string, unknown>>();
  private readonly withheld = new Map<string, Redaction>();
  /** Set by `startAs` before anything is resolved. */
  actor: Actor = ANONYMOUS;
  /** The header Idempotency-Key, where it was sent. */
  idempotencyKey: string | undefined;

  constructor(
    readonly requestId: string,
    readonly db: RequestDatabase,
    readonly source: DataSource,
    readonly cursors: Cursors,
    readonly now: Date,
    readonly credential: Credential | null,
  ) {}

  /** The loaders (or anything else a domain keeps for one request) that `make` gives; made at the first use. */
  use<T>(make: (context: RequestContext) => T): T {
    if (!this.made.has(make)) this.made.set(make, make(this));
    return this.made.get(make) as T;
  }

  /**
   * Lets `work` see what somebody else would see at this moment: a context of its own, with loaders and a database handle
   * of its own, read-only and closed whatever happens. Nothing of this context is in it.
   */
  asAnother<T>(credential: Credential, work: (context: RequestContext) => Promise<T>): Promise<T> {
    return this.db.asAnother(credential, (db) =>
      work(new RequestContext(this.requestId, db, this.source, this.cursors, this.now, credential)),
    );
  }

  /**
   * A context for what is decided for this caller and outlives the request: of the same actor, with nothing of the request in
   * it, and with a database that answers nobody.
   */
  forWhatIsKept(): RequestContext {
    const db = new RequestDatabase(this.source, this.credential, this.now);
    void db.end();
    const kept = new RequestContext("", db, this.source, this.cursors, this.now, this.credential);
    kept.startAs(this.actor);
    return kept;
  }

  /** Begins again as what the database says of whoever asks: nothing of what was made or decided before counts. */
  startAs(actor: Actor): void {
    this.actor = actor;
    for (const kept of [this.made, this.verdicts, this.withheld]) kept.clear();
  }

  /**
   * The same request of the same caller, for rows as they were known at an instant: what grants allow counts where they did
   * so then and do so today, and what they deny where they did so on either day.
   */
  knownAt(instant: string): RequestContext {
    const made = this.use(contextsThen);
    const known = made.get(instant) ?? made.get(new Date(instant).toISOString());
    if (known) return known;
    const then = Object.create(this, {
      actor: { value: actorAsOf(this.actor, new Date(instant)), enumerable: true },
      verdicts: { value: new Map() },
    }) as RequestContext;
    made.set(new Date(instant).toISOString(), then);
    return then;
  }

  /** Forgets what was loaded, after a write. */
  forget(): void {
    this.made.clear();
  }

  /** What `decide` gives of a question and what it is about, decided once in the request. */
  settled<T>(question: object, about: string, decide: () => T): T {
    let known = this.verdicts.get(question);
    if (!known) this.verdicts.set(question, (known = new Map<string, unknown>()));
    if (!known.has(about)) known.set(about, decide());
    return known.get(about) as T;
  }

  /** What was decided of it, if anything was. */
  alreadySettled(question: object, about: string): unknown {
    return this.verdicts.get(question)?.get(about);
  }

  /** Notes that a field was withheld, by its tier or by the grant that denies it. */
  withhold({ type, field, tier }: PolicyField, grant: HeldGrant | null): void {
    this.withheld.set(`${type}.${field}`, {
      type,
      field,
      requires: tier,
      ...(grant && { deniedBy: globalId("FieldGrant", grant.id) }),
    });
  }

  /** Gives what was noted as withheld so far, and begins anew. */
  takeWithheld(): WithheldNotes {
    const notes = new Map(this.withheld);
    this.withheld.clear();
    return notes;
  }

  /** Notes what was noted elsewhere. */
  addWithheld(notes: WithheldNotes): void {
    for (const [name, redaction] of notes) this.withheld.set(name, redaction);
  }

  /** Withheld fields, sorted by type and field. */
  get redactions(): Redaction[] {
    return [...this.withheld.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, redaction]) => redaction);
  }
}
