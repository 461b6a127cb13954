import { Injectable } from '@nestjs/common';
import { type Db, InjectDb, withTenant } from '#core/db';
import type { Tenant } from '#core/http';
import type { UsageDto, UsageQuery } from './usage.dto.js';
import { UsageRepository } from './usage.repository.js';

const DEFAULT_DAYS = 30;

/** What an organization spends by day, as it was counted when its jobs ended. */
@Injectable()
export class UsageService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: UsageRepository,
  ) {}

  async byDay(tenant: Tenant, { days = DEFAULT_DAYS }: UsageQuery): Promise<UsageDto> {
    const found = await withTenant(this.db, tenant.claims, (trx) =>
      this.repository.listDays(trx, tenant.organization.id, days),
    );
    return { data: found.map(({ day, credits, jobs }) => ({ day, credits: Number(credits), jobs: Number(jobs) })) };
  }
}
