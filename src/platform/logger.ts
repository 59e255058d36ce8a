import pino, { type Logger } from "pino";

/** Structured log on standard error, so that standard output stays for people. Tokens and bodies are never logged. */
export const createLogger = (level: string): Logger =>
  pino(
    {
      level,
      base: null,
      redact: ["req.headers.authorization", "*.token", "*.password", "err.config", "err.parameters", "err.query"],
    },
    pino.destination({ dest: 2, sync: true }),
  );
