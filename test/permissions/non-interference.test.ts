import pino from "pino";
import { buildSchema } from "../../src/schema";
import { letSubmittedChange } from "../support/database";
import { demonstrationDatabase, serve, type Service } from "../support/service";
import { hiddenRowsHold, tiersHold } from "./hidden-values";
import { denialsHold, EVERYTHING } from "./non-interference";

/**
 * What is hidden changes nothing that is shown (case 4). A sample here; `ACCESS_PROOF=full` tries every field with every
 * row, in some minutes.
 */
const FULL = process.env.ACCESS_PROOF === "full";
/** A field that something is sorted by, and one that others are derived from. */
const SAMPLE = ["ProgressUpdate.submittedAt", "Rating.value"];
const extent = FULL
  ? EVERYTHING
  : {
      everybody: false,
      rows: 8,
      fields: (one: { type: string; field: string }) => SAMPLE.includes(`${one.type}.${one.field}`),
    };

const schema = buildSchema(pino({ level: "silent" }));
let service: Service;
beforeAll(async () => {
  service = await serve(await demonstrationDatabase());
  await letSubmittedChange(service.database);
});
afterAll(async () => {
  await service.stop();
  await service.database.drop();
});

test("whoever is denied a field learns nothing of it from anything else that is answered", async () => {
  const trials = await denialsHold(service, schema, extent);
  expect(trials.filter(({ failure }) => failure !== null)).toEqual([]);
  if (!FULL) expect(trials.map(({ name }) => name)).toEqual(SAMPLE);
}, 1_200_000);

test("values of a tier change nothing for those whose tier it is not", async () => {
  const trials = await tiersHold(service, schema, extent);
  expect(trials.filter(({ failure }) => failure !== null)).toEqual([]);
  const names = trials.map(({ name }) => name).join(" ");
  for (const field of ["riskNote", "impactNarrative", "suppressionThreshold", "numerator", "draftingNote"])
    expect(names).toContain(field);
}, 600_000);

test("rows that are hidden come, change and go, and nothing that is shown tells of it", async () => {
  const trials = await hiddenRowsHold(service, schema, extent);
  expect(trials.filter(({ failure }) => failure !== null)).toEqual([]);
}, 600_000);
