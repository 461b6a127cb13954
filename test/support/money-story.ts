import { expect } from '@jest/globals';
import { compactVerify, createLocalJWKSet } from 'jose';
import { extractText, getDocumentProxy } from 'unpdf';
import {
  buyCredits,
  type CheckoutDto,
  type Client,
  createBaseClient,
  getBillingProfile,
  getInvoicePdf,
  getJobReceipt,
  getReceiptKeys,
  getReconciliation,
  getSubscription,
  listEvents,
  saveBillingProfile,
  subscribe,
} from '#sdk';
import { type Agency, balanceOf, createAgency, ledgerFaults, runJob } from './agency.js';
import type { Stack } from './stack.js';
import { withSql } from './sql.js';

const PROFILE = {
  legalName: 'Estúdio Água & Luz Comunicação Ltda',
  taxIdKind: 'cnpj',
  taxId: '12.ABC.345/01DE-35',
  email: 'financeiro@agua.example',
  address: {
    street: 'Rua das Laranjeiras',
    number: '1024',
    city: 'São Paulo',
    state: 'SP',
    postalCode: '01310-100',
    country: 'BR',
  },
} as const;

/** What differs from one way of paying to the next: how the money of an order comes. */
export interface MoneyStory {
  stack: Stack;
  operator: Client;
  /** What the invoice says of who issued it. */
  issuer: string[];
  pay: (order: CheckoutDto, agency: Agency) => Promise<void>;
}

/**
 * From subscribing to the month's credits, spending, running low, a top-up, the invoice's PDF in both languages, the
 * receipt of the job and books without drift: by the SDK, whoever collects the money.
 */
export async function tellMoneyStory({ stack, operator, issuer, pay }: MoneyStory): Promise<Agency> {
  const agency = await createAgency(stack, 0);
  await saveBillingProfile({ client: agency.owner, body: PROFILE, throwOnError: true });
  const { data: saved } = await getBillingProfile({ client: agency.owner, throwOnError: true });
  expect(saved).toMatchObject({ taxId: '12ABC34501DE35', address: { city: 'São Paulo' } });

  const { data: ordered } = await subscribe({ client: agency.owner, body: { plan: 'starter' }, throwOnError: true });
  expect(ordered).toMatchObject({
    subscription: { plan: 'free', status: 'active' },
    checkout: { invoice: { number: 'A-000001', totalCents: 9900, currency: 'BRL' } },
  });
  expect(await balanceOf(agency.client)).toMatchObject({ available: 0 });
  if (!ordered.checkout) throw new Error('Nothing is to be paid');
  const { id: invoiceId } = ordered.checkout.invoice;
  expect((await textOfPdf(agency.owner, invoiceId, 'pt-BR')).text).toContain('Em aberto');
  await pay(ordered.checkout, agency);
  const { data: subscription } = await getSubscription({ client: agency.owner, throwOnError: true });
  expect(subscription).toMatchObject({ plan: 'starter', status: 'active' });
  expect(await balanceOf(agency.client)).toMatchObject({ available: 20_000 });

  const charged = await runWithReceipt(stack, agency);
  expect((await balanceOf(agency.client)).available).toBe(20_000 - charged);
  await spendDownTo(stack, agency, 50);
  expect(await eventTypesOf(agency)).toContain('credits.low');

  const { data: topUp } = await buyCredits({ client: agency.owner, body: { packId: 'pack-10k' }, throwOnError: true });
  await pay(topUp, agency);
  expect(await balanceOf(agency.client)).toMatchObject({ available: 10_050 });
  expect(await eventTypesOf(agency)).toEqual(
    expect.arrayContaining(['invoice.issued', 'invoice.paid', 'subscription.changed', 'credits.granted']),
  );
  await expectRightPdf(agency, invoiceId, issuer);
  await expectNoDrift(stack, operator);
  return agency;
}

/** The text of an invoice's PDF, as a reader of PDFs finds it. */
export async function textOfPdf(
  client: Client,
  invoiceId: string,
  locale: 'pt-BR' | 'en',
): Promise<{ text: string; pages: number }> {
  const { data } = await getInvoicePdf({
    client,
    path: { invoiceId },
    query: { locale },
    parseAs: 'blob',
    throwOnError: true,
  });
  const bytes = new Uint8Array(await data.arrayBuffer());
  const { text, totalPages } = await extractText(await getDocumentProxy(bytes), { mergePages: true });
  return { text: text.replace(/\s+/g, ' '), pages: totalPages };
}

/** Runs a job and verifies its receipt with the published keys. @returns what it was charged */
async function runWithReceipt(stack: Stack, agency: Agency): Promise<number> {
  const { job } = await runJob(agency.client, { model: 'sandbox/image', input: { prompt: 'Um farol' } });
  const { data } = await getJobReceipt({ client: agency.client, path: { jobId: job.id }, throwOnError: true });
  const { data: keys } = await getReceiptKeys({ client: createBaseClient({ baseUrl: stack.url }), throwOnError: true });
  const { chargedCredits } = data.receipt;
  const signed = await compactVerify(data.jws, createLocalJWKSet(keys));
  expect(JSON.parse(new TextDecoder().decode(signed.payload))).toMatchObject({
    jti: job.id,
    receipt: { chargedCredits },
  });
  expect(chargedCredits).toBeGreaterThan(0);
  return chargedCredits;
}

async function spendDownTo(stack: Stack, agency: Agency, credits: number): Promise<void> {
  const { available } = await balanceOf(agency.client);
  await withSql(stack.database.url, (query) =>
    query(`select debit_credits($1, $2, 'spent-down', 'spent')`, [agency.organizationId, available - credits]),
  );
}

async function eventTypesOf(agency: Agency): Promise<string[]> {
  const { data } = await listEvents({ client: agency.client, query: { limit: 200 }, throwOnError: true });
  return data.data.map(({ type }) => type);
}

async function expectRightPdf(agency: Agency, invoiceId: string, issuer: string[]): Promise<void> {
  const portuguese = await textOfPdf(agency.owner, invoiceId, 'pt-BR');
  for (const words of [
    'Fatura',
    'A-000001',
    'Estúdio Água & Luz Comunicação Ltda',
    'CNPJ 12.ABC.345/01DE-35',
    'São Paulo',
    ...issuer,
    'Plano Starter, um mês',
    'R$ 99,00',
    'Paga',
    'não é nota fiscal',
    'Página 1 de 1',
  ]) {
    expect(portuguese.text).toContain(words);
  }
  const english = await textOfPdf(agency.owner, invoiceId, 'en');
  for (const words of [
    'Invoice',
    'Starter plan, one month',
    'R$99.00',
    'Paid',
    'not a Brazilian electronic service invoice',
    'Page 1 of 1',
  ]) {
    expect(english.text).toContain(words);
  }
}

async function expectNoDrift(stack: Stack, operator: Client): Promise<void> {
  await withSql(stack.database.url, async (query) => {
    await query('select * from private.check_books(now(), null, 500)');
    await query('select * from private.reconcile(current_date)');
  });
  const { data: report } = await getReconciliation({ client: operator, throwOnError: true });
  expect(report).toMatchObject({ clean: true, frozen: [], lastCheck: { violations: [] } });
  const ofPayments = report.days.filter(({ kind }) => kind === 'payments');
  expect(ofPayments.map(({ drift, detail }) => [drift, detail['without']])).toEqual([[0, 0]]);
  expect(await ledgerFaults(stack)).toEqual([]);
}
