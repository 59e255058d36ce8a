import type { Logger } from "pino";
import type { DataSource } from "typeorm";
import { RequestDatabase } from "../../platform/database/request-database";
import type { RequestContext } from "../access/index";

/** A token's last use is kept to within this many milliseconds. */
const KEPT_TO = 60_000;

/** What is told of a request that was let in. */
type LetIn = Pick<RequestContext, "credential" | "now"> & { actor: Pick<RequestContext["actor"], "token"> };

/** Keeps when each service token was last used: beside the answer, in a transaction of its own, at most once a minute. */
export class TokenUses {
  private readonly writing = new Map<string, Promise<void>>();

  constructor(
    private readonly source: DataSource,
    private readonly log: Logger,
  ) {}

  /** Notes that the request was let in by its token, if it was. Never waits and never fails: a failure is logged. */
  note({ actor: { token }, credential, now }: LetIn): void {
    if (!token || !credential || this.writing.has(token.id)) return;
    if (token.lastUsedAt && now.getTime() - token.lastUsedAt.getTime() < KEPT_TO) return;
    const { id } = token;
    const written = new Promise<void>((resolve) => {
      // the answer does not wait for this
      setImmediate(() => {
        const db = new RequestDatabase(this.source, credential, now);
        db.write((send) => send("update service_token set last_used_at = $2 where id = $1", [id, now]))
          .catch((error: unknown) => this.log.warn({ err: error }, "a token's last use was not kept"))
          .finally(() => {
            this.writing.delete(id);
            resolve();
          });
      });
    });
    this.writing.set(id, written);
  }

  /** Once everything noted so far is written: for before the database is closed. */
  async settled(): Promise<void> {
    await Promise.all(this.writing.values());
  }
}
