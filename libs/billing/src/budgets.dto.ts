import { ApiProperty, ApiPropertyOptional, OmitType, PartialType } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayUnique, IsBoolean, IsIn, IsInt, IsUUID, Max, Min } from 'class-validator';
import { NextPage, OptionalField, PageLimit, PageStart } from '#core/http';
import { BUDGET_SCOPES, type BudgetScope, type BudgetTerms } from './budgets.repository.js';

/** `monthlyCredits` is always asked for. */
const USUAL_TERMS: BudgetTerms = { monthlyCredits: 0n, hardStop: true, alertPercents: [50, 80, 100], enabled: true };

export class CreateBudgetDto {
  @ApiProperty({
    enum: BUDGET_SCOPES,
    enumName: 'BudgetScope',
    description:
      'Whose jobs count. One budget for each organization, member, key (with those that replace it), project',
  })
  @IsIn(BUDGET_SCOPES)
  scope: BudgetScope;

  @ApiPropertyOptional({
    format: 'uuid',
    description: 'The member, API key or project; left out for the scope `organization`',
  })
  @OptionalField()
  @IsUUID()
  subjectId?: string;

  @ApiProperty({
    minimum: 1,
    description: 'The cap of a month, which begins in the time zone of the organization. Holds count as well',
    example: 50_000,
  })
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  monthlyCredits: number;

  @ApiPropertyOptional({ default: true, description: 'Refuse jobs that could exceed it; false: only tell' })
  @OptionalField()
  @IsBoolean()
  hardStop?: boolean;

  @ApiPropertyOptional({
    type: [Number],
    default: USUAL_TERMS.alertPercents,
    description: 'At which percentages `budget.threshold` (from 100 on: `budget.exceeded`) is told, once each month',
  })
  @OptionalField()
  @ArrayMaxSize(10)
  @ArrayUnique()
  @IsInt({ each: true })
  @Min(1, { each: true })
  @Max(1000, { each: true })
  alertPercents?: number[];

  @ApiPropertyOptional({ default: true, description: 'False: it neither counts nor stops' })
  @OptionalField()
  @IsBoolean()
  enabled?: boolean;
}

export class UpdateBudgetDto extends PartialType(OmitType(CreateBudgetDto, ['scope', 'subjectId'] as const), {
  skipNullProperties: false,
}) {}

export class BudgetDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ enum: BUDGET_SCOPES, enumName: 'BudgetScope' })
  scope: BudgetScope;

  @ApiProperty({
    format: 'uuid',
    nullable: true,
    type: String,
    description: 'The member, the key (the oldest of those that replaced each other) or the project',
  })
  subjectId: string | null;

  @ApiProperty()
  monthlyCredits: number;

  @ApiProperty()
  hardStop: boolean;

  @ApiProperty({ type: [Number] })
  alertPercents: number[];

  @ApiProperty()
  enabled: boolean;

  @ApiProperty({ description: 'Held this month by jobs that are not finished' })
  reserved: number;

  @ApiProperty({ description: 'Charged this month, since the budget was made or switched on' })
  spent: number;

  @ApiProperty({ format: 'date', description: 'First day of the month, in the time zone of the organization' })
  period: string;

  @ApiProperty({ description: 'When the next month begins' })
  resetsAt: Date;

  @ApiProperty()
  createdAt: Date;

  @ApiProperty()
  updatedAt: Date;
}

export class BudgetPageDto {
  @ApiProperty({ type: [BudgetDto] })
  data: BudgetDto[];

  @NextPage('after')
  nextAfter: string | null;
}

export class ListBudgetsQuery {
  @PageLimit(50, 100)
  limit?: number;

  @PageStart('Only budgets made after this one')
  after?: string;
}

/** The terms that a request asks for; what it leaves out stays as it is, or as it usually is. */
export function termsOf(dto: UpdateBudgetDto, now: BudgetTerms = USUAL_TERMS): BudgetTerms {
  return {
    monthlyCredits: dto.monthlyCredits === undefined ? now.monthlyCredits : BigInt(dto.monthlyCredits),
    hardStop: dto.hardStop ?? now.hardStop,
    alertPercents: [...(dto.alertPercents ?? now.alertPercents)].sort((a, b) => a - b),
    enabled: dto.enabled ?? now.enabled,
  };
}
