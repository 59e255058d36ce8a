import { connect } from "node:net";
import type { Refusal } from "../../src/sign-in";
import { demonstrationDatabase, serve, type Service } from "../support/service";
import { AUDIENCE, base64url, StubProvider } from "./stub-provider";

export interface Verdict {
  status: number;
  code: string | undefined;
  message: string | undefined;
  /** What the audit trail was told. */
  reasons: string[];
}

export const ACCEPTED: Verdict = { status: 200, code: undefined, message: undefined, reasons: [] };

/** A refusal, which tells the caller nothing of its reason but that a token has expired. */
export const refused = (reason: string): Verdict => ({
  status: 401,
  code: "UNAUTHENTICATED",
  message:
    reason === "expired" ? "The token has expired. Sign in again." : "The token was not accepted. Sign in again.",
  reasons: [reason],
});

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** A service that trusts a provider and knows one of its people, `known`; and the ways to attack it. */
export class Attacked {
  private constructor(
    readonly provider: StubProvider,
    readonly service: Service,
    readonly refusals: Refusal[],
  ) {}

  static async start(): Promise<Attacked> {
    const provider = await StubProvider.start();
    const refusals: Refusal[] = [];
    const service = await serve(await demonstrationDatabase(), {
      trust: (tokens) => tokens.trustRemote({ issuer: provider.issuer, audience: AUDIENCE, jwksUrl: provider.jwksUrl }),
      onRefused: (refusal) => refusals.push(refusal),
    });
    await service.database.owner.query(
      `with p as (insert into person (issuer, subject, label) values ($1, 'known', 'Analyst') returning id)
       insert into membership (person_id, partnership_id, agency_id, role, valid_from)
       select p.id, g.partnership_id, g.id, 'AGENCY_VIEWER', '2018-01-01' from p join agency g on g.name = 'Wrenshire Constabulary'`,
      [provider.issuer],
    );
    return new Attacked(provider, service, refusals);
  }

  async stop(): Promise<void> {
    await this.service.stop();
    await this.service.database.drop();
    await this.provider.stop();
  }

  /** What the service answers to a request with these headers, and what it told the audit trail. */
  async verdictOn(headers: Record<string, string>): Promise<Verdict> {
    this.refusals.length = 0;
    const response = await fetch(`${this.service.address}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ query: "{ viewer { label } }" }),
    });
    const { errors } = (await response.json()) as { errors?: { message: string; extensions: { code: string } }[] };
    const requestId = response.headers.get("x-request-id");
    expect(this.refusals.every((refusal) => refusal.requestId === requestId)).toBe(true);
    return {
      status: response.status,
      code: errors?.[0]?.extensions.code,
      message: errors?.[0]?.message,
      reasons: this.refusals.map(({ reason }) => reason),
    };
  }

  /** A token whose parts are what the attacker writes, around the signature of a good one. */
  async forged(header: object, claims?: object, signature?: string): Promise<string> {
    const [, good = "", signed = ""] = (await this.provider.tokenOf()).split(".");
    return [base64url(header), claims ? base64url(claims) : good, signature ?? signed].join(".");
  }

  /** Sends a request byte by byte as given, since clients refuse to send most of these. */
  raw(header: string): Promise<{ status: number; headers: string; body: string }> {
    const { hostname, port } = new URL(this.service.address);
    const content = JSON.stringify({ query: "{ viewer { label } }" });
    return new Promise((resolve, reject) => {
      let text = "";
      const socket = connect(Number(port), hostname, () => {
        const head = ["POST /graphql HTTP/1.1", "Host: x", "Content-Type: application/json", "Connection: close"];
        socket.write([...head, `Content-Length: ${content.length}`, header, "", content].join("\r\n"));
      });
      socket.setTimeout(60_000, () => socket.destroy(new Error("no answer")));
      socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
      socket.on("error", reject);
      socket.on("close", () => {
        const [headers = "", ...body] = text.split("\r\n\r\n");
        resolve({ status: Number(headers.split(" ")[1]), headers, body: body.join("\r\n\r\n") });
      });
    });
  }
}
