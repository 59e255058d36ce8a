import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hash,
  type KeyObject,
  timingSafeEqual,
} from "node:crypto";
import { BadInputError } from "../errors/index";

/**
 * Opaque cursors that reveal nothing: the sort position is encrypted (AES-256-GCM) under a key that the replicas share.
 * The nonce is derived from the content, so the same position always gives the same cursor and answers can be compared.
 */
export class Cursors {
  private readonly encryption: KeyObject;
  private readonly nonces: Buffer;

  /** @param secret at least 32 random bytes */
  constructor(secret: Buffer) {
    this.encryption = createSecretKey(createHmac("sha256", secret).update("cursor encryption").digest());
    this.nonces = createHmac("sha256", secret).update("cursor nonce").digest();
  }

  /** `list` names the list and its order: a cursor of one list means nothing in another. */
  seal(list: string, position: readonly string[]): string {
    const plain = Buffer.from(JSON.stringify([list, ...position]));
    const nonce = this.nonceOf(plain);
    const cipher = createCipheriv("aes-256-gcm", this.encryption, nonce);
    return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString("base64url");
  }

  /** Under a key of its own, cut short: nobody without the key makes or foretells one. */
  private nonceOf(plain: Buffer): Buffer {
    return hash("sha256", Buffer.concat([this.nonces, plain]), "buffer").subarray(0, 12);
  }

  /** The position in a cursor of this list; anything else is a mistake of the caller's. */
  open(list: string, cursor: string, field: readonly string[]): string[] {
    const read = this.read(cursor, field);
    if (read.list !== list) throw noCursor(field);
    return read.position;
  }

  /** The list that a cursor is of, and the position in it; what is no cursor is a mistake of the caller's. */
  read(cursor: string, field: readonly string[]): { list: string; position: string[] } {
    const bytes = Buffer.from(cursor, "base64url");
    try {
      // one spelling a cursor: decoding passes over what is no base64
      if (bytes.toString("base64url") !== cursor) throw new Error("not as it was given");
      const decipher = createDecipheriv("aes-256-gcm", this.encryption, bytes.subarray(0, 12));
      decipher.setAuthTag(bytes.subarray(-16));
      const plain = Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
      const nonce = this.nonceOf(plain);
      const [list = "", ...position] = JSON.parse(plain.toString()) as string[];
      if (timingSafeEqual(nonce, bytes.subarray(0, 12))) return { list, position };
    } catch {
      // fall through: a cursor that does not open is refused as one of another list is
    }
    throw noCursor(field);
  }
}

/** What a cursor is refused with that is none of its list. */
export const noCursor = (field: readonly string[]): BadInputError =>
  new BadInputError(
    `${field.join(".")} is no cursor of this list in this order. Start again from the first page.`,
    field,
  );
