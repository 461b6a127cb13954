import { Injectable } from '@nestjs/common';
import { AuditTrail } from '#core/audit';
import { newId, SecretsService, type StoredSecret } from '#core/crypto';
import { databaseError, type Db, InjectDb, POSTGRES_ERRORS, type Trx, withTenant } from '#core/db';
import { NotFound } from '#core/errors';
import type { Tenant } from '#core/http';
import { ProviderKeyCreated, ProviderKeyDeleted, ProviderKeySecretReplaced, ProviderKeyUpdated } from '../ai.audit.js';
import { KeyCheckClient } from './key-check.client.js';
import { type KeyProvider, isKeyProvider, maskKey, placeOf } from './provider-key.js';
import { ProviderCredentialsService } from './provider-credentials.service.js';
import type {
  CreateProviderKeyDto,
  ProviderKeyDto,
  ProviderKeyListDto,
  UpdateProviderKeyDto,
} from './provider-keys.dto.js';
import { ProviderKeyLimitReached, ProviderKeyNameTaken, ProviderKeyRefused } from './provider-keys.errors.js';
import { type ProviderKeyRow, ProviderKeysRepository } from './provider-keys.repository.js';

const MAX_KEYS = 50;

/** The life of an organization's own provider keys. A secret comes in, is tested and sealed, and never goes out again. */
@Injectable()
export class ProviderKeysService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: ProviderKeysRepository,
    private readonly checks: KeyCheckClient,
    private readonly secrets: SecretsService,
    private readonly credentials: ProviderCredentialsService,
    private readonly audit: AuditTrail,
  ) {}

  async list(tenant: Tenant): Promise<ProviderKeyListDto> {
    const rows = await this.asTenant(tenant, (trx) => this.repository.list(trx, tenant.organization.id));
    return { data: rows.map(toDto) };
  }

  /** @throws ProviderKeyRefused, ProviderUnreachable, ProviderKeyNameTaken, ProviderKeyLimitReached; nothing is saved then */
  async create(
    tenant: Tenant,
    { provider, name, secret, maxConcurrent = null }: CreateProviderKeyDto,
  ): Promise<ProviderKeyDto> {
    const organizationId = tenant.organization.id;
    await this.assertAccepted(provider, secret);
    const id = newId();
    const sealed = await this.secrets.seal(placeOf({ id, organizationId, provider }), secret);
    const row = await this.asTenant(tenant, async (trx) => {
      if ((await this.repository.count(trx, organizationId)) >= MAX_KEYS) {
        throw ProviderKeyLimitReached(`Delete some: ${MAX_KEYS} can be kept.`);
      }
      const created = await this.repository.insert(trx, {
        ...{ id, organizationId, provider, name, masked: maskKey(secret), secret: sealed },
        createdBy: tenant.userId,
        maxConcurrent,
      });
      await this.audit.write(trx, ProviderKeyCreated, { by: tenant, target: id, after: created });
      return created;
    });
    this.credentials.forget(organizationId, provider);
    return toDto(row);
  }

  /** Asks the provider again and keeps its verdict. @throws NotFound, ProviderUnreachable */
  async test(tenant: Tenant, id: string): Promise<ProviderKeyDto> {
    const row = await this.get(tenant, id);
    await this.credentials.check(tenant.organization.id, row.provider, id, tenant);
    return toDto(await this.get(tenant, id));
  }

  /** Renames, enables, disables, sets its places. @throws NotFound, ProviderKeyNameTaken */
  async update(tenant: Tenant, id: string, { ...change }: UpdateProviderKeyDto): Promise<ProviderKeyDto> {
    const organizationId = tenant.organization.id;
    if (Object.values<unknown>(change).every((value) => value === undefined)) return toDto(await this.get(tenant, id));
    const row = await this.asTenant(tenant, async (trx) => {
      const before = await this.repository.find(trx, organizationId, id);
      const after = await this.repository.update(trx, organizationId, id, change);
      if (!before || !after) throw NotFound();
      await this.audit.write(trx, ProviderKeyUpdated, { by: tenant, target: id, before, after });
      return after;
    });
    this.credentials.forget(organizationId, row.provider);
    return toDto(row);
  }

  /** @throws NotFound, ProviderKeyRefused, ProviderUnreachable; the old secret stays then */
  async replaceSecret(tenant: Tenant, id: string, secret: string): Promise<ProviderKeyDto> {
    const organizationId = tenant.organization.id;
    const { provider } = await this.get(tenant, id);
    await this.assertAccepted(provider, secret);
    const sealed: StoredSecret = await this.secrets.seal(placeOf({ id, organizationId, provider }), secret);
    const row = await this.asTenant(tenant, async (trx) => {
      const change = { secret: sealed, masked: maskKey(secret) };
      const after = await this.repository.replaceSecret(trx, organizationId, id, change);
      if (!after) throw NotFound();
      await this.audit.write(trx, ProviderKeySecretReplaced, { by: tenant, target: id, after });
      return after;
    });
    this.credentials.forget(organizationId, provider);
    return toDto(row);
  }

  /** Generations that run with it at this moment cannot be asked for any more and fail. @throws NotFound */
  async delete(tenant: Tenant, id: string): Promise<void> {
    const organizationId = tenant.organization.id;
    const before = await this.asTenant(tenant, async (trx) => {
      const row = await this.repository.find(trx, organizationId, id);
      if (!row || !(await this.repository.delete(trx, organizationId, id))) throw NotFound();
      await this.audit.write(trx, ProviderKeyDeleted, { by: tenant, target: id, before: row });
      return row;
    });
    this.credentials.forget(organizationId, before.provider);
  }

  private async get(tenant: Tenant, id: string): Promise<ProviderKeyRow> {
    const row = await this.asTenant(tenant, (trx) => this.repository.find(trx, tenant.organization.id, id));
    if (!row) throw NotFound();
    return row;
  }

  private async assertAccepted(provider: string, secret: string): Promise<void> {
    if (!isKeyProvider(provider)) throw NotFound();
    if (!(await this.checks.isAccepted(provider satisfies KeyProvider, secret))) {
      throw ProviderKeyRefused(`${provider} does not accept it. Check that it is copied whole, and not revoked.`);
    }
  }

  private async asTenant<T>(tenant: Tenant, work: (trx: Trx) => Promise<T>): Promise<T> {
    try {
      return await withTenant(this.db, tenant.claims, work);
    } catch (error) {
      if (databaseError(error)?.sqlState !== POSTGRES_ERRORS.uniqueViolation) throw error;
      throw ProviderKeyNameTaken('Choose another name, or replace the secret of the one that has it.');
    }
  }
}

function toDto({ refusedAt, ...row }: ProviderKeyRow): ProviderKeyDto {
  return { ...row, status: !row.enabled ? 'disabled' : refusedAt ? 'refused' : 'active' };
}
