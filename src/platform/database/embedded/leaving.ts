/** What must happen to a server when this process ends without having stopped it. */

/** Something to let go of when the process ends. */
export interface Leaver {
  /** Lets go at once, without waiting. */
  leaveNow(): void;
  /** Lets go in good order. */
  leave(): Promise<void>;
}

const leavers = new Set<Leaver>();
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Has `leaver` let go when the process exits, or on a signal that nobody else in this process listens to. */
export function leaveOnExit(leaver: Leaver): void {
  if (leavers.size === 0) {
    process.on("exit", leaveAllNow);
    for (const signal of signals) process.on(signal, onSignal);
  }
  leavers.add(leaver);
}

export function forget(leaver: Leaver): void {
  if (!leavers.delete(leaver) || leavers.size > 0) return;
  process.off("exit", leaveAllNow);
  for (const signal of signals) process.off(signal, onSignal);
}

function leaveAllNow(): void {
  for (const leaver of leavers) leaver.leaveNow();
}

function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return; // the program has its own way to end, and stops the server in it
  void Promise.allSettled([...leavers].map((leaver) => leaver.leave())).then(() => {
    for (const name of signals) process.off(name, onSignal);
    process.kill(process.pid, signal);
  });
}
