import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import {
  type ApiError,
  buyCredits,
  changePlan,
  checkoutInvoice,
  deleteOrganization,
  getAutoTopUp,
  getSubscription,
  listInvoices,
  listPaymentMethods,
  listPayments,
  openBillingPortal,
  refundPayment,
  setAutoTopUp,
  subscribe,
} from '#sdk';
import { AutoTopUpRuns, Renewals, UnpaidOrders } from '#billing';
import { loadConfig } from '#core/config';
import { createWorker } from '../../apps/worker/src/create-worker.js';
import { type SentEvent, StripeServer } from '../../libs/billing/src/testing/index.js';
import { type Agency, balanceOf, createAgency, createOperator, ledgerFaults } from '../support/agency.js';
import { tellMoneyStory } from '../support/money-story.js';
import { Stack } from '../support/stack.js';
import { withSql } from '../support/sql.js';

let stripe: StripeServer;
let stack: Stack;
let worker: INestApplicationContext;
const sql = <Row extends object>(text: string, values: unknown[] = []) =>
  withSql(stack.database.url, (query) => query<Row>(text, values));

beforeAll(async () => {
  stripe = await StripeServer.start();
  stack = await Stack.start({ backend: 'postgres', worker: false, environment: stripe.environment });
  // In this process, so that a test can have its jobs done now.
  worker = await createWorker(loadConfig(stack.workerEnvironment));
});
afterAll(async () => {
  await worker.close();
  await stack.stop();
  await stripe.stop();
});

async function post(event: Pick<SentEvent, 'body' | 'signature'>): Promise<number> {
  const response = await fetch(`${stack.url}/api/billing/webhooks/stripe`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stripe-signature': event.signature },
    body: event.body,
  });
  return response.status;
}

/** Sends what has happened at Stripe. */
async function deliver(events = stripe.events.splice(0)): Promise<void> {
  for (const event of events) expect(await post(event)).toBe(204);
}

const sessionOf = async (invoiceId: string) => {
  const [row] = await sql<{ external_id: string }>('select external_id from invoices where id = $1', [invoiceId]);
  return String(row?.external_id);
};

async function subscribeTo(agency: Agency, plan: string, method: 'card' | 'pix' = 'card'): Promise<string> {
  const { data } = await subscribe({ client: agency.owner, body: { plan }, throwOnError: true });
  const invoiceId = String(data.checkout?.invoice.id);
  stripe.pay(await sessionOf(invoiceId), method);
  return invoiceId;
}
const subscriptionOf = async ({ owner }: Agency) => (await getSubscription({ client: owner, throwOnError: true })).data;
const paymentsOf = async ({ owner }: Agency) => (await listPayments({ client: owner, throwOnError: true })).data.data;
const invoicesOf = async ({ owner }: Agency) => (await listInvoices({ client: owner, throwOnError: true })).data.data;

/** The period ended a minute ago; `created_at` is the anchor of the periods. */
async function endPeriod({ organizationId }: Agency): Promise<void> {
  await sql(
    `update subscriptions set created_at = now() - interval '1 minute' - interval '1 month',
            period_start = now() - interval '1 minute' - interval '1 month', period_end = now() - interval '1 minute'
      where organization_id = $1 and status = 'active'`,
    [organizationId],
  );
}

