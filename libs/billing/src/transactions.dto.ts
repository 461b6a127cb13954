import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { ArrayMaxSize, IsIn, IsInt, IsUUID, Max, Min } from 'class-validator';
import { IsDateTime, NextPage, OptionalField, PageLimit } from '#core/http';
import { TRANSACTION_TYPES, type TransactionType } from './transactions.repository.js';

/** One line of the ledger. It is append-only; `sequence` has no gaps. */
export class CreditTransactionDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ description: 'Counts the lines of the organization, from 1' })
  sequence: number;

  @ApiProperty({ enum: TRANSACTION_TYPES, enumName: 'CreditTransactionType' })
  type: TransactionType;

  @ApiProperty({
    description:
      'Change of available + held: positive came in, negative was charged, expired or taken back, 0 for a hold and its release',
  })
  amount: number;

  @ApiProperty({ description: 'Change of what can be spent: a hold takes, a release gives back' })
  availableDelta: number;

  @ApiProperty({ description: 'Change of what is held' })
  heldDelta: number;

  @ApiProperty({ description: 'Available credits after this line' })
  balanceAfter: number;

  @ApiProperty({ description: 'Held credits after this line' })
  heldAfter: number;

  @ApiProperty({ format: 'uuid', nullable: true, type: String })
  jobId: string | null;

  @ApiProperty({
    format: 'uuid',
    nullable: true,
    type: String,
    description: 'The grant that came, expired or was taken back',
  })
  grantId: string | null;

  @ApiProperty({ nullable: true, type: String, description: 'Why; of a release, the reason that the job ended with' })
  description: string | null;

  @ApiProperty()
  createdAt: Date;
}

export class CreditTransactionPageDto {
  @ApiProperty({ type: [CreditTransactionDto] })
  data: CreditTransactionDto[];

  @NextPage('before', Number)
  nextBefore: number | null;
}

/** Which lines. */
export class TransactionFilterQuery {
  @ApiPropertyOptional({
    enum: TRANSACTION_TYPES,
    enumName: 'CreditTransactionType',
    isArray: true,
    description:
      'Only lines of these kinds; repeat it for several. A positive `refund` gives the charge of a job back; a negative one took credits with money that was returned: its description is Refund or Chargeback',
  })
  @OptionalField()
  @Transform(({ value }: { value: unknown }) => (Array.isArray(value) ? (value as unknown[]) : [value]))
  @ArrayMaxSize(TRANSACTION_TYPES.length)
  @IsIn(TRANSACTION_TYPES, { each: true })
  type?: TransactionType[];

  @ApiPropertyOptional({ format: 'uuid', description: 'Only the lines of this job' })
  @OptionalField()
  @IsUUID()
  jobId?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Only lines from this time on' })
  @OptionalField()
  @IsDateTime()
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Only lines before this time' })
  @OptionalField()
  @IsDateTime()
  to?: string;
}

export class ListCreditTransactionsQuery extends TransactionFilterQuery {
  @PageLimit(50, 200)
  limit?: number;

  @ApiPropertyOptional({ description: 'Only lines before this sequence', minimum: 1 })
  @OptionalField()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  before?: number;
}
