import { registerSubject } from "../notifications/index";

interface Raised {
  reference: string;
  subject: string | null;
  raisedBy: { name: string } | null;
  against: { name: string } | null;
  stage: { name: string } | null;
  waitingFor: { name: string } | null;
}

/** How a challenge is told of in a message: what its parties read, and no detail, note or answer. */
registerSubject("Challenge", {
  noun: "Challenge",
  selection: "reference subject raisedBy { name } against { name } stage { name } waitingFor { name }",
  describe: (challenge: Raised) => ({
    reference: challenge.reference,
    title: challenge.subject,
    withheld: challenge.stage === null,
    more: [
      ["Raised by", challenge.raisedBy?.name],
      ["Challenged", challenge.against?.name],
      ["Now dealt with by", challenge.stage?.name],
      ["Now waiting for", challenge.waitingFor?.name],
    ],
  }),
});
