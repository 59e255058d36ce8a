import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import { z } from "zod";

/** The last link of a chain as somebody keeps it elsewhere, signed by the service: nobody rewrites what came before it unseen. */
export interface Checkpoint {
  format: "golden-thread audit checkpoint 1";
  /** Slug of the partnership. */
  partnership: string;
  sequence: number;
  hash: string;
  issuedAt: string;
  /** The public key, SPKI in Base64, and the Ed25519 signature of the lines of the fields before it, in Base64. */
  key: string;
  signature: string;
}

const FORMAT = "golden-thread audit checkpoint 1";
const shape = z.strictObject({
  format: z.literal(FORMAT),
  partnership: z.string(),
  sequence: z.int().positive(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  issuedAt: z.iso.datetime(),
  key: z.string(),
  signature: z.string(),
});

type Stated = Omit<Checkpoint, "format" | "key" | "signature">;

const linesOf = ({ partnership, sequence, hash, issuedAt }: Stated, key: string): Buffer =>
  Buffer.from([FORMAT, partnership, sequence, hash, issuedAt, key].join("\n"));

/** A key to sign with, made once and shared by the replicas: PKCS #8, DER. */
export const newSigningKey = (): Buffer =>
  generateKeyPairSync("ed25519").privateKey.export({ format: "der", type: "pkcs8" });

const publicOf = (key: KeyObject) => createPublicKey(key).export({ format: "der", type: "spki" }).toString("base64");

const privateOf = (signingKey: Buffer) => createPrivateKey({ key: signingKey, format: "der", type: "pkcs8" });

/** The public key of one to sign with: SPKI in Base64. */
export const publicKeyOf = (signingKey: Buffer): string => publicOf(privateOf(signingKey));

/** Signs what is stated. */
export function checkpointOf(stated: Stated, signingKey: Buffer): Checkpoint {
  const privateKey = privateOf(signingKey);
  const key = publicOf(privateKey);
  return { format: FORMAT, ...stated, key, signature: sign(null, linesOf(stated, key), privateKey).toString("base64") };
}

/** A checkpoint cannot be used; the message says why. */
export class CheckpointError extends Error {
  override name = "CheckpointError";
}

/**
 * Reads a checkpoint that was signed with a key: the service's public one, SPKI in Base64; null, where it has none.
 *
 * @throws {CheckpointError} where it is none, was signed by somebody else, or was changed after it was signed.
 */
export function readCheckpoint(text: string, expected: string | null): Checkpoint {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    throw new CheckpointError("This is no checkpoint: it is not JSON.");
  }
  const read = shape.safeParse(given);
  if (!read.success) throw new CheckpointError("This is no checkpoint of a Golden Thread audit trail.");
  const { key, signature } = read.data;
  if (key !== expected)
    throw new CheckpointError(
      "The checkpoint was signed with another key than this service's. It says nothing of the trail, which was not looked at.",
    );
  if (!isSigned(read.data, key, signature))
    throw new CheckpointError("The checkpoint was changed after it was signed: its signature does not hold.");
  return read.data;
}

function isSigned(stated: Stated, key: string, signature: string): boolean {
  try {
    const publicKey = createPublicKey({ key: Buffer.from(key, "base64"), format: "der", type: "spki" });
    return (
      publicKey.asymmetricKeyType === "ed25519" &&
      verify(null, linesOf(stated, key), publicKey, Buffer.from(signature, "base64"))
    );
  } catch {
    return false;
  }
}
