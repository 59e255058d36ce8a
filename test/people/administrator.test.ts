import { run as runProgram } from "../support/program";
import { DEMONSTRATION_ISSUER, demonstrationDatabase, serve, type Service } from "../support/service";
import { done, places } from "./world";

let service: Service;
beforeAll(async () => {
  service = await serve(await demonstrationDatabase());
});
afterAll(async () => {
  await service.stop();
  await service.database.drop();
});

const run = (...args: string[]) => runProgram("domains/exchange/cli/admin", args, service.database.url);

test("the operator makes the first administrator, who invites the first officer; made again, nothing changes", async () => {
  const who = ["--issuer", DEMONSTRATION_ISSUER, "--subject", "first", "--label", "Service manager"];
  expect(await run("--issuer", "x")).toMatchObject({ code: 1 });
  expect((await service.as("first").ask("{ viewer { label } }")).status).toBe(401);
  expect(await run(...who)).toEqual({
    code: 0,
    out: "Made a platform administrator.\n",
    err: expect.any(String) as string,
  });
  expect(await run(...who)).toMatchObject({ code: 0, out: "They are a platform administrator already.\n" });
  const { owner } = service.database;
  await owner.query("update membership set valid_from = '2019-01-01' where role = 'PLATFORM_ADMIN'");
  expect(
    await service.as("first").data("{ viewer { label memberships { role partnership { name } agency { name } } } }"),
  ).toEqual({
    viewer: {
      label: "Service manager",
      memberships: [{ role: "PLATFORM_ADMIN", partnership: null, agency: null }],
    },
  });
  const id = await places(service.database);
  const { code } = await done(service.as("first"), "invitePerson", {
    partnership: id("wrenford"),
    role: "PARTNERSHIP_OFFICER",
    label: "Business manager",
  });
  await done(service.as("new-officer"), "acceptInvitation", { code });
  const kinds = await owner.query<{ kind: string; of: boolean }[]>(
    "select kind, actor_id is not null as of from audit_entry order by ctid",
  );
  expect(kinds).toEqual([
    // what loading each of the demonstration's folders leaves
    { kind: "partnership.loaded", of: false },
    { kind: "partnership.loaded", of: false },
    // whoever was not known yet, refused at the beginning
    { kind: "credential", of: false },
    { kind: "makeAdministrator", of: false },
    { kind: "invitePerson", of: true },
    { kind: "acceptInvitation", of: true },
  ]);
});
