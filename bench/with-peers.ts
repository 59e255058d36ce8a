import "reflect-metadata";
import { install, MERCURIUS, POSTGRAPHILE, prepare, tidy } from "./peers";
import { run } from "./run";
import { inSession } from "./session";
import { SIDES } from "./sides";

inSession("bench:peers", (session) => {
  try {
    session.say("installing the peers' packages, where they are not");
    install();
  } catch (error) {
    session.say(
      `the peers are skipped: their packages cannot be installed (${(error as Error).message.split("\n")[0] ?? ""})`,
    );
    return run(session, SIDES);
  }
  return run(session, SIDES, { kinds: [POSTGRAPHILE, MERCURIUS], prepare, tidy });
});
