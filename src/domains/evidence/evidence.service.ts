import { londonDay } from "../../platform/clock";
import { snake } from "../../platform/database/naming";
import { BadInputError } from "../../platform/errors/index";
import { cleanFileName, isKeptName, keptNames } from "../../platform/files/index";
import type { Writer } from "../access/index";
import type { Send } from "../audit/index";
import { requiredText, requireText } from "../plan/index";
import { agencyAdding, evidenceInHand, mayEnd, recordEvidence } from "./evidence-in-hand";
import { EVIDENCE_TRANSITIONS, EvidenceReach, FILE_TRANSITIONS, FileState, nextState } from "./evidence-lifecycle";
import { type Evidence, ProtectiveMarking } from "./evidence.entity";
import type {
  AddEvidenceInput,
  RenewEvidenceUploadInput,
  UpdateEvidenceInput,
  WithdrawEvidenceInput,
} from "./evidence.inputs";

const LONGEST_ADDRESS = 2_000;
const field = (name: string) => ["input", name];

/**
 * Puts evidence of the writer's own agency on record, for that agency alone as yet. Of a file nothing is there before it has
 * come. Gives its key.
 *
 * @throws {ForbiddenError} where the writer writes for no agency.
 * @throws {BadInputError} for what makes no sense; the field is named.
 */
export async function addEvidence(send: Send, writer: Writer, input: AddEvidenceInput): Promise<string> {
  const owner = agencyAdding(writer.actor, input.agency);
  requireWords(input);
  const receivedOn = input.receivedOn ?? londonDay(writer.now);
  const said = {
    title: input.title,
    shows: input.shows ?? null,
    kind: input.kind,
    marking: input.marking ?? ProtectiveMarking.OFFICIAL,
    effectiveFrom: input.effectiveFrom ?? null,
    effectiveTo: input.effectiveTo ?? null,
    receivedOn,
    expiresOn: input.expiresOn ?? null,
  };
  requireDays(said, writer.now);
  const content = contentOf(input);
  const row = { ...owner, ...said, ...content };
  const names = Object.keys(row) as (keyof typeof row)[];
  const columns = names.map((name) => snake(name === "agencyId" ? "ownerAgencyId" : name));
  const [added] = await send<{ id: string }>(
    `insert into evidence (${columns.join(", ")}, added_by, added_at)
     values (${columns.map((_, index) => `$${index + 1}`).join(", ")}, $${columns.length + 1}, $${columns.length + 2}) returning id`,
    [...names.map((name) => row[name]), writer.actor.person, writer.now],
  );
  if (!added) throw new Error("evidence was not added");
  const { partnershipId, agencyId: ownerAgencyId } = owner;
  await recordEvidence(
    send,
    writer,
    "added",
    { id: added.id, partnershipId, ownerAgencyId, reach: EvidenceReach.OWN },
    { kind: said.kind, marking: said.marking, content: content.url === null ? "FILE" : "LINK" },
  );
  return added.id;
}

const CHANGED = [
  "title",
  "shows",
  "kind",
  "marking",
  "effectiveFrom",
  "effectiveTo",
  "receivedOn",
  "expiresOn",
] as const;
const NEVER_CLEARED: readonly string[] = ["title", "kind", "marking", "receivedOn"];

/**
 * Says something else of evidence; what is left out stays. The file or link is never another one. Gives its key.
 *
 * @throws what `evidenceInHand` throws.
 * @throws {BadInputError} for what makes no sense; the field is named.
 */
export async function updateEvidence(send: Send, writer: Writer, input: UpdateEvidenceInput): Promise<string> {
  const evidence = await evidenceInHand(send, writer, input);
  requireWords(input);
  for (const name of CHANGED)
    if (input[name] === null && NEVER_CLEARED.includes(name))
      throw new BadInputError(`${name} cannot be cleared. Leave it out to keep it.`, field(name));
  const said: Partial<Evidence> = Object.fromEntries(
    CHANGED.flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]]])),
  );
  requireDays(Object.assign({}, evidence, said), writer.now);
  const changed = CHANGED.filter((name) => name in said && said[name] !== evidence[name]);
  if (changed.length > 0)
    await send(
      `update evidence set version = version + 1, ${changed.map((name, index) => `${snake(name)} = $${index + 2}`).join(", ")} where id = $1`,
      [evidence.id, ...changed.map((name) => said[name])],
    );
  await recordEvidence(send, writer, "updated", evidence, {
    fields: changed,
    // a marking says who reads it: from which to which is for the trail
    ...(changed.includes("marking") && { marking: [evidence.marking, said.marking] }),
  });
  return evidence.id;
}

