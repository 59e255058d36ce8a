import { proveAccess } from "./proof/access";
import { publishedSchema } from "./proof/published-schema";
import { probeReading, probeRequiredScopes, probeWriting } from "./proof/pure";
import { probeUnruled } from "./proof/rule-probes";
import { Tally } from "./proof/tally";
import * as abilities from "../../src/domains/access/abilities";
import * as policy from "../../src/domains/access/policy";
import { enforce } from "../../src/domains/access/shield";
import * as scopes from "../../src/domains/access/scopes";

/** One of each standing in which a field can be read or withheld; `npm run prove:access` asks as everybody there is. */
const SOME = [
  "the public",
  "police-lead",
  "health-contributor",
  "school-viewer",
  "probation-viewer",
  "ashby-officer",
  "bexton-police-lead",
  "corley-police-viewer",
  "token-police-agency_contributor-5",
];

test("a part of the proof: every field of every row as one of each standing, held to the plain reading of the design", async () => {
  const said: string[] = [];
  const tally = new Tally();
  await proveAccess(tally, { say: (line) => said.push(line), only: SOME });
  expect(tally.failures.slice(0, 20)).toEqual([]);
  expect(said[0]).toContain("A part: 9 of");
  expect(tally.counted("READ withheld")).toBeGreaterThan(300);
  expect(tally.counted("READ allowed")).toBeGreaterThan(5_000);
});

test("the policy as such: every field in every standing under every grant that could bear on it", () => {
  const tally = new Tally();
  probeReading(policy, publishedSchema(), tally);
  probeWriting(abilities, tally);
  probeRequiredScopes(scopes, publishedSchema(), tally);
  expect(tally.failures.slice(0, 20)).toEqual([]);
  expect(tally.passed).toBeGreaterThan(50_000);
});

test("a mutation that nobody has written a rule for is forbidden", async () => {
  const tally = new Tally();
  await probeUnruled(enforce, tally);
  expect(tally.failures).toEqual([]);
  expect(tally.passed).toBe(1);
});
