import { type Config, readConfig } from "../src/platform/config/index";
import { NOW } from "./generate";

/** One caller with 32 connections is what limits are there to stop; what is measured is the work that they let through. */
const WITHOUT_LIMITS = {
  CONCURRENT_REQUESTS: "0",
  RATE_LIMIT_ACTOR: "0",
  RATE_LIMIT_ADDRESS: "0",
  RATE_LIMIT_FAILED_SIGN_IN: "0",
};

/**
 * How the service is configured where it is measured: over the bench's database, with demonstration sign-in on. Without
 * `reuse` every answer is computed, also where nothing has changed since it was last given.
 */
export const benchConfig = ({ reuse }: { reuse: boolean }): Config =>
  readConfig({
    ...(reuse ? {} : { KEPT_ANSWERS_MB: "0" }),
    DATABASE_URL: process.env.DATABASE_URL,
    HOST: "127.0.0.1",
    PORT: "0",
    DEMO_SIGN_IN: "on",
    NOW,
    LOG_LEVEL: "warn",
    ...WITHOUT_LIMITS,
  });
