import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createBaseClient, createInvitation, getMe } from '#sdk';
import { totpOf } from './authenticator-app.js';
import { StudioPlatform, type Visitor } from './studio-platform.js';

const PATIENT = { timeout: 90_000 };
const PICTURE = 'img[src*="/api/files/"]';

let platform: StudioPlatform;
let visitors: Visitor[] = [];

beforeAll(async () => {
  platform = await StudioPlatform.start();
});

afterAll(async () => {
  await platform.stop();
});

afterEach(async () => {
  const complaints = visitors.flatMap((visitor) => visitor.complaints);
  for (const visitor of visitors) await visitor.leave();
  visitors = [];
  expect(complaints).toEqual([]);
});

async function newVisitor(): Promise<Visitor> {
  const visitor = await platform.visitor();
  visitors.push(visitor);
  return visitor;
}

async function signedUp(): Promise<Visitor & { email: string; password: string }> {
  const visitor = await newVisitor();
  return Object.assign(visitor, await visitor.signUp());
}

describe('who may only look', () => {
  it('sees what the others made, and no button for what is not theirs to do', async () => {
    const owner = await signedUp();
    await owner.ask('Um farol ao entardecer');
    await owner.page.locator(PICTURE).first().waitFor(PATIENT);

    const email = `leo.${Date.now()}@estudio.example`;
    const { accessToken } = await platform.signIn(owner.email, owner.password);
    const { data: me } = await getMe({
      client: createBaseClient({ baseUrl: platform.url, token: accessToken }),
      throwOnError: true,
    });
    const organizationId = me.organizations[0]?.id ?? '';
    await createInvitation({
      client: createBaseClient({ baseUrl: platform.url, token: accessToken, organizationId }),
      path: { organizationId },
      body: { email, role: 'viewer' },
      throwOnError: true,
    });

    const viewer = await newVisitor();
    const { page } = viewer;
    await page.goto(`/invitation#token=${await platform.mailedToken(email)}`);
    await page.getByText('Leitura').waitFor();
    await viewer.shoot('invitation');
    await page.getByRole('link', { name: 'Criar conta' }).click();
    await viewer.fillRegistration({ email, password: owner.password });
    await page.getByRole('button', { name: 'Aceitar o convite' }).click();
    await page.locator(PICTURE).first().waitFor(PATIENT);
    expect(await page.getByRole('button', { name: /Gerar|Usar de novo|Cancelar/ }).count()).toBe(0);
    expect(await page.getByRole('textbox').count()).toBe(0);
    await viewer.shoot('viewer');
    await page.goto('/gallery');
    await page.getByRole('link', { name: /Abrir/ }).first().click();
    await page.getByRole('dialog').waitFor();
    expect(await page.getByRole('button', { name: /Usar/ }).count()).toBe(0);
    await viewer.shoot('viewer-lightbox');
  });
});

describe('a second factor', () => {
  it('is set up by its key, asked for at the next sign-in, and let in with its code', async () => {
    const visitor = await signedUp();
    const { page } = visitor;
    await page.goto('/account');
    await page.getByRole('button', { name: 'Ativar' }).click();
    await page.getByRole('img', { name: 'Código QR da chave' }).waitFor();
    await visitor.shoot('totp-enrol');
    const secret = await page.locator('code').innerText();
    await page.getByLabel('Código', { exact: true }).fill('000000');
    await page.getByRole('button', { name: 'Confirmar' }).click();
    await page.getByText('O código não').waitFor();
    await page.getByLabel('Código', { exact: true }).fill(totpOf(secret, 0));
    await page.getByRole('button', { name: 'Confirmar' }).click();
    await page.getByText('Guarde estes códigos').waitFor();
    await visitor.shoot('totp-recovery-codes');
    await page.getByRole('button', { name: 'Já guardei' }).click();
    await page.getByText('Ativa.').waitFor();
    await page.getByRole('button', { name: /Menu de/ }).click();
    await page.getByRole('menuitem', { name: 'Sair' }).click();
    await page.getByLabel('E-mail', { exact: true }).fill(visitor.email);
    await page.getByLabel('Senha', { exact: true }).fill(visitor.password);
    await page.getByRole('button', { name: 'Entrar' }).click();
    await page.getByRole('heading', { name: 'Mais um passo' }).waitFor();
    await visitor.shoot('totp-sign-in');
    // The code of this half minute is used up: the next one is good already.
    await page.getByLabel('Código').fill(totpOf(secret, 1));
    await page.getByRole('button', { name: 'Entrar' }).click();
    await page.getByLabel('Descreva a imagem').waitFor();
  });
});

