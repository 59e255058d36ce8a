import type { Statements } from "./rows";
import type { AgencyVocabulary } from "./reader/index";

/**
 * The agencies and posts of a partnership as the reader looks for them. Keys are the ids of the rows, so that what the
 * reader finds needs no second look. The transaction must be one that may read the partnership.
 */
export async function vocabularyOf(sql: Statements, partnershipId: string): Promise<AgencyVocabulary> {
  const [{ vocabulary }] = (await sql.query(
    `select jsonb_build_object(
       'agencies', coalesce((
         select jsonb_agg(jsonb_build_object(
           'key', a.id, 'name', a.name, 'kind', a.kind,
           'aliases', to_jsonb(array_remove(array[a.short_name], null)) || coalesce((
             select jsonb_agg(l.alias order by l.alias) from agency_alias l where l.agency_id = a.id), '[]'::jsonb))
           order by a.valid_to nulls first, a.name)
         from agency a where a.partnership_id = $1), '[]'::jsonb),
       'posts', coalesce((
         select jsonb_agg(jsonb_build_object(
           'key', p.id, 'title', p.title, 'agencyKey', p.agency_id,
           'aliases', coalesce((select jsonb_agg(l.alias order by l.alias) from post_alias l where l.post_id = p.id), '[]'::jsonb))
           order by p.title)
         from post p where p.partnership_id = $1), '[]'::jsonb)) as vocabulary`,
    [partnershipId],
  )) as [{ vocabulary: AgencyVocabulary }];
  return vocabulary;
}
