import { Injectable } from '@nestjs/common';
import { ShortLivedCache } from '#core/cache';
import { safeEqual } from '#core/crypto';
import { type Db, InjectDb } from '#core/db';
import type { ErrorFactory } from '#core/errors';
import { type Principal } from '#core/http';
import { hashApiKey, type ParsedApiKey, parseApiKey } from './api-key.js';
import { ApiKeyUsageService } from './api-key-usage.service.js';
import { type ApiKeyRecord, ApiKeysRepository } from './api-keys.repository.js';
import { effectiveScopes } from './api-key-scopes.js';
import {
  AddressNotAllowed,
  ApiKeyExpired,
  ApiKeyInvalid,
  ApiKeyMalformed,
  ApiKeyOrphaned,
  ApiKeyRevoked,
} from './auth.errors.js';
import { compileAllowList } from './ip-allow-list.js';

/** What ends or narrows a key counts in every process after at most this long (the promise is 5 s). */
const CACHE_MS = 4_000;

/** A key ready to be compared: everything that does not depend on the request is made once. */
interface KnownKey {
  record: ApiKeyRecord;
  principal: Principal;
  allows: (address: string) => boolean;
  /** The key as it came in and fitted, while this entry lives: the next request with it needs no hash. */
  fitted: Buffer | null;
}

/** Finds out who is behind an API key. */
@Injectable()
export class ApiKeyVerifier {
  private readonly known = new ShortLivedCache<KnownKey | undefined>({ max: 10_000, ttlMs: CACHE_MS });

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: ApiKeysRepository,
    private readonly usage: ApiKeyUsageService,
  ) {}

  /**
   * @throws ApiKeyMalformed (without asking the database), ApiKeyInvalid, ApiKeyRevoked, ApiKeyExpired,
   * ApiKeyOrphaned, AddressNotAllowed; the last four only to whoever has the whole key.
   */
  verify(text: string, address: string): Principal | Promise<Principal> {
    const parsed = parseApiKey(text);
    if (!parsed) throw ApiKeyMalformed('Compare it with the key you were shown: the form or the checksum is wrong.');
    const key = this.known.read(parsed.keyId, () => this.load(parsed.keyId));
    return key instanceof Promise
      ? key.then((late) => this.admit(late, parsed, text, address))
      : this.admit(key, parsed, text, address);
  }

  /** To be called after a change of the key: this process then sees it at once. */
  forget(keyId: string): void {
    this.known.forget(keyId);
  }

  private admit(key: KnownKey | undefined, { mode }: ParsedApiKey, text: string, address: string): Principal {
    if (!key) throw ApiKeyInvalid();
    const organization = { id: key.record.organizationId };
    if (key.record.mode !== mode || !fits(key, text)) {
      throw ApiKeyInvalid({ denial: { by: { kind: 'anonymous', organization } } });
    }
    const refusal = refusalOf(key, address);
    if (refusal) {
      const [error, detail] = refusal;
      throw error({ detail, denial: { by: { kind: 'api_key', apiKeyId: key.record.id, organization } } });
    }
    this.usage.record(key.record.id, address);
    return key.principal;
  }

  private async load(keyId: string): Promise<KnownKey | undefined> {
    const record = await this.repository.findForAuthentication(this.db, keyId);
    return (
      record && { record, principal: principalOfKey(record), allows: compileAllowList(record.ipAllow), fitted: null }
    );
  }
}

/** Why a key that fits is not taken, and what to do about it. */
function refusalOf({ record, allows }: KnownKey, address: string): [ErrorFactory, string] | undefined {
  if (record.revokedAt) return [ApiKeyRevoked, 'Use another key, or have an owner or admin make one.'];
  if (record.expiresAt && record.expiresAt.getTime() <= Date.now()) {
    return [ApiKeyExpired, 'Have an owner or admin make another key.'];
  }
  if (!record.makerRole) return [ApiKeyOrphaned, 'Have an owner or admin rotate the key, and use the new one.'];
  if (allows(address)) return undefined;
  return [AddressNotAllowed, 'The key lists the addresses it may be used from; this is none of them.'];
}

/** Compares in constant time, whichever way. */
function fits(key: KnownKey, text: string): boolean {
  const given = Buffer.from(text);
  if (key.fitted && safeEqual(key.fitted, given)) return true;
  if (!safeEqual(key.record.hash, hashApiKey(text))) return false;
  key.fitted = given;
  return true;
}

/** Shared by all requests of the key, hence frozen. */
function principalOfKey(record: ApiKeyRecord): Principal {
  return Object.freeze<Principal>({
    kind: 'api_key',
    userId: null,
    apiKeyId: record.id,
    sessionId: null,
    testMode: record.mode === 'test',
    isOperator: false,
    hasSecondFactor: false,
    organization: Object.freeze({
      id: record.organizationId,
      plan: record.plan,
      status: record.organizationStatus,
      role: null,
      permissions: new Set(effectiveScopes(record)),
      limits: record.limits,
      features: new Set(record.features),
      // A key is not a person: whoever makes one has proved to be.
      requiresSecondFactor: false,
    }),
    claims: {
      role: 'authenticated',
      base_actor: 'api_key',
      base_org: record.organizationId,
      base_key: record.id,
    },
    expiresAt: record.expiresAt,
  });
}
