import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type ApiError,
  buyCredits,
  cancelSubscription,
  changePlan,
  checkoutInvoice,
  type Client,
  createBaseClient,
  deleteOrganization,
  getBillingProfile,
  getInvoice,
  getInvoicePdf,
  getSubscription,
  type InvoiceDto,
  listCreditTransactions,
  listInvoices,
  listOpenInvoices,
  listOrganizationsPayments,
  listPayments,
  listPlans,
  markInvoicePaid,
  refundPayment,
  resumeSubscription,
  saveBillingProfile,
  setAutoTopUp,
  startTrial,
  subscribe,
} from '#sdk';
import { Renewals, UnpaidOrders } from '#billing';
import { type Agency, balanceOf, createAgency, createOperator, ledgerFaults } from '../support/agency.js';
import { tellMoneyStory, textOfPdf } from '../support/money-story.js';
import { Stack } from '../support/stack.js';
import { withSql } from '../support/sql.js';

let stack: Stack;
let operator: Client;
const sql = <Row extends object>(text: string, values: unknown[] = []) =>
  withSql(stack.database.url, (query) => query<Row>(text, values));

beforeAll(async () => {
  stack = await Stack.start({
    backend: 'postgres',
    environment: {
      PAYMENT_INSTRUCTIONS: 'Pix: pagamentos@base.example',
      INVOICE_ISSUER_NAME: 'BASE Estúdio Ação Ltda',
      INVOICE_ISSUER_TAX_ID: '45723174000110',
    },
  });
  operator = await createOperator(stack);
});
afterAll(() => stack.stop());

/** Calls that must fail: the code of the problem. */
async function codeOf(call: Promise<{ error?: unknown }>): Promise<string | undefined> {
  return ((await call).error as ApiError | undefined)?.code;
}

async function payByHand(invoiceId: string): Promise<InvoiceDto> {
  const body = { method: 'bank_transfer', reference: 'TED 4711' };
  return (await markInvoicePaid({ client: operator, path: { invoiceId }, body, throwOnError: true })).data;
}

async function subscribeTo(agency: Agency, plan: string): Promise<InvoiceDto> {
  const { data } = await subscribe({ client: agency.owner, body: { plan }, throwOnError: true });
  if (!data.checkout) throw new Error('Nothing is to be paid');
  return data.checkout.invoice;
}

const subscriptionOf = async ({ owner }: Agency) => (await getSubscription({ client: owner, throwOnError: true })).data;
const invoicesOf = async ({ owner }: Agency) =>
  (await listInvoices({ client: owner, throwOnError: true })).data.data.map((invoice) => [
    invoice.number,
    invoice.purpose,
    invoice.status,
  ]);

/** Moves the end of the current period; `created_at` is the anchor of the periods. */
async function endPeriod(agency: Agency, ends: string): Promise<void> {
  await sql(
    `update subscriptions set period_start = now() + $2::interval - interval '1 month', created_at = now() + $2::interval - interval '1 month',
            period_end = now() + $2::interval where organization_id = $1 and status <> 'canceled'`,
    [agency.organizationId, ends],
  );
}
/** Lets days pass: all that was agreed for the current period and the next is so much earlier. */
async function passDays({ organizationId }: Agency, days: number): Promise<void> {
  await sql(`begin;
    -- Issued invoices cannot be changed otherwise.
    alter table invoices disable trigger keep_invoice;
    update subscriptions set period_start = period_start - interval '${days} days', period_end = period_end - interval '${days} days'
     where organization_id = '${organizationId}' and status <> 'canceled';
    update invoices set period_start = period_start - interval '${days} days', period_end = period_end - interval '${days} days'
     where organization_id = '${organizationId}' and purpose = 'renewal';
    alter table invoices enable trigger keep_invoice;
    commit`);
}
const pendingOf = async ({ owner }: Agency) =>
  (await listInvoices({ client: owner, query: { status: 'open' }, throwOnError: true })).data.data;
