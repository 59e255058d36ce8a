import { type Place, readRows } from "../access/index";

/**
 * Who is named for the actions in which evidence is in use, of what the caller may know to be in use: one text for each, of
 * action, role and agency, in the order printed. It tells what the caller is to the evidence.
 */
export const NAMED_WHERE_USED = (evidence: string | Place): string =>
  `array(select u.action_id || ' ' || s.role || ' ' || coalesce(s.agency_id::text, '') from evidence_use u join assignment s on s.action_id = u.action_id
    where u.evidence_id = ${evidence}.id and u.ended_at is null order by u.action_id, s.position)`;

readRows("Evidence", {
  related: {
    named: (evidence) => NAMED_WHERE_USED(evidence),
    ownerAgencyId: (evidence) => `${evidence}.owner_agency_id`,
  },
});
