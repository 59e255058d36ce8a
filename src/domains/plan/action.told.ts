import { registerSubject } from "../notifications/index";

interface Answered {
  reference: string;
  title: string | null;
  leadAgency: { name: string } | null;
  byWhen: { text: string | null } | null;
}

/** How an action is told of in a message. */
registerSubject("Action", {
  noun: "Action",
  selection: "reference title leadAgency { name } byWhen { text }",
  describe: ({ reference, title, leadAgency, byWhen }: Answered) => ({
    reference,
    title,
    more: [
      ["Led by", leadAgency?.name],
      ["By when, as the plan says", byWhen?.text],
    ],
  }),
});
