import { ApiProperty } from '@nestjs/swagger';

/** A price in both currencies, in cents. 0: free. */
export class PriceDto {
  @ApiProperty({ description: 'Brazilian reais, in cents' })
  brlCents: number;

  @ApiProperty({ description: 'US dollars, in cents' })
  usdCents: number;
}

export class PlanDto {
  @ApiProperty({ example: 'pro' })
  id: string;

  @ApiProperty({ example: 'Pro' })
  name: string;

  @ApiProperty({ description: 'Granted once a month; they end with the month. 1 credit = US$0.001 of list price' })
  monthlyCredits: number;

  @ApiProperty()
  requestsPerMinute: number;

  @ApiProperty()
  concurrentJobs: number;

  @ApiProperty()
  seats: number;

  @ApiProperty()
  storageBytes: number;

  @ApiProperty({ description: 'How long events, deliveries and audit lines are kept' })
  retentionDays: number;

  @ApiProperty({ type: PriceDto, description: 'A month' })
  price: PriceDto;

  @ApiProperty({ description: 'Days that it can be tried without paying, once; 0: not at all' })
  trialDays: number;

  @ApiProperty({ description: 'Granted for the trial instead of the monthly credits' })
  trialCredits: number;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'Further limits and switches, by name' })
  features: Record<string, unknown>;
}

export class CreditPackDto {
  @ApiProperty({ example: 'pack-10k' })
  id: string;

  @ApiProperty()
  credits: number;

  @ApiProperty({ type: PriceDto })
  price: PriceDto;
}

export class PlanListDto {
  @ApiProperty({ type: [PlanDto], description: 'Smallest first' })
  plans: PlanDto[];

  @ApiProperty({ type: [CreditPackDto], description: 'Credits to buy beside a plan; they last a year' })
  packs: CreditPackDto[];
}
