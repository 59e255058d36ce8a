import type { Request, Response } from "express";
import type { Credential } from "../database/request-database";
import { actorKey, addressKey } from "./limits/index";
import { SharedMemory } from "./shared-memory";

/** One caller's place in a memory. */
export interface Place<V> {
  get: (key: string) => V | undefined;
  set: (key: string, value: V, bytes: number) => void;
  delete: (key: string) => void;
}

/**
 * A memory of so many bytes in which each caller has a place of its own: a sixteenth at most, and a sixty-fourth for one
 * thing. Whoever has no token costs nothing to be many of, so all of them together have a quarter.
 */
export class MemoryOfCallers<V> {
  private readonly signedIn: SharedMemory<V>;
  private readonly anonymous: SharedMemory<V>;

  constructor(
    bytes: number,
    private readonly credentialOf: (response: Response) => Credential | null,
  ) {
    const limits = { caller: bytes / 16, one: bytes / 64 };
    this.signedIn = new SharedMemory({ ...limits, all: (bytes * 3) / 4 });
    this.anonymous = new SharedMemory({ ...limits, all: bytes / 4 });
  }

  /** Bytes that are kept. */
  get size(): number {
    return this.signedIn.size + this.anonymous.size;
  }

  /** The place of whoever asks. */
  placeOf(request: Request, response: Response): Place<V> {
    const who = this.credentialOf(response);
    const memory = who ? this.signedIn : this.anonymous;
    const caller = who ? actorKey(who) : addressKey(request);
    return {
      get: (key) => memory.get(caller, key),
      set: (key, value, bytes) => memory.set(caller, key, value, bytes),
      delete: (key) => memory.delete(caller, key),
    };
  }
}
