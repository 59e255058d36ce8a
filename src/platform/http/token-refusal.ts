import { decodeProtectedHeader, errors } from "jose";
import { UnauthenticatedError } from "../errors/index";

/** Why a credential was not accepted. For logs and the audit trail alone: a caller who learns it learns what to forge. */
export type RefusalReason =
  | "malformed"
  | "unsigned"
  | "algorithm"
  | "issuer"
  | "audience"
  | "expired"
  | "not yet valid"
  | "kind"
  | "unknown key"
  | "signature"
  | "oversized"
  | "unknown subject"
  | "unknown token"
  | "keys unavailable";

/** A credential that does not hold. The message says what to do, and of the reason only that it has expired. */
export class TokenRefusedError extends UnauthenticatedError {
  constructor(readonly reason: RefusalReason) {
    super(
      reason === "expired" ? "The token has expired. Sign in again." : "The token was not accepted. Sign in again.",
    );
  }
}

/** What a failed check of a claim means; any other claim at fault is a token that makes no sense. */
const CLAIMS: Partial<Record<string, RefusalReason>> = {
  iss: "issuer",
  aud: "audience",
  nbf: "not yet valid",
  iat: "not yet valid",
};

/** Why jose did not accept `token`, or null where its error is no fault of the token's. */
export function refusalReason(error: unknown, token: string): RefusalReason | null {
  if (error instanceof errors.JWTExpired) return "expired";
  if (error instanceof errors.JWTClaimValidationFailed)
    return (error.reason !== "invalid" && CLAIMS[error.claim]) || "malformed";
  if (error instanceof errors.JOSEAlgNotAllowed) return isUnsigned(token) ? "unsigned" : "algorithm";
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
    return "unknown key";
  if (error instanceof errors.JWSSignatureVerificationFailed) return "signature";
  if (
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JOSENotSupported
  )
    return "malformed";
  return null;
}

/** Whether the header says, in whatever spelling, that there is no signature. */
function isUnsigned(token: string): boolean {
  const { alg } = decodeProtectedHeader(token);
  return typeof alg === "string" && /^\W*none\W*$/i.test(alg);
}
