import "reflect-metadata";
import { CannotListenError, type RunningApp, startApp } from "./app";
import { FolderError } from "./domains/exchange/index";
import { DatabaseNotReadyError } from "./platform/database/prepare";
import { EmbeddedDatabaseError } from "./platform/database/embedded/index";
import { type Config, ConfigError, readConfig } from "./platform/config/index";

/** Errors whose message is for the person who starts the service, and is all that they need. */
const told = [CannotListenError, ConfigError, DatabaseNotReadyError, EmbeddedDatabaseError, FolderError];
/** Silence on the terminal is broken after this many milliseconds. */
const PATIENCE = 10_000;

const say = (text: string) => console.log(`Golden Thread: ${text}`);

async function main(): Promise<void> {
  const startedAt = Date.now();
  const config = readConfig();
  for (const warning of config.warnings) say(`WARNING: ${warning}`);

  let last = "starting";
  let stopping = false;
  let app: RunningApp | undefined;
  const reminder = setInterval(() => say(`still at it: ${last}`), PATIENCE);
  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    say(`stopping (${signal})…`);
    await app?.stop();
    process.exit(0);
  };
  process.on("SIGINT", () => void stop("SIGINT"));
  process.on("SIGTERM", () => void stop("SIGTERM"));
  // a part of an answer that failed early may fail after it, and that is no reason to leave all others without one
  process.on("unhandledRejection", (reason) => {
    console.error("Golden Thread: something failed that nobody waited for any more:", reason);
  });

  try {
    app = await startApp(config, (text) => {
      last = text;
      reminder.refresh();
      say(text);
    });
  } finally {
    clearInterval(reminder);
  }
  say(`ready after ${((Date.now() - startedAt) / 1000).toFixed(1)} s at ${app.address}`);
  if (config.demoSignIn) {
    say(
      "DEMONSTRATION SIGN-IN IS ON: anyone who reaches this address can act as any demonstration actor. Not for real data.",
    );
  }
  if (config.fixedNow)
    say(
      `the clock stands at ${config.fixedNow.toISOString()} (set NOW to change it, or npm run demo:clock while it runs)`,
    );
  say("things to try:");
  thingsToTry(config, app.address).forEach((thing, index) => console.log(`  ${index + 1}. ${thing}`));
}

function thingsToTry({ graphiql, demoSignIn }: Config, address: string): string[] {
  const query = '{"query":"{ actions(first: 3) { totalCount nodes { reference title } } }"}';
  return [
    ...(graphiql
      ? [`Open ${address}/graphiql and sign in ${demoSignIn ? "as an actor" : "with a token"}; the queries are ready.`]
      : []),
    demoSignIn ? `curl ${address}/demo/actors` : `curl ${address}/readyz`,
    `curl ${address}/graphql -H 'content-type: application/json' -d '${query}'`,
  ];
}

main().catch((error: unknown) => {
  if (told.some((kind) => error instanceof kind)) console.error(`Golden Thread: ${(error as Error).message}`);
  else console.error("Golden Thread could not start:", error);
  process.exit(1);
});
