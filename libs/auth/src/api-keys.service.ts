import { Injectable } from '@nestjs/common';
import { AuditTrail } from '#core/audit';
import { type Db, InjectDb, type Trx, withTenant } from '#core/db';
import { NotFound } from '#core/errors';
import { nextPageOf, type Person, type Tenant } from '#core/http';
import { EventSignals } from '#core/realtime';
import { SettingsService } from '#organizations';
import { mintApiKey } from './api-key.js';
import { assertCappable, assertEndsWithin, assertGrantable, parseEnd } from './api-key-rules.js';
import { effectiveScopes } from './api-key-scopes.js';
import { ApiKeyVerifier } from './api-key.verifier.js';
import {
  type ApiKeyDto,
  type ApiKeyPageDto,
  type CreateApiKeyDto,
  type CreatedApiKeyDto,
  DEFAULT_OVERLAP_SECONDS,
  type RotateApiKeyDto,
  type UpdateApiKeyDto,
} from './api-keys.dto.js';
import { type ApiKeyRow, ApiKeysRepository, type NewApiKey } from './api-keys.repository.js';
import { ApiKeyChanged, ApiKeyCreated, ApiKeyRevoked, ApiKeyRotated } from './auth.audit.js';
import { ApiKeyAlreadyRotated, ApiKeyHasBudget, ApiKeyLimitReached, ApiKeyNotActive } from './auth.errors.js';

const MAX_ACTIVE_KEYS = 100;

/** A person in an organization: who may make keys. */
type Manager = Tenant & Person;

