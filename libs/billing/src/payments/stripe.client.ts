import Stripe from 'stripe';
import {
  PaymentNotReturnable,
  PaymentServiceFailed,
  PaymentUnderWay,
  WebhookSignatureInvalid,
  WebhookUnreadable,
} from '../payments.errors.js';
import type { Charge, Checkout, PaymentDriver, PaymentFact, PaymentMethod } from './payment-driver.js';

const TIMEOUT_MS = 20_000;

/** How far the time of a signature may be from ours, either way. */
const SIGNATURE_SECONDS = 300;

export interface StripeSettings {
  secretKey: string;
  webhookSecret: string;
  baseUrl: string;
  /** Where the customer comes back to. */
  returnUrl: string;
}

/** A webhook whose signature is right. `object` names what it tells of, and is not believed otherwise. */
export interface StripeNotice {
  id: string;
  type: string;
  payload: NoticeEvent;
}

/** What is read of an event; the rest is kept as it came. */
interface NoticeEvent {
  id: string;
  type: string;
  data: { object: { id?: unknown; payment_intent?: unknown } };
}

/** A Checkout page: it can be paid; it was, or is about to be; nobody pays there any more. */
type Page = { state: 'open'; session: Stripe.Checkout.Session } | { state: 'paying' | 'over' };

/**
 * Stripe collects, and nothing else: plans, periods, prices and invoices are ours, so each invoice is one
 * PaymentIntent, made by Checkout (card, or Pix in reais) or by charging the card on file. Its metadata names the
 * invoice. Every creating call carries an idempotency key made of our ids, so that asking again changes nothing.
 * API: https://docs.stripe.com/api
 */
export class StripePayments implements PaymentDriver {
  readonly name = 'stripe';
  readonly chargesCards = true;
  private readonly stripe: Stripe;

  constructor(private readonly settings: StripeSettings) {
    const url = new URL(settings.baseUrl);
    this.stripe = new Stripe(settings.secretKey, {
      host: url.hostname,
      port: url.port || (url.protocol === 'http:' ? 80 : 443),
      protocol: url.protocol === 'http:' ? 'http' : 'https',
      timeout: TIMEOUT_MS,
      maxNetworkRetries: 2,
      telemetry: false,
    });
  }

  async openCheckout(charge: Charge): Promise<Checkout> {
    return asking(async () => {
      const page = charge.checkoutId ? await this.pageOf(charge.checkoutId) : undefined;
      if (page?.state === 'open') return toCheckout(page.session);
      // A second page would be a second payment.
      if (page?.state === 'paying') throw PaymentUnderWay('It was paid on its page; the confirmation is on its way.');
      const customer = await this.customerOf(charge);
      const session = await this.stripe.checkout.sessions.create(
        {
          mode: 'payment',
          customer,
          client_reference_id: charge.invoiceId,
          // Pix is paid in reais, once; a card is kept for renewals and automatic top-ups.
          allowed_payment_method_types: charge.currency === 'BRL' ? ['card', 'pix'] : ['card'],
          payment_method_options: { card: { setup_future_usage: 'off_session' } },
          line_items: [
            {
              quantity: 1,
              price_data: {
                currency: charge.currency.toLowerCase(),
                unit_amount: Number(charge.amountCents),
                product_data: { name: charge.description },
              },
            },
          ],
          metadata: metadataOf(charge),
          payment_intent_data: { metadata: metadataOf(charge) },
          locale: charge.locale === 'pt-BR' ? 'pt-BR' : 'en',
          success_url: `${this.settings.returnUrl}?checkout=paid`,
          cancel_url: `${this.settings.returnUrl}?checkout=canceled`,
        },
        { idempotencyKey: `checkout-${charge.invoiceId}-${charge.checkoutId ?? 'first'}` },
      );
      return toCheckout(session);
    });
  }

  async closeCheckout(externalId: string): Promise<boolean> {
    return asking(async () => {
      const { state } = await this.pageOf(externalId);
      if (state !== 'open') return state === 'over';
      try {
        await this.stripe.checkout.sessions.expire(externalId);
        return true;
      } catch (error) {
        // It ended while we looked.
        if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
        return (await this.pageOf(externalId)).state === 'over';
      }
    });
  }

