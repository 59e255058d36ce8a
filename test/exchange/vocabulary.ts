import type { AgencyVocabulary } from "../../src/domains/exchange/reader";

type Agency = AgencyVocabulary["agencies"][number];
type Post = AgencyVocabulary["posts"][number];

const agency = (key: string, name: string, aliases: string[] = [], kind: Agency["kind"] = "ORGANISATION"): Agency => ({
  key,
  name,
  aliases,
  kind,
});
const post = (key: string, title: string, agencyKey: string | null = null, aliases: string[] = []): Post => ({
  key,
  title,
  agencyKey,
  aliases,
});

/** The agencies and posts of a partnership like Coventry's, as the importer is given them. */
export const vocabulary: AgencyVocabulary = {
  agencies: [
    agency("CCC", "Coventry City Council", ["CCC", "Council"]),
    agency("LSCB", "Local Safeguarding Children Board", ["LSCB"]),
    agency("POLICE", "West Midlands Police", ["Police", "WMP"]),
    agency("HEALTH", "Health", ["Health services"], "COLLECTIVE"),
    agency("CCG", "Coventry and Rugby Clinical Commissioning Group", ["CCG"]),
    agency("CWPT", "Coventry and Warwickshire Partnership Trust", ["CWPT"]),
    agency("UHCW", "University Hospitals Coventry and Warwickshire", ["UHCW", "UHCW NHS Trust"]),
    agency("PUBLIC_HEALTH", "Public Health"),
    agency("SCHOOLS", "Schools", [], "COLLECTIVE"),
    agency("HOUSING", "Housing"),
    agency("PROBATION", "Probation", ["Probation NPS/CRC", "NPS/CRC"], "COLLECTIVE"),
    agency("NPS", "National Probation Service", ["NPS", "Probation NPS"]),
    agency("CRC", "Community Rehabilitation Company", ["CRC", "Probation CRC"]),
    agency("INDEPENDENT", "Independent sector", [], "COLLECTIVE"),
    agency("ACE", "Adoption Central England", ["ACE"]),
  ],
  posts: [
    post("INDEPENDENT_CHAIR", "Independent Chair"),
    post("CPB_CHAIR", "Chair of the Corporate Parenting Board", "CCC"),
  ],
};
