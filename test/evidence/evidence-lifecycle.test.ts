import {
  EVIDENCE_TRANSITIONS,
  type EvidenceEvent,
  EvidenceReach,
  EvidenceState,
  FILE_TRANSITIONS,
  type FileEvent,
  FileState,
  nextState,
  REACH_TRANSITIONS,
  type ReachEvent,
  type Transitions,
} from "../../src/domains/evidence/evidence-lifecycle";

/** Every event from every state, in words: where it leads, or that it cannot happen. */
function walked<S extends string, E extends string>(
  transitions: Transitions<S, E>,
  states: readonly S[],
  events: readonly E[],
): string[] {
  return states.flatMap((from) =>
    events.map((event) => {
      try {
        return `${from} ${event} ${nextState(transitions, from, event)}`;
      } catch (error) {
        return `${from} ${event} ${(error as { code?: string }).code ?? "fault"}`;
      }
    }),
  );
}

test("evidence is withdrawn once, and nothing is done with it afterwards", () => {
  const events: EvidenceEvent[] = ["CHANGE", "USE", "WITHDRAW"];
  expect(walked(EVIDENCE_TRANSITIONS, Object.values(EvidenceState), events)).toEqual([
    "ACTIVE CHANGE ACTIVE",
    "ACTIVE USE ACTIVE",
    "ACTIVE WITHDRAW WITHDRAWN",
    "WITHDRAWN CHANGE CONFLICT",
    "WITHDRAWN USE CONFLICT",
    "WITHDRAWN WITHDRAW CONFLICT",
  ]);
});

test("a file is kept or refused once it has come; one that was kept stays the one", () => {
  const events: FileEvent[] = ["KEEP", "REFUSE", "RENEW"];
  expect(walked(FILE_TRANSITIONS, Object.values(FileState), events)).toEqual([
    "PENDING KEEP CLEAN",
    "PENDING REFUSE REFUSED",
    "PENDING RENEW PENDING",
    "CLEAN KEEP CONFLICT",
    "CLEAN REFUSE CONFLICT",
    "CLEAN RENEW CONFLICT",
    "REFUSED KEEP CONFLICT",
    "REFUSED REFUSE CONFLICT",
    "REFUSED RENEW PENDING",
  ]);
});

test("who may know of evidence only ever become more", () => {
  const events: ReachEvent[] = ["DRAFT", "SUBMIT", "SHARE"];
  const widths = Object.values(EvidenceReach);
  expect(walked(REACH_TRANSITIONS, widths, events)).toEqual([
    "OWN DRAFT OWN",
    "OWN SUBMIT OVERSIGHT",
    "OWN SHARE PARTNERSHIP",
    "OVERSIGHT DRAFT OVERSIGHT",
    "OVERSIGHT SUBMIT OVERSIGHT",
    "OVERSIGHT SHARE PARTNERSHIP",
    "PARTNERSHIP DRAFT PARTNERSHIP",
    "PARTNERSHIP SUBMIT PARTNERSHIP",
    "PARTNERSHIP SHARE PARTNERSHIP",
  ]);
  for (const from of widths)
    for (const event of events)
      expect(widths.indexOf(nextState(REACH_TRANSITIONS, from, event))).toBeGreaterThanOrEqual(widths.indexOf(from));
});
