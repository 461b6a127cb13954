import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { StudioPlatform, type Visitor } from './studio-platform.js';

/** Drawing under load takes its time; nothing here measures it. */
const PATIENT = { timeout: 90_000 };
const PICTURE = 'img[src*="/api/files/"]';

let platform: StudioPlatform;
let visitor: Visitor;

beforeAll(async () => {
  platform = await StudioPlatform.start();
});

afterAll(async () => {
  await platform.stop();
});

afterEach(async () => {
  const { complaints } = visitor;
  await visitor.leave();
  expect(complaints).toEqual([]);
});

async function signedUp(): Promise<Visitor> {
  visitor = await platform.visitor();
  await visitor.signUp();
  return visitor;
}

describe('a new person', () => {
  it('has the first picture after two clicks, paid for as the button said', async () => {
    const { page } = await signedUp();
    await visitor.shoot('first-run');
    await page.getByRole('button', { name: /Produto em estúdio/ }).click();
    await page.getByRole('button', { name: /^Gerar.*5 créditos/ }).click();
    await page.locator(PICTURE).first().waitFor(PATIENT);
    await page.getByRole('button', { name: '995 créditos disponíveis' }).waitFor(PATIENT);
    await visitor.shoot('first-picture');
  });

  it('is told at the field what is wrong with the account', async () => {
    visitor = await platform.visitor();
    const { page } = visitor;
    await page.goto('/register');
    await page.getByRole('button', { name: 'Criar conta' }).click();
    expect(await page.getByText('Preencha este campo.').count()).toBe(3);
    await page.getByLabel('Seu nome').fill('Ana');
    await page.getByLabel('E-mail de trabalho').fill('ana');
    await page.getByLabel('Senha', { exact: true }).fill('password12');
    await page.getByRole('button', { name: 'Criar conta' }).click();
    await page.getByText('Digite um e-mail, como').waitFor();
    await visitor.shoot('register-faults');
    await page.getByLabel('E-mail de trabalho').fill('ana@estudio.example');
    await page.getByRole('button', { name: 'Criar conta' }).click();
    await page.getByText('Esta senha é fácil de adivinhar').waitFor();
  });
});

describe('a generation', () => {
  it('of each kind can be seen or heard', async () => {
    const { page } = await signedUp();
    await visitor.ask('Um farol ao entardecer');
    await page.getByRole('radio', { name: 'Vídeo' }).check();
    await visitor.ask('Um veleiro cruza a baía', 'Descreva a cena');
    await page.getByRole('radio', { name: 'Áudio' }).check();
    await visitor.ask('Uma melodia calma', 'Texto ou som');
    await page.locator(PICTURE).first().waitFor(PATIENT);
    await page.getByRole('status').filter({ hasText: 'Pronto: Um farol ao entardecer' }).waitFor({ state: 'attached' });
    const film = page.getByRole('link', { name: 'Abrir: Um veleiro cruza a baía' });
    await film.hover(PATIENT);
    await film.locator('video[src*="/api/files/"]').waitFor();
    await page.getByRole('button', { name: 'Tocar: Uma melodia calma' }).click(PATIENT);
    await page.getByRole('button', { name: 'Pausar' }).waitFor();
    await visitor.shoot('each-kind');
  });

  it('shows a card at once, and is one job when it is sent twice by a slip', async () => {
    const { page } = await signedUp();
    await page.getByLabel('Descreva a imagem').fill('Uma flor');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.locator(PICTURE).first().waitFor(PATIENT);
    expect(await page.locator('ol > li').count()).toBe(1);
  });

  it('that fails says why in words, and what was given back', async () => {
    const { page } = await signedUp();
    await page.getByText('Avançado').click();
    await page.getByLabel('Simular uma falha').selectOption('content_policy');
    await visitor.ask('Uma flor azul');
    await page.getByRole('listitem').getByText('política de conteúdo. Mude a descrição').waitFor(PATIENT);
    await page.getByText('5 créditos devolvidos').waitFor();
    await visitor.shoot('failure');
    await page.getByRole('button', { name: 'Tentar de novo' }).click();
    await page.getByRole('listitem').getByText('política de conteúdo. Mude a descrição').nth(1).waitFor(PATIENT);
    await page.getByRole('link', { name: 'Ver no extrato' }).first().click();
    await page.locator('tr[aria-current=true]').nth(1).waitFor();
    await visitor.shoot('ledger-of-a-job');
  });

  it('can be stopped from the queue, which survives a reload and is the same in a second tab', async () => {
    const { page } = await signedUp();
    await page.getByText('Avançado').click();
    await page.getByLabel('Duração simulada (ms)').fill('100000');
    await visitor.ask('Uma montanha');
    await page.getByRole('button', { name: '1 em andamento' }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: '1 em andamento' }).waitFor();
    expect(await page.getByLabel('Descreva a imagem').inputValue()).toBe('Uma montanha');
    const second = await visitor.openTab('/');
    await second.getByRole('button', { name: '1 em andamento' }).click();
    await second.getByRole('button', { name: 'Cancelar: Uma montanha' }).click();
    await page.getByRole('listitem').getByText('Cancelado.').waitFor(PATIENT);
    await visitor.ask('Uma segunda montanha');
    await visitor.ask('Uma terceira montanha');
    await page.getByRole('button', { name: '2 em andamento' }).click();
    await page.getByRole('button', { name: 'Cancelar tudo' }).waitFor();
    await visitor.shoot('queue');
    await page.getByRole('button', { name: 'Cancelar tudo' }).click();
    await page.getByText('Nada na fila').waitFor(PATIENT);
    await page.getByRole('button', { name: '1.000 créditos disponíveis' }).waitFor(PATIENT);
  });

  it('goes on when those that wait behind it are canceled', async () => {
    const { page } = await signedUp();
    await page.getByText('Avançado').click();
    await page.getByLabel('Duração simulada (ms)').fill('100000');
    // The free plan makes two at a time.
    for (const name of ['primeira', 'segunda', 'terceira', 'quarta']) await visitor.ask(`A ${name} montanha`);
    await page.getByRole('button', { name: '4 em andamento' }).click();
    const queue = page.getByRole('dialog', { name: 'Fila' });
    await queue.getByText('Criando…').nth(1).waitFor(PATIENT);
    expect(await queue.getByText('Na fila').count()).toBe(2);
    await queue.getByRole('button', { name: 'Cancelar em espera' }).click();
    await page.getByRole('listitem').getByText('Cancelado.').nth(1).waitFor(PATIENT);
    await page.getByRole('button', { name: '2 em andamento' }).waitFor();
    expect(await queue.getByText('Criando…').count()).toBe(2);
    await queue.getByRole('button', { name: 'Cancelar tudo' }).click();
    await page.getByText('Nada na fila').waitFor(PATIENT);
  });
});

