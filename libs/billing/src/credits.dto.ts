import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { OptionalField } from '#core/http';

/** Credits of an organization. 1 credit = US$0.001 of list price. `granted = available + held + spent + expired`. */
export class CreditBalanceDto {
  @ApiProperty({ description: 'Can be spent now' })
  available: number;

  @ApiProperty({ description: 'Held by jobs that are not finished' })
  held: number;

  @ApiProperty({ description: 'Everything ever granted or purchased' })
  granted: number;

  @ApiProperty({ description: 'Everything ever charged' })
  spent: number;

  @ApiProperty({ description: 'Everything that reached its expiry' })
  expired: number;

  @ApiProperty()
  updatedAt: Date;
}

/** One line of the ledger. It is append-only; `sequence` has no gaps. */
export class CreditTransactionDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ description: 'Counts the lines of the organization, from 1' })
  sequence: number;

  @ApiProperty({
    enum: ['grant', 'purchase', 'hold', 'settle', 'release', 'refund', 'expire', 'adjust'],
    enumName: 'CreditTransactionType',
  })
  type: string;

  @ApiProperty({
    description:
      'Change of available + held: positive came in, negative was charged or expired, 0 for a hold and its release',
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

  @ApiProperty({ nullable: true, type: String })
  description: string | null;

  @ApiProperty()
  createdAt: Date;
}

export class CreditTransactionPageDto {
  @ApiProperty({ type: [CreditTransactionDto] })
  data: CreditTransactionDto[];

  @ApiProperty({
    nullable: true,
    type: Number,
    description: 'Pass as `before` for the next page; null: this is the last',
  })
  nextBefore: number | null;
}

export class ListCreditTransactionsQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: 200, default: 50 })
  @OptionalField()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  limit?: number;

  @ApiPropertyOptional({ description: 'Only lines before this sequence', minimum: 1 })
  @OptionalField()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  before?: number;
}