/** Gives the whole payment of an invoice back, as the operator finds it. */
async function refundWhole({ organizationId }: Agency, invoiceId: string): Promise<void> {
  const query = { organizationId, invoiceId };
  const { data: payments } = await listOrganizationsPayments({ client: operator, query, throwOnError: true });
  const [payment] = payments.data;
  expect(payments.data).toMatchObject([{ organizationId, invoiceId }]);
  await refundPayment({ client: operator, path: { paymentId: String(payment?.id) }, body: {}, throwOnError: true });
}
const renew = async (agency: Agency) => {
  const renewals = stack.api.get(Renewals, { strict: false });
  // Whatever is run twice must be true once.
  await renewals.renew(agency.organizationId);
  await renewals.renew(agency.organizationId);
};

describe('money, paid by hand', () => {
  it('goes from subscribing to the month’s credits, spending, a top-up and the invoice’s PDF; the books are right', async () => {
    await tellMoneyStory({
      ...{ stack, operator, issuer: ['BASE Estúdio Ação Ltda', 'CNPJ 45.723.174/0001-10'] },
      pay: async (order, agency) => {
        expect(order).toMatchObject({ url: null, instructions: 'Pix: pagamentos@base.example' });
        const { id, plan } = order.invoice;
        // Asked for twice, it is one order.
        if (plan) expect((await subscribeTo(agency, plan)).id).toBe(id);
        expect(await payByHand(id)).toMatchObject({ status: 'paid' });
      },
    });
  });

  it('is not paid twice, and what is not there is not paid', async () => {
    const agency = await createAgency(stack, 0);
    const invoice = await subscribeTo(agency, 'starter');
    const pay = (invoiceId: string) =>
      codeOf(markInvoicePaid({ client: operator, path: { invoiceId }, body: { method: 'cash' } }));
    const answers = await Promise.all([pay(invoice.id), pay(invoice.id), pay(invoice.id)]);
    expect(answers.filter((code) => code === undefined)).toHaveLength(1);
    expect(await pay(invoice.id)).toBe('billing.invoice_already_paid');
    expect(await balanceOf(agency.client)).toMatchObject({ granted: 21_000 });
    expect(await codeOf(checkoutInvoice({ client: agency.owner, path: { invoiceId: invoice.id } }))).toBe(
      'billing.invoice_already_paid',
    );
    expect(await pay('0190a0a0-0000-7000-8000-000000000000')).toBe('resource.not_found');
    expect(
      await codeOf(
        markInvoicePaid({ client: agency.owner, path: { invoiceId: invoice.id }, body: { method: 'cash' } }),
      ),
    ).toBe('auth.permission_denied');
    const foreign = await createAgency(stack, 0);
    for (const call of [getInvoice, getInvoicePdf, checkoutInvoice]) {
      expect(await codeOf(call({ client: foreign.owner, path: { invoiceId: invoice.id } }))).toBe('resource.not_found');
    }
    expect((await listInvoices({ client: foreign.owner, throwOnError: true })).data.data).toEqual([]);
  });

  it('refuses what makes no sense, each with its code, and moves nothing', async () => {
    const agency = await createAgency(stack, 0);
    const { owner } = agency;
    const order = (body: { plan: string; currency?: string }) => codeOf(subscribe({ client: owner, body }));
    expect(await order({ plan: 'platinum' })).toBe('billing.plan_unknown');
    expect(await order({ plan: 'free' })).toBe('billing.plan_without_price');
    expect(await order({ plan: 'pro', currency: 'EUR' })).toBe('billing.currency_unknown');
    expect(await codeOf(buyCredits({ client: owner, body: { packId: 'pack-1' } }))).toBe('billing.pack_unknown');
    expect(await codeOf(changePlan({ client: owner, body: { plan: 'pro' } }))).toBe('billing.subscription_state');
    expect(await codeOf(cancelSubscription({ client: owner }))).toBe('billing.subscription_state');
    expect(await codeOf(resumeSubscription({ client: owner }))).toBe('billing.subscription_state');
    expect(await codeOf(startTrial({ client: owner, body: { plan: 'enterprise' } }))).toBe('billing.trial_unavailable');
    const auto = { enabled: true, thresholdCredits: 10, packId: 'pack-10k', maxPerMonth: 2 };
    expect(await codeOf(setAutoTopUp({ client: owner, body: auto }))).toBe('billing.auto_top_up_unavailable');
    const profile = {
      legalName: 'X',
      email: 'x@example.com',
      address: { street: 'a', city: 'b', postalCode: '01310-100', country: 'BR' },
    };
    const taxId = (taxIdKind: 'cpf' | 'cnpj', value: string) =>
      codeOf(saveBillingProfile({ client: owner, body: { ...profile, taxIdKind, taxId: value } }));
    expect(await taxId('cpf', '529.982.247-24')).toBe('billing.tax_id_invalid');
    expect(await taxId('cnpj', '12ABC34501DE36')).toBe('billing.tax_id_invalid');
    const abroad = { ...profile, address: { ...profile.address, country: 'XX' } };
    expect((await saveBillingProfile({ client: owner, body: abroad })).error).toMatchObject({
      errors: [{ pointer: '/address/country', message: 'must be a country of two letters, e.g. BR' }],
    });
    expect(await codeOf(getBillingProfile({ client: owner }))).toBe('resource.not_found');
    expect(await invoicesOf(agency)).toEqual([]);
    const { data: plans } = await listPlans({ client: createBaseClient({ baseUrl: stack.url }), throwOnError: true });
    expect(plans.plans.map((plan) => [plan.id, plan.price.brlCents])).toEqual([
      ['free', 0],
      ['starter', 9900],
      ['pro', 29_900],
      ['business', 99_900],
      ['enterprise', 499_900],
    ]);
  });

  it('upgrades once the difference is paid, and downgrades with the next period, never below the seats in use', async () => {
    const agency = await createAgency(stack, 0);
    const { owner } = agency;
    await payByHand((await subscribeTo(agency, 'starter')).id);
    expect(await codeOf(changePlan({ client: owner, body: { plan: 'starter' } }))).toBe('billing.plan_unchanged');
    const { data: ordered } = await changePlan({ client: owner, body: { plan: 'pro' }, throwOnError: true });
    const difference = ordered.checkout?.invoice;
    expect(difference?.totalCents).toBeGreaterThan(19_900);
    expect(difference?.totalCents).toBeLessThanOrEqual(20_000);
    expect(ordered.subscription.plan).toBe('starter');
    const asked = await Promise.all([1, 2].map(() => changePlan({ client: owner, body: { plan: 'pro' } })));
    expect(asked.map(({ data }) => data?.checkout?.invoice.id)).toEqual([difference?.id, difference?.id]);
    const [issued, due] = [difference?.issuedAt, difference?.dueAt].map((at) => Date.parse(String(at)));
    expect(due).toBeGreaterThan(Number(issued) + 86_400_000);
    await payByHand(String(difference?.id));
    expect(await subscriptionOf(agency)).toMatchObject({ plan: 'pro', status: 'active' });
    expect((await balanceOf(agency.client)).available).toBe(65_000);

    await sql(
      `insert into organization_members (organization_id, user_id, role)
       select $1, private.create_local_user(gen_random_uuid(), gen_random_uuid() || '@example.com', 'P'), 'viewer' from generate_series(1, 5)`,
      [agency.organizationId],
    );
    expect(await codeOf(changePlan({ client: owner, body: { plan: 'starter' } }))).toBe('billing.seats_in_use');
    await sql(`delete from organization_members where organization_id = $1 and role = 'viewer'`, [
      agency.organizationId,
    ]);
    await changePlan({ client: owner, body: { plan: 'starter' }, throwOnError: true });
    expect(await subscriptionOf(agency)).toMatchObject({ plan: 'pro', pendingPlan: 'starter' });
    await resumeSubscription({ client: owner, throwOnError: true });
    await changePlan({ client: owner, body: { plan: 'starter' }, throwOnError: true });

    await endPeriod(agency, '3 days');
    await renew(agency);
    const [renewal] = (await listInvoices({ client: owner, query: { status: 'open' }, throwOnError: true })).data.data;
    expect(renewal).toMatchObject({ purpose: 'renewal', plan: 'starter', totalCents: 9900 });
    await payByHand(String(renewal?.id));
    expect(await subscriptionOf(agency)).toMatchObject({ plan: 'pro' });
    expect(await codeOf(cancelSubscription({ client: owner }))).toBe('billing.renewal_already_paid');
    expect(await ledgerFaults(stack)).toEqual([]);
  });

  it('is granted once a period; unpaid, the limits shrink, and after the grace the plan ends', async () => {
    const agency = await createAgency(stack, 0);
    await payByHand((await subscribeTo(agency, 'pro')).id);
    await endPeriod(agency, '-1 hour');
    const late = await changePlan({ client: agency.owner, body: { plan: 'business' } });
    expect((late.error as ApiError | undefined)?.detail).toContain('The period is over');
    await renew(agency);
    expect(await subscriptionOf(agency)).toMatchObject({
      plan: 'pro',
      status: 'past_due',
      graceEndsAt: expect.anything(),
    });
    const limits = () =>
      sql(
        'select l.requests_per_minute, l.concurrent_jobs from private.find_membership((select user_id from organization_members where organization_id = $1), $1) l',
        [agency.organizationId],
      );
    const limitsOf = (plan: string) =>
      sql('select requests_per_minute, concurrent_jobs from plans where id::text = $1', [plan]);
    expect(await limits()).toEqual(await limitsOf('free'));
    const [renewal] = (await listInvoices({ client: agency.owner, query: { status: 'open' }, throwOnError: true })).data
      .data;
    await payByHand(String(renewal?.id));
    await renew(agency);
    expect(await subscriptionOf(agency)).toMatchObject({ plan: 'pro', status: 'active' });
    expect(await limits()).toEqual(await limitsOf('pro'));
    expect((await balanceOf(agency.client)).granted).toBe(1000 + 2 * 65_000);

    await sql(
      `update subscriptions set period_end = now() - interval '8 days', period_start = now() - interval '38 days' where organization_id = $1 and status = 'active'`,
      [agency.organizationId],
    );
    await renew(agency);
    await sql(
      `update subscriptions set past_due_since = now() - interval '8 days' where organization_id = $1 and status = 'past_due'`,
      [agency.organizationId],
    );
    await renew(agency);
    expect(await subscriptionOf(agency)).toMatchObject({ plan: 'free', status: 'active' });
    expect((await invoicesOf(agency))[0]).toEqual(['A-000003', 'renewal', 'void']);
    expect(await sql('select 1 from outbound_mails where organization_id = $1', [agency.organizationId])).toHaveLength(
      4,
    );
  });

  it('a canceled subscription ends with its period; a trial is had once', async () => {
    const agency = await createAgency(stack, 0);
    await startTrial({ client: agency.owner, body: { plan: 'pro' }, throwOnError: true });
    expect(await subscriptionOf(agency)).toMatchObject({ plan: 'pro', status: 'trialing' });
    expect((await balanceOf(agency.client)).available).toBe(5000);
    await cancelSubscription({ client: agency.owner, throwOnError: true });
    expect(await codeOf(startTrial({ client: agency.owner, body: { plan: 'starter' } }))).toBe('billing.trial_used');
    await payByHand((await subscribeTo(agency, 'starter')).id);
    await cancelSubscription({ client: agency.owner, throwOnError: true });
    expect(await subscriptionOf(agency)).toMatchObject({ plan: 'starter', cancelAtPeriodEnd: true });
    await endPeriod(agency, '-1 hour');
    await renew(agency);
    expect(await subscriptionOf(agency)).toMatchObject({ plan: 'free' });
    expect(await ledgerFaults(stack)).toEqual([]);
  });

  it('a renewal that is paid ahead and goes back buys no month: the plan can be canceled, or renewed anew', async () => {
    const agency = await createAgency(stack, 0);
    await payByHand((await subscribeTo(agency, 'starter')).id);
    const { granted } = await balanceOf(agency.client);
    await endPeriod(agency, '3 days');
    await renew(agency);
    const [first] = await pendingOf(agency);
    await payByHand(String(first?.id));
    await refundWhole(agency, String(first?.id));
    expect(await subscriptionOf(agency)).toMatchObject({ plan: 'starter', status: 'active' });
    await cancelSubscription({ client: agency.owner, throwOnError: true });
    await resumeSubscription({ client: agency.owner, throwOnError: true });

    await renew(agency);
    const open = await pendingOf(agency);
    expect(open).toMatchObject([{ purpose: 'renewal', plan: 'starter', totalCents: 9900 }]);
    expect(open[0]?.id).not.toBe(first?.id);
    // The month comes, and nothing has paid for it.
    await passDays(agency, 4);
    await renew(agency);
    expect(await subscriptionOf(agency)).toMatchObject({ plan: 'starter', status: 'past_due' });
    expect(await balanceOf(agency.client)).toMatchObject({ granted });
    expect(await ledgerFaults(stack)).toEqual([]);
  });

  it('an upgrade that goes back leaves the plan before it, and the next month is that plan’s', async () => {
    const agency = await createAgency(stack, 0);
    const upgradeTo = async (plan: string) =>
      String(
        (await changePlan({ client: agency.owner, body: { plan }, throwOnError: true })).data.checkout?.invoice.id,
      );
    await payByHand((await subscribeTo(agency, 'starter')).id);
    const toPro = await upgradeTo('pro');
    await payByHand(toPro);
    const toBusiness = await upgradeTo('business');
    await payByHand(toBusiness);
    // What the later one was made from is gone; it stands by itself until its money goes back too.
    await refundWhole(agency, toPro);
    expect(await subscriptionOf(agency)).toMatchObject({ plan: 'business', status: 'active' });
    await refundWhole(agency, toBusiness);
    expect(await subscriptionOf(agency)).toMatchObject({ plan: 'starter', status: 'active' });
    expect((await balanceOf(agency.client)).available).toBe(20_000);

    const again = await upgradeTo('pro');
    await payByHand(again);
    expect(await subscriptionOf(agency)).toMatchObject({ plan: 'pro' });
    const waiting = await upgradeTo('business');
    await refundWhole(agency, again);
    expect(await subscriptionOf(agency)).toMatchObject({ plan: 'starter', pendingPlan: null });
    expect((await getInvoice({ client: agency.owner, path: { invoiceId: waiting } })).data).toMatchObject({
      status: 'void',
    });
    await endPeriod(agency, '3 days');
    await renew(agency);
    expect(await pendingOf(agency)).toMatchObject([{ purpose: 'renewal', plan: 'starter', totalCents: 9900 }]);
    expect(await ledgerFaults(stack)).toEqual([]);
  });

  it('that goes back takes its unused credits with it; spent ones are owed, and paid by what comes next', async () => {
    const agency = await createAgency(stack, 0);
    const order = async () =>
      (await buyCredits({ client: agency.owner, body: { packId: 'pack-10k' }, throwOnError: true })).data.invoice;
    const first = await order();
    await payByHand(first.id);
    const [payment] = (await listPayments({ client: agency.owner, throwOnError: true })).data.data;
    const refund = (amountCents?: number) =>
      refundPayment({
        client: operator,
        path: { paymentId: String(payment?.id) },
        body: amountCents ? { amountCents } : {},
      });
    expect((await refund(2950)).data).toMatchObject({ refundedCents: 2950, status: 'succeeded' });
    expect(await balanceOf(agency.client)).toMatchObject({ available: 5000 });
    await sql(`select debit_credits($1, 4000, 'spent', 'spent')`, [agency.organizationId]);
    expect((await refund()).data).toMatchObject({ refundedCents: 5900, status: 'refunded' });
    expect(await codeOf(refund())).toBe('billing.payment_not_returnable');
    expect(await balanceOf(agency.client)).toMatchObject({ available: 0 });
    expect(await subscriptionOf(agency)).toMatchObject({ owedCredits: 4000 });
    const refunds = async () => {
      const { data } = await listCreditTransactions({
        client: agency.owner,
        query: { type: ['refund'] },
        throwOnError: true,
      });
      return data.data.map(({ amount, description }) => [amount, description]);
    };
    expect(await refunds()).toEqual([
      [-1000, 'Refund'],
      [-5000, 'Refund'],
    ]);
    expect(await balanceOf(agency.client)).toMatchObject({
      purchased: 10_000,
      adjusted: -5000,
      spent: 0,
      expired: 6000,
    });
    const notes = (await listInvoices({ client: agency.owner, throwOnError: true })).data.data.filter(
      ({ kind }) => kind === 'credit_note',
    );
    expect(notes.map((note) => [note.number, note.totalCents, note.creditNoteOf])).toEqual([
      ['C-000002', 2950, first.id],
      ['C-000001', 2950, first.id],
    ]);
    expect(await codeOf(checkoutInvoice({ client: agency.owner, path: { invoiceId: String(notes[0]?.id) } }))).toBe(
      'billing.invoice_not_open',
    );
    expect((await textOfPdf(agency.owner, String(notes[0]?.id), 'pt-BR')).text).toContain(
      'Devolução do pagamento da fatura A-000001',
    );
    await payByHand((await order()).id);
    expect(await balanceOf(agency.client)).toMatchObject({ available: 6000 });
    expect(await subscriptionOf(agency)).toMatchObject({ owedCredits: 0 });
    expect((await refunds())[0]).toEqual([-4000, 'Refund']);
    expect(await ledgerFaults(stack)).toEqual([]);
  });

  it('is returned as often as the answers say: of refunds at once none is lost in silence', async () => {
    const agency = await createAgency(stack, 0);
    const order = await buyCredits({ client: agency.owner, body: { packId: 'pack-10k' }, throwOnError: true });
    await payByHand(order.data.invoice.id);
    const [payment] = (await listPayments({ client: agency.owner, throwOnError: true })).data.data;
    const path = { paymentId: String(payment?.id) };
    const amounts = [1000, 1000, 500, 1500];
    const answers = await Promise.all(
      amounts.map((amountCents) => codeOf(refundPayment({ client: operator, path, body: { amountCents } }))),
    );
    const refused = answers.filter((code) => code !== undefined);
    expect(refused).toEqual(refused.map(() => 'billing.payment_not_returnable'));
    const sent = amounts.filter((_, index) => answers[index] === undefined).reduce((sum, cents) => sum + cents, 0);
    const [after] = (await listPayments({ client: agency.owner, throwOnError: true })).data.data;
    expect(after?.refundedCents).toBe(sent);
  });

  it('is not taken for an organization that is closed, however late the closing comes', async () => {
    const order = async (agency: Agency) =>
      (await buyCredits({ client: agency.owner, body: { packId: 'pack-10k' }, throwOnError: true })).data.invoice.id;
    const pay = (invoiceId: string) =>
      codeOf(markInvoicePaid({ client: operator, path: { invoiceId }, body: { method: 'pix' } }));
    const closed = await createAgency(stack, 0);
    const open = await order(closed);
    const path = { organizationId: closed.organizationId };
    await deleteOrganization({ client: closed.owner, path, throwOnError: true });
    expect(await sql('select status from invoices where id = $1', [open])).toEqual([{ status: 'void' }]);
    expect(await pay(open)).toBe('billing.invoice_not_open');

    const closing = await createAgency(stack, 0);
    const raced = await order(closing);
    await sql(`update subscriptions set status = 'canceled', canceled_at = now() where organization_id = $1`, [
      closing.organizationId,
    ]);
    expect(await pay(raced)).toBe('billing.invoice_not_open');
    expect(await sql('select to_return from payments where invoice_id = $1', [raced])).toEqual([{ to_return: true }]);
    expect(await ledgerFaults(stack)).toEqual([]);
  });

  it('is asked for once while an order is open, and not for ever: an order that nobody pays is void in the end', async () => {
    const agency = await createAgency(stack, 0);
    const order = async (packId: string) =>
      (await buyCredits({ client: agency.owner, body: { packId }, throwOnError: true })).data.invoice;
    const same = await Promise.all(Array.from({ length: 5 }, () => order('pack-10k')));
    const [first] = same;
    expect(new Set(same.map(({ id }) => id)).size).toBe(1);
    expect((await order('pack-50k')).number).toBe('A-000002');
    const wasDue = (number: number, ago: string) =>
      sql(`begin;
        -- Issued invoices cannot be changed otherwise.
        alter table invoices disable trigger keep_invoice;
        update invoices set due_at = now() - interval '${ago}' where organization_id = '${agency.organizationId}' and number = ${number};
        alter table invoices enable trigger keep_invoice;
        commit`);
    await wasDue(1, '14 days 1 minute');
    await wasDue(2, '13 days 23 hours');
    const orders = stack.api.get(UnpaidOrders, { strict: false });
    await Promise.all([orders.run(), orders.run()]);
    expect(await invoicesOf(agency)).toEqual([
      ['A-000002', 'top_up', 'open'],
      ['A-000001', 'top_up', 'void'],
    ]);
    expect(await codeOf(checkoutInvoice({ client: agency.owner, path: { invoiceId: String(first?.id) } }))).toBe(
      'billing.invoice_not_open',
    );
    const told = await sql<{ audit: number; events: number; mails: number }>(
      `select (select count(*)::int from audit_logs where organization_id = $1 and action = 'invoices.void') as audit,
              (select count(*)::int from events where organization_id = $1 and type = 'invoice.voided') as events,
              (select count(*)::int from outbound_mails where organization_id = $1) as mails`,
      [agency.organizationId],
    );
    expect(told).toEqual([{ audit: 1, events: 1, mails: 1 }]);
    expect((await order('pack-10k')).number).toBe('A-000003');
  });

  it('is found by operators among all open invoices: page by page, by organization and by number', async () => {
    const [one, other] = [await createAgency(stack, 0), await createAgency(stack, 0)];
    for (const [{ owner }, packId] of [
      [one, 'pack-10k'],
      [one, 'pack-50k'],
      [other, 'pack-10k'],
    ] as const) {
      await buyCredits({ client: owner, body: { packId }, throwOnError: true });
    }
    const list = async (query: { organizationId?: string; number?: string; after?: string; limit?: number }) =>
      (await listOpenInvoices({ client: operator, query, throwOnError: true })).data;
    const { organizationId } = one;
    const { data: both, nextAfter } = await list({ organizationId });
    const [first, second] = both;
    expect(nextAfter).toBeNull();
    expect(first).toMatchObject({ number: 'A-000001', organizationId, customerName: expect.stringMatching(/./) });
    expect(await list({ organizationId, limit: 1 })).toEqual({ data: [first], nextAfter: first?.id });
    expect((await list({ organizationId, limit: 1, after: String(first?.id) })).data).toEqual([second]);
    expect(await list({ organizationId, after: String(second?.id) })).toEqual({ data: [], nextAfter: null });
    expect((await list({ organizationId, number: 'A-000002' })).data).toEqual([second]);
    expect((await list({ number: 'A-000001' })).data.map((invoice) => invoice.organizationId)).toEqual(
      expect.arrayContaining([organizationId, other.organizationId]),
    );
  });
});
