import { BadInputError, ConflictError } from "../../platform/errors/index";
import type { Writer } from "../access/index";
import { record, type Send } from "../audit/index";
import { add, change, partnershipKept, requireVersion } from "../writing/index";
import type { SetReminderPolicyInput } from "./rule.inputs";

/**
 * Says when people of a partnership are reminded of one kind of thing. Gives the policy's key.
 *
 * @throws {NotFoundError} where there is no such partnership for the writer.
 * @throws {ForbiddenError} where the writer is no officer of it.
 * @throws {BadInputError} where a number of days makes no sense.
 * @throws {ConflictError} where its version has moved on.
 */
export async function setReminderPolicy(send: Send, writer: Writer, input: SetReminderPolicyInput): Promise<string> {
  const { about } = input;
  const partnershipId = await partnershipKept(send, writer, input.partnership);
  for (const name of ["daysBefore", "daysAfter"] as const) {
    const days = input[name];
    if (days != null && (days < 1 || days > 60))
      throw new BadInputError(`${name} is from 1 to 60 working days. Send null for none.`, ["input", name]);
  }
  const set = {
    days_before: input.daysBefore ?? null,
    on_the_day: input.onTheDay,
    days_after: input.daysAfter ?? null,
  };
  const [before] = await send<{ id: string; version: number }>(
    "select p.id, p.version from reminder_policy p where p.partnership_id = $1 and p.about = $2",
    [partnershipId, about],
  );
  requireVersion(before ?? { version: 0 }, input.expectedVersion);
  if (before) await change(send, "reminder_policy", before, set);
  const id = before?.id ?? (await add(send, "reminder_policy", { partnership_id: partnershipId, about, ...set }));
  if (id === null)
    throw new ConflictError("Somebody else has just said so. Read it again.", ["input", "expectedVersion"]);
  await record(send, writer, {
    kind: "reminderPolicy.set",
    partnershipId,
    subjectType: "Partnership",
    subjectId: partnershipId,
    detail: { about, ...set },
  });
  return id;
}
