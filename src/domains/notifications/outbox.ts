import { hash, randomBytes, randomUUID } from "node:crypto";
import type { DataSource, QueryRunner } from "typeorm";
import type { Clock } from "../../platform/clock";
import { asOperator } from "../../platform/database/as-operator";
import { retried } from "../../platform/database/retried";
import type { Subject } from "../../platform/database/request-database";
import { CALENDAR_OF, namedCalendar } from "../calendars/index";
import { gather, isSpent, type Limits, type Waiting } from "./gathering";
import { type Chosen, NotificationProblem, NotificationState } from "./kinds";
import type { NotificationRow } from "./notification.entity";
import { minutesAfter, nextTry } from "./sending-times";

/**
 * For so long a message is its sender's. Handing one over takes at most a few times half a minute; where its sender has died,
 * another takes it up after that.
 */
const LEASE_MINUTES = 10;
/** Notifications that one message is made of, at most; of many it lists the first (message.ts) and counts the others. */
const MOST = 1_000;

export type Pending = Waiting &
  Pick<NotificationRow, "partnershipId" | "subjectType" | "subjectId" | "detail" | "lastError">;

/** A message to be sent now, by whoever claimed it. */
export interface Claimed {
  /** The same whenever it is tried. */
  message: string;
  digest: boolean;
  attempts: number;
  firstTriedAt: Date;
  recipient: Subject;
  address: string;
  notifications: Pending[];
}

interface RecipientRow extends Subject {
  address: string | null;
  chosen: Chosen;
  lastSentAt: Date | null;
  lastDigestAt: Date | null;
}

const rowsOf = <R extends object>(runner: QueryRunner, text: string, values: unknown[]): Promise<R[]> =>
  runner.query(text, values) as Promise<R[]>;

/** The outbox, as the operator of no partnership sees it: who is to be told, and nothing of what. */
export class Outbox {
  constructor(
    private readonly source: DataSource,
    private readonly clock: Clock,
    private readonly limits: Limits,
  ) {}

  /** Those for whom something is due, longest waiting first. */
  due(limit: number): Promise<string[]> {
    return this.inTurn(async (runner, now) =>
      (
        await rowsOf<{ person: string }>(
          runner,
          `select n.person_id as person from notification n where n.state = 'PENDING' and n.next_try_at <= $1
           group by n.person_id order by min(n.next_try_at), n.person_id limit $2`,
          [now, limit],
        )
      ).map(({ person }) => person),
    );
  }

  /**
   * Claims the message that is due to somebody now, in a short transaction of its own; null where none is, or another sender
   * has them in hand. What is not due waits for when it will be, and what nobody wants is dropped.
   */
  claim(person: string): Promise<Claimed | null> {
    return this.inTurn(async (runner, now) => {
      const [turn] = await rowsOf<{ mine: boolean }>(
        runner,
        "select pg_try_advisory_xact_lock(hashtextextended('notifications of ' || $1, 0)) as mine",
        [person],
      );
      if (!turn?.mine) return null;
      const rows = await rowsOf<Omit<Pending, "calendar"> & { calendar: string }>(
        runner,
        `select n.id, n.partnership_id as "partnershipId", n.kind, n.subject_type as "subjectType", n.subject_id as "subjectId", n.detail, n.at,
           n.next_try_at as "nextTryAt", n.message, n.digest, n.attempts, n.first_tried_at as "firstTriedAt", n.last_error as "lastError",
           ${CALENDAR_OF("n")} as calendar,
           (select p.every_minutes from notification_policy p where p.partnership_id = n.partnership_id) as "everyMinutes"
         from notification n where n.person_id = $1 and n.state = 'PENDING' order by n.message nulls last, n.next_try_at <= $2 desc, n.at, n.id limit ${MOST} for update skip locked`,
        [person, now],
      );
      const query = <R extends object>(text: string, values: unknown[] = []) => rowsOf<R>(runner, text, values);
      const waiting: Pending[] = [];
      for (const row of rows) waiting.push({ ...row, calendar: await namedCalendar(query, row.calendar) });
      const [recipient] = await rowsOf<RecipientRow>(
        runner,
        `select p.issuer, p.subject, a.address,
           (select coalesce(jsonb_object_agg(c.about, c.how), '{}') from notification_preference c where c.person_id = p.id) as chosen,
           (select max(n.sent_at) from notification n where n.person_id = p.id and n.state = 'SENT') as "lastSentAt",
           (select max(n.sent_at) from notification n where n.person_id = p.id and n.state = 'SENT' and n.digest) as "lastDigestAt"
         from person p left join notification_address a on a.person_id = p.id where p.id = $1`,
        [person],
      );
      if (!recipient) return null;
      const { address, issuer, subject } = recipient;
      const { take, hold, end } = gather(waiting, { ...recipient, hasAddress: address !== null }, this.limits, now);
      for (const { id, until, problem } of hold)
        await runner.query(
          "update notification set next_try_at = $2, last_error = $3 where id = $1 and state = 'PENDING'",
          [id, until, problem],
        );
      for (const { id, state, problem } of end)
        await runner.query("update notification set state = $2, last_error = coalesce($3, last_error) where id = $1", [
          id,
          state,
          problem,
        ]);
      if (!take || address === null) return null;
      const message = take.message ?? randomUUID();
      const notifications = waiting.filter(({ id }) => take.ids.includes(id));
      await runner.query(
        `update notification set message = $2, digest = $3, attempts = attempts + 1, first_tried_at = coalesce(first_tried_at, $4), next_try_at = $5
         where id = any ($1::uuid[])`,
        [take.ids, message, take.digest, now, minutesAfter(now, LEASE_MINUTES)],
      );
      return {
        message,
        digest: take.digest,
        attempts: (notifications[0]?.attempts ?? 0) + 1,
        firstTriedAt: notifications[0]?.firstTriedAt ?? now,
        recipient: { issuer, subject },
        address,
        notifications,
      };
    });
  }

