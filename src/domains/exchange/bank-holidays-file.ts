import { z } from "zod";
import type { Division } from "../../clocks/index";
import type { ExtendBankHolidaysInput } from "../calendars/index";
import { FolderError } from "./folder-error";

/** What GOV.UK calls the divisions. */
const DIVISION_OF: Readonly<Record<string, Division>> = {
  "england-and-wales": "ENGLAND_AND_WALES",
  scotland: "SCOTLAND",
  "northern-ireland": "NORTHERN_IRELAND",
};

const SOURCE = "GOV.UK bank-holidays.json (Open Government Licence v3.0)";

const fileShape = z.record(
  z.string(),
  z.object({
    events: z
      .array(z.object({ title: z.string(), date: z.iso.date(), notes: z.string().optional() }))
      .min(1)
      .max(1_000),
  }),
);

/**
 * What a file says that is as GOV.UK publishes its bank holidays (https://www.gov.uk/bank-holidays.json): whole years, from
 * the first to the last that has a day, for each division in it.
 *
 * @throws {FolderError} for any other file.
 */
export function readBankHolidays(bytes: Uint8Array): ExtendBankHolidaysInput[] {
  const divisions = Object.entries(shapeOf(bytes));
  if (divisions.length === 0) throw notAsPublished("it is of no division");
  return divisions.map(([name, { events }]) => {
    const division = DIVISION_OF[name];
    if (!division) throw notAsPublished(`nobody keeps bank holidays of "${name}"`);
    const years = events.map(({ date }) => date.slice(0, 4)).sort();
    return {
      division,
      source: SOURCE,
      publishedFrom: `${years[0] ?? ""}-01-01`,
      publishedTo: `${years.at(-1) ?? ""}-12-31`,
      days: events.map(({ date, title, notes }) => ({
        day: date,
        name: notes?.toLowerCase() === "substitute day" ? `${title} (substitute day)` : title,
      })),
    };
  });
}

function shapeOf(bytes: Uint8Array): z.infer<typeof fileShape> {
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw notAsPublished("it is not JSON");
  }
  const read = fileShape.safeParse(content);
  if (read.success) return read.data;
  throw notAsPublished(`something else stands at ${read.error.issues[0]?.path.join(".") || "its beginning"}`);
}

const notAsPublished = (why: string) =>
  new FolderError(
    `This is not bank-holidays.json as GOV.UK publishes it: ${why}. Fetch https://www.gov.uk/bank-holidays.json and name that file.`,
  );
