import { registerSubject } from "../notifications/index";

/* How what rules and reminders are about is told of in a message, beside actions and tracked items, which say so themselves. */

registerSubject("Agency", {
  noun: "Agency",
  selection: "name",
  describe: ({ name }: { name: string }) => ({ reference: name, title: null }),
});
registerSubject("Indicator", {
  noun: "Indicator",
  selection: "code title",
  describe: ({ code, title }: { code: string; title: string }) => ({ reference: code, title }),
});
registerSubject("Plan", {
  noun: "Reporting on the plan",
  selection: "slug title",
  describe: ({ slug, title }: { slug: string; title: string }) => ({ reference: slug, title }),
});
