import { readPlan } from "../../src/domains/exchange/reader";
import { vocabulary } from "./vocabulary";

async function names(cell: string): Promise<string[]> {
  const csv = `No.,Action,Lead,By when\n1,Review it,"${cell.replaceAll('"', '""')}",March 2026\n`;
  const { actions } = await readPlan(Buffer.from(csv), { fileName: "plan.csv", vocabulary });
  return (actions[0]?.leads ?? []).map(
    (lead) =>
      lead.postKey ??
      (lead.postTitle === null ? (lead.agencyKey ?? `?${lead.text}`) : `${lead.postTitle} @${lead.agencyKey ?? ""}`),
  );
}

test.each([
  [
    "CCC Health Police Schools Housing Probation NPS/CRC Independent sector",
    ["CCC", "HEALTH", "POLICE", "SCHOOLS", "HOUSING", "PROBATION", "INDEPENDENT"],
  ],
  ["Public Health Health", ["PUBLIC_HEALTH", "HEALTH"]],
  ["Probation NPS Probation CRC CCC Police", ["NPS", "CRC", "CCC", "POLICE"]],
  [
    "CCC Independent Chair Chair of the Corporate Parenting Board LSCB",
    ["CCC", "INDEPENDENT_CHAIR", "CPB_CHAIR", "LSCB"],
  ],
  ["Housing – Probation NPS/CRC", ["HOUSING", "PROBATION"]],
  ["LSCB –", ["LSCB"]],
  ["ссс", ["CCC"]],
  ["West Midlands Police (WMP), Council; Schools", ["POLICE", "CCC", "SCHOOLS"]],
  ["WMP /UHCW NHS Trust /CWPT/ CCG", ["POLICE", "UHCW", "CWPT", "CCG"]],
  ["Police & Health and Schools", ["POLICE", "HEALTH", "SCHOOLS"]],
  [
    "Director of Children's Services (DCS)  Detective Chief Insp (WMP)",
    ["Director of Children's Services (DCS) @", "Detective Chief Insp (WMP) @POLICE"],
  ],
  [
    "Head of Children's Social Care /Head of Regulated Services",
    ["Head of Children's Social Care @", "Head of Regulated Services @"],
  ],
  ["Head of Children's Social Care and Safeguarding", ["Head of Children's Social Care and Safeguarding @"]],
  ["Head of Education and Director of Housing", ["Head of Education @", "Director of Housing @"]],
  ["Director of Public Health", ["Director of Public Health @"]],
  ["Head of\nEarly Help", ["Head of Early Help @"]],
  ["LSCB Chair", ["LSCB Chair @LSCB"]],
  ["Service Manager - Performance, Schools", ["Service Manager - Performance @", "SCHOOLS"]],
  ["Assistant Director – Police", ["Assistant Director – Police @POLICE"]],
  ["A. Person (CCC) and B. Person (WMP)", ["CCC", "POLICE"]],
  ["Voices of Care, Barnardo’s", ["?Voices of Care", "?Barnardo’s"]],
  ["Police\nHealth\nPolice", ["POLICE", "HEALTH"]],
  ["•", []],
])("%s", async (cell, expected) => {
  expect(await names(cell)).toEqual(expected);
});
