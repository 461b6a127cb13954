import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { eventually } from '../support/eventually.js';
import { StudioPlatform, type Visitor } from './studio-platform.js';

const PATIENT = { timeout: 90_000 };
const LONG = 'x'.repeat(9000);
const TOO_LONG = /longo demais|Passa do máximo/;
const NO_ADDRESS = /Digite um e-mail/;

interface Form {
  /** Leads to it, as a person finds it. */
  open: (page: Page) => Promise<unknown>;
  /** What is needed beside the bad value, by label. */
  fills?: Record<string, string>;
  /** A field, a value that the server refuses, and what is said of it. */
  bad: readonly [label: string, value: string, sentence: RegExp];
  submit: string;
}

const at = (path: string) => (page: Page) => page.goto(path);
const PASSWORD = 'girafa lua vidro 79';

/** Every form of those who are not signed in. */
const OUTSIDE: Record<string, Form> = {
  'making an account': {
    open: at('/register'),
    fills: { 'Seu nome': 'Ana', Senha: PASSWORD },
    bad: ['E-mail de trabalho', 'ana', NO_ADDRESS],
    submit: 'Criar conta',
  },
  'signing in': { open: at('/login'), fills: { Senha: PASSWORD }, bad: ['E-mail', LONG, NO_ADDRESS], submit: 'Entrar' },
  'asking for a new password': { open: at('/forgot-password'), bad: ['E-mail', 'ana', NO_ADDRESS], submit: 'Enviar' },
  'a new password': {
    open: async (page) => page.goto(`/reset-password#token=${await resetToken()}`),
    bad: ['Nova senha', 'password12', /fácil de adivinhar/],
    submit: 'Trocar senha',
  },
};

/** Every form of those who are. */
const INSIDE: Record<string, Form> = {
  'the profile': { open: at('/account'), bad: ['Seu nome', LONG, TOO_LONG], submit: 'Salvar' },
  'another address': {
    open: async (page) => {
      await page.goto('/account');
      await page.getByRole('button', { name: 'Trocar e-mail' }).click();
    },
    fills: { 'Senha atual': 'errada' },
    bad: ['Novo e-mail', 'ana', NO_ADDRESS],
    submit: 'Enviar o link',
  },
  'another password': {
    open: at('/account'),
    fills: { 'Nova senha': 'lua girafa vidro 80' },
    bad: ['Senha atual', 'errada', /A senha está errada/],
    submit: 'Trocar senha',
  },
  'a second factor': {
    open: async (page) => {
      await page.goto('/account');
      await page.getByRole('button', { name: 'Ativar' }).click();
    },
    bad: ['Código', '000000', /O código não/],
    submit: 'Confirmar',
  },
  'a new organization': {
    open: async (page) => {
      await page.goto('/');
      await page.getByRole('button', { name: /Trocar$/ }).click();
      await page.getByRole('menuitem', { name: 'Nova organização' }).click();
    },
    bad: ['Nome', LONG, TOO_LONG],
    submit: 'Criar organização',
  },
  'a project': {
    open: async (page) => {
      await page.goto('/projects');
      await page.getByRole('button', { name: 'Criar projeto' }).click();
    },
    bad: ['Nome', LONG, TOO_LONG],
    submit: 'Criar projeto',
  },
  'a preset': {
    open: async (page) => {
      await page.goto('/');
      await page.getByRole('button', { name: 'Predefinições' }).click();
      await page.getByRole('menuitem', { name: 'Guardar estas configurações' }).click();
    },
    bad: ['Nome', LONG, TOO_LONG],
    submit: 'Salvar',
  },
  'a brand': {
    open: async (page) => {
      await page.goto('/library?tab=brand');
      await page.getByRole('button', { name: 'Nova marca' }).click();
    },
    fills: { Nome: 'Café Aurora' },
    bad: ['Palavras-chave', LONG, TOO_LONG],
    submit: 'Salvar',
  },
  'a link to share': {
    open: async (page) => {
      await page.goto('/gallery');
      await page.getByRole('link', { name: /Abrir/ }).first().click();
      await page.getByRole('button', { name: 'Compartilhar' }).click();
    },
    bad: ['Título (opcional)', LONG, TOO_LONG],
    submit: 'Criar link',
  },
};

/** The token of a mail that leads to a new password. */
async function resetToken(): Promise<string> {
  const before = await platform.mailedToken(email);
  const headers = { 'content-type': 'application/json' };
  await fetch(`${platform.url}/api/auth/forgot-password`, { method: 'POST', headers, body: JSON.stringify({ email }) });
  await eventually(async () => (await platform.mailedToken(email)) !== before, 'the mail for a new password has come');
  return platform.mailedToken(email);
}

let platform: StudioPlatform;
let email: string;
let inside: Visitor;
let outside: Visitor;

beforeAll(async () => {
  platform = await StudioPlatform.start();
  [inside, outside] = [await platform.visitor(), await platform.visitor()];
  ({ email } = await inside.signUp());
  await inside.ask('Um farol');
  await inside.page.getByRole('img', { name: 'Um farol' }).first().waitFor(PATIENT);
});

afterEach(() => {
  expect([...inside.complaints, ...outside.complaints]).toEqual([]);
});

afterAll(async () => {
  await inside.leave();
  await outside.leave();
  await platform.stop();
});

