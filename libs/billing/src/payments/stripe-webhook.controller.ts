import { Controller, Headers, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { NotFound } from '#core/errors';
import { KeepRawBody, ProblemResponse, Public, rawBodyOf } from '#core/http';
import { Unlimited } from '#core/limits';
import { PAYMENT_DRIVER, type PaymentDriver } from './payment-driver.js';
import { Settlement } from './settlement.service.js';
import type { StripePayments } from './stripe.client.js';

@ApiTags('billing')
@Controller('api/billing/webhooks')
export class StripeWebhookController {
  constructor(
    @Inject(PAYMENT_DRIVER) private readonly driver: PaymentDriver,
    private readonly settlement: Settlement,
  ) {}

  /** A failure on the way answers 5xx: Stripe sends the event again, and nothing of it was kept. */
  @Post('stripe')
  @HttpCode(204)
  @Public()
  @Unlimited()
  @KeepRawBody()
  @ApiOperation({
    operationId: 'receiveStripeEvent',
    summary: 'Where Stripe tells of payments; signed',
    description:
      'For Stripe alone. The signature over the raw body is checked, the payment is fetched as it is now, and settled in one transaction with the id of the event: told twice, late or out of order, it is done once. Any other answer than 204 makes Stripe send it again.',
  })
  @ApiNoContentResponse()
  @ProblemResponse(400, '`billing.webhook_signature_invalid`, `billing.webhook_unreadable`')
  @ProblemResponse(404, 'Payments are not taken by Stripe here')
  @ProblemResponse(503, '`billing.payment_service_failed`')
  async receiveStripeEvent(
    @Req() request: FastifyRequest,
    @Headers('stripe-signature') signature: string | undefined,
  ): Promise<void> {
    if (!isStripe(this.driver)) throw NotFound();
    const notice = this.driver.readNotice(rawBodyOf(request), signature ?? '');
    const fact = await this.driver.findFactOf(notice);
    await this.settlement.settleNotice(notice, fact);
  }
}

/** By its name: its class is loaded only where it is used. */
function isStripe(driver: PaymentDriver): driver is StripePayments {
  return driver.name === 'stripe';
}
