import { Injectable } from '@nestjs/common';
import { AuditTrail } from '#core/audit';
import { type Db, InjectDb, withTenant, withService } from '#core/db';
import { NotFound } from '#core/errors';
import type { Tenant } from '#core/http';
import { BillingProfileSaved } from '../payments/payments.audit.js';
import { TaxIdInvalid } from '../payments.errors.js';
import type { BillingProfileDto } from './billing-profile.dto.js';
import { type BillingProfile, BillingProfilesRepository } from './billing-profiles.repository.js';
import { normalizeTaxId } from './tax-id.js';

/** Who an organization's invoices are made out to. */
@Injectable()
export class BillingProfileService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: BillingProfilesRepository,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws NotFound while none was saved */
  async get(tenant: Tenant): Promise<BillingProfileDto> {
    const profile = await withTenant(this.db, tenant.claims, (trx) =>
      this.repository.find(trx, tenant.organization.id),
    );
    if (!profile) throw NotFound('Save a billing profile first.');
    return toDto(profile);
  }

  /** @throws TaxIdInvalid */
  async save(tenant: Tenant, request: BillingProfileDto): Promise<BillingProfileDto> {
    const { legalName, taxIdKind, taxId, email, address } = request;
    if ((taxId === undefined) !== (taxIdKind === undefined)) throw TaxIdInvalid('Send taxId and taxIdKind together.');
    const profile: BillingProfile = {
      legalName: legalName.trim(),
      taxIdKind: taxIdKind ?? null,
      taxId: taxId === undefined || taxIdKind === undefined ? null : normalizeTaxId(taxIdKind, taxId),
      email,
      address: Object.fromEntries(Object.entries(address)),
    };
    await withService(this.db, 'billing', async (trx) => {
      await this.repository.save(trx, tenant.organization.id, profile);
      await this.audit.write(trx, BillingProfileSaved, {
        by: tenant,
        target: tenant.organization.id,
        changed: Object.keys(request),
      });
    });
    return toDto(profile);
  }
}

function toDto({ taxIdKind, taxId, address, ...profile }: BillingProfile): BillingProfileDto {
  return {
    ...profile,
    ...(taxIdKind && taxId ? { taxIdKind, taxId } : {}),
    address: address as unknown as BillingProfileDto['address'],
  };
}
