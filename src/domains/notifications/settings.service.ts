import { timingSafeEqual } from "node:crypto";
import { instantInWords } from "../../platform/days-in-words";
import { BadInputError, ConflictError } from "../../platform/errors/index";
import { isAddress } from "../../platform/mail/index";
import { record, type Send } from "../audit/index";
import { type Asking, personOf } from "../people/index";
import type {
  ConfirmNotificationAddressInput,
  SetNotificationAddressInput,
  SetNotificationPreferencesInput,
} from "./notification.types";
import { hashOfCode } from "./outbox";
import { minutesAfter } from "./sending-times";

/** Minutes between two codes that one person has mailed, whatever the address: nobody's mailbox is filled through us. */
const BETWEEN_CODES_MINUTES = 5;
const MOST_ADDRESS = 254;
/** Wrong codes after which a code is worth nothing. */
const MOST_WRONG = 5;

/** Who is told how is each person's own, in every partnership that they belong to: the trail of each has it, without what. */
async function recordOwn(
  send: Send,
  asking: Asking,
  kind: string,
  detail: Record<string, unknown> = {},
): Promise<void> {
  const partnerships = new Set(asking.actor.memberships.map(({ partnership }) => partnership));
  for (const partnershipId of partnerships)
    await record(send, asking, { kind, partnershipId, subjectType: "Actor", subjectId: asking.actor.person, detail });
}

/**
 * Chooses how one is told.
 *
 * @throws {BadInputError} where a group is named twice.
 */
export async function setPreferences(
  send: Send,
  asking: Asking,
  { preferences }: SetNotificationPreferencesInput,
): Promise<void> {
  const chosen = new Map(preferences.map(({ about, how }) => [about, how]));
  if (chosen.size === 0 || chosen.size < preferences.length)
    throw new BadInputError("Name each group once, and at least one.", ["input", "preferences"]);
  await send(
    `insert into notification_preference (person_id, about, how) select $1, about, how from unnest($2::text[], $3::text[]) as chosen (about, how)
     on conflict (person_id, about) do update set how = excluded.how`,
    [personOf(asking.actor), [...chosen.keys()], [...chosen.values()]],
  );
  await recordOwn(send, asking, "notificationPreferences.set", Object.fromEntries(chosen));
}

/**
 * Names the address that one is told at, and has a code mailed to it; null removes the address.
 *
 * @throws {BadInputError} where it is no address.
 * @throws {ConflictError} where a code was asked for a moment ago.
 */
export async function setAddress(send: Send, asking: Asking, input: SetNotificationAddressInput): Promise<void> {
  const person = personOf(asking.actor);
  const { now } = asking;
  const field = ["input", "address"];
  if (input.address == null) {
    await send(
      `update notification_address set address = null, new_address = null, code_hash = null, code_expires_at = null, code_due_at = null, last_error = null
       where person_id = $1`,
      [person],
    );
    await recordOwn(send, asking, "notificationAddress.removed");
    return;
  }
  const address = input.address.trim();
  if (address.length > MOST_ADDRESS || !isAddress(address))
    throw new BadInputError("address is no e-mail address: write one, such as post@agency.example.", field);
  await send("insert into notification_address (person_id) values ($1) on conflict (person_id) do nothing", [person]);
  const [before] = await send<{ setAt: Date | null }>(
    `select set_at as "setAt" from notification_address where person_id = $1 for update`,
    [person],
  );
  const again = before?.setAt && minutesAfter(before.setAt, BETWEEN_CODES_MINUTES);
  if (again && again > now)
    throw new ConflictError(`A code was asked for a moment ago. Ask for another from ${instantInWords(again)}.`, field);
  await send(
    `update notification_address set new_address = $2, set_at = $3, code_hash = null, code_expires_at = null, code_attempts = 0, code_tries = 0, code_due_at = $3, last_error = null
     where person_id = $1`,
    [person, address, now],
  );
  await recordOwn(send, asking, "notificationAddress.set");
}

interface Awaited {
  hash: Buffer | null;
  expiresAt: Date | null;
  attempts: number;
}

const WRONG = "CODE_WRONG";

/**
 * Confirms the address that waits, by the code mailed to it. A wrong code is counted, so it is told and not thrown: what is
 * thrown undoes the count.
 *
 * @throws {BadInputError} where no code was mailed.
 * @throws {ConflictError} where it has expired, or too many wrong ones were given.
 */
export async function confirmAddress(
  send: Send,
  asking: Asking,
  { code }: ConfirmNotificationAddressInput,
): Promise<typeof WRONG | null> {
  const person = personOf(asking.actor);
  const field = ["input", "code"];
  const [waits] = await send<Awaited>(
    `select code_hash as hash, code_expires_at as "expiresAt", code_attempts as attempts from notification_address
     where person_id = $1 and new_address is not null for update`,
    [person],
  );
  if (!waits) throw new BadInputError("No address waits to be confirmed. Name one with setNotificationAddress.", field);
  if (!waits.hash || !waits.expiresAt)
    throw new BadInputError("No code was mailed yet. Wait for it, or see what keeps it in your settings.", field);
  if (waits.expiresAt <= asking.now || waits.attempts >= MOST_WRONG)
    throw new ConflictError("This code is worth nothing any more. Ask for another with setNotificationAddress.", field);
  if (!timingSafeEqual(waits.hash, hashOfCode(code))) {
    await send("update notification_address set code_attempts = code_attempts + 1 where person_id = $1", [person]);
    return WRONG;
  }
  await send(
    `update notification_address set address = new_address, new_address = null, code_hash = null, code_expires_at = null, code_due_at = null, last_error = null
     where person_id = $1`,
    [person],
  );
  await recordOwn(send, asking, "notificationAddress.confirmed");
  return null;
}

/** What a wrong code is answered with. */
export const wrongCode = (): BadInputError =>
  new BadInputError(`That is not the code that was mailed. After ${MOST_WRONG} wrong ones it is worth nothing.`, [
    "input",
    "code",
  ]);
