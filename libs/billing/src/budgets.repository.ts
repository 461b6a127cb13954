import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { type Db, databaseError, POSTGRES_ERRORS, type Trx } from '#core/db';
import { BudgetExists } from './billing.errors.js';

/** What a budget counts. */
export const BUDGET_SCOPES = ['organization', 'member', 'api_key', 'project'] as const;
export type BudgetScope = (typeof BUDGET_SCOPES)[number];

export interface BudgetTerms {
  monthlyCredits: bigint;
  hardStop: boolean;
  alertPercents: number[];
  enabled: boolean;
}

export interface NewBudget extends BudgetTerms {
  organizationId: string;
  scope: BudgetScope;
  subjectId: string | null;
  createdBy: string | null;
}

export interface BudgetRow extends BudgetTerms {
  id: string;
  scope: BudgetScope;
  subjectId: string | null;
  /** In the current month. */
  reserved: bigint;
  spent: bigint;
  /** The first day of the current month in the organization's time zone, and when the next one begins. */
  period: string;
  resetsAt: Date;
  createdAt: Date;
  updatedAt: Date;
}

/** Monthly caps, and what this month has used of them. */
@Injectable()
export class BudgetsRepository {
  /** Oldest first; `after` is the last id of the page before. */
  async list(trx: Trx, organizationId: string, limit: number, after?: string): Promise<BudgetRow[]> {
    let query = selectBudgets(trx, organizationId);
    if (after) query = query.where('budgets.id', '>', after);
    return query.orderBy('budgets.id').limit(limit).execute();
  }

  async find(trx: Trx, organizationId: string, id: string): Promise<BudgetRow | undefined> {
    const row = await selectBudgets(trx, organizationId).where('budgets.id', '=', id).executeTakeFirst();
    return row;
  }

  /**
   * The id under which a member, key or project has its budget. Needs no tenant context.
   * @returns undefined when the organization has no such one
   */
  async findSubject(
    db: Db,
    organizationId: string,
    scope: BudgetScope,
    subjectId: string,
  ): Promise<string | undefined> {
    const result = await sql<{ id: string | null }>`
      select private.find_budget_subject(${organizationId}::uuid, ${scope}::public.budget_scope, ${subjectId}::uuid) as id`.execute(
      db,
    );
    return result.rows[0]?.id ?? undefined;
  }

  /** @throws BudgetExists */
  async insert(trx: Trx, budget: NewBudget): Promise<string> {
    try {
      const { id } = await trx
        .insertInto('budgets')
        .values({
          organization_id: budget.organizationId,
          scope: budget.scope,
          user_id: budget.scope === 'member' ? budget.subjectId : null,
          api_key_id: budget.scope === 'api_key' ? budget.subjectId : null,
          project_id: budget.scope === 'project' ? budget.subjectId : null,
          created_by: budget.createdBy,
          ...toColumns(budget),
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      return id;
    } catch (error) {
      if (databaseError(error)?.sqlState !== POSTGRES_ERRORS.uniqueViolation) throw error;
      throw BudgetExists({ detail: 'Change the one that is there.', cause: error });
    }
  }

  async update(trx: Trx, organizationId: string, id: string, terms: BudgetTerms): Promise<void> {
    await trx
      .updateTable('budgets')
      .set(toColumns(terms))
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .execute();
  }

  async delete(trx: Trx, organizationId: string, id: string): Promise<void> {
    await trx.deleteFrom('budgets').where('organization_id', '=', organizationId).where('id', '=', id).execute();
  }
}

function toColumns(terms: BudgetTerms) {
  return {
    monthly_credits: terms.monthlyCredits,
    hard_stop: terms.hardStop,
    alert_percents: terms.alertPercents,
    enabled: terms.enabled,
  };
}

function selectBudgets(trx: Trx, organizationId: string) {
  const month = sql<string>`date_trunc('month', now() at time zone organizations.time_zone)::date`;
  return trx
    .selectFrom('budgets')
    .innerJoin('organizations', 'organizations.id', 'budgets.organization_id')
    .leftJoin('budget_usage', (join) =>
      join.onRef('budget_usage.budget_id', '=', 'budgets.id').on('budget_usage.period', '=', sql<Date>`${month}`),
    )
    .select([
      'budgets.id',
      'budgets.scope',
      'budgets.monthly_credits as monthlyCredits',
      'budgets.hard_stop as hardStop',
      'budgets.alert_percents as alertPercents',
      'budgets.enabled',
      'budgets.created_at as createdAt',
      'budgets.updated_at as updatedAt',
      sql<string | null>`coalesce(budgets.user_id, budgets.api_key_id, budgets.project_id)`.as('subjectId'),
      sql<bigint>`coalesce(budget_usage.reserved, 0)`.as('reserved'),
      sql<bigint>`coalesce(budget_usage.spent, 0)`.as('spent'),
      sql<string>`${month}::text`.as('period'),
      sql<Date>`(${month} + interval '1 month') at time zone organizations.time_zone`.as('resetsAt'),
    ])
    .where('budgets.organization_id', '=', organizationId);
}
