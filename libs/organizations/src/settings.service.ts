import { Injectable } from '@nestjs/common';
import { AuditTrail } from '#core/audit';
import { type Db, InjectDb, type Trx, withTenant } from '#core/db';
import { NotFound } from '#core/errors';
import type { Person, Tenant } from '#core/http';
import { MembershipsService } from './memberships.service.js';
import { SettingsChanged } from './organizations.audit.js';
import { SecondFactorFirst } from './organizations.errors.js';
import type { UpdateOrganizationSettingsDto } from './settings.dto.js';
import { type OrganizationSettings, SettingsRepository } from './settings.repository.js';

/** What an organization demands of those who act in it. Counts everywhere within five seconds. */
@Injectable()
export class SettingsService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: SettingsRepository,
    private readonly memberships: MembershipsService,
    private readonly audit: AuditTrail,
  ) {}

  get(tenant: Tenant): Promise<OrganizationSettings> {
    return withTenant(this.db, tenant.claims, (trx) => this.find(trx, tenant.organization.id));
  }

  /** In the caller's tenant transaction. @throws NotFound */
  async find(trx: Trx, organizationId: string): Promise<OrganizationSettings> {
    const settings = await this.repository.find(trx, organizationId);
    if (!settings) throw NotFound();
    return settings;
  }

  /** @throws SecondFactorFirst: whoever demands a second factor of all has one */
  async update(manager: Tenant & Person, changes: UpdateOrganizationSettingsDto): Promise<OrganizationSettings> {
    const organizationId = manager.organization.id;
    if (changes.requireSecondFactor && !manager.hasSecondFactor) {
      throw SecondFactorFirst('Set up your own second factor first: this would shut you out.');
    }
    if (Object.values(changes).every((value) => value === undefined)) return this.get(manager);
    const settings = await withTenant(this.db, manager.claims, async (trx) => {
      const before = await this.find(trx, organizationId);
      const after = await this.repository.update(trx, organizationId, changes);
      if (!after) throw NotFound();
      const changed = changes.allowedEmailDomains === undefined ? [] : ['allowedEmailDomains'];
      await this.audit.write(trx, SettingsChanged, { by: manager, target: organizationId, before, after, changed });
      return after;
    });
    this.memberships.forget(manager.userId, organizationId);
    return settings;
  }
}
