import { createHash, randomBytes } from "node:crypto";
import type { TokenHolder } from "../database/request-database";

/** A service account's token as it is made: `token` is shown once and kept nowhere. */
export interface MintedToken {
  token: string;
  /** By which people tell it from others: `gtk_` and eight hexadecimal digits. */
  prefix: string;
  hash: Buffer;
}

/** A new token: 256 random bits behind a prefix that secret scanners can know it by. Only its SHA-256 is kept. */
export function mintServiceToken(): MintedToken {
  const prefix = `gtk_${randomBytes(4).toString("hex")}`;
  const token = `${prefix}_${randomBytes(32).toString("base64url")}`;
  return { token, prefix, hash: sha256(token) };
}

/** SHA-256 of a secret of 256 random bits: a slow hash would add nothing to what nobody can guess. */
export const sha256 = (secret: string): Buffer => createHash("sha256").update(secret).digest();

/** The token that an `Authorization` header carries, if it has the shape of one of ours; whether it holds, the database says. */
export function serviceTokenOf(authorization: string | undefined): TokenHolder | null {
  const token = /^Bearer +(gtk_[0-9a-f]{8}_[\w-]{43})$/i.exec(authorization ?? "")?.[1];
  return token ? { tokenHash: sha256(token).toString("hex") } : null;
}
