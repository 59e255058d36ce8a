// Writes src/clocks/published.json: the bank holidays of the package date-holidays (GB), with the one-off days of the
// list beside it in place of its own. `--check` writes nothing and ends with 1 where the file says something else.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const Holidays = require("date-holidays");
const { version } = require("date-holidays/package.json");

const FROM = 1998;
const TO = 2027;
const divisions = { ENGLAND_AND_WALES: "ENG", SCOTLAND: "SCT", NORTHERN_IRELAND: "NIR" };
const oneOffs = JSON.parse(readFileSync(new URL("one-off-days.json", import.meta.url), "utf8"));
const file = new URL("../../src/clocks/published.json", import.meta.url);

const isWeekend = (day) => [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());
/** St Andrew's Day Bank Holiday (Scotland) Act 2007: the package has the day for earlier years too. */
const isTooEarly = ({ day, name }) => name.startsWith("St Andrew") && day < "2007-03-15";
/** Of a day that was proclaimed once the package says the day and not always what it stood in for. */
const isOneOff = ({ day }) => oneOffs.some((one) => one.day === day || one.insteadOf === day);

function daysOf(division, code) {
  const holidays = new Holidays("GB", code, { types: ["public"], languages: ["en"] });
  const years = Array.from({ length: TO - FROM + 1 }, (_, index) => FROM + index);
  const yearly = years
    .flatMap((year) => holidays.getHolidays(year))
    .map(({ date, name }) => ({ day: date.slice(0, 10), name: name.replaceAll("’", "'") }))
    .filter((holiday) => !isTooEarly(holiday) && !isOneOff(holiday));
  const once = oneOffs
    .filter((one) => (one.divisions ?? [division]).includes(division))
    .map(({ day, name }) => ({ day, name }));
  // what falls on a weekend is kept on its substitute day, which is there beside it
  return [...yearly, ...once].filter(({ day }) => !isWeekend(day)).sort((one, other) => (one.day < other.day ? -1 : 1));
}

const source = `date-holidays ${version} (CC BY 3.0, from GOV.UK and Wikipedia), with one-off days as proclaimed`;
const calendars = Object.fromEntries(
  Object.entries(divisions).map(([division, code]) => [
    division,
    { source, from: `${FROM}-01-01`, to: `${TO}-12-31`, days: daysOf(division, code) },
  ]),
);

const text = `${JSON.stringify(calendars, null, 2).replace(/\{\s+("day": "[^"]+"),\s+("name": "[^"]+")\s+\}/g, "{ $1, $2 }")}\n`;
if (!process.argv.includes("--check")) writeFileSync(file, text);
else if (readFileSync(file, "utf8") !== text) {
  console.error("src/clocks/published.json is not what scripts/bank-holidays makes: run npm run bank-holidays.");
  process.exitCode = 1;
}
