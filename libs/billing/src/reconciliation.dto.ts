import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { OptionalField } from '#core/http';
import { RECONCILIATION_KINDS, type ReconciliationKind } from './reconciliation.repository.js';

const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

export class ReconciliationQuery {
  @ApiPropertyOptional({ format: 'date', description: 'First UTC day; 30 days ago when left out' })
  @OptionalField()
  @Matches(DAY, { message: 'must be a day like 2026-11-22' })
  from?: string;

  @ApiPropertyOptional({ format: 'date', description: 'Last UTC day; today when left out' })
  @OptionalField()
  @Matches(DAY, { message: 'must be a day like 2026-11-22' })
  to?: string;
}

export class ReconciliationDayDto {
  @ApiProperty({
    enum: RECONCILIATION_KINDS,
    description:
      '`provider_costs`: USD micros, what ended jobs say against what providers charged; what they may have charged for unknown outcomes is beside it, as `unknownUsdMicros`. `payments`: credits, what was paid for against what was given. `overruns`: credits, what was held for jobs that used more, against what they used: the platform lost the difference',
  })
  kind: ReconciliationKind;

  @ApiProperty({ format: 'date' })
  day: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The provider of the costs, or the driver of the payments',
  })
  provider: string | null;

  @ApiProperty()
  expected: number;

  @ApiProperty()
  actual: number;

  @ApiProperty({ description: 'actual - expected; anything but 0 wants a look' })
  drift: number;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'number' } })
  detail: Record<string, number>;
}

export class LedgerCheckDto {
  @ApiProperty()
  startedAt: string;

  @ApiProperty({ description: 'Organizations whose books were checked' })
  organizations: number;

  @ApiProperty({ type: 'array', items: { type: 'object', additionalProperties: true } })
  violations: object[];
}

export class FrozenCreditsDto {
  @ApiProperty({ format: 'uuid' })
  organizationId: string;

  @ApiProperty()
  at: string;

  @ApiProperty()
  reason: string;
}

/** Whether the books add up, and agree with providers and payments. */
export class ReconciliationReportDto {
  @ApiProperty({ description: 'No violation, nothing frozen, no drift' })
  clean: boolean;

  @ApiProperty({ type: LedgerCheckDto, nullable: true })
  lastCheck: LedgerCheckDto | null;

  @ApiProperty({ type: [FrozenCreditsDto] })
  frozen: FrozenCreditsDto[];

  @ApiProperty({ type: [ReconciliationDayDto], description: 'Newest day first' })
  days: ReconciliationDayDto[];
}
