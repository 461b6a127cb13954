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

/** Credits of an organization. 1 credit = US$0.001 of list price. `granted = available + held + spent + expired`. */
export class CreditBalanceDto {
  @ApiProperty({ description: 'Can be spent now' })
  available: number;

  @ApiProperty({ description: 'Held by jobs that are not finished' })
  held: number;

  @ApiProperty({ description: 'Everything ever granted or purchased' })
  granted: number;

  @ApiProperty({
    description:
      'Everything ever charged, and what was taken when money went back although its own credits were spent by then',
  })
  spent: number;

  @ApiProperty({ description: 'Everything that went unspent: at its expiry, or with the money that went back for it' })
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
