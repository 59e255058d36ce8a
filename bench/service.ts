import "reflect-metadata";
import { startApp } from "../src/app";
import { readConfig } from "../src/platform/config/index";
import { serveAsChild } from "./child";
import { NOW } from "./generate";
import { statementCounter } from "./statement-counter";

/** The service as it ships, over the generated data: its own composition, with demonstration sign-in on. */
void serveAsChild(async () => {
  const config = readConfig({
    DATABASE_URL: process.env.DATABASE_URL,
    HOST: "127.0.0.1",
    PORT: "0",
    DEMO_SIGN_IN: "on",
    NOW,
    LOG_LEVEL: "warn",
  });
  return { ...(await startApp(config, () => undefined)), count: statementCounter() };
});
