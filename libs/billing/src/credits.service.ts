import { Injectable } from '@nestjs/common';
import { AuditTrail } from '#core/audit';
import { type Db, InjectDb, withTenant } from '#core/db';
import { NotFound } from '#core/errors';
import type { Tenant } from '#core/http';
import { LowThresholdChanged } from './billing.audit.js';
import type { CreditBalanceDto, CreditGrantDto, NextExpiryDto } from './credits.dto.js';
import { CreditsRepository, type OpenGrant } from './credits.repository.js';

/** What an organization has. */
@Injectable()
export class CreditsService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: CreditsRepository,
    private readonly audit: AuditTrail,
  ) {}

  async balance(tenant: Tenant): Promise<CreditBalanceDto> {
    const { balance, grants } = await withTenant(this.db, tenant.claims, async (trx) => ({
      balance: await this.repository.findBalance(trx, tenant.organization.id),
      grants: await this.repository.listOpenGrants(trx, tenant.organization.id),
    }));
    if (!balance) throw NotFound();
    return {
      available: Number(balance.available),
      held: Number(balance.held),
      granted: Number(balance.granted),
      purchased: Number(balance.purchased),
      refunded: Number(balance.refunded),
      adjusted: Number(balance.adjusted),
      spent: Number(balance.spent),
      expired: Number(balance.expired),
      grants: grants.map(toDto),
      nextExpiry: nextExpiry(grants),
      lowThreshold: Number(balance.lowThreshold),
      lowSince: balance.lowSince,
      frozen: balance.frozenAt !== null,
      updatedAt: balance.updatedAt,
    };
  }

  /** Says below how many available credits `credits.low` is told. */
  async setLowThreshold(tenant: Tenant, thresholdCredits: number): Promise<CreditBalanceDto> {
    const organizationId = tenant.organization.id;
    await this.db.transaction().execute(async (trx) => {
      await this.repository.setLowThreshold(trx, organizationId, BigInt(thresholdCredits));
      await this.audit.write(trx, LowThresholdChanged, {
        by: tenant,
        target: organizationId,
        after: { lowThreshold: thresholdCredits },
      });
    });
    return this.balance(tenant);
  }
}

function toDto(grant: OpenGrant): CreditGrantDto {
  return {
    ...grant,
    amount: Number(grant.amount),
    remaining: Number(grant.remaining),
    held: Number(grant.held),
  };
}

/** The free credits of the grants that end first, together. */
function nextExpiry(grants: OpenGrant[]): NextExpiryDto | null {
  const ending = grants.flatMap(({ expiresAt, remaining, held }) =>
    expiresAt && remaining > held ? [{ at: expiresAt, credits: Number(remaining - held) }] : [],
  );
  const at = ending.map((grant) => grant.at.getTime()).sort((a, b) => a - b)[0];
  if (at === undefined) return null;
  const credits = ending.filter((grant) => grant.at.getTime() === at).reduce((sum, grant) => sum + grant.credits, 0);
  return { at: new Date(at), credits };
}