  async chargeCard(charge: Charge, attempt: number): Promise<PaymentFact | null> {
    return asking(async () => {
      const customer = charge.customer.externalId;
      const card = customer ? await this.cardOf(customer) : undefined;
      if (!customer || !card) return null;
      try {
        const intent = await this.stripe.paymentIntents.create(
          {
            amount: Number(charge.amountCents),
            currency: charge.currency.toLowerCase(),
            customer,
            payment_method: card,
            off_session: true,
            confirm: true,
            description: charge.description,
            metadata: metadataOf(charge),
            expand: ['latest_charge'],
          },
          { idempotencyKey: `charge-${charge.invoiceId}-${attempt}` },
        );
        return await this.factOf(intent);
      } catch (error) {
        if (!(error instanceof Stripe.errors.StripeCardError) || !error.payment_intent) throw error;
        return this.findFact(error.payment_intent.id);
      }
    });
  }

  async refund(externalId: string, amountCents: bigint, key: string): Promise<PaymentFact | null> {
    return asking(async () => {
      try {
        await this.stripe.refunds.create(
          { payment_intent: externalId, amount: Number(amountCents) },
          { idempotencyKey: `refund-${key}` },
        );
      } catch (error) {
        if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
        // Given back at Stripe's own dashboard: then the fact says so, and there is nothing to do.
        const fact = await this.findFact(externalId);
        if (fact && fact.refundedCents > 0n) return fact;
        throw PaymentNotReturnable({ detail: 'The payment service refuses to give it back.', cause: error });
      }
      return this.findFact(externalId);
    });
  }

  async openPortal(customerId: string): Promise<string | null> {
    return asking(async () => {
      const session = await this.stripe.billingPortal.sessions.create({
        customer: customerId,
        return_url: this.settings.returnUrl,
      });
      return session.url;
    });
  }

  async listMethods(customerId: string): Promise<PaymentMethod[]> {
    return asking(async () => {
      const inUse = await this.cardOf(customerId);
      const { data } = await this.stripe.customers.listPaymentMethods(customerId, { type: 'card', limit: 20 });
      return data.flatMap(({ id, card }) =>
        card
          ? [
              {
                id,
                brand: card.brand,
                last4: card.last4,
                expiryMonth: card.exp_month,
                expiryYear: card.exp_year,
                isDefault: id === inUse,
              },
            ]
          : [],
      );
    });
  }

  /**
   * Reads a webhook.
   * @param body the bytes as they came: the signature is over them.
   * @throws WebhookSignatureInvalid for a wrong signature, and for one that is more than five minutes from now;
   *   WebhookUnreadable for what is signed and still no event
   */
  readNotice(body: Buffer, signature: string): StripeNotice {
    let event: unknown;
    try {
      // Refuses what is too old; what is too new (a replay kept for later) is ours to refuse.
      event = this.stripe.webhooks.constructEvent(body, signature, this.settings.webhookSecret, SIGNATURE_SECONDS);
      const signedAt = Number(/(?:^|,)t=(\d+)/.exec(signature)?.[1]);
      if (!(signedAt <= Date.now() / 1000 + SIGNATURE_SECONDS)) throw new Error('signed in the future');
    } catch (error) {
      throw WebhookSignatureInvalid({
        detail:
          'The signature must be of this body, by the secret of this endpoint, made within five minutes from now.',
        cause: error,
      });
    }
    if (!isEvent(event)) throw WebhookUnreadable('An event has an id, a type and data.object.');
    return { id: event.id, type: event.type, payload: event };
  }

  /**
   * What is true now of the payment that a notice is about. The notice itself is not believed: notices come late, twice
   * and in any order, and the payment as it is now is right in all of these cases.
   * @returns undefined when it is about none of our payments.
   * @throws PaymentServiceFailed; the notice comes again then.
   */
  async findFactOf(notice: StripeNotice): Promise<PaymentFact | undefined> {
    const intent = await asking(() => this.intentOf(notice));
    return intent ? ((await this.findFact(intent)) ?? undefined) : undefined;
  }

  /** What is true now of a payment. Null: unknown there, or not for one of our invoices. */
  private async findFact(intentId: string): Promise<PaymentFact | null> {
    return asking(async () => {
      const intent = await known(this.stripe.paymentIntents.retrieve(intentId, { expand: ['latest_charge'] }));
      return intent ? this.factOf(intent) : null;
    });
  }

