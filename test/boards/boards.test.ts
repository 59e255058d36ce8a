import fc from "fast-check";
import { below, entries, refusalsOf } from "../support/writes";
import { BOARD, type BoardsWorld, demonstrationOfBoards, done, mutation } from "./world";
import { globalId } from "../../src/platform/graphql/ids";

const CREATE = mutation("createBoard", "CreateBoardInput", "board", "id name kind version parent { name }");
const END = mutation(
  "endBoard",
  "EndBoardInput",
  "board",
  "name validTo version successor { name } predecessors { name }",
);
const SEAT = mutation(
  "addBoardMember",
  "AddBoardMemberInput",
  "boardMember",
  "id role validFrom validTo agency { name } post { title }",
);
const LEAVE = mutation("endBoardMembership", "EndBoardMembershipInput", "boardMember", "validTo");

let world: BoardsWorld;
beforeAll(async () => {
  world = await demonstrationOfBoards();
});
afterAll(async () => {
  await world.service.stop();
  await world.database.drop();
});

const partnership = async (slug = "wrenford") =>
  globalId("Partnership", await world.key("select id from partnership where slug = $1", [slug]));
let made = 0;
const newBoard = async (more: object = {}) =>
  done<{ id: string; name: string }>(world.service, "wrenford-officer", CREATE, {
    partnership: await partnership(),
    name: `Board ${(made += 1)}`,
    kind: "SUB_GROUP",
    ...more,
  });

test.each([
  ["wrenford-officer", []],
  ["wrenford-chair", ["FORBIDDEN"]],
  ["wrenford-inspector", ["FORBIDDEN"]],
  ["wrenford-scrutiny", ["FORBIDDEN"]],
  ["police-lead", ["FORBIDDEN"]],
  ["wrenford-integrator", ["FORBIDDEN"]],
  ["coventry-officer", ["FORBIDDEN input.partnership"]],
  [null, ["FORBIDDEN"]],
])("%s sets up a board: %j", async (actor, expected) => {
  const before = await world.moving();
  const input = { partnership: await partnership(), name: `Set up by ${actor ?? "nobody"}`, kind: "SUB_GROUP" };
  expect(await refusalsOf(world.service, actor, CREATE, input)).toEqual(expected);
  if (expected.length > 0) expect(await world.moving()).toEqual(before);
});

test("a board stands under another of its partnership, and its name is taken once", async () => {
  const parent = await world.board();
  expect(await newBoard({ parent, name: "Learning group" })).toMatchObject({
    name: "Learning group",
    kind: "SUB_GROUP",
    version: 1,
    parent: { name: BOARD },
  });
  const before = await world.moving();
  const refused = (more: object) =>
    (async () => {
      const input = { partnership: await partnership(), name: "Another", kind: "SUB_GROUP", ...more };
      return refusalsOf(world.service, "wrenford-officer", CREATE, input);
    })();
  expect(await refused({ name: "Learning group" })).toEqual(["CONFLICT input.name"]);
  expect(await refused({ name: " " })).toEqual(["BAD_USER_INPUT input.name"]);
  expect(await refused({ parent: await world.board("Children's Services Improvement Board") })).toEqual([
    "BAD_USER_INPUT input.parent",
  ]);
  expect(await refused({ parent: "nothing" })).toEqual(["NOT_FOUND"]);
  expect(await world.moving()).toEqual(before);
});

test("a board ends once, with who follows; another version than expected is a conflict that says which it is", async () => {
  const [old, next] = [await newBoard(), await newBoard()];
  const input = { board: old.id, validTo: "2019-01-31", successor: next.id, expectedVersion: 1 };
  const stale = await world.service
    .as("wrenford-officer")
    .data<{ endBoard: { userErrors: object[] } }>(END, { input: { ...input, expectedVersion: 7 } });
  expect(stale.endBoard.userErrors).toMatchObject([{ code: "CONFLICT", currentVersion: 1 }]);
  expect(await done(world.service, "wrenford-officer", END, input)).toEqual({
    name: old.name,
    validTo: "2019-01-31",
    version: 2,
    successor: { name: next.name },
    predecessors: [],
  });
  const [entry] = (await entries(world.database)).filter(({ kind }) => kind === "board.ended");
  expect(entry?.detail).toEqual({
    validTo: "2019-01-31",
    successor: await world.key("select id from board where name = $1", [next.name]),
  });
  const before = await world.moving();
  expect(await refusalsOf(world.service, "wrenford-officer", END, { ...input, expectedVersion: 2 })).toEqual([
    "CONFLICT input.board",
  ]);
  expect(await world.moving()).toEqual(before);
});

