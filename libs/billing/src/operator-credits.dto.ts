import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { IsInt, IsNotIn, IsString, IsUUID, Length, Max, Min } from 'class-validator';
import { IsDateTime, OptionalField } from '#core/http';

/** Nobody means more; a slip of the hand is refused before it is a ledger line. */
const MOST_CREDITS = 1_000_000_000;

/** Why an operator did it. */
export class ReasonDto {
  @ApiProperty({
    minLength: 1,
    maxLength: 500,
    example: 'Agreed by mail on 20 November',
    description: 'Why; with movements the customer sees it in the ledger',
  })
  @IsString()
  @Length(1, 500)
  reason: string;
}

export class GrantCreditsDto extends ReasonDto {
  @ApiProperty({ minimum: 1, maximum: MOST_CREDITS })
  @IsInt()
  @Min(1)
  @Max(MOST_CREDITS)
  amountCredits: number;

  @ApiPropertyOptional({ format: 'date-time', description: 'When what is left of them ends; left out: never' })
  @OptionalField()
  @IsDateTime()
  expiresAt?: string;
}

export class AdjustCreditsDto extends ReasonDto {
  @ApiProperty({ minimum: -MOST_CREDITS, maximum: MOST_CREDITS, description: 'Added to the balance; below 0: taken' })
  @IsInt()
  @Min(-MOST_CREDITS)
  @Max(MOST_CREDITS)
  @IsNotIn([0], { message: 'must not be 0' })
  amountCredits: number;
}

export class RefundJobDto extends OmitType(GrantCreditsDto, ['expiresAt']) {
  @ApiProperty({ format: 'uuid', description: 'The job that was charged' })
  @IsUUID()
  jobId: string;
}

/** What a movement by hand did. The same `Idempotency-Key` answers what it did the first time. */
export class CreditMovementDto {
  @ApiProperty({ format: 'uuid', description: 'The line of the ledger' })
  transactionId: string;

  @ApiProperty({ description: 'Available credits after it' })
  availableCredits: number;
}
