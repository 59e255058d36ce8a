import {
  type CryptoKey,
  decodeJwt,
  errors,
  generateKeyPair,
  type JWTHeaderParameters,
  jwtVerify,
  type JWTVerifyGetKey,
  SignJWT,
} from "jose";
import type { Subject } from "../database/request-database";
import { type KeySource, KeysUnavailableError, RemoteKeySet } from "./key-set";
import { refusalReason, TokenRefusedError } from "./token-refusal";

/** Signatures that are accepted: asymmetric ones alone, and never `none`. */
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"];
/** Seconds by which the identity provider's clock may differ from ours. */
const CLOCK_SKEW = 30;
/** Longest credential in characters; Node itself takes 16 kB of headers. */
const MAX_LENGTH = 8_192;
/** What a token may say that it is: nothing, a JWT, or an access token (RFC 9068). Others are for other purposes. */
const KINDS: readonly unknown[] = [undefined, "jwt", "at+jwt", "application/at+jwt"];

interface TrustedIssuer {
  issuer: string;
  /** A token must name one of them. */
  audience: string | readonly string[];
  keys: JWTVerifyGetKey;
}

/** Issuer of demonstration tokens; only a service with demonstration sign-in on trusts it. */
export const DEMONSTRATION_ISSUER = "golden-thread-demonstration";
const DEMONSTRATION_AUDIENCE = "golden-thread";

/** A token that held: whose it is, until when, and the key that its signature was checked with. */
interface HeldToken {
  subject: Subject;
  /** In seconds since 1970, the difference of clocks included. */
  until: number;
  header: JWTHeaderParameters;
  key: unknown;
}

/** Tokens that are remembered to have held; the one that was not shown for the longest goes first. */
const MOST_HELD = 1_000;

/** Tells from a bearer token who is asking. Issuer, audience, signature, validity and algorithm must all hold. */
export class TokenVerifier {
  private readonly issuers = new Map<string, TrustedIssuer>();
  private readonly held = new Map<string, HeldToken>();

  trust(issuer: TrustedIssuer): this {
    this.issuers.set(issuer.issuer, issuer);
    return this;
  }

  /** Trusts an OpenID provider; gives its keys, for whoever wants to fetch them before the first token comes. */
  trustRemote({ issuer, audience, jwksUrl }: KeySource & Pick<TrustedIssuer, "audience">): RemoteKeySet {
    const keys = new RemoteKeySet({ issuer, jwksUrl });
    this.trust({ issuer, audience, keys: keys.find });
    return keys;
  }

  /**
   * Who the request's `Authorization` headers vouch for; null without any. A header that does not hold is refused
   * (TokenRefusedError), never ignored; KeysUnavailableError where that cannot be told.
   */
  async subjectOf(authorization: string | readonly string[] | undefined): Promise<Subject | null> {
    const [header, ...others] = typeof authorization === "string" ? [authorization] : (authorization ?? []);
    if (header === undefined) return null;
    // which of several counts is anybody's guess, a proxy's before us included
    if (others.length > 0) throw new TokenRefusedError("malformed");
    const credential = /^Bearer +(\S+)$/i.exec(header)?.[1];
    if (credential === undefined) throw new TokenRefusedError("malformed");
    if (credential.length > MAX_LENGTH) throw new TokenRefusedError("oversized");
    return this.subjectOfJwt(credential);
  }

  /**
   * Whose a token is that held before: the very same text, not over yet, under the very key that it held under. What a
   * signature costs is not paid again; that the key still counts is asked as ever.
   */
  private async heldBefore(token: string, keys: JWTVerifyGetKey): Promise<Subject | null> {
    const known = this.held.get(token);
    if (!known || known.until <= Date.now() / 1000) return null;
    const [protectedHeader = "", payload = "", signature = ""] = token.split(".");
    const key = await keys(known.header, { protected: protectedHeader, payload, signature });
    return key === known.key ? known.subject : null;
  }

  private hold(token: string, one: HeldToken): void {
    this.held.delete(token);
    this.held.set(token, one);
    for (const [oldest] of this.held) {
      if (this.held.size <= MOST_HELD) break;
      this.held.delete(oldest);
    }
  }

  private async subjectOfJwt(token: string): Promise<Subject> {
    if (!/^[\w-]+\.[\w-]+\.[\w-]*$/.test(token)) throw new TokenRefusedError("malformed");
    const trusted = this.issuers.get(issuerOf(token));
    if (!trusted) throw new TokenRefusedError("issuer");
    try {
      const { issuer, audience, keys } = trusted;
      const known = await this.heldBefore(token, keys);
      if (known) return known;
      const { payload, protectedHeader, key } = await jwtVerify(token, keys, {
        issuer,
        audience: typeof audience === "string" ? audience : [...audience],
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_SKEW,
        requiredClaims: ["exp", "sub"],
      });
      const { sub, iat, cnf } = payload;
      // a token bound to its sender's key (RFC 7800) must not do for whoever sends it
      if (!KINDS.includes(protectedHeader.typ?.toLowerCase()) || cnf !== undefined) throw new TokenRefusedError("kind");
      if (iat !== undefined && iat > Date.now() / 1000 + CLOCK_SKEW) throw new TokenRefusedError("not yet valid");
      if (typeof sub !== "string" || sub === "" || /[\0\p{Surrogate}]/u.test(sub))
        throw new TokenRefusedError("malformed");
      const subject = { issuer, subject: sub };
      const until = Number(payload.exp) + CLOCK_SKEW;
      this.hold(token, { subject, until, header: protectedHeader, key });
      return subject;
    } catch (error) {
      if (error instanceof TokenRefusedError || error instanceof KeysUnavailableError) throw error;
      const reason = refusalReason(error, token);
      throw reason ? new TokenRefusedError(reason) : new KeysUnavailableError(error);
    }
  }
}

/** The issuer that a token claims, before anything of it is believed. */
function issuerOf(token: string): string {
  try {
    return String(decodeJwt(token).iss);
  } catch {
    throw new TokenRefusedError("malformed");
  }
}

/** Mints tokens for demonstration actors with a key made at this start, good for twelve hours and for nothing else. */
export class DemonstrationSignIn {
  private constructor(
    private readonly privateKey: CryptoKey,
    readonly issuer: TrustedIssuer,
  ) {}

  static async create(): Promise<DemonstrationSignIn> {
    const { privateKey, publicKey } = await generateKeyPair("ES256");
    return new DemonstrationSignIn(privateKey, {
      issuer: DEMONSTRATION_ISSUER,
      audience: DEMONSTRATION_AUDIENCE,
      keys: ({ alg }) => {
        if (alg !== "ES256") throw new errors.JWKSNoMatchingKey();
        return publicKey;
      },
    });
  }

  tokenFor(actor: string): Promise<string> {
    return new SignJWT({})
      .setProtectedHeader({ alg: "ES256" })
      .setIssuer(DEMONSTRATION_ISSUER)
      .setAudience(DEMONSTRATION_AUDIENCE)
      .setSubject(actor)
      .setIssuedAt()
      .setExpirationTime("12h")
      .sign(this.privateKey);
  }
}
