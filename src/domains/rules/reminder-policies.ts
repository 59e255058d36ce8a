import { RemindedOf } from "./reminder-policy.entity";

/** Working days before and after a day due, and whether on it. */
interface Reminding {
  before: number | null;
  on: boolean;
  after: number | null;
}

/** When people are reminded where their partnership has not said otherwise. */
export const USUAL: Readonly<Record<RemindedOf, Reminding>> = {
  ACTION: { before: 10, on: true, after: 5 },
  UPDATE: { before: 5, on: true, after: 1 },
  TRACKED_ITEM: { before: 5, on: true, after: 5 },
  CHALLENGE: { before: 1, on: true, after: 1 },
};

const usual = Object.entries(USUAL)
  .map(
    ([about, { before, on, after }], place) =>
      `(${place}, '${about}', ${before ?? "null"}::int, ${on}, ${after ?? "null"}::int)`,
  )
  .join(", ");

/** The policies of a partnership, as it has said or as is usual, one for each kind of thing. */
export const policiesOf = (partnership: string, it: string) => `(
  select coalesce(p.id, gen_random_uuid()) as id, ${partnership} as partnership_id, u.about, u.place, coalesce(p.version, 0) as version,
    case when p.id is null then u.days_before else p.days_before end as days_before,
    coalesce(p.on_the_day, u.on_the_day) as on_the_day,
    case when p.id is null then u.days_after else p.days_after end as days_after
  from (values ${usual}) as u (place, about, days_before, on_the_day, days_after)
  left join reminder_policy p on p.partnership_id = ${partnership} and p.about = u.about) ${it}`;