/** The life of an organization's API keys: made, rotated, revoked. */
@Injectable()
export class ApiKeysService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: ApiKeysRepository,
    private readonly verifier: ApiKeyVerifier,
    private readonly settings: SettingsService,
    private readonly audit: AuditTrail,
    private readonly signals: EventSignals,
  ) {}

  /**
   * Makes a key. Its secret is in the answer and nowhere else.
   * @throws ScopeUnknown, ScopeNotHeld, ApiKeyLimitReached; InvalidRequest for an end in the past or later than the
   * organization allows, and for a cap of a test key
   */
  async create(manager: Manager, request: CreateApiKeyDto): Promise<CreatedApiKeyDto> {
    assertGrantable(request.scopes, manager);
    const expiresAt = parseEnd(request.expiresAt);
    const { monthlyCapCredits } = request;
    if (monthlyCapCredits !== undefined) assertCappable(request.mode);
    return withTenant(this.db, manager.claims, async (trx) => {
      const created = await this.insert(trx, {
        organizationId: manager.organization.id,
        name: request.name,
        mode: request.mode,
        scopes: request.scopes,
        ipAllow: request.ipAllow ?? [],
        createdBy: manager.userId,
        expiresAt,
        rotatedFrom: null,
        monthlyCapCredits,
      });
      await this.audit.write(trx, ApiKeyCreated, { by: manager, target: created.id, after: created });
      return created;
    });
  }

  /**
   * Makes a key that replaces another one; the old one goes on working for the overlap. The new one is the
   * rotating person's: it is how a key whose maker has gone lives on, with a secret that the one who went has not seen.
   * @throws NotFound, ApiKeyNotActive, ApiKeyAlreadyRotated, ScopeNotHeld when the key can do more than the person;
   * InvalidRequest for an end later than the organization allows
   */
  async rotate(manager: Manager, id: string, request: RotateApiKeyDto): Promise<CreatedApiKeyDto> {
    const organizationId = manager.organization.id;
    const newEnd = parseEnd(request.expiresAt);
    const { created, old } = await withTenant(this.db, manager.claims, async (trx) => {
      const old = await this.find(trx, organizationId, id);
      if (!isActive(old)) throw ApiKeyNotActive('It was revoked or has expired. Create a new key.');
      if (await this.repository.hasSuccessor(trx, organizationId, id))
        throw ApiKeyAlreadyRotated('Rotate its successor.');
      assertGrantable(old.scopes, manager);
      const overlapSeconds = request.overlapSeconds ?? DEFAULT_OVERLAP_SECONDS;
      await this.repository.expireBy(trx, organizationId, id, overlapSeconds);
      const created = await this.insert(trx, {
        organizationId,
        name: old.name,
        mode: old.mode,
        scopes: old.scopes,
        ipAllow: old.ipAllow,
        createdBy: manager.userId,
        expiresAt: newEnd ?? old.expiresAt,
        rotatedFrom: old.id,
      });
      await this.audit.write(trx, ApiKeyRotated, {
        by: manager,
        target: created.id,
        before: old,
        after: Object.assign({ overlapSeconds }, created),
      });
      return { created, old };
    });
    this.verifier.forget(old.keyId);
    return created;
  }

  /**
   * Changes how a key is called, from where it may be used and what it may spend in a month: everywhere within five
   * seconds; the cap at once.
   * @throws NotFound, ApiKeyNotActive, ApiKeyHasBudget; InvalidRequest for a cap of a test key
   */
  async update(manager: Manager, id: string, changes: UpdateApiKeyDto): Promise<ApiKeyDto> {
    const { name, ipAllow, monthlyCapCredits } = changes;
    const organizationId = manager.organization.id;
    const { before, after } = await withTenant(this.db, manager.claims, async (trx) => {
      const before = await this.find(trx, organizationId, id);
      if (!isActive(before)) throw ApiKeyNotActive('It was revoked or has expired. Create a new key.');
      if (name !== undefined || ipAllow !== undefined) {
        await this.repository.update(trx, organizationId, id, { name, ipAllow });
      }
      if (monthlyCapCredits !== undefined) {
        if (monthlyCapCredits !== null) assertCappable(before.mode);
        await this.setCap(trx, organizationId, id, monthlyCapCredits, manager.userId);
      }
      const after = await this.find(trx, organizationId, id);
      const changed = after.name === before.name ? [] : ['name'];
      await this.audit.write(trx, ApiKeyChanged, { by: manager, target: id, before, after, changed });
      return { before, after };
    });
    this.verifier.forget(before.keyId);
    // Jobs that were parked for want of room under the cap may go on.
    if (monthlyCapCredits !== undefined) this.signals.announce([organizationId]);
    return toDto(after);
  }

  /** Ends a key, everywhere within five seconds. Ending it twice changes nothing. @throws NotFound */
  async revoke(tenant: Tenant, id: string): Promise<void> {
    const organizationId = tenant.organization.id;
    const key = await withTenant(this.db, tenant.claims, async (trx) => {
      const key = await this.find(trx, organizationId, id);
      if (key.revokedAt) return key;
      await this.repository.revoke(trx, organizationId, id);
      await this.audit.write(trx, ApiKeyRevoked, { by: tenant, target: id });
      return key;
    });
    this.verifier.forget(key.keyId);
  }

  async list(tenant: Tenant, limit: number, before?: string): Promise<ApiKeyPageDto> {
    const rows = await withTenant(this.db, tenant.claims, (trx) =>
      this.repository.list(trx, tenant.organization.id, limit, before),
    );
    return { data: rows.map(toDto), nextBefore: nextPageOf(rows, limit) };
  }

  private async insert(
    trx: Trx,
    { monthlyCapCredits, ...key }: Omit<NewApiKey, 'keyId' | 'hash'> & { monthlyCapCredits?: number },
  ): Promise<CreatedApiKeyDto> {
    const { organizationId } = key;
    assertEndsWithin((await this.settings.find(trx, organizationId)).apiKeyMaxDays, key.expiresAt);
    if ((await this.repository.countActive(trx, organizationId)) >= MAX_ACTIVE_KEYS) {
      throw ApiKeyLimitReached(`Revoke some: ${MAX_ACTIVE_KEYS} keys can be in use.`);
    }
    const minted = mintApiKey(key.mode);
    const id = await this.repository.insert(trx, { ...key, keyId: minted.keyId, hash: minted.hash });
    if (monthlyCapCredits !== undefined) {
      await this.setCap(trx, organizationId, id, monthlyCapCredits, key.createdBy);
    }
    return Object.assign(toDto(await this.find(trx, organizationId, id)), { key: minted.key });
  }

  /** @throws ApiKeyHasBudget */
  private async setCap(
    trx: Trx,
    organizationId: string,
    id: string,
    credits: number | null,
    by: string,
  ): Promise<void> {
    if (await this.repository.setCap(trx, organizationId, id, credits, by)) return;
    throw ApiKeyHasBudget(
      'It only warns or is switched off. Have it stop (`/api/billing/budgets`) or delete it first.',
    );
  }

  /** Locked until the transaction ends. @throws NotFound */
  private async find(trx: Trx, organizationId: string, id: string): Promise<ApiKeyRow> {
    const key = await this.repository.findForChange(trx, organizationId, id);
    if (!key) throw NotFound();
    return key;
  }
}

function isActive(key: ApiKeyRow): boolean {
  return key.revokedAt === null && (key.expiresAt === null || key.expiresAt.getTime() > Date.now());
}

function toDto({ keyId, makerRole, ...row }: ApiKeyRow): ApiKeyDto {
  return {
    ...row,
    prefix: `base_${row.mode}_${keyId}`,
    effectiveScopes: effectiveScopes({ scopes: row.scopes, makerRole }),
    orphaned: makerRole === null,
    monthlyCapCredits: numberOf(row.monthlyCapCredits),
    monthlyUsedCredits: numberOf(row.monthlyUsedCredits),
  };
}

function numberOf(credits: bigint | null): number | null {
  return credits === null ? null : Number(credits);
}
