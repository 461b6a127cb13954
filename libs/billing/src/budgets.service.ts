import { Injectable } from '@nestjs/common';
import { AuditTrail } from '#core/audit';
import { type Db, InjectDb, type Trx, withTenant } from '#core/db';
import { InvalidRequest, NotFound } from '#core/errors';
import { nextPageOf, type Tenant } from '#core/http';
import { EventSignals } from '#core/realtime';
import { BudgetChanged, BudgetCreated, BudgetDeleted } from './billing.audit.js';
import { BudgetSubjectUnknown } from './billing.errors.js';
import {
  type BudgetDto,
  type BudgetPageDto,
  type CreateBudgetDto,
  termsOf,
  type UpdateBudgetDto,
} from './budgets.dto.js';
import { type BudgetRow, BudgetsRepository } from './budgets.repository.js';

/**
 * Monthly caps. What they stop is decided by `create_ai_jobs`, in the statement that holds the credits; here they are
 * only set and shown.
 */
@Injectable()
export class BudgetsService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: BudgetsRepository,
    private readonly audit: AuditTrail,
    private readonly signals: EventSignals,
  ) {}

  /** Oldest first. */
  async list(tenant: Tenant, limit: number, after?: string): Promise<BudgetPageDto> {
    const budgets = await withTenant(this.db, tenant.claims, (trx) =>
      this.repository.list(trx, tenant.organization.id, limit, after),
    );
    return {
      data: budgets.map(toDto),
      nextAfter: nextPageOf(budgets, limit),
    };
  }

  /** @throws NotFound also for another organization's */
  async get(tenant: Tenant, id: string): Promise<BudgetDto> {
    return toDto(await withTenant(this.db, tenant.claims, (trx) => this.find(trx, tenant, id)));
  }

  /** @throws BudgetSubjectUnknown, BudgetExists; InvalidRequest when scope and subject do not fit together */
  async create(tenant: Tenant, dto: CreateBudgetDto): Promise<BudgetDto> {
    const subjectId = await this.subjectOf(tenant, dto);
    return withTenant(this.db, tenant.claims, async (trx) => {
      const id = await this.repository.insert(trx, {
        organizationId: tenant.organization.id,
        scope: dto.scope,
        subjectId,
        createdBy: tenant.userId,
        ...termsOf(dto),
      });
      const budget = await this.find(trx, tenant, id);
      await this.audit.write(trx, BudgetCreated, { by: tenant, target: id, after: budget });
      return toDto(budget);
    });
  }

  /** A higher cap lets thresholds be told anew, and what waits for it go on. @throws NotFound */
  async update(tenant: Tenant, id: string, dto: UpdateBudgetDto): Promise<BudgetDto> {
    const budget = await withTenant(this.db, tenant.claims, async (trx) => {
      const before = await this.find(trx, tenant, id);
      await this.repository.update(trx, tenant.organization.id, id, termsOf(dto, before));
      const after = await this.find(trx, tenant, id);
      await this.audit.write(trx, BudgetChanged, { by: tenant, target: id, before, after });
      return toDto(after);
    });
    this.signals.announce([tenant.organization.id]);
    return budget;
  }

  /** What it stopped is accepted again, and what waits for it goes on. @throws NotFound */
  async delete(tenant: Tenant, id: string): Promise<void> {
    await withTenant(this.db, tenant.claims, async (trx) => {
      const before = await this.find(trx, tenant, id);
      await this.repository.delete(trx, tenant.organization.id, id);
      await this.audit.write(trx, BudgetDeleted, { by: tenant, target: id, before });
    });
    this.signals.announce([tenant.organization.id]);
  }

  private async find(trx: Trx, tenant: Tenant, id: string): Promise<BudgetRow> {
    const budget = await this.repository.find(trx, tenant.organization.id, id);
    if (!budget) throw NotFound();
    return budget;
  }

  private async subjectOf(tenant: Tenant, { scope, subjectId }: CreateBudgetDto): Promise<string | null> {
    if ((scope === 'organization') !== (subjectId === undefined)) {
      throw InvalidRequest({
        errors: [
          {
            pointer: '/subjectId',
            code: 'fits_scope',
            message: scope === 'organization' ? 'must be left out' : `must name the ${scope.replace('_', ' ')}`,
          },
        ],
      });
    }
    if (subjectId === undefined) return null;
    const known = await this.repository.findSubject(this.db, tenant.organization.id, scope, subjectId);
    if (!known) throw BudgetSubjectUnknown(`There is no ${scope.replace('_', ' ')} ${subjectId} here.`);
    return known;
  }
}

function toDto(budget: BudgetRow): BudgetDto {
  return {
    ...budget,
    monthlyCredits: Number(budget.monthlyCredits),
    reserved: Number(budget.reserved),
    spent: Number(budget.spent),
  };
}
