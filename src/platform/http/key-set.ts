import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import { keysMayComeFrom } from "../config/checks";
import { DomainError } from "../errors/index";

/** Milliseconds after which the keys are asked for again, so that one that was withdrawn stops counting. */
const FRESH_FOR = 10 * 60_000;
/** Milliseconds for which the keys last fetched still count while the provider cannot be reached. */
const KEPT_FOR = 24 * 3_600_000;
/** Milliseconds between two questions to the provider, however many tokens name a key that it does not have. */
const COOLDOWN = 10_000;
/** The same while there are no keys at all, so that a service that started first recovers soon. */
const COOLDOWN_WITHOUT_KEYS = 1_000;
/** Milliseconds that the provider has for an answer. */
const TIMEOUT = 5_000;

/** The identity provider's keys cannot be had just now, so that no token can be told good from bad. */
export class KeysUnavailableError extends DomainError {
  constructor(override readonly cause: unknown) {
    super("UNAVAILABLE", "The service cannot fetch the keys that tokens are checked with. Try again in a minute.");
  }
}

/** Where an identity provider's signing keys are. */
export interface KeySource {
  issuer: string;
  /** Null: the provider's own `/.well-known/openid-configuration` says. */
  jwksUrl: string | null;
}

/**
 * Signing keys of an identity provider. They are fetched when first needed, again every ten minutes, and when a token
 * names a key that is not among them: so a rotation needs no restart. Keys once fetched count for a day while the provider
 * is away. Only the configured provider is ever asked, and at most once in ten seconds.
 */
export class RemoteKeySet {
  private keys: { find: JWTVerifyGetKey; fetchedAt: number } | null = null;
  private asked: { at: number; failure: KeysUnavailableError | null } | null = null;
  private asking: Promise<JWTVerifyGetKey> | null = null;

  constructor(private readonly source: KeySource) {}

  /** The key that a token's header names. Throws jose's errors for one that is unknown, and KeysUnavailableError. */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const known = await this.current();
    try {
      return await known(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      if (!this.coolingDown) return (await this.refresh())(header, token);
      // whether the provider has the key by now cannot be told
      if (this.asked?.failure) throw this.asked.failure;
      throw error;
    }
  };

  /** Asks the provider for its keys now; many callers at once share one question. */
  refresh(): Promise<JWTVerifyGetKey> {
    this.asking ??= this.ask().finally(() => (this.asking = null));
    return this.asking;
  }

  private get coolingDown(): boolean {
    const wait = this.keys ? COOLDOWN : COOLDOWN_WITHOUT_KEYS;
    return this.asking === null && this.asked !== null && Date.now() < this.asked.at + wait;
  }

  private async current(): Promise<JWTVerifyGetKey> {
    const age = this.keys ? Date.now() - this.keys.fetchedAt : Infinity;
    if (this.keys && age < FRESH_FOR) return this.keys.find;
    const failure = this.asked?.failure ?? null;
    if (!this.keys || age >= KEPT_FOR) {
      if (failure && this.coolingDown) throw failure;
      return this.refresh();
    }
    if (this.coolingDown) return this.keys.find;
    const { find } = this.keys;
    const refreshed = this.refresh().catch(() => find);
    // once the provider is known to be away, nobody waits for it
    return failure ? find : refreshed;
  }

  private async ask(): Promise<JWTVerifyGetKey> {
    try {
      const address = this.source.jwksUrl ?? (await discoverKeys(this.source.issuer));
      const find = createLocalJWKSet((await getJson(address)) as JSONWebKeySet);
      this.keys = { find, fetchedAt: Date.now() };
      this.asked = { at: Date.now(), failure: null };
      return find;
    } catch (error) {
      const failure = new KeysUnavailableError(error);
      this.asked = { at: Date.now(), failure };
      throw failure;
    }
  }
}

/** Where the provider says that its keys are (OpenID Connect Discovery 1.0, section 4), if it is the one that was asked for. */
async function discoverKeys(issuer: string): Promise<string> {
  const address = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const found = (await getJson(address)) as { issuer?: unknown; jwks_uri?: unknown } | null;
  if (found?.issuer !== issuer)
    throw new Error(
      `${address} is of issuer ${JSON.stringify(found?.issuer)}; AUTH_ISSUER is ${JSON.stringify(issuer)}`,
    );
  if (typeof found.jwks_uri !== "string" || !keysMayComeFrom(found.jwks_uri))
    throw new Error(`${address} names no https address for its keys`);
  return found.jwks_uri;
}

async function getJson(address: string): Promise<unknown> {
  const response = await fetch(address, {
    headers: { accept: "application/json, application/jwk-set+json" },
    redirect: "manual",
    signal: AbortSignal.timeout(TIMEOUT),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`${address} answered ${response.status} and not 200`);
  }
  return response.json();
}
