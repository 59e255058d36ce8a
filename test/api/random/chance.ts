import { createHash } from "node:crypto";
import fc from "fast-check";

/** Choices, each of them fast-check's, so that what fails can be run again and made smaller. */
export class Chance {
  constructor(private readonly g: fc.GeneratorValue) {}

  /** True once in `times`; as fast-check makes things smaller, never. */
  oneIn(times: number): boolean {
    return this.g(fc.nat, times - 1) === times - 1;
  }

  upTo(most: number): number {
    return this.g(fc.nat, most);
  }

  of<T>(things: readonly T[]): T {
    const found = things[this.upTo(things.length - 1)];
    if (found === undefined) throw new Error("nothing to choose from");
    return found;
  }

  /** A word that stands for a text. */
  name(text: string): string {
    return createHash("sha1").update(text).digest("hex").slice(0, 6);
  }
}
