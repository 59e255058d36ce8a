import { createCipheriv, createHmac, createSecretKey, hash, type KeyObject, timingSafeEqual } from "node:crypto";
import { BadInputError } from "../errors/index";

const BLOCK = 16;

/**
 * Opaque cursors that reveal nothing: the sort position is encrypted under a key that the replicas share (AES-256 in counter
 * mode), beginning from a digest of it under another key, which is what makes sure of it when the cursor comes back
 * (the synthetic initialisation vector of RFC 5297). The same position always gives the same cursor, so that answers can be
 * compared; nobody without the keys makes or foretells one.
 */
export class Cursors {
  private readonly encryption: KeyObject;
  private readonly digests: Buffer;

  /** @param secret at least 32 random bytes */
  constructor(secret: Buffer) {
    this.encryption = createSecretKey(createHmac("sha256", secret).update("cursor encryption").digest());
    this.digests = createHmac("sha256", secret).update("cursor digest").digest();
  }

  /** `list` names the list and its order: a cursor of one list means nothing in another. */
  seal(list: string, position: readonly string[]): string {
    return this.sealAll(list, [position])[0] ?? "";
  }

  /** The same of many positions, which share one run of the cipher: making a cipher costs more than running it. */
  sealAll(list: string, positions: readonly (readonly string[])[]): string[] {
    const texts = positions.map((position) => {
      const plain = Buffer.from(JSON.stringify([list, ...position]));
      return { plain, start: this.digestOf(plain) };
    });
    const stream = this.streamOf(texts);
    let at = 0;
    return texts.map(({ plain, start }) => {
      const sealed = Buffer.allocUnsafe(BLOCK + plain.length);
      start.copy(sealed);
      for (let index = 0; index < plain.length; index += 1)
        sealed[BLOCK + index] = (plain[index] ?? 0) ^ (stream[at + index] ?? 0);
      at += blocksOf(plain) * BLOCK;
      return sealed.toString("base64url");
    });
  }

  private digestOf(plain: Buffer): Buffer {
    return hash("sha256", Buffer.concat([this.digests, plain]), "buffer").subarray(0, BLOCK);
  }

  /** What the texts are masked with: of each its starting block, counted up for each block of the text. */
  private streamOf(texts: readonly { plain: Buffer; start: Buffer }[]): Buffer {
    const counters = Buffer.allocUnsafe(texts.reduce((sum, { plain }) => sum + blocksOf(plain) * BLOCK, 0));
    let at = 0;
    for (const { plain, start } of texts) {
      // the last four bytes count from nought
      const first = start.readUInt32BE(BLOCK - 4);
      for (let block = 0; block < blocksOf(plain); block += 1, at += BLOCK) {
        start.copy(counters, at);
        counters.writeUInt32BE((first + block) >>> 0, at + BLOCK - 4);
      }
    }
    return createCipheriv("aes-256-ecb", this.encryption, null).setAutoPadding(false).update(counters);
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
    // one spelling a cursor: decoding passes over what is no base64
    if (bytes.length <= BLOCK || bytes.toString("base64url") !== cursor) throw noCursor(field);
    const [start, sealed] = [bytes.subarray(0, BLOCK), bytes.subarray(BLOCK)];
    const stream = this.streamOf([{ plain: sealed, start }]);
    const plain = sealed.map((byte, index) => byte ^ (stream[index] ?? 0));
    if (!timingSafeEqual(this.digestOf(Buffer.from(plain)), start)) throw noCursor(field);
    const [list = "", ...position] = JSON.parse(Buffer.from(plain).toString()) as string[];
    return { list, position };
  }
}

const blocksOf = (text: Buffer): number => Math.ceil(text.length / BLOCK);

/** What a cursor is refused with that is none of its list. */
export const noCursor = (field: readonly string[]): BadInputError =>
  new BadInputError(
    `${field.join(".")} is no cursor of this list in this order. Start again from the first page.`,
    field,
  );