/** The form that holds a field: windows lie over pages that have forms, too. */
function formOf(page: Page, { bad: [label] }: Form): Locator {
  return page
    .locator('form')
    .filter({ has: page.getByLabel(label, { exact: true }) })
    .last();
}

/** What stands below a field, for eyes and for screen readers. */
async function noteOf(field: Locator): Promise<string> {
  const id = (await field.getAttribute('aria-describedby')) ?? '';
  return field.page().locator(`[id="${id}"]`).innerText();
}

async function showsRefusals(page: Page, form: Form): Promise<void> {
  await form.open(page);
  const place = formOf(page, form);
  for (const [label, value] of Object.entries(form.fills ?? {}))
    await place.getByLabel(label, { exact: true }).fill(value);
  const [label, value, sentence] = form.bad;
  const field = place.getByLabel(label, { exact: true });
  // The form keeps people from it; the server has the last word.
  await field.evaluate((input) =>
    (input as unknown as { removeAttribute: (name: string) => void }).removeAttribute('maxlength'),
  );
  await field.fill(value);
  const submit = place.getByRole('button', { name: form.submit });
  await submit.click();
  await place.locator('[aria-invalid=true]').waitFor();
  expect(await noteOf(field)).toMatch(sentence);
  expect(await place.getByRole('alert').count()).toBe(1);

  for (const [status, code, said] of [
    [409, 'idempotency.in_flight', /./],
    [429, 'rate_limit.exceeded', /Foram muitos pedidos/],
    [503, 'request.unavailable', /Algo deu errado do nosso lado/],
  ] as const) {
    await page.route('**/api/**', async (route) => {
      if (route.request().method() === 'GET') return route.fallback();
      const headers = { 'content-type': 'application/problem+json', 'retry-after': '600' };
      return route.fulfill({
        status,
        headers,
        body: JSON.stringify({ status, code, title: code, requestId: 'story' }),
      });
    });
    const answered = page.waitForResponse((response) => response.status() === status);
    await submit.click();
    await answered;
    await place.getByRole('alert').filter({ hasText: said }).waitFor();
    expect(await place.locator('[aria-invalid=true]').count()).toBe(0);
    await page.unroute('**/api/**');
  }
}

describe('what the server refuses is told where it belongs: a fault at its field, else below the fields, in', () => {
  it.each(Object.keys(OUTSIDE))('%s', async (name) => {
    const form = OUTSIDE[name];
    if (form) await showsRefusals(outside.page, form);
  });

  it.each(Object.keys(INSIDE))('%s', async (name) => {
    const form = INSIDE[name];
    if (form) await showsRefusals(inside.page, form);
  });

  it('the composer, whose folded fields come to light', async () => {
    const { page } = inside;
    await page.goto('/');
    await page.getByRole('radio', { name: 'Imagem' }).check();
    await page.getByText('Avançado').click();
    await page.getByText('Avançado').click();
    await page.getByLabel('Descreva a imagem').fill('Um farol');
    // The form keeps to what the model's schema says; another node may know another schema.
    const fault = { pointer: '/input/simulate/latencyMs', code: 'too_big', message: 'is too big' };
    await page.route('**/api/ai/jobs', (route) =>
      route.fulfill({
        status: 422,
        headers: { 'content-type': 'application/problem+json' },
        body: JSON.stringify({
          status: 422,
          code: 'request.invalid',
          title: 'Invalid',
          requestId: 's',
          errors: [fault],
        }),
      }),
    );
    const field = page.getByLabel('Duração simulada (ms)');
    expect(await field.isVisible()).toBe(false);
    await page.getByRole('button', { name: /^Gerar/ }).click();
    await field.waitFor();
    expect(await noteOf(field)).toMatch(TOO_LONG);
    await inside.shoot('fault-in-composer');
    await page.unroute('**/api/ai/jobs');
    await field.fill('10');
    await page.getByText('Passa do máximo').waitFor({ state: 'detached' });
  });
});

describe('an account', () => {
  it('has another name at once, and another address once the link to it was opened', async () => {
    const { page } = inside;
    await page.goto('/account');
    await page.getByLabel('Seu nome').fill('Ana Maria Prado');
    await page.getByRole('button', { name: 'Salvar' }).click();
    await page.getByRole('button', { name: 'Menu de Ana Maria Prado' }).waitFor();
    const address = `outra.${email}`;
    await page.getByRole('button', { name: 'Trocar e-mail' }).click();
    const form = page.locator('form').filter({ has: page.getByLabel('Novo e-mail') });
    await form.getByLabel('Novo e-mail').fill(address);
    await form.getByLabel('Senha atual', { exact: true }).fill(PASSWORD);
    await form.getByRole('button', { name: 'Enviar o link' }).click();
    await page.getByText(`Enviamos um link para ${address}`).waitFor();
    await inside.shoot('account-email');
    await page.goto(`/confirm-email#token=${await platform.mailedToken(address)}`);
    await page.getByText('Seu e-mail foi trocado').waitFor();
  });
});

describe('a link that is not whole', () => {
  it.each(['/invitation', '/verify-email', '/confirm-email', '/confirm-registration'])(
    '%s says so, and asks nobody',
    async (path) => {
      const asked: string[] = [];
      outside.page.on('request', (request) => {
        if (request.method() === 'POST') asked.push(request.url());
      });
      await outside.page.goto(path);
      await outside.page.getByText('Falta uma parte do endereço').waitFor();
      outside.page.removeAllListeners('request');
      expect(asked).toEqual([]);
    },
  );
});