  /** What of a message was sent, and what was left out of it because its recipient may not read it any more. */
  settle({ message }: Claimed, sent: readonly string[], unreadable: readonly string[]): Promise<void> {
    return this.inTurn(async (runner, now) => {
      await runner.query(
        "update notification set state = 'SENT', sent_at = $3, last_error = null where id = any ($1::uuid[]) and message = $2 and state = 'PENDING'",
        [sent, message, now],
      );
      await runner.query(
        "update notification set state = 'DROPPED', last_error = 'NOT_READABLE' where id = any ($1::uuid[]) and message = $2 and state = 'PENDING'",
        [unreadable, message],
      );
    });
  }

  /**
   * That a message was not sent: tried again later, or dead where it was refused for good or has been tried enough. Whoever
   * took it up meanwhile has the word. Gives whether it is dead.
   */
  failed({ message, attempts, firstTriedAt }: Claimed, problem: NotificationProblem): Promise<boolean> {
    return this.inTurn(async (runner, now) => {
      const dead = problem === NotificationProblem.REFUSED || isSpent({ attempts, firstTriedAt }, this.limits, now);
      await runner.query(
        "update notification set state = $3, last_error = $4, next_try_at = $5 where message = $1 and attempts = $2 and state = 'PENDING'",
        [message, attempts, dead ? NotificationState.DEAD : NotificationState.PENDING, problem, nextTry(now, attempts)],
      );
      return dead;
    });
  }

  /** Says of what is due that no mail server is configured, for those who look after it. Nothing is lost by it. */
  unsendable(): Promise<void> {
    return this.inTurn(async (runner, now) => {
      await runner.query(
        `update notification set last_error = 'NO_SERVER' where state = 'PENDING' and next_try_at <= $1 and last_error is distinct from 'NO_SERVER'`,
        [now],
      );
      await runner.query(
        "update notification_address set last_error = 'NO_SERVER' where code_due_at <= $1 and last_error is distinct from 'NO_SERVER'",
        [now],
      );
    });
  }

  /** A code to be mailed to an address that waits for one: made here, and kept as its hash alone. */
  claimCode(): Promise<ClaimedCode | null> {
    return this.inTurn(async (runner, now) => {
      const [found] = await rowsOf<{ id: string; address: string; tries: number }>(
        runner,
        `select a.id, a.new_address as address, a.code_tries as tries from notification_address a where a.code_due_at <= $1
         order by a.code_due_at, a.id limit 1 for update skip locked`,
        [now],
      );
      if (!found) return null;
      const code = newCode();
      const until = minutesAfter(now, CODE_MINUTES);
      const tries = found.tries + 1;
      const next = tries < CODE_TRIES ? nextTry(now, tries) : null;
      await runner.query(
        "update notification_address set code_hash = $2, code_expires_at = $3, code_attempts = 0, code_tries = $4, code_due_at = $5 where id = $1",
        [found.id, hashOfCode(code), until, tries, next],
      );
      return { id: found.id, address: found.address, code, until };
    });
  }

  /** That a code was mailed, or why not; one that was refused for good is not mailed again. */
  settleCode({ id, code }: ClaimedCode, problem: NotificationProblem | null): Promise<void> {
    return this.inTurn(async (runner) => {
      const over = problem === null || problem === NotificationProblem.REFUSED;
      await runner.query(
        `update notification_address set last_error = $3${over ? ", code_due_at = null" : ""} where id = $1 and code_hash = $2`,
        [id, hashOfCode(code), problem],
      );
    });
  }

  private inTurn<T>(work: (runner: QueryRunner, now: Date) => Promise<T>): Promise<T> {
    // whatever is done twice here has the effect of once
    return retried(() => asOperator(this.source, this.clock, null, (runner) => work(runner, this.clock.now())));
  }
}

/** A code and where it is mailed to. */
export interface ClaimedCode {
  id: string;
  address: string;
  code: string;
  until: Date;
}

/** Minutes for which a code holds, and times that mailing it is tried. */
export const CODE_MINUTES = 60;
const CODE_TRIES = 8;
/** Digits and letters without those that are taken for another (Crockford's base 32). */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Twelve characters of sixty random bits, in groups that can be read aloud. */
function newCode(): string {
  const characters = [...randomBytes(12)].map((byte) => ALPHABET[byte % 32] ?? "");
  return characters.join("").replace(/(.{4})(?=.)/g, "$1-");
}

/** What is kept of a code, however it was typed. */
export const hashOfCode = (code: string): Buffer =>
  hash(
    "sha256",
    code
      .toUpperCase()
      .replaceAll("O", "0")
      .replace(/[IL]/g, "1")
      .replace(/[^A-Z0-9]/g, ""),
    "buffer",
  );
