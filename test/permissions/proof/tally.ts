/** Counts what was tried, keeps what did not hold, and says how far it is. */
export class Tally {
  passed = 0;
  readonly failures: string[] = [];
  private readonly kinds = new Map<string, number>();
  private spoken = Date.now();

  constructor(private readonly say: (line: string) => void = () => undefined) {}

  get failed(): number {
    return this.failures.length;
  }

  /** One thing tried. `what` is only asked for where it does not hold. */
  hold(kind: string, holds: boolean, what: () => string): void {
    this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1);
    if (holds) this.passed += 1;
    else this.failures.push(`${kind}: ${what()}`);
    if (Date.now() - this.spoken > 3000) {
      this.spoken = Date.now();
      this.say(`  … ${this.passed + this.failed} tried, ${this.failed} failed (${kind})`);
    }
  }

  /** Two values that must be one. */
  same(kind: string, expected: unknown, found: unknown, where: () => string): void {
    const [wanted = "", got = ""] = [expected, found].map((value) => JSON.stringify(value ?? null));
    this.hold(kind, wanted === got, () => `${where()}: expected ${wanted.slice(0, 400)}, found ${got.slice(0, 400)}`);
  }

  /** Counts by kind, in the order they first came. */
  get counts(): [string, number][] {
    return [...this.kinds];
  }

  counted(kind: string): number {
    return this.kinds.get(kind) ?? 0;
  }
}

/** Ends a probe at the first thing that does not hold: that is all a mutant has to show. */
export class FirstFailure extends Tally {
  override hold(kind: string, holds: boolean, what: () => string): void {
    super.hold(kind, holds, what);
    if (!holds) throw new Noticed(this.failures[0] ?? kind);
  }
}

/** A probe noticed that something was changed; the message says what it noticed. */
export class Noticed extends Error {
  override name = "Noticed";
}