test("nothing follows itself in the end, by the service or below it", async () => {
  const [a, b, c] = [await newBoard(), await newBoard(), await newBoard()];
  const end = (board: { id: string }, successor: { id: string }) => ({
    board: board.id,
    validTo: "2019-01-31",
    successor: successor.id,
  });
  await done(world.service, "wrenford-officer", END, end(a, b));
  await done(world.service, "wrenford-officer", END, end(b, c));
  const before = await world.moving();
  expect(await refusalsOf(world.service, "wrenford-officer", END, end(c, a))).toEqual(["CONFLICT input.successor"]);
  expect(await refusalsOf(world.service, "wrenford-officer", END, end(c, c))).toEqual(["CONFLICT input.successor"]);
  expect(await world.moving()).toEqual(before);
  const direct = `update board set valid_to = '2019-01-31', successor_id = (select id from board where name = '${a.name}') where name = '${c.name}'`;
  expect(await below(world.database, "wrenford-officer", direct)).toBe("a board succeeds itself");
});

test("however many end each other at once, no circle comes of it", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc
        .integer({ min: 2, max: 4 })
        .chain((size) => fc.tuple(fc.constant(size), fc.array(fc.nat(size - 1), { minLength: size, maxLength: size }))),
      async ([size, successors]) => {
        const boards: { id: string; name: string }[] = [];
        for (let at = 0; at < size; at += 1) boards.push(await newBoard());
        await Promise.all(
          boards.map((board, at) =>
            refusalsOf(world.service, "wrenford-officer", END, {
              board: board.id,
              validTo: "2019-01-31",
              successor: boards[successors[at] ?? 0]?.id,
            }),
          ),
        );
        const circles = await world.database.owner.query<object[]>(
          `with recursive later as (
             select b.id as start, b.successor_id as id, 1 as steps from board b
             union all select l.start, b.successor_id, l.steps + 1 from later l join board b on b.id = l.id where l.steps < 10)
           select 1 from later where id = start`,
        );
        expect(circles).toEqual([]);
      },
    ),
    { numRuns: 8 },
  );
});

test("a seat is an agency's, a post's or both; of a post alone it is with the agency that the post is in", async () => {
  const board = (await newBoard()).id;
  const housing = await world.agency("Wrenford Homes");
  const post = await world.post("Named Nurse for Safeguarding");
  expect(await done(world.service, "wrenford-officer", SEAT, { board, agency: housing, role: "MEMBER" })).toMatchObject(
    {
      role: "MEMBER",
      validFrom: "2019-02-14",
      agency: { name: "Wrenford Homes" },
      post: null,
    },
  );
  const nurse = await done<{ id: string }>(world.service, "wrenford-officer", SEAT, { board, post, role: "CHAIR" });
  expect(nurse).toMatchObject({
    agency: { name: "Wrenford Community Health Trust" },
    post: { title: "Named Nurse for Safeguarding" },
  });
  const before = await world.moving();
  const refused = (more: object) =>
    refusalsOf(world.service, "wrenford-officer", SEAT, { board, role: "MEMBER", ...more });
  expect(await refused({})).toEqual(["BAD_USER_INPUT input.agency"]);
  expect(await refused({ agency: housing })).toEqual(["CONFLICT input.agency"]);
  expect(await refused({ agency: "nothing" })).toEqual(["BAD_USER_INPUT input.agency"]);
  expect(await world.moving()).toEqual(before);
  const leaving = { boardMember: nurse.id };
  expect(await refusalsOf(world.service, "wrenford-chair", LEAVE, leaving)).toEqual(["FORBIDDEN"]);
  expect(await refusalsOf(world.service, "coventry-officer", LEAVE, leaving)).toEqual(["FORBIDDEN input.boardMember"]);
  expect(await world.moving()).toEqual(before);
  expect(await done(world.service, "wrenford-officer", LEAVE, leaving)).toEqual({ validTo: "2019-02-14" });
  expect(await refusalsOf(world.service, "wrenford-officer", LEAVE, leaving)).toEqual(["CONFLICT input.boardMember"]);
});
