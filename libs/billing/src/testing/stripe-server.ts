import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';

type Json = Record<string, unknown>;
interface Stored extends Json {
  id: string;
  object: string;
}

/** An event as it is sent to the webhook: the bytes, and the signature over them. */
export interface SentEvent {
  id: string;
  type: string;
  body: string;
  signature: string;
}

/**
 * A server of Stripe's wire format on loopback, with the state behind it: customers, cards, Checkout, PaymentIntents,
 * refunds, disputes, the portal. It keeps idempotency keys as Stripe does, and events until a test sends them, in
 * whatever order and number it likes.
 */
export class StripeServer {
  static readonly secretKey = 'sk_test_of_a_local_server';
  static readonly webhookSecret = 'whsec_of_a_local_server';

  readonly events: SentEvent[] = [];
  /** Set to have the next charge of a card on file refused. */
  declineNextCharge = false;
  /** Set to answer everything with 503. */
  isDown = false;
  /** Requests that created something, by path. */
  readonly created: string[] = [];
  private readonly objects = new Map<string, Stored>();
  private readonly answers = new Map<string, { body: string; answer: Stored; status: number }>();
  private readonly signer = new Stripe(StripeServer.secretKey);

  private constructor(private readonly server: Server) {}

  static async start(): Promise<StripeServer> {
    const server = createServer();
    const stripe = new StripeServer(server);
    server.on('request', (request, response) => {
      void stripe.answer(request).then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json', 'request-id': `req_${randomUUID()}` });
        response.end(JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return stripe;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The environment of a platform that takes payments here. */
  get environment(): Record<string, string> {
    return {
      STRIPE_SECRET_KEY: StripeServer.secretKey,
      STRIPE_WEBHOOK_SECRET: StripeServer.webhookSecret,
      STRIPE_BASE_URL: this.url,
    };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** The customer pays on the page: the card is kept, Pix is not. */
  pay(sessionId: string, method: 'card' | 'pix' = 'card'): Stored {
    const session = this.get(sessionId);
    if (session['status'] !== 'open') throw new Error(`The session is ${String(session['status'])}`);
    const intent = this.keep('pi', 'payment_intent', {
      amount: session['amount_total'],
      currency: session['currency'],
      customer: session['customer'],
      metadata: session['intent_metadata'],
      last_payment_error: null,
      status: 'processing',
      latest_charge: null,
    });
    session['status'] = 'complete';
    session['url'] = null;
    session['payment_intent'] = intent.id;
    if (method === 'card') this.addCard(String(session['customer']));
    this.tell('checkout.session.completed', session);
    this.succeed(intent, method);
    if (method === 'pix') this.tell('checkout.session.async_payment_succeeded', session);
    return intent;
  }

  /** The page closes unpaid. */
  expire(sessionId: string): void {
    const session = this.get(sessionId);
    if (session['status'] !== 'open') throw new WireError(400, 'not_open', 'Only open sessions can be expired.');
    session['status'] = 'expired';
    session['url'] = null;
    this.tell('checkout.session.expired', session);
  }

  /** Money goes back, at Stripe's dashboard or by the API. */
  refund(intentId: string, amount?: number): Stored {
    const charge = this.chargeOf(intentId);
    const left = Number(charge['amount']) - Number(charge['amount_refunded']);
    const given = amount ?? left;
    if (given > left || left === 0) throw new WireError(400, 'charge_already_refunded', 'Nothing is left to refund.');
    charge['amount_refunded'] = Number(charge['amount_refunded']) + given;
    charge['refunded'] = charge['amount_refunded'] === charge['amount'];
    const refund = this.keep('re', 'refund', {
      amount: given,
      payment_intent: intentId,
      charge: charge.id,
      status: 'succeeded',
    });
    this.tell('charge.refunded', charge);
    this.tell('refund.created', refund);
    return refund;
  }

  /** The customer's bank takes the money back. */
  dispute(intentId: string): Stored {
    const charge = this.chargeOf(intentId);
    charge['disputed'] = true;
    const dispute = this.keep('dp', 'dispute', {
      amount: charge['amount'],
      charge: charge.id,
      payment_intent: intentId,
      status: 'needs_response',
    });
    this.tell('charge.dispute.created', dispute);
    this.tell('charge.dispute.funds_withdrawn', dispute);
    return dispute;
  }

  /** `open`, `complete` or `expired`. */
  statusOf(sessionId: string): unknown {
    return this.get(sessionId)['status'];
  }

  addCard(customer: string): Stored {
    return this.keep('pm', 'payment_method', {
      type: 'card',
      customer,
      card: { brand: 'visa', last4: '4242', exp_month: 12, exp_year: 2030 },
    });
  }

  /** An event as Stripe would sign it, of any content. */
  sign(event: object, secret = StripeServer.webhookSecret, timestamp?: number): { body: string; signature: string } {
    const body = JSON.stringify(event);
    const signature = this.signer.webhooks.generateTestHeaderString({
      payload: body,
      secret,
      ...(timestamp ? { timestamp } : {}),
    });
    return { body, signature };
  }

  private succeed(intent: Stored, method: string): void {
    const charge = this.keep('ch', 'charge', {
      amount: intent['amount'],
      amount_refunded: 0,
      refunded: false,
      disputed: false,
      payment_intent: intent.id,
      payment_method_details: { type: method },
    });
    intent['status'] = 'succeeded';
    intent['latest_charge'] = charge.id;
    this.tell('charge.succeeded', charge);
    this.tell('payment_intent.succeeded', intent);
  }

  private tell(type: string, object: Stored): void {
    const id = `evt_${randomUUID()}`;
    const event = {
      id,
      object: 'event',
      type,
      api_version: '2026-10-28.endive',
      created: 1,
      data: { object: { ...object } },
    };
    this.events.push({ id, type, ...this.sign(event) });
  }

  private async answer(request: IncomingMessage): Promise<{ status: number; body: object }> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const url = new URL(request.url ?? '/', 'http://localhost');
    try {
      if (this.isDown) throw new WireError(503, 'down', 'Out of service.', 'api_error');
      if (request.headers.authorization !== `Bearer ${StripeServer.secretKey}`) {
        throw new WireError(401, 'unauthorized', 'Invalid API Key provided.');
      }
      if (request.method === 'GET') return { status: 200, body: this.read(url) };
      return { status: 200, body: this.once(request, url, body) };
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      const { status, code, message, type, extra } = error;
      return { status, body: { error: { type, code, message, ...extra } } };
    }
  }

  /** The same key and body get the first answer again, another body is refused: as Stripe does. */
  private once(request: IncomingMessage, url: URL, body: string): object {
    const key = request.headers['idempotency-key'];
    if (typeof key !== 'string') return this.write(url, new URLSearchParams(body));
    const known = this.answers.get(key);
    if (known && known.body !== url.pathname + body) {
      throw new WireError(400, 'idempotency_key_in_use', 'Keys are for the same request only.', 'idempotency_error');
    }
    if (known) {
      if (known.status !== 200) throw declined(known.answer);
      return known.answer;
    }
    try {
      const answer = this.write(url, new URLSearchParams(body));
      this.answers.set(key, { body: url.pathname + body, answer, status: 200 });
      return answer;
    } catch (error) {
      if (error instanceof WireError && error.status === 402) {
        this.answers.set(key, {
          body: url.pathname + body,
          answer: error.extra['payment_intent'] as Stored,
          status: 402,
        });
      }
      throw error;
    }
  }

  private read(url: URL): object {
    const [, , resource, id, sub] = url.pathname.split('/');
    if (resource === 'customers' && sub === 'payment_methods') return list(this.all('payment_method', 'customer', id));
    if (resource === 'disputes')
      return list(this.all('dispute', 'payment_intent', url.searchParams.get('payment_intent')));
    const object = this.get(resource === 'checkout' ? String(sub) : String(id));
    const expanded = [...url.searchParams].filter(([name]) => name.startsWith('expand')).map(([, field]) => field);
    return Object.fromEntries(
      Object.entries(object).map(([field, value]) => [
        field,
        expanded.includes(field) && typeof value === 'string' ? this.get(value) : value,
      ]),
    );
  }

  private write(url: URL, form: URLSearchParams): Stored {
    this.created.push(url.pathname);
    const metadata = (prefix: string): Json =>
      Object.fromEntries(
        [...form].flatMap(([name, value]) => {
          const found = new RegExp(`^${prefix.replaceAll(/[[\]]/g, '\\$&')}\\[(\\w+)\\]$`).exec(name);
          return found?.[1] ? [[found[1], value] as const] : [];
        }),
      );
    switch (url.pathname) {
      case '/v1/customers':
        return this.keep('cus', 'customer', {
          email: form.get('email'),
          metadata: metadata('metadata'),
          invoice_settings: { default_payment_method: null },
        });
      case '/v1/checkout/sessions': {
        const session = this.keep('cs', 'checkout.session', {
          customer: form.get('customer'),
          status: 'open',
          mode: form.get('mode'),
          amount_total: Number(form.get('line_items[0][price_data][unit_amount]')),
          currency: form.get('line_items[0][price_data][currency]'),
          allowed_payment_method_types: [...form]
            .filter(([name]) => name.startsWith('allowed_'))
            .map(([, value]) => value),
          description: form.get('line_items[0][price_data][product_data][name]'),
          metadata: metadata('metadata'),
          intent_metadata: metadata('payment_intent_data[metadata]'),
          payment_intent: null,
          expires_at: Math.floor(Date.now() / 1000) + 86_400,
        });
        session['url'] = `${this.url}/pay/${session.id}`;
        return session;
      }
      case '/v1/payment_intents':
        return this.charge(form, metadata('metadata'));
      case '/v1/refunds':
        return this.refund(String(form.get('payment_intent')), Number(form.get('amount')));
      case '/v1/billing_portal/sessions':
        return this.keep('bps', 'billing_portal.session', {
          url: `${this.url}/portal/${String(form.get('customer'))}`,
        });
    }
    const [, session] = /^\/v1\/checkout\/sessions\/(\w+)\/expire$/.exec(url.pathname) ?? [];
    if (!session) throw new WireError(404, 'unknown', `Unrecognized request URL (${url.pathname}).`);
    this.expire(session);
    return this.get(session);
  }

  private charge(form: URLSearchParams, metadata: Json): Stored {
    const intent = this.keep('pi', 'payment_intent', {
      amount: Number(form.get('amount')),
      currency: form.get('currency'),
      customer: form.get('customer'),
      metadata,
      last_payment_error: null,
      latest_charge: null,
    });
    if (this.declineNextCharge) {
      this.declineNextCharge = false;
      intent['status'] = 'requires_payment_method';
      intent['last_payment_error'] = { type: 'card_error', code: 'card_declined', message: 'Your card was declined.' };
      this.tell('payment_intent.payment_failed', intent);
      throw declined(intent);
    }
    this.succeed(intent, 'card');
    return { ...intent, latest_charge: this.get(String(intent['latest_charge'])) };
  }

  private chargeOf(intentId: string): Stored {
    return this.get(String(this.get(intentId)['latest_charge']));
  }

  private keep(prefix: string, object: string, fields: Json): Stored {
    const stored: Stored = { id: `${prefix}_${randomUUID().replaceAll('-', '')}`, object, ...fields };
    this.objects.set(stored.id, stored);
    return stored;
  }

  private get(id: string): Stored {
    const found = this.objects.get(id);
    if (!found) throw new WireError(404, 'resource_missing', `No such object: '${id}'`);
    return found;
  }

  private all(object: string, field: string, value: unknown): Stored[] {
    return [...this.objects.values()].filter((stored) => stored.object === object && stored[field] === value);
  }
}

function list(data: Stored[]): object {
  return { object: 'list', data, has_more: false, url: '/' };
}

function declined(intent: Stored): WireError {
  return new WireError(402, 'card_declined', 'Your card was declined.', 'card_error', { payment_intent: intent });
}

class WireError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly type = 'invalid_request_error',
    readonly extra: Json = {},
  ) {
    super(message);
  }
}
