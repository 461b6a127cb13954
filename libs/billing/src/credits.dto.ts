import { ApiProperty } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';

/** Credits that came together and end together. */
export class CreditGrantDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ enum: ['grant', 'purchase', 'refund', 'adjust'], enumName: 'CreditSource' })
  source: 'grant' | 'purchase' | 'refund' | 'adjust';

  @ApiProperty({ description: 'Credits that came' })
  amount: number;

  @ApiProperty({ description: 'Neither spent, expired nor taken back; held ones included' })
  remaining: number;

  @ApiProperty({ description: 'Of the remaining ones, held by jobs that are not finished' })
  held: number;

  @ApiProperty()
  description: string;

  @ApiProperty()
  createdAt: Date;

  @ApiProperty({ type: Date, nullable: true, description: 'Null: they stay' })
  expiresAt: Date | null;
}

/** What ends next. */
export class NextExpiryDto {
  @ApiProperty({ description: 'Available credits that expire then unless they are spent' })
  credits: number;

  @ApiProperty()
  at: Date;
}

/**
 * Credits of an organization. 1 credit = US$0.001 of list price.
 * `granted + purchased + refunded + adjusted = available + held + spent + expired`, always.
 */
export class CreditBalanceDto {
  @ApiProperty({ description: 'Can be spent now' })
  available: number;

  @ApiProperty({ description: 'Held by jobs that are not finished' })
  held: number;

  @ApiProperty({ description: 'Ever given: with each month of a plan, for a trial, as a gift' })
  granted: number;

  @ApiProperty({ description: 'Ever bought beside the plan' })
  purchased: number;

  @ApiProperty({ description: 'Ever given back of what jobs were charged' })
  refunded: number;

  @ApiProperty({
    description: 'What operators added by corrections, less what they took; below 0 where they took more',
  })
  adjusted: number;

  @ApiProperty({ description: 'Ever charged for jobs; what was refunded of it is not taken off here' })
  spent: number;

  @ApiProperty({ description: 'Gone without being spent: at its expiry, or with money that went back' })
  expired: number;

  @ApiProperty({
    type: [CreditGrantDto],
    description: 'What it is made of, in the order in which it burns; 100 at most',
  })
  grants: CreditGrantDto[];

  @ApiProperty({ type: NextExpiryDto, nullable: true })
  nextExpiry: NextExpiryDto | null;

  @ApiProperty({ description: 'Below this many available credits the event `credits.low` is told; 0: never' })
  lowThreshold: number;

  @ApiProperty({ type: Date, nullable: true, description: 'Since when the balance is below the threshold' })
  lowSince: Date | null;

  @ApiProperty({ description: 'The books are being looked into: nothing can be held or spent meanwhile' })
  frozen: boolean;

  @ApiProperty()
  updatedAt: Date;
}

export class UpdateCreditBalanceDto {
  @ApiProperty({
    minimum: 0,
    description: 'Below this many available credits the event `credits.low` is told; 0: never',
    example: 500,
  })
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  lowThreshold: number;
}
