import pino from "pino";
import {
  NotificationKind,
  notify,
  sendDue,
  type Sending,
  type Sent,
  type Telling,
} from "../../src/domains/notifications/index";
import type { Clock } from "../../src/platform/clock";
import { Secret } from "../../src/platform/config/index";
import { asOperator } from "../../src/platform/database/as-operator";
import { Cursors } from "../../src/platform/graphql/cursor";
import { type MailTransport, smtpTransport } from "../../src/platform/mail/index";
import { buildSchema } from "../../src/schema";
import type { TestDatabase } from "../support/database";
import { enrol } from "../support/enrol";
import { NOW } from "../support/service";
import { demonstrationOfWriters, POLICE } from "../support/writes";

export const FROM = "notifications@wrenford.example";
export const PUBLIC_URL = "https://portal.example/open";

/** A clock that a test moves. */
export interface TestClock extends Clock {
  set(instant: Date | string): void;
  passMinutes(minutes: number): void;
}

export function movedClock(start: Date | string): TestClock {
  let now = new Date(start);
  return {
    fixed: false,
    now: () => new Date(now),
    set: (instant) => void (now = new Date(instant)),
    passMinutes: (minutes) => void (now = new Date(now.getTime() + minutes * 60_000)),
  };
}

/** The way to a catcher on this machine. */
export const transportTo = (port: number): MailTransport =>
  smtpTransport({ url: new Secret(`smtp://127.0.0.1:${port}`), tls: false, from: FROM });

/** How what is due is sent over a transport, as the jobs send it. */
export function sendingBy(database: TestDatabase, clock: Clock, log = pino({ level: "silent" })) {
  const schema = buildSchema(pino({ level: "silent" }));
  return (transport: MailTransport | null): Sending => ({
    source: database.app,
    schema,
    cursors: new Cursors(Buffer.alloc(32, "a secret of the tests")),
    clock,
    log,
    mail: { everyMinutes: 15, tries: 25, days: 3, publicUrl: PUBLIC_URL },
    transport,
  });
}

/** The demonstration with people of the police who have addresses, and ways to tell them and to send. */
export async function demonstrationOfNotifications() {
  const world = await demonstrationOfWriters();
  const { database, actions } = world;
  const clock = movedClock(NOW);
  const logged: string[] = [];
  const log = pino({ level: "info", base: null }, { write: (line: string) => void logged.push(line) });
  const key = async (text: string, values: unknown[] = []) => {
    const [row] = await database.owner.query<{ id: string }[]>(text, values);
    if (!row) throw new Error(`nothing is found by ${text}`);
    return row.id;
  };
  const partnershipId = await key("select id from partnership where slug = 'wrenford'");
  const police = await key("select id from agency where name = $1 and partnership_id = $2", [POLICE, partnershipId]);
  const personOf = (subject: string) => key("select id from person where subject = $1", [subject]);
  const addressed = async (subject: string, address: string | null = `${subject}@police.example`) =>
    database.owner.query<object[]>(
      `insert into notification_address (person_id, address) values ($1, $2) on conflict (person_id) do update set address = excluded.address`,
      [await personOf(subject), address],
    );
  await enrol(database, "police-second", [{ role: "AGENCY_CONTRIBUTOR", agency: POLICE }]);
  const sending = sendingBy(database, clock, log);
  return {
    ...world,
    clock,
    logged,
    key,
    partnershipId,
    police,
    personOf,
    addressed,
    sending,
    /** One round of sending, over a transport that is closed afterwards. */
    async round(port: number | null): Promise<Sent> {
      const transport = port === null ? null : transportTo(port);
      try {
        return await sendDue(sending(transport));
      } finally {
        transport?.close();
      }
    },
    /** Tells of action 6.3 to one person, unless said otherwise, as a job would. */
    tell: (telling: Partial<Telling> & Pick<Telling, "cause" | "to">): Promise<number> =>
      asOperator(database.app, clock, telling.partnershipId ?? partnershipId, (runner) =>
        notify(
          (text, values) => runner.query(text, values) as never,
          {
            partnershipId,
            kind: NotificationKind.CHALLENGE_RAISED,
            subjectType: "Action",
            subjectId: actions["6.3"] ?? "",
            by: null,
            ...telling,
          },
          clock.now(),
        ),
      ),
    /** What became of what somebody is told, by cause. */
    async fates(subject: string) {
      return database.owner.query<{ cause: string; state: string; problem: string | null; attempts: number }[]>(
        `select n.cause, n.state, n.last_error as problem, n.attempts from notification n join person p on p.id = n.person_id where p.subject = $1 order by n.cause`,
        [subject],
      );
    },
    /** Forgets everything that was told and sent. */
    clear: () => database.owner.query("delete from notification"),
    async close() {
      await world.service.stop();
      await database.drop();
    },
  };
}
export type NotificationsWorld = Awaited<ReturnType<typeof demonstrationOfNotifications>>;