/**
 * Withdraws evidence with a reason. It stays on record where it was used, and is opened by nobody. Gives its key.
 *
 * @throws what `evidenceInHand` throws.
 * @throws {BadInputError} for a reason that is blank or too long.
 */
export async function withdrawEvidence(send: Send, writer: Writer, input: WithdrawEvidenceInput): Promise<string> {
  const evidence = await evidenceInHand(send, writer, input, mayEnd);
  requiredText("reason", input.reason, "title");
  const state = nextState(EVIDENCE_TRANSITIONS, evidence.state, "WITHDRAW");
  await send(
    `update evidence set state = $2, version = version + 1, withdrawn_by = $3, withdrawn_at = $4, withdrawn_reason = $5 where id = $1`,
    [evidence.id, state, writer.actor.person, writer.now, input.reason],
  );
  await recordEvidence(send, writer, "withdrawn", evidence, { version: evidence.version + 1 });
  return evidence.id;
}

/**
 * Waits for the file of evidence anew, after it was refused or never came. Gives the evidence's key.
 *
 * @throws what `evidenceInHand` throws.
 * @throws {BadInputError} where the evidence is a link.
 * @throws {ConflictError} where the file has come.
 */
export async function renewEvidenceUpload(
  send: Send,
  writer: Writer,
  input: RenewEvidenceUploadInput,
): Promise<string> {
  const evidence = await evidenceInHand(send, writer, input);
  if (evidence.fileState === null)
    throw new BadInputError("This evidence is a link: no file is waited for.", field("evidence"));
  const state = nextState(FILE_TRANSITIONS, evidence.fileState, "RENEW");
  await send("update evidence set file_state = $2, refused_because = null where id = $1", [evidence.id, state]);
  await recordEvidence(send, writer, "uploadRenewed", evidence, { from: evidence.fileState });
  return evidence.id;
}

function requireWords(input: { title?: string | null; shows?: string | null }): void {
  requireText("title", input.title, "title");
  requireText("shows", input.shows);
}

function requireDays(
  { effectiveFrom, effectiveTo, receivedOn }: Pick<Evidence, "effectiveFrom" | "effectiveTo" | "receivedOn">,
  now: Date,
): void {
  if (effectiveFrom !== null && effectiveTo !== null && effectiveFrom > effectiveTo)
    throw new BadInputError(
      "The evidence speaks of days that end before they begin. Mend effectiveTo.",
      field("effectiveTo"),
    );
  if (receivedOn > londonDay(now))
    throw new BadInputError(
      "receivedOn is after today: evidence is put on record when it is there.",
      field("receivedOn"),
    );
}

/** What the evidence is: a link, or a file that is waited for. */
function contentOf({ url, fileName, sha256 }: AddEvidenceInput) {
  if ((url == null) === (fileName == null))
    throw new BadInputError("Give url for a link or fileName for a file, and not both.", field("url"));
  if (url != null) {
    if (sha256 != null) throw new BadInputError("Only a file has a hash. Leave sha256 out.", field("sha256"));
    return { url: addressOf(url), fileName: null, fileState: null, declaredSha256: null };
  }
  const name = cleanFileName(fileName ?? "");
  if (!isKeptName(name)) throw new BadInputError(keptNames, field("fileName"));
  if (sha256 != null && !/^[0-9a-f]{64}$/i.test(sha256))
    throw new BadInputError("sha256 is 64 digits of hex.", field("sha256"));
  return { url: null, fileName: name, fileState: FileState.PENDING, declaredSha256: sha256?.toLowerCase() ?? null };
}

/** An address that a person can follow and that gives nothing away: of the web, and without a password in it. */
function addressOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (
    !url ||
    !["http:", "https:"].includes(url.protocol) ||
    url.username !== "" ||
    url.password !== "" ||
    text.length > LONGEST_ADDRESS
  )
    throw new BadInputError(
      "url is no address of the web (http or https, without a password, at most 2,000 characters).",
      field("url"),
    );
  return url.href;
}
