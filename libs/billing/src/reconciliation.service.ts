import { Injectable } from '@nestjs/common';
import { type Db, InjectDb } from '#core/db';
import { InvalidRequest } from '#core/errors';
import { DAY_MS } from './moments.js';
import type { ReconciliationQuery, ReconciliationReportDto } from './reconciliation.dto.js';
import { ReconciliationRepository } from './reconciliation.repository.js';

const DEFAULT_DAYS = 30;

/** The operators' report on the books. */
@Injectable()
export class ReconciliationService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: ReconciliationRepository,
  ) {}

  /** @throws InvalidRequest for a day that is none */
  async report(query: ReconciliationQuery): Promise<ReconciliationReportDto> {
    const to = dayOf('to', query.to) ?? new Date();
    const from = dayOf('from', query.from) ?? new Date(to.getTime() - DEFAULT_DAYS * DAY_MS);
    const { lastCheck, frozen } = await this.repository.report(this.db);
    const days = (await this.repository.list(this.db, textOf(from), textOf(to))).map((day) => ({
      ...day,
      expected: Number(day.expected),
      actual: Number(day.actual),
      drift: Number(day.drift),
    }));
    const clean =
      frozen.length === 0 && (lastCheck?.violations.length ?? 0) === 0 && days.every(({ drift }) => drift === 0);
    return { clean, lastCheck, frozen, days };
  }
}

function dayOf(field: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const day = new Date(`${text}T00:00:00Z`);
  if (Number.isNaN(day.getTime()) || textOf(day) !== text) {
    throw InvalidRequest({ errors: [{ pointer: `/${field}`, code: 'is_day', message: 'is no day that exists' }] });
  }
  return day;
}

function textOf(day: Date): string {
  return day.toISOString().slice(0, 10);
}
