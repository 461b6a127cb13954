import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { OptionalField } from '#core/http';
import { CheckoutDto } from '../invoices/invoices.dto.js';
import { CURRENCIES } from '../money.js';

/** What the organization is subscribed to. */
export class SubscriptionDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'pro' })
  plan: string;

  @ApiProperty({
    enum: ['trialing', 'active', 'past_due'],
    enumName: 'SubscriptionStatus',
    description: "past_due: the next period is not paid; until `graceEndsAt` it goes on with the free plan's limits",
  })
  status: string;

  @ApiProperty({ enum: CURRENCIES, enumName: 'Currency' })
  currency: string;

  @ApiProperty()
  periodStart: Date;

  @ApiProperty()
  periodEnd: Date;

  @ApiProperty({ nullable: true, type: Date })
  trialEndsAt: Date | null;

  @ApiProperty({ nullable: true, type: Date })
  graceEndsAt: Date | null;

  @ApiProperty({ nullable: true, type: String, description: 'A smaller plan that begins with the next period' })
  pendingPlan: string | null;

  @ApiProperty({ description: 'It ends with the period and falls back to free' })
  cancelAtPeriodEnd: boolean;

  @ApiProperty({
    description: 'Credits that were spent before their payment went back; what comes next pays them first',
  })
  owedCredits: number;

  @ApiProperty({ enum: ['manual', 'stripe'], enumName: 'PaymentDriver', description: 'Who collects new payments' })
  paymentDriver: string;
}

export class SubscribeDto {
  @ApiProperty({ example: 'pro', description: 'Of `GET /api/billing/plans`' })
  @IsString()
  @MaxLength(40)
  plan: string;

  @ApiPropertyOptional({ example: 'BRL', description: "BRL or USD. Left out: the organization's currency" })
  @OptionalField()
  @IsString()
  @MaxLength(10)
  currency?: string;
}

export class ChangePlanDto {
  @ApiProperty({ example: 'business', description: 'Of `GET /api/billing/plans`' })
  @IsString()
  @MaxLength(40)
  plan: string;
}

/** The subscription as it is now, and what is to be paid for it to change. */
export class SubscriptionChangeDto {
  @ApiProperty({ type: SubscriptionDto })
  subscription: SubscriptionDto;

  @ApiProperty({ type: CheckoutDto, nullable: true, description: 'The change takes effect once this is paid' })
  checkout: CheckoutDto | null;
}
