import { globalId } from "../../src/platform/graphql/ids";
import { enrol } from "../support/enrol";
import type { Service } from "../support/service";
import { demonstrationOfWriters, type Outcome, state } from "../support/writes";

/** Tables that belong to boards, and those that a board's decision moves. */
export const TABLES = [
  "board",
  "board_member",
  "meeting",
  "agenda_item",
  "agenda_paper",
  "decision",
  "tracked_item",
  "tracked_item_action",
  "tracked_item_response",
  "work_programme_item",
  "highlight_report",
  "sign_off",
  "plan_sign_off",
  "plan_hand_over",
  "carried_action",
  "action",
  "assignment",
  "plan",
];

/** The partnership board of Wrenford, which met on 7 February 2019. */
export const BOARD = "Wrenford Partnership Board";
export const MET = "2019-02-07";

/** The demonstration with writers, and ways to name what is in it. */
export async function demonstrationOfBoards() {
  const world = await demonstrationOfWriters();
  const { database } = world;
  await enrol(database, "housing-lead", [{ role: "AGENCY_LEAD", agency: "Wrenford Homes" }]);
  await enrol(database, "acute-viewer", [{ role: "AGENCY_VIEWER", agency: "Wrenford General Hospitals Trust" }]);
  await enrol(database, "icb-contributor", [{ role: "AGENCY_CONTRIBUTOR", agency: "Wrenford Integrated Care Board" }]);
  const key = async (text: string, values: unknown[]) => {
    const [row] = await database.owner.query<{ id: string }[]>(text, values);
    if (!row) throw new Error(`nothing is found by ${text} with ${JSON.stringify(values)}`);
    return row.id;
  };
  return {
    ...world,
    key,
    moving: () => state(database, ...TABLES),
    board: async (name = BOARD) => globalId("Board", await key("select id from board where name = $1", [name])),
    agency: async (name: string) =>
      globalId(
        "Agency",
        await key(
          "select g.id from agency g join partnership p on p.id = g.partnership_id where g.name = $1 and p.slug = 'wrenford'",
          [name],
        ),
      ),
    post: async (title: string) =>
      globalId("Post", await key("select id from post where title = $1 order by agency_id desc", [title])),
    meeting: async (day = MET, name = BOARD) =>
      globalId(
        "Meeting",
        await key(
          "select m.id from meeting m join board b on b.id = m.board_id where b.name = $1 and m.day = $2 order by m.state desc",
          [name, day],
        ),
      ),
    decision: async (number: string, day: string, name = BOARD) =>
      globalId(
        "Decision",
        await key(
          "select d.id from decision d join board b on b.id = d.board_id where b.name = $1 and d.decided_on = $2 and d.number = $3",
          [name, day, number],
        ),
      ),
    trackedItem: async (number: number, name = BOARD) =>
      globalId(
        "TrackedItem",
        await key(
          "select t.id from tracked_item t join board b on b.id = t.board_id where b.name = $1 and t.number = $2",
          [name, number],
        ),
      ),
    action: (reference: string) => globalId("Action", world.actions[reference] ?? ""),
    plan: async (slug: string) => globalId("Plan", await key("select id from plan where slug = $1", [slug])),
  };
}
export type BoardsWorld = Awaited<ReturnType<typeof demonstrationOfBoards>>;

/** A mutation of that name that gives its thing's selection. */
export const mutation = (name: string, input: string, thing: string, selection: string) =>
  `mutation ($input: ${input}!) { ${name}(input: $input) { ${thing} { ${selection} } userErrors { code field message currentVersion } } }`;

/** What a mutation gave, as somebody who must be let. */
export async function done<T>(service: Service, actor: string, text: string, input: object): Promise<T> {
  const data = await service.as(actor).data<Record<string, Outcome & Record<string, T>>>(text, { input });
  const [payload] = Object.values(data);
  if (!payload || payload.userErrors.length > 0) throw new Error(JSON.stringify(payload));
  const [thing] = Object.entries(payload).filter(([name]) => name !== "userErrors");
  return thing?.[1] as T;
}

/** Why a mutation was not done, in the service's words. */
export async function told(service: Service, actor: string, text: string, input: object): Promise<string[]> {
  const data = await service.as(actor).data<Record<string, Outcome>>(text, { input });
  return Object.values(data).flatMap(({ userErrors }) => userErrors.map(({ message }) => message));
}

const DECIDE = mutation("recordDecision", "RecordDecisionInput", "decision", "id");

/** A decision of that kind, taken by the partnership board on 7 February 2019. */
export async function decided(world: BoardsWorld, kind: string, more: object = {}): Promise<string> {
  const { id } = await done<{ id: string }>(world.service, "wrenford-officer", DECIDE, {
    meeting: await world.meeting(),
    kind,
    text: "Decided in a test",
    ...more,
  });
  return id;
}
