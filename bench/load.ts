import { createRequire } from "node:module";

export interface Request {
  method: "GET" | "POST";
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

/** What one measurement found. */
export interface Measured {
  requestsPerSecond: number;
  /** Milliseconds that half of the answers, and all but one in a hundred, took at most. */
  p50: number;
  p99: number;
  /** Requests sent, those included that were under way at the end. */
  sent: number;
  answers: number;
  bytes: number;
}

/** The part of autocannon that is used here; it ships no types. */
type Autocannon = (options: {
  url: string;
  connections: number;
  duration: number;
  requests: Request[];
  timeout: number;
}) => Promise<{
  requests: { average: number; total: number; sent: number };
  latency: { p50: number; p99: number };
  throughput: { total: number };
  statusCodeStats: Record<string, { count: number }>;
  errors: number;
  timeouts: number;
}>;
const autocannon = createRequire(__filename)("autocannon") as Autocannon;

/** A response that is not what was measured for; the measurement is worth nothing. */
export class BadAnswerError extends Error {
  override name = "BadAnswerError";
}

/** Sends the requests in turn over each connection for so many seconds. @throws {BadAnswerError} unless all answer 200. */
export async function load(
  address: string,
  requests: Request[],
  { connections, seconds }: { connections: number; seconds: number },
): Promise<Measured> {
  const result = await autocannon({ url: address, connections, duration: seconds, requests, timeout: 30 });
  const others = Object.entries(result.statusCodeStats).filter(([status]) => status !== "200");
  if (others.length > 0 || result.errors > 0 || result.timeouts > 0 || result.requests.total === 0) {
    const told = others.map(([status, { count }]) => `${count} x ${status}`);
    throw new BadAnswerError(
      `Not every response was a 200: ${[...told, `${result.errors} errors`, `${result.timeouts} time-outs`, `${result.requests.total} answers`].join(", ")}.`,
    );
  }
  return {
    requestsPerSecond: result.requests.average,
    p50: result.latency.p50,
    p99: result.latency.p99,
    sent: result.requests.sent,
    answers: result.requests.total,
    bytes: result.throughput.total,
  };
}

/** Sends one request and gives the body. @throws {BadAnswerError} unless it answers 200. */
export async function ask(address: string, { path, ...init }: Request): Promise<string> {
  const response = await fetch(`${address}${path}`, { ...init, signal: AbortSignal.timeout(30_000) });
  const text = await response.text();
  if (response.status !== 200) throw new BadAnswerError(`${path} answered ${response.status}: ${text.slice(0, 300)}`);
  return text;
}
