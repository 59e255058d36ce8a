import "reflect-metadata";
import { Client } from "pg";
import { startApp } from "../src/app";
import { serveAsChild } from "./child";
import { benchConfig } from "./service-config";
import { statementCounter } from "./statement-counter";

/**
 * The service as it ships, over the generated data: its own composition, with demonstration sign-in on. An answer is given
 * again while nothing has changed only where the program is started with `reuse`.
 */
void serveAsChild(async () => ({
  ...(await startApp(benchConfig({ reuse: process.argv[2] === "reuse" }), () => undefined)),
  count: statementCounter(Client),
}));
