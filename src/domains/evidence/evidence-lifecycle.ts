import { ConflictError } from "../../platform/errors/index";

/** Whether evidence still counts. It is withdrawn with a reason, and never deleted. */
export enum EvidenceState {
  ACTIVE = "ACTIVE",
  WITHDRAWN = "WITHDRAWN",
}

/** Where the file of evidence stands: it is waited for, was looked at and kept, or was looked at and not kept. */
export enum FileState {
  PENDING = "PENDING",
  CLEAN = "CLEAN",
  REFUSED = "REFUSED",
}

/** Who may know of evidence. */
export enum EvidenceReach {
  OWN = "OWN",
  OVERSIGHT = "OVERSIGHT",
  PARTNERSHIP = "PARTNERSHIP",
}

/** What happens to evidence, to its file, and to who may know of it. */
export type EvidenceEvent = "CHANGE" | "USE" | "WITHDRAW";
export type FileEvent = "KEEP" | "REFUSE" | "RENEW";
export type ReachEvent = "DRAFT" | "SUBMIT" | "SHARE";

/** Where each event leads from each state; what is not there cannot happen. */
export type Transitions<S extends string, E extends string> = Readonly<Record<S, Readonly<Partial<Record<E, S>>>>>;

const { ACTIVE, WITHDRAWN } = EvidenceState;
export const EVIDENCE_TRANSITIONS: Transitions<EvidenceState, EvidenceEvent> = {
  ACTIVE: { CHANGE: ACTIVE, USE: ACTIVE, WITHDRAW: WITHDRAWN },
  WITHDRAWN: {},
};

const { PENDING, CLEAN, REFUSED } = FileState;
/** A file that was kept is that file for good: another one is other evidence. */
export const FILE_TRANSITIONS: Transitions<FileState, FileEvent> = {
  PENDING: { KEEP: CLEAN, REFUSE: REFUSED, RENEW: PENDING },
  CLEAN: {},
  REFUSED: { RENEW: PENDING },
};

const { OWN, OVERSIGHT, PARTNERSHIP } = EvidenceReach;
/** It only ever widens: what somebody has seen is not hidden from them again. */
export const REACH_TRANSITIONS: Transitions<EvidenceReach, ReachEvent> = {
  OWN: { DRAFT: OWN, SUBMIT: OVERSIGHT, SHARE: PARTNERSHIP },
  OVERSIGHT: { DRAFT: OVERSIGHT, SUBMIT: OVERSIGHT, SHARE: PARTNERSHIP },
  PARTNERSHIP: { DRAFT: PARTNERSHIP, SUBMIT: PARTNERSHIP, SHARE: PARTNERSHIP },
};

const TOLD: Readonly<Partial<Record<string, string>>> = {
  WITHDRAWN: "This evidence was withdrawn: nothing more is done with it. Add the evidence anew.",
  CLEAN: "The file of this evidence has come and is kept. For another file, add other evidence.",
  REFUSED: "The file was refused. Ask for another upload address with renewEvidenceUpload.",
};

/**
 * Where `event` takes what stands at `from`.
 *
 * @throws {ConflictError} where it cannot happen there; it says what to do.
 */
export function nextState<S extends string, E extends string>(transitions: Transitions<S, E>, from: S, event: E): S {
  const to = transitions[from][event];
  if (to === undefined) throw new ConflictError(TOLD[from] ?? `Not from ${from}.`, ["input", "evidence"]);
  return to;
}
