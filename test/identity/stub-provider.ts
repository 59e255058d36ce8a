import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, generateKeyPair, type GenerateKeyPairResult, type JWK, SignJWT } from "jose";

export const AUDIENCE = "golden-thread";

/** What a token is made of; what is left out is as a good one has it. */
export interface Wanted {
  header?: Record<string, unknown>;
  claims?: Record<string, unknown>;
  key?: CryptoKey | Uint8Array;
}

/** Seconds since 1970, as tokens count. */
export const seconds = () => Math.floor(Date.now() / 1000);
export const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** An identity provider that can be made to fail, and to rotate its keys, in the ways that real ones do. */
export class StubProvider {
  /** Paths asked for, in order. */
  readonly asked: string[] = [];
  /** What it answers instead of its keys; null: its keys. */
  failing: { status: number; body: string; headers?: Record<string, string> } | null = null;
  /** What its discovery document says beside or instead of the truth. */
  discovery: Record<string, unknown> = {};
  private readonly server = createServer((request, response) => {
    this.asked.push(request.url ?? "");
    const document =
      request.url === "/keys"
        ? { keys: this.published }
        : { issuer: this.issuer, jwks_uri: this.jwksUrl, ...this.discovery };
    const { status, body, headers } = this.failing ?? { status: 200, body: JSON.stringify(document) };
    response.writeHead(status, { "content-type": "application/json", connection: "close", ...headers }).end(body);
  });
  private port = 0;
  published: JWK[] = [];
  kid = "";
  key!: GenerateKeyPairResult;

  static async start(): Promise<StubProvider> {
    const provider = new StubProvider();
    await provider.rotate("one");
    await provider.listen();
    return provider;
  }

  get issuer(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get jwksUrl(): string {
    return `${this.issuer}/keys`;
  }

  /** Signs with a new key from now on, and publishes no other. */
  async rotate(kid: string, alg = "RS256"): Promise<void> {
    this.key = await generateKeyPair(alg, { extractable: true });
    this.kid = kid;
    this.published = [{ ...(await exportJWK(this.key.publicKey)), kid, alg, use: "sig" }];
  }

  /** A token of a person known as `subject`. */
  tokenOf({ header, claims, key }: Wanted = {}): Promise<string> {
    const { alg = "RS256" } = this.published[0] ?? {};
    const now = seconds();
    return new SignJWT({ iss: this.issuer, aud: AUDIENCE, sub: "known", iat: now, exp: now + 300, ...claims })
      .setProtectedHeader({ alg, kid: this.kid, ...header })
      .sign(key ?? this.key.privateKey);
  }

  /** On the port that it had before, where it had one. */
  async listen(): Promise<void> {
    await new Promise<void>((listening) => this.server.listen(this.port, "127.0.0.1", listening));
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Nothing answers on its port any more. */
  async stop(): Promise<void> {
    await new Promise((closed) => {
      this.server.close(closed);
      this.server.closeAllConnections();
    });
  }
}

/** Lets `milliseconds` pass for every clock that is read, and for nothing that waits. */
export function later(milliseconds: number): void {
  jest.useFakeTimers({
    now: Date.now() + milliseconds,
    doNotFake: [
      "setTimeout",
      "clearTimeout",
      "setInterval",
      "clearInterval",
      "setImmediate",
      "clearImmediate",
      "nextTick",
      "queueMicrotask",
      "performance",
      "hrtime",
    ],
  });
}
