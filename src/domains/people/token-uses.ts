import type { Logger } from "pino";
import type { DataSource } from "typeorm";
import { type Credential, RequestDatabase } from "../../platform/database/request-database";
import type { RequestContext } from "../access/index";

/** A token's last use is kept to within this many milliseconds. */
const KEPT_TO = 60_000;
/** Tokens known to have let somebody in; the one that did so the longest ago is forgotten first. */
const MOST_KNOWN = 10_000;

/** What is told of a request that was let in. */
type LetIn = Pick<RequestContext, "credential" | "now"> & { actor: Pick<RequestContext["actor"], "token"> };

/** Keeps when each service token was last used: beside the answer, in a transaction of its own, at most once a minute. */
export class TokenUses {
  private readonly writing = new Map<string, Promise<void>>();
  private readonly known = new Set<string>();

  constructor(
    private readonly source: DataSource,
    private readonly log: Logger,
  ) {}

  /** Whether this process has let somebody in by this token: until then it is text that anybody can make up. */
  isKnown = (credential: Credential): boolean => "tokenHash" in credential && this.known.has(credential.tokenHash);

  /** Notes that the request was let in by its token, if it was. Never waits and never fails: a failure is logged. */
  note({ actor: { token }, credential, now }: LetIn): void {
    if (!token || !credential) return;
    if ("tokenHash" in credential) this.remember(credential.tokenHash);
    if (this.writing.has(token.id)) return;
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

  private remember(tokenHash: string): void {
    this.known.delete(tokenHash);
    this.known.add(tokenHash);
    const [oldest] = this.known;
    if (this.known.size > MOST_KNOWN && oldest !== undefined) this.known.delete(oldest);
  }

  /** Once everything noted so far is written: for before the database is closed. */
  async settled(): Promise<void> {
    await Promise.all(this.writing.values());
  }
}
