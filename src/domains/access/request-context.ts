import type { DataSource } from "typeorm";
import type { RequestDatabase } from "../../platform/database/request-database";
import type { Cursors } from "../../platform/graphql/cursor";
import type { Tier } from "../../platform/graphql/exposed";
import type { Actor } from "../identity/index";

/** A field that was withheld, once per type and field however many rows; what `extensions.redactions` lists. */
export interface Redaction {
  type: string;
  field: string;
  requires: Tier;
}

/** What one request stands on. Made anew for each; nothing in it outlives the request. */
export class RequestContext {
  private readonly made = new Map<unknown, unknown>();
  private readonly withheld = new Map<string, Redaction>();
  /** Set by `enterAs` before anything is resolved. */
  actor: Actor = { person: null, label: null, memberships: [] };

  constructor(
    readonly requestId: string,
    readonly db: RequestDatabase,
    readonly source: DataSource,
    readonly cursors: Cursors,
    readonly now: Date,
    readonly signedIn: boolean,
  ) {}

  /** The loaders (or anything else a domain keeps for one request) that `make` gives; made at the first use. */
  use<T>(make: (context: RequestContext) => T): T {
    if (!this.made.has(make)) this.made.set(make, make(this));
    return this.made.get(make) as T;
  }

  /** Forgets what was loaded, after a write. */
  forget(): void {
    this.made.clear();
  }

  withhold(redaction: Redaction): void {
    this.withheld.set(`${redaction.type}.${redaction.field}`, redaction);
  }

  /** Withheld fields, sorted by type and field. */
  get redactions(): Redaction[] {
    return [...this.withheld.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, redaction]) => redaction);
  }
}
