import { registerSubject } from "../notifications/index";

interface Answered {
  number: number;
  title: string | null;
  board: { name: string } | null;
  agency: { name: string } | null;
}

/** How a tracked item is told of in a message. */
registerSubject("TrackedItem", {
  noun: "Tracked item",
  selection: "number title board { name } agency { name }",
  describe: ({ number, title, board, agency }: Answered) => ({
    reference: String(number),
    title,
    more: [
      ["Tracked by", board?.name],
      ["Of", agency?.name],
    ],
  }),
});
