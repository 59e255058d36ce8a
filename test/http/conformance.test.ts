import { serverAudits } from "graphql-http";
import { demonstrationDatabase, serve, type Service } from "../support/service";

let service: Service;
let authorization: Record<string, string>;
beforeAll(async () => {
  service = await serve(await demonstrationDatabase());
  authorization = await service.as("wrenford-officer").authorization();
});
afterAll(async () => {
  await service.stop();
  await service.database.drop();
});

/** The suite asks `__type`, which is for those signed in. */
const signedIn: typeof fetch = (url, options) =>
  fetch(url, { ...options, headers: { ...(options?.headers as Record<string, string>), ...authorization } });

/** What the specification leaves open and this service does not do: a GET needs the header that keeps forged ones out. */
const NOT_DONE = ["5A70", "D6D5", "6A70"];

const audits = serverAudits({ url: () => `${service.address}/graphql`, fetchFn: signedIn });
const named = audits.map((audit) => ({ title: `${audit.id} ${audit.name}`, audit }));
const required = named.filter(({ audit }) => /^(MUST|SHOULD)/.test(audit.name));
const open = named.filter(({ audit }) => audit.name.startsWith("MAY"));

describe("GraphQL over HTTP: the audits of graphql-http", () => {
  test("are MUST, SHOULD and MAY, and none else", () => {
    expect([required.length > 30, open.length > 15, required.length + open.length]).toEqual([
      true,
      true,
      audits.length,
    ]);
  });
  test.each(required)("$title", async ({ audit }) => {
    expect(await audit.fn()).toMatchObject({ status: "ok" });
  });
  test.each(open)("$title", async ({ audit }) => {
    expect((await audit.fn()).status).toBe(NOT_DONE.includes(audit.id) ? "notice" : "ok");
  });
});