describe('the gallery', () => {
  it('opens, moves by keys, compares, and takes a picture back into the form', async () => {
    const { page } = await signedUp();
    await page.getByRole('button', { name: 'Quantidade: um a mais' }).click();
    await visitor.ask('Aurora boreal sobre o lago');
    await page.locator(PICTURE).nth(1).waitFor(PATIENT);
    await page.goto('/gallery');
    await page.getByRole('link', { name: /Abrir/ }).first().click();
    await page.getByRole('dialog').waitFor();
    const first = page.url();
    await page.keyboard.press('ArrowRight');
    await page.waitForURL((url) => url.href !== first);
    await page.keyboard.press('+');
    await page.getByText('150%').waitFor();
    await visitor.shoot('lightbox');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    for (const box of await page.getByRole('checkbox').all()) await box.check({ force: true });
    await page.getByRole('button', { name: 'Comparar' }).click();
    await page.getByRole('slider', { name: 'Posição do divisor' }).press('ArrowLeft');
    await visitor.shoot('compare');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: /Abrir/ }).first().click();
    await page.getByRole('button', { name: 'Usar de novo' }).click();
    expect(await page.getByLabel('Descreva a imagem').inputValue()).toBe('Aurora boreal sobre o lago');
  });
});

describe('every room', () => {
  it('says in the title of its page which it is', async () => {
    const { page } = await signedUp();
    for (const [path, title] of [
      ['/', 'Criar'],
      ['/gallery', 'Galeria'],
      ['/gallery?bin=true', 'Lixeira'],
      ['/projects', 'Projetos'],
      ['/library?tab=brand', 'Marcas'],
      ['/usage', 'Uso'],
      ['/account', 'Conta e segurança'],
      ['/nothing/here', 'Não há nada aqui'],
    ]) {
      await page.goto(path ?? '');
      await page.waitForFunction(
        (wanted) => (globalThis as unknown as { document: { title: string } }).document.title === wanted,
        `${title} · BASE Studio`,
      );
    }
  });
});

describe('when things break', () => {
  it('a session that was ended elsewhere leads to the sign-in, with a word why', async () => {
    visitor = await platform.visitor();
    const { page } = visitor;
    const { email, password } = await visitor.signUp();
    const headers = { 'content-type': 'application/json' };
    const login = await fetch(`${platform.url}/api/auth/login`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ email, password }),
    });
    const { accessToken } = (await login.json()) as { accessToken: string };
    await fetch(`${platform.url}/api/auth/logout-all`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}` },
    });
    await page.goto('/usage');
    await page.getByText('Sua sessão terminou').waitFor(PATIENT);
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Senha', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Entrar' }).click();
    await page.getByRole('heading', { name: 'Uso', exact: true }).waitFor();
  });

  it('says that there is no connection, and that it is back', async () => {
    const { page } = await signedUp();
    await visitor.context.setOffline(true);
    await page.getByText('Você está sem conexão').waitFor();
    await visitor.shoot('offline');
    await visitor.context.setOffline(false);
    await page.getByText('Você está sem conexão').waitFor({ state: 'detached' });
  });
});

describe('the files of the Studio', () => {
  it('are kept for ever when their name says their content, and asked for again when not', async () => {
    visitor = await platform.visitor();
    const page = await fetch(platform.url, { headers: { accept: 'text/html' } });
    expect(page.headers.get('cache-control')).toBe('no-cache');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self';");
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(await page.text())?.[1] ?? '';
    const asset = await fetch(platform.url + script, { headers: { 'accept-encoding': 'br' } });
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(asset.headers.get('content-encoding')).toBe('br');
  });

  it.each(['/api/nothing', '/v1/nothing', '/admin/nothing', '/assets/nothing.js', '/nothing.png'])(
    '%s is no page',
    async (path) => {
      visitor = await platform.visitor();
      const response = await fetch(platform.url + path, { headers: { accept: 'text/html' } });
      expect(response.status).toBe(404);
      expect(response.headers.get('content-type')).toMatch(/^application\/(problem\+)?json/);
    },
  );

  it('show a page of the Studio for an address that nobody knows', async () => {
    visitor = await platform.visitor();
    await visitor.page.goto('/nothing/here');
    await visitor.page.getByText('Não há nada aqui').waitFor();
  });
});
