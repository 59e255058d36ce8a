import { readBankHolidays } from "../../src/domains/exchange/bank-holidays-file";

const event = (date: string, title: string, notes = "") => ({ title, date, notes, bunting: true });
const read = (content: string) => readBankHolidays(Buffer.from(content));

test("GOV.UK's file tells of whole years, and which days stand in for others", () => {
  const events = [event("2027-12-27", "Christmas Day", "Substitute day"), event("2028-04-14", "Good Friday")];
  expect(read(JSON.stringify({ scotland: { division: "scotland", events } }))).toEqual([
    {
      division: "SCOTLAND",
      source: "GOV.UK bank-holidays.json (Open Government Licence v3.0)",
      publishedFrom: "2027-01-01",
      publishedTo: "2028-12-31",
      days: [
        { day: "2027-12-27", name: "Christmas Day (substitute day)" },
        { day: "2028-04-14", name: "Good Friday" },
      ],
    },
  ]);
});

test.each([
  ["no JSON", "2028-01-03,New Year's Day", "it is not JSON"],
  ["nothing", "{}", "it is of no division"],
  ["another division", '{"cornwall":{"events":[{"title":"x","date":"2028-03-05"}]}}', 'bank holidays of "cornwall"'],
  ["no day", '{"scotland":{"events":[{"title":"x","date":"2028-02-30"}]}}', "scotland.events.0.date"],
  ["no events", '{"scotland":{"events":[]}}', "scotland.events"],
  ["a list", "[]", "something else stands at its beginning"],
])("refuses %s, in plain words", (_name, content, words) => {
  expect(() => read(content)).toThrow(words);
});
