import { byId, type Facts, type Holding, isOwn, type Row, rowsOf, today } from "./reading";
import type { Asking } from "./reading-rows";

/**
 * Who sees and who writes what boards do, read from the issue: boards are public with their partnership; a meeting, and
 * public business, once it is published; private business is oversight's and that of agencies with a seat on the board, and
 * what is asked in private is also that of whoever is asked. `reading-rows.ts` and `reading-writes.ts` take it in.
 */
type Sight = (row: Row, one: Asking, facts: Facts) => boolean;

/** What this stands on of the plain reading of rows. */
interface Ground {
  belongs: (one: Asking, partnership: unknown) => boolean;
  watches: (one: Asking, partnership: unknown) => boolean;
  isOut: (facts: Facts, row: Row) => boolean;
  inScope: (one: Asking, scope: string) => boolean;
  seesAction: Sight;
  seesPlan: Sight;
}

/** Holdings through which somebody reads for an agency. */
const reading = (one: Asking): Holding[] =>
  one.who.holdings.filter(({ agency }) => agency !== null && isOwn(one.who, agency));
const runsToday = (facts: Facts, { valid_from: from, valid_to: to }: Row) =>
  (typeof from !== "string" || from <= today(facts)) && (typeof to !== "string" || to >= today(facts));
/** Whether the agency, or a collective that it is in today, is one of somebody's. */
const isAmong = (holdings: readonly Holding[], agency: unknown) =>
  typeof agency === "string" &&
  holdings.some(({ names, acting }) => acting !== "SCRUTINY_MEMBER" && names.includes(agency));

export const boardsSeen = ({
  belongs,
  watches,
  isOut,
  inScope,
  seesAction,
  seesPlan,
}: Ground): Record<string, Sight> => {
  const shown: Sight = (row, one, facts) => {
    const partnership = byId(facts, "partnership", row.partnership_id);
    return one.asking && partnership !== undefined && isOut(facts, partnership);
  };
  const board: Sight = (row, one, facts) => belongs(one, row.partnership_id) || shown(row, one, facts);
  const published: Sight = (row, one, facts) =>
    belongs(one, row.partnership_id) || (isOut(facts, row) && shown(row, one, facts));
  const sits: Sight = (row, one, facts) =>
    rowsOf(facts, "board_member").some(
      (seat) => seat.board_id === row.board_id && runsToday(facts, seat) && isAmong(reading(one), seat.agency_id),
    );
  const business: Sight = (row, one, facts) =>
    row.business === "PUBLIC" ? published(row, one, facts) : watches(one, row.partnership_id) || sits(row, one, facts);
  const tracked: Sight = (row, one, facts) =>
    business(row, one, facts) || (row.business === "PRIVATE" && isAmong(reading(one), row.agency_id));
  const through =
    (table: string, column: string, sight: Sight): Sight =>
    (row, one, facts) => {
      const parent = byId(facts, table, row[column]);
      return parent !== undefined && sight(parent, one, facts);
    };
  const member: Sight = (row, one) => belongs(one, row.partnership_id);
  const either =
    (...sights: Sight[]): Sight =>
    (row, one, facts) =>
      sights.some((sight) => sight(row, one, facts));

  const plain: Record<string, Sight> = {
    board,
    board_member: board,
    meeting: published,
    agenda_item: business,
    agenda_paper: through("agenda_item", "agenda_item_id", business),
    decision: business,
    tracked_item: tracked,
    tracked_item_action: through("tracked_item", "tracked_item_id", tracked),
    tracked_item_response: through("tracked_item", "tracked_item_id", tracked),
    work_programme_item: published,
    sign_off: either(member, through("action", "action_id", seesAction)),
    plan_sign_off: either(member, through("plan", "plan_id", seesPlan)),
    plan_hand_over: either(member, through("plan", "plan_id", seesPlan)),
    carried_action: either(member, through("action", "action_id", seesAction)),
  };
  const scoped = Object.entries(plain).map(([table, sight]): [string, Sight] => [
    table,
    (row, one, facts) => inScope(one, "READ_PLAN") && sight(row, one, facts),
  ]);
  return {
    ...Object.fromEntries(scoped),
    highlight_report: (row, one) => inScope(one, "READ_REPORTING") && belongs(one, row.partnership_id),
  };
};

