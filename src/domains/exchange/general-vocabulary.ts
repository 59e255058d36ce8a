import general from "./general-agencies.json";
import { nameKey } from "./name-key";
import type { AgencyVocabulary } from "./reader/index";

/**
 * Names to read a file with when nobody says whose plan it is: the agencies that partnerships in England and Wales
 * commonly name (`general-agencies.json`), and those of the partnerships that are known here. A writing that two of them
 * share goes to the first.
 */
export function generalVocabulary(known: readonly AgencyVocabulary[]): AgencyVocabulary {
  const taken = new Set<string>();
  const free = (name: string) => !taken.has(nameKey(name)) && taken.add(nameKey(name));
  const merged: AgencyVocabulary = { agencies: [], posts: [] };
  for (const { agencies, posts } of [general as AgencyVocabulary, ...known]) {
    for (const agency of agencies)
      if (free(agency.name)) merged.agencies.push({ ...agency, aliases: agency.aliases.filter(free) });
    for (const post of posts) if (free(post.title)) merged.posts.push({ ...post, aliases: post.aliases.filter(free) });
  }
  return merged;
}