describe('money, collected by Stripe', () => {
  it('goes from Checkout to the month’s credits, spending, a top-up by Pix and the invoice’s PDF; the books are right', async () => {
    const agency = await tellMoneyStory({
      ...{ stack, operator: await createOperator(stack), issuer: ['BASE Agency'] },
      pay: async ({ url, invoice }, agency) => {
        expect(url).toContain('/pay/');
        const path = { invoiceId: invoice.id };
        // Asked for again, it is the same page.
        const again = await checkoutInvoice({ client: agency.owner, path, throwOnError: true });
        expect(again.data.url).toBe(url);
        stripe.pay(await sessionOf(invoice.id), invoice.plan ? 'card' : 'pix');
        // What was paid a moment ago is not offered again.
        expect((await checkoutInvoice({ client: agency.owner, path })).error).toMatchObject({
          code: 'billing.payment_under_way',
        });
        await deliver();
      },
    });
    expect(await subscriptionOf(agency)).toMatchObject({ paymentDriver: 'stripe' });
    expect((await paymentsOf(agency)).map(({ method, status, amountCents }) => [method, status, amountCents])).toEqual([
      ['pix', 'succeeded', 5900],
      ['card', 'succeeded', 9900],
    ]);
    expect((await listPaymentMethods({ client: agency.owner, throwOnError: true })).data.data).toMatchObject([
      { brand: 'visa', last4: '4242' },
    ]);
    expect((await openBillingPortal({ client: agency.owner, throwOnError: true })).data.url).toContain('/portal/');
  });

  it('events × 10, shuffled and at the same time: one grant', async () => {
    const agency = await createAgency(stack, 0);
    await subscribeTo(agency, 'pro');
    const events = stripe.events.splice(0);
    const copies = events.flatMap((event) => Array.from({ length: 10 }, () => event)).sort(() => Math.random() - 0.5);
    const answers = await Promise.all(copies.map(post));
    expect(answers.every((status) => status === 204)).toBe(true);
    expect(await balanceOf(agency.client)).toMatchObject({ available: 65_000, granted: 66_000 });
    expect(await paymentsOf(agency)).toHaveLength(1);
    expect(
      await sql('select 1 from payment_events where external_id = any ($1)', [events.map(({ id }) => id)]),
    ).toHaveLength(events.length);
    expect(await ledgerFaults(stack)).toEqual([]);
  });

  it('a forged, altered, old or future event is refused and leaves nothing; one about nothing of ours is taken and does nothing', async () => {
    const agency = await createAgency(stack, 0);
    await subscribeTo(agency, 'pro');
    const [event] = stripe.events.splice(0).filter(({ type }) => type === 'payment_intent.succeeded');
    if (!event) throw new Error('No event');
    const content = JSON.parse(event.body) as object;
    const tenMinutesAgo = Math.floor(Date.now() / 1000) - 600;
    expect(await post(stripe.sign(content, 'whsec_of_somebody_else'))).toBe(400);
    expect(await post(stripe.sign(content, undefined, tenMinutesAgo))).toBe(400);
    expect(await post(stripe.sign(content, undefined, tenMinutesAgo + 1200))).toBe(400);
    expect(await post(stripe.sign([1, 2]))).toBe(400);
    expect(await post(stripe.sign({ id: 'evt_empty', type: 'charge.refunded', data: {} }))).toBe(400);
    expect(await post({ body: event.body.replace('succeeded', 'succeedeD'), signature: event.signature })).toBe(400);
    expect(await post({ body: event.body, signature: '' })).toBe(400);
    expect(await sql('select 1 from payment_events where external_id = $1', [event.id])).toEqual([]);
    // The content of an event is not believed: what Stripe says when asked counts.
    const lie = {
      id: 'evt_lie',
      type: 'payment_intent.succeeded',
      data: { object: { id: 'pi_unknown', status: 'succeeded' } },
    };
    expect(await post(stripe.sign(lie))).toBe(204);
    expect(
      await post(stripe.sign({ id: 'evt_other', type: 'customer.created', data: { object: { id: 'cus_1' } } })),
    ).toBe(204);
    expect(await balanceOf(agency.client)).toMatchObject({ available: 0 });
    expect(await post(event)).toBe(204);
    expect(await balanceOf(agency.client)).toMatchObject({ available: 65_000 });
  });

  it('Stripe out of reach: the event is refused as a whole and has its effect when it comes again', async () => {
    const agency = await createAgency(stack, 0);
    await subscribeTo(agency, 'starter');
    const events = stripe.events.splice(0);
    stripe.isDown = true;
    const [first] = events;
    if (!first) throw new Error('No event');
    expect(await post(first)).toBe(503);
    const failed = await subscribe({ client: agency.owner, body: { plan: 'pro' } });
    expect((failed.error as ApiError | undefined)?.code).toBe('billing.payment_service_failed');
    stripe.isDown = false;
    await deliver(events);
    // The order that came meanwhile had replaced the first one: its money goes back.
    expect(await balanceOf(agency.client)).toMatchObject({ available: 0 });
    // What came by hand goes back by hand, however much of it waits.
    await sql(
      `insert into payments (organization_id, driver, external_id, purpose, currency, amount_cents, status, to_return, created_at)
       select $1, 'manual', 'by-hand-' || n, 'top_up', 'BRL', 100, 'succeeded', true, now() - interval '1 day' from generate_series(1, 100) n`,
      [(await createAgency(stack, 0)).organizationId],
    );
    await worker.get(Renewals, { strict: false }).returnUnwanted();
    expect(await paymentsOf(agency)).toMatchObject([{ status: 'refunded', refundedCents: 9900 }]);
    expect((await invoicesOf(agency)).map(({ status, kind }) => [status, kind])).toEqual([
      ['open', 'invoice'],
      ['void', 'invoice'],
    ]);
    stripe.events.splice(0);
  });

  it('a refund and a chargeback take credits back and end what they paid for, told in any order', async () => {
    const agency = await createAgency(stack, 0);
    const invoiceId = await subscribeTo(agency, 'starter');
    await deliver();
    await sql(`select debit_credits($1, 15000, 'spent', 'spent')`, [agency.organizationId]);
    const upgrade = await changePlan({ client: agency.owner, body: { plan: 'pro' }, throwOnError: true });
    const [payment] = await sql<{ external_id: string }>('select external_id from payments where invoice_id = $1', [
      invoiceId,
    ]);
    stripe.dispute(String(payment?.external_id));
    await deliver(stripe.events.splice(0).reverse());
    expect(await paymentsOf(agency)).toMatchObject([{ status: 'disputed', refundedCents: 9900 }]);
    expect(await subscriptionOf(agency)).toMatchObject({ plan: 'free', owedCredits: 15_000 });
    expect(await balanceOf(agency.client)).toMatchObject({ available: 0 });
    // What was ordered on top of the plan that ended cannot be paid any more.
    const { invoice } = upgrade.data.checkout ?? {};
    const late = await checkoutInvoice({ client: agency.owner, path: { invoiceId: invoice?.id ?? '' } });
    expect(late.error).toMatchObject({ code: 'billing.invoice_not_open' });
    expect(await ledgerFaults(stack)).toEqual([]);
  });

  it('a refund that is known before the payment leaves nothing behind', async () => {
    const agency = await createAgency(stack, 0);
    const { data: topUp } = await buyCredits({
      client: agency.owner,
      body: { packId: 'pack-10k' },
      throwOnError: true,
    });
    const intent = stripe.pay(await sessionOf(topUp.invoice.id));
    stripe.refund(intent.id);
    await deliver(stripe.events.splice(0).reverse());
    expect(await paymentsOf(agency)).toMatchObject([{ status: 'refunded', refundedCents: 5900 }]);
    expect(await balanceOf(agency.client)).toMatchObject({ available: 0, granted: 1000, purchased: 10_000 });
    expect(await subscriptionOf(agency)).toMatchObject({ owedCredits: 0 });
  });

  it('equal refunds at once are never one that is told twice', async () => {
    const agency = await createAgency(stack, 0);
    await subscribeTo(agency, 'starter');
    await deliver();
    const operator = await createOperator(stack);
    const [payment] = await paymentsOf(agency);
    const refund = () =>
      refundPayment({ client: operator, path: { paymentId: String(payment?.id) }, body: { amountCents: 1000 } });
    const answers = await Promise.all(Array.from({ length: 6 }, refund));
    const refused = answers.flatMap(({ error }) => (error ? [(error as ApiError).code] : []));
    expect(refused).toEqual(refused.map(() => 'billing.payment_not_returnable'));
    const returned = 1000 * (answers.length - refused.length);
    expect(await paymentsOf(agency)).toMatchObject([{ refundedCents: returned }]);
    expect((await refund()).data).toMatchObject({ refundedCents: returned + 1000 });
    stripe.events.splice(0);
  });

  it('the page of what is void is closed, whoever voided it; of an old order that is being paid, the payment wins', async () => {
    const agency = await createAgency(stack, 0);
    const orders = worker.get(UnpaidOrders, { strict: false });
    const order = async (packId: string) => {
      const { data } = await buyCredits({ client: agency.owner, body: { packId }, throwOnError: true });
      return { invoiceId: data.invoice.id, session: await sessionOf(data.invoice.id) };
    };
    const [unpaid, paid] = [await order('pack-10k'), await order('pack-50k')];
    await sql(`begin;
      -- Issued invoices cannot be changed otherwise.
      alter table invoices disable trigger keep_invoice;
      update invoices set due_at = now() - interval '15 days' where organization_id = '${agency.organizationId}';
      alter table invoices enable trigger keep_invoice;
      commit`);
    stripe.pay(paid.session, 'pix');
    stripe.isDown = true;
    await orders.run();
    stripe.isDown = false;
    expect((await invoicesOf(agency)).map(({ status }) => status)).toEqual(['open', 'open']);
    await orders.run();
    expect(stripe.statusOf(unpaid.session)).toBe('expired');
    await deliver();
    expect((await invoicesOf(agency)).map(({ status }) => status)).toEqual(['paid', 'void']);
    expect(await balanceOf(agency.client)).toMatchObject({ available: 50_000 });

    const { data } = await subscribe({ client: agency.owner, body: { plan: 'starter' }, throwOnError: true });
    const replaced = await sessionOf(String(data.checkout?.invoice.id));
    await subscribe({ client: agency.owner, body: { plan: 'pro' }, throwOnError: true });
    expect(stripe.statusOf(replaced)).toBe('expired');
    const last = await order('pack-10k');
    const path = { organizationId: agency.organizationId };
    await deleteOrganization({ client: agency.owner, path, throwOnError: true });
    await orders.run();
    expect(stripe.statusOf(last.session)).toBe('expired');
    expect(await sql(`select 1 from invoices where status = 'void' and external_id is not null`)).toEqual([]);
    stripe.events.splice(0);
  });

  it('renews with the card on file, tries again when it is declined, and upgrades only once paid', async () => {
    const agency = await createAgency(stack, 0);
    await subscribeTo(agency, 'starter');
    await deliver();
    const { data } = await changePlan({ client: agency.owner, body: { plan: 'pro' }, throwOnError: true });
    expect(data.subscription.plan).toBe('starter');
    await endPeriod(agency);
    const renewals = worker.get(Renewals, { strict: false });
    stripe.declineNextCharge = true;
    await renewals.renew(agency.organizationId);
    expect(await subscriptionOf(agency)).toMatchObject({ status: 'past_due', plan: 'starter' });
    // Not before two days.
    await renewals.renew(agency.organizationId);
    expect(await subscriptionOf(agency)).toMatchObject({ status: 'past_due' });
    const [renewal] = (await invoicesOf(agency)).filter(({ status }) => status === 'open');
    stripe.events.splice(0);
    await checkoutInvoice({ client: agency.owner, path: { invoiceId: String(renewal?.id) }, throwOnError: true });
    stripe.pay(await sessionOf(String(renewal?.id)));
    await deliver();
    expect(await subscriptionOf(agency)).toMatchObject({ status: 'active', plan: 'starter' });
    expect(await balanceOf(agency.client)).toMatchObject({ granted: 1000 + 2 * 20_000 });
    expect((await invoicesOf(agency)).map(({ purpose, status }) => [purpose, status])).toEqual([
      ['renewal', 'paid'],
      ['upgrade', 'void'],
      ['subscription', 'paid'],
    ]);
    await endPeriod(agency);
    await renewals.renew(agency.organizationId);
    await deliver();
    expect(await subscriptionOf(agency)).toMatchObject({ status: 'active' });
    expect(await balanceOf(agency.client)).toMatchObject({ granted: 1000 + 3 * 20_000 });
    expect(await ledgerFaults(stack)).toEqual([]);
  });

  it('tops up by itself below the threshold, one at a time, within the month’s number, and not after a declined card', async () => {
    const agency = await createAgency(stack, 0);
    await subscribeTo(agency, 'starter');
    await deliver();
    const auto = { enabled: true, thresholdCredits: 15_000, packId: 'pack-10k', maxPerMonth: 2 };
    await setAutoTopUp({ client: agency.owner, body: auto, throwOnError: true });
    const runs = worker.get(AutoTopUpRuns, { strict: false });
    await runs.run();
    expect(await balanceOf(agency.client)).toMatchObject({ available: 20_000 });
    const spend = (credits: number, key: string) =>
      sql(`select debit_credits($1, $2, $3, 'spent')`, [agency.organizationId, credits, key]);
    await spend(10_000, 'a');
    await Promise.all([runs.run(), runs.run(), runs.run()]);
    await deliver();
    expect(await balanceOf(agency.client)).toMatchObject({ available: 20_000 });
    await spend(10_000, 'b');
    await runs.run();
    await spend(5000, 'c');
    await runs.run();
    // Two a month: the third is not bought.
    expect(await balanceOf(agency.client)).toMatchObject({ available: 15_000 });
    await setAutoTopUp({ client: agency.owner, body: { ...auto, maxPerMonth: 50 }, throwOnError: true });
    await spend(5000, 'd');
    stripe.declineNextCharge = true;
    await runs.run();
    expect(await balanceOf(agency.client)).toMatchObject({ available: 10_000 });
    expect((await getAutoTopUp({ client: agency.owner, throwOnError: true })).data.enabled).toBe(false);
    const charges = stripe.created.filter((path) => path === '/v1/payment_intents').length;
    expect(
      (await invoicesOf(agency)).filter(({ purpose }) => purpose === 'auto_top_up').map(({ status }) => status),
    ).toEqual(['void', 'paid', 'paid']);
    // It is told, and not tried again.
    await runs.run();
    expect(stripe.created.filter((path) => path === '/v1/payment_intents')).toHaveLength(charges);
    expect(
      await sql(
        `select data ->> 'packId' as pack from events where organization_id = $1 and type = 'auto_top_up.disabled'`,
        [agency.organizationId],
      ),
    ).toEqual([{ pack: 'pack-10k' }]);
    stripe.events.splice(0);
    expect(await ledgerFaults(stack)).toEqual([]);
  });
});
