import { BadInputError, ConflictError } from "../../platform/errors/index";
import type { Writer } from "../access/index";
import { record, type Send } from "../audit/index";
import { add, change, partnershipKept, requireVersion } from "../writing/index";
import { FEWEST_MINUTES, MOST_MINUTES } from "./notification-policy.entity";
import type { SetNotificationPolicyInput } from "./notification.types";

/**
 * Says how messages about a partnership go out. Gives the policy's key.
 *
 * @throws {NotFoundError} where there is no such partnership for the writer.
 * @throws {ForbiddenError} where the writer is no officer of it.
 * @throws {BadInputError} where the minutes are too few or too many.
 * @throws {ConflictError} where its version has moved on.
 */
export async function setNotificationPolicy(
  send: Send,
  writer: Writer,
  input: SetNotificationPolicyInput,
): Promise<string> {
  const partnershipId = await partnershipKept(send, writer, input.partnership);
  const every_minutes = input.everyMinutes ?? null;
  if (every_minutes !== null && (every_minutes < FEWEST_MINUTES || every_minutes > MOST_MINUTES))
    throw new BadInputError(
      `everyMinutes is from ${FEWEST_MINUTES} to ${MOST_MINUTES}, a day. Send null to leave it to the service.`,
      ["input", "everyMinutes"],
    );
  const [before] = await send<{ id: string; version: number }>(
    "select p.id, p.version from notification_policy p where p.partnership_id = $1",
    [partnershipId],
  );
  requireVersion(before ?? { version: 0 }, input.expectedVersion);
  if (before) await change(send, "notification_policy", before, { every_minutes });
  const id = before?.id ?? (await add(send, "notification_policy", { partnership_id: partnershipId, every_minutes }));
  if (id === null)
    throw new ConflictError("Somebody else has just said so. Read it again.", ["input", "expectedVersion"]);
  await record(send, writer, {
    kind: "notificationPolicy.set",
    partnershipId,
    subjectType: "Partnership",
    subjectId: partnershipId,
    detail: { every_minutes },
  });
  return id;
}
