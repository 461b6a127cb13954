import { Injectable } from '@nestjs/common';
import { type Db, InjectDb, withTenant } from '#core/db';
import { NotFound } from '#core/errors';
import type { Tenant } from '#core/http';
import type { CreditBalanceDto, CreditTransactionPageDto } from './credits.dto.js';
import { CreditsRepository } from './credits.repository.js';

/** What an organization has, and how it came to that. */
@Injectable()
export class CreditsService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: CreditsRepository,
  ) {}

  async balance(tenant: Tenant): Promise<CreditBalanceDto> {
    const balance = await withTenant(this.db, tenant.claims, (trx) =>
      this.repository.findBalance(trx, tenant.organization.id),
    );
    if (!balance) throw NotFound();
    return {
      available: Number(balance.available),
      held: Number(balance.held),
      granted: Number(balance.granted),
      spent: Number(balance.spent),
      expired: Number(balance.expired),
      updatedAt: balance.updatedAt,
    };
  }

  async transactions(tenant: Tenant, limit: number, before?: number): Promise<CreditTransactionPageDto> {
    const lines = await withTenant(this.db, tenant.claims, (trx) =>
      this.repository.listTransactions(
        trx,
        tenant.organization.id,
        limit,
        before === undefined ? undefined : BigInt(before),
      ),
    );
    const last = lines.length === limit ? lines.at(-1) : undefined;
    return {
      data: lines.map((line) => ({
        ...line,
        sequence: Number(line.sequence),
        amount: Number(line.amount),
        availableDelta: Number(line.availableDelta),
        heldDelta: Number(line.heldDelta),
        balanceAfter: Number(line.balanceAfter),
        heldAfter: Number(line.heldAfter),
      })),
      nextBefore: last ? Number(last.sequence) : null,
    };
  }
}
