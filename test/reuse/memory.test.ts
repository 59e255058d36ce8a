import fc from "fast-check";
import { SharedMemory } from "../../src/platform/http/shared-memory";
import { demonstrationDatabase, serve, type Service } from "../support/service";
import { BOARD, MINE, reuses } from "./asking";

const LIMITS = { all: 40_000, caller: 10_000, one: 4_000 };

/** Keeps by the same rules, slowly and plainly. */
class Plainly {
  private entries: { caller: string; key: string; value: number; size: number }[] = [];
  get size() {
    return this.entries.reduce((sum, { size }) => sum + size, 0);
  }
  get(caller: string, key: string) {
    const at = this.entries.findIndex((one) => one.caller === caller && one.key === key);
    const [found] = at < 0 ? [] : this.entries.splice(at, 1);
    if (found) this.entries.push(found);
    return found?.value;
  }
  set(caller: string, key: string, value: number, bytes: number) {
    this.delete(caller, key);
    const size = bytes + caller.length + 2 * key.length + 500;
    if (size > LIMITS.one) return;
    this.entries.push({ caller, key, value, size });
    const own = () => this.entries.filter((one) => one.caller === caller);
    while (own().reduce((sum, one) => sum + one.size, 0) > LIMITS.caller)
      this.entries.splice(this.entries.indexOf(own()[0]!), 1);
    while (this.size > LIMITS.all) this.entries.shift();
  }
  delete(caller: string, key: string) {
    this.entries = this.entries.filter((one) => one.caller !== caller || one.key !== key);
  }
}

test("any sequence of keeping, finding and letting go does what the plain rules say, within its bounds", () => {
  const caller = fc.constantFrom("a", "b", "c", "d", "e", "f");
  const key = fc.integer({ min: 0, max: 9 }).map(String);
  const step = fc.oneof(
    fc.record({ kind: fc.constant("set" as const), caller, key, bytes: fc.integer({ min: 0, max: 5_000 }) }),
    fc.record({ kind: fc.constantFrom("get" as const, "delete" as const), caller, key, bytes: fc.constant(0) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const [memory, plainly] = [new SharedMemory<number>(LIMITS), new Plainly()];
      steps.forEach(({ kind, caller: who, key: name, bytes }, index) => {
        if (kind === "get") expect(memory.get(who, name)).toBe(plainly.get(who, name));
        if (kind === "delete") [memory, plainly].forEach((one) => one.delete(who, name));
        if (kind === "set") [memory, plainly].forEach((one) => one.set(who, name, index, bytes));
        expect(memory.size).toBe(plainly.size);
        expect(memory.size).toBeLessThanOrEqual(LIMITS.all);
      });
    }),
  );
});

describe("an attacker with random variables", () => {
  let service: Service;
  beforeAll(async () => {
    service = await serve(await demonstrationDatabase(), { parts: { keptAnswers: 3 * 1024 * 1024 } });
  });
  afterAll(async () => {
    await service.stop();
    await service.database.drop();
  });

  test.each([["wrenford-police-viewer"], [null]])(
    "as %s fills a share of his own; others find their answers still kept",
    async (attacker) => {
      const victims = ["wrenford-officer", "wrenford-health-contributor"].map((actor) => service.as(actor));
      for (const victim of victims) await victim.ask(BOARD);
      const mine = service.as(attacker);
      await mine.ask(BOARD);
      for (let index = 0; index < 300; index += 1)
        await mine.data(
          'query ($of: [String!]) { partnership(slug: "wrenford") { name actions(first: 20, filter: { reference: $of }) { nodes { id title description } } } }',
          { of: [...Array.from({ length: 12 }, (_, at) => `${at + 1}.1`), `none ${index}`] },
        );
      for (const victim of victims) expect(await reuses(service, victim, BOARD)).toBe(true);
      // his own, kept before, had to go
      expect(await reuses(service, mine, BOARD)).toBe(false);
    },
  );

  test("an answer larger than its share is not kept, and is the same each time", async () => {
    const small = await serve(service.database, { parts: { keptAnswers: 64 * 1024 } });
    const client = small.as("wrenford-council-lead");
    const one = await client.ask(MINE, { first: 50 });
    expect(await reuses(small, client, MINE, { first: 50 })).toBe(false);
    expect((await client.ask(MINE, { first: 50 })).text).toBe(one.text);
    await small.stop();
  });
});