describe('several organizations', () => {
  it('are made and switched between, each with its own drafts and pictures', async () => {
    const { page } = await signedUp();
    await page.getByLabel('Descreva a imagem').fill('Da primeira');
    await page.getByRole('button', { name: /Trocar$/ }).click();
    await page.getByRole('menuitem', { name: 'Nova organização' }).click();
    await page.getByLabel('Nome').fill('Segunda Agência');
    await page.getByRole('button', { name: 'Criar organização' }).click();
    await page.getByRole('button', { name: 'Organização: Segunda Agência. Trocar' }).waitFor();
    expect(await page.getByLabel('Descreva a imagem').inputValue()).toBe('');
    await page.reload();
    await page.getByRole('button', { name: 'Organização: Segunda Agência. Trocar' }).click();
    await page.getByRole('menuitemradio', { name: /Estúdio de Ana/ }).click();
    await page.getByRole('button', { name: 'Organização: Estúdio de Ana. Trocar' }).waitFor();
    expect(await page.getByLabel('Descreva a imagem').inputValue()).toBe('Da primeira');
  });
});

describe('when things break', () => {
  it('a session that ends in the middle of work leads out and back, with nothing written lost', async () => {
    const visitor = await signedUp();
    const { page } = visitor;
    await page.getByLabel('Descreva a imagem').fill('Uma ideia que não pode se perder');
    const { accessToken } = await platform.signIn(visitor.email, visitor.password);
    await fetch(`${platform.url}/api/auth/logout-all`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}` },
    });
    await page.getByRole('button', { name: /^Gerar/ }).click();
    await page.getByText('Sua sessão terminou').waitFor(PATIENT);
    await visitor.shoot('session-ended');
    await page.getByLabel('E-mail').fill(visitor.email);
    await page.getByLabel('Senha', { exact: true }).fill(visitor.password);
    await page.getByRole('button', { name: 'Entrar' }).click();
    await page.getByLabel('Descreva a imagem').waitFor();
    expect(await page.getByLabel('Descreva a imagem').inputValue()).toBe('Uma ideia que não pode se perder');
  });

  it('what comes too often is asked for again when the server says, and told when it would take long', async () => {
    const { page } = await signedUp();
    const refusal = { status: 429, title: 'Too many requests', code: 'rate_limit.exceeded', requestId: 'story' };
    let refusals = 0;
    let [most, retryAfter] = [2, '1'];
    await page.route('**/api/studio/gallery?*', async (route) => {
      if (refusals === most) return route.continue();
      refusals += 1;
      const headers = { 'content-type': 'application/problem+json', 'retry-after': retryAfter };
      return route.fulfill({ status: 429, headers, body: JSON.stringify(refusal) });
    });
    await page.goto('/gallery');
    await page.getByText('Nada por aqui ainda').waitFor(PATIENT);
    expect(refusals).toBe(2);
    [most, retryAfter] = [Infinity, '600'];
    await page.reload();
    await page.getByText('Foram muitos pedidos de uma vez').waitFor(PATIENT);
    // Ahead of the page, and not once more by the page.
    expect(refusals).toBe(3);
    most = refusals;
    await page.getByRole('button', { name: 'Tentar de novo' }).click();
    await page.getByText('Nada por aqui ainda').waitFor(PATIENT);
  });

  it('a request made while the API is gone is made once it is back, one time', async () => {
    const visitor = await signedUp();
    const { page } = visitor;
    await page.getByLabel('Descreva a imagem').fill('Uma ponte na neblina');
    await platform.killApi();
    await page.keyboard.press('Enter');
    await page.getByText('Não conseguimos falar com a BASE agora').waitFor(PATIENT);
    await visitor.shoot('api-down');
    await page.getByText('Não conseguimos falar com a BASE agora').waitFor({ state: 'detached', ...PATIENT });
    await page.locator(PICTURE).first().waitFor(PATIENT);
    expect(await page.locator('ol > li').count()).toBe(1);
    await page.getByRole('button', { name: '995 créditos disponíveis' }).waitFor(PATIENT);
  });
});
