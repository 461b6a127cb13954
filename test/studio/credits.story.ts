import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import {
  adjustCredits,
  type Client,
  createBaseClient,
  createBudget,
  createInvitation,
  getCreditBalance,
  getMe,
  listInvoices,
  listJobs,
  markInvoicePaid,
  refundJobCredits,
  deleteBudget,
  verifyEmail,
} from '#sdk';
import { StudioPlatform, type Visitor } from './studio-platform.js';

const PATIENT = { timeout: 90_000 };
const PICTURE = 'img[src*="/api/files/"]';
const PAY_TO = 'Pix para 12.345.678/0001-95';

let platform: StudioPlatform;
let owner: Visitor;
let page: Page;
let account: { email: string; password: string };
let organizationId: string;
/** The owner, who is an operator of the platform, too. */
let client: Client;

beforeAll(async () => {
  platform = await StudioPlatform.start({ PAYMENT_INSTRUCTIONS: PAY_TO });
  owner = await platform.visitor();
  ({ page } = owner);
  account = await owner.signUp();
  const anyone = createBaseClient({ baseUrl: platform.url });
  const token = await platform.mailedToken(account.email);
  await verifyEmail({ client: anyone, body: { token }, throwOnError: true });
  await platform.addOperator(account.email);
  const { accessToken } = await platform.signIn(account.email, account.password);
  const person = createBaseClient({ baseUrl: platform.url, token: accessToken });
  organizationId = (await getMe({ client: person, throwOnError: true })).data.organizations[0]?.id ?? '';
  client = createBaseClient({ baseUrl: platform.url, token: accessToken, organizationId });
});

afterEach(() => {
  expect(owner.complaints).toEqual([]);
});

afterAll(async () => {
  await owner.leave();
  await platform.stop();
});

/** Takes or gives what is missing for a balance. */
async function leaveCredits(wanted: number): Promise<void> {
  const { data: balance } = await getCreditBalance({ client, throwOnError: true });
  const body = { amountCredits: wanted - balance.available, reason: 'Acerto de contas' };
  await adjustCredits({ client, path: { organizationId }, body, throwOnError: true });
}

describe('a refund', () => {
  it('is told wherever the charge is, in every open tab, as soon as it is made', async () => {
    await owner.ask('Um farol torto');
    await page.locator(PICTURE).first().waitFor(PATIENT);
    await page.getByRole('listitem').getByText('5 créditos').waitFor(PATIENT);
    const gallery = await owner.openTab('/gallery');
    await gallery.getByRole('link', { name: 'Abrir: Um farol torto' }).click();
    await gallery.getByRole('dialog').getByText('5 créditos').waitFor();
    const { data: jobs } = await listJobs({ client, throwOnError: true });
    const body = { jobId: jobs.data[0]?.id ?? '', amountCredits: 3, reason: 'O farol saiu torto' };
    await refundJobCredits({ client, path: { organizationId }, body, throwOnError: true });
    await page.getByRole('listitem').getByText('5 créditos, 3 devolvidos').waitFor(PATIENT);
    await page.getByRole('button', { name: '998 créditos disponíveis' }).waitFor(PATIENT);
    await owner.shoot('refund-card');
    await gallery.getByRole('dialog').getByText('5 créditos, 3 devolvidos').waitFor(PATIENT);
    await gallery.close();
    await page.goto('/usage');
    const line = page.getByRole('row', { name: /Reembolso/ });
    await line.getByText('O farol saiu torto').waitFor();
    await line.getByText('+3').waitFor();
    await owner.shoot('refund-ledger');
    await page.goto('/');
  });
});

describe('too few credits', () => {
  it('are told before anything is sent, with the way to more, which works again once they come', async () => {
    await page.getByRole('button', { name: /^Gerar.*5 créditos/ }).waitFor();
    await leaveCredits(2);
    await page.getByRole('button', { name: /^Gerar.*faltam 3 créditos/ }).waitFor(PATIENT);
    await page.getByText('Isto custa 5 créditos e o saldo é de 2 créditos.').waitFor();
    await leaveCredits(0);
    await page.getByText('Isto custa 5 créditos e o saldo é zero.').waitFor(PATIENT);
    await owner.shoot('no-credits');
    expect(await owner.accessFaults()).toEqual([]);
    const before = await page.locator('ol > li').count();
    await owner.ask('Um farol que ninguém paga');
    await owner.atRest();
    expect(await page.locator('ol > li').count()).toBe(before);

    await page.getByRole('link', { name: 'Comprar créditos' }).click();
    await page.getByRole('button', { name: 'Comprar 10.000 créditos' }).click();
    await page.getByText(PAY_TO).waitFor();
    await owner.shoot('credits-ordered');
    expect(await owner.accessFaults()).toEqual([]);
    const { data: invoices } = await listInvoices({ client, throwOnError: true });
    const path = { invoiceId: invoices.data[0]?.id ?? '' };
    await markInvoicePaid({ client, path, body: { method: 'pix' }, throwOnError: true });
    await page.getByRole('button', { name: '10.000 créditos disponíveis' }).waitFor(PATIENT);
    await page.goto('/');
    await page.getByRole('button', { name: /^Gerar.*5 créditos/ }).waitFor();
  });

  it('in a budget are told with whose budget it is', async () => {
    const body = { scope: 'organization' as const, monthlyCredits: 1 };
    const { data: budget } = await createBudget({ client, body, throwOnError: true });
    await owner.ask('Um farol fora do orçamento');
    await page.getByText('O orçamento da organização neste mês não cobre isto').waitFor(PATIENT);
    await owner.shoot('budget-used-up');
    await deleteBudget({ client, path: { budgetId: budget.id }, throwOnError: true });
  });

  it('send who cannot buy any to those who can', async () => {
    await leaveCredits(0);
    const email = `bia.${Date.now()}@estudio.example`;
    await createInvitation({ client, path: { organizationId }, body: { email, role: 'creator' }, throwOnError: true });
    const creator = await platform.visitor({ width: 390, height: 844 });
    await creator.page.goto(`/invitation#token=${await platform.mailedToken(email)}`);
    await creator.page.getByRole('link', { name: 'Criar conta' }).click();
    await creator.fillRegistration({ email, password: account.password });
    await creator.page.getByRole('button', { name: 'Aceitar o convite' }).click();
    await creator.page.getByText('Peça créditos a quem é dono').waitFor(PATIENT);
    expect(await creator.page.getByRole('link', { name: 'Comprar créditos' }).count()).toBe(0);
    await creator.shoot('no-credits-creator');
    expect(creator.complaints).toEqual([]);
    await creator.leave();
  });
});
