import type { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import type { S3Client } from "@aws-sdk/client-s3";
import type { S3Config } from "../config/index";
import { isName, type KeptName, requireName, type Storage, StorageError } from "./storage";

type Sdk = typeof import("@aws-sdk/client-s3");

const quiet = (): void => undefined;

/** Milliseconds after which a store that does not answer is given up. */
const PATIENCE = { connectionTimeout: 5_000, requestTimeout: 30_000 };

/**
 * Milliseconds after which an object that came in part is removed, and removed again: a store that keeps such a thing may
 * notice only after the first removal that no more of it will come. What is left even then is found as a lost file.
 */
const REMOVALS = [0, 250, 1_000];

/**
 * Files in a bucket of an S3-compatible store. An object is there when all of it has come and not before: that is the
 * store's own promise. Where no key is configured, the SDK looks for the machine's role.
 */
export class S3Storage implements Storage {
  private constructor(
    private readonly config: S3Config,
    private readonly sdk: Sdk,
    private readonly client: S3Client,
  ) {}

  /** Loads the SDK, which is large, for those who use it. */
  static async open(config: S3Config): Promise<S3Storage> {
    const sdk = await import("@aws-sdk/client-s3");
    const { endpoint, region, accessKeyId, secretAccessKey } = config;
    const client = new sdk.S3Client({
      region,
      requestHandler: PATIENCE,
      // what fails is thrown, and stands in the service's own log
      logger: { trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet },
      // stores other than Amazon's know nothing of its newer checksums; the files' own hashes are in the database
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
      ...(endpoint !== null && { endpoint, forcePathStyle: true }),
      ...(accessKeyId !== null &&
        secretAccessKey !== null && { credentials: { accessKeyId, secretAccessKey: secretAccessKey.reveal() } }),
    });
    return new S3Storage(config, sdk, client);
  }

  async put(name: string, body: Readable, size: number): Promise<void> {
    const object = this.object(name);
    const broken = new AbortController();
    // the SDK does not hear that its source fails
    body.once("error", (error) => broken.abort(error));
    try {
      await this.asked(
        this.client.send(new this.sdk.PutObjectCommand({ ...object, Body: body, ContentLength: size }), {
          abortSignal: broken.signal,
        }),
      );
    } catch (error) {
      // an object that came in part is none for Amazon; other stores may have kept it, and one that is away has nothing to remove
      await this.removeWhatCame(name).catch(() => undefined);
      throw error;
    }
  }

  async get(name: string): Promise<Readable> {
    const { Body } = await this.asked(this.client.send(new this.sdk.GetObjectCommand(this.object(name))));
    if (!Body) throw new StorageError("missing");
    return Body as Readable;
  }

  async exists(name: string): Promise<boolean> {
    try {
      await this.asked(this.client.send(new this.sdk.HeadObjectCommand(this.object(name))));
      return true;
    } catch (error) {
      if (error instanceof StorageError && error.why === "missing") return false;
      throw error;
    }
  }

  async *list(): AsyncGenerator<KeptName[]> {
    let after: string | undefined;
    do {
      const page = await this.asked(
        this.client.send(new this.sdk.ListObjectsV2Command({ Bucket: this.config.bucket, ContinuationToken: after })),
      );
      yield (page.Contents ?? []).flatMap(({ Key, LastModified }) =>
        Key !== undefined && LastModified && isName(Key) ? [{ name: Key, keptAt: LastModified }] : [],
      );
      after = page.NextContinuationToken;
    } while (after !== undefined);
  }

  async remove(name: string): Promise<void> {
    await this.asked(this.client.send(new this.sdk.DeleteObjectCommand(this.object(name))));
  }

  private async removeWhatCame(name: string): Promise<void> {
    for (const milliseconds of REMOVALS) {
      await pause(milliseconds);
      await this.remove(name);
    }
  }

  private readonly object = (name: string) => ({ Bucket: this.config.bucket, Key: requireName(name) });

  private asked<T>(answer: Promise<T>): Promise<T> {
    return answer.catch((error: unknown) => {
      const missing = error instanceof this.sdk.S3ServiceException && ["NoSuchKey", "NotFound"].includes(error.name);
      throw new StorageError(missing ? "missing" : "failed", error);
    });
  }
}
