import "reflect-metadata";
import { run } from "./run";
import { inSession } from "./session";
import { SIDES } from "./sides";

inSession("bench", (session) => run(session, SIDES));