  private async factOf(intent: Stripe.PaymentIntent): Promise<PaymentFact | null> {
    const invoiceId = intent.metadata['invoice_id'];
    if (!invoiceId) return null;
    const charge = typeof intent.latest_charge === 'object' ? intent.latest_charge : null;
    return {
      driver: 'stripe',
      externalId: intent.id,
      invoiceId,
      status: statusOf(intent),
      amountCents: BigInt(intent.amount),
      currency: intent.currency.toUpperCase(),
      method: charge?.payment_method_details?.type ?? null,
      refundedCents: BigInt(charge?.amount_refunded ?? 0),
      disputed: charge?.disputed === true && (await this.isDisputeLost(intent.id)),
      customerId: idOf(intent.customer),
      failureReason: intent.last_payment_error?.message?.slice(0, 500) ?? null,
    };
  }

  /** The money is gone from the moment a dispute is opened, and is back when it is won. */
  private async isDisputeLost(intent: string): Promise<boolean> {
    const { data } = await this.stripe.disputes.list({ payment_intent: intent, limit: 10 });
    return data.some(({ status }) => !['won', 'warning_closed', 'warning_needs_response'].includes(status));
  }

  private async intentOf({ type, payload }: StripeNotice): Promise<string | null> {
    const { id, payment_intent: intent } = payload.data.object;
    if (type.startsWith('charge.') || type.startsWith('refund.')) return idOf(intent as string | { id: string } | null);
    if (typeof id !== 'string') return null;
    if (type.startsWith('payment_intent.')) return id;
    if (!type.startsWith('checkout.session.')) return null;
    return idOf((await known(this.stripe.checkout.sessions.retrieve(id)))?.payment_intent);
  }

  private async pageOf(sessionId: string): Promise<Page> {
    const session = await this.stripe.checkout.sessions.retrieve(sessionId, { expand: ['payment_intent'] });
    if (session.status === 'open') return { state: 'open', session };
    const intent = typeof session.payment_intent === 'object' ? session.payment_intent : null;
    // Pix is paid some time after its page is complete, or never.
    return { state: session.status === 'complete' && intent && statusOf(intent) !== 'failed' ? 'paying' : 'over' };
  }

  private async customerOf({ customer, organizationId }: Charge): Promise<string> {
    if (customer.externalId) return customer.externalId;
    const { id } = await this.stripe.customers.create(
      { name: customer.name, email: customer.email, metadata: { organization_id: organizationId } },
      { idempotencyKey: `customer-${organizationId}` },
    );
    return id;
  }

  private async cardOf(customerId: string): Promise<string | undefined> {
    const customer = await this.stripe.customers.retrieve(customerId);
    const chosen = customer.deleted ? null : idOf(customer.invoice_settings.default_payment_method);
    if (chosen) return chosen;
    const { data } = await this.stripe.customers.listPaymentMethods(customerId, { type: 'card', limit: 1 });
    return data[0]?.id;
  }
}

function metadataOf({ invoiceId, organizationId }: Charge): Record<string, string> {
  return { invoice_id: invoiceId, organization_id: organizationId };
}

function toCheckout(session: Stripe.Checkout.Session): Checkout {
  return {
    url: session.url,
    externalId: session.id,
    customerId: idOf(session.customer),
    expiresAt: new Date(session.expires_at * 1000),
    instructions: null,
  };
}

function statusOf({ status, last_payment_error }: Stripe.PaymentIntent): PaymentFact['status'] {
  if (status === 'succeeded') return 'succeeded';
  if (status === 'canceled') return 'failed';
  // A declined card leaves the intent waiting for another one.
  return status === 'requires_payment_method' && last_payment_error ? 'failed' : 'pending';
}

function idOf(reference: string | { id: string } | null | undefined): string | null {
  return typeof reference === 'string' ? reference : (reference?.id ?? null);
}

function isEvent(event: unknown): event is NoticeEvent {
  const { id, type, data } = (event ?? {}) as Partial<Record<keyof NoticeEvent, unknown>>;
  const { object } = (data ?? {}) as { object?: unknown };
  return typeof id === 'string' && typeof type === 'string' && typeof object === 'object' && object !== null;
}

/** What Stripe has; undefined when it knows no such thing: then it is none of ours. */
async function known<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing') return undefined;
    throw error;
  }
}

async function asking<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
    throw PaymentServiceFailed({ detail: 'Nothing was charged; try again in a minute.', cause: error });
  }
}