/** What this stands on of the plain reading of writing. */
interface WritingGround {
  kept: (row: Row, one: Asking) => boolean;
  chairs: (one: Asking, partnership: unknown) => boolean;
  drafts: (one: Asking, agency: unknown) => boolean;
  leadsAction: (facts: Facts, one: Asking, agency: unknown, row: Row) => boolean;
  inHand: (action: Row | undefined) => boolean;
  seesItem: Sight;
}

interface Writing {
  add: Sight;
  columns: readonly string[];
  take?: Sight;
  leave?: Sight;
  keeps?: (before: Row, after: Row, one: Asking) => boolean;
}

export const boardsWritten = ({
  kept,
  chairs,
  drafts,
  leadsAction,
  inHand,
  seesItem,
}: WritingGround): Record<string, Writing> => {
  const run = (...columns: string[]): Writing =>
    columns.length > 0 ? { add: kept, columns, take: kept } : { add: kept, columns };
  const decides: Sight = (row, one) => kept(row, one) || chairs(one, row.partnership_id);
  // said by the chair; of the past, by the operator who loads it
  const signs: Sight = (row, one) =>
    chairs(one, row.partnership_id) || (one.operatorOf !== null && one.operatorOf === row.partnership_id);
  /** Holdings in whose name somebody answers. */
  const answering = (one: Asking) => one.who.holdings.filter(({ agency }) => drafts(one, agency));
  const isAsked = (row: Row, one: Asking) => isAmong(answering(one), row.agency_id);
  return {
    board: run("valid_to", "successor_id", "version"),
    board_member: run("valid_to"),
    meeting: run("state", "cancelled_reason", "published_at", "version"),
    agenda_item: run("published_at"),
    agenda_paper: run(),
    decision: { ...run("published_at"), add: decides },
    tracked_item: {
      add: decides,
      columns: ["status", "closed_on", "published_at", "version"],
      take: (row, one) => kept(row, one) || (isAsked(row, one) && row.status !== "CLOSED"),
      leave: (row, one) => kept(row, one) || (isAsked(row, one) && row.status === "ANSWERED"),
      // whoever is asked says that it has answered, and nothing else
      keeps: (before, after, one) =>
        kept(before, one) ||
        (after.status === "ANSWERED" &&
          Object.keys(after).every(
            (name) =>
              name === "status" || name === "version" || JSON.stringify(after[name]) === JSON.stringify(before[name]),
          )),
    },
    tracked_item_action: { add: decides, columns: [] },
    tracked_item_response: {
      add: (row, one, facts) => {
        if (kept(row, one)) return true;
        const item = byId(facts, "tracked_item", row.tracked_item_id);
        const mine = one.who.holdings.filter(({ agency }) => agency === row.agency_id);
        return (
          drafts(one, row.agency_id) &&
          item !== undefined &&
          seesItem(item, one, facts) &&
          item.status !== "CLOSED" &&
          isAmong(mine, item.agency_id)
        );
      },
      columns: [],
    },
    work_programme_item: run("basis", "meeting_id", "scheduled_on", "outcome", "published_at", "version"),
    highlight_report: {
      add: (row, one, facts) =>
        (one.operatorOf !== null && one.operatorOf === row.partnership_id) ||
        (drafts(one, row.agency_id) &&
          row.filed_at instanceof Date &&
          row.filed_at >= facts.now &&
          leadsAction(facts, one, row.agency_id, row) &&
          inHand(byId(facts, "action", row.action_id))),
      columns: [],
    },
    sign_off: { add: signs, columns: [] },
    plan_sign_off: { add: signs, columns: [] },
    plan_hand_over: run(),
    carried_action: run(),
  };
};
