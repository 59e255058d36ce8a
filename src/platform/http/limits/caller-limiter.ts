import type { Request, RequestHandler, Response } from "express";
import type { Logger } from "pino";
import type { DataSource } from "typeorm";
import type { CallerLimits } from "../../config/index";
import type { Credential } from "../../database/request-database";
import { DomainError } from "../../errors/index";
import { refuse } from "../answer";
import { actorKey, addressKey } from "./caller-key";
import { LeasedBudget, type Standing, WINDOW } from "./leased-budget";
import { Turns } from "./turns";

/** What a budget is of, for the message of a refusal. */
const TOLD = {
  actor: "requests a minute for each signed-in caller",
  address: "requests a minute without a token from one address",
  "failed-sign-in": "tokens a minute that do not hold from one address",
} as const;
type BudgetName = keyof typeof TOLD;

/**
 * Keeps one caller from using up the service: budgets of requests a minute by actor, by address for those without a token
 * and for tokens that do not hold, and a few requests at once for each. A limit of 0 is none.
 */
export class CallerLimiter {
  private readonly budgets = new Map<BudgetName, LeasedBudget>();
  private readonly turns: Turns | null;

  constructor({ actor, address, failedSignIn, concurrent }: CallerLimits, source: DataSource, log: Logger) {
    for (const [name, limit] of [
      ["actor", actor],
      ["address", address],
      ["failed-sign-in", failedSignIn],
    ] as const)
      if (limit > 0) this.budgets.set(name, new LeasedBudget({ name, limit, source, log }));
    this.turns = concurrent > 0 ? new Turns(concurrent) : null;
  }

  /** Counts a token that did not hold; gives the refusal where that was one too many, and says when to try again. */
  async failedSignIn(request: Request, response: Response): Promise<DomainError | null> {
    const standing = await this.budgets.get("failed-sign-in")?.take(addressKey(request));
    return standing && !standing.granted ? refusal(response, "failed-sign-in", standing) : null;
  }

  /** Spends one request of the caller's budget, then waits for the caller's turn. `credentialOf` tells who is asking, or null. */
  request(credentialOf: (response: Response) => Credential | null): RequestHandler {
    return async (request, response, next) => {
      const who = credentialOf(response);
      const caller = who ? actorKey(who) : addressKey(request);
      const name = who ? "actor" : "address";
      const standing = await this.budgets.get(name)?.take(caller);
      if (standing) tellStanding(response, name, standing);
      if (standing && !standing.granted) {
        refuse(response, 429, refusal(response, name, standing));
        return;
      }
      if (response.destroyed) return; // the caller left meanwhile
      if (!this.turns) {
        next();
        return;
      }
      const end = this.turns.take(caller, next);
      if (end) {
        response.on("close", end);
        return;
      }
      response.setHeader("retry-after", "1");
      refuse(response, 429, {
        code: "RATE_LIMITED",
        message: "Too many requests of this caller are waiting. Send the next ones when some are answered.",
      });
    };
  }
}

/** The refusal that a spent budget is, with the headers that go with it. */
function refusal(response: Response, name: BudgetName, standing: Standing): DomainError {
  const { limit, reset } = standing;
  tellStanding(response, name, standing);
  response.setHeader("retry-after", String(reset));
  const most = limit.toLocaleString("en");
  return new DomainError("RATE_LIMITED", `At most ${most} ${TOLD[name]} are allowed. Try again in ${reset} s.`);
}

/** The fields of draft-ietf-httpapi-ratelimit-headers. */
function tellStanding(response: Response, name: BudgetName, { limit, remaining, reset }: Standing): void {
  response.setHeader("ratelimit-policy", `"${name}";q=${limit};w=${WINDOW}`);
  response.setHeader("ratelimit", `"${name}";r=${remaining};t=${reset}`);
}
