import {
  type CryptoKey,
  createRemoteJWKSet,
  decodeJwt,
  errors,
  generateKeyPair,
  jwtVerify,
  type JWTVerifyGetKey,
  SignJWT,
} from "jose";
import type { Subject } from "../database/request-database";
import { DomainError, UnauthenticatedError } from "../errors/index";

/** Signatures that are accepted: asymmetric ones alone, and never `none`. */
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"];
/** Seconds by which the identity provider's clock may differ from ours. */
const CLOCK_SKEW = 30;

/** Faults of the key set and not of the token: no answer in time, an answer that is no 200 or no JSON, or no key set. */
const KEY_SET_FAULTS: readonly string[] = [errors.JOSEError.code, errors.JWKSTimeout.code, errors.JWKSInvalid.code];

/** The identity provider's keys cannot be had just now, so that no token can be told good from bad. */
export class KeysUnavailableError extends DomainError {
  constructor(override readonly cause: unknown) {
    super("UNAVAILABLE", "The service cannot fetch the keys that tokens are checked with. Try again in a minute.");
  }
}

interface TrustedIssuer {
  issuer: string;
  audience: string;
  keys: JWTVerifyGetKey;
}

/** Issuer of demonstration tokens; only a service with demonstration sign-in on trusts it. */
export const DEMONSTRATION_ISSUER = "golden-thread-demonstration";
const DEMONSTRATION_AUDIENCE = "golden-thread";

/** Tells from a bearer token who is asking. Issuer, audience, signature, validity and algorithm must all hold. */
export class TokenVerifier {
  private readonly issuers = new Map<string, TrustedIssuer>();

  trust(issuer: TrustedIssuer): this {
    this.issuers.set(issuer.issuer, issuer);
    return this;
  }

  /** Trusts an OpenID provider whose keys are fetched, cached and rotated by jose. */
  trustRemote({ issuer, audience, jwksUrl }: { issuer: string; audience: string; jwksUrl: string }): this {
    return this.trust({
      issuer,
      audience,
      keys: createRemoteJWKSet(new URL(jwksUrl), { timeoutDuration: 5_000, cooldownDuration: 10_000 }),
    });
  }

  /** Who the `Authorization` header vouches for; null without one. A header that does not hold is refused, never ignored. */
  async subjectOf(authorization: string | undefined): Promise<Subject | null> {
    if (authorization === undefined) return null;
    const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1];
    const trusted = token ? this.issuers.get(issuerOf(token)) : undefined;
    if (!token || !trusted) throw new UnauthenticatedError("The token was not accepted. Sign in again.");
    try {
      const { payload } = await jwtVerify(token, trusted.keys, {
        issuer: trusted.issuer,
        audience: trusted.audience,
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_SKEW,
        requiredClaims: ["exp", "sub"],
      });
      if (!payload.sub || payload.sub.includes("\0")) throw new errors.JWTInvalid("no subject");
      return { issuer: trusted.issuer, subject: payload.sub };
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new UnauthenticatedError("The token has expired. Sign in again.");
      if (error instanceof errors.JOSEError && !KEY_SET_FAULTS.includes(error.code))
        throw new UnauthenticatedError("The token was not accepted. Sign in again.");
      throw new KeysUnavailableError(error);
    }
  }
}

function issuerOf(token: string): string {
  try {
    return decodeJwt(token).iss ?? "";
  } catch {
    return "";
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
